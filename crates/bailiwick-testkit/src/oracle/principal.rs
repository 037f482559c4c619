//! Who asks, and how a `Principal` element speaks of them.

use bailiwick_grammar::PrincipalType;
use bailiwick_grammar::ast::{Element, PrincipalBlock};

use super::arn::segments;
use super::request::{OracleError, OracleRequest};

/// Who makes the request (E §1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Requester {
    /// Nobody signed the request.
    Anonymous,
    /// An AWS service, by its name.
    Service(String),
    /// An identity provider whose user calls `AssumeRoleWithSAML` or `AssumeRoleWithWebIdentity`: its ARN or its domain.
    Provider(String),
    /// The root user.
    Root {
        /// Its account.
        account: String,
    },
    /// An IAM user.
    User {
        /// Its account.
        account: String,
        /// Its ARN.
        arn: String,
    },
    /// A role session.
    Role {
        /// The partition of the role.
        partition: String,
        /// The account of the role.
        account: String,
        /// The role's name, without its path.
        role: String,
        /// The session's ARN; absent where the request only says which role it is.
        session: Option<String>,
    },
    /// A session from `GetFederationToken`.
    FederatedUser {
        /// Its account.
        account: String,
        /// The session's ARN.
        arn: String,
        /// The ARN of the user that called `GetFederationToken`.
        parent: Option<String>,
    },
}

/// How a `Principal` element matches the requester (E §5).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum MatchKind {
    /// The requester itself.
    Direct,
    /// `*`.
    Wildcard,
    /// The role of the requester's session.
    Role,
    /// The user behind the requester's federated-user session.
    ParentUser,
    /// The requester's account.
    Account,
}

/// The identity providers that have no ARN (G §5.3).
const BUILT_IN_PROVIDERS: [&str; 4] = [
    "cognito-identity.amazonaws.com",
    "www.amazon.com",
    "graph.facebook.com",
    "accounts.google.com",
];

impl Requester {
    /// Reads the principal of a request.
    ///
    /// # Errors
    ///
    /// Where it is none of the forms above.
    pub fn of(request: &OracleRequest) -> Result<Self, OracleError> {
        let text = request.principal.as_str();
        let wrong = || OracleError::Principal(text.to_owned());
        if text == "anonymous" {
            return Ok(Self::Anonymous);
        }
        if BUILT_IN_PROVIDERS.contains(&text) {
            return Ok(Self::Provider(text.to_owned()));
        }
        let Some([_, partition, service, _, account, resource]) = segments(text) else {
            let dns_name = text.contains('.') && !text.contains([':', ' ']);
            return dns_name.then(|| Self::Service(text.to_owned())).ok_or_else(wrong);
        };
        let (partition, account) = (partition.to_owned(), account.to_owned());
        let arn = text.to_owned();
        let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
        match (service, kind) {
            ("iam", "root") => Ok(Self::Root { account }),
            ("iam", "user") => Ok(Self::User { account, arn }),
            ("iam", "role") => Ok(Self::Role {
                partition,
                account,
                role: last_part(name).to_owned(),
                session: None,
            }),
            ("iam", "saml-provider" | "oidc-provider") => Ok(Self::Provider(arn)),
            ("sts", "assumed-role") => Ok(Self::Role {
                partition,
                account,
                role: name.split_once('/').ok_or_else(wrong)?.0.to_owned(),
                session: Some(arn),
            }),
            ("sts", "federated-user") => Ok(Self::FederatedUser {
                account,
                arn,
                parent: request.parent_user.clone(),
            }),
            _ => Err(wrong()),
        }
    }

    /// The requester's account, for those who have one.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Anonymous | Self::Service(_) | Self::Provider(_) => None,
            Self::Root { account }
            | Self::User { account, .. }
            | Self::Role { account, .. }
            | Self::FederatedUser { account, .. } => Some(account),
        }
    }
}

/// The name behind a path.
fn last_part(path_and_name: &str) -> &str {
    path_and_name.rsplit('/').next().unwrap_or_default()
}

/// E §5: every way in which `Principal` matches the requester; with `NotPrincipal`, see the choices of the house.
pub(super) fn match_kinds(element: &Element<PrincipalBlock>, requester: &Requester) -> Vec<MatchKind> {
    let kinds = match &element.value.node {
        PrincipalBlock::Everyone => vec![MatchKind::Wildcard],
        PrincipalBlock::Map { entries, .. } => entries
            .iter()
            .flat_map(|entry| {
                let values = entry.values.items.iter();
                values.filter_map(|value| entry_kind(entry.principal_type.node, &value.text, requester))
            })
            .collect(),
    };
    let named = match &element.value.node {
        PrincipalBlock::Everyone => true,
        PrincipalBlock::Map { entries, .. } => entries.iter().any(|entry| !entry.values.items.is_empty()),
    };
    if !named {
        return Vec::new();
    }
    match (element.negated, kinds.is_empty()) {
        (false, _) => kinds,
        (true, true) => vec![MatchKind::Wildcard],
        (true, false) => Vec::new(),
    }
}

/// The table of E §5, one entry at a time.
fn entry_kind(principal_type: PrincipalType, entry: &str, requester: &Requester) -> Option<MatchKind> {
    match principal_type {
        PrincipalType::Aws => aws_kind(entry, requester),
        PrincipalType::Service => (*requester == Requester::Service(entry.to_owned())).then_some(MatchKind::Direct),
        PrincipalType::Federated => (*requester == Requester::Provider(entry.to_owned())).then_some(MatchKind::Direct),
        PrincipalType::CanonicalUser => None,
    }
}

fn aws_kind(entry: &str, requester: &Requester) -> Option<MatchKind> {
    if entry == "*" {
        return Some(MatchKind::Wildcard);
    }
    if let Some(named) = named_account(entry) {
        return match requester {
            Requester::Root { account } => (account == named).then_some(MatchKind::Direct),
            _ => (requester.account() == Some(named)).then_some(MatchKind::Account),
        };
    }
    match requester {
        Requester::User { arn, .. } => (entry == arn).then_some(MatchKind::Direct),
        Requester::Role {
            partition,
            account,
            role,
            session,
        } => {
            if session.as_deref() == Some(entry) {
                Some(MatchKind::Direct)
            } else {
                let own = [partition, account, role].map(String::as_str);
                (named_role(entry) == Some(own)).then_some(MatchKind::Role)
            }
        }
        Requester::FederatedUser { arn, parent, .. } => {
            if entry == arn {
                Some(MatchKind::Direct)
            } else {
                (parent.as_deref() == Some(entry)).then_some(MatchKind::ParentUser)
            }
        }
        Requester::Anonymous | Requester::Service(_) | Requester::Provider(_) | Requester::Root { .. } => None,
    }
}

/// The account that an entry names: twelve digits, or the ARN of its root.
fn named_account(entry: &str) -> Option<&str> {
    match segments(entry) {
        Some([_, _, "iam", _, account, "root"]) => Some(account),
        Some(_) => None,
        None => (entry.len() == 12 && entry.bytes().all(|byte| byte.is_ascii_digit())).then_some(entry),
    }
}

/// Partition, account and name of the role that an entry names. A session's ARN has no path, so the path is left aside.
fn named_role(entry: &str) -> Option<[&str; 3]> {
    let [_, partition, "iam", _, account, resource] = segments(entry)? else {
        return None;
    };
    Some([partition, account, last_part(resource.strip_prefix("role/")?)])
}
