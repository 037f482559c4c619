//! What the fuzz target `eval_vs_oracle` asserts. `fuzz/fuzz_targets/eval_vs_oracle.rs` includes this file.

use bailiwick_testkit::Decision;
use bailiwick_testkit::generate::bytes::question;
use bailiwick_testkit::oracle::{self, OracleRequest};

use crate::support::{Lowered, request};

/// Puts the question that the bytes ask to evaluator and oracle, and gives their decision; nothing where one of them does not take it.
///
/// # Panics
///
/// Where both take it and decide differently, or the explanation is wrong.
pub(crate) fn agree(bytes: &[u8]) -> Option<Decision> {
    let scenario = question(bytes)?;
    let ours = decision(&scenario);
    let theirs = OracleRequest::from_scenario(&scenario).and_then(|request| oracle::decide(&request));
    let (ours, theirs) = (ours?, theirs.ok()?);
    assert_eq!(ours, theirs, "{}", scenario.to_json().unwrap_or_default());
    Some(ours)
}

/// The evaluator's decision, if it takes the question.
fn decision(scenario: &bailiwick_testkit::scenario::Scenario) -> Option<Decision> {
    let request = request(scenario).ok()?;
    let policies = Lowered::new(scenario).ok()?;
    assert_eq!(
        policies.wrong_in_explanation(&request),
        None,
        "{}",
        scenario.to_json().unwrap_or_default()
    );
    Some(policies.decide(&request))
}
