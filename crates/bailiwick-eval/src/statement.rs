//! When a statement applies to a request, and if not, why.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Statement": all elements must match.

use std::collections::BTreeSet;

use bailiwick_grammar::{ConditionOperator, PrincipalIdentity};
use bailiwick_policy::{
    ConditionKey, ContextValue, ContextValueRef, Operand, Principal, PrincipalMatch, RequestContext, RequestResource,
    Statement,
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
        /// The keys of the element's policy variables that the request does not have, of variables with a default too.
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
            let unresolved = resource.missing_keys(context).cloned().collect();
            found.push(Mismatch::Resource { unresolved });
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

    /// The keys that the request does not have and with which the statement, that does not apply, could: those of the elements that keep
    /// it from applying. None if one of these could not match, whatever values the keys had.
    ///
    /// Each element is asked by itself, but that a key which a `Null` condition wants absent can only be given as empty text.
    pub(crate) fn could_apply_with(&self, statement: &Statement, mismatches: &[Mismatch]) -> BTreeSet<ConditionKey> {
        // What fails although the request has all its keys goes on failing.
        let hangs = |mismatch: &Mismatch| match mismatch {
            Mismatch::Principal => false,
            Mismatch::Resource { unresolved } => !unresolved.is_empty(),
            Mismatch::Condition { missing, .. } => !missing.is_empty(),
        };
        if !mismatches.iter().all(hangs) {
            return BTreeSet::new();
        }
        let context = self.request.context();
        let mut keys = BTreeSet::new();
        let mut emptied: Option<RequestContext> = None;
        for mismatch in mismatches {
            let (possible, missing) = match mismatch {
                Mismatch::Principal => return BTreeSet::new(),
                Mismatch::Resource { unresolved } => {
                    let resource = statement.resource.as_ref();
                    let possible = resource.is_some_and(|resource| resource.could_match(self.resource, context));
                    (possible, unresolved)
                }
                Mismatch::Condition { index, missing, .. } => {
                    let condition = &statement.conditions[*index];
                    let context = if wants_absent(statement, &condition.key) {
                        emptied.get_or_insert_with(|| with_empty_keys(statement, context))
                    } else {
                        context
                    };
                    (condition.could_hold(context), missing)
                }
            };
            if !possible {
                return BTreeSet::new();
            }
            keys.extend(missing.iter().cloned());
        }
        keys
    }

    /// The keys that the request does not have and with which the statement, that applies, could cease to: those of the elements that
    /// could fail to match.
    pub(crate) fn could_cease_with(&self, statement: &Statement) -> BTreeSet<ConditionKey> {
        let context = self.request.context();
        let resource = statement.resource.iter();
        let of_resource = resource
            .filter(|resource| resource.missing_keys(context).next().is_some())
            .filter(|resource| resource.could_mismatch(self.resource, context))
            .flat_map(|resource| resource.missing_keys(context));
        let of_conditions = (statement.conditions.iter())
            .filter(|condition| condition.missing_keys(context).next().is_some())
            .filter(|condition| condition.could_fail(context))
            .flat_map(|condition| condition.missing_keys(context));
        of_resource.chain(of_conditions).cloned().collect()
    }
}

/// Whether a condition of a statement holds of a key that is absent or empty only.
fn wants_absent(statement: &Statement, key: &ConditionKey) -> bool {
    statement.conditions.iter().any(|condition| {
        let operands = || condition.operands.iter().map(|operand| &operand.node);
        let is_null = condition.operator.operator() == ConditionOperator::Null && condition.operator.set().is_none();
        is_null && condition.key.lower() == key.lower() && operands().all(|operand| *operand != Operand::Null(false))
    })
}

/// The context with empty text for the keys that it does not have and a statement wants absent.
fn with_empty_keys(statement: &Statement, context: &RequestContext) -> RequestContext {
    let mut emptied = context.clone();
    for condition in &statement.conditions {
        if context.value(&condition.key).is_none() && wants_absent(statement, &condition.key) {
            emptied.insert_single(condition.key.as_str(), "");
        }
    }
    emptied
}

/// Whether a permissions boundary can be the principal's own.
fn is_user_or_role(principal: &Principal) -> bool {
    principal.aws().is_some_and(|caller| match caller.arn.identity {
        PrincipalIdentity::User { .. } | PrincipalIdentity::Role { .. } | PrincipalIdentity::AssumedRole { .. } => true,
        PrincipalIdentity::Root | PrincipalIdentity::FederatedUser { .. } => false,
    })
}
