//! Conditions that could come out otherwise if keys that the request does not have had values.
//!
//! Both questions are asked about every value that there is, single or multivalued, fitting or not. The answers are exact but for three
//! things that are taken for possible: that a variable which stands twice has two values, that it has another value for each of
//! several values of the request, and that the condition's own key differs from its value as a variable.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bailiwick_grammar::{SetOperator, Spanned};

use super::operator::{OperatorMeaning, Relation};
use super::value::Date;
use super::{Condition, Operand};
use crate::context::RequestContext;
use crate::pattern::{Part, Pattern};

impl Condition {
    /// Whether the condition holds, or could if keys that the request does not have had the right values.
    ///
    /// Keys that it has keep their values. No value helps where an operator can read none of the policy's, say, or `ForAnyValue:Null`.
    pub fn could_hold(&self, context: &RequestContext) -> bool {
        if self.holds(context) {
            return true;
        }
        let meaning = OperatorMeaning::of(self.operator.operator());
        let easiest = || self.at_extreme(!meaning.negated, context);
        match (self.operator.set(), meaning.relation) {
            (Some(_), Relation::Null) => false,
            _ if context.value(&self.key).is_some() => easiest().holds(context),
            (None, Relation::Null) => self.has(&Operand::Null(false)),
            (Some(_) | None, _) => easiest().accepts_something(meaning, context),
        }
    }

    /// Whether the condition does not hold, or could cease to if keys that the request does not have had such values.
    pub fn could_fail(&self, context: &RequestContext) -> bool {
        if !self.holds(context) {
            return true;
        }
        let meaning = OperatorMeaning::of(self.operator.operator());
        let hardest = || self.at_extreme(meaning.negated, context);
        match (self.operator.set(), meaning.relation) {
            (Some(_), Relation::Null) => false,
            _ if context.value(&self.key).is_some() => !hardest().holds(context),
            (None, Relation::Null) => !self.has(&Operand::Null(false)),
            (Some(SetOperator::ForAllValues), _) => hardest().refuses_something(meaning, context),
            // No list of values is accepted without a set operator.
            (Some(SetOperator::ForAnyValue) | None, _) => true,
        }
    }

    /// The condition whose values relate to all that those of this one could relate to, or only to what they must.
    fn at_extreme(&self, widest: bool, context: &RequestContext) -> Self {
        let operands = self.operands.iter().flat_map(|operand| {
            let extreme = if widest {
                operand.node.widest(context)
            } else {
                vec![operand.node.narrowest(context)]
            };
            extreme.into_iter().map(|node| Spanned::new(node, operand.span))
        });
        Self {
            operator: self.operator,
            key: self.key.clone(),
            operands: operands.collect(),
            span: self.span,
        }
    }

    fn has(&self, operand: &Operand) -> bool {
        self.operands.iter().any(|known| known.node == *operand)
    }

    /// Whether there is a value that is accepted.
    fn accepts_something(&self, meaning: OperatorMeaning, context: &RequestContext) -> bool {
        if meaning.negated {
            !self.operands.is_empty() && !self.has(&Operand::Unreadable) && self.something_relates_to_none(context)
        } else {
            self.something_relates(meaning, context)
        }
    }

    /// Whether there is a value that is not accepted.
    fn refuses_something(&self, meaning: OperatorMeaning, context: &RequestContext) -> bool {
        let reads = match meaning.relation {
            Relation::Equals | Relation::EqualsIgnoreCase | Relation::Like | Relation::Arn => false,
            Relation::Numeric(_) | Relation::Date(_) | Relation::Bool | Relation::Binary | Relation::IpAddress => true,
            Relation::Null => return false,
        };
        // A value that cannot be read is refused by either kind.
        let unreadable = reads || self.operands.is_empty() || meaning.negated && self.has(&Operand::Unreadable);
        unreadable
            || if meaning.negated {
                self.something_relates(meaning, context)
            } else {
                self.something_relates_to_none(context)
            }
    }

    /// Whether there is a value that one of the policy's relates to.
    fn something_relates(&self, meaning: OperatorMeaning, context: &RequestContext) -> bool {
        self.operands.iter().any(|operand| match &operand.node {
            Operand::Text(pattern) => pattern.is_resolved(context),
            Operand::BoolText(text) => text.truth(context).is_some(),
            Operand::Arn(pattern) => pattern.matches_any(context),
            Operand::Date(date) => match meaning.relation {
                Relation::Date(comparison) => {
                    let dates = [Date::EARLIEST, *date, Date::LATEST];
                    dates.iter().any(|value| comparison.holds(value.cmp(date)))
                }
                _ => false,
            },
            Operand::Bool(_) | Operand::Number(_) | Operand::Binary(_) | Operand::IpAddress(_) => true,
            Operand::Null(_) | Operand::Unreadable | Operand::NoArn => false,
        })
    }

    /// Whether there is a value that none of the policy's relates to, all being readable. There is one, but for patterns and ranges.
    fn something_relates_to_none(&self, context: &RequestContext) -> bool {
        let ranges = || self.operands.iter().filter_map(|operand| as_range(&operand.node));
        let patterns = || self.operands.iter().filter_map(|operand| as_pattern(&operand.node));
        if ranges().next().is_some() {
            // The first address that is in no range is the first of all or follows on a range.
            let firsts = [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)];
            let behind = ranges().filter_map(super::AddressRange::next_address);
            return (firsts.into_iter().chain(behind)).any(|address| !ranges().any(|range| range.contains(address)));
        }
        // A text of characters that no pattern names is matched by wildcards only, and these look at nothing but its length.
        let longest = patterns().map(|pattern| pattern.parts().count()).max().unwrap_or(0);
        let mut text = String::new();
        (0..=longest + 1).any(|_| {
            let unmatched = !patterns().any(|pattern| pattern.matches(&text, context) && is_blind(pattern, context));
            text.push('a');
            unmatched
        })
    }
}

impl Operand {
    /// What relates to all that this value could relate to.
    fn widest(&self, context: &RequestContext) -> Vec<Self> {
        match self {
            Self::Text(pattern) => vec![Self::Text(pattern.widest(context))],
            Self::Arn(pattern) => vec![Self::Arn(pattern.widest(context))],
            Self::BoolText(text) => {
                let widest = text.widest(context);
                let truths = [true, false].into_iter();
                let possible = truths.filter(|truth| widest.could_be_truth(*truth, context));
                possible.map(Self::Bool).collect()
            }
            _ => vec![self.clone()],
        }
    }

    /// What relates to only what this value must relate to.
    fn narrowest(&self, context: &RequestContext) -> Self {
        match self {
            Self::Text(pattern) => Self::Text(pattern.narrowest(context)),
            Self::Arn(pattern) => Self::Arn(pattern.narrowest(context)),
            Self::BoolText(text) => Self::BoolText(text.narrowest(context)),
            _ => self.clone(),
        }
    }
}

fn as_range(operand: &Operand) -> Option<&super::AddressRange> {
    match operand {
        Operand::IpAddress(range) => Some(range),
        _ => None,
    }
}

fn as_pattern(operand: &Operand) -> Option<&Pattern> {
    match operand {
        Operand::Text(pattern) => Some(pattern),
        _ => None,
    }
}

/// Whether a pattern is wildcards only, so that it looks at nothing but the length of a text.
fn is_blind(pattern: &Pattern, context: &RequestContext) -> bool {
    pattern.parts().all(|part| match part {
        Part::AnyText | Part::AnyCharacter => true,
        Part::Literal(text) => text.is_empty(),
        Part::Variable(variable) => variable.value(context) == Some(""),
    })
}

#[cfg(test)]
mod tests;
