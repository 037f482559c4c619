//! The users, groups and roles that a simulation names.

use std::fmt;
use std::str::FromStr;

use bailiwick_grammar::{AccountId, Arn};
use bailiwick_model::{Account, AccountPrincipal, AppliedPolicy, Environment, Group, IncompletePart, PolicySource};

use super::SimulatePolicyError;

/// What an inline policy is embedded in.
///
/// AWS: IAM API Reference, `InlinePolicyIdentifierType`, `AttachmentType`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum AttachmentType {
    /// `user`
    User,
    /// `group`
    Group,
    /// `role`
    Role,
}

impl AttachmentType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::User, Self::Group, Self::Role];

    /// The type as AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }
}

impl fmt::Display for AttachmentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AttachmentType {
    type Err = SimulatePolicyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|known| known.as_str() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str);
            SimulatePolicyError::not_in_enum(text, "inlinePolicyIdentifier.attachmentType", &names)
        })
    }
}

/// The ARN of a user, group or role, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntityArn<'a> {
    pub(super) text: &'a str,
    pub(super) account: AccountId,
    pub(super) kind: AttachmentType,
    /// The name, without the path.
    pub(super) name: &'a str,
}

impl<'a> EntityArn<'a> {
    /// Nothing where the text is the ARN of something else, or none.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let arn = Arn::parse(text).ok()?;
        let (kind, path_and_name) = arn.resource.split_once('/')?;
        let (_, name) = path_and_name.rsplit_once('/').unwrap_or_default();
        let name = if path_and_name.contains('/') {
            name
        } else {
            path_and_name
        };
        let well_formed = arn.service == "iam" && arn.region.is_empty() && !name.is_empty();
        (well_formed && !text.contains(['*', '?'])).then_some(Self {
            text,
            account: arn.account.parse().ok()?,
            kind: kind.parse().ok()?,
            name,
        })
    }
}

/// The user, group or role whose policies are simulated.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entity<'e> {
    Group(&'e Account, &'e Group),
    Principal(AccountPrincipal<'e>),
}

impl<'e> Entity<'e> {
    /// Finds the entity by its name; the path is not looked at, as AWS was recorded not to look at it.
    pub(super) fn find(environment: &'e Environment, source: &str) -> Result<Self, SimulatePolicyError> {
        let arn = EntityArn::parse(source).ok_or_else(|| {
            SimulatePolicyError::invalid_input(format!("Invalid ARN provided in the request: {source}"))
        })?;
        let Some(account) = environment.account(arn.account) else {
            let message = format!(
                "Unable to retrieve specified IAM entity: there is no export of account {}.",
                arn.account
            );
            return Err(SimulatePolicyError::no_such_entity(message));
        };
        let found = match arn.kind {
            AttachmentType::User => {
                (account.users().get(arn.name)).map(|user| Self::Principal(AccountPrincipal::User(account, user)))
            }
            AttachmentType::Group => (account.groups().get(arn.name)).map(|group| Self::Group(account, group)),
            AttachmentType::Role => {
                (account.roles().get(arn.name)).map(|role| Self::Principal(AccountPrincipal::Role(account, role)))
            }
        };
        found.ok_or_else(|| missing(environment, account, &arn))
    }

    pub(super) fn account(self) -> &'e Account {
        match self {
            Self::Group(account, _) => account,
            Self::Principal(principal) => principal.account(),
        }
    }

    pub(super) fn arn(self) -> &'e str {
        match self {
            Self::Group(_, group) => group.arn(),
            Self::Principal(AccountPrincipal::User(_, user)) => user.arn(),
            Self::Principal(AccountPrincipal::Role(_, role)) => role.arn(),
            // `find` gives no root user.
            Self::Principal(AccountPrincipal::Root(_)) => "",
        }
    }

    /// The identity-based policies; of a user those of its groups too.
    pub(super) fn identity_policies(self) -> Vec<AppliedPolicy<'e>> {
        match self {
            Self::Group(account, group) => account.group_policies(group),
            Self::Principal(principal) => principal.identity_policies(),
        }
    }

    pub(super) fn permissions_boundary(self) -> Option<AppliedPolicy<'e>> {
        match self {
            Self::Group(..) => None,
            Self::Principal(principal) => principal.permissions_boundary(),
        }
    }

    /// AWS: SCPs do not bind service-linked roles.
    pub(super) fn is_service_linked(self) -> bool {
        match self {
            Self::Principal(AccountPrincipal::Role(_, role)) => role.is_service_linked(),
            Self::Principal(AccountPrincipal::User(..) | AccountPrincipal::Root(_)) | Self::Group(..) => false,
        }
    }
}

/// An entity that was not found may be one that could not be read.
fn missing(environment: &Environment, account: &Account, arn: &EntityArn<'_>) -> SimulatePolicyError {
    let unreadable = account.unreadable().iter().find(|(unreadable, _)| {
        EntityArn::parse(unreadable).is_some_and(|other| other.kind == arn.kind && other.name == arn.name)
    });
    if let Some((unreadable, why)) = unreadable {
        return SimulatePolicyError::policy_evaluation(format_args!("{unreadable} cannot be used: {why}"));
    }
    match environment.incomplete(IncompletePart::Account(arn.account)) {
        Some(file) => SimulatePolicyError::policy_evaluation(format_args!(
            "{} may have been in {file}, which could not be read whole",
            arn.text
        )),
        None => SimulatePolicyError::no_such_entity(format!("Unable to retrieve specified IAM entity: {}.", arn.text)),
    }
}

/// What a simulation calls an attached or embedded policy: `SourcePolicyId`.
pub(super) fn source_policy_id(policy: &AppliedPolicy<'_>) -> String {
    match policy.source() {
        PolicySource::Inline { entity } => match EntityArn::parse(entity) {
            Some(entity) => format!("{}_{}_{}", entity.kind, entity.name, policy.name()),
            None => policy.name().to_owned(),
        },
        PolicySource::Managed { .. }
        | PolicySource::PermissionsBoundary { .. }
        | PolicySource::Trust { .. }
        | PolicySource::Organization { .. }
        | PolicySource::Resource { .. }
        | PolicySource::MissingGroup { .. } => policy.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_none_of_an_enum_is_refused_in_the_words_of_the_protocol() {
        let error = "team".parse::<AttachmentType>().unwrap_err();
        assert_eq!(
            error.message(),
            "1 validation error detected: Value 'team' at 'inlinePolicyIdentifier.attachmentType' failed to satisfy \
             constraint: Member must satisfy enum value set: [user, group, role]"
        );
    }

    #[test]
    fn users_groups_and_roles_are_named_by_arn() {
        let parse = |text| EntityArn::parse(text).map(|arn| (arn.kind.as_str(), arn.name));
        assert_eq!(parse("arn:aws:iam::111122223333:user/ann"), Some(("user", "ann")));
        assert_eq!(parse("arn:aws:iam::111122223333:group/a/b/ops"), Some(("group", "ops")));
        assert_eq!(parse("arn:aws-cn:iam::111122223333:role/r"), Some(("role", "r")));
        for other in [
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::111122223333:user/*",
            "arn:aws:iam::1111:user/ann",
            "arn:aws:iam:us-east-1:111122223333:user/ann",
            "arn:aws:iam::111122223333:policy/p",
            "arn:aws:sts::111122223333:assumed-role/r/s",
            "ann",
            "",
        ] {
            assert!(EntityArn::parse(other).is_none(), "{other}");
        }
    }
}
