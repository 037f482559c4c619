//! The evaluator decides the corpus of scenarios as AWS's pages do, and the combinatorial table as the set formulas do.

mod support;

use bailiwick_testkit::Decision;
use bailiwick_testkit::scenario::{Case, Engine, EngineError, Scenario, load, run, scenarios_dir, table};
use support::{Lowered, request};

/// The evaluator, reading the text of policies.
struct Evaluator;

impl Engine for Evaluator {
    fn name(&self) -> &'static str {
        "bailiwick-eval"
    }

    fn decide(&self, scenario: &Scenario) -> Result<Decision, EngineError> {
        let request = request(scenario).map_err(EngineError::Failed)?;
        let policies = Lowered::new(scenario).map_err(EngineError::Failed)?;
        match policies.wrong_in_explanation(&request) {
            None => Ok(policies.decide(&request)),
            Some(wrong) => Err(EngineError::Failed(wrong)),
        }
    }
}

#[test]
fn the_evaluator_decides_every_scenario() {
    let cases = load(&scenarios_dir()).expect("the scenarios can be read");
    let report = run(&cases, &Evaluator);
    assert!(
        report.seen > 200,
        "only {} cases under {}",
        report.seen,
        scenarios_dir().display()
    );
    assert!(report.is_success(), "{report}");
    assert_eq!(report.unsupported, 0);
}

#[test]
fn the_evaluator_agrees_with_the_set_formulas() {
    let cases: Vec<Case> = table().collect();
    let report = run(&cases, &Evaluator);
    assert!(report.seen > 10_000, "only {} cases", report.seen);
    assert!(report.is_success(), "{report}");
}
