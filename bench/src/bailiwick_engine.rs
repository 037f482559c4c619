//! Bailiwick. All that the benchmark uses of it is here.
//!
//! The workloads have identity-based policies only, and the peers know of no others. Bailiwick does: across accounts, for KMS keys and
//! for the assumption of roles, AWS asks a resource-based policy too. So every resource is taken to be in its principal's account,
//! keys have the key policy that AWS gives them by default, and roles a trust policy that trusts the account.

use std::hint::black_box;

use bailiwick::{
    AccountDefinition, AuthorizationRequest, Authorizer, Decision, PolicyType, PreparedRequest, PrincipalDefinition,
    RequestValue,
};

use crate::engine::{Engine, Mode};
use crate::guardrails::{Guardrails, KEY_POLICY, TRUST_POLICY};
use crate::workload::{Request, Value, Workload};

const BOUNDARY: &str = "guardrail:boundary";
const BUCKET: &str = "guardrail:bucket";
const KEY: &str = "default:key";
const TRUST: &str = "default:trust";

/// Bailiwick's policies and principals.
pub(crate) struct Loaded {
    authorizer: Authorizer,
}

/// Bailiwick, with a workload prepared.
pub(crate) struct BailiwickEngine<'w> {
    authorizer: Authorizer,
    requests: Vec<RawRequest<'w>>,
    prepared: Vec<PreparedRequest>,
}

/// The strings of a request, as a service has them when one comes in: nothing of them has been looked at.
struct RawRequest<'w> {
    asked: AuthorizationRequest<'w>,
    context: Vec<(&'w str, RequestValue<'w>)>,
}

impl Loaded {
    /// Reads the policies of a workload, and puts together those of each principal.
    ///
    /// # Errors
    ///
    /// Which policy cannot be read.
    pub(crate) fn new(workload: &Workload) -> Result<Self, String> {
        let authorizer = Authorizer::new();
        let policies: Vec<(&str, &str)> = workload
            .policies
            .iter()
            .map(|policy| (&*policy.name, policy.text()))
            .collect();
        if let Some(unusable) = authorizer
            .put_policies(PolicyType::IdentityBasedPolicy, &policies)
            .first()
        {
            return Err(unusable.to_string());
        }
        put(&authorizer, KEY, PolicyType::ResourceBasedPolicy, KEY_POLICY)?;
        put(&authorizer, TRUST, PolicyType::TrustPolicy, TRUST_POLICY)?;
        if let Some(guardrails) = &workload.guardrails {
            put_guardrails(&authorizer, guardrails, workload)?;
        }
        for principal in &workload.principals {
            let ids: Vec<&str> = principal.policies.iter().map(|index| policies[*index].0).collect();
            let definition = PrincipalDefinition {
                arn: &principal.arn,
                identity_policies: &ids,
                permissions_boundary: workload.guardrails.as_ref().map(|_| BOUNDARY),
                ..PrincipalDefinition::default()
            };
            authorizer
                .put_principal(&definition)
                .and_then(|()| authorizer.resolve(&principal.arn))
                .map_err(|error| format!("{}: {error}", principal.name))?;
        }
        Ok(Self { authorizer })
    }

    /// Prepares the requests.
    ///
    /// # Errors
    ///
    /// Which request makes no sense.
    pub(crate) fn prepare<'w>(self, workload: &'w Workload) -> Result<BailiwickEngine<'w>, String> {
        let requests = workload
            .requests
            .iter()
            .map(|request| RawRequest::new(workload, request));
        let requests: Vec<RawRequest<'w>> = requests.collect::<Result<_, _>>()?;
        let prepare = |request: &RawRequest<'w>| {
            let prepared = self.authorizer.prepare(&request.asked());
            prepared.map_err(|error| format!("{} on {}: {error}", request.asked.action, request.asked.resource))
        };
        let prepared = requests.iter().map(prepare).collect::<Result<_, _>>()?;
        Ok(BailiwickEngine {
            authorizer: self.authorizer,
            requests,
            prepared,
        })
    }
}

impl Engine for BailiwickEngine<'_> {
    fn name(&self) -> &'static str {
        "bailiwick"
    }

    fn requests(&self) -> usize {
        self.prepared.len()
    }

    fn modes(&self) -> &'static [Mode] {
        &[Mode::Prepared, Mode::Raw, Mode::Explained]
    }

    fn decide(&self, mode: Mode, _: &Workload, request: usize) -> bool {
        let decision = match mode {
            Mode::Prepared => self.prepared[request].authorize(),
            Mode::Explained => black_box(self.prepared[request].explain()).decision,
            // Each of these requests was prepared once: an error cannot be met, and would show as a wrong decision.
            Mode::Raw => {
                let asked = self.requests[request].asked();
                self.authorizer.authorize(&asked).unwrap_or(Decision::ImplicitDeny)
            }
        };
        decision == Decision::Allowed
    }
}

impl<'w> RawRequest<'w> {
    fn new(workload: &'w Workload, request: &'w Request) -> Result<Self, String> {
        let principal = &workload.principals[request.principal];
        let value = |value: &'w Value| match value {
            Value::Single(value) => RequestValue::Single(value),
            // Few requests have one; it lives as long as the process.
            Value::Multivalued(values) => {
                RequestValue::Multivalued(values.iter().map(String::as_str).collect::<Vec<_>>().leak())
            }
        };
        let account = principal
            .account
            .parse()
            .map_err(|error| format!("{}: {error}", principal.name))?;
        Ok(Self {
            asked: AuthorizationRequest {
                principal: &principal.arn,
                action: &request.action,
                resource: &request.resource,
                resource_account: Some(account),
                resource_policy: resource_policy(workload, request),
                ..AuthorizationRequest::default()
            },
            context: request.context.iter().map(|(key, it)| (&**key, value(it))).collect(),
        })
    }

    fn asked(&self) -> AuthorizationRequest<'_> {
        AuthorizationRequest {
            context: &self.context,
            ..self.asked
        }
    }
}

/// The policy that a resource has besides those of the workload.
fn resource_policy(workload: &Workload, request: &Request) -> Option<&'static str> {
    let is_of = |service: &str| request.resource.split(':').nth(2) == Some(service);
    if is_of("s3") && workload.guardrails.is_some() {
        Some(BUCKET)
    } else if is_of("kms") {
        Some(KEY)
    } else if request.action.starts_with("sts:") && request.resource.contains(":role/") {
        Some(TRUST)
    } else {
        None
    }
}

fn put(authorizer: &Authorizer, id: &str, policy_type: PolicyType, text: &str) -> Result<(), String> {
    authorizer
        .put_policy(id, policy_type, text)
        .map_err(|error| error.to_string())
}

/// Puts the policies that apply besides the principals' own.
fn put_guardrails(authorizer: &Authorizer, guardrails: &Guardrails, workload: &Workload) -> Result<(), String> {
    put(
        authorizer,
        BOUNDARY,
        PolicyType::PermissionsBoundary,
        guardrails.permissions_boundary,
    )?;
    put(authorizer, BUCKET, PolicyType::ResourceBasedPolicy, guardrails.bucket)?;
    // An id for each: its text.
    for text in guardrails.service_control.iter().copied().flatten() {
        put(authorizer, text, PolicyType::ServiceControlPolicy, text)?;
    }
    for principal in &workload.principals {
        let account = principal
            .account
            .parse()
            .map_err(|error| format!("{}: {error}", principal.name))?;
        let definition = AccountDefinition {
            service_control_policies: &guardrails.service_control,
            ..AccountDefinition::default()
        };
        authorizer.put_account(account, &definition);
    }
    Ok(())
}
