//! Who a policy speaks of: the values of `Principal`, and the ARNs of those who make requests.
//!
//! AWS: IAM User Guide, "AWS JSON policy elements: Principal".

use std::fmt;

use nom::bytes::complete::{tag, take_while1};
use nom::combinator::{all_consuming, recognize, value};
use nom::multi::many0;
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser, branch::alt, character::complete::char};
use thiserror::Error;

use crate::account_id::AccountId;
use crate::arn::{Arn, PARTITIONS};

/// The ARN of an identity that can make requests: a root user, a user, a role, a session.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PrincipalArn {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: Box<str>,
    /// The account that the identity belongs to.
    pub account: AccountId,
    /// Which identity of the account.
    pub identity: PrincipalIdentity,
}

/// The last segment of a [`PrincipalArn`].
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PrincipalIdentity {
    /// `arn:aws:iam::A:root`: the root user; as a policy's principal, the account.
    Root,
    /// `arn:aws:iam::A:user/path/name`
    User {
        /// `/` or `/…/`.
        path: Box<str>,
        /// The user's name.
        name: Box<str>,
    },
    /// `arn:aws:iam::A:role/path/name`
    Role {
        /// `/` or `/…/`.
        path: Box<str>,
        /// The role's name.
        name: Box<str>,
    },
    /// `arn:aws:sts::A:assumed-role/role/session`; the role's path is not part of it.
    AssumedRole {
        /// The role's name.
        role: Box<str>,
        /// The session's name.
        session: Box<str>,
    },
    /// `arn:aws:sts::A:federated-user/name`
    FederatedUser {
        /// The name given to `GetFederationToken`.
        name: Box<str>,
    },
}

/// A value under `"AWS"`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum AwsPrincipal {
    /// `*`: everyone, signed or not.
    Everyone,
    /// An account: twelve digits, or the ARN of its root.
    Account(AccountId),
    /// A user, a role or a session.
    Identity(PrincipalArn),
    /// A unique id, `AIDA…` or `AROA…`, as a stored policy shows a deleted identity.
    UniqueId(Box<str>),
    /// `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E…`, in bucket policies.
    OriginAccessIdentity(Box<str>),
}

/// The key under which a principal stands.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PrincipalType {
    /// `AWS`: accounts, users, roles, sessions, everyone.
    Aws,
    /// `CanonicalUser`: an account, by its S3 canonical id.
    CanonicalUser,
    /// `Federated`: an identity provider.
    Federated,
    /// `Service`: an AWS service.
    Service,
}

impl PrincipalType {
    /// Every principal type.
    pub const ALL: [Self; 4] = [Self::Aws, Self::CanonicalUser, Self::Federated, Self::Service];

    /// The key as AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::CanonicalUser => "CanonicalUser",
            Self::Federated => "Federated",
            Self::Service => "Service",
        }
    }
}

/// A text does not name a principal.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PrincipalError {
    /// It is neither an account id, an ARN nor a unique id.
    #[error("`{0}` is neither `*`, an account id, an ARN nor a unique id")]
    UnknownForm(String),
    /// The account of the ARN is not an account id.
    #[error("the account of principal `{0}` is not 12 digits")]
    Account(String),
    /// The partition does not exist.
    #[error("partition `{0}` does not exist")]
    Partition(String),
    /// The ARN does not name a root, a user, a role or a session.
    #[error("`{0}` names neither an account's root, a user, a role nor a session")]
    NotAnIdentity(String),
    /// A `*` or `?` is only a part of the principal.
    #[error("principal `{0}` has a wildcard: the only one is `*` alone under `AWS`")]
    Wildcard(String),
    /// A user group or an instance profile.
    #[error("{0} cannot be a principal")]
    CannotBePrincipal(&'static str),
    /// A service principal's name is not a DNS name.
    #[error("`{0}` is not the name of a service principal")]
    Service(String),
    /// A federated principal is neither an identity provider's ARN nor a domain.
    #[error("`{0}` is neither the ARN of an identity provider nor the domain of one that AWS knows")]
    Federated(String),
    /// A canonical user id is not hexadecimal.
    #[error("`{0}` is not a canonical user id: 64 or more hexadecimal digits")]
    CanonicalUser(String),
}

impl PrincipalArn {
    /// Reads the ARN of a root user, a user, a role or a session.
    ///
    /// # Errors
    ///
    /// Where the text is not an ARN, or names something that cannot make requests.
    pub fn parse(text: &str) -> Result<Self, PrincipalError> {
        let arn = Arn::parse(text).map_err(|_| PrincipalError::UnknownForm(text.to_owned()))?;
        let kind = arn.resource.split('/').next().unwrap_or_default();
        match (arn.service, kind) {
            ("iam", "group") => return Err(PrincipalError::CannotBePrincipal("a user group")),
            ("iam", "instance-profile") => {
                return Err(PrincipalError::CannotBePrincipal("an instance profile"));
            }
            ("iam" | "sts", _) if arn.region.is_empty() => {}
            _ => return Err(PrincipalError::NotAnIdentity(text.to_owned())),
        }
        if text.contains(['*', '?']) {
            return Err(PrincipalError::Wildcard(text.to_owned()));
        }
        let account = arn
            .account
            .parse()
            .map_err(|_| PrincipalError::Account(text.to_owned()))?;
        if !PARTITIONS.contains(&arn.partition) {
            return Err(PrincipalError::Partition(arn.partition.to_owned()));
        }
        let identity = match arn.service {
            "iam" => all_consuming(alt((root, user, role))).parse(arn.resource),
            _ => all_consuming(alt((assumed_role, federated_user))).parse(arn.resource),
        };
        let (_, identity) = identity.map_err(|_| PrincipalError::NotAnIdentity(text.to_owned()))?;
        Ok(Self {
            partition: arn.partition.into(),
            account,
            identity,
        })
    }
}

impl fmt::Display for PrincipalArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            account,
            identity,
        } = self;
        match identity {
            PrincipalIdentity::Root => write!(f, "arn:{partition}:iam::{account}:root"),
            PrincipalIdentity::User { path, name } => {
                write!(f, "arn:{partition}:iam::{account}:user{path}{name}")
            }
            PrincipalIdentity::Role { path, name } => {
                write!(f, "arn:{partition}:iam::{account}:role{path}{name}")
            }
            PrincipalIdentity::AssumedRole { role, session } => {
                write!(f, "arn:{partition}:sts::{account}:assumed-role/{role}/{session}")
            }
            PrincipalIdentity::FederatedUser { name } => {
                write!(f, "arn:{partition}:sts::{account}:federated-user/{name}")
            }
        }
    }
}

impl AwsPrincipal {
    /// Reads a value under `"AWS"`.
    ///
    /// # Errors
    ///
    /// Where AWS could not resolve it: another form, a wildcard within it, a group or an instance profile.
    pub fn parse(text: &str) -> Result<Self, PrincipalError> {
        if text == "*" {
            return Ok(Self::Everyone);
        }
        if let Ok(account) = text.parse() {
            return Ok(Self::Account(account));
        }
        if let Ok((_, id)) = all_consuming(unique_id).parse(text) {
            return Ok(Self::UniqueId(id.into()));
        }
        if let Ok((_, id)) = all_consuming(origin_access_identity).parse(text) {
            return Ok(Self::OriginAccessIdentity(id.into()));
        }
        let arn = PrincipalArn::parse(text)?;
        Ok(match arn.identity {
            PrincipalIdentity::Root => Self::Account(arn.account),
            _ => Self::Identity(arn),
        })
    }
}

/// Checks a value under `"Service"`: the DNS-like name of a service principal.
///
/// # Errors
///
/// Where the text is not such a name.
pub fn check_service_principal(text: &str) -> Result<(), PrincipalError> {
    let label = || take_while1(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let name: IResult<&str, _> = all_consuming((label(), many0(preceded(char('.'), label())))).parse(text);
    match name {
        Ok((_, (_, more))) if !more.is_empty() => Ok(()),
        _ => Err(PrincipalError::Service(text.to_owned())),
    }
}

/// Checks a value under `"Federated"`: the ARN of a SAML or OIDC provider, or the domain of a built-in provider.
///
/// # Errors
///
/// Where the text is neither.
pub fn check_federated_principal(text: &str) -> Result<(), PrincipalError> {
    let wrong = || PrincipalError::Federated(text.to_owned());
    if !text.starts_with("arn:") {
        return check_service_principal(text).map_err(|_| wrong());
    }
    let arn = Arn::parse(text).map_err(|_| wrong())?;
    let provider = ["saml-provider/", "oidc-provider/"]
        .iter()
        .find_map(|kind| arn.resource.strip_prefix(kind));
    let named = provider.is_some_and(|name| !name.is_empty() && !name.contains(['*', '?', '$', '<', ' ']));
    let of_a_host = arn.resource.strip_prefix("oidc-provider/").is_none_or(is_host_and_path);
    let account = arn.account.parse::<AccountId>().is_ok();
    if arn.service == "iam" && named && of_a_host && account {
        Ok(())
    } else {
        Err(wrong())
    }
}

/// AWS: `CreateOpenIDConnectProvider`: the provider of `https://host/path` has the name `host/path`.
fn is_host_and_path(name: &str) -> bool {
    let host = name.split_once('/').map_or(name, |(host, _)| host);
    check_service_principal(host).is_ok()
}

/// Checks a value under `"CanonicalUser"`.
///
/// # Errors
///
/// Where the text is not hexadecimal.
pub fn check_canonical_user(text: &str) -> Result<(), PrincipalError> {
    if (64..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(())
    } else {
        Err(PrincipalError::CanonicalUser(text.to_owned()))
    }
}

fn root(input: &str) -> IResult<&str, PrincipalIdentity> {
    value(PrincipalIdentity::Root, tag("root")).parse(input)
}

fn user(input: &str) -> IResult<&str, PrincipalIdentity> {
    let (rest, (path, name)) = preceded(tag("user"), path_and_name).parse(input)?;
    Ok((
        rest,
        PrincipalIdentity::User {
            path: path.into(),
            name: name.into(),
        },
    ))
}

fn role(input: &str) -> IResult<&str, PrincipalIdentity> {
    let (rest, (path, name)) = preceded(tag("role"), path_and_name).parse(input)?;
    Ok((
        rest,
        PrincipalIdentity::Role {
            path: path.into(),
            name: name.into(),
        },
    ))
}

fn assumed_role(input: &str) -> IResult<&str, PrincipalIdentity> {
    let (rest, (role, session)) = preceded(tag("assumed-role/"), (name, preceded(char('/'), name))).parse(input)?;
    Ok((
        rest,
        PrincipalIdentity::AssumedRole {
            role: role.into(),
            session: session.into(),
        },
    ))
}

fn federated_user(input: &str) -> IResult<&str, PrincipalIdentity> {
    let (rest, name) = preceded(tag("federated-user/"), name).parse(input)?;
    Ok((rest, PrincipalIdentity::FederatedUser { name: name.into() }))
}

/// `[\w+=,.@-]+`, the characters of entity names.
fn name(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)).parse(input)
}

/// `/` or `/a/b/`, and the name behind it.
fn path_and_name(input: &str) -> IResult<&str, (&str, &str)> {
    let part = take_while1(|c: char| matches!(c, '!'..='~') && c != '/');
    let (rest, path) = recognize((char('/'), many0(terminated(part, char('/'))))).parse(input)?;
    let (rest, name) = name(rest)?;
    Ok((rest, (path, name)))
}

/// `AIDA` or `AROA` and more capitals and digits.
fn unique_id(input: &str) -> IResult<&str, &str> {
    let tail = nom::bytes::complete::take_while_m_n(12, 124, |c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
    recognize((alt((tag("AIDA"), tag("AROA"))), tail)).parse(input)
}

fn origin_access_identity(input: &str) -> IResult<&str, &str> {
    let (input, _) = (tag("arn:aws"), alt((tag("-cn"), tag("")))).parse(input)?;
    preceded(
        tag(":iam::cloudfront:user/CloudFront Origin Access Identity "),
        take_while1(|c: char| c.is_ascii_alphanumeric()),
    )
    .parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trip(text: &str) {
        assert_eq!(PrincipalArn::parse(text).unwrap().to_string(), text);
    }

    #[track_caller]
    fn err(text: &str, message: &str) {
        assert_eq!(AwsPrincipal::parse(text).unwrap_err().to_string(), message);
    }

    #[test]
    fn every_identity_is_read_and_printed() {
        round_trip("arn:aws:iam::111122223333:root");
        round_trip("arn:aws:iam::111122223333:user/Alice");
        round_trip("arn:aws-cn:iam::111122223333:user/division/team/Alice");
        round_trip("arn:aws:iam::111122223333:role/service-role/R_1+=,.@-");
        round_trip("arn:aws:sts::111122223333:assumed-role/R/session@example.com");
        round_trip("arn:aws:sts::111122223333:federated-user/Bob");
    }

    #[test]
    fn the_forms_under_aws_are_told_apart() {
        let account = "111122223333".parse().unwrap();
        assert_eq!(AwsPrincipal::parse("*"), Ok(AwsPrincipal::Everyone));
        assert_eq!(AwsPrincipal::parse("111122223333"), Ok(AwsPrincipal::Account(account)));
        assert_eq!(
            AwsPrincipal::parse("arn:aws:iam::111122223333:root"),
            Ok(AwsPrincipal::Account(account))
        );
        let id = "AIDAWJDXAOVI2A5WATHZF";
        assert_eq!(AwsPrincipal::parse(id), Ok(AwsPrincipal::UniqueId(id.into())));
        let oai = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EH1HDMB1FH2TC";
        assert_eq!(
            AwsPrincipal::parse(oai),
            Ok(AwsPrincipal::OriginAccessIdentity("EH1HDMB1FH2TC".into()))
        );
    }

    #[test]
    fn what_cannot_be_a_principal_is_refused() {
        err(
            "arn:aws:iam::111122223333:group/admins",
            "a user group cannot be a principal",
        );
        err(
            "arn:aws:iam::111122223333:instance-profile/x",
            "an instance profile cannot be a principal",
        );
        err(
            "arn:aws:iam::111122223333:role/*",
            "principal `arn:aws:iam::111122223333:role/*` has a wildcard: the only one is `*` alone under `AWS`",
        );
        err(
            "arn:aws:iam::12345:root",
            "the account of principal `arn:aws:iam::12345:root` is not 12 digits",
        );
        err("arn:moon:iam::111122223333:root", "partition `moon` does not exist");
        err(
            "arn:aws:s3:::bucket",
            "`arn:aws:s3:::bucket` names neither an account's root, a user, a role nor a session",
        );
        err("Alice", "`Alice` is neither `*`, an account id, an ARN nor a unique id");
        err("", "`` is neither `*`, an account id, an ARN nor a unique id");
    }

    #[test]
    fn service_and_federated_names_are_checked() {
        assert!(check_service_principal("ec2.amazonaws.com").is_ok());
        assert!(check_service_principal("*").is_err());
        assert!(check_service_principal("logs.<region>.amazonaws.com").is_err());
        assert!(check_federated_principal("cognito-identity.amazonaws.com").is_ok());
        assert!(
            check_federated_principal("arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com")
                .is_ok()
        );
        assert!(check_federated_principal("arn:aws:iam::111122223333:saml-provider/Okta").is_ok());
        let eks = "oidc.eks.eu-west-1.amazonaws.com/id/AB";
        assert!(check_federated_principal(&format!("arn:aws:iam::111122223333:oidc-provider/{eks}")).is_ok());
        assert!(check_federated_principal(&format!("arn:aws:iam::111122223333:oidc-provider/https://{eks}")).is_err());
        assert!(check_federated_principal("arn:aws:iam::111122223333:role/x").is_err());
        assert!(check_federated_principal("*").is_err());
    }
}
