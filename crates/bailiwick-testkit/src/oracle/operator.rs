//! The condition operators: what kind of value each compares, how, and which of them are negations.

use bailiwick_grammar::ConditionOperator;

/// What an operator asks of a request value and one policy value (C §2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Comparison {
    Text,
    TextIgnoringCase,
    Pattern,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Address,
    Arn,
    Null,
}

/// How the request value stands to the policy value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    pub(super) fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// C §2, the table of operators: the comparison, and whether the operator negates it.
pub(super) fn meaning(operator: ConditionOperator) -> (Comparison, bool) {
    use ConditionOperator as Op;
    match operator {
        Op::StringEquals => (Comparison::Text, false),
        Op::StringNotEquals => (Comparison::Text, true),
        Op::StringEqualsIgnoreCase => (Comparison::TextIgnoringCase, false),
        Op::StringNotEqualsIgnoreCase => (Comparison::TextIgnoringCase, true),
        Op::StringLike => (Comparison::Pattern, false),
        Op::StringNotLike => (Comparison::Pattern, true),
        Op::NumericEquals => (Comparison::Number(Order::Equal), false),
        Op::NumericNotEquals => (Comparison::Number(Order::Equal), true),
        Op::NumericLessThan => (Comparison::Number(Order::Less), false),
        Op::NumericLessThanEquals => (Comparison::Number(Order::LessOrEqual), false),
        Op::NumericGreaterThan => (Comparison::Number(Order::Greater), false),
        Op::NumericGreaterThanEquals => (Comparison::Number(Order::GreaterOrEqual), false),
        Op::DateEquals => (Comparison::Date(Order::Equal), false),
        Op::DateNotEquals => (Comparison::Date(Order::Equal), true),
        Op::DateLessThan => (Comparison::Date(Order::Less), false),
        Op::DateLessThanEquals => (Comparison::Date(Order::LessOrEqual), false),
        Op::DateGreaterThan => (Comparison::Date(Order::Greater), false),
        Op::DateGreaterThanEquals => (Comparison::Date(Order::GreaterOrEqual), false),
        Op::Bool => (Comparison::Bool, false),
        Op::BinaryEquals => (Comparison::Binary, false),
        Op::IpAddress => (Comparison::Address, false),
        Op::NotIpAddress => (Comparison::Address, true),
        Op::ArnEquals | Op::ArnLike => (Comparison::Arn, false),
        Op::ArnNotEquals | Op::ArnNotLike => (Comparison::Arn, true),
        Op::Null => (Comparison::Null, false),
    }
}
