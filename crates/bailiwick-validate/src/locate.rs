//! From the span of a finding to the place that Access Analyzer tells: the way to it and its characters.

use bailiwick_grammar::json::{Json, JsonValue, Member, Text, parse_json};
use bailiwick_grammar::{Limits, Span, Spanned};

use crate::finding::{self, Location, PathElement, Position};

/// Knows where everything in a text is. Made only for texts that have findings.
pub(crate) struct Locator<'a> {
    tree: JsonValue,
    characters: Characters<'a>,
}

impl<'a> Locator<'a> {
    pub(crate) fn new(text: &'a str, limits: &Limits) -> Self {
        Self {
            tree: parse_json(text, 0, limits).0,
            characters: Characters::new(text),
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
                start: self.characters.position(bytes.start),
                end: self.characters.position(bytes.end),
            },
            bytes,
        }
    }
}

/// Counts the characters and lines before an offset, in time that does not depend on the length of the text.
struct Characters<'a> {
    text: &'a str,
    /// Where each line starts. INVARIANT: sorted, and the first element is 0.
    lines: Vec<usize>,
    /// How many characters begin before each multiple of `STEP`; empty where every character is one byte.
    counted: Vec<usize>,
}

const STEP: usize = 256;

impl<'a> Characters<'a> {
    fn new(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let mut counted = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for (at, byte) in text.bytes().enumerate() {
                if at % STEP == 0 {
                    counted.push(count);
                }
                count += usize::from(is_first(byte));
            }
        }
        Self {
            text,
            lines: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect(),
            counted,
        }
    }

    /// How many characters begin before `at`.
    fn before(&self, at: usize) -> usize {
        let Some(counted) = self.counted.get(at / STEP) else {
            return if self.counted.is_empty() {
                at
            } else {
                self.text.chars().count()
            };
        };
        let rest = &self.text.as_bytes()[at - at % STEP..at];
        counted + rest.iter().filter(|&&byte| is_first(byte)).count()
    }

    fn position(&self, offset: u32) -> Position {
        let at = (offset as usize).min(self.text.len());
        let line = self.lines.partition_point(|&start| start <= at);
        let before = self.before(at);
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Position {
            line: number(line),
            column: number(before - self.before(self.lines[line - 1])),
            offset: number(before),
        }
    }
}

/// Whether a character begins with the byte.
fn is_first(byte: u8) -> bool {
    byte & 0xC0 != 0x80
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
