//! What the fuzz target `eval_vs_oracle` does, on a stable toolchain: the scenarios and some generated worlds, each mutated a few times.

mod agree;
#[path = "../support/mod.rs"]
mod support;

use agree::agree;
use bailiwick_testkit::generate::bytes::{mutated, question};
use bailiwick_testkit::generate::variation::Choices;
use bailiwick_testkit::scenario::{load, scenarios_dir};

/// How often each seed is mutated.
const MUTATIONS: u64 = 10;
/// How many questions must be left after mutation: one that nobody takes tests the parsers only.
const LEAST_DECIDED: usize = 1_000;

/// Texts that mean something in a policy or a request.
const WORDS: [&str; 24] = [
    "*",
    "?",
    "${aws:username}",
    "${*}",
    "${",
    "Allow",
    "Deny",
    "NotAction",
    "NotResource",
    "NotPrincipal",
    "IfExists",
    "ForAllValues:",
    "ForAnyValue:",
    "Null",
    "StringNotEquals",
    "ArnLike",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::222222222222:role/app",
    "anonymous",
    "2008-10-17",
    "",
    ":",
    "é",
    "\\u0000",
];

fn seeds() -> Vec<Vec<u8>> {
    let cases = load(&scenarios_dir()).expect("the scenarios can be read");
    let scenarios = cases.into_iter().map(|case| case.scenario);
    let worlds = (0..=255_u8).filter_map(|byte| question(&[byte]));
    scenarios
        .chain(worlds)
        .map(|scenario| scenario.to_json().expect("the policies are JSON").into_bytes())
        .collect()
}

#[test]
fn evaluator_and_oracle_agree_on_what_any_bytes_ask() {
    let seeds = seeds();
    let mut choices = Choices::new(1);
    let mut decided = 0;
    for seed in &seeds {
        agree(seed);
        for _ in 0..MUTATIONS {
            decided += usize::from(agree(&mutated(seed, &WORDS, &mut choices)).is_some());
        }
    }
    assert!(decided > LEAST_DECIDED, "only {decided} of {} seeds", seeds.len());
}

#[test]
fn bytes_that_are_no_scenario_are_a_world() {
    for number in 0..300_u16 {
        agree(&number.to_le_bytes());
    }
}
