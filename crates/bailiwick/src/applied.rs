//! The policies of one question, with their names: what the evaluator reads, and what the answer calls it.

use std::sync::Arc;

use bailiwick_eval::{Explanation, PolicyGroup, PolicySet, PrincipalPolicies, Request, ResourcePolicies, explain};
use bailiwick_model::{AppliedPolicy, BrokenPolicy, PolicyRecord, PolicySource};
use bailiwick_policy::Policy;

/// A policy of the question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Applied<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// The managed policy that it is.
    pub(crate) arn: Option<&'a str>,
    /// What it is attached to or embedded in.
    pub(crate) attached_to: Option<&'a str>,
    pub(crate) record: &'a PolicyRecord,
    pub(crate) policy: &'a Arc<Policy>,
}

impl<'a> Applied<'a> {
    /// A policy of the model. One that cannot be used is an error, never an empty policy.
    pub(crate) fn of(applied: &AppliedPolicy<'a>) -> Result<Self, BrokenPolicy> {
        let (record, policy) = applied.resolve()?;
        let (arn, attached_to) = match applied.source() {
            PolicySource::Inline { entity } => (None, Some(entity)),
            PolicySource::Managed { policy, entity, .. } | PolicySource::PermissionsBoundary { policy, entity } => {
                (Some(policy.as_str()), Some(entity))
            }
            PolicySource::Trust { role } => (None, Some(role)),
            PolicySource::Organization { target, .. } => (None, Some(target)),
            PolicySource::Resource { resource } => (None, Some(resource)),
            PolicySource::MissingGroup { user } => (None, Some(user)),
        };
        Ok(Self {
            name: applied.name(),
            arn,
            attached_to,
            record,
            policy,
        })
    }
}

/// One level of SCPs or RCPs.
#[derive(Clone, Debug)]
pub(crate) struct Level<'a> {
    /// The name of the root, organizational unit or account.
    pub(crate) name: String,
    pub(crate) policies: Vec<Applied<'a>>,
}

/// The policies of one question, by type; as the evaluator's, with names.
#[derive(Clone, Debug, Default)]
pub(crate) struct AppliedPolicies<'a> {
    pub(crate) identity: Vec<Applied<'a>>,
    pub(crate) permissions_boundary: Vec<Applied<'a>>,
    pub(crate) session: Vec<Applied<'a>>,
    pub(crate) resource: Option<Applied<'a>>,
    pub(crate) service_control: Vec<Level<'a>>,
    pub(crate) resource_control: Vec<Level<'a>>,
    pub(crate) vpc_endpoint: Vec<Applied<'a>>,
}

impl<'a> AppliedPolicies<'a> {
    /// Asks the evaluator.
    pub(crate) fn explain(&self, request: &Request<'_>) -> Explanation {
        let list = |policies: &[Applied<'a>]| -> Vec<Arc<Policy>> {
            policies.iter().map(|applied| Arc::clone(applied.policy)).collect()
        };
        let levels = |levels: &[Level<'a>]| levels.iter().map(|level| list(&level.policies)).collect();
        let principal = PrincipalPolicies {
            identity: list(&self.identity),
            permissions_boundary: list(&self.permissions_boundary),
            session: list(&self.session),
            service_control: levels(&self.service_control),
        };
        let resource = ResourcePolicies {
            resource: self.resource.map(|applied| Arc::clone(applied.policy)),
            resource_control: levels(&self.resource_control),
        };
        let policies = PolicySet {
            principal: &principal,
            resource: &resource,
            vpc_endpoint: &list(&self.vpc_endpoint),
        };
        explain(policies, request)
    }

    /// The policies of a list that the evaluator names, and the name of its level.
    pub(crate) fn group(&self, group: PolicyGroup) -> (Option<&str>, &[Applied<'a>]) {
        use bailiwick_grammar::PolicyType;
        let level = |levels: &'_ [Level<'a>]| -> Option<usize> { group.level.filter(|&level| level < levels.len()) };
        match group.policy_type {
            PolicyType::IdentityBasedPolicy => (None, &self.identity),
            PolicyType::PermissionsBoundary => (None, &self.permissions_boundary),
            PolicyType::SessionPolicy => (None, &self.session),
            PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy => (None, self.resource.as_slice()),
            PolicyType::VpcEndpointPolicy => (None, &self.vpc_endpoint),
            PolicyType::ServiceControlPolicy => named(&self.service_control, level(&self.service_control)),
            PolicyType::ResourceControlPolicy => named(&self.resource_control, level(&self.resource_control)),
        }
    }
}

fn named<'s, 'a>(levels: &'s [Level<'a>], level: Option<usize>) -> (Option<&'s str>, &'s [Applied<'a>]) {
    level.map_or((None, &[]), |level| {
        (Some(levels[level].name.as_str()), levels[level].policies.as_slice())
    })
}
