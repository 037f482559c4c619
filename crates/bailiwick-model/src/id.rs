//! Identifiers that AWS gives out: unique ids, access key ids, policy ARNs, version ids, points in time.

use std::fmt;

use bailiwick_grammar::{AccountId, Arn};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::error::EntityError;
use crate::name::{length, pattern, text_types};

text_types! {
    /// The unique id of a user, group, role, …: `AIDA…`, `AGPA…`, `AROA…`. Never used again after its entity was deleted.
    ///
    /// AWS gives out a prefix and 17 more characters; exports that were made anonymous have others, so any word of up to
    /// 128 characters is taken.
    ///
    /// AWS: IAM User Guide, "IAM identifiers", unique identifiers.
    UniqueId("id", word);
    /// The id of an access key: `AKIA…`, or `ASIA…` for temporary credentials; 16 to 128 word characters.
    AccessKeyId("accessKeyId", |text, parameter| { length(text, parameter, 16, 128)?; word(text, parameter) });
    /// The ARN of a managed policy: `arn:aws:iam::ACCOUNT:policy/path/name`, or with `aws` for the account.
    PolicyArn("policyArn", policy_arn);
    /// The serial number of an MFA device: an ARN, or what is printed on the device.
    MfaSerialNumber("serialNumber", serial_number);
}

/// The id of a version of a managed policy: `v1`, `v2`, ….
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PolicyVersionId(u32); // INVARIANT: at least 1

/// A point in time, to the second or finer.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(OffsetDateTime);

impl PolicyArn {
    /// The policy's name: what follows the last slash.
    pub fn name(&self) -> &str {
        self.as_str().rsplit_once('/').map_or("", |(_, name)| name)
    }

    /// The account that owns the policy; none for AWS managed policies.
    pub fn account(&self) -> Option<AccountId> {
        Arn::parse(self.as_str()).ok()?.account.parse().ok()
    }

    /// Whether AWS owns the policy.
    pub fn is_aws_managed(&self) -> bool {
        self.account().is_none()
    }

    /// Whether only service-linked roles may have the policy.
    pub fn is_for_service_linked_roles(&self) -> bool {
        self.is_aws_managed() && self.as_str().contains(":policy/aws-service-role/")
    }
}

impl PolicyVersionId {
    /// The version that a policy begins with.
    pub const FIRST: Self = Self(1);

    /// Reads `v1`, `v2`, ….
    ///
    /// # Errors
    ///
    /// `ValidationError` where the text is no version id.
    pub fn new(text: &str) -> Result<Self, EntityError> {
        let digits = text.strip_prefix('v').unwrap_or_default();
        let plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse().ok().filter(|_| plain);
        number.map(Self).ok_or_else(|| {
            let constraint = r"Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?";
            EntityError::constraint(text, "versionId", constraint)
        })
    }

    /// The number.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The version after this one.
    #[must_use]
    pub(crate) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for PolicyVersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl fmt::Debug for PolicyVersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Timestamp {
    /// Reads ISO 8601 as AWS's commands print it: `2019-10-02T21:50:54+00:00`, `2019-10-02T21:50:54Z`. A blank in the place of
    /// the `T` is what Python prints.
    pub fn parse(text: &str) -> Option<Self> {
        let at = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok().map(Self);
        match text.split_once(' ') {
            None => at(text),
            Some((date, time)) => at(&format!("{date}T{time}")),
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix_seconds(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// The time that lies so many seconds after 1970-01-01T00:00:00Z.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        OffsetDateTime::from_unix_timestamp(seconds).ok().map(Self)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
        let utc = self.0.to_offset(time::UtcOffset::UTC);
        f.write_str(&utc.format(format).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn word(text: &str, parameter: &str) -> Result<(), EntityError> {
    length(text, parameter, 1, 128)?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    pattern(text, parameter, r"[\w]+", text.bytes().all(legal))
}

fn policy_arn(text: &str, parameter: &str) -> Result<(), EntityError> {
    length(text, parameter, 20, 2048)?;
    let arn = Arn::parse(text).ok().filter(|arn| {
        let owned = arn.account == "aws" || arn.account.parse::<AccountId>().is_ok();
        let name = arn
            .resource
            .strip_prefix("policy/")
            .and_then(|path_and_name| path_and_name.rsplit('/').next());
        arn.service == "iam" && arn.region.is_empty() && owned && name.is_some_and(|name| !name.is_empty())
    });
    match arn {
        Some(_) => Ok(()),
        None => Err(EntityError::invalid_input(format!("ARN {text} is not valid."))),
    }
}

fn serial_number(text: &str, parameter: &str) -> Result<(), EntityError> {
    length(text, parameter, 9, 256)?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=/:,.@-".contains(&byte);
    pattern(text, parameter, r"[\w+=/:,.@-]+", text.bytes().all(legal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_ids_are_v_and_a_number() {
        assert_eq!(PolicyVersionId::new("v12").unwrap().to_string(), "v12");
        assert!(PolicyVersionId::new("v2").unwrap() < PolicyVersionId::new("v10").unwrap());
        for wrong in ["", "v", "v0", "v01", "1", "V1", "v1x", "v+1", "v99999999999"] {
            assert!(PolicyVersionId::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn policy_arns_know_their_owner_and_name() {
        let own = PolicyArn::new("arn:aws:iam::111122223333:policy/team/x").unwrap();
        assert_eq!((own.name(), own.is_aws_managed()), ("x", false));
        let aws = PolicyArn::new("arn:aws:iam::aws:policy/aws-service-role/SupportUser").unwrap();
        assert!(aws.is_aws_managed() && aws.is_for_service_linked_roles());
        for wrong in [
            "",
            "arn:aws:iam::aws:role/xxxxxxxxxxxx",
            "arn:aws:iam::1:policy/xxxxx",
            "arn:aws:iam::aws:policy/",
        ] {
            assert!(PolicyArn::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_read_as_awss_commands_print_them() {
        let printed = "2019-10-02T21:50:54Z";
        for text in [
            "2019-10-02T21:50:54+00:00",
            printed,
            "2019-10-02 21:50:54+00:00",
            "2019-10-02T23:50:54.250+02:00",
        ] {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), printed, "{text}");
        }
        assert_eq!(Timestamp::parse(printed).unwrap().unix_seconds(), 1_570_053_054);
        for wrong in ["", "N/A", "no_information", "2019-13-02T21:50:54Z", "yesterday"] {
            assert!(Timestamp::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn access_key_ids_are_words_of_16_or_more() {
        assert!(AccessKeyId::new("AKIAIOSFODNN7EXAMPLE").is_ok());
        assert!(AccessKeyId::new("AKIA").is_err());
        assert!(AccessKeyId::new("AKIAIOSFODNN7-EXAMPLE").is_err());
    }
}
