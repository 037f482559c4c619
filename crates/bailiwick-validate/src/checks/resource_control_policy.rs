//! Resource control policies: what they may consist of, and whom they hit without their author thinking of it.
//!
//! AWS: Organizations User Guide, "RCP syntax" and "Resource control policies (RCPs)".

use bailiwick_catalog::Catalog;
use bailiwick_grammar::{ConditionOperator, DiagnosticCode};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Action, Condition, Statement};

/// Keys that say who asks, and that a service asking as itself has no value for.
///
/// AWS: IAM User Guide, "AWS global condition context keys", "Properties of the principal"; `aws:PrincipalIsAWSService`,
/// `aws:PrincipalServiceName` and `aws:PrincipalServiceNamesList` there are about services.
const PRINCIPAL_KEYS: [&str; 8] = [
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalTag/${TagKey}",
    "aws:PrincipalType",
    "aws:userid",
    "aws:username",
];

/// Keys that say for whom a service asks. Nobody else has a value for them.
///
/// AWS: IAM User Guide, "AWS global condition context keys", "Properties of the request".
const SOURCE_KEYS: [&str; 4] = [
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
];

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "RCP_SYNTAX_ERROR_PRINCIPAL",
        finding_type: FindingType::Error,
        title: "RCP syntax error principal",
        policy_types: PolicyTypes::RESOURCE_CONTROL,
        trigger: "A statement of a resource control policy has another `Principal` than `\"*\"`, or has `NotPrincipal`.",
        example: Example {
            fires: r#""Principal": {"AWS": "*"}"#,
            silent: r#""Principal": "*""#,
        },
        grammar: &[DiagnosticCode::PrincipalNotAllowed],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "RCP_SYNTAX_ERROR_ALLOW",
        finding_type: FindingType::Error,
        title: "RCP syntax error allow",
        policy_types: PolicyTypes::RESOURCE_CONTROL,
        trigger: "A statement of a resource control policy allows, and not everything to everyone: it has a condition, another principal \
                  than `\"*\"`, or another resource than `*`; or, by AWS's page on the syntax of these policies, another action than `*`. \
                  Only `RCPFullAWSAccess` of AWS itself allows.",
        example: Example {
            fires: r#""Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "*""#,
            silent: r#""Effect": "Allow", "Principal": "*", "Action": "*""#,
        },
        grammar: &[DiagnosticCode::AllowNotAllowed],
        run: Run::Statement(allow_on_some_resources),
    },
    PolicyCheck {
        code: "RCP_SYNTAX_ERROR_NOTACTION",
        finding_type: FindingType::Error,
        title: "RCP syntax error NotAction",
        policy_types: PolicyTypes::RESOURCE_CONTROL,
        trigger: "A statement of a resource control policy has `NotAction`.",
        example: Example {
            fires: r#""NotAction": "s3:GetObject""#,
            silent: r#""Action": "s3:PutObject""#,
        },
        grammar: &[DiagnosticCode::NotActionNotAllowed],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "RCP_SYNTAX_ERROR_ACTION",
        finding_type: FindingType::Error,
        title: "RCP syntax error action",
        policy_types: PolicyTypes::RESOURCE_CONTROL,
        trigger: "A statement of a resource control policy denies `*`, or an action of a service that resource control policies do not \
                  support. Of a service that does not exist only that is told.",
        example: Example {
            fires: r#""Action": "ec2:*""#,
            silent: r#""Action": "sqs:*""#,
        },
        grammar: &[DiagnosticCode::ActionNotAllowed],
        run: Run::Action(action_of_unsupported_service),
    },
    PolicyCheck {
        code: "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY",
        finding_type: FindingType::Warning,
        title: "RCP missing related principal condition key",
        policy_types: PolicyTypes::RESOURCE_CONTROL,
        trigger: "A statement of a resource control policy denies by a key that says who asks, such as `aws:PrincipalOrgID`, without \
                  `aws:PrincipalIsAWSService` being false: services that act for you have no value for that key.",
        example: Example {
            fires: r#""StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#,
            silent: r#""StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}"#,
        },
        grammar: &[],
        run: Run::Statement(missing_related_principal_key),
    },
    PolicyCheck {
        code: "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY",
        finding_type: FindingType::Warning,
        title: "RCP missing related service principal condition key",
        policy_types: PolicyTypes::RESOURCE_CONTROL,
        trigger: "A statement of a resource control policy denies by a key that says for whom a service asks, such as `aws:SourceOrgID`, \
                  without `aws:PrincipalIsAWSService` being true: your principals have no value for that key. `Null` does not count as \
                  denying by it.",
        example: Example {
            fires: r#""StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a1b2c3d4e5"}, "Null": {"aws:SourceAccount": "false"}}"#,
            silent: r#""StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a1b2c3d4e5"}, "Null": {"aws:SourceAccount": "false"},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "true"}"#,
        },
        grammar: &[],
        run: Run::Statement(missing_related_service_principal_key),
    },
    PolicyCheck {
        code: "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK",
        finding_type: FindingType::Warning,
        title: "RCP missing service condition key null check",
        policy_types: PolicyTypes::RESOURCE_CONTROL,
        trigger: "A statement of a resource control policy denies by a key that says for whom a service asks, such as `aws:SourceOrgID`, \
                  without `Null` with false for `aws:SourceAccount` or `aws:SourceArn`: services do not always say it.",
        example: Example {
            fires: r#""StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a1b2c3d4e5"}, "BoolIfExists""#,
            silent: r#""StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a1b2c3d4e5"}, "Null": {"aws:SourceAccount": "false"}"#,
        },
        grammar: &[],
        run: Run::Statement(missing_null_check),
    },
];

/// The grammar knows of actions, conditions and principals.
fn allow_on_some_resources(statement: &Statement<'_>, report: &mut Report<'_>) {
    let Some(resource) = statement.tree.resource.as_ref().filter(|_| statement.allows()) else {
        return;
    };
    let everything = statement.resources.iter().any(|resource| resource.text.as_str() == "*");
    if resource.negated || !everything {
        report.at(
            resource.span(),
            "A resource control policy that allows is for every resource. Deny what is not to be, and leave the allowing to \
             `RCPFullAWSAccess`.",
        );
    }
}

fn action_of_unsupported_service(statement: &Statement<'_>, action: &Action<'_>, report: &mut Report<'_>) {
    let (Some(service), false) = (action.service, statement.has_not_action()) else {
        return;
    };
    if !Catalog::supports_resource_control_policies(service.prefix()) {
        let details = format!(
            "Resource control policies do not apply to {}. Remove `{}`, or deny it with a service control policy.",
            service.name(),
            action.pattern.as_str()
        );
        report.at(action.pattern.span, details);
    }
}

fn missing_related_principal_key(statement: &Statement<'_>, report: &mut Report<'_>) {
    if !statement.denies() || requires_service(statement, false) {
        return;
    }
    for condition in conditions_on_any(statement, &PRINCIPAL_KEYS) {
        let details = format!(
            "A service that acts for you has no value for `{}`, and can be denied unintentionally. Add `\"BoolIfExists\": \
             {{\"aws:PrincipalIsAWSService\": \"false\"}}` to the condition.",
            condition.key.as_str()
        );
        report.at(condition.key.span, details);
    }
}

fn missing_related_service_principal_key(statement: &Statement<'_>, report: &mut Report<'_>) {
    if !statement.denies() || requires_service(statement, true) {
        return;
    }
    for condition in conditions_by_source(statement) {
        let details = format!(
            "Users and roles have no value for `{}`, and can be denied unintentionally. Add `\"BoolIfExists\": \
             {{\"aws:PrincipalIsAWSService\": \"true\"}}` to the condition.",
            condition.key.as_str()
        );
        report.at(condition.key.span, details);
    }
}

fn missing_null_check(statement: &Statement<'_>, report: &mut Report<'_>) {
    let present = |condition: &Condition<'_>| {
        let checked = condition.is_on("aws:SourceAccount") || condition.is_on("aws:SourceArn");
        checked && condition.base_operator() == ConditionOperator::Null && condition.is_always(false)
    };
    if !statement.denies() || statement.conditions.iter().any(present) {
        return;
    }
    for condition in conditions_by_source(statement) {
        let details = format!(
            "Not every service that acts for you says what `{}` asks, and it can be denied unintentionally. Add `\"Null\": \
             {{\"aws:SourceAccount\": \"false\"}}` or `\"Null\": {{\"aws:SourceArn\": \"false\"}}` to the condition.",
            condition.key.as_str()
        );
        report.at(condition.key.span, details);
    }
}

/// Whether the statement is only about requests that a service makes as itself, or only about others. `BoolIfExists` is what AWS
/// advises; `Bool` spares services or principals as well.
fn requires_service(statement: &Statement<'_>, service: bool) -> bool {
    statement
        .conditions_on("aws:PrincipalIsAWSService")
        .any(|condition| condition.base_operator() == ConditionOperator::Bool && condition.is_always(service))
}

fn conditions_by_source<'s, 'a>(statement: &'s Statement<'a>) -> impl Iterator<Item = &'s Condition<'a>> {
    conditions_on_any(statement, &SOURCE_KEYS).filter(|condition| condition.base_operator() != ConditionOperator::Null)
}

fn conditions_on_any<'s, 'a>(
    statement: &'s Statement<'a>,
    keys: &'static [&'static str],
) -> impl Iterator<Item = &'s Condition<'a>> {
    let conditions = statement.conditions.iter();
    conditions.filter(|condition| condition.known.is_some_and(|key| keys.contains(&key.name())))
}
