//! Managed policies, their versions and who has them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::account::Account;
use crate::document::StoredDocument;
use crate::entity::{Creation, EntityPolicies, Group, ManagedPolicy, NewManagedPolicy, PolicyVersion, Role, User};
use crate::error::EntityError;
use crate::id::{PolicyArn, PolicyVersionId, Timestamp};
use crate::name::length;
use crate::quota::Quota;
use crate::record::{Origin, PolicyRecord};

impl Account {
    /// The ARNs of the users, groups and roles that a managed policy is attached to: `ListEntitiesForPolicy` with
    /// `PermissionsPolicy`.
    pub fn entities_for_policy<'a>(&'a self, policy: &'a PolicyArn) -> impl Iterator<Item = &'a str> {
        let has = move |policies: &EntityPolicies| policies.attached().contains(policy);
        let users = self.users.iter().filter(move |user| has(&user.policies)).map(User::arn);
        let groups = self
            .groups
            .iter()
            .filter(move |group| has(&group.policies))
            .map(Group::arn);
        let roles = self.roles.iter().filter(move |role| has(&role.policies)).map(Role::arn);
        users.chain(groups).chain(roles)
    }

    /// The ARNs of the users and roles whose permissions boundary a managed policy is: `ListEntitiesForPolicy` with
    /// `PermissionsBoundary`.
    pub fn entities_for_boundary<'a>(&'a self, policy: &'a PolicyArn) -> impl Iterator<Item = &'a str> {
        let users = self
            .users
            .iter()
            .filter(move |user| user.permissions_boundary() == Some(policy));
        let roles = self
            .roles
            .iter()
            .filter(move |role| role.permissions_boundary() == Some(policy));
        users.map(User::arn).chain(roles.map(Role::arn))
    }

    /// `CreatePolicy`: its first version is `v1` and the default.
    ///
    /// # Errors
    ///
    /// `EntityAlreadyExists`, `MalformedPolicyDocument`, `LimitExceeded`, and what tags can be wrong in.
    pub fn create_policy(&mut self, new: NewManagedPolicy, creation: Creation) -> Result<&ManagedPolicy, EntityError> {
        let name = new.name.as_str();
        if self.customer_managed_policies.contains(name) {
            let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
            return Err(EntityError::already_exists(message));
        }
        self.check_managed_document(&new.document)?;
        length(new.description.as_deref().unwrap_or_default(), "description", 0, 1000)?;
        self.quotas
            .check_one_more(Quota::PoliciesPerAccount, self.customer_managed_policies.len())?;
        let arn = format!("arn:{}:iam::{}:policy{}{name}", self.partition, self.id, new.path);
        let record = PolicyRecord::new(new.document, Origin::Request);
        let first = PolicyVersion {
            record,
            create_date: Some(creation.time),
        };
        let versions = BTreeMap::from([(PolicyVersionId::FIRST, first)]);
        let time = Some(creation.time);
        let arn = PolicyArn::new(&arn)?;
        let policy = ManagedPolicy::from_versions(arn, Some(creation.id), PolicyVersionId::FIRST, versions);
        let Some(policy) = policy else {
            return Err(no_such_policy(name));
        };
        let mut policy = policy
            .with_dates(time, time)
            .with_description(new.description.map(Into::into));
        policy.tags.add(new.tags)?;
        self.customer_managed_policies.insert(name, policy);
        self.customer_managed_policies
            .get(name)
            .ok_or_else(|| no_such_policy(name))
    }

    /// `DeletePolicy`: it must be attached to nobody, be nobody's boundary, and have no version but the default.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` and `DeleteConflict`.
    pub fn delete_policy(&mut self, arn: &PolicyArn) -> Result<(), EntityError> {
        let versions = self.customer_managed_policy_mut(arn)?.versions().len();
        if self
            .entities_for_policy(arn)
            .chain(self.entities_for_boundary(arn))
            .next()
            .is_some()
        {
            return Err(EntityError::delete_conflict(
                "Cannot delete a policy attached to entities.",
            ));
        }
        if versions > 1 {
            return Err(EntityError::delete_conflict(
                "This policy has more than one version. Before you delete a policy, you must delete the policy's \
                 versions. The default version is deleted with the policy.",
            ));
        }
        self.customer_managed_policies.remove(arn.name());
        Ok(())
    }

    /// `CreatePolicyVersion`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `MalformedPolicyDocument`, and `LimitExceeded` above 5 versions or 6,144 characters.
    pub fn create_policy_version(
        &mut self,
        arn: &PolicyArn,
        document: Arc<StoredDocument>,
        time: Timestamp,
        set_as_default: bool,
    ) -> Result<PolicyVersionId, EntityError> {
        self.check_managed_document(&document)?;
        let record = PolicyRecord::new(document, Origin::Request);
        self.customer_managed_policy_mut(arn)?
            .create_version(record, time, set_as_default)
    }

    /// `DeletePolicyVersion`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, and `DeleteConflict` for the default version.
    pub fn delete_policy_version(&mut self, arn: &PolicyArn, version: PolicyVersionId) -> Result<(), EntityError> {
        self.customer_managed_policy_mut(arn)?.delete_version(version)
    }

    /// `SetDefaultPolicyVersion`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn set_default_policy_version(&mut self, arn: &PolicyArn, version: PolicyVersionId) -> Result<(), EntityError> {
        self.customer_managed_policy_mut(arn)?.set_default_version(version)
    }

    fn check_managed_document(&self, document: &StoredDocument) -> Result<(), EntityError> {
        document.check()?;
        self.quotas.check(Quota::PolicySize, document.size())
    }

    fn customer_managed_policy_mut(&mut self, arn: &PolicyArn) -> Result<&mut ManagedPolicy, EntityError> {
        if arn.is_aws_managed() {
            return Err(EntityError::invalid_input(format!(
                "Policy {arn} is managed by AWS and cannot be changed."
            )));
        }
        let found = self
            .customer_managed_policies
            .get_mut(arn.name())
            .filter(|policy| policy.arn() == arn);
        found.ok_or_else(|| no_such_policy(arn.as_str()))
    }
}

fn no_such_policy(policy: &str) -> EntityError {
    EntityError::no_such_entity(format!("Policy {policy} was not found."))
}
