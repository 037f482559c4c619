//! What W4 adds to W2: a permissions boundary, SCPs at three levels and a bucket policy, as an organization would have them.
//!
//! They forbid nothing that W2 asks, so the answers are those of W2; the work is not.

/// The policy that AWS gives a KMS key by default: IAM decides. For every workload.
pub(crate) const KEY_POLICY: &str = include_str!("../guardrails/key-policy.json");

/// A trust policy that says the same of a role. For every workload.
pub(crate) const TRUST_POLICY: &str = include_str!("../guardrails/trust-policy.json");

/// The policies that apply besides identity-based ones.
pub(crate) struct Guardrails {
    /// The permissions boundary of each principal.
    pub(crate) permissions_boundary: &'static str,
    /// The SCPs of each level, root first.
    pub(crate) service_control: [&'static [&'static str]; 3],
    /// The policy of every S3 bucket.
    pub(crate) bucket: &'static str,
}

impl Default for Guardrails {
    fn default() -> Self {
        const FULL_ACCESS: &str = include_str!("../guardrails/full-aws-access.json");
        Self {
            permissions_boundary: include_str!("../guardrails/permissions-boundary.json"),
            service_control: [
                &[FULL_ACCESS, include_str!("../guardrails/region-lock.json")],
                &[FULL_ACCESS, include_str!("../guardrails/protect-organization.json")],
                &[FULL_ACCESS, include_str!("../guardrails/protect-baseline.json")],
            ],
            bucket: include_str!("../guardrails/bucket-policy.json"),
        }
    }
}
