//! The password policy of an account.

use crate::error::EntityError;

/// What passwords of an account's users must be. Each change replaces the whole policy.
///
/// AWS: IAM API Reference, `UpdateAccountPasswordPolicy`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "AWS's own fields, each a switch of its own"
)]
pub struct PasswordPolicy {
    minimum_password_length: u8,           // INVARIANT: 6 to 128
    max_password_age: Option<u16>,         // INVARIANT: 1 to 1095
    password_reuse_prevention: Option<u8>, // INVARIANT: 1 to 24
    /// Whether a password needs one of ``! @ # $ % ^ & * ( ) _ + - = [ ] { } | '``.
    pub require_symbols: bool,
    /// Whether a password needs a digit.
    pub require_numbers: bool,
    /// Whether a password needs an upper-case letter.
    pub require_uppercase_characters: bool,
    /// Whether a password needs a lower-case letter.
    pub require_lowercase_characters: bool,
    /// Whether every user may change the own password, policies or not.
    pub allow_users_to_change_password: bool,
    /// Whether an expired password can be changed by an administrator only.
    pub hard_expiry: bool,
}

impl Default for PasswordPolicy {
    /// What an update sets that gives no parameter.
    fn default() -> Self {
        Self {
            minimum_password_length: 6,
            max_password_age: None,
            password_reuse_prevention: None,
            require_symbols: false,
            require_numbers: false,
            require_uppercase_characters: false,
            require_lowercase_characters: false,
            allow_users_to_change_password: false,
            hard_expiry: false,
        }
    }
}

impl PasswordPolicy {
    /// A policy with these numbers; everything else is off.
    ///
    /// # Errors
    ///
    /// `ValidationError` where a number is out of its range.
    pub fn new(
        minimum_password_length: u8,
        max_password_age: Option<u16>,
        password_reuse_prevention: Option<u8>,
    ) -> Result<Self, EntityError> {
        in_range("minimumPasswordLength", u16::from(minimum_password_length), 6, 128)?;
        in_range("maxPasswordAge", max_password_age.unwrap_or(1), 1, 1095)?;
        in_range(
            "passwordReusePrevention",
            u16::from(password_reuse_prevention.unwrap_or(1)),
            1,
            24,
        )?;
        Ok(Self {
            minimum_password_length,
            max_password_age,
            password_reuse_prevention,
            ..Self::default()
        })
    }

    /// How many characters a password has at least.
    pub fn minimum_password_length(&self) -> u8 {
        self.minimum_password_length
    }

    /// After how many days a password expires.
    pub fn max_password_age(&self) -> Option<u16> {
        self.max_password_age
    }

    /// How many earlier passwords may not be used again.
    pub fn password_reuse_prevention(&self) -> Option<u8> {
        self.password_reuse_prevention
    }

    /// Whether passwords expire.
    pub fn expire_passwords(&self) -> bool {
        self.max_password_age.is_some()
    }
}

fn in_range(parameter: &str, value: u16, from: u16, to: u16) -> Result<(), EntityError> {
    let constraint = if value < from {
        format!("Member must have value greater than or equal to {from}")
    } else if value > to {
        format!("Member must have value less than or equal to {to}")
    } else {
        return Ok(());
    };
    Err(EntityError::constraint(&value.to_string(), parameter, &constraint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_in_the_ranges_of_aws() {
        assert!(PasswordPolicy::new(6, Some(1095), Some(24)).is_ok());
        assert!(PasswordPolicy::new(5, None, None).is_err());
        assert!(PasswordPolicy::new(129, None, None).is_err());
        assert!(PasswordPolicy::new(14, Some(0), None).is_err());
        assert!(PasswordPolicy::new(14, None, Some(25)).is_err());
        assert!(!PasswordPolicy::default().expire_passwords());
    }
}
