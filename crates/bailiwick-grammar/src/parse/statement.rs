//! Statements: `Sid`, `Effect`, `Action`, `Resource`.

use super::Parser;
use crate::action::{ActionPattern, ActionPatternError};
use crate::ast::{Effect, Element, OneOrMany, Statement};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::json::{Json, JsonValue, Member};
use crate::span::Spanned;

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl Parser {
    pub(super) fn statements(&mut self, value: JsonValue) -> Spanned<OneOrMany<Statement>> {
        let span = value.span;
        if let Json::Array(items) = &value.node {
            if items.is_empty() {
                self.diagnostics.error(
                    DiagnosticCode::MissingStatement,
                    span,
                    "a policy has at least one statement",
                );
            }
            if items.len() > self.limits.statements {
                let message = format!(
                    "the policy has {} statements, more than the limit of {}",
                    items.len(),
                    self.limits.statements
                );
                self.diagnostics.error(DiagnosticCode::TooManyStatements, span, message);
                return Spanned::new(
                    OneOrMany {
                        list: false,
                        items: Vec::new(),
                        invalid: vec![value],
                    },
                    span,
                );
            }
        }
        self.one_or_many(value, |parser, value| match value.node {
            Json::Object(members) => Ok(Spanned::new(parser.statement(members), value.span)),
            _ => {
                parser.wrong_type("Statement", "an object or a list of objects", &value);
                Err(value)
            }
        })
    }

    fn statement(&mut self, members: Vec<Member>) -> Statement {
        let mut statement = Statement::default();
        for member in members {
            let refused = self.element(&mut statement, member);
            statement.extra.extend(refused);
        }
        statement
    }

    /// Reads one element into `statement`; gives it back where it could not be understood.
    fn element(&mut self, statement: &mut Statement, member: Member) -> Option<Member> {
        let span = member.value.span;
        let name = Spanned::new((), member.key.span);
        match member.key.as_str() {
            "Sid" if statement.sid.is_none() => match member.value.node {
                Json::String(sid) => statement.sid = Some(Spanned::new(sid, span)),
                _ => {
                    self.wrong_type("Sid", "a string", &member.value);
                    return Some(member);
                }
            },
            "Effect" if statement.effect.is_none() => match self.effect(&member.value) {
                Some(effect) => statement.effect = Some(Spanned::new(effect, span)),
                None => return Some(member),
            },
            key @ ("Principal" | "NotPrincipal") => {
                if let Some(first) = &statement.principal {
                    self.conflict(&member, first.name, first.negated);
                    return Some(member);
                }
                let negated = key == "NotPrincipal";
                match self.principal(member) {
                    Ok(value) => {
                        statement.principal = Some(Element { negated, name, value });
                    }
                    Err(member) => return Some(member),
                }
            }
            key @ ("Action" | "NotAction") => {
                if let Some(first) = &statement.action {
                    self.conflict(&member, first.name, first.negated);
                    return Some(member);
                }
                let negated = key == "NotAction";
                let value = self.one_or_many(member.value, Self::action);
                statement.action = Some(Element { negated, name, value });
            }
            key @ ("Resource" | "NotResource") => {
                if let Some(first) = &statement.resource {
                    self.conflict(&member, first.name, first.negated);
                    return Some(member);
                }
                let negated = key == "NotResource";
                let value = self.one_or_many(member.value, |parser, value| parser.string("Resource", value));
                statement.resource = Some(Element { negated, name, value });
            }
            "Condition" if statement.condition.is_none() => match self.condition(member) {
                Ok(condition) => statement.condition = Some(condition),
                Err(member) => return Some(member),
            },
            _ => {
                self.unknown(&member, &ELEMENTS);
                return Some(member);
            }
        }
        None
    }

    fn effect(&mut self, value: &JsonValue) -> Option<Effect> {
        let Json::String(text) = &value.node else {
            self.wrong_type("Effect", "a string", value);
            return None;
        };
        match text.as_str() {
            "Allow" => Some(Effect::Allow),
            "Deny" => Some(Effect::Deny),
            other => {
                let message = format!("there is no effect `{other}`");
                let diagnostic = Diagnostic::error(DiagnosticCode::InvalidEffect, value.span, message);
                self.diagnostics
                    .push(diagnostic.help("write `Allow` or `Deny`, with a capital letter"));
                None
            }
        }
    }

    fn action(&mut self, value: JsonValue) -> Result<Spanned<ActionPattern>, JsonValue> {
        let Spanned { node: text, span } = self.string("Action", value)?;
        match ActionPattern::parse_or_return(text) {
            Ok(action) => {
                let name = action.service_and_name().map_or("*", |(_, name)| name);
                if name.is_empty() || name.contains(char::is_whitespace) {
                    let message = format!(
                        "action `{}` matches no request: no action has such a name",
                        action.as_str()
                    );
                    self.diagnostics
                        .push(Diagnostic::warning(DiagnosticCode::InvalidAction, span, message));
                }
                Ok(Spanned::new(action, span))
            }
            Err((text, error)) => {
                let (code, help) = match &error {
                    ActionPatternError::MissingServicePrefix(_) => (
                        DiagnosticCode::InvalidAction,
                        "an action is `*` or `service:Name`, such as `s3:GetObject`",
                    ),
                    ActionPatternError::TooManyColons(_) => (
                        DiagnosticCode::InvalidAction,
                        "an action is `service:Name`, with one colon",
                    ),
                    ActionPatternError::InvalidServicePrefix(_) => (
                        DiagnosticCode::InvalidServicePrefix,
                        "wildcards belong behind the colon; `*` alone is every action of every service",
                    ),
                };
                let text = Spanned::new(text, span);
                let place = match &error {
                    ActionPatternError::InvalidServicePrefix(prefix) if !prefix.is_empty() => {
                        text.part(0..prefix.len())
                    }
                    _ => span,
                };
                let diagnostic = Diagnostic::error(code, place, error.to_string());
                self.diagnostics.push(diagnostic.help(help));
                Err(text.map(Json::String))
            }
        }
    }

    /// Reports the second of two elements that exclude each other. The same name twice has been reported already.
    fn conflict(&mut self, second: &Member, first: Spanned<()>, first_negated: bool) {
        let name = second.key.as_str();
        if name.starts_with("Not") == first_negated {
            return;
        }
        let other = if first_negated {
            format!("Not{name}")
        } else {
            name.trim_start_matches("Not").to_owned()
        };
        let diagnostic = Diagnostic::error(
            DiagnosticCode::ConflictingElements,
            second.key.span,
            format!("a statement has `{other}` or `{name}`, not both"),
        );
        self.diagnostics.push(
            diagnostic
                .label(first.span, format!("`{other}` is here"))
                .help("remove one of the two, or make two statements of this one"),
        );
    }
}
