//! One question, put to both.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bailiwick_testkit::oracle::{self, OracleRequest};

use super::evaluator::{Lowered, request, resource_policy_type};
use super::tally::{Difference, Tally};

/// Every so many comparisons the explanation is looked at too: it takes several times as long as the decision.
const EXPLAINED: usize = 8;

/// Puts questions to evaluator and oracle, and counts. Policies are lowered once as long as questions are about the same ones.
#[derive(Default)]
pub(super) struct Comparer {
    pub(super) tally: Tally,
    lowered: Vec<(OracleRequest, Option<Lowered>)>,
}

/// How the evaluator takes a question.
enum Answer {
    Decision(bailiwick_testkit::Decision),
    /// It does not take the policies or the question.
    Refused,
    /// It panics, or contradicts itself.
    Wrong(String),
}

impl Comparer {
    /// Puts a question to both.
    pub(super) fn compare(&mut self, question: &OracleRequest) {
        let explain = self.tally.comparisons.is_multiple_of(EXPLAINED);
        let answer = catch_unwind(AssertUnwindSafe(|| self.answer(question, explain)));
        let ours = match answer.unwrap_or_else(|_| Answer::Wrong("panicked".to_owned())) {
            Answer::Refused => {
                self.tally.refused_questions += 1;
                return;
            }
            Answer::Decision(decision) => Ok(decision),
            Answer::Wrong(message) => Err(message),
        };
        let theirs = oracle::decide(question);
        self.tally.comparisons += 1;
        if let Ok(decision) = &theirs {
            *self.tally.decisions.entry(decision.as_str()).or_default() += 1;
        }
        let (ours, theirs) = (
            ours.map_or_else(|message| message, |decision| decision.to_string()),
            theirs.map_or_else(|error| error.to_string(), |decision| decision.to_string()),
        );
        if ours != theirs {
            self.tally.differ(Difference {
                scenario: question.to_scenario(),
                evaluator: ours,
                oracle: theirs,
            });
        }
    }

    fn answer(&mut self, question: &OracleRequest, explain: bool) -> Answer {
        let asked = question.to_scenario_without_policies();
        let Ok(request) = request(&asked) else {
            return Answer::Refused;
        };
        let Some(policies) = self.lowered(question) else {
            return Answer::Refused;
        };
        let wrong = explain.then(|| policies.wrong_in_explanation(&request)).flatten();
        match wrong {
            Some(wrong) => Answer::Wrong(wrong),
            None => Answer::Decision(policies.decide(&request)),
        }
    }

    /// The policies of the question; nothing if the evaluator does not take one of them.
    fn lowered(&mut self, question: &OracleRequest) -> Option<&Lowered> {
        let known = self
            .lowered
            .iter()
            .position(|(other, _)| same_policies(other, question));
        let place = known.unwrap_or_else(|| {
            let lowered = Lowered::new(&question.to_scenario()).ok();
            self.lowered.push((question.clone(), lowered));
            self.lowered.len() - 1
        });
        self.lowered[place].1.as_ref()
    }
}

fn same_policies(a: &OracleRequest, b: &OracleRequest) -> bool {
    let on_resource = |question: &OracleRequest| resource_policy_type(&question.action, &question.resource);
    a.identity_policies == b.identity_policies
        && a.permissions_boundaries == b.permissions_boundaries
        && a.session_policies == b.session_policies
        && a.resource_policy == b.resource_policy
        && a.service_control_policies == b.service_control_policies
        && a.resource_control_policies == b.resource_control_policies
        && a.vpc_endpoint_policies == b.vpc_endpoint_policies
        && (a.resource_policy.is_none() || on_resource(a) == on_resource(b))
}
