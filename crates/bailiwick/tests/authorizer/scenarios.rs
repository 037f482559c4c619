//! Every scenario of the corpus, put to the authorizer.

use bailiwick::{
    AccountDefinition, AuthorizationError, AuthorizationRequest, Authorizer, Decision, PolicyType, PrincipalDefinition,
    RequestValue,
};
use bailiwick_testkit::scenario::{Engine, EngineError, NamedPolicy, Scenario, load, run, scenarios_dir};
use bailiwick_testkit::{ContextValue, Decision as Expected};

struct OverAuthorizer;

impl Engine for OverAuthorizer {
    fn name(&self) -> &'static str {
        "authorizer"
    }

    fn decide(&self, scenario: &Scenario) -> Result<Expected, EngineError> {
        let has_endpoint = !scenario.vpc_endpoint_policies.is_empty();
        let authorizer = Authorizer::new();
        let ids = Ids::put(&authorizer, scenario);
        let decided = decide(&authorizer, scenario, &ids, has_endpoint);
        match decided.map_err(|error| EngineError::Failed(error.to_string()))? {
            Decision::Allowed => Ok(Expected::Allowed),
            Decision::ExplicitDeny => Ok(Expected::ExplicitDeny),
            Decision::ImplicitDeny => Ok(Expected::ImplicitDeny),
        }
    }
}

/// The ids under which a scenario's policies were put.
struct Ids {
    identity: Vec<String>,
    boundary: Option<String>,
    session: Vec<String>,
    resource: Option<String>,
    endpoint: Vec<String>,
    scps: Vec<Vec<String>>,
    rcps: Vec<Vec<String>>,
}

impl Ids {
    fn put(authorizer: &Authorizer, scenario: &Scenario) -> Self {
        let one = |kind: &str, index: usize, policy: &NamedPolicy, policy_type| {
            let id = format!("{kind}-{index}");
            authorizer.put_policy(&id, policy_type, &policy.document).unwrap();
            id
        };
        let list = |kind: &str, policies: &[NamedPolicy], policy_type| -> Vec<String> {
            let numbered = policies.iter().enumerate();
            numbered
                .map(|(index, policy)| one(kind, index, policy, policy_type))
                .collect()
        };
        let levels = |kind: &str, levels: &[Vec<NamedPolicy>], policy_type| -> Vec<Vec<String>> {
            let numbered = levels.iter().enumerate();
            numbered
                .map(|(level, policies)| list(&format!("{kind}-{level}"), policies, policy_type))
                .collect()
        };
        let assumes = scenario.resource.contains(":role/") && scenario.action.to_lowercase().starts_with("sts:");
        let on_resource = if assumes {
            PolicyType::TrustPolicy
        } else {
            PolicyType::ResourceBasedPolicy
        };
        Self {
            identity: list("identity", &scenario.identity_policies, PolicyType::IdentityBasedPolicy),
            boundary: list(
                "boundary",
                &scenario.permissions_boundaries,
                PolicyType::PermissionsBoundary,
            )
            .pop(),
            session: list("session", &scenario.session_policies, PolicyType::SessionPolicy),
            resource: (scenario.resource_policy.as_ref()).map(|policy| one("resource", 0, policy, on_resource)),
            endpoint: list(
                "endpoint",
                &scenario.vpc_endpoint_policies,
                PolicyType::VpcEndpointPolicy,
            ),
            scps: levels(
                "scp",
                &scenario.service_control_policies,
                PolicyType::ServiceControlPolicy,
            ),
            rcps: levels(
                "rcp",
                &scenario.resource_control_policies,
                PolicyType::ResourceControlPolicy,
            ),
        }
    }
}

fn decide(
    authorizer: &Authorizer,
    scenario: &Scenario,
    ids: &Ids,
    has_endpoint: bool,
) -> Result<Decision, AuthorizationError> {
    let strs = |ids: &'_ [String]| -> Vec<&'static str> { ids.iter().map(|id| &*id.clone().leak()).collect() };
    let level_slices = |levels: &[Vec<String>]| -> Vec<&'static [&'static str]> {
        levels.iter().map(|level| &*strs(level).leak()).collect()
    };
    authorizer.put_principal(&PrincipalDefinition {
        arn: &scenario.principal,
        parent_user: scenario.parent_user.as_deref(),
        identity_policies: &strs(&ids.identity),
        permissions_boundary: ids.boundary.as_deref(),
        session_policies: &strs(&ids.session),
        ..PrincipalDefinition::default()
    })?;
    let resource_account = scenario
        .resource_account
        .as_ref()
        .map(|account| account.parse().unwrap());
    let segment = |arn: &str| arn.split(':').nth(4).and_then(|account| account.parse().ok());
    let principals = segment(&scenario.principal);
    let named = segment(&scenario.resource);
    // The authorizer asks for the owner where nothing names one.
    let nobody = "999988887777".parse().unwrap();
    let resource_account = resource_account.or(named).or(principals).or(Some(nobody));
    let (scps, rcps) = (level_slices(&ids.scps), level_slices(&ids.rcps));
    for account in [principals, resource_account].into_iter().flatten() {
        let definition = AccountDefinition {
            service_control_policies: if Some(account) == principals { &scps } else { &[] },
            resource_control_policies: if Some(account) == resource_account { &rcps } else { &[] },
        };
        authorizer.put_account(account, &definition);
    }
    let values: Vec<Vec<&str>> = (scenario.context.iter())
        .map(|(_, value)| match value {
            ContextValue::Single(value) => vec![&**value],
            ContextValue::Multi(values) => values.iter().map(|value| &**value).collect(),
        })
        .collect();
    let context: Vec<(&str, RequestValue<'_>)> = (scenario.context.iter().zip(&values))
        .map(|((key, value), values)| match value {
            ContextValue::Single(value) => (&**key, RequestValue::Single(value)),
            ContextValue::Multi(_) => (&**key, RequestValue::Multivalued(values)),
        })
        .collect();
    let endpoint = if has_endpoint { strs(&ids.endpoint) } else { Vec::new() };
    let asked = AuthorizationRequest {
        principal: &scenario.principal,
        action: &scenario.action,
        resource: &scenario.resource,
        resource_account,
        session_policies: &[],
        resource_policy: ids.resource.as_deref(),
        vpc_endpoint_policies: &endpoint,
        context: &context,
    };
    let decision = authorizer.authorize(&asked)?;
    let prepared = authorizer.prepare(&asked)?;
    assert_eq!(
        (prepared.authorize(), prepared.explain().decision),
        (decision, decision)
    );
    assert_eq!(authorizer.explain(&asked)?.decision, decision);
    Ok(decision)
}

#[test]
fn the_authorizer_decides_every_scenario() {
    let cases = load(&scenarios_dir()).unwrap();
    let report = run(&cases, &OverAuthorizer);
    assert!(report.seen > 900, "{report}");
    assert!(report.is_success(), "{report}");
    assert_eq!(report.unsupported, 0);
}
