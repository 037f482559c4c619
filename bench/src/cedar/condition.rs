//! IAM's conditions as Cedar expressions.

use std::collections::BTreeSet;

use super::pattern::{Expression, Inexpressible, Owner, Pattern, all, any, quoted};
use crate::document::{Operator, SetOperator, keys_asked_with};
use crate::workload::{Value, Workload};

/// What the translation has to know of all policies and requests: Cedar's attributes have types, IAM's keys have none.
///
/// A key that is asked as something else than text has a second attribute in the context, named after the type.
pub(super) struct Keys {
    /// Keys that have lists of values.
    pub(super) multivalued: BTreeSet<String>,
    /// Keys that are asked with `Bool`.
    pub(super) booleans: BTreeSet<String>,
    /// Keys that are asked with `IpAddress`.
    pub(super) addresses: BTreeSet<String>,
    /// Keys that are asked with ARN operators.
    pub(super) arns: BTreeSet<String>,
    /// Keys that are asked without regard to case.
    pub(super) caseless: BTreeSet<String>,
}

impl Keys {
    pub(super) fn of(workload: &Workload) -> Result<Self, String> {
        let lists = workload.requests.iter().flat_map(|request| &request.context);
        let lists = lists.filter(|(_, value)| matches!(value, Value::Multivalued(_)));
        Ok(Self {
            multivalued: lists.map(|(key, _)| key.to_lowercase()).collect(),
            booleans: keys_asked_with(workload, &["Bool"])?,
            addresses: keys_asked_with(workload, &["IpAddress", "NotIpAddress"])?,
            arns: keys_asked_with(workload, &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"])?,
            caseless: keys_asked_with(workload, &["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"])?,
        })
    }

    /// Whether a condition holds.
    pub(super) fn condition(&self, operator: &str, key: &str, values: &[String], owner: &mut Owner<'_>) -> Translated {
        let operator = Operator::parse(operator);
        let key = key.to_lowercase();
        let negated = operator.name.contains("Not");
        let missing = match operator.set {
            Some(SetOperator::ForAllValues) => true,
            Some(SetOperator::ForAnyValue) => false,
            None => operator.if_exists || negated,
        };
        if operator.name == "Null" {
            return Translated::whole(null(&operator, &key, values));
        }
        let multivalued = self.multivalued.contains(&key);
        let mut left_out = 0;
        let accepted = match operator.set {
            Some(set) if multivalued => accepts_set(set, operator.name, negated, &key, values, owner),
            // AWS: a list of values needs a set operator.
            None if multivalued => Ok("false".to_owned()),
            _ => {
                let tests = values.iter().map(|value| test(operator.name, &key, value, owner));
                let (tests, inexpressible): (Vec<_>, Vec<_>) = tests.partition(Result::is_ok);
                left_out = inexpressible.len();
                let tests: Vec<String> = tests.into_iter().flatten().collect();
                match (negated, left_out) {
                    (false, _) => Ok(any(&tests)),
                    (true, 0) => Ok(format!("!({})", any(&tests))),
                    (true, _) => Err(Inexpressible),
                }
            }
        };
        let accepted = accepted.unwrap_or_else(|Inexpressible| {
            left_out = left_out.max(1);
            "false".to_owned()
        });
        let key = quoted(&key);
        let expression = if missing {
            format!("(!(context has {key}) || {accepted})")
        } else {
            format!("(context has {key} && {accepted})")
        };
        Translated { expression, left_out }
    }
}

/// A translation.
pub(super) struct Translated {
    /// The expression.
    pub(super) expression: String,
    /// How many values, or whole conditions, Cedar cannot express. They never match.
    pub(super) left_out: usize,
}

impl Translated {
    fn whole(expression: String) -> Self {
        Self {
            expression,
            left_out: 0,
        }
    }
}

/// Whether one value of the request relates to one of the policy; the key is there.
fn test(operator: &str, key: &str, value: &str, owner: &mut Owner<'_>) -> Expression {
    let attribute = |kind: &str| quoted(&format!("{kind}{key}"));
    let text = format!("context[{}]", attribute(""));
    match operator {
        "StringEquals" | "StringNotEquals" => Pattern::parse(value, false, owner).matches(&text),
        "StringLike" | "StringNotLike" => Pattern::parse(value, true, owner).matches(&text),
        "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => {
            let lower = format!("context[{}]", attribute("lower:"));
            let pattern = Pattern::parse(value, false, owner);
            let literal = pattern.literal().ok_or(Inexpressible)?;
            Ok(format!("{lower} == {}", quoted(&literal.to_lowercase())))
        }
        "ArnEquals" | "ArnLike" | "ArnNotEquals" | "ArnNotLike" => {
            let parts = attribute("arn:");
            let matches = Pattern::parse(value, true, owner).matches_arn(&text, &format!("context[{parts}]"), false)?;
            Ok(format!("(context has {parts} && {matches})"))
        }
        "Bool" => {
            let boolean = attribute("bool:");
            let negation = match value.to_lowercase().as_str() {
                "true" => "",
                "false" => "!",
                _ => return Err(Inexpressible),
            };
            Ok(format!("(context has {boolean} && {negation}context[{boolean}])"))
        }
        "IpAddress" | "NotIpAddress" => {
            let address = attribute("ip:");
            let range = quoted(value);
            Ok(format!(
                "(context has {address} && context[{address}].isInRange(ip({range})))"
            ))
        }
        _ => Err(Inexpressible),
    }
}

/// `Null`: whether the key is absent. No request of the workloads has an empty value, which AWS takes for absent.
fn null(operator: &Operator<'_>, key: &str, values: &[String]) -> String {
    let key = quoted(key);
    let tests = values.iter().map(|value| match value.to_lowercase().as_str() {
        "true" => format!("!(context has {key})"),
        "false" => format!("context has {key}"),
        _ => "false".to_owned(),
    });
    match operator.set {
        None => any(&tests.collect::<Vec<_>>()),
        Some(SetOperator::ForAllValues) => "true".to_owned(),
        Some(SetOperator::ForAnyValue) => "false".to_owned(),
    }
}

/// Whether a set of values is accepted; the key is there.
///
/// Cedar has no quantifiers, so only operators on exact texts have an expression, and `*`.
fn accepts_set(
    set: SetOperator,
    operator: &str,
    negated: bool,
    key: &str,
    values: &[String],
    owner: &mut Owner<'_>,
) -> Expression {
    let wildcards = match operator {
        "StringEquals" | "StringNotEquals" => false,
        "StringLike" | "StringNotLike" | "ArnEquals" | "ArnLike" | "ArnNotEquals" | "ArnNotLike" => true,
        _ => return Err(Inexpressible),
    };
    let text = format!("context[{}]", quoted(key));
    let patterns: Vec<Pattern> = values
        .iter()
        .map(|value| Pattern::parse(value, wildcards, owner))
        .collect();
    if !negated && operator.starts_with("String") && patterns.iter().any(Pattern::is_anything) {
        return Ok(match set {
            SetOperator::ForAllValues => "true".to_owned(),
            SetOperator::ForAnyValue => format!("!{text}.isEmpty()"),
        });
    }
    let literals: Vec<String> = patterns
        .iter()
        .map(|pattern| pattern.literal().map(quoted).ok_or(Inexpressible))
        .collect::<Result<_, _>>()?;
    let list = format!("[{}]", literals.join(", "));
    Ok(match (set, negated) {
        (SetOperator::ForAllValues, false) => format!("{list}.containsAll({text})"),
        (SetOperator::ForAnyValue, false) => format!("{text}.containsAny({list})"),
        (SetOperator::ForAllValues, true) => format!("!{text}.containsAny({list})"),
        (SetOperator::ForAnyValue, true) => format!("!{list}.containsAll({text})"),
    })
}

/// The conditions of a statement: all must hold.
pub(super) fn conjunction(conditions: Vec<Translated>) -> Translated {
    Translated {
        left_out: conditions.iter().map(|condition| condition.left_out).sum(),
        expression: all(&conditions
            .into_iter()
            .map(|condition| condition.expression)
            .collect::<Vec<_>>()),
    }
}
