//! From what the evaluator explains by place to what people and programs read: names, texts, places.

use bailiwick_eval::{Decision, Explanation, GroupOutcome, Mismatch, Request, StatementPlace};
use bailiwick_grammar::ast::Effect;
use bailiwick_grammar::{PolicyType, Span};
use bailiwick_model::{ServiceAuthorization, ServiceRule};
use bailiwick_policy::{Condition, ConditionKey, PrincipalMatch, RequestContext, Statement};

use super::{
    Answer, ContextReport, Excerpt, ExplanationReport, FailedElement, LocationReport, NearMissReport, PolicyTypeReport,
    SilentLevel, StatementReport, ValueReport,
};
use crate::applied::{Applied, AppliedPolicies};

impl Answer {
    /// Puts names to what the evaluator explains by place.
    pub(crate) fn new(
        request: &Request<'_>,
        policies: &AppliedPolicies<'_>,
        explanation: Explanation,
        notes: Vec<String>,
    ) -> Self {
        let service_rule = service_rule(&explanation);
        let groups = explanation.groups.into_iter();
        let policy_types: Vec<PolicyTypeReport> = groups
            .map(|outcome| policy_type_report(outcome, policies, request))
            .collect();
        let decides = |report: &StatementReport| match (explanation.decision, report.effect) {
            // No policy was asked.
            (Decision::Allowed, Effect::Allow) if service_rule.is_some() => false,
            (Decision::ExplicitDeny, Effect::Deny) => true,
            (Decision::ExplicitDeny, Effect::Allow) | (Decision::Allowed | Decision::ImplicitDeny, Effect::Deny) => {
                false
            }
            (Decision::Allowed | Decision::ImplicitDeny, Effect::Allow) => grants(report.policy_type),
        };
        let matched = policy_types.iter().flat_map(|report| &report.matched);
        let silent = policy_types.iter().filter(|report| {
            let blocks = explanation.decision == Decision::ImplicitDeny && service_rule.is_none();
            blocks && report.outcome == Decision::ImplicitDeny
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
            action: request.action().as_str().to_owned(),
            resource: request.resource().to_owned(),
            resource_account: request.resource_account().map(|account| account.to_string()),
            decision: explanation.decision,
            service_rule,
            matched_statements: matched.filter(|report| decides(report)).cloned().collect(),
            blocked_by: explanation.blocked_by,
            missing_context_values: explanation
                .missing_context_values
                .iter()
                .map(ToString::to_string)
                .collect(),
            notes,
            silent_levels: silent_levels.collect(),
            checks: Vec::new(),
            passed_role: None,
            explanation: Some(ExplanationReport {
                policy_types,
                context: ContextReport(request.context().clone()),
            }),
        }
    }
}

/// The rule by which the service decides, if it does. One that allows what a policy denies does not.
fn service_rule(explanation: &Explanation) -> Option<ServiceRule> {
    match (explanation.service, explanation.decision) {
        (ServiceAuthorization::Allowed(rule), Decision::Allowed)
        | (ServiceAuthorization::Refused(rule), Decision::ExplicitDeny | Decision::ImplicitDeny) => Some(rule),
        (ServiceAuthorization::ByPolicies, _)
        | (ServiceAuthorization::Allowed(_), Decision::ExplicitDeny | Decision::ImplicitDeny)
        | (ServiceAuthorization::Refused(_), Decision::Allowed) => None,
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

fn policy_type_report(
    outcome: GroupOutcome,
    policies: &AppliedPolicies<'_>,
    request: &Request<'_>,
) -> PolicyTypeReport {
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
    let matched = |place: StatementPlace| {
        let statement = &policies[place.policy].policy.statements()[place.statement];
        StatementReport {
            applies_without: applies_without(statement, request.context()),
            ..report(place)
        }
    };
    let names_action = |applied: &Applied<'_>| {
        let mut names = false;
        applied.policy.statements_about(request.action(), |_| {
            names = true;
            false
        });
        names
    };
    PolicyTypeReport {
        policy_type,
        level: level.map(str::to_owned),
        outcome: outcome.outcome,
        policies: policies.iter().map(|applied| applied.name.to_owned()).collect(),
        names_action: policies.iter().any(names_action),
        matched: outcome.matched.into_iter().map(matched).collect(),
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

/// The keys for whose absence a statement applies, each once.
fn applies_without(statement: &Statement, context: &RequestContext) -> Vec<String> {
    let excepted = statement.resource.as_ref().filter(|resource| resource.negated);
    let unresolved = excepted.into_iter().flat_map(|resource| {
        let variables = resource.variables();
        variables.filter(|variable| variable.value(context).is_none())
    });
    let held = statement
        .conditions
        .iter()
        .flat_map(|condition| condition.keys_held_without(context));
    let mut keys: Vec<&ConditionKey> = Vec::new();
    for key in unresolved.map(|variable| &variable.key).chain(held) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.into_iter().map(ToString::to_string).collect()
}

fn statement_report(
    policy_type: PolicyType,
    level: Option<&str>,
    applied: &Applied<'_>,
    statement: &Statement,
    principal: Option<PrincipalMatch>,
) -> StatementReport {
    let excerpt = Excerpt::new(applied.record.clone(), statement.span);
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
        applies_without: Vec::new(),
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
    request: &Request<'_>,
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
