//! `Policy::statements_about` finds the statements that looking at each one would find.

use bailiwick_catalog::Catalog;
use bailiwick_grammar::{PolicyType, print_policy};
use bailiwick_policy::{Policy, RequestAction, lower_text};
use bailiwick_testkit::generate::world::{documents, requests};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Statements by the index, and by looking at each one.
fn both(policy: &Policy, action: &str) -> (Vec<usize>, Vec<usize>) {
    let action = RequestAction::parse(action).expect("the questions are about actions");
    let mut found = Vec::new();
    policy.statements_about(&action, |statement| {
        found.push(statement.index);
        true
    });
    found.sort_unstable();
    found.dedup();
    let all = policy.statements().iter();
    let matching = all.filter(|statement| statement.action.matches(&action));
    (found, matching.map(|statement| statement.index).collect())
}

/// The names of all actions that AWS publishes.
fn real_actions() -> Vec<String> {
    let actions = Catalog::actions();
    actions
        .map(|action| format!("{}:{}", action.service().prefix(), action.name()))
        .collect()
}

/// A pattern for an action, and sometimes for its neighbours.
fn pattern(action: &str, at: Index, change: usize) -> String {
    let (service, name) = action.split_once(':').unwrap_or((action, ""));
    let at = at.index(name.len().max(1));
    let (head, tail) = name.split_at(at.min(name.len()));
    match change {
        0 => format!("{service}:*"),
        1 => format!("{service}:{head}*"),
        2 => format!("{service}:*{tail}"),
        3 => format!("{service}:{head}?{}", tail.get(1..).unwrap_or_default()),
        4 => action.to_ascii_uppercase(),
        5 => action.to_ascii_lowercase(),
        6 => "*".to_owned(),
        _ => action.to_owned(),
    }
}

/// A policy of several statements on real actions, and actions that it is likely to speak of.
fn policies() -> impl Strategy<Value = (String, Vec<String>)> {
    let statement = (
        prop_oneof![6 => Just("Action"), 1 => Just("NotAction")],
        vec((select(real_actions()), any::<Index>(), 0..20_usize), 1..12),
    );
    (vec(statement, 1..8), vec(select(real_actions()), 1..4)).prop_map(|(statements, others)| {
        let mut asked = others;
        let mut texts = Vec::new();
        for (name, entries) in statements {
            let patterns: Vec<String> = entries
                .iter()
                .map(|(action, at, change)| format!("\"{}\"", pattern(action, *at, *change)))
                .collect();
            let patterns = patterns.join(", ");
            texts.push(format!(
                r#"{{"Effect": "Allow", "{name}": [{patterns}], "Resource": "*"}}"#
            ));
            asked.extend(entries.into_iter().map(|(action, ..)| action));
        }
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, texts.join(", "));
        (text, asked)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_the_statements_about_real_actions((text, asked) in policies()) {
        let policy = lower_text(&text, PolicyType::IdentityBasedPolicy);
        let policy = policy.map_err(|diagnostics| TestCaseError::fail(format!("{diagnostics:?}")))?;
        for action in asked {
            let (found, expected) = both(&policy, &action);
            prop_assert_eq!(found, expected, "{}", action);
        }
    }

    #[test]
    fn the_index_finds_the_statements_of_generated_policies(
        document in documents(PolicyType::IdentityBasedPolicy),
        asked in vec(requests(), 4)
    ) {
        // A policy whose date cannot be read is refused.
        let policy = lower_text(&print_policy(&document), PolicyType::IdentityBasedPolicy);
        let policy = policy.map_err(|_| TestCaseError::reject("refused"))?;
        for request in asked {
            let (found, expected) = both(&policy, &request.action);
            prop_assert_eq!(found, expected, "{}", request.action);
        }
    }
}

#[test]
fn the_index_finds_the_statements_of_managed_policies() {
    let actions = real_actions();
    let mut some = 0;
    for (managed, number) in Catalog::managed_policies().iter().zip(0..) {
        let policy = lower_text(managed.document(), PolicyType::IdentityBasedPolicy).expect("AWS writes policies");
        // Other actions for each policy, in all services.
        for action in actions.iter().skip(number % 499).step_by(499) {
            let (found, expected) = both(&policy, action);
            assert_eq!(found, expected, "{}: {action}", managed.name());
            some += found.len();
        }
    }
    assert!(some > 1_000, "only {some} statements found");
}
