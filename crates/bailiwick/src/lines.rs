//! Scenarios line by line: `simulate --lines`.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::answer::{Answer, decision_name, policy_type_name};
use crate::document_cache::DocumentCache;
use crate::scenario::{Scenario, ScenarioError};

/// The answer to one line.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum LineReport {
    /// A decision.
    Decided(DecidedLine),
    /// A line that is no scenario.
    Wrong(WrongLine),
}

/// A decision, as a line.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DecidedLine {
    id: Option<Box<RawValue>>,
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_rule: Option<String>,
    matched_statements: Vec<MatchedStatement>,
    blocked_by: Vec<&'static str>,
    missing_context_values: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MatchedStatement {
    policy_type: &'static str,
    policy: String,
    sid: Option<String>,
    statement: usize,
    effect: &'static str,
}

/// An error, as a line.
#[derive(Debug, Serialize)]
pub struct WrongLine {
    id: Option<Box<RawValue>>,
    error: String,
}

impl LineReport {
    /// Whether the line was no scenario.
    pub fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong(_))
    }

    /// A line that could not even be read as text.
    pub fn unreadable(error: String) -> Self {
        Self::Wrong(WrongLine { id: None, error })
    }
}

/// Decides the scenario that a line is; `number` is the line's place in `file`, from 1.
pub fn simulate_line(text: &str, file: &str, number: u32, cache: &DocumentCache) -> LineReport {
    let decide = || -> Result<LineReport, ScenarioError> {
        let scenario = Scenario::parse(text, file, number, cache)?;
        let answer = scenario.simulate()?;
        Ok(LineReport::Decided(DecidedLine::new(
            scenario.id().map(ToOwned::to_owned),
            answer,
        )))
    };
    decide().unwrap_or_else(|error| {
        LineReport::Wrong(WrongLine {
            id: id(text),
            error: error.to_string(),
        })
    })
}

/// The id of a line that is JSON, whatever else is wrong with it.
fn id(text: &str) -> Option<Box<RawValue>> {
    #[derive(serde::Deserialize)]
    struct OnlyId<'a> {
        #[serde(borrow)]
        id: Option<&'a RawValue>,
    }
    serde_json::from_str::<OnlyId<'_>>(text).ok()?.id.map(ToOwned::to_owned)
}

impl DecidedLine {
    fn new(id: Option<Box<RawValue>>, answer: Answer) -> Self {
        let matched = answer.matched_statements.into_iter().map(|statement| MatchedStatement {
            policy_type: policy_type_name(statement.policy_type),
            policy: statement.policy,
            sid: statement.sid,
            statement: statement.statement,
            effect: statement.effect.as_str(),
        });
        Self {
            id,
            decision: decision_name(answer.decision),
            service_rule: answer.service_rule.map(|rule| rule.to_string()),
            matched_statements: matched.collect(),
            blocked_by: answer.blocked_by.into_iter().map(policy_type_name).collect(),
            missing_context_values: answer.missing_context_values,
        }
    }
}
