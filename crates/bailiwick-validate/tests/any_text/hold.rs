//! What holds of the findings on any text. The fuzz target `validate_bytes` and `cargo xtask corpus` include this file.

use bailiwick_grammar::json::{Json, JsonValue, Member, Text, parse_json};
use bailiwick_grammar::{Diagnostic, DiagnosticCode, Limits, Span, Spanned};
use bailiwick_policy::lower_text;
use bailiwick_validate::{
    Finding, FindingType, PathElement, Position, ValidatePolicyError, ValidatePolicyResourceType, ValidatePolicyType,
    validate_policy,
};

/// Whatever a text can be validated as.
pub(crate) fn policy_types() -> impl Iterator<Item = ValidatePolicyType> {
    let others = [
        ValidatePolicyType::IdentityPolicy,
        ValidatePolicyType::ServiceControlPolicy,
        ValidatePolicyType::ResourceControlPolicy,
        ValidatePolicyType::ResourcePolicy(None),
    ];
    let resource_types = ValidatePolicyResourceType::ALL.into_iter().map(Some);
    others
        .into_iter()
        .chain(resource_types.map(ValidatePolicyType::ResourcePolicy))
}

/// Errors that only the grammar finds.
const ONLY_OF_THE_GRAMMAR: [&str; 16] = [
    "DATA_TYPE_MISMATCH",
    "INVALID_EFFECT",
    "INVALID_POLICY_ELEMENT",
    "INVALID_VERSION",
    "JSON_SYNTAX_ERROR",
    "MISSING_ACTION",
    "MISSING_EFFECT",
    "MISSING_PRINCIPAL",
    "MISSING_STATEMENT",
    "RCP_SYNTAX_ERROR_NOTACTION",
    "RCP_SYNTAX_ERROR_PRINCIPAL",
    "SCP_SYNTAX_ERROR_PRINCIPAL",
    "UNIQUE_SIDS_REQUIRED",
    "UNSUPPORTED_ELEMENT_COMBINATION",
    "UNSUPPORTED_PRINCIPAL",
    "UNSUPPORTED_SID",
];

/// Validates the text as each type, and gives the number of findings.
///
/// # Panics
///
/// Where a finding is in the wrong place, or errors and grammar disagree on whether the text is a policy.
pub(crate) fn hold(text: &str) -> usize {
    policy_types()
        .map(|policy_type| hold_as(text, policy_type).map_or(0, |findings| findings.len()))
        .sum()
}

/// Validates the text as one type.
///
/// # Errors
///
/// Where it is not validated.
///
/// # Panics
///
/// As [`hold`].
pub(crate) fn hold_as(text: &str, policy_type: ValidatePolicyType) -> Result<Vec<Finding>, ValidatePolicyError> {
    let lowered = lower_text(text, policy_type.grammar());
    let refused = lowered.err().map(|mut found| {
        found.retain(Diagnostic::is_error);
        found
    });
    let findings = match validate_policy(text, policy_type) {
        Ok(findings) => findings,
        Err(error) => {
            assert!(text.get(error.span().range()).is_some(), "{error:?} in {text}");
            assert!(refused.is_some(), "not validated, but a policy: {text}");
            return Err(error);
        }
    };
    let errors: Vec<&Finding> = (findings.iter())
        .filter(|finding| finding.check().finding_type() == FindingType::Error)
        .collect();
    match refused {
        Some(reasons) if is_json(text) => {
            let untold = reasons.iter().find(|reason| !is_told(reason, &errors));
            assert_eq!(untold, None, "{policy_type:?}: no finding says it of {text}");
        }
        Some(_) => assert!(!errors.is_empty(), "{policy_type:?}: no finding on {text}"),
        None => {
            let mut codes = errors.iter().map(|finding| finding.check().code());
            let wrong = codes.find(|code| ONLY_OF_THE_GRAMMAR.contains(code));
            assert_eq!(wrong, None, "{policy_type:?}: of a policy: {text}");
        }
    }
    hold_places(text, &findings);
    Ok(findings)
}

/// Whether a finding is where the grammar has found an error.
fn is_told(error: &Diagnostic, findings: &[&Finding]) -> bool {
    let places = findings.iter().flat_map(|finding| finding.locations());
    places
        .map(|place| place.bytes)
        .any(|place| place.start <= error.span.end && error.span.start <= place.end)
}

/// Whether the text is JSON, but for objects that have a key twice.
fn is_json(text: &str) -> bool {
    let (_, diagnostics) = parse_json(text, 0, &Limits::POLICY);
    diagnostics
        .iter()
        .all(|diagnostic| !diagnostic.is_error() || diagnostic.code == DiagnosticCode::DuplicateKey)
}

fn hold_places(text: &str, findings: &[Finding]) {
    let (tree, _) = parse_json(text, 0, &Limits::POLICY);
    let is_json = is_json(text);
    for finding in findings {
        assert!(!finding.locations().is_empty(), "{finding:?}");
        for location in finding.locations() {
            assert!(text.get(location.bytes.range()).is_some(), "{finding:?} in {text}");
            let (start, end) = (location.span.start, location.span.end);
            assert_eq!(start, position(text, location.bytes.start), "{finding:?} in {text}");
            assert_eq!(end, position(text, location.bytes.end), "{finding:?} in {text}");
            if is_json {
                assert!(leads_to(&tree, &location.path, location.bytes), "{finding:?} in {text}");
            }
        }
    }
}

/// The position of a byte, counted character by character.
fn position(text: &str, at: u32) -> Position {
    let before = &text[..at as usize];
    let line = before.rsplit('\n').next().unwrap_or_default();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Position {
        line: number(1 + before.matches('\n').count()),
        column: number(line.chars().count()),
        offset: number(before.chars().count()),
    }
}

/// Whether the way from a value ends at the bytes. An object that has a key twice has two ways of one name.
fn leads_to(value: &JsonValue, path: &[PathElement], bytes: Span) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return value.span == bytes;
    };
    let named = |name: &str| -> Vec<&Member> {
        let Json::Object(members) = &value.node else {
            return Vec::new();
        };
        members.iter().filter(|member| member.key.as_str() == name).collect()
    };
    match first {
        PathElement::Value(name) => named(name).iter().any(|member| leads_to(&member.value, rest, bytes)),
        PathElement::Key(name) => named(name).iter().any(|member| match rest {
            [] => member.key.span == bytes,
            [PathElement::Substring { start, length }] => part(&member.key, *start, *length) == Some(bytes),
            _ => false,
        }),
        PathElement::Index(index) => match &value.node {
            Json::Array(values) => values.get(*index).is_some_and(|value| leads_to(value, rest, bytes)),
            _ => false,
        },
        PathElement::Substring { start, length } => match &value.node {
            Json::String(text) if rest.is_empty() => {
                part(&Spanned::new(text.clone(), value.span), *start, *length) == Some(bytes)
            }
            _ => false,
        },
    }
}

/// Where some characters of a text stand.
fn part(text: &Spanned<Text>, start: usize, length: usize) -> Option<Span> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    Some(text.part(*starts.get(start)?..*starts.get(start + length)?))
}
