//! IAM's statements as Cedar policies.

use super::condition::{Keys, Translated, conjunction};
use super::pattern::{Expression, Inexpressible, Owner, Pattern, all, any, quoted};
use crate::document::{Effect, OneOrMany, Statement};

/// A statement as the text of a Cedar policy.
pub(super) fn statement(statement: &Statement, keys: &Keys, owner: &mut Owner<'_>) -> Translated {
    let mut conditions = Vec::new();
    let elements = [
        (&statement.action, false, action as Matches),
        (&statement.not_action, true, action),
        (&statement.resource, false, resource),
        (&statement.not_resource, true, resource),
    ];
    for (element, negated, matches) in elements {
        if let Some(patterns) = element {
            conditions.push(of_element(patterns, negated, matches, owner));
        }
    }
    for (operator, tested) in &statement.condition {
        for (key, values) in tested {
            let values: Vec<String> = values.items().iter().map(crate::document::Scalar::text).collect();
            conditions.push(keys.condition(operator, key, &values, owner));
        }
    }
    let Translated { expression, left_out } = conjunction(conditions);
    let effect = match statement.effect {
        Effect::Allow => "permit",
        Effect::Deny => "forbid",
    };
    Translated {
        expression: format!("{effect}(principal, action, resource) when {{ {expression} }};"),
        left_out,
    }
}

type Matches = fn(&str, &mut Owner<'_>) -> Expression;

/// Whether an element speaks of the request. An inexpressible pattern never matches; negated, it keeps the statement from applying.
fn of_element(patterns: &OneOrMany<String>, negated: bool, matches: Matches, owner: &mut Owner<'_>) -> Translated {
    let patterns = patterns.items().iter().map(|pattern| matches(pattern, owner));
    let (expressible, inexpressible): (Vec<_>, Vec<_>) = patterns.partition(Result::is_ok);
    let expressible: Vec<String> = expressible.into_iter().flatten().collect();
    let left_out = inexpressible.len();
    let expression = match (negated, left_out) {
        (false, _) => any(&expressible),
        (true, 0) => format!("!({})", any(&expressible)),
        (true, _) => "false".to_owned(),
    };
    Translated { expression, left_out }
}

/// Cedar's actions have no wildcards: the name is in the context, in lower case.
fn action(pattern: &str, _: &mut Owner<'_>) -> Expression {
    // Actions have no variables: `$` is itself.
    if pattern.contains("${") || pattern.contains('?') {
        return Err(Inexpressible);
    }
    let subject = "context.action";
    let pattern = pattern.to_lowercase();
    if pattern == "*" {
        return Ok("true".to_owned());
    }
    if pattern.contains('*') {
        return Ok(format!("{subject} like {}", quoted(&pattern)));
    }
    Ok(format!("{subject} == {}", quoted(&pattern)))
}

fn resource(pattern: &str, owner: &mut Owner<'_>) -> Expression {
    if pattern == "*" {
        return Ok("true".to_owned());
    }
    let arn = Pattern::parse(pattern, true, owner).matches_arn("context.resource", "context.arn", true)?;
    Ok(all(&[arn]))
}
