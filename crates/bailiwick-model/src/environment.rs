//! Everything that is known: accounts, the organization, resources, and what could not be read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bailiwick_grammar::{AccountId, Arn, PrincipalArn, PrincipalIdentity, Severity};
use thiserror::Error;

use crate::account::Account;
use crate::entity::{Role, User};
use crate::import::{IdentityProvider, ImportProblem, ResourcesImport};
use crate::organization::Organization;
use crate::record::AppliedPolicy;
use crate::resource::{Resource, ResourcePolicy, owning_resource};
use crate::tag::Tags;

/// Everything that is known of one AWS environment: its accounts, its organization, its resources; and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    accounts: BTreeMap<AccountId, Account>,
    organization: Option<Organization>,
    /// INVARIANT: each key is its resource's ARN.
    resources: BTreeMap<Box<str>, Resource>,
    /// The accounts whose resources were imported: of others it is not known what they have.
    accounts_with_resources: BTreeSet<AccountId>,
    /// The files that could not be read whole: what seems not to be there may have been in them.
    incomplete: BTreeMap<IncompletePart, Box<str>>,
    /// Identity providers of accounts that are not known yet.
    identity_providers: Vec<(AccountId, IdentityProvider)>,
    problems: Vec<ImportProblem>,
}

/// A part of the environment of which a file was given that could not be read whole.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum IncompletePart {
    /// The organization.
    Organization,
    /// The users, groups, roles and policies of an account.
    Account(AccountId),
    /// The resources of an account.
    Resources(AccountId),
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

    /// The file that could not be read whole, if that happened to this part. What is not found there may have been in it.
    pub fn incomplete(&self, part: IncompletePart) -> Option<&str> {
        self.incomplete.get(&part).map(|file| &**file)
    }

    /// The files of resources that could not be read whole: a resource whose account is not known may have been in any of them.
    pub fn incomplete_resources(&self) -> impl Iterator<Item = &str> {
        let resources = self
            .incomplete
            .iter()
            .filter(|(part, _)| matches!(part, IncompletePart::Resources(_)));
        resources.map(|(_, file)| &**file)
    }

    /// Notes that a file could not be read whole.
    pub fn set_incomplete(&mut self, part: IncompletePart, file: &str) {
        self.incomplete.insert(part, file.into());
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
    pub fn add_account(&mut self, mut account: Account) {
        let id = account.id();
        for (_, provider) in self.identity_providers.extract_if(.., |(owner, _)| *owner == id) {
            provider.add_to(&mut account);
        }
        self.accounts.insert(id, account);
    }

    /// Sets the organization.
    pub fn set_organization(&mut self, organization: Organization) {
        self.organization = Some(organization);
    }

    /// Adds a resource, in the place of one with its ARN.
    pub fn add_resource(&mut self, resource: Resource) {
        self.resources.insert(resource.arn.clone(), resource);
    }

    /// Adds what was imported of an account's resources, and the identity providers to the account, now or when it is added.
    pub fn add_resources(&mut self, import: ResourcesImport) {
        self.problems.extend(import.problems);
        self.accounts_with_resources.extend(import.account);
        for mut resource in import.resources {
            if let Some(held) = self.resources.get(&resource.arn) {
                let message = if held.is_bound_as(&resource) {
                    "the resource was read before; what was read last counts"
                } else {
                    let message = "the resource was read before, with another policy or of another account";
                    resource.policy = ResourcePolicy::Unreadable(message.into());
                    message
                };
                let problem = ImportProblem::new(Severity::Error, Arc::clone(&import.file), message);
                self.problems.push(problem.about(&resource.arn));
            }
            self.add_resource(resource);
        }
        let Some(id) = import.account else { return };
        for provider in import.identity_providers {
            match self.accounts.get_mut(&id) {
                Some(account) => provider.add_to(account),
                None => self.identity_providers.push((id, provider)),
            }
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

    /// The identity-based policies: a user's own and those of its groups, a role's; none of a root user.
    pub fn identity_policies(self) -> Vec<AppliedPolicy<'a>> {
        match self {
            Self::Root(_) => Vec::new(),
            Self::User(account, user) => account.user_policies(user),
            Self::Role(account, role) => account.role_policies(role),
        }
    }

    /// The permissions boundary of a user or role.
    pub fn permissions_boundary(self) -> Option<AppliedPolicy<'a>> {
        let (account, entity, policy) = match self {
            Self::Root(_) => return None,
            Self::User(account, user) => (account, user.arn(), user.permissions_boundary()?),
            Self::Role(account, role) => (account, role.arn(), role.permissions_boundary()?),
        };
        Some(account.permissions_boundary(entity, policy))
    }

    /// The tags of a user or role.
    pub fn tags(self) -> Option<&'a Tags> {
        match self {
            Self::Root(_) => None,
            Self::User(_, user) => Some(user.tags()),
            Self::Role(_, role) => Some(role.tags()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Uncached;
    use crate::import::{ImportFile, import_account_authorization_details, import_resources};

    fn environment() -> Environment {
        let text = br#"{
            "UserDetailList": [
                {"UserName": "alice", "UserId": "AIDA1", "Arn": "arn:aws:iam::111122223333:user/team/alice"},
                {"UserName": "a b", "UserId": "AIDA2", "Arn": "arn:aws:iam::111122223333:user/wrong"}
            ],
            "RoleDetailList": [
                {"RoleName": "app", "RoleId": "AROA1", "Arn": "arn:aws:iam::111122223333:role/path/app",
                 "AssumeRolePolicyDocument": {}},
                {"RoleName": "lost", "Arn": "arn:aws:iam::111122223333:role/path/lost"}
            ]
        }"#;
        let file = ImportFile {
            name: "gaad.json",
            bytes: text,
        };
        let import = import_account_authorization_details(&[file], None, &Uncached);
        let mut environment = Environment::new();
        environment.add_account(import.account.unwrap());
        environment
    }

    #[track_caller]
    fn check(arn: &str, expected: Result<&str, &str>) {
        let environment = environment();
        let found = environment.principal(&PrincipalArn::parse(arn).unwrap());
        let found = found.map(|principal| match principal {
            AccountPrincipal::Root(account) => account.root_arn(),
            AccountPrincipal::User(_, user) => user.arn().to_owned(),
            AccountPrincipal::Role(_, role) => role.arn().to_owned(),
        });
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
            (found, _) => assert!(found.is_err() == expected.is_err(), "{found:?}"),
        }
    }

    #[test]
    fn principals_are_found_by_arn_and_sessions_find_their_role() {
        let role = "arn:aws:iam::111122223333:role/path/app";
        check("arn:aws:iam::111122223333:root", Ok("arn:aws:iam::111122223333:root"));
        check(
            "arn:aws:iam::111122223333:user/team/alice",
            Ok("arn:aws:iam::111122223333:user/team/alice"),
        );
        check(role, Ok(role));
        check("arn:aws:sts::111122223333:assumed-role/app/session", Ok(role));
    }

    #[test]
    fn a_principal_that_is_not_known_is_an_error_that_says_why() {
        check(
            "arn:aws:iam::999988887777:user/x",
            Err("there is no export of account 999988887777"),
        );
        check(
            "arn:aws:iam::111122223333:user/alice",
            Err("arn:aws:iam::111122223333:user/alice does not exist"),
        );
        check(
            "arn:aws:iam::111122223333:user/wrong",
            Err("cannot be used: gaad.json:4:17"),
        );
        check(
            "arn:aws:sts::111122223333:assumed-role/lost/s",
            Err("missing member `RoleId`"),
        );
        check("arn:aws:sts::111122223333:federated-user/f", Err("GetFederationToken"));
    }

    #[test]
    fn identity_providers_wait_for_their_account() {
        let text =
            br#"{"AccountId": "111122223333", "SamlProviders": ["arn:aws:iam::111122223333:saml-provider/Okta"]}"#;
        let mut environment = Environment::new();
        environment.add_resources(import_resources("r.json", text, &Uncached));
        environment.add_account(Account::new("111122223333".parse().unwrap(), "aws"));
        let account = environment.account("111122223333".parse().unwrap()).unwrap();
        assert!(account.has_identity_provider("arn:aws:iam::111122223333:saml-provider/Okta"));
    }

    #[test]
    fn a_resource_that_is_read_twice_is_reported() {
        let text =
            br#"{"AccountId": "111122223333", "Resources": [{"Arn": "arn:aws:s3:::b", "Type": "AWS::S3::Bucket"}]}"#;
        let mut environment = Environment::new();
        environment.add_resources(import_resources("a.json", text, &Uncached));
        environment.add_resources(import_resources("b.json", text, &Uncached));
        let problems: Vec<String> = environment.problems().iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            ["b.json: arn:aws:s3:::b: the resource was read before; what was read last counts"]
        );
    }
}
