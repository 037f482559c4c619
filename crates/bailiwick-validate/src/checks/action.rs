//! The names of actions and of their services.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Action"; Service Authorization Reference.

use std::ops::Range;

use bailiwick_catalog::{Action as KnownAction, Catalog, Service};
use bailiwick_grammar::json::Json;
use bailiwick_grammar::{DiagnosticCode, Spanned};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::nearest::{Advice, nearest};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Action, Document, MatchingSteps, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "INVALID_ACTION",
        finding_type: FindingType::Error,
        title: "Invalid action",
        policy_types: PolicyTypes::ALL,
        trigger: "An action is neither `*` nor `service:Name`; or its service has no action of that name, in any case; or it has wildcards \
                  and no action of the service matches. An action that one of the AWS managed policies names is taken to exist.",
        example: Example {
            fires: r#""Action": "s3:GetObjects""#,
            silent: r#""Action": "s3:getobject""#,
        },
        grammar: &[DiagnosticCode::InvalidAction],
        run: Run::Document(invalid_action),
    },
    PolicyCheck {
        code: "INVALID_SERVICE_IN_ACTION",
        finding_type: FindingType::Error,
        title: "Invalid service in action",
        policy_types: PolicyTypes::ALL,
        trigger: "The service prefix of an action is that of no service, or is not written as one. A prefix that one of the AWS managed \
                  policies has is taken to exist.",
        example: Example {
            fires: r#""Action": "dynamo:GetItem""#,
            silent: r#""Action": "dynamodb:GetItem""#,
        },
        grammar: &[DiagnosticCode::InvalidServicePrefix],
        run: Run::Document(invalid_service_in_action),
    },
    PolicyCheck {
        code: "WILDCARD_IN_SERVICE_NAME",
        finding_type: FindingType::Suggestion,
        title: "Wildcard in service name",
        policy_types: PolicyTypes::ALL,
        trigger: "The service of an action or of a resource ARN has a wildcard. The action `*` and the resource `*` name no service. Of the \
                  actions of a service control policy SCP_SYNTAX_ERROR_ACTION_WILDCARD tells.",
        example: Example {
            fires: r#""arn:aws:code*:*:111122223333:*""#,
            silent: r#""arn:aws:codebuild:*:111122223333:*""#,
        },
        grammar: &[],
        run: Run::Statement(wildcard_in_service_name),
    },
];

fn actions<'d>(document: &'d Document<'_>) -> impl Iterator<Item = &'d Action<'d>> {
    document.statements.iter().flat_map(|statement| &statement.actions)
}

fn invalid_action(document: &Document<'_>, report: &mut Report<'_>) {
    let mut steps = MatchingSteps::new();
    let invalid = actions(document).filter_map(|action| {
        let service = action.service?;
        let exists = if action.is_pattern() {
            (action.covered(&mut steps)).is_none_or(|mut covered| covered.next().is_some())
        } else {
            action.action.is_some() || Catalog::is_unlisted_action(action.pattern.as_str())
        };
        (!exists).then_some((service, action))
    });
    let mut advice = Advice::default();
    for (service, action) in invalid {
        let written = action.pattern.as_str();
        let meant = advice.look(|| (!action.is_pattern()).then(|| meant(service, action))?);
        let details = match meant {
            _ if action.is_pattern() => format!(
                "`{written}` matches no action: {} has none whose name is like that. Correct it or remove it.",
                service.name()
            ),
            Some(meant) => format!("Action `{written}` does not exist. Did you mean `{meant}`?"),
            None => format!("Action `{written}` does not exist. Correct its name or remove it."),
        };
        report.at(action.pattern.span, details);
    }
}

/// Operations of APIs that are allowed by an action of another name.
///
/// AWS: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations"; AWS Lambda Developer Guide; Bedrock API
/// Reference, `Converse`; `DynamoDB` Developer Guide, "Using IAM with transactions".
const OPERATIONS: [(&str, &str); 24] = [
    ("bedrock:Converse", "bedrock:InvokeModel"),
    ("bedrock:ConverseStream", "bedrock:InvokeModelWithResponseStream"),
    ("dynamodb:TransactGetItems", "dynamodb:GetItem"),
    ("dynamodb:TransactWriteItems", "dynamodb:PutItem"),
    ("lambda:Invoke", "lambda:InvokeFunction"),
    ("s3:CompleteMultipartUpload", "s3:PutObject"),
    ("s3:CopyObject", "s3:PutObject"),
    ("s3:CreateMultipartUpload", "s3:PutObject"),
    ("s3:DeleteObjects", "s3:DeleteObject"),
    ("s3:GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("s3:GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("s3:GetBucketReplication", "s3:GetReplicationConfiguration"),
    ("s3:HeadBucket", "s3:ListBucket"),
    ("s3:HeadObject", "s3:GetObject"),
    ("s3:ListBuckets", "s3:ListAllMyBuckets"),
    ("s3:ListMultipartUploads", "s3:ListBucketMultipartUploads"),
    ("s3:ListObjects", "s3:ListBucket"),
    ("s3:ListObjectsV2", "s3:ListBucket"),
    ("s3:ListObjectVersions", "s3:ListBucketVersions"),
    ("s3:ListParts", "s3:ListMultipartUploadParts"),
    ("s3:PutBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("s3:PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
    ("s3:PutBucketReplication", "s3:PutReplicationConfiguration"),
    ("s3:UploadPart", "s3:PutObject"),
];

/// The action that was meant by a name that the service does not have: what allows the operation of that name, the service's action
/// that is written nearly so, or the action that has this very name in the one service that has it.
/// One word alone, such as `Receive`, says nothing of another service.
fn meant(service: &'static Service, action: &Action<'_>) -> Option<&'static KnownAction> {
    let operation = (OPERATIONS.iter()).find(|(operation, _)| operation.eq_ignore_ascii_case(action.pattern.as_str()));
    operation
        .and_then(|(_, permission)| Catalog::action(permission))
        .or_else(|| service.action(nearest(action.name(), service.actions().iter().map(KnownAction::name))?))
        .or_else(|| {
            action.name().bytes().filter(u8::is_ascii_uppercase).nth(1)?;
            let mut named = (Catalog::services().iter()).filter_map(|service| service.action(action.name()));
            named.next().filter(|_| named.next().is_none())
        })
}

fn invalid_service_in_action(document: &Document<'_>, report: &mut Report<'_>) {
    let invalid = actions(document).filter_map(|action| {
        let prefix = action.service_prefix()?;
        (action.service.is_none() && !Catalog::is_unlisted_service(prefix)).then_some((prefix, action))
    });
    let mut advice = Advice::default();
    for (prefix, action) in invalid {
        let details = match advice.meant_service(prefix) {
            Some(meant) => format!("Service `{prefix}` does not exist. Did you mean `{meant}`?"),
            None => format!(
                "Service `{prefix}` does not exist. Use the prefix that the Service Authorization Reference gives for the service."
            ),
        };
        report.at(action.pattern.service_span(), details);
    }
}

fn wildcard_in_service_name(statement: &Statement<'_>, report: &mut Report<'_>) {
    // Such actions are refused by the grammar, and in service control policies another check tells of them besides.
    let is_told = statement.kinds.intersects(PolicyTypes::SERVICE_CONTROL);
    let refused = (statement.tree.action.iter())
        .filter(|_| !is_told)
        .flat_map(|element| &element.value.invalid);
    for value in refused {
        let Json::String(text) = &value.node else { continue };
        let prefix = text.split_once(':').map_or(0..0, |(prefix, _)| 0..prefix.len());
        if has_wildcard(text, &prefix) {
            let details = "A service prefix has no wildcards. Name each service, with its actions behind the colon.";
            report.at(Spanned::new(text.clone(), value.span).part(prefix), details);
        }
    }
    for resource in &statement.resources {
        let service = service_of(resource.text);
        if has_wildcard(resource.text, &service) {
            let details = format!(
                "`{}` matches resources of services that nobody thought of, those to come included. Name each service.",
                resource.text.get(service.clone()).unwrap_or_default()
            );
            report.at(resource.text.part(service), details);
        }
    }
}

fn has_wildcard(text: &str, range: &Range<usize>) -> bool {
    text.get(range.clone()).is_some_and(|part| part.contains(['*', '?']))
}

/// Where the service of an ARN stands, of a shortened one too; nothing where the partition is a policy variable.
fn service_of(text: &str) -> Range<usize> {
    let mut colons = text.match_indices(':').map(|(at, _)| at);
    match (text.starts_with("arn:"), colons.nth(1)) {
        (true, Some(colon)) if !text[..colon].contains('$') => colon + 1..colons.next().unwrap_or(text.len()),
        _ => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_no_actions_and_their_actions_exist() {
        for (operation, action) in OPERATIONS {
            assert_eq!(Catalog::action(operation), None, "{operation}");
            assert!(Catalog::action(action).is_some(), "{action}");
        }
    }
}
