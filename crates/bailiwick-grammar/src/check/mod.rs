//! What the grammar asks of a tree beyond its shape.
//!
//! [`check_document`] holds for every policy and runs as a part of parsing; [`check_policy_type`] says what a document may be when
//! the kind of policy is known.
//!
//! AWS: IAM User Guide, "Grammar of the IAM JSON policy language"; Organizations User Guide, "SCP syntax" and "RCP syntax".

mod resource;
mod trust;
mod variables;

use crate::ast::{Effect, PolicyDocument, PrincipalBlock, Statement, Version};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::policy_type::PolicyType;
use crate::span::{Span, Spanned};

/// Checks what holds for every kind of policy: each statement has an effect and actions, variables are well-formed.
pub(crate) fn check_document(document: &PolicyDocument) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for statement in statements(document) {
        check_required(statement, &mut found);
        variables::check(document, statement, &mut found);
    }
    found
}

/// Checks what a document of the given kind may have: which elements are required or forbidden, which actions, resources and
/// statement ids it takes.
pub fn check_policy_type(document: &Spanned<PolicyDocument>, policy_type: PolicyType) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    check_sids(document, policy_type, &mut found);
    if policy_type == PolicyType::ResourceControlPolicy {
        check_rcp_version(document, &mut found);
    }
    for statement in statements(document) {
        check_principal(statement, policy_type, &mut found);
        check_resource(statement, policy_type, &mut found);
        match policy_type {
            PolicyType::TrustPolicy => trust::check(statement, &mut found),
            PolicyType::ResourceControlPolicy => check_rcp_statement(statement, &mut found),
            PolicyType::IdentityBasedPolicy
            | PolicyType::PermissionsBoundary
            | PolicyType::SessionPolicy
            | PolicyType::ResourceBasedPolicy
            | PolicyType::ServiceControlPolicy
            | PolicyType::VpcEndpointPolicy => {}
        }
    }
    found
}

fn statements(document: &PolicyDocument) -> &[Spanned<Statement>] {
    document.statements.as_ref().map_or(&[], |statements| &statements.items)
}

/// The opening brace of a statement: where something missing is reported.
fn head(statement: &Spanned<Statement>) -> Span {
    Span::new(
        statement.span.start,
        statement.span.start.saturating_add(1).min(statement.span.end),
    )
}

fn missing(code: DiagnosticCode, statement: &Spanned<Statement>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, head(statement), message)
}

fn has_extra(statement: &Statement, names: &[&str]) -> bool {
    statement
        .extra
        .iter()
        .any(|member| names.contains(&member.key.as_str()))
}

fn check_required(statement: &Spanned<Statement>, found: &mut Vec<Diagnostic>) {
    if statement.effect.is_none() && !has_extra(statement, &["Effect"]) {
        found.push(
            missing(
                DiagnosticCode::MissingEffect,
                statement,
                "this statement has no `Effect`",
            )
            .help("add `\"Effect\": \"Allow\"` or `\"Deny\"`"),
        );
    }
    match &statement.action {
        None if !has_extra(statement, &["Action", "NotAction"]) => {
            let message = "this statement has neither `Action` nor `NotAction`";
            found.push(
                missing(DiagnosticCode::MissingAction, statement, message)
                    .help("add `\"Action\"` with the actions that it is about"),
            );
        }
        Some(action) if action.value.items.is_empty() && action.value.invalid.is_empty() => {
            let message = "this list has no actions: the statement never applies";
            found.push(Diagnostic::warning(
                DiagnosticCode::EmptyList,
                action.value.span,
                message,
            ));
        }
        _ => {}
    }
}

/// AWS: "IAM JSON policy elements: Sid": letters and digits, unique within a policy. Other services have rules of their own.
fn check_sids(document: &PolicyDocument, policy_type: PolicyType, found: &mut Vec<Diagnostic>) {
    let iam = policy_type.is_checked_by_iam();
    let organizations = matches!(
        policy_type,
        PolicyType::ServiceControlPolicy | PolicyType::ResourceControlPolicy
    );
    if !iam && !organizations {
        return;
    }
    let mut seen: Vec<&Spanned<crate::json::Text>> = Vec::new();
    for sid in statements(document)
        .iter()
        .filter_map(|statement| statement.sid.as_ref())
    {
        if let Some(wrong) = sid.find(|c: char| !c.is_ascii_alphanumeric()) {
            let width = sid[wrong..].chars().next().map_or(0, char::len_utf8);
            let message = format!(
                "statement id `{}` has other characters than letters and digits",
                sid.as_str()
            );
            let diagnostic = Diagnostic::error(DiagnosticCode::InvalidSid, sid.part(wrong..wrong + width), message);
            found.push(diagnostic.help("write it with the letters `A` to `Z` and `a` to `z` and the digits only"));
        }
        if !sid.is_empty() && iam {
            match seen.iter().find(|first| first.as_str() == sid.as_str()) {
                Some(first) => {
                    let message = format!("statement id `{}` is used twice", sid.as_str());
                    let diagnostic = Diagnostic::error(DiagnosticCode::DuplicateSid, sid.span, message);
                    found.push(
                        diagnostic
                            .label(first.span, "already here")
                            .help("give each statement an id of its own, or none"),
                    );
                }
                None => seen.push(sid),
            }
        }
    }
}

fn check_principal(statement: &Spanned<Statement>, policy_type: PolicyType, found: &mut Vec<Diagnostic>) {
    let required = match policy_type {
        PolicyType::IdentityBasedPolicy
        | PolicyType::PermissionsBoundary
        | PolicyType::SessionPolicy
        | PolicyType::ServiceControlPolicy => false,
        PolicyType::ResourceBasedPolicy
        | PolicyType::TrustPolicy
        | PolicyType::ResourceControlPolicy
        | PolicyType::VpcEndpointPolicy => true,
    };
    match &statement.principal {
        None if required && !has_extra(statement, &["Principal", "NotPrincipal"]) => {
            let message = format!("a statement of {} has a `Principal`", policy_type.with_article());
            let help = match policy_type {
                PolicyType::ResourceControlPolicy => "add `\"Principal\": \"*\"`",
                _ => "add `\"Principal\"` with those whom it is about, as `{\"AWS\": \"111122223333\"}`",
            };
            found.push(missing(DiagnosticCode::MissingPrincipal, statement, message).help(help));
        }
        Some(principal) if !required => {
            let message = format!(
                "{} has no principal: it speaks of whom it is attached to",
                policy_type.with_article()
            );
            let help = match policy_type {
                PolicyType::ServiceControlPolicy => {
                    "remove it, and say whom the statement is about with a condition on `aws:PrincipalArn`"
                }
                _ => "remove it, and attach the policy to those whom it is about",
            };
            found.push(Diagnostic::error(DiagnosticCode::PrincipalNotAllowed, principal.span(), message).help(help));
        }
        _ => {}
    }
}

fn check_resource(statement: &Spanned<Statement>, policy_type: PolicyType, found: &mut Vec<Diagnostic>) {
    let Some(resource) = &statement.resource else {
        let required = match policy_type {
            PolicyType::IdentityBasedPolicy
            | PolicyType::PermissionsBoundary
            | PolicyType::SessionPolicy
            | PolicyType::ServiceControlPolicy
            | PolicyType::ResourceControlPolicy
            | PolicyType::VpcEndpointPolicy => true,
            PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy => false,
        };
        if required && !has_extra(statement, &["Resource", "NotResource"]) {
            let message = "this statement has neither `Resource` nor `NotResource`";
            found.push(
                missing(DiagnosticCode::MissingResource, statement, message)
                    .help("add `\"Resource\"` with the resources that it is about, or `\"*\"`"),
            );
        }
        return;
    };
    if policy_type == PolicyType::TrustPolicy {
        let message = "a role trust policy has no resource: it speaks of the role that it is attached to";
        let diagnostic = Diagnostic::error(DiagnosticCode::ResourceNotAllowed, resource.name.span, message);
        found.push(diagnostic.help(format!(
            "remove `{}`",
            if resource.negated { "NotResource" } else { "Resource" }
        )));
        return;
    }
    if resource.value.items.is_empty() && resource.value.invalid.is_empty() {
        let message = "this list has no resources: the statement never applies";
        found.push(Diagnostic::warning(
            DiagnosticCode::EmptyList,
            resource.value.span,
            message,
        ));
    }
    for text in &resource.value.items {
        found.extend(resource::check(text, policy_type));
    }
}

fn check_rcp_version(document: &Spanned<PolicyDocument>, found: &mut Vec<Diagnostic>) {
    let named = document.extra.iter().any(|member| member.key.as_str() == "Version");
    match &document.version {
        Some(version) if version.node == Version::V2012 => {}
        None if named => {}
        wrong => {
            let start = document.span.start;
            let span = wrong
                .as_ref()
                .map_or(Span::new(start, start.saturating_add(1)), |version| version.span);
            let message = "a resource control policy is of version `2012-10-17`";
            let diagnostic = Diagnostic::error(DiagnosticCode::InvalidVersion, span, message);
            found.push(diagnostic.help("write `\"Version\": \"2012-10-17\"`"));
        }
    }
}

/// AWS: "RCP syntax": customers write Deny only, for every principal, with the service of each action named. The one Allow is that
/// of `RCPFullAWSAccess`, which AWS attaches itself.
fn check_rcp_statement(statement: &Spanned<Statement>, found: &mut Vec<Diagnostic>) {
    let error = Diagnostic::error;
    let not_everyone = (statement.principal.as_ref())
        .filter(|principal| principal.negated || principal.value.node != PrincipalBlock::Everyone);
    if let Some(principal) = not_everyone {
        let (span, help) = if principal.negated {
            (
                principal.name.span,
                "write `\"Principal\": \"*\"`, and spare those who are not meant with a condition on `aws:PrincipalArn`",
            )
        } else {
            (
                principal.value.span,
                "write `\"*\"`, and say who is meant with a condition, such as one on `aws:PrincipalArn`",
            )
        };
        let message = "the principal of a resource control policy is `\"*\"`";
        found.push(error(DiagnosticCode::PrincipalNotAllowed, span, message).help(help));
    }
    let Some(action) = &statement.action else {
        return;
    };
    if action.negated {
        let message = "a resource control policy has no `NotAction`";
        let diagnostic = error(DiagnosticCode::NotActionNotAllowed, action.name.span, message);
        found.push(diagnostic.help("name the actions that are denied with `Action`"));
    }
    let every_action = action
        .value
        .items
        .iter()
        .find(|action| action.service_and_name().is_none());
    match statement.effect.as_ref().map(|effect| effect.node) {
        Some(Effect::Allow) => {
            let narrowed = [
                statement.condition.as_ref().map(|condition| condition.span),
                every_action.is_none().then_some(action.value.span),
                not_everyone.map(|principal| principal.value.span),
            ];
            let mut narrowed = narrowed.into_iter().flatten();
            if let Some(span) = narrowed.next() {
                let message = "a resource control policy denies; the one that allows, `RCPFullAWSAccess` of AWS, allows everything";
                let diagnostic = error(DiagnosticCode::AllowNotAllowed, span, message)
                    .help("deny what is not to be, and leave the allowing to `RCPFullAWSAccess`");
                found.push(narrowed.fold(diagnostic, |diagnostic, span| {
                    diagnostic.label(span, "this narrows it too")
                }));
            }
        }
        Some(Effect::Deny) => {
            if let Some(action) = every_action {
                let message = "a resource control policy names the service of each action";
                let diagnostic = error(DiagnosticCode::ActionNotAllowed, action.span, message);
                found.push(diagnostic.help("name the services that are meant, such as `s3:*`"));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
