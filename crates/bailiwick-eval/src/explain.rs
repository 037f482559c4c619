//! Why a request is decided as it is: a second pass, made only when somebody asks.

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Effect;
use bailiwick_model::{ServiceAuthorization, blocked_by};
use bailiwick_policy::{ConditionKey, PrincipalMatch};

use crate::decide::{Decision, decision};
use crate::held::{Held, HeldGroup};
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
    /// Whether the service leaves the answer to the policies.
    pub service: ServiceAuthorization,
    /// The policy types for whose sake the request is not allowed; none if it is, or if the service refuses it whatever they say.
    pub blocked_by: Vec<PolicyType>,
    /// What each list of policies that took part says.
    pub groups: Vec<GroupOutcome>,
    /// The condition keys that the request does not have and whose value, alone or with values of others of them, could make an allowed
    /// request a refused one, or the other way round, by what the policies say. What values say to the rules of services, and of who
    /// asks, is not among it.
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
///
/// Takes a small multiple of the time of [`authorize`](crate::authorize): it looks at the same statements.
pub fn explain(policies: PolicySet<'_>, request: &Request<'_>) -> Explanation {
    let question = Question::new(policies, request);
    let held = Held::new(policies, &question);
    let situation = request.situation();
    let verdicts = held.verdicts(policies, &question, &|_, statement| statement.applies());
    let role_assumed =
        (policies.resource.resource.as_ref()).is_some_and(|policy| policy.policy_type() == PolicyType::TrustPolicy);
    let blocked_by = blocked_by(&verdicts, situation)
        .into_iter()
        .map(|policy_type| match policy_type {
            PolicyType::ResourceBasedPolicy if role_assumed => PolicyType::TrustPolicy,
            other => other,
        })
        .collect();
    let missing_context_values = missing_context_values(&held, policies, &question);
    Explanation {
        decision: decision(&verdicts, situation),
        service: situation.service,
        blocked_by,
        groups: held.groups.into_iter().map(group_outcome).collect(),
        missing_context_values,
    }
}

fn group_outcome(held: HeldGroup<'_>) -> GroupOutcome {
    let mut outcome = GroupOutcome {
        group: held.group,
        outcome: Decision::ImplicitDeny,
        matched: Vec::new(),
        near_misses: Vec::new(),
    };
    for held in held.statements {
        let applies = held.applies();
        let place = StatementPlace {
            policy: held.policy,
            statement: held.statement.index,
            effect: held.effect(),
            principal: held.named.filter(|_| applies && held.statement.principal.is_some()),
        };
        if applies {
            // A deny before an allow.
            outcome.outcome = match (held.effect(), outcome.outcome) {
                (Effect::Deny, _) | (_, Decision::ExplicitDeny) => Decision::ExplicitDeny,
                (Effect::Allow, _) => Decision::Allowed,
            };
            outcome.matched.push(place);
        } else if is_near(&held.mismatches) {
            outcome.near_misses.push(NearMiss {
                place,
                mismatches: held.mismatches,
            });
        }
    }
    outcome
}

/// Whether only one kind of element does not match.
fn is_near(mismatches: &[Mismatch]) -> bool {
    let conditions = mismatches
        .iter()
        .filter(|mismatch| matches!(mismatch, Mismatch::Condition { .. }))
        .count();
    let others = mismatches.len() - conditions;
    others == 0 || (others == 1 && conditions == 0)
}
