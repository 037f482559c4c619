//! Questions that follow from any bytes, and bytes that are nearly a text, for fuzzing.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::variation::Choices;
use super::world::requests_with_parent_users;
use crate::scenario::Scenario;

/// What the bytes ask: a scenario of `bailiwick simulate` if they begin as one, else the generated world whose seed they begin with.
/// Nothing where the scenario is none, or has a condition key twice, of which only one can count.
pub fn question(bytes: &[u8]) -> Option<Scenario> {
    if bytes.starts_with(b"{") {
        let scenario = Scenario::from_json(std::str::from_utf8(bytes).ok()?).ok()?;
        let mut keys: Vec<String> = scenario.context.iter().map(|(key, _)| key.to_lowercase()).collect();
        keys.sort_unstable();
        return keys.windows(2).all(|pair| pair[0] != pair[1]).then_some(scenario);
    }
    // Bytes as the random numbers themselves will not do: strategies divide what is left, and go round for ever where it is all alike.
    let mut seed = [0; 32];
    seed.iter_mut().zip(bytes).for_each(|(seed, &byte)| *seed = byte);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let world = requests_with_parent_users().new_tree(&mut runner).ok()?;
    Some(world.current().to_scenario())
}

/// A text of JSON with one to three changes: mostly of what stands between quotation marks, so that it often stays JSON. `words`, which
/// must not be empty, are put in here and there.
pub fn mutated(seed: &[u8], words: &[&str], choices: &mut Choices) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=choices.below(3) {
        if choices.below(5) == 0 {
            change_anything(&mut bytes, words, choices);
        } else {
            change_string(&mut bytes, words, choices);
        }
    }
    bytes
}

/// Flips a bit, or takes away, repeats or inserts a few bytes.
fn change_anything(bytes: &mut Vec<u8>, words: &[&str], choices: &mut Choices) {
    let Some(last) = bytes.len().checked_sub(1) else {
        return;
    };
    let start = choices.below(last);
    let end = (start + choices.below(12)).min(last);
    match choices.below(4) {
        0 => bytes[start] ^= 1 << choices.below(7),
        1 => drop(bytes.drain(start..end)),
        2 => bytes.extend_from_within(start..end),
        _ => drop(bytes.splice(start..start, words[choices.below(words.len())].bytes())),
    }
}

/// Puts a word or another string in the place of a string, or of a part of it.
fn change_string(bytes: &mut Vec<u8>, words: &[&str], choices: &mut Choices) {
    let marks: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] == b'"').collect();
    let strings: Vec<(usize, usize)> = marks.chunks_exact(2).map(|pair| (pair[0] + 1, pair[1])).collect();
    let (Some(&(start, end)), Some(&(from, to))) = (
        strings.get(choices.below(strings.len())),
        strings.get(choices.below(strings.len())),
    ) else {
        return;
    };
    let new = match choices.below(2) {
        0 => words[choices.below(words.len())].as_bytes().to_vec(),
        _ => bytes[from..to].to_vec(),
    };
    let first = start + choices.below(end - start + 1);
    match choices.below(3) {
        0 => drop(bytes.splice(start..end, new)),
        1 => drop(bytes.splice(first..first, new)),
        _ => drop(bytes.splice(first..end.min(first + 1), new)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_a_scenario_or_a_world() {
        let scenario = br#"{"principal": "anonymous", "action": "a:b", "resource": "*", "context": {"a:b": "c"}}"#;
        assert_eq!(question(scenario).unwrap().principal, "anonymous");
        assert_eq!(question(b"{\"principal\""), None);
        let twice =
            br#"{"principal": "anonymous", "action": "a:b", "resource": "*", "context": {"a:b": "c", "A:b": "d"}}"#;
        assert_eq!(question(twice), None);
        assert!(question(b"").is_some());
        let worlds = (0..50_u8).map(|byte| question(&[byte]));
        let actions = worlds.flatten().map(|scenario| scenario.action);
        assert!(actions.collect::<std::collections::BTreeSet<_>>().len() > 5);
    }
}
