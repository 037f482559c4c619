//! The evaluator against the oracle, which shares no matching code with it, on generated questions. `cargo xtask differential` puts
//! many more, also about real documents.

mod support;

use bailiwick_testkit::generate::world::{alike, requests, requests_with_parent_users};
use bailiwick_testkit::oracle;
use bailiwick_testkit::oracle::OracleRequest;
use proptest::collection::vec;
use proptest::prelude::*;
use support::{Lowered, request, resource_policy_type};

/// How many questions are put to the policies of a world.
const QUESTIONS: usize = 10;

/// A question, and others about the same policies.
fn worlds(first: impl Strategy<Value = OracleRequest>) -> impl Strategy<Value = Vec<OracleRequest>> {
    first.prop_flat_map(|first| {
        vec(alike(&first), QUESTIONS - 1).prop_map(move |mut questions| {
            questions.push(first.clone());
            questions
        })
    })
}

fn agree(questions: &[OracleRequest]) -> Result<(), TestCaseError> {
    let policy_type = |question: &OracleRequest| resource_policy_type(&question.action, &question.resource);
    let mut lowered = None;
    for question in questions {
        // A policy on a role is one thing where the role is assumed and another where it is changed.
        let known = lowered.take().filter(|(known, _)| *known == policy_type(question));
        // What the evaluator refuses is nothing to disagree on; that it takes nearly everything, the limit of rejects says.
        let (_, policies) = match known {
            Some(known) => lowered.insert(known),
            None => {
                let policies = Lowered::new(&question.to_scenario()).map_err(TestCaseError::reject)?;
                lowered.insert((policy_type(question), policies))
            }
        };
        let asked = question.to_scenario_without_policies();
        let request = request(&asked).map_err(TestCaseError::reject)?;
        let scenario = || question.to_scenario().to_json().unwrap_or_default();
        let theirs = oracle::decide(question).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(policies.decide(&request), theirs, "{}", scenario());
        prop_assert_eq!(policies.wrong_in_explanation(&request), None, "{}", scenario());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, max_global_rejects: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_evaluator_agrees_with_the_oracle(questions in worlds(requests())) {
        agree(&questions)?;
    }

    #[test]
    fn the_evaluator_agrees_with_the_oracle_on_federated_users(questions in worlds(requests_with_parent_users())) {
        agree(&questions)?;
    }
}
