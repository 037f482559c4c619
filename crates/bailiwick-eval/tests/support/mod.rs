//! The evaluator as an engine of the test kit.

use std::borrow::Cow;
use std::sync::Arc;

use bailiwick_eval::{Decision, Levels, PolicySet, PrincipalPolicies, Request, ResourcePolicies, authorize, explain};
use bailiwick_grammar::{Arn, PolicyType, PrincipalArn};
use bailiwick_model::{ServiceAuthorization, is_role_assumption};
use bailiwick_policy::{ContextValue, Policy, Principal, RequestContext, lower_text};
use bailiwick_testkit::scenario::{Engine, EngineError, NamedPolicy, Scenario};

/// The evaluator, reading the text of policies.
pub(crate) struct Evaluator;

impl Engine for Evaluator {
    fn name(&self) -> &'static str {
        "bailiwick-eval"
    }

    fn decide(&self, scenario: &Scenario) -> Result<bailiwick_testkit::Decision, EngineError> {
        let request = request(scenario)?;
        let policies = Policies::lower(scenario)?;
        let decision = authorize(policies.set(), &request);
        // The explanation is a second pass over the same definitions and must not disagree.
        let explanation = explain(policies.set(), &request);
        // Only a service's own refusal is no policy's.
        let unblocked = decision == Decision::Allowed || explanation.service != ServiceAuthorization::ByPolicies;
        if explanation.decision != decision || explanation.blocked_by.is_empty() && !unblocked {
            return Err(EngineError::Failed(format!(
                "decided {decision:?} and explained {explanation:?}"
            )));
        }
        Ok(match decision {
            Decision::Allowed => bailiwick_testkit::Decision::Allowed,
            Decision::ExplicitDeny => bailiwick_testkit::Decision::ExplicitDeny,
            Decision::ImplicitDeny => bailiwick_testkit::Decision::ImplicitDeny,
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` asks for")]
fn failed(error: impl ToString) -> EngineError {
    EngineError::Failed(error.to_string())
}

fn request(scenario: &Scenario) -> Result<Request<'_>, EngineError> {
    let mut principal = Principal::parse(&scenario.principal).map_err(failed)?;
    if let (Principal::Aws(caller), Some(parent)) = (&mut principal, &scenario.parent_user) {
        caller.parent_user = Some(PrincipalArn::parse(parent).map_err(failed)?);
    }
    let account = scenario
        .resource_account
        .as_ref()
        .map(|account| account.parse())
        .transpose()
        .map_err(failed)?;
    let context: RequestContext = (scenario.context.iter())
        .map(|(key, value)| {
            let value = match value {
                bailiwick_testkit::ContextValue::Single(value) => ContextValue::from(value.clone()),
                bailiwick_testkit::ContextValue::Multi(values) => ContextValue::from(values.clone()),
            };
            (key.as_str(), value)
        })
        .collect();
    Request::new(
        Cow::Owned(principal),
        &*scenario.action,
        &*scenario.resource,
        account,
        context,
    )
    .map_err(failed)
}

/// The policies of a scenario, lowered.
struct Policies {
    principal: PrincipalPolicies,
    resource: ResourcePolicies,
    vpc_endpoint: Vec<Arc<Policy>>,
}

impl Policies {
    fn lower(scenario: &Scenario) -> Result<Self, EngineError> {
        let one = |policy: &NamedPolicy, policy_type| {
            lower_text(&policy.document, policy_type)
                .map(Arc::new)
                .map_err(|diagnostics| failed(format!("{}: {diagnostics:?}", policy.name)))
        };
        let all = |policies: &[NamedPolicy], policy_type| {
            policies
                .iter()
                .map(|policy| one(policy, policy_type))
                .collect::<Result<Vec<_>, _>>()
        };
        let levels = |levels: &[Vec<NamedPolicy>], policy_type| {
            let lowered = levels.iter().map(|level| all(level, policy_type));
            lowered.collect::<Result<Vec<_>, _>>().map(Levels::from)
        };
        let assumed = Arn::parse(&scenario.resource).is_ok_and(|arn| is_role_assumption(&scenario.action, &arn));
        let on_resource = if assumed {
            PolicyType::TrustPolicy
        } else {
            PolicyType::ResourceBasedPolicy
        };
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

    fn set(&self) -> PolicySet<'_> {
        PolicySet {
            principal: &self.principal,
            resource: &self.resource,
            vpc_endpoint: &self.vpc_endpoint,
        }
    }
}
