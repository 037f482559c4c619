//! Managed policies of an export.

use std::collections::BTreeMap;

use bailiwick_grammar::PolicyType;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Importer;
use crate::entity::{ManagedPolicy, PolicyVersion};
use crate::id::{PolicyArn, PolicyVersionId, UniqueId};
use crate::import::json::{RawList, Text, owned, tags, time};
use crate::import::problem::ImportProblem;

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "a managed policy: an object with `Arn`, `PolicyVersionList`, …"
)]
struct PolicyDetail<'t> {
    #[serde(borrow)]
    policy_name: Text<'t>,
    #[serde(borrow)]
    policy_id: Option<Text<'t>>,
    #[serde(borrow)]
    arn: Text<'t>,
    #[serde(borrow)]
    default_version_id: Option<Text<'t>>,
    #[serde(borrow)]
    policy_version_list: RawList<'t>,
    #[serde(borrow)]
    create_date: Option<&'t RawValue>,
    #[serde(borrow)]
    update_date: Option<&'t RawValue>,
    #[serde(borrow)]
    description: Option<Text<'t>>,
    #[serde(borrow)]
    tags: RawList<'t>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "a version of a policy: an object with `VersionId` and `Document`"
)]
struct VersionDetail<'t> {
    #[serde(borrow)]
    version_id: Text<'t>,
    #[serde(borrow)]
    document: &'t RawValue,
    is_default_version: Option<bool>,
    #[serde(borrow)]
    create_date: Option<&'t RawValue>,
}

impl<'t> Importer<'_, 't> {
    pub(super) fn managed_policy(&mut self, entry: &'t RawValue) -> Result<(), ImportProblem> {
        let detail: PolicyDetail<'t> = self.source.read(entry)?;
        let arn = self.named(entry, &detail.arn, PolicyArn::new)?;
        if arn.name() != &*detail.policy_name {
            return Err(self.wrong(
                entry,
                format!("{arn} is not the ARN of a policy of name `{}`", &*detail.policy_name),
            ));
        }
        if !arn.is_aws_managed() {
            self.path_in(entry, &detail.arn, "policy", arn.name())?;
        }
        if self.account.managed_policy(&arn).is_some() {
            let same = self.repeated(entry, &detail.arn, arn.as_str().into());
            if same.is_err() {
                if arn.is_aws_managed() {
                    self.account.aws_managed_policies.remove(&arn);
                } else {
                    self.account.customer_managed_policies.remove(arn.name());
                }
            }
            return same;
        }
        self.first(entry, &detail.arn)?;
        let id = detail
            .policy_id
            .map(|id| self.named(entry, &id, UniqueId::new))
            .transpose()?;
        let named = detail
            .default_version_id
            .map(|id| self.named(entry, &id, PolicyVersionId::new))
            .transpose()?;
        let (versions, marked) = self.versions(&arn, detail.policy_version_list);
        let Some(default) = named.or(marked) else {
            return Err(self.wrong(entry, "the policy has no default version".to_owned()));
        };
        let Some(policy) = ManagedPolicy::from_versions(arn.clone(), id, default, versions) else {
            return Err(self.wrong(
                entry,
                format!("the policy's default version {default} is not among its versions"),
            ));
        };
        let created = time(self.source, detail.create_date, arn.as_str());
        let updated = time(self.source, detail.update_date, arn.as_str());
        let mut policy = policy
            .with_dates(created, updated)
            .with_description(detail.description.as_deref().map(owned));
        tags(self.source, detail.tags, arn.as_str(), &mut policy.tags);
        if arn.is_aws_managed() {
            self.account.aws_managed_policies.insert(arn, policy);
        } else if let Some(held) = self.account.customer_managed_policies.get(arn.name()) {
            let message = format!("the account has a policy of this name already, {}", held.arn());
            return Err(self.wrong(entry, message));
        } else {
            self.account.customer_managed_policies.insert(arn.name(), policy);
        }
        Ok(())
    }

    /// The versions, and which of them is marked as the default.
    fn versions(
        &mut self,
        arn: &PolicyArn,
        list: RawList<'t>,
    ) -> (BTreeMap<PolicyVersionId, PolicyVersion>, Option<PolicyVersionId>) {
        let (mut versions, mut default) = (BTreeMap::new(), None);
        for raw in list.into_iter().flatten() {
            match self.version(arn, raw) {
                Err(problem) => self.source.report(problem.about(arn.as_str())),
                Ok((id, is_default, version)) => {
                    if is_default {
                        default = Some(id);
                    }
                    if versions.insert(id, version).is_some() {
                        self.source.error(
                            raw.get(),
                            arn.as_str(),
                            format!("version {id} occurs twice; the last one counts"),
                        );
                    }
                }
            }
        }
        (versions, default)
    }

    fn version(
        &mut self,
        arn: &PolicyArn,
        raw: &'t RawValue,
    ) -> Result<(PolicyVersionId, bool, PolicyVersion), ImportProblem> {
        let detail: VersionDetail<'t> = self.source.read(raw)?;
        let id = self.named(raw, &detail.version_id, PolicyVersionId::new)?;
        let record = self.source.document(
            self.store,
            detail.document,
            PolicyType::IdentityBasedPolicy,
            &format_args!("{arn} {id}"),
        );
        let create_date = time(self.source, detail.create_date, arn.as_str());
        Ok((
            id,
            detail.is_default_version.unwrap_or_default(),
            PolicyVersion { record, create_date },
        ))
    }
}
