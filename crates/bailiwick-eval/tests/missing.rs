//! Which missing keys could change a decision, held against giving them values: a key that is not named changes nothing.

mod support;

use std::cell::Cell;
use std::collections::BTreeSet;

use bailiwick_eval::explain;
use bailiwick_policy::{Condition, ConditionKey, Operand, Part, Policy, RequestContext, ResourceElement, Statement};
use bailiwick_testkit::generate::world::requests_with_parent_users;
use bailiwick_testkit::oracle::OracleRequest;
use bailiwick_testkit::{ContextValue, Decision};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use support::{Lowered, request};

/// What a key is tried with beside what the policies say of it: what most operators read, and what none does.
const VALUES: [&str; 12] = [
    "",
    "a",
    "alice",
    "bob",
    "bucket",
    "false",
    "true",
    "0",
    "1704067200",
    "10.1.2.3",
    "arn:aws:s3:::bucket",
    "QQ==",
];

/// The keys that the statements mention.
fn keys(statement: &Statement) -> impl Iterator<Item = &ConditionKey> {
    let of_conditions = (statement.conditions.iter()).flat_map(|condition| {
        condition
            .variables()
            .map(|variable| &variable.key)
            .chain([&condition.key])
    });
    let of_resource = statement.resource.iter().flat_map(ResourceElement::variables);
    of_conditions.chain(of_resource.map(|variable| &variable.key))
}

/// The texts that a condition's values match, if wildcards stand for this text and variables have these values.
fn likely(condition: &Condition, wild: &str, context: &RequestContext) -> Vec<String> {
    let text = |parts: &mut dyn Iterator<Item = Part<'_>>| {
        parts
            .map(|part| match part {
                Part::Literal(text) => text,
                Part::AnyText | Part::AnyCharacter => wild,
                Part::Variable(variable) => variable.value(context).unwrap_or(wild),
            })
            .collect::<String>()
    };
    let operands = condition.operands.iter();
    let texts = operands.filter_map(|operand| match &operand.node {
        Operand::Text(pattern) | Operand::BoolText(pattern) => Some(text(&mut pattern.parts())),
        Operand::Arn(pattern) => {
            let segments = pattern.segments().map(|parts| text(&mut parts.into_iter()));
            Some(format!("arn:{}", segments.join(":")))
        }
        Operand::IpAddress(range) => Some(range.address().to_string()),
        _ => None,
    });
    texts.collect()
}

fn statements(policies: &Lowered) -> Vec<Statement> {
    let groups = policies.set().groups();
    let policies = groups.iter().flat_map(|(_, policies)| policies.iter());
    policies
        .flat_map(|policy| Policy::statements(policy).iter().cloned())
        .collect()
}

/// Values that are likely to matter: those that the request or its conditions have, pieces of its resource, and some of each kind.
fn values(question: &OracleRequest, statements: &[Statement], context: &RequestContext) -> Vec<ContextValue> {
    let mut texts: BTreeSet<String> = VALUES.iter().map(|value| (*value).to_owned()).collect();
    texts.extend(question.resource.split([':', '/']).map(str::to_owned));
    for (_, value) in &question.context {
        match value {
            ContextValue::Single(value) => texts.extend([value.clone()]),
            ContextValue::Multi(values) => texts.extend(values.iter().cloned()),
        }
    }
    for condition in statements.iter().flat_map(|statement| &statement.conditions) {
        texts.extend(likely(condition, "", context));
        texts.extend(likely(condition, "a", context));
    }
    let single = texts.iter().cloned().map(ContextValue::Single);
    let several = texts.iter().map(|text| ContextValue::Multi(vec![text.clone()]));
    let others = [vec![], vec!["alice".to_owned(), "zz".to_owned()]].map(ContextValue::Multi);
    single.chain(several).chain(others).collect()
}

#[derive(Debug, Default)]
struct Counts {
    with_nothing_missing: Cell<usize>,
    tried: Cell<usize>,
    named: Cell<usize>,
    named_that_change: Cell<usize>,
}

fn add(counter: &Cell<usize>) {
    counter.set(counter.get() + 1);
}

/// Gives each key that is mentioned and missing each value by itself.
fn hold(question: &OracleRequest, counts: &Counts) -> Result<(), TestCaseError> {
    let policies = Lowered::new(&question.to_scenario()).map_err(TestCaseError::reject)?;
    let asked = question.to_scenario_without_policies();
    let before = request(&asked).map_err(TestCaseError::reject)?;
    let statements = statements(&policies);
    let mentioned: BTreeSet<&str> = statements.iter().flat_map(keys).map(ConditionKey::lower).collect();
    let missing: Vec<&str> = mentioned
        .into_iter()
        .filter(|key| before.context().by_name(key).is_none())
        .collect();
    prop_assert_eq!(policies.wrong_in_explanation(&before), None);
    let explanation = explain(policies.set(), &before);
    let named: Vec<&str> = explanation
        .missing_context_values
        .iter()
        .map(ConditionKey::lower)
        .collect();
    if named.is_empty() {
        add(&counts.with_nothing_missing);
    }
    for key in &named {
        prop_assert!(missing.contains(key), "{key} is there, or in no policy");
    }
    let allowed = policies.decide(&before) == Decision::Allowed;
    let values = values(question, &statements, before.context());
    for key in missing {
        let is_named = named.contains(&key);
        let mut makes_a_difference = false;
        for value in &values {
            let mut with = asked.clone();
            with.context.push((key.to_owned(), value.clone()));
            let after = request(&with).map_err(TestCaseError::reject)?;
            // What a value says beside the policies, of who asks and to the rules of services, makes it another question.
            if after.situation() != before.situation() {
                continue;
            }
            add(&counts.tried);
            let changes = (policies.decide(&after) == Decision::Allowed) != allowed;
            makes_a_difference |= changes;
            prop_assert!(
                is_named || !changes,
                "{key} = {value:?} changes what is said to hang on {named:?}\n{}",
                question.to_scenario().to_json().unwrap_or_default()
            );
        }
        if is_named {
            add(&counts.named);
            if makes_a_difference {
                add(&counts.named_that_change);
            }
        }
    }
    Ok(())
}

#[test]
fn a_key_that_is_not_named_changes_nothing() {
    let counts = Counts::default();
    let config = ProptestConfig {
        cases: 2_500,
        max_global_rejects: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(config);
    let result = runner.run(&requests_with_parent_users(), |question| hold(&question, &counts));
    assert!(
        result.is_ok(),
        "{}",
        result.map_err(|error| error.to_string()).unwrap_err()
    );
    // That the property speaks of something: nothing missing often enough, and keys that are named do change decisions.
    assert!(counts.with_nothing_missing.get() >= 2_000, "{counts:?}");
    assert!(counts.named_that_change.get() * 3 > counts.named.get(), "{counts:?}");
}
