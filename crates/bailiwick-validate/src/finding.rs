//! What a check has found, and where.

use bailiwick_grammar::LineIndex;

use crate::check::PolicyCheck;

/// One finding: `ValidatePolicyFinding` of Access Analyzer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    pub(crate) check: &'static PolicyCheck,
    pub(crate) details: String,
    pub(crate) locations: Vec<Location>,
}

impl Finding {
    /// The check that made it: issue code, finding type, link.
    pub fn check(&self) -> &'static PolicyCheck {
        self.check
    }

    /// What is wrong and what to do: `findingDetails`.
    pub fn details(&self) -> &str {
        &self.details
    }

    /// The places that it is about, the most important first. Never empty.
    pub fn locations(&self) -> &[Location] {
        &self.locations
    }
}

/// A place in a policy: `Location` of Access Analyzer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Location {
    /// The way to it from the top of the document.
    pub path: Vec<PathElement>,
    /// Where it stands in the text.
    pub span: Span,
    /// The same in bytes of the text.
    pub bytes: bailiwick_grammar::Span,
}

/// A step of the way to a place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PathElement {
    /// `index`: a place in a list, from 0.
    Index(usize),
    /// `key`: the place is the key itself, not its value.
    Key(String),
    /// `substring`: a part of a text, in characters.
    Substring {
        /// Where it starts, from 0.
        start: usize,
        /// How long it is.
        length: usize,
    },
    /// `value`: the value of that key.
    Value(String),
}

/// From `start` to just before `end`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// The first character.
    pub start: Position,
    /// Just behind the last one.
    pub end: Position,
}

/// A place in a text, counted as Access Analyzer counts: in characters.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character within the line, from 0.
    pub column: u32,
    /// The character within the text, from 0.
    pub offset: u32,
}

impl Position {
    /// The place of a byte of `text`, of which `lines` is the index.
    pub fn of(text: &str, lines: &LineIndex, byte: u32) -> Self {
        let position = lines.position(text, byte);
        Self {
            line: position.line,
            column: position.column.saturating_sub(1),
            offset: lines.characters_before(text, byte),
        }
    }
}
