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
pub(crate) const SEGMENTS: usize = 5;

/// The place of the resource among them.
const LAST: usize = SEGMENTS - 1;

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Form {
    /// Each segment is text, with or without one `*` at its end; but for the last, which may be anything.
    Simple {
        /// The text of the segments with the colons between them. A last segment that is not so has none.
        text: Box<str>,
        /// Where in it each segment ends.
        ends: [u16; SEGMENTS],
        /// Whether a `*` follows the segment's text.
        open: [bool; SEGMENTS],
        /// The last segment, where it is not so.
        last: Option<Box<Pattern>>,
    },
    /// Anything else.
    Segments(Box<[Pattern; SEGMENTS]>),
}

/// Where the segments of an ARN are, for whoever keeps its text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ArnSegments {
    /// The first five colons. INVARIANT: increasing.
    colons: [usize; SEGMENTS],
}

impl ArnSegments {
    /// The ARN again. `text` is the one that the segments were found in.
    pub fn of(self, text: &str) -> SegmentedArn<'_> {
        SegmentedArn {
            text,
            colons: self.colons,
        }
    }
}

/// An ARN whose segments have been found.
#[derive(Clone, Copy, Debug)]
pub struct SegmentedArn<'a> {
    text: &'a str,
    /// As in [`ArnSegments`]. INVARIANT: those of the text, which begins with `arn:`.
    colons: [usize; SEGMENTS],
}

impl<'a> SegmentedArn<'a> {
    /// Finds the segments of an ARN; nothing where the text is none.
    pub fn parse(text: &'a str) -> Option<Self> {
        let colons = Arn::colons(text).ok()?;
        Some(Self { text, colons })
    }

    /// Where the segments are.
    pub fn segments(self) -> ArnSegments {
        ArnSegments { colons: self.colons }
    }

    /// The segments by their names.
    pub fn to_arn(self) -> Arn<'a> {
        let [partition, service, region, account, resource] = std::array::from_fn(|at| self.segment(at));
        Arn {
            partition,
            service,
            region,
            account,
            resource,
        }
    }

    fn segment(&self, at: usize) -> &'a str {
        let start = self.colons[at] + 1;
        self.colons
            .get(at + 1)
            .map_or(&self.text[start..], |&end| &self.text[start..end])
    }

    /// The segments with the colons between them: all but `arn:`.
    fn body(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.colons[0] + 1..]
    }
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
        Some(Self::of(segments))
    }

    fn of(segments: [Pattern; SEGMENTS]) -> Self {
        let form = simple(&segments).unwrap_or_else(|| Form::Segments(Box::new(segments)));
        Self { form }
    }

    /// The pieces of the patterns for partition, service, region, account and resource.
    pub fn segments(&self) -> [Vec<Part<'_>>; SEGMENTS] {
        match &self.form {
            Form::Simple { text, ends, open, last } => std::array::from_fn(|at| {
                if let (Some(last), LAST) = (last, at) {
                    return last.parts().collect();
                }
                let literal = Some(simple_segment(text, ends, at)).filter(|literal| !literal.is_empty());
                let parts = literal.map(Part::Literal).into_iter();
                parts.chain(open[at].then_some(Part::AnyText)).collect()
            }),
            Form::Segments(segments) => std::array::from_fn(|at| segments[at].parts().collect()),
        }
    }

    /// A segment that is text, or text with one `*` behind it (then `true`).
    pub(crate) fn simple_segment(&self, at: usize) -> Option<(&str, bool)> {
        match &self.form {
            Form::Simple { last: Some(last), .. } if at == LAST => last.as_simple(),
            Form::Simple { text, ends, open, .. } => Some((simple_segment(text, ends, at), open[at])),
            Form::Segments(segments) => segments[at].as_simple(),
        }
    }

    /// The variables in the pattern.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        let segments = match &self.form {
            Form::Simple { last, .. } => last.as_deref().map_or(&[][..], std::slice::from_ref),
            Form::Segments(segments) => &segments[..],
        };
        segments.iter().flat_map(Pattern::variables)
    }

    /// The pattern with each segment as [`Pattern::widest`] has it.
    pub(crate) fn widest(&self, context: &RequestContext) -> Self {
        self.with_segments(|segment| segment.widest(context))
    }

    /// The pattern with each segment as [`Pattern::narrowest`] has it.
    pub(crate) fn narrowest(&self, context: &RequestContext) -> Self {
        self.with_segments(|segment| segment.narrowest(context))
    }

    /// Replaces the segments that may have variables.
    fn with_segments(&self, replace: impl Fn(&Pattern) -> Pattern) -> Self {
        match &self.form {
            Form::Simple { text, ends, open, last } => Self {
                form: Form::Simple {
                    text: text.clone(),
                    ends: *ends,
                    open: *open,
                    last: last.as_deref().map(|last| Box::new(replace(last))),
                },
            },
            Form::Segments(segments) => Self::of(segments.each_ref().map(replace)),
        }
    }

    /// Whether there is an ARN that matches: none does where a variable has no value, or one with a colon before the last segment.
    pub(crate) fn matches_any(&self, context: &RequestContext) -> bool {
        self.segments().iter().enumerate().all(|(at, parts)| {
            parts.iter().all(|part| match part {
                Part::Variable(variable) => {
                    (variable.value(context)).is_some_and(|value| at == LAST || !value.contains(':'))
                }
                Part::Literal(_) | Part::AnyText | Part::AnyCharacter => true,
            })
        })
    }

    /// Whether an ARN matches, case-sensitively.
    pub fn matches(&self, arn: &SegmentedArn<'_>, context: &RequestContext) -> bool {
        match &self.form {
            // The segments before the last stand in the ARN as in the pattern: text without `*` has no colon to spare.
            Form::Simple {
                text,
                open: [false, false, false, false, open],
                last,
                ..
            } => match last {
                None if *open => arn.body().starts_with(text.as_bytes()),
                None => arn.body() == text.as_bytes(),
                Some(last) => arn.body().starts_with(text.as_bytes()) && last.matches(arn.segment(LAST), context),
            },
            // From the last segment on: it differs most often.
            Form::Simple { text, ends, open, last } => (0..SEGMENTS).rev().all(|at| {
                let segment = arn.segment(at);
                if let (Some(last), LAST) = (last, at) {
                    return last.matches(segment, context);
                }
                let pattern = simple_segment(text, ends, at);
                if open[at] {
                    segment.starts_with(pattern)
                } else {
                    segment == pattern
                }
            }),
            Form::Segments(patterns) => {
                (patterns.iter().enumerate()).all(|(at, pattern)| pattern.matches(arn.segment(at), context))
            }
        }
    }
}

/// The text of a segment of a simple pattern.
fn simple_segment<'p>(text: &'p str, ends: &[u16; SEGMENTS], at: usize) -> &'p str {
    let start = if at == 0 { 0 } else { usize::from(ends[at - 1]) + 1 };
    &text[start..usize::from(ends[at])]
}

/// The simple form, where every segment has one and the text is short enough for it.
fn simple(segments: &[Pattern; SEGMENTS]) -> Option<Form> {
    let mut text = String::new();
    let mut ends = [0; SEGMENTS];
    let mut open = [false; SEGMENTS];
    let mut last = None;
    for (at, segment) in segments.iter().enumerate() {
        let (literal, is_open) = match segment.as_simple() {
            None if at == LAST => {
                last = Some(Box::new(segment.clone()));
                ("", false)
            }
            simple => simple?,
        };
        if at > 0 {
            text.push(':');
        }
        text.push_str(literal);
        ends[at] = u16::try_from(text.len()).ok()?;
        open[at] = is_open;
    }
    Some(Form::Simple {
        text: text.into(),
        ends,
        open,
        last,
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
        let matches = pattern.is_some_and(|pattern| pattern.matches(&SegmentedArn::parse(arn).unwrap(), &context));
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
        assert!(pattern.matches(
            &SegmentedArn::parse("arn:aws:sqs:us-east-1:111122223333:q").unwrap(),
            &context
        ));
        assert!(!pattern.matches(&SegmentedArn::parse("arn:aws:s3:::b").unwrap(), &context));
        assert_eq!(ArnPattern::parse_short("foo", LIKE), None);
    }
}
