//! Who assumes a role, and by which action.
//!
//! AWS: IAM User Guide, "Update a role trust policy", "Pass session tags in AWS STS", "Monitor and control actions taken with assumed
//! roles"; IAM Roles Anywhere User Guide, "Trust model".

use std::collections::{HashMap, HashSet};

use bailiwick_catalog::Catalog;
use bailiwick_grammar::ast::PrincipalBlock;
use bailiwick_grammar::{
    AccountId, Arn, AwsPrincipal, ConditionOperator, DiagnosticCode, PrincipalArn, PrincipalIdentity, PrincipalType,
    Span,
};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Action, Condition, Document, Principal, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        finding_type: FindingType::Error,
        title: "Role trust policy syntax error notprincipal",
        policy_types: PolicyTypes::TRUST,
        trigger: "A statement of a role trust policy has `NotPrincipal`.",
        example: Example {
            fires: r#""NotPrincipal": {"AWS": "111122223333"}"#,
            silent: r#""Principal": {"AWS": "111122223333"}"#,
        },
        grammar: &[DiagnosticCode::NotPrincipalNotAllowed],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        finding_type: FindingType::Error,
        title: "Role trust policy unsupported wildcard in principal",
        policy_types: PolicyTypes::TRUST,
        trigger: "The principal of a statement of a role trust policy is `\"*\"`. `{\"AWS\": \"*\"}` is none.",
        example: Example {
            fires: r#""Principal": "*""#,
            silent: r#""Principal": {"AWS": "*"}"#,
        },
        grammar: &[DiagnosticCode::PrincipalNotAllowed],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
        finding_type: FindingType::Error,
        title: "Role trust policy syntax error resource",
        policy_types: PolicyTypes::TRUST,
        trigger: "A statement of a role trust policy has `Resource` or `NotResource`.",
        example: Example {
            fires: r#""Action": "sts:AssumeRole", "Resource": "*""#,
            silent: r#""Action": "sts:AssumeRole""#,
        },
        grammar: &[DiagnosticCode::ResourceNotAllowed],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
        finding_type: FindingType::Error,
        title: "Invalid federated principal syntax in role trust policy",
        policy_types: PolicyTypes::TRUST,
        trigger: "A `Federated` principal of a role trust policy is neither a domain name nor the ARN of a SAML or OpenID Connect provider.",
        example: Example {
            fires: r#""Principal": {"Federated": "arn:aws:iam::111122223333:role/Directory"}"#,
            silent: r#""Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/Directory"}"#,
        },
        grammar: &[DiagnosticCode::InvalidFederatedPrincipal],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "MISMATCHED_ACTION_FOR_PRINCIPAL",
        finding_type: FindingType::Error,
        title: "Mismatched action for principal",
        policy_types: PolicyTypes::TRUST,
        trigger: "A statement of a role trust policy names a principal and an action by which such a principal does not assume a role: \
                  SAML providers vouch with `sts:AssumeRoleWithSAML`, other identity providers with `sts:AssumeRoleWithWebIdentity`, all \
                  else calls `sts:AssumeRole`. Where the statement names several of each, every action must serve a principal and every \
                  principal have its action. A denial for all AWS principals can name any action.",
        example: Example {
            fires: r#"{"Federated": "arn:aws:iam::111122223333:saml-provider/Directory"}, "Action": "sts:AssumeRoleWithWebIdentity""#,
            silent: r#"{"Federated": "arn:aws:iam::111122223333:saml-provider/Directory"}, "Action": "sts:AssumeRoleWithSAML""#,
        },
        grammar: &[],
        run: Run::Statement(mismatched_action_for_principal),
    },
    PolicyCheck {
        code: "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
        finding_type: FindingType::Error,
        title: "Missing action for roles anywhere trust policy",
        policy_types: PolicyTypes::TRUST,
        trigger: "A role trust policy allows IAM Roles Anywhere, `rolesanywhere.amazonaws.com`, some but not all of `sts:AssumeRole`, \
                  `sts:SetSourceIdentity` and `sts:TagSession`. Its statements count together.",
        example: Example {
            fires: r#"{"Service": "rolesanywhere.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]"#,
            silent: r#"{"Service": "rolesanywhere.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]"#,
        },
        grammar: &[],
        run: Run::Document(missing_action_for_roles_anywhere),
    },
    PolicyCheck {
        code: "MISSING_ACTION_FOR_CONDITION_KEY",
        finding_type: FindingType::Error,
        title: "Missing action for condition key",
        policy_types: PolicyTypes::ALL,
        trigger: "A statement allows to assume a role on a condition whose key is only there if the caller may do more, and no \
                  statement allows that to one of the same principals: `sts:SourceIdentity` needs `sts:SetSourceIdentity`; `aws:RequestTag/…`, `aws:TagKeys` and \
                  `sts:TransitiveTagKeys` need `sts:TagSession`; `sts:RequestContext/…` and `sts:RequestContextProviders` need \
                  `sts:SetContext`. Conditions that hold without the key (`IfExists`, `Null` with true, `ForAllValues`, \
                  negations) are left alone.",
        example: Example {
            fires: r#""Action": "sts:AssumeRole", "Condition": {"StringLike": {"sts:SourceIdentity": "*@example.com"}}"#,
            silent: r#""Action": ["sts:AssumeRole", "sts:SetSourceIdentity"], "Condition": {"StringLike": {"sts:SourceIdentity": "*@example.com"}}"#,
        },
        grammar: &[],
        run: Run::Document(missing_action_for_condition_key),
    },
    PolicyCheck {
        code: "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
        finding_type: FindingType::Suggestion,
        title: "Redundant principal in role trust policy",
        policy_types: PolicyTypes::TRUST,
        trigger: "A statement of a role trust policy names a role and, besides, a session of that role.",
        example: Example {
            fires: r#""AWS": ["arn:aws:iam::111122223333:role/Deployer", "arn:aws:sts::111122223333:assumed-role/Deployer/release"]"#,
            silent: r#""AWS": ["arn:aws:iam::111122223333:role/Builder", "arn:aws:sts::111122223333:assumed-role/Deployer/release"]"#,
        },
        grammar: &[],
        run: Run::Statement(redundant_principal),
    },
];

/// The ways in which callers assume a role.
///
/// AWS: AWS STS API Reference, the three operations of these names.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Way {
    /// With credentials of AWS: accounts, users, roles, services.
    Credentials,
    /// With the assertion of a SAML provider.
    Saml,
    /// With the token of an OpenID Connect provider, or of one of those that AWS knows by their domains.
    WebIdentity,
}

impl Way {
    const ALL: [Self; 3] = [Self::Credentials, Self::Saml, Self::WebIdentity];

    /// The action, without `sts:`.
    fn action(self) -> &'static str {
        match self {
            Self::Credentials => "AssumeRole",
            Self::Saml => "AssumeRoleWithSAML",
            Self::WebIdentity => "AssumeRoleWithWebIdentity",
        }
    }

    /// How a principal assumes roles.
    fn of(principal: &Principal<'_>) -> Self {
        match principal.principal_type {
            PrincipalType::Aws | PrincipalType::CanonicalUser | PrincipalType::Service => Self::Credentials,
            PrincipalType::Federated if principal.text.contains(":saml-provider/") => Self::Saml,
            PrincipalType::Federated => Self::WebIdentity,
        }
    }
}

/// Whether an entry of `Action` covers an action of AWS STS.
fn covers(action: &Action<'_>, name: &str) -> bool {
    let Some(prefix) = action.service_prefix() else {
        return true;
    };
    if !prefix.eq_ignore_ascii_case("sts") {
        // Which services such a prefix stands for is not worked out: it may be this one.
        return prefix.contains(['*', '?']);
    }
    if !action.is_pattern() {
        return action.name().eq_ignore_ascii_case(name);
    }
    Catalog::service("sts").is_some_and(|sts| sts.actions_matching(action.name()).any(|found| found.name() == name))
}

/// Whether the statement grants an action of AWS STS.
pub(super) fn grants(statement: &Statement<'_>, name: &str) -> bool {
    statement.has_not_action() || statement.actions.iter().any(|action| covers(action, name))
}

/// Whether the statement is about one of the ways to assume a role, not only about what accompanies it.
fn is_about_assuming(statement: &Statement<'_>) -> bool {
    Way::ALL.iter().any(|way| grants(statement, way.action()))
}

fn mismatched_action_for_principal(statement: &Statement<'_>, report: &mut Report<'_>) {
    let principals = &statement.principals;
    // What the grammar refuses has its finding already.
    let unknown = principals.iter().any(|principal| principal.value.is_none());
    let is_everyone = |principal: &Principal<'_>| {
        principal
            .value
            .is_some_and(|value| value.aws == Some(AwsPrincipal::Everyone))
    };
    if unknown
        || statement.has_not_principal()
        || statement.has_not_action()
        || (statement.denies() && principals.iter().any(is_everyone))
    {
        return;
    }
    let granted = Way::ALL.map(|way| grants(statement, way.action()));
    let ways: Vec<Way> = principals.iter().map(Way::of).collect();
    let mut unserved_told = false;
    for way in Way::ALL {
        let literal = |action: &&Action<'_>| !action.is_pattern() && covers(action, way.action());
        let Some(action) = statement.actions.iter().find(literal) else {
            continue;
        };
        let serves = ways.contains(&way);
        if serves && std::mem::replace(&mut unserved_told, true) {
            continue;
        }
        let wrong: Vec<&Principal<'_>> = (principals.iter().zip(&ways))
            .filter(|&(_, &of)| of != way && (!serves || !granted[of as usize]))
            .map(|(principal, _)| principal)
            .collect();
        if let Some(first) = wrong.first() {
            let more = match wrong.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let details = format!(
                "`{}`{more} cannot assume a role by `{}`. SAML providers need `sts:AssumeRoleWithSAML`, other identity providers \
                 `sts:AssumeRoleWithWebIdentity`, both under `Federated`; all other principals need `sts:AssumeRole`.",
                first.text,
                action.pattern.as_str()
            );
            let found = report.at(action.pattern.span, details);
            for principal in wrong {
                found.and(principal.span);
            }
        }
    }
}

fn missing_action_for_roles_anywhere(document: &Document<'_>, report: &mut Report<'_>) {
    const NEEDED: [&str; 3] = ["AssumeRole", "SetSourceIdentity", "TagSession"];
    let mut first: Option<Span> = None;
    let mut missing = NEEDED.to_vec();
    for statement in document.statements.iter().filter(|statement| statement.allows()) {
        let is_roles_anywhere = |principal: &&Principal<'_>| {
            principal.principal_type == PrincipalType::Service && principal.text == "rolesanywhere.amazonaws.com"
        };
        if let Some(principal) = statement.principals.iter().find(is_roles_anywhere)
            && !statement.has_not_principal()
        {
            let action = statement.tree.action.as_ref().map(|element| element.value.span);
            first = first.or(action).or(Some(principal.span));
            missing.retain(|name| !grants(statement, name));
        }
    }
    if let Some(place) = first.filter(|_| !missing.is_empty()) {
        let missing: Vec<String> = missing.iter().map(|name| format!("`sts:{name}`")).collect();
        let details = format!(
            "IAM Roles Anywhere cannot assume the role without {}. Add what is missing to the actions.",
            missing.join(" and ")
        );
        report.at(place, details);
    }
}

/// The action of AWS STS without which a request to assume a role cannot carry a condition key.
///
/// AWS: IAM User Guide, "IAM and AWS STS condition context keys", "Pass session tags in AWS STS", "Monitor and control actions taken with
/// assumed roles".
fn action_needed_for(key: &str) -> Option<&'static str> {
    let begins = |prefix: &str| {
        key.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let is = |name: &str| key.eq_ignore_ascii_case(name);
    if is("sts:SourceIdentity") {
        Some("SetSourceIdentity")
    } else if is("sts:TransitiveTagKeys") || is("aws:TagKeys") || begins("aws:RequestTag/") {
        Some("TagSession")
    } else if is("sts:RequestContextProviders") || begins("sts:RequestContext/") {
        Some("SetContext")
    } else {
        None
    }
}

fn missing_action_for_condition_key(document: &Document<'_>, report: &mut Report<'_>) {
    let allowing = || document.statements.iter().filter(|statement| statement.allows());
    let mut allowed: HashMap<&str, Grantees<'_>> = HashMap::new();
    for statement in allowing() {
        let is_sts = |action: &Action<'_>| {
            action
                .service_prefix()
                .is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts"))
        };
        // The keys of tags are keys of other services' actions too.
        let only_sts = !statement.actions.is_empty() && statement.actions.iter().all(is_sts);
        if statement.conditions.is_empty() || !only_sts || !is_about_assuming(statement) {
            continue;
        }
        for condition in statement.conditions.iter().filter(|condition| needs_the_key(condition)) {
            let Some(needed) = action_needed_for(condition.key) else {
                continue;
            };
            let grantees = allowed
                .entry(needed)
                .or_insert_with(|| Grantees::of(allowing().filter(|statement| grants(statement, needed))));
            if !grantees.include_any_of(statement) {
                let details = format!(
                    "No request has `{}` unless `sts:{needed}` is allowed, so that this condition never holds. Add `sts:{needed}` to the \
                     actions of this statement.",
                    condition.key.as_str()
                );
                let action = statement.tree.action.as_ref().map(|element| element.value.span);
                let found = report.at(action.unwrap_or(condition.key.span), details);
                found.and(condition.key.span);
            }
        }
    }
}

/// Whether a condition cannot hold where its key is absent.
fn needs_the_key(condition: &Condition<'_>) -> bool {
    let qualified = condition.set_operator().is_some() || condition.operator.if_exists();
    if condition.base_operator() == ConditionOperator::Null {
        return !qualified && condition.is_always(false);
    }
    condition.requires_values()
}

/// Whom some statements name, so that it is quickly said whether another names one of them. An account and its users and roles count as
/// one another, for the account can pass on what it is allowed; so do a role and its sessions.
#[derive(Default)]
struct Grantees<'s> {
    everyone: bool,
    accounts: HashSet<AccountId>,
    of_accounts: HashSet<AccountId>,
    roles: HashSet<(AccountId, &'s str)>,
    others: HashSet<(PrincipalType, &'s str)>,
}

impl<'s> Grantees<'s> {
    fn of<'a: 's>(statements: impl Iterator<Item = &'s Statement<'a>>) -> Self {
        let mut grantees = Self::default();
        for statement in statements {
            grantees.everyone |= speaks_of_everyone(statement);
            for principal in &statement.principals {
                match principal.value.and_then(|value| value.aws.as_ref()) {
                    Some(AwsPrincipal::Everyone) => grantees.everyone = true,
                    Some(AwsPrincipal::Account(account)) => {
                        grantees.accounts.insert(*account);
                        grantees.of_accounts.insert(*account);
                    }
                    Some(AwsPrincipal::Identity(arn)) => {
                        grantees.of_accounts.insert(arn.account);
                        grantees.roles.extend(role(arn));
                        grantees.others.insert((principal.principal_type, principal.text));
                    }
                    _ => {
                        grantees.others.insert((principal.principal_type, principal.text));
                    }
                }
            }
        }
        grantees
    }

    fn include_any_of(&self, statement: &Statement<'_>) -> bool {
        let is_empty = !self.everyone && self.of_accounts.is_empty() && self.others.is_empty();
        let includes = |principal: &Principal<'_>| {
            let by_value = match principal.value.and_then(|value| value.aws.as_ref()) {
                Some(AwsPrincipal::Everyone) => !is_empty,
                Some(AwsPrincipal::Account(account)) => self.of_accounts.contains(account),
                Some(AwsPrincipal::Identity(arn)) => {
                    self.accounts.contains(&arn.account) || role(arn).is_some_and(|role| self.roles.contains(&role))
                }
                _ => false,
            };
            by_value || self.others.contains(&(principal.principal_type, principal.text))
        };
        self.everyone || (speaks_of_everyone(statement) && !is_empty) || statement.principals.iter().any(includes)
    }
}

/// Whether a statement names nobody in particular. That of an identity policy speaks of whom it is attached to, as the others do.
fn speaks_of_everyone(statement: &Statement<'_>) -> bool {
    let principal = statement.tree.principal.as_ref();
    principal.is_none_or(|element| element.negated || element.value.node == PrincipalBlock::Everyone)
}

/// The role that it is or is a session of.
fn role(arn: &PrincipalArn) -> Option<(AccountId, &str)> {
    match &arn.identity {
        PrincipalIdentity::Role { name, .. } => Some((arn.account, name)),
        PrincipalIdentity::AssumedRole { role, .. } => Some((arn.account, role)),
        _ => None,
    }
}

fn redundant_principal(statement: &Statement<'_>, report: &mut Report<'_>) {
    let identities = || {
        let of_aws = |principal: &&Principal<'_>| principal.principal_type == PrincipalType::Aws;
        statement
            .principals
            .iter()
            .filter(of_aws)
            .filter_map(|principal| Some((principal, Arn::parse(principal.text).ok()?)))
    };
    let mut roles: HashMap<_, &Principal<'_>> = HashMap::new();
    for (principal, arn) in identities().filter(|(_, arn)| arn.service == "iam") {
        if let Some(role) = arn.resource.strip_prefix("role/") {
            let name = role.rsplit('/').next().unwrap_or(role);
            roles.entry((arn.partition, arn.account, name)).or_insert(principal);
        }
    }
    // AWS's page of checks has sessions under `iam`, everything else of AWS under `sts`.
    for (principal, arn) in identities().filter(|(_, arn)| ["iam", "sts"].contains(&arn.service)) {
        let session = arn.resource.strip_prefix("assumed-role/");
        if let Some((role, _)) = session.and_then(|session| session.split_once('/'))
            && let Some(parent) = roles.get(&(arn.partition, arn.account, role))
        {
            let details = format!(
                "The session `{}` is one of role `{}`, which the statement names too. Remove the session.",
                principal.text, parent.text
            );
            report.at(principal.span, details).and(parent.span);
        }
    }
}
