//! Why a request is decided as it is: a second pass, made only when somebody asks.

use std::collections::BTreeSet;

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Effect;
use bailiwick_model::{PrincipalKind, blocked_by};
use bailiwick_policy::{ConditionKey, Policy, PrincipalMatch, Statement};

use crate::decide::{Decision, authorize, outcome, question, situation, verdicts};
use crate::policies::{PolicyGroup, PolicySet};
use crate::request::Request;
use crate::statement::{Mismatch, Question};

/// Why a request is decided as it is.
///
/// Policies are named by their place in the lists of the `PolicySet`, statements by their place in the policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The policy types for whose sake the request is not allowed; none if it is.
    pub blocked_by: Vec<PolicyType>,
    /// What each list of policies that took part says.
    pub groups: Vec<GroupOutcome>,
    /// The condition keys that the request does not have and whose value could change the decision.
    pub missing_context_values: Vec<ConditionKey>,
}

/// What one list of policies says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GroupOutcome {
    /// Which list.
    pub group: PolicyGroup,
    /// What its statements amount to, taken alone.
    pub outcome: Decision,
    /// The statements that apply.
    pub matched: Vec<StatementPlace>,
    /// The statements that nearly apply: that speak of the action, and that a single kind of element keeps from applying.
    pub near_misses: Vec<NearMiss>,
}

/// Which statement of a list of policies.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct StatementPlace {
    /// The place of the policy in its list.
    pub policy: usize,
    /// The place of the statement in the policy.
    pub statement: usize,
    /// The statement's effect.
    pub effect: Effect,
    /// How it names the principal, in policies that do.
    pub principal: Option<PrincipalMatch>,
}

/// A statement that nearly applies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NearMiss {
    /// Which statement.
    pub place: StatementPlace,
    /// What keeps it from applying: one principal or resource element, or one or more conditions.
    pub mismatches: Vec<Mismatch>,
}

/// Decides a request and says why.
pub fn explain(policies: &PolicySet<'_>, request: &Request) -> Explanation {
    let decision = authorize(policies, request);
    let question = question(policies, request);
    let kind = PrincipalKind::of(request.principal());
    let mut missing = BTreeSet::new();
    let groups: Vec<GroupOutcome> = policies
        .groups()
        .into_iter()
        .filter(|(group, _)| takes_part(group.policy_type, kind))
        .map(|(group, policies)| {
            collect_missing(policies, &question, decision, &mut missing);
            group_outcome(group, policies, &question)
        })
        .collect();
    let role_assumed = groups
        .iter()
        .any(|outcome| outcome.group.policy_type == PolicyType::TrustPolicy);
    let blocked_by = blocked_by(&verdicts(policies, &question), situation(request))
        .into_iter()
        .map(|policy_type| match policy_type {
            PolicyType::ResourceBasedPolicy if role_assumed => PolicyType::TrustPolicy,
            other => other,
        })
        .collect();
    Explanation {
        decision,
        blocked_by,
        groups,
        missing_context_values: missing.into_iter().collect(),
    }
}

/// Whether policies of a type say anything about a principal of that kind; the same as `Verdicts::applicable_to`.
fn takes_part(policy_type: PolicyType, kind: PrincipalKind) -> bool {
    match policy_type {
        PolicyType::IdentityBasedPolicy | PolicyType::PermissionsBoundary => {
            !matches!(kind, PrincipalKind::Outside | PrincipalKind::Root)
        }
        PolicyType::SessionPolicy => matches!(kind, PrincipalKind::RoleSession | PrincipalKind::FederatedUser),
        PolicyType::ServiceControlPolicy => kind != PrincipalKind::Outside,
        PolicyType::ResourceBasedPolicy
        | PolicyType::TrustPolicy
        | PolicyType::ResourceControlPolicy
        | PolicyType::VpcEndpointPolicy => true,
    }
}

fn statements<'a>(policies: &[&'a Policy]) -> impl Iterator<Item = (usize, &'a Statement)> {
    policies
        .iter()
        .enumerate()
        .flat_map(|(index, policy)| policy.statements().iter().map(move |statement| (index, statement)))
}

fn group_outcome(group: PolicyGroup, policies: &[&Policy], question: &Question<'_>) -> GroupOutcome {
    let mut applying = Vec::new();
    let mut matched = Vec::new();
    let mut near_misses = Vec::new();
    for (policy, statement) in statements(policies) {
        let applies = question.applies(statement);
        let principal = applies.filter(|_| statement.principal.is_some());
        let place = StatementPlace {
            policy,
            statement: statement.index,
            effect: statement.effect,
            principal,
        };
        if applies.is_some() {
            applying.push(statement);
            matched.push(place);
        } else {
            let mismatches = question.mismatches(statement);
            if is_near(&mismatches) {
                near_misses.push(NearMiss { place, mismatches });
            }
        }
    }
    GroupOutcome {
        group,
        outcome: outcome(applying),
        matched,
        near_misses,
    }
}

/// Whether the action is spoken of, and only one kind of element does not match.
fn is_near(mismatches: &[Mismatch]) -> bool {
    let conditions = mismatches
        .iter()
        .filter(|mismatch| matches!(mismatch, Mismatch::Condition { .. }))
        .count();
    let others = mismatches.len() - conditions;
    !mismatches.contains(&Mismatch::Action) && (others == 0 || (others == 1 && conditions == 0))
}

/// Adds the keys whose absence decides: those that keep a statement from applying which could change the decision, and those whose
/// absence makes a deciding Deny apply.
fn collect_missing(
    policies: &[&Policy],
    question: &Question<'_>,
    decision: Decision,
    missing: &mut BTreeSet<ConditionKey>,
) {
    let context = question.request.context();
    for (_, statement) in statements(policies) {
        match (decision, statement.effect) {
            (Decision::Allowed, Effect::Deny) | (Decision::ImplicitDeny, Effect::Allow) => {
                missing.extend(would_apply_with(&question.mismatches(statement)).into_iter().flatten());
            }
            (Decision::ExplicitDeny, Effect::Deny) if question.applies(statement).is_some() => {
                let conditions = statement.conditions.iter();
                missing.extend(
                    conditions
                        .flat_map(|condition| condition.missing_keys(context))
                        .cloned(),
                );
            }
            _ => {}
        }
    }
}

/// The keys with which a statement could apply; nothing if something else keeps it from applying, or nothing does.
fn would_apply_with(mismatches: &[Mismatch]) -> Option<Vec<ConditionKey>> {
    let mut keys = Vec::new();
    for mismatch in mismatches {
        match mismatch {
            Mismatch::Resource { unresolved } if !unresolved.is_empty() => keys.extend(unresolved.iter().cloned()),
            Mismatch::Condition { missing, .. } if !missing.is_empty() => keys.extend(missing.iter().cloned()),
            Mismatch::Principal | Mismatch::Action | Mismatch::Resource { .. } | Mismatch::Condition { .. } => {
                return None;
            }
        }
    }
    Some(keys)
}
