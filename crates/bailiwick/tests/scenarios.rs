//! `simulate --lines` decides the corpus of scenarios as AWS's pages do: the path from JSON to JSON.

use bailiwick::{DocumentCache, simulate_line};
use bailiwick_testkit::Decision;
use bailiwick_testkit::scenario::{Engine, EngineError, Scenario, load, run, scenarios_dir};

struct Lines(DocumentCache);

impl Engine for Lines {
    fn name(&self) -> &'static str {
        "simulate --lines"
    }

    fn decide(&self, scenario: &Scenario) -> Result<Decision, EngineError> {
        if scenario.parent_user.is_some() {
            return Err(EngineError::Unsupported(
                "a scenario does not say who called GetFederationToken".to_owned(),
            ));
        }
        let failed = |error: serde_json::Error| EngineError::Failed(error.to_string());
        let line = scenario.to_json().map_err(failed)?;
        let report = simulate_line(&line, "scenario", 1, &self.0);
        let report = serde_json::to_value(&report).map_err(failed)?;
        let decision = report["decision"].as_str().and_then(Decision::parse);
        decision.ok_or_else(|| EngineError::Failed(report.to_string()))
    }
}

#[test]
fn the_lines_of_simulate_decide_every_scenario() {
    let cases = load(&scenarios_dir()).expect("the scenarios can be read");
    let report = run(&cases, &Lines(DocumentCache::new()));
    assert!(report.seen > 200, "only {} cases", report.seen);
    assert!(report.is_success(), "{report}");
    assert!(report.unsupported < 10, "{} cases were passed over", report.unsupported);
}
