//! The same, written otherwise.

use bailiwick_grammar::ast::{OneOrMany, Statement};
use bailiwick_grammar::json::Text;
use bailiwick_grammar::{ActionPattern, Span, Spanned};

use super::{Choices, lists, statement_lists};
use crate::oracle::OracleRequest;

/// Each statement with a `Sid` of its own, which its copies and parts keep: see [`label`].
#[must_use]
pub fn labelled(request: &OracleRequest) -> OracleRequest {
    let mut labelled = request.clone();
    let mut next = 0..;
    statement_lists(&mut labelled, |statements| {
        for (statement, number) in statements.iter_mut().zip(&mut next) {
            statement.node.sid = Some(text(format!("s{number}")));
        }
    });
    labelled
}

/// Of a `Sid` that [`labelled`] wrote, what the copies and parts of a statement have in common.
pub fn label(sid: &str) -> &str {
    sid.split('x').next().unwrap_or_default()
}

/// Statements and policies in another order. Levels have one, and keep it.
#[must_use]
pub fn shuffled(request: &OracleRequest, mut choices: Choices) -> OracleRequest {
    let mut shuffled = request.clone();
    lists(&mut shuffled).for_each(|policies| shuffle(policies, &mut choices));
    statement_lists(&mut shuffled, |statements| shuffle(statements, &mut choices));
    shuffled
}

/// Some statements and policies several times.
#[must_use]
pub fn repeated(request: &OracleRequest, mut choices: Choices) -> OracleRequest {
    let mut repeated = request.clone();
    statement_lists(&mut repeated, |statements| {
        for copy in 0..choices.below(3) {
            let copied = statements.get(choices.below(statements.len())).cloned();
            if let Some(mut copied) = copied {
                // Two statements of a policy cannot have one Sid.
                add_to_sid(&mut copied.node, &format!("x{copy}"));
                statements.insert(choices.below(statements.len() + 1), copied);
            }
        }
    });
    lists(&mut repeated).for_each(|policies| {
        for _ in 0..choices.below(3) {
            let copied = policies.get(choices.below(policies.len())).cloned();
            if let Some(copied) = copied {
                policies.insert(choices.below(policies.len() + 1), copied);
            }
        }
    });
    repeated
}

/// One statement for each entry of an `Action`. `NotAction` cannot be taken apart.
#[must_use]
pub fn split(request: &OracleRequest) -> OracleRequest {
    let mut split = request.clone();
    statement_lists(&mut split, |statements| {
        *statements = statements.drain(..).flat_map(parts).collect();
    });
    split
}

fn parts(statement: Spanned<Statement>) -> Vec<Spanned<Statement>> {
    let actions = match &statement.node.action {
        Some(element) if !element.negated => element.value.node.items.clone(),
        Some(_) | None => return vec![statement],
    };
    let part = |(number, action): (usize, Spanned<ActionPattern>)| {
        let mut part = statement.clone();
        add_to_sid(&mut part.node, &format!("x{number}"));
        if let Some(element) = &mut part.node.action {
            element.value.node = OneOrMany::one(action.node);
        }
        part
    };
    actions.into_iter().enumerate().map(part).collect()
}

/// The request's action and condition keys, and those of the policies, in another case each.
#[must_use]
pub fn respelled(request: &OracleRequest, mut choices: Choices) -> OracleRequest {
    let mut respelled = request.clone();
    respelled.action = respell(&respelled.action, &mut choices);
    for (key, _) in &mut respelled.context {
        *key = respell(key, &mut choices);
    }
    statement_lists(&mut respelled, |statements| {
        for statement in statements {
            let actions = statement.node.action.iter_mut();
            for action in actions.flat_map(|element| &mut element.value.node.items) {
                let spelled = respell(action.node.as_str(), &mut choices);
                if let Ok(pattern) = ActionPattern::parse(Text::from(spelled.as_str())) {
                    action.node = pattern;
                }
            }
            let conditions = statement.node.condition.iter_mut();
            let blocks = conditions.flat_map(|condition| &mut condition.node.operators);
            for entry in blocks.flat_map(|block| &mut block.keys) {
                entry.key = text(respell(entry.key.as_str(), &mut choices));
            }
        }
    });
    respelled
}

fn shuffle<T>(items: &mut [T], choices: &mut Choices) {
    for end in (1..items.len()).rev() {
        items.swap(end, choices.below(end + 1));
    }
}

fn respell(name: &str, choices: &mut Choices) -> String {
    let letters = name.chars();
    let respelled = letters.map(|letter| {
        if choices.half() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        }
    });
    respelled.collect()
}

fn add_to_sid(statement: &mut Statement, more: &str) {
    if let Some(sid) = &mut statement.sid {
        *sid = text(format!("{}{more}", sid.node.as_str()));
    }
}

fn text(value: String) -> Spanned<Text> {
    Spanned::new(Text::new(value), Span::default())
}
