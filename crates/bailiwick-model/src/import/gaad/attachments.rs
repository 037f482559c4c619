//! The policies that users, groups and roles have, and whether the export holds what they name.

use std::collections::BTreeMap;

use bailiwick_catalog::Catalog;
use bailiwick_grammar::{PolicyType, Severity};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Importer;
use crate::account::Account;
use crate::document::DocumentStore;
use crate::entity::{EntityPolicies, ManagedPolicy, PolicyVersion};
use crate::id::{PolicyArn, PolicyVersionId, Timestamp};
use crate::import::json::{RawList, Text};
use crate::import::problem::ImportProblem;
use crate::import::source::Source;
use crate::name::PolicyName;
use crate::record::{Origin, PolicyRecord};

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an inline policy: an object with `PolicyName` and `PolicyDocument`"
)]
struct InlineDetail<'t> {
    #[serde(borrow)]
    policy_name: Text<'t>,
    #[serde(borrow)]
    policy_document: &'t RawValue,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an attached policy: an object with `PolicyName` and `PolicyArn`"
)]
struct AttachedDetail<'t> {
    #[serde(borrow)]
    policy_arn: Text<'t>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object with `PermissionsBoundaryArn`")]
struct BoundaryDetail<'t> {
    #[serde(borrow)]
    permissions_boundary_arn: Text<'t>,
}

/// What kind of entity has a policy, as a message names it.
#[derive(Clone, Copy)]
pub(super) enum Holder {
    User,
    Group,
    Role,
}

/// What entries name and the export may lack, each with the place that names it first.
#[derive(Default)]
pub(super) struct References {
    /// The index of the file that is being read.
    pub(super) file: usize,
    policies: BTreeMap<PolicyArn, Reference>,
    groups: BTreeMap<Box<str>, Reference>,
}

struct Reference {
    file: usize,
    offset: usize,
    entity: Box<str>,
    /// How many entities name it.
    count: usize,
}

impl References {
    pub(super) fn group(&mut self, offset: usize, group: &str, entity: &str) {
        let file = self.file;
        let reference = self.groups.entry(group.to_ascii_lowercase().into());
        reference
            .or_insert_with(|| Reference {
                file,
                offset,
                entity: entity.into(),
                count: 0,
            })
            .count += 1;
    }

    fn policy(&mut self, offset: usize, policy: &PolicyArn, entity: &str) {
        if let Some(reference) = self.policies.get_mut(policy) {
            reference.count += 1;
            return;
        }
        let reference = Reference {
            file: self.file,
            offset,
            entity: entity.into(),
            count: 1,
        };
        self.policies.insert(policy.clone(), reference);
    }
}

impl<'t> Importer<'_, 't> {
    /// Inline and attached policies. What cannot be read is kept as a policy that cannot be used.
    pub(super) fn policies(
        &mut self,
        holder: Holder,
        arn: &str,
        inline: RawList<'t>,
        attached: RawList<'t>,
    ) -> EntityPolicies {
        let mut policies = EntityPolicies::default();
        for raw in inline.into_iter().flatten() {
            if let Err(problem) = self.inline(holder, arn, raw, &mut policies) {
                policies.add_unreadable(&self.policy_name(raw), &problem.to_string());
                self.source.report(problem.about(arn));
            }
        }
        for raw in attached.into_iter().flatten() {
            match self.attached(raw) {
                Ok(policy) => {
                    self.references.policy(self.source.offset_of(raw.get()), &policy, arn);
                    policies.attach(policy);
                }
                Err(problem) => {
                    policies.add_unreadable(&self.policy_name(raw), &problem.to_string());
                    self.source.report(problem.about(arn));
                }
            }
        }
        policies
    }

    /// What an entry calls its policy, as far as that can be read.
    fn policy_name(&self, raw: &'t RawValue) -> Box<str> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct OnlyName<'t> {
            #[serde(borrow)]
            policy_name: Text<'t>,
        }
        self.source
            .read::<OnlyName<'t>>(raw)
            .map_or("(without a name)".into(), |entry| (&*entry.policy_name).into())
    }

    /// The permissions boundary. One that cannot be read costs the whole entity: without it everything would be allowed.
    pub(super) fn boundary(
        &mut self,
        arn: &str,
        value: Option<&'t RawValue>,
    ) -> Result<Option<PolicyArn>, ImportProblem> {
        let Some(raw) = value else { return Ok(None) };
        let Some(detail) = self.source.read::<Option<BoundaryDetail<'t>>>(raw)? else {
            return Ok(None);
        };
        let policy = self.named(raw, &detail.permissions_boundary_arn, PolicyArn::new)?;
        self.references.policy(self.source.offset_of(raw.get()), &policy, arn);
        Ok(Some(policy))
    }

    fn inline(
        &mut self,
        holder: Holder,
        arn: &str,
        raw: &'t RawValue,
        policies: &mut EntityPolicies,
    ) -> Result<(), ImportProblem> {
        let detail: InlineDetail<'t> = self.source.read(raw)?;
        let name = self.named(raw, &detail.policy_name, PolicyName::new)?;
        let holder = match holder {
            Holder::User => "user",
            Holder::Group => "group",
            Holder::Role => "role",
        };
        let entity = Named {
            name: name.as_str(),
            holder,
            arn,
        };
        let record = self.source.document(
            self.store,
            detail.policy_document,
            PolicyType::IdentityBasedPolicy,
            &entity,
        );
        if policies.put(name.clone(), record).is_some() {
            return Err(self.wrong(raw, format!("inline policy `{name}` occurs twice")));
        }
        Ok(())
    }

    fn attached(&mut self, raw: &'t RawValue) -> Result<PolicyArn, ImportProblem> {
        let detail: AttachedDetail<'t> = self.source.read(raw)?;
        self.named(raw, &detail.policy_arn, PolicyArn::new)
    }
}

/// An inline policy as a message names it; written only where there is something to say.
struct Named<'a> {
    name: &'a str,
    holder: &'static str,
    arn: &'a str,
}

impl std::fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "inline policy `{}` of {} {}", self.name, self.holder, self.arn)
    }
}

/// Looks for everything that entries name: AWS managed policies that the export lacks are taken from the catalog; what is nowhere
/// is reported.
pub(super) fn resolve(
    account: &mut Account,
    references: References,
    sources: &mut [&mut Source<'_>],
    store: &dyn DocumentStore,
) {
    for (arn, reference) in references.policies {
        if account.managed_policy(&arn).is_some() || account.unreadable.contains_key(arn.as_str()) {
            continue;
        }
        let source = &mut *sources[reference.file];
        match from_catalog(&arn, store) {
            Some(policy) => {
                let message = format!(
                    "{arn} is not in the export; its version {} of the catalog is used",
                    policy.default_version()
                );
                report(source, Severity::Warning, &reference, message);
                account.aws_managed_policies.insert(arn, policy);
            }
            None => report(
                source,
                Severity::Error,
                &reference,
                format!("{arn} is not in the export"),
            ),
        }
    }
    for (name, reference) in references.groups {
        if !account.groups.contains(&name) {
            let source = &mut *sources[reference.file];
            report(
                source,
                Severity::Error,
                &reference,
                format!("group `{name}` is not in the export"),
            );
        }
    }
}

fn report(source: &mut Source<'_>, severity: Severity, reference: &Reference, message: String) {
    let message = match reference.count - 1 {
        0 => message,
        1 => format!("{message}; 1 more entity names it"),
        more => format!("{message}; {more} more entities name it"),
    };
    let problem = source.problem(severity, reference.offset, 0, message);
    source.report(problem.about(&reference.entity));
}

/// The policy as the catalog has it.
fn from_catalog(arn: &PolicyArn, store: &dyn DocumentStore) -> Option<ManagedPolicy> {
    let policy = Catalog::managed_policy_by_arn(arn.as_str())?;
    let version = PolicyVersionId::new(policy.default_version_id()).ok()?;
    let document = store.lower(policy.document(), PolicyType::IdentityBasedPolicy);
    let record = PolicyRecord::new(document, Origin::Catalog);
    let update_date = Timestamp::parse(policy.update_date());
    let versions = BTreeMap::from([(
        version,
        PolicyVersion {
            record,
            create_date: update_date,
        },
    )]);
    let managed = ManagedPolicy::from_versions(arn.clone(), None, version, versions)?;
    Some(managed.with_dates(Timestamp::parse(policy.create_date()), update_date))
}
