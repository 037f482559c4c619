//! What users sign in and sign requests with. Secrets are not here: they are the business of whoever stores them.

use bailiwick_grammar::AccountId;

use crate::entity::entity_arn;
use crate::id::{AccessKeyId, MfaSerialNumber, Timestamp, UniqueId};
use crate::name::{Path, ServerCertificateName, UserName};
use crate::tag::{TagKeyCase, Tags};

/// Whether a credential can be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CredentialStatus {
    /// It can be used.
    Active,
    /// It was switched off.
    Inactive,
    /// Its time is over.
    Expired,
}

/// A long-term access key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AccessKey {
    /// The id, `AKIA…`.
    pub id: AccessKeyId,
    /// Whether it can be used.
    pub status: CredentialStatus,
    /// When it was created.
    pub create_date: Timestamp,
}

/// A password for the console.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LoginProfile {
    /// When it was created.
    pub create_date: Timestamp,
    /// Whether the user must set a new password at the next sign-in.
    pub password_reset_required: bool,
}

/// An MFA device that is enabled for a user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MfaDevice {
    /// The serial number; the ARN of a virtual device.
    pub serial_number: MfaSerialNumber,
    /// When it was enabled.
    pub enable_date: Timestamp,
}

/// A virtual MFA device of an account.
#[derive(Clone, Debug)]
pub struct VirtualMfaDevice {
    /// The user for whom it is enabled.
    pub(crate) user: Option<UserName>,
    pub(crate) tags: Tags,
}

/// An X.509 certificate that signs requests.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningCertificate {
    /// The id: 24 to 128 word characters.
    pub id: UniqueId,
    /// The certificate in PEM.
    pub body: Box<str>,
    /// Whether it can be used.
    pub status: CredentialStatus,
    /// When it was uploaded.
    pub upload_date: Timestamp,
}

/// A public key for AWS `CodeCommit`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SshPublicKey {
    /// The id, `APKA…`.
    pub id: UniqueId,
    /// The key, in `ssh-rsa` or PEM.
    pub body: Box<str>,
    /// The MD5 fingerprint: hexadecimal bytes with colons between them.
    pub fingerprint: Box<str>,
    /// Whether it can be used.
    pub status: CredentialStatus,
    /// When it was uploaded.
    pub upload_date: Timestamp,
}

/// A user name and password, or a key, for one service.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ServiceSpecificCredential {
    /// The id, `ACCA…`.
    pub id: UniqueId,
    /// The service: `codecommit.amazonaws.com`, `cassandra.amazonaws.com`, `bedrock.amazonaws.com`.
    pub service: Box<str>,
    /// The user name, `alice-at-111122223333`.
    pub service_user_name: Box<str>,
    /// Whether it can be used.
    pub status: CredentialStatus,
    /// When it was created.
    pub create_date: Timestamp,
    /// When it expires.
    pub expiration_date: Option<Timestamp>,
}

/// A certificate for HTTPS that load balancers and CloudFront use.
#[derive(Clone, Debug)]
pub struct ServerCertificate {
    name: ServerCertificateName,
    path: Path,
    id: UniqueId,
    /// INVARIANT: made from account, path and name.
    arn: Box<str>,
    /// When it was uploaded.
    pub upload_date: Timestamp,
    /// When it expires.
    pub expiration: Option<Timestamp>,
    /// The tags.
    pub tags: Tags,
}

impl VirtualMfaDevice {
    pub(crate) fn new() -> Self {
        Self {
            user: None,
            tags: Tags::new(TagKeyCase::Sensitive),
        }
    }

    /// The user for whom the device is enabled.
    pub fn user(&self) -> Option<&UserName> {
        self.user.as_ref()
    }

    /// The tags.
    pub fn tags(&self) -> &Tags {
        &self.tags
    }
}

impl ServerCertificate {
    pub(crate) fn new(
        (partition, account): (&str, AccountId),
        path: Path,
        name: ServerCertificateName,
        id: UniqueId,
        upload_date: Timestamp,
        expiration: Option<Timestamp>,
    ) -> Self {
        let arn = entity_arn(partition, account, "server-certificate", path.as_str(), name.as_str());
        Self {
            name,
            path,
            id,
            arn,
            upload_date,
            expiration,
            tags: Tags::new(TagKeyCase::Sensitive),
        }
    }

    /// The name.
    pub fn name(&self) -> &ServerCertificateName {
        &self.name
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The unique id, `ASCA…`.
    pub fn id(&self) -> &UniqueId {
        &self.id
    }

    /// The ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }
}
