//! Policy variables: where they are read, and how they are written.
//!
//! AWS: IAM User Guide, "IAM policy elements: Variables and tags".

use super::Diagnostic;
use crate::ast::{ConditionValue, PolicyDocument, Statement, Version};
use crate::diagnostic::DiagnosticCode;
use crate::json::Text;
use crate::operator::ConditionOperator;
use crate::span::Spanned;
use crate::variable::{self, VariableErrorKind};

impl ConditionOperator {
    /// Whether policy variables are replaced in the values of the operator.
    ///
    /// AWS: "IAM JSON policy elements: Condition operators": the string and ARN operators, and (its section on Boolean operators)
    /// `Bool`.
    pub fn takes_variables(self) -> bool {
        match self {
            Self::StringEquals
            | Self::StringNotEquals
            | Self::StringEqualsIgnoreCase
            | Self::StringNotEqualsIgnoreCase
            | Self::StringLike
            | Self::StringNotLike
            | Self::Bool
            | Self::ArnEquals
            | Self::ArnNotEquals
            | Self::ArnLike
            | Self::ArnNotLike => true,
            Self::NumericEquals
            | Self::NumericNotEquals
            | Self::NumericLessThan
            | Self::NumericLessThanEquals
            | Self::NumericGreaterThan
            | Self::NumericGreaterThanEquals
            | Self::DateEquals
            | Self::DateNotEquals
            | Self::DateLessThan
            | Self::DateLessThanEquals
            | Self::DateGreaterThan
            | Self::DateGreaterThanEquals
            | Self::BinaryEquals
            | Self::IpAddress
            | Self::NotIpAddress
            | Self::Null => false,
        }
    }
}

pub(super) fn check(document: &PolicyDocument, statement: &Statement, found: &mut Vec<Diagnostic>) {
    let version = document.version.as_ref();
    // What a version that does not exist means for variables is not said: it is refused itself.
    let refused = || document.extra.iter().any(|member| member.key.as_str() == "Version");
    let enabled = version.map_or_else(refused, |version| version.node == Version::V2012);
    for resource in statement.resource.iter().flat_map(|resource| &resource.value.items) {
        check_text(resource, enabled, version, found);
        if enabled {
            check_place(resource, found);
        }
    }
    for block in statement.condition.iter().flat_map(|condition| &condition.operators) {
        if !block.operator.operator().takes_variables() {
            continue;
        }
        for value in block.keys.iter().flat_map(|entry| &entry.values.items) {
            if let ConditionValue::String(text) = &value.node
                && text.contains("${")
            {
                check_text(&Spanned::new(text.clone(), value.span), enabled, version, found);
            }
        }
    }
}

fn check_text(text: &Spanned<Text>, enabled: bool, version: Option<&Spanned<Version>>, found: &mut Vec<Diagnostic>) {
    let Some(at) = text.find("${") else { return };
    if !enabled {
        let message = "this is not replaced: policy variables need version 2012-10-17";
        let span = text.part(at..end_of_variable(text, at));
        let diagnostic = Diagnostic::warning(DiagnosticCode::VariableInVersion, span, message);
        found.push(match version {
            Some(version) => diagnostic
                .help("change the version to `2012-10-17`")
                .label(version.span, "the version of the policy"),
            None => diagnostic.help("add `\"Version\": \"2012-10-17\"`"),
        });
    } else if let Err(error) = variable::segments(text) {
        let span = text.part(error.range());
        let diagnostic = Diagnostic::error(code(error.kind()), span, error.to_string());
        found.push(diagnostic.help(match error.kind() {
            VariableErrorKind::Nested => "write one variable with the whole name of its key",
            _ => "a policy variable is `${key}` or `${key, 'default'}`",
        }));
    }
}

fn end_of_variable(text: &str, at: usize) -> usize {
    text[at..].find('}').map_or(text.len(), |end| at + end + 1)
}

fn code(kind: VariableErrorKind) -> DiagnosticCode {
    match kind {
        VariableErrorKind::MissingBrace => DiagnosticCode::MissingBraceInVariable,
        VariableErrorKind::Empty => DiagnosticCode::EmptyVariable,
        VariableErrorKind::Space => DiagnosticCode::SpaceInVariable,
        VariableErrorKind::MissingQuote => DiagnosticCode::MissingQuoteInVariable,
        VariableErrorKind::Name | VariableErrorKind::Nested => DiagnosticCode::InvalidVariable,
    }
}

/// AWS: "Policy variables in the Resource element": in an ARN a variable stands behind the fifth colon only. AWS stores others too, and
/// one of its own managed policies (`AmazonTimestreamInfluxDBServiceRolePolicy`) has one.
fn check_place(resource: &Spanned<Text>, found: &mut Vec<Diagnostic>) {
    let Some(at) = resource.find("${") else { return };
    let colons = resource[..at].matches(':').count();
    if resource.starts_with("arn:") && colons < 5 {
        let message = "AWS does not document policy variables before the fifth colon of an ARN";
        let diagnostic = Diagnostic::warning(
            DiagnosticCode::MisplacedVariable,
            resource.part(at..end_of_variable(resource, at)),
            message,
        );
        found.push(diagnostic.help("write the value, or `*`, and narrow it with a condition"));
    }
}
