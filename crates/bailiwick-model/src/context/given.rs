//! What is given for a request: what follows from it, and what cannot be.

use bailiwick_grammar::PrincipalIdentity;
use bailiwick_policy::{ContextValue, ContextValueRef, Principal, RequestContext};

use super::{KnownRequest, RequestTarget, asks_for_boundary, boundary_of, insert_organization};
use crate::environment::{AccountPrincipal, Environment};

/// The condition keys that a request has with these values unless it is given others: a direct call, and no claim of the caller's token.
pub fn usual_context(request: &KnownRequest<'_>) -> RequestContext {
    let mut context = RequestContext::new();
    // AWS: `aws:ViaAWSService`: false "when the principal makes the call directly".
    context.insert("aws:ViaAWSService", "false");
    // AWS: "IAM and AWS STS condition context keys", `sts:RoleAuthorizedByIdp`: true if a claim of the token lists the role.
    if request.action.eq_ignore_ascii_case("sts:AssumeRoleWithWebIdentity") {
        context.insert("sts:RoleAuthorizedByIdp", "false");
    }
    context
}

/// The condition keys whose values follow from others that are given.
///
/// AWS: "AWS global condition context keys": `aws:TagKeys` are the keys of the request's tags; `aws:CalledViaFirst` and
/// `aws:CalledViaLast` are the ends of `aws:CalledVia`, of a call that a service makes with the caller's credentials;
/// `aws:SourceOrgID` and `aws:SourceOrgPaths` say where the account is for whose resource a service calls.
pub fn implied_context(environment: &Environment, principal: &Principal, given: &RequestContext) -> RequestContext {
    let mut context = RequestContext::new();
    let values = |key: &str| -> Vec<&str> {
        given
            .by_name(key)
            .into_iter()
            .flat_map(ContextValueRef::values)
            .collect()
    };
    let mut tag_keys = values("aws:TagKeys");
    for tag in given.iter().filter_map(|(key, _)| tag_key(key, "aws:RequestTag/")) {
        if !tag_keys.iter().any(|listed| listed.eq_ignore_ascii_case(tag)) {
            tag_keys.push(tag);
        }
    }
    if !tag_keys.is_empty() {
        context.insert("aws:TagKeys", tag_keys);
    }
    if let [first, .., last] | [first @ last] = values("aws:CalledVia")[..] {
        context.insert("aws:CalledViaFirst", first);
        context.insert("aws:CalledViaLast", last);
        context.insert("aws:ViaAWSService", "true");
    }
    if let (Principal::Service(_), [account]) = (principal, &values("aws:SourceAccount")[..])
        && let Ok(account) = account.parse()
    {
        insert_organization(&mut context, environment, account, "aws:SourceOrg");
    }
    context
}

/// Why a request of this principal cannot have a value for a condition key that does not follow from the environment, if it cannot.
///
/// AWS: "AWS global condition context keys", the availability of each key.
pub fn rules_out(
    environment: &Environment,
    request: &KnownRequest<'_>,
    key: &str,
    value: &ContextValue,
) -> Option<&'static str> {
    let identity = request.principal.aws().map(|caller| &caller.arn.identity);
    let is_role_session = matches!(
        identity,
        Some(PrincipalIdentity::Role { .. } | PrincipalIdentity::AssumedRole { .. })
    );
    let is_service = matches!(request.principal, Principal::Service(_));
    if tag_key(key, "aws:PrincipalTag/").is_some() {
        return match (request.principal, identity, request.caller) {
            (Principal::Anonymous | Principal::Service(_), ..) | (_, Some(PrincipalIdentity::Root), _) => {
                Some("only users, roles and their sessions have tags")
            }
            (_, Some(PrincipalIdentity::User { .. }), Some(AccountPrincipal::User(..))) => {
                Some("the user has no such tag")
            }
            _ => None,
        };
    }
    if let RequestTarget::Entity(entity) = request.target {
        let tag = ["aws:ResourceTag/", "iam:ResourceTag/"]
            .into_iter()
            .find_map(|prefix| tag_key(key, prefix));
        if tag.is_some() && entity.tags().is_some() {
            return Some("the user or role has no such tag");
        }
        let boundary = key.eq_ignore_ascii_case("iam:PermissionsBoundary") && asks_for_boundary(request.action);
        if boundary && boundary_of(entity).is_none() {
            return Some("the user or role has no permissions boundary");
        }
    }
    match key.to_ascii_lowercase().as_str() {
        "aws:username" if !matches!(identity, Some(PrincipalIdentity::User { .. })) => {
            Some("only IAM users have a user name")
        }
        "aws:principalservicename" | "aws:principalservicenameslist" if !is_service => {
            Some("only AWS services have a service name")
        }
        "aws:assumedroot" if identity != Some(&PrincipalIdentity::Root) => {
            Some("only root users have sessions of AssumeRoot")
        }
        "aws:sourceidentity" if !is_role_session => Some("only role sessions have a source identity"),
        "aws:federatedprovider" if !is_role_session => {
            Some("only sessions and callers that an OIDC provider vouches for have one")
        }
        "aws:principalorgid" | "aws:principalorgpaths" => {
            let account = request.principal.account();
            elsewhere(environment, account.is_some(), value)
                .then_some("the principal's account is not in the organization")
        }
        "aws:resourceorgid" | "aws:resourceorgpaths" => {
            elsewhere(environment, request.resource_account.is_some(), value)
                .then_some("the resource's account is not in the organization")
        }
        "aws:userid" => {
            let unique_id = request.principal.aws().and_then(|caller| caller.unique_id.as_deref());
            let role = unique_id.filter(|_| is_role_session);
            let of_role = |value: &str| role.is_none_or(|id| value.split(':').next() == Some(id));
            (!value.values().iter().all(|value| of_role(value))).then_some("it begins with the unique id of the role")
        }
        _ => None,
    }
}

/// Whether a value claims that an account is in the organization, which is known not to have it.
fn elsewhere(environment: &Environment, has_account: bool, value: &ContextValue) -> bool {
    let Some(organization) = environment.organization().filter(|_| has_account) else {
        return false;
    };
    let id = organization.id().as_str();
    let mut values = value.values().iter();
    values.any(|value| value.split('/').next() == Some(id))
}

/// The tag key of a condition key such as `aws:RequestTag/team`.
pub(crate) fn tag_key<'k>(key: &'k str, prefix: &str) -> Option<&'k str> {
    let start = key.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| &key[prefix.len()..])
}
