//! The evaluator against the oracle, which shares no matching code with it, on generated questions.

mod support;

use bailiwick_testkit::generate::world::{requests, requests_with_parent_users};
use bailiwick_testkit::oracle;
use bailiwick_testkit::oracle::OracleRequest;
use bailiwick_testkit::scenario::{Engine, EngineError};
use proptest::prelude::*;
use support::Evaluator;

fn agree(request: &OracleRequest) -> Result<(), TestCaseError> {
    let scenario = request.to_scenario();
    let ours = match Evaluator.decide(&scenario) {
        Ok(decision) => decision,
        // A policy or a question that the evaluator refuses is none to disagree on; that it must decide most of them, the count says.
        Err(EngineError::Failed(message)) if !message.starts_with("decided") => {
            return Err(TestCaseError::reject(message));
        }
        Err(error) => return Err(TestCaseError::fail(error.to_string())),
    };
    let theirs = oracle::decide(request).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(ours, theirs, "{}", scenario.to_json().unwrap_or_default());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, max_global_rejects: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_evaluator_agrees_with_the_oracle(request in requests()) {
        agree(&request)?;
    }

    #[test]
    fn the_evaluator_agrees_with_the_oracle_on_federated_users(request in requests_with_parent_users()) {
        agree(&request)?;
    }
}
