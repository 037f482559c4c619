//! The policies that take part in a decision.

use bailiwick_grammar::PolicyType;
use bailiwick_policy::Policy;

/// The policies that take part in a decision, by type.
///
/// What is given applies: whether a principal or resource is exempt (from SCPs, say) is for the caller to know. Within a list the
/// order has no meaning but for the explanation, which names policies by their place in it.
#[derive(Clone, Debug, Default)]
pub struct PolicySet<'a> {
    /// The identity-based policies of the principal and of its groups.
    pub identity: Vec<&'a Policy>,
    /// The permissions boundary; empty for none.
    pub permissions_boundary: Vec<&'a Policy>,
    /// The session policies; empty for none.
    pub session: Vec<&'a Policy>,
    /// The policy of the resource; for the assumption of a role, its trust policy.
    pub resource: Option<&'a Policy>,
    /// The SCPs of each level, root first; empty where none are in force. A level without policies allows nothing.
    pub service_control: Vec<Vec<&'a Policy>>,
    /// The RCPs of each level, root first; empty where none are in force. A level without policies allows nothing.
    pub resource_control: Vec<Vec<&'a Policy>>,
    /// The policies of the VPC endpoint that the request came through; empty for none.
    pub vpc_endpoint: Vec<&'a Policy>,
}

/// A list of policies that gives one verdict: all those of a type, or of one level of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PolicyGroup {
    /// The type of the policies.
    pub policy_type: PolicyType,
    /// For SCPs and RCPs, the level: 0 is the root of the organization.
    pub level: Option<usize>,
}

impl<'a> PolicySet<'a> {
    /// The lists that take part, in the order in which AWS's page evaluates them.
    pub fn groups(&self) -> Vec<(PolicyGroup, &[&'a Policy])> {
        let levels = |policy_type, levels: &'_ [Vec<&'a Policy>]| -> Vec<PolicyGroup> {
            (0..levels.len())
                .map(|level| PolicyGroup {
                    policy_type,
                    level: Some(level),
                })
                .collect()
        };
        let single = |policy_type, policies: &[&'a Policy]| {
            (!policies.is_empty()).then_some(PolicyGroup {
                policy_type,
                level: None,
            })
        };
        let mut groups = levels(PolicyType::ResourceControlPolicy, &self.resource_control);
        groups.extend(levels(PolicyType::ServiceControlPolicy, &self.service_control));
        groups.extend(single(PolicyType::VpcEndpointPolicy, &self.vpc_endpoint));
        groups.extend(self.resource.map(|policy| PolicyGroup {
            policy_type: policy.policy_type(),
            level: None,
        }));
        groups.push(PolicyGroup {
            policy_type: PolicyType::IdentityBasedPolicy,
            level: None,
        });
        groups.extend(single(PolicyType::PermissionsBoundary, &self.permissions_boundary));
        groups.extend(single(PolicyType::SessionPolicy, &self.session));
        groups.into_iter().map(|group| (group, self.group(group))).collect()
    }

    /// The policies of a list.
    pub fn group(&self, group: PolicyGroup) -> &[&'a Policy] {
        let level = group.level.unwrap_or_default();
        match group.policy_type {
            PolicyType::IdentityBasedPolicy => &self.identity,
            PolicyType::PermissionsBoundary => &self.permissions_boundary,
            PolicyType::SessionPolicy => &self.session,
            PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy => self.resource.as_slice(),
            PolicyType::ServiceControlPolicy => self.service_control.get(level).map_or(&[], Vec::as_slice),
            PolicyType::ResourceControlPolicy => self.resource_control.get(level).map_or(&[], Vec::as_slice),
            PolicyType::VpcEndpointPolicy => &self.vpc_endpoint,
        }
    }
}
