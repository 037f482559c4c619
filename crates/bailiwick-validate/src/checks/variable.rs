//! Policy variables: how they are written, where they stand, and what they may stand for. How they are written is the grammar's work.
//!
//! A variable before the fifth colon of a resource is no finding: AWS replaces it, and one of its managed policies has such a one.
//!
//! AWS: IAM User Guide, "IAM policy elements: Variables and tags".

use bailiwick_grammar::json::Json;
use bailiwick_grammar::{DiagnosticCode, Span};

use super::permissive_use::{Rule, Use, too_permissive};
use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Condition, Document, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "MISSING_BRACE_IN_VARIABLE",
        finding_type: FindingType::Error,
        title: "Missing brace in variable",
        policy_types: PolicyTypes::ALL,
        trigger: "A policy variable in a resource or in a condition value has no closing brace, or another brace or a quote where its \
                  name should end; or another variable stands in it.",
        example: Example {
            fires: r#""arn:aws:s3:::amzn-s3-demo-bucket/${aws:username/*""#,
            silent: r#""arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/*""#,
        },
        grammar: &[DiagnosticCode::MissingBraceInVariable, DiagnosticCode::InvalidVariable],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "MISSING_QUOTE_IN_VARIABLE",
        finding_type: FindingType::Error,
        title: "Missing quote in variable",
        policy_types: PolicyTypes::ALL,
        trigger: "The default value of a policy variable does not begin and end with a single quote.",
        example: Example {
            fires: "${aws:PrincipalTag/team, 'everyone}",
            silent: "${aws:PrincipalTag/team, 'everyone'}",
        },
        grammar: &[DiagnosticCode::MissingQuoteInVariable],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "UNSUPPORTED_SPACE_IN_VARIABLE",
        finding_type: FindingType::Error,
        title: "Unsupported space in variable",
        policy_types: PolicyTypes::ALL,
        trigger: "The name of a policy variable has a space, or its comma is not followed by exactly one. A default value may have spaces.",
        example: Example {
            fires: "${aws:PrincipalTag/cost center}",
            silent: "${aws:PrincipalTag/team, 'the whole company'}",
        },
        grammar: &[DiagnosticCode::SpaceInVariable],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "EMPTY_VARIABLE",
        finding_type: FindingType::Error,
        title: "Empty variable",
        policy_types: PolicyTypes::ALL,
        trigger: "A policy variable has no name.",
        example: Example {
            fires: r#""arn:aws:s3:::amzn-s3-demo-bucket/${}/*""#,
            silent: r#""arn:aws:s3:::amzn-s3-demo-bucket/${$}{}/*""#,
        },
        grammar: &[DiagnosticCode::EmptyVariable],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        finding_type: FindingType::Error,
        title: "Variable unsupported in element",
        policy_types: PolicyTypes::ALL,
        trigger: "A policy variable stands elsewhere than in a resource or in a condition value: in `Id`, `Sid`, an action, a principal or \
                  a condition key.",
        example: Example {
            fires: r#""AWS": "arn:aws:iam::111122223333:user/${aws:username}""#,
            silent: r#""Resource": "arn:aws:s3:::amzn-s3-demo-bucket/${aws:username}/*""#,
        },
        grammar: &[DiagnosticCode::VariableInPrincipal],
        run: Run::Document(variable_unsupported_in_element),
    },
    PolicyCheck {
        code: "VARIABLE_UNSUPPORTED_IN_VERSION",
        finding_type: FindingType::Error,
        title: "Variable unsupported in version",
        policy_types: PolicyTypes::ALL,
        trigger: "A resource or a condition value has a policy variable, and the `Version` of the policy is not `2012-10-17`. It is then \
                  plain text.",
        example: Example {
            fires: r#""Version": "2008-10-17""#,
            silent: r#""Version": "2012-10-17""#,
        },
        grammar: &[DiagnosticCode::VariableInVersion],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "VARIABLE_USAGE_TOO_PERMISSIVE",
        finding_type: FindingType::Error,
        title: "Variable usage too permissive",
        policy_types: PolicyTypes::ALL,
        trigger: "A policy variable stands in the value of a string operator where others can choose what it stands for. A sensitive \
                  condition key (one that names an account, an organization, a VPC or a VPC endpoint) takes none but those that are \
                  sensitive keys themselves, as `${aws:PrincipalAccount}`. In `aws:userid` a variable stands behind the colon or is all \
                  that stands before it. In the subject of an identity provider and in organization paths it stands behind six other \
                  characters. The last two are about conditions that a wider value makes more permissive.",
        example: Example {
            fires: r#""StringEquals": {"aws:ResourceAccount": "${aws:PrincipalTag/account}"}"#,
            silent: r#""StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}"#,
        },
        grammar: &[],
        run: Run::Condition(variable_usage_too_permissive),
    },
];

fn variable_unsupported_in_element(document: &Document<'_>, report: &mut Report<'_>) {
    if let Some(id) = &document.tree.id {
        report_variable(id, id.span, report);
    }
    for statement in &document.statements {
        if let Some(sid) = &statement.tree.sid {
            report_variable(sid, sid.span, report);
        }
        for action in &statement.actions {
            report_variable(action.pattern.as_str(), action.pattern.span, report);
        }
        // What has a colon in its braces is no action.
        for action in statement.tree.action.iter().flat_map(|element| &element.value.invalid) {
            if let Json::String(text) = &action.node {
                report_variable(text, action.span, report);
            }
        }
        // Those that are nothing without their variables the grammar refuses.
        for principal in statement
            .principals
            .iter()
            .filter(|principal| principal.value.is_some())
        {
            report_variable(principal.text, principal.span, report);
        }
        for condition in &statement.conditions {
            report_variable(condition.key, condition.key.span, report);
        }
    }
}

fn report_variable(text: &str, place: Span, report: &mut Report<'_>) {
    let Some(start) = text.find("${") else { return };
    let variable = &text[start..];
    let variable = variable.find('}').map_or(variable, |end| &variable[..=end]);
    let details = format!(
        "`{variable}` is not replaced here: policy variables work in resources and in condition values only. Write the value out."
    );
    report.at(place, details);
}

fn variable_usage_too_permissive(statement: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let key = condition.key.as_str();
    for (place, rule) in too_permissive(statement, condition, Use::Variable) {
        let details = match rule {
            Rule::Never => format!(
                "`{key}` tells your own accounts, organization or networks from others, and whoever sets the value of this variable \
                 decides which these are. Write the value out."
            ),
            Rule::BehindSixCharacters => format!(
                "Whoever sets the value of this variable decides how `{key}` begins. Put at least 6 characters before it."
            ),
            Rule::UserId => format!(
                "This variable stands for a part of the identifier before the colon of `{key}`. Put it behind the colon, or let it \
                 be all that stands before it."
            ),
        };
        report.at(place, details);
    }
}
