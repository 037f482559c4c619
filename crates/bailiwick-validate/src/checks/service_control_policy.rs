//! Service control policies: the elements and wildcards that they do not take.
//!
//! AWS: Organizations User Guide, "SCP syntax".

use bailiwick_grammar::json::{Json, Text};
use bailiwick_grammar::{DiagnosticCode, Spanned};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::Statement;

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "SCP_SYNTAX_ERROR_PRINCIPAL",
        finding_type: FindingType::Error,
        title: "SCP syntax error principal",
        policy_types: PolicyTypes::SERVICE_CONTROL,
        trigger: "A statement of a service control policy has `Principal` or `NotPrincipal`.",
        example: Example {
            fires: r#""Principal": "*""#,
            silent: r#""Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass"}}"#,
        },
        grammar: &[DiagnosticCode::PrincipalNotAllowed],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
        finding_type: FindingType::Error,
        title: "SCP syntax error action wildcard",
        policy_types: PolicyTypes::SERVICE_CONTROL,
        trigger: "An action of a service control policy has a wildcard in its service prefix. Since September 2025 one may stand \
                  anywhere in the name of the action; AWS's page still speaks of the older rule, that it stands at the end only.",
        example: Example {
            fires: r#""Action": "*:Delete*""#,
            silent: r#""Action": "s3:*Bucket*""#,
        },
        grammar: &[],
        run: Run::Statement(wildcard_in_service_prefix),
    },
];

fn wildcard_in_service_prefix(statement: &Statement<'_>, report: &mut Report<'_>) {
    let Some(action) = &statement.tree.action else { return };
    // What has one is no action pattern: the grammar keeps it as the text that it is.
    for value in &action.value.invalid {
        let Json::String(text) = &value.node else { continue };
        let Some((prefix, name)) = text.split_once(':') else {
            continue;
        };
        let Some(wildcard) = prefix.find(['*', '?']) else {
            continue;
        };
        let details = format!(
            "Action `{}` has a wildcard in its service prefix, where a service control policy takes none. Name each service: \
             `SERVICE:{name}`.",
            text.as_str()
        );
        let place: Spanned<Text> = Spanned::new(text.clone(), value.span);
        report.at(place.part(wildcard..wildcard + 1), details);
    }
}
