//! What must hold of the decision when the policies change, whatever it is: the same policies written otherwise decide the same, a Deny
//! or a limit more never grants, an Allow more never refuses. Held for the evaluator and for the oracle.

mod support;

use std::collections::BTreeSet;

use bailiwick_eval::explain;
use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Effect;
use bailiwick_policy::PrincipalMatch;
use bailiwick_testkit::Decision;
use bailiwick_testkit::generate::variation::{
    Choices, ask_other_policies, label, labelled, repeated, respelled, shuffled, split, with_allowance, with_denial,
    with_denial_of_others, with_first_limit, with_level, without_level,
};
use bailiwick_testkit::generate::world::{alike, requests_with_parent_users};
use bailiwick_testkit::oracle::{self, OracleRequest};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{Lowered, request, resource_policy_type};

/// How many questions are put to each world. Each property is held for four times the cases.
const QUESTIONS: usize = 4;

/// A world, the one that is varied from it, and questions to both.
#[derive(Clone, Debug)]
struct Varied {
    before: OracleRequest,
    after: OracleRequest,
    questions: Vec<OracleRequest>,
}

fn varied<S: Strategy<Value = OracleRequest> + 'static>(
    vary: impl Fn(&OracleRequest) -> S + 'static,
) -> impl Strategy<Value = Varied> {
    requests_with_parent_users().prop_flat_map(move |first| {
        let before = labelled(&first);
        let others = vec(alike(&first), QUESTIONS - 1);
        (vary(&before), others).prop_map(move |(after, mut questions)| {
            questions.push(first.clone());
            // A policy on a role that is assumed is another than one on a role that is changed.
            let policy_type = |question: &OracleRequest| resource_policy_type(&question.action, &question.resource);
            questions.retain(|question| policy_type(question) == policy_type(&first));
            Varied {
                before: before.clone(),
                after,
                questions,
            }
        })
    })
}

fn chosen(
    vary: impl Fn(&OracleRequest, Choices) -> OracleRequest + Copy + 'static,
) -> impl Fn(&OracleRequest) -> BoxedStrategy<OracleRequest> {
    move |before| {
        let before = before.clone();
        any::<u64>()
            .prop_map(move |seed| vary(&before, Choices::new(seed)))
            .boxed()
    }
}

/// A statement that applies: its policy type, level and label, its effect, and how it names the principal.
type Matched = (PolicyType, Option<usize>, String, Effect, Option<PrincipalMatch>);

/// What is found out about a question.
#[derive(Debug, Eq, PartialEq)]
struct Found {
    decision: Decision,
    blocked_by: Vec<PolicyType>,
    matched: BTreeSet<Matched>,
    /// The condition keys that could change the decision, which ignore case.
    missing: BTreeSet<String>,
}

/// Puts a question to evaluator and oracle, which must agree.
fn found(policies: &Lowered, question: &OracleRequest) -> Result<Found, TestCaseError> {
    let asked = question.to_scenario_without_policies();
    let request = request(&asked).map_err(TestCaseError::reject)?;
    prop_assert_eq!(policies.wrong_in_explanation(&request), None);
    let decision = policies.decide(&request);
    let theirs = oracle::decide(question).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(decision, theirs);
    let explanation = explain(policies.set(), &request);
    let mut matched = BTreeSet::new();
    let groups = policies.set().groups();
    for outcome in &explanation.groups {
        let group = outcome.group;
        let list = groups.iter().find(|(known, _)| *known == group);
        for place in &outcome.matched {
            let policy = list.map(|(_, list)| &list[place.policy]);
            let sid = policy.and_then(|policy| policy.statements()[place.statement].sid.as_deref());
            let label = label(sid.unwrap_or_default()).to_owned();
            matched.insert((group.policy_type, group.level, label, place.effect, place.principal));
        }
    }
    let missing = explanation.missing_context_values.iter();
    Ok(Found {
        decision,
        blocked_by: explanation.blocked_by,
        matched,
        missing: missing.map(|key| key.lower().to_owned()).collect(),
    })
}

fn lowered(policies: &OracleRequest) -> Result<Lowered, TestCaseError> {
    Lowered::new(&policies.to_scenario()).map_err(TestCaseError::reject)
}

/// Puts the questions to both worlds and holds what is found against each other.
fn compare(varied: &Varied, right: impl Fn(&Found, &Found) -> bool) -> Result<(), TestCaseError> {
    let (before, after) = (lowered(&varied.before)?, lowered(&varied.after)?);
    for question in &varied.questions {
        let (first, second) = (
            ask_other_policies(question, &varied.before),
            ask_other_policies(question, &varied.after),
        );
        let (earlier, later) = (found(&before, &first)?, found(&after, &second)?);
        let text = |question: &OracleRequest| question.to_scenario().to_json().unwrap_or_default();
        prop_assert!(
            right(&earlier, &later),
            "{earlier:?}\n{}\n{later:?}\n{}",
            text(&first),
            text(&second)
        );
    }
    Ok(())
}

fn same(before: &Found, after: &Found) -> bool {
    before == after
}

/// Nothing is granted, and what was denied explicitly still is.
fn grants_nothing(before: &Found, after: &Found) -> bool {
    match before.decision {
        Decision::Allowed => true,
        Decision::ExplicitDeny => after.decision == Decision::ExplicitDeny,
        Decision::ImplicitDeny => after.decision != Decision::Allowed,
    }
}

fn refuses_nothing(before: &Found, after: &Found) -> bool {
    before.decision != Decision::Allowed || after.decision == Decision::Allowed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_global_rejects: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_statements_and_policies_has_no_meaning(varied in varied(chosen(shuffled))) {
        compare(&varied, same)?;
    }

    #[test]
    fn repeated_statements_and_policies_have_no_meaning(varied in varied(chosen(repeated))) {
        compare(&varied, same)?;
    }

    #[test]
    fn actions_may_stand_in_statements_of_their_own(varied in varied(chosen(|before, _| split(before)))) {
        compare(&varied, same)?;
    }

    #[test]
    fn a_deny_more_never_grants(varied in varied(with_denial)) {
        compare(&varied, grants_nothing)?;
    }

    #[test]
    fn a_first_boundary_session_policy_or_endpoint_policy_never_grants(varied in varied(with_first_limit)) {
        compare(&varied, grants_nothing)?;
    }

    #[test]
    fn a_level_more_never_grants(varied in varied(with_level)) {
        compare(&varied, grants_nothing)?;
    }

    #[test]
    fn an_allow_more_never_refuses(varied in varied(with_allowance)) {
        compare(&varied, |before, after| {
            // An explicit deny stays one too.
            let denied = |found: &Found| found.decision == Decision::ExplicitDeny;
            refuses_nothing(before, after) && denied(before) == denied(after)
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_global_rejects: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_deny_with_not_principal_never_grants_nor_does_a_limit_beside_it(
        (varied, limited) in varied(with_denial_of_others).prop_flat_map(|varied| {
            let limited = with_first_limit(&varied.after);
            (Just(varied), limited)
        })
    ) {
        compare(&varied, grants_nothing)?;
        compare(&Varied { before: varied.after, after: limited, questions: varied.questions }, grants_nothing)?;
    }

    #[test]
    fn a_level_less_never_refuses(
        (varied, fewer) in (varied(with_level), any::<u64>()).prop_map(|(varied, seed)| {
            let fewer = without_level(&varied.after, Choices::new(seed));
            (varied, fewer)
        })
    ) {
        compare(&Varied { before: varied.after, after: fewer, questions: varied.questions }, refuses_nothing)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_global_rejects: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn actions_and_condition_keys_ignore_case(question in requests_with_parent_users(), seed in any::<u64>()) {
        let before = labelled(&question);
        let after = respelled(&before, Choices::new(seed));
        let (earlier, later) = (found(&lowered(&before)?, &before)?, found(&lowered(&after)?, &after)?);
        prop_assert_eq!(earlier, later);
    }
}
