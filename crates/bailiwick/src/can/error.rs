//! Questions that have no answer.

use bailiwick_eval::RequestError;
use bailiwick_grammar::PrincipalError;
use bailiwick_model::{BrokenPolicy, OrganizationError, PrincipalLookupError};
use thiserror::Error;

/// A question that has no answer. A refusal is an answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum QuestionError {
    /// The principal is none.
    #[error("principal: {0}")]
    Principal(#[from] PrincipalError),
    /// The action or resource is none.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The principal is not known.
    #[error(transparent)]
    UnknownPrincipal(#[from] PrincipalLookupError),
    /// The role that is to be assumed, or the user or role that the request is about, is not known.
    #[error("resource: {0}")]
    UnknownRole(PrincipalLookupError),
    /// A policy that the answer depends on cannot be used.
    #[error(transparent)]
    Policy(#[from] BrokenPolicy),
    /// The organization does not say where an account is.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// A file that the answer may depend on could not be read whole.
    #[error("{what} may have been in {file}, which could not be read whole")]
    Incomplete {
        /// The file.
        file: String,
        /// What the answer depends on.
        what: String,
    },
    /// Neither the resource nor the principal's account is known.
    #[error("{0} is not in the exports, and neither is the principal's account: nothing says who owns it")]
    UnknownOwner(String),
    /// A call has no check.
    #[error("a call needs at least one permission")]
    NoCheck,
    /// A condition key that has one value is given several.
    #[error("condition key `{0}` is single-valued: give it once")]
    SingleValued(String),
    /// A condition key is given a value that is not what the environment says.
    #[error("the request has `{key}` = `{derived}`, not `{given}`: it follows from the exports")]
    Contradiction {
        /// The key.
        key: String,
        /// The value that was given.
        given: String,
        /// The value that follows from the environment.
        derived: String,
    },
    /// A condition key is given that the request cannot have.
    #[error("the request has no `{key}` = `{given}`: {why}")]
    RuledOut {
        /// The key.
        key: String,
        /// The value that was given.
        given: String,
        /// Why the request cannot have it.
        why: &'static str,
    },
}

impl QuestionError {
    /// Whether the exports lack what the answer needs, rather than the question being wrong.
    pub fn is_incomplete(&self) -> bool {
        match self {
            Self::UnknownPrincipal(error) | Self::UnknownRole(error) => {
                matches!(error, PrincipalLookupError::UnknownAccount(_))
            }
            Self::Organization(_) | Self::Incomplete { .. } | Self::UnknownOwner(_) => true,
            Self::Policy(_)
            | Self::Principal(_)
            | Self::Request(_)
            | Self::SingleValued(_)
            | Self::Contradiction { .. }
            | Self::RuledOut { .. }
            | Self::NoCheck => false,
        }
    }
}

pub(super) fn incomplete(file: &str, what: impl Into<String>) -> QuestionError {
    QuestionError::Incomplete {
        file: file.to_owned(),
        what: what.into(),
    }
}
