//! Which policy types stand in the way of a request: the formula of the decision, read from its other end.

use bailiwick_grammar::PolicyType;

use super::{
    Access, AccountTrust, PrincipalKind, ServiceAuthorization, Situation, Verdict, Verdicts, allowed_or_absent,
};

/// The policy types for whose sake a request is not allowed, in the order in which AWS's page evaluates them.
///
/// For an explicit deny, those that deny; else each that would have to allow and does not. None for an allowed request, and none for
/// one that the service refuses whatever the policies allow.
pub fn blocked_by(verdicts: &Verdicts<bool>, situation: Situation) -> Vec<PolicyType> {
    let access = verdicts.combine(situation);
    let blocks: &dyn Fn(PolicyType) -> bool = match access {
        Access { allowed: true, .. } => &|_| false,
        Access {
            explicitly_denied: false,
            ..
        } if matches!(situation.service, ServiceAuthorization::Refused(_)) => &|_| false,
        Access {
            explicitly_denied: true,
            ..
        } => &|policy_type| denies(verdicts, policy_type),
        Access { .. } => &|policy_type| withholds(verdicts, situation, policy_type),
    };
    ORDER.into_iter().filter(|&policy_type| blocks(policy_type)).collect()
}

/// The order of the flow chart on AWS's page.
const ORDER: [PolicyType; 7] = [
    PolicyType::ResourceControlPolicy,
    PolicyType::ServiceControlPolicy,
    PolicyType::VpcEndpointPolicy,
    PolicyType::ResourceBasedPolicy,
    PolicyType::IdentityBasedPolicy,
    PolicyType::PermissionsBoundary,
    PolicyType::SessionPolicy,
];

/// Whether a request that nobody denies lacks an Allow of this type.
fn withholds(verdicts: &Verdicts<bool>, situation: Situation, policy_type: PolicyType) -> bool {
    let one = |verdict: Option<&Verdict<bool>>| !allowed_or_absent(verdict);
    let resource = verdicts.resource.unwrap_or_default();
    let outside = situation.principal == PrincipalKind::Outside;
    let to_its_role = situation.same_account && (resource.role || resource.parent_user);
    // The task policy of a root session bounds every grant.
    let unbounded = situation.principal != PrincipalKind::AssumedRoot;
    let to_itself = situation.same_account && (resource.direct || resource.wildcard) && unbounded;
    // Whether the request must pass the principal's own policies, its boundary and session policies.
    let own_side = !outside && !to_itself;
    match policy_type {
        PolicyType::ResourceControlPolicy => one(verdicts.resource_control.as_ref()),
        PolicyType::ServiceControlPolicy => one(verdicts.service_control.as_ref()),
        PolicyType::VpcEndpointPolicy => one(verdicts.vpc_endpoint.as_ref()),
        PolicyType::ResourceBasedPolicy => {
            let explicit = situation.account_trust == AccountTrust::Explicit;
            let needed = outside || !situation.same_account || explicit;
            needed && !resource.allowed()
        }
        PolicyType::IdentityBasedPolicy => own_side && !to_its_role && !verdicts.identity.allowed,
        PolicyType::PermissionsBoundary => own_side && one(verdicts.permissions_boundary.as_ref()),
        PolicyType::SessionPolicy => {
            let none = situation.principal.needs_session_policy() && verdicts.session.is_none() && !to_its_role;
            own_side && (none || one(verdicts.session.as_ref()))
        }
        // A trust policy takes part as the resource-based policy of its role.
        PolicyType::TrustPolicy => false,
    }
}

fn denies(verdicts: &Verdicts<bool>, policy_type: PolicyType) -> bool {
    let one = |verdict: &Option<Verdict<bool>>| verdict.is_some_and(|verdict| verdict.denied);
    match policy_type {
        PolicyType::IdentityBasedPolicy => verdicts.identity.denied,
        PolicyType::PermissionsBoundary => one(&verdicts.permissions_boundary),
        PolicyType::SessionPolicy => one(&verdicts.session),
        PolicyType::ResourceBasedPolicy => verdicts.resource.is_some_and(|resource| resource.denied),
        PolicyType::ServiceControlPolicy => one(&verdicts.service_control),
        PolicyType::ResourceControlPolicy => one(&verdicts.resource_control),
        PolicyType::VpcEndpointPolicy => one(&verdicts.vpc_endpoint),
        // A trust policy takes part as the resource-based policy of its role.
        PolicyType::TrustPolicy => false,
    }
}
