//! Which policies of an organization bound an account: those of its root, of each organizational unit down to it, its own.

use std::fmt;

use bailiwick_grammar::AccountId;
use thiserror::Error;

use super::{
    FeatureSet, MemberAccount, Organization, OrganizationId, OrganizationPolicyId, OrganizationPolicyType,
    OrganizationalUnit, ParentId, PolicyContent, Root, TargetId,
};
use crate::record::{AppliedPolicy, Missing, PolicySource};

/// Where in an organization an account is: root, organizational units from the top down, account.
#[derive(Clone, Debug)]
pub struct OrganizationPath<'a> {
    organization: &'a OrganizationId,
    root: &'a Root,
    units: Vec<&'a OrganizationalUnit>,
    account: &'a MemberAccount,
}

/// The policies of one level: of the root, of one organizational unit, or of the account itself.
#[derive(Clone, Debug)]
pub struct PolicyLevel<'a> {
    /// What the policies are attached to.
    pub target: TargetId,
    /// Its name.
    pub name: &'a str,
    /// The policies. A level without any allows nothing.
    pub policies: Vec<AppliedPolicy<'a>>,
}

/// The organization does not say where an account is.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum OrganizationError {
    /// The account is not in the organization.
    #[error("account {0} is not in the organization")]
    NotAMember(AccountId),
    /// There is an export of the account, and the organization neither holds it nor knows it as an account of others.
    #[error("account {0} is not in the organization's export: which SCPs and RCPs bound it is not known")]
    Unplaced(AccountId),
    /// A parent is named that the organization does not hold.
    #[error("account {account} is below {parent}, which is not in the organization's export")]
    MissingParent {
        /// The account.
        account: AccountId,
        /// The id of the root or organizational unit.
        parent: String,
    },
    /// Organizational units contain each other.
    #[error("account {account} is below organizational unit {unit}, which is below itself")]
    Cycle {
        /// The account.
        account: AccountId,
        /// The id of the organizational unit.
        unit: String,
    },
}

impl Organization {
    /// The way from the root to an account.
    ///
    /// # Errors
    ///
    /// Where the account is not in the organization, or the export lacks something on the way.
    pub fn path_to(&self, account: AccountId) -> Result<OrganizationPath<'_>, OrganizationError> {
        let Some(member) = self.account(account) else {
            return Err(if self.unplaced_accounts.contains(&account) {
                OrganizationError::Unplaced(account)
            } else {
                OrganizationError::NotAMember(account)
            });
        };
        let missing = |parent: &str| OrganizationError::MissingParent {
            account,
            parent: parent.to_owned(),
        };
        let mut units: Vec<&OrganizationalUnit> = Vec::new();
        let mut parent = &member.parent;
        loop {
            match parent {
                ParentId::Root(id) => {
                    let root = self.roots.get(id).ok_or_else(|| missing(id.as_str()))?;
                    units.reverse();
                    return Ok(OrganizationPath {
                        organization: &self.id,
                        root,
                        units,
                        account: member,
                    });
                }
                ParentId::OrganizationalUnit(id) => {
                    // A tree cannot be deeper than it has units.
                    if units.len() > self.organizational_units.len() {
                        return Err(OrganizationError::Cycle {
                            account,
                            unit: id.to_string(),
                        });
                    }
                    let unit = self.organizational_units.get(id).ok_or_else(|| missing(id.as_str()))?;
                    units.push(unit);
                    parent = &unit.parent;
                }
            }
        }
    }

    /// The policies of a type that bound an account, level by level from the root down; no levels where the type is not in
    /// force. The exemption of the management account is left to the reader.
    ///
    /// AWS: AWS Organizations User Guide, "SCP evaluation", "RCP evaluation".
    ///
    /// # Errors
    ///
    /// As [`path_to`](Self::path_to). A policy that is attached and not known is not left out: it is in its level, and cannot
    /// be used.
    pub fn levels(
        &self,
        account: AccountId,
        policy_type: OrganizationPolicyType,
    ) -> Result<Vec<PolicyLevel<'_>>, OrganizationError> {
        let path = self.path_to(account)?;
        if self.feature_set == FeatureSet::ConsolidatedBilling || !path.root.policy_types.contains(&policy_type) {
            return Ok(Vec::new());
        }
        let root = (TargetId::Root(path.root.id.clone()), &*path.root.name);
        let units = path
            .units
            .iter()
            .map(|unit| (TargetId::OrganizationalUnit(unit.id.clone()), &*unit.name));
        let own = (TargetId::Account(account), &*path.account.name);
        let targets = std::iter::once(root).chain(units).chain(std::iter::once(own));
        Ok(targets
            .map(|(target, name)| self.level(target, name, policy_type))
            .collect())
    }

    fn level<'a>(&'a self, target: TargetId, name: &'a str, policy_type: OrganizationPolicyType) -> PolicyLevel<'a> {
        // The applied policies borrow the key of the map: `target` itself is moved out.
        let attached = self.attachments.get_key_value(&target);
        let policies = attached
            .into_iter()
            .flat_map(|(target, ids)| ids.iter().map(move |id| (target.as_str(), id)));
        let policies = policies
            .filter_map(|(target, id)| self.applied(target, id, policy_type))
            .collect();
        PolicyLevel { target, name, policies }
    }

    fn applied<'a>(
        &'a self,
        target: &'a str,
        id: &'a OrganizationPolicyId,
        policy_type: OrganizationPolicyType,
    ) -> Option<AppliedPolicy<'a>> {
        let source = PolicySource::Organization {
            policy: id.as_str(),
            target,
        };
        if let Some(why) = self.unreadable_policies.get(id) {
            // Of whatever type it is: it may be the one asked for.
            return Some(AppliedPolicy::missing(id.as_str(), source, Missing::Unreadable(why)));
        }
        let Some(policy) = self.policies.get(id) else {
            // Of whatever type it is: it may be the one asked for.
            return Some(AppliedPolicy::missing(id.as_str(), source, Missing::NotInExport));
        };
        match &policy.content {
            Some((found, content)) if *found == policy_type => Some(match content {
                PolicyContent::Document(record) => AppliedPolicy::new(&policy.name, source, record),
                PolicyContent::Unreadable(why) => {
                    AppliedPolicy::missing(&policy.name, source, Missing::Unreadable(why))
                }
            }),
            Some(_) | None => None,
        }
    }
}

impl<'a> OrganizationPath<'a> {
    /// The root.
    pub fn root(&self) -> &'a Root {
        self.root
    }

    /// The organizational units from the top down; none for an account right below the root.
    pub fn organizational_units(&self) -> &[&'a OrganizationalUnit] {
        &self.units
    }

    /// The account.
    pub fn account(&self) -> &'a MemberAccount {
        self.account
    }
}

/// The path as `aws:PrincipalOrgPaths` has it: `o-…/r-…/ou-…/ou-…/`.
impl fmt::Display for OrganizationPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/", self.organization, self.root.id)?;
        self.units.iter().try_for_each(|unit| write!(f, "{}/", unit.id))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::*;
    use super::*;

    const ACCOUNT: &str = "333344445555";

    fn organization() -> Organization {
        let management = "111122223333".parse().unwrap();
        let mut organization = Organization::new(
            OrganizationId::new("o-a1b2c3d4e5").unwrap(),
            management,
            FeatureSet::All,
        );
        let root = RootId::new("r-ab12").unwrap();
        organization.add_root(Root {
            id: root.clone(),
            name: "Root".into(),
            policy_types: BTreeSet::from([OrganizationPolicyType::ServiceControlPolicy]),
        });
        let unit = |id: &str, parent: ParentId| OrganizationalUnit {
            id: OrganizationalUnitId::new(id).unwrap(),
            name: id.into(),
            parent,
        };
        organization.add_organizational_unit(unit("ou-ab12-11111111", ParentId::Root(root)));
        let parent = ParentId::parse("ou-ab12-11111111").unwrap();
        organization.add_organizational_unit(unit("ou-ab12-22222222", parent));
        organization.add_account(MemberAccount {
            id: ACCOUNT.parse().unwrap(),
            name: "data".into(),
            status: AccountStatus::Active,
            parent: ParentId::parse("ou-ab12-22222222").unwrap(),
            tags: BTreeMap::new(),
        });
        organization
    }

    #[test]
    fn a_path_is_written_as_principal_org_paths_has_it() {
        // AWS: "AWS global condition context keys", aws:PrincipalOrgPaths.
        let organization = organization();
        let path = organization.path_to(ACCOUNT.parse().unwrap()).unwrap();
        assert_eq!(
            path.to_string(),
            "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/"
        );
    }

    #[test]
    fn every_level_is_there_even_without_a_policy() {
        let organization = organization();
        let account = ACCOUNT.parse().unwrap();
        let levels = organization
            .levels(account, OrganizationPolicyType::ServiceControlPolicy)
            .unwrap();
        let targets: Vec<_> = levels.iter().map(|level| level.target.as_str()).collect();
        assert_eq!(targets, ["r-ab12", "ou-ab12-11111111", "ou-ab12-22222222", ACCOUNT]);
        let levels = organization
            .levels(account, OrganizationPolicyType::ResourceControlPolicy)
            .unwrap();
        assert!(levels.is_empty(), "RCPs are not enabled on the root");
    }

    #[test]
    fn an_attached_policy_that_is_not_known_is_in_its_level_and_broken() {
        let mut organization = organization();
        let target = TargetId::parse("ou-ab12-22222222").unwrap();
        organization.attach_policy(target, OrganizationPolicyId::new("p-12345678").unwrap());
        let levels = organization
            .levels(ACCOUNT.parse().unwrap(), OrganizationPolicyType::ServiceControlPolicy)
            .unwrap();
        let broken = levels[2].policies[0].policy().unwrap_err();
        let message =
            "policy `p-12345678` (p-12345678) attached to ou-ab12-22222222 cannot be used: it is not in the export";
        assert_eq!(broken.to_string(), message);
    }

    #[test]
    fn an_account_elsewhere_a_lost_parent_and_a_circle_are_errors() {
        let mut organization = organization();
        let account: AccountId = ACCOUNT.parse().unwrap();
        let other = "999988887777".parse().unwrap();
        assert_eq!(
            organization.path_to(other).unwrap_err(),
            OrganizationError::NotAMember(other)
        );
        let outer = OrganizationalUnitId::new("ou-ab12-11111111").unwrap();
        organization.add_organizational_unit(OrganizationalUnit {
            id: outer.clone(),
            name: "outer".into(),
            parent: ParentId::parse("ou-ab12-22222222").unwrap(),
        });
        assert!(matches!(
            organization.path_to(account),
            Err(OrganizationError::Cycle { .. })
        ));
        organization.organizational_units.remove(&outer);
        assert!(matches!(
            organization.path_to(account),
            Err(OrganizationError::MissingParent { .. })
        ));
    }
}
