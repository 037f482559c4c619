//! Whether a statement applies, and what a set of policies comes to.

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::{Effect, PolicyDocument, Statement, Version};

use super::condition;
use super::glob::{matches, written};
use super::principal::{MatchKind, Requester, match_kinds};
use super::request::OracleRequest;
use super::resource;
use super::variable::Scope;

/// Who asks what, as every statement sees it.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) request: &'a OracleRequest,
    pub(super) requester: &'a Requester,
    /// Whether a permissions boundary is set on the user or role that asks.
    pub(super) bounded: bool,
}

/// E §2: what a policy set comes to, with the ways in which its Allow statements matched the requester.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    ExplicitDeny,
    /// Without a `Principal` element an Allow has no match kinds.
    Allow(Vec<MatchKind>),
    ImplicitDeny,
}

impl Outcome {
    pub(super) fn is_allow(&self) -> bool {
        matches!(self, Self::Allow(_))
    }

    /// Whether an Allow matched in this way.
    pub(super) fn grants(&self, kind: MatchKind) -> bool {
        match self {
            Self::Allow(kinds) => kinds.contains(&kind),
            Self::ExplicitDeny | Self::ImplicitDeny => false,
        }
    }
}

/// E §2: an explicit deny if a Deny applies, else allowed if an Allow applies, else an implicit deny. Order means nothing.
pub(super) fn policy_set<'a>(
    documents: impl IntoIterator<Item = &'a PolicyDocument>,
    policy_type: PolicyType,
    question: Question<'_>,
) -> Outcome {
    let mut denied = false;
    let mut allowed = false;
    let mut kinds = Vec::new();
    for document in documents {
        let version = document.version.as_ref().map_or(Version::V2008, |version| version.node);
        let statements = document.statements.iter().flat_map(|statements| &statements.items);
        for statement in statements {
            let Some(matched) = applies(statement, version, policy_type, question) else {
                continue;
            };
            match statement.effect.as_ref().map(|effect| effect.node) {
                Some(Effect::Deny) => denied = true,
                Some(Effect::Allow) => {
                    allowed = true;
                    kinds.extend(matched);
                }
                None => {}
            }
        }
    }
    match (denied, allowed) {
        (true, _) => Outcome::ExplicitDeny,
        (false, true) => Outcome::Allow(kinds),
        (false, false) => Outcome::ImplicitDeny,
    }
}

/// E §2: a statement applies iff action, resource, principal and every condition match. Gives the match kinds of its principal.
fn applies(
    statement: &Statement,
    version: Version,
    policy_type: PolicyType,
    question: Question<'_>,
) -> Option<Vec<MatchKind>> {
    let scope = Scope {
        request: question.request,
        version,
    };
    let kinds = principal_matches(statement, question)?;
    let applies = action_matches(statement, &question.request.action)
        && resource_matches(statement, policy_type, scope)
        && statement
            .condition
            .iter()
            .all(|condition| condition::holds(condition, scope));
    applies.then_some(kinds)
}

/// G §5.1: `Action` if any entry matches, `NotAction` if none does; an empty list speaks of nothing.
fn action_matches(statement: &Statement, action: &str) -> bool {
    let Some(element) = &statement.action else {
        return false;
    };
    let named = element
        .value
        .items
        .iter()
        .any(|entry| action_entry_matches(entry.as_str(), action));
    !element.value.items.is_empty() && named != element.negated
}

/// G §5.1: without case. A name that is empty or has a blank matches nothing.
fn action_entry_matches(entry: &str, action: &str) -> bool {
    if entry == "*" {
        return true;
    }
    let name = entry.split_once(':').map_or("", |(_, name)| name);
    if name.is_empty() || name.contains(char::is_whitespace) {
        return false;
    }
    matches(&written(&entry.to_ascii_lowercase()), &action.to_ascii_lowercase())
}

/// G §5.2: `Resource` if any entry matches, `NotResource` if none does; an empty list speaks of nothing. A policy that is attached to a resource need not name it.
fn resource_matches(statement: &Statement, policy_type: PolicyType, scope: Scope<'_>) -> bool {
    let Some(element) = &statement.resource else {
        return true;
    };
    let entries = element.value.items.iter();
    let named = entries
        .map(|entry| entry.as_str())
        .any(|entry| resource::entry_matches(entry, policy_type, scope));
    !element.value.items.is_empty() && named != element.negated
}

/// E §5 and §6 ("`NotPrincipal` + boundary"): how the statement's principal matches; nothing if it does not.
fn principal_matches(statement: &Statement, question: Question<'_>) -> Option<Vec<MatchKind>> {
    let Some(element) = &statement.principal else {
        return Some(Vec::new());
    };
    let denies = statement.effect.as_ref().map(|effect| effect.node) == Some(Effect::Deny);
    if element.negated && denies && question.bounded {
        return Some(vec![MatchKind::Wildcard]);
    }
    let kinds = match_kinds(element, question.requester);
    (!kinds.is_empty()).then_some(kinds)
}
