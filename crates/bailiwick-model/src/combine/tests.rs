//! The tables of AWS's pages, row by row. Each row says which policies allow the request and what follows.

use super::*;

fn verdict(allowed: bool) -> Verdict<bool> {
    Verdict { allowed, denied: false }
}

/// A resource-based policy that allows the principal as named in this way.
fn grants(kind: PrincipalMatch) -> ResourceVerdict<bool> {
    let mut verdict = ResourceVerdict::silent();
    *verdict.allowed_mut(kind) = true;
    verdict
}

fn silent() -> Verdicts<bool> {
    Verdicts {
        identity: verdict(false),
        permissions_boundary: None,
        session: None,
        resource: None,
        service_control: None,
        resource_control: None,
        vpc_endpoint: None,
    }
}

fn situation(principal: PrincipalKind, same_account: bool) -> Situation {
    Situation {
        principal,
        same_account,
        account_trust: AccountTrust::Implicit,
        refused_by_service: false,
    }
}

#[track_caller]
fn check(verdicts: &Verdicts<bool>, situation: Situation, allowed: bool, blocked: &[PolicyType]) {
    assert_eq!(verdicts.combine(situation).allowed, allowed);
    assert_eq!(blocked_by(verdicts, situation), blocked);
}

/// "How AWS enforcement code logic evaluates requests", resource-based policies: what a grant gets around, same account.
#[test]
fn a_resource_based_grant_gets_around_bounds_by_how_it_names_the_principal() {
    use PolicyType::{IdentityBasedPolicy, PermissionsBoundary, SessionPolicy};
    use PrincipalKind::{FederatedUser, RoleSession, User};
    use PrincipalMatch::{Account, Direct, ParentUser, Role, Wildcard};
    let boundary = |kind| Verdicts {
        permissions_boundary: Some(verdict(false)),
        resource: Some(grants(kind)),
        ..silent()
    };
    let session = |kind| Verdicts {
        session: Some(verdict(false)),
        resource: Some(grants(kind)),
        ..silent()
    };

    check(&boundary(Direct), situation(User, true), true, &[]);
    check(&boundary(Wildcard), situation(User, true), true, &[]);
    check(
        &boundary(Account),
        situation(User, true),
        false,
        &[IdentityBasedPolicy, PermissionsBoundary],
    );

    check(
        &boundary(Role),
        situation(RoleSession, true),
        false,
        &[PermissionsBoundary],
    );
    check(&session(Role), situation(RoleSession, true), false, &[SessionPolicy]);
    check(&boundary(Direct), situation(RoleSession, true), true, &[]);
    check(&session(Direct), situation(RoleSession, true), true, &[]);
    check(&session(Wildcard), situation(RoleSession, true), true, &[]);
    check(
        &session(Account),
        situation(RoleSession, true),
        false,
        &[IdentityBasedPolicy, SessionPolicy],
    );

    check(
        &session(ParentUser),
        situation(FederatedUser, true),
        false,
        &[SessionPolicy],
    );
    check(&session(Direct), situation(FederatedUser, true), true, &[]);
}

/// The same page: "no other permissions are required" for a grant to the role in its own account.
#[test]
fn a_grant_to_the_role_needs_no_identity_policy() {
    let verdicts = Verdicts {
        resource: Some(grants(PrincipalMatch::Role)),
        ..silent()
    };
    check(&verdicts, situation(PrincipalKind::RoleSession, true), true, &[]);
}

/// "Permissions for GetFederationToken": a session without session policies has no permissions of the user's policies.
#[test]
fn a_federated_user_without_session_policy_has_nothing_of_the_user() {
    let verdicts = Verdicts {
        identity: verdict(true),
        ..silent()
    };
    check(
        &verdicts,
        situation(PrincipalKind::FederatedUser, true),
        false,
        &[PolicyType::SessionPolicy],
    );
    let with = Verdicts {
        session: Some(verdict(true)),
        ..verdicts
    };
    check(&with, situation(PrincipalKind::FederatedUser, true), true, &[]);
}

/// "Cross-account policy evaluation logic": both accounts must allow, and no grant gets around the principal's bounds.
#[test]
fn both_accounts_must_allow_across_accounts() {
    use PolicyType::{IdentityBasedPolicy, PermissionsBoundary, ResourceBasedPolicy};
    let across = situation(PrincipalKind::User, false);
    let both = Verdicts {
        identity: verdict(true),
        resource: Some(grants(PrincipalMatch::Direct)),
        ..silent()
    };
    check(&both, across, true, &[]);
    check(
        &Verdicts {
            identity: verdict(false),
            ..both.clone()
        },
        across,
        false,
        &[IdentityBasedPolicy],
    );
    check(
        &Verdicts {
            resource: None,
            ..both.clone()
        },
        across,
        false,
        &[ResourceBasedPolicy],
    );
    check(&silent(), across, false, &[ResourceBasedPolicy, IdentityBasedPolicy]);
    let bounded = Verdicts {
        permissions_boundary: Some(verdict(false)),
        ..both
    };
    check(&bounded, across, false, &[PermissionsBoundary]);
}

/// Organizations User Guide, "SCP evaluation": each level from the root to the account must allow, and one deny denies.
#[test]
fn every_level_of_the_organization_must_allow() {
    let user = situation(PrincipalKind::User, true);
    let levels = |levels: &[bool]| Some(levels.iter().map(|&allowed| verdict(allowed)).collect());
    let identity = Verdicts {
        identity: verdict(true),
        ..silent()
    };
    check(
        &Verdicts {
            service_control: levels(&[true, true]),
            ..identity.clone()
        },
        user,
        true,
        &[],
    );
    let scp = Verdicts {
        service_control: levels(&[true, false]),
        ..identity.clone()
    };
    check(&scp, user, false, &[PolicyType::ServiceControlPolicy]);
    let rcp = Verdicts {
        resource_control: levels(&[false, true]),
        ..identity.clone()
    };
    check(&rcp, user, false, &[PolicyType::ResourceControlPolicy]);
    let denied = Verdicts {
        service_control: Some(vec![Verdict {
            allowed: true,
            denied: true,
        }]),
        ..identity
    };
    assert_eq!(
        denied.combine(user),
        Access {
            explicitly_denied: true,
            allowed: false
        }
    );
    assert_eq!(blocked_by(&denied, user), [PolicyType::ServiceControlPolicy]);
}

/// "The difference between explicit and implicit denies": an explicit deny in any policy is final.
#[test]
fn an_explicit_deny_of_any_type_is_final() {
    let deny = Verdict {
        allowed: true,
        denied: true,
    };
    let open = Verdicts {
        identity: verdict(true),
        permissions_boundary: Some(verdict(true)),
        session: Some(verdict(true)),
        resource: Some(grants(PrincipalMatch::Direct)),
        service_control: Some(vec![verdict(true)]),
        resource_control: Some(vec![verdict(true)]),
        vpc_endpoint: Some(verdict(true)),
    };
    let session = situation(PrincipalKind::RoleSession, true);
    check(&open, session, true, &[]);
    let denying = [
        (
            PolicyType::IdentityBasedPolicy,
            Verdicts {
                identity: deny,
                ..open.clone()
            },
        ),
        (
            PolicyType::PermissionsBoundary,
            Verdicts {
                permissions_boundary: Some(deny),
                ..open.clone()
            },
        ),
        (
            PolicyType::SessionPolicy,
            Verdicts {
                session: Some(deny),
                ..open.clone()
            },
        ),
        (
            PolicyType::ServiceControlPolicy,
            Verdicts {
                service_control: Some(vec![deny]),
                ..open.clone()
            },
        ),
        (
            PolicyType::ResourceControlPolicy,
            Verdicts {
                resource_control: Some(vec![deny]),
                ..open.clone()
            },
        ),
        (
            PolicyType::VpcEndpointPolicy,
            Verdicts {
                vpc_endpoint: Some(deny),
                ..open.clone()
            },
        ),
        (
            PolicyType::ResourceBasedPolicy,
            Verdicts {
                resource: open.resource.map(|resource| ResourceVerdict {
                    denied: true,
                    ..resource
                }),
                ..open
            },
        ),
    ];
    for (policy_type, verdicts) in denying {
        check(&verdicts, session, false, &[policy_type]);
    }
}

/// KMS Developer Guide, "Default key policy": without a grant to the account, identity-based policies have no effect.
#[test]
fn a_key_policy_must_let_the_account_in() {
    let key = Situation {
        account_trust: AccountTrust::Explicit,
        ..situation(PrincipalKind::User, true)
    };
    let identity = Verdicts {
        identity: verdict(true),
        resource: Some(ResourceVerdict::silent()),
        ..silent()
    };
    check(&identity, key, false, &[PolicyType::ResourceBasedPolicy]);
    let trusted = Verdicts {
        resource: Some(grants(PrincipalMatch::Account)),
        ..identity
    };
    check(&trusted, key, true, &[]);
    let named = Verdicts {
        resource: Some(grants(PrincipalMatch::Direct)),
        ..silent()
    };
    check(&named, key, true, &[]);
}

/// "How AWS enforcement code logic evaluates requests": a root user is not denied implicitly, save by its organization.
#[test]
fn a_root_user_is_bounded_by_its_organization_only() {
    let root = situation(PrincipalKind::Root, true);
    let verdicts = Verdicts {
        permissions_boundary: Some(verdict(false)),
        ..silent()
    }
    .applicable_to(PrincipalKind::Root);
    check(&verdicts, root, true, &[]);
    let scp = Verdicts {
        service_control: Some(vec![verdict(false)]),
        ..verdicts
    };
    check(&scp, root, false, &[PolicyType::ServiceControlPolicy]);
}

/// Services and anonymous callers have the resource's side only; SCPs do not apply to them.
#[test]
fn outside_principals_need_the_resource_only() {
    let outside = situation(PrincipalKind::Outside, false);
    let scp = Verdicts {
        service_control: Some(vec![verdict(false)]),
        ..silent()
    };
    let open = Verdicts {
        resource: Some(grants(PrincipalMatch::Direct)),
        ..scp.clone()
    }
    .applicable_to(PrincipalKind::Outside);
    check(&open, outside, true, &[]);
    check(
        &scp.applicable_to(PrincipalKind::Outside),
        outside,
        false,
        &[PolicyType::ResourceBasedPolicy],
    );
}

/// STS API Reference, `AssumeRole`: root users cannot assume roles, whatever the trust policy says.
#[test]
fn a_root_user_assumes_no_role() {
    assert!(root_assumes_role(PrincipalKind::Root, "sts:assumerole"));
    assert!(!root_assumes_role(PrincipalKind::User, "sts:AssumeRole"));
    let refused = Situation {
        refused_by_service: true,
        ..situation(PrincipalKind::Root, true)
    };
    let trusting = Verdicts {
        resource: Some(grants(PrincipalMatch::Direct)),
        ..silent()
    };
    check(&trusting, refused, false, &[PolicyType::ResourceBasedPolicy]);
}
