//! Users and what becomes of them.

use crate::account::Account;
use crate::entity::{Creation, NewUser, User, entity_arn};
use crate::error::EntityError;
use crate::name::{Path, UserName};
use crate::quota::Quota;
use crate::tag::Tag;

impl Account {
    /// The user of that name, in any case.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn user(&self, name: &str) -> Result<&User, EntityError> {
        self.users.get(name).ok_or_else(|| no_such_user(name))
    }

    /// `CreateUser`
    ///
    /// # Errors
    ///
    /// `EntityAlreadyExists`, `LimitExceeded`, and what a boundary or tags can be wrong in.
    pub fn create_user(&mut self, new: NewUser, creation: Creation) -> Result<&User, EntityError> {
        if self.users.contains(new.name.as_str()) {
            return Err(EntityError::already_exists(format!(
                "User with name {} already exists.",
                new.name
            )));
        }
        self.quotas.check_one_more(Quota::UsersPerAccount, self.users.len())?;
        if let Some(policy) = &new.permissions_boundary {
            self.check_attachable(policy)?;
        }
        let name = new.name.as_str().to_owned();
        let mut user = User::new(self.owner(), new.path, new.name, creation.id, Some(creation.time));
        user.permissions_boundary = new.permissions_boundary;
        user.tags.add(new.tags)?;
        self.users.insert(&name, user);
        self.user(&name)
    }

    /// `UpdateUser`: renames or moves a user. The unique id, policies and memberships stay; the ARN changes.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, and `EntityAlreadyExists` where another user has the new name.
    pub fn update_user(
        &mut self,
        name: &str,
        new_path: Option<Path>,
        new_name: Option<UserName>,
    ) -> Result<(), EntityError> {
        let user = self.user(name)?;
        let new_name = new_name.unwrap_or_else(|| user.name().clone());
        let new_path = new_path.unwrap_or_else(|| user.path().clone());
        let holder = self.users.get(new_name.as_str());
        if holder.is_some_and(|holder| holder.id() != user.id()) {
            return Err(EntityError::already_exists(format!(
                "User with name {new_name} already exists."
            )));
        }
        let arn = entity_arn(&self.partition, self.id, "user", new_path.as_str(), new_name.as_str());
        for device in self.virtual_mfa_devices.values_mut() {
            if device
                .user
                .as_ref()
                .is_some_and(|user| user.as_str().eq_ignore_ascii_case(name))
            {
                device.user = Some(new_name.clone());
            }
        }
        if let Some(mut user) = self.users.remove(name) {
            user.rename(arn, new_path, new_name.clone());
            self.users.insert(new_name.as_str(), user);
        }
        Ok(())
    }

    /// `DeleteUser`: the user must have nothing left but a permissions boundary and tags.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` and `DeleteConflict`.
    pub fn delete_user(&mut self, name: &str) -> Result<(), EntityError> {
        let user = self.user(name)?;
        let held = [
            (user.login_profile.is_some(), "delete login profile"),
            (!user.access_keys.is_empty(), "delete access keys"),
            (!user.signing_certificates.is_empty(), "delete signing certificates"),
            (!user.ssh_public_keys.is_empty(), "delete SSH public keys"),
            (
                !user.service_specific_credentials.is_empty(),
                "delete service specific credentials",
            ),
            (!user.mfa_devices.is_empty(), "delete MFA device"),
            (!user.policies.inline().is_empty(), "delete policies"),
            (!user.policies.attached().is_empty(), "detach all policies"),
            (!user.groups.is_empty(), "remove users from group"),
        ];
        refuse_while(&held)?;
        self.users.remove(name);
        Ok(())
    }

    /// `TagUser`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, and what tags can be wrong in.
    pub fn tag_user(&mut self, name: &str, tags: Vec<Tag>) -> Result<(), EntityError> {
        self.user_mut(name)?.tags.add(tags)
    }

    /// `UntagUser`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` where there is no such user; a tag that is not there is not an error.
    pub fn untag_user(&mut self, name: &str, keys: &[&str]) -> Result<(), EntityError> {
        let user = self.user_mut(name)?;
        for key in keys {
            user.tags.remove(key);
        }
        Ok(())
    }

    /// `AddUserToGroup`; a user who is in the group already stays so.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, and `LimitExceeded` above 10 groups.
    pub fn add_user_to_group(&mut self, group: &str, user: &str) -> Result<(), EntityError> {
        let group = self.group(group)?.name().clone();
        let held = &self.user(user)?.groups;
        if !held.contains(group.as_str()) {
            self.quotas.check_one_more(Quota::GroupsPerUser, held.len())?;
            self.user_mut(user)?.groups.insert(group.as_str(), group.clone());
        }
        Ok(())
    }

    /// `RemoveUserFromGroup`; a user who is not in the group stays so.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn remove_user_from_group(&mut self, group: &str, user: &str) -> Result<(), EntityError> {
        let group = self.group(group)?.name().clone();
        self.user_mut(user)?.groups.remove(group.as_str());
        Ok(())
    }

    pub(crate) fn user_mut(&mut self, name: &str) -> Result<&mut User, EntityError> {
        self.users.get_mut(name).ok_or_else(|| no_such_user(name))
    }
}

/// Refuses a deletion while the first of these still holds.
pub(super) fn refuse_while(held: &[(bool, &str)]) -> Result<(), EntityError> {
    match held.iter().find(|(holds, _)| *holds) {
        Some((_, first)) => Err(EntityError::delete_conflict(format!(
            "Cannot delete entity, must {first} first."
        ))),
        None => Ok(()),
    }
}

fn no_such_user(name: &str) -> EntityError {
    EntityError::no_such_entity(format!("The user with name {name} cannot be found."))
}
