//! When a statement applies to a request, and if not, why.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Statement": all elements must match.

use bailiwick_grammar::PrincipalIdentity;
use bailiwick_policy::{
    ConditionKey, ContextValue, ContextValueRef, Principal, PrincipalMatch, RequestResource, Statement,
};

use crate::policies::PolicySet;
use crate::request::Request;

/// A request, prepared for being held against many statements.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) request: &'a Request<'a>,
    resource: RequestResource<'a>,
    /// Whether the principal is a user or role with a permissions boundary.
    bounded: bool,
}

/// An element of a statement that does not match a request, beside `Action` and `NotAction`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mismatch {
    /// `Principal` or `NotPrincipal`.
    Principal,
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

impl<'a> Question<'a> {
    pub(crate) fn new(policies: PolicySet<'_>, request: &'a Request<'_>) -> Self {
        Self {
            request,
            resource: request.resource_parts(),
            bounded: is_user_or_role(request.principal()) && !policies.principal.permissions_boundary.is_empty(),
        }
    }

    /// How a statement speaks of the principal, if it does.
    pub(crate) fn names(&self, statement: &Statement) -> Option<PrincipalMatch> {
        statement.speaks_of(self.request.principal(), self.bounded)
    }

    /// Whether a statement applies whose `Action` speaks of the request's action, and how it names the principal.
    pub(crate) fn applies_if_about_action(&self, statement: &Statement) -> Option<PrincipalMatch> {
        let context = self.request.context();
        let named = self.names(statement)?;
        let on_resource = (statement.resource.as_ref()).is_none_or(|resource| resource.matches(self.resource, context));
        let holds = on_resource && statement.conditions.iter().all(|condition| condition.holds(context));
        holds.then_some(named)
    }

    /// Every element that keeps a statement from applying whose `Action` speaks of the request's action.
    pub(crate) fn mismatches(&self, statement: &Statement) -> Vec<Mismatch> {
        let context = self.request.context();
        let mut found = Vec::new();
        if self.names(statement).is_none() {
            found.push(Mismatch::Principal);
        }
        if let Some(resource) = (statement.resource.as_ref()).filter(|it| !it.matches(self.resource, context)) {
            let unresolved = resource
                .variables()
                .filter(|variable| variable.value(context).is_none());
            found.push(Mismatch::Resource {
                unresolved: unresolved.map(|variable| variable.key.clone()).collect(),
            });
        }
        for (index, condition) in statement.conditions.iter().enumerate() {
            if !condition.holds(context) {
                let saw = context.value(&condition.key).map(ContextValueRef::to_value);
                let missing = condition.missing_keys(context).cloned().collect();
                found.push(Mismatch::Condition { index, saw, missing });
            }
        }
        found
    }
}

/// Whether a permissions boundary can be the principal's own.
fn is_user_or_role(principal: &Principal) -> bool {
    principal.aws().is_some_and(|caller| match caller.arn.identity {
        PrincipalIdentity::User { .. } | PrincipalIdentity::Role { .. } | PrincipalIdentity::AssumedRole { .. } => true,
        PrincipalIdentity::Root | PrincipalIdentity::FederatedUser { .. } => false,
    })
}
