//! Resources: what is protected, with the policy that it carries.

mod owner;

use std::collections::BTreeMap;

use bailiwick_grammar::{AccountId, PolicyType};

use crate::record::{AppliedPolicy, Missing, PolicyRecord, PolicySource};

pub(crate) use self::owner::owning_resource;

/// A resource that an export describes.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The ARN.
    pub arn: Box<str>,
    /// The type as AWS `CloudFormation` names it: `AWS::S3::Bucket`.
    pub resource_type: Box<str>,
    /// The account that owns it.
    pub account: AccountId,
    /// The region that it is in.
    pub region: Option<Box<str>>,
    /// Its name.
    pub name: Box<str>,
    /// The tags: `aws:ResourceTag/…` of requests to it.
    pub tags: BTreeMap<Box<str>, Box<str>>,
    /// What S3 holds back of what its policy and ACLs grant.
    pub public_access_block: Option<PublicAccessBlock>,
    /// The KMS key that encrypts it.
    pub kms_key_id: Option<Box<str>>,
    /// The grants of a KMS key.
    pub grants: Vec<KmsGrant>,
    pub(crate) policy: ResourcePolicy,
}

/// The policy of a resource, as far as it is known.
#[derive(Clone, Debug)]
pub(crate) enum ResourcePolicy {
    None,
    Document(PolicyRecord),
    Unreadable(Box<str>),
}

/// The four switches of S3 Block Public Access.
///
/// AWS: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "AWS's own fields, each a switch of its own"
)]
pub struct PublicAccessBlock {
    /// New public ACLs are refused.
    pub block_public_acls: bool,
    /// Public ACLs grant nothing.
    pub ignore_public_acls: bool,
    /// New public bucket policies are refused.
    pub block_public_policy: bool,
    /// A public bucket policy grants only to AWS services and to principals of the bucket's account.
    pub restrict_public_buckets: bool,
}

/// A grant of a KMS key.
///
/// AWS: AWS KMS API Reference, `GrantListEntry`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KmsGrant {
    /// The id.
    pub grant_id: Box<str>,
    /// Who may use the key: an ARN or a service principal.
    pub grantee_principal: Box<str>,
    /// Who may retire the grant.
    pub retiring_principal: Option<Box<str>>,
    /// What the grantee may do: `Decrypt`, `GenerateDataKey`, ….
    pub operations: Vec<Box<str>>,
    /// Pairs that the encryption context must have.
    pub encryption_context_subset: BTreeMap<Box<str>, Box<str>>,
    /// The pairs that the encryption context must be.
    pub encryption_context_equals: Option<BTreeMap<Box<str>, Box<str>>>,
}

impl Resource {
    /// A resource without tags and policy.
    pub fn new(arn: &str, resource_type: &str, account: AccountId) -> Self {
        Self {
            arn: arn.into(),
            resource_type: resource_type.into(),
            account,
            region: None,
            name: arn.rsplit([':', '/']).next().unwrap_or_default().into(),
            tags: BTreeMap::new(),
            public_access_block: None,
            kms_key_id: None,
            grants: Vec::new(),
            policy: ResourcePolicy::None,
        }
    }

    /// Puts a policy on the resource, in the place of an earlier one.
    pub fn put_policy(&mut self, policy: PolicyRecord) {
        self.policy = ResourcePolicy::Document(policy);
    }

    /// Whether two entries of one resource say the same of its owner and its policy.
    pub(crate) fn is_bound_as(&self, other: &Self) -> bool {
        let same_policy = match (&self.policy, &other.policy) {
            (ResourcePolicy::None, ResourcePolicy::None) => true,
            (ResourcePolicy::Document(one), ResourcePolicy::Document(two)) => {
                one.document().text() == two.document().text()
            }
            (ResourcePolicy::None | ResourcePolicy::Document(_) | ResourcePolicy::Unreadable(_), _) => false,
        };
        same_policy && self.account == other.account
    }

    /// The policy that the resource carries; none where it carries none.
    ///
    /// Where the export's entry could not be read, there is a policy, and it cannot be used.
    pub fn policy(&self) -> Option<AppliedPolicy<'_>> {
        let source = PolicySource::Resource { resource: &self.arn };
        match &self.policy {
            ResourcePolicy::None => None,
            ResourcePolicy::Document(record) => Some(AppliedPolicy::new(&self.name, source, record)),
            ResourcePolicy::Unreadable(why) => {
                Some(AppliedPolicy::missing(&self.name, source, Missing::Unreadable(why)))
            }
        }
    }
}

/// The type that the policy of a resource has: a VPC endpoint's is of a type of its own.
pub(crate) fn policy_type_of(resource_type: &str) -> PolicyType {
    if resource_type == "AWS::EC2::VPCEndpoint" {
        PolicyType::VpcEndpointPolicy
    } else {
        PolicyType::ResourceBasedPolicy
    }
}
