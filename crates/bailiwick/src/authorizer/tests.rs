use super::*;
use crate::RequestValue::Multivalued;

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

fn policy(statement: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#)
}

fn allow(action: &str) -> String {
    policy(&format!(
        r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}"#
    ))
}

fn deny(action: &str) -> String {
    policy(&format!(
        r#"{{"Effect": "Deny", "Action": "{action}", "Resource": "*"}}"#
    ))
}

const READ: AuthorizationRequest<'_> = AuthorizationRequest {
    principal: ALICE,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::bucket/key",
    resource_account: None,
    session_policies: &[],
    resource_policy: None,
    vpc_endpoint_policies: &[],
    context: &[],
};

fn alice(policies: &[&str]) -> Authorizer {
    let authorizer = Authorizer::new();
    let definition = PrincipalDefinition {
        arn: ALICE,
        identity_policies: policies,
        ..PrincipalDefinition::default()
    };
    authorizer.put_principal(&definition).unwrap();
    authorizer
}

fn put(authorizer: &Authorizer, id: &str, text: &str) {
    authorizer
        .put_policy(id, PolicyType::IdentityBasedPolicy, text)
        .unwrap();
}

#[test]
fn a_changed_policy_counts_for_the_next_request() {
    let authorizer = alice(&["read", "more"]);
    put(&authorizer, "read", &allow("s3:*"));
    put(&authorizer, "more", &allow("ec2:*"));
    assert_eq!(authorizer.authorize(&READ).unwrap(), Decision::Allowed);
    let prepared = authorizer.prepare(&READ).unwrap();
    put(&authorizer, "more", &deny("s3:GetObject"));
    assert_eq!(authorizer.authorize(&READ).unwrap(), Decision::ExplicitDeny);
    assert_eq!(prepared.authorize(), Decision::Allowed);
    assert_eq!(prepared.explain().decision, Decision::Allowed);
    authorizer.remove_policy("more");
    assert_eq!(
        authorizer.authorize(&READ).unwrap_err().to_string(),
        "policy `more` is not known"
    );
}

#[test]
fn who_has_a_policy_that_is_none_has_no_answer() {
    let authorizer = alice(&["broken"]);
    let broken = authorizer.put_policy("broken", PolicyType::IdentityBasedPolicy, "{");
    assert!(broken.is_err());
    let error = authorizer.authorize(&READ).unwrap_err().to_string();
    assert!(error.starts_with("broken cannot be used: "), "{error}");
    put(&authorizer, "broken", &allow("s3:*"));
    assert_eq!(authorizer.authorize(&READ).unwrap(), Decision::Allowed);
}

#[test]
fn a_request_that_makes_no_sense_is_an_error() {
    let authorizer = alice(&[]);
    let unknown = AuthorizationRequest {
        principal: "arn:aws:iam::111122223333:user/bob",
        ..READ
    };
    let error = authorizer.authorize(&unknown).unwrap_err().to_string();
    assert_eq!(error, "principal `arn:aws:iam::111122223333:user/bob` is not known");
    let action = AuthorizationRequest {
        action: "GetObject",
        ..READ
    };
    assert!(matches!(
        authorizer.authorize(&action),
        Err(AuthorizationError::Request(_))
    ));
    authorizer.put_account("111122223333".parse().unwrap(), &AccountDefinition::default());
    let anonymous = PrincipalDefinition {
        arn: "anonymous",
        ..PrincipalDefinition::default()
    };
    authorizer.put_principal(&anonymous).unwrap();
    let nobodys = AuthorizationRequest {
        principal: "anonymous",
        ..READ
    };
    assert!(matches!(
        authorizer.authorize(&nobodys),
        Err(AuthorizationError::UnknownOwner(_))
    ));
    let definition = PrincipalDefinition {
        arn: "alice",
        ..PrincipalDefinition::default()
    };
    assert!(authorizer.put_principal(&definition).is_err());
}

#[test]
fn accounts_bound_their_principals_and_resources() {
    let authorizer = alice(&["read"]);
    put(&authorizer, "read", &allow("s3:*"));
    let full = policy(r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#);
    let rcp = policy(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
            "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "x"}}}"#,
    );
    let full_rcp = policy(r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#);
    for (id, policy_type, text) in [
        ("full", PolicyType::ServiceControlPolicy, &full),
        ("none", PolicyType::ServiceControlPolicy, &deny("s3:*")),
        ("rcp", PolicyType::ResourceControlPolicy, &rcp),
        ("full-rcp", PolicyType::ResourceControlPolicy, &full_rcp),
    ] {
        authorizer.put_policy(id, policy_type, text).unwrap();
    }
    let account = "111122223333".parse().unwrap();
    let decide = |scps: &[&[&str]], rcps: &[&[&str]], request: &AuthorizationRequest<'_>| {
        authorizer.put_account(
            account,
            &AccountDefinition {
                service_control_policies: scps,
                resource_control_policies: rcps,
            },
        );
        authorizer.authorize(request).unwrap()
    };
    assert_eq!(decide(&[&["full"]], &[], &READ), Decision::Allowed);
    assert_eq!(
        decide(&[&["full"], &["full", "none"]], &[], &READ),
        Decision::ExplicitDeny
    );
    assert_eq!(decide(&[&["full"], &[]], &[], &READ), Decision::ImplicitDeny);
    let rcps: &[&[&str]] = &[&["full-rcp", "rcp"]];
    assert_eq!(decide(&[], rcps, &READ), Decision::ExplicitDeny);
    let tagged = AuthorizationRequest {
        context: &[("aws:TagKeys", Multivalued(&["y"]))],
        ..READ
    };
    assert_eq!(decide(&[], rcps, &tagged), Decision::Allowed);
    // AWS: the service has no RCPs.
    let elsewhere = AuthorizationRequest {
        action: "ec2:StartInstances",
        resource: "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
        ..READ
    };
    assert_eq!(decide(&[], rcps, &elsewhere), Decision::ImplicitDeny);
    put(&authorizer, "read", &allow("ec2:*"));
    assert_eq!(decide(&[], rcps, &elsewhere), Decision::Allowed);
}

#[test]
fn many_requests_are_answered_in_their_order() {
    let authorizer = alice(&["read"]);
    put(&authorizer, "read", &allow("s3:Get*"));
    let write = AuthorizationRequest {
        action: "s3:PutObject",
        ..READ
    };
    let answers = authorizer.authorize_all(&[READ, write, READ]);
    let decisions: Vec<Decision> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(
        decisions,
        [Decision::Allowed, Decision::ImplicitDeny, Decision::Allowed]
    );
}

#[test]
fn a_policy_stands_where_its_type_belongs() {
    let authorizer = alice(&["read"]);
    put(&authorizer, "read", &allow("s3:*"));
    let open = policy(r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#);
    let bucket = authorizer.put_policy("bucket", PolicyType::ResourceBasedPolicy, &open);
    bucket.unwrap();
    let with = |id| AuthorizationRequest {
        resource_policy: Some(id),
        ..READ
    };
    // Without `Principal` it would speak of everyone.
    let error = authorizer.authorize(&with("read")).unwrap_err();
    assert!(matches!(
        error,
        AuthorizationError::Policy(UnusablePolicy::WrongType { .. })
    ));
    assert!(authorizer.explain(&with("read")).is_err());
    assert_eq!(authorizer.authorize(&with("bucket")).unwrap(), Decision::Allowed);
    let other = alice(&["bucket"]);
    other
        .put_policy("bucket", PolicyType::ResourceBasedPolicy, &open)
        .unwrap();
    assert!(other.authorize(&READ).is_err());
}

#[test]
fn a_role_answers_for_its_sessions() {
    let authorizer = Authorizer::new();
    put(&authorizer, "read", &allow("s3:*"));
    put(&authorizer, "list", &allow("s3:List*"));
    let role = "arn:aws:iam::111122223333:role/team/reader";
    let definition = PrincipalDefinition {
        arn: role,
        identity_policies: &["read"],
        ..PrincipalDefinition::default()
    };
    authorizer.put_principal(&definition).unwrap();
    let session = AuthorizationRequest {
        principal: "arn:aws:sts::111122223333:assumed-role/reader/s1",
        ..READ
    };
    assert_eq!(authorizer.authorize(&session).unwrap(), Decision::Allowed);
    let limited = AuthorizationRequest {
        session_policies: &["list"],
        ..session
    };
    assert_eq!(authorizer.authorize(&limited).unwrap(), Decision::ImplicitDeny);
    let answer = authorizer.explain(&limited).unwrap();
    assert_eq!(answer.blocked_by, [PolicyType::SessionPolicy]);
    assert_eq!(answer.matched_statements[0].policy, "read");
    for other in [
        "arn:aws:sts::444455556666:assumed-role/reader/s1",
        "arn:aws-cn:sts::111122223333:assumed-role/reader/s1",
    ] {
        let other = AuthorizationRequest {
            principal: other,
            ..READ
        };
        assert!(authorizer.authorize(&other).is_err());
    }
    authorizer.remove_principal(role);
    assert!(authorizer.authorize(&session).is_err());
}

#[test]
fn of_an_id_that_stands_twice_the_last_counts() {
    let authorizer = alice(&["p"]);
    let (first, last) = (allow("ec2:*"), allow("s3:*"));
    let unusable = authorizer.put_policies(PolicyType::IdentityBasedPolicy, &[("p", &first), ("p", &last)]);
    assert_eq!(unusable, []);
    assert_eq!(authorizer.authorize(&READ).unwrap(), Decision::Allowed);
}
