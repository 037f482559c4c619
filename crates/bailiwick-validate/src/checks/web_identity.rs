//! Which tokens of an OpenID Connect provider a role trust policy takes.
//!
//! AWS: IAM User Guide, "Create a role for OpenID Connect federation", "IAM and AWS STS condition context keys" ("Available keys for AWS
//! OIDC federation").

use std::collections::HashSet;

use bailiwick_grammar::{PrincipalType, SetOperator};
use bailiwick_policy::{OperatorMeaning, Relation};

use super::role_trust_policy::grants;
use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Condition, Principal, Statement};

/// The issuer of the tokens of GitHub Actions; an enterprise can have one of its own below it.
const GITHUB: &str = "token.actions.githubusercontent.com";

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        finding_type: FindingType::SecurityWarning,
        title: "Missing condition key for oidc principal",
        policy_types: PolicyTypes::TRUST,
        trigger: "A role trust policy lets in, by `sts:AssumeRoleWithWebIdentity`, those for whom an OpenID Connect provider vouches, or one of the providers that AWS knows by \
                  their domains, and no condition of the statement names a value for a key of that provider.",
        example: Example {
            fires: r#""Condition": {"StringEquals": {"accounts.example.com:aud": "reports"}}"#,
            silent: r#""Condition": {"StringEquals": {"login.example.com:aud": "reports"}}"#,
        },
        grammar: &[],
        run: Run::Statement(missing_condition_key),
    },
    PolicyCheck {
        code: "MISSING_GITHUB_REPO_CONDITION_KEY",
        finding_type: FindingType::SecurityWarning,
        title: "Missing github repo condition key",
        policy_types: PolicyTypes::TRUST,
        trigger: "A role trust policy lets in, by `sts:AssumeRoleWithWebIdentity`, GitHub Actions, and no condition of the statement names a value for \
                  `token.actions.githubusercontent.com:sub`: whoever has a repository on GitHub can assume the role.",
        example: Example {
            fires: r#"{"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}"#,
            silent: r#"{"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:sub": "repo:example-org/reports:ref:refs/heads/main"}}"#,
        },
        grammar: &[],
        run: Run::Statement(missing_github_repo),
    },
    PolicyCheck {
        code: "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
        finding_type: FindingType::Warning,
        title: "Specific github repo and branch recommended",
        policy_types: PolicyTypes::TRUST,
        trigger: "A role trust policy matches `token.actions.githubusercontent.com:sub` with a pattern that leaves open the repository or all \
                  that follows it: a wildcard in the owner or repository or before them, or one in place of the branch, tag or environment. The \
                  latter is fine where a condition on `token.actions.githubusercontent.com:ref` asks for a branch.",
        example: Example {
            fires: r#""token.actions.githubusercontent.com:sub": "repo:example-org/*""#,
            silent: r#""token.actions.githubusercontent.com:sub": "repo:example-org/reports:ref:refs/heads/release-*""#,
        },
        grammar: &[],
        run: Run::Statement(specific_github_repo_and_branch),
    },
    PolicyCheck {
        code: "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE",
        finding_type: FindingType::SecurityWarning,
        title: "ForAnyValue with audience claim type",
        policy_types: PolicyTypes::TRUST,
        trigger: "A role trust policy has `ForAnyValue` with the audience of a provider for which AWS lists that key as single-valued, such \
                  as `accounts.google.com:aud`.",
        example: Example {
            fires: r#"{"ForAnyValue:StringEquals": {"accounts.google.com:aud": "reports"}}"#,
            silent: r#"{"StringEquals": {"accounts.google.com:aud": "reports"}}"#,
        },
        grammar: &[],
        run: Run::Condition(for_any_value_with_audience),
    },
    PolicyCheck {
        code: "CONFIRM_AUDIENCE_CLAIM_TYPE",
        finding_type: FindingType::Suggestion,
        title: "Confirm audience claim type",
        policy_types: PolicyTypes::TRUST,
        trigger: "A role trust policy has `ForAnyValue` or `ForAllValues` with the audience, `aud`, of a provider of which AWS does not list \
                  whether that key has several values.",
        example: Example {
            fires: r#"{"ForAnyValue:StringEquals": {"login.example.com:aud": "reports"}}"#,
            silent: r#"{"StringEquals": {"login.example.com:aud": "reports"}}"#,
        },
        grammar: &[],
        run: Run::Condition(confirm_audience),
    },
];

/// The issuer whose tokens a principal stands for, in lower case, as condition keys begin.
fn issuer(principal: &Principal<'_>) -> Option<String> {
    let value = principal.value?;
    let name = match value.text.split_once(":oidc-provider/") {
        Some((_, name)) => name,
        None if value.text.starts_with("arn:") => return None,
        None => value.text.as_str(),
    };
    (principal.principal_type == PrincipalType::Federated).then(|| name.to_ascii_lowercase())
}

fn is_github(issuer: &str) -> bool {
    issuer
        .strip_prefix(GITHUB)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the statement lets someone assume the role with the token of a provider.
fn lets_in(statement: &Statement<'_>) -> bool {
    statement.allows() && !statement.has_not_principal() && grants(statement, "AssumeRoleWithWebIdentity")
}

fn missing_condition_key(statement: &Statement<'_>, report: &mut Report<'_>) {
    if !lets_in(statement) {
        return;
    }
    let named: HashSet<String> = (statement.conditions.iter())
        .filter(|condition| condition.names_values())
        .filter_map(|condition| Some(condition.key.rsplit_once(':')?.0.to_ascii_lowercase()))
        .collect();
    for principal in &statement.principals {
        if let Some(issuer) = issuer(principal).filter(|issuer| !named.contains(issuer)) {
            let details = format!(
                "Whoever has a token of `{issuer}` can assume the role. Add conditions on its keys, such as `{issuer}:aud` and \
                 `{issuer}:sub`."
            );
            report.at(principal.span, details);
        }
    }
}

fn missing_github_repo(statement: &Statement<'_>, report: &mut Report<'_>) {
    if !lets_in(statement) {
        return;
    }
    let named: HashSet<String> = (statement.conditions.iter())
        .filter(|condition| condition.names_values())
        .map(|condition| condition.key.to_ascii_lowercase())
        .collect();
    for principal in &statement.principals {
        let key = issuer(principal)
            .filter(|issuer| is_github(issuer))
            .map(|issuer| format!("{issuer}:sub"));
        if let Some(key) = key.filter(|key| !named.contains(key)) {
            let details = format!(
                "A workflow of any repository on GitHub can assume the role. Add a condition on `{key}` that names the repository and the \
                 branch, as `repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH`."
            );
            report.at(principal.span, details);
        }
    }
}

fn specific_github_repo_and_branch(statement: &Statement<'_>, report: &mut Report<'_>) {
    let is_claim = |condition: &Condition<'_>, claim: &str| {
        let key = condition.key.rsplit_once(':');
        key.is_some_and(|(issuer, name)| name.eq_ignore_ascii_case(claim) && is_github(&issuer.to_ascii_lowercase()))
    };
    if !statement.allows() {
        return;
    }
    let ref_is_named =
        (statement.conditions.iter()).any(|condition| is_claim(condition, "ref") && names_something(condition));
    for condition in &statement.conditions {
        let like =
            OperatorMeaning::of(condition.base_operator()).relation == Relation::Like && condition.names_values();
        if !like || !is_claim(condition, "sub") {
            continue;
        }
        for (text, span) in condition.texts() {
            let open = match left_open(text) {
                Some(Open::Repository) => "the repository",
                Some(Open::Branch) if !ref_is_named => "the branch",
                _ => continue,
            };
            let details = format!(
                "The pattern `{text}` leaves open {open}. Name the repository and the branch, as \
                 `repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH`; where the subject has no branch, add a condition on `{GITHUB}:ref`."
            );
            report.at(span, details);
        }
    }
}

/// What a pattern for the subject of GitHub's tokens leaves open.
enum Open {
    Repository,
    Branch,
}

/// Whether a condition asks for the key, and for other values of it than any.
fn names_something(condition: &Condition<'_>) -> bool {
    let mut values = condition.texts().peekable();
    condition.requires_values()
        && values.peek().is_some()
        && values.all(|(text, _)| text.contains(|c| !matches!(c, '*' | '?')))
}

/// The claims that name a repository, as they stand in a subject.
const REPOSITORY_CLAIMS: [&str; 3] = ["repo:", "repository:", "repository_id:"];

/// GitHub: "OpenID Connect reference", "Example subject claims": `repo:OWNER/REPOSITORY:` and `ref:REF`, `environment:NAME` or
/// `pull_request`. An organization can choose other subjects: of these it is only asked that they name the repository before the first
/// wildcard, for what stands behind one can be a name that somebody else has chosen.
fn left_open(pattern: &str) -> Option<Open> {
    let (before, _) = pattern.split_at(pattern.find(['*', '?'])?);
    if let Some(subject) = before.strip_prefix("repo:") {
        return match subject.split_once(':') {
            Some((repository, rest)) if is_repository(repository) => begins_a_name(rest).then_some(Open::Branch),
            _ => Some(Open::Repository),
        };
    }
    let claims = |claim: &str| {
        let starts = before.match_indices(claim).map(|(at, _)| at);
        let mut starts = starts.filter(|&at| at == 0 || before[..at].ends_with(':'));
        starts.any(|at| {
            let value = before[at + claim.len()..].split_once(':').map(|(value, _)| value);
            value.is_some_and(|value| claim.ends_with("_id:") && !value.is_empty() || is_repository(value))
        })
    };
    (!REPOSITORY_CLAIMS.iter().any(|claim| claims(claim))).then_some(Open::Repository)
}

/// Whether it is an owner and a name.
fn is_repository(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(owner, name)| !owner.is_empty() && !name.is_empty())
}

/// Whether a wildcard behind this stands for a whole name.
fn begins_a_name(before: &str) -> bool {
    before.is_empty() || before.ends_with(':') || ["ref:refs/", "ref:refs/heads/", "ref:refs/tags/"].contains(&before)
}

/// Whether a key is the audience of the tokens of a provider.
fn is_audience(condition: &Condition<'_>) -> bool {
    const CLAIMS: [&str; 3] = ["aud", "oaud", "app_id"];
    condition.key.rsplit_once(':').is_some_and(|(issuer, claim)| {
        issuer.contains('.') && CLAIMS.iter().any(|audience| claim.eq_ignore_ascii_case(audience))
    })
}

/// Whether a key is the audience of the tokens of a provider of which AWS does not list how many values it has.
pub(super) fn is_unlisted_audience(condition: &Condition<'_>) -> bool {
    is_audience(condition) && !is_listed(condition)
}

/// Whether AWS lists the key for that very provider, so that it is known how many values it has.
fn is_listed(condition: &Condition<'_>) -> bool {
    condition.known.is_some_and(|known| !known.is_template())
}

fn for_any_value_with_audience(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let single = condition.known.is_some_and(|known| !known.is_multivalued());
    if condition.set_operator() == Some(SetOperator::ForAnyValue)
        && is_audience(condition)
        && is_listed(condition)
        && single
    {
        let details = format!(
            "`{}` has one value, for which `ForAnyValue` is not made. Remove `ForAnyValue:`.",
            condition.key.as_str()
        );
        report.at(condition.operator.span, details).and(condition.key.span);
    }
}

fn confirm_audience(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let Some(set) = condition.set_operator() else {
        return;
    };
    if is_unlisted_audience(condition) {
        let details = format!(
            "`{}` names the audience of the tokens. Confirm that its provider puts several audiences into a token; if it puts one, \
             remove `{}:`.",
            condition.key.as_str(),
            set.as_str()
        );
        report.at(condition.operator.span, details).and(condition.key.span);
    }
}
