//! Managed policies and their versions.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::StoredDocument;
use crate::error::EntityError;
use crate::id::{PolicyArn, PolicyVersionId, Timestamp, UniqueId};
use crate::name::{Path, PolicyName};
use crate::quota::Quota;
use crate::record::PolicyRecord;
use crate::tag::{Tag, TagKeyCase, Tags};

/// A managed policy, of the customer or of AWS: up to five versions, one of them the default that is in force.
///
/// AWS: IAM API Reference, `Policy`, `ManagedPolicyDetail`; IAM User Guide, "Versioning IAM policies".
#[derive(Clone, Debug)]
pub struct ManagedPolicy {
    arn: PolicyArn,
    id: Option<UniqueId>,
    description: Option<Box<str>>,
    create_date: Option<Timestamp>,
    update_date: Option<Timestamp>,
    /// INVARIANT: not empty, and holds `default_version`; `default_document` relies on it.
    versions: BTreeMap<PolicyVersionId, PolicyVersion>,
    default_version: PolicyVersionId,
    /// INVARIANT: no version ever had a higher id; ids are not used again.
    newest_version: PolicyVersionId,
    pub(crate) tags: Tags,
}

/// A version of a managed policy; its document never changes.
#[derive(Clone, Debug)]
pub struct PolicyVersion {
    /// The document.
    pub record: PolicyRecord,
    /// When the version was created.
    pub create_date: Option<Timestamp>,
}

/// What `CreatePolicy` takes.
#[derive(Clone, Debug)]
pub struct NewManagedPolicy {
    /// The name.
    pub name: PolicyName,
    /// The path.
    pub path: Path,
    /// The document of the first version.
    pub document: Arc<StoredDocument>,
    /// What the policy is for; it cannot be changed later.
    pub description: Option<String>,
    /// Tags.
    pub tags: Vec<Tag>,
}

impl ManagedPolicy {
    /// A policy with these versions; none where the default version is not among them.
    pub(crate) fn from_versions(
        arn: PolicyArn,
        id: Option<UniqueId>,
        default_version: PolicyVersionId,
        versions: BTreeMap<PolicyVersionId, PolicyVersion>,
    ) -> Option<Self> {
        let newest_version = *versions.keys().next_back()?;
        versions.contains_key(&default_version).then(|| Self {
            arn,
            id,
            description: None,
            create_date: None,
            update_date: None,
            versions,
            default_version,
            newest_version,
            tags: Tags::new(TagKeyCase::Sensitive),
        })
    }

    pub(crate) fn with_dates(self, create_date: Option<Timestamp>, update_date: Option<Timestamp>) -> Self {
        Self {
            create_date,
            update_date,
            ..self
        }
    }

    pub(crate) fn with_description(self, description: Option<Box<str>>) -> Self {
        Self { description, ..self }
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.arn.name()
    }

    /// The ARN.
    pub fn arn(&self) -> &PolicyArn {
        &self.arn
    }

    /// The unique id, `ANPA…`; not known of AWS managed policies that come from the catalog.
    pub fn id(&self) -> Option<&UniqueId> {
        self.id.as_ref()
    }

    /// What the policy is for.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// When the policy was created.
    pub fn create_date(&self) -> Option<Timestamp> {
        self.create_date
    }

    /// When its newest version was created.
    pub fn update_date(&self) -> Option<Timestamp> {
        self.update_date
    }

    /// Every version, oldest first.
    pub fn versions(&self) -> &BTreeMap<PolicyVersionId, PolicyVersion> {
        &self.versions
    }

    /// The version that is in force.
    pub fn default_version(&self) -> PolicyVersionId {
        self.default_version
    }

    /// The document that is in force.
    pub fn default_document(&self) -> &PolicyRecord {
        &self.versions[&self.default_version].record
    }

    /// The tags.
    pub fn tags(&self) -> &Tags {
        &self.tags
    }

    /// Whether the policy may be attached to users, groups and roles of the customer.
    pub fn is_attachable(&self) -> bool {
        !self.arn.is_for_service_linked_roles()
    }

    pub(crate) fn create_version(
        &mut self,
        record: PolicyRecord,
        time: Timestamp,
        set_as_default: bool,
    ) -> Result<PolicyVersionId, EntityError> {
        let limit = Quota::VersionsPerPolicy.maximum();
        if self.versions.len() >= limit as usize {
            let message = format!(
                "A managed policy can have up to {limit} versions. Before you create a new version, you must delete an \
                 existing version."
            );
            return Err(EntityError::new(crate::error::EntityErrorKind::LimitExceeded, message));
        }
        let id = self.newest_version.next();
        self.versions.insert(
            id,
            PolicyVersion {
                record,
                create_date: Some(time),
            },
        );
        self.newest_version = id;
        self.update_date = Some(time);
        if set_as_default {
            self.default_version = id;
        }
        Ok(id)
    }

    pub(crate) fn delete_version(&mut self, id: PolicyVersionId) -> Result<(), EntityError> {
        if id == self.default_version {
            return Err(EntityError::delete_conflict(
                "Cannot delete the default version of a policy.",
            ));
        }
        self.versions
            .remove(&id)
            .map(drop)
            .ok_or_else(|| self.no_such_version(id))
    }

    pub(crate) fn set_default_version(&mut self, id: PolicyVersionId) -> Result<(), EntityError> {
        if !self.versions.contains_key(&id) {
            return Err(self.no_such_version(id));
        }
        self.default_version = id;
        Ok(())
    }

    fn no_such_version(&self, id: PolicyVersionId) -> EntityError {
        EntityError::no_such_entity(format!(
            "Policy {} version {id} does not exist or is not attachable.",
            self.arn
        ))
    }
}
