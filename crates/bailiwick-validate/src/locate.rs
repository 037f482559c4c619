//! From the span of a finding to the place that Access Analyzer tells: the way to it and its characters.

use bailiwick_grammar::json::{Json, JsonValue, Member, Text, parse_json};
use bailiwick_grammar::{Limits, LineIndex, Span, Spanned};

use crate::finding::{self, Location, PathElement, Position};

/// Knows where everything in a text is. Made only for texts that have findings.
pub(crate) struct Locator<'a> {
    tree: JsonValue,
    text: &'a str,
    lines: LineIndex,
}

impl<'a> Locator<'a> {
    pub(crate) fn new(text: &'a str, limits: &Limits) -> Self {
        Self {
            tree: parse_json(text, 0, limits).0,
            text,
            lines: LineIndex::new(text),
        }
    }

    /// The place of a span. One that begins at a key and ends with its value is the value; one within an object but in none of its
    /// members is the object.
    pub(crate) fn locate(&self, span: Span) -> Location {
        let mut path = Vec::new();
        let bytes = descend(&self.tree, span, &mut path);
        self.location(path, bytes)
    }

    /// The place of what makes a text other than JSON: the span itself, and the way to it as far as it is known.
    pub(crate) fn locate_in_no_json(&self, span: Span) -> Location {
        let mut path = Vec::new();
        descend(&self.tree, span, &mut path);
        if span.start == span.end
            && let Some(PathElement::Substring { .. }) = path.last()
        {
            path.pop();
        }
        self.location(path, span)
    }

    fn location(&self, path: Vec<PathElement>, bytes: Span) -> Location {
        Location {
            path,
            span: finding::Span {
                start: Position::of(self.text, &self.lines, bytes.start),
                end: Position::of(self.text, &self.lines, bytes.end),
            },
            bytes,
        }
    }
}

fn descend(value: &JsonValue, span: Span, path: &mut Vec<PathElement>) -> Span {
    if value.span == span {
        return span;
    }
    match &value.node {
        Json::Object(members) => match find(members, whole, span).map(|at| &members[at]) {
            Some(member) if member.key.span == span => {
                path.push(PathElement::Key(member.key.as_str().to_owned()));
                span
            }
            Some(member) => {
                path.push(PathElement::Value(member.key.as_str().to_owned()));
                if holds(member.value.span, span) {
                    descend(&member.value, span, path)
                } else if holds(member.key.span, span) {
                    path.pop();
                    path.push(PathElement::Key(member.key.as_str().to_owned()));
                    path.push(substring(&member.key, span));
                    span
                } else {
                    member.value.span
                }
            }
            None => value.span,
        },
        Json::Array(values) => match find(values, |value| value.span, span) {
            Some(index) => {
                path.push(PathElement::Index(index));
                descend(&values[index], span, path)
            }
            None => value.span,
        },
        Json::String(text) => {
            path.push(substring(&Spanned::new(text.clone(), value.span), span));
            span
        }
        // Where the text is no JSON, the place itself is all that can be told.
        Json::Invalid => span,
        Json::Null | Json::Bool(_) | Json::Number(_) => value.span,
    }
}

/// Which of `items`, which follow each other in the text, holds the span.
fn find<T>(items: &[T], place: impl Fn(&T) -> Span, span: Span) -> Option<usize> {
    let at = items
        .partition_point(|item| place(item).start <= span.start)
        .checked_sub(1)?;
    holds(place(&items[at]), span).then_some(at)
}

fn whole(member: &Member) -> Span {
    member.key.span.join(member.value.span)
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The part of a text that a span of the source covers, in characters.
fn substring(text: &Spanned<Text>, span: Span) -> PathElement {
    let boundaries = || text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let character = |source: u32| boundaries().take_while(|&at| text.part(at..at).start < source).count();
    let start = character(span.start);
    PathElement::Substring {
        start,
        length: character(span.end).saturating_sub(start),
    }
}
