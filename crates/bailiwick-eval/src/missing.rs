//! Which condition keys that a request does not have could change its decision.
//!
//! A statement hangs on a missing key if it applies only as long as the key is missing, or would apply if the key had the right
//! value. What matters is found by asking the formula again, with such statements turned over.

use std::collections::{BTreeMap, BTreeSet};

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Effect;
use bailiwick_policy::{ConditionKey, PrincipalMatch, Statement};

use crate::decide::{situation, verdicts};
use crate::explain::statements;
use crate::policies::{PolicyGroup, PolicySet};
use crate::statement::{Mismatch, Question};

/// The place of a statement: list, policy, statement.
type Place = (PolicyType, Option<usize>, usize, usize);

fn place(group: PolicyGroup, policy: usize, statement: &Statement) -> Place {
    (group.policy_type, group.level, policy, statement.index)
}

/// A statement that hangs on missing keys.
struct Hanging {
    effect: Effect,
    /// How it names the principal when it applies.
    named: Option<PrincipalMatch>,
    applies: bool,
    keys: Vec<ConditionKey>,
}

/// The keys whose value could make an allowed request a denied one, or the other way round.
pub(crate) fn missing_context_values(policies: &PolicySet<'_>, question: &Question<'_>) -> BTreeSet<ConditionKey> {
    let situation = situation(question.request);
    let hanging = hanging(policies, question);
    // Whether the request is allowed with these statements turned over.
    let allowed = |turned: &dyn Fn(&Place) -> bool| {
        let applies = |group, policy, statement: &Statement| {
            let place = place(group, policy, statement);
            match hanging.get(&place) {
                Some(hanging) if turned(&place) => hanging.named.filter(|_| !hanging.applies),
                _ => question.applies(statement),
            }
        };
        verdicts(policies, situation.principal, &applies)
            .combine(situation)
            .allowed
    };
    let now = allowed(&|_| false);
    // Only what works against the decision counts: for an allowed request a Deny that could apply and an Allow that could cease to.
    let counts = |hanging: &Hanging| now == (hanging.applies == (hanging.effect == Effect::Allow));
    let counting: BTreeMap<&Place, &Hanging> = hanging.iter().filter(|(_, hanging)| counts(hanging)).collect();
    if counting.is_empty() || allowed(&|place| counting.contains_key(place)) == now {
        return BTreeSet::new();
    }
    // Statements of one list and effect are turned together: of several that would do, each matters.
    let kinds: BTreeSet<(PolicyType, Option<usize>, Effect)> = counting
        .iter()
        .map(|(place, hanging)| (place.0, place.1, hanging.effect))
        .collect();
    let mut keys = BTreeSet::new();
    for kind in kinds {
        let is_kind = |place: &Place| {
            counting
                .get(place)
                .is_some_and(|hanging| (place.0, place.1, hanging.effect) == kind)
        };
        let alone = allowed(&is_kind) != now;
        let needed = allowed(&|place| counting.contains_key(place) && !is_kind(place)) == now;
        if alone || needed {
            let matter = counting.iter().filter(|(place, _)| is_kind(place));
            keys.extend(matter.flat_map(|(_, hanging)| hanging.keys.iter().cloned()));
        }
    }
    keys
}

fn hanging(policies: &PolicySet<'_>, question: &Question<'_>) -> BTreeMap<Place, Hanging> {
    let context = question.request.context();
    let mut found = BTreeMap::new();
    for (group, policies) in policies.groups() {
        for (policy, statement) in statements(policies) {
            let applies = question.applies(statement);
            let keys = match applies {
                Some(_) => {
                    let conditions = statement.conditions.iter();
                    conditions
                        .flat_map(|condition| condition.missing_keys(context))
                        .cloned()
                        .collect()
                }
                None => would_apply_with(&question.mismatches(statement)),
            };
            if !keys.is_empty() {
                let named = applies.or_else(|| statement.speaks_of(question.request.principal(), question.bounded));
                let hanging = Hanging {
                    effect: statement.effect,
                    named,
                    applies: applies.is_some(),
                    keys,
                };
                found.insert(place(group, policy, statement), hanging);
            }
        }
    }
    found
}

/// The keys with which a statement could apply; none if something else keeps it from applying.
fn would_apply_with(mismatches: &[Mismatch]) -> Vec<ConditionKey> {
    let mut keys = Vec::new();
    for mismatch in mismatches {
        match mismatch {
            Mismatch::Resource { unresolved } if !unresolved.is_empty() => keys.extend(unresolved.iter().cloned()),
            Mismatch::Condition { missing, .. } if !missing.is_empty() => keys.extend(missing.iter().cloned()),
            Mismatch::Principal | Mismatch::Action | Mismatch::Resource { .. } | Mismatch::Condition { .. } => {
                return Vec::new();
            }
        }
    }
    keys
}

#[cfg(test)]
mod tests;
