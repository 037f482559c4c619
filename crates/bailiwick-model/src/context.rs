//! The part of the request context that follows from who asks, what is asked for, and what else is given.
//!
//! AWS: IAM User Guide, "AWS global condition context keys", "IAM and AWS STS condition context keys".

mod given;

use bailiwick_catalog::Catalog;
use bailiwick_grammar::{AccountId, Arn, PrincipalIdentity};
use bailiwick_policy::{AwsCaller, ContextValue, Principal, RequestContext};

pub(crate) use self::given::tag_key;
pub use self::given::{implied_context, rules_out, usual_context};
use crate::environment::{AccountPrincipal, Environment};
use crate::id::PolicyArn;
use crate::resource::Resource;
use crate::tag::Tags;

/// A request, as far as the environment knows it: what its context follows from.
#[derive(Clone, Copy, Debug)]
pub struct KnownRequest<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// The principal's entity, where it is known: for a session its role, for a federated user the user who made it.
    pub caller: Option<AccountPrincipal<'a>>,
    /// What is to be done: `service:Name`.
    pub action: &'a str,
    /// What it is to be done to.
    pub target: RequestTarget<'a>,
    /// The account that owns that.
    pub resource_account: Option<AccountId>,
}

/// What a request is about, as far as the environment knows it.
#[derive(Clone, Copy, Debug)]
pub enum RequestTarget<'a> {
    /// A resource that an export describes, or a part of one.
    Resource(&'a Resource),
    /// A user or a role.
    Entity(AccountPrincipal<'a>),
    /// Something else, or nothing in particular.
    Unknown,
}

/// The condition keys that AWS fills in by itself, as far as the environment says their values.
///
/// Keys of the network, of the request's parameters, of time and of the session are not here: they are not properties of the model.
pub fn derive_context(environment: &Environment, request: &KnownRequest<'_>) -> RequestContext {
    let mut context = RequestContext::new();
    match request.principal {
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
        Principal::Federated(provider) => insert_provider(&mut context, provider),
        Principal::Aws(identity) => {
            let account = identity.arn.account;
            insert_identity(&mut context, identity, request.caller);
            insert_organization(&mut context, environment, account, "aws:PrincipalOrg");
            if service(request.action).eq_ignore_ascii_case("kms") {
                context.insert("kms:CallerAccount", account.as_str());
            }
        }
    }
    let own = request.caller.and_then(AccountPrincipal::tags);
    for tag in own.into_iter().flat_map(Tags::iter) {
        context.insert(&format!("aws:PrincipalTag/{}", tag.key.as_str()), tag.value.as_str());
    }
    insert_target(&mut context, request);
    if let Some(account) = request.resource_account {
        context.insert("aws:ResourceAccount", account.as_str());
        insert_organization(&mut context, environment, account, "aws:ResourceOrg");
        // AWS: Service Authorization Reference, Amazon S3, `s3:ResourceAccount`.
        if service(request.action).eq_ignore_ascii_case("s3") {
            context.insert("s3:ResourceAccount", account.as_str());
        }
    }
    context
}

fn service(action: &str) -> &str {
    action.split(':').next().unwrap_or_default()
}

/// AWS: "AWS global condition context keys", `aws:FederatedProvider`; "IAM and AWS STS condition context keys", `saml:doc`.
fn insert_provider(context: &mut RequestContext, provider: &str) {
    let saml = Arn::parse(provider)
        .ok()
        .and_then(|arn| Some((arn.account, arn.resource.strip_prefix("saml-provider/")?)));
    match saml {
        Some((account, name)) => context.insert("saml:doc", format!("{account}/{name}")),
        None => context.insert("aws:FederatedProvider", provider),
    };
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

/// The tags of what the request is about, and the boundary of a user or role.
fn insert_target(context: &mut RequestContext, request: &KnownRequest<'_>) {
    match request.target {
        RequestTarget::Resource(resource) if has_tags_for_policies(resource) => {
            let service = service(request.action);
            for (key, value) in &resource.tags {
                context.insert(&format!("aws:ResourceTag/{key}"), &**value);
                // Services that had a key of their own first, such as `secretsmanager:ResourceTag/…`.
                let own = format!("{service}:ResourceTag/{key}");
                if Catalog::condition_key(&own).is_some() {
                    context.insert(&own, &**value);
                }
            }
        }
        RequestTarget::Resource(_) | RequestTarget::Unknown => {}
        // AWS: "IAM and AWS STS condition context keys", `iam:ResourceTag`.
        RequestTarget::Entity(entity) => {
            for tag in entity.tags().into_iter().flat_map(Tags::iter) {
                for prefix in ["aws", "iam"] {
                    let key = format!("{prefix}:ResourceTag/{}", tag.key.as_str());
                    context.insert(&key, tag.value.as_str());
                }
            }
            if let Some(boundary) = boundary_of(entity).filter(|_| asks_for_boundary(request.action)) {
                context.insert("iam:PermissionsBoundary", boundary.as_str());
            }
        }
    }
}

fn boundary_of(entity: AccountPrincipal<'_>) -> Option<&PolicyArn> {
    match entity {
        AccountPrincipal::Root(_) => None,
        AccountPrincipal::User(_, user) => user.permissions_boundary(),
        AccountPrincipal::Role(_, role) => role.permissions_boundary(),
    }
}

/// Whether the tags in a resource's export are those that policies see.
///
/// AWS: Amazon S3 User Guide, "Enabling ABAC in general purpose buckets": it is off unless somebody enabled it, which exports do not
/// say; objects have tags of their own, `s3:ExistingObjectTag`.
fn has_tags_for_policies(resource: &Resource) -> bool {
    let general_purpose_bucket = |arn: Arn<'_>| arn.service == "s3" && arn.account.is_empty();
    !Arn::parse(&resource.arn).is_ok_and(general_purpose_bucket)
}

/// Whether an action has the boundary that a user or role has in its context; those that set one have the new one, a parameter.
///
/// AWS: "IAM and AWS STS condition context keys", `iam:PermissionsBoundary`; IAM's page of the Service Authorization Reference.
fn asks_for_boundary(action: &str) -> bool {
    Catalog::action(action).is_some_and(|action| {
        let sets = [
            "CreateUser",
            "CreateRole",
            "PutUserPermissionsBoundary",
            "PutRolePermissionsBoundary",
        ];
        let mut keys = action.condition_keys();
        !sets.contains(&action.name()) && keys.any(|key| key.name() == "iam:PermissionsBoundary")
    })
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

#[cfg(test)]
mod tests;
