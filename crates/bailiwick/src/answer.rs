//! Answers, as people and programs read them.

mod build;
mod call;
mod excerpt;

use bailiwick_eval::Decision;
use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Effect;
use bailiwick_model::ServiceRule;
use bailiwick_policy::{ContextValue, RequestContext};
use serde::{Serialize, Serializer};

pub use self::excerpt::{Excerpt, LocationReport};

/// The answer to one question: the decision, and why.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Who asks.
    pub principal: String,
    /// What is to be done.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The account that the resource belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_account: Option<String>,
    /// The decision.
    #[serde(serialize_with = "decision")]
    pub decision: Decision,
    /// The rule by which the service itself allows or refuses the request, whatever the policies allow.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "service_rule")]
    pub service_rule: Option<ServiceRule>,
    /// The statements that decide: for an explicit deny those that deny, else the identity- and resource-based ones that allow; none
    /// where the service itself allows the request.
    pub matched_statements: Vec<StatementReport>,
    /// The policy types for whose sake the request is not allowed.
    #[serde(serialize_with = "policy_types")]
    pub blocked_by: Vec<PolicyType>,
    /// The condition keys that the request does not have and whose value could change the decision.
    pub missing_context_values: Vec<String>,
    /// What the answer could not take into account.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The levels of the organization that do not allow the request, where that is why it is not allowed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub silent_levels: Vec<SilentLevel>,
    /// The answers to the checks of a call that needs several permissions; empty where it needs one. The decision is the most restrictive of
    /// theirs, and the statements, policy types and condition keys are those of the checks that have it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Answer>,
    /// What becomes of the role that is passed, where the request is `iam:PassRole` and says to which service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed_role: Option<PassedRole>,
    /// Why, in full; of a call with several checks, each of them has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<ExplanationReport>,
}

/// Whether the service that a role is passed to can assume it. AWS checks that when the service uses the role, so that it does not bear on
/// whether the role can be passed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PassedRole {
    /// The service: `iam:PassedToService`.
    pub service: String,
    /// The resource that the role is for: `iam:AssociatedResourceArn`, the `aws:SourceArn` of the service's call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associated_resource_arn: Option<String>,
    /// Whether the service can assume the role for it.
    pub assumption: Box<Answer>,
}

/// A root, organizational unit or account whose SCPs or RCPs do not allow a request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SilentLevel {
    /// SCPs or RCPs.
    #[serde(serialize_with = "policy_type")]
    pub policy_type: PolicyType,
    /// The root, organizational unit or account.
    pub level: String,
    /// The names of the policies there.
    pub policies: Vec<String>,
}

/// Why a request is decided as it is, policy type by policy type.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplanationReport {
    /// What each list of policies says.
    pub policy_types: Vec<PolicyTypeReport>,
    /// The request context that was decided on.
    pub context: ContextReport,
}

/// The condition keys of a request.
#[derive(Clone, Debug)]
pub struct ContextReport(pub RequestContext);

impl Serialize for ContextReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, ValueReport(value.to_value()))))
    }
}

/// The value of a condition key: a string, or a list for a multivalued key.
#[derive(Clone, Debug)]
pub struct ValueReport(pub ContextValue);

impl Serialize for ValueReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            ContextValue::Single(value) => serializer.serialize_str(value),
            ContextValue::Multivalued(values) => serializer.collect_seq(values.iter()),
        }
    }
}

/// A statement of a policy that took part.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatementReport {
    /// The type of the policy.
    #[serde(serialize_with = "policy_type")]
    pub policy_type: PolicyType,
    /// The name of the policy.
    pub policy: String,
    /// The statement's id, if it has one.
    pub sid: Option<String>,
    /// The place of the statement in the policy, from 0.
    pub statement: usize,
    /// The statement's effect.
    #[serde(serialize_with = "effect")]
    pub effect: Effect,
    /// The managed policy that the policy is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_arn: Option<String>,
    /// What the policy is attached to or embedded in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attached_to: Option<String>,
    /// The name of the root, organizational unit or account, for SCPs and RCPs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// How the statement names the principal, in policies that do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_match: Option<&'static str>,
    /// The condition keys that the request does not have and for whose absence the statement applies: of `StringNotEquals`, of
    /// `…IfExists`, of `Null` and the like, and of variables that nothing equals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub applies_without: Vec<String>,
    /// Where the statement stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationReport>,
    /// The statement's text.
    #[serde(skip)]
    pub excerpt: Excerpt,
}

/// What one list of policies says: those of a type, or of one level of the organization.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyTypeReport {
    /// The type.
    #[serde(serialize_with = "policy_type")]
    pub policy_type: PolicyType,
    /// The root, organizational unit or account, for SCPs and RCPs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// What its statements amount to, taken alone.
    #[serde(serialize_with = "decision")]
    pub outcome: Decision,
    /// The names of the policies.
    pub policies: Vec<String>,
    /// Whether any of their statements speaks of the action.
    pub names_action: bool,
    /// The statements that apply.
    pub matched: Vec<StatementReport>,
    /// The statements that nearly apply.
    pub near_misses: Vec<NearMissReport>,
}

/// A statement that speaks of the action, and that a single kind of element keeps from applying.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NearMissReport {
    /// The statement.
    pub statement: StatementReport,
    /// What keeps it from applying.
    pub failed: Vec<FailedElement>,
}

/// An element of a statement that does not match the request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedElement {
    /// `Principal`, `NotPrincipal`, `Resource`, `NotResource` or `Condition`.
    pub element: &'static str,
    /// The condition operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The condition key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What the policy has, as it is written there.
    pub expected: Vec<String>,
    /// What the request has; nothing where it has no value for the key.
    pub actual: Option<ValueReport>,
    /// The condition keys that the request does not have.
    pub missing_context_values: Vec<String>,
}

/// The name of a policy type in JSON.
pub fn policy_type_name(policy_type: PolicyType) -> &'static str {
    match policy_type {
        PolicyType::IdentityBasedPolicy => "identity",
        PolicyType::PermissionsBoundary => "permissionsBoundary",
        PolicyType::SessionPolicy => "session",
        PolicyType::ResourceBasedPolicy => "resource",
        PolicyType::TrustPolicy => "trust",
        PolicyType::ServiceControlPolicy => "scp",
        PolicyType::ResourceControlPolicy => "rcp",
        PolicyType::VpcEndpointPolicy => "vpcEndpoint",
    }
}

/// The name of a decision in JSON; AWS's own.
pub fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitDeny => "explicitDeny",
        Decision::ImplicitDeny => "implicitDeny",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn decision<S: Serializer>(decision: &Decision, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(decision_name(*decision))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn effect<S: Serializer>(effect: &Effect, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(effect.as_str())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn policy_type<S: Serializer>(policy_type: &PolicyType, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(policy_type_name(*policy_type))
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn service_rule<S: Serializer>(rule: &Option<ServiceRule>, serializer: S) -> Result<S::Ok, S::Error> {
    match rule {
        Some(rule) => serializer.collect_str(rule),
        None => serializer.serialize_none(),
    }
}

fn policy_types<S: Serializer>(policy_types: &[PolicyType], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(policy_types.iter().map(|&policy_type| policy_type_name(policy_type)))
}

impl Answer {
    /// The answer without its explanation: the decision and the statements behind it.
    #[must_use]
    pub fn without_explanation(self) -> Self {
        let checks = self.checks.into_iter().map(Self::without_explanation);
        let passed_role = self.passed_role.map(|passed| PassedRole {
            assumption: Box::new(passed.assumption.without_explanation()),
            ..passed
        });
        Self {
            checks: checks.collect(),
            passed_role,
            explanation: None,
            ..self
        }
    }
}
