//! Patterns for ARNs: six segments, each matched on its own.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Resource"; "Condition operators", ARN condition operators.

use bailiwick_grammar::Arn;

use crate::context::RequestContext;
use crate::pattern::{Pattern, Syntax, Variable};

/// A pattern for ARNs. A `*` in one segment never reaches into the next; in the last it matches colons and slashes too.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ArnPattern {
    /// partition, service, region, account, resource
    segments: [Pattern; 5],
}

impl ArnPattern {
    /// Reads a pattern; nothing where the text has fewer than six segments or does not begin with `arn:`.
    pub(crate) fn parse(text: &str, syntax: Syntax) -> Option<Self> {
        let segments: Vec<Pattern> = Pattern::parse(text, syntax).split_at_colons(6);
        let [prefix, rest @ ..] = segments.as_slice() else {
            return None;
        };
        let segments: [Pattern; 5] = rest.to_vec().try_into().ok()?;
        (*prefix == Pattern::parse("arn", syntax)).then_some(Self { segments })
    }

    /// Reads a pattern whose last segments may be missing: each missing one is `*`.
    ///
    /// AWS: "Grammar of the IAM JSON policy language", shortened ARNs.
    pub(crate) fn parse_short(text: &str, syntax: Syntax) -> Option<Self> {
        let mut segments: Vec<Pattern> = Pattern::parse(text, syntax).split_at_colons(6);
        segments.resize_with(6, Pattern::anything);
        let prefix = segments.remove(0);
        (prefix == Pattern::parse("arn", syntax)).then_some(Self {
            segments: segments.try_into().ok()?,
        })
    }

    /// The patterns for partition, service, region, account and resource.
    pub fn segments(&self) -> &[Pattern; 5] {
        &self.segments
    }

    /// The variables in the pattern.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.segments.iter().flat_map(Pattern::variables)
    }

    /// Whether an ARN matches, case-sensitively.
    pub fn matches(&self, arn: &Arn<'_>, context: &RequestContext) -> bool {
        let segments = [arn.partition, arn.service, arn.region, arn.account, arn.resource];
        self.segments
            .iter()
            .zip(segments)
            .all(|(pattern, segment)| pattern.matches(segment, context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIKE: Syntax = Syntax {
        wildcards: true,
        variables: true,
    };

    #[track_caller]
    fn check(pattern: &str, arn: &str, expected: bool) {
        let context = RequestContext::from_iter([("aws:username", "al"), ("aws:PrincipalAccount", "111122223333")]);
        let pattern = ArnPattern::parse(pattern, LIKE);
        let matches = pattern.is_some_and(|pattern| pattern.matches(&Arn::parse(arn).unwrap(), &context));
        assert_eq!(matches, expected);
    }

    #[test]
    fn segments_are_matched_one_by_one() {
        check("arn:aws:s3:::b/*", "arn:aws:s3:::b/x:y/z", true);
        check("arn:aws:s3:::b*", "arn:aws:s3:::b/x", true);
        check("arn:aws:s3:::b", "arn:aws:s3:::b/x", false);
        check("arn:*:sqs:*:*:q", "arn:aws:sqs:us-east-1:111122223333:q", true);
        check(
            "arn:aws:logs:*:log-group",
            "arn:aws:logs:us-east-1:111122223333:log-group",
            false,
        );
        check("arn:aws:*:q", "arn:aws:sqs:us-east-1:111122223333:q", false);
        check("arn:aws:S3:::b", "arn:aws:s3:::b", false);
        check("*", "arn:aws:s3:::b", false);
    }

    #[test]
    fn variables_stand_within_their_segment() {
        check("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/al/x", true);
        check(
            "arn:aws:iam::${aws:PrincipalAccount}:role/x",
            "arn:aws:iam::111122223333:role/x",
            true,
        );
    }

    #[test]
    fn short_arns_are_completed() {
        let pattern = ArnPattern::parse_short("arn:aws:sqs", LIKE).unwrap();
        let context = RequestContext::new();
        assert!(pattern.matches(&Arn::parse("arn:aws:sqs:us-east-1:111122223333:q").unwrap(), &context));
        assert!(!pattern.matches(&Arn::parse("arn:aws:s3:::b").unwrap(), &context));
        assert_eq!(ArnPattern::parse_short("foo", LIKE), None);
    }
}
