//! What the fuzz target `eval_vs_oracle` does, on a stable toolchain: the scenarios and some generated worlds, each mutated a few times.

mod agree;
#[path = "../support/mod.rs"]
mod support;

use agree::agree;
use bailiwick_testkit::generate::bytes::question;
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

/// The text with one to three changes: mostly of what stands between quotation marks, so that it often stays JSON.
fn mutated(seed: &[u8], choices: &mut Choices) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=choices.below(3) {
        if choices.below(5) == 0 {
            change_anything(&mut bytes, choices);
        } else {
            change_string(&mut bytes, choices);
        }
    }
    bytes
}

/// Flips a bit, or takes away, repeats or inserts a few bytes.
fn change_anything(bytes: &mut Vec<u8>, choices: &mut Choices) {
    let Some(last) = bytes.len().checked_sub(1) else {
        return;
    };
    let start = choices.below(last);
    let end = (start + choices.below(12)).min(last);
    match choices.below(4) {
        0 => bytes[start] ^= 1 << choices.below(7),
        1 => drop(bytes.drain(start..end)),
        2 => bytes.extend_from_within(start..end),
        _ => drop(bytes.splice(start..start, WORDS[choices.below(WORDS.len())].bytes())),
    }
}

/// Puts a word or another string in the place of a string, or of a part of it.
fn change_string(bytes: &mut Vec<u8>, choices: &mut Choices) {
    let marks: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] == b'"').collect();
    let strings: Vec<(usize, usize)> = marks.chunks_exact(2).map(|pair| (pair[0] + 1, pair[1])).collect();
    let (Some(&(start, end)), Some(&(from, to))) = (
        strings.get(choices.below(strings.len())),
        strings.get(choices.below(strings.len())),
    ) else {
        return;
    };
    let new = match choices.below(2) {
        0 => WORDS[choices.below(WORDS.len())].as_bytes().to_vec(),
        _ => bytes[from..to].to_vec(),
    };
    let first = start + choices.below(end - start + 1);
    match choices.below(3) {
        0 => drop(bytes.splice(start..end, new)),
        1 => drop(bytes.splice(first..first, new)),
        _ => drop(bytes.splice(first..end.min(first + 1), new)),
    }
}

#[test]
fn evaluator_and_oracle_agree_on_what_any_bytes_ask() {
    let seeds = seeds();
    let mut choices = Choices::new(1);
    let mut decided = 0;
    for seed in &seeds {
        agree(seed);
        for _ in 0..MUTATIONS {
            decided += usize::from(agree(&mutated(seed, &mut choices)).is_some());
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
