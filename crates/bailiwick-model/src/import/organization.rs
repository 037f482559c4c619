//! `org.json`: what `aws organizations describe-organization`, `list-roots`, `list-organizational-units-for-parent`, `list-accounts`,
//! `list-policies` with `describe-policy`, and `list-policies-for-target` print, under one roof.

mod details;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use bailiwick_grammar::{AccountId, Severity};
use serde_json::value::RawValue;

use self::details::{
    AccountDetail, AttachmentDetail, ExternalAccountDetail, File, OnlyId, OrganizationDetail, PolicyDetail,
    PolicyTypeDetail, RootDetail, UnitDetail,
};
use super::json::{RawList, Text, owned, tag_map};
use super::problem::ImportProblem;
use super::source::Source;
use crate::document::DocumentStore;
use crate::organization::{
    AccountStatus, FeatureSet, MemberAccount, Organization, OrganizationId, OrganizationPolicy, OrganizationPolicyId,
    OrganizationPolicyType, OrganizationalUnit, OrganizationalUnitId, ParentId, PolicyContent, Root, RootId, TargetId,
};
use crate::record::{Origin, PolicyRecord};

/// What was read of an organization.
#[derive(Clone, Debug)]
pub struct OrganizationImport {
    /// The organization; none where the file could not be read.
    pub organization: Option<Organization>,
    /// Whether everything was read that could say which policies bound an account. What could not be read and stands in the organization as
    /// such does not count.
    pub complete: bool,
    /// What could not be read.
    pub problems: Vec<ImportProblem>,
}

/// The policies that AWS attaches to everything when it enables a type, which exports may leave out.
const AWS_POLICIES: [(&str, OrganizationPolicyType, &str, &str); 2] = [
    (
        "p-FullAWSAccess",
        OrganizationPolicyType::ServiceControlPolicy,
        "FullAWSAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    ),
    (
        "p-RCPFullAWSAccess",
        OrganizationPolicyType::ResourceControlPolicy,
        "RCPFullAWSAccess",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
    ),
];

/// Stands for a policy whose id cannot be read, and is in no export.
const UNREADABLE_POLICY: &str = "p-unreadable";

/// Reads `org.json`.
pub fn import_organization(file: &str, bytes: &[u8], store: &dyn DocumentStore) -> OrganizationImport {
    let mut source = match Source::new(file, bytes) {
        Ok(source) => source,
        Err(problem) => {
            return OrganizationImport {
                organization: None,
                complete: false,
                problems: vec![problem],
            };
        }
    };
    let (organization, complete) = read(&mut source, store).unzip();
    OrganizationImport {
        organization,
        complete: complete.unwrap_or_default() && !source.is_cut_short(),
        problems: source.into_problems(),
    }
}

fn read(source: &mut Source<'_>, store: &dyn DocumentStore) -> Option<(Organization, bool)> {
    let values = source.values();
    let Some(first) = values.first() else {
        if source.text().trim().is_empty() {
            let problem = source.problem(Severity::Error, 0, 0, "the file is empty".to_owned());
            source.report(problem);
        }
        return None;
    };
    if let Some(second) = values.get(1) {
        source.error(
            second.get(),
            "organization",
            "one JSON object was expected, and here is a second one",
        );
    }
    let file: File<'_> = match source.read(first) {
        Ok(file) => file,
        Err(problem) => {
            source.report(problem);
            return None;
        }
    };
    let organization = head(source, first, &file.organization)?;
    let mut reader = Reader {
        source,
        organization,
        complete: values.len() == 1,
        attached_at: BTreeMap::new(),
        store,
    };
    reader.each(file.roots, "a root", Reader::root);
    reader.each(file.organizational_units, "an organizational unit", Reader::unit);
    reader.each(file.accounts, "an account", Reader::account);
    reader.policies(file.policies);
    reader.each(file.attachments, "an attachment", Reader::attachment);
    // An account of others that is lost is missed where its own export is.
    let complete = reader.complete;
    reader.each(file.external_accounts, "an external account", Reader::external_account);
    reader.complete = complete;
    reader.add_aws_policies();
    reader.check_references(first.get());
    Some((reader.organization, reader.complete))
}

fn head(source: &mut Source<'_>, first: &RawValue, detail: &OrganizationDetail<'_>) -> Option<Organization> {
    let feature_set = match detail.feature_set.as_deref() {
        Some("CONSOLIDATED_BILLING") => FeatureSet::ConsolidatedBilling,
        _ => FeatureSet::All,
    };
    let id = OrganizationId::new(&detail.id).map_err(|error| error.to_string());
    let management = detail
        .master_account_id
        .parse::<AccountId>()
        .map_err(|error| error.to_string());
    match (id, management) {
        (Ok(id), Ok(management)) => Some(Organization::new(id, management, feature_set)),
        (Err(error), _) | (_, Err(error)) => {
            source.error(first.get(), "organization", error);
            None
        }
    }
}

struct Reader<'r, 't> {
    source: &'r mut Source<'t>,
    organization: Organization,
    /// Whether no entry was lost.
    complete: bool,
    /// The first entry that attaches something to a target.
    attached_at: BTreeMap<TargetId, &'t RawValue>,
    store: &'r dyn DocumentStore,
}

impl<'t> Reader<'_, 't> {
    fn each(&mut self, list: RawList<'t>, kind: &str, read: fn(&mut Self, &'t RawValue) -> Result<(), ImportProblem>) {
        for raw in list.into_iter().flatten() {
            if let Err(problem) = read(self, raw) {
                self.complete = false;
                self.source.report(if problem.entity.is_none() {
                    problem.about(kind)
                } else {
                    problem
                });
            }
        }
    }

    fn root(&mut self, raw: &'t RawValue) -> Result<(), ImportProblem> {
        let detail: RootDetail<'t> = self.source.read(raw)?;
        let id = RootId::new(&detail.id).map_err(|error| self.wrong(raw, error.to_string()))?;
        if self.organization.roots.contains_key(&id) {
            return Err(self.wrong(raw, format!("root {id} occurs twice")));
        }
        let mut policy_types = BTreeSet::new();
        if detail.policy_types.is_none() && self.organization.feature_set() == FeatureSet::All {
            self.complete = false;
            let message = "the root has no `PolicyTypes`: nothing says whether SCPs and RCPs are in force";
            let problem = self.wrong(raw, message.to_owned()).about(id.as_str());
            self.source
                .report(problem.help("expected a list, `[]` where no type is enabled"));
        }
        for raw in detail.policy_types.into_iter().flatten() {
            match self.policy_type(raw, &id) {
                Ok(policy_type) => policy_types.extend(policy_type),
                Err(problem) => {
                    self.complete = false;
                    self.source.report(problem.about(id.as_str()));
                }
            }
        }
        let name = detail.name.as_deref().unwrap_or("Root").into();
        self.organization.add_root(Root { id, name, policy_types });
        Ok(())
    }

    /// A policy type that is in force, as its name or as `list-roots` prints it.
    fn policy_type(
        &mut self,
        raw: &'t RawValue,
        root: &RootId,
    ) -> Result<Option<OrganizationPolicyType>, ImportProblem> {
        let parse = |reader: &Self, text: &str| {
            OrganizationPolicyType::parse(text).map_err(|error| reader.wrong(raw, error.to_string()))
        };
        if raw.get().starts_with('"') {
            let text = self.source.read::<Text<'t>>(raw)?;
            return parse(self, &text);
        }
        let detail: PolicyTypeDetail<'t> = self.source.read(raw)?;
        let policy_type = parse(self, &detail.r#type)?;
        match detail.status.as_deref() {
            None | Some("ENABLED") => Ok(policy_type),
            Some(status @ ("PENDING_ENABLE" | "PENDING_DISABLE")) => {
                let message = format!("{} is {status}; it is taken as not in force", &*detail.r#type);
                self.source.warning(raw.get(), root.as_str(), message);
                Ok(None)
            }
            Some(status) => Err(self.wrong(raw, format!("`{status}` is not a status of a type of policy"))),
        }
    }

    fn unit(&mut self, raw: &'t RawValue) -> Result<(), ImportProblem> {
        let detail: UnitDetail<'t> = self.source.read(raw)?;
        let id = OrganizationalUnitId::new(&detail.id).map_err(|error| self.wrong(raw, error.to_string()))?;
        if self.organization.organizational_units.contains_key(&id) {
            return Err(self.wrong(raw, format!("organizational unit {id} occurs twice")));
        }
        let parent = self.parent(raw, &detail.parent_id)?;
        let name = detail.name.as_deref().unwrap_or(id.as_str()).into();
        self.organization
            .add_organizational_unit(OrganizationalUnit { id, name, parent });
        Ok(())
    }

    fn account(&mut self, raw: &'t RawValue) -> Result<(), ImportProblem> {
        let detail: AccountDetail<'t> = self.source.read(raw)?;
        let id = self.account_id(raw, &detail.id)?;
        if self.organization.account(id).is_some() {
            return Err(self.wrong(raw, format!("account {id} occurs twice")));
        }
        let parent = self.parent(raw, &detail.parent_id)?;
        let status = detail
            .status
            .as_deref()
            .map_or(Some(AccountStatus::Active), AccountStatus::parse);
        if status.is_none() {
            let status = detail.status.as_deref().unwrap_or_default();
            let message = format!("`{status}` is not a status of an account; ACTIVE is assumed");
            self.source.warning(raw.get(), id.as_str(), message);
        }
        let tags = tag_map(self.source, detail.tags, id.as_str());
        let name = detail.name.as_deref().unwrap_or(id.as_str()).into();
        let status = status.unwrap_or(AccountStatus::Active);
        self.organization.add_account(MemberAccount {
            id,
            name,
            status,
            parent,
            tags,
        });
        Ok(())
    }

    /// The policies. One that could not be read, or that has several entries, is kept as one that cannot be used.
    fn policies(&mut self, list: RawList<'t>) {
        for raw in list.into_iter().flatten() {
            let Err(problem) = self.policy(raw) else { continue };
            let id = self.source.read::<OnlyId<'t>>(raw).ok();
            let id = id.and_then(|detail| OrganizationPolicyId::new(&detail.id).ok());
            let problem = problem.about(id.as_ref().map_or("a policy", OrganizationPolicyId::as_str));
            // Without an id, it is missed where it is attached.
            if let Some(id) = id {
                self.organization.policies.remove(&id);
                let unreadable = &mut self.organization.unreadable_policies;
                unreadable.entry(id).or_insert_with(|| problem.to_string().into());
            }
            self.source.report(problem);
        }
    }

    fn policy(&mut self, raw: &'t RawValue) -> Result<(), ImportProblem> {
        let detail: PolicyDetail<'t> = self.source.read(raw)?;
        let id = self.policy_id(raw, &detail.id)?;
        let held = &self.organization;
        if held.policies.contains_key(&id) || held.unreadable_policies.contains_key(&id) {
            return Err(self.wrong(
                raw,
                format!("policy {id} occurs twice: which one is in force is not known"),
            ));
        }
        let policy_type =
            OrganizationPolicyType::parse(&detail.r#type).map_err(|error| self.wrong(raw, error.to_string()))?;
        let name: Box<str> = detail.name.as_deref().unwrap_or(id.as_str()).into();
        let content = policy_type.map(|policy_type| {
            let content = match detail.content {
                Some(content) => {
                    let entity = format!("policy `{name}` ({id})");
                    PolicyContent::Document(self.source.document(
                        self.store,
                        content,
                        policy_type.policy_type(),
                        &entity,
                    ))
                }
                None => {
                    let message = "the policy has no `Content`";
                    self.source.error(raw.get(), id.as_str(), message);
                    PolicyContent::Unreadable(message.into())
                }
            };
            (policy_type, content)
        });
        self.organization.add_policy(OrganizationPolicy { id, name, content });
        Ok(())
    }

    fn attachment(&mut self, raw: &'t RawValue) -> Result<(), ImportProblem> {
        let detail: AttachmentDetail<'t> = self.source.read(raw)?;
        let target = TargetId::parse(&detail.target_id);
        let target = target.ok_or_else(|| {
            let message = format!("`{}` is no root, organizational unit or account", &*detail.target_id);
            self.wrong(raw, message)
        })?;
        self.attached_at.entry(target.clone()).or_insert(raw);
        for policy in detail.policies {
            let policy = match self.policy_id(raw, &policy) {
                Ok(policy) => policy,
                // The level has a policy that nobody can read: it must not look as if it had one less.
                Err(problem) => {
                    self.source.report(problem.about(target.as_str()));
                    self.policy_id(raw, UNREADABLE_POLICY)?
                }
            };
            self.organization.attach_policy(target.clone(), policy);
        }
        Ok(())
    }

    fn external_account(&mut self, raw: &'t RawValue) -> Result<(), ImportProblem> {
        let detail: ExternalAccountDetail<'t> = self.source.read(raw)?;
        let id = self.account_id(raw, &detail.id)?;
        self.organization.external_accounts.insert(id, owned(&detail.name));
        Ok(())
    }

    /// AWS's own policies are known, whether the export describes them or not.
    fn add_aws_policies(&mut self) {
        for (id, policy_type, name, document) in AWS_POLICIES {
            let attached = self
                .organization
                .attachments
                .values()
                .flatten()
                .find(|attached| attached.as_str() == id);
            let Some(id) = attached
                .filter(|id| !self.organization.policies.contains_key(*id))
                .filter(|id| !self.organization.unreadable_policies.contains_key(*id))
                .cloned()
            else {
                continue;
            };
            let document = self.store.lower(document, policy_type.policy_type());
            let content = PolicyContent::Document(PolicyRecord::new(document, Origin::Catalog));
            let content = Some((policy_type, content));
            self.organization.add_policy(OrganizationPolicy {
                id,
                name: name.into(),
                content,
            });
        }
    }

    /// What is named and not there; and targets on which AWS would not leave nothing.
    fn check_references(&mut self, file: &str) {
        let mut found = Vec::new();
        let organization = &self.organization;
        let in_force: BTreeSet<OrganizationPolicyType> = match organization.feature_set() {
            FeatureSet::All => organization
                .roots()
                .flat_map(|root| root.policy_types.iter().copied())
                .collect(),
            FeatureSet::ConsolidatedBilling => BTreeSet::new(),
        };
        for (target, policies) in &organization.attachments {
            let exists = match target {
                TargetId::Root(id) => organization.roots.contains_key(id),
                TargetId::OrganizationalUnit(id) => organization.organizational_units.contains_key(id),
                TargetId::Account(id) => organization.accounts.contains_key(id),
            };
            if !exists {
                self.complete = false;
                let message = "policies are attached here, and it is not in the organization's export".to_owned();
                found.push((Severity::Error, target.to_string(), message));
            }
            for policy in policies.iter().filter_map(|id| organization.policies.get(id)) {
                let Some((policy_type, _)) = &policy.content else {
                    continue;
                };
                let own = AWS_POLICIES.iter().any(|(id, ..)| *id == policy.id.as_str());
                if !own && !in_force.contains(policy_type) {
                    let (policy_type, id) = (policy_type.policy_type(), &policy.id);
                    let message =
                        format!("{policy_type} {id} is attached here, and policies of its type are not enabled");
                    found.push((Severity::Warning, target.to_string(), message));
                }
            }
            for policy in policies
                .iter()
                .filter(|policy| !organization.policies.contains_key(*policy))
                .filter(|policy| !organization.unreadable_policies.contains_key(*policy))
            {
                let message = format!("policy {policy}, which is attached here, is not in the export");
                found.push((Severity::Error, target.to_string(), message));
            }
        }
        for account in organization.accounts() {
            for policy_type in [
                OrganizationPolicyType::ServiceControlPolicy,
                OrganizationPolicyType::ResourceControlPolicy,
            ] {
                match organization.levels(account.id, policy_type) {
                    Err(error) => found.push((Severity::Error, account.id.to_string(), error.to_string())),
                    Ok(levels) => {
                        let empty = levels.iter().filter(|level| level.policies.is_empty());
                        found.extend(empty.map(|level| {
                            let policy_type = policy_type.policy_type();
                            let message =
                                format!("no {policy_type} is attached, so nothing is allowed; AWS always has one");
                            (Severity::Warning, level.target.to_string(), message)
                        }));
                    }
                }
            }
        }
        let mut reported = BTreeSet::new();
        for (severity, entity, message) in found {
            if reported.insert((entity.clone(), message.clone())) {
                let entry = TargetId::parse(&entity).and_then(|target| self.attached_at.get(&target));
                let at = self.source.offset_of(entry.map_or(file, |entry| entry.get()));
                let problem = self.source.problem(severity, at, 0, message);
                self.source.report(problem.about(&entity));
            }
        }
    }

    fn wrong(&self, raw: &RawValue, message: String) -> ImportProblem {
        self.source.problem(
            Severity::Error,
            self.source.offset_of(raw.get()),
            raw.get().len(),
            message,
        )
    }

    fn account_id(&self, raw: &RawValue, id: &str) -> Result<AccountId, ImportProblem> {
        id.parse::<AccountId>()
            .map_err(|error| self.wrong(raw, error.to_string()))
    }

    fn policy_id(&self, raw: &RawValue, id: &str) -> Result<OrganizationPolicyId, ImportProblem> {
        OrganizationPolicyId::new(id).map_err(|error| self.wrong(raw, error.to_string()))
    }

    fn parent(&self, raw: &RawValue, id: &str) -> Result<ParentId, ImportProblem> {
        ParentId::parse(id).ok_or_else(|| self.wrong(raw, format!("`{id}` is no root and no organizational unit")))
    }
}
