//! The names of entities: what AWS takes as one, and how two are compared.
//!
//! AWS: IAM User Guide, "IAM identifiers" and "IAM and AWS STS quotas", name and length limits.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::EntityError;

macro_rules! text_types {
    ($($(#[doc = $doc:literal])* $name:ident($parameter:literal, $check:expr);)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(Box<str>); // INVARIANT: `new` accepted it

        impl $name {
            /// Checks the text.
            ///
            /// # Errors
            ///
            /// `ValidationError` where AWS would refuse it: too short, too long, or with other characters.
            pub fn new(text: &str) -> Result<Self, $crate::error::EntityError> {
                let check: fn(&str, &str) -> Result<(), $crate::error::EntityError> = $check;
                check(text, $parameter)?;
                Ok(Self(text.into()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}
pub(crate) use text_types;

text_types! {
    /// The name of a user: 1 to 64 of `A-Z a-z 0-9 _ + = , . @ -`.
    UserName("userName", |text, parameter| entity_name(text, parameter, 64));
    /// The name of a role: 1 to 64 of the same characters.
    RoleName("roleName", |text, parameter| entity_name(text, parameter, 64));
    /// The name of a group: 1 to 128 of the same characters.
    GroupName("groupName", |text, parameter| entity_name(text, parameter, 128));
    /// The name of a managed or an inline policy: 1 to 128 of the same characters.
    PolicyName("policyName", |text, parameter| entity_name(text, parameter, 128));
    /// The name of an instance profile: 1 to 128 of the same characters.
    InstanceProfileName("instanceProfileName", |text, parameter| entity_name(text, parameter, 128));
    /// The name of a server certificate: 1 to 128 of the same characters.
    ServerCertificateName("serverCertificateName", |text, parameter| entity_name(text, parameter, 128));
    /// The name of a virtual MFA device: 1 to 226 of the same characters.
    VirtualMfaDeviceName("virtualMFADeviceName", |text, parameter| entity_name(text, parameter, 226));
    /// The name of a SAML identity provider: 1 to 128 of `A-Z a-z 0-9 _ . -`.
    SamlProviderName("name", saml_provider_name);
    /// The path of an entity: `/`, or up to 512 visible characters that begin and end with `/`.
    Path("path", path);
    /// The alias of an account: 3 to 63 lower-case letters, digits and single hyphens, not 12 digits.
    AccountAlias("accountAlias", account_alias);
}

impl Path {
    /// The path of entities that were given none.
    pub fn root() -> Self {
        Self("/".into())
    }

    /// Whether roles at this path belong to AWS services.
    pub fn is_service_linked(&self) -> bool {
        self.0.starts_with("/aws-service-role/")
    }
}

impl Default for Path {
    fn default() -> Self {
        Self::root()
    }
}

/// Entities by name. Names that differ in case only are the same name; iteration is in the order of the lower-case names.
///
/// AWS: "IAM identifiers": names "must be unique within the account" and "are not distinguished by case".
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ByName<T> {
    /// INVARIANT: each key is its entity's name in lower case.
    entries: BTreeMap<Box<str>, T>,
}

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
        }
    }
}

impl<T> ByName<T> {
    /// The entity of that name, in any case.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.entries.get(key(name).as_ref())
    }

    /// Whether there is an entity of that name, in any case.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every entity, in the order of the lower-case names.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.values()
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.entries.get_mut(key(name).as_ref())
    }

    pub(crate) fn insert(&mut self, name: &str, entity: T) -> Option<T> {
        self.entries.insert(key(name).into(), entity)
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<T> {
        self.entries.remove(key(name).as_ref())
    }
}

/// A name as it is compared.
fn key(name: &str) -> std::borrow::Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        name.to_ascii_lowercase().into()
    } else {
        name.into()
    }
}

/// `[\w+=,.@-]+`
fn entity_name(text: &str, parameter: &str, longest: usize) -> Result<(), EntityError> {
    length(text, parameter, 1, longest)?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if text.bytes().all(legal) {
        return Ok(());
    }
    let message = format!(
        "The specified value for {parameter} is invalid. It must contain only alphanumeric characters and/or the \
         following: +=,.@_-"
    );
    Err(EntityError::new(
        crate::error::EntityErrorKind::ValidationError,
        message,
    ))
}

fn saml_provider_name(text: &str, parameter: &str) -> Result<(), EntityError> {
    length(text, parameter, 1, 128)?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    pattern(text, parameter, r"[\w._-]+", text.bytes().all(legal))
}

fn path(text: &str, parameter: &str) -> Result<(), EntityError> {
    length(text, parameter, 1, 512)?;
    let visible = text.bytes().all(|byte| (b'!'..=b'~').contains(&byte));
    if text == "/" || (visible && text.len() > 2 && text.starts_with('/') && text.ends_with('/')) {
        return Ok(());
    }
    let message = "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
                   characters and/or / characters.";
    Err(EntityError::new(
        crate::error::EntityErrorKind::ValidationError,
        message,
    ))
}

fn account_alias(text: &str, parameter: &str) -> Result<(), EntityError> {
    length(text, parameter, 3, 63)?;
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let hyphens = text.starts_with('-') || text.ends_with('-') || text.contains("--");
    let account_id = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let holds = text.bytes().all(legal) && !hyphens && !account_id;
    pattern(text, parameter, "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$", holds)
}

pub(crate) fn length(text: &str, parameter: &str, shortest: usize, longest: usize) -> Result<(), EntityError> {
    let count = text.chars().count();
    if count < shortest {
        let constraint = format!("Member must have length greater than or equal to {shortest}");
        return Err(EntityError::constraint(text, parameter, &constraint));
    }
    if count > longest {
        let constraint = format!("Member must have length less than or equal to {longest}");
        return Err(EntityError::constraint(text, parameter, &constraint));
    }
    Ok(())
}

pub(crate) fn pattern(text: &str, parameter: &str, pattern: &str, holds: bool) -> Result<(), EntityError> {
    if holds {
        return Ok(());
    }
    let constraint = format!("Member must satisfy regular expression pattern: {pattern}");
    Err(EntityError::constraint(text, parameter, &constraint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_characters_and_lengths_of_aws() {
        assert!(UserName::new("Alice_1+=,.@-").is_ok());
        assert!(UserName::new(&"a".repeat(64)).is_ok());
        assert!(UserName::new(&"a".repeat(65)).is_err());
        assert!(GroupName::new(&"a".repeat(128)).is_ok());
        for wrong in ["", "a b", "a/b", "é", "a:b", "a*"] {
            assert!(RoleName::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_path_begins_and_ends_with_a_slash() {
        for right in ["/", "/a/", "/a/b/", "/division_abc/subdivision_xyz/"] {
            assert!(Path::new(right).is_ok(), "{right}");
        }
        for wrong in ["", "a", "/a", "a/", "//", "/a b/", "/é/"] {
            assert!(Path::new(wrong).is_err(), "{wrong}");
        }
        assert!(Path::new(&format!("/{}/", "a".repeat(510))).is_ok());
        assert!(Path::new(&format!("/{}/", "a".repeat(511))).is_err());
    }

    #[test]
    fn an_account_alias_is_not_an_account_id() {
        assert!(AccountAlias::new("acme-dev").is_ok());
        for wrong in ["ab", "-abc", "abc-", "a--b", "Acme", "111122223333"] {
            assert!(AccountAlias::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_are_found_in_any_case_and_keep_their_own() {
        let mut users = ByName::default();
        assert_eq!(users.insert("Alice", "Alice"), None);
        assert_eq!(users.get("aLICE"), Some(&"Alice"));
        assert_eq!(users.insert("ALICE", "ALICE"), Some("Alice"));
        assert_eq!(users.len(), 1);
    }
}
