//! What a document is validated as.

use std::fmt;
use std::ops::BitOr;

use bailiwick_grammar::PolicyType;

/// What a document is validated as: `policyType` of `ValidatePolicy`, with `validatePolicyResourceType` where there is one.
///
/// AWS: API reference of Access Analyzer, `ValidatePolicy`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ValidatePolicyType {
    /// `IDENTITY_POLICY`: a policy of a user, a group or a role; a permissions boundary or a session policy too.
    IdentityPolicy,
    /// `RESOURCE_POLICY`: a policy of a resource. Where its type is known, more can be checked.
    ResourcePolicy(Option<ValidatePolicyResourceType>),
    /// `SERVICE_CONTROL_POLICY`
    ServiceControlPolicy,
    /// `RESOURCE_CONTROL_POLICY`
    ResourceControlPolicy,
}

/// The type of the resource that a policy belongs to: `validatePolicyResourceType` of `ValidatePolicy`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ValidatePolicyResourceType {
    /// `AWS::S3::Bucket`
    S3Bucket,
    /// `AWS::S3::AccessPoint`
    S3AccessPoint,
    /// `AWS::S3::MultiRegionAccessPoint`
    S3MultiRegionAccessPoint,
    /// `AWS::S3ObjectLambda::AccessPoint`
    S3ObjectLambdaAccessPoint,
    /// `AWS::IAM::AssumeRolePolicyDocument`: a role trust policy.
    AssumeRolePolicyDocument,
    /// `AWS::DynamoDB::Table`
    DynamoDbTable,
}

impl ValidatePolicyType {
    /// A role trust policy.
    pub const TRUST_POLICY: Self = Self::ResourcePolicy(Some(ValidatePolicyResourceType::AssumeRolePolicyDocument));

    /// The value of `policyType`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IdentityPolicy => "IDENTITY_POLICY",
            Self::ResourcePolicy(_) => "RESOURCE_POLICY",
            Self::ServiceControlPolicy => "SERVICE_CONTROL_POLICY",
            Self::ResourceControlPolicy => "RESOURCE_CONTROL_POLICY",
        }
    }

    /// The value of `validatePolicyResourceType`.
    pub fn resource_type(self) -> Option<ValidatePolicyResourceType> {
        match self {
            Self::ResourcePolicy(resource_type) => resource_type,
            Self::IdentityPolicy | Self::ServiceControlPolicy | Self::ResourceControlPolicy => None,
        }
    }

    /// The policy type whose grammar the document is held to.
    pub fn grammar(self) -> PolicyType {
        match self {
            Self::IdentityPolicy => PolicyType::IdentityBasedPolicy,
            Self::TRUST_POLICY => PolicyType::TrustPolicy,
            Self::ResourcePolicy(_) => PolicyType::ResourceBasedPolicy,
            Self::ServiceControlPolicy => PolicyType::ServiceControlPolicy,
            Self::ResourceControlPolicy => PolicyType::ResourceControlPolicy,
        }
    }

    /// The one kind of policy that the type is, as the registry of checks has it.
    pub(crate) fn kind(self) -> PolicyTypes {
        match self {
            Self::IdentityPolicy => PolicyTypes::IDENTITY,
            Self::TRUST_POLICY => PolicyTypes::TRUST,
            Self::ResourcePolicy(_) => PolicyTypes::RESOURCE,
            Self::ServiceControlPolicy => PolicyTypes::SERVICE_CONTROL,
            Self::ResourceControlPolicy => PolicyTypes::RESOURCE_CONTROL,
        }
    }
}

impl From<PolicyType> for ValidatePolicyType {
    /// What a policy of the given type is validated as. Access Analyzer knows fewer types than IAM evaluates.
    fn from(policy_type: PolicyType) -> Self {
        match policy_type {
            PolicyType::IdentityBasedPolicy | PolicyType::PermissionsBoundary | PolicyType::SessionPolicy => {
                Self::IdentityPolicy
            }
            PolicyType::ResourceBasedPolicy | PolicyType::VpcEndpointPolicy => Self::ResourcePolicy(None),
            PolicyType::TrustPolicy => Self::TRUST_POLICY,
            PolicyType::ServiceControlPolicy => Self::ServiceControlPolicy,
            PolicyType::ResourceControlPolicy => Self::ResourceControlPolicy,
        }
    }
}

impl ValidatePolicyResourceType {
    /// Every resource type.
    pub const ALL: [Self; 6] = [
        Self::S3Bucket,
        Self::S3AccessPoint,
        Self::S3MultiRegionAccessPoint,
        Self::S3ObjectLambdaAccessPoint,
        Self::AssumeRolePolicyDocument,
        Self::DynamoDbTable,
    ];

    /// The type as AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::S3Bucket => "AWS::S3::Bucket",
            Self::S3AccessPoint => "AWS::S3::AccessPoint",
            Self::S3MultiRegionAccessPoint => "AWS::S3::MultiRegionAccessPoint",
            Self::S3ObjectLambdaAccessPoint => "AWS::S3ObjectLambda::AccessPoint",
            Self::AssumeRolePolicyDocument => "AWS::IAM::AssumeRolePolicyDocument",
            Self::DynamoDbTable => "AWS::DynamoDB::Table",
        }
    }
}

impl fmt::Display for ValidatePolicyResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of kinds of policies: those that a check applies to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct PolicyTypes(u8);

impl PolicyTypes {
    /// Identity policies.
    pub const IDENTITY: Self = Self(1);
    /// Resource policies other than role trust policies.
    pub const RESOURCE: Self = Self(2);
    /// Role trust policies.
    pub const TRUST: Self = Self(4);
    /// Service control policies.
    pub const SERVICE_CONTROL: Self = Self(8);
    /// Resource control policies.
    pub const RESOURCE_CONTROL: Self = Self(16);
    /// Every kind.
    pub const ALL: Self = Self(31);
    /// Every kind that has resources.
    pub const WITH_RESOURCES: Self = Self(31 - 4);

    /// The kinds of either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a kind is in both.
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The names of the kinds, as the command line takes them: `identity`, `resource`, `trust`, `scp`, `rcp`.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        const NAMES: [(PolicyTypes, &str); 5] = [
            (PolicyTypes::IDENTITY, "identity"),
            (PolicyTypes::RESOURCE, "resource"),
            (PolicyTypes::TRUST, "trust"),
            (PolicyTypes::SERVICE_CONTROL, "scp"),
            (PolicyTypes::RESOURCE_CONTROL, "rcp"),
        ];
        NAMES
            .into_iter()
            .filter(move |(kind, _)| self.intersects(*kind))
            .map(|(_, name)| name)
    }
}

impl BitOr for PolicyTypes {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}
