//! Whom a statement names.
//!
//! AWS: IAM User Guide, "AWS JSON policy elements: Principal" and "NotPrincipal". What a principal looks like is the grammar's matter;
//! where a policy has no principals at all, their values are still told of.

use bailiwick_grammar::{AwsPrincipal, DiagnosticCode, PrincipalType};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Principal, Statement};

const WITH_PRINCIPALS: PolicyTypes = PolicyTypes::RESOURCE.or(PolicyTypes::TRUST);

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "INVALID_PRINCIPAL_FORMAT",
        finding_type: FindingType::Error,
        title: "Invalid principal format",
        policy_types: PolicyTypes::ALL,
        trigger: "`Principal` or `NotPrincipal` is a text other than `\"*\"`; or a principal in it has no form that AWS can resolve. For the \
                  values of `Service`, and of `Federated` in role trust policies, there are checks of their own.",
        example: Example {
            fires: r#""Principal": "arn:aws:iam::111122223333:role/Reader""#,
            silent: r#""Principal": {"AWS": "arn:aws:iam::111122223333:role/Reader"}"#,
        },
        grammar: &[
            DiagnosticCode::InvalidPrincipal,
            DiagnosticCode::InvalidFederatedPrincipal,
        ],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "INVALID_PRINCIPAL_KEY",
        finding_type: FindingType::Error,
        title: "Invalid principal key",
        policy_types: PolicyTypes::ALL,
        trigger: "A key in `Principal` or `NotPrincipal` is none of `AWS`, `CanonicalUser`, `Federated` and `Service`, written so.",
        example: Example {
            fires: r#""Principal": {"Aws": "111122223333"}"#,
            silent: r#""Principal": {"AWS": "111122223333"}"#,
        },
        grammar: &[DiagnosticCode::UnknownPrincipalType],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        finding_type: FindingType::Error,
        title: "Unsupported wildcard in principal",
        policy_types: PolicyTypes::ALL,
        trigger: "A principal has `*` or `?` in it. Only the whole value of `AWS` can be `*`.",
        example: Example {
            fires: r#""Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}"#,
            silent: r#""Principal": {"AWS": "*"}"#,
        },
        grammar: &[DiagnosticCode::WildcardInPrincipal],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "FEDERATED_PRINCIPAL_NOT_SUPPORTED",
        finding_type: FindingType::Error,
        title: "Federated principal not supported",
        policy_types: PolicyTypes::RESOURCE,
        trigger: "A resource policy other than a role trust policy names a `Federated` principal. A resource policy of an unknown resource \
                  type counts as a role trust policy where it is about assuming a role.",
        example: Example {
            fires: r#""Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/Directory"}"#,
            silent: r#""Principal": {"AWS": "arn:aws:iam::111122223333:role/DirectoryUsers"}"#,
        },
        grammar: &[],
        run: Run::Principal(federated_principal_not_supported),
    },
    PolicyCheck {
        code: "INVALID_ROLE_REFERENCE",
        finding_type: FindingType::Warning,
        title: "Invalid role reference",
        policy_types: WITH_PRINCIPALS,
        trigger: "A principal is the unique id of a role, `AROA…`. Stored policies show it in place of the ARN of a role that was deleted.",
        example: Example {
            fires: r#""Principal": {"AWS": "AROA1234567890EXAMPLE"}"#,
            silent: r#""Principal": {"AWS": "arn:aws:iam::111122223333:role/Reader"}"#,
        },
        grammar: &[],
        run: Run::Principal(invalid_role_reference),
    },
    PolicyCheck {
        code: "INVALID_USER_REFERENCE",
        finding_type: FindingType::Warning,
        title: "Invalid user reference",
        policy_types: WITH_PRINCIPALS,
        trigger: "A principal is the unique id of a user, `AIDA…`. Stored policies show it in place of the ARN of a user that was deleted.",
        example: Example {
            fires: r#""Principal": {"AWS": "AIDA1234567890EXAMPLE"}"#,
            silent: r#""Principal": {"AWS": "arn:aws:iam::111122223333:user/Alice"}"#,
        },
        grammar: &[],
        run: Run::Principal(invalid_user_reference),
    },
    PolicyCheck {
        code: "ALLOW_WITH_NOT_PRINCIPAL",
        finding_type: FindingType::SecurityWarning,
        title: "Allow with NotPrincipal",
        policy_types: PolicyTypes::RESOURCE,
        trigger: "A statement of a resource policy allows with `NotPrincipal`. Role trust policies have none.",
        example: Example {
            fires: r#""Effect": "Allow", "NotPrincipal""#,
            silent: r#""Effect": "Deny", "NotPrincipal""#,
        },
        grammar: &[],
        run: Run::Statement(allow_with_not_principal),
    },
];

fn federated_principal_not_supported(statement: &Statement<'_>, principal: &Principal<'_>, report: &mut Report<'_>) {
    if principal.principal_type == PrincipalType::Federated && !statement.kinds.intersects(PolicyTypes::TRUST) {
        let details = format!(
            "Only a role trust policy can name an identity provider such as `{}`. Name the role that its users assume.",
            principal.text
        );
        report.at(principal.span, details);
    }
}

fn invalid_role_reference(_: &Statement<'_>, principal: &Principal<'_>, report: &mut Report<'_>) {
    report_unique_id(principal, "AROA", "role", report);
}

fn invalid_user_reference(_: &Statement<'_>, principal: &Principal<'_>, report: &mut Report<'_>) {
    report_unique_id(principal, "AIDA", "user", report);
}

fn report_unique_id(principal: &Principal<'_>, prefix: &str, kind: &str, report: &mut Report<'_>) {
    let Some(AwsPrincipal::UniqueId(id)) = principal.value.and_then(|value| value.aws.as_ref()) else {
        return;
    };
    if id.starts_with(prefix) {
        let details = format!(
            "`{id}` is the unique id of a {kind}, which a policy shows where the {kind} was deleted. Name the {kind} by its ARN, or \
             remove it."
        );
        report.at(principal.span, details);
    }
}

fn allow_with_not_principal(statement: &Statement<'_>, report: &mut Report<'_>) {
    let element = statement.tree.principal.as_ref().filter(|element| element.negated);
    if let Some(element) = element.filter(|_| statement.allows()) {
        report.at(
            element.span(),
            "This allows everyone but those who are named, anonymous callers too. Name those who need access with `Principal`.",
        );
    }
}

#[cfg(test)]
mod tests {
    use bailiwick_grammar::{Diagnostic, Span};

    use super::*;
    use crate::checks::of_grammar;

    #[test]
    fn what_the_grammar_says_of_a_principal_is_told_of_every_kind_of_policy() {
        const CODES: [DiagnosticCode; 5] = [
            DiagnosticCode::InvalidPrincipal,
            DiagnosticCode::UnknownPrincipalType,
            DiagnosticCode::WildcardInPrincipal,
            DiagnosticCode::InvalidServicePrincipal,
            DiagnosticCode::InvalidFederatedPrincipal,
        ];
        let kinds = [
            PolicyTypes::IDENTITY,
            PolicyTypes::RESOURCE,
            PolicyTypes::TRUST,
            PolicyTypes::SERVICE_CONTROL,
            PolicyTypes::RESOURCE_CONTROL,
        ];
        for (code, kind) in CODES.into_iter().flat_map(|code| kinds.map(|kind| (code, kind))) {
            let diagnostic = Diagnostic::error(code, Span::default(), "");
            let check = of_grammar(&diagnostic, kind).map(PolicyCheck::finding_type);
            assert_eq!(check, Some(FindingType::Error), "{code} {kind:?}");
        }
    }

    #[test]
    fn a_role_trust_policy_has_its_own_check_of_federated_principals() {
        let diagnostic = Diagnostic::error(DiagnosticCode::InvalidFederatedPrincipal, Span::default(), "");
        let code = |kind| of_grammar(&diagnostic, kind).map(PolicyCheck::code);
        assert_eq!(
            code(PolicyTypes::TRUST),
            Some("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY")
        );
        assert_eq!(code(PolicyTypes::RESOURCE), Some("INVALID_PRINCIPAL_FORMAT"));
    }
}
