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
    let identity = lower(PolicyType::IdentityBasedPolicy, identity);
    let boundary = boundary.map(|statements| lower(PolicyType::PermissionsBoundary, statements));
    let principal = PrincipalPolicies {
        identity: vec![identity],
        permissions_boundary: boundary.into_iter().collect(),
        ..PrincipalPolicies::default()
    };
    let policies = PolicySet {
        principal: &principal,
        resource: &ResourcePolicies::default(),
        vpc_endpoint: &[],
    };
    let request = Request::new(
        Cow::Owned(Principal::parse("arn:aws:iam::111122223333:user/a").unwrap()),
        "s3:GetObject",
        "arn:aws:s3:::b/k",
        None,
        RequestContext::new(),
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
