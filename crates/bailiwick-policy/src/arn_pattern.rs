//! Patterns for ARNs: six segments, each matched on its own.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Resource"; "Condition operators", ARN condition operators.

use bailiwick_grammar::{Arn, variable};

use crate::context::RequestContext;
use crate::pattern::{Part, Pattern, Syntax, Variable};

/// A pattern for ARNs. A `*` in one segment never reaches into the next; in the last it matches colons and slashes too.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ArnPattern {
    form: Form,
}

/// The number of segments behind `arn`: partition, service, region, account, resource.
const SEGMENTS: usize = 5;

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Form {
    /// Each segment is text, with or without one `*` at its end.
    Simple {
        /// The text of all segments.
        text: Box<str>,
        /// Where in it each segment ends.
        ends: [u16; SEGMENTS],
        /// Whether a `*` follows the segment's text.
        open: [bool; SEGMENTS],
    },
    /// Anything else.
    Segments(Box<[Pattern; SEGMENTS]>),
}

impl ArnPattern {
    /// Reads a pattern; nothing where the text has fewer than six segments or whose first does not match `arn`.
    pub(crate) fn parse(text: &str, syntax: Syntax) -> Option<Self> {
        Self::of_segments(text, syntax, || None)
    }

    /// Reads a pattern whose last segments may be missing: each missing one is `*`.
    ///
    /// AWS: "Grammar of the IAM JSON policy language", shortened ARNs.
    pub(crate) fn parse_short(text: &str, syntax: Syntax) -> Option<Self> {
        Self::of_segments(text, syntax, || Some(Pattern::anything()))
    }

    fn of_segments(text: &str, syntax: Syntax, missing: impl Fn() -> Option<Pattern>) -> Option<Self> {
        let prefix = segment_end(text, syntax).unwrap_or(text.len());
        if !Pattern::parse(&text[..prefix], syntax).matches("arn", &RequestContext::new()) {
            return None;
        }
        let mut rest = text.get(prefix + 1..);
        let mut next = |last: bool| {
            let Some(text) = rest else { return missing() };
            let colon = if last { None } else { segment_end(text, syntax) };
            rest = colon.map(|colon| &text[colon + 1..]);
            Some(Pattern::parse(&text[..colon.unwrap_or(text.len())], syntax))
        };
        let segments = [next(false)?, next(false)?, next(false)?, next(false)?, next(true)?];
        Some(Self {
            form: simple(&segments).unwrap_or_else(|| Form::Segments(Box::new(segments))),
        })
    }

    /// The pieces of the patterns for partition, service, region, account and resource.
    pub fn segments(&self) -> [Vec<Part<'_>>; SEGMENTS] {
        match &self.form {
            Form::Simple { text, ends, open } => std::array::from_fn(|at| {
                let literal = Some(simple_segment(text, ends, at)).filter(|literal| !literal.is_empty());
                let parts = literal.map(Part::Literal).into_iter();
                parts.chain(open[at].then_some(Part::AnyText)).collect()
            }),
            Form::Segments(segments) => std::array::from_fn(|at| segments[at].parts().collect()),
        }
    }

    /// The variables in the pattern.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        let segments = match &self.form {
            Form::Simple { .. } => &[][..],
            Form::Segments(segments) => &segments[..],
        };
        segments.iter().flat_map(Pattern::variables)
    }

    /// Whether an ARN matches, case-sensitively.
    pub fn matches(&self, arn: &Arn<'_>, context: &RequestContext) -> bool {
        let segments = [arn.partition, arn.service, arn.region, arn.account, arn.resource];
        match &self.form {
            // From the last segment on: it differs most often.
            Form::Simple { text, ends, open } => (0..SEGMENTS).rev().all(|at| {
                let pattern = simple_segment(text, ends, at);
                if open[at] {
                    segments[at].starts_with(pattern)
                } else {
                    segments[at] == pattern
                }
            }),
            Form::Segments(patterns) => {
                (patterns.iter().zip(segments)).all(|(pattern, segment)| pattern.matches(segment, context))
            }
        }
    }
}

/// The text of a segment of a simple pattern.
fn simple_segment<'p>(text: &'p str, ends: &[u16; SEGMENTS], at: usize) -> &'p str {
    let start = if at == 0 { 0 } else { usize::from(ends[at - 1]) };
    &text[start..usize::from(ends[at])]
}

/// The simple form, where every segment has one and the text is short enough for it.
fn simple(segments: &[Pattern; SEGMENTS]) -> Option<Form> {
    let mut text = String::new();
    let mut ends = [0; SEGMENTS];
    let mut open = [false; SEGMENTS];
    for (at, segment) in segments.iter().enumerate() {
        let (literal, is_open) = segment.as_simple()?;
        text.push_str(literal);
        ends[at] = u16::try_from(text.len()).ok()?;
        open[at] = is_open;
    }
    Some(Form::Simple {
        text: text.into(),
        ends,
        open,
    })
}

/// Where the segment that `text` begins with ends: at the first colon outside of a policy variable.
fn segment_end(text: &str, syntax: Syntax) -> Option<usize> {
    if syntax.variables {
        variable::first_colon(text)
    } else {
        text.find(':')
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
        check("*:aws:s3:::b", "arn:aws:s3:::b", true);
        check("urn:aws:s3:::b", "arn:aws:s3:::b", false);
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
