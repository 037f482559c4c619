//! What IAM asks of a role trust policy when it stores one.
//!
//! AWS: IAM User Guide, "Update a role trust policy"; the actions are those that IAM names when it refuses another.

use super::Diagnostic;
use crate::ast::{PrincipalBlock, Statement};
use crate::diagnostic::DiagnosticCode;
use crate::span::Spanned;

/// The actions, below `sts:`, that a trust policy may name.
const ACTIONS: [&str; 12] = [
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "TagSession",
    "SetSourceIdentity",
    "SetContext",
    "DecodeAuthorizationMessage",
    "GetAccessKeyInfo",
    "GetCallerIdentity",
    "GetFederationToken",
    "GetServiceBearerToken",
    "GetSessionToken",
];

pub(super) fn check(statement: &Spanned<Statement>, found: &mut Vec<Diagnostic>) {
    if let Some(principal) = &statement.principal {
        if principal.negated {
            let message = "a role trust policy has no `NotPrincipal`";
            let diagnostic = Diagnostic::error(DiagnosticCode::NotPrincipalNotAllowed, principal.name.span, message);
            found.push(diagnostic.help("name those who may assume the role with `Principal`"));
        } else if principal.value.node == PrincipalBlock::Everyone {
            let message = "a role trust policy does not take `*` as its whole principal";
            let diagnostic = Diagnostic::error(DiagnosticCode::PrincipalNotAllowed, principal.value.span, message);
            found.push(diagnostic.help(
                "name the principals that may assume the role, or write `{\"AWS\": \"*\"}` where a condition says which of them may",
            ));
        }
    }
    if let Some(action) = statement.action.as_ref().filter(|action| action.negated) {
        let message = "a role trust policy has no `NotAction`: it would speak of the actions of every other service";
        let diagnostic = Diagnostic::error(DiagnosticCode::ActionNotAllowed, action.span(), message);
        found.push(diagnostic.help("name the actions of AWS STS with `Action`, such as `sts:AssumeRole`"));
        return;
    }
    for action in statement.action.iter().flat_map(|action| &action.value.items) {
        let known = action.service_and_name().is_some_and(|(service, name)| {
            service.eq_ignore_ascii_case("sts") && ACTIONS.iter().any(|known| known.eq_ignore_ascii_case(name))
        });
        if !known {
            let message = format!(
                "a role trust policy is about assuming the role, not about `{}`",
                action.as_str()
            );
            let diagnostic = Diagnostic::error(DiagnosticCode::ActionNotAllowed, action.span, message);
            found.push(diagnostic.help(
                "name an action such as `sts:AssumeRole`, `sts:AssumeRoleWithWebIdentity` or `sts:TagSession`, without wildcards",
            ));
        }
    }
}
