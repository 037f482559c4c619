//! Condition keys: which there are, and how many values they have.
//!
//! AWS: IAM User Guide, "AWS global condition context keys", "Single-valued vs. multivalued context keys"; Service Authorization
//! Reference, "Condition keys" of each service.

use std::collections::BTreeMap;

use bailiwick_catalog::{Catalog, ConditionKey};
use bailiwick_grammar::{ConditionOperator, DiagnosticCode, OperatorName, SetOperator};

use super::web_identity::is_unlisted_audience;
use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Condition, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "INVALID_CONDITION_KEY_FORMAT",
        finding_type: FindingType::Error,
        title: "Invalid condition key format",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition key is not of the form `prefix:name`: it has no colon, or nothing before or behind the first one.",
        example: Example {
            fires: r#""SecureTransport": "true""#,
            silent: r#""aws:SecureTransport": "true""#,
        },
        grammar: &[DiagnosticCode::InvalidConditionKey],
        run: Run::Condition(invalid_format),
    },
    PolicyCheck {
        code: "INVALID_GLOBAL_CONDITION_KEY",
        finding_type: FindingType::Error,
        title: "Invalid global condition key",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition key has the prefix `aws:`, and there is no such key, whatever the case of its letters. \
                  `aws:ARN` and tag keys without a tag have checks of their own; keys that AWS documents elsewhere, as `aws:SourceOwner`, are accepted.",
        example: Example {
            fires: r#""aws:PrincipalOrganizationID": "o-a1b2c3d4e5""#,
            silent: r#""aws:principalorgid": "o-a1b2c3d4e5""#,
        },
        grammar: &[],
        run: Run::Condition(invalid_global_key),
    },
    PolicyCheck {
        code: "INVALID_SERVICE_CONDITION_KEY",
        finding_type: FindingType::Error,
        title: "Invalid service condition key",
        policy_types: PolicyTypes::ALL,
        trigger: "The prefix of a condition key is that of a service, and neither its page of the Service Authorization Reference nor that of \
                  another service has such a key.",
        example: Example {
            fires: r#""s3:prefixes": "home/""#,
            silent: r#""s3:prefix": "home/""#,
        },
        grammar: &[],
        run: Run::Condition(invalid_service_key),
    },
    PolicyCheck {
        code: "UNSUPPORTED_GLOBAL_CONDITION_KEY",
        finding_type: FindingType::Error,
        title: "Unsupported global condition key",
        policy_types: PolicyTypes::ALL,
        trigger: "The condition key is `aws:ARN`, which is in no request.",
        example: Example {
            fires: r#""ArnLike": {"aws:ARN": "arn:aws:sns:eu-central-1:111122223333:orders"}"#,
            silent: r#""ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-central-1:111122223333:orders"}"#,
        },
        grammar: &[],
        run: Run::Condition(unsupported_global_key),
    },
    PolicyCheck {
        code: "DEPRECATED_GLOBAL_CONDITION_KEY",
        finding_type: FindingType::Warning,
        title: "Deprecated global condition key",
        policy_types: PolicyTypes::IDENTITY.or(PolicyTypes::SERVICE_CONTROL),
        trigger: "The condition key is `aws:ARN`, in a policy that belongs to principals: there it can only mean `aws:PrincipalArn`.",
        example: Example {
            fires: r#""ArnLike": {"aws:ARN": "arn:aws:iam::111122223333:role/Deploy"}"#,
            silent: r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Deploy"}"#,
        },
        grammar: &[],
        run: Run::Condition(deprecated_global_key),
    },
    PolicyCheck {
        code: "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        finding_type: FindingType::Error,
        title: "Duplicate keys with different case",
        policy_types: PolicyTypes::ALL,
        trigger: "One condition key stands twice under the same operator of a statement, written with other upper- and lower-case letters. \
                  Both conditions must then hold.",
        example: Example {
            fires: r#"{"aws:SourceAccount": "111122223333", "aws:sourceAccount": "444455556666"}"#,
            silent: r#"{"aws:SourceAccount": ["111122223333", "444455556666"]}"#,
        },
        grammar: &[],
        run: Run::Statement(duplicate_keys),
    },
    PolicyCheck {
        code: "MISSING_TAG_KEY_IN_CONDITION",
        finding_type: FindingType::Error,
        title: "Missing tag key in condition",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition key that goes with the key of a tag, such as `aws:ResourceTag/tag-key` or `s3:ExistingObjectTag/tag-key`, \
                  is written without it.",
        example: Example {
            fires: r#""aws:ResourceTag": "billing""#,
            silent: r#""aws:ResourceTag/team": "billing""#,
        },
        grammar: &[],
        run: Run::Condition(missing_tag_key),
    },
    PolicyCheck {
        code: "MISSING_QUALIFIER",
        finding_type: FindingType::Error,
        title: "Missing qualifier",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition on a multivalued key has neither `ForAllValues:` nor `ForAnyValue:`. `Null` needs none, \
                  nor do `events:source` and `events:detail-type`, which EventBridge compares plainly.",
        example: Example {
            fires: r#""StringEquals": {"aws:TagKeys": ["team", "stage"]}"#,
            silent: r#""ForAllValues:StringEquals": {"aws:TagKeys": ["team", "stage"]}"#,
        },
        grammar: &[],
        run: Run::Condition(missing_qualifier),
    },
    PolicyCheck {
        code: "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        finding_type: FindingType::SecurityWarning,
        title: "ForAllValues with single valued key",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition on a single-valued key has `ForAllValues:`, so that a request without the key meets it too. \
                  Of `ForAllValues:Null` NULL_WITH_QUALIFIER tells, and of the audience of a provider of which AWS does not list how many \
                  values it has, in a role trust policy, CONFIRM_AUDIENCE_CLAIM_TYPE.",
        example: Example {
            fires: r#""ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}"#,
            silent: r#""StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}"#,
        },
        grammar: &[],
        run: Run::Condition(for_all_values_with_single_valued_key),
    },
];

/// Global keys that requests have although AWS's page of them does not list them.
///
/// AWS: IAM User Guide, "IAM policy testing with the IAM policy simulator", the keys that the simulator fills in; Amazon SNS Developer
/// Guide, "Example cases for Amazon SNS access control", `aws:SourceOwner` in the policy that a topic has at first.
const UNLISTED_GLOBAL_KEYS: [&str; 4] = [
    "aws:PrincipalId",
    "aws:PrincipalOrgMasterAccountId",
    "aws:SourceOwner",
    "aws:Type",
];

/// Multivalued keys that AWS compares without a set operator where the request has one value.
///
/// AWS: User Guide of Amazon `EventBridge`, "Using IAM policy conditions".
const PLAIN_MULTIVALUED_KEYS: [&str; 2] = ["events:detail-type", "events:source"];

/// The key that AWS has given up.
const ARN: &str = "aws:ARN";

/// Whether prefix or name is empty.
fn is_incomplete(condition: &Condition<'_>) -> bool {
    let parts = condition.key.split_once(':');
    parts.is_none_or(|(prefix, name)| prefix.is_empty() || name.is_empty())
}

fn invalid_format(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if is_incomplete(condition) {
        let details = format!(
            "`{}` is no condition key. Write a prefix and a name, as `aws:SourceIp`.",
            condition.key.as_str()
        );
        report.at(condition.key.span, details);
    }
}

fn invalid_global_key(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let unlisted = UNLISTED_GLOBAL_KEYS.iter().any(|key| condition.is_on(key));
    let other = condition.known.is_some() || unlisted || is_incomplete(condition) || condition.is_on(ARN);
    if condition.is_global() && !other && tag_family(condition).is_none() {
        let details = format!(
            "There is no global condition key `{}`. Use one that AWS documents.",
            condition.key.as_str()
        );
        report.at(condition.key.span, details);
    }
}

fn invalid_service_key(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if condition.known.is_some() || is_incomplete(condition) || condition.is_global() {
        return;
    }
    let Some(service) = Catalog::service(condition.key_prefix()) else {
        return;
    };
    if tag_family(condition).is_none() {
        let details = format!(
            "{} has no condition key `{}`. Use one that it documents.",
            service.name(),
            condition.key.as_str()
        );
        report.at(condition.key.span, details);
    }
}

fn unsupported_global_key(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if condition.is_on(ARN) {
        let details = format!(
            "No request has `{}`. Use `aws:PrincipalArn` for who makes the request, \
             or `aws:SourceArn` for the resource that a service makes it for.",
            condition.key.as_str()
        );
        report.at(condition.key.span, details);
    }
}

fn deprecated_global_key(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if condition.is_on(ARN) {
        let details = format!("`{}` is an old name. Write `aws:PrincipalArn`.", condition.key.as_str());
        report.at(condition.key.span, details);
    }
}

fn duplicate_keys(statement: &Statement<'_>, report: &mut Report<'_>) {
    let mut seen: BTreeMap<(OperatorName, String), &Condition<'_>> = BTreeMap::new();
    for condition in &statement.conditions {
        let first = *seen
            .entry((condition.operator.node, condition.key.to_ascii_lowercase()))
            .or_insert(condition);
        if first.key.as_str() != condition.key.as_str() {
            // Who must be neither of the ones nor of the others is none of all.
            let values = if condition.names_values() {
                "the values that both lists have"
            } else {
                "the values of both lists"
            };
            let details = format!(
                "`{}` is the same condition key as `{}`: case does not matter. \
                 Both conditions must hold; write the key once, with {values}.",
                condition.key.as_str(),
                first.key.as_str()
            );
            report.at(condition.key.span, details).and(first.key.span);
        }
    }
}

/// The keys with a tag that a key without one belongs to: `aws:ResourceTag/${TagKey}` for `aws:ResourceTag` and `aws:ResourceTag/`.
fn tag_family(condition: &Condition<'_>) -> Option<&'static ConditionKey> {
    let without_tag = condition.key.strip_suffix('/');
    // The reference writes some templates so, as `glacier:ResourceTag/`.
    if condition.known.is_some() && without_tag.is_none() {
        return None;
    }
    let key = without_tag.unwrap_or(condition.key);
    let tags = key.len() >= 3 && key.as_bytes()[key.len() - 3..].eq_ignore_ascii_case(b"tag");
    if !tags {
        return None;
    }
    Catalog::condition_key(&format!("{key}/x")).filter(|family| family.is_template())
}

fn missing_tag_key(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if tag_family(condition).is_some() {
        let key = condition.key.strip_suffix('/').unwrap_or(condition.key);
        let details = format!("`{key}` does not say which tag. Write `{key}/tag-key`, with the key of the tag.");
        report.at(condition.key.span, details);
    }
}

fn missing_qualifier(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let plain_too = PLAIN_MULTIVALUED_KEYS.iter().any(|key| condition.is_on(key));
    let multivalued = condition.known.is_some_and(ConditionKey::is_multivalued) && !plain_too;
    let plain = condition.set_operator().is_none() && condition.base_operator() != ConditionOperator::Null;
    if multivalued && plain {
        let operator = condition.operator.node;
        let details = format!(
            "`{}` has several values in a request, which `{operator}` does not compare. \
             Write `ForAllValues:{operator}` or `ForAnyValue:{operator}`.",
            condition.key.as_str()
        );
        report.at(condition.operator.span, details);
    }
}

fn for_all_values_with_single_valued_key(
    statement: &Statement<'_>,
    condition: &Condition<'_>,
    report: &mut Report<'_>,
) {
    let single_valued = condition.known.is_some_and(|key| !key.is_multivalued());
    let for_all = condition.set_operator() == Some(SetOperator::ForAllValues);
    let is_for_confirmation = statement.kinds.intersects(PolicyTypes::TRUST) && is_unlisted_audience(condition);
    if single_valued && for_all && condition.base_operator() != ConditionOperator::Null && !is_for_confirmation {
        let effect = if statement.denies() { "denied" } else { "allowed" };
        let details = format!(
            "`{}` has one value in a request, and with `ForAllValues:` a request without it is {effect} too. Leave `ForAllValues:` out.",
            condition.key.as_str()
        );
        report.at(condition.operator.span, details);
    }
}
