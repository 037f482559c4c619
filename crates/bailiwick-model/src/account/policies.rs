//! Changes to the policies of users, groups and roles: inline, attached, boundaries.

use std::sync::Arc;

use crate::account::Account;
use crate::document::StoredDocument;
use crate::entity::EntityPolicies;
use crate::error::{EntityError, EntityErrorKind};
use crate::id::PolicyArn;
use crate::name::PolicyName;
use crate::quota::Quota;
use crate::record::{Origin, PolicyRecord};

/// Whose policies are changed: AWS's API has one action for each (`PutUserPolicy`, `PutGroupPolicy`, `PutRolePolicy`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PolicyHolder<'n> {
    /// The user of that name.
    User(&'n str),
    /// The group of that name.
    Group(&'n str),
    /// The role of that name.
    Role(&'n str),
}

impl PolicyHolder<'_> {
    fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Role(_) => "role",
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Group(name) | Self::Role(name) => name,
        }
    }
}

impl Account {
    /// Embeds a policy, in the place of one with the same name: `PutUserPolicy`, `PutGroupPolicy`, `PutRolePolicy`.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `MalformedPolicyDocument`, `UnmodifiableEntity` for a service-linked role, and `LimitExceeded` where
    /// all inline policies together are too large.
    pub fn put_inline_policy(
        &mut self,
        holder: PolicyHolder<'_>,
        name: PolicyName,
        document: Arc<StoredDocument>,
    ) -> Result<(), EntityError> {
        document.check()?;
        let quota = match holder {
            PolicyHolder::User(_) => Quota::UserPolicySize,
            PolicyHolder::Group(_) => Quota::GroupPolicySize,
            PolicyHolder::Role(_) => Quota::RolePolicySize,
        };
        let limit = self.quotas.limit(quota) as usize;
        let policies = self.policies_of(holder)?;
        let replaced = policies
            .inline()
            .get(&name)
            .map_or(0, |record| record.document().size());
        if policies.inline_size() - replaced + document.size() > limit {
            let message = format!(
                "Maximum policy size of {limit} bytes exceeded for {} {}",
                holder.kind(),
                holder.name()
            );
            return Err(EntityError::new(EntityErrorKind::LimitExceeded, message));
        }
        policies.put(name, PolicyRecord::new(document, Origin::Request));
        Ok(())
    }

    /// Removes an inline policy: `DeleteUserPolicy`, `DeleteGroupPolicy`, `DeleteRolePolicy`.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, and `UnmodifiableEntity` for a service-linked role.
    pub fn delete_inline_policy(&mut self, holder: PolicyHolder<'_>, name: &str) -> Result<(), EntityError> {
        match self.policies_of(holder)?.delete(name) {
            Some(_) => Ok(()),
            None => {
                let message = format!("The {} policy with name {name} cannot be found.", holder.kind());
                Err(EntityError::no_such_entity(message))
            }
        }
    }

    /// Attaches a managed policy; one that is attached already stays so: `AttachUserPolicy`, `AttachGroupPolicy`,
    /// `AttachRolePolicy`.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `PolicyNotAttachable` for a policy of service-linked roles, `UnmodifiableEntity`, `LimitExceeded`.
    pub fn attach_policy(&mut self, holder: PolicyHolder<'_>, policy: &PolicyArn) -> Result<(), EntityError> {
        self.check_attachable(policy)?;
        let quota = match holder {
            PolicyHolder::User(_) => Quota::PoliciesPerUser,
            PolicyHolder::Group(_) => Quota::PoliciesPerGroup,
            PolicyHolder::Role(_) => Quota::PoliciesPerRole,
        };
        let quotas = self.quotas.clone();
        let policies = self.policies_of(holder)?;
        if !policies.attached().contains(policy) {
            quotas.check_one_more(quota, policies.attached().len())?;
            policies.attach(policy.clone());
        }
        Ok(())
    }

    /// Detaches a managed policy: `DetachUserPolicy`, `DetachGroupPolicy`, `DetachRolePolicy`.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` where it is not attached, and `UnmodifiableEntity` for a service-linked role.
    pub fn detach_policy(&mut self, holder: PolicyHolder<'_>, policy: &PolicyArn) -> Result<(), EntityError> {
        if self.policies_of(holder)?.detach(policy.as_str()) {
            Ok(())
        } else {
            Err(EntityError::no_such_entity(format!("Policy {policy} was not found.")))
        }
    }

    /// Sets the permissions boundary of a user or role: `PutUserPermissionsBoundary`, `PutRolePermissionsBoundary`.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `PolicyNotAttachable`, `UnmodifiableEntity` for a service-linked role, and `InvalidInput` for a group,
    /// which has no boundary.
    pub fn put_permissions_boundary(
        &mut self,
        holder: PolicyHolder<'_>,
        policy: &PolicyArn,
    ) -> Result<(), EntityError> {
        self.check_attachable(policy)?;
        *self.boundary_of(holder)? = Some(policy.clone());
        Ok(())
    }

    /// Removes the permissions boundary: `DeleteUserPermissionsBoundary`, `DeleteRolePermissionsBoundary`.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` where there is none; otherwise as [`put_permissions_boundary`](Self::put_permissions_boundary).
    pub fn delete_permissions_boundary(&mut self, holder: PolicyHolder<'_>) -> Result<(), EntityError> {
        match self.boundary_of(holder)?.take() {
            Some(_) => Ok(()),
            None => {
                let message = format!(
                    "{} {} does not have a permissions boundary.",
                    holder.kind(),
                    holder.name()
                );
                Err(EntityError::no_such_entity(message))
            }
        }
    }

    /// Whether a policy may be attached to an entity of the customer or be its boundary.
    pub(crate) fn check_attachable(&self, policy: &PolicyArn) -> Result<(), EntityError> {
        if policy.is_for_service_linked_roles() {
            let message = "Cannot attach a Service Role Policy to a Customer Role.";
            return Err(EntityError::new(EntityErrorKind::PolicyNotAttachable, message));
        }
        match self.managed_policy(policy) {
            Some(_) => Ok(()),
            None => {
                let message = format!("Policy {policy} does not exist or is not attachable.");
                Err(EntityError::no_such_entity(message))
            }
        }
    }

    fn policies_of(&mut self, holder: PolicyHolder<'_>) -> Result<&mut EntityPolicies, EntityError> {
        match holder {
            PolicyHolder::User(name) => Ok(&mut self.user_mut(name)?.policies),
            PolicyHolder::Group(name) => Ok(&mut self.group_mut(name)?.policies),
            PolicyHolder::Role(name) => Ok(&mut self.modifiable_role(name)?.policies),
        }
    }

    fn boundary_of(&mut self, holder: PolicyHolder<'_>) -> Result<&mut Option<PolicyArn>, EntityError> {
        match holder {
            PolicyHolder::User(name) => Ok(&mut self.user_mut(name)?.permissions_boundary),
            PolicyHolder::Role(name) => Ok(&mut self.modifiable_role(name)?.permissions_boundary),
            PolicyHolder::Group(_) => Err(EntityError::invalid_input("A group has no permissions boundary.")),
        }
    }
}
