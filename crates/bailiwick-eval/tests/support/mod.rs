//! The evaluator as an engine of the test kit.

use bailiwick_eval::{Decision, PolicySet, Request, authorize, explain};
use bailiwick_grammar::{Arn, PolicyType, PrincipalArn};
use bailiwick_model::is_role_assumption;
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
        let decision = authorize(&policies.set(), &request);
        // The explanation is a second pass over the same definitions and must not disagree.
        let explanation = explain(&policies.set(), &request);
        if explanation.decision != decision || explanation.blocked_by.is_empty() != (decision == Decision::Allowed) {
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

fn request(scenario: &Scenario) -> Result<Request, EngineError> {
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
    Request::new(principal, &scenario.action, &scenario.resource, account, context).map_err(failed)
}

/// The policies of a scenario, lowered.
struct Policies {
    identity: Vec<Policy>,
    permissions_boundary: Vec<Policy>,
    session: Vec<Policy>,
    resource: Option<Policy>,
    service_control: Vec<Vec<Policy>>,
    resource_control: Vec<Vec<Policy>>,
    vpc_endpoint: Vec<Policy>,
}

impl Policies {
    fn lower(scenario: &Scenario) -> Result<Self, EngineError> {
        let one = |policy: &NamedPolicy, policy_type| {
            lower_text(&policy.document, policy_type)
                .map_err(|diagnostics| failed(format!("{}: {diagnostics:?}", policy.name)))
        };
        let all = |policies: &[NamedPolicy], policy_type| {
            policies
                .iter()
                .map(|policy| one(policy, policy_type))
                .collect::<Result<Vec<_>, _>>()
        };
        let levels = |levels: &[Vec<NamedPolicy>], policy_type| {
            levels
                .iter()
                .map(|level| all(level, policy_type))
                .collect::<Result<Vec<_>, _>>()
        };
        let assumed = Arn::parse(&scenario.resource).is_ok_and(|arn| is_role_assumption(&scenario.action, &arn));
        let on_resource = if assumed {
            PolicyType::TrustPolicy
        } else {
            PolicyType::ResourceBasedPolicy
        };
        Ok(Self {
            identity: all(&scenario.identity_policies, PolicyType::IdentityBasedPolicy)?,
            permissions_boundary: all(&scenario.permissions_boundaries, PolicyType::PermissionsBoundary)?,
            session: all(&scenario.session_policies, PolicyType::SessionPolicy)?,
            resource: scenario
                .resource_policy
                .as_ref()
                .map(|policy| one(policy, on_resource))
                .transpose()?,
            service_control: levels(&scenario.service_control_policies, PolicyType::ServiceControlPolicy)?,
            resource_control: levels(&scenario.resource_control_policies, PolicyType::ResourceControlPolicy)?,
            vpc_endpoint: all(&scenario.vpc_endpoint_policies, PolicyType::VpcEndpointPolicy)?,
        })
    }

    fn set(&self) -> PolicySet<'_> {
        PolicySet {
            identity: self.identity.iter().collect(),
            permissions_boundary: self.permissions_boundary.iter().collect(),
            session: self.session.iter().collect(),
            resource: self.resource.as_ref(),
            service_control: levels(&self.service_control),
            resource_control: levels(&self.resource_control),
            vpc_endpoint: self.vpc_endpoint.iter().collect(),
        }
    }
}

fn levels(levels: &[Vec<Policy>]) -> Vec<Vec<&Policy>> {
    levels.iter().map(|level| level.iter().collect()).collect()
}
