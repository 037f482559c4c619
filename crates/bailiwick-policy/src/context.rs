//! The request context: what a request says about itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The name of a condition key. Names that differ only in case are the same name, the tag key behind a `/` included.
///
/// AWS: IAM User Guide, "IAM JSON policy elements: Condition", the condition key name.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ConditionKey {
    /// INVARIANT: lower-case; comparison and look-up rely on it. First, so that order is by it.
    lower: Box<str>,
    /// As it was written, where that differs.
    written: Option<Box<str>>,
}

impl ConditionKey {
    /// The key with this name.
    pub fn new(name: &str) -> Self {
        let lower = name.to_lowercase();
        let written = (lower != name).then(|| name.into());
        Self {
            lower: lower.into(),
            written,
        }
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.lower)
    }

    /// The name in lower case: equal for equal keys.
    pub fn lower(&self) -> &str {
        &self.lower
    }
}

impl fmt::Debug for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for ConditionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a request has for a condition key.
///
/// A key is single-valued or multivalued by its definition, not by how many values it has: a multivalued key with one value
/// is multivalued still.
///
/// AWS: IAM User Guide, "Single-valued vs. multivalued context keys".
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ContextValue {
    /// The value of a single-valued key.
    Single(Box<str>),
    /// The values of a multivalued key.
    Multivalued(Box<[Box<str>]>),
}

impl ContextValue {
    /// The values, one or more or none.
    pub fn values(&self) -> &[Box<str>] {
        match self {
            Self::Single(value) => std::slice::from_ref(value),
            Self::Multivalued(values) => values,
        }
    }

    /// Whether the value is empty text, which AWS takes as null. A set without values is not null: it is there, and empty.
    pub fn is_null(&self) -> bool {
        !self.values().is_empty() && self.values().iter().all(|value| value.is_empty())
    }
}

impl From<&str> for ContextValue {
    fn from(value: &str) -> Self {
        Self::Single(value.into())
    }
}

impl From<String> for ContextValue {
    fn from(value: String) -> Self {
        Self::Single(value.into())
    }
}

impl<T: Into<Box<str>>> From<Vec<T>> for ContextValue {
    fn from(values: Vec<T>) -> Self {
        Self::Multivalued(values.into_iter().map(Into::into).collect())
    }
}

/// The condition keys of a request with their values.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RequestContext {
    /// By lower-case name.
    values: BTreeMap<Box<str>, (ConditionKey, ContextValue)>,
}

impl RequestContext {
    /// A context without any key.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the value of a key, and gives back the one that it had.
    pub fn insert(&mut self, key: &str, value: impl Into<ContextValue>) -> Option<ContextValue> {
        let key = ConditionKey::new(key);
        self.values
            .insert(key.lower.clone(), (key, value.into()))
            .map(|(_, value)| value)
    }

    /// The value of a key.
    pub fn value(&self, key: &ConditionKey) -> Option<&ContextValue> {
        self.values.get(key.lower()).map(|(_, value)| value)
    }

    /// The value of the key of this name, in any case.
    pub fn by_name(&self, name: &str) -> Option<&ContextValue> {
        let lower: Cow<'_, str> = if name.chars().all(|c| c.is_ascii() && !c.is_ascii_uppercase()) {
            name.into()
        } else {
            name.to_lowercase().into()
        };
        self.values.get(&*lower).map(|(_, value)| value)
    }

    /// The value of a single-valued key.
    pub fn single(&self, key: &ConditionKey) -> Option<&str> {
        match self.value(key)? {
            ContextValue::Single(value) => Some(value),
            ContextValue::Multivalued(_) => None,
        }
    }

    /// The keys and values, in the order of the keys' names.
    pub fn iter(&self) -> impl Iterator<Item = (&ConditionKey, &ContextValue)> {
        self.values.values().map(|(key, value)| (key, value))
    }
}

impl<'a, V: Into<ContextValue>> FromIterator<(&'a str, V)> for RequestContext {
    fn from_iter<T: IntoIterator<Item = (&'a str, V)>>(pairs: T) -> Self {
        let mut context = Self::new();
        for (key, value) in pairs {
            context.insert(key, value);
        }
        context
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_case_tag_keys_included() {
        let context = RequestContext::from_iter([("aws:PrincipalTag/Team", "blue")]);
        let key = ConditionKey::new("AWS:principaltag/TEAM");
        assert_eq!(context.single(&key), Some("blue"));
        assert_eq!(context.by_name("aws:PrincipalTag/team"), Some(&"blue".into()));
        assert_eq!(key.as_str(), "AWS:principaltag/TEAM");
    }

    #[test]
    fn one_value_of_a_multivalued_key_is_not_a_single_value() {
        let context = RequestContext::from_iter([("aws:TagKeys", vec!["a"])]);
        assert_eq!(context.single(&ConditionKey::new("aws:TagKeys")), None);
    }
}
