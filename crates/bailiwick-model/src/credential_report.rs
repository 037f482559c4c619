//! The credential report of an account, row by row.

use crate::id::Timestamp;
use crate::name::ByName;

/// The credential report of an account: the state of the credentials of each user and of the root user.
///
/// AWS: IAM User Guide, "Generate credential reports for your AWS account".
#[derive(Clone, Debug, Default)]
pub struct CredentialReport {
    pub(crate) root: Option<CredentialReportRow>,
    pub(crate) users: ByName<CredentialReportRow>,
}

/// The credentials of one user, or of the root user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CredentialReportRow {
    /// The user's name, or `<root_account>`.
    pub user: Box<str>,
    /// The ARN.
    pub arn: Box<str>,
    /// When the user was created.
    pub user_creation_time: ReportTime,
    /// Whether there is a password; not told of the root user, who always has one.
    pub password_enabled: Option<bool>,
    /// When the password was last used to sign in.
    pub password_last_used: ReportTime,
    /// When the password was last set.
    pub password_last_changed: ReportTime,
    /// When the password policy demands a new one.
    pub password_next_rotation: ReportTime,
    /// Whether an MFA device is enabled.
    pub mfa_active: bool,
    /// The first and the second access key.
    pub access_keys: [AccessKeyReport; 2],
    /// The first and the second signing certificate.
    pub signing_certificates: [SigningCertificateReport; 2],
}

/// The state of one access key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AccessKeyReport {
    /// Whether it exists and can be used.
    pub active: bool,
    /// When it was created or last changed.
    pub last_rotated: ReportTime,
    /// When it last signed a request.
    pub last_used_date: ReportTime,
    /// The region of that request.
    pub last_used_region: Option<Box<str>>,
    /// The service of that request.
    pub last_used_service: Option<Box<str>>,
}

/// The state of one signing certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningCertificateReport {
    /// Whether it exists and can be used.
    pub active: bool,
    /// When it was uploaded or last changed.
    pub last_rotated: ReportTime,
}

/// A time in the report, or the word that stands for none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReportTime {
    /// That time.
    At(Timestamp),
    /// `N/A`: there is no such credential, or it was never used.
    NotApplicable,
    /// `no_information`: it was not used since AWS began to keep records.
    NoInformation,
    /// `not_supported`: AWS does not tell it of the root user.
    NotSupported,
}

impl CredentialReport {
    /// The row of the root user, `<root_account>`.
    pub fn root(&self) -> Option<&CredentialReportRow> {
        self.root.as_ref()
    }

    /// The row of the user with that name.
    pub fn user(&self, name: &str) -> Option<&CredentialReportRow> {
        self.users.get(name)
    }

    /// The rows of all users, in the order of their names.
    pub fn users(&self) -> &ByName<CredentialReportRow> {
        &self.users
    }
}

impl ReportTime {
    /// Reads a time, `N/A`, `no_information` or `not_supported`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "N/A" | "" => Self::NotApplicable,
            "no_information" => Self::NoInformation,
            "not_supported" => Self::NotSupported,
            time => Self::At(Timestamp::parse(time)?),
        })
    }

    /// The time, if there is one.
    pub fn time(self) -> Option<Timestamp> {
        match self {
            Self::At(time) => Some(time),
            Self::NotApplicable | Self::NoInformation | Self::NotSupported => None,
        }
    }
}
