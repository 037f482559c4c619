//! Action patterns: `*`, `s3:Get*`, `ec2:RunInstances`.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Action".

use nom::bytes::complete::take_while1;
use nom::character::complete::char;
use nom::combinator::{all_consuming, rest, verify};
use nom::sequence::separated_pair;
use nom::{IResult, Parser};
use thiserror::Error;

use crate::json::Text;
use crate::span::{Span, Spanned};

/// One entry of `Action` or `NotAction`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ActionPattern {
    text: Text,
    /// Where the colon is; absent for `*` and `*:*`.
    /// INVARIANT: a byte index of a colon of `text`.
    colon: Option<usize>,
}

/// A text is not an action pattern.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ActionPatternError {
    /// There is no colon.
    #[error("action `{0}` has no service prefix")]
    MissingServicePrefix(String),
    /// There is more than one colon.
    #[error("action `{0}` has more than one colon")]
    TooManyColons(String),
    /// The service prefix has other characters than letters, digits, `-` and `.`.
    #[error("service prefix `{0}` is not valid: it may have letters, digits, `-` and `.` only")]
    InvalidServicePrefix(String),
}

impl ActionPattern {
    /// Reads one action pattern.
    ///
    /// # Errors
    ///
    /// Where IAM refuses to store the pattern: it is neither `*` nor one service prefix, one colon and a name.
    pub fn parse(text: Text) -> Result<Self, ActionPatternError> {
        Self::colon(&text).map(|colon| Self { text, colon })
    }

    /// Where the colon of a well-formed pattern is; nothing for `*` and `*:*`.
    fn colon(text: &str) -> Result<Option<usize>, ActionPatternError> {
        if matches!(text, "*" | "*:*") {
            return Ok(None);
        }
        match all_consuming(service_and_name).parse(text) {
            Ok((_, (service, _))) => Ok(Some(service.len())),
            Err(_) => Err(diagnose(text)),
        }
    }

    /// Reads one action pattern and gives a text back that is none.
    pub(crate) fn parse_or_return(text: Text) -> Result<Self, (Text, ActionPatternError)> {
        match Self::colon(&text) {
            Ok(colon) => Ok(Self { text, colon }),
            Err(error) => Err((text, error)),
        }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The service prefix and the pattern for names; nothing for `*` and `*:*`, which are every action of every service.
    pub fn service_and_name(&self) -> Option<(&str, &str)> {
        let (service, name) = self.text.as_str().split_at(self.colon?);
        Some((service, name.strip_prefix(':')?))
    }
}

impl Spanned<ActionPattern> {
    /// Where the service prefix was written; the whole pattern for `*` and `*:*`.
    pub fn service_span(&self) -> Span {
        let text = || Spanned::new(self.node.text.clone(), self.span);
        self.node.colon.map_or(self.span, |colon| text().part(0..colon))
    }
}

fn service_and_name(input: &str) -> IResult<&str, (&str, &str)> {
    let service = take_while1(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    let name = verify(rest, |name: &str| !name.contains(':'));
    separated_pair(service, char(':'), name).parse(input)
}

fn diagnose(text: &str) -> ActionPatternError {
    match text.split_once(':') {
        None => ActionPatternError::MissingServicePrefix(text.to_owned()),
        Some((_, name)) if name.contains(':') => ActionPatternError::TooManyColons(text.to_owned()),
        Some((service, _)) => ActionPatternError::InvalidServicePrefix(service.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn err(text: &str, message: &str) {
        assert_eq!(ActionPattern::parse(text.into()).unwrap_err().to_string(), message);
    }

    #[test]
    fn a_pattern_is_a_service_a_colon_and_a_name() {
        let action = ActionPattern::parse("s3:Get*".into()).unwrap();
        assert_eq!(action.service_and_name(), Some(("s3", "Get*")));
        assert_eq!(ActionPattern::parse("*".into()).unwrap().service_and_name(), None);
        assert_eq!(ActionPattern::parse("*:*".into()).unwrap().service_and_name(), None);
    }

    #[test]
    fn what_iam_refuses_is_refused() {
        err("GetObject", "action `GetObject` has no service prefix");
        err("s3:Get:Object", "action `s3:Get:Object` has more than one colon");
        err(
            "s*:Get*",
            "service prefix `s*` is not valid: it may have letters, digits, `-` and `.` only",
        );
        err(
            ":Get",
            "service prefix `` is not valid: it may have letters, digits, `-` and `.` only",
        );
        err("", "action `` has no service prefix");
    }
}
