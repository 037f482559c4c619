//! What never grants.

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::{Effect, PolicyDocument, PrincipalBlock};
use proptest::prelude::*;
use proptest::sample::select;

use super::super::world::{documents_for, on_resource};
use super::{Choices, add, add_to_levels, set_effect, statements};
use crate::oracle::OracleRequest;

/// With a policy of Deny statements more: inside one that there is, as one of its own, or as a level of its own.
pub fn with_denial(request: &OracleRequest) -> impl Strategy<Value = OracleRequest> + use<> {
    let policy_types = vec![
        PolicyType::IdentityBasedPolicy,
        PolicyType::PermissionsBoundary,
        PolicyType::SessionPolicy,
        on_resource(request),
        PolicyType::ServiceControlPolicy,
        PolicyType::ResourceControlPolicy,
        PolicyType::VpcEndpointPolicy,
    ];
    with(request, policy_types, |less, policy_type, mut denial, mut choices| {
        set_effect(&mut denial, Effect::Deny);
        let levels = match policy_type {
            PolicyType::ServiceControlPolicy => &mut less.service_control_policies,
            PolicyType::ResourceControlPolicy => &mut less.resource_control_policies,
            _ => return add(less, policy_type, denial, choices),
        };
        if levels.is_empty() || choices.below(3) == 0 {
            levels.insert(choices.below(levels.len() + 1), vec![denial]);
        } else {
            add_to_levels(levels, denial, choices);
        }
    })
}

/// With a Deny with `NotPrincipal` more, in the policy of the resource, or of the VPC endpoint where a role is assumed.
pub fn with_denial_of_others(request: &OracleRequest) -> impl Strategy<Value = OracleRequest> + use<> {
    let policy_type = match on_resource(request) {
        PolicyType::ResourceBasedPolicy => PolicyType::ResourceBasedPolicy,
        _ => PolicyType::VpcEndpointPolicy,
    };
    with(request, vec![policy_type], |less, policy_type, mut denial, choices| {
        set_effect(&mut denial, Effect::Deny);
        statements(&mut denial).retain_mut(|statement| {
            let Some(principal) = &mut statement.node.principal else {
                return false;
            };
            principal.negated = true;
            principal.value.node != PrincipalBlock::Everyone
        });
        if !statements(&mut denial).is_empty() {
            add(less, policy_type, denial, choices);
        }
    })
}

/// With a first permissions boundary, first session policies or a first VPC endpoint policy, whatever they say; unchanged where there are
/// such already, because a second one can grant. To a federated user, who has no permissions without, the first session policy can grant:
/// it gets none.
pub fn with_first_limit(request: &OracleRequest) -> impl Strategy<Value = OracleRequest> + use<> {
    let federated = request.principal.contains(":federated-user/");
    let free = [
        (
            PolicyType::PermissionsBoundary,
            request.permissions_boundaries.is_empty(),
        ),
        (
            PolicyType::SessionPolicy,
            request.session_policies.is_empty() && !federated,
        ),
        (PolicyType::VpcEndpointPolicy, request.vpc_endpoint_policies.is_empty()),
    ];
    let policy_types = free
        .into_iter()
        .filter_map(|(policy_type, free)| free.then_some(policy_type));
    with(request, policy_types.collect(), add)
}

/// With a level of SCPs or RCPs more, the first or another, whatever it says.
pub fn with_level(request: &OracleRequest) -> impl Strategy<Value = OracleRequest> + use<> {
    let policy_types = vec![PolicyType::ServiceControlPolicy, PolicyType::ResourceControlPolicy];
    with(request, policy_types, |less, policy_type, document, mut choices| {
        let levels = if policy_type == PolicyType::ServiceControlPolicy {
            &mut less.service_control_policies
        } else {
            &mut less.resource_control_policies
        };
        levels.insert(choices.below(levels.len() + 1), vec![document]);
    })
}

/// Whatever `put` does with a document of one of these types; unchanged where there is no type.
pub(super) fn with(
    request: &OracleRequest,
    policy_types: Vec<PolicyType>,
    put: impl Fn(&mut OracleRequest, PolicyType, PolicyDocument, Choices) + Copy + 'static,
) -> BoxedStrategy<OracleRequest> {
    let request = request.clone();
    if policy_types.is_empty() {
        return Just(request).boxed();
    }
    select(policy_types)
        .prop_flat_map(move |policy_type| {
            let request = request.clone();
            (documents_for(&request, policy_type), any::<u64>()).prop_map(move |(document, seed)| {
                let mut varied = request.clone();
                put(&mut varied, policy_type, document, Choices::new(seed));
                varied
            })
        })
        .boxed()
}
