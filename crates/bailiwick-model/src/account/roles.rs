//! Roles and what becomes of them.

use std::sync::Arc;

use crate::account::Account;
use crate::account::users::refuse_while;
use crate::document::StoredDocument;
use crate::entity::{Creation, MaxSessionDuration, NewRole, Role};
use crate::error::{EntityError, EntityErrorKind};
use crate::name::length;
use crate::quota::Quota;
use crate::record::{Origin, PolicyRecord};
use crate::tag::Tag;

impl Account {
    /// The role of that name, in any case.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn role(&self, name: &str) -> Result<&Role, EntityError> {
        self.roles.get(name).ok_or_else(|| no_such_role(name))
    }

    /// `CreateRole`
    ///
    /// # Errors
    ///
    /// `EntityAlreadyExists`, `MalformedPolicyDocument`, `LimitExceeded`, and what a boundary or tags can be wrong in.
    pub fn create_role(&mut self, new: NewRole, creation: Creation) -> Result<&Role, EntityError> {
        if new.path.is_service_linked() {
            let message = "Cannot create a role under a service-linked role path; use CreateServiceLinkedRole.";
            return Err(EntityError::invalid_input(message));
        }
        if let Some(policy) = &new.permissions_boundary {
            self.check_attachable(policy)?;
        }
        self.quotas.check_one_more(Quota::RolesPerAccount, self.roles.len())?;
        self.insert_new_role(new, creation)
    }

    /// `CreateServiceLinkedRole`: as the service defines the role, which only the service knows. It may exceed the quota.
    ///
    /// # Errors
    ///
    /// `InvalidInput` where the name is taken or the path is not `/aws-service-role/SERVICE/`.
    pub fn create_service_linked_role(&mut self, new: NewRole, creation: Creation) -> Result<&Role, EntityError> {
        let name = &new.name;
        if !new.path.is_service_linked() || new.permissions_boundary.is_some() {
            return Err(EntityError::invalid_input(format!(
                "{name} is not a service-linked role."
            )));
        }
        if self.roles.contains(name.as_str()) {
            return Err(EntityError::invalid_input(format!(
                "Service role name {name} has been taken in this account, please try a different suffix."
            )));
        }
        self.insert_new_role(new, creation)
    }

    fn insert_new_role(&mut self, new: NewRole, creation: Creation) -> Result<&Role, EntityError> {
        if self.roles.contains(new.name.as_str()) {
            return Err(EntityError::already_exists(format!(
                "Role with name {} already exists.",
                new.name
            )));
        }
        self.check_trust_policy(&new.trust_policy)?;
        length(new.description.as_deref().unwrap_or_default(), "description", 0, 1000)?;
        let name = new.name.as_str().to_owned();
        let trust_policy = PolicyRecord::new(new.trust_policy, Origin::Request);
        let mut role = Role::new(
            self.owner(),
            new.path,
            new.name,
            creation.id,
            Some(creation.time),
            trust_policy,
        );
        role.description = new.description.map(Into::into);
        role.max_session_duration = new.max_session_duration;
        role.permissions_boundary = new.permissions_boundary;
        role.tags.add(new.tags)?;
        self.roles.insert(&name, role);
        self.role(&name)
    }

    /// `UpdateRole`: sets the description and the session duration.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `UnmodifiableEntity`, and `ValidationError` for a description above 1,000 characters.
    pub fn update_role(
        &mut self,
        name: &str,
        description: Option<&str>,
        max_session_duration: Option<MaxSessionDuration>,
    ) -> Result<(), EntityError> {
        length(description.unwrap_or_default(), "description", 0, 1000)?;
        let role = self.modifiable_role(name)?;
        if let Some(description) = description {
            role.description = Some(description.into());
        }
        role.max_session_duration = max_session_duration.unwrap_or(role.max_session_duration);
        Ok(())
    }

    /// `UpdateAssumeRolePolicy`: replaces the trust policy.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `UnmodifiableEntity`, `MalformedPolicyDocument`, `LimitExceeded`.
    pub fn update_assume_role_policy(&mut self, name: &str, document: Arc<StoredDocument>) -> Result<(), EntityError> {
        self.check_trust_policy(&document)?;
        self.modifiable_role(name)?.trust_policy = PolicyRecord::new(document, Origin::Request);
        Ok(())
    }

    /// `DeleteRole`: the role must have no policy left and be in no instance profile.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `UnmodifiableEntity`, `DeleteConflict`.
    pub fn delete_role(&mut self, name: &str) -> Result<(), EntityError> {
        self.modifiable_role(name)?;
        let role = self.role(name)?;
        let mut profiles = self.instance_profiles_for_role(name);
        let held = [
            (!role.policies.inline().is_empty(), "delete policies"),
            (!role.policies.attached().is_empty(), "detach all policies"),
            (profiles.next().is_some(), "remove roles from instance profile"),
        ];
        drop(profiles);
        refuse_while(&held)?;
        self.roles.remove(name);
        Ok(())
    }

    /// Removes a service-linked role, once its service no longer needs it: the end of a `DeleteServiceLinkedRole` task.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` where there is no such service-linked role.
    pub fn delete_service_linked_role(&mut self, name: &str) -> Result<(), EntityError> {
        if !self.role(name)?.is_service_linked() {
            return Err(no_such_role(name));
        }
        self.roles.remove(name);
        Ok(())
    }

    /// `TagRole`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `UnmodifiableEntity`, and what tags can be wrong in.
    pub fn tag_role(&mut self, name: &str, tags: Vec<Tag>) -> Result<(), EntityError> {
        self.modifiable_role(name)?.tags.add(tags)
    }

    /// `UntagRole`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `UnmodifiableEntity`; a tag that is not there is not an error.
    pub fn untag_role(&mut self, name: &str, keys: &[&str]) -> Result<(), EntityError> {
        let role = self.modifiable_role(name)?;
        for key in keys {
            role.tags.remove(key);
        }
        Ok(())
    }

    fn check_trust_policy(&self, document: &StoredDocument) -> Result<(), EntityError> {
        document.check()?;
        self.quotas.check(Quota::AssumeRolePolicySize, document.size())
    }

    /// The role, unless it belongs to an AWS service.
    pub(super) fn modifiable_role(&mut self, name: &str) -> Result<&mut Role, EntityError> {
        let role = self.roles.get_mut(name).ok_or_else(|| no_such_role(name))?;
        if role.is_service_linked() {
            let name = role.name();
            let message = format!(
                "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
            );
            return Err(EntityError::new(EntityErrorKind::UnmodifiableEntity, message));
        }
        Ok(role)
    }
}

pub(super) fn no_such_role(name: &str) -> EntityError {
    EntityError::no_such_entity(format!("The role with name {name} cannot be found."))
}
