//! When a statement applies to a request, and if not, why.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Statement": all elements must match.

use bailiwick_policy::{ConditionKey, ContextValue, PrincipalMatch, RequestResource, Statement};

use crate::request::Request;

/// A request, prepared for being held against many statements.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) request: &'a Request,
    pub(crate) resource: RequestResource<'a>,
    /// Whether the principal is a user or role with a permissions boundary.
    pub(crate) bounded: bool,
}

/// An element of a statement that does not match a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mismatch {
    /// `Principal` or `NotPrincipal`.
    Principal,
    /// `Action` or `NotAction`.
    Action,
    /// `Resource` or `NotResource`.
    Resource {
        /// The policy variables of the element that have no value in the request.
        unresolved: Vec<ConditionKey>,
    },
    /// A condition.
    Condition {
        /// Which of the statement's conditions.
        index: usize,
        /// The value that the request has for the condition's key.
        saw: Option<ContextValue>,
        /// The keys that the condition asks for and the request does not have.
        missing: Vec<ConditionKey>,
    },
}

impl Question<'_> {
    /// Whether a statement applies, and how it names the principal.
    pub(crate) fn applies(&self, statement: &Statement) -> Option<PrincipalMatch> {
        let context = self.request.context();
        let fits = statement.action.matches(self.request.action())
            && statement
                .resource
                .as_ref()
                .is_none_or(|resource| resource.matches(self.resource, context));
        if !fits {
            return None;
        }
        let named = statement.speaks_of(self.request.principal(), self.bounded)?;
        statement
            .conditions
            .iter()
            .all(|condition| condition.holds(context))
            .then_some(named)
    }

    /// Every element that keeps a statement from applying.
    pub(crate) fn mismatches(&self, statement: &Statement) -> Vec<Mismatch> {
        let context = self.request.context();
        let mut found = Vec::new();
        if statement.speaks_of(self.request.principal(), self.bounded).is_none() {
            found.push(Mismatch::Principal);
        }
        if !statement.action.matches(self.request.action()) {
            found.push(Mismatch::Action);
        }
        if let Some(resource) = statement
            .resource
            .as_ref()
            .filter(|resource| !resource.matches(self.resource, context))
        {
            let unresolved = resource
                .variables()
                .filter(|variable| variable.value(context).is_none());
            found.push(Mismatch::Resource {
                unresolved: unresolved.map(|variable| variable.key.clone()).collect(),
            });
        }
        for (index, condition) in statement.conditions.iter().enumerate() {
            if !condition.holds(context) {
                let saw = context.value(&condition.key).cloned();
                let missing = condition.missing_keys(context).cloned().collect();
                found.push(Mismatch::Condition { index, saw, missing });
            }
        }
        found
    }
}
