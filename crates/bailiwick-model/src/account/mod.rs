//! Accounts: everything that IAM holds for one AWS account, and the changes that IAM's API can make to it.
//!
//! Look-ups are here; changes are in the modules below, one per kind of entity, and fail as AWS's API does.

mod credentials;
mod groups;
mod instance_profiles;
mod managed_policies;
mod mfa;
mod policies;
mod providers;
mod roles;
mod users;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bailiwick_grammar::AccountId;

use crate::credential_report::CredentialReport;
use crate::entity::{
    EntityPolicies, Group, InstanceProfile, ManagedPolicy, OpenIdConnectProvider, PasswordPolicy, Role, SamlProvider,
    ServerCertificate, User, VirtualMfaDevice,
};
use crate::error::EntityError;
use crate::id::{MfaSerialNumber, PolicyArn};
use crate::name::{AccountAlias, ByName};
use crate::quota::Quotas;
use crate::record::{AppliedPolicy, Missing, PolicySource};

pub use self::policies::PolicyHolder;

/// Everything that IAM holds for one AWS account.
///
/// Names are found in any case and keep their own. Iteration is in the order of names or ARNs, so that what is derived from
/// an account does not depend on the order in which it was filled.
#[derive(Clone, Debug)]
pub struct Account {
    id: AccountId,
    partition: Box<str>,
    alias: Option<AccountAlias>,
    quotas: Quotas,
    pub(crate) users: ByName<User>,
    pub(crate) groups: ByName<Group>,
    pub(crate) roles: ByName<Role>,
    pub(crate) instance_profiles: ByName<InstanceProfile>,
    pub(crate) customer_managed_policies: ByName<ManagedPolicy>,
    pub(crate) aws_managed_policies: BTreeMap<PolicyArn, ManagedPolicy>,
    password_policy: Option<PasswordPolicy>,
    virtual_mfa_devices: BTreeMap<MfaSerialNumber, VirtualMfaDevice>,
    server_certificates: ByName<ServerCertificate>,
    open_id_connect_providers: BTreeMap<Box<str>, OpenIdConnectProvider>,
    saml_providers: BTreeMap<Box<str>, SamlProvider>,
    pub(crate) credential_report: Option<CredentialReport>,
    /// Entities that an export names by ARN and that could not be read, with the reason.
    pub(crate) unreadable: BTreeMap<Box<str>, Box<str>>,
}

impl Account {
    /// An account without any entity.
    pub fn new(id: AccountId, partition: &str) -> Self {
        Self {
            id,
            partition: partition.into(),
            alias: None,
            quotas: Quotas::default(),
            users: ByName::default(),
            groups: ByName::default(),
            roles: ByName::default(),
            instance_profiles: ByName::default(),
            customer_managed_policies: ByName::default(),
            aws_managed_policies: BTreeMap::new(),
            password_policy: None,
            virtual_mfa_devices: BTreeMap::new(),
            server_certificates: ByName::default(),
            open_id_connect_providers: BTreeMap::new(),
            saml_providers: BTreeMap::new(),
            credential_report: None,
            unreadable: BTreeMap::new(),
        }
    }

    /// The account id.
    pub fn id(&self) -> AccountId {
        self.id
    }

    /// `aws`, `aws-cn`, `aws-us-gov`, ….
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The ARN of the root user, `arn:aws:iam::ACCOUNT:root`.
    pub fn root_arn(&self) -> String {
        format!("arn:{}:iam::{}:root", self.partition, self.id)
    }

    /// The account's alias.
    pub fn alias(&self) -> Option<&AccountAlias> {
        self.alias.as_ref()
    }

    /// How much the account may hold.
    pub fn quotas(&self) -> &Quotas {
        &self.quotas
    }

    /// The quotas, to raise them.
    pub fn quotas_mut(&mut self) -> &mut Quotas {
        &mut self.quotas
    }

    /// The users.
    pub fn users(&self) -> &ByName<User> {
        &self.users
    }

    /// The groups.
    pub fn groups(&self) -> &ByName<Group> {
        &self.groups
    }

    /// The roles.
    pub fn roles(&self) -> &ByName<Role> {
        &self.roles
    }

    /// The instance profiles.
    pub fn instance_profiles(&self) -> &ByName<InstanceProfile> {
        &self.instance_profiles
    }

    /// The customer managed policies.
    pub fn customer_managed_policies(&self) -> &ByName<ManagedPolicy> {
        &self.customer_managed_policies
    }

    /// The AWS managed policies that the account's export holds or that are attached in the account.
    pub fn aws_managed_policies(&self) -> &BTreeMap<PolicyArn, ManagedPolicy> {
        &self.aws_managed_policies
    }

    /// The managed policy with that ARN, of AWS or of the account.
    pub fn managed_policy(&self, arn: &PolicyArn) -> Option<&ManagedPolicy> {
        if arn.is_aws_managed() {
            return self.aws_managed_policies.get(arn);
        }
        self.customer_managed_policies
            .get(arn.name())
            .filter(|policy| policy.arn() == arn)
    }

    /// The virtual MFA devices by serial number.
    pub fn virtual_mfa_devices(&self) -> &BTreeMap<MfaSerialNumber, VirtualMfaDevice> {
        &self.virtual_mfa_devices
    }

    /// The server certificates.
    pub fn server_certificates(&self) -> &ByName<ServerCertificate> {
        &self.server_certificates
    }

    /// The OpenID Connect identity providers, in the order of their ARNs.
    pub fn open_id_connect_providers(&self) -> impl Iterator<Item = &OpenIdConnectProvider> {
        self.open_id_connect_providers.values()
    }

    /// The SAML identity providers, in the order of their ARNs.
    pub fn saml_providers(&self) -> impl Iterator<Item = &SamlProvider> {
        self.saml_providers.values()
    }

    /// The identity provider with that ARN exists.
    pub fn has_identity_provider(&self, arn: &str) -> bool {
        self.open_id_connect_providers.contains_key(arn) || self.saml_providers.contains_key(arn)
    }

    /// The credential report, where one was imported.
    pub fn credential_report(&self) -> Option<&CredentialReport> {
        self.credential_report.as_ref()
    }

    /// Entities that the export names and that could not be read: ARN and reason.
    pub fn unreadable(&self) -> &BTreeMap<Box<str>, Box<str>> {
        &self.unreadable
    }

    /// The identity-based policies of a user: its own and those of its groups.
    ///
    /// A group that the export lacks is in the list, as a policy that cannot be used.
    pub fn user_policies<'a>(&'a self, user: &'a User) -> Vec<AppliedPolicy<'a>> {
        let mut applied = Vec::new();
        self.own_policies(user.policies(), user.arn(), &mut applied);
        for name in user.groups().iter() {
            match self.groups.get(name.as_str()) {
                Some(group) => self.own_policies(group.policies(), group.arn(), &mut applied),
                None => {
                    let source = PolicySource::MissingGroup { user: user.arn() };
                    applied.push(AppliedPolicy::missing(name.as_str(), source, Missing::NotInExport));
                }
            }
        }
        applied
    }

    /// The identity-based policies of a group.
    pub fn group_policies<'a>(&'a self, group: &'a Group) -> Vec<AppliedPolicy<'a>> {
        let mut applied = Vec::new();
        self.own_policies(group.policies(), group.arn(), &mut applied);
        applied
    }

    /// The identity-based policies of a role.
    pub fn role_policies<'a>(&'a self, role: &'a Role) -> Vec<AppliedPolicy<'a>> {
        let mut applied = Vec::new();
        self.own_policies(role.policies(), role.arn(), &mut applied);
        applied
    }

    /// The permissions boundary that a user or role with that ARN has.
    pub fn permissions_boundary<'a>(&'a self, entity: &'a str, policy: &'a PolicyArn) -> AppliedPolicy<'a> {
        let source = PolicySource::PermissionsBoundary { policy, entity };
        self.managed(policy, source)
    }

    fn own_policies<'a>(&'a self, policies: &'a EntityPolicies, entity: &'a str, applied: &mut Vec<AppliedPolicy<'a>>) {
        for (name, record) in policies.inline() {
            applied.push(AppliedPolicy::new(
                name.as_str(),
                PolicySource::Inline { entity },
                record,
            ));
        }
        for policy in policies.attached() {
            let version = self.managed_policy(policy).map(ManagedPolicy::default_version);
            applied.push(self.managed(
                policy,
                PolicySource::Managed {
                    policy,
                    version,
                    entity,
                },
            ));
        }
        for (name, why) in policies.unreadable() {
            applied.push(AppliedPolicy::missing(
                name,
                PolicySource::Inline { entity },
                Missing::Unreadable(why),
            ));
        }
    }

    fn managed<'a>(&'a self, policy: &'a PolicyArn, source: PolicySource<'a>) -> AppliedPolicy<'a> {
        if let Some(found) = self.managed_policy(policy) {
            return AppliedPolicy::new(policy.name(), source, found.default_document());
        }
        let why = self
            .unreadable
            .get(policy.as_str())
            .map_or(Missing::NotInExport, |why| Missing::Unreadable(why));
        AppliedPolicy::missing(policy.name(), source, why)
    }

    /// Sets the account's alias, in the place of an earlier one. Whether another account has it is for AWS to know.
    pub fn create_account_alias(&mut self, alias: AccountAlias) {
        self.alias = Some(alias);
    }

    /// Removes the account's alias.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` where the alias is another.
    pub fn delete_account_alias(&mut self, alias: &AccountAlias) -> Result<(), EntityError> {
        if self.alias.as_ref() != Some(alias) {
            return Err(EntityError::no_such_entity(format!(
                "The account alias {alias} cannot be found."
            )));
        }
        self.alias = None;
        Ok(())
    }

    /// The password policy.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` where the account has none of its own: AWS's default is in force then.
    pub fn password_policy(&self) -> Result<&PasswordPolicy, EntityError> {
        self.password_policy.as_ref().ok_or_else(|| {
            let message = format!("The Password Policy with domain name {} cannot be found.", self.id);
            EntityError::no_such_entity(message)
        })
    }

    /// Replaces the password policy.
    pub fn update_account_password_policy(&mut self, policy: PasswordPolicy) {
        self.password_policy = Some(policy);
    }

    /// Removes the password policy: AWS's default is in force again.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` where the account has none of its own.
    pub fn delete_account_password_policy(&mut self) -> Result<(), EntityError> {
        self.password_policy()?;
        self.password_policy = None;
        Ok(())
    }

    /// What the ARNs of the account's entities begin with.
    pub(crate) fn owner(&self) -> (&str, AccountId) {
        (&self.partition, self.id)
    }
}
