//! The names of condition operators: `StringEquals`, `ForAnyValue:ArnLikeIfExists`, ….
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Condition operators".

use std::fmt;

use nom::branch::alt;
use nom::bytes::complete::tag_no_case;
use nom::combinator::{all_consuming, map_opt, opt, rest, value};
use nom::{IResult, Parser};
use thiserror::Error;

macro_rules! operators {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// A condition operator without its set operator and `IfExists`. What each does is said in `bailiwick-policy`.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum ConditionOperator {
            $($(#[doc = $doc])* $name,)*
        }

        impl ConditionOperator {
            /// Every operator, in the order of AWS's page.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The operator's name as AWS writes it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }
    };
}

operators! {
    /// Equal text.
    StringEquals,
    /// Other text.
    StringNotEquals,
    /// Equal text but for case.
    StringEqualsIgnoreCase,
    /// Other text, case aside.
    StringNotEqualsIgnoreCase,
    /// Text that matches a pattern of `*` and `?`.
    StringLike,
    /// Text that matches no pattern.
    StringNotLike,
    /// Equal numbers.
    NumericEquals,
    /// Other numbers.
    NumericNotEquals,
    /// A smaller number.
    NumericLessThan,
    /// A smaller or equal number.
    NumericLessThanEquals,
    /// A larger number.
    NumericGreaterThan,
    /// A larger or equal number.
    NumericGreaterThanEquals,
    /// The same point in time.
    DateEquals,
    /// Another point in time.
    DateNotEquals,
    /// Earlier.
    DateLessThan,
    /// Earlier or at the same time.
    DateLessThanEquals,
    /// Later.
    DateGreaterThan,
    /// Later or at the same time.
    DateGreaterThanEquals,
    /// True or false.
    Bool,
    /// Equal bytes.
    BinaryEquals,
    /// An address within a range.
    IpAddress,
    /// An address within no range.
    NotIpAddress,
    /// The same as `ArnLike`.
    ArnEquals,
    /// The same as `ArnNotLike`.
    ArnNotEquals,
    /// An ARN that matches a pattern segment by segment.
    ArnLike,
    /// An ARN that matches no pattern.
    ArnNotLike,
    /// Whether the key is absent.
    Null,
}

/// What a condition on a multivalued key says about its values.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SetOperator {
    /// Every value of the request satisfies the condition; true where there is none.
    ForAllValues,
    /// At least one value of the request satisfies the condition; false where there is none.
    ForAnyValue,
}

impl SetOperator {
    /// The set operator's name as AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ForAllValues => "ForAllValues",
            Self::ForAnyValue => "ForAnyValue",
        }
    }
}

/// A condition operator with its set operator and `IfExists`: the key of a condition block.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OperatorName {
    set: Option<SetOperator>,
    operator: ConditionOperator,
    if_exists: bool, // INVARIANT: false for `Null`
}

/// A text is not the name of a condition operator.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum OperatorNameError {
    /// There is no such operator.
    #[error("there is no condition operator `{0}`")]
    Unknown(String),
    /// `NullIfExists` makes no sense.
    #[error("`Null` takes no `IfExists`")]
    NullIfExists,
}

impl OperatorName {
    /// An operator name of its parts.
    ///
    /// # Errors
    ///
    /// `Null` takes no `IfExists`.
    pub fn new(
        set: Option<SetOperator>,
        operator: ConditionOperator,
        if_exists: bool,
    ) -> Result<Self, OperatorNameError> {
        match (operator, if_exists) {
            (ConditionOperator::Null, true) => Err(OperatorNameError::NullIfExists),
            _ => Ok(Self {
                set,
                operator,
                if_exists,
            }),
        }
    }

    /// Reads `[ForAllValues:|ForAnyValue:]Operator[IfExists]`, in any case.
    ///
    /// # Errors
    ///
    /// Where there is no such operator.
    pub fn parse(text: &str) -> Result<Self, OperatorNameError> {
        let (_, (set, (operator, if_exists))) = all_consuming((opt(set_operator), base))
            .parse(text)
            .map_err(|_| OperatorNameError::Unknown(text.to_owned()))?;
        Self::new(set, operator, if_exists)
    }

    /// `ForAllValues` or `ForAnyValue`, where there is one.
    pub fn set(self) -> Option<SetOperator> {
        self.set
    }

    /// The operator itself.
    pub fn operator(self) -> ConditionOperator {
        self.operator
    }

    /// Whether the name ends with `IfExists`.
    pub fn if_exists(self) -> bool {
        self.if_exists
    }
}

impl fmt::Display for OperatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(set) = self.set {
            write!(f, "{}:", set.as_str())?;
        }
        write!(
            f,
            "{}{}",
            self.operator.as_str(),
            if self.if_exists { "IfExists" } else { "" }
        )
    }
}

fn set_operator(input: &str) -> IResult<&str, SetOperator> {
    alt((
        value(SetOperator::ForAllValues, tag_no_case("ForAllValues:")),
        value(SetOperator::ForAnyValue, tag_no_case("ForAnyValue:")),
    ))
    .parse(input)
}

fn base(input: &str) -> IResult<&str, (ConditionOperator, bool)> {
    map_opt(rest, |name: &str| {
        let stem = name
            .len()
            .checked_sub("IfExists".len())
            .and_then(|at| name.split_at_checked(at));
        match stem {
            Some((stem, suffix)) if suffix.eq_ignore_ascii_case("IfExists") => Some((by_name(stem)?, true)),
            _ => Some((by_name(name)?, false)),
        }
    })
    .parse(input)
}

fn by_name(name: &str) -> Option<ConditionOperator> {
    ConditionOperator::ALL
        .iter()
        .copied()
        .find(|operator| operator.as_str().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_read_with_and_without_its_affixes() {
        for &operator in ConditionOperator::ALL {
            for set in [None, Some(SetOperator::ForAllValues), Some(SetOperator::ForAnyValue)] {
                for if_exists in [false, true] {
                    let Ok(name) = OperatorName::new(set, operator, if_exists) else {
                        assert_eq!((operator, if_exists), (ConditionOperator::Null, true));
                        continue;
                    };
                    assert_eq!(OperatorName::parse(&name.to_string()), Ok(name));
                    assert_eq!(OperatorName::parse(&name.to_string().to_lowercase()), Ok(name));
                }
            }
        }
    }

    #[test]
    fn names_that_do_not_exist_are_refused() {
        for wrong in [
            "",
            "StringMatches",
            "IfExists",
            "ForAllValues:",
            "ForAll:StringLike",
            "BinaryNotEquals",
            "StringLikeifexist",
            "ÄStringLike",
        ] {
            assert!(OperatorName::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            OperatorName::parse("NullIfExists"),
            Err(OperatorNameError::NullIfExists)
        );
    }
}
