//! The elements of a policy and of its statements: which there are, of which JSON type, and their names.
//!
//! AWS: IAM User Guide, "Grammar of the IAM JSON policy language", "IAM JSON policy elements: Version" and "Sid". Nearly all of it is the
//! grammar's work.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use bailiwick_grammar::{DiagnosticCode, Span};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Document, Statement};

/// What makes a text other than JSON. IAM does not read an object that has a key twice either.
pub(super) const JSON_SYNTAX: &[DiagnosticCode] = &[
    DiagnosticCode::InvalidUtf8,
    DiagnosticCode::ByteOrderMark,
    DiagnosticCode::UnexpectedEnd,
    DiagnosticCode::UnexpectedCharacter,
    DiagnosticCode::MissingComma,
    DiagnosticCode::TrailingComma,
    DiagnosticCode::MissingColon,
    DiagnosticCode::TrailingContent,
    DiagnosticCode::Comment,
    DiagnosticCode::InvalidNumber,
    DiagnosticCode::InvalidEscape,
    DiagnosticCode::ControlCharacter,
    DiagnosticCode::DuplicateKey,
];

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "JSON_SYNTAX_ERROR",
        finding_type: FindingType::Error,
        title: "Json syntax error",
        policy_types: PolicyTypes::ALL,
        trigger: "The text is not well-formed JSON, or one object has a key twice. Of a text that is no JSON nothing else is told.",
        example: Example {
            fires: r#""Resource": "*","#,
            silent: r#""Resource": "*""#,
        },
        grammar: JSON_SYNTAX,
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "DATA_TYPE_MISMATCH",
        finding_type: FindingType::Error,
        title: "Data type mismatch",
        policy_types: PolicyTypes::ALL,
        trigger: "An element has a value of the wrong JSON type, such as a number for `Version`.",
        example: Example {
            fires: r#""Action": {"s3": "GetObject"}"#,
            silent: r#""Action": ["s3:GetObject"]"#,
        },
        grammar: &[DiagnosticCode::WrongType, DiagnosticCode::TooManyDiagnostics],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "INVALID_POLICY_ELEMENT",
        finding_type: FindingType::Error,
        title: "Invalid policy element",
        policy_types: PolicyTypes::ALL,
        trigger: "The policy or a statement has an element that the policy language does not know. Names of elements are case-sensitive.",
        example: Example {
            fires: r#""Conditions": {}"#,
            silent: r#""Condition": {"Bool": {"aws:SecureTransport": "true"}}"#,
        },
        grammar: &[DiagnosticCode::UnknownElement],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "INVALID_VERSION",
        finding_type: FindingType::Error,
        title: "Invalid version",
        policy_types: PolicyTypes::ALL,
        trigger: "`Version` is neither `2012-10-17` nor `2008-10-17`; or it is not the first of the two in a resource control policy.",
        example: Example {
            fires: r#""Version": "2012-10-18""#,
            silent: r#""Version": "2012-10-17""#,
        },
        grammar: &[DiagnosticCode::InvalidVersion],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "MISSING_VERSION",
        finding_type: FindingType::Warning,
        title: "Missing version",
        policy_types: PolicyTypes::ALL,
        trigger: "The policy has no `Version`. It is then of version `2008-10-17`, which has no policy variables.",
        example: Example {
            fires: r#"{"Statement": "#,
            silent: r#"{"Version": "2012-10-17", "Statement": "#,
        },
        grammar: &[],
        run: Run::Document(missing_version),
    },
    PolicyCheck {
        code: "MISSING_STATEMENT",
        finding_type: FindingType::Error,
        title: "Missing statement",
        policy_types: PolicyTypes::ALL,
        trigger: "The policy has no `Statement`, or one that is an empty list.",
        example: Example {
            fires: r#""Statement": []"#,
            silent: r#""Statement": {"#,
        },
        grammar: &[DiagnosticCode::MissingStatement],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "MISSING_EFFECT",
        finding_type: FindingType::Error,
        title: "Missing effect",
        policy_types: PolicyTypes::ALL,
        trigger: "A statement has no `Effect`.",
        example: Example {
            fires: r#"{"Action": "s3:ListAllMyBuckets", "Resource": "*"}"#,
            silent: r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#,
        },
        grammar: &[DiagnosticCode::MissingEffect],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "INVALID_EFFECT",
        finding_type: FindingType::Error,
        title: "Invalid effect",
        policy_types: PolicyTypes::ALL,
        trigger: "`Effect` is neither `Allow` nor `Deny`, written so.",
        example: Example {
            fires: r#""Effect": "allow""#,
            silent: r#""Effect": "Allow""#,
        },
        grammar: &[DiagnosticCode::InvalidEffect],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "MISSING_ACTION",
        finding_type: FindingType::Error,
        title: "Missing action",
        policy_types: PolicyTypes::ALL,
        trigger: "A statement has neither `Action` nor `NotAction`.",
        example: Example {
            fires: r#"{"Effect": "Allow", "Resource": "*"}"#,
            silent: r#"{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}"#,
        },
        grammar: &[DiagnosticCode::MissingAction],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "MISSING_PRINCIPAL",
        finding_type: FindingType::Error,
        title: "Missing principal",
        policy_types: PolicyTypes::RESOURCE
            .or(PolicyTypes::TRUST)
            .or(PolicyTypes::RESOURCE_CONTROL),
        trigger: "A statement of a resource policy, a role trust policy or a resource control policy has neither `Principal` nor `NotPrincipal`.",
        example: Example {
            fires: r#"{"Effect": "Allow", "Action": "sts:AssumeRole"}"#,
            silent: r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#,
        },
        grammar: &[DiagnosticCode::MissingPrincipal],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "MISSING_RESOURCE",
        finding_type: FindingType::Error,
        title: "Missing resource",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "A statement has neither `Resource` nor `NotResource`. Role trust policies have none, nor have the policies \
                  of ECR repositories and of EFS file systems.",
        example: Example {
            fires: r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets"}"#,
            silent: r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#,
        },
        grammar: &[DiagnosticCode::MissingResource],
        run: Run::Document(missing_resource),
    },
    PolicyCheck {
        code: "UNSUPPORTED_ELEMENT_COMBINATION",
        finding_type: FindingType::Error,
        title: "Unsupported element combination",
        policy_types: PolicyTypes::ALL,
        trigger: "A statement has an element and its `Not` form, such as `Action` and `NotAction`.",
        example: Example {
            fires: r#""Action": "s3:*", "NotAction": "s3:PutObject""#,
            silent: r#""NotAction": "s3:PutObject""#,
        },
        grammar: &[DiagnosticCode::ConflictingElements],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "UNSUPPORTED_PRINCIPAL",
        finding_type: FindingType::Error,
        title: "Unsupported principal",
        policy_types: PolicyTypes::IDENTITY,
        trigger: "A policy that is attached to its principal names a `Principal` or `NotPrincipal`.",
        example: Example {
            fires: r#""Principal": "*""#,
            silent: r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#,
        },
        grammar: &[DiagnosticCode::PrincipalNotAllowed],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "UNSUPPORTED_SID",
        finding_type: FindingType::Error,
        title: "Unsupported Sid",
        policy_types: PolicyTypes::IDENTITY
            .or(PolicyTypes::TRUST)
            .or(PolicyTypes::SERVICE_CONTROL)
            .or(PolicyTypes::RESOURCE_CONTROL),
        trigger: "A statement id has other characters than ASCII letters and digits. Resource policies are kept by services that take more.",
        example: Example {
            fires: r#""Sid": "Read buckets""#,
            silent: r#""Sid": "ReadBuckets2""#,
        },
        grammar: &[DiagnosticCode::InvalidSid],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "UNIQUE_SIDS_REQUIRED",
        finding_type: FindingType::Error,
        title: "Unique Sids required",
        policy_types: PolicyTypes::IDENTITY.or(PolicyTypes::TRUST),
        trigger: "Two statements of a policy that IAM keeps have the same id.",
        example: Example {
            fires: r#""Sid": "Read""#,
            silent: r#""Sid": "Write""#,
        },
        grammar: &[DiagnosticCode::DuplicateSid],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "UNIQUE_SIDS_RECOMMENDED",
        finding_type: FindingType::Warning,
        title: "Unique Sids recommended",
        policy_types: PolicyTypes::RESOURCE
            .or(PolicyTypes::SERVICE_CONTROL)
            .or(PolicyTypes::RESOURCE_CONTROL),
        trigger: "Two statements have the same id, in a policy where that is allowed.",
        example: Example {
            fires: r#""Sid": "Deny""#,
            silent: r#""Sid": "DenyMore""#,
        },
        grammar: &[],
        run: Run::Document(unique_sids_recommended),
    },
    PolicyCheck {
        code: "EMPTY_SID_VALUE",
        finding_type: FindingType::Suggestion,
        title: "Empty Sid value",
        policy_types: PolicyTypes::ALL,
        trigger: "A statement id is an empty text.",
        example: Example {
            fires: r#""Sid": """#,
            silent: r#""Sid": "A""#,
        },
        grammar: &[],
        run: Run::Statement(empty_sid),
    },
];

fn missing_version(document: &Document<'_>, report: &mut Report<'_>) {
    let named = document
        .tree
        .extra
        .iter()
        .any(|member| member.key.as_str() == "Version");
    if document.tree.version.is_none() && !named {
        report.at(
            document.tree.span,
            "The policy has no `Version`, so it is of version `2008-10-17` and has no policy variables. \
             Add `\"Version\": \"2012-10-17\"`.",
        );
    }
}

/// For the policies of resources; of the other types the grammar knows.
fn missing_resource(document: &Document<'_>, report: &mut Report<'_>) {
    // The policy of a role, an ECR repository or a file system speaks of what it belongs to.
    let without = ["sts", "ecr", "ecr-public", "elasticfilesystem"];
    let needs_none = |prefixes: &BTreeSet<String>| {
        !prefixes.is_empty() && prefixes.iter().all(|prefix| without.contains(&prefix.as_str()))
    };
    let all = LazyCell::new(|| -> BTreeSet<String> {
        let prefixes = document.statements.iter().flat_map(Statement::service_prefixes);
        prefixes.collect()
    });
    for statement in &document.statements {
        let named = statement
            .tree
            .extra
            .iter()
            .any(|member| matches!(member.key.as_str(), "Resource" | "NotResource"));
        if statement.tree.resource.is_some() || named || !statement.kinds.intersects(PolicyTypes::RESOURCE) {
            continue;
        }
        // What belongs to `*` the other statements tell.
        let prefixes = statement.service_prefixes();
        if needs_none(if prefixes.is_empty() { &all } else { &prefixes }) {
            continue;
        }
        report.at(
            statement.tree.span,
            "This statement has neither `Resource` nor `NotResource`. Name the resources that it is about.",
        );
    }
}

fn unique_sids_recommended(document: &Document<'_>, report: &mut Report<'_>) {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let sids = document
        .statements
        .iter()
        .filter_map(|statement| statement.tree.sid.as_ref());
    for sid in sids.filter(|sid| !sid.is_empty()) {
        if let Some(&before) = first.get(sid.as_str()) {
            let details = format!(
                "Statement id `{}` is used twice. Give each statement an id of its own, so that it can be told by it.",
                sid.as_str()
            );
            report.at(sid.span, details).and(before);
        } else {
            first.insert(sid.as_str(), sid.span);
        }
    }
}

fn empty_sid(statement: &Statement<'_>, report: &mut Report<'_>) {
    if let Some(sid) = statement.tree.sid.as_ref().filter(|sid| sid.is_empty()) {
        report.at(sid.span, "The statement id is empty. Give it a text or leave it out.");
    }
}
