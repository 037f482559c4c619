//! The twelve digits that name an AWS account.

use std::fmt;
use std::str::FromStr;

use nom::Parser;
use nom::bytes::complete::take_while_m_n;
use nom::combinator::all_consuming;
use thiserror::Error;

/// The id of an AWS account: twelve digits, leading zeros included.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AccountId([u8; 12]); // INVARIANT: all ASCII digits; `as_str` relies on it

/// A text is not an account id.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("an AWS account id is 12 digits, not `{0}`")]
pub struct AccountIdError(String);

impl AccountId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AccountId {
    type Err = AccountIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = take_while_m_n::<_, _, nom::error::Error<&str>>(12, 12, |c: char| c.is_ascii_digit());
        all_consuming(digits)
            .parse(text)
            .ok()
            .and_then(|(_, digits): (_, &str)| digits.as_bytes().try_into().ok())
            .map(Self)
            .ok_or_else(|| AccountIdError(text.to_owned()))
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_is_twelve_digits() {
        assert_eq!("012345678901".parse::<AccountId>().unwrap().to_string(), "012345678901");
        for wrong in [
            "",
            "12345678901",
            "1234567890123",
            "12345678901x",
            "１２３４５６７８９０１２",
        ] {
            assert!(wrong.parse::<AccountId>().is_err(), "{wrong}");
        }
    }
}
