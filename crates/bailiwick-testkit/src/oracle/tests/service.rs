//! E §13, and E §8, §10, §11 where AWS decides itself. Each rule: whom and what it meets, and what is just beside it.

use super::*;
use Decision::{Allowed, ExplicitDeny, ImplicitDeny};

const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const RESERVED: &str = "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123";
const LINKED: &str =
    "arn:aws:iam::111111111111:role/aws-service-role/elasticache.amazonaws.com/AWSServiceRoleForElastiCache";
const OWN_ROLE: &str = "arn:aws:iam::111111111111:role/target";

/// `principal` asks for it, and everything is allowed.
fn asks_for(principal: &str, action: &str, resource: &str) -> Scenario {
    Scenario {
        action: action.to_owned(),
        resource: resource.to_owned(),
        identity_policies: vec![all("Allow")],
        session_policies: vec![all("Allow")],
        ..asks(principal)
    }
}

/// The same with a Deny of everything beside it.
fn denied(scenario: Scenario) -> Scenario {
    Scenario {
        service_control_policies: vec![vec![all("Deny")]],
        ..scenario
    }
}

/// The same where nothing is allowed.
fn bare(scenario: Scenario) -> Scenario {
    Scenario {
        identity_policies: vec![],
        session_policies: vec![],
        ..scenario
    }
}

/// The same with these condition keys.
fn with(scenario: Scenario, context: &[(&str, &str)]) -> Scenario {
    Scenario {
        context: context
            .iter()
            .map(|&(key, value)| (key.to_owned(), value.into()))
            .collect(),
        ..scenario
    }
}

/// A call about a role that trusts everybody.
fn assumes(principal: &str, action: &str) -> Scenario {
    Scenario {
        resource_policy: Some(policy(r#""Effect": "Allow", "Principal": "*", "Action": "sts:*""#)),
        ..asks_for(principal, action, OWN_ROLE)
    }
}

/// Refused though everything is allowed; an explicit deny stays one.
#[track_caller]
fn refused(principal: &str, action: &str, resource: &str) {
    let scenario = asks_for(principal, action, resource);
    check(&scenario, ImplicitDeny);
    check(&denied(scenario), ExplicitDeny);
}

/// Left to the policies.
#[track_caller]
fn left_to_policies(principal: &str, action: &str, resource: &str) {
    let scenario = asks_for(principal, action, resource);
    check(&scenario, Allowed);
    check(&denied(scenario.clone()), ExplicitDeny);
    if principal != ROOT {
        check(&bare(scenario), ImplicitDeny);
    }
}

#[test]
fn nobody_who_has_authenticated_is_denied_its_own_identity() {
    for principal in [ALICE, ROLE, SESSION, FEDERATED, ROOT] {
        for action in ["sts:GetCallerIdentity", "STS:getcalleridentity"] {
            let scenario = asks_for(principal, action, "*");
            check(&bare(scenario.clone()), Allowed);
            check(&denied(scenario), Allowed);
        }
    }
    let closed = Scenario {
        identity_policies: vec![all("Deny")],
        permissions_boundaries: vec![other()],
        session_policies: vec![other()],
        resource_control_policies: vec![vec![to("Deny", r#""*""#)]],
        vpc_endpoint_policies: vec![to("Deny", r#""*""#)],
        ..asks_for(SESSION, "sts:GetCallerIdentity", "*")
    };
    check(&closed, Allowed);
    let service = asks_for("lambda.amazonaws.com", "sts:GetCallerIdentity", "*");
    check(&service, Allowed);
    for unsigned in ["anonymous", PROVIDER] {
        let scenario = asks_for(unsigned, "sts:GetCallerIdentity", "*");
        check(&scenario, ImplicitDeny);
        let granted = Scenario {
            resource_policy: Some(to("Allow", r#""*""#)),
            ..scenario
        };
        check(&granted, Allowed);
    }
}

#[test]
fn no_policy_has_an_effect_on_get_session_token() {
    for action in ["sts:GetSessionToken", "sts:getsessiontoken"] {
        for principal in [ALICE, ROOT] {
            let scenario = asks_for(principal, action, "*");
            check(&bare(scenario.clone()), Allowed);
            check(&denied(scenario), Allowed);
        }
        for principal in [SESSION, ROLE, FEDERATED, "anonymous", "lambda.amazonaws.com", PROVIDER] {
            let granted = Scenario {
                resource_policy: Some(to("Allow", r#""*""#)),
                ..asks_for(principal, action, "*")
            };
            check(&granted, ImplicitDeny);
            check(&denied(granted), ImplicitDeny);
        }
    }
}

#[test]
fn sessions_get_no_federation_token() {
    let fred = "arn:aws:sts::111111111111:federated-user/fred";
    for principal in [SESSION, ROLE, FEDERATED] {
        refused(principal, "sts:GetFederationToken", fred);
        refused(principal, "Sts:GetFederationtoken", fred);
    }
    left_to_policies(ALICE, "sts:GetFederationToken", fred);
    left_to_policies(ROOT, "sts:GetFederationToken", fred);
}

#[test]
fn federated_users_call_neither_iam_nor_sts() {
    for (action, resource) in [
        ("iam:GetUser", ALICE),
        ("IAM:ListUsers", "*"),
        ("iam:PassRole", OWN_ROLE),
        ("sts:DecodeAuthorizationMessage", "*"),
        ("sts:GetAccessKeyInfo", "*"),
    ] {
        refused(FEDERATED, action, resource);
        left_to_policies(ALICE, action, resource);
        left_to_policies(SESSION, action, resource);
    }
    let trusted = |principal: &str| Scenario {
        resource_policy: Some(policy(
            r#""Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sts:AssumeRole", "sts:TagSession"]"#,
        )),
        ..asks_for(principal, "sts:AssumeRole", OWN_ROLE)
    };
    check(&trusted(ALICE), Allowed);
    check(&trusted(FEDERATED), ImplicitDeny);
    check(&denied(trusted(FEDERATED)), ExplicitDeny);
    // Prefixes only look alike.
    left_to_policies(FEDERATED, "iam-x:GetUser", "*");
    left_to_policies(FEDERATED, "sqs:SendMessage", QUEUE);
}

#[test]
fn root_users_assume_no_roles() {
    let trusted = |action: &str| Scenario {
        resource_policy: Some(policy(&format!(
            r#""Effect": "Allow", "Principal": {}, "Action": ["sts:AssumeRole", "sts:TagSession"]"#,
            aws(ROOT)
        ))),
        ..asks_for(ROOT, action, OWN_ROLE)
    };
    check(&trusted("sts:AssumeRole"), ImplicitDeny);
    check(&trusted("STS:assumerole"), ImplicitDeny);
    check(&denied(trusted("sts:AssumeRole")), ExplicitDeny);
    check(&trusted("sts:TagSession"), Allowed);
}

const TOKEN: (&str, &str) = ("aws:TokenIssueTime", "2024-01-01T00:00:00Z");
const MFA: (&str, &str) = ("aws:MultiFactorAuthPresent", "true");
const NO_MFA: (&str, &str) = ("aws:MultiFactorAuthPresent", "false");

#[test]
fn session_tokens_call_iam_with_mfa_only() {
    for principal in [ALICE, ROOT] {
        for (action, resource) in [
            ("iam:GetUser", ALICE),
            ("IAM:listusers", "*"),
            ("iam:PassRole", OWN_ROLE),
        ] {
            let asked = asks_for(principal, action, resource);
            for keys in [
                &[TOKEN][..],
                &[TOKEN, NO_MFA],
                &[("AWS:tokenissuetime", "2024-01-01T00:00:00Z")],
                &[TOKEN, ("aws:MultiFactorAuthPresent", "yes")],
                &[TOKEN, ("aws:MultiFactorAuthAge", "10")],
            ] {
                check(&with(asked.clone(), keys), ImplicitDeny);
                check(&denied(with(asked.clone(), keys)), ExplicitDeny);
            }
            for keys in [
                &[TOKEN, MFA][..],
                &[TOKEN, ("AWS:multifactorauthpresent", "TRUE")],
                &[NO_MFA],
                &[],
            ] {
                check(&with(asked.clone(), keys), Allowed);
            }
        }
        check(&with(asks_for(principal, "sqs:SendMessage", QUEUE), &[TOKEN]), Allowed);
        check(&with(asks_for(principal, "iam-x:GetUser", "*"), &[TOKEN]), Allowed);
        let several = Scenario {
            context: vec![
                (TOKEN.0.to_owned(), TOKEN.1.into()),
                (MFA.0.to_owned(), ContextValue::Multi(vec!["true".to_owned()])),
            ],
            ..asks_for(principal, "iam:GetUser", ALICE)
        };
        check(&several, ImplicitDeny);
    }
    for principal in [SESSION, ROLE] {
        check(
            &with(asks_for(principal, "iam:GetUser", ALICE), &[TOKEN, NO_MFA]),
            Allowed,
        );
    }
}

#[test]
fn session_tokens_call_sts_to_assume_roles_and_to_know_themselves() {
    let fred = "arn:aws:sts::111111111111:federated-user/fred";
    for keys in [&[TOKEN][..], &[TOKEN, NO_MFA], &[TOKEN, MFA]] {
        for principal in [ALICE, ROOT] {
            for (action, resource) in [
                ("sts:GetFederationToken", fred),
                ("sts:DecodeAuthorizationMessage", "*"),
                ("STS:getaccesskeyinfo", "*"),
                ("sts:GetWebIdentityToken", "*"),
                ("sts:AssumeRoot", ROOT),
            ] {
                let asked = asks_for(principal, action, resource);
                check(&asked, Allowed);
                check(&with(asked.clone(), keys), ImplicitDeny);
                check(&denied(with(asked, keys)), ExplicitDeny);
            }
            let own = asks_for(principal, "sts:GetSessionToken", "*");
            check(&with(own.clone(), keys), ImplicitDeny);
            check(&denied(with(own, keys)), ImplicitDeny);
            let who = asks_for(principal, "sts:GetCallerIdentity", "*");
            check(&denied(with(who, keys)), Allowed);
            // These are asked for by services, not called.
            for action in ["sts:TagSession", "sts:SetSourceIdentity", "STS:setcontext"] {
                check(&with(assumes(principal, action), keys), Allowed);
            }
            let bearer = asks_for(principal, "sts:GetServiceBearerToken", "*");
            check(&with(bearer, keys), Allowed);
        }
        check(&with(assumes(ALICE, "sts:assumerole"), keys), Allowed);
        check(&with(assumes(ROOT, "sts:AssumeRole"), keys), ImplicitDeny);
        let session = asks_for(SESSION, "sts:DecodeAuthorizationMessage", "*");
        check(&with(session, keys), Allowed);
    }
}

#[test]
fn a_source_identity_is_not_changed() {
    let own = |value| ("aws:SourceIdentity", value);
    let passed = |value| ("sts:SourceIdentity", value);
    let actions = [
        "sts:AssumeRole",
        "STS:assumerole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:SetSourceIdentity",
    ];
    for principal in [SESSION, ROLE, ALICE, PROVIDER] {
        for action in actions {
            let asked = assumes(principal, action);
            for keys in [
                &[own("alice"), passed("bob")][..],
                &[own("alice"), passed("Alice")],
                &[passed("alice "), own("alice")],
                &[("AWS:sourceidentity", "alice"), ("STS:sourceidentity", "bob")],
            ] {
                check(&with(asked.clone(), keys), ImplicitDeny);
                let denied = Scenario {
                    resource_policy: Some(policy(r#""Effect": "Deny", "Principal": "*", "Action": "sts:*""#)),
                    ..with(asked.clone(), keys)
                };
                check(&denied, ExplicitDeny);
            }
            for keys in [
                &[own("alice"), passed("alice")][..],
                &[own("alice")],
                &[passed("bob")],
                &[own("alice"), ("sts:RoleSessionName", "bob")],
            ] {
                check(&with(asked.clone(), keys), Allowed);
            }
        }
        for action in ["sts:TagSession", "sts:SetContext"] {
            check(
                &with(assumes(principal, action), &[own("alice"), passed("bob")]),
                Allowed,
            );
        }
    }
    let several = Scenario {
        context: vec![
            ("aws:SourceIdentity".to_owned(), "alice".into()),
            (
                "sts:SourceIdentity".to_owned(),
                ContextValue::Multi(vec!["bob".to_owned()]),
            ),
        ],
        ..assumes(SESSION, "sts:AssumeRole")
    };
    check(&several, Allowed);
}

#[test]
fn services_change_what_they_keep() {
    let service = |action: &str, resource: &str| Scenario {
        resource_policy: Some(to("Allow", r#"{"Service": "sso.amazonaws.com"}"#)),
        ..asks_for("sso.amazonaws.com", action, resource)
    };
    for (action, resource) in [
        ("iam:PutRolePolicy", RESERVED),
        ("iam:TagRole", RESERVED),
        ("iam:DeleteRole", LINKED),
        ("iam:CreatePolicyVersion", READ_ONLY),
        ("kms:CreateAlias", "arn:aws:kms:us-east-1:111111111111:alias/aws/s3"),
    ] {
        check(&service(action, resource), Allowed);
        check(
            &bare(Scenario {
                resource_policy: None,
                ..service(action, resource)
            }),
            ImplicitDeny,
        );
        for nobody in ["anonymous", PROVIDER] {
            let granted = Scenario {
                resource_policy: Some(to("Allow", r#""*""#)),
                ..asks_for(nobody, action, resource)
            };
            check(&granted, ImplicitDeny);
        }
    }
}

#[test]
fn what_aws_manages_is_not_changed() {
    for action in [
        "iam:CreatePolicyVersion",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:SetDefaultPolicyVersion",
        "iam:TagPolicy",
        "iam:UntagPolicy",
        "iam:tagpolicy",
    ] {
        for principal in [ALICE, SESSION, ROOT] {
            refused(principal, action, READ_ONLY);
            refused(principal, action, "arn:aws-cn:iam::aws:policy/job-function/Billing");
            left_to_policies(principal, action, "arn:aws:iam::111111111111:policy/aws/ReadOnlyAccess");
        }
        left_to_policies(ALICE, action, "arn:aws:iam::AWS:policy/ReadOnlyAccess");
    }
    for action in ["iam:GetPolicy", "iam:ListEntitiesForPolicy", "x:DeletePolicy"] {
        left_to_policies(ALICE, action, READ_ONLY);
    }
}

#[test]
fn what_belongs_to_a_service_is_not_changed() {
    for action in [
        "iam:AttachRolePolicy",
        "iam:DeleteRole",
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "IAM:deleterole",
    ] {
        for principal in [ALICE, SESSION, ROOT] {
            refused(principal, action, RESERVED);
            refused(principal, action, LINKED);
            left_to_policies(principal, action, OWN_ROLE);
        }
        left_to_policies(ALICE, action, "arn:aws:iam::111111111111:role/AWS-Reserved/x/y");
        left_to_policies(ALICE, action, "arn:aws:iam::111111111111:role/team/aws-service-role/y");
        left_to_policies(ALICE, action, "arn:aws:iam::111111111111:role/aws-reserved-no");
    }
    for action in [
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
    ] {
        refused(ALICE, action, RESERVED);
        left_to_policies(ALICE, action, LINKED);
    }
    for action in ["iam:GetRole", "iam:PassRole", "iam:DeleteServiceLinkedRole"] {
        left_to_policies(ALICE, action, RESERVED);
        left_to_policies(ALICE, action, LINKED);
    }
}

#[test]
fn aliases_of_aws_are_not_changed() {
    let alias = |name: &str| format!("arn:aws:kms:us-east-1:111111111111:alias/{name}");
    for action in [
        "kms:CreateAlias",
        "kms:UpdateAlias",
        "kms:DeleteAlias",
        "KMS:createalias",
    ] {
        for principal in [ALICE, SESSION, FEDERATED, ROOT] {
            refused(principal, action, &alias("aws/s3"));
            for own in ["aws", "awsome", "AWS/s3", "app/aws/s3"] {
                left_to_policies(principal, action, &alias(own));
            }
        }
    }
    left_to_policies(ALICE, "kms:Decrypt", &alias("aws/s3"));
}

#[test]
fn a_role_is_passed_within_its_account() {
    let foreign = "arn:aws:iam::222222222222:role/target";
    for principal in [ALICE, SESSION, ROOT] {
        left_to_policies(principal, "iam:PassRole", OWN_ROLE);
        left_to_policies(principal, "iam:PassRole", "*");
        for action in ["iam:PassRole", "IAM:passrole"] {
            let granted = Scenario {
                resource_policy: Some(to("Allow", r#""*""#)),
                ..asks_for(principal, action, foreign)
            };
            check(&granted, ImplicitDeny);
            check(&denied(granted), ExplicitDeny);
        }
        let read = Scenario {
            resource_policy: Some(to("Allow", r#""*""#)),
            ..asks_for(principal, "iam:GetRole", foreign)
        };
        check(&read, Allowed);
    }
}
