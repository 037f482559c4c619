//! Which actions a statement speaks of.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Action" and "NotAction".

use std::borrow::Cow;

use bailiwick_grammar::{Span, Spanned};

use crate::name::{NameHash, folded_start};
use crate::pattern::{Pattern, Syntax};

/// `Action` or `NotAction`.
#[derive(Clone, Debug)]
pub struct ActionElement {
    /// Whether it is `NotAction`.
    pub negated: bool,
    /// The patterns.
    pub patterns: Vec<Spanned<ActionPattern>>,
    /// Where the element stands.
    pub span: Span,
}

/// A pattern for actions. Actions ignore case.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum ActionPattern {
    /// `*`: every action of every service.
    Everything,
    /// One action.
    One(ActionName),
    /// Actions of one service.
    Service {
        /// The service prefix, in lower case.
        service: Box<str>,
        /// The pattern for names.
        name: Pattern,
    },
}

/// An action that a policy names: `service:Name`.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ActionName {
    /// As it was written.
    text: Box<str>,
    /// INVARIANT: that of the text.
    hash: NameHash,
}

/// What is to be done in a request: `service:Name`.
#[derive(Clone, Debug)]
pub struct RequestAction<'a> {
    text: Cow<'a, str>,
    /// INVARIANT: the place of the one colon in the text.
    colon: usize,
    hash: NameHash,
    service: NameHash,
    /// The start of the name.
    start: u64,
}

impl ActionPattern {
    /// The meaning of an entry of `Action` or `NotAction`.
    pub fn lower(pattern: &bailiwick_grammar::ActionPattern) -> Self {
        let Some((service, name)) = pattern.service_and_name() else {
            return Self::Everything;
        };
        if !name.contains(['*', '?']) {
            return Self::One(ActionName::new(pattern.as_str()));
        }
        let syntax = Syntax {
            wildcards: true,
            variables: false,
        };
        Self::Service {
            service: service.to_ascii_lowercase().into(),
            name: Pattern::parse(name, syntax),
        }
    }

    /// Whether an action matches.
    #[inline]
    pub fn matches(&self, action: &RequestAction<'_>) -> bool {
        match self {
            Self::Everything => true,
            Self::One(name) => name.hash == action.hash && equal(&name.text, &action.text),
            Self::Service { service, name } => {
                let (prefix, action) = action.service_and_name();
                equal(prefix, service) && name.matches_ignore_ascii_case(action)
            }
        }
    }
}

/// Whether two names are equal but for case. Nearly always they are written alike.
fn equal(a: &str, b: &str) -> bool {
    a == b || a.eq_ignore_ascii_case(b)
}

impl ActionName {
    fn new(text: &str) -> Self {
        Self {
            hash: NameHash::of_ascii(text),
            text: text.into(),
        }
    }

    /// `service:Name`, as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn hash(&self) -> NameHash {
        self.hash
    }

    /// The service prefix, and the name.
    pub fn service_and_name(&self) -> (&str, &str) {
        self.text.split_once(':').unwrap_or_default()
    }

    pub(crate) fn service(&self) -> NameHash {
        NameHash::of_ascii(self.service_and_name().0)
    }
}

impl<'a> RequestAction<'a> {
    /// Reads an action.
    ///
    /// # Errors
    ///
    /// The text, where it is not a service, a colon and a name, or has a wildcard, white space or a control character.
    pub fn parse(text: impl Into<Cow<'a, str>>) -> Result<Self, String> {
        let text = text.into();
        let mut colon = None;
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b':' if colon.is_none() => colon = Some(at),
                b':' | b'*' | b'?' | b'\x7F' | ..=b' ' => return Err(text.into_owned()),
                _ => {}
            }
        }
        match colon {
            Some(colon) if colon > 0 && colon + 1 < text.len() => Ok(Self {
                hash: NameHash::of_ascii(&text),
                service: NameHash::of_ascii(&text[..colon]),
                start: folded_start(&text.as_bytes()[colon + 1..]),
                colon,
                text,
            }),
            Some(_) | None => Err(text.into_owned()),
        }
    }

    /// The text, as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The service prefix, and the name.
    pub fn service_and_name(&self) -> (&str, &str) {
        (&self.text[..self.colon], &self.text[self.colon + 1..])
    }

    /// The same action with a text of its own.
    pub fn into_owned(self) -> RequestAction<'static> {
        RequestAction {
            text: Cow::Owned(self.text.into_owned()),
            ..self
        }
    }

    pub(crate) fn hash(&self) -> NameHash {
        self.hash
    }

    pub(crate) fn service(&self) -> NameHash {
        self.service
    }

    /// The first letters of the name, as [`folded_start`] gives them.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }
}

impl ActionElement {
    /// Whether the statement speaks of an action. An empty list speaks of none, negated or not.
    pub fn matches(&self, action: &RequestAction<'_>) -> bool {
        !self.patterns.is_empty() && self.patterns.iter().any(|pattern| pattern.matches(action)) != self.negated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, action: &str, expected: bool) {
        let pattern = bailiwick_grammar::ActionPattern::parse(pattern.into()).unwrap();
        let matches = RequestAction::parse(action).is_ok_and(|action| ActionPattern::lower(&pattern).matches(&action));
        assert_eq!(matches, expected);
    }

    #[test]
    fn actions_ignore_case_and_take_wildcards_in_the_name() {
        check("*", "s3:GetObject", true);
        check("s3:Get*", "S3:getobject", true);
        check("s3:*", "s3express:CreateSession", false);
        check("s3:GetObjec?", "s3:GetObject", true);
        check("s3:", "s3:GetObject", false);
        check("s3:${x}", "s3:${x}", true);
    }
}
