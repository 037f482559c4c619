//! Where questions come from: a generated world, or a real policy and what is around it. Each has random numbers of its own, so that the
//! questions do not depend on which thread asks them.

use bailiwick_grammar::PolicyType;
use bailiwick_testkit::generate::about::requests_about;
use bailiwick_testkit::generate::world::{alike, requests, requests_with_parent_users};
use bailiwick_testkit::oracle::OracleRequest;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::compare::Comparer;
use super::corpora::RealPolicy;
use super::tally::Tally;

/// Puts questions to the world of a number.
pub(super) fn ask_world(seed: u64, number: usize, questions: usize) -> Tally {
    let mut runner = runner(seed, 0, number);
    let first = if number.is_multiple_of(2) {
        one(&requests(), &mut runner)
    } else {
        one(&requests_with_parent_users(), &mut runner)
    };
    let mut comparer = Comparer::default();
    comparer.tally.worlds = 1;
    comparer.compare(&first);
    let others = alike(&first);
    for _ in 1..questions {
        comparer.compare(&one(&others, &mut runner));
    }
    comparer.tally
}

/// Puts questions to a real policy: by turns as what it is among policies that allow everything, in a generated world, and, for an
/// identity-based policy, as a boundary and as a session policy.
pub(super) fn ask_about(policy: &RealPolicy, seed: u64, number: usize, questions: usize) -> Tally {
    let mut runner = runner(seed, 1, number);
    let around = one(&requests(), &mut runner);
    let taken_for: &[PolicyType] = match policy.policy_type {
        PolicyType::IdentityBasedPolicy => &[
            PolicyType::IdentityBasedPolicy,
            PolicyType::PermissionsBoundary,
            PolicyType::SessionPolicy,
        ],
        ref other => std::slice::from_ref(other),
    };
    let strategies: Vec<_> = taken_for
        .iter()
        .map(|&kind| requests_about(&policy.document, kind))
        .collect();
    let mut comparer = Comparer::default();
    for (turn, strategy) in (0..questions).zip(strategies.iter().cycle()) {
        let mut question = one(strategy, &mut runner);
        if turn / strategies.len() % 4 == 3 {
            put_into(&mut question, &around);
        }
        comparer.compare(&question);
    }
    comparer.tally
}

/// Adds the policies of a world, of the types that the question has none of.
fn put_into(question: &mut OracleRequest, world: &OracleRequest) {
    fn fill<T: Clone>(empty: &mut Vec<T>, others: &[T]) {
        if empty.is_empty() {
            empty.extend_from_slice(others);
        }
    }
    fill(&mut question.identity_policies, &world.identity_policies);
    fill(&mut question.permissions_boundaries, &world.permissions_boundaries);
    fill(&mut question.session_policies, &world.session_policies);
    fill(&mut question.service_control_policies, &world.service_control_policies);
    fill(
        &mut question.resource_control_policies,
        &world.resource_control_policies,
    );
    fill(&mut question.vpc_endpoint_policies, &world.vpc_endpoint_policies);
}

fn runner(seed: u64, kind: u8, number: usize) -> TestRunner {
    let mut bytes = [kind; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&(number as u64).to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config::default(), random)
}

fn one<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    let tree = strategy.new_tree(runner);
    tree.expect("invariant: the generators reject nothing for long")
        .current()
}
