//! What AWS decides itself: operations, callers and resources with rules of their own, whatever the policies say of them.
//!
//! `S` stands for the reference's page on AWS STS. Actions ignore case; resources do not.

use super::arn::segments;
use super::principal::Requester;
use super::request::OracleRequest;
use crate::answer::Decision;

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
        || root_assumes_role(request, requester)
        || aws_managed_policy_is_changed(request)
        || aws_reserved_role_is_changed(request)
        || service_linked_role_is_changed(request)
        || aws_managed_alias_is_changed(request)
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

/// E §13: "no permission needed; naming it in a policy, Allow or Deny, has no effect". S §1: the caller is an IAM user or root.
fn get_session_token(request: &OracleRequest, requester: &Requester) -> Option<Decision> {
    if !asks_for(request, "sts", &["GetSessionToken"]) {
        return None;
    }
    Some(match requester {
        Requester::Root { .. } | Requester::User { .. } => Decision::Allowed,
        Requester::Anonymous
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

/// E §10: "Roles may not be assumed by root accounts."
fn root_assumes_role(request: &OracleRequest, requester: &Requester) -> bool {
    matches!(requester, Requester::Root { .. }) && asks_for(request, "sts", &["AssumeRole"])
}

/// E §13: `arn:aws:iam::aws:policy/…`, in any partition.
fn aws_managed_policy_is_changed(request: &OracleRequest) -> bool {
    let changes = [
        "CreatePolicyVersion",
        "DeletePolicy",
        "DeletePolicyVersion",
        "SetDefaultPolicyVersion",
        "TagPolicy",
        "UntagPolicy",
    ];
    let managed =
        matches!(segments(&request.resource), Some([_, _, "iam", "", "aws", name]) if name.starts_with("policy/"));
    managed && asks_for(request, "iam", &changes)
}

/// The actions that change a role, other than its description and its tags.
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

/// E §13: roles under path `/aws-reserved/`, such as those of IAM Identity Center.
fn aws_reserved_role_is_changed(request: &OracleRequest) -> bool {
    let also = ["TagRole", "UntagRole", "UpdateRole", "UpdateRoleDescription"];
    role_is_below(request, "aws-reserved/")
        && (asks_for(request, "iam", &CHANGES_OF_A_ROLE) || asks_for(request, "iam", &also))
}

/// E §13: service-linked roles, path `/aws-service-role/`. Their description and tags may be changed, and `DeleteServiceLinkedRole`
/// deletes them: IAM User Guide, "Create a service-linked role".
fn service_linked_role_is_changed(request: &OracleRequest) -> bool {
    role_is_below(request, "aws-service-role/") && asks_for(request, "iam", &CHANGES_OF_A_ROLE)
}

fn role_is_below(request: &OracleRequest, path: &str) -> bool {
    let name = match segments(&request.resource) {
        Some([_, _, "iam", "", _, name]) => name.strip_prefix("role/"),
        _ => None,
    };
    name.is_some_and(|name| name.starts_with(path))
}

/// E §8: "`alias/aws/…` cannot be created/updated/deleted by customers".
fn aws_managed_alias_is_changed(request: &OracleRequest) -> bool {
    let managed =
        matches!(segments(&request.resource), Some([_, _, "kms", _, _, name]) if name.starts_with("alias/aws/"));
    managed && asks_for(request, "kms", &["CreateAlias", "DeleteAlias", "UpdateAlias"])
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
