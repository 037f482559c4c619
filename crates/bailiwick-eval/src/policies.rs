//! The policies that take part in a decision.

use std::sync::Arc;

use bailiwick_grammar::PolicyType;
use bailiwick_policy::Policy;

/// The SCPs or RCPs of an account: those of each level, root first. Accounts, and principals of one account, may share them.
///
/// Empty where none are in force. A level without policies allows nothing.
pub type Levels = Arc<[Vec<Arc<Policy>>]>;

/// The policies on the principal's side: what it is given and what bounds it.
///
/// What is given applies: whether a principal is exempt from SCPs is for the caller to know.
#[derive(Clone, Debug, Default)]
pub struct PrincipalPolicies {
    /// The identity-based policies of the principal and of its groups.
    pub identity: Vec<Arc<Policy>>,
    /// The permissions boundary; empty for none.
    pub permissions_boundary: Vec<Arc<Policy>>,
    /// The session policies; empty for none.
    pub session: Vec<Arc<Policy>>,
    /// The SCPs of the principal's account.
    pub service_control: Levels,
}

/// The policies on the resource's side.
///
/// What is given applies: whether a resource is exempt from RCPs is for the caller to know.
#[derive(Clone, Debug, Default)]
pub struct ResourcePolicies {
    /// The policy of the resource; for the assumption of a role, its trust policy.
    pub resource: Option<Arc<Policy>>,
    /// The RCPs of the resource's account.
    pub resource_control: Levels,
}

impl ResourcePolicies {
    /// The resource's policy as a list of one, and which it is.
    pub(crate) fn list(&self) -> Option<(PolicyGroup, &[Arc<Policy>])> {
        let policy = self.resource.as_ref()?;
        let policy_type = match policy.policy_type() {
            PolicyType::TrustPolicy => PolicyType::TrustPolicy,
            PolicyType::ResourceBasedPolicy
            | PolicyType::IdentityBasedPolicy
            | PolicyType::PermissionsBoundary
            | PolicyType::SessionPolicy
            | PolicyType::ServiceControlPolicy
            | PolicyType::ResourceControlPolicy
            | PolicyType::VpcEndpointPolicy => PolicyType::ResourceBasedPolicy,
        };
        Some((PolicyGroup::of(policy_type), std::slice::from_ref(policy)))
    }
}

/// The policies that take part in a decision: those of both sides, and those of the way between them.
///
/// Each policy must have been lowered as the type of its place, or a managed policy as an identity-based one: a policy without `Principal` in the
/// resource's place would speak of everyone. The facade sees to it.
///
/// Within a list the order has no meaning but for the explanation, which names policies by their place in it.
#[derive(Clone, Copy, Debug)]
pub struct PolicySet<'a> {
    /// Those of the principal.
    pub principal: &'a PrincipalPolicies,
    /// Those of the resource.
    pub resource: &'a ResourcePolicies,
    /// The policies of the VPC endpoint that the request came through; empty for none.
    pub vpc_endpoint: &'a [Arc<Policy>],
}

/// A list of policies that gives one verdict: all those of a type, or of one level of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PolicyGroup {
    /// The type of the policies.
    pub policy_type: PolicyType,
    /// For SCPs and RCPs, the level: 0 is the root of the organization.
    pub level: Option<usize>,
}

impl PolicyGroup {
    /// The one list of a type that has no levels.
    pub(crate) fn of(policy_type: PolicyType) -> Self {
        Self {
            policy_type,
            level: None,
        }
    }

    /// A level of a type that has levels.
    pub(crate) fn level(policy_type: PolicyType, level: usize) -> Self {
        Self {
            policy_type,
            level: Some(level),
        }
    }
}

impl<'a> PolicySet<'a> {
    /// The lists that take part, in the order in which AWS's page evaluates them.
    pub fn groups(&self) -> Vec<(PolicyGroup, &'a [Arc<Policy>])> {
        let levels = |policy_type, levels: &'a Levels| {
            let numbered = levels.iter().enumerate();
            numbered.map(move |(level, policies)| (PolicyGroup::level(policy_type, level), &**policies))
        };
        let list = |policy_type, policies: &'a [Arc<Policy>]| {
            (!policies.is_empty()).then_some((PolicyGroup::of(policy_type), policies))
        };
        let (principal, resource) = (self.principal, self.resource);
        let mut groups = Vec::new();
        groups.extend(levels(PolicyType::ResourceControlPolicy, &resource.resource_control));
        groups.extend(levels(PolicyType::ServiceControlPolicy, &principal.service_control));
        groups.extend(list(PolicyType::VpcEndpointPolicy, self.vpc_endpoint));
        groups.extend(resource.list());
        groups.push((PolicyGroup::of(PolicyType::IdentityBasedPolicy), &principal.identity));
        groups.extend(list(PolicyType::PermissionsBoundary, &principal.permissions_boundary));
        groups.extend(list(PolicyType::SessionPolicy, &principal.session));
        groups
    }
}
