//! Where the general rules depend on the service: which resources do not trust their own account, and which actions RCPs apply to.

use bailiwick_catalog::Catalog;
use bailiwick_grammar::Arn;

/// Whether the identity-based policies of a resource's account count without the resource's policy saying so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AccountTrust {
    /// They do: nearly every resource.
    Implicit,
    /// They count only as far as the resource's policy allows the account.
    Explicit,
}

impl AccountTrust {
    /// What holds for an action on a resource.
    ///
    /// AWS: KMS Developer Guide, "Default key policy": a key policy must let the account in. IAM User Guide, "Update a role trust
    /// policy": who may assume a role, its trust policy must say.
    pub fn of(action: &str, resource: Option<&Arn<'_>>) -> Self {
        let Some(resource) = resource else {
            return Self::Implicit;
        };
        let key = resource.service == "kms"
            && resource.resource.starts_with("key/")
            && action
                .split(':')
                .next()
                .is_some_and(|service| service.eq_ignore_ascii_case("kms"));
        if key || is_role_assumption(action, resource) {
            Self::Explicit
        } else {
            Self::Implicit
        }
    }
}

/// Whether the action is about assuming the role that the resource is, so that the role's trust policy takes part.
pub fn is_role_assumption(action: &str, resource: &Arn<'_>) -> bool {
    const ACTIONS: [&str; 6] = [
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:TagSession",
        "sts:SetSourceIdentity",
        "sts:SetContext",
    ];
    let role = resource.service == "iam" && resource.resource.starts_with("role/");
    role && ACTIONS.iter().any(|known| known.eq_ignore_ascii_case(action))
}

/// Whether only the caller's side decides, though what is acted on belongs to another account: it has no policy that could speak.
///
/// AWS: STS API Reference, `AssumeRoot`: the management account, or who acts for it, makes sessions of the root users of member accounts.
/// That the caller's account is one of these is not asked here.
pub fn is_decided_by_caller(action: &str) -> bool {
    action.eq_ignore_ascii_case("sts:AssumeRoot")
}

/// Whether resource control policies apply to an action: its service is among those that have them.
pub fn supports_resource_control_policies(action: &str) -> bool {
    let service = action.split(':').next().unwrap_or_default();
    // AWS: RCPs "do not apply to" `kms:RetireGrant`.
    Catalog::supports_resource_control_policies(service) && !action.eq_ignore_ascii_case("kms:RetireGrant")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(action: &str, resource: &str, expected: AccountTrust) {
        assert_eq!(AccountTrust::of(action, Arn::parse(resource).ok().as_ref()), expected);
    }

    #[test]
    fn keys_and_roles_to_be_assumed_ask_for_trust() {
        check(
            "kms:Decrypt",
            "arn:aws:kms:us-east-1:111122223333:key/1",
            AccountTrust::Explicit,
        );
        check(
            "kms:DescribeKey",
            "arn:aws:kms:us-east-1:111122223333:alias/a",
            AccountTrust::Implicit,
        );
        check("kms:ListKeys", "*", AccountTrust::Implicit);
        check(
            "sts:assumerole",
            "arn:aws:iam::111122223333:role/r",
            AccountTrust::Explicit,
        );
        check(
            "iam:GetRole",
            "arn:aws:iam::111122223333:role/r",
            AccountTrust::Implicit,
        );
        check("s3:GetObject", "arn:aws:s3:::b/k", AccountTrust::Implicit);
    }

    #[test]
    fn nobody_but_the_caller_decides_on_root_sessions() {
        assert!(is_decided_by_caller("STS:assumeroot"));
        assert!(!is_decided_by_caller("sts:AssumeRole"));
    }

    #[test]
    fn resource_control_policies_are_for_some_services() {
        assert!(supports_resource_control_policies("s3:GetObject"));
        assert!(supports_resource_control_policies("STS:AssumeRole"));
        assert!(!supports_resource_control_policies("ec2:RunInstances"));
        assert!(!supports_resource_control_policies("kms:RetireGrant"));
        assert!(!supports_resource_control_policies(":x"));
    }
}
