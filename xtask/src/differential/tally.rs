//! What came of the comparisons.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use bailiwick_testkit::Decision;
use bailiwick_testkit::scenario::Scenario;

/// How many differences are printed.
const SHOWN: usize = 10;
/// Of a hundred comparisons, so many have each decision: else they prove little.
const LEAST_PERCENT: usize = 5;

/// What came of the comparisons.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) comparisons: usize,
    pub(super) differences: usize,
    /// The first of them.
    pub(super) shown: Vec<Difference>,
    pub(super) worlds: usize,
    /// How many questions the evaluator does not take.
    pub(super) refused_questions: usize,
    /// How often the oracle decides so.
    pub(super) decisions: BTreeMap<&'static str, usize>,
}

/// A question that is decided in two ways.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) scenario: Scenario,
    pub(super) evaluator: String,
    pub(super) oracle: String,
}

impl Tally {
    /// Adds one.
    pub(super) fn differ(&mut self, difference: Difference) {
        self.differences += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(difference);
        }
    }

    /// Both together; the differences of `self` come first.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.comparisons += other.comparisons;
        self.differences += other.differences;
        self.shown.extend(other.shown);
        self.shown.truncate(SHOWN);
        self.worlds += other.worlds;
        self.refused_questions += other.refused_questions;
        for (decision, count) in other.decisions {
            *self.decisions.entry(decision).or_default() += count;
        }
        self
    }

    /// The closing line.
    pub(super) fn line(&self, corpus_documents: usize, refused: usize, elapsed: Duration) -> String {
        let line = serde_json::json!({
            "comparisons": self.comparisons,
            "differences": self.differences,
            "worlds": self.worlds,
            "corpusDocuments": corpus_documents,
            "refused": refused,
            "refusedQuestions": self.refused_questions,
            "decisions": self.decisions,
            "seconds": (elapsed.as_secs_f64() * 10.0).round() / 10.0,
        });
        line.to_string()
    }

    /// Whether the comparisons were worth making and found nothing.
    pub(super) fn verdict(&self) -> Result<(), String> {
        if self.differences > 0 {
            return Err(format!("{} differences", self.differences));
        }
        for decision in Decision::ALL {
            let count = self.decisions.get(decision.as_str()).copied().unwrap_or_default();
            if count * 100 < self.comparisons * LEAST_PERCENT || count == 0 {
                return Err(format!(
                    "only {count} of {} comparisons are `{decision}`: they prove little",
                    self.comparisons
                ));
            }
        }
        Ok(())
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scenario = self.scenario.to_json().unwrap_or_else(|error| error.to_string());
        write!(
            f,
            "the evaluator says {}, the oracle {}:\n  {scenario}",
            self.evaluator, self.oracle
        )
    }
}
