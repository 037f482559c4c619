//! Why AWS STS makes no session: its error codes and its words.

use thiserror::Error;

use crate::error::EntityError;

/// A session that AWS STS refuses to make.
///
/// The message is AWS's own where it is known.
///
/// AWS: STS API Reference, "Errors" of each action, "Common Errors".
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{message}")]
pub struct SessionError {
    kind: SessionErrorKind,
    message: String,
}

/// The error codes of AWS STS.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum SessionErrorKind {
    /// A parameter breaks the rules of its type, of the role or of the call.
    ValidationError,
    /// The caller cannot call the action.
    AccessDenied,
    /// A session policy is none.
    MalformedPolicyDocument,
}

impl SessionErrorKind {
    /// The code as the API prints it.
    pub fn code(self) -> &'static str {
        match self {
            Self::ValidationError => "ValidationError",
            Self::AccessDenied => "AccessDenied",
            Self::MalformedPolicyDocument => "MalformedPolicyDocument",
        }
    }

    /// The status of the HTTP answer.
    pub fn http_status(self) -> u16 {
        match self {
            Self::ValidationError | Self::MalformedPolicyDocument => 400,
            Self::AccessDenied => 403,
        }
    }
}

impl SessionError {
    /// The kind, which has AWS's code.
    pub fn kind(&self) -> SessionErrorKind {
        self.kind
    }

    /// AWS's message.
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn new(kind: SessionErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new(SessionErrorKind::ValidationError, message)
    }

    pub(super) fn access_denied(message: impl Into<String>) -> Self {
        Self::new(SessionErrorKind::AccessDenied, message)
    }
}

/// A parameter that IAM would refuse too, in the same words: AWS STS has one code for all of them.
impl From<EntityError> for SessionError {
    fn from(error: EntityError) -> Self {
        Self::validation(error.message())
    }
}
