//! Policy documents as plain JSON, for the engines that need to know what is in them.
//!
//! Bailiwick's own parser is not used: the translation for a peer should not share its mistakes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::workload::Workload;

/// A policy document.
#[derive(Deserialize)]
pub(crate) struct Document {
    /// Its statements.
    #[serde(rename = "Statement")]
    pub(crate) statements: OneOrMany<Statement>,
}

/// A statement.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Statement {
    /// `Allow` or `Deny`.
    pub(crate) effect: Effect,
    /// `Action`.
    #[serde(default)]
    pub(crate) action: Option<OneOrMany<String>>,
    /// `NotAction`.
    #[serde(default)]
    pub(crate) not_action: Option<OneOrMany<String>>,
    /// `Resource`.
    #[serde(default)]
    pub(crate) resource: Option<OneOrMany<String>>,
    /// `NotResource`.
    #[serde(default)]
    pub(crate) not_resource: Option<OneOrMany<String>>,
    /// Operators, their keys, and the values of these.
    #[serde(default)]
    pub(crate) condition: BTreeMap<String, BTreeMap<String, OneOrMany<Scalar>>>,
}

/// The effect of a statement.
#[derive(Clone, Copy, Deserialize, Eq, PartialEq)]
pub(crate) enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

/// One value or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany<T> {
    /// A value that stands alone.
    One(T),
    /// A list.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// The values.
    pub(crate) fn items(&self) -> &[T] {
        match self {
            Self::One(item) => std::slice::from_ref(item),
            Self::Many(items) => items,
        }
    }
}

/// A value of a condition.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Scalar {
    /// Text.
    Text(String),
    /// A boolean that is written without quotes.
    Bool(bool),
    /// A number that is written without quotes.
    Number(serde_json::Number),
}

impl Scalar {
    /// The value as text.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("policy `{name}`: {error}"))
    }
}

/// A condition operator, taken apart.
pub(crate) struct Operator<'a> {
    /// Whether a set operator stands before it.
    pub(crate) set: Option<SetOperator>,
    /// The operator itself.
    pub(crate) name: &'a str,
    /// Whether `IfExists` stands behind it.
    pub(crate) if_exists: bool,
}

/// A set operator.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SetOperator {
    /// `ForAllValues`.
    ForAllValues,
    /// `ForAnyValue`.
    ForAnyValue,
}

impl<'a> Operator<'a> {
    /// Takes an operator apart.
    pub(crate) fn parse(text: &'a str) -> Self {
        let (set, rest) = match text.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(SetOperator::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(SetOperator::ForAnyValue), rest),
            _ => (None, text),
        };
        let name = rest.strip_suffix("IfExists");
        Self {
            set,
            name: name.unwrap_or(rest),
            if_exists: name.is_some(),
        }
    }
}

/// The condition keys, in lower case, that any policy of a workload asks with one of these operators.
///
/// # Errors
///
/// Which document cannot be read.
pub(crate) fn keys_asked_with(workload: &Workload, operators: &[&str]) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    for policy in &workload.policies {
        let document = Document::parse(&policy.name, policy.text())?;
        for statement in document.statements.items() {
            for (operator, keys) in &statement.condition {
                if operators.contains(&Operator::parse(operator).name) {
                    found.extend(keys.keys().map(|key| key.to_lowercase()));
                }
            }
        }
    }
    Ok(found)
}
