//! The policies of an organization or an account, validated.

use std::collections::BTreeMap;

use bailiwick_model::{Environment, ManagedPolicy, Origin, PolicyContent, PolicyRecord, PolicySource, Resource, Role};
use bailiwick_validate::{ValidatePolicyResourceType, ValidatePolicyType};
use rayon::prelude::*;

use super::file_text::FileText;
use super::report::{
    IncompleteReport, PolicyHolderKind, PolicyPlace, PolicyReport, ValidatedAs, is_json, validate_document,
};
use crate::load::ExportFile;

/// What was found in the policies of exports.
#[derive(Clone, Debug, Default)]
pub struct ExportReports {
    /// The policies, in the order of their files and of their places there.
    pub policies: Vec<PolicyReport>,
    /// What could not be read: the errors of the import but for those of documents.
    pub incomplete: Vec<IncompleteReport>,
    /// The policies that could not be validated.
    pub refused: Vec<IncompleteReport>,
}

/// Validates every policy that loaded exports hold: inline policies, the default versions of managed policies, trust policies, policies of
/// resources, SCPs and RCPs. A permissions boundary is a managed policy. AWS managed policies are AWS's: they are left out.
///
/// A document that is found several times is validated once and told of once. Places are those of the files.
pub fn validate_exports(environment: &Environment, files: &[ExportFile<'_>]) -> ExportReports {
    let texts: BTreeMap<&str, (usize, FileText<'_>)> = files
        .par_iter()
        .enumerate()
        .filter_map(|(number, file)| {
            let text = std::str::from_utf8(file.bytes).ok()?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            Some((file.name, (number, FileText::new(text))))
        })
        .collect();
    let documents: Vec<Result<PolicyReport, IncompleteReport>> = distinct(policies(environment))
        .into_par_iter()
        .map(|document| document.validate(&texts))
        .collect();
    let mut reports = ExportReports::default();
    for problem in environment.problems() {
        if problem.is_error() && !problem.is_about_document {
            reports.incomplete.push(IncompleteReport {
                file: problem.file.to_string(),
                message: problem.to_string(),
            });
        }
    }
    for document in documents {
        match document {
            Ok(report) => reports.policies.push(report),
            Err(report) => reports.refused.push(report),
        }
    }
    reports
}

/// The policies of organizations that are AWS's.
const AWS_MANAGED: [&str; 2] = ["p-FullAWSAccess", "p-RCPFullAWSAccess"];

/// A policy of an export.
struct Found<'e> {
    kind: PolicyHolderKind,
    entity: &'e str,
    policy: Option<&'e str>,
    version: Option<String>,
    policy_type: ValidatePolicyType,
    record: &'e PolicyRecord,
}

/// Policies with one and the same document; the first in the order of the files, and the others.
struct Document<'e> {
    first: Found<'e>,
    others: Vec<Found<'e>>,
}

/// Every policy, in the order of files and places.
fn policies(environment: &Environment) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    if let Some(organization) = environment.organization() {
        let own = organization
            .policies()
            .filter(|policy| !AWS_MANAGED.contains(&policy.id.as_str()));
        for policy in own {
            if let Some((policy_type, PolicyContent::Document(record))) = &policy.content {
                found.push(Found {
                    kind: PolicyHolderKind::Organization,
                    entity: policy.id.as_str(),
                    policy: Some(&policy.name),
                    version: None,
                    policy_type: policy_type.policy_type().into(),
                    record,
                });
            }
        }
    }
    for account in environment.accounts() {
        let users = account.users().iter().map(|user| (user.arn(), user.policies()));
        let groups = account.groups().iter().map(|group| (group.arn(), group.policies()));
        let roles = account.roles().iter().map(|role| (role.arn(), role.policies()));
        for (entity, policies) in users.chain(groups).chain(roles) {
            found.extend(policies.inline().iter().map(|(name, record)| Found {
                kind: PolicyHolderKind::Inline,
                entity,
                policy: Some(name.as_str()),
                version: None,
                policy_type: ValidatePolicyType::IdentityPolicy,
                record,
            }));
        }
        found.extend(account.roles().iter().filter_map(trust_policy));
        found.extend(account.customer_managed_policies().iter().map(managed_policy));
    }
    found.extend(environment.resources().filter_map(resource_policy));
    found.sort_by_key(Found::order);
    found
}

fn managed_policy(policy: &ManagedPolicy) -> Found<'_> {
    Found {
        kind: PolicyHolderKind::Managed,
        entity: policy.arn().as_str(),
        policy: Some(policy.name()),
        version: Some(policy.default_version().to_string()),
        policy_type: ValidatePolicyType::IdentityPolicy,
        record: policy.default_document(),
    }
}

fn trust_policy(role: &Role) -> Option<Found<'_>> {
    Some(Found {
        kind: PolicyHolderKind::Trust,
        entity: role.arn(),
        policy: None,
        version: None,
        policy_type: ValidatePolicyType::TRUST_POLICY,
        record: role.trust_policy().record()?,
    })
}

fn resource_policy(resource: &Resource) -> Option<Found<'_>> {
    let policy = resource.policy()?;
    let record = policy.record()?;
    let PolicySource::Resource { resource: entity } = policy.source() else {
        return None;
    };
    let known = ValidatePolicyResourceType::ALL
        .into_iter()
        .find(|known| known.as_str() == &*resource.resource_type);
    let policy_type = match ValidatePolicyType::from(record.document().policy_type()) {
        ValidatePolicyType::ResourcePolicy(None) => ValidatePolicyType::ResourcePolicy(known),
        other => other,
    };
    Some(Found {
        kind: PolicyHolderKind::Resource,
        entity,
        policy: None,
        version: None,
        policy_type,
        record,
    })
}

/// Brings policies together that have one document.
fn distinct(found: Vec<Found<'_>>) -> Vec<Document<'_>> {
    let mut known: BTreeMap<(ValidatePolicyType, &str), usize> = BTreeMap::new();
    let mut documents: Vec<Document<'_>> = Vec::new();
    for policy in found {
        let record: &PolicyRecord = policy.record;
        let index = *known
            .entry((policy.policy_type, record.document().text()))
            .or_insert(documents.len());
        match documents.get_mut(index) {
            Some(document) => document.others.push(policy),
            None => documents.push(Document {
                first: policy,
                others: Vec::new(),
            }),
        }
    }
    documents
}

impl Found<'_> {
    fn order(&self) -> (String, u32, u32) {
        match self.record.origin() {
            Origin::File { file, start, .. } => (file.to_string(), start.line, start.column),
            Origin::Catalog | Origin::Request => (String::new(), 0, 0),
        }
    }

    fn place(&self, texts: &BTreeMap<&str, (usize, FileText<'_>)>) -> PolicyPlace {
        let (file, start, encoded) = match self.record.origin() {
            Origin::File { file, start, encoded } => (&**file, Some(*start), *encoded),
            Origin::Catalog | Origin::Request => ("", None, true),
        };
        let start = start
            .zip(texts.get(file))
            .map(|(start, (_, text))| text.start(start).position);
        PolicyPlace {
            file: file.to_owned(),
            kind: Some(self.kind),
            entity: Some(self.entity.to_owned()),
            policy: self.policy.map(str::to_owned),
            version: self.version.clone(),
            start,
            encoded,
        }
    }
}

impl Document<'_> {
    fn validate(&self, texts: &BTreeMap<&str, (usize, FileText<'_>)>) -> Result<PolicyReport, IncompleteReport> {
        let text = self.first.record.document().text();
        let place = self.first.place(texts);
        let mut findings = validate_document(text, self.first.policy_type).map_err(|error| {
            let at = place
                .start
                .map_or(String::new(), |start| format!(":{}:{}", start.line, start.column + 1));
            IncompleteReport {
                message: format!("{}{at}: {}: {error}", place.file, place.title().unwrap_or_default()),
                file: place.file.clone(),
            }
        })?;
        let is_json = is_json(text);
        if let (
            Origin::File {
                file,
                start,
                encoded: false,
            },
            Some((_, start_of)),
        ) = (self.first.record.origin(), texts.get(&*place.file))
        {
            debug_assert_eq!(**file, *place.file);
            let start = start_of.start(*start);
            for location in findings.iter_mut().flat_map(|finding| &mut finding.locations) {
                start.shift(location);
            }
        }
        Ok(PolicyReport {
            decoded: place.encoded.then(|| text.to_owned()),
            text: texts.get(&*place.file).map_or(0, |&(number, _)| number),
            place,
            validated_as: ValidatedAs {
                policy_type: self.first.policy_type,
                because: None,
            },
            also_in: self.others.iter().map(|other| other.place(texts)).collect(),
            findings,
            is_json,
        })
    }
}
