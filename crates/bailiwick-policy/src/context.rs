//! The request context: what a request says about itself.

use std::fmt;
use std::ops::Range;

use crate::name::{NameHash, is_named, lower_case};

/// The name of a condition key. Names that differ only in case are the same name, the tag key behind a `/` included.
///
/// AWS: IAM User Guide, "IAM JSON policy elements: Condition", the condition key name.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ConditionKey {
    /// INVARIANT: lower-case; comparison and look-up rely on it. First, so that order is by it.
    lower: Box<str>,
    /// As it was written, where that differs.
    written: Option<Box<str>>,
    /// INVARIANT: that of the name.
    hash: NameHash,
}

impl ConditionKey {
    /// The key with this name.
    pub fn new(name: &str) -> Self {
        let lower = lower_case(name);
        let written = (lower != name).then(|| name.into());
        Self {
            lower: lower.into(),
            written,
            hash: NameHash::of_key(name),
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

/// A [`ContextValue`] as a context holds it.
#[derive(Clone, Copy, Debug)]
pub enum ContextValueRef<'c> {
    /// The value of a single-valued key.
    Single(&'c str),
    /// The values of a multivalued key.
    Multivalued(ContextValues<'c>),
}

/// The values of a multivalued key.
#[derive(Clone, Copy, Debug)]
pub struct ContextValues<'c> {
    text: &'c str,
    places: &'c [Place],
}

impl<'c> ContextValues<'c> {
    /// The values, in the order in which they were given.
    pub fn iter(self) -> impl Iterator<Item = &'c str> {
        self.places.iter().map(move |place| place.of(self.text))
    }
}

impl<'c> ContextValueRef<'c> {
    /// The values, one or more or none.
    pub fn values(self) -> impl Iterator<Item = &'c str> {
        let (single, values) = match self {
            Self::Single(value) => (Some(value), None),
            Self::Multivalued(values) => (None, Some(values)),
        };
        single
            .into_iter()
            .chain(values.into_iter().flat_map(ContextValues::iter))
    }

    /// Whether the value is empty text, which AWS takes as null. A set without values is not null: it is there, and empty.
    pub fn is_null(self) -> bool {
        let mut values = self.values();
        values.next().is_some_and(str::is_empty) && values.all(str::is_empty)
    }

    /// The value, by itself.
    pub fn to_value(self) -> ContextValue {
        match self {
            Self::Single(value) => ContextValue::Single(value.into()),
            Self::Multivalued(values) => ContextValue::Multivalued(values.iter().map(Into::into).collect()),
        }
    }
}

/// A piece of a context's text.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    end: usize,
}

impl Place {
    #[inline]
    fn of(self, text: &str) -> &str {
        // INVARIANT: made by `RequestContext::keep`, which only appends.
        &text[self.start..self.end]
    }
}

#[derive(Clone, Debug)]
struct Entry {
    /// INVARIANT: that of the name.
    hash: NameHash,
    name: Place,
    value: EntryValue,
}

#[derive(Clone, Debug)]
enum EntryValue {
    Single(Place),
    /// Where the values stand among the `values`.
    Multivalued(Range<usize>),
}

const SLOT_BITS: u32 = 6;
const SLOTS: usize = 1 << SLOT_BITS;

/// The condition keys of a request with their values.
///
/// All text is in one piece of memory, and a key is found by the hash of its name: a context is made and read at little cost.
#[derive(Clone)]
pub struct RequestContext {
    text: String,
    /// For each of the numbers that a hash can be shortened to, the first entry whose hash is so shortened, counted from 1; 0 for none.
    first: [u8; SLOTS],
    /// In the order in which the keys were first given.
    entries: Vec<Entry>,
    /// The values of multivalued keys.
    values: Vec<Place>,
}

impl RequestContext {
    /// A context without any key.
    pub const fn new() -> Self {
        Self {
            text: String::new(),
            first: [0; SLOTS],
            entries: Vec::new(),
            values: Vec::new(),
        }
    }

    /// A context without any key, with room for some.
    pub fn with_capacity(keys: usize, bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            first: [0; SLOTS],
            entries: Vec::with_capacity(keys),
            values: Vec::new(),
        }
    }

    /// Sets the value of a key, and gives back the one that it had.
    pub fn insert(&mut self, key: &str, value: impl Into<ContextValue>) -> Option<ContextValue> {
        let value = match value.into() {
            ContextValue::Single(value) => EntryValue::Single(self.keep(&value)),
            ContextValue::Multivalued(values) => {
                let start = self.values.len();
                for value in &values {
                    let place = self.keep(value);
                    self.values.push(place);
                }
                EntryValue::Multivalued(start..self.values.len())
            }
        };
        self.set(key, value)
    }

    /// Sets the value of a single-valued key, as [`insert`](Self::insert) does, and tells whether it had none.
    pub fn insert_single(&mut self, key: &str, value: &str) -> bool {
        let value = EntryValue::Single(self.keep(value));
        self.set(key, value).is_none()
    }

    /// The value of a key.
    #[inline]
    pub fn value(&self, key: &ConditionKey) -> Option<ContextValueRef<'_>> {
        // Nearly always it is written alike.
        let written = key.as_str().as_bytes();
        let named = |name: Place| {
            self.text.as_bytes().get(name.start..name.end) == Some(written) || is_named(name.of(&self.text), &key.lower)
        };
        self.entries_from(key.hash)
            .iter()
            .find(|entry| entry.hash == key.hash && named(entry.name))
            .map(|entry| self.value_of(entry))
    }

    /// The value of the key of this name, in any case.
    pub fn by_name(&self, name: &str) -> Option<ContextValueRef<'_>> {
        self.value(&ConditionKey::new(name))
    }

    /// The value of a single-valued key.
    pub fn single(&self, key: &ConditionKey) -> Option<&str> {
        match self.value(key)? {
            ContextValueRef::Single(value) => Some(value),
            ContextValueRef::Multivalued(_) => None,
        }
    }

    /// The keys and values, in the order of the keys' names in lower case.
    pub fn iter(&self) -> impl Iterator<Item = (&str, ContextValueRef<'_>)> {
        let mut sorted: Vec<(String, usize)> = (self.entries.iter().enumerate())
            .map(|(at, entry)| (lower_case(entry.name.of(&self.text)), at))
            .collect();
        sorted.sort_unstable();
        sorted
            .into_iter()
            .map(|(_, at)| (self.entries[at].name.of(&self.text), self.value_of(&self.entries[at])))
    }

    /// The number of keys.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries from the first on that can have this hash.
    #[inline]
    fn entries_from(&self, hash: NameHash) -> &[Entry] {
        match self.first[hash.bucket(SLOT_BITS)] {
            0 => &[],
            first => self.entries.get(usize::from(first) - 1..).unwrap_or_default(),
        }
    }

    #[inline]
    fn value_of(&self, entry: &Entry) -> ContextValueRef<'_> {
        match &entry.value {
            EntryValue::Single(place) => ContextValueRef::Single(place.of(&self.text)),
            EntryValue::Multivalued(range) => ContextValueRef::Multivalued(ContextValues {
                text: &self.text,
                places: &self.values[range.clone()],
            }),
        }
    }

    fn set(&mut self, key: &str, value: EntryValue) -> Option<ContextValue> {
        let hash = NameHash::of_key(key);
        let is_it = |entry: &Entry| {
            let name = entry.name.of(&self.text);
            entry.hash == hash && (name == key || is_named(name, &lower_case(key)))
        };
        let candidates = self.entries_from(hash);
        if let Some(behind) = candidates.iter().position(is_it) {
            let at = self.entries.len() - candidates.len() + behind;
            let before = self.value_of(&self.entries[at]).to_value();
            self.entries[at].value = value;
            return Some(before);
        }
        let first = &mut self.first[hash.bucket(SLOT_BITS)];
        if *first == 0 {
            *first = u8::try_from(self.entries.len() + 1).unwrap_or(u8::MAX);
        }
        let name = self.keep(key);
        self.entries.push(Entry { hash, name, value });
        None
    }

    fn keep(&mut self, text: &str) -> Place {
        let start = self.text.len();
        self.text.push_str(text);
        Place {
            start,
            end: self.text.len(),
        }
    }
}

impl Default for RequestContext {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for RequestContext {
    fn eq(&self, other: &Self) -> bool {
        let same = |(name, value): (&str, ContextValueRef<'_>)| {
            (other.by_name(name)).is_some_and(|theirs| theirs.to_value() == value.to_value())
        };
        self.len() == other.len() && self.iter().all(same)
    }
}

impl Eq for RequestContext {}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.iter().map(|(name, value)| (name, value.to_value())))
            .finish()
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
        let by_name = context.by_name("aws:PrincipalTag/team").map(ContextValueRef::to_value);
        assert_eq!(by_name, Some("blue".into()));
        assert_eq!(key.as_str(), "AWS:principaltag/TEAM");
    }

    #[test]
    fn one_value_of_a_multivalued_key_is_not_a_single_value() {
        let context = RequestContext::from_iter([("aws:TagKeys", vec!["a"])]);
        assert_eq!(context.single(&ConditionKey::new("aws:TagKeys")), None);
    }

    #[test]
    fn a_key_has_the_value_that_it_was_given_last() {
        let mut context = RequestContext::from_iter([("aws:x", "1"), ("aws:y", "2")]);
        assert_eq!(context.insert("AWS:X", vec!["3", "4"]), Some("1".into()));
        assert!(context.insert_single("aws:z", "5"));
        assert!(!context.insert_single("aws:Y", "6"));
        let pairs: Vec<(&str, ContextValue)> = context.iter().map(|(name, value)| (name, value.to_value())).collect();
        let expected = [
            ("aws:x", vec!["3", "4"].into()),
            ("aws:y", "6".into()),
            ("aws:z", "5".into()),
        ];
        assert_eq!(pairs, expected);
        assert_eq!(context, RequestContext::from_iter(expected));
    }
}
