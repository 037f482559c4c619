//! Everything that is known: accounts, the organization, resources, and what could not be read.

use std::collections::{BTreeMap, BTreeSet};

use bailiwick_grammar::{AccountId, Arn, PrincipalArn, PrincipalIdentity};
use thiserror::Error;

use crate::account::Account;
use crate::entity::{Role, User};
use crate::import::{ImportProblem, ResourcesImport};
use crate::organization::Organization;
use crate::resource::{Resource, owning_resource};

/// Everything that is known of one AWS environment: its accounts, its organization, its resources; and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    accounts: BTreeMap<AccountId, Account>,
    organization: Option<Organization>,
    /// INVARIANT: each key is its resource's ARN.
    resources: BTreeMap<Box<str>, Resource>,
    /// The accounts whose resources were imported: of others it is not known what they have.
    accounts_with_resources: BTreeSet<AccountId>,
    problems: Vec<ImportProblem>,
}

/// Who makes requests, found by ARN.
#[derive(Clone, Copy, Debug)]
pub enum AccountPrincipal<'a> {
    /// The root user of the account.
    Root(&'a Account),
    /// A user.
    User(&'a Account, &'a User),
    /// A role, or a session of it.
    Role(&'a Account, &'a Role),
}

/// A principal is not known.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PrincipalLookupError {
    /// There is no export of its account.
    #[error("there is no export of account {0}")]
    UnknownAccount(AccountId),
    /// The account has no such user or role.
    #[error("{arn} does not exist")]
    NoSuchEntity {
        /// The ARN that was asked for.
        arn: String,
        /// The ARN of the user or role that has the name, at another path or in other case.
        similar: Option<String>,
    },
    /// The export's entry for it could not be read.
    #[error("{arn} cannot be used: {why}")]
    Unreadable {
        /// The ARN that was asked for.
        arn: String,
        /// Why.
        why: String,
    },
    /// A federated user has no entity: who called `GetFederationToken` is not part of its ARN.
    #[error("the permissions of {0} are those of the user who called GetFederationToken, whom the ARN does not name")]
    FederatedUser(String),
}

impl Environment {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// The accounts, in the order of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// The account with that id.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    /// The account with that id, to change it.
    pub fn account_mut(&mut self, id: AccountId) -> Option<&mut Account> {
        self.accounts.get_mut(&id)
    }

    /// The organization, if there is one.
    pub fn organization(&self) -> Option<&Organization> {
        self.organization.as_ref()
    }

    /// The resources, in the order of their ARNs.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.values()
    }

    /// The resource that an ARN names, or that owns what it names: the bucket of an object, the table of an index.
    pub fn resource_for(&self, arn: &str) -> Option<&Resource> {
        owning_resource(&self.resources, arn)
    }

    /// The account that owns what an ARN names: the one in the ARN, or that of the resource.
    pub fn account_of(&self, arn: &str) -> Option<AccountId> {
        let named = Arn::parse(arn).ok().and_then(|arn| arn.account.parse().ok());
        named.or_else(|| self.resource_for(arn).map(|resource| resource.account))
    }

    /// Whether the resources of an account were imported; otherwise its resources may have policies that are not known.
    pub fn has_resources_of(&self, account: AccountId) -> bool {
        self.accounts_with_resources.contains(&account)
    }

    /// What could not be read, in the order in which it was found.
    pub fn problems(&self) -> &[ImportProblem] {
        &self.problems
    }

    /// The principal with that ARN; a session's ARN finds its role.
    ///
    /// # Errors
    ///
    /// Where it is not known, and why.
    pub fn principal(&self, arn: &PrincipalArn) -> Result<AccountPrincipal<'_>, PrincipalLookupError> {
        let account = self
            .account(arn.account)
            .ok_or(PrincipalLookupError::UnknownAccount(arn.account))?;
        let found = match &arn.identity {
            PrincipalIdentity::Root => return Ok(AccountPrincipal::Root(account)),
            PrincipalIdentity::FederatedUser { .. } => {
                return Err(PrincipalLookupError::FederatedUser(arn.to_string()));
            }
            PrincipalIdentity::User { name, .. } => account
                .users()
                .get(name)
                .map(|user| (user.arn(), AccountPrincipal::User(account, user))),
            PrincipalIdentity::Role { name, .. } | PrincipalIdentity::AssumedRole { role: name, .. } => account
                .roles()
                .get(name)
                .map(|role| (role.arn(), AccountPrincipal::Role(account, role))),
        };
        let asked = arn.to_string();
        let is_session = matches!(arn.identity, PrincipalIdentity::AssumedRole { .. });
        match found {
            Some((found, principal)) if is_session || found == asked => Ok(principal),
            found => Err(unknown(
                account,
                arn,
                asked,
                found.map(|(similar, _)| similar.to_owned()),
            )),
        }
    }

    /// Adds an account, in the place of one with its id.
    pub fn add_account(&mut self, account: Account) {
        self.accounts.insert(account.id(), account);
    }

    /// Sets the organization.
    pub fn set_organization(&mut self, organization: Organization) {
        self.organization = Some(organization);
    }

    /// Adds a resource, in the place of one with its ARN.
    pub fn add_resource(&mut self, resource: Resource) {
        self.resources.insert(resource.arn.clone(), resource);
    }

    /// Adds what was imported of an account's resources, and the identity providers to the account.
    pub fn add_resources(&mut self, import: ResourcesImport) {
        self.problems.extend(import.problems);
        self.accounts_with_resources.extend(import.account);
        for resource in import.resources {
            self.add_resource(resource);
        }
        let Some(account) = import.account.and_then(|id| self.accounts.get_mut(&id)) else {
            return;
        };
        for provider in import.identity_providers {
            provider.add_to(account);
        }
    }

    /// Notes what could not be read.
    pub fn add_problems(&mut self, problems: impl IntoIterator<Item = ImportProblem>) {
        self.problems.extend(problems);
    }
}

fn unknown(account: &Account, arn: &PrincipalArn, asked: String, similar: Option<String>) -> PrincipalLookupError {
    let unreadable = account.unreadable().iter().find(|(unreadable, _)| match &arn.identity {
        // A session's ARN has the role's name and not its path.
        PrincipalIdentity::AssumedRole { role, .. } => {
            unreadable.contains(":role/") && unreadable.rsplit('/').next() == Some(role)
        }
        _ => ***unreadable == *asked,
    });
    match unreadable {
        Some((_, why)) => PrincipalLookupError::Unreadable {
            arn: asked,
            why: why.to_string(),
        },
        None => PrincipalLookupError::NoSuchEntity { arn: asked, similar },
    }
}

impl<'a> AccountPrincipal<'a> {
    /// The account.
    pub fn account(self) -> &'a Account {
        match self {
            Self::Root(account) | Self::User(account, _) | Self::Role(account, _) => account,
        }
    }
}
