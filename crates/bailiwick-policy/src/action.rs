//! Which actions a statement speaks of.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Action" and "NotAction".

use std::borrow::Cow;

use bailiwick_grammar::{Span, Spanned};

use crate::context::RequestContext;
use crate::name::NameHash;
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
    /// In lower case.
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
}

impl ActionPattern {
    pub(crate) fn lower(pattern: &bailiwick_grammar::ActionPattern) -> Self {
        let Some((service, name)) = pattern.service_and_name() else {
            return Self::Everything;
        };
        if !name.contains(['*', '?']) {
            return Self::One(ActionName::new(service, name));
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
    pub fn matches(&self, action: &RequestAction<'_>) -> bool {
        match self {
            Self::Everything => true,
            Self::One(name) => name.hash == action.hash && name.text.eq_ignore_ascii_case(&action.text),
            Self::Service { service, name } => {
                let (prefix, action) = action.service_and_name();
                prefix.eq_ignore_ascii_case(service) && name.matches_ignore_ascii_case(action, &RequestContext::new())
            }
        }
    }
}

impl ActionName {
    fn new(service: &str, name: &str) -> Self {
        let text = format!("{service}:{name}").to_ascii_lowercase();
        Self {
            hash: NameHash::of_ascii(&text),
            text: text.into(),
        }
    }

    /// `service:name`, in lower case.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn hash(&self) -> NameHash {
        self.hash
    }

    pub(crate) fn service(&self) -> NameHash {
        NameHash::of_ascii(self.text.split(':').next().unwrap_or_default())
    }
}

impl<'a> RequestAction<'a> {
    /// Reads an action; nothing where the text is not a service, a colon and a name, or has a wildcard or a blank.
    pub fn parse(text: impl Into<Cow<'a, str>>) -> Option<Self> {
        let text = text.into();
        let colon = text.bytes().position(|byte| byte == b':')?;
        let (service, name) = (&text[..colon], &text[colon + 1..]);
        let wrong = |byte: u8| matches!(byte, b':' | b'*' | b'?' | b' ');
        if service.is_empty() || name.is_empty() || service.bytes().any(wrong) || name.bytes().any(wrong) {
            return None;
        }
        Some(Self {
            hash: NameHash::of_ascii(&text),
            service: NameHash::of_ascii(service),
            colon,
            text,
        })
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
        let matches =
            RequestAction::parse(action).is_some_and(|action| ActionPattern::lower(&pattern).matches(&action));
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
