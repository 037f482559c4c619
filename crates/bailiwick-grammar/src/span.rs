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

/// The lines and characters of a text: turns offsets into positions and back, in time that does not grow with the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LineIndex {
    /// INVARIANT: sorted, and the first element is 0; `position` relies on it.
    starts: Vec<u32>,
    /// How many characters begin before each multiple of `STEP`; empty where every character is one byte.
    counted: Vec<u32>,
}

/// How many bytes lie between two places before which the characters are counted.
const STEP: usize = 256;

impl LineIndex {
    /// Finds the lines of `text` in one pass. Lines end with a line feed; a carriage return before it belongs to the line.
    pub fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| offset(at + 1))).collect();
        let mut counted = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for block in text.as_bytes().chunks(STEP) {
                counted.push(offset(count));
                count += characters(block);
            }
        }
        Self { starts, counted }
    }

    /// The line and column of `offset` in `text`, which must be the text that the index was made from.
    ///
    /// An offset past the end, or within a character, is moved back to the nearest place that exists.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let at = floor(text, offset);
        let line = self.starts.partition_point(|&start| start as usize <= at);
        let start = self.starts[line - 1] as usize;
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(self.before(text, at) - self.before(text, start) + 1).unwrap_or(u32::MAX),
        }
    }

    /// How many characters of `text` begin before `offset`; one that cannot be is moved as `position` moves it.
    pub fn characters_before(&self, text: &str, offset: u32) -> u32 {
        self::offset(self.before(text, floor(text, offset)))
    }

    /// The offset of a line and a column of `text`: the reverse of `position`. A line past the last one is the last one; a column past
    /// the end of its line counts on in the next.
    pub fn offset_of(&self, text: &str, position: Position) -> u32 {
        let line = (position.line as usize).clamp(1, self.starts.len());
        let start = self.starts[line - 1] as usize;
        let character = self.before(text, start) + position.column.saturating_sub(1) as usize;
        let Some(block) = self
            .counted
            .partition_point(|&before| before as usize <= character)
            .checked_sub(1)
        else {
            return offset(character.min(text.len()));
        };
        let rest = text.as_bytes().iter().enumerate().skip(block * STEP);
        let mut firsts = rest.filter(|&(_, &byte)| is_first(byte));
        let at = firsts.nth(character - self.counted[block] as usize);
        offset(at.map_or(text.len(), |(at, _)| at))
    }

    /// How many characters begin before `at`, which is in the text or its end.
    fn before(&self, text: &str, at: usize) -> usize {
        let block = match (at / STEP, self.counted.len()) {
            (_, 0) => return at,
            // The end of a text of whole blocks.
            (block, count) => block.min(count - 1),
        };
        self.counted[block] as usize + characters(&text.as_bytes()[block * STEP..at])
    }
}

/// How many characters begin in the bytes.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| is_first(byte)).count()
}

/// Whether a character begins with the byte.
fn is_first(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// The nearest place at or before `offset` that is between two characters.
fn floor(text: &str, offset: u32) -> usize {
    let mut at = (offset as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
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
    fn an_offset_and_its_position_name_one_place() {
        for text in [
            "{\n  \"a\": {}\n}\n".to_owned(),
            "{\"é\":\n\"日本\"}".to_owned(),
            "é\"日本語\"\n".repeat(200),
            "日本語".repeat(400),
            "é".repeat(STEP / 2),
            String::new(),
        ] {
            let index = LineIndex::new(&text);
            let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for (character, at) in places.enumerate() {
                let at = offset(at);
                assert_eq!(index.offset_of(&text, index.position(&text, at)), at, "{text:?}");
                assert_eq!(index.characters_before(&text, at) as usize, character, "{text:?}");
            }
        }
    }

    #[test]
    fn a_place_that_does_not_exist_is_moved_back() {
        let (text, index) = ("é", LineIndex::new("é"));
        assert_eq!(index.position(text, 1), index.position(text, 0));
        assert_eq!(index.characters_before(text, 1), 0);
        assert_eq!(index.characters_before(text, 9), 1);
        assert_eq!(index.offset_of(text, Position { line: 9, column: 9 }), 2);
    }

    #[test]
    fn spanned_values_compare_without_their_place() {
        assert_eq!(Spanned::new('a', Span::new(0, 1)), Spanned::new('a', Span::new(7, 8)));
    }
}
