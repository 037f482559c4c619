//! What a service decides by itself, whatever the policies say: a layer of its own beside the general rules.
//!
//! AWS: IAM User Guide, "Compare AWS STS credentials", "Permissions for `GetSessionToken`", "Granting permissions to pass a role",
//! "Service-linked roles"; STS API Reference.

use std::fmt;

use bailiwick_grammar::Arn;
use bailiwick_policy::{ContextValueRef, Principal, RequestContext};

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

/// What the rules of services ask of a request.
#[derive(Clone, Copy, Debug)]
pub struct ServiceQuestion<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// The kind of the principal.
    pub kind: PrincipalKind,
    /// The service prefix of the action.
    pub service: &'a str,
    /// The name of the action.
    pub name: &'a str,
    /// The resource; nothing for `*`.
    pub resource: Option<Arn<'a>>,
    /// Whether the resource is in the principal's account.
    pub same_account: bool,
    /// The condition keys.
    pub context: &'a RequestContext,
}

impl ServiceQuestion<'_> {
    /// Whether a service asks for itself. What belongs to AWS is its to change.
    fn is_of_aws(&self) -> bool {
        matches!(self.principal, Principal::Service(_))
    }

    /// Whether the credentials are those that `GetSessionToken` made: a user's or root user's own, and temporary.
    ///
    /// AWS: "AWS global condition context keys", `aws:TokenIssueTime`: it is there for temporary credentials only.
    fn has_session_token(&self) -> bool {
        matches!(self.kind, PrincipalKind::User | PrincipalKind::Root)
            && self.context.by_name("aws:TokenIssueTime").is_some()
    }

    fn has_mfa(&self) -> bool {
        (self.value("aws:MultiFactorAuthPresent")).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// AWS: "Monitor and control actions taken with assumed roles": the sessions that a session makes have its source identity.
    fn changes_source_identity(&self) -> bool {
        let (own, passed) = (self.value("aws:SourceIdentity"), self.value("sts:SourceIdentity"));
        own.zip(passed).is_some_and(|(own, passed)| own != passed)
    }

    fn value(&self, key: &str) -> Option<&str> {
        match self.context.by_name(key)? {
            ContextValueRef::Single(value) => Some(value),
            ContextValueRef::Multivalued(_) => None,
        }
    }
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
    /// What the credentials that `GetSessionToken` made cannot call.
    SessionTokenCredentials,
    /// A source identity, once set, is the same for all sessions of a chain.
    SourceIdentityChanged,
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
    /// What holds for a request.
    pub fn of(asked: &ServiceQuestion<'_>) -> Self {
        let is_of = |known: &str| asked.service.eq_ignore_ascii_case(known);
        if is_of("sts") {
            return sts(asked, asked.name);
        }
        let rule = if is_of("iam") {
            iam_rule(asked, asked.name)
        } else if is_of("kms") {
            kms_rule(asked, asked.name)
        } else {
            None
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
fn sts(asked: &ServiceQuestion<'_>, name: &str) -> ServiceAuthorization {
    use PrincipalKind::{AssumedRoot, FederatedUser, Outside, RoleSession, Root, User};
    use ServiceAuthorization::{Allowed, ByPolicies, Refused};
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("GetCallerIdentity") {
        return match asked.principal {
            Principal::Aws(_) | Principal::Service(_) => Allowed(ServiceRule::CallerIdentity),
            // Nobody has signed such a request.
            Principal::Anonymous | Principal::Federated(_) => ByPolicies,
        };
    }
    if is("GetSessionToken") {
        return match asked.kind {
            User | Root if !asked.has_session_token() => Allowed(ServiceRule::SessionToken),
            User | Root | RoleSession | FederatedUser | AssumedRoot | Outside => Refused(ServiceRule::SessionToken),
        };
    }
    match asked.kind {
        FederatedUser if !is("GetFederationToken") => return Refused(ServiceRule::FederatedUserSession),
        RoleSession | FederatedUser | AssumedRoot if is("GetFederationToken") => {
            return Refused(ServiceRule::FederationToken);
        }
        Root | AssumedRoot if is("AssumeRole") => return Refused(ServiceRule::RootAssumesRole),
        Outside | Root | AssumedRoot | User | RoleSession | FederatedUser => {}
    }
    if asked.has_session_token() && !is_one_of(name, &OPEN_TO_SESSION_TOKENS) {
        return Refused(ServiceRule::SessionTokenCredentials);
    }
    if is_one_of(name, &SETS_A_SOURCE_IDENTITY) && asked.changes_source_identity() {
        return Refused(ServiceRule::SourceIdentityChanged);
    }
    ByPolicies
}

/// All but the first are no calls: a role's trust policy is asked for three of them beside the call that assumes it, and the last is what
/// a service asks for in the principal's name.
const OPEN_TO_SESSION_TOKENS: [&str; 5] = [
    "AssumeRole",
    "TagSession",
    "SetSourceIdentity",
    "SetContext",
    "GetServiceBearerToken",
];

const SETS_A_SOURCE_IDENTITY: [&str; 4] = [
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "SetSourceIdentity",
];

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

/// AWS: "Compare AWS STS credentials"; "Granting permissions to pass a role"; "AWS managed policies"; "Service-linked roles", editing.
fn iam_rule(asked: &ServiceQuestion<'_>, name: &str) -> Option<ServiceRule> {
    if asked.kind == PrincipalKind::FederatedUser {
        return Some(ServiceRule::FederatedUserSession);
    }
    if asked.has_session_token() && !asked.has_mfa() {
        return Some(ServiceRule::SessionTokenCredentials);
    }
    if name.eq_ignore_ascii_case("PassRole") {
        let abroad = asked.kind != PrincipalKind::Outside && !asked.same_account;
        return abroad.then_some(ServiceRule::PassRoleAcrossAccounts);
    }
    // IAM is global: an ARN with a region is none of its own.
    let resource = asked
        .resource
        .filter(|arn| arn.service == "iam" && arn.region.is_empty() && !asked.is_of_aws())?;
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

/// AWS: KMS Developer Guide, "Aliases": AWS reserves `alias/aws/` for its own keys.
fn kms_rule(asked: &ServiceQuestion<'_>, name: &str) -> Option<ServiceRule> {
    let alias = asked.resource.filter(|arn| arn.service == "kms" && !asked.is_of_aws());
    let reserved = alias.is_some_and(|arn| arn.resource.starts_with("alias/aws/"));
    (reserved && is_one_of(name, &CHANGES_OF_AN_ALIAS)).then_some(ServiceRule::AwsManagedAlias)
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
            Self::SessionTokenCredentials => {
                "credentials of sts:GetSessionToken cannot call IAM unless they were made with MFA, and of AWS STS only AssumeRole and GetCallerIdentity"
            }
            Self::SourceIdentityChanged => {
                "the source identity of a session (aws:SourceIdentity) cannot be changed by the sessions that it makes"
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
        check_in(&[], principal, action, resource, expected);
    }

    #[track_caller]
    fn check_in(
        context: &[(&str, &str)],
        principal: &str,
        action: &str,
        resource: &str,
        expected: ServiceAuthorization,
    ) {
        let context: RequestContext = context.iter().copied().collect();
        let principal = Principal::parse(principal).unwrap();
        let resource = Arn::parse(resource).ok();
        let owner = resource.and_then(|arn| arn.account.parse().ok());
        let (service, name) = action.split_once(':').unwrap();
        let asked = ServiceQuestion {
            principal: &principal,
            kind: PrincipalKind::of(&principal, &context),
            service,
            name,
            resource,
            same_account: owner.is_none() || owner == principal.account(),
            context: &context,
        };
        assert_eq!(ServiceAuthorization::of(&asked), expected);
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
    fn session_tokens_without_mfa_do_not_call_iam() {
        let token = ("aws:TokenIssueTime", "2026-11-22T17:00:00Z");
        let refused = Refused(ServiceRule::SessionTokenCredentials);
        check_in(&[token], USER, "iam:ListUsers", "*", refused);
        check_in(
            &[token, ("aws:MultiFactorAuthPresent", "false")],
            USER,
            "iam:ListUsers",
            "*",
            refused,
        );
        check_in(
            &[token, ("aws:MultiFactorAuthPresent", "true")],
            USER,
            "iam:ListUsers",
            "*",
            ByPolicies,
        );
        check_in(&[token], SESSION, "iam:ListUsers", "*", ByPolicies);
        check_in(&[token], USER, "sts:GetFederationToken", FEDERATED, refused);
        check_in(&[token], USER, "sts:AssumeRole", ROLE, ByPolicies);
        check_in(&[token], USER, "sts:TagSession", ROLE, ByPolicies);
        check_in(&[token], USER, "sts:GetServiceBearerToken", "*", ByPolicies);
        check_in(
            &[token],
            USER,
            "sts:GetSessionToken",
            "*",
            Refused(ServiceRule::SessionToken),
        );
    }

    #[test]
    fn a_source_identity_is_handed_on_unchanged() {
        let chain = |own, passed| [("aws:SourceIdentity", own), ("sts:SourceIdentity", passed)];
        let refused = Refused(ServiceRule::SourceIdentityChanged);
        check_in(&chain("alice", "bob"), SESSION, "sts:AssumeRole", ROLE, refused);
        check_in(&chain("alice", "bob"), SESSION, "sts:SetSourceIdentity", ROLE, refused);
        check_in(&chain("alice", "bob"), SESSION, "sts:TagSession", ROLE, ByPolicies);
        check_in(&chain("alice", "alice"), SESSION, "sts:AssumeRole", ROLE, ByPolicies);
        check_in(&chain("alice", "bob")[1..], SESSION, "sts:AssumeRole", ROLE, ByPolicies);
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
        let with_region = "arn:aws:iam:us-east-1:111122223333:role/aws-service-role/x.amazonaws.com/r";
        check(USER, "iam:DeleteRole", with_region, ByPolicies);
        check("x.amazonaws.com", "iam:DeleteRole", linked, ByPolicies);
        let alias = "arn:aws:kms:us-east-1:111122223333:alias/aws/s3";
        check(USER, "kms:DeleteAlias", alias, Refused(ServiceRule::AwsManagedAlias));
        check(USER, "kms:DescribeKey", alias, ByPolicies);
        let other = "arn:aws:x:us-east-1:111122223333:alias/aws/s3";
        check(USER, "kms:DeleteAlias", other, ByPolicies);
    }
}
