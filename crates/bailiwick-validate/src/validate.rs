//! From text to findings.

use bailiwick_grammar::{Diagnostic, DiagnosticCode, Limits, ParseOptions, Span, parse_policy};
use thiserror::Error;

use crate::check::{PolicyCheck, Run};
use crate::checks;
use crate::finding::Finding;
use crate::locate::Locator;
use crate::policy_type::{PolicyTypes, ValidatePolicyType};
use crate::report::{Found, Report};
use crate::subject::Document;

/// A text cannot be validated at all.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{message}")]
pub struct ValidatePolicyError {
    kind: ValidatePolicyErrorKind,
    message: String,
    span: Span,
}

/// Why a text cannot be validated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ValidatePolicyErrorKind {
    /// The text is JSON, but not an object.
    NotAnObject,
    /// The text is longer than a policy can be.
    DocumentTooLarge,
    /// Lists and objects nest deeper than in any policy.
    NestingTooDeep,
    /// There are more statements than in any policy.
    TooManyStatements,
}

impl ValidatePolicyError {
    /// Why.
    pub fn kind(&self) -> ValidatePolicyErrorKind {
        self.kind
    }

    /// Where in the text, in bytes.
    pub fn span(&self) -> Span {
        self.span
    }

    fn of(diagnostic: &Diagnostic) -> Option<Self> {
        let kind = match diagnostic.code {
            DiagnosticCode::NotAnObject => ValidatePolicyErrorKind::NotAnObject,
            DiagnosticCode::DocumentTooLarge => ValidatePolicyErrorKind::DocumentTooLarge,
            DiagnosticCode::NestingTooDeep => ValidatePolicyErrorKind::NestingTooDeep,
            DiagnosticCode::TooManyStatements => ValidatePolicyErrorKind::TooManyStatements,
            _ => return None,
        };
        Some(Self {
            kind,
            message: diagnostic.message.clone(),
            span: diagnostic.span,
        })
    }
}

/// How much of a policy is read. More is told of one that is validated than of one that is evaluated.
const LIMITS: Limits = Limits {
    diagnostics: 10_000,
    ..Limits::POLICY
};

/// Runs every check that applies to policies of this type. Findings are in the order of the text; where one place has several, the
/// gravest comes first. Of a text that is no JSON only `JSON_SYNTAX_ERROR` is told.
///
/// Time grows with the length of the text, and for the checks of redundancy with the number of entries that one list has.
///
/// # Errors
///
/// Where the text is not an object of JSON or exceeds a limit.
pub fn validate_policy(text: &str, policy_type: ValidatePolicyType) -> Result<Vec<Finding>, ValidatePolicyError> {
    let options = ParseOptions {
        limits: LIMITS,
        base: 0,
    };
    let parsed = parse_policy(text, &options);
    if let Some(error) = parsed.diagnostics.iter().find_map(ValidatePolicyError::of) {
        return Err(error);
    }
    let mut found = Vec::new();
    let syntax_errors: Vec<&Diagnostic> = (parsed.diagnostics.iter())
        .filter(|diagnostic| checks::is_syntax_error(diagnostic))
        .collect();
    let is_json = syntax_errors.is_empty();
    if is_json {
        report_grammar(&parsed.diagnostics, policy_type, &mut found);
        if let Some(tree) = &parsed.document {
            report_grammar(
                &bailiwick_policy::check(tree, policy_type.grammar()),
                policy_type,
                &mut found,
            );
            run_checks(&Document::new(text, tree, policy_type), &mut found);
        }
    } else {
        report_grammar(without_consequences(text, syntax_errors), policy_type, &mut found);
    }
    Ok(in_order(text, found, is_json))
}

/// Of a text that is cut off, everything that was open is not closed: only the innermost is told, which comes first.
fn without_consequences<'d>(
    text: &str,
    syntax_errors: Vec<&'d Diagnostic>,
) -> impl Iterator<Item = &'d Diagnostic> + use<'d> {
    let end = text.trim_end().len();
    let mut is_told = false;
    syntax_errors.into_iter().filter(move |diagnostic| {
        let at_end = diagnostic.span.end as usize >= end;
        let consequence = is_told && at_end && diagnostic.code == DiagnosticCode::UnexpectedEnd;
        is_told |= at_end;
        !consequence
    })
}

/// Reports what the grammar refuses or warns of, by the checks that name its rules.
fn report_grammar<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    policy_type: ValidatePolicyType,
    found: &mut Vec<Found>,
) {
    for diagnostic in diagnostics {
        let Some(check) = checks::of_grammar(diagnostic, policy_type.kind()) else {
            continue;
        };
        let mut report = Report::new(check, found);
        let finding = report.at(diagnostic.span, sentences(diagnostic));
        for label in &diagnostic.labels {
            finding.and(label.span);
        }
    }
}

/// A diagnostic's message and advice as sentences.
fn sentences(diagnostic: &Diagnostic) -> String {
    let mut text = String::new();
    for part in std::iter::once(&diagnostic.message).chain(&diagnostic.help) {
        let mut characters = part.chars();
        let first = characters.next().into_iter().flat_map(char::to_uppercase);
        if !text.is_empty() {
            text.push(' ');
        }
        text.extend(first.chain(characters));
        if !text.ends_with('?') {
            text.push('.');
        }
    }
    text
}

fn run_checks(document: &Document<'_>, found: &mut Vec<Found>) {
    let kinds = document
        .statements
        .first()
        .map_or(document.policy_type.kind(), |statement| statement.kinds);
    for check in checks::checks() {
        if check.policy_types.intersects(kinds) {
            run(check, document, &mut Report::new(check, found));
        }
    }
}

fn run(check: &PolicyCheck, document: &Document<'_>, report: &mut Report<'_>) {
    match check.run {
        Run::Grammar => {}
        Run::Document(run) => run(document, report),
        Run::Statement(run) => document.statements.iter().for_each(|statement| run(statement, report)),
        Run::Action(run) => {
            for statement in &document.statements {
                statement
                    .actions
                    .iter()
                    .for_each(|action| run(statement, action, report));
            }
        }
        Run::Resource(run) => {
            for statement in &document.statements {
                statement
                    .resources
                    .iter()
                    .for_each(|resource| run(statement, resource, report));
            }
        }
        Run::Principal(run) => {
            for statement in &document.statements {
                statement
                    .principals
                    .iter()
                    .for_each(|principal| run(statement, principal, report));
            }
        }
        Run::Condition(run) => {
            for statement in &document.statements {
                statement
                    .conditions
                    .iter()
                    .for_each(|condition| run(statement, condition, report));
            }
        }
    }
}

/// Works out the places, and sorts by them and by gravity.
fn in_order(text: &str, found: Vec<Found>, is_json: bool) -> Vec<Finding> {
    if found.is_empty() {
        return Vec::new();
    }
    let locator = Locator::new(text, &LIMITS);
    let locate = |place| {
        if is_json {
            locator.locate(place)
        } else {
            locator.locate_in_no_json(place)
        }
    };
    let mut findings: Vec<Finding> = found
        .into_iter()
        .map(|found| Finding {
            check: found.check,
            locations: found.places.into_iter().map(locate).collect(),
            details: found.details,
        })
        .collect();
    let key = |finding: &Finding| {
        let bytes = finding.locations.first().map(|location| location.bytes);
        (bytes, std::cmp::Reverse(finding.check.finding_type), finding.check.code)
    };
    findings.sort_by_key(key);
    findings.dedup_by(|a, b| a.check == b.check && a.locations == b.locations);
    findings
}

/// The kinds of policies that a type stands for, for those who look for the checks that apply to it.
impl From<ValidatePolicyType> for PolicyTypes {
    fn from(policy_type: ValidatePolicyType) -> Self {
        policy_type.kind()
    }
}
