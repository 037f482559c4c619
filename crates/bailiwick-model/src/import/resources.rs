//! `resources.json`: the resources of an account with their policies, and its identity providers.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use bailiwick_grammar::{AccountId, Arn, Severity};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{RawList, Text, owned, tag_map};
use super::problem::ImportProblem;
use super::source::Source;
use crate::account::Account;
use crate::document::DocumentStore;
use crate::name::SamlProviderName;
use crate::resource::{KmsGrant, PublicAccessBlock, Resource, ResourcePolicy, policy_type_of};

/// What was read of an account's resources.
#[derive(Clone, Debug)]
pub struct ResourcesImport {
    /// The file's name.
    pub file: Arc<str>,
    /// The account; none where the file could not be read.
    pub account: Option<AccountId>,
    /// The resources.
    pub resources: Vec<Resource>,
    /// The identity providers.
    pub identity_providers: Vec<IdentityProvider>,
    /// Whether no resource was lost. One that could not be read and has an ARN is there, with a policy that cannot be used.
    pub complete: bool,
    /// What could not be read.
    pub problems: Vec<ImportProblem>,
}

/// An identity provider as its ARN names it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum IdentityProvider {
    /// An OpenID Connect identity provider, by its URL without `https://`.
    OpenIdConnect(Box<str>),
    /// A SAML identity provider, by its name.
    Saml(SamlProviderName),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object with `AccountId` and `Resources`")]
struct File<'t> {
    #[serde(borrow)]
    account_id: Text<'t>,
    #[serde(borrow)]
    resources: RawList<'t>,
    #[serde(borrow)]
    oidc_providers: RawList<'t>,
    #[serde(borrow)]
    saml_providers: RawList<'t>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a resource: an object with `Arn`, `Type`, …")]
struct ResourceDetail<'t> {
    #[serde(borrow)]
    arn: Text<'t>,
    #[serde(borrow)]
    r#type: Text<'t>,
    #[serde(borrow)]
    account_id: Option<Text<'t>>,
    #[serde(borrow)]
    region: Option<Text<'t>>,
    #[serde(borrow)]
    name: Option<Text<'t>>,
    #[serde(borrow)]
    tags: Option<&'t RawValue>,
    #[serde(borrow)]
    policy: Option<&'t RawValue>,
    #[serde(borrow)]
    public_access_block: Option<&'t RawValue>,
    #[serde(borrow)]
    kms_key_id: Option<Text<'t>>,
    #[serde(borrow)]
    grants: RawList<'t>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OnlyAccountId<'t> {
    #[serde(borrow)]
    account_id: Option<Text<'t>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OnlyArn<'t> {
    #[serde(borrow)]
    arn: Text<'t>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an object with the four switches of S3 Block Public Access"
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "AWS's own fields, each a switch of its own"
)]
struct PublicAccessBlockDetail {
    #[serde(default)]
    block_public_acls: bool,
    #[serde(default)]
    ignore_public_acls: bool,
    #[serde(default)]
    block_public_policy: bool,
    #[serde(default)]
    restrict_public_buckets: bool,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "a grant: an object with `GranteePrincipal` and `Operations`"
)]
struct GrantDetail<'t> {
    #[serde(borrow)]
    grant_id: Option<Text<'t>>,
    #[serde(borrow)]
    grantee_principal: Text<'t>,
    #[serde(borrow)]
    retiring_principal: Option<Text<'t>>,
    #[serde(borrow)]
    operations: Vec<Text<'t>>,
    constraints: Option<ConstraintsDetail>,
}

#[derive(Default, Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an object with `EncryptionContextSubset` or `EncryptionContextEquals`"
)]
struct ConstraintsDetail {
    encryption_context_subset: Option<BTreeMap<Box<str>, Box<str>>>,
    encryption_context_equals: Option<BTreeMap<Box<str>, Box<str>>>,
}

/// Reads `ACCOUNT.resources.json`.
pub fn import_resources(file: &str, bytes: &[u8], store: &dyn DocumentStore) -> ResourcesImport {
    let mut import = ResourcesImport {
        file: file.into(),
        account: None,
        resources: Vec::new(),
        identity_providers: Vec::new(),
        complete: false,
        problems: Vec::new(),
    };
    let mut source = match Source::new(file, bytes) {
        Ok(source) => source,
        Err(problem) => {
            import.problems.push(problem);
            return import;
        }
    };
    match read(&mut source, store, &mut import) {
        Ok(complete) => import.complete = complete && !source.is_cut_short(),
        Err(problem) => source.report(problem),
    }
    import.problems = source.into_problems();
    import
}

fn read<'t>(
    source: &mut Source<'t>,
    store: &dyn DocumentStore,
    import: &mut ResourcesImport,
) -> Result<bool, ImportProblem> {
    let values = source.values();
    let Some(first) = values.first() else {
        let empty = source.text().trim().is_empty();
        return if empty {
            Err(source.problem(Severity::Error, 0, 0, "the file is empty".to_owned()))
        } else {
            Ok(false)
        };
    };
    if let Some(second) = values.get(1) {
        source.error(
            second.get(),
            "resources",
            "one JSON object was expected, and here is a second one",
        );
    }
    let file: File<'t> = source.read(first)?;
    let account = file.account_id.parse::<AccountId>();
    let account = account.map_err(|error| wrong(source, first, error.to_string()))?;
    import.account = Some(account);
    let mut complete = values.len() == 1;
    if let Err(problem) = source.spelled(first, &MEMBERS_OF_FILE) {
        complete = false;
        source.report(problem);
    }
    for raw in file.resources.into_iter().flatten() {
        match resource(source, store, raw, account) {
            Ok(resource) => import.resources.push(resource),
            Err(problem) => {
                let of_others = source.read::<OnlyAccountId<'t>>(raw);
                // Whose it is is not known: what seems to be another's may be this account's.
                complete &= of_others.is_ok_and(|entry| entry.account_id.is_none_or(|id| *id == *account.as_str()));
                let left = unreadable(source, raw, account, problem);
                complete &= left.is_ok();
                import.resources.extend(left);
            }
        }
    }
    let oidc = file
        .oidc_providers
        .into_iter()
        .flatten()
        .map(|raw| (raw, ":oidc-provider/"));
    let saml = file
        .saml_providers
        .into_iter()
        .flatten()
        .map(|raw| (raw, ":saml-provider/"));
    for (raw, kind) in oidc.chain(saml) {
        match provider(source, raw, kind) {
            Ok(provider) => import.identity_providers.push(provider),
            Err(problem) => source.report(problem.about("an identity provider")),
        }
    }
    Ok(complete)
}

fn resource<'t>(
    source: &mut Source<'t>,
    store: &dyn DocumentStore,
    raw: &'t RawValue,
    owner: AccountId,
) -> Result<Resource, ImportProblem> {
    let detail: ResourceDetail<'t> = source.read(raw)?;
    source.spelled(raw, &MEMBERS_OF_RESOURCE)?;
    Arn::parse(&detail.arn).map_err(|error| wrong(source, raw, format!("`{}` is no ARN: {error}", &*detail.arn)))?;
    let account = detail.account_id.as_deref().map_or(Ok(owner), str::parse);
    let account = account.map_err(|error| wrong(source, raw, error.to_string()))?;
    if account != owner {
        let message = format!("the resource is said to be of account {account}, and the file to be of account {owner}");
        return Err(wrong(source, raw, message));
    }
    let arn = &*detail.arn;
    let mut resource = Resource::new(arn, &detail.r#type, account);
    if let Some(name) = detail.name.as_deref() {
        resource.name = name.into();
    }
    resource.region = detail.region.as_deref().map(owned);
    resource.kms_key_id = detail.kms_key_id.as_deref().map(owned);
    resource.tags = tag_map(source, detail.tags, arn);
    if let Some(policy) = detail.policy.filter(|policy| policy.get() != "null") {
        let entity = format!("policy of {arn}");
        resource.put_policy(source.document(store, policy, policy_type_of(&detail.r#type), &entity));
    }
    if let Some(block) = detail.public_access_block {
        resource.public_access_block = source.read::<Option<PublicAccessBlockDetail>>(block)?.map(Into::into);
    }
    for raw in detail.grants.into_iter().flatten() {
        resource.grants.push(source.read::<GrantDetail<'t>>(raw)?.into());
    }
    Ok(resource)
}

const MEMBERS_OF_FILE: [&str; 4] = ["AccountId", "Resources", "OidcProviders", "SamlProviders"];

const MEMBERS_OF_RESOURCE: [&str; 10] = [
    "Arn",
    "Type",
    "AccountId",
    "Region",
    "Name",
    "Tags",
    "Policy",
    "PublicAccessBlock",
    "KmsKeyId",
    "Grants",
];

/// What is left of an entry that could not be read: a resource whose policy cannot be used.
fn unreadable<'t>(
    source: &mut Source<'t>,
    raw: &'t RawValue,
    account: AccountId,
    problem: ImportProblem,
) -> Result<Resource, ()> {
    let why = problem.to_string();
    let arn = source
        .read::<OnlyArn<'t>>(raw)
        .ok()
        .filter(|entry| Arn::parse(&entry.arn).is_ok());
    source.report(problem.about(arn.as_ref().map_or("a resource", |entry| &*entry.arn)));
    let mut resource = Resource::new(&arn.ok_or(())?.arn, "", account);
    resource.policy = ResourcePolicy::Unreadable(why.into());
    Ok(resource)
}

fn provider<'t>(source: &Source<'t>, raw: &'t RawValue, kind: &str) -> Result<IdentityProvider, ImportProblem> {
    let arn: Text<'t> = source.read(raw)?;
    let is_iam = Arn::parse(&arn).is_ok_and(|arn| arn.service == "iam");
    let Some((_, name)) = arn.split_once(kind).filter(|(_, name)| is_iam && !name.is_empty()) else {
        return Err(wrong(
            source,
            raw,
            format!("`{}` is not the ARN of an identity provider of this kind", &*arn),
        ));
    };
    if kind == ":oidc-provider/" {
        return Ok(IdentityProvider::OpenIdConnect(name.into()));
    }
    SamlProviderName::new(name)
        .map(IdentityProvider::Saml)
        .map_err(|error| wrong(source, raw, error.to_string()))
}

fn wrong(source: &Source<'_>, raw: &RawValue, message: String) -> ImportProblem {
    source.problem(Severity::Error, source.offset_of(raw.get()), raw.get().len(), message)
}

impl IdentityProvider {
    /// Adds the provider to its account; one that is there already stays.
    pub fn add_to(self, account: &mut Account) {
        // The only error left is that the provider exists: the URL was cut from an ARN, the name was checked.
        let _exists = match self {
            Self::OpenIdConnect(url) => account.add_open_id_connect_provider(&url),
            Self::Saml(name) => account.add_saml_provider(name),
        };
    }
}

impl From<PublicAccessBlockDetail> for PublicAccessBlock {
    fn from(detail: PublicAccessBlockDetail) -> Self {
        Self {
            block_public_acls: detail.block_public_acls,
            ignore_public_acls: detail.ignore_public_acls,
            block_public_policy: detail.block_public_policy,
            restrict_public_buckets: detail.restrict_public_buckets,
        }
    }
}

impl From<GrantDetail<'_>> for KmsGrant {
    fn from(detail: GrantDetail<'_>) -> Self {
        let constraints = detail.constraints.unwrap_or_default();
        Self {
            grant_id: owned(detail.grant_id.as_deref().unwrap_or_default()),
            grantee_principal: owned(&detail.grantee_principal),
            retiring_principal: detail.retiring_principal.as_deref().map(owned),
            operations: detail.operations.iter().map(|operation| owned(operation)).collect(),
            encryption_context_subset: constraints.encryption_context_subset.unwrap_or_default(),
            encryption_context_equals: constraints.encryption_context_equals,
        }
    }
}
