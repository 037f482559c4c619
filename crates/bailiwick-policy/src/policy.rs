//! The intermediate representation: what a policy means.

use bailiwick_grammar::ast::{Effect, Version};
use bailiwick_grammar::{PolicyType, Span};

use crate::action::{ActionElement, RequestAction};
use crate::condition::Condition;
use crate::index::ActionIndex;
use crate::principal::{Principal, PrincipalElement, PrincipalMatch};
use crate::resource::ResourceElement;

/// What a policy means. It can only be made by lowering a document without errors.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) policy_type: PolicyType,
    pub(crate) version: Version,
    pub(crate) statements: Vec<Statement>,
    /// INVARIANT: that of the statements.
    pub(crate) index: ActionIndex,
    /// INVARIANT: as the statements say.
    pub(crate) has_deny: bool,
}

/// One statement of a policy. It applies to a request that all its elements match.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The place of the statement in the policy, from 0.
    pub index: usize,
    /// The statement's id; nothing where it has none or an empty one.
    pub sid: Option<Box<str>>,
    /// What the statement does when it applies.
    pub effect: Effect,
    /// Whom it speaks of; nothing in policies that are attached to principals.
    pub principal: Option<PrincipalElement>,
    /// Which actions it speaks of.
    pub action: ActionElement,
    /// Which resources it speaks of; nothing where the policy's own resource is meant.
    pub resource: Option<ResourceElement>,
    /// What else must hold.
    pub conditions: Vec<Condition>,
    /// Where the statement stands in the document.
    pub span: Span,
}

impl Statement {
    /// How the statement speaks of a principal, if it does. A statement without `Principal` speaks of whom it is attached to.
    ///
    /// `bounded` tells whether the principal is a user or role that has a permissions boundary: a Deny with `NotPrincipal` always
    /// denies such a one, whatever it lists.
    ///
    /// AWS: IAM User Guide, "AWS JSON policy elements: NotPrincipal".
    pub fn speaks_of(&self, principal: &Principal, bounded: bool) -> Option<PrincipalMatch> {
        match &self.principal {
            None => Some(PrincipalMatch::Direct),
            Some(element) if element.negated && bounded && self.effect == Effect::Deny => {
                Some(PrincipalMatch::Wildcard)
            }
            Some(element) => element.matches(principal),
        }
    }
}

impl Policy {
    /// The type that the policy was lowered as.
    pub fn policy_type(&self) -> PolicyType {
        self.policy_type
    }

    /// The version of the policy language that it is written in.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The statements. Their order has no meaning.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Whether any statement denies.
    pub fn has_deny(&self) -> bool {
        self.has_deny
    }

    /// Whether any statement allows.
    pub fn has_allow(&self) -> bool {
        self.statements
            .iter()
            .any(|statement| statement.effect == Effect::Allow)
    }

    /// Calls `visit` with the statements whose `Action` or `NotAction` speaks of an action, until it answers `false`. They come in no
    /// particular order, and one may come more than once.
    ///
    /// Takes no time for the statements that do not speak of the action's service; allocates nothing.
    pub fn statements_about<'p>(&'p self, action: &RequestAction<'_>, visit: impl FnMut(&'p Statement) -> bool) {
        self.index.visit(&self.statements, action, visit);
    }
}
