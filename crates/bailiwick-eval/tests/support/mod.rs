//! The evaluator, put to questions of the test kit. `cargo xtask differential` and the fuzz target include this file too.

use std::borrow::Cow;
use std::sync::Arc;

use bailiwick_eval::{
    Decision, Levels, PolicySet, PrincipalPolicies, Request, ResourcePolicies, StatementPlace, authorize, explain,
};
use bailiwick_grammar::{Arn, PolicyType, PrincipalArn, PrincipalIdentity};
use bailiwick_model::{ServiceAuthorization, is_role_assumption};
use bailiwick_policy::{ContextValue, Policy, Principal, RequestContext, lower_text};
use bailiwick_testkit::scenario::{NamedPolicy, Scenario};

/// The policies of a scenario, lowered: for this question and all others about the same policies.
pub(crate) struct Lowered {
    principal: PrincipalPolicies,
    resource: ResourcePolicies,
    vpc_endpoint: Vec<Arc<Policy>>,
}

impl Lowered {
    /// Lowers every policy as the type that it is in the scenario.
    ///
    /// # Errors
    ///
    /// Where one has errors.
    pub(crate) fn new(scenario: &Scenario) -> Result<Self, String> {
        let one = |policy: &NamedPolicy, policy_type| {
            lower_text(&policy.document, policy_type)
                .map(Arc::new)
                .map_err(|diagnostics| format!("{}: {diagnostics:?}", policy.name))
        };
        let all = |policies: &[NamedPolicy], policy_type| {
            let lowered = policies.iter().map(|policy| one(policy, policy_type));
            lowered.collect::<Result<Vec<_>, _>>()
        };
        let levels = |levels: &[Vec<NamedPolicy>], policy_type| {
            let lowered = levels.iter().map(|level| all(level, policy_type));
            lowered.collect::<Result<Vec<_>, _>>().map(Levels::from)
        };
        let on_resource = resource_policy_type(&scenario.action, &scenario.resource);
        Ok(Self {
            principal: PrincipalPolicies {
                identity: all(&scenario.identity_policies, PolicyType::IdentityBasedPolicy)?,
                permissions_boundary: all(&scenario.permissions_boundaries, PolicyType::PermissionsBoundary)?,
                session: all(&scenario.session_policies, PolicyType::SessionPolicy)?,
                service_control: levels(&scenario.service_control_policies, PolicyType::ServiceControlPolicy)?,
            },
            resource: ResourcePolicies {
                resource: (scenario.resource_policy.as_ref())
                    .map(|policy| one(policy, on_resource))
                    .transpose()?,
                resource_control: levels(&scenario.resource_control_policies, PolicyType::ResourceControlPolicy)?,
            },
            vpc_endpoint: all(&scenario.vpc_endpoint_policies, PolicyType::VpcEndpointPolicy)?,
        })
    }

    /// The policies, as the evaluator takes them.
    pub(crate) fn set(&self) -> PolicySet<'_> {
        PolicySet {
            principal: &self.principal,
            resource: &self.resource,
            vpc_endpoint: &self.vpc_endpoint,
        }
    }

    /// Decides a request.
    pub(crate) fn decide(&self, request: &Request<'_>) -> bailiwick_testkit::Decision {
        match authorize(self.set(), request) {
            Decision::Allowed => bailiwick_testkit::Decision::Allowed,
            Decision::ExplicitDeny => bailiwick_testkit::Decision::ExplicitDeny,
            Decision::ImplicitDeny => bailiwick_testkit::Decision::ImplicitDeny,
        }
    }

    /// Explains a request and says what is wrong with the explanation: a second pass over the same definitions must not disagree with
    /// the first, must name who stands in the way exactly when somebody does, and names statements that exist.
    pub(crate) fn wrong_in_explanation(&self, request: &Request<'_>) -> Option<String> {
        let policies = self.set();
        let decision = authorize(policies, request);
        let explanation = explain(policies, request);
        let refused = matches!(explanation.service, ServiceAuthorization::Refused(_));
        let nobody_blocks = decision == Decision::Allowed || refused && decision == Decision::ImplicitDeny;
        let groups = policies.groups();
        let exists = |list: &[Arc<Policy>], place: &StatementPlace| {
            let policy = list.get(place.policy);
            let statement = policy.and_then(|policy| policy.statements().get(place.statement));
            statement.is_some_and(|statement| statement.effect == place.effect)
        };
        let places_exist = explanation.groups.iter().all(|outcome| {
            let list = groups.iter().find(|(group, _)| *group == outcome.group);
            let near = outcome.near_misses.iter().map(|near| &near.place);
            list.is_some_and(|(_, list)| outcome.matched.iter().chain(near).all(|place| exists(list, place)))
        });
        let right =
            explanation.decision == decision && explanation.blocked_by.is_empty() == nobody_blocks && places_exist;
        (!right).then(|| format!("decided {decision:?} and explained {explanation:?}"))
    }
}

/// What the policy of the resource is, for this action.
pub(crate) fn resource_policy_type(action: &str, resource: &str) -> PolicyType {
    if Arn::parse(resource).is_ok_and(|arn| is_role_assumption(action, &arn)) {
        PolicyType::TrustPolicy
    } else {
        PolicyType::ResourceBasedPolicy
    }
}

/// What a scenario asks, whatever its policies.
///
/// # Errors
///
/// Where the question makes no sense.
pub(crate) fn request(scenario: &Scenario) -> Result<Request<'_>, String> {
    let mut principal = Principal::parse(&scenario.principal).map_err(|error| error.to_string())?;
    if let (Principal::Aws(caller), Some(parent)) = (&mut principal, &scenario.parent_user)
        && matches!(caller.arn.identity, PrincipalIdentity::FederatedUser { .. })
    {
        caller.parent_user = Some(PrincipalArn::parse(parent).map_err(|error| error.to_string())?);
    }
    let account = (scenario.resource_account.as_ref())
        .map(|account| account.parse().map_err(|_| format!("`{account}` is no account")))
        .transpose()?;
    let context: RequestContext = (scenario.context.iter())
        .map(|(key, value)| {
            let value = match value {
                bailiwick_testkit::ContextValue::Single(value) => ContextValue::from(value.clone()),
                bailiwick_testkit::ContextValue::Multi(values) => ContextValue::from(values.clone()),
            };
            (key.as_str(), value)
        })
        .collect();
    let principal = Cow::Owned(principal);
    Request::new(principal, &*scenario.action, &*scenario.resource, account, context).map_err(|error| error.to_string())
}
