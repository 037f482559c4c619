//! Why an authorizer has no answer.

use bailiwick_eval::RequestError;
use bailiwick_grammar::{PolicyType, PrincipalError};
use bailiwick_model::BrokenPolicy;
use thiserror::Error;

/// A request that has no answer. A refusal is an answer.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// The principal's ARN is none.
    #[error("principal: {0}")]
    Principal(#[from] PrincipalError),
    /// The principal was not put.
    #[error("principal `{0}` is not known")]
    UnknownPrincipal(String),
    /// The action or resource is none.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// Nothing says whose the resource is, so that nobody knows which RCPs bind it.
    #[error("nothing says which account owns {0}: give the request's `resource_account`")]
    UnknownOwner(String),
    /// A policy that the request depends on cannot be used.
    #[error(transparent)]
    Policy(#[from] UnusablePolicy),
}

/// A policy that something depends on and that is no policy, or is not there.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum UnusablePolicy {
    /// The text is no policy.
    #[error(transparent)]
    Broken(#[from] BrokenPolicy),
    /// The policy was put as another type than its place asks for.
    #[error("policy `{id}` was put as {found}, and stands where {place} belongs")]
    WrongType {
        /// The policy.
        id: String,
        /// The type that it was put as.
        found: PolicyType,
        /// The type of its place.
        place: PolicyType,
    },
    /// There is no policy with that id.
    #[error("policy `{0}` is not known")]
    Unknown(String),
}

impl UnusablePolicy {
    pub(super) fn unknown(id: &str) -> Self {
        Self::Unknown(id.to_owned())
    }
}
