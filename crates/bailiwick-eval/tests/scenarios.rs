//! The evaluator decides the corpus of scenarios as AWS's pages do, and the combinatorial table as the set formulas do.

mod support;

use bailiwick_testkit::scenario::{Case, load, run, scenarios_dir, table};
use support::Evaluator;

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
