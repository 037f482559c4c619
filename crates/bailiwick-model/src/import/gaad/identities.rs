//! Users, groups, roles and instance profiles of an export.

use bailiwick_grammar::PolicyType;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Importer;
use super::attachments::Holder;
use crate::entity::{Group, InstanceProfile, MaxSessionDuration, Role, RoleLastUsed, User};
use crate::error::EntityError;
use crate::id::UniqueId;
use crate::import::json::{RawList, Text, owned, tags, time};
use crate::import::problem::ImportProblem;
use crate::name::{GroupName, InstanceProfileName, RoleName, UserName};

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "a user: an object with `UserName`, `UserId`, `Arn`, …"
)]
struct UserDetail<'t> {
    #[serde(borrow)]
    user_name: Text<'t>,
    #[serde(borrow)]
    user_id: Text<'t>,
    #[serde(borrow)]
    arn: Text<'t>,
    #[serde(borrow)]
    create_date: Option<&'t RawValue>,
    #[serde(borrow)]
    password_last_used: Option<&'t RawValue>,
    #[serde(borrow)]
    group_list: RawList<'t>,
    #[serde(borrow)]
    user_policy_list: RawList<'t>,
    #[serde(borrow)]
    attached_managed_policies: RawList<'t>,
    #[serde(borrow)]
    permissions_boundary: Option<&'t RawValue>,
    #[serde(borrow)]
    tags: RawList<'t>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "a group: an object with `GroupName`, `GroupId`, `Arn`, …"
)]
struct GroupDetail<'t> {
    #[serde(borrow)]
    group_name: Text<'t>,
    #[serde(borrow)]
    group_id: Text<'t>,
    #[serde(borrow)]
    arn: Text<'t>,
    #[serde(borrow)]
    create_date: Option<&'t RawValue>,
    #[serde(borrow)]
    group_policy_list: RawList<'t>,
    #[serde(borrow)]
    attached_managed_policies: RawList<'t>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "a role: an object with `RoleName`, `RoleId`, `Arn`, …"
)]
struct RoleDetail<'t> {
    #[serde(borrow)]
    role_name: Text<'t>,
    #[serde(borrow)]
    role_id: Text<'t>,
    #[serde(borrow)]
    arn: Text<'t>,
    #[serde(borrow)]
    create_date: Option<&'t RawValue>,
    #[serde(borrow)]
    assume_role_policy_document: &'t RawValue,
    #[serde(borrow)]
    description: Option<Text<'t>>,
    #[serde(borrow)]
    max_session_duration: Option<&'t RawValue>,
    #[serde(borrow)]
    instance_profile_list: RawList<'t>,
    #[serde(borrow)]
    role_policy_list: RawList<'t>,
    #[serde(borrow)]
    attached_managed_policies: RawList<'t>,
    #[serde(borrow)]
    permissions_boundary: Option<&'t RawValue>,
    #[serde(borrow)]
    tags: RawList<'t>,
    #[serde(borrow)]
    role_last_used: Option<RoleLastUsedDetail<'t>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object with `LastUsedDate` and `Region`")]
struct RoleLastUsedDetail<'t> {
    #[serde(borrow)]
    last_used_date: Option<&'t RawValue>,
    #[serde(borrow)]
    region: Option<Text<'t>>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an instance profile: an object with `InstanceProfileName`, `Arn`, …"
)]
struct InstanceProfileDetail<'t> {
    #[serde(borrow)]
    instance_profile_name: Text<'t>,
    #[serde(borrow)]
    instance_profile_id: Text<'t>,
    #[serde(borrow)]
    arn: Text<'t>,
    #[serde(borrow)]
    create_date: Option<&'t RawValue>,
}

/// The members of AWS's entries that bear on decisions. One of them in other case would be ignored, and a boundary lost with it.
const USER_MEMBERS: [&str; 9] = [
    "Path",
    "UserName",
    "UserId",
    "Arn",
    "UserPolicyList",
    "GroupList",
    "AttachedManagedPolicies",
    "PermissionsBoundary",
    "Tags",
];

const GROUP_MEMBERS: [&str; 6] = [
    "Path",
    "GroupName",
    "GroupId",
    "Arn",
    "GroupPolicyList",
    "AttachedManagedPolicies",
];

const ROLE_MEMBERS: [&str; 9] = [
    "Path",
    "RoleName",
    "RoleId",
    "Arn",
    "AssumeRolePolicyDocument",
    "RolePolicyList",
    "AttachedManagedPolicies",
    "PermissionsBoundary",
    "Tags",
];

impl<'t> Importer<'_, 't> {
    pub(super) fn user(&mut self, entry: &'t RawValue) -> Result<(), ImportProblem> {
        self.source.spelled(entry, &USER_MEMBERS)?;
        let detail: UserDetail<'t> = self.source.read(entry)?;
        let name = self.named(entry, &detail.user_name, UserName::new)?;
        let id = self.named(entry, &detail.user_id, UniqueId::new)?;
        let path = self.path_in(entry, &detail.arn, "user", name.as_str())?;
        if let Some(held) = self.account.users.get(name.as_str()).map(|held| Box::from(held.arn())) {
            let same = self.repeated(entry, &detail.arn, held);
            if same.is_err() {
                self.account.users.remove(name.as_str());
            }
            return same;
        }
        self.first(entry, &detail.arn)?;
        let arn = &*detail.arn;
        let created = time(self.source, detail.create_date, arn);
        let mut user = User::new(self.account.owner(), path, name, id, created);
        user.password_last_used = time(self.source, detail.password_last_used, arn);
        tags(self.source, detail.tags, arn, &mut user.tags);
        user.policies = self.policies(
            Holder::User,
            arn,
            detail.user_policy_list,
            detail.attached_managed_policies,
        );
        user.permissions_boundary = self.boundary(arn, detail.permissions_boundary)?;
        for raw in detail.group_list.into_iter().flatten() {
            match self.source.read::<Text<'t>>(raw).map(|text| GroupName::new(&text)) {
                Ok(Ok(group)) => {
                    self.references
                        .group(self.source.offset_of(raw.get()), group.as_str(), arn);
                    user.groups.insert(group.as_str(), group.clone());
                }
                // The user has policies that nobody can name.
                Ok(Err(error)) => return Err(self.wrong(raw, format!("not the name of a group: {error}"))),
                Err(problem) => return Err(problem),
            }
        }
        self.account.users.insert(&detail.user_name, user);
        Ok(())
    }

    pub(super) fn group(&mut self, entry: &'t RawValue) -> Result<(), ImportProblem> {
        self.source.spelled(entry, &GROUP_MEMBERS)?;
        let detail: GroupDetail<'t> = self.source.read(entry)?;
        let name = self.named(entry, &detail.group_name, GroupName::new)?;
        let id = self.named(entry, &detail.group_id, UniqueId::new)?;
        let path = self.path_in(entry, &detail.arn, "group", name.as_str())?;
        if let Some(held) = self.account.groups.get(name.as_str()).map(|held| Box::from(held.arn())) {
            let same = self.repeated(entry, &detail.arn, held);
            if same.is_err() {
                self.account.groups.remove(name.as_str());
            }
            return same;
        }
        self.first(entry, &detail.arn)?;
        let arn = &*detail.arn;
        let created = time(self.source, detail.create_date, arn);
        let mut group = Group::new(self.account.owner(), path, name, id, created);
        group.policies = self.policies(
            Holder::Group,
            arn,
            detail.group_policy_list,
            detail.attached_managed_policies,
        );
        self.account.groups.insert(&detail.group_name, group);
        Ok(())
    }

    pub(super) fn role(&mut self, entry: &'t RawValue) -> Result<(), ImportProblem> {
        self.source.spelled(entry, &ROLE_MEMBERS)?;
        let detail: RoleDetail<'t> = self.source.read(entry)?;
        let name = self.named(entry, &detail.role_name, RoleName::new)?;
        let id = self.named(entry, &detail.role_id, UniqueId::new)?;
        let path = self.path_in(entry, &detail.arn, "role", name.as_str())?;
        if let Some(held) = self.account.roles.get(name.as_str()).map(|held| Box::from(held.arn())) {
            let same = self.repeated(entry, &detail.arn, held);
            if same.is_err() {
                self.account.roles.remove(name.as_str());
            }
            return same;
        }
        self.first(entry, &detail.arn)?;
        let arn = &*detail.arn;
        let created = time(self.source, detail.create_date, arn);
        let trust = self.source.document(
            self.store,
            detail.assume_role_policy_document,
            PolicyType::TrustPolicy,
            &format_args!("trust policy of {arn}"),
        );
        let mut role = Role::new(self.account.owner(), path, name.clone(), id, created, trust);
        role.description = detail.description.as_deref().map(owned);
        role.max_session_duration = self.max_session_duration(arn, detail.max_session_duration);
        tags(self.source, detail.tags, arn, &mut role.tags);
        role.policies = self.policies(
            Holder::Role,
            arn,
            detail.role_policy_list,
            detail.attached_managed_policies,
        );
        role.permissions_boundary = self.boundary(arn, detail.permissions_boundary)?;
        role.last_used = detail.role_last_used.and_then(|used| {
            let date = time(self.source, used.last_used_date, arn)?;
            Some(RoleLastUsed {
                date,
                region: used.region.as_deref().map(owned),
            })
        });
        for raw in detail.instance_profile_list.into_iter().flatten() {
            if let Err(problem) = self.instance_profile(raw, &name) {
                self.source.report(problem.about(arn));
            }
        }
        self.account.roles.insert(name.as_str(), role);
        Ok(())
    }

    fn instance_profile(&mut self, entry: &'t RawValue, role: &RoleName) -> Result<(), ImportProblem> {
        let detail: InstanceProfileDetail<'t> = self.source.read(entry)?;
        let name = self.named(entry, &detail.instance_profile_name, InstanceProfileName::new)?;
        let id = self.named(entry, &detail.instance_profile_id, UniqueId::new)?;
        let path = self.path_in(entry, &detail.arn, "instance-profile", name.as_str())?;
        if let Some(held) = self.account.instance_profiles.get(name.as_str()) {
            self.again(entry, &detail.arn, held.id() == &id && held.role() == Some(role));
            return Ok(());
        }
        let created = time(self.source, detail.create_date, &detail.arn);
        let mut profile = InstanceProfile::new(self.account.owner(), path, name, id, created);
        profile.role = Some(role.clone());
        self.account
            .instance_profiles
            .insert(&detail.instance_profile_name, profile);
        Ok(())
    }

    fn max_session_duration(&mut self, arn: &str, value: Option<&'t RawValue>) -> MaxSessionDuration {
        let Some(value) = value else {
            return MaxSessionDuration::default();
        };
        let seconds = self.source.read::<Option<u32>>(value);
        match seconds.map(|seconds| seconds.map_or(Ok(MaxSessionDuration::default()), MaxSessionDuration::from_seconds))
        {
            Ok(Ok(duration)) => duration,
            Ok(Err(_)) | Err(_) => {
                let message = format!("{} is not a session duration; 3600 is assumed", value.get());
                self.source.warning(value.get(), arn, message);
                MaxSessionDuration::default()
            }
        }
    }

    pub(super) fn named<T>(
        &self,
        entry: &'t RawValue,
        text: &str,
        check: fn(&str) -> Result<T, EntityError>,
    ) -> Result<T, ImportProblem> {
        check(text).map_err(|error| self.wrong(entry, error.to_string()))
    }

    /// Remembers an entry, so that another one of the same ARN can be compared with it. One of which another entry could not be read is
    /// not known either.
    pub(super) fn first(&mut self, entry: &'t RawValue, arn: &str) -> Result<(), ImportProblem> {
        if self.account.unreadable.contains_key(arn) {
            return Err(self.wrong(
                entry,
                "another entry of this ARN could not be used: which one is right is not known".to_owned(),
            ));
        }
        self.entries.insert(arn.into(), entry);
        Ok(())
    }

    /// An entity that an earlier page or file held: the same one again is what overlapping calls give. Otherwise neither can be used; the
    /// caller removes the one that is held.
    pub(super) fn repeated(&mut self, entry: &'t RawValue, arn: &str, held: Box<str>) -> Result<(), ImportProblem> {
        let same = *held == *arn && self.entries.get(arn).is_some_and(|first| same_content(first, entry));
        if same {
            return Ok(());
        }
        let message = "another entry of this name and other content was read before: which one is right is not known";
        let problem = self.wrong(entry, message.to_owned());
        self.account.unreadable.insert(held, problem.to_string().into());
        Err(problem)
    }

    /// An instance profile that another role named before.
    fn again(&mut self, entry: &'t RawValue, arn: &str, same: bool) {
        if !same {
            let message = "another entity of this name was read before; the first one is kept";
            self.source.error(entry.get(), arn, message);
        }
    }
}

/// Whether two entries say the same, apart from when something was used and how often.
fn same_content(one: &RawValue, two: &RawValue) -> bool {
    let content = |raw: &RawValue| {
        let mut value: serde_json::Value = serde_json::from_str(raw.get()).ok()?;
        let members = value.as_object_mut()?;
        for moving in [
            "PasswordLastUsed",
            "RoleLastUsed",
            "AttachmentCount",
            "PermissionsBoundaryUsageCount",
        ] {
            members.remove(moving);
        }
        Some(value)
    };
    one.get() == two.get() || content(one).is_some_and(|one| content(two) == Some(one))
}
