//! Why a request is decided as it is: a second pass, made only when somebody asks.

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Effect;
use bailiwick_model::{PrincipalKind, blocked_by};
use bailiwick_policy::{ConditionKey, Policy, PrincipalMatch, Statement};

use crate::decide::{Decision, authorize, outcome, question, situation, verdicts};
use crate::missing::missing_context_values;
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
    let groups: Vec<GroupOutcome> = policies
        .groups()
        .into_iter()
        .filter(|(group, _)| kind.is_subject_to(group.policy_type))
        .map(|(group, policies)| group_outcome(group, policies, &question))
        .collect();
    let role_assumed = groups
        .iter()
        .any(|outcome| outcome.group.policy_type == PolicyType::TrustPolicy);
    let verdicts = verdicts(policies, kind, &|_, _, statement| question.applies(statement));
    let blocked_by = blocked_by(&verdicts, situation(request))
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
        missing_context_values: missing_context_values(policies, &question).into_iter().collect(),
    }
}

pub(crate) fn statements<'a>(policies: &[&'a Policy]) -> impl Iterator<Item = (usize, &'a Statement)> {
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
