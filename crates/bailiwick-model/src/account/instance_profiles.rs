//! Instance profiles and what becomes of them.

use crate::account::Account;
use crate::account::users::refuse_while;
use crate::entity::{Creation, InstanceProfile};
use crate::error::EntityError;
use crate::name::{InstanceProfileName, Path};
use crate::quota::Quota;

impl Account {
    /// The instance profile of that name, in any case.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn instance_profile(&self, name: &str) -> Result<&InstanceProfile, EntityError> {
        self.instance_profiles
            .get(name)
            .ok_or_else(|| no_such_instance_profile(name))
    }

    /// The instance profiles that hand out the role of that name.
    pub fn instance_profiles_for_role<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a InstanceProfile> {
        let has_role = move |profile: &&InstanceProfile| {
            profile
                .role
                .as_ref()
                .is_some_and(|name| name.as_str().eq_ignore_ascii_case(role))
        };
        self.instance_profiles.iter().filter(has_role)
    }

    /// `CreateInstanceProfile`
    ///
    /// # Errors
    ///
    /// `EntityAlreadyExists` and `LimitExceeded`.
    pub fn create_instance_profile(
        &mut self,
        path: Path,
        name: InstanceProfileName,
        creation: Creation,
    ) -> Result<&InstanceProfile, EntityError> {
        if self.instance_profiles.contains(name.as_str()) {
            return Err(EntityError::already_exists(format!(
                "Instance Profile {name} already exists."
            )));
        }
        self.quotas
            .check_one_more(Quota::InstanceProfilesPerAccount, self.instance_profiles.len())?;
        let key = name.as_str().to_owned();
        let profile = InstanceProfile::new(self.owner(), path, name, creation.id, Some(creation.time));
        self.instance_profiles.insert(&key, profile);
        self.instance_profile(&key)
    }

    /// `AddRoleToInstanceProfile`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `UnmodifiableEntity`, and `LimitExceeded` where the instance profile has a role.
    pub fn add_role_to_instance_profile(&mut self, profile: &str, role: &str) -> Result<(), EntityError> {
        let role = self.modifiable_role(role)?.name().clone();
        let held = usize::from(self.instance_profile(profile)?.role.is_some());
        self.quotas.check_one_more(Quota::RolesPerInstanceProfile, held)?;
        self.instance_profile_mut(profile)?.role = Some(role);
        Ok(())
    }

    /// `RemoveRoleFromInstanceProfile`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` where the instance profile or the role in it does not exist.
    pub fn remove_role_from_instance_profile(&mut self, profile: &str, role: &str) -> Result<(), EntityError> {
        let profile = self.instance_profile_mut(profile)?;
        if !profile
            .role
            .as_ref()
            .is_some_and(|held| held.as_str().eq_ignore_ascii_case(role))
        {
            return Err(super::roles::no_such_role(role));
        }
        profile.role = None;
        Ok(())
    }

    /// `DeleteInstanceProfile`: it must have no role.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` and `DeleteConflict`.
    pub fn delete_instance_profile(&mut self, name: &str) -> Result<(), EntityError> {
        let held = self.instance_profile(name)?.role.is_some();
        refuse_while(&[(held, "remove roles from instance profile")])?;
        self.instance_profiles.remove(name);
        Ok(())
    }

    fn instance_profile_mut(&mut self, name: &str) -> Result<&mut InstanceProfile, EntityError> {
        self.instance_profiles
            .get_mut(name)
            .ok_or_else(|| no_such_instance_profile(name))
    }
}

fn no_such_instance_profile(name: &str) -> EntityError {
    EntityError::no_such_entity(format!("Instance Profile {name} cannot be found."))
}
