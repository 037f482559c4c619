//! The organization: roots, organizational units, accounts, and the policies that bound them.
//!
//! AWS: AWS Organizations User Guide, "Terminology and concepts".

mod levels;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bailiwick_grammar::{AccountId, PolicyType};
use thiserror::Error;

use crate::name::{length, pattern, text_types};
use crate::record::PolicyRecord;

pub use self::levels::{OrganizationError, OrganizationPath, PolicyLevel};

text_types! {
    /// The id of an organization: `o-…`.
    OrganizationId("organizationId", |text, parameter| prefixed(text, parameter, "o-"));
    /// The id of a root: `r-…`.
    RootId("rootId", |text, parameter| prefixed(text, parameter, "r-"));
    /// The id of an organizational unit: `ou-…-…`.
    OrganizationalUnitId("organizationalUnitId", |text, parameter| prefixed(text, parameter, "ou-"));
    /// The id of a policy of the organization: `p-…`.
    OrganizationPolicyId("policyId", |text, parameter| prefixed(text, parameter, "p-"));
}

/// An organization.
///
/// It may name parents or policies that it does not hold, as an export may: [`path_to`](Self::path_to) and
/// [`levels`](Self::levels) say so to whoever asks.
#[derive(Clone, Debug)]
pub struct Organization {
    id: OrganizationId,
    management_account: AccountId,
    feature_set: FeatureSet,
    pub(crate) roots: BTreeMap<RootId, Root>,
    pub(crate) organizational_units: BTreeMap<OrganizationalUnitId, OrganizationalUnit>,
    pub(crate) accounts: BTreeMap<AccountId, MemberAccount>,
    pub(crate) policies: BTreeMap<OrganizationPolicyId, OrganizationPolicy>,
    pub(crate) attachments: BTreeMap<TargetId, BTreeSet<OrganizationPolicyId>>,
    /// Accounts of others that are known by name.
    pub(crate) external_accounts: BTreeMap<AccountId, Box<str>>,
    /// Policies of which it is not known what they say, not even of which type they are, with the reason.
    pub(crate) unreadable_policies: BTreeMap<OrganizationPolicyId, Box<str>>,
    /// Accounts of which it is not known whether they are members.
    unplaced_accounts: BTreeSet<AccountId>,
}

/// What an organization is used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FeatureSet {
    /// Everything, policies included.
    All,
    /// One bill, and no policies.
    ConsolidatedBilling,
}

/// The root of the tree.
#[derive(Clone, Debug)]
pub struct Root {
    /// The id.
    pub id: RootId,
    /// The name.
    pub name: Box<str>,
    /// The types of policy that are in force below it.
    pub policy_types: BTreeSet<OrganizationPolicyType>,
}

/// An organizational unit.
#[derive(Clone, Debug)]
pub struct OrganizationalUnit {
    /// The id.
    pub id: OrganizationalUnitId,
    /// The name.
    pub name: Box<str>,
    /// The root or organizational unit that it is in.
    pub parent: ParentId,
}

/// An account as the organization sees it.
#[derive(Clone, Debug)]
pub struct MemberAccount {
    /// The id.
    pub id: AccountId,
    /// The name.
    pub name: Box<str>,
    /// Whether it is in use.
    pub status: AccountStatus,
    /// The root or organizational unit that it is in.
    pub parent: ParentId,
    /// The tags.
    pub tags: BTreeMap<Box<str>, Box<str>>,
}

/// Whether an account is in use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AccountStatus {
    /// It is in use.
    Active,
    /// Its owner closed it, or AWS suspended it.
    Suspended,
    /// It is being closed.
    PendingClosure,
    /// It is being set up.
    PendingActivation,
    /// It is closed.
    Closed,
}

/// What holds organizational units and accounts.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum ParentId {
    /// A root.
    Root(RootId),
    /// An organizational unit.
    OrganizationalUnit(OrganizationalUnitId),
}

/// What policies are attached to.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum TargetId {
    /// A root.
    Root(RootId),
    /// An organizational unit.
    OrganizationalUnit(OrganizationalUnitId),
    /// An account.
    Account(AccountId),
}

/// The types of policy of an organization that decide requests.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum OrganizationPolicyType {
    /// `SERVICE_CONTROL_POLICY`: bounds the principals of the accounts.
    ServiceControlPolicy,
    /// `RESOURCE_CONTROL_POLICY`: bounds what can be done to the resources of the accounts.
    ResourceControlPolicy,
}

/// A policy of an organization.
#[derive(Clone, Debug)]
pub struct OrganizationPolicy {
    /// The id.
    pub id: OrganizationPolicyId,
    /// The name.
    pub name: Box<str>,
    /// Its type and document; none of a type that decides no request, such as a tag policy.
    pub content: Option<(OrganizationPolicyType, PolicyContent)>,
}

/// The document of a policy, or why there is none.
#[derive(Clone, Debug)]
pub enum PolicyContent {
    /// The document.
    Document(PolicyRecord),
    /// The export's entry could not be read.
    Unreadable(Box<str>),
}

impl Organization {
    /// An organization of nothing but a management account.
    pub fn new(id: OrganizationId, management_account: AccountId, feature_set: FeatureSet) -> Self {
        Self {
            id,
            management_account,
            feature_set,
            roots: BTreeMap::new(),
            organizational_units: BTreeMap::new(),
            accounts: BTreeMap::new(),
            policies: BTreeMap::new(),
            attachments: BTreeMap::new(),
            external_accounts: BTreeMap::new(),
            unreadable_policies: BTreeMap::new(),
            unplaced_accounts: BTreeSet::new(),
        }
    }

    /// The id: `aws:PrincipalOrgID` of the requests of its principals.
    pub fn id(&self) -> &OrganizationId {
        &self.id
    }

    /// The account that owns the organization: neither SCPs bind its principals nor RCPs its resources.
    pub fn management_account(&self) -> AccountId {
        self.management_account
    }

    /// What the organization is used for.
    pub fn feature_set(&self) -> FeatureSet {
        self.feature_set
    }

    /// The roots; AWS gives an organization one.
    pub fn roots(&self) -> impl Iterator<Item = &Root> {
        self.roots.values()
    }

    /// The organizational units, in the order of their ids.
    pub fn organizational_units(&self) -> impl Iterator<Item = &OrganizationalUnit> {
        self.organizational_units.values()
    }

    /// The accounts, in the order of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = &MemberAccount> {
        self.accounts.values()
    }

    /// The account with that id, if it is in the organization.
    pub fn account(&self, id: AccountId) -> Option<&MemberAccount> {
        self.accounts.get(&id)
    }

    /// The policies, in the order of their ids.
    pub fn policies(&self) -> impl Iterator<Item = &OrganizationPolicy> {
        self.policies.values()
    }

    /// The ids of the policies that are attached to a root, organizational unit or account itself.
    pub fn attachments(&self, target: &TargetId) -> impl Iterator<Item = &OrganizationPolicyId> {
        self.attachments.get(target).into_iter().flatten()
    }

    /// Accounts outside the organization that are known by name.
    pub fn external_accounts(&self) -> &BTreeMap<AccountId, Box<str>> {
        &self.external_accounts
    }

    /// What an account is called, in the organization or outside.
    pub fn account_name(&self, id: AccountId) -> Option<&str> {
        let own = self.account(id).map(|account| &*account.name);
        own.or_else(|| self.external_accounts.get(&id).map(|name| &**name))
    }

    /// Whether the organization is said to hold an account, or to be of others than it.
    pub fn knows(&self, account: AccountId) -> bool {
        account == self.management_account
            || self.accounts.contains_key(&account)
            || self.external_accounts.contains_key(&account)
    }

    /// Notes that an account may be in the organization, at a place that nobody knows: it is not taken for one without SCPs and RCPs.
    pub fn add_unplaced_account(&mut self, account: AccountId) {
        self.unplaced_accounts.insert(account);
    }

    /// Adds a root, in the place of one with its id.
    pub fn add_root(&mut self, root: Root) {
        self.roots.insert(root.id.clone(), root);
    }

    /// Adds an organizational unit, in the place of one with its id.
    pub fn add_organizational_unit(&mut self, unit: OrganizationalUnit) {
        self.organizational_units.insert(unit.id.clone(), unit);
    }

    /// Adds an account, in the place of one with its id.
    pub fn add_account(&mut self, account: MemberAccount) {
        self.accounts.insert(account.id, account);
    }

    /// Adds a policy, in the place of one with its id.
    pub fn add_policy(&mut self, policy: OrganizationPolicy) {
        self.policies.insert(policy.id.clone(), policy);
    }

    /// Attaches a policy to a root, an organizational unit or an account.
    pub fn attach_policy(&mut self, target: TargetId, policy: OrganizationPolicyId) {
        self.attachments.entry(target).or_default().insert(policy);
    }
}

impl OrganizationPolicyType {
    /// The type of its documents.
    pub fn policy_type(self) -> PolicyType {
        match self {
            Self::ServiceControlPolicy => PolicyType::ServiceControlPolicy,
            Self::ResourceControlPolicy => PolicyType::ResourceControlPolicy,
        }
    }

    /// Reads a type as AWS writes it: one of these two, none that decides no request, or a word that AWS does not have.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, UnknownPolicyType> {
        match text {
            "SERVICE_CONTROL_POLICY" => Ok(Some(Self::ServiceControlPolicy)),
            "RESOURCE_CONTROL_POLICY" => Ok(Some(Self::ResourceControlPolicy)),
            _ if OTHER_POLICY_TYPES.contains(&text) => Ok(None),
            _ => Err(UnknownPolicyType(text.into())),
        }
    }
}

/// A word that is no type of policy that AWS has.
#[derive(Clone, Debug, Error)]
#[error("`{0}` is not a type of policy of an organization")]
pub(crate) struct UnknownPolicyType(Box<str>);

/// The types of policy that decide no request.
///
/// AWS: AWS Organizations API Reference, `PolicySummary`, `Type`.
const OTHER_POLICY_TYPES: [&str; 11] = [
    "TAG_POLICY",
    "BACKUP_POLICY",
    "AISERVICES_OPT_OUT_POLICY",
    "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "SECURITYHUB_POLICY",
    "INSPECTOR_POLICY",
    "UPGRADE_ROLLOUT_POLICY",
    "BEDROCK_POLICY",
    "S3_POLICY",
    "NETWORK_SECURITY_DIRECTOR_POLICY",
];

impl AccountStatus {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "ACTIVE" => Self::Active,
            "SUSPENDED" => Self::Suspended,
            "PENDING_CLOSURE" => Self::PendingClosure,
            "PENDING_ACTIVATION" => Self::PendingActivation,
            "CLOSED" => Self::Closed,
            _ => return None,
        })
    }
}

impl ParentId {
    /// Reads `r-…` or `ou-…`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match RootId::new(text) {
            Ok(root) => Some(Self::Root(root)),
            Err(_) => OrganizationalUnitId::new(text).ok().map(Self::OrganizationalUnit),
        }
    }
}

impl TargetId {
    /// Reads `r-…`, `ou-…` or an account id.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Ok(account) = text.parse() {
            return Some(Self::Account(account));
        }
        Some(match ParentId::parse(text)? {
            ParentId::Root(id) => Self::Root(id),
            ParentId::OrganizationalUnit(id) => Self::OrganizationalUnit(id),
        })
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Root(id) => id.as_str(),
            Self::OrganizationalUnit(id) => id.as_str(),
            Self::Account(id) => id.as_str(),
        }
    }
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// AWS's ids are a prefix and lower-case letters, digits, hyphens; those of policies have capitals and underscores too.
fn prefixed(text: &str, parameter: &str, prefix: &str) -> Result<(), crate::error::EntityError> {
    length(text, parameter, prefix.len() + 1, 130)?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let rest = text.strip_prefix(prefix);
    pattern(
        text,
        parameter,
        &format!("{prefix}[0-9A-Za-z_-]+"),
        rest.is_some_and(|rest| rest.bytes().all(legal)),
    )
}
