//! What belongs into the policy of a resource whose type is known: its own ARNs, the actions on it, keys that mean something there.
//!
//! AWS: API reference of Access Analyzer, `ValidatePolicy`, `validatePolicyResourceType`; Service Authorization Reference, "Resource
//! types" of Amazon S3, Amazon S3 Object Lambda and Amazon `DynamoDB`.

use bailiwick_catalog::Action as KnownAction;
use bailiwick_grammar::DiagnosticCode;

use crate::arn_format::Format;
use crate::arn_pattern::fits;
use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::{PolicyTypes, ValidatePolicyResourceType};
use crate::report::Report;
use crate::subject::{Condition, Document, MatchingSteps, Resource, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
        finding_type: FindingType::Error,
        title: "Unsupported resource ARN in policy",
        policy_types: PolicyTypes::RESOURCE,
        trigger: "The type of the resource that the policy belongs to is known, and an ARN of `Resource` is one of another type or \
                  service. What is no right ARN of its service is told by other checks.",
        example: Example {
            fires: r#""Resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab""#,
            silent: r#""Resource": "arn:aws:s3:::acme-reports/*""#,
        },
        grammar: &[],
        run: Run::Resource(unsupported_resource_arn),
    },
    PolicyCheck {
        code: "UNSUPPORTED_ACTION_IN_POLICY",
        finding_type: FindingType::Error,
        title: "Unsupported action in policy",
        policy_types: PolicyTypes::RESOURCE.or(PolicyTypes::TRUST),
        trigger: "The type of the resource that the policy belongs to is known, and an entry of `Action`, or every action that it \
                  stands for, acts on resources of other types only. A role trust policy names actions of AWS STS, without wildcards, \
                  and has no `NotAction`.",
        example: Example {
            fires: r#""Action": "kms:Decrypt""#,
            silent: r#""Action": "s3:GetObject""#,
        },
        grammar: &[DiagnosticCode::ActionNotAllowed],
        run: Run::Document(unsupported_action),
    },
    PolicyCheck {
        code: "IRRELEVANT_CONDITION_KEY_IN_POLICY",
        finding_type: FindingType::Suggestion,
        title: "Irrelevant condition key in policy",
        policy_types: PolicyTypes::RESOURCE,
        trigger: "The policy of a bucket or of an access point asks for `s3:ResourceAccount`, which is always the account of that bucket.",
        example: Example {
            fires: r#""s3:ResourceAccount": "111122223333""#,
            silent: r#""aws:PrincipalAccount": "111122223333""#,
        },
        grammar: &[],
        run: Run::Condition(irrelevant_condition_key),
    },
];

/// What the policy of a resource can be about.
struct Scope {
    /// The resource types, by service, that its ARNs are of.
    arns: &'static [(&'static str, &'static str)],
    /// The resource types whose actions it can name.
    acted_on: &'static [(&'static str, &'static str)],
    /// Actions that it can name besides.
    actions: &'static [(&'static str, &'static str)],
}

impl Scope {
    /// Whether the policy can name the action.
    fn takes(&self, action: &KnownAction) -> bool {
        let acts = action.resource_types().any(|on| {
            let resource_type = on.resource_type();
            (self.acted_on).contains(&(resource_type.service().prefix(), resource_type.name()))
        });
        acts || self.actions.contains(&(action.service().prefix(), action.name()))
    }
}

/// What the policy of the type can be about; nothing for role trust policies, of which the grammar knows.
fn scope(resource_type: ValidatePolicyResourceType) -> Option<Scope> {
    Some(match resource_type {
        ValidatePolicyResourceType::S3Bucket => Scope {
            arns: &[("s3", "bucket"), ("s3", "object")],
            acted_on: &[("s3", "bucket"), ("s3", "object")],
            actions: &[],
        },
        ValidatePolicyResourceType::S3AccessPoint => Scope {
            arns: &[("s3", "accesspoint"), ("s3", "accesspointobject")],
            acted_on: &[("s3", "accesspoint"), ("s3", "accesspointobject"), ("s3", "object")],
            actions: THROUGH_ACCESS_POINTS,
        },
        ValidatePolicyResourceType::S3MultiRegionAccessPoint => Scope {
            arns: &[("s3", "multiregionaccesspoint")],
            acted_on: &[
                ("s3", "multiregionaccesspoint"),
                ("s3", "accesspoint"),
                ("s3", "accesspointobject"),
                ("s3", "object"),
            ],
            actions: THROUGH_ACCESS_POINTS,
        },
        ValidatePolicyResourceType::S3ObjectLambdaAccessPoint => Scope {
            arns: &[("s3", "objectlambdaaccesspoint")],
            acted_on: &[
                ("s3", "objectlambdaaccesspoint"),
                ("s3-object-lambda", "objectlambdaaccesspoint"),
            ],
            actions: &[],
        },
        ValidatePolicyResourceType::DynamoDbTable => Scope {
            arns: &[("dynamodb", "table"), ("dynamodb", "index")],
            acted_on: &[("dynamodb", "table"), ("dynamodb", "index")],
            actions: &[],
        },
        ValidatePolicyResourceType::AssumeRolePolicyDocument => return None,
    })
}

/// What the Service Authorization Reference has for buckets only and an access point takes all the same.
///
/// AWS: Amazon S3 User Guide, "Access point compatibility with S3 operations".
const THROUGH_ACCESS_POINTS: &[(&str, &str)] = &[("s3", "ListBucketMultipartUploads")];

/// Where `s3:ResourceAccount` says nothing.
const S3_TYPES: [ValidatePolicyResourceType; 2] = [
    ValidatePolicyResourceType::S3Bucket,
    ValidatePolicyResourceType::S3AccessPoint,
];

fn unsupported_resource_arn(statement: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    let Some((resource_type, scope)) = known_type(statement).filter(|_| !statement.has_not_resource()) else {
        return;
    };
    let Some(arn) = &resource.arn else {
        return;
    };
    let fits_rest = |format: &&Format| fits(arn.region, format.arn.region) && fits(arn.account, format.arn.account);
    let of_type = |format: &Format| scope.arns.contains(&(format.page, format.resource_type));
    let mut formats = resource.formats().iter().filter(fits_rest).peekable();
    if formats.peek().is_some() && !formats.any(of_type) {
        let details = format!(
            "`{}` is not of the type `{resource_type}`, so a policy of that type cannot speak of it. Name the resource that the policy belongs to.",
            resource.text.as_str()
        );
        report.at(resource.text.span, details);
    }
}

/// Actions that do not exist are left to other checks.
fn unsupported_action(document: &Document<'_>, report: &mut Report<'_>) {
    let mut steps = MatchingSteps::new();
    for statement in (document.statements.iter()).filter(|statement| !statement.has_not_action()) {
        let Some((resource_type, scope)) = known_type(statement) else {
            return;
        };
        for action in &statement.actions {
            let Some(covered) = action.covered(&mut steps) else {
                continue;
            };
            let mut covered = covered.peekable();
            if covered.peek().is_some() && !covered.any(|covered| scope.takes(covered)) {
                let details = format!(
                    "`{}` does not act on resources of the type `{resource_type}`, so their policies cannot name it. Remove it, or name an action on them.",
                    action.pattern.as_str()
                );
                report.at(action.pattern.span, details);
            }
        }
    }
}

fn irrelevant_condition_key(statement: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let Some(resource_type) = statement.policy_type.resource_type() else {
        return;
    };
    if S3_TYPES.contains(&resource_type) && condition.is_on("s3:ResourceAccount") {
        let details = format!(
            "`{}` says nothing in a policy of the type `{resource_type}`: the resource is always in its own account. \
             Remove it here, and use it in identity policies.",
            condition.key.as_str()
        );
        report.at(condition.key.span, details);
    }
}

fn known_type(statement: &Statement<'_>) -> Option<(ValidatePolicyResourceType, Scope)> {
    let resource_type = statement.policy_type.resource_type()?;
    Some((resource_type, scope(resource_type)?))
}
