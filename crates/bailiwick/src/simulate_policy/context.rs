//! The context entries of a simulation.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use bailiwick_policy::{ConditionKey, ContextValue, Date, Number, RequestContext, is_binary};

use super::SimulatePolicyError;

/// A condition key with its value or values.
///
/// AWS: IAM API Reference, `ContextEntry`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ContextEntry<'q> {
    /// `ContextKeyName`: the full name, service prefix included, in any case.
    pub context_key_name: &'q str,
    /// `ContextKeyValues`: one value, or several for a list type.
    pub context_key_values: &'q [&'q str],
    /// `ContextKeyType`: the type of the values.
    pub context_key_type: ContextKeyType,
}

/// The type of the values of a context entry. That of a list makes the condition key multivalued, also with one value.
///
/// AWS: IAM API Reference, `ContextEntry`, `ContextKeyType`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ContextKeyType {
    /// `string`
    String,
    /// `stringList`
    StringList,
    /// `numeric`
    Numeric,
    /// `numericList`
    NumericList,
    /// `boolean`
    Boolean,
    /// `booleanList`
    BooleanList,
    /// `ip`
    Ip,
    /// `ipList`
    IpList,
    /// `binary`
    Binary,
    /// `binaryList`
    BinaryList,
    /// `date`
    Date,
    /// `dateList`
    DateList,
}

impl ContextKeyType {
    /// Every type.
    pub const ALL: [Self; 12] = [
        Self::String,
        Self::StringList,
        Self::Numeric,
        Self::NumericList,
        Self::Boolean,
        Self::BooleanList,
        Self::Ip,
        Self::IpList,
        Self::Binary,
        Self::BinaryList,
        Self::Date,
        Self::DateList,
    ];

    /// The type as AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::StringList => "stringList",
            Self::Numeric => "numeric",
            Self::NumericList => "numericList",
            Self::Boolean => "boolean",
            Self::BooleanList => "booleanList",
            Self::Ip => "ip",
            Self::IpList => "ipList",
            Self::Binary => "binary",
            Self::BinaryList => "binaryList",
            Self::Date => "date",
            Self::DateList => "dateList",
        }
    }

    fn is_list(self) -> bool {
        match self {
            Self::StringList
            | Self::NumericList
            | Self::BooleanList
            | Self::IpList
            | Self::BinaryList
            | Self::DateList => true,
            Self::String | Self::Numeric | Self::Boolean | Self::Ip | Self::Binary | Self::Date => false,
        }
    }

    /// What a value that the type cannot take should have been, in AWS's words. Text and booleans take everything.
    fn expected(self, value: &str) -> Option<&'static str> {
        let (readable, expected) = match self {
            Self::String | Self::StringList | Self::Boolean | Self::BooleanList => return None,
            Self::Numeric | Self::NumericList => (Number::parse(value).is_some(), "numeric format"),
            Self::Ip | Self::IpList => (value.parse::<IpAddr>().is_ok(), "IP address"),
            Self::Binary | Self::BinaryList => (is_binary(value), "base-64 encoded binary format"),
            Self::Date | Self::DateList => (Date::parse(value).is_some(), "DateTime format"),
        };
        (!readable).then_some(expected)
    }
}

impl fmt::Display for ContextKeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ContextKeyType {
    type Err = SimulatePolicyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|known| known.as_str() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str);
            SimulatePolicyError::not_in_enum(text, "contextEntries.member.contextKeyType", &names)
        })
    }
}

/// The condition keys that the caller gives.
#[derive(Debug, Default)]
pub(super) struct GivenContext {
    /// What follows from the caller's ARN, and what is given, which counts if it is both.
    pub(super) context: RequestContext,
    /// The names of what is given, in lower case.
    given: BTreeSet<String>,
}

impl GivenContext {
    /// Puts the entries over the keys that are there.
    pub(super) fn new(derived: RequestContext, entries: &[ContextEntry<'_>]) -> Result<Self, SimulatePolicyError> {
        let mut found = Self {
            context: derived,
            given: BTreeSet::new(),
        };
        for entry in entries {
            let value = value(entry)?;
            if !found
                .given
                .insert(ConditionKey::new(entry.context_key_name).lower().to_owned())
            {
                let message = format!("Duplicate context key: {}.", entry.context_key_name);
                return Err(SimulatePolicyError::invalid_input(message));
            }
            found.context.insert(entry.context_key_name, value);
        }
        Ok(found)
    }

    /// Whether the caller gives a key of this name, in lower case.
    pub(super) fn gives(&self, lower: &str) -> bool {
        self.given.contains(lower)
    }
}

fn value(entry: &ContextEntry<'_>) -> Result<ContextValue, SimulatePolicyError> {
    let ContextEntry {
        context_key_name: name,
        context_key_values: values,
        context_key_type: key_type,
    } = *entry;
    let refuse = |message: String| Err(SimulatePolicyError::invalid_input(message));
    if name.is_empty() {
        return refuse("ContextKeyName cannot be null or empty.".to_owned());
    }
    if values.is_empty() {
        return refuse(format!(
            "Context values for context key {name} cannot be null or empty."
        ));
    }
    if let Some(expected) = values.iter().find_map(|value| key_type.expected(value)) {
        return refuse(format!("Invalid context value for key {name}: expected {expected}."));
    }
    match *values {
        [value] if !key_type.is_list() => Ok(value.into()),
        _ if key_type.is_list() => Ok(values.to_vec().into()),
        _ => refuse(format!(
            "Context key {name} of type {key_type} expected a single value, but received {}.",
            values.len()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry<'q>(key_type: &str, values: &'q [&'q str]) -> ContextEntry<'q> {
        ContextEntry {
            context_key_name: "app:Key",
            context_key_values: values,
            context_key_type: key_type.parse().unwrap(),
        }
    }

    #[track_caller]
    fn refused(key_type: &str, values: &[&str], expected: &str) {
        let error = GivenContext::new(RequestContext::new(), &[entry(key_type, values)]).unwrap_err();
        assert_eq!((error.kind().code(), error.message()), ("InvalidInput", expected));
    }

    #[track_caller]
    fn read(key_type: &str, values: &[&str], expected: impl Into<ContextValue>) {
        let given = GivenContext::new(RequestContext::new(), &[entry(key_type, values)]).unwrap();
        let found = given
            .context
            .by_name("APP:key")
            .map(bailiwick_policy::ContextValueRef::to_value);
        assert_eq!(found, Some(expected.into()));
        assert!(given.gives("app:key") && !given.gives("app:other"));
    }

    /// AWS: `ContextEntry`, "the value (or values, if the condition context key supports multiple values)".
    #[test]
    fn a_list_type_makes_a_key_multivalued() {
        read("string", &["a"], "a");
        read("stringList", &["a"], vec!["a"]);
        read("stringList", &["a", "b"], vec!["a", "b"]);
        read(
            "ipList",
            &["192.0.2.1", "2001:db8::1"],
            vec!["192.0.2.1", "2001:db8::1"],
        );
        read("date", &["2026-11-22T18:00:00Z"], "2026-11-22T18:00:00Z");
        read("binary", &["QmluOg=="], "QmluOg==");
        // Recorded: a boolean is not looked at.
        read("boolean", &["yes"], "yes");
        read("string", &[""], "");
    }

    /// Recorded, but for the name in the first message, where AWS has the type.
    #[test]
    fn a_value_that_the_type_cannot_take_is_refused() {
        refused(
            "string",
            &["a", "b"],
            "Context key app:Key of type string expected a single value, but received 2.",
        );
        refused(
            "stringList",
            &[],
            "Context values for context key app:Key cannot be null or empty.",
        );
        let expected = |format: &str| format!("Invalid context value for key app:Key: expected {format}.");
        refused("numeric", &["many"], &expected("numeric format"));
        refused("numericList", &["1", "0x10"], &expected("numeric format"));
        refused("ip", &["300.0.0.1"], &expected("IP address"));
        refused("date", &["tomorrow"], &expected("DateTime format"));
        for wrong in ["?", "QQ", "QQ=", "=QQ=", "Q===", "QR=="] {
            refused("binary", &[wrong], &expected("base-64 encoded binary format"));
        }
    }

    #[test]
    fn a_key_is_given_once_whatever_its_case() {
        let again = ContextEntry {
            context_key_name: "APP:KEY",
            ..entry("string", &["b"])
        };
        let error = GivenContext::new(RequestContext::new(), &[entry("string", &["a"]), again]).unwrap_err();
        assert_eq!(error.message(), "Duplicate context key: APP:KEY.");
    }

    #[test]
    fn types_are_named_as_aws_names_them() {
        for known in ContextKeyType::ALL {
            assert_eq!(known.as_str().parse(), Ok(known));
        }
        let error = "StringList".parse::<ContextKeyType>().unwrap_err();
        assert_eq!(error.kind().code(), "ValidationError");
    }
}
