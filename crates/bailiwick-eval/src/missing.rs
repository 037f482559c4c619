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
use crate::statement::Question;

/// The place of a statement: list, policy, statement.
type Place = (PolicyType, Option<usize>, usize, usize);

fn place(group: PolicyGroup, held: &HeldStatement<'_>) -> Place {
    (group.policy_type, group.level, held.policy, held.statement.index)
}

/// A statement that hangs on missing keys.
struct Hanging {
    effect: Effect,
    applies: bool,
    keys: BTreeSet<ConditionKey>,
}

/// A list of policies and an effect. Statements of one are turned together: of several that would do, each matters.
type Kind = (PolicyType, Option<usize>, Effect);

/// The keys whose value could make an allowed request a refused one, or the other way round: by name, each in one spelling.
pub(crate) fn missing_context_values(
    held: &Held<'_>,
    policies: PolicySet<'_>,
    question: &Question<'_>,
) -> Vec<ConditionKey> {
    let hanging = hanging(held, question);
    if hanging.is_empty() {
        return Vec::new();
    }
    let situation = question.request.situation();
    let allowed = |applies: &dyn Fn(PolicyGroup, &HeldStatement<'_>) -> bool| {
        let verdicts = held.verdicts(policies, question, &applies);
        verdicts.combine(situation).allowed
    };
    let now = allowed(&|_, held| held.applies());
    // Only what works against the decision counts: for an allowed request a Deny that could apply and an Allow that could cease to.
    let counts = |hanging: &Hanging| now == (hanging.applies == (hanging.effect == Effect::Allow));
    let counting: BTreeMap<Place, Hanging> = hanging.into_iter().filter(|(_, hanging)| counts(hanging)).collect();
    let applies_with = |kinds: &BTreeSet<Kind>, group: PolicyGroup, held: &HeldStatement<'_>| {
        let turned = kinds.contains(&kind(group, held)) && counting.contains_key(&place(group, held));
        held.applies() != turned
    };
    // Whether the decision is another one with the statements of these kinds turned over.
    let changes = |kinds: &BTreeSet<Kind>| allowed(&|group, held| applies_with(kinds, group, held)) != now;

    let mut kinds = BTreeSet::new();
    for group in &held.groups {
        let before = group.verdict(&|_, held| held.applies());
        for effect in [Effect::Allow, Effect::Deny] {
            let kind = (group.group.policy_type, group.group.level, effect);
            let turned = BTreeSet::from([kind]);
            if group.verdict(&|group, held| applies_with(&turned, group, held)) != before {
                kinds.insert(kind);
            }
        }
    }
    let matter = that_matter(&kinds, &changes);
    let matters = |(place, hanging): &(&Place, &Hanging)| matter.contains(&(place.0, place.1, hanging.effect));
    let matter = counting.iter().filter(matters);
    let keys: BTreeSet<&ConditionKey> = matter.flat_map(|(_, hanging)| &hanging.keys).collect();
    let mut keys: Vec<ConditionKey> = keys.into_iter().cloned().collect();
    // They are in the order of their names in lower case.
    keys.dedup_by(|a, b| a.lower() == b.lower());
    keys
}

/// The kinds that can make the difference: turned over with some of the others, they change what these alone do not.
fn that_matter(kinds: &BTreeSet<Kind>, changes: &impl Fn(&BTreeSet<Kind>) -> bool) -> BTreeSet<Kind> {
    // With more than so many left all are taken to matter. No formula of AWS has as many that are neither needed nor enough alone.
    const MOST: usize = 10;
    if !changes(kinds) {
        return BTreeSet::new();
    }
    let without = |kind: &Kind| {
        kinds
            .iter()
            .copied()
            .filter(|other| other != kind)
            .collect::<BTreeSet<_>>()
    };
    let (needed, others): (Vec<Kind>, Vec<Kind>) = kinds.iter().partition(|kind| !changes(&without(kind)));
    let (enough, rest): (Vec<Kind>, Vec<Kind>) = others.iter().partition(|kind| changes(&BTreeSet::from([**kind])));
    let mut matter: BTreeSet<Kind> = needed.iter().chain(&enough).copied().collect();
    if rest.len() > MOST {
        matter.extend(rest);
        return matter;
    }
    for (at, kind) in rest.iter().enumerate() {
        let makes_the_difference = (0..1_usize << rest.len())
            .filter(|set| set & (1 << at) == 0)
            .any(|set| {
                let chosen = rest.iter().enumerate().filter(|(other, _)| set & (1 << other) != 0);
                let mut with: BTreeSet<Kind> = needed.iter().copied().chain(chosen.map(|(_, kind)| *kind)).collect();
                !changes(&with) && with.insert(*kind) && changes(&with)
            });
        if makes_the_difference {
            matter.insert(*kind);
        }
    }
    matter
}

fn kind(group: PolicyGroup, held: &HeldStatement<'_>) -> Kind {
    (group.policy_type, group.level, held.effect())
}

/// The statements that hang on missing keys.
fn hanging(held: &Held<'_>, question: &Question<'_>) -> BTreeMap<Place, Hanging> {
    let mut found = BTreeMap::new();
    for group in &held.groups {
        for held in &group.statements {
            let keys = if held.applies() {
                question.could_cease_with(held.statement)
            } else {
                question.could_apply_with(held.statement, &held.mismatches)
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

#[cfg(test)]
mod tests;
