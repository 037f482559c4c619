//! The kinds of principals, as far as they matter for how policies combine.

use bailiwick_grammar::PolicyType;
use bailiwick_policy::{ContextValueRef, Principal, RequestContext};

use super::{AccessSet, Verdict};

/// Who asks, as far as it matters for how policies combine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PrincipalKind {
    /// Nobody, an AWS service, or someone an identity provider vouches for: no identity-based policies and no account of their own.
    Outside,
    /// A root user.
    Root,
    /// A session of a member account's root user, made by `AssumeRoot`: its task policy bounds it.
    AssumedRoot,
    /// A user.
    User,
    /// A role session.
    RoleSession,
    /// A session made by `GetFederationToken`.
    FederatedUser,
}

impl PrincipalKind {
    /// The kind of a principal. Whether a root user came by `AssumeRoot`, the key `aws:AssumedRoot` says.
    ///
    /// AWS: IAM User Guide, "AWS global condition context keys", `aws:AssumedRoot`.
    pub fn of(principal: &Principal, context: &RequestContext) -> Self {
        use bailiwick_grammar::PrincipalIdentity as Identity;
        match principal {
            Principal::Anonymous | Principal::Service(_) | Principal::Federated(_) => Self::Outside,
            Principal::Aws(caller) => match caller.arn.identity {
                Identity::Root if is_true(context.by_name("aws:AssumedRoot")) => Self::AssumedRoot,
                Identity::Root => Self::Root,
                Identity::User { .. } => Self::User,
                Identity::Role { .. } | Identity::AssumedRole { .. } => Self::RoleSession,
                Identity::FederatedUser { .. } => Self::FederatedUser,
            },
        }
    }
}

impl PrincipalKind {
    /// Whether it is a root user, in a session or not: allowed everything that nothing else bounds.
    pub fn is_root(self) -> bool {
        matches!(self, Self::Root | Self::AssumedRoot)
    }

    /// Whether it has no permissions of its own without a session policy.
    pub fn needs_session_policy(self) -> bool {
        matches!(self, Self::FederatedUser | Self::AssumedRoot)
    }

    /// What a principal's session policies say, of which `grants` tells whether any has an Allow statement.
    ///
    /// The task policies that AWS has for root sessions only deny: what they do not deny they leave.
    ///
    /// AWS: "Perform a privileged task on an AWS Organizations member account".
    pub fn session_verdict<S: AccessSet>(self, said: Verdict<S>, grants: bool) -> Verdict<S> {
        if self == Self::AssumedRoot && !grants {
            Verdict {
                allowed: S::everything(),
                ..said
            }
        } else {
            said
        }
    }

    /// Whether policies of a type can say anything about such a principal.
    ///
    /// AWS: SCPs apply to the principals of accounts, permissions boundaries to users and roles, session policies to sessions.
    pub fn is_subject_to(self, policy_type: PolicyType) -> bool {
        match policy_type {
            PolicyType::IdentityBasedPolicy | PolicyType::PermissionsBoundary => match self {
                Self::Outside | Self::Root | Self::AssumedRoot => false,
                Self::User | Self::RoleSession | Self::FederatedUser => true,
            },
            PolicyType::SessionPolicy => match self {
                Self::Outside | Self::Root | Self::User => false,
                Self::RoleSession | Self::FederatedUser | Self::AssumedRoot => true,
            },
            PolicyType::ServiceControlPolicy => self != Self::Outside,
            PolicyType::ResourceBasedPolicy
            | PolicyType::TrustPolicy
            | PolicyType::ResourceControlPolicy
            | PolicyType::VpcEndpointPolicy => true,
        }
    }
}

fn is_true(value: Option<ContextValueRef<'_>>) -> bool {
    matches!(value, Some(ContextValueRef::Single(value)) if value.eq_ignore_ascii_case("true"))
}
