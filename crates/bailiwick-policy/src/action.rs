//! Which actions a statement speaks of.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Action" and "NotAction".

use bailiwick_grammar::{Span, Spanned};

use crate::context::RequestContext;
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
    /// The actions of one service.
    Service {
        /// The service prefix, in lower case.
        service: Box<str>,
        /// The pattern for names.
        name: Pattern,
    },
}

impl ActionPattern {
    pub(crate) fn lower(pattern: &bailiwick_grammar::ActionPattern) -> Self {
        match pattern.service_and_name() {
            None => Self::Everything,
            Some((service, name)) => {
                let syntax = Syntax {
                    wildcards: true,
                    variables: false,
                };
                Self::Service {
                    service: service.to_ascii_lowercase().into(),
                    name: Pattern::parse(name, syntax),
                }
            }
        }
    }

    /// Whether an action, `service:Name`, matches.
    pub fn matches(&self, action: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Service { service, name } => action.split_once(':').is_some_and(|(prefix, action)| {
                prefix.eq_ignore_ascii_case(service) && name.matches_ignore_ascii_case(action, &RequestContext::new())
            }),
        }
    }
}

impl ActionElement {
    /// Whether the statement speaks of an action. An empty list speaks of none, negated or not.
    pub fn matches(&self, action: &str) -> bool {
        !self.patterns.is_empty() && self.patterns.iter().any(|pattern| pattern.matches(action)) != self.negated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, action: &str, expected: bool) {
        let pattern = bailiwick_grammar::ActionPattern::parse(pattern.into()).unwrap();
        assert_eq!(ActionPattern::lower(&pattern).matches(action), expected);
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
