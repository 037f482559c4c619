//! E §4, §6, §7, §8, §10, §12.

use super::*;
use Decision::{Allowed, ExplicitDeny, ImplicitDeny};

/// E §6, the table of consequences: who is granted by the resource policy × who asks, with a limit that lacks the action.
#[test]
fn what_a_resource_policy_grants_past_a_limit_in_the_same_account() {
    let root = aws(ROOT);
    let wildcard = r#""*""#.to_owned();
    let bounded = |principal: &str| Scenario {
        identity_policies: vec![all("Allow")],
        permissions_boundaries: vec![other()],
        ..asks(principal)
    };
    let limited = |principal: &str| Scenario {
        identity_policies: vec![all("Allow")],
        session_policies: vec![other()],
        parent_user: (principal == FEDERATED).then(|| ALICE.to_owned()),
        ..asks(principal)
    };
    let rows = [
        (aws(ALICE), bounded(ALICE), Allowed),
        (aws(ALICE), limited(FEDERATED), ImplicitDeny),
        (aws(ROLE), bounded(SESSION), ImplicitDeny),
        (aws(ROLE), limited(SESSION), ImplicitDeny),
        (aws(SESSION), bounded(SESSION), Allowed),
        (aws(SESSION), limited(SESSION), Allowed),
        (aws(FEDERATED), limited(FEDERATED), Allowed),
        (wildcard.clone(), bounded(ALICE), Allowed),
        (wildcard.clone(), bounded(SESSION), Allowed),
        (wildcard.clone(), limited(SESSION), Allowed),
        (wildcard, limited(FEDERATED), Allowed),
        (root.clone(), bounded(ALICE), ImplicitDeny),
        (root.clone(), bounded(SESSION), ImplicitDeny),
        (root.clone(), limited(SESSION), ImplicitDeny),
        (root, limited(FEDERATED), ImplicitDeny),
    ];
    for (principal, scenario, expected) in rows {
        let scenario = Scenario {
            resource_policy: Some(to("Allow", &principal)),
            ..scenario
        };
        check(&scenario, expected);
    }
}

#[test]
fn a_wildcard_narrowed_to_the_role_is_not_limited() {
    let grant = policy(&format!(
        r#""Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
           "Condition": {{"ArnEquals": {{"aws:PrincipalArn": "{ROLE}"}}}}"#
    ));
    for (boundaries, sessions) in [(vec![other()], vec![]), (vec![], vec![other()])] {
        let scenario = Scenario {
            context: vec![("aws:PrincipalArn".to_owned(), ROLE.into())],
            permissions_boundaries: boundaries,
            session_policies: sessions,
            resource_policy: Some(grant.clone()),
            ..asks(SESSION)
        };
        check(&scenario, Allowed);
    }
}

#[test]
fn each_kind_of_grant_needs_no_identity_policy_but_that_of_the_account() {
    for (principal, entry, expected) in [
        (ALICE, aws(ALICE), Allowed),
        (SESSION, aws(SESSION), Allowed),
        (SESSION, aws(ROLE), Allowed),
        (SESSION, aws("arn:aws:iam::111111111111:role/app"), Allowed),
        (ROLE, aws(ROLE), Allowed),
        (FEDERATED, aws(FEDERATED), Allowed),
        (ALICE, aws("*"), Allowed),
        (ALICE, aws(ROOT), ImplicitDeny),
        (ALICE, aws("111111111111"), ImplicitDeny),
        (SESSION, aws("111111111111"), ImplicitDeny),
        (ALICE, aws("arn:aws:iam::111111111111:user/team/alice"), ImplicitDeny),
        (
            SESSION,
            aws("arn:aws:sts::111111111111:assumed-role/app/s2"),
            ImplicitDeny,
        ),
        (ROLE, aws(SESSION), ImplicitDeny),
        (ROOT, aws("111111111111"), Allowed),
    ] {
        let scenario = Scenario {
            resource_policy: Some(to("Allow", &entry)),
            ..asks(principal)
        };
        check(&scenario, expected);
    }
}

#[test]
fn the_identity_path_is_an_intersection() {
    for (identity, boundary, session, expected) in [
        (Some(all("Allow")), None, None, Allowed),
        (None, None, None, ImplicitDeny),
        (None, Some(all("Allow")), Some(all("Allow")), ImplicitDeny),
        (Some(all("Allow")), Some(all("Allow")), Some(all("Allow")), Allowed),
        (Some(all("Allow")), Some(other()), Some(all("Allow")), ImplicitDeny),
        (Some(all("Allow")), Some(all("Allow")), Some(other()), ImplicitDeny),
        (Some(all("Deny")), None, None, ExplicitDeny),
        (Some(all("Allow")), Some(all("Deny")), None, ExplicitDeny),
        (Some(all("Allow")), None, Some(all("Deny")), ExplicitDeny),
    ] {
        let scenario = Scenario {
            identity_policies: identity.into_iter().collect(),
            permissions_boundaries: boundary.into_iter().collect(),
            session_policies: session.into_iter().collect(),
            ..asks(SESSION)
        };
        check(&scenario, expected);
    }
}

#[test]
fn a_federated_user_without_session_policies_has_nothing_from_identity_policies() {
    let scenario = Scenario {
        identity_policies: vec![all("Allow")],
        ..asks(FEDERATED)
    };
    check(&scenario, ImplicitDeny);
    let scenario = Scenario {
        session_policies: vec![all("Allow")],
        ..scenario
    };
    check(&scenario, Allowed);
}

#[test]
fn a_deny_of_any_kind_of_match_denies() {
    for (principal, entry) in [
        (ALICE, aws(ALICE)),
        (ALICE, aws(ROOT)),
        (ALICE, r#""*""#.to_owned()),
        (SESSION, aws(ROLE)),
        (SESSION, aws(SESSION)),
        (ROOT, aws(ROOT)),
        ("anonymous", aws("*")),
    ] {
        let scenario = Scenario {
            identity_policies: vec![all("Allow")],
            resource_policy: Some(to("Deny", &entry)),
            ..asks(principal)
        };
        check(&scenario, ExplicitDeny);
    }
}

/// E §4.
#[test]
fn every_level_of_an_organization_must_allow() {
    let (allow, deny) = (all("Allow"), all("Deny"));
    for (levels, expected) in [
        (vec![], Allowed),
        (vec![vec![allow.clone()], vec![allow.clone()]], Allowed),
        (vec![vec![other()], vec![allow.clone()]], ImplicitDeny),
        (vec![vec![allow.clone()], vec![]], ImplicitDeny),
        (vec![vec![other(), allow.clone()]], Allowed),
        (vec![vec![allow.clone()], vec![allow.clone(), deny]], ExplicitDeny),
    ] {
        let scps = Scenario {
            identity_policies: vec![allow.clone()],
            service_control_policies: levels.clone(),
            ..asks(ALICE)
        };
        check(&scps, expected);
        let rcps = Scenario {
            identity_policies: vec![allow.clone()],
            resource_control_policies: levels,
            ..asks(ALICE)
        };
        check(&rcps, expected);
    }
}

/// E §3: what is given applies, but to those who are in no organization.
#[test]
fn guard_rails_bind_those_whom_aws_names() {
    let granted = |principal: &str| Scenario {
        identity_policies: vec![all("Allow")],
        resource_policy: Some(to("Allow", r#""*""#)),
        ..asks(principal)
    };
    for (principal, by_scp, by_rcp) in [
        (ALICE, ExplicitDeny, ExplicitDeny),
        (SESSION, ExplicitDeny, ExplicitDeny),
        (ROOT, ExplicitDeny, ExplicitDeny),
        ("anonymous", Allowed, ExplicitDeny),
        ("lambda.amazonaws.com", Allowed, ExplicitDeny),
    ] {
        let scps = Scenario {
            service_control_policies: vec![vec![all("Deny")]],
            ..granted(principal)
        };
        check(&scps, by_scp);
        let rcps = Scenario {
            resource_control_policies: vec![vec![all("Deny")]],
            ..granted(principal)
        };
        check(&rcps, by_rcp);
    }
}

#[test]
fn an_endpoint_policy_must_allow() {
    for (endpoint, expected) in [
        (to("Allow", r#""*""#), Allowed),
        (to("Allow", &aws("222222222222")), ImplicitDeny),
        (to("Deny", r#""*""#), ExplicitDeny),
    ] {
        let scenario = Scenario {
            identity_policies: vec![all("Allow")],
            vpc_endpoint_policies: vec![endpoint],
            ..asks(ALICE)
        };
        check(&scenario, expected);
    }
}

/// E §7.
#[test]
fn both_accounts_must_allow() {
    let cross = |principal: &str, entry: &str| Scenario {
        resource: FOREIGN_QUEUE.to_owned(),
        resource_policy: Some(to("Allow", entry)),
        ..asks(principal)
    };
    for (principal, entry) in [
        (ALICE, aws(ALICE)),
        (ALICE, aws(ROOT)),
        (ALICE, aws("*")),
        (SESSION, aws(ROLE)),
        (SESSION, aws(SESSION)),
    ] {
        let scenario = cross(principal, &entry);
        check(&scenario, ImplicitDeny);
        let both = Scenario {
            identity_policies: vec![all("Allow")],
            ..scenario
        };
        check(&both, Allowed);
        for limited in [
            Scenario {
                permissions_boundaries: vec![other()],
                ..both.clone()
            },
            Scenario {
                service_control_policies: vec![vec![other()]],
                ..both.clone()
            },
            Scenario {
                resource_control_policies: vec![vec![other()]],
                ..both.clone()
            },
            Scenario {
                resource_policy: None,
                ..both
            },
        ] {
            check(&limited, ImplicitDeny);
        }
    }
    let session = Scenario {
        identity_policies: vec![all("Allow")],
        session_policies: vec![other()],
        ..cross(SESSION, &aws(SESSION))
    };
    check(&session, ImplicitDeny);
    check(&cross(ROOT, &aws(ROOT)), Allowed);
    check(&cross("anonymous", &aws("*")), Allowed);
    check(&cross("anonymous", &aws(ROOT)), ImplicitDeny);
    check(
        &cross("sns.amazonaws.com", r#"{"Service": "sns.amazonaws.com"}"#),
        Allowed,
    );
    check(
        &cross("sns.amazonaws.com", r#"{"Service": "SNS.amazonaws.com"}"#),
        ImplicitDeny,
    );
}

#[test]
fn the_owner_of_a_resource_may_be_given() {
    let bucket = Scenario {
        action: "s3:GetObject".to_owned(),
        resource: "arn:aws:s3:::b/k".to_owned(),
        identity_policies: vec![all("Allow")],
        ..asks(ALICE)
    };
    check(&bucket, Allowed);
    let foreign = Scenario {
        resource_account: Some("222222222222".to_owned()),
        ..bucket
    };
    check(&foreign, ImplicitDeny);
}

/// E §8.
#[test]
fn a_key_is_opened_by_its_policy_only() {
    let asks = |principal: &str| Scenario {
        action: "kms:Decrypt".to_owned(),
        resource: KEY.to_owned(),
        identity_policies: vec![all("Allow")],
        ..asks(principal)
    };
    check(&asks(ALICE), ImplicitDeny);
    check(&asks(ROOT), ImplicitDeny);
    let trusting = |principal: &str, entry: &str| Scenario {
        resource_policy: Some(to("Allow", entry)),
        ..asks(principal)
    };
    check(&trusting(ALICE, &aws(ROOT)), Allowed);
    check(&trusting(ROOT, &aws(ROOT)), Allowed);
    check(
        &trusting(ALICE, &aws("arn:aws:iam::111111111111:user/bob")),
        ImplicitDeny,
    );
    let without_identity = Scenario {
        identity_policies: vec![],
        ..trusting(ALICE, &aws(ALICE))
    };
    check(&without_identity, Allowed);
    let narrow = policy(&format!(
        r#""Effect": "Allow", "Principal": {}, "Action": "kms:Encrypt", "Resource": "*""#,
        aws(ROOT)
    ));
    let narrow = Scenario {
        resource_policy: Some(narrow),
        ..asks(ALICE)
    };
    check(&narrow, ImplicitDeny);
    let alias = Scenario {
        resource: "arn:aws:kms:us-east-1:111111111111:alias/a".to_owned(),
        ..asks(ALICE)
    };
    check(&alias, Allowed);
}

/// E §10.
#[test]
fn a_role_is_assumed_by_its_trust_policy() {
    let target = "arn:aws:iam::111111111111:role/target";
    let trust = |principal: &str, entry: &str, identity: bool| Scenario {
        action: "sts:AssumeRole".to_owned(),
        resource: target.to_owned(),
        identity_policies: identity.then(|| all("Allow")).into_iter().collect(),
        resource_policy: Some(policy(&format!(
            r#""Effect": "Allow", "Principal": {entry}, "Action": "sts:AssumeRole""#
        ))),
        ..asks(principal)
    };
    check(&trust(ALICE, &aws(ALICE), false), Allowed);
    check(&trust(SESSION, &aws(ROLE), false), Allowed);
    check(&trust(SESSION, &aws(SESSION), false), Allowed);
    check(&trust(ALICE, &aws("*"), false), Allowed);
    check(&trust(ALICE, &aws(ROOT), false), ImplicitDeny);
    check(&trust(ALICE, &aws(ROOT), true), Allowed);
    check(&trust(ALICE, &aws(ROLE), true), ImplicitDeny);
    check(
        &trust("ec2.amazonaws.com", r#"{"Service": "ec2.amazonaws.com"}"#, false),
        Allowed,
    );
    check(&trust(ROOT, &aws(ROOT), true), ImplicitDeny);
    let bounded = Scenario {
        permissions_boundaries: vec![other()],
        ..trust(SESSION, &aws(ROLE), false)
    };
    check(&bounded, ImplicitDeny);
    let abroad = |identity| Scenario {
        resource: "arn:aws:iam::222222222222:role/target".to_owned(),
        ..trust(ALICE, &aws(ALICE), identity)
    };
    check(&abroad(false), ImplicitDeny);
    check(&abroad(true), Allowed);
    // The role itself is no exception.
    let own = |entry: &str, identity| Scenario {
        resource: ROLE.to_owned(),
        ..trust(SESSION, entry, identity)
    };
    check(&own(&aws(ALICE), true), ImplicitDeny);
    check(&own(&aws(ROLE), false), Allowed);
    check(&own(&aws(ROOT), false), ImplicitDeny);
    check(&own(&aws(ROOT), true), Allowed);
    let provider = "arn:aws:iam::111111111111:saml-provider/Corp";
    let saml = |entry: &str| Scenario {
        action: "sts:AssumeRoleWithSAML".to_owned(),
        resource_policy: Some(policy(&format!(
            r#""Effect": "Allow", "Principal": {{"Federated": "{entry}"}}, "Action": "sts:AssumeRoleWithSAML""#
        ))),
        ..trust(provider, r#""*""#, false)
    };
    check(&saml(provider), Allowed);
    check(&saml("arn:aws:iam::111111111111:saml-provider/Other"), ImplicitDeny);
}

#[test]
fn a_role_is_otherwise_a_resource_like_any() {
    let scenario = Scenario {
        action: "iam:PassRole".to_owned(),
        resource: ROLE.to_owned(),
        identity_policies: vec![all("Allow")],
        ..asks(ALICE)
    };
    check(&scenario, Allowed);
}

/// E §6, "`NotPrincipal` + boundary".
#[test]
fn not_principal_spares_whom_it_names() {
    let not = |effect: &str, entry: &str| {
        policy(&format!(
            r#""Effect": "{effect}", "NotPrincipal": {entry}, "Action": "*", "Resource": "*""#
        ))
    };
    let asks = |principal: &str, document: NamedPolicy| Scenario {
        identity_policies: vec![all("Allow")],
        resource_policy: Some(document),
        ..asks(principal)
    };
    check(&asks(ALICE, not("Deny", &aws(ALICE))), Allowed);
    check(&asks(ALICE, not("Deny", &aws(ROLE))), ExplicitDeny);
    check(&asks(ALICE, not("Deny", &aws(ROOT))), Allowed);
    check(&asks(SESSION, not("Deny", &aws(ROLE))), Allowed);
    check(&asks("anonymous", not("Deny", &aws(ALICE))), ExplicitDeny);
    check(&asks("anonymous", not("Allow", &aws(ALICE))), Allowed);
    let bounded = Scenario {
        permissions_boundaries: vec![all("Allow")],
        ..asks(ALICE, not("Deny", &aws(ALICE)))
    };
    check(&bounded, ExplicitDeny);
}

#[test]
fn a_malformed_question_is_an_error() {
    let wrong = |scenario: Scenario| decide(&OracleRequest::from_scenario(&scenario).unwrap()).unwrap_err();
    assert_eq!(wrong(asks("alice")), OracleError::Principal("alice".to_owned()));
    let action = Scenario {
        action: "SendMessage".to_owned(),
        ..asks(ALICE)
    };
    assert_eq!(wrong(action), OracleError::Action("SendMessage".to_owned()));
    let resource = Scenario {
        resource: "jobs".to_owned(),
        ..asks(ALICE)
    };
    assert_eq!(wrong(resource), OracleError::Resource("jobs".to_owned()));
    let broken = Scenario {
        identity_policies: vec![NamedPolicy::new("broken", "{}")],
        ..asks(ALICE)
    };
    let error = OracleRequest::from_scenario(&broken).unwrap_err();
    assert_eq!(error.to_string(), "policy `broken`: this policy has no `Statement`");
}
