//! How much an account may hold.
//!
//! AWS: IAM User Guide, "IAM and AWS STS quotas".

use std::collections::BTreeMap;

use bailiwick_grammar::{MANAGED_POLICY_SIZE, ROLE_TRUST_POLICY_SIZE};

use crate::error::EntityError;

macro_rules! quotas {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $default:expr, $maximum:expr;)*) => {
        /// A quota of IAM.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Quota {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Quota {
            /// Every quota.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name that AWS's messages use.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What every account starts with.
            pub fn default_value(self) -> u32 {
                match self {
                    $(Self::$variant => $default,)*
                }
            }

            /// What AWS may raise it to; the default where it cannot be raised.
            pub fn maximum(self) -> u32 {
                match self {
                    $(Self::$variant => $maximum,)*
                }
            }
        }
    };
}

// The names are those of AWS's messages where one is known, else of GetAccountSummary.
quotas! {
    /// Users in an account.
    UsersPerAccount = "UsersPerAccount", 5_000, 5_000;
    /// Groups in an account.
    GroupsPerAccount = "GroupsPerAccount", 300, 500;
    /// Roles in an account. Service-linked roles count, but may exceed it.
    RolesPerAccount = "RolesPerAccount", 1_000, 10_000;
    /// Customer managed policies in an account.
    PoliciesPerAccount = "PoliciesPerAccount", 1_500, 10_000;
    /// Instance profiles in an account.
    InstanceProfilesPerAccount = "InstanceProfilesPerAccount", 1_000, 10_000;
    /// Server certificates in an account.
    ServerCertificatesPerAccount = "ServerCertificatesPerAccount", 20, 20;
    /// OpenID Connect identity providers in an account.
    OpenIdConnectProvidersPerAccount = "OpenIdConnectProvidersPerAccount", 100, 700;
    /// SAML identity providers in an account.
    SamlProvidersPerAccount = "SAMLProvidersPerAccount", 100, 100;
    /// Managed policies attached to a user.
    PoliciesPerUser = "PoliciesPerUser", 10, 20;
    /// Managed policies attached to a group.
    PoliciesPerGroup = "PoliciesPerGroup", 10, 10;
    /// Managed policies attached to a role.
    PoliciesPerRole = "PoliciesPerRole", 20, 25;
    /// Groups that a user is in.
    GroupsPerUser = "GroupsPerUser", 10, 10;
    /// Versions of a managed policy.
    VersionsPerPolicy = "VersionsPerPolicy", 5, 5;
    /// Characters of a managed policy, white space not counted.
    PolicySize = "PolicySize", MANAGED_POLICY_SIZE, MANAGED_POLICY_SIZE;
    /// Characters of all inline policies of a user, white space not counted.
    UserPolicySize = "UserPolicySize", 2_048, 2_048;
    /// Characters of all inline policies of a group, white space not counted.
    GroupPolicySize = "GroupPolicySize", 5_120, 5_120;
    /// Characters of all inline policies of a role, white space not counted.
    RolePolicySize = "RolePolicySize", 10_240, 10_240;
    /// Characters of a trust policy, white space not counted.
    AssumeRolePolicySize = "ACLSizePerRole", ROLE_TRUST_POLICY_SIZE, 8_192;
    /// Access keys of a user.
    AccessKeysPerUser = "AccessKeysPerUser", 2, 2;
    /// Signing certificates of a user.
    SigningCertificatesPerUser = "CertificatesPerUser", 2, 2;
    /// SSH public keys of a user.
    SshPublicKeysPerUser = "SSHPublicKeysPerUser", 5, 5;
    /// Service-specific credentials of a user for one service.
    ServiceSpecificCredentialsPerUser = "ServiceSpecificCredentialsPerUser", 2, 2;
    /// MFA devices of a user.
    MfaDevicesPerUser = "MFADevicesPerUser", 8, 8;
    /// Roles in an instance profile.
    RolesPerInstanceProfile = "InstanceSessionsPerInstanceProfile", 1, 1;
    /// Tags of a user, a role, a policy, ….
    TagsPerResource = "TagsPerResource", 50, 50;
    /// Client ids of an OpenID Connect identity provider.
    ClientIdsPerOpenIdConnectProvider = "ClientIdsPerOpenIdConnectProvider", 100, 100;
    /// Thumbprints of an OpenID Connect identity provider.
    ThumbprintsPerOpenIdConnectProvider = "ThumbprintsPerOpenIdConnectProvider", 5, 5;
}

/// The quotas of one account: AWS's defaults, and what AWS Support raised.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Quotas {
    /// INVARIANT: each value lies between the quota's default and its maximum.
    raised: BTreeMap<Quota, u32>,
}

impl Quotas {
    /// What the account may hold.
    pub fn limit(&self, quota: Quota) -> u32 {
        self.raised
            .get(&quota)
            .copied()
            .unwrap_or_else(|| quota.default_value())
    }

    /// Raises a quota, as AWS Support does on request.
    ///
    /// # Errors
    ///
    /// `InvalidInput` where AWS does not set this quota to such a value.
    pub fn raise(&mut self, quota: Quota, value: u32) -> Result<(), EntityError> {
        let range = quota.default_value()..=quota.maximum();
        if !range.contains(&value) {
            let (from, to) = (range.start(), range.end());
            let message = format!(
                "The quota {} can be set from {from} to {to}, not to {value}.",
                quota.name()
            );
            return Err(EntityError::invalid_input(message));
        }
        self.raised.insert(quota, value);
        Ok(())
    }

    /// Whether one more fits beside `held`.
    pub(crate) fn check_one_more(&self, quota: Quota, held: usize) -> Result<(), EntityError> {
        self.check(quota, held.saturating_add(1))
    }

    /// Whether the account may hold `wanted`.
    pub(crate) fn check(&self, quota: Quota, wanted: usize) -> Result<(), EntityError> {
        let limit = self.limit(quota);
        if wanted > limit as usize {
            Err(EntityError::exceeded(quota, limit))
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_maximum_is_below_its_default() {
        for quota in Quota::ALL {
            assert!(quota.default_value() <= quota.maximum(), "{quota:?}");
        }
    }

    #[test]
    fn a_quota_is_raised_up_to_its_maximum() {
        let mut quotas = Quotas::default();
        assert!(quotas.check_one_more(Quota::PoliciesPerRole, 20).is_err());
        quotas.raise(Quota::PoliciesPerRole, 25).unwrap();
        assert!(quotas.check_one_more(Quota::PoliciesPerRole, 20).is_ok());
        assert!(quotas.raise(Quota::PoliciesPerRole, 26).is_err());
        assert!(quotas.raise(Quota::AccessKeysPerUser, 3).is_err());
    }
}
