//! The entities of an account.

mod credential;
mod group;
mod instance_profile;
mod managed_policy;
mod password_policy;
mod policies;
mod provider;
mod role;
mod user;

pub use self::credential::{
    AccessKey, CredentialStatus, LoginProfile, MfaDevice, ServerCertificate, ServiceSpecificCredential,
    SigningCertificate, SshPublicKey, VirtualMfaDevice,
};
pub use self::group::Group;
pub use self::instance_profile::InstanceProfile;
pub use self::managed_policy::{ManagedPolicy, NewManagedPolicy, PolicyVersion};
pub use self::password_policy::PasswordPolicy;
pub use self::policies::EntityPolicies;
pub use self::provider::{OpenIdConnectProvider, SamlProvider};
pub use self::role::{MaxSessionDuration, NewRole, Role, RoleLastUsed};
pub use self::user::{NewUser, User};

use bailiwick_grammar::AccountId;

use crate::id::{Timestamp, UniqueId};

/// What AWS assigns when it creates something: an id that was never used, and the time.
#[derive(Clone, Debug)]
pub struct Creation {
    /// The unique id.
    pub id: UniqueId,
    /// The time.
    pub time: Timestamp,
}

/// An IAM entity's ARN: `arn:PARTITION:iam::ACCOUNT:KIND/path/name`, where `path_and_name` begins with the path's slash.
pub(crate) fn entity_arn(partition: &str, account: AccountId, kind: &str, path: &str, name: &str) -> Box<str> {
    format!("arn:{partition}:iam::{account}:{kind}{path}{name}").into()
}
