//! What each condition operator means: the relation that it tests, and whether it asks for the opposite.
//!
//! This is the one table of it. The evaluator runs it on a request; whoever reasons about all requests inverts it.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Condition operators".

use std::cmp::Ordering;

use bailiwick_grammar::ConditionOperator;

/// A condition operator taken apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OperatorMeaning {
    /// The relation between the request's value and the policy's.
    pub relation: Relation,
    /// Whether the condition holds where the relation does not: `StringNotEquals` and its like.
    pub negated: bool,
}

/// A relation between the request's value and a value of the policy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Relation {
    /// The same text.
    Equals,
    /// The same text but for case.
    EqualsIgnoreCase,
    /// Text that matches a pattern.
    Like,
    /// Numbers that compare so.
    Numeric(Comparison),
    /// Points in time that compare so.
    Date(Comparison),
    /// The same boolean.
    Bool,
    /// The same bytes.
    Binary,
    /// An address within a range.
    IpAddress,
    /// An ARN that matches a pattern segment by segment.
    Arn,
    /// Whether the key is absent.
    Null,
}

/// How the request's value compares with the policy's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Comparison {
    /// It is equal.
    Equal,
    /// It is smaller, or earlier.
    Less,
    /// It is not larger.
    LessOrEqual,
    /// It is larger, or later.
    Greater,
    /// It is not smaller.
    GreaterOrEqual,
}

impl Comparison {
    /// Whether an ordering of the request's value against the policy's is of this kind.
    pub fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl OperatorMeaning {
    /// The meaning of an operator.
    pub fn of(operator: ConditionOperator) -> Self {
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
        use ConditionOperator as Op;
        let (relation, negated) = match operator {
            Op::StringEquals => (Relation::Equals, false),
            Op::StringNotEquals => (Relation::Equals, true),
            Op::StringEqualsIgnoreCase => (Relation::EqualsIgnoreCase, false),
            Op::StringNotEqualsIgnoreCase => (Relation::EqualsIgnoreCase, true),
            Op::StringLike => (Relation::Like, false),
            Op::StringNotLike => (Relation::Like, true),
            Op::NumericEquals => (Relation::Numeric(Equal), false),
            Op::NumericNotEquals => (Relation::Numeric(Equal), true),
            Op::NumericLessThan => (Relation::Numeric(Less), false),
            Op::NumericLessThanEquals => (Relation::Numeric(LessOrEqual), false),
            Op::NumericGreaterThan => (Relation::Numeric(Greater), false),
            Op::NumericGreaterThanEquals => (Relation::Numeric(GreaterOrEqual), false),
            Op::DateEquals => (Relation::Date(Equal), false),
            Op::DateNotEquals => (Relation::Date(Equal), true),
            Op::DateLessThan => (Relation::Date(Less), false),
            Op::DateLessThanEquals => (Relation::Date(LessOrEqual), false),
            Op::DateGreaterThan => (Relation::Date(Greater), false),
            Op::DateGreaterThanEquals => (Relation::Date(GreaterOrEqual), false),
            Op::Bool => (Relation::Bool, false),
            Op::BinaryEquals => (Relation::Binary, false),
            Op::IpAddress => (Relation::IpAddress, false),
            Op::NotIpAddress => (Relation::IpAddress, true),
            Op::ArnEquals | Op::ArnLike => (Relation::Arn, false),
            Op::ArnNotEquals | Op::ArnNotLike => (Relation::Arn, true),
            Op::Null => (Relation::Null, false),
        };
        Self { relation, negated }
    }
}
