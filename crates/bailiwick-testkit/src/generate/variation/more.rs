//! What never refuses.

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Effect;
use proptest::prelude::*;

use super::super::world::on_resource;
use super::less::with;
use super::{Choices, add, add_to_levels, set_effect};
use crate::oracle::OracleRequest;

/// With a policy of Allow statements more: an identity-based or resource-based one, or another beside one of its type. A first
/// policy of another type is a limit, and RCPs do not allow.
pub fn with_allowance(request: &OracleRequest) -> impl Strategy<Value = OracleRequest> + use<> {
    let there = [
        (PolicyType::IdentityBasedPolicy, true),
        (on_resource(request), true),
        (
            PolicyType::PermissionsBoundary,
            !request.permissions_boundaries.is_empty(),
        ),
        (PolicyType::SessionPolicy, !request.session_policies.is_empty()),
        (
            PolicyType::ServiceControlPolicy,
            !request.service_control_policies.is_empty(),
        ),
        (PolicyType::VpcEndpointPolicy, !request.vpc_endpoint_policies.is_empty()),
    ];
    let policy_types = there
        .into_iter()
        .filter_map(|(policy_type, there)| there.then_some(policy_type));
    with(
        request,
        policy_types.collect(),
        |more, policy_type, mut allowance, choices| {
            set_effect(&mut allowance, Effect::Allow);
            if policy_type == PolicyType::ServiceControlPolicy {
                add_to_levels(&mut more.service_control_policies, allowance, choices);
            } else {
                add(more, policy_type, allowance, choices);
            }
        },
    )
}

/// Without one level of SCPs or RCPs; unchanged where there is none.
#[must_use]
pub fn without_level(request: &OracleRequest, mut choices: Choices) -> OracleRequest {
    let mut more = request.clone();
    let (scps, rcps) = (&mut more.service_control_policies, &mut more.resource_control_policies);
    let level = choices.below(scps.len() + rcps.len());
    if level < scps.len() {
        scps.remove(level);
    } else if level - scps.len() < rcps.len() {
        rcps.remove(level - scps.len());
    }
    more
}
