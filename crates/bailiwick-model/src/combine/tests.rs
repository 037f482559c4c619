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
        service: ServiceAuthorization::ByPolicies,
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
    let levels = |levels: &[bool]| Some(Verdict::of_levels(levels.iter().map(|&allowed| verdict(allowed))));
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
        service_control: Some(Verdict {
            allowed: true,
            denied: true,
        }),
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
        service_control: Some(verdict(true)),
        resource_control: Some(verdict(true)),
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
                service_control: Some(deny),
                ..open.clone()
            },
        ),
        (
            PolicyType::ResourceControlPolicy,
            Verdicts {
                resource_control: Some(deny),
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
        service_control: Some(verdict(false)),
        ..verdicts
    };
    check(&scp, root, false, &[PolicyType::ServiceControlPolicy]);
}

/// Services and anonymous callers have the resource's side only; SCPs do not apply to them.
#[test]
fn outside_principals_need_the_resource_only() {
    let outside = situation(PrincipalKind::Outside, false);
    let scp = Verdicts {
        service_control: Some(verdict(false)),
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

/// Reference of the single services: some requests are allowed or refused whatever the policies say.
#[test]
fn a_service_may_decide_by_itself() {
    let refused = Situation {
        service: ServiceAuthorization::Refused(ServiceRule::RootAssumesRole),
        ..situation(PrincipalKind::Root, true)
    };
    let trusting = Verdicts {
        resource: Some(grants(PrincipalMatch::Direct)),
        ..silent()
    };
    check(&trusting, refused, false, &[]);
    let denied = Verdicts {
        service_control: Some(Verdict {
            allowed: true,
            denied: true,
        }),
        ..silent()
    };
    check(&denied, refused, false, &[PolicyType::ServiceControlPolicy]);
    let allowed = Situation {
        service: ServiceAuthorization::Allowed(ServiceRule::CallerIdentity),
        ..situation(PrincipalKind::User, true)
    };
    check(&denied, allowed, true, &[]);
    assert!(!denied.combine(allowed).explicitly_denied);
}

/// STS API Reference, `AssumeRoot`: the session can do what its task policy does not deny.
#[test]
fn a_root_session_is_bounded_by_its_task_policy() {
    let root = situation(PrincipalKind::AssumedRoot, true);
    let with = |session| {
        Verdicts {
            session,
            resource: Some(grants(PrincipalMatch::Direct)),
            ..silent()
        }
        .applicable_to(PrincipalKind::AssumedRoot)
    };
    let task = |denied, grants| {
        let said = Verdict { allowed: false, denied };
        Some(PrincipalKind::AssumedRoot.session_verdict(said, grants))
    };
    check(&with(task(false, false)), root, true, &[]);
    check(&with(task(true, false)), root, false, &[PolicyType::SessionPolicy]);
    check(&with(task(false, true)), root, false, &[PolicyType::SessionPolicy]);
    check(&with(None), root, false, &[PolicyType::SessionPolicy]);
}

/// The verdicts with one policy type allowing the request.
fn opened(verdicts: &Verdicts<bool>, policy_type: PolicyType, principal: PrincipalKind) -> Verdicts<bool> {
    let mut open = verdicts.clone();
    match policy_type {
        PolicyType::IdentityBasedPolicy => open.identity.allowed = true,
        PolicyType::PermissionsBoundary => open.permissions_boundary = Some(verdict(true)),
        PolicyType::SessionPolicy => open.session = Some(verdict(true)),
        PolicyType::ServiceControlPolicy => open.service_control = Some(verdict(true)),
        PolicyType::ResourceControlPolicy => open.resource_control = Some(verdict(true)),
        PolicyType::VpcEndpointPolicy => open.vpc_endpoint = Some(verdict(true)),
        PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy => {
            let mut resource = open.resource.unwrap_or_default();
            // The least that a resource can do: let the account in; those without one it has to name.
            match principal {
                PrincipalKind::Outside => resource.direct = true,
                _ => resource.account = true,
            }
            open.resource = Some(resource);
        }
    }
    open
}

/// `blocked_by` restates the formula from its other end: opening all that it names allows the request, and nothing less does.
#[test]
fn what_blocks_a_request_is_exactly_what_must_be_opened() {
    use PrincipalKind::{FederatedUser, Outside, RoleSession, User};
    let bit = |bits: u32, at: u32| bits >> at & 1 == 1;
    let some = |bits: u32, at: u32| [None, None, Some(verdict(false)), Some(verdict(true))][(bits >> at & 3) as usize];
    let mut seen = 0;
    for bits in 0..1 << 16 {
        let principal = [Outside, User, RoleSession, FederatedUser][(bits & 3) as usize];
        let account_trust = if bit(bits, 2) {
            AccountTrust::Explicit
        } else {
            AccountTrust::Implicit
        };
        let situation = Situation {
            account_trust,
            ..situation(principal, bit(bits, 3))
        };
        let mut resource = ResourceVerdict::silent();
        (resource.direct, resource.account) = (bit(bits, 4), bit(bits, 5));
        resource.role = bit(bits, 6) && principal == RoleSession;
        resource.parent_user = bit(bits, 6) && principal == FederatedUser;
        let verdicts = Verdicts {
            identity: verdict(bit(bits, 7)),
            permissions_boundary: some(bits, 8),
            session: some(bits, 10),
            resource: Some(resource),
            service_control: some(bits, 12),
            resource_control: some(bits, 14),
            vpc_endpoint: None,
        }
        .applicable_to(principal);
        let blocked = blocked_by(&verdicts, situation);
        let open = |types: &[PolicyType]| {
            let all = types.iter().fold(verdicts.clone(), |open, &policy_type| {
                opened(&open, policy_type, principal)
            });
            all.combine(situation).allowed
        };
        assert!(open(&blocked), "{blocked:?} of {verdicts:?} in {situation:?}");
        for left_out in 0..blocked.len() {
            let mut fewer = blocked.clone();
            fewer.remove(left_out);
            assert!(!open(&fewer), "{fewer:?} suffices for {verdicts:?} in {situation:?}");
        }
        seen += usize::from(!blocked.is_empty());
    }
    assert!(seen > 10_000);
}
