//! What an importer could not read.

use std::fmt;
use std::sync::Arc;

use bailiwick_grammar::{Position, Severity, Span};

/// Something in a file that could not be read, or that was read with an assumption.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ImportProblem {
    /// Whether something is missing or unusable because of it (an error), or was only assumed (a warning).
    pub severity: Severity,
    /// The file's name.
    pub file: Arc<str>,
    /// The place in the file.
    pub position: Option<Position>,
    /// The offending bytes of the file. Where a document is stored as a string, the whole string.
    pub span: Option<Span>,
    /// The entity that it is about: an ARN, or a name as far as it is known.
    pub entity: Option<Box<str>>,
    /// What is wrong, in one line.
    pub message: String,
    /// What was expected, or what to do.
    pub help: Option<String>,
    /// Whether it is about what a policy document says. The document was read, and is kept with all of its diagnostics.
    pub is_about_document: bool,
}

impl ImportProblem {
    /// A problem with a file as a whole.
    pub fn new(severity: Severity, file: Arc<str>, message: impl Into<String>) -> Self {
        Self {
            severity,
            file,
            position: None,
            span: None,
            entity: None,
            message: message.into(),
            help: None,
            is_about_document: false,
        }
    }

    /// The same problem, about an entity.
    #[must_use]
    pub fn about(self, entity: &str) -> Self {
        Self {
            entity: Some(entity.into()),
            ..self
        }
    }

    /// The same problem with advice.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    /// Whether something is missing or unusable because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `FILE:LINE:COLUMN: ENTITY: MESSAGE`
impl fmt::Display for ImportProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(position) = self.position {
            write!(f, ":{position}")?;
        }
        if let Some(entity) = &self.entity {
            write!(f, ": {entity}")?;
        }
        write!(f, ": {}", self.message)
    }
}
