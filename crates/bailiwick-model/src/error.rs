//! Why AWS refuses to change an entity: its error codes and its words.

use thiserror::Error;

use crate::quota::Quota;

/// A change to the entities of an account that AWS refuses.
///
/// The message is AWS's own, so that clients that match on it work.
///
/// AWS: IAM API Reference, "Errors" of each action.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{message}")]
pub struct EntityError {
    kind: EntityErrorKind,
    message: String,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $status:literal;)*) => {
        /// The error codes of IAM.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum EntityErrorKind {
            $($(#[doc = $doc])* $name,)*
        }

        impl EntityErrorKind {
            /// The code as the API prints it.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The status of the HTTP answer.
            pub fn http_status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)*
                }
            }
        }
    };
}

kinds! {
    /// What is named does not exist.
    NoSuchEntity = "NoSuchEntity", 404;
    /// The name is taken.
    EntityAlreadyExists = "EntityAlreadyExists", 409;
    /// Something still depends on what was to be deleted.
    DeleteConflict = "DeleteConflict", 409;
    /// A quota would be exceeded.
    LimitExceeded = "LimitExceeded", 409;
    /// A policy document is not one.
    MalformedPolicyDocument = "MalformedPolicyDocument", 400;
    /// A parameter has a value that the action cannot take.
    InvalidInput = "InvalidInput", 400;
    /// A parameter breaks the pattern or the length of its type.
    ValidationError = "ValidationError", 400;
    /// Only AWS may change this role.
    UnmodifiableEntity = "UnmodifiableEntity", 400;
    /// The entity was created or deleted a moment ago.
    EntityTemporarilyUnmodifiable = "EntityTemporarilyUnmodifiable", 409;
    /// The policy is for service-linked roles only.
    PolicyNotAttachable = "PolicyNotAttachable", 400;
    /// The password breaks the account's password policy.
    PasswordPolicyViolation = "PasswordPolicyViolation", 400;
    /// Two changes at once.
    ConcurrentModification = "ConcurrentModification", 409;
}

impl EntityError {
    /// An error of that kind, with AWS's message.
    pub fn new(kind: EntityErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// The kind, which has AWS's code.
    pub fn kind(&self) -> EntityErrorKind {
        self.kind
    }

    /// AWS's message.
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn no_such_entity(message: impl Into<String>) -> Self {
        Self::new(EntityErrorKind::NoSuchEntity, message)
    }

    pub(crate) fn already_exists(message: impl Into<String>) -> Self {
        Self::new(EntityErrorKind::EntityAlreadyExists, message)
    }

    pub(crate) fn delete_conflict(message: impl Into<String>) -> Self {
        Self::new(EntityErrorKind::DeleteConflict, message)
    }

    pub(crate) fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(EntityErrorKind::InvalidInput, message)
    }

    pub(crate) fn exceeded(quota: Quota, limit: u32) -> Self {
        let message = format!("Cannot exceed quota for {}: {limit}", quota.name());
        Self::new(EntityErrorKind::LimitExceeded, message)
    }

    /// A value breaks the constraint of its parameter, in the words of AWS's protocol layer.
    pub(crate) fn constraint(value: &str, parameter: &str, constraint: &str) -> Self {
        let message = format!(
            "1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy constraint: {constraint}"
        );
        Self::new(EntityErrorKind::ValidationError, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_codes_and_statuses_of_aws() {
        let error = EntityError::exceeded(Quota::AccessKeysPerUser, 2);
        assert_eq!(error.to_string(), "Cannot exceed quota for AccessKeysPerUser: 2");
        assert_eq!(
            (error.kind().code(), error.kind().http_status()),
            ("LimitExceeded", 409)
        );
        assert_eq!(EntityErrorKind::NoSuchEntity.http_status(), 404);
    }
}
