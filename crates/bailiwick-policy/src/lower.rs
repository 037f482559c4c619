//! From syntax tree to meaning.

use bailiwick_grammar::ast::{self, PolicyDocument, PrincipalBlock, Version};
use bailiwick_grammar::{
    AwsPrincipal, Diagnostic, DiagnosticCode, ParseOptions, Parsed, PolicyType, PrincipalType, Spanned,
    check_policy_type, parse_policy,
};

use crate::action::{ActionElement, ActionPattern};
use crate::condition::{Condition, Operand, OperatorMeaning, Relation};
use crate::context::ConditionKey;
use crate::index::ActionIndex;
use crate::policy::{Policy, Statement};
use crate::principal::{PrincipalElement, PrincipalPattern};
use crate::resource::{ResourceElement, ResourcePattern};

/// Gives a parsed document its meaning as a policy of the given type.
///
/// # Errors
///
/// All diagnostics, where the text has an error or is not a policy of this type.
pub fn lower(parsed: &Parsed, policy_type: PolicyType) -> Result<Policy, Vec<Diagnostic>> {
    let Some(document) = &parsed.document else {
        return Err(parsed.diagnostics.clone());
    };
    let mut checked = check(document, policy_type);
    let statements = statements(document);
    let version = document.version.as_ref().map_or(Version::V2008, |version| version.node);
    if parsed.has_errors() || checked.iter().any(Diagnostic::is_error) {
        let mut all = parsed.diagnostics.clone();
        all.append(&mut checked);
        all.sort_by_key(|diagnostic| diagnostic.span.start);
        return Err(all);
    }
    let lowering = Lowering { policy_type, version };
    let statements = statements
        .iter()
        .enumerate()
        .filter_map(|(index, statement)| lowering.statement(index, statement));
    let statements: Vec<Statement> = statements.collect();
    Ok(Policy {
        policy_type,
        version,
        index: ActionIndex::new(&statements),
        has_deny: statements.iter().any(|statement| statement.effect == ast::Effect::Deny),
        statements,
    })
}

/// Parses a document and gives it its meaning, in one step.
///
/// # Errors
///
/// As [`lower`].
pub fn lower_text(text: &str, policy_type: PolicyType) -> Result<Policy, Vec<Diagnostic>> {
    lower(&parse_policy(text, &ParseOptions::default()), policy_type)
}

/// What AWS asks of a document beyond what parsing it has found, as a policy of the given type; [`lower`] refuses a document that has
/// an error here.
pub fn check(document: &Spanned<PolicyDocument>, policy_type: PolicyType) -> Vec<Diagnostic> {
    let mut found = check_policy_type(document, policy_type);
    for statement in statements(document) {
        check_dates(statement, &mut found);
    }
    found
}

fn statements(document: &PolicyDocument) -> &[Spanned<ast::Statement>] {
    document.statements.as_ref().map_or(&[], |statements| &statements.items)
}

/// IAM refuses to store a condition whose date it cannot read; numbers, addresses and the rest it stores unread.
fn check_dates(statement: &ast::Statement, found: &mut Vec<Diagnostic>) {
    for block in statement.condition.iter().flat_map(|condition| &condition.operators) {
        let relation = OperatorMeaning::of(block.operator.operator()).relation;
        for value in block.keys.iter().flat_map(|entry| &entry.values.items) {
            if Operand::can_read(value.as_str(), relation) {
                continue;
            }
            let message = format!("`{}` cannot be read by `{}`", value.as_str(), block.operator.node);
            found.push(match relation {
                Relation::Date(_) if value.as_str().contains("${") => {
                    let message = format!("policy variables are not replaced for `{}`", block.operator.node);
                    Diagnostic::error(DiagnosticCode::VariableInDate, value.span, message)
                        .help("write the date itself, such as `2026-11-22T18:00:00Z`")
                }
                Relation::Date(_) => Diagnostic::error(DiagnosticCode::InvalidDate, value.span, message)
                    .help("write a date such as `2026-11-22` or `2026-11-22T18:00:00Z`"),
                _ => Diagnostic::warning(DiagnosticCode::InvalidConditionValue, value.span, message)
                    .help("the condition cannot be met by this value"),
            });
        }
    }
}

struct Lowering {
    policy_type: PolicyType,
    version: Version,
}

impl Lowering {
    /// `None` cannot be met: a document without errors has an effect and actions in each statement.
    fn statement(&self, index: usize, statement: &Spanned<ast::Statement>) -> Option<Statement> {
        Some(Statement {
            index,
            sid: statement
                .sid
                .as_ref()
                .filter(|sid| !sid.is_empty())
                .map(|sid| sid.as_str().into()),
            effect: statement.effect.as_ref()?.node,
            principal: statement.principal.as_ref().map(principal),
            action: statement.action.as_ref().map(action)?,
            resource: statement.resource.as_ref().map(|resource| self.resource(resource)),
            conditions: statement
                .condition
                .as_ref()
                .map(|condition| self.conditions(condition))
                .unwrap_or_default(),
            span: statement.span,
        })
    }

    fn resource(&self, element: &ast::Element<ast::OneOrMany<bailiwick_grammar::json::Text>>) -> ResourceElement {
        let lower = |text: &str| ResourcePattern::lower(text, self.policy_type, self.version);
        let patterns = element
            .value
            .items
            .iter()
            .map(|text| Spanned::new(lower(text), text.span))
            .collect();
        ResourceElement {
            negated: element.negated,
            patterns,
            span: element.span(),
        }
    }

    fn conditions(&self, block: &ast::ConditionBlock) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for operators in &block.operators {
            let operator = operators.operator.node;
            let relation = OperatorMeaning::of(operator.operator()).relation;
            conditions.extend(operators.keys.iter().map(|entry| {
                Condition {
                    operator,
                    key: ConditionKey::new(&entry.key),
                    operands: (entry.values.items.iter())
                        .map(|value| Spanned::new(Operand::lower(value.as_str(), relation, self.version), value.span))
                        .collect(),
                    span: entry.key.span.join(entry.values.span),
                }
            }));
        }
        conditions
    }
}

fn action(element: &ast::Element<ast::OneOrMany<bailiwick_grammar::ActionPattern>>) -> ActionElement {
    let items = element.value.items.iter();
    let patterns = items
        .map(|pattern| Spanned::new(ActionPattern::lower(pattern), pattern.span))
        .collect();
    ActionElement {
        negated: element.negated,
        patterns,
        span: element.span(),
    }
}

fn principal(element: &ast::Element<PrincipalBlock>) -> PrincipalElement {
    let patterns = match &element.value.node {
        PrincipalBlock::Everyone => {
            vec![Spanned::new(
                PrincipalPattern::Aws(AwsPrincipal::Everyone),
                element.value.span,
            )]
        }
        PrincipalBlock::Map { entries, .. } => entries
            .iter()
            .flat_map(|entry| {
                entry.values.items.iter().filter_map(|value| {
                    let pattern = principal_pattern(entry.principal_type.node, &value.node)?;
                    Some(Spanned::new(pattern, value.span))
                })
            })
            .collect(),
    };
    PrincipalElement {
        negated: element.negated,
        patterns,
        span: element.span(),
    }
}

/// `None` cannot be met: values under `AWS` have been read.
fn principal_pattern(principal_type: PrincipalType, value: &ast::PrincipalValue) -> Option<PrincipalPattern> {
    let text = || value.text.as_str().into();
    Some(match principal_type {
        PrincipalType::Aws => PrincipalPattern::Aws(value.aws.clone()?),
        PrincipalType::CanonicalUser => PrincipalPattern::CanonicalUser(text()),
        PrincipalType::Federated => PrincipalPattern::Federated(text()),
        PrincipalType::Service => PrincipalPattern::Service(text()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_with_an_error_has_no_meaning() {
        let text =
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "GetObject", "Resource": "*"}}"#;
        let diagnostics = lower_text(text, PolicyType::IdentityBasedPolicy).unwrap_err();
        assert_eq!(diagnostics[0].code, DiagnosticCode::InvalidAction);
    }

    #[test]
    fn a_document_is_lowered_as_a_policy_of_a_type() {
        let text =
            r#"{"Statement": {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}"#;
        let policy = lower_text(text, PolicyType::ResourceBasedPolicy).unwrap();
        assert_eq!(policy.statements()[0].sid.as_deref(), Some("A"));
        assert_eq!(policy.version(), Version::V2008);
        assert!(lower_text(text, PolicyType::IdentityBasedPolicy).is_err());
    }

    #[test]
    fn a_date_that_cannot_be_read_is_refused_and_a_number_is_not() {
        let with = |condition: &str| {
            format!(
                r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {condition}}}}}"#
            )
        };
        let date = with(r#"{"DateLessThan": {"aws:CurrentTime": "tomorrow"}}"#);
        assert!(lower_text(&date, PolicyType::IdentityBasedPolicy).is_err());
        let number = with(r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": "soon"}}"#);
        assert!(lower_text(&number, PolicyType::IdentityBasedPolicy).is_ok());
    }
}
