//! What a service decides by itself, whatever the policies say: a layer of its own beside the general rules.
//!
//! AWS: IAM User Guide, "Compare AWS STS credentials", "Permissions for `GetSessionToken`", "Granting permissions to pass a role",
//! "Service-linked roles"; STS API Reference.

use std::fmt;

use bailiwick_grammar::Arn;
use bailiwick_policy::Principal;

use super::PrincipalKind;

/// Whether a service leaves a request to the policies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServiceAuthorization {
    /// The policies decide: nearly every request.
    ByPolicies,
    /// The request is allowed, whatever the policies say.
    Allowed(ServiceRule),
    /// The request is not allowed, whatever the policies allow.
    Refused(ServiceRule),
}

/// A rule of a service that stands above the policies.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ServiceRule {
    /// `GetCallerIdentity` needs no permission.
    CallerIdentity,
    /// `GetSessionToken` needs no permission, and long-term credentials.
    SessionToken,
    /// `GetFederationToken` needs long-term credentials.
    FederationToken,
    /// What a federated-user session cannot call.
    FederatedUserSession,
    /// A root user cannot call `AssumeRole`.
    RootAssumesRole,
    /// A role is passed inside its own account only.
    PassRoleAcrossAccounts,
    /// A policy that AWS manages is not the customer's to change.
    AwsManagedPolicy,
    /// A role that AWS reserves for itself is not the customer's to change.
    ReservedRole,
    /// A service-linked role is changed by its service.
    ServiceLinkedRole,
    /// An alias of an AWS managed key is not the customer's to change.
    AwsManagedAlias,
}

impl ServiceAuthorization {
    /// What holds for a request. `kind` is the principal's; `same_account` tells whether the resource is in its account.
    pub fn of(
        kind: PrincipalKind,
        principal: &Principal,
        action: &str,
        resource: Option<&Arn<'_>>,
        same_account: bool,
    ) -> Self {
        let Some((service, name)) = action.split_once(':') else {
            return Self::ByPolicies;
        };
        if service.eq_ignore_ascii_case("sts") {
            return sts(kind, principal, name);
        }
        let iam = service.eq_ignore_ascii_case("iam");
        if kind == PrincipalKind::FederatedUser && iam {
            return Self::Refused(ServiceRule::FederatedUserSession);
        }
        if iam && name.eq_ignore_ascii_case("PassRole") {
            let abroad = kind != PrincipalKind::Outside && !same_account;
            return if abroad {
                Self::Refused(ServiceRule::PassRoleAcrossAccounts)
            } else {
                Self::ByPolicies
            };
        }
        let rule = match resource {
            Some(resource) if iam => iam_rule(name, resource),
            Some(resource) if service.eq_ignore_ascii_case("kms") => (is_one_of(name, &CHANGES_OF_AN_ALIAS)
                && resource.resource.starts_with("alias/aws/"))
            .then_some(ServiceRule::AwsManagedAlias),
            Some(_) | None => None,
        };
        rule.map_or(Self::ByPolicies, Self::Refused)
    }

    /// Whether not even an explicit deny counts.
    pub fn policies_have_no_effect(self) -> bool {
        match self {
            Self::ByPolicies => false,
            Self::Allowed(rule) | Self::Refused(rule) => {
                matches!(rule, ServiceRule::CallerIdentity | ServiceRule::SessionToken)
            }
        }
    }
}

/// AWS: "Compare AWS STS credentials"; STS API Reference, `AssumeRole`, `GetCallerIdentity`; "Permissions for `GetSessionToken`".
fn sts(kind: PrincipalKind, principal: &Principal, name: &str) -> ServiceAuthorization {
    use PrincipalKind::{AssumedRoot, FederatedUser, Outside, RoleSession, Root, User};
    use ServiceAuthorization::{Allowed, ByPolicies, Refused};
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("GetCallerIdentity") {
        return match principal {
            Principal::Aws(_) | Principal::Service(_) => Allowed(ServiceRule::CallerIdentity),
            // Nobody has signed such a request.
            Principal::Anonymous | Principal::Federated(_) => ByPolicies,
        };
    }
    if is("GetSessionToken") {
        return match kind {
            User | Root => Allowed(ServiceRule::SessionToken),
            RoleSession | FederatedUser | AssumedRoot | Outside => Refused(ServiceRule::SessionToken),
        };
    }
    match kind {
        FederatedUser if !is("GetFederationToken") => Refused(ServiceRule::FederatedUserSession),
        RoleSession | FederatedUser | AssumedRoot if is("GetFederationToken") => Refused(ServiceRule::FederationToken),
        Root | AssumedRoot if is("AssumeRole") => Refused(ServiceRule::RootAssumesRole),
        Outside | Root | AssumedRoot | User | RoleSession | FederatedUser => ByPolicies,
    }
}

const CHANGES_OF_AN_ALIAS: [&str; 3] = ["CreateAlias", "DeleteAlias", "UpdateAlias"];

const CHANGES_OF_A_POLICY: [&str; 6] = [
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "SetDefaultPolicyVersion",
    "TagPolicy",
    "UntagPolicy",
];

/// What changes a role but is left to the owner of a service-linked role too: its tags and its description.
const LIGHT_CHANGES_OF_A_ROLE: [&str; 4] = ["TagRole", "UntagRole", "UpdateRole", "UpdateRoleDescription"];

const CHANGES_OF_A_ROLE: [&str; 8] = [
    "AttachRolePolicy",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
];

/// AWS: "AWS managed policies"; "Service-linked roles", editing.
fn iam_rule(name: &str, resource: &Arn<'_>) -> Option<ServiceRule> {
    if resource.service != "iam" {
        return None;
    }
    if resource.account == "aws" && resource.resource.starts_with("policy/") {
        return is_one_of(name, &CHANGES_OF_A_POLICY).then_some(ServiceRule::AwsManagedPolicy);
    }
    let role = resource.resource.strip_prefix("role/")?;
    if role.starts_with("aws-service-role/") && is_one_of(name, &CHANGES_OF_A_ROLE) {
        return Some(ServiceRule::ServiceLinkedRole);
    }
    let changes = is_one_of(name, &CHANGES_OF_A_ROLE) || is_one_of(name, &LIGHT_CHANGES_OF_A_ROLE);
    (role.starts_with("aws-reserved/") && changes).then_some(ServiceRule::ReservedRole)
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

impl fmt::Display for ServiceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CallerIdentity => "sts:GetCallerIdentity needs no permission, and no policy can deny it",
            Self::SessionToken => {
                "sts:GetSessionToken needs no permission; users and root users can call it, sessions cannot"
            }
            Self::FederationToken => "sts:GetFederationToken is for users and root users, not for sessions",
            Self::FederatedUserSession => {
                "a federated-user session cannot call IAM, and of AWS STS only GetCallerIdentity"
            }
            Self::RootAssumesRole => "root users cannot assume roles, whatever the trust policy says",
            Self::PassRoleAcrossAccounts => "a role can only be passed inside its own account",
            Self::AwsManagedPolicy => "AWS managed policies can only be changed by AWS",
            Self::ReservedRole => "roles under /aws-reserved/ can only be changed by AWS",
            Self::ServiceLinkedRole => "a service-linked role is changed by its service only",
            Self::AwsManagedAlias => "aliases under alias/aws/ belong to AWS",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ServiceAuthorization::{Allowed, ByPolicies, Refused};

    #[track_caller]
    fn check(principal: &str, action: &str, resource: &str, expected: ServiceAuthorization) {
        let principal = Principal::parse(principal).unwrap();
        let kind = PrincipalKind::of(&principal, &bailiwick_policy::RequestContext::new());
        let arn = Arn::parse(resource).ok();
        let owner = arn.as_ref().and_then(|arn| arn.account.parse().ok());
        let same_account = owner.is_none() || owner == principal.account();
        assert_eq!(
            ServiceAuthorization::of(kind, &principal, action, arn.as_ref(), same_account),
            expected
        );
    }

    const ROOT: &str = "arn:aws:iam::111122223333:root";
    const USER: &str = "arn:aws:iam::111122223333:user/a";
    const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/r/s";
    const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/f";
    const ROLE: &str = "arn:aws:iam::111122223333:role/r";

    #[test]
    fn everyone_who_signs_may_ask_who_they_are() {
        for principal in [ROOT, USER, SESSION, FEDERATED, "ec2.amazonaws.com"] {
            check(
                principal,
                "STS:getcalleridentity",
                "*",
                Allowed(ServiceRule::CallerIdentity),
            );
        }
        check("anonymous", "sts:GetCallerIdentity", "*", ByPolicies);
    }

    #[test]
    fn tokens_are_for_long_term_credentials() {
        check(USER, "sts:GetSessionToken", "*", Allowed(ServiceRule::SessionToken));
        check(ROOT, "sts:GetSessionToken", "*", Allowed(ServiceRule::SessionToken));
        check(SESSION, "sts:GetSessionToken", "*", Refused(ServiceRule::SessionToken));
        check(
            "anonymous",
            "sts:GetSessionToken",
            "*",
            Refused(ServiceRule::SessionToken),
        );
        check(USER, "sts:GetFederationToken", FEDERATED, ByPolicies);
        check(
            SESSION,
            "sts:GetFederationToken",
            FEDERATED,
            Refused(ServiceRule::FederationToken),
        );
    }

    #[test]
    fn a_federated_user_session_calls_neither_iam_nor_sts() {
        check(
            FEDERATED,
            "iam:ListUsers",
            "*",
            Refused(ServiceRule::FederatedUserSession),
        );
        check(
            FEDERATED,
            "sts:AssumeRole",
            ROLE,
            Refused(ServiceRule::FederatedUserSession),
        );
        check(FEDERATED, "s3:GetObject", "arn:aws:s3:::b/k", ByPolicies);
    }

    #[test]
    fn a_root_user_assumes_no_role() {
        check(ROOT, "sts:assumerole", ROLE, Refused(ServiceRule::RootAssumesRole));
        check(USER, "sts:AssumeRole", ROLE, ByPolicies);
        check(ROOT, "sts:TagSession", ROLE, ByPolicies);
    }

    #[test]
    fn a_role_is_passed_inside_its_account() {
        check(USER, "iam:PassRole", ROLE, ByPolicies);
        let elsewhere = "arn:aws:iam::444455556666:role/r";
        check(
            USER,
            "iam:PassRole",
            elsewhere,
            Refused(ServiceRule::PassRoleAcrossAccounts),
        );
        check(USER, "iam:GetRole", elsewhere, ByPolicies);
        // Whose role it is, an ARN without an account does not say.
        check(USER, "iam:PassRole", "arn:aws:iam:::role/r", ByPolicies);
    }

    #[test]
    fn what_belongs_to_aws_is_not_changed() {
        let managed = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        check(
            USER,
            "iam:DeletePolicy",
            managed,
            Refused(ServiceRule::AwsManagedPolicy),
        );
        check(USER, "iam:GetPolicy", managed, ByPolicies);
        let reserved = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/r";
        check(USER, "iam:UpdateRole", reserved, Refused(ServiceRule::ReservedRole));
        let linked = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/r";
        check(USER, "iam:DeleteRole", linked, Refused(ServiceRule::ServiceLinkedRole));
        check(USER, "iam:UpdateRole", linked, ByPolicies);
        let alias = "arn:aws:kms:us-east-1:111122223333:alias/aws/s3";
        check(USER, "kms:DeleteAlias", alias, Refused(ServiceRule::AwsManagedAlias));
        check(USER, "kms:DescribeKey", alias, ByPolicies);
    }
}
