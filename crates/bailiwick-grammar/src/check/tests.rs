use super::*;
use crate::parse::{ParseOptions, parse_policy};

/// What is wrong with a policy of one statement as a policy of the given type: codes and the text under their spans.
#[track_caller]
fn check(policy_type: PolicyType, members: &str, expected: &[(DiagnosticCode, &str)]) {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{{{members}}}]}}"#);
    let parsed = parse_policy(&text, &ParseOptions::default());
    assert_eq!(parsed.diagnostics, []);
    let found = check_policy_type(parsed.document.as_ref().unwrap(), policy_type);
    let found: Vec<_> = found.iter().map(|d| (d.code, &text[d.span.range()])).collect();
    assert_eq!(found, expected, "{policy_type}: {text}");
}

const PLAIN: &str = r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*""#;
const PUBLIC: &str = r#""Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*""#;

#[test]
fn a_principal_is_required_or_forbidden_by_policy_type() {
    use PolicyType as P;
    let principal = [(DiagnosticCode::PrincipalNotAllowed, r#""Principal": "*""#)];
    for policy_type in [
        P::IdentityBasedPolicy,
        P::PermissionsBoundary,
        P::SessionPolicy,
        P::ServiceControlPolicy,
    ] {
        check(policy_type, PLAIN, &[]);
        check(policy_type, PUBLIC, &principal);
    }
    for policy_type in [P::ResourceBasedPolicy, P::VpcEndpointPolicy] {
        check(policy_type, PUBLIC, &[]);
        check(policy_type, PLAIN, &[(DiagnosticCode::MissingPrincipal, "{")]);
    }
}

#[test]
fn a_resource_is_required_or_forbidden_by_policy_type() {
    let without = r#""Effect": "Allow", "Action": "s3:GetObject""#;
    check(
        PolicyType::IdentityBasedPolicy,
        without,
        &[(DiagnosticCode::MissingResource, "{")],
    );
    check(
        PolicyType::ServiceControlPolicy,
        without,
        &[(DiagnosticCode::MissingResource, "{")],
    );
    let public = r#""Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage""#;
    check(PolicyType::ResourceBasedPolicy, public, &[]);
    let trust = r#""Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Resource": "*""#;
    check(
        PolicyType::TrustPolicy,
        trust,
        &[(DiagnosticCode::ResourceNotAllowed, r#""Resource""#)],
    );
}

#[test]
fn a_trust_policy_is_about_assuming_the_role() {
    let trust = |principal: &str, action: &str| format!(r#""Effect": "Allow", {principal}, "Action": "{action}""#);
    let aws = r#""Principal": {"AWS": "*"}"#;
    check(PolicyType::TrustPolicy, &trust(aws, "sts:assumerole"), &[]);
    check(
        PolicyType::TrustPolicy,
        &trust(aws, "sts:*"),
        &[(DiagnosticCode::ActionNotAllowed, "\"sts:*\"")],
    );
    check(
        PolicyType::TrustPolicy,
        &trust(aws, "s3:GetObject"),
        &[(DiagnosticCode::ActionNotAllowed, "\"s3:GetObject\"")],
    );
    let star = r#""Principal": "*""#;
    check(
        PolicyType::TrustPolicy,
        &trust(star, "sts:AssumeRole"),
        &[(DiagnosticCode::PrincipalNotAllowed, "\"*\"")],
    );
    let not = r#""NotPrincipal": {"AWS": "111122223333"}"#;
    check(
        PolicyType::TrustPolicy,
        &trust(not, "sts:AssumeRole"),
        &[(DiagnosticCode::NotPrincipalNotAllowed, r#""NotPrincipal""#)],
    );
}

#[test]
fn a_resource_control_policy_denies_everyone() {
    let rcp = |effect: &str, principal: &str, action: &str| {
        format!(r#""Effect": "{effect}", "Principal": {principal}, {action}, "Resource": "*""#)
    };
    let p = PolicyType::ResourceControlPolicy;
    check(p, &rcp("Deny", "\"*\"", r#""Action": "s3:*""#), &[]);
    check(p, &rcp("Allow", "\"*\"", r#""Action": "*""#), &[]);
    check(
        p,
        &rcp("Allow", "\"*\"", r#""Action": "s3:*""#),
        &[(DiagnosticCode::AllowNotAllowed, "\"s3:*\"")],
    );
    check(
        p,
        &rcp("Allow", r#"{"AWS": "*"}"#, r#""Action": "*""#),
        &[
            (DiagnosticCode::PrincipalNotAllowed, r#"{"AWS": "*"}"#),
            (DiagnosticCode::AllowNotAllowed, r#"{"AWS": "*"}"#),
        ],
    );
    check(
        p,
        &rcp("Deny", "\"*\"", r#""Action": "*""#),
        &[(DiagnosticCode::ActionNotAllowed, "\"*\"")],
    );
    check(
        p,
        &rcp("Deny", "\"*\"", r#""NotAction": "s3:*""#),
        &[(DiagnosticCode::NotActionNotAllowed, r#""NotAction""#)],
    );
    let account = r#"{"AWS": "111122223333"}"#;
    check(
        p,
        &rcp("Deny", account, r#""Action": "s3:*""#),
        &[(DiagnosticCode::PrincipalNotAllowed, account)],
    );
}

#[test]
fn resources_are_checked_as_iam_checks_them() {
    let p = PolicyType::IdentityBasedPolicy;
    let with = |resource: &str| format!(r#""Effect": "Allow", "Action": "s3:*", "Resource": "{resource}""#);
    for fine in [
        "*",
        "arn:aws:s3:::b/*",
        "arn:aws:sqs",
        "arn:aws:iam::*:role/*",
        "arn:*:iam::111122223333:root",
        "arn:aws:iam::111122223333:*",
        "arn:aws-cn:s3:::b",
        "arn:aws:iam::aws:policy/x",
        "arn:aws:s3:us-east-1:111122223333:accesspoint/a",
        "arn:aws:s3:::b/${aws:username}",
    ] {
        check(p, &with(fine), &[]);
    }
    for (wrong, code) in [
        ("bucket", DiagnosticCode::InvalidArnPrefix),
        ("**", DiagnosticCode::InvalidArnPrefix),
        ("s3:bucket", DiagnosticCode::InvalidArnPrefix),
        ("arn::s3:::b", DiagnosticCode::InvalidPartition),
        ("arn:aws", DiagnosticCode::MissingArnField),
        ("arn:aws:s3::b", DiagnosticCode::MissingArnField),
        ("arn:aws::::b", DiagnosticCode::MissingArnField),
    ] {
        check(p, &with(wrong), &[(code, &format!("\"{wrong}\""))]);
    }
    for (wrong, code, under) in [
        ("arn:moon:s3:::b", DiagnosticCode::InvalidPartition, "moon"),
        (
            "arn:aws:iam:us-east-1:111122223333:role/x",
            DiagnosticCode::RegionNotAllowed,
            "us-east-1",
        ),
        ("arn:aws:s3:us-east-1::b", DiagnosticCode::RegionNotAllowed, "us-east-1"),
        (
            "arn:aws:iam::111122223333:bucket/x",
            DiagnosticCode::InvalidArnResource,
            "bucket/x",
        ),
    ] {
        check(p, &with(wrong), &[(code, under)]);
    }
    let short = with("arn:aws:sqs");
    check(
        PolicyType::SessionPolicy,
        &short,
        &[(DiagnosticCode::MissingArnField, "\"arn:aws:sqs\"")],
    );
    check(
        PolicyType::ServiceControlPolicy,
        &short,
        &[(DiagnosticCode::MissingArnField, "\"arn:aws:sqs\"")],
    );
    check(PolicyType::ServiceControlPolicy, &with("arn:aws:sqs*"), &[]);
}

#[test]
fn statement_ids_are_alphanumeric_and_unique_where_iam_keeps_them() {
    let two = |sid: &str| format!(r#""Sid": "{sid}", {PLAIN}}}, {{"Sid": "{sid}", {PLAIN}"#);
    check(
        PolicyType::IdentityBasedPolicy,
        &two("A1"),
        &[(DiagnosticCode::DuplicateSid, "\"A1\"")],
    );
    check(PolicyType::IdentityBasedPolicy, &two(""), &[]);
    check(PolicyType::ServiceControlPolicy, &two("A1"), &[]);
    let spaced = format!(r#""Sid": "a b", {PLAIN}"#);
    check(
        PolicyType::IdentityBasedPolicy,
        &spaced,
        &[(DiagnosticCode::InvalidSid, " ")],
    );
    let public = format!(r#""Sid": "a b", {PUBLIC}"#);
    check(PolicyType::ResourceBasedPolicy, &public, &[]);
}

#[test]
fn a_variable_within_an_arn_of_iam_is_one_segment() {
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::${aws:PrincipalAccount}:role/x"}}"#;
    let parsed = parse_policy(text, &ParseOptions::default());
    assert_eq!(
        check_policy_type(parsed.document.as_ref().unwrap(), PolicyType::IdentityBasedPolicy),
        []
    );
}
