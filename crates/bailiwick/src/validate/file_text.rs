//! From places in a document to places in the file that holds it.

use bailiwick_validate::{Position, Span};

use super::report::FindingLocation;

/// A file of which documents are parts: finds the place of a document from its line and column, in time that does not grow with the file.
pub(super) struct FileText<'t> {
    text: &'t str,
    /// Where each line starts. INVARIANT: sorted, and the first element is 0.
    lines: Vec<usize>,
    /// How many characters begin before each multiple of `STEP`; empty where every character is one byte.
    counted: Vec<usize>,
}

/// Where a document starts in a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct DocumentStart {
    pub(super) position: Position,
    byte: u32,
}

const STEP: usize = 256;

impl<'t> FileText<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let mut counted = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for (at, byte) in text.bytes().enumerate() {
                if at % STEP == 0 {
                    counted.push(count);
                }
                count += usize::from(begins_character(byte));
            }
        }
        Self {
            text,
            lines: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect(),
            counted,
        }
    }

    /// The place of a line and a column, both from 1.
    pub(super) fn start(&self, position: bailiwick_grammar::Position) -> DocumentStart {
        let line = (position.line as usize).clamp(1, self.lines.len());
        let column = position.column.saturating_sub(1);
        let offset = self.characters_before(self.lines[line - 1]) + column as usize;
        DocumentStart {
            position: Position {
                line: narrow(line),
                column,
                offset: narrow(offset),
            },
            byte: narrow(self.byte_of(offset)),
        }
    }

    /// The place of a byte.
    pub(super) fn start_at(&self, byte: usize) -> DocumentStart {
        let byte = byte.min(self.text.len());
        let line = self.lines.partition_point(|&start| start <= byte);
        let offset = self.characters_before(byte);
        DocumentStart {
            position: Position {
                line: narrow(line),
                column: narrow(offset - self.characters_before(self.lines[line - 1])),
                offset: narrow(offset),
            },
            byte: narrow(byte),
        }
    }

    fn characters_before(&self, at: usize) -> usize {
        let Some(counted) = self.counted.get(at / STEP) else {
            return if self.counted.is_empty() {
                at
            } else {
                self.text.chars().count()
            };
        };
        let rest = &self.text.as_bytes()[at - at % STEP..at];
        counted + rest.iter().filter(|&&byte| begins_character(byte)).count()
    }

    fn byte_of(&self, character: usize) -> usize {
        let Some(block) = self
            .counted
            .partition_point(|&before| before <= character)
            .checked_sub(1)
        else {
            return character.min(self.text.len());
        };
        let mut left = character - self.counted[block];
        for (at, &byte) in self.text.as_bytes().iter().enumerate().skip(block * STEP) {
            if begins_character(byte) {
                if left == 0 {
                    return at;
                }
                left -= 1;
            }
        }
        self.text.len()
    }
}

impl DocumentStart {
    /// Moves a place of the document to where it is in the file.
    pub(super) fn shift(self, location: &mut FindingLocation) {
        let place = |within: Position| Position {
            line: self.position.line.saturating_add(within.line.saturating_sub(1)),
            column: if within.line == 1 {
                self.position.column.saturating_add(within.column)
            } else {
                within.column
            },
            offset: self.position.offset.saturating_add(within.offset),
        };
        location.span = Span {
            start: place(location.span.start),
            end: place(location.span.end),
        };
        location.bytes = bailiwick_grammar::Span::new(
            self.byte.saturating_add(location.bytes.start),
            self.byte.saturating_add(location.bytes.end),
        );
    }
}

fn begins_character(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use bailiwick_grammar::LineIndex;

    use super::*;

    #[track_caller]
    fn check(text: &str) {
        let file = FileText::new(text);
        let lines = LineIndex::new(text);
        for (character, (at, _)) in text.char_indices().enumerate() {
            let start = file.start(lines.position(text, narrow(at)));
            assert_eq!(
                (start.byte as usize, start.position.offset as usize),
                (at, character),
                "{text:?}"
            );
            assert_eq!(start, file.start_at(at));
        }
    }

    #[test]
    fn a_line_and_a_column_name_one_place() {
        check("{\n  \"a\": {}\n}\n");
        check("{\"é\":\n\"日本\"}");
        check(&"é\"日本語\"\n".repeat(200));
        check(&"日本語".repeat(400));
    }

    #[test]
    fn a_place_beyond_the_file_is_its_end() {
        let start = FileText::new("{}").start(bailiwick_grammar::Position { line: 9, column: 9 });
        assert_eq!((start.position.line, start.byte), (1, 2));
    }
}
