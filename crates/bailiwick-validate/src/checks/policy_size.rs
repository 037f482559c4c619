//! How long a policy may be.
//!
//! AWS: IAM User Guide, "IAM and AWS STS quotas"; Organizations User Guide, "Quotas for AWS Organizations".

use bailiwick_grammar::{MANAGED_POLICY_SIZE, ROLE_TRUST_POLICY_SIZE, size_without_white_space};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::{PolicyTypes, ValidatePolicyType};
use crate::report::Report;
use crate::subject::{Action, Document};

/// Characters of a service control policy, white space too: what the API is given is kept as it is.
const SERVICE_CONTROL_POLICY: u32 = 10_240;

/// Characters of a resource control policy, white space too.
const RESOURCE_CONTROL_POLICY: u32 = 5_120;

/// Characters of a resource policy, white space too.
///
/// AWS: Amazon S3 User Guide, "Bucket policies": 20 KB. Amazon `DynamoDB` Developer Guide, "Resource-based policy considerations": 20 KB,
/// white space counts. Most other services take no more.
const RESOURCE_POLICY: u32 = 20_480;

/// Characters of a key policy.
///
/// AWS: AWS KMS Developer Guide, "Resource quotas": 32 KB.
const KEY_POLICY: u32 = 32_768;

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
        finding_type: FindingType::Error,
        title: "Policy size exceeds SCP quota",
        policy_types: PolicyTypes::SERVICE_CONTROL,
        trigger: "A service control policy has more than 10,240 characters, white space counted.",
        example: Example {
            fires: r#""Sid": "DenyOnLongListOfBuckets""#,
            silent: r#""Sid": "DenyOnFewerBuckets""#,
        },
        grammar: &[],
        run: Run::Document(service_control_policy),
    },
    PolicyCheck {
        code: "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
        finding_type: FindingType::Error,
        title: "Policy size exceeds RCP quota",
        policy_types: PolicyTypes::RESOURCE_CONTROL,
        trigger: "A resource control policy has more than 5,120 characters, white space counted.",
        example: Example {
            fires: r#""Sid": "DenyOnLongListOfBuckets""#,
            silent: r#""Sid": "DenyOnFewerBuckets""#,
        },
        grammar: &[],
        run: Run::Document(resource_control_policy),
    },
    PolicyCheck {
        code: "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
        finding_type: FindingType::Warning,
        title: "Policy size exceeds identity policy quota",
        policy_types: PolicyTypes::IDENTITY,
        trigger: "An identity policy has more than 6,144 characters, the quota of a managed policy. White space between the parts of the \
                  JSON text does not count, but within strings it does.",
        example: Example {
            fires: r#""Sid": "ReadLongListOfBuckets""#,
            silent: r#""Sid": "ReadFewerBuckets""#,
        },
        grammar: &[],
        run: Run::Document(identity_policy),
    },
    PolicyCheck {
        code: "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        finding_type: FindingType::Warning,
        title: "Policy size exceeds resource policy quota",
        policy_types: PolicyTypes::RESOURCE,
        trigger: "A resource policy has more than 20,480 characters, white space counted; or 32,768, if it names actions of AWS KMS and \
                  so can be a key policy.",
        example: Example {
            fires: r#""Sid": "AllowLongListOfRoles""#,
            silent: r#""Sid": "AllowFewerRoles""#,
        },
        grammar: &[],
        run: Run::Document(resource_policy),
    },
    PolicyCheck {
        code: "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
        finding_type: FindingType::Warning,
        title: "Policy size exceeds role trust policy quota",
        policy_types: PolicyTypes::TRUST,
        trigger: "A role trust policy has more than 2,048 characters, the quota that every account starts with. White space between the \
                  parts of the JSON text does not count, but within strings it does.",
        example: Example {
            fires: r#""Sid": "TrustLongListOfRoles""#,
            silent: r#""Sid": "TrustFewerRoles""#,
        },
        grammar: &[],
        run: Run::Document(role_trust_policy),
    },
];

const SPLIT: &str = "Split it into several policies";

fn service_control_policy(document: &Document<'_>, report: &mut Report<'_>) {
    check(document, characters, SERVICE_CONTROL_POLICY, "", SPLIT, report);
}

fn resource_control_policy(document: &Document<'_>, report: &mut Report<'_>) {
    check(document, characters, RESOURCE_CONTROL_POLICY, "", SPLIT, report);
}

/// Held to the quota of a managed policy: all inline policies of a role together may have more, those of a user or a group fewer.
fn identity_policy(document: &Document<'_>, report: &mut Report<'_>) {
    let counted = " without white space";
    check(
        document,
        size_without_white_space,
        MANAGED_POLICY_SIZE,
        counted,
        SPLIT,
        report,
    );
}

fn resource_policy(document: &Document<'_>, report: &mut Report<'_>) {
    let statements = &document.statements;
    let is_key_policy = document.policy_type == ValidatePolicyType::ResourcePolicy(None)
        && (statements.iter().flat_map(|statement| &statement.actions))
            .filter_map(Action::service_prefix)
            .any(|prefix| prefix.eq_ignore_ascii_case("kms"));
    let quota = if is_key_policy { KEY_POLICY } else { RESOURCE_POLICY };
    let advice = "Say the same in fewer statements, or with fewer names";
    check(document, characters, quota, "", advice, report);
}

fn role_trust_policy(document: &Document<'_>, report: &mut Report<'_>) {
    let advice = "Name fewer principals, or ask AWS to raise the quota of the account";
    check(
        document,
        size_without_white_space,
        ROLE_TRUST_POLICY_SIZE,
        " without white space",
        advice,
        report,
    );
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

fn check(
    document: &Document<'_>,
    size: impl Fn(&str) -> usize,
    quota: u32,
    counted: &str,
    advice: &str,
    report: &mut Report<'_>,
) {
    // Nearly every policy has fewer bytes than it may have characters.
    if document.text.len() <= quota as usize {
        return;
    }
    let size = size(document.text);
    if size > quota as usize {
        let details = format!("The policy has {size} characters{counted}, of at most {quota}. {advice}.");
        report.at(document.tree.span, details);
    }
}
