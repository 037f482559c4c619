//! Which policies of the principal are left out of a simulation.

use std::fmt;
use std::str::FromStr;

use bailiwick_model::{AppliedPolicy, PolicyArn, PolicyName, PolicySource};

use super::SimulatePolicyError;
use super::entity::{AttachmentType, EntityArn};

/// Policies that a simulation leaves out. What matches none is ignored.
///
/// AWS: IAM API Reference, `PolicyIdentifier`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PolicyIdentifier<'q> {
    /// All of a type.
    PolicyType(PolicyIdentifierPolicyType),
    /// The managed policies with an ARN that matches: one `*` at most, and any `?`.
    PolicyArn(&'q str),
    /// An inline policy.
    InlinePolicyIdentifier {
        /// `PolicyName`: its name.
        policy_name: &'q str,
        /// `AttachmentType`: what it is embedded in.
        attachment_type: AttachmentType,
        /// `AttachmentName`: the name of the user, group or role; one `*` at most, and any `?`.
        attachment_name: &'q str,
    },
}

/// A type of policies that a simulation can leave out.
///
/// AWS: IAM API Reference, `PolicyIdentifier`, `PolicyType`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PolicyIdentifierPolicyType {
    /// `inline`: inline policies, those of the user's groups included.
    Inline,
    /// `aws-managed`: managed policies of AWS.
    AwsManaged,
    /// `user-managed`: managed policies of the account.
    UserManaged,
    /// `permission-boundary`: the permissions boundary.
    PermissionBoundary,
    /// `scp`: the SCPs.
    Scp,
    /// `rcp`: the RCPs, which no simulation evaluates.
    Rcp,
}

impl PolicyIdentifierPolicyType {
    /// Every type.
    pub const ALL: [Self; 6] = [
        Self::Inline,
        Self::AwsManaged,
        Self::UserManaged,
        Self::PermissionBoundary,
        Self::Scp,
        Self::Rcp,
    ];

    /// The type as AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::AwsManaged => "aws-managed",
            Self::UserManaged => "user-managed",
            Self::PermissionBoundary => "permission-boundary",
            Self::Scp => "scp",
            Self::Rcp => "rcp",
        }
    }
}

impl fmt::Display for PolicyIdentifierPolicyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PolicyIdentifierPolicyType {
    type Err = SimulatePolicyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|known| known.as_str() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str);
            SimulatePolicyError::not_in_enum(text, "policyExclusionList.member.policyType", &names)
        })
    }
}

/// The policies to leave out, checked.
#[derive(Debug)]
pub(super) struct Exclusions<'q>(&'q [PolicyIdentifier<'q>]);

impl<'q> Exclusions<'q> {
    pub(super) fn new(identifiers: &'q [PolicyIdentifier<'q>]) -> Result<Self, SimulatePolicyError> {
        for (index, identifier) in identifiers.iter().enumerate() {
            check(identifier).map_err(|why| {
                SimulatePolicyError::invalid_input(format!("Policy exclusion list item {}: {why}", index + 1))
            })?;
        }
        Ok(Self(identifiers))
    }

    /// Whether the permissions boundary that the entity has is left out. Only its type names it: an ARN was recorded not to.
    pub(super) fn exclude_permissions_boundary(&self) -> bool {
        self.exclude(PolicyIdentifierPolicyType::PermissionBoundary)
    }

    /// Whether the SCPs are left out.
    pub(super) fn exclude_service_control_policies(&self) -> bool {
        self.exclude(PolicyIdentifierPolicyType::Scp)
    }

    /// Whether an identity-based policy of the entity is left out.
    pub(super) fn exclude_identity_policy(&self, policy: &AppliedPolicy<'_>) -> bool {
        self.0.iter().any(|identifier| covers(identifier, policy))
    }

    fn exclude(&self, policy_type: PolicyIdentifierPolicyType) -> bool {
        self.0.contains(&PolicyIdentifier::PolicyType(policy_type))
    }
}

fn check(identifier: &PolicyIdentifier<'_>) -> Result<(), String> {
    let selector = |what: &str, pattern: &str| match pattern.matches('*').count() {
        _ if pattern.is_empty() => Err(format!("the {what} is empty")),
        0 | 1 => Ok(()),
        _ => Err(format!("the {what} `{pattern}` has more than one `*`")),
    };
    match *identifier {
        PolicyIdentifier::PolicyType(_) => Ok(()),
        PolicyIdentifier::PolicyArn(arn) => {
            selector("policy ARN", arn)?;
            if arn.starts_with("arn:") {
                Ok(())
            } else {
                Err(format!("`{arn}` is not the ARN of a policy"))
            }
        }
        PolicyIdentifier::InlinePolicyIdentifier {
            policy_name,
            attachment_name,
            ..
        } => {
            PolicyName::new(policy_name).map_err(|_| format!("`{policy_name}` is not the name of a policy"))?;
            selector("attachment name", attachment_name)
        }
    }
}

fn covers(identifier: &PolicyIdentifier<'_>, policy: &AppliedPolicy<'_>) -> bool {
    let (managed, inline_of) = match policy.source() {
        PolicySource::Managed { policy, .. } => (Some(policy), None),
        PolicySource::Inline { entity } => (None, EntityArn::parse(entity)),
        PolicySource::PermissionsBoundary { .. }
        | PolicySource::Trust { .. }
        | PolicySource::Organization { .. }
        | PolicySource::Resource { .. }
        | PolicySource::MissingGroup { .. } => (None, None),
    };
    match *identifier {
        PolicyIdentifier::PolicyType(policy_type) => match policy_type {
            PolicyIdentifierPolicyType::Inline => inline_of.is_some(),
            PolicyIdentifierPolicyType::AwsManaged => managed.is_some_and(PolicyArn::is_aws_managed),
            PolicyIdentifierPolicyType::UserManaged => managed.is_some_and(|arn| !arn.is_aws_managed()),
            PolicyIdentifierPolicyType::PermissionBoundary
            | PolicyIdentifierPolicyType::Scp
            | PolicyIdentifierPolicyType::Rcp => false,
        },
        PolicyIdentifier::PolicyArn(pattern) => {
            managed.is_some_and(|arn| matches(pattern, arn.as_str()) || matches(pattern, &without_path(arn)))
        }
        PolicyIdentifier::InlinePolicyIdentifier {
            policy_name,
            attachment_type,
            attachment_name,
        } => inline_of.is_some_and(|entity| {
            policy.name() == policy_name && entity.kind == attachment_type && matches(attachment_name, entity.name)
        }),
    }
}

/// The ARN that the policy would have without a path, which AWS was recorded to compare with.
fn without_path(arn: &PolicyArn) -> String {
    let text = arn.as_str();
    match text.split_once(":policy/") {
        Some((owner, _)) => format!("{owner}:policy/{}", arn.name()),
        None => text.to_owned(),
    }
}

/// Whether a pattern with one `*` at most and any number of `?` matches a text.
fn matches(pattern: &str, text: &str) -> bool {
    let same = |pattern: &str, text: &[char]| {
        pattern.chars().count() == text.len() && pattern.chars().zip(text).all(|(p, &c)| p == '?' || p == c)
    };
    let text: Vec<char> = text.chars().collect();
    match pattern.split_once('*') {
        None => same(pattern, &text),
        Some((before, after)) => {
            let (start, end) = (before.chars().count(), after.chars().count());
            start + end <= text.len() && same(before, &text[..start]) && same(after, &text[text.len() - end..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate_policy::SimulatePolicyErrorKind;

    #[track_caller]
    fn check_match(pattern: &str, text: &str, expected: bool) {
        assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
    }

    /// AWS: IAM API Reference, `PolicyIdentifier`: one `*` at most, any number of `?`.
    #[test]
    fn one_star_and_any_number_of_question_marks_match() {
        check_match("team-a", "team-a", true);
        check_match("team-?", "team-a", true);
        check_match("team-?", "team-ab", false);
        check_match("t*", "t", true);
        check_match("t*a", "team-a", true);
        check_match("te*ea", "tea", false);
        check_match("??*m-?", "team-é", true);
        check_match("*", "", true);
        check_match("", "a", false);
    }

    #[track_caller]
    fn refused(identifier: PolicyIdentifier<'_>, expected: &str) {
        let identifiers = [
            PolicyIdentifier::PolicyType(PolicyIdentifierPolicyType::Rcp),
            identifier,
        ];
        let error = Exclusions::new(&identifiers).unwrap_err();
        let expected = format!("Policy exclusion list item 2: {expected}");
        assert_eq!(
            (error.kind(), error.message()),
            (SimulatePolicyErrorKind::InvalidInput, expected.as_str())
        );
    }

    #[test]
    fn what_cannot_be_an_identifier_is_refused() {
        let inline = |policy_name, attachment_name| PolicyIdentifier::InlinePolicyIdentifier {
            policy_name,
            attachment_type: AttachmentType::User,
            attachment_name,
        };
        refused(
            PolicyIdentifier::PolicyArn("arn:*:policy/*"),
            "the policy ARN `arn:*:policy/*` has more than one `*`",
        );
        refused(PolicyIdentifier::PolicyArn(""), "the policy ARN is empty");
        refused(PolicyIdentifier::PolicyArn("p"), "`p` is not the ARN of a policy");
        refused(inline("own*", "ann"), "`own*` is not the name of a policy");
        refused(
            inline("own", "a*n*"),
            "the attachment name `a*n*` has more than one `*`",
        );
    }

    #[test]
    fn types_are_named_as_aws_names_them() {
        for known in PolicyIdentifierPolicyType::ALL {
            assert_eq!(known.as_str().parse(), Ok(known));
        }
        for known in AttachmentType::ALL {
            assert_eq!(known.as_str().parse(), Ok(known));
        }
        let error = "bogus".parse::<PolicyIdentifierPolicyType>().unwrap_err();
        assert_eq!(error.kind(), SimulatePolicyErrorKind::ValidationError);
    }
}
