//! The part of the request context that follows from who asks and what is asked for.
//!
//! AWS: IAM User Guide, "AWS global condition context keys", properties of the principal and of the resource.

use bailiwick_grammar::{AccountId, PrincipalIdentity};
use bailiwick_policy::{AwsCaller, ContextValue, Principal, RequestContext};

use crate::environment::{AccountPrincipal, Environment};
use crate::resource::Resource;
use crate::tag::Tags;

/// What a request is about, as far as the environment knows it.
#[derive(Clone, Copy, Debug)]
pub enum RequestTarget<'a> {
    /// A resource that an export describes.
    Resource(&'a Resource),
    /// A user or a role.
    Entity(AccountPrincipal<'a>),
    /// Something else, or nothing in particular.
    Unknown,
}

/// The condition keys that AWS fills in by itself, as far as the environment says their values.
///
/// `caller` is the principal's entity where it is known, `target` and `resource_account` what is known of the resource. Keys of the
/// network, of the request's parameters, of time and of the session are not here: they are not properties of the model.
pub fn derive_context(
    environment: &Environment,
    principal: &Principal,
    caller: Option<AccountPrincipal<'_>>,
    target: RequestTarget<'_>,
    resource_account: Option<AccountId>,
) -> RequestContext {
    let mut context = RequestContext::new();
    match principal {
        Principal::Anonymous => {
            context.insert("aws:PrincipalAccount", "anonymous");
            context.insert("aws:PrincipalType", "Anonymous");
            context.insert("aws:userid", "anonymous");
        }
        Principal::Service(name) => {
            context.insert("aws:PrincipalIsAWSService", "true");
            context.insert("aws:PrincipalServiceName", &**name);
            context.insert("aws:PrincipalServiceNamesList", vec![&**name]);
        }
        Principal::Federated(_) => {}
        Principal::Aws(identity) => {
            insert_identity(&mut context, identity, caller);
            insert_organization(&mut context, environment, identity.arn.account, "aws:PrincipalOrg");
        }
    }
    insert_tags(&mut context, "aws:PrincipalTag/", caller.and_then(tags));
    match target {
        RequestTarget::Resource(resource) => {
            for (key, value) in &resource.tags {
                context.insert(&format!("aws:ResourceTag/{key}"), &**value);
            }
        }
        // AWS: "IAM and AWS STS condition context keys", `iam:ResourceTag`.
        RequestTarget::Entity(entity) => {
            insert_tags(&mut context, "aws:ResourceTag/", tags(entity));
            insert_tags(&mut context, "iam:ResourceTag/", tags(entity));
        }
        RequestTarget::Unknown => {}
    }
    if let Some(account) = resource_account {
        context.insert("aws:ResourceAccount", account.as_str());
        insert_organization(&mut context, environment, account, "aws:ResourceOrg");
    }
    context
}

fn tags(entity: AccountPrincipal<'_>) -> Option<&Tags> {
    match entity {
        AccountPrincipal::User(_, user) => Some(user.tags()),
        AccountPrincipal::Role(_, role) => Some(role.tags()),
        AccountPrincipal::Root(_) => None,
    }
}

fn insert_tags(context: &mut RequestContext, prefix: &str, tags: Option<&Tags>) {
    for tag in tags.into_iter().flat_map(Tags::iter) {
        context.insert(&format!("{prefix}{}", tag.key.as_str()), tag.value.as_str());
    }
}

/// AWS: "AWS global condition context keys", `aws:PrincipalArn`, `aws:PrincipalType`, `aws:userid`, `aws:username`.
fn insert_identity(context: &mut RequestContext, identity: &AwsCaller, caller: Option<AccountPrincipal<'_>>) {
    let account = identity.arn.account;
    let (kind, principal_arn, user_id) = match &identity.arn.identity {
        PrincipalIdentity::Root => ("Account", Some(identity.arn.to_string()), Some(account.to_string())),
        PrincipalIdentity::User { name, .. } => {
            context.insert("aws:username", &**name);
            (
                "User",
                Some(identity.arn.to_string()),
                identity.unique_id.as_deref().map(str::to_owned),
            )
        }
        // A session's ARN lacks the role's path, which only the role itself knows.
        PrincipalIdentity::AssumedRole { session, .. } => {
            let user_id = identity.unique_id.as_deref().map(|id| format!("{id}:{session}"));
            ("AssumedRole", role_arn(caller), user_id)
        }
        PrincipalIdentity::Role { .. } => ("AssumedRole", Some(identity.arn.to_string()), None),
        PrincipalIdentity::FederatedUser { name } => (
            "FederatedUser",
            Some(identity.arn.to_string()),
            Some(format!("{account}:{name}")),
        ),
    };
    context.insert("aws:PrincipalAccount", account.as_str());
    context.insert("aws:PrincipalIsAWSService", "false");
    context.insert("aws:PrincipalType", kind);
    for (key, value) in [("aws:PrincipalArn", principal_arn), ("aws:userid", user_id)] {
        if let Some(value) = value {
            context.insert(key, ContextValue::from(value));
        }
    }
}

fn role_arn(caller: Option<AccountPrincipal<'_>>) -> Option<String> {
    match caller {
        Some(AccountPrincipal::Role(_, role)) => Some(role.arn().to_owned()),
        Some(AccountPrincipal::Root(_) | AccountPrincipal::User(..)) | None => None,
    }
}

/// `…OrgID` and `…OrgPaths` of an account that is in the organization.
fn insert_organization(context: &mut RequestContext, environment: &Environment, account: AccountId, prefix: &str) {
    let Some(organization) = environment.organization() else {
        return;
    };
    if let Ok(path) = organization.path_to(account) {
        context.insert(&format!("{prefix}ID"), organization.id().as_str());
        context.insert(&format!("{prefix}Paths"), vec![path.to_string()]);
    }
}
