//! From places in a document to places in the file that holds it.

use bailiwick_grammar::LineIndex;
use bailiwick_validate::{Position, Span};

use super::report::FindingLocation;

/// A file of which documents are parts.
pub(super) struct FileText<'t> {
    text: &'t str,
    lines: LineIndex,
}

/// Where a document starts in a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct DocumentStart {
    pub(super) position: Position,
    byte: u32,
}

impl<'t> FileText<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            lines: LineIndex::new(text),
        }
    }

    /// The place of a line and a column, both from 1.
    pub(super) fn start(&self, position: bailiwick_grammar::Position) -> DocumentStart {
        self.start_at(self.lines.offset_of(self.text, position))
    }

    /// The place of a byte.
    pub(super) fn start_at(&self, byte: u32) -> DocumentStart {
        DocumentStart {
            position: Position::of(self.text, &self.lines, byte),
            byte,
        }
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
