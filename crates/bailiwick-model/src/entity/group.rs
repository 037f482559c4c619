//! User groups.

use bailiwick_grammar::AccountId;

use crate::entity::entity_arn;
use crate::entity::policies::EntityPolicies;
use crate::id::{Timestamp, UniqueId};
use crate::name::{GroupName, Path};

/// A user group: a way to give many users the same policies. Groups hold no groups, have no tags and are no principals.
///
/// AWS: IAM API Reference, `Group`, `GroupDetail`.
#[derive(Clone, Debug)]
pub struct Group {
    name: GroupName,
    path: Path,
    id: UniqueId,
    /// INVARIANT: made from account, path and name.
    arn: Box<str>,
    create_date: Option<Timestamp>,
    pub(crate) policies: EntityPolicies,
}

impl Group {
    pub(crate) fn new(
        (partition, account): (&str, AccountId),
        path: Path,
        name: GroupName,
        id: UniqueId,
        create_date: Option<Timestamp>,
    ) -> Self {
        let arn = entity_arn(partition, account, "group", path.as_str(), name.as_str());
        Self {
            name,
            path,
            id,
            arn,
            create_date,
            policies: EntityPolicies::default(),
        }
    }

    /// The name.
    pub fn name(&self) -> &GroupName {
        &self.name
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The unique id, `AGPA…`.
    pub fn id(&self) -> &UniqueId {
        &self.id
    }

    /// The ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// When the group was created.
    pub fn create_date(&self) -> Option<Timestamp> {
        self.create_date
    }

    /// The group's policies.
    pub fn policies(&self) -> &EntityPolicies {
        &self.policies
    }

    /// Renames or moves the group: the unique id stays, the ARN changes.
    pub(crate) fn rename(&mut self, arn: Box<str>, path: Path, name: GroupName) {
        (self.arn, self.path, self.name) = (arn, path, name);
    }
}
