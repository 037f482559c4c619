//! Roles.

use std::fmt;
use std::sync::Arc;

use bailiwick_grammar::AccountId;

use crate::document::StoredDocument;
use crate::entity::entity_arn;
use crate::entity::policies::EntityPolicies;
use crate::error::EntityError;
use crate::id::{PolicyArn, Timestamp, UniqueId};
use crate::name::{Path, RoleName};
use crate::record::{AppliedPolicy, PolicyRecord, PolicySource};
use crate::tag::{Tag, TagKeyCase, Tags};

/// A role: an identity that whoever its trust policy names may assume.
///
/// AWS: IAM API Reference, `Role`, `RoleDetail`.
#[derive(Clone, Debug)]
pub struct Role {
    name: RoleName,
    path: Path,
    id: UniqueId,
    /// INVARIANT: made from account, path and name.
    arn: Box<str>,
    create_date: Option<Timestamp>,
    pub(crate) description: Option<Box<str>>,
    pub(crate) max_session_duration: MaxSessionDuration,
    pub(crate) trust_policy: PolicyRecord,
    pub(crate) policies: EntityPolicies,
    pub(crate) permissions_boundary: Option<PolicyArn>,
    pub(crate) tags: Tags,
    pub(crate) last_used: Option<RoleLastUsed>,
}

/// What `CreateRole` takes.
#[derive(Clone, Debug)]
pub struct NewRole {
    /// The name.
    pub name: RoleName,
    /// The path.
    pub path: Path,
    /// The trust policy (`AssumeRolePolicyDocument`).
    pub trust_policy: Arc<StoredDocument>,
    /// What the role is for.
    pub description: Option<String>,
    /// How long its sessions may last.
    pub max_session_duration: MaxSessionDuration,
    /// The managed policy that bounds what the role can do.
    pub permissions_boundary: Option<PolicyArn>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// How long sessions of a role may last: 3,600 to 43,200 seconds.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub struct MaxSessionDuration(u32); // INVARIANT: 3,600 to 43,200

/// When and where a role was last used, within the last 400 days.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RoleLastUsed {
    /// When.
    pub date: Timestamp,
    /// In which region.
    pub region: Option<Box<str>>,
}

impl MaxSessionDuration {
    /// Checks a number of seconds.
    ///
    /// # Errors
    ///
    /// `ValidationError` below one hour and above twelve.
    pub fn from_seconds(seconds: u32) -> Result<Self, EntityError> {
        let constraint = match seconds {
            3_600..=43_200 => return Ok(Self(seconds)),
            0..3_600 => "Member must have value greater than or equal to 3600",
            43_201.. => "Member must have value less than or equal to 43200",
        };
        Err(EntityError::constraint(
            &seconds.to_string(),
            "maxSessionDuration",
            constraint,
        ))
    }

    /// The number of seconds.
    pub fn seconds(self) -> u32 {
        self.0
    }
}

impl Default for MaxSessionDuration {
    fn default() -> Self {
        Self(3_600)
    }
}

impl fmt::Debug for MaxSessionDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0)
    }
}

impl Role {
    pub(crate) fn new(
        (partition, account): (&str, AccountId),
        path: Path,
        name: RoleName,
        id: UniqueId,
        create_date: Option<Timestamp>,
        trust_policy: PolicyRecord,
    ) -> Self {
        let arn = entity_arn(partition, account, "role", path.as_str(), name.as_str());
        Self {
            name,
            path,
            id,
            arn,
            create_date,
            description: None,
            max_session_duration: MaxSessionDuration::default(),
            trust_policy,
            policies: EntityPolicies::default(),
            permissions_boundary: None,
            tags: Tags::new(TagKeyCase::Insensitive),
            last_used: None,
        }
    }

    /// The name.
    pub fn name(&self) -> &RoleName {
        &self.name
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The unique id, `AROA…`: the first part of `aws:userid` of the role's sessions.
    pub fn id(&self) -> &UniqueId {
        &self.id
    }

    /// The ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// When the role was created.
    pub fn create_date(&self) -> Option<Timestamp> {
        self.create_date
    }

    /// What the role is for.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// How long its sessions may last.
    pub fn max_session_duration(&self) -> MaxSessionDuration {
        self.max_session_duration
    }

    /// Who may assume the role.
    pub fn trust_policy(&self) -> AppliedPolicy<'_> {
        AppliedPolicy::new(
            self.name.as_str(),
            PolicySource::Trust { role: &self.arn },
            &self.trust_policy,
        )
    }

    /// The role's policies.
    pub fn policies(&self) -> &EntityPolicies {
        &self.policies
    }

    /// The managed policy that bounds what the role can do.
    pub fn permissions_boundary(&self) -> Option<&PolicyArn> {
        self.permissions_boundary.as_ref()
    }

    /// The tags: `aws:PrincipalTag/…` of the sessions' requests.
    pub fn tags(&self) -> &Tags {
        &self.tags
    }

    /// When the role was last used.
    pub fn last_used(&self) -> Option<&RoleLastUsed> {
        self.last_used.as_ref()
    }

    /// Whether the role belongs to an AWS service: only AWS changes it, and SCPs do not bind it.
    ///
    /// AWS: IAM User Guide, "Create a service-linked role"; the path is `/aws-service-role/SERVICE/`.
    pub fn is_service_linked(&self) -> bool {
        self.path.is_service_linked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_last_from_one_hour_to_twelve() {
        assert_eq!(MaxSessionDuration::default().seconds(), 3_600);
        assert!(MaxSessionDuration::from_seconds(43_200).is_ok());
        for wrong in [0, 3_599, 43_201] {
            assert!(MaxSessionDuration::from_seconds(wrong).is_err(), "{wrong}");
        }
    }
}
