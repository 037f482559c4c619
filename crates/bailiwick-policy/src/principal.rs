//! Who makes a request, and whom a policy speaks of.
//!
//! AWS: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal".

use std::fmt;

use bailiwick_grammar::{AccountId, AwsPrincipal, PrincipalArn, PrincipalError, PrincipalIdentity, Span, Spanned};

/// The web identity providers that need no provider of their own in an account.
const BUILT_IN_IDENTITY_PROVIDERS: [&str; 4] = [
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];

/// Who makes a request.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Principal {
    /// Nobody: the request is not signed.
    Anonymous,
    /// An AWS service, acting for itself: `cloudtrail.amazonaws.com`.
    Service(Box<str>),
    /// Someone whom a SAML or OIDC provider vouches for, before there is a session: the provider's ARN or domain.
    Federated(Box<str>),
    /// A root user, a user or a session of an AWS account.
    Aws(AwsCaller),
}

/// An identity of an AWS account that makes a request.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AwsCaller {
    /// The identity. A role stands for a session of it whose name is not known.
    pub arn: PrincipalArn,
    /// The unique id of the user or role, where it is known.
    pub unique_id: Option<Box<str>>,
    /// The user that a federated-user session was made from, where it is known.
    pub parent_user: Option<PrincipalArn>,
}

impl Principal {
    /// Reads a principal: the ARN of a root user, a user, a role or a session, the ARN of an identity provider or the domain of one
    /// that AWS knows by itself, the name of a service principal, or `anonymous`.
    ///
    /// # Errors
    ///
    /// Where the text is none of these.
    pub fn parse(text: &str) -> Result<Self, PrincipalError> {
        if text == "anonymous" {
            return Ok(Self::Anonymous);
        }
        if BUILT_IN_IDENTITY_PROVIDERS.contains(&text) {
            return Ok(Self::Federated(text.into()));
        }
        if !text.starts_with("arn:") {
            bailiwick_grammar::check_service_principal(text)
                .map_err(|_| PrincipalError::UnknownForm(text.to_owned()))?;
            return Ok(Self::Service(text.into()));
        }
        if bailiwick_grammar::check_federated_principal(text).is_ok() {
            return Ok(Self::Federated(text.into()));
        }
        Ok(Self::Aws(AwsCaller {
            arn: PrincipalArn::parse(text)?,
            unique_id: None,
            parent_user: None,
        }))
    }

    /// The AWS account that the principal belongs to.
    pub fn account(&self) -> Option<AccountId> {
        self.aws().map(|caller| caller.arn.account)
    }

    /// The identity of an AWS account, if the principal is one.
    pub fn aws(&self) -> Option<&AwsCaller> {
        match self {
            Self::Aws(caller) => Some(caller),
            Self::Anonymous | Self::Service(_) | Self::Federated(_) => None,
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::Service(name) | Self::Federated(name) => f.write_str(name),
            Self::Aws(caller) => write!(f, "{}", caller.arn),
        }
    }
}

/// `Principal` or `NotPrincipal`.
#[derive(Clone, Debug)]
pub struct PrincipalElement {
    /// Whether it is `NotPrincipal`.
    pub negated: bool,
    /// The entries.
    pub patterns: Vec<Spanned<PrincipalPattern>>,
    /// Where the element stands.
    pub span: Span,
}

/// An entry of `Principal`.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum PrincipalPattern {
    /// Under `AWS`, and `"*"` itself.
    Aws(AwsPrincipal),
    /// Under `CanonicalUser`: an account by its S3 canonical id.
    CanonicalUser(Box<str>),
    /// Under `Federated`.
    Federated(Box<str>),
    /// Under `Service`.
    Service(Box<str>),
}

/// How closely an entry names the principal of a request: it decides which other policies a grant gets around.
///
/// AWS: IAM User Guide, "How AWS enforcement code logic evaluates requests", resource-based policies and implicit denies.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PrincipalMatch {
    /// The user, the session, the root user or the service itself.
    Direct,
    /// Everyone.
    Wildcard,
    /// The role of the session.
    Role,
    /// The user that the federated-user session was made from.
    ParentUser,
    /// The account.
    Account,
}

impl PrincipalPattern {
    /// How the entry matches a principal, if it does.
    pub fn matches(&self, principal: &Principal) -> Option<PrincipalMatch> {
        match (self, principal) {
            (Self::Aws(AwsPrincipal::Everyone), _) => Some(PrincipalMatch::Wildcard),
            (Self::Aws(pattern), Principal::Aws(caller)) => aws_match(pattern, caller),
            (Self::Service(pattern), Principal::Service(name)) => (pattern == name).then_some(PrincipalMatch::Direct),
            (Self::Federated(pattern), Principal::Federated(name)) => {
                (pattern == name).then_some(PrincipalMatch::Direct)
            }
            // The canonical id of a caller's account is not known here.
            (Self::CanonicalUser(_), _)
            | (Self::Aws(_), Principal::Anonymous | Principal::Service(_) | Principal::Federated(_))
            | (Self::Service(_), Principal::Anonymous | Principal::Federated(_) | Principal::Aws(_))
            | (Self::Federated(_), Principal::Anonymous | Principal::Service(_) | Principal::Aws(_)) => None,
        }
    }
}

fn aws_match(pattern: &AwsPrincipal, caller: &AwsCaller) -> Option<PrincipalMatch> {
    use PrincipalIdentity as Identity;
    match pattern {
        AwsPrincipal::Everyone => Some(PrincipalMatch::Wildcard),
        AwsPrincipal::Account(account) if *account == caller.arn.account => match caller.arn.identity {
            Identity::Root => Some(PrincipalMatch::Direct),
            Identity::User { .. }
            | Identity::Role { .. }
            | Identity::AssumedRole { .. }
            | Identity::FederatedUser { .. } => Some(PrincipalMatch::Account),
        },
        AwsPrincipal::UniqueId(id) if caller.unique_id.as_ref() == Some(id) => match caller.arn.identity {
            Identity::Role { .. } | Identity::AssumedRole { .. } => Some(PrincipalMatch::Role),
            Identity::Root | Identity::User { .. } | Identity::FederatedUser { .. } => Some(PrincipalMatch::Direct),
        },
        AwsPrincipal::Identity(arn) if caller.parent_user.as_ref() == Some(arn) => Some(PrincipalMatch::ParentUser),
        AwsPrincipal::Identity(arn) if arn.account == caller.arn.account && arn.partition == caller.arn.partition => {
            match (&arn.identity, &caller.arn.identity) {
                // A session's ARN has no path, and the names of an account's roles are unique without it.
                (
                    Identity::Role { name, .. },
                    Identity::AssumedRole { role, .. } | Identity::Role { name: role, .. },
                ) => (name == role).then_some(PrincipalMatch::Role),
                (wanted, identity) => (wanted == identity).then_some(PrincipalMatch::Direct),
            }
        }
        AwsPrincipal::Account(_)
        | AwsPrincipal::UniqueId(_)
        | AwsPrincipal::Identity(_)
        | AwsPrincipal::OriginAccessIdentity(_) => None,
    }
}

impl PrincipalElement {
    /// How the statement speaks of a principal, if it does: the closest match of any entry.
    ///
    /// `NotPrincipal` speaks of everyone whom no entry matches. An empty list speaks of nobody, negated or not.
    pub fn matches(&self, principal: &Principal) -> Option<PrincipalMatch> {
        let closest = self
            .patterns
            .iter()
            .filter_map(|pattern| pattern.matches(principal))
            .min();
        match (self.negated, closest) {
            (false, closest) => closest,
            (true, None) if self.patterns.is_empty() => None,
            (true, None) => Some(PrincipalMatch::Wildcard),
            (true, Some(_)) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, principal: &str, expected: Option<PrincipalMatch>) {
        let pattern = PrincipalPattern::Aws(AwsPrincipal::parse(pattern).unwrap());
        assert_eq!(pattern.matches(&Principal::parse(principal).unwrap()), expected);
    }

    #[test]
    fn an_entry_matches_by_kind() {
        use PrincipalMatch::{Account, Direct, Role, Wildcard};
        let (user, session) = (
            "arn:aws:iam::111122223333:user/a",
            "arn:aws:sts::111122223333:assumed-role/r/s",
        );
        let root = "arn:aws:iam::111122223333:root";
        check("*", user, Some(Wildcard));
        check("*", "anonymous", Some(Wildcard));
        check(user, user, Some(Direct));
        check("111122223333", user, Some(Account));
        check("111122223333", root, Some(Direct));
        check(root, session, Some(Account));
        check(session, session, Some(Direct));
        check("arn:aws:iam::111122223333:role/path/r", session, Some(Role));
        check(
            "arn:aws:iam::111122223333:role/r",
            "arn:aws:iam::111122223333:role/r",
            Some(Role),
        );
        check("arn:aws:iam::444455556666:role/r", session, None);
        check("arn:aws:iam::111122223333:user/A", user, None);
        check("111122223333", "ec2.amazonaws.com", None);
    }

    #[test]
    fn a_federated_user_is_also_its_parent_user() {
        let user = PrincipalArn::parse("arn:aws:iam::111122223333:user/a").unwrap();
        let arn = PrincipalArn::parse("arn:aws:sts::111122223333:federated-user/f").unwrap();
        let caller = Principal::Aws(AwsCaller {
            arn,
            unique_id: None,
            parent_user: Some(user.clone()),
        });
        let pattern = PrincipalPattern::Aws(AwsPrincipal::Identity(user));
        assert_eq!(pattern.matches(&caller), Some(PrincipalMatch::ParentUser));
    }

    #[test]
    fn a_principal_is_read_by_its_form() {
        assert_eq!(Principal::parse("anonymous"), Ok(Principal::Anonymous));
        assert_eq!(
            Principal::parse("ec2.amazonaws.com"),
            Ok(Principal::Service("ec2.amazonaws.com".into()))
        );
        let saml = "arn:aws:iam::111122223333:saml-provider/Okta";
        assert_eq!(Principal::parse(saml), Ok(Principal::Federated(saml.into())));
        let google = "accounts.google.com";
        assert_eq!(Principal::parse(google), Ok(Principal::Federated(google.into())));
        assert!(Principal::parse("alice").is_err());
        assert!(Principal::parse("*").is_err());
    }
}
