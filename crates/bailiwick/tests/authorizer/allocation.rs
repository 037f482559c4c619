//! A prepared decision allocates nothing, whatever the policies ask.

use allocation_counter::measure;
use bailiwick::{
    AccountDefinition, AuthorizationRequest, Authorizer, Decision, PolicyType, PreparedRequest, PrincipalDefinition,
    RequestValue,
};

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

/// Conditions with every kind of operator, with variables, defaults, set operators and missing keys.
const CONDITIONS: [&str; 16] = [
    r#"{"StringEquals": {"aws:username": "${aws:PrincipalTag/name, 'alice'}"}}"#,
    r#"{"StringNotEquals": {"aws:username": ["bob", "carol"]}}"#,
    r#"{"StringEqualsIgnoreCase": {"aws:username": "ALICE"}}"#,
    r#"{"StringLike": {"aws:username": ["a*", "?lice", "${aws:PrincipalTag/x}"]}}"#,
    r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": ["3600", "0.5", "x"]}}"#,
    r#"{"DateGreaterThan": {"aws:CurrentTime": ["2024-01-01T00:00:00.123456Z", "1700000000"]}}"#,
    r#"{"Bool": {"aws:SecureTransport": "${aws:PrincipalTag/tls, 'true'}"}}"#,
    r#"{"BinaryEquals": {"x:blob": "QUJDRA=="}}"#,
    r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}}"#,
    r#"{"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#,
    r#"{"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::*:role/x-*"]}}"#,
    r#"{"ArnNotEquals": {"aws:SourceArn": "arn:aws:s3:::b"}}"#,
    r#"{"Null": {"aws:TokenIssueTime": "true"}}"#,
    r#"{"ForAllValues:StringLike": {"aws:TagKeys": ["te*", "na?e"]}}"#,
    r#"{"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}}"#,
    r#"{"StringLikeIfExists": {"aws:PrincipalTag/Équipe": "*"}}"#,
];

const CONTEXT: &[(&str, RequestValue<'_>)] = &[
    ("aws:username", RequestValue::Single("alice")),
    ("aws:MultiFactorAuthAge", RequestValue::Single("12.50")),
    ("aws:CurrentTime", RequestValue::Single("2026-11-22T17:00:00.5+01:00")),
    ("AWS:securetransport", RequestValue::Single("TRUE")),
    ("x:blob", RequestValue::Single("QUJDRA==")),
    ("aws:SourceIp", RequestValue::Single("203.0.113.77")),
    ("aws:PrincipalArn", RequestValue::Single(ALICE)),
    ("aws:TagKeys", RequestValue::Multivalued(&["team", "name"])),
    ("aws:PrincipalTag/ÉQUIPE", RequestValue::Single("bleu")),
];

fn statement(effect: &str, principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect": "{effect}", {principal} "Action": ["s3:GetObject", "s3:List*", "ec2:*"],
            "Resource": ["arn:aws:s3:::data/${{aws:username}}/*", "arn:aws:s3:::*/a?c", "arn:*:s3:*:*:other"],
            "Condition": {condition}}}"#
    )
}

fn document(statements: &[String]) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
        statements.join(", ")
    )
}

/// Requests that meet a policy of every type, with every condition.
fn prepared() -> Vec<PreparedRequest> {
    let authorizer = Authorizer::new();
    let put = |id: &str, policy_type, text: &str| authorizer.put_policy(id, policy_type, text).unwrap();
    let all = |effect: &str, principal: &str| -> String {
        let statements: Vec<String> = (CONDITIONS.iter())
            .map(|condition| statement(effect, principal, condition))
            .collect();
        document(&statements)
    };
    let full = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let full_rcp = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#;
    let except = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "NotAction": ["s3:*", "ec2:Describe*"], "Resource": "*"}}"#;
    put("allow", PolicyType::IdentityBasedPolicy, &all("Allow", ""));
    put("deny", PolicyType::IdentityBasedPolicy, &all("Deny", ""));
    put("full", PolicyType::IdentityBasedPolicy, full);
    put("boundary", PolicyType::PermissionsBoundary, &all("Allow", ""));
    put("session", PolicyType::SessionPolicy, full);
    put("endpoint", PolicyType::VpcEndpointPolicy, full_rcp);
    put("scp", PolicyType::ServiceControlPolicy, full);
    put("except", PolicyType::ServiceControlPolicy, except);
    put("rcp", PolicyType::ResourceControlPolicy, full_rcp);
    let everyone = all(
        "Allow",
        r#""Principal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:role/r"]},"#,
    );
    put("bucket", PolicyType::ResourceBasedPolicy, &everyone);
    let levels: &[&[&str]] = &[&["scp"], &["scp", "except"]];
    let definition = AccountDefinition {
        service_control_policies: levels,
        resource_control_policies: &[&["rcp"]],
    };
    authorizer.put_account("111122223333".parse().unwrap(), &definition);
    let mut requests = Vec::new();
    for (arn, policies) in [
        (ALICE, &["allow"][..]),
        ("arn:aws:sts::111122223333:assumed-role/r/s", &["full"]),
        ("arn:aws:iam::111122223333:user/bob", &["allow", "deny"]),
        ("arn:aws:iam::444455556666:user/eve", &["full"]),
        ("anonymous", &[]),
        ("cloudtrail.amazonaws.com", &[]),
    ] {
        let principal = PrincipalDefinition {
            arn,
            identity_policies: policies,
            permissions_boundary: (arn == ALICE).then_some("boundary"),
            session_policies: &["session"],
            ..PrincipalDefinition::default()
        };
        authorizer.put_principal(&principal).unwrap();
        for action in [
            "s3:GetObject",
            "S3:LISTBUCKET",
            "ec2:StartInstances",
            "new-service:DoIt",
        ] {
            for resource in [
                "arn:aws:s3:::data/alice/x",
                "arn:aws:s3:::b/abc",
                "arn:aws-cn:s3:r:a:other",
                "*",
            ] {
                let asked = AuthorizationRequest {
                    principal: arn,
                    action,
                    resource,
                    resource_account: Some("111122223333".parse().unwrap()),
                    session_policies: &[],
                    resource_policy: Some("bucket"),
                    vpc_endpoint_policies: &["endpoint"],
                    context: CONTEXT,
                };
                requests.push(authorizer.prepare(&asked).unwrap());
            }
        }
    }
    requests
}

#[test]
fn a_prepared_decision_allocates_nothing() {
    let requests = prepared();
    let mut counts = [0; 3];
    let info = measure(|| {
        for request in &requests {
            counts[match request.authorize() {
                Decision::Allowed => 0,
                Decision::ExplicitDeny => 1,
                Decision::ImplicitDeny => 2,
            }] += 1;
        }
    });
    assert_eq!(info.count_total, 0, "{info:?}");
    assert!(counts.iter().all(|&count| count > 5), "{counts:?}");
    // The counter counts.
    assert!(measure(|| drop(requests[0].explain())).count_total > 0);
}
