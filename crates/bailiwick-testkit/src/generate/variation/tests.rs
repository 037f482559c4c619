use bailiwick_grammar::print_policy;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::super::world::requests;
use super::*;

fn texts(request: &OracleRequest) -> Vec<String> {
    let lists = [
        &request.identity_policies,
        &request.permissions_boundaries,
        &request.session_policies,
    ];
    let levels = request
        .service_control_policies
        .iter()
        .chain(&request.resource_control_policies);
    let documents = lists
        .into_iter()
        .chain(levels)
        .flatten()
        .chain(&request.resource_policy);
    documents
        .chain(&request.vpc_endpoint_policies)
        .map(print_policy)
        .collect()
}

fn count(request: &OracleRequest) -> usize {
    let mut count = 0;
    statement_lists(&mut request.clone(), |statements| count += statements.len());
    count
}

/// A variation that varies nothing would prove nothing.
#[test]
fn every_variation_is_often_another_world() {
    let mut runner = TestRunner::deterministic();
    let mut differ = [0; 10];
    for seed in 0..300 {
        let request = requests().new_tree(&mut runner).unwrap().current();
        let choices = Choices::new(seed);
        let varied = [
            shuffled(&request, choices),
            repeated(&request, choices),
            split(&request),
            respelled(&request, choices),
            with_denial(&request).new_tree(&mut runner).unwrap().current(),
            with_denial_of_others(&request).new_tree(&mut runner).unwrap().current(),
            with_first_limit(&request).new_tree(&mut runner).unwrap().current(),
            with_level(&request).new_tree(&mut runner).unwrap().current(),
            with_allowance(&request).new_tree(&mut runner).unwrap().current(),
            without_level(&request, choices),
        ];
        for (differ, varied) in differ.iter_mut().zip(&varied) {
            *differ += usize::from(texts(varied) != texts(&request));
        }
        let [shuffled, repeated, split, respelled, ..] = &varied;
        assert_eq!(count(shuffled), count(&request));
        assert!(count(repeated) >= count(&request) && count(split) >= count(&request));
        assert_eq!(
            respelled.action.to_ascii_lowercase(),
            request.action.to_ascii_lowercase()
        );
    }
    assert!(differ.iter().all(|&differ| differ > 90), "{differ:?}");
}

#[test]
fn copies_and_parts_keep_the_label() {
    let request = requests().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let labelled = labelled(&request);
    let labels = |request: &OracleRequest| {
        let mut labels = std::collections::BTreeSet::new();
        statement_lists(&mut request.clone(), |statements| {
            let sids = statements.iter().flat_map(|statement| &statement.node.sid);
            labels.extend(sids.map(|sid| label(sid.node.as_str()).to_owned()));
        });
        labels
    };
    assert_eq!(labels(&labelled).len(), count(&request));
    for varied in [split(&labelled), repeated(&labelled, Choices::new(1))] {
        assert_eq!(labels(&varied), labels(&labelled));
    }
}

#[test]
fn choices_follow_from_the_number() {
    let some = |seed| {
        let mut choices = Choices::new(seed);
        [choices.below(100), choices.below(100), choices.below(0)]
    };
    assert_eq!(some(1), some(1));
    assert_ne!(some(1), some(2));
    assert_eq!(some(3)[2], 0);
}
