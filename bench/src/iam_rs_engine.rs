//! `iam-rs`: one `PolicyEvaluator` for each principal, with its policies parsed; requests built beforehand; `evaluate` is measured.
//!
//! It reads IAM's own language, so the documents are given to it as they are. Its `Bool` takes only booleans, so a key that any policy
//! asks with `Bool` has a boolean in the request; all else is text or a list of texts. An error is taken as a denial.
//!
//! Where it differs from AWS, and so in decisions: variables in conditions are not replaced, an ARN whose account is no account id is
//! an error, `ArnEquals` takes no wildcards. A statement with an operator that it does not know (`ForAnyValue:StringLikeIfExists`) is
//! left out.

use iam_rs::{
    Arn, Context, ContextValue, Decision, EvaluationError, EvaluationResult, IAMPolicy, IAMRequest, IAMStatement,
    PolicyEvaluator, Principal, PrincipalId,
};
use serde::Deserialize as _;

use crate::document::keys_asked_with;
use crate::engine::{Engine, Mode};
use crate::workload::{self, PolicyDocument, Value, Workload};

/// iam-rs, with a workload prepared.
pub(crate) struct IamRsEngine {
    /// By principal; only those that ask.
    evaluators: Vec<Option<PolicyEvaluator>>,
    requests: Vec<(usize, IAMRequest)>,
    /// How many statements could not be read.
    left_out: usize,
}

impl IamRsEngine {
    /// Prepares the policies and the first requests of a workload.
    ///
    /// # Errors
    ///
    /// Which policy or ARN cannot be read.
    pub(crate) fn new(workload: &Workload, requests: usize) -> Result<Self, String> {
        let mut left_out = 0;
        let policies: Vec<IAMPolicy> = workload
            .policies
            .iter()
            .map(|policy| parse(policy, &mut left_out))
            .collect::<Result<_, _>>()?;
        let mut evaluators: Vec<Option<PolicyEvaluator>> = workload.principals.iter().map(|_| None).collect();
        for index in workload.principals_of(requests) {
            let attached = workload.principals[index].policies.iter();
            let attached = attached.map(|policy| policies[*policy].clone()).collect();
            evaluators[index] = Some(PolicyEvaluator::with_policies(attached));
        }
        let booleans = keys_asked_with(workload, &["Bool"])?;
        let prepare = |request: &workload::Request| {
            let resource =
                Arn::parse(&request.resource).map_err(|error| format!("iam-rs: {}: {error}", request.resource))?;
            let arn = workload.principals[request.principal].arn.clone();
            let mut context = Context::new();
            for (key, value) in &request.context {
                let boolean = booleans.contains(&key.to_lowercase());
                context.insert(key.clone(), context_value(value, boolean));
            }
            let principal = Principal::Aws(PrincipalId::String(arn));
            let prepared = IAMRequest::new_with_context(principal, request.action.clone(), resource, context);
            Ok::<_, String>((request.principal, prepared))
        };
        let requests = workload.requests[..requests]
            .iter()
            .map(prepare)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            evaluators,
            requests,
            left_out,
        })
    }

    /// How many statements iam-rs cannot read.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out
    }

    fn evaluate(&self, request: usize) -> Result<EvaluationResult, EvaluationError> {
        let (principal, request) = &self.requests[request];
        self.evaluators[*principal]
            .as_ref()
            .expect("invariant: an evaluator is built for each principal that asks")
            .evaluate(request)
    }
}

impl Engine for IamRsEngine {
    fn name(&self) -> &'static str {
        "iam-rs"
    }

    fn requests(&self) -> usize {
        self.requests.len()
    }

    fn decide(&self, _: Mode, _: &Workload, request: usize) -> bool {
        self.evaluate(request)
            .is_ok_and(|result| result.decision == Decision::Allow)
    }

    fn answer(&self, _: &Workload, request: usize) -> String {
        match self.evaluate(request) {
            Ok(result) => format!("{:?}", result.decision),
            Err(error) => error.to_string(),
        }
    }
}

/// Reads a policy, without the statements that iam-rs cannot read.
fn parse(policy: &PolicyDocument, left_out: &mut usize) -> Result<IAMPolicy, String> {
    let explain = |error: serde_json::Error| format!("iam-rs: policy `{}`: {error}", policy.name);
    if let Ok(parsed) = serde_json::from_str(policy.text()) {
        return Ok(parsed);
    }
    let mut document: serde_json::Value = serde_json::from_str(policy.text()).map_err(explain)?;
    if let Some(statements) = document["Statement"].as_array_mut() {
        let all = statements.len();
        statements.retain(|statement| IAMStatement::deserialize(statement).is_ok());
        *left_out += all - statements.len();
    }
    serde_json::from_value(document).map_err(explain)
}

fn context_value(value: &Value, boolean: bool) -> ContextValue {
    match value {
        Value::Single(text) => match text.to_lowercase().parse() {
            Ok(value) if boolean => ContextValue::Boolean(value),
            _ => ContextValue::String(text.clone()),
        },
        Value::Multivalued(texts) => ContextValue::StringList(texts.clone()),
    }
}
