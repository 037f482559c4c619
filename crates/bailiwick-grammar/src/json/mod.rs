//! JSON (RFC 8259) with spans, for policies.
//!
//! Unlike a general JSON library this one keeps the place of every value and every repeated key, and goes on after an
//! error: the tree holds what could be read, the diagnostics say what could not.

mod parse;
mod print;
mod token;

use std::fmt;
use std::ops::Range;

pub use self::parse::parse_json;
pub(crate) use self::print::write_json;
pub use self::print::{print_json, write_string};
use crate::span::{Span, Spanned, offset};

/// A JSON value and its place.
pub type JsonValue = Spanned<Json>;

/// A JSON value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(Box<str>),
    /// A string, decoded.
    String(Text),
    /// `[…]`
    Array(Vec<JsonValue>),
    /// `{…}`: members in the order in which they were written, repeated keys included.
    Object(Vec<Member>),
    /// A place where a value should be and none could be read; a diagnostic says why.
    Invalid,
}

impl Json {
    /// The kind of value, as a message names it: `a string`, `an object`, ….
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
            Self::Invalid => "something unreadable",
        }
    }
}

/// One `"key": value` of an object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Member {
    /// The key.
    pub key: Spanned<Text>,
    /// The value.
    pub value: JsonValue,
}

/// The text of a JSON string, decoded, with what is needed to find a part of it in the source again.
#[derive(Clone, Default)]
pub struct Text {
    value: Box<str>,
    /// Absent where the string has no escape, which is nearly always.
    /// INVARIANT: sorted by `decoded`.
    escapes: Option<Box<[Escape]>>,
}

/// An escape sequence: where its character stands in the decoded text, and how many bytes it takes there and in the source.
#[derive(Clone, Copy, Debug)]
struct Escape {
    decoded: u32,
    decoded_len: u8,
    source_len: u8,
}

impl Text {
    /// A text that was written without escapes.
    pub fn new(value: impl Into<Box<str>>) -> Self {
        Self {
            value: value.into(),
            escapes: None,
        }
    }

    fn with_escapes(value: String, escapes: Vec<Escape>) -> Self {
        Self {
            value: value.into(),
            escapes: (!escapes.is_empty()).then(|| escapes.into()),
        }
    }

    /// The decoded text.
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// The decoded text, owned.
    pub fn into_string(self) -> Box<str> {
        self.value
    }
}

impl Spanned<Text> {
    /// The place in the source of a part of the decoded text, given as byte indices of the decoded text.
    pub fn part(&self, range: Range<usize>) -> Span {
        Span::new(
            self.source_offset(offset(range.start)),
            self.source_offset(offset(range.end)),
        )
    }

    /// The place in the source of a slice of the decoded text; that of the whole where the slice is empty.
    pub fn place_of(&self, slice: &str) -> Span {
        let text = self.node.as_str();
        let start = slice.as_ptr().addr().saturating_sub(text.as_ptr().addr());
        if slice.is_empty() || slice.len() >= text.len() {
            return self.span;
        }
        self.part(start..start + slice.len())
    }

    fn source_offset(&self, decoded: u32) -> u32 {
        let escapes = self.node.escapes.as_deref().unwrap_or_default();
        // What stands for an escape that does not exist is longer than the escape.
        let (source, text) = escapes
            .iter()
            .take_while(|escape| escape.decoded + u32::from(escape.decoded_len) <= decoded)
            .fold((0, 0), |(source, text), escape| {
                (
                    source + u32::from(escape.source_len),
                    text + u32::from(escape.decoded_len),
                )
            });
        (self.span.start + 1 + (decoded - text) + source).min(self.span.end)
    }
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.value
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value, f)
    }
}

impl From<&str> for Text {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

#[cfg(test)]
mod tests;
