//! The words of a question and its answer that oracle and scenarios share.

use std::fmt;

/// The values of one condition key in a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ContextValue {
    /// A single-valued key.
    Single(String),
    /// A multivalued key, possibly with one value or none.
    Multi(Vec<String>),
}

impl From<&str> for ContextValue {
    fn from(value: &str) -> Self {
        Self::Single(value.to_owned())
    }
}

/// What a request comes to.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Decision {
    /// Every policy type that has a say allows the request.
    Allowed,
    /// A Deny statement applies.
    ExplicitDeny,
    /// Something that must allow the request does not.
    ImplicitDeny,
}

impl Decision {
    /// Every decision.
    pub const ALL: [Self; 3] = [Self::Allowed, Self::ExplicitDeny, Self::ImplicitDeny];

    /// The decision as `bailiwick simulate` prints it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }

    /// Reads what `as_str` gives.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.as_str() == text)
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
