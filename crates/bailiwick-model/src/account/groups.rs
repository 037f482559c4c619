//! Groups and what becomes of them.

use crate::account::Account;
use crate::account::users::refuse_while;
use crate::entity::{Creation, Group, User, entity_arn};
use crate::error::EntityError;
use crate::name::{GroupName, Path};
use crate::quota::Quota;

impl Account {
    /// The group of that name, in any case.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn group(&self, name: &str) -> Result<&Group, EntityError> {
        self.groups.get(name).ok_or_else(|| no_such_group(name))
    }

    /// The users in the group of that name.
    pub fn users_in_group<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a User> {
        self.users.iter().filter(move |user| user.groups.contains(name))
    }

    /// `CreateGroup`
    ///
    /// # Errors
    ///
    /// `EntityAlreadyExists` and `LimitExceeded`.
    pub fn create_group(&mut self, path: Path, name: GroupName, creation: Creation) -> Result<&Group, EntityError> {
        if self.groups.contains(name.as_str()) {
            return Err(EntityError::already_exists(format!(
                "Group with name {name} already exists."
            )));
        }
        self.quotas.check_one_more(Quota::GroupsPerAccount, self.groups.len())?;
        let key = name.as_str().to_owned();
        let group = Group::new(self.owner(), path, name, creation.id, Some(creation.time));
        self.groups.insert(&key, group);
        self.group(&key)
    }

    /// `UpdateGroup`: renames or moves a group. Its users stay in it.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, and `EntityAlreadyExists` where another group has the new name.
    pub fn update_group(
        &mut self,
        name: &str,
        new_path: Option<Path>,
        new_name: Option<GroupName>,
    ) -> Result<(), EntityError> {
        let group = self.group(name)?;
        let new_name = new_name.unwrap_or_else(|| group.name().clone());
        let new_path = new_path.unwrap_or_else(|| group.path().clone());
        let holder = self.groups.get(new_name.as_str());
        if holder.is_some_and(|holder| holder.id() != group.id()) {
            return Err(EntityError::already_exists(format!(
                "Group with name {new_name} already exists."
            )));
        }
        let arn = entity_arn(&self.partition, self.id, "group", new_path.as_str(), new_name.as_str());
        let members: Vec<String> = self.users_in_group(name).map(|user| user.name().to_string()).collect();
        for member in members {
            let user = self.user_mut(&member)?;
            user.groups.remove(name);
            user.groups.insert(new_name.as_str(), new_name.clone());
        }
        if let Some(mut group) = self.groups.remove(name) {
            group.rename(arn, new_path, new_name.clone());
            self.groups.insert(new_name.as_str(), group);
        }
        Ok(())
    }

    /// `DeleteGroup`: the group must have no user and no policy left.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` and `DeleteConflict`.
    pub fn delete_group(&mut self, name: &str) -> Result<(), EntityError> {
        let group = self.group(name)?;
        let held = [
            (self.users_in_group(name).next().is_some(), "remove users from group"),
            (!group.policies.inline().is_empty(), "delete policies"),
            (!group.policies.attached().is_empty(), "detach all policies"),
        ];
        refuse_while(&held)?;
        self.groups.remove(name);
        Ok(())
    }

    pub(crate) fn group_mut(&mut self, name: &str) -> Result<&mut Group, EntityError> {
        self.groups.get_mut(name).ok_or_else(|| no_such_group(name))
    }
}

fn no_such_group(name: &str) -> EntityError {
    EntityError::no_such_entity(format!("The group with name {name} cannot be found."))
}
