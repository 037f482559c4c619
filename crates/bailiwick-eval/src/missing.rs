//! Which condition keys that a request does not have could change its decision.
//!
//! A statement hangs on a missing key if it applies only as long as the key is missing, or would apply if the key had the right
//! value. What matters is found by asking the formula again, with such statements turned over.

use std::collections::{BTreeMap, BTreeSet};

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Effect;
use bailiwick_policy::ConditionKey;

use crate::held::{Held, HeldStatement};
use crate::policies::{PolicyGroup, PolicySet};
use crate::statement::{Mismatch, Question};

/// The place of a statement: list, policy, statement.
type Place = (PolicyType, Option<usize>, usize, usize);

fn place(group: PolicyGroup, held: &HeldStatement<'_>) -> Place {
    (group.policy_type, group.level, held.policy, held.statement.index)
}

/// A statement that hangs on missing keys.
struct Hanging {
    effect: Effect,
    applies: bool,
    keys: Vec<ConditionKey>,
}

/// The keys whose value could make an allowed request a denied one, or the other way round.
pub(crate) fn missing_context_values(
    held: &Held<'_>,
    policies: PolicySet<'_>,
    question: &Question<'_>,
) -> BTreeSet<ConditionKey> {
    let hanging = hanging(held, question);
    if hanging.is_empty() {
        return BTreeSet::new();
    }
    // Whether the request is allowed with these statements turned over.
    let allowed = |turned: &dyn Fn(&Place) -> bool| {
        let applies = |group, held: &HeldStatement<'_>| {
            let place = place(group, held);
            held.applies() != (hanging.contains_key(&place) && turned(&place))
        };
        let verdicts = held.verdicts(policies, question, &applies);
        verdicts.combine(question.request.situation()).allowed
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

fn hanging(held: &Held<'_>, question: &Question<'_>) -> BTreeMap<Place, Hanging> {
    let context = question.request.context();
    let mut found = BTreeMap::new();
    for group in &held.groups {
        for held in &group.statements {
            let keys = if held.applies() {
                let conditions = held.statement.conditions.iter();
                let missing = conditions.flat_map(|condition| condition.missing_keys(context));
                missing.cloned().collect()
            } else {
                would_apply_with(&held.mismatches)
            };
            if !keys.is_empty() {
                let hanging = Hanging {
                    effect: held.effect(),
                    applies: held.applies(),
                    keys,
                };
                found.insert(place(group.group, held), hanging);
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
            Mismatch::Principal | Mismatch::Resource { .. } | Mismatch::Condition { .. } => {
                return Vec::new();
            }
        }
    }
    keys
}

#[cfg(test)]
mod tests;
