//! Conditions: when one holds.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Condition", "Condition operators", "Set operators for multivalued context keys".

mod operator;
mod possible;
mod value;

use std::net::IpAddr;

use bailiwick_grammar::ast::Version;
use bailiwick_grammar::{OperatorName, SetOperator, Span, Spanned};

pub use self::operator::{Comparison, OperatorMeaning, Relation};
use self::value::Decimal;
pub use self::value::{AddressRange, Date, Number, is_binary, parse_bool};
use crate::arn_pattern::{ArnPattern, SegmentedArn};
use crate::context::{ConditionKey, ContextValueRef, RequestContext};
use crate::pattern::{Pattern, Syntax, Variable};

/// One key of a `Condition` element with its operator and values. All conditions of a statement must hold.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The operator.
    pub operator: OperatorName,
    /// The condition key.
    pub key: ConditionKey,
    /// The policy's values, each with its place.
    pub operands: Vec<Spanned<Operand>>,
    /// Where the key and its values stand.
    pub span: Span,
}

/// A value of a condition, read as its operator reads it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Operand {
    /// For the string operators.
    Text(Pattern),
    /// For `Bool`.
    Bool(bool),
    /// For `Bool`, a text with variables.
    BoolText(Pattern),
    /// For the ARN operators.
    Arn(ArnPattern),
    /// For the numeric operators.
    Number(Number),
    /// For the date operators.
    Date(Date),
    /// For `BinaryEquals`: bytes in base64, which has one way to write them.
    Binary(Box<str>),
    /// For the address operators.
    IpAddress(AddressRange),
    /// For `Null`: whether the key is to be absent.
    Null(bool),
    /// A text that the operator cannot read. It matches nothing, and no negated condition that has it holds.
    Unreadable,
    /// An ARN pattern of fewer than six segments. It matches nothing.
    NoArn,
}

impl Operand {
    /// Reads a value as an operator reads it.
    pub(crate) fn lower(text: &str, relation: Relation, version: Version) -> Self {
        let read = match relation {
            Relation::Equals | Relation::EqualsIgnoreCase => {
                Some(Self::Text(Pattern::parse(text, Syntax::text(version))))
            }
            Relation::Like => Some(Self::Text(Pattern::parse(text, Syntax::pattern(version)))),
            Relation::Bool => parse_bool(text).map(Self::Bool).or_else(|| {
                let text = Pattern::parse(text, Syntax::text(version));
                text.has_variables().then_some(Self::BoolText(text))
            }),
            Relation::Arn => Some(ArnPattern::parse(text, Syntax::pattern(version)).map_or(Self::NoArn, Self::Arn)),
            Relation::Numeric(_) => Number::parse(text).map(Self::Number),
            Relation::Date(_) => Date::parse(text).map(Self::Date),
            Relation::Binary => is_binary(text).then(|| Self::Binary(text.into())),
            Relation::IpAddress => AddressRange::parse(text).map(Self::IpAddress),
            Relation::Null => parse_bool(text).map(Self::Null),
        };
        read.unwrap_or(Self::Unreadable)
    }

    /// Whether an operator of this relation can read a value at all.
    pub(crate) fn can_read(text: &str, relation: Relation) -> bool {
        match relation {
            Relation::Equals | Relation::EqualsIgnoreCase | Relation::Like | Relation::Bool | Relation::Arn => true,
            Relation::Numeric(_) | Relation::Date(_) | Relation::Binary | Relation::IpAddress | Relation::Null => {
                Self::lower(text, relation, Version::V2008) != Self::Unreadable
            }
        }
    }

    /// The variables in the value.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        let (text, arn) = match self {
            Self::Text(pattern) | Self::BoolText(pattern) => (Some(pattern), None),
            Self::Arn(pattern) => (None, Some(pattern)),
            Self::Bool(_)
            | Self::Number(_)
            | Self::Date(_)
            | Self::Binary(_)
            | Self::IpAddress(_)
            | Self::Null(_)
            | Self::Unreadable
            | Self::NoArn => (None, None),
        };
        text.into_iter()
            .flat_map(Pattern::variables)
            .chain(arn.into_iter().flat_map(ArnPattern::variables))
    }
}

impl Condition {
    /// Whether the condition holds for a request.
    pub fn holds(&self, context: &RequestContext) -> bool {
        let meaning = OperatorMeaning::of(self.operator.operator());
        let value = context.value(&self.key);
        match (self.operator.set(), meaning.relation) {
            // AWS: "Null" with a set operator says nothing about the request.
            (Some(SetOperator::ForAllValues), Relation::Null) => true,
            (Some(SetOperator::ForAnyValue), Relation::Null) => false,
            (None, Relation::Null) => {
                let absent = value.is_none_or(ContextValueRef::is_null);
                self.operands
                    .iter()
                    .any(|operand| operand.node == Operand::Null(absent))
            }
            (Some(SetOperator::ForAllValues), _) => match value {
                Some(value) if !value.is_null() => value.values().all(|value| self.accepts(meaning, value, context)),
                Some(_) | None => true,
            },
            (Some(SetOperator::ForAnyValue), _) => {
                value.is_some_and(|value| value.values().any(|value| self.accepts(meaning, value, context)))
            }
            (None, _) => match value {
                Some(ContextValueRef::Single(value)) => self.accepts(meaning, value, context),
                // Without a set operator no list of values is accepted, by a negated operator neither.
                Some(ContextValueRef::Multivalued(_)) => false,
                None => self.operator.if_exists() || (meaning.negated && !self.operands.is_empty()),
            },
        }
    }

    /// Whether one value of the request is accepted: by any of the policy's values, or by none of them for a negated operator.
    ///
    /// It is read once, as the operator reads it, and held against every value of the policy. The truth of that is nothing where one
    /// of the two cannot be read.
    fn accepts(&self, meaning: OperatorMeaning, value: &str, context: &RequestContext) -> bool {
        let negated = meaning.negated;
        match meaning.relation {
            Relation::Equals | Relation::Like => self.decides(negated, |operand| match operand {
                Operand::Text(pattern) => Some(pattern.matches(value, context)),
                _ => None,
            }),
            Relation::EqualsIgnoreCase => self.decides(negated, |operand| match operand {
                Operand::Text(text) => Some(text.equals_ignore_case(value, context)),
                _ => None,
            }),
            Relation::Bool => {
                let value = parse_bool(value);
                self.decides(negated, |operand| match operand {
                    Operand::Bool(truth) => Some(*truth == value?),
                    // A variable without a value matches nothing, whatever the request has.
                    Operand::BoolText(text) if !text.is_resolved(context) => Some(false),
                    Operand::BoolText(text) => Some(text.truth(context)? == value?),
                    _ => None,
                })
            }
            Relation::Arn => {
                let value = SegmentedArn::parse(value);
                self.decides(negated, |operand| match operand {
                    Operand::Arn(pattern) => Some(value.is_some_and(|arn| pattern.matches(&arn, context))),
                    Operand::NoArn => Some(false),
                    _ => None,
                })
            }
            Relation::Numeric(comparison) => {
                let value = Decimal::parse(value);
                self.decides(negated, |operand| match operand {
                    Operand::Number(number) => Some(comparison.holds(value?.cmp(&number.as_decimal()))),
                    _ => None,
                })
            }
            Relation::Date(comparison) => {
                let value = Date::parse(value);
                self.decides(negated, |operand| match operand {
                    Operand::Date(date) => Some(comparison.holds(value?.cmp(date))),
                    _ => None,
                })
            }
            Relation::Binary => {
                let value = is_binary(value).then_some(value);
                self.decides(negated, |operand| match operand {
                    Operand::Binary(bytes) => Some(**bytes == *value?),
                    _ => None,
                })
            }
            Relation::IpAddress => {
                let value: Option<IpAddr> = value.parse().ok();
                self.decides(negated, |operand| match operand {
                    Operand::IpAddress(range) => Some(range.contains(value?)),
                    _ => None,
                })
            }
            // `Null` reads no value.
            Relation::Null => false,
        }
    }

    /// Whether any value of the policy relates to the request's, or for a negated operator none: then each must be known not to.
    fn decides(&self, negated: bool, relates: impl Fn(&Operand) -> Option<bool>) -> bool {
        let mut truths = self.operands.iter().map(|operand| relates(&operand.node));
        if negated {
            !self.operands.is_empty() && truths.all(|truth| truth == Some(false))
        } else {
            truths.any(|truth| truth == Some(true))
        }
    }

    /// The keys that the condition asks for and the request does not have: its own, and those of variables, of such with a default too.
    pub fn missing_keys<'a>(&'a self, context: &'a RequestContext) -> impl Iterator<Item = &'a ConditionKey> {
        let own = Some(&self.key).filter(|key| context.value(key).is_none());
        let open = self.variables().filter(|variable| variable.is_open(context));
        own.into_iter().chain(open.map(|variable| &variable.key))
    }

    /// The keys for whose absence the condition holds: its own where the request does not have it, else those of variables without a
    /// value, which nothing equals. None for a condition that does not hold, or that would hold on every request.
    pub fn keys_held_without<'a>(&'a self, context: &'a RequestContext) -> impl Iterator<Item = &'a ConditionKey> {
        let meaning = OperatorMeaning::of(self.operator.operator());
        let (matters, keys) = match context.value(&self.key) {
            // `Null` with a set operator does not ask for the key.
            None => (self.operator.set().is_none() || meaning.relation != Relation::Null, 1),
            Some(value) => (
                meaning.negated && value.values().any(|value| !value.is_empty()),
                usize::MAX,
            ),
        };
        let keys = if matters && self.holds(context) { keys } else { 0 };
        self.missing_keys(context).take(keys)
    }

    /// The variables in the condition's values.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.operands.iter().flat_map(|operand| operand.node.variables())
    }
}

#[cfg(test)]
mod tests;
