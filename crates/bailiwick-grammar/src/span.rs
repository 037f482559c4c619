//! Where something stands in a text: byte offsets, and the line and column they amount to.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};

/// A half-open range of bytes of a source text.
///
/// A span does not know its text: the map from a source to its text lives with whoever renders (the command line), so
/// that syntax trees stay small and own nothing but what was written.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just after the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`; an `end` before `start` gives the empty span at `start`.
    pub fn new(start: u32, end: u32) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// The empty span at `offset`.
    pub fn at(offset: u32) -> Self {
        Self {
            start: offset,
            end: offset,
        }
    }

    /// The number of bytes covered.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether no byte is covered.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The span as a range of indices into the text that it was taken from.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value together with the place where it was written.
///
/// Two spanned values are equal when the values are: a tree read from differently spaced text is the same tree.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spanned<T> {
    /// The value.
    pub node: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `node`, written at `span`.
    pub fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned {
            node: f(self.node),
            span: self.span,
        }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.node
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: Hash> Hash for Spanned<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.node.hash(state);
    }
}

/// A line and column in a text, for people: both count from one, and a column counts characters.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character within the line, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The starts of a text's lines: turns offsets into positions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LineIndex {
    /// INVARIANT: sorted, and the first element is 0; `position` relies on it.
    starts: Vec<u32>,
    /// Whether a column is a number of bytes.
    ascii: bool,
}

impl LineIndex {
    /// Finds the lines of `text` in one pass. Lines end with a line feed; a carriage return before it belongs to the line.
    pub fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| offset(at + 1))).collect();
        Self {
            starts,
            ascii: text.is_ascii(),
        }
    }

    /// The line and column of `offset` in `text`, which must be the text that the index was made from.
    ///
    /// Logarithmic in the number of lines; where the text is not all ASCII, linear in the length of the line too.
    ///
    /// An offset past the end, or within a character, is moved back to the nearest place that exists.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut at = (offset as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|&start| start as usize <= at);
        let start = self.starts[line - 1] as usize;
        let column = if self.ascii {
            at - start
        } else {
            text.get(start..at).map_or(0, |before| before.chars().count())
        };
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }
}

/// An index as a span offset. Texts longer than 4 GiB are refused before anything is parsed (`Limits::bytes`).
pub(crate) fn offset(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let text = "{\n  \"é\": 1\n}";
        let index = LineIndex::new(text);
        let at = |needle: &str| index.position(text, offset(text.find(needle).unwrap()));
        assert_eq!(at("{").to_string(), "1:1");
        assert_eq!(at("\"é").to_string(), "2:3");
        assert_eq!(at("1").to_string(), "2:8");
        assert_eq!(at("}").to_string(), "3:1");
        assert_eq!(index.position(text, 999).to_string(), "3:2");
    }

    #[test]
    fn spanned_values_compare_without_their_place() {
        assert_eq!(Spanned::new('a', Span::new(0, 1)), Spanned::new('a', Span::new(7, 8)));
    }
}
