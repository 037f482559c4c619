//! Answers, as people and programs read them.

use bailiwick_eval::{Decision, Explanation, GroupOutcome, Mismatch, Request, StatementPlace};
use bailiwick_grammar::ast::Effect;
use bailiwick_grammar::{PolicyType, Span};
use bailiwick_model::{Location, PolicyRecord, PrincipalKind, root_assumes_role};
use bailiwick_policy::{Condition, ContextValue, PrincipalMatch, RequestContext, Statement};
use serde::{Serialize, Serializer};

use crate::applied::{Applied, AppliedPolicies};

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
    /// The statements that decide: for an explicit deny those that deny, else the identity- and resource-based ones that allow.
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
    /// Why, in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<ExplanationReport>,
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
        serializer.collect_map(
            self.0
                .iter()
                .map(|(key, value)| (key.as_str(), ValueReport(value.clone()))),
        )
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
    /// Where the statement stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationReport>,
    /// The statement's text.
    #[serde(skip)]
    pub excerpt: Excerpt,
}

/// A place in a file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocationReport {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The character within the line, from 1.
    pub column: u32,
    /// The line in the decoded document, where the file holds it as a string; `line` and `column` are the place of the string then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_line: Option<u32>,
}

/// A part of a policy document.
#[derive(Clone, Debug)]
pub struct Excerpt {
    record: PolicyRecord,
    span: Span,
}

impl Excerpt {
    /// The text, as it was written.
    pub fn text(&self) -> &str {
        self.record.document().text().get(self.span.range()).unwrap_or_default()
    }

    /// Where it stands.
    pub fn location(&self) -> Location {
        self.record.locate(self.span)
    }
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

fn policy_types<S: Serializer>(policy_types: &[PolicyType], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(policy_types.iter().map(|&policy_type| policy_type_name(policy_type)))
}

impl Answer {
    /// Puts names to what the evaluator explains by place.
    pub(crate) fn new(
        request: &Request,
        policies: &AppliedPolicies<'_>,
        explanation: Explanation,
        mut notes: Vec<String>,
    ) -> Self {
        if root_assumes_role(PrincipalKind::of(request.principal()), request.action()) {
            notes.push("AWS lets no root user assume a role, whatever the role's trust policy says".to_owned());
        }
        let groups = explanation.groups.into_iter();
        let policy_types: Vec<PolicyTypeReport> = groups
            .map(|outcome| policy_type_report(outcome, policies, request))
            .collect();
        let decides = |report: &StatementReport| match (explanation.decision, report.effect) {
            (Decision::ExplicitDeny, Effect::Deny) => true,
            (Decision::ExplicitDeny, Effect::Allow) | (Decision::Allowed | Decision::ImplicitDeny, Effect::Deny) => {
                false
            }
            (Decision::Allowed | Decision::ImplicitDeny, Effect::Allow) => grants(report.policy_type),
        };
        let matched = policy_types.iter().flat_map(|report| &report.matched);
        let silent = policy_types.iter().filter(|report| {
            explanation.decision == Decision::ImplicitDeny && report.outcome == Decision::ImplicitDeny
        });
        let silent_levels = silent.filter_map(|report| {
            let PolicyTypeReport {
                policy_type,
                level,
                policies,
                ..
            } = report;
            Some(SilentLevel {
                policy_type: *policy_type,
                level: level.clone()?,
                policies: policies.clone(),
            })
        });
        Self {
            principal: request.principal().to_string(),
            action: request.action().to_owned(),
            resource: request.resource().to_owned(),
            resource_account: request.resource_account().map(|account| account.to_string()),
            decision: explanation.decision,
            matched_statements: matched.filter(|report| decides(report)).cloned().collect(),
            blocked_by: explanation.blocked_by,
            missing_context_values: explanation
                .missing_context_values
                .iter()
                .map(ToString::to_string)
                .collect(),
            notes,
            silent_levels: silent_levels.collect(),
            explanation: Some(ExplanationReport {
                policy_types,
                context: ContextReport(request.context().clone()),
            }),
        }
    }

    /// The answer without its explanation: the decision and the statements behind it.
    #[must_use]
    pub fn without_explanation(self) -> Self {
        Self {
            explanation: None,
            ..self
        }
    }
}

/// Whether policies of a type grant access, rather than bound it.
fn grants(policy_type: PolicyType) -> bool {
    match policy_type {
        PolicyType::IdentityBasedPolicy | PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy => true,
        PolicyType::PermissionsBoundary
        | PolicyType::SessionPolicy
        | PolicyType::ServiceControlPolicy
        | PolicyType::ResourceControlPolicy
        | PolicyType::VpcEndpointPolicy => false,
    }
}

fn policy_type_report(outcome: GroupOutcome, policies: &AppliedPolicies<'_>, request: &Request) -> PolicyTypeReport {
    let policy_type = outcome.group.policy_type;
    let (level, policies) = policies.group(outcome.group);
    let report = |place: StatementPlace| {
        let applied = &policies[place.policy];
        statement_report(
            policy_type,
            level,
            applied,
            &applied.policy.statements()[place.statement],
            place.principal,
        )
    };
    PolicyTypeReport {
        policy_type,
        level: level.map(str::to_owned),
        outcome: outcome.outcome,
        policies: policies.iter().map(|applied| applied.name.to_owned()).collect(),
        matched: outcome.matched.into_iter().map(report).collect(),
        near_misses: outcome
            .near_misses
            .into_iter()
            .map(|miss| {
                let applied = &policies[miss.place.policy];
                let statement = &applied.policy.statements()[miss.place.statement];
                let failed = miss
                    .mismatches
                    .into_iter()
                    .filter_map(|mismatch| failed(mismatch, applied, statement, request));
                NearMissReport {
                    statement: report(miss.place),
                    failed: failed.collect(),
                }
            })
            .collect(),
    }
}

fn statement_report(
    policy_type: PolicyType,
    level: Option<&str>,
    applied: &Applied<'_>,
    statement: &Statement,
    principal: Option<PrincipalMatch>,
) -> StatementReport {
    let excerpt = Excerpt {
        record: applied.record.clone(),
        span: statement.span,
    };
    let location = excerpt.location();
    StatementReport {
        policy_type,
        policy: applied.name.to_owned(),
        sid: statement.sid.as_deref().map(str::to_owned),
        statement: statement.index,
        effect: statement.effect,
        policy_arn: applied.arn.map(str::to_owned),
        attached_to: applied.attached_to.map(str::to_owned),
        level: level.map(str::to_owned),
        principal_match: principal.map(|named| match named {
            PrincipalMatch::Direct => "direct",
            PrincipalMatch::Wildcard => "everyone",
            PrincipalMatch::Role => "role",
            PrincipalMatch::ParentUser => "parentUser",
            PrincipalMatch::Account => "account",
        }),
        location: Some(LocationReport {
            file: location.source.to_string(),
            line: location.position.line,
            column: location.position.column,
            document_line: location.within.map(|within| within.line),
        }),
        excerpt,
    }
}

fn failed(
    mismatch: Mismatch,
    applied: &Applied<'_>,
    statement: &Statement,
    request: &Request,
) -> Option<FailedElement> {
    let text = applied.record.document().text();
    let written = |span: Span| text.get(span.range()).unwrap_or_default().to_owned();
    let element = |element, spans: Vec<Span>, actual: &str, missing| FailedElement {
        element,
        operator: None,
        key: None,
        expected: spans.into_iter().map(written).collect(),
        actual: Some(ValueReport(actual.into())),
        missing_context_values: missing,
    };
    match mismatch {
        // A statement about another action is no near miss.
        Mismatch::Action => None,
        Mismatch::Principal => {
            let principal = statement.principal.as_ref()?;
            let name = if principal.negated { "NotPrincipal" } else { "Principal" };
            let spans = principal.patterns.iter().map(|pattern| pattern.span).collect();
            Some(element(name, spans, &request.principal().to_string(), Vec::new()))
        }
        Mismatch::Resource { unresolved } => {
            let resource = statement.resource.as_ref()?;
            let name = if resource.negated { "NotResource" } else { "Resource" };
            let spans = resource.patterns.iter().map(|pattern| pattern.span).collect();
            Some(element(
                name,
                spans,
                request.resource(),
                unresolved.iter().map(ToString::to_string).collect(),
            ))
        }
        Mismatch::Condition { index, saw, missing } => {
            let Condition {
                operator,
                key,
                operands,
                ..
            } = statement.conditions.get(index)?;
            Some(FailedElement {
                element: "Condition",
                operator: Some(operator.to_string()),
                key: Some(key.to_string()),
                expected: operands.iter().map(|operand| written(operand.span)).collect(),
                actual: saw.map(ValueReport),
                missing_context_values: missing.iter().map(ToString::to_string).collect(),
            })
        }
    }
}
