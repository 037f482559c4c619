//! `Condition`.

use super::Parser;
use crate::ast::{ConditionBlock, ConditionEntry, ConditionValue, OperatorBlock};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::edit_distance::edit_distance;
use crate::json::{Json, JsonValue, Member};
use crate::operator::{ConditionOperator, OperatorName, OperatorNameError};
use crate::span::Spanned;

impl Parser {
    /// Reads the value of `Condition`; gives the element back where it could not be understood.
    pub(super) fn condition(&mut self, member: Member) -> Result<Spanned<ConditionBlock>, Member> {
        let span = member.value.span;
        let Json::Object(members) = member.value.node else {
            self.wrong_type("Condition", "an object", &member.value);
            return Err(member);
        };
        let mut block = ConditionBlock::default();
        for member in members {
            match self.operator(&member) {
                Some(operator) => match self.operator_block(operator, member) {
                    Ok(operator) => block.operators.push(operator),
                    Err(member) => block.extra.push(member),
                },
                None => block.extra.push(member),
            }
        }
        Ok(Spanned::new(block, span))
    }

    fn operator(&mut self, member: &Member) -> Option<Spanned<OperatorName>> {
        match OperatorName::parse(&member.key) {
            Ok(operator) => Some(Spanned::new(operator, member.key.span)),
            Err(error) => {
                let code = match error {
                    OperatorNameError::NullIfExists => DiagnosticCode::NullIfExists,
                    OperatorNameError::Unknown(_) => DiagnosticCode::InvalidOperator,
                };
                let diagnostic = Diagnostic::error(code, member.key.span, error.to_string());
                self.diagnostics.push(match nearest_operator(&member.key) {
                    _ if code == DiagnosticCode::NullIfExists => {
                        diagnostic.help("write `Null`, which asks whether the key is there")
                    }
                    Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
                    None => diagnostic.help("an operator is `[ForAllValues:|ForAnyValue:]Operator[IfExists]`"),
                });
                None
            }
        }
    }

    fn operator_block(&mut self, operator: Spanned<OperatorName>, member: Member) -> Result<OperatorBlock, Member> {
        let Json::Object(members) = member.value.node else {
            self.wrong_type(&member.key, "an object of condition keys", &member.value);
            return Err(member);
        };
        let mut block = OperatorBlock {
            operator,
            keys: Vec::new(),
            extra: Vec::new(),
        };
        for member in members {
            if !member.key.contains(':') {
                let message = format!("condition key `{}` has no service prefix", member.key.as_str());
                let diagnostic = Diagnostic::error(DiagnosticCode::InvalidConditionKey, member.key.span, message);
                self.diagnostics
                    .push(diagnostic.help("a condition key is `prefix:name`, such as `aws:SourceIp`"));
                block.extra.push(member);
                continue;
            }
            let values = self.one_or_many(member.value, |parser, value| parser.condition_value(&member.key, value));
            block.keys.push(ConditionEntry {
                key: member.key,
                values,
            });
        }
        Ok(block)
    }

    fn condition_value(&mut self, key: &str, value: JsonValue) -> Result<Spanned<ConditionValue>, JsonValue> {
        let span = value.span;
        match value.node {
            Json::String(text) => Ok(Spanned::new(ConditionValue::String(text), span)),
            Json::Number(number) => Ok(Spanned::new(ConditionValue::Number(number), span)),
            Json::Bool(truth) => Ok(Spanned::new(ConditionValue::Bool(truth), span)),
            Json::Null | Json::Array(_) | Json::Object(_) | Json::Invalid => {
                self.wrong_type(key, "a string, a number, a boolean or a list of them", &value);
                Err(value)
            }
        }
    }
}

/// The operator that the author most likely meant: the one with the fewest differing characters, if they are few, and likewise its
/// set operator.
fn nearest_operator(name: &str) -> Option<String> {
    let (set, name) = match name.rsplit_once(':') {
        Some((set, name)) => (Some(nearest(set, &["ForAllValues", "ForAnyValue"])?), name),
        None => (None, name),
    };
    let operators: Vec<&str> = ConditionOperator::ALL
        .iter()
        .map(|operator| operator.as_str())
        .collect();
    let (stem, if_exists) = without_if_exists(name);
    let operator = nearest(stem, &operators)?;
    let if_exists = if if_exists && operator != ConditionOperator::Null.as_str() {
        "IfExists"
    } else {
        ""
    };
    Some(match set {
        Some(set) => format!("{set}:{operator}{if_exists}"),
        None => format!("{operator}{if_exists}"),
    })
}

/// The name without what is meant as `IfExists` at its end, and whether there was such.
fn without_if_exists(name: &str) -> (&str, bool) {
    ["IfExists", "IfExist", "IfExits"]
        .into_iter()
        .find_map(|suffix| {
            let (stem, end) = name.split_at_checked(name.len().checked_sub(suffix.len())?)?;
            end.eq_ignore_ascii_case(suffix).then_some((stem, true))
        })
        .unwrap_or((name, false))
}

fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known
        .iter()
        .filter_map(|known| Some((edit_distance(name, known, 3)?, *known)));
    near.min().map(|(_, known)| known)
}
