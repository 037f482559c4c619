//! Users.

use bailiwick_grammar::AccountId;

use crate::entity::policies::EntityPolicies;
use crate::entity::{
    AccessKey, LoginProfile, MfaDevice, ServiceSpecificCredential, SigningCertificate, SshPublicKey, entity_arn,
};
use crate::id::{PolicyArn, Timestamp, UniqueId};
use crate::name::{ByName, GroupName, Path, UserName};
use crate::tag::{Tag, TagKeyCase, Tags};

/// A user: a person or a program with credentials of its own.
///
/// AWS: IAM API Reference, `User`, `UserDetail`.
#[derive(Clone, Debug)]
pub struct User {
    name: UserName,
    path: Path,
    id: UniqueId,
    /// INVARIANT: made from account, path and name.
    arn: Box<str>,
    create_date: Option<Timestamp>,
    pub(crate) password_last_used: Option<Timestamp>,
    pub(crate) groups: ByName<GroupName>,
    pub(crate) policies: EntityPolicies,
    pub(crate) permissions_boundary: Option<PolicyArn>,
    pub(crate) tags: Tags,
    pub(crate) login_profile: Option<LoginProfile>,
    pub(crate) access_keys: Vec<AccessKey>,
    pub(crate) mfa_devices: Vec<MfaDevice>,
    pub(crate) signing_certificates: Vec<SigningCertificate>,
    pub(crate) ssh_public_keys: Vec<SshPublicKey>,
    pub(crate) service_specific_credentials: Vec<ServiceSpecificCredential>,
}

/// What `CreateUser` takes.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The name.
    pub name: UserName,
    /// The path.
    pub path: Path,
    /// The managed policy that bounds what the user can do.
    pub permissions_boundary: Option<PolicyArn>,
    /// Tags.
    pub tags: Vec<Tag>,
}

impl User {
    pub(crate) fn new(
        (partition, account): (&str, AccountId),
        path: Path,
        name: UserName,
        id: UniqueId,
        create_date: Option<Timestamp>,
    ) -> Self {
        let arn = entity_arn(partition, account, "user", path.as_str(), name.as_str());
        Self {
            name,
            path,
            id,
            arn,
            create_date,
            password_last_used: None,
            groups: ByName::default(),
            policies: EntityPolicies::default(),
            permissions_boundary: None,
            tags: Tags::new(TagKeyCase::Insensitive),
            login_profile: None,
            access_keys: Vec::new(),
            mfa_devices: Vec::new(),
            signing_certificates: Vec::new(),
            ssh_public_keys: Vec::new(),
            service_specific_credentials: Vec::new(),
        }
    }

    /// The name.
    pub fn name(&self) -> &UserName {
        &self.name
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The unique id, `AIDA…`: `aws:userid` of the user's requests.
    pub fn id(&self) -> &UniqueId {
        &self.id
    }

    /// The ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// When the user was created.
    pub fn create_date(&self) -> Option<Timestamp> {
        self.create_date
    }

    /// When the user last signed in with the password.
    pub fn password_last_used(&self) -> Option<Timestamp> {
        self.password_last_used
    }

    /// The names of the groups that the user is in.
    pub fn groups(&self) -> &ByName<GroupName> {
        &self.groups
    }

    /// The user's own policies, without those of the groups.
    pub fn policies(&self) -> &EntityPolicies {
        &self.policies
    }

    /// The managed policy that bounds what the user can do.
    pub fn permissions_boundary(&self) -> Option<&PolicyArn> {
        self.permissions_boundary.as_ref()
    }

    /// The tags: `aws:PrincipalTag/…` of the user's requests.
    pub fn tags(&self) -> &Tags {
        &self.tags
    }

    /// The password, if the user can sign in to the console.
    pub fn login_profile(&self) -> Option<&LoginProfile> {
        self.login_profile.as_ref()
    }

    /// The long-term access keys.
    pub fn access_keys(&self) -> &[AccessKey] {
        &self.access_keys
    }

    /// The MFA devices that are enabled for the user.
    pub fn mfa_devices(&self) -> &[MfaDevice] {
        &self.mfa_devices
    }

    /// The X.509 signing certificates.
    pub fn signing_certificates(&self) -> &[SigningCertificate] {
        &self.signing_certificates
    }

    /// The SSH public keys for AWS `CodeCommit`.
    pub fn ssh_public_keys(&self) -> &[SshPublicKey] {
        &self.ssh_public_keys
    }

    /// The user names and passwords, or keys, for single services.
    pub fn service_specific_credentials(&self) -> &[ServiceSpecificCredential] {
        &self.service_specific_credentials
    }

    /// Renames or moves the user: the unique id stays, the ARN changes.
    pub(crate) fn rename(&mut self, arn: Box<str>, path: Path, name: UserName) {
        (self.arn, self.path, self.name) = (arn, path, name);
    }
}
