//! The policies of one user, group or role.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::PolicyArn;
use crate::name::PolicyName;
use crate::record::PolicyRecord;

/// The policies that a user, a group or a role has of its own: inline ones, and the managed ones that are attached to it.
#[derive(Clone, Debug, Default)]
pub struct EntityPolicies {
    inline: BTreeMap<PolicyName, PolicyRecord>,
    attached: BTreeSet<PolicyArn>,
    /// What an import could not read: the name or ARN as far as known, and why. Whoever asks for the policies gets them too.
    unreadable: Vec<(Box<str>, Box<str>)>,
}

impl EntityPolicies {
    /// The inline policies, by name.
    ///
    /// Names that differ in case only are two policies here: AWS does not say that they are one.
    pub fn inline(&self) -> &BTreeMap<PolicyName, PolicyRecord> {
        &self.inline
    }

    /// The ARNs of the attached managed policies.
    pub fn attached(&self) -> &BTreeSet<PolicyArn> {
        &self.attached
    }

    /// Entries of the export that could not be read: the policy as far as it is known, and why.
    pub fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.unreadable.iter().map(|(policy, why)| (&**policy, &**why))
    }

    /// The characters of all inline policies, as the quotas count them.
    pub fn inline_size(&self) -> usize {
        self.inline.values().map(|record| record.document().size()).sum()
    }

    pub(crate) fn put(&mut self, name: PolicyName, record: PolicyRecord) -> Option<PolicyRecord> {
        self.inline.insert(name, record)
    }

    pub(crate) fn delete(&mut self, name: &str) -> Option<PolicyRecord> {
        self.inline.remove(name)
    }

    pub(crate) fn attach(&mut self, policy: PolicyArn) -> bool {
        self.attached.insert(policy)
    }

    pub(crate) fn detach(&mut self, policy: &str) -> bool {
        self.attached.remove(policy)
    }

    pub(crate) fn add_unreadable(&mut self, policy: &str, why: &str) {
        self.unreadable.push((policy.into(), why.into()));
    }
}
