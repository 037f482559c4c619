//! Puts the cases to an engine.

use std::fmt;

use thiserror::Error;

use super::file::Case;
use super::shape::Scenario;
use crate::answer::Decision;
use crate::oracle::{self, OracleRequest};

/// Something that decides requests: the oracle, the evaluator, the facade, a server.
pub trait Engine {
    /// What the engine is called in a report.
    fn name(&self) -> &str;

    /// Decides one scenario.
    ///
    /// # Errors
    ///
    /// Where the engine cannot take the scenario, or refuses it.
    fn decide(&self, scenario: &Scenario) -> Result<Decision, EngineError>;
}

/// An engine gave no decision.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum EngineError {
    /// The engine has no place for something that the scenario says; the case is passed over and counted.
    #[error("not supported: {0}")]
    Unsupported(String),
    /// The engine says that the scenario is wrong; the case fails.
    #[error("{0}")]
    Failed(String),
}

/// The oracle as an engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Oracle;

impl Engine for Oracle {
    fn name(&self) -> &'static str {
        "oracle"
    }

    fn decide(&self, scenario: &Scenario) -> Result<Decision, EngineError> {
        OracleRequest::from_scenario(scenario)
            .and_then(|request| oracle::decide(&request))
            .map_err(|error| EngineError::Failed(error.to_string()))
    }
}

/// How an engine did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    /// The engine.
    pub engine: String,
    /// How many cases were put to it.
    pub seen: usize,
    /// How many it had no place for.
    pub unsupported: usize,
    /// What it got wrong, one text per case.
    pub failures: Vec<String>,
}

impl Report {
    /// Whether cases were seen and none was decided wrongly.
    pub fn is_success(&self) -> bool {
        self.seen > 0 && self.failures.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} cases, {} not supported, {} wrong",
            self.engine,
            self.seen,
            self.unsupported,
            self.failures.len()
        )?;
        self.failures.iter().try_for_each(|failure| writeln!(f, "{failure}"))
    }
}

/// Puts every case to the engine.
pub fn run(cases: &[Case], engine: &dyn Engine) -> Report {
    let mut report = Report {
        engine: engine.name().to_owned(),
        ..Report::default()
    };
    for case in cases {
        report.seen += 1;
        let found = match engine.decide(&case.scenario) {
            Ok(decision) if decision == case.expect => continue,
            Ok(decision) => decision.to_string(),
            Err(EngineError::Unsupported(_)) => {
                report.unsupported += 1;
                continue;
            }
            Err(error) => format!("error: {error}"),
        };
        report.failures.push(format!(
            "{}: expected {}, found {found}\n    source: {}",
            case.scenario.id, case.expect, case.source
        ));
    }
    report
}
