//! `aws iam get-account-authorization-details`: users, groups, roles and managed policies of an account.
//!
//! AWS: IAM API Reference, `GetAccountAuthorizationDetails`.

mod attachments;
mod identities;
mod managed_policies;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bailiwick_grammar::{AccountId, Arn, Severity};
use serde::Deserialize;
use serde_json::value::RawValue;

use self::attachments::{References, resolve};
use super::json::{RawList, Text};
use super::problem::ImportProblem;
use super::source::Source;
use crate::account::Account;
use crate::document::DocumentStore;
use crate::id::PolicyArn;
use crate::name::Path;

/// One file of an export.
#[derive(Clone, Copy, Debug)]
pub struct ImportFile<'t> {
    /// Its name, for messages.
    pub name: &'t str,
    /// What is in it.
    pub bytes: &'t [u8],
}

/// What was read of an account.
#[derive(Clone, Debug)]
pub struct AccountImport {
    /// The account; none where nothing could be read or no ARN says which account it is.
    pub account: Option<Account>,
    /// Whether no user, group, role or policy was lost. What could not be read and has an ARN is in the account as unreadable.
    pub complete: bool,
    /// What could not be read.
    pub problems: Vec<ImportProblem>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an object with `UserDetailList`, `RoleDetailList`, …"
)]
struct Page<'t> {
    #[serde(borrow)]
    user_detail_list: RawList<'t>,
    #[serde(borrow)]
    group_detail_list: RawList<'t>,
    #[serde(borrow)]
    role_detail_list: RawList<'t>,
    #[serde(borrow)]
    policies: RawList<'t>,
    is_truncated: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OnlyArn<'t> {
    #[serde(borrow)]
    arn: Text<'t>,
}

/// What reading an entry needs.
struct Importer<'i, 't> {
    source: &'i mut Source<'t>,
    account: &'i mut Account,
    store: &'i dyn DocumentStore,
    references: &'i mut References,
    /// The entries that were read, by ARN.
    entries: &'i mut BTreeMap<Box<str>, &'t RawValue>,
    complete: &'i mut bool,
}

/// Reads the output of one or several calls for one account: in one file or many, a page alone, in a list, or one after the other; policies
/// as JSON, as the command line prints them, or URL-encoded, as the API returns them.
///
/// `account` is the account that it should be, where that is known (from the file's name); otherwise the first ARN says it.
///
/// Quotas are not enforced: AWS may have raised them.
pub fn import_account_authorization_details(
    files: &[ImportFile<'_>],
    account: Option<AccountId>,
    store: &dyn DocumentStore,
) -> AccountImport {
    let mut problems = Vec::new();
    let mut read = Vec::new();
    let mut complete = true;
    for file in files {
        match Source::new(file.name, file.bytes) {
            Err(problem) => {
                complete = false;
                problems.push(problem);
            }
            Ok(mut source) => {
                let (pages, whole) = pages(&mut source);
                complete &= whole;
                read.push((source, pages));
            }
        }
    }
    complete &= !report_truncation(&mut read);
    let owner = read.iter().find_map(|(source, pages)| owner(source, pages));
    let owner = match (account, owner) {
        (Some(account), found) => {
            let partition = found
                .filter(|(found, _)| *found == account)
                .map_or("aws", |(_, partition)| partition);
            Some((account, partition))
        }
        (None, found) => found,
    };
    let account = owner.map(|(id, partition)| {
        let mut account = Account::new(id, partition);
        let mut references = References::default();
        let mut entries = BTreeMap::new();
        for (index, (source, pages)) in read.iter_mut().enumerate() {
            references.file = index;
            let mut importer = Importer {
                source,
                account: &mut account,
                store,
                references: &mut references,
                entries: &mut entries,
                complete: &mut complete,
            };
            for page in pages {
                importer.page(page);
            }
        }
        let mut sources: Vec<&mut Source<'_>> = read.iter_mut().map(|(source, _)| source).collect();
        resolve(&mut account, references, &mut sources, store);
        account
    });
    if let (None, Some((source, _))) = (&account, read.first_mut()) {
        let message = "the export holds no ARN that says which account it is of".to_owned();
        let problem = source.problem(Severity::Error, 0, 0, message);
        source.report(problem);
    }
    problems.extend(read.into_iter().flat_map(|(source, _)| source.into_problems()));
    AccountImport {
        complete: complete && account.is_some(),
        account,
        problems,
    }
}

/// The pages of a file, in order, and whether they are all that it holds.
fn pages<'t>(source: &mut Source<'t>) -> (Vec<Page<'t>>, bool) {
    let before = source.text().trim().is_empty();
    if before {
        let problem = source.problem(Severity::Error, 0, 0, "the file is empty".to_owned());
        source.report(problem);
    }
    let (mut pages, mut complete) = (Vec::new(), !before);
    for value in source.values() {
        let list = if value.get().starts_with('[') {
            source.read_list::<&'t RawValue>(value)
        } else {
            Ok(vec![value])
        };
        match list {
            Err(problem) => {
                complete = false;
                source.report(problem);
            }
            Ok(values) => {
                let count = pages.len() + values.len();
                pages.extend(values.into_iter().filter_map(|value| page(source, value)));
                complete &= pages.len() == count;
            }
        }
    }
    let complete = complete && !source.is_cut_short();
    (pages, complete)
}

fn page<'t>(source: &mut Source<'t>, value: &'t RawValue) -> Option<Page<'t>> {
    let page = match source.read::<Page<'t>>(value) {
        Ok(page) => page,
        Err(problem) => {
            source.report(problem);
            return None;
        }
    };
    let lists = [
        &page.user_detail_list,
        &page.group_detail_list,
        &page.role_detail_list,
        &page.policies,
    ];
    if lists.iter().all(|list| list.is_none()) {
        let (start, text) = (source.offset_of(value.get()), value.get());
        let message = "this is not what get-account-authorization-details prints".to_owned();
        let problem = source.problem(Severity::Error, start, text.len(), message);
        let help = "expected `UserDetailList`, `GroupDetailList`, `RoleDetailList` and `Policies`";
        source.report(problem.help(help));
        return None;
    }
    Some(page)
}

/// Whether the last page says that more follow, which is reported.
fn report_truncation(read: &mut [(Source<'_>, Vec<Page<'_>>)]) -> bool {
    let last = read
        .iter_mut()
        .rev()
        .find_map(|(source, pages)| Some((source, pages.last()?)));
    if let Some((
        source,
        Page {
            is_truncated: Some(true),
            ..
        },
    )) = last
    {
        let end = source.text().trim_end().len();
        let message = "the last page says that more follow: the export is incomplete (`IsTruncated`)".to_owned();
        let problem = source.problem(Severity::Error, end, 0, message);
        source.report(problem.help("append the further pages, or let the command fetch all of them"));
        return true;
    }
    false
}

/// The first account and partition that an entry's ARN names.
fn owner<'t>(source: &Source<'t>, pages: &[Page<'t>]) -> Option<(AccountId, &'t str)> {
    let lists = pages.iter().flat_map(|page| {
        [
            &page.user_detail_list,
            &page.group_detail_list,
            &page.role_detail_list,
            &page.policies,
        ]
    });
    lists.flatten().flatten().find_map(|value| {
        // The ARN must be borrowed from the file for the partition to be.
        let entry: OnlyArn<'t> = source.read(value).ok()?;
        let arn = Arn::parse(&entry.arn).ok()?;
        let partition = bailiwick_grammar::PARTITIONS
            .into_iter()
            .find(|&partition| partition == arn.partition)?;
        Some((arn.account.parse().ok()?, partition))
    })
}

impl<'t> Importer<'_, 't> {
    fn page(&mut self, page: &Page<'t>) {
        let users = page.user_detail_list.iter().flatten();
        users.for_each(|entry| self.entry(entry, "a user", Self::user));
        let groups = page.group_detail_list.iter().flatten();
        groups.for_each(|entry| self.entry(entry, "a group", Self::group));
        let roles = page.role_detail_list.iter().flatten();
        roles.for_each(|entry| self.entry(entry, "a role", Self::role));
        let policies = page.policies.iter().flatten();
        policies.for_each(|entry| self.entry(entry, "a managed policy", Self::managed_policy));
    }

    /// Reads one entry. What is wrong with it is reported and remembered under its ARN.
    fn entry(
        &mut self,
        entry: &'t RawValue,
        kind: &str,
        read: fn(&mut Self, &'t RawValue) -> Result<(), ImportProblem>,
    ) {
        let Err(problem) = read(self, entry) else { return };
        let arn = self.source.read::<OnlyArn<'t>>(entry).ok();
        if let Some(OnlyArn { arn }) = &arn {
            self.account
                .unreadable
                .insert((**arn).into(), problem.to_string().into());
        }
        if let Some(OnlyArn { arn }) = &arn {
            self.drop_entity(arn);
        }
        // An entry whose ARN is none may have been any entity's.
        *self.complete &= arn.as_ref().is_some_and(|entry| {
            let owner = Arn::parse(&entry.arn).map(|arn| arn.account);
            owner.is_ok_and(|owner| owner == self.account.id().as_str() || owner == "aws")
        });
        let entity = arn.as_ref().map_or(kind, |entry| &*entry.arn);
        self.source.report(problem.about(entity));
    }

    /// Drops what an earlier entry of this ARN said: which of the two is right is not known.
    fn drop_entity(&mut self, arn: &str) {
        if self.entries.remove(arn).is_none() {
            return;
        }
        let name = arn.rsplit('/').next().unwrap_or_default();
        let account = &mut *self.account;
        if account.users.get(name).is_some_and(|user| user.arn() == arn) {
            account.users.remove(name);
        }
        if account.groups.get(name).is_some_and(|group| group.arn() == arn) {
            account.groups.remove(name);
        }
        if account.roles.get(name).is_some_and(|role| role.arn() == arn) {
            account.roles.remove(name);
        }
        if let Ok(policy) = PolicyArn::new(arn)
            && account.managed_policy(&policy).is_some()
        {
            if policy.is_aws_managed() {
                account.aws_managed_policies.remove(&policy);
            } else {
                account.customer_managed_policies.remove(name);
            }
        }
    }

    fn wrong(&self, part: &RawValue, message: String) -> ImportProblem {
        let text = part.get();
        self.source
            .problem(Severity::Error, self.source.offset_of(text), text.len(), message)
    }

    /// The path in an ARN `arn:…:KIND/path/name`, which must be of this account.
    fn path_in(&self, entry: &RawValue, arn: &str, kind: &str, name: &str) -> Result<Path, ImportProblem> {
        let wrong = |message| self.wrong(entry, message);
        let parsed = Arn::parse(arn).map_err(|error| wrong(format!("`{arn}` is no ARN: {error}")))?;
        if parsed.account != self.account.id().as_str() || parsed.partition != self.account.partition() {
            return Err(wrong(format!(
                "{arn} is not of account {}, which this export is of",
                self.account.id()
            )));
        }
        let path = parsed
            .resource
            .strip_prefix(kind)
            .and_then(|rest| rest.strip_suffix(name));
        match (parsed.service, path) {
            ("iam", Some(path)) => {
                Path::new(path).map_err(|_| wrong(format!("{arn} has a path that AWS does not allow")))
            }
            _ => Err(wrong(format!("{arn} is not the ARN of a {kind} of name `{name}`"))),
        }
    }
}
