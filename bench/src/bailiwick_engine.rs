//! Bailiwick. All that the benchmark uses of it is here.
//!
//! The workloads have identity-based policies only, and the peers know of no others. Bailiwick does: across accounts, for KMS keys and
//! for the assumption of roles, AWS asks a resource-based policy too. So every resource is taken to be in its principal's account,
//! keys have the key policy that AWS gives them by default, and roles a trust policy that trusts the account.

use std::hint::black_box;

use bailiwick_eval::{Decision, PolicySet, Request, authorize, explain};
use bailiwick_grammar::PolicyType;
use bailiwick_policy::{ContextValue, Policy, Principal, RequestContext, lower_text};

use crate::engine::{Engine, Mode};
use crate::guardrails::{KEY_POLICY, TRUST_POLICY};
use crate::workload::{self, Value, Workload};

/// Bailiwick's policies, compiled.
pub(crate) struct Loaded {
    /// What takes part for each principal, by its index, and by [`ResourceKind`].
    policies: Vec<[PolicySet<'static>; 4]>,
}

/// Which policy a resource has.
#[derive(Clone, Copy)]
enum ResourceKind {
    Bucket,
    Key,
    Role,
    Other,
}

/// Bailiwick, with a workload prepared.
pub(crate) struct BailiwickEngine {
    loaded: Loaded,
    requests: Vec<Prepared>,
}

/// A request that is prepared, and where its policies are.
struct Prepared {
    principal: usize,
    kind: ResourceKind,
    request: Request,
}

impl Loaded {
    /// Compiles the policies of a workload.
    ///
    /// # Errors
    ///
    /// Which policy cannot be read.
    pub(crate) fn new(workload: &Workload) -> Result<Self, String> {
        // The policies live as long as the process: today's sets borrow them.
        let identity: &[Policy] = workload
            .policies
            .iter()
            .map(|policy| lower(&policy.name, policy.text(), PolicyType::IdentityBasedPolicy))
            .collect::<Result<Vec<_>, _>>()?
            .leak();
        let guardrails = guardrails(workload)?;
        let policies = workload
            .principals
            .iter()
            .map(|principal| {
                guardrails.clone().map(|set| PolicySet {
                    identity: principal.policies.iter().map(|index| &identity[*index]).collect(),
                    ..set
                })
            })
            .collect();
        Ok(Self { policies })
    }

    /// Prepares the requests.
    ///
    /// # Errors
    ///
    /// Which request makes no sense.
    pub(crate) fn prepare(self, workload: &Workload) -> Result<BailiwickEngine, String> {
        let requests = workload
            .requests
            .iter()
            .map(|request| prepare(workload, request))
            .collect::<Result<_, _>>()?;
        Ok(BailiwickEngine { loaded: self, requests })
    }
}

impl Engine for BailiwickEngine {
    fn name(&self) -> &'static str {
        "bailiwick"
    }

    fn requests(&self) -> usize {
        self.requests.len()
    }

    fn modes(&self) -> &'static [Mode] {
        &[Mode::Prepared, Mode::Raw, Mode::Explained]
    }

    fn decide(&self, mode: Mode, workload: &Workload, request: usize) -> bool {
        let decision = match mode {
            Mode::Prepared => self.authorize(&self.requests[request]),
            // Each of these requests was prepared once: an error cannot be met, and would show as a wrong decision.
            Mode::Raw => prepare(workload, &workload.requests[request])
                .map_or(Decision::ImplicitDeny, |request| self.authorize(&request)),
            Mode::Explained => {
                let prepared = &self.requests[request];
                black_box(explain(self.policies(prepared), &prepared.request)).decision
            }
        };
        decision == Decision::Allowed
    }
}

impl BailiwickEngine {
    fn policies(&self, prepared: &Prepared) -> &PolicySet<'static> {
        &self.loaded.policies[prepared.principal][prepared.kind as usize]
    }

    fn authorize(&self, prepared: &Prepared) -> Decision {
        authorize(self.policies(prepared), &prepared.request)
    }
}

impl ResourceKind {
    fn of(request: &workload::Request) -> Self {
        let resource = &request.resource;
        let of_service = |service: &str| resource.split(':').nth(2) == Some(service);
        if of_service("s3") {
            Self::Bucket
        } else if of_service("kms") {
            Self::Key
        } else if of_service("iam") && request.action.starts_with("sts:") {
            Self::Role
        } else {
            Self::Other
        }
    }
}

fn prepare(workload: &Workload, request: &workload::Request) -> Result<Prepared, String> {
    let explain = |error: &dyn std::fmt::Display| format!("{} on {}: {error}", request.action, request.resource);
    let caller = &workload.principals[request.principal];
    let principal = Principal::parse(&caller.arn).map_err(|error| explain(&error))?;
    let account = caller.account.parse().map_err(|error| explain(&error))?;
    let mut context = RequestContext::new();
    for (key, value) in &request.context {
        let value: ContextValue = match value {
            Value::Single(value) => value.as_str().into(),
            Value::Multivalued(values) => values.iter().map(String::as_str).collect::<Vec<_>>().into(),
        };
        context.insert(key, value);
    }
    let made = Request::new(principal, &request.action, &request.resource, Some(account), context);
    Ok(Prepared {
        principal: request.principal,
        kind: ResourceKind::of(request),
        request: made.map_err(|error| explain(&error))?,
    })
}

fn lower(name: &str, text: &str, policy_type: PolicyType) -> Result<Policy, String> {
    lower_text(text, policy_type).map_err(|diagnostics| format!("policy `{name}`: {diagnostics:?}"))
}

/// What applies besides identity-based policies, by [`ResourceKind`].
fn guardrails(workload: &Workload) -> Result<[PolicySet<'static>; 4], String> {
    let compile = |text: &str, policy_type| -> Result<&'static Policy, String> {
        Ok(Box::leak(Box::new(lower("guardrail", text, policy_type)?)))
    };
    let level = |texts: &&[&str]| -> Result<Vec<&'static Policy>, String> {
        let texts = texts.iter();
        texts
            .map(|text| compile(text, PolicyType::ServiceControlPolicy))
            .collect()
    };
    let mut set = PolicySet::default();
    let mut bucket = None;
    if let Some(guardrails) = &workload.guardrails {
        let boundary = compile(guardrails.permissions_boundary, PolicyType::PermissionsBoundary)?;
        set.permissions_boundary.push(boundary);
        set.service_control = guardrails.service_control.iter().map(level).collect::<Result<_, _>>()?;
        bucket = Some(compile(guardrails.bucket, PolicyType::ResourceBasedPolicy)?);
    }
    let key = Some(compile(KEY_POLICY, PolicyType::ResourceBasedPolicy)?);
    let role = Some(compile(TRUST_POLICY, PolicyType::TrustPolicy)?);
    Ok([bucket, key, role, None].map(|resource| PolicySet {
        resource,
        ..set.clone()
    }))
}
