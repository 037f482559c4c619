//! The kinds of policy that AWS evaluates.

use std::fmt;

/// The kind of a policy: what it is attached to decides which elements it may have and what it can do.
///
/// AWS: IAM User Guide, "Policies and permissions in AWS Identity and Access Management", policy types.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PolicyType {
    /// A managed or inline policy of a user, a group or a role.
    IdentityBasedPolicy,
    /// The managed policy that bounds what a user's or role's identity-based policies can grant.
    PermissionsBoundary,
    /// A policy passed when a session is created.
    SessionPolicy,
    /// A policy attached to a resource: a bucket policy, a key policy, a queue policy, ….
    ResourceBasedPolicy,
    /// The policy of a role that says who may assume it.
    TrustPolicy,
    /// An organization's bound on what the principals of its accounts can do.
    ServiceControlPolicy,
    /// An organization's bound on what can be done to the resources of its accounts.
    ResourceControlPolicy,
    /// The policy of a VPC endpoint.
    VpcEndpointPolicy,
}

impl PolicyType {
    /// Every policy type.
    pub const ALL: [Self; 8] = [
        Self::IdentityBasedPolicy,
        Self::PermissionsBoundary,
        Self::SessionPolicy,
        Self::ResourceBasedPolicy,
        Self::TrustPolicy,
        Self::ServiceControlPolicy,
        Self::ResourceControlPolicy,
        Self::VpcEndpointPolicy,
    ];

    /// The type as AWS's access-denied messages name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IdentityBasedPolicy => "identity-based policy",
            Self::PermissionsBoundary => "permissions boundary",
            Self::SessionPolicy => "session policy",
            Self::ResourceBasedPolicy => "resource-based policy",
            Self::TrustPolicy => "role trust policy",
            Self::ServiceControlPolicy => "service control policy",
            Self::ResourceControlPolicy => "resource control policy",
            Self::VpcEndpointPolicy => "VPC endpoint policy",
        }
    }

    /// The type with its article: `an identity-based policy`.
    pub(crate) fn with_article(self) -> String {
        let article = if self == Self::IdentityBasedPolicy { "an" } else { "a" };
        format!("{article} {}", self.as_str())
    }

    /// Whether IAM or AWS STS itself stores or takes the policy, and so checks it.
    pub(crate) fn is_checked_by_iam(self) -> bool {
        match self {
            Self::IdentityBasedPolicy | Self::PermissionsBoundary | Self::SessionPolicy | Self::TrustPolicy => true,
            Self::ResourceBasedPolicy
            | Self::ServiceControlPolicy
            | Self::ResourceControlPolicy
            | Self::VpcEndpointPolicy => false,
        }
    }
}

impl fmt::Display for PolicyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
