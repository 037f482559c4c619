//! From a folder of exports to an environment.

use std::collections::BTreeMap;
use std::sync::Arc;

use bailiwick_grammar::{AccountId, Severity};
use bailiwick_model::{
    AccountImport, Environment, ImportFile, ImportProblem, IncompletePart, ResourcesImport,
    import_account_authorization_details, import_credential_report, import_organization, import_resources,
};
use rayon::prelude::*;

use crate::document_cache::DocumentCache;

/// A file that AWS's own commands printed.
#[derive(Clone, Copy, Debug)]
pub struct ExportFile<'a> {
    /// Its name within the folder, with `/`: it says what the file is.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// What a file of the folder is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum ExportKind<'a> {
    /// `org.json`
    Organization,
    /// `accounts/ID.gaad.json`: what `aws iam get-account-authorization-details` prints.
    AccountAuthorizationDetails(&'a str),
    /// `accounts/ID.resources.json`
    Resources(&'a str),
    /// `accounts/ID.credential-report.csv`
    CredentialReport(&'a str),
}

impl<'a> ExportKind<'a> {
    fn of(name: &'a str) -> Option<Self> {
        if name == "org.json" {
            return Some(Self::Organization);
        }
        let (account, rest) = name.strip_prefix("accounts/")?.split_once('.')?;
        match rest {
            "gaad.json" => Some(Self::AccountAuthorizationDetails(account)),
            "resources.json" => Some(Self::Resources(account)),
            "credential-report.csv" => Some(Self::CredentialReport(account)),
            _ => None,
        }
    }
}

/// Whether a file of this name is read; other files of a folder are ignored.
pub fn is_export(name: &str) -> bool {
    ExportKind::of(name).is_some()
}

/// The files of one account.
#[derive(Default)]
struct AccountFiles<'a> {
    details: Option<ExportFile<'a>>,
    resources: Option<ExportFile<'a>>,
    credential_report: Option<ExportFile<'a>>,
}

/// Loads a folder of exports: `org.json`, `accounts/ID.gaad.json`, `accounts/ID.resources.json`, `accounts/ID.credential-report.csv`.
///
/// Accounts are read in parallel. Never fails: what could not be read is in [`Environment::problems`], and the rest is there.
pub fn load_exports(files: &[ExportFile<'_>]) -> Environment {
    let cache = DocumentCache::new();
    let mut environment = Environment::new();
    let mut loaded = None;
    let mut accounts: BTreeMap<&str, AccountFiles<'_>> = BTreeMap::new();
    for &file in files {
        match ExportKind::of(file.name) {
            Some(ExportKind::Organization) => {
                let import = import_organization(file.name, file.bytes, &cache);
                if !import.complete {
                    environment.set_incomplete(IncompletePart::Organization, file.name);
                }
                environment.add_problems(import.problems);
                if let Some(organization) = import.organization {
                    loaded = Some(organization);
                }
            }
            Some(ExportKind::AccountAuthorizationDetails(id)) => accounts.entry(id).or_default().details = Some(file),
            Some(ExportKind::Resources(id)) => accounts.entry(id).or_default().resources = Some(file),
            Some(ExportKind::CredentialReport(id)) => accounts.entry(id).or_default().credential_report = Some(file),
            None => {}
        }
    }
    if let Some(mut organization) = loaded {
        let complete = environment.incomplete(IncompletePart::Organization).is_none();
        for (id, files) in &accounts {
            let Some(account) = id.parse().ok().filter(|id| !organization.knows(*id)) else {
                continue;
            };
            organization.add_unplaced_account(account);
            // Where the organization is incomplete, that was said.
            if let Some(file) = files.details.or(files.resources).filter(|_| complete) {
                let message = "the account is not in org.json: which SCPs and RCPs bound it is not known";
                let help = "add it to `Accounts`, or to `ExternalAccounts` if it is not in the organization";
                environment.add_problems([problem(file, message).about(id).help(help)]);
            }
        }
        environment.set_organization(organization);
    }
    let accounts: Vec<(&str, AccountFiles<'_>)> = accounts.into_iter().collect();
    let imported: Vec<_> = accounts
        .par_iter()
        .map(|(id, files)| import_account(id, files, &cache))
        .collect();
    for ((id, files), (account, resources)) in accounts.iter().zip(imported) {
        let id: Option<AccountId> = id.parse().ok();
        if let (Some(id), Some(file), true) = (id, files.details, !account.complete) {
            environment.set_incomplete(IncompletePart::Account(id), file.name);
        }
        environment.add_problems(account.problems);
        if let Some(account) = account.account {
            environment.add_account(account);
        }
        let Some(resources) = resources else { continue };
        if let (Some(id), Some(file), true) = (id, files.resources, !resources.complete) {
            environment.set_incomplete(IncompletePart::Resources(id), file.name);
        }
        environment.add_resources(resources);
    }
    environment
}

/// Loads one export of `aws iam get-account-authorization-details`, whatever its name.
pub fn load_account_export(file: ExportFile<'_>) -> Environment {
    let import = import_details(file, None, &DocumentCache::new());
    let mut environment = Environment::new();
    if let (Some(account), true) = (&import.account, !import.complete) {
        environment.set_incomplete(IncompletePart::Account(account.id()), file.name);
    }
    environment.add_problems(import.problems);
    if let Some(account) = import.account {
        environment.add_account(account);
    }
    environment
}

/// Loads one `org.json`, whatever its name.
pub fn load_organization_export(file: ExportFile<'_>) -> Environment {
    let import = import_organization(file.name, file.bytes, &DocumentCache::new());
    let mut environment = Environment::new();
    if !import.complete {
        environment.set_incomplete(IncompletePart::Organization, file.name);
    }
    environment.add_problems(import.problems);
    if let Some(organization) = import.organization {
        environment.set_organization(organization);
    }
    environment
}

/// Loads one `ID.resources.json`, whatever its name.
pub fn load_resources_export(file: ExportFile<'_>) -> Environment {
    let import = import_resources(file.name, file.bytes, &DocumentCache::new());
    let mut environment = Environment::new();
    if let (Some(account), false) = (import.account, import.complete) {
        environment.set_incomplete(IncompletePart::Resources(account), file.name);
    }
    environment.add_resources(import);
    environment
}

fn import_account(
    id: &str,
    files: &AccountFiles<'_>,
    cache: &DocumentCache,
) -> (AccountImport, Option<ResourcesImport>) {
    let mut import = match files.details {
        Some(file) => match id.parse() {
            Ok(id) => import_details(file, Some(id), cache),
            Err(_) => not_read(file, "the file's name does not begin with the account's id, 12 digits"),
        },
        None => AccountImport {
            account: None,
            complete: false,
            problems: Vec::new(),
        },
    };
    if let Some(file) = files.credential_report {
        match &mut import.account {
            Some(account) => import
                .problems
                .extend(import_credential_report(file.name, file.bytes, account)),
            None => import
                .problems
                .push(problem(file, "there is no export of this account to add the report to")),
        }
    }
    (
        import,
        files
            .resources
            .map(|file| import_resources(file.name, file.bytes, cache)),
    )
}

fn import_details(file: ExportFile<'_>, id: Option<AccountId>, cache: &DocumentCache) -> AccountImport {
    import_account_authorization_details(
        &[ImportFile {
            name: file.name,
            bytes: file.bytes,
        }],
        id,
        cache,
    )
}

fn not_read(file: ExportFile<'_>, message: &str) -> AccountImport {
    AccountImport {
        account: None,
        complete: false,
        problems: vec![problem(file, message)],
    }
}

fn problem(file: ExportFile<'_>, message: &str) -> ImportProblem {
    ImportProblem::new(Severity::Error, Arc::from(file.name), message)
}
