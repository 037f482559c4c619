//! G §5: actions and resources.

use super::*;

/// Whether an identity policy with this `Action`/`Resource` allows the request.
fn allowed(members: &str, action: &str, resource: &str, kind: &str) -> bool {
    let document = policy(&format!(r#""Effect": "Allow", {members}"#));
    let mut scenario = Scenario {
        principal: ALICE.to_owned(),
        action: action.to_owned(),
        resource: resource.to_owned(),
        context: vec![("aws:username".to_owned(), "al*ce".into())],
        identity_policies: vec![all("Allow")],
        ..Scenario::default()
    };
    let on_resource = policy(&format!(r#""Effect": "Allow", "Principal": "*", {members}"#));
    match kind {
        "identity" => scenario.identity_policies = vec![document],
        "scp" => scenario.service_control_policies = vec![vec![document]],
        "endpoint" => scenario.vpc_endpoint_policies = vec![on_resource],
        _ => {
            scenario.identity_policies.clear();
            scenario.resource_policy = Some(on_resource);
        }
    }
    decision(&scenario) == Decision::Allowed
}

#[track_caller]
fn action(members: &str, action: &str, expected: bool) {
    let members = format!(r#"{members}, "Resource": "*""#);
    assert_eq!(allowed(&members, action, "*", "identity"), expected, "{members}");
}

#[track_caller]
fn resource(members: &str, resource: &str, expected: bool) {
    let members = format!(r#""Action": "*", {members}"#);
    assert_eq!(
        allowed(&members, "s3:GetObject", resource, "identity"),
        expected,
        "{members} on {resource}"
    );
}

#[test]
fn actions_match_without_case() {
    action(r#""Action": "s3:GetObject""#, "s3:GetObject", true);
    action(r#""Action": "S3:getobject""#, "s3:GetObject", true);
    action(r#""Action": "s3:Get*""#, "s3:GetObject", true);
    action(r#""Action": "s3:Get?bject""#, "s3:GetObject", true);
    action(r#""Action": "s3:Get?""#, "s3:GetObject", false);
    action(r#""Action": ["ec2:*", "s3:*"]"#, "s3:GetObject", true);
    action(r#""Action": "*""#, "s3:GetObject", true);
    action(r#""Action": "s3:""#, "s3:GetObject", false);
    action(r#""NotAction": ["ec2:*", "s3:Get*"]"#, "s3:GetObject", false);
    action(r#""NotAction": "ec2:*""#, "s3:GetObject", true);
    action(r#""Action": []"#, "s3:GetObject", false);
    action(r#""NotAction": []"#, "s3:GetObject", false);
}

#[test]
fn resources_match_segment_by_segment() {
    resource(r#""Resource": "arn:aws:s3:::b/k""#, "arn:aws:s3:::b/k", true);
    resource(r#""Resource": "arn:aws:s3:::B/k""#, "arn:aws:s3:::b/k", false);
    resource(r#""Resource": "arn:aws:S3:::b/k""#, "arn:aws:s3:::b/k", false);
    resource(r#""Resource": "arn:aws:s3:::b*""#, "arn:aws:s3:::b/k", true);
    resource(r#""Resource": "arn:aws:s3:::b""#, "arn:aws:s3:::b/k", false);
    resource(r#""Resource": "arn:aws:sqs:*:*:jobs""#, QUEUE, true);
    resource(r#""Resource": "arn:aws:sqs:*:jobs""#, QUEUE, false);
    resource(r#""Resource": "arn:aws:sqs:us-*-1:*:*""#, QUEUE, true);
    resource(
        r#""Resource": "arn:aws:logs:*:*:log-group:*:x""#,
        "arn:aws:logs:r:111111111111:log-group:a:b:x",
        true,
    );
    resource(r#""Resource": "arn:aws:sqs::111111111111:jobs""#, QUEUE, false);
    resource(r#""NotResource": "arn:aws:sqs:*:*:jobs""#, QUEUE, false);
    resource(r#""NotResource": "arn:aws:sqs:*:*:other""#, QUEUE, true);
}

#[test]
fn a_request_on_everything_is_covered_by_a_star_only() {
    resource(r#""Resource": "*""#, "*", true);
    resource(r#""Resource": "arn:aws:s3:::*""#, "*", false);
    resource(r#""NotResource": "arn:aws:s3:::*""#, "*", true);
    resource(r#""NotResource": "*""#, "*", false);
}

#[test]
fn short_arns_are_completed_by_policy_type() {
    for (pattern, identity, scp, endpoint, on_resource) in [
        ("arn:aws:sqs", true, false, false, false),
        ("arn:aws:sqs:*", true, true, true, true),
        ("arn:aws:sq?", true, false, true, true),
        ("arn:aws:s3:*", false, false, false, false),
    ] {
        let members = format!(r#""Action": "*", "Resource": "{pattern}""#);
        let found =
            ["identity", "scp", "endpoint", "resource"].map(|kind| allowed(&members, "sqs:SendMessage", QUEUE, kind));
        assert_eq!(found, [identity, scp, endpoint, on_resource], "{pattern}");
    }
}

#[test]
fn variables_in_resources_are_literal() {
    resource(
        r#""Resource": "arn:aws:s3:::b/${aws:username}/*""#,
        "arn:aws:s3:::b/al*ce/k",
        true,
    );
    resource(
        r#""Resource": "arn:aws:s3:::b/${aws:username}/*""#,
        "arn:aws:s3:::b/alice/k",
        false,
    );
    resource(
        r#""Resource": "arn:aws:s3:::b/${aws:none}*""#,
        "arn:aws:s3:::b/k",
        false,
    );
    resource(
        r#""NotResource": "arn:aws:s3:::b/${aws:none}*""#,
        "arn:aws:s3:::b/k",
        true,
    );
    resource(
        r#""Resource": "arn:aws:s3:::b/${aws:none, 'k'}""#,
        "arn:aws:s3:::b/k",
        true,
    );
    resource(r#""Resource": "arn:aws:s3:::b/${*}""#, "arn:aws:s3:::b/k", false);
    resource(r#""Resource": "arn:aws:s3:::b/${*}""#, "arn:aws:s3:::b/*", true);
}
