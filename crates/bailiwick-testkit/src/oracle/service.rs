//! What AWS decides itself: operations, callers and resources with rules of their own, whatever the policies say of them.
//!
//! `S` stands for the reference's page on AWS STS. Actions ignore case; resources do not.

use super::arn::segments;
use super::principal::Requester;
use super::request::OracleRequest;
use crate::answer::{ContextValue, Decision};

/// How AWS's own rules bear on a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ServiceRule {
    /// No policy has an effect, a Deny neither.
    Settled(Decision),
    /// Not allowed, whatever is allowed; an explicit deny stays one.
    Refused,
    /// AWS leaves it to the policies.
    Policies,
}

/// E §13 and what E §8, §10, §11 and S §1 say beside it. `owner` is the account of the resource, where the requester has one.
pub(super) fn service_rule(request: &OracleRequest, requester: &Requester, owner: Option<&str>) -> ServiceRule {
    if let Some(decision) = get_caller_identity(request, requester).or(get_session_token(request, requester)) {
        return ServiceRule::Settled(decision);
    }
    let refused = federation_token_of_a_session(request, requester)
        || federated_user_calls_iam_or_sts(request, requester)
        || session_token_calls_iam_or_sts(request, requester)
        || root_assumes_role(request, requester)
        || source_identity_is_changed(request)
        || (is_customer(requester) && what_aws_keeps_is_changed(request))
        || role_is_passed_across_accounts(request, requester, owner);
    if refused {
        ServiceRule::Refused
    } else {
        ServiceRule::Policies
    }
}

/// E §13: "always allowed for authenticated principals, even under explicit deny". Who signs nothing has not authenticated.
fn get_caller_identity(request: &OracleRequest, requester: &Requester) -> Option<Decision> {
    let authenticated = match requester {
        Requester::Service(_)
        | Requester::Root { .. }
        | Requester::User { .. }
        | Requester::Role { .. }
        | Requester::FederatedUser { .. } => true,
        Requester::Anonymous | Requester::Provider(_) => false,
    };
    (authenticated && asks_for(request, "sts", &["GetCallerIdentity"])).then_some(Decision::Allowed)
}

/// E §13: "no permission needed; naming it in a policy, Allow or Deny, has no effect". S §1: the caller is an IAM user or root,
/// and has "long-term keys".
fn get_session_token(request: &OracleRequest, requester: &Requester) -> Option<Decision> {
    if !asks_for(request, "sts", &["GetSessionToken"]) {
        return None;
    }
    Some(match requester {
        Requester::Root { .. } | Requester::User { .. } if !has_session_token(request, requester) => Decision::Allowed,
        Requester::Root { .. }
        | Requester::User { .. }
        | Requester::Anonymous
        | Requester::Service(_)
        | Requester::Provider(_)
        | Requester::Role { .. }
        | Requester::FederatedUser { .. } => Decision::ImplicitDeny,
    })
}

/// E §13: user or root only; session credentials "cannot call" it.
fn federation_token_of_a_session(request: &OracleRequest, requester: &Requester) -> bool {
    let is_session = matches!(requester, Requester::Role { .. } | Requester::FederatedUser { .. });
    is_session && asks_for(request, "sts", &["GetFederationToken"])
}

/// E §13, S §1: credentials of `GetFederationToken` cannot call IAM, and of AWS STS only `GetCallerIdentity`, which is settled above.
fn federated_user_calls_iam_or_sts(request: &OracleRequest, requester: &Requester) -> bool {
    let service = request.action.split(':').next().unwrap_or_default();
    let iam_or_sts = service.eq_ignore_ascii_case("iam") || service.eq_ignore_ascii_case("sts");
    iam_or_sts && matches!(requester, Requester::FederatedUser { .. })
}

/// E §13, S §1, S §9: credentials of `GetSessionToken` "cannot call IAM APIs unless MFA info was included; of STS only AssumeRole
/// and `GetCallerIdentity`".
fn session_token_calls_iam_or_sts(request: &OracleRequest, requester: &Requester) -> bool {
    if !has_session_token(request, requester) {
        return false;
    }
    let service = request.action.split(':').next().unwrap_or_default();
    if service.eq_ignore_ascii_case("iam") {
        return !has_mfa(request);
    }
    let callable = ["AssumeRole", "GetCallerIdentity"];
    service.eq_ignore_ascii_case("sts")
        && !asks_for(request, "sts", &callable)
        && !asks_for(request, "sts", &NO_OPERATIONS_OF_STS)
}

/// E §10, and IAM User Guide, "Service bearer tokens": permissions that AWS STS or another service asks for while it answers a call. None
/// is among the operations of AWS STS, so no credentials call them.
const NO_OPERATIONS_OF_STS: [&str; 4] = ["TagSession", "SetSourceIdentity", "SetContext", "GetServiceBearerToken"];

/// S §2, S §9: who called `GetSessionToken` stays the user, or root. C §6: `aws:TokenIssueTime` comes with temporary credentials.
fn has_session_token(request: &OracleRequest, requester: &Requester) -> bool {
    matches!(requester, Requester::Root { .. } | Requester::User { .. })
        && request.value("aws:TokenIssueTime").is_some()
}

/// S §9: `aws:MultiFactorAuthPresent` is "true", or "false", or absent.
fn has_mfa(request: &OracleRequest) -> bool {
    match request.value("aws:MultiFactorAuthPresent") {
        Some(ContextValue::Single(value)) => value.eq_ignore_ascii_case("true"),
        Some(ContextValue::Multi(_)) | None => false,
    }
}

/// E §10: "Roles may not be assumed by root accounts."
fn root_assumes_role(request: &OracleRequest, requester: &Requester) -> bool {
    matches!(requester, Requester::Root { .. }) && asks_for(request, "sts", &["AssumeRole"])
}

/// E §10: "persists down the chain and cannot be changed; passing a different value in a chained call is denied". C §6:
/// `aws:SourceIdentity` is the calling session's, `sts:SourceIdentity` the one that is passed.
fn source_identity_is_changed(request: &OracleRequest) -> bool {
    let passing = [
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "SetSourceIdentity",
    ];
    let single = |key: &str| match request.value(key) {
        Some(ContextValue::Single(value)) => Some(value),
        Some(ContextValue::Multi(_)) | None => None,
    };
    match (single("aws:SourceIdentity"), single("sts:SourceIdentity")) {
        (Some(own), Some(passed)) => own != passed && asks_for(request, "sts", &passing),
        (Some(_) | None, None) | (None, Some(_)) => false,
    }
}

/// E §8, §13: "by customers". Services keep what is theirs.
fn is_customer(requester: &Requester) -> bool {
    !matches!(requester, Requester::Service(_))
}

/// What an operation changes of what it is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Change {
    /// Whether it exists.
    Existence,
    /// What it permits: a role's policies, or the text of a policy.
    Permissions,
    /// The permissions boundary.
    Boundary,
    /// Who may assume the role.
    Trust,
    /// The description; `UpdateRole` also sets how long sessions may last.
    Description,
    /// The tags.
    Tags,
}

/// The operations of IAM that require a `RoleName`, are authorized on the role and write. Those of instance profiles are authorized on the
/// profile, and `DeleteServiceLinkedRole` asks the service, which may decline.
const CHANGES_OF_ROLES: [(&str, Change); 12] = [
    ("DeleteRole", Change::Existence),
    ("AttachRolePolicy", Change::Permissions),
    ("DetachRolePolicy", Change::Permissions),
    ("PutRolePolicy", Change::Permissions),
    ("DeleteRolePolicy", Change::Permissions),
    ("PutRolePermissionsBoundary", Change::Boundary),
    ("DeleteRolePermissionsBoundary", Change::Boundary),
    ("UpdateAssumeRolePolicy", Change::Trust),
    ("UpdateRole", Change::Description),
    ("UpdateRoleDescription", Change::Description),
    ("TagRole", Change::Tags),
    ("UntagRole", Change::Tags),
];

/// The operations of IAM that require a `PolicyArn`, are authorized on the policy and write. Attaching and detaching change the user, group
/// or role.
const CHANGES_OF_POLICIES: [(&str, Change); 6] = [
    ("DeletePolicy", Change::Existence),
    ("CreatePolicyVersion", Change::Permissions),
    ("DeletePolicyVersion", Change::Permissions),
    ("SetDefaultPolicyVersion", Change::Permissions),
    ("TagPolicy", Change::Tags),
    ("UntagPolicy", Change::Tags),
];

/// Whether AWS keeps what the request would change, by what the ARN says that it is.
fn what_aws_keeps_is_changed(request: &OracleRequest) -> bool {
    match segments(&request.resource) {
        // E §13: AWS managed policies, in any partition: "always denied".
        Some([_, _, "iam", "", "aws", name]) if name.starts_with("policy/") => {
            change(request, &CHANGES_OF_POLICIES).is_some()
        }
        // E §13: "modification by customers denied".
        Some([_, _, "iam", "", _, name]) if name.starts_with("role/aws-reserved/") => {
            change(request, &CHANGES_OF_ROLES).is_some()
        }
        Some([_, _, "iam", "", _, name]) if name.starts_with("role/aws-service-role/") => {
            change(request, &CHANGES_OF_ROLES).is_some_and(the_service_keeps)
        }
        // E §8: "cannot be created/updated/deleted by customers".
        Some([_, _, "kms", _, _, name]) if name.starts_with("alias/aws/") => {
            asks_for(request, "kms", &["CreateAlias", "UpdateAlias", "DeleteAlias"])
        }
        _ => false,
    }
}

/// What the request changes, of the changes that there are to such a thing.
fn change(request: &OracleRequest, changes: &[(&str, Change)]) -> Option<Change> {
    let named = changes.iter().find(|(name, _)| asks_for(request, "iam", &[name]));
    named.map(|&(_, change)| change)
}

/// E §13: "modification via normal role APIs" of a service-linked role is refused, but IAM User Guide, "Update a service-linked role":
/// "You can edit the description of any role"; IAM API Reference, `TagRole`: "a regular role or a service-linked role".
fn the_service_keeps(change: Change) -> bool {
    match change {
        Change::Existence | Change::Permissions | Change::Boundary | Change::Trust => true,
        Change::Description | Change::Tags => false,
    }
}

/// E §11: "Role must be in the caller's account (no cross-account pass)".
fn role_is_passed_across_accounts(request: &OracleRequest, requester: &Requester, owner: Option<&str>) -> bool {
    requester.account() != owner && asks_for(request, "iam", &["PassRole"])
}

/// G §5.1: actions ignore case.
fn asks_for(request: &OracleRequest, service: &str, names: &[&str]) -> bool {
    let Some((of, name)) = request.action.split_once(':') else {
        return false;
    };
    of.eq_ignore_ascii_case(service) && names.iter().any(|known| known.eq_ignore_ascii_case(name))
}
