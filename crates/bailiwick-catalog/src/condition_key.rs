//! Condition keys: what a `Condition` element can ask about.

use std::fmt;

use crate::glob::Notation;
use crate::name;

/// A condition key and the type of its values.
///
/// AWS: Service Authorization Reference, "Condition keys" table of each service; IAM User Guide, "AWS global condition
/// context keys", "IAM and AWS STS condition context keys", "Single-valued vs. multivalued context keys".
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct ConditionKey {
    name: &'static str,
    key_type: ConditionKeyType,
    second_type: Option<ConditionKeyType>,
    multivalued: bool,
    template: bool,
}

/// The type of a condition key, which decides the condition operators that fit it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ConditionKeyType {
    /// Text.
    String,
    /// An Amazon Resource Name.
    Arn,
    /// A number.
    Numeric,
    /// A date and time.
    Date,
    /// `true` or `false`.
    Bool,
    /// An IPv4 or IPv6 address.
    IpAddress,
    /// Bytes, written in base64. No key in the reference has this type today.
    Binary,
}

impl ConditionKey {
    /// The key as AWS spells it; a template for keys that are many, as `aws:RequestTag/${TagKey}`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The type of its values.
    pub fn key_type(&self) -> ConditionKeyType {
        self.key_type
    }

    /// Another type that its values may be read as: `aws:EpochTime` is a date and a number, `aws:FederatedProvider` a
    /// domain name or an ARN.
    pub fn second_type(&self) -> Option<ConditionKeyType> {
        self.second_type
    }

    /// Whether a request can carry several values of it at once, so that a condition needs `ForAllValues` or
    /// `ForAnyValue`.
    pub fn is_multivalued(&self) -> bool {
        self.multivalued
    }

    /// Whether the name is a template that stands for many keys.
    pub fn is_template(&self) -> bool {
        self.template
    }

    /// Whether `key`, as a policy or a request writes it, is this key or one that the template stands for.
    pub fn matches(&self, key: &str) -> bool {
        Notation::ConditionKey.matches(self.name, key)
    }

    /// Reads the rest of a `K` row: the name, and the types as the Service Authorization Reference spells them.
    ///
    /// `xtask` writes no other row; a row of another shape is left out.
    pub(crate) fn from_row(row: &'static str) -> Option<Self> {
        let (name, types) = row.split_once('\t')?;
        let mut types = types.split(' ');
        let first = types.next()?;
        let (first, multivalued) = first.strip_prefix("ArrayOf").map_or((first, false), |one| (one, true));
        Some(Self {
            name,
            key_type: ConditionKeyType::from_name(first)?,
            second_type: types.next().and_then(ConditionKeyType::from_name),
            multivalued,
            template: Notation::ConditionKey.is_pattern(name),
        })
    }
}

impl ConditionKeyType {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "String" => Self::String,
            "ARN" => Self::Arn,
            "Numeric" => Self::Numeric,
            "Date" => Self::Date,
            "Bool" => Self::Bool,
            "IPAddress" => Self::IpAddress,
            "Binary" => Self::Binary,
            _ => return None,
        })
    }
}

impl fmt::Display for ConditionKeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "String",
            Self::Arn => "ARN",
            Self::Numeric => "Numeric",
            Self::Date => "Date",
            Self::Bool => "Bool",
            Self::IpAddress => "IPAddress",
            Self::Binary => "Binary",
        })
    }
}

impl fmt::Debug for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let array = if self.multivalued { "ArrayOf" } else { "" };
        write!(f, "{}: {array}{}", self.name, self.key_type)?;
        self.second_type.map_or(Ok(()), |second| write!(f, " or {second}"))
    }
}

/// The key of that name in a sorted table: the exact name first, then the templates.
pub(crate) fn find(table: &'static [ConditionKey], key: &str) -> Option<&'static ConditionKey> {
    name::find(table, key, |row| row.name).or_else(|| table.iter().find(|row| row.template && row.matches(key)))
}

/// Reads a table that consists of `K` rows.
pub(crate) fn read_table(table: &'static str) -> Vec<ConditionKey> {
    table
        .lines()
        .filter_map(|line| ConditionKey::from_row(line.strip_prefix("K\t")?))
        .collect()
}
