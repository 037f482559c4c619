//! Questions that follow from any bytes, for fuzzing.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

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
