//! Amazon Resource Names.
//!
//! AWS: IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)".

use std::fmt;

use thiserror::Error;

/// The partitions of AWS.
pub const PARTITIONS: [&str; 8] = [
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
];

/// The six segments of an ARN, `arn:partition:service:region:account:resource`, borrowed from its text.
///
/// The resource keeps all further colons. The same type holds an ARN and a pattern for ARNs: it says where the segments are,
/// not what they may hold.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: &'a str,
    /// The service's namespace, such as `s3`.
    pub service: &'a str,
    /// The region, or nothing.
    pub region: &'a str,
    /// The 12-digit account, or nothing, or `aws` for what AWS itself owns.
    pub account: &'a str,
    /// Everything after the fifth colon.
    pub resource: &'a str,
}

/// A text is not an ARN.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ArnError {
    /// It does not begin with `arn:`.
    #[error("an ARN begins with `arn:`")]
    MissingPrefix,
    /// It has fewer than five colons.
    #[error("an ARN has six segments, `arn:partition:service:region:account:resource`; here are {0}")]
    TooFewSegments(usize),
}

impl<'a> Arn<'a> {
    /// Splits `text` at its first five colons.
    ///
    /// # Errors
    ///
    /// Where the text does not begin with `arn:` or has fewer than six segments.
    pub fn parse(text: &'a str) -> Result<Self, ArnError> {
        let [first, second, third, fourth, fifth] = Self::colons(text)?;
        Ok(Self {
            partition: &text[first + 1..second],
            service: &text[second + 1..third],
            region: &text[third + 1..fourth],
            account: &text[fourth + 1..fifth],
            resource: &text[fifth + 1..],
        })
    }

    /// Where the first five colons of an ARN stand.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn colons(text: &str) -> Result<[usize; 5], ArnError> {
        const PREFIX: &str = "arn:";
        if !text.starts_with(PREFIX) {
            return Err(ArnError::MissingPrefix);
        }
        let mut colons = [PREFIX.len() - 1; 5];
        let mut found = 1;
        for (at, byte) in text.bytes().enumerate().skip(PREFIX.len()) {
            if byte == b':' {
                colons[found] = at;
                found += 1;
                if found == colons.len() {
                    return Ok(colons);
                }
            }
        }
        Err(ArnError::TooFewSegments(found + 1))
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_keeps_its_colons() {
        let arn = Arn::parse("arn:aws:logs:us-east-1:111122223333:log-group:/app:*").unwrap();
        assert_eq!(
            (arn.service, arn.account, arn.resource),
            ("logs", "111122223333", "log-group:/app:*")
        );
        assert_eq!(arn.to_string(), "arn:aws:logs:us-east-1:111122223333:log-group:/app:*");
    }

    #[test]
    fn empty_segments_are_segments() {
        let arn = Arn::parse("arn:aws:s3:::bucket/key").unwrap();
        assert_eq!((arn.region, arn.account, arn.resource), ("", "", "bucket/key"));
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(Arn::parse("s3:::b"), Err(ArnError::MissingPrefix));
        assert_eq!(Arn::parse("arn:aws:sqs"), Err(ArnError::TooFewSegments(3)));
        assert_eq!(Arn::parse(""), Err(ArnError::MissingPrefix));
    }
}
