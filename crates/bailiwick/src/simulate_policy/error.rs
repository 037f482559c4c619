//! Why a simulation is refused: AWS's codes and, where they are known, AWS's words.

use std::fmt;

use bailiwick_grammar::LineIndex;
use bailiwick_model::StoredDocument;
use thiserror::Error;

/// A simulation that AWS's API would refuse. A denied action is an answer, never an error.
///
/// AWS: IAM API Reference, `SimulateCustomPolicy` and `SimulatePrincipalPolicy`, "Errors".
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{message}")]
pub struct SimulatePolicyError {
    kind: SimulatePolicyErrorKind,
    message: String,
}

/// The error codes of the simulation.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum SimulatePolicyErrorKind {
    /// A parameter has a value that the simulation cannot take.
    InvalidInput,
    /// A parameter breaks the constraint of its type.
    ValidationError,
    /// The user, group or role does not exist.
    NoSuchEntity,
    /// A policy that the simulation depends on, and that the caller did not give, cannot be used.
    PolicyEvaluation,
}

impl SimulatePolicyErrorKind {
    /// The code as the API prints it.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidInput => "InvalidInput",
            Self::ValidationError => "ValidationError",
            Self::NoSuchEntity => "NoSuchEntity",
            Self::PolicyEvaluation => "PolicyEvaluation",
        }
    }

    /// The status of the HTTP answer.
    pub fn http_status(self) -> u16 {
        match self {
            Self::InvalidInput | Self::ValidationError => 400,
            Self::NoSuchEntity => 404,
            Self::PolicyEvaluation => 500,
        }
    }
}

impl SimulatePolicyError {
    /// The kind, which has AWS's code.
    pub fn kind(&self) -> SimulatePolicyErrorKind {
        self.kind
    }

    /// What is wrong, and where.
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn invalid_input(message: impl Into<String>) -> Self {
        Self {
            kind: SimulatePolicyErrorKind::InvalidInput,
            message: message.into(),
        }
    }

    pub(super) fn no_such_entity(message: impl Into<String>) -> Self {
        Self {
            kind: SimulatePolicyErrorKind::NoSuchEntity,
            message: message.into(),
        }
    }

    pub(super) fn policy_evaluation(why: impl fmt::Display) -> Self {
        Self {
            kind: SimulatePolicyErrorKind::PolicyEvaluation,
            message: why.to_string(),
        }
    }

    /// A value breaks the constraint of its parameter, in the words of AWS's protocol layer.
    pub(super) fn constraint(value: impl fmt::Display, parameter: &str, constraint: &str) -> Self {
        let message = format!(
            "1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy constraint: {constraint}"
        );
        Self {
            kind: SimulatePolicyErrorKind::ValidationError,
            message,
        }
    }

    /// A value is none of those that its parameter can have.
    pub(super) fn not_in_enum(value: &str, parameter: &str, names: &[&str]) -> Self {
        let constraint = format!("Member must satisfy enum value set: [{}]", names.join(", "));
        Self::constraint(value, parameter, &constraint)
    }

    /// A document of the request is no policy: AWS's words, and the place of the first error.
    pub(super) fn invalid_document(what: &str, document: &StoredDocument) -> Self {
        let first = document.policy().err().into_iter().flatten();
        let first = first.filter(|diagnostic| diagnostic.is_error()).map(|diagnostic| {
            let position = LineIndex::new(document.text()).position(document.text(), diagnostic.span.start);
            format!(": {position}: {}", diagnostic.message)
        });
        let why = first.take(1).collect::<String>();
        Self::invalid_input(format!("{what} has invalid content{why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS: IAM API Reference, "Errors" of the two actions.
    #[test]
    fn kinds_have_the_codes_and_statuses_of_aws() {
        use SimulatePolicyErrorKind::{InvalidInput, NoSuchEntity, PolicyEvaluation, ValidationError};
        let of = |kind: SimulatePolicyErrorKind| (kind.code(), kind.http_status());
        assert_eq!(of(InvalidInput), ("InvalidInput", 400));
        assert_eq!(of(ValidationError), ("ValidationError", 400));
        assert_eq!(of(NoSuchEntity), ("NoSuchEntity", 404));
        assert_eq!(of(PolicyEvaluation), ("PolicyEvaluation", 500));
    }
}
