//! Instance profiles.

use bailiwick_grammar::AccountId;

use crate::entity::entity_arn;
use crate::id::{Timestamp, UniqueId};
use crate::name::{InstanceProfileName, Path, RoleName};
use crate::tag::{TagKeyCase, Tags};

/// An instance profile: hands a role to the programs of an EC2 instance.
///
/// AWS: IAM API Reference, `InstanceProfile`.
#[derive(Clone, Debug)]
pub struct InstanceProfile {
    name: InstanceProfileName,
    path: Path,
    id: UniqueId,
    /// INVARIANT: made from account, path and name.
    arn: Box<str>,
    create_date: Option<Timestamp>,
    pub(crate) role: Option<RoleName>,
    pub(crate) tags: Tags,
}

impl InstanceProfile {
    pub(crate) fn new(
        (partition, account): (&str, AccountId),
        path: Path,
        name: InstanceProfileName,
        id: UniqueId,
        create_date: Option<Timestamp>,
    ) -> Self {
        let arn = entity_arn(partition, account, "instance-profile", path.as_str(), name.as_str());
        Self {
            name,
            path,
            id,
            arn,
            create_date,
            role: None,
            tags: Tags::new(TagKeyCase::Sensitive),
        }
    }

    /// The name.
    pub fn name(&self) -> &InstanceProfileName {
        &self.name
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The unique id, `AIPA…`.
    pub fn id(&self) -> &UniqueId {
        &self.id
    }

    /// The ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// When the instance profile was created.
    pub fn create_date(&self) -> Option<Timestamp> {
        self.create_date
    }

    /// The role that it hands out; at most one.
    pub fn role(&self) -> Option<&RoleName> {
        self.role.as_ref()
    }

    /// The tags.
    pub fn tags(&self) -> &Tags {
        &self.tags
    }
}
