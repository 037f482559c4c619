use std::borrow::Cow;
use std::sync::Arc;

use bailiwick_policy::{Policy, Principal, RequestContext, lower_text};

use super::*;
use crate::explain::explain;
use crate::policies::{PrincipalPolicies, ResourcePolicies};
use crate::request::Request;

fn lower(policy_type: PolicyType, statements: &str) -> Arc<Policy> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Arc::new(lower_text(&text, policy_type).unwrap())
}

/// The keys that are said to matter for `s3:GetObject` with these identity-based statements and this boundary.
#[track_caller]
fn check(identity: &str, boundary: Option<&str>, expected: &[&str]) {
    check_in(RequestContext::new(), identity, boundary, None, expected);
}

/// The same for a request with these keys, and with this statement in a resource-based policy.
#[track_caller]
fn check_in(
    context: RequestContext,
    identity: &str,
    boundary: Option<&str>,
    resource: Option<&str>,
    expected: &[&str],
) {
    let identity = lower(PolicyType::IdentityBasedPolicy, identity);
    let boundary = boundary.map(|statements| lower(PolicyType::PermissionsBoundary, statements));
    let principal = PrincipalPolicies {
        identity: vec![identity],
        permissions_boundary: boundary.into_iter().collect(),
        ..PrincipalPolicies::default()
    };
    let policies = PolicySet {
        principal: &principal,
        resource: &ResourcePolicies {
            resource: resource.map(|statement| lower(PolicyType::ResourceBasedPolicy, statement)),
            ..ResourcePolicies::default()
        },
        vpc_endpoint: &[],
    };
    let request = Request::new(
        Cow::Owned(Principal::parse("arn:aws:iam::111122223333:user/a").unwrap()),
        "s3:GetObject",
        "arn:aws:s3:::b/k",
        None,
        context,
    )
    .unwrap();
    let explanation = explain(policies, &request);
    let found: Vec<&str> = explanation
        .missing_context_values
        .iter()
        .map(ConditionKey::as_str)
        .collect();
    assert_eq!(found, expected);
}

const ALLOW: &str = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;
const DENY: &str = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#;

fn allow_if(condition: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {condition}}}"#)
}

fn deny_if(condition: &str) -> String {
    format!(r#"{{"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {condition}}}"#)
}

const MFA: &str = r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#;
const NO_MFA: &str = r#"{"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}"#;

#[test]
fn a_key_that_could_allow_is_named() {
    check(&allow_if(MFA), None, &["aws:MultiFactorAuthPresent"]);
    check(
        &format!("{ALLOW}, {}", deny_if(NO_MFA)),
        None,
        &["aws:MultiFactorAuthPresent"],
    );
}

#[test]
fn a_key_that_could_deny_is_named() {
    check(
        &format!("{ALLOW}, {}", deny_if(MFA)),
        None,
        &["aws:MultiFactorAuthPresent"],
    );
    check(
        &allow_if(r#"{"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#),
        None,
        &["aws:SourceIp"],
    );
}

#[test]
fn a_key_that_changes_nothing_is_not_named() {
    // The boundary withholds anyway.
    check(
        &allow_if(MFA),
        Some(r#"{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}"#),
        &[],
    );
    // Another deny applies anyway.
    check(&format!("{ALLOW}, {DENY}, {}", deny_if(NO_MFA)), None, &[]);
    // Another allow applies anyway.
    check(&format!("{ALLOW}, {}", allow_if(MFA)), None, &[]);
}

#[test]
fn keys_of_two_sides_that_are_both_needed_are_named() {
    let age = allow_if(r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}"#);
    check(
        &allow_if(MFA),
        Some(&age),
        &["aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent"],
    );
}

fn with(key: &str, value: &str) -> RequestContext {
    RequestContext::from_iter([(key, value)])
}

#[track_caller]
fn check_with(context: RequestContext, identity: &str, expected: &[&str]) {
    check_in(context, identity, None, None, expected);
}

#[test]
fn a_value_instead_of_a_default_counts() {
    let on =
        |resource: &str| format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/{resource}"}}"#);
    check(&on("${aws:username, 'z'}"), None, &["aws:username"]);
    check(&on("${aws:username, 'k'}"), None, &["aws:username"]);
    check(&on("${aws:username, 'z'}/x"), None, &[]);
    let equals = allow_if(r#"{"StringEquals": {"aws:x": "${aws:y, '2'}"}}"#);
    check_with(with("aws:x", "1"), &equals, &["aws:y"]);
    check_with(with("aws:x", "2"), &equals, &["aws:y"]);
    check_with(with("aws:y", "2"), &equals, &["aws:x"]);
}

#[test]
fn a_statement_that_applies_could_cease_to_by_its_resource() {
    let but = |effect: &str| {
        format!(r#"{{"Effect": "{effect}", "Action": "s3:*", "NotResource": "arn:aws:s3:::b/${{aws:username}}"}}"#)
    };
    check(&but("Allow"), None, &["aws:username"]);
    check(&format!("{ALLOW}, {}", but("Deny")), None, &["aws:username"]);
    check_with(with("aws:username", "x"), &but("Allow"), &[]);
}

#[test]
fn a_key_that_is_there_is_not_missing() {
    let context = || RequestContext::from_iter([("aws:TagKeys", vec!["k"])]);
    let variable = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:TagKeys}"}"#;
    check_with(context(), variable, &[]);
    check(variable, None, &["aws:TagKeys"]);
    let condition = allow_if(r#"{"StringEquals": {"aws:x": "${aws:tagkeys}"}}"#);
    check_with(context(), &condition, &[]);
    check_with(with("aws:x", "k"), &condition, &["aws:tagkeys"]);
}

#[test]
fn a_condition_that_no_value_meets_adds_nothing() {
    for never in [
        r#"{"NumericEquals": {"aws:x": "soon"}}"#,
        r#"{"ForAnyValue:Null": {"aws:x": "false"}}"#,
        r#"{"StringEquals": {"aws:x": []}}"#,
        r#"{"StringEquals": {"aws:x": "a"}, "Null": {"aws:x": "true"}}"#,
        r#"{"StringEquals": {"aws:x": "a", "aws:y": "b"}, "Null": {"aws:X": "true"}}"#,
    ] {
        check(&allow_if(never), None, &[]);
        check(&format!("{ALLOW}, {}", deny_if(never)), None, &[]);
    }
    check(&allow_if(r#"{"ForAllValues:Null": {"aws:x": "false"}}"#), None, &[]);
    check(&allow_if(r#"{"NumericNotEquals": {"aws:x": "z"}}"#), None, &["aws:x"]);
    // Once, however it is written.
    check(
        &allow_if(r#"{"StringEquals": {"AWS:X": "a"}, "StringLike": {"aws:x": "*"}}"#),
        None,
        &["aws:x"],
    );
    // Empty text counts as absent, and is matched.
    check(
        &allow_if(r#"{"StringLike": {"aws:x": "*"}, "Null": {"aws:x": "true"}}"#),
        None,
        &["aws:x"],
    );
}

#[test]
fn keys_of_two_ways_to_be_allowed_are_all_named() {
    let age = allow_if(r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}"#);
    let resource = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Principal": {"AWS": "arn:aws:iam::111122223333:user/a"}, "Condition": {"StringEquals": {"aws:x": "1"}}}"#;
    // The user is named: the policy of the resource is enough, but for the boundary.
    let all = ["aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:x"];
    check_in(RequestContext::new(), &allow_if(MFA), Some(&age), Some(resource), &all);
}
