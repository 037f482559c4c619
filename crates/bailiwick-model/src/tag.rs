//! Tags of IAM entities.
//!
//! AWS: IAM User Guide, "Tags for AWS Identity and Access Management resources".

use std::collections::BTreeMap;
use std::fmt;

use crate::error::EntityError;
use crate::name::{length, pattern, text_types};
use crate::quota::Quota;

text_types! {
    /// The key of a tag: 1 to 128 letters, digits, blanks and `_ . : / = + - @`.
    TagKey("tags.1.member.key", tag_key);
    /// The value of a tag: up to 256 of the same characters.
    TagValue("tags.1.member.value", tag_value);
}

/// A key and its value.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Tag {
    /// The key.
    pub key: TagKey,
    /// The value, which may be empty.
    pub value: TagValue,
}

/// Whether two keys that differ in case only are the same key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TagKeyCase {
    /// They are: users and roles.
    Insensitive,
    /// They are two keys: everything else.
    Sensitive,
}

/// The tags of one entity, in the order of their keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tags {
    case: TagKeyCase,
    /// INVARIANT: each key of the map is the tag's key, in lower case where `case` is `Insensitive`.
    tags: BTreeMap<Box<str>, Tag>,
}

impl Tags {
    /// No tags.
    pub fn new(case: TagKeyCase) -> Self {
        Self {
            case,
            tags: BTreeMap::new(),
        }
    }

    /// The value of the tag with that key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.tags.get(self.index(key).as_ref()).map(|tag| tag.value.as_str())
    }

    /// Every tag, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.tags.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// Adds tags; a tag whose key is there already replaces it.
    ///
    /// # Errors
    ///
    /// `InvalidInput` where two of the new tags have one key or a key begins with `aws:`; `LimitExceeded` above 50 tags.
    /// Nothing is changed then.
    pub fn add(&mut self, new: Vec<Tag>) -> Result<(), EntityError> {
        let mut changed = self.clone();
        let mut seen = std::collections::BTreeSet::new();
        for tag in new {
            if tag
                .key
                .as_str()
                .get(..4)
                .is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
            {
                let message = "System tags cannot be added/updated by requester. Tag keys must not begin with aws:";
                return Err(EntityError::invalid_input(message));
            }
            if !seen.insert(changed.index(tag.key.as_str()).into_owned()) {
                let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
                return Err(EntityError::invalid_input(message));
            }
            changed.put(tag);
        }
        let limit = Quota::TagsPerResource.maximum();
        if changed.len() > limit as usize {
            return Err(EntityError::exceeded(Quota::TagsPerResource, limit));
        }
        *self = changed;
        Ok(())
    }

    /// Removes the tag with that key, if there is one.
    pub fn remove(&mut self, key: &str) {
        let index = self.index(key).into_owned();
        self.tags.remove(index.as_str());
    }

    /// Sets a tag that AWS itself stored: it may begin with `aws:`, and it counts against no quota.
    pub(crate) fn put(&mut self, tag: Tag) -> Option<Tag> {
        let index = self.index(tag.key.as_str()).into_owned();
        self.tags.insert(index.into(), tag)
    }

    fn index<'k>(&self, key: &'k str) -> std::borrow::Cow<'k, str> {
        match self.case {
            TagKeyCase::Insensitive => key.to_lowercase().into(),
            TagKeyCase::Sensitive => key.into(),
        }
    }
}

fn tag_key(text: &str, parameter: &str) -> Result<(), EntityError> {
    length(text, parameter, 1, 128)?;
    pattern(
        text,
        parameter,
        r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+",
        text.chars().all(is_tag_character),
    )
}

fn tag_value(text: &str, parameter: &str) -> Result<(), EntityError> {
    length(text, parameter, 0, 256)?;
    pattern(
        text,
        parameter,
        r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*",
        text.chars().all(is_tag_character),
    )
}

/// Letters, numbers and separators of Unicode, near enough: combining vowel signs pass too.
fn is_tag_character(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::EntityErrorKind;

    fn tag(key: &str, value: &str) -> Tag {
        Tag {
            key: TagKey::new(key).unwrap(),
            value: TagValue::new(value).unwrap(),
        }
    }

    #[test]
    fn a_later_tag_replaces_one_that_differs_in_case_and_keeps_its_own_case() {
        let mut tags = Tags::new(TagKeyCase::Insensitive);
        tags.add(vec![tag("CostCenter", "1")]).unwrap();
        tags.add(vec![tag("costcenter", "2")]).unwrap();
        assert_eq!(tags.iter().collect::<Vec<_>>(), [&tag("costcenter", "2")]);
        assert_eq!(tags.get("COSTCENTER"), Some("2"));
        tags.remove("CostCENTER");
        assert!(tags.is_empty());
    }

    #[test]
    fn keys_of_policies_are_told_apart_by_case() {
        let mut tags = Tags::new(TagKeyCase::Sensitive);
        tags.add(vec![tag("Team", "1"), tag("team", "2")]).unwrap();
        assert_eq!((tags.get("Team"), tags.get("TEAM")), (Some("1"), None));
    }

    #[test]
    fn two_equal_keys_in_one_request_are_refused() {
        let mut tags = Tags::new(TagKeyCase::Insensitive);
        let error = tags.add(vec![tag("a", "1"), tag("A", "2")]).unwrap_err();
        assert_eq!(error.kind(), EntityErrorKind::InvalidInput);
        assert_eq!(
            error.message(),
            "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        );
        assert!(tags.is_empty());
    }

    #[test]
    fn fifty_tags_fit_and_system_tags_are_awss() {
        let mut tags = Tags::new(TagKeyCase::Insensitive);
        tags.add((0..50).map(|n| tag(&format!("k{n}"), "")).collect()).unwrap();
        assert_eq!(
            tags.add(vec![tag("k50", "")]).unwrap_err().kind(),
            EntityErrorKind::LimitExceeded
        );
        assert!(tags.add(vec![tag("k49", "again")]).is_ok());
        assert!(tags.add(vec![tag("aws:x", "")]).is_err());
    }

    #[test]
    fn keys_and_values_have_the_characters_of_aws() {
        assert!(TagKey::new("cost center_.:/=+-@é9").is_ok());
        assert!(TagValue::new("").is_ok());
        assert!(TagKey::new("").is_err());
        assert!(TagKey::new("a\nb").is_err());
        assert!(TagKey::new("a*").is_err());
        assert!(TagValue::new(&"x".repeat(257)).is_err());
    }
}
