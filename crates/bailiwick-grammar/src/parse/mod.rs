//! From text to syntax tree.
//!
//! The JSON parser gives a JSON tree; the modules here turn it into a policy, element by element. Everything that can be said of
//! a document without knowing what kind of policy it is meant to be is said here; the rest by `check`.

mod condition;
mod principal;
mod statement;

use crate::ast::{OneOrMany, PolicyDocument, Version};
use crate::check::check_document;
use crate::diagnostic::{Diagnostic, DiagnosticCode, Diagnostics};
use crate::json::{Json, JsonValue, Member, Text, parse_json};
use crate::limits::Limits;
use crate::span::{Span, Spanned, offset};

/// How a policy is read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ParseOptions {
    /// How much is read.
    pub limits: Limits,
    /// What is added to every offset: the place of the document in the file that it is embedded in.
    pub base: u32,
}

/// A syntax tree and everything that is wrong with its text.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// As much as could be understood; absent where the text is not a JSON object at all.
    pub document: Option<Spanned<PolicyDocument>>,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the document is refused.
    pub fn has_errors(&self) -> bool {
        self.document.is_none() || self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Parses a policy document. Never fails; linear in the length of the text.
pub fn parse_policy(text: &str, options: &ParseOptions) -> Parsed {
    let (json, mut found) = parse_json(text, options.base, &options.limits);
    let room = options.limits.diagnostics.saturating_sub(found.len());
    let mut parser = Parser {
        diagnostics: Diagnostics::new(room),
        limits: options.limits,
    };
    let document = parser.document(json, found.is_empty());
    found.append(&mut parser.diagnostics.into_vec());
    if let Some(document) = &document {
        found.append(&mut check_document(document));
        found.extend(unstored_character(text, options.base));
    }
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    Parsed {
        document,
        diagnostics: found,
    }
}

/// AWS: "IAM and AWS STS quotas": IAM takes tab, line feed, carriage return and U+0020 to U+00FF only. Other services take more.
fn unstored_character(text: &str, base: u32) -> Option<Diagnostic> {
    if text.is_ascii() {
        return None;
    }
    let (at, c) = text.char_indices().skip(1).find(|&(_, c)| c > '\u{ff}')?;
    let start = base.saturating_add(offset(at));
    let span = Span::new(start, start.saturating_add(offset(c.len_utf8())));
    let message = format!("IAM does not store the character `{c}`");
    Some(Diagnostic::warning(DiagnosticCode::InvalidCharacter, span, message))
}

/// Parses a policy document from bytes, which must be UTF-8.
pub fn parse_policy_bytes(bytes: &[u8], options: &ParseOptions) -> Parsed {
    match decode_utf8(bytes, options.base) {
        Ok(text) => parse_policy(text, options),
        Err(diagnostic) => Parsed {
            document: None,
            diagnostics: vec![*diagnostic],
        },
    }
}

/// The text that `bytes` are.
///
/// # Errors
///
/// Where they are not UTF-8: the diagnostic names the first wrong byte.
pub fn decode_utf8(bytes: &[u8], base: u32) -> Result<&str, Box<Diagnostic>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = base.saturating_add(offset(error.valid_up_to()));
        let wrong = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
        let diagnostic = Diagnostic::error(
            DiagnosticCode::InvalidUtf8,
            Span::new(at, at.saturating_add(1)),
            format!("the file is not UTF-8: byte {wrong:#04x} at offset {at}"),
        );
        Box::new(match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => diagnostic.help("the file looks like UTF-16: save it as UTF-8"),
            _ => diagnostic.help("save the file as UTF-8"),
        })
    })
}

struct Parser {
    diagnostics: Diagnostics,
    limits: Limits,
}

impl Parser {
    /// `clean` tells whether the JSON was read without a complaint: a value that could not be read has had its own.
    fn document(&mut self, json: JsonValue, clean: bool) -> Option<Spanned<PolicyDocument>> {
        let span = json.span;
        let Json::Object(members) = json.node else {
            if clean || json.node != Json::Invalid {
                let message = format!("a policy is a JSON object, not {}", json.node.kind());
                self.diagnostics.error(DiagnosticCode::NotAnObject, span, message);
            }
            return None;
        };
        let mut document = PolicyDocument::default();
        for member in members {
            match member.key.as_str() {
                "Version" if document.version.is_none() => match self.version(&member.value) {
                    Some(version) => document.version = Some(version),
                    None => document.extra.push(member),
                },
                "Id" if document.id.is_none() => match member.value.node {
                    Json::String(id) => document.id = Some(Spanned::new(id, member.value.span)),
                    _ => {
                        self.wrong_type("Id", "a string", &member.value);
                        document.extra.push(member);
                    }
                },
                "Statement" if document.statements.is_none() => {
                    document.statements = Some(self.statements(member.value));
                }
                _ => {
                    self.unknown(&member, &["Version", "Id", "Statement"]);
                    document.extra.push(member);
                }
            }
        }
        if document.statements.is_none() {
            let diagnostic = Diagnostic::error(
                DiagnosticCode::MissingStatement,
                Span::new(span.start, span.start.saturating_add(1)),
                "this policy has no `Statement`",
            );
            self.diagnostics
                .push(diagnostic.help("a policy is `{\"Version\": \"2012-10-17\", \"Statement\": [...]}`"));
        }
        Some(Spanned::new(document, span))
    }

    fn version(&mut self, value: &JsonValue) -> Option<Spanned<Version>> {
        let Json::String(text) = &value.node else {
            self.wrong_type("Version", "a string", value);
            return None;
        };
        let found = [Version::V2012, Version::V2008]
            .into_iter()
            .find(|version| version.as_str() == text.as_str());
        if found.is_none() {
            let diagnostic = Diagnostic::error(
                DiagnosticCode::InvalidVersion,
                value.span,
                format!("there is no policy version `{}`", text.as_str()),
            );
            self.diagnostics
                .push(diagnostic.help("the versions are `2012-10-17` and, without policy variables, `2008-10-17`"));
        }
        Some(Spanned::new(found?, value.span))
    }

    /// Reads `value` as one item or a list of items.
    fn one_or_many<T>(
        &mut self,
        value: JsonValue,
        mut item: impl FnMut(&mut Self, JsonValue) -> Result<Spanned<T>, JsonValue>,
    ) -> Spanned<OneOrMany<T>> {
        let span = value.span;
        let (list, values) = match value.node {
            Json::Array(values) => (true, values),
            node => (false, vec![Spanned::new(node, span)]),
        };
        let mut items = Vec::with_capacity(values.len());
        let mut invalid = Vec::new();
        for value in values {
            match item(self, value) {
                Ok(item) => items.push(item),
                Err(value) => invalid.push(value),
            }
        }
        Spanned::new(OneOrMany { list, items, invalid }, span)
    }

    /// Reads a string of a list; anything else is reported.
    fn string(&mut self, element: &str, value: JsonValue) -> Result<Spanned<Text>, JsonValue> {
        match value.node {
            Json::String(text) => Ok(Spanned::new(text, value.span)),
            _ => {
                self.wrong_type(element, "a string or a list of strings", &value);
                Err(value)
            }
        }
    }

    fn wrong_type(&mut self, element: &str, wanted: &str, value: &JsonValue) {
        if value.node != Json::Invalid {
            let message = format!("`{element}` is {wanted}, not {}", value.node.kind());
            self.diagnostics.error(DiagnosticCode::WrongType, value.span, message);
        }
    }

    /// Reports an element that is not one of `known`. A repeated one has been reported as a duplicate key already.
    fn unknown(&mut self, member: &Member, known: &[&str]) {
        let name = member.key.as_str();
        if known.contains(&name) {
            return;
        }
        let diagnostic = Diagnostic::error(
            DiagnosticCode::UnknownElement,
            member.key.span,
            format!("the policy language has no element `{name}` here"),
        );
        let meant = known
            .iter()
            .find(|known| known.eq_ignore_ascii_case(name) || name.strip_suffix('s') == Some(known));
        self.diagnostics.push(match meant {
            Some(meant) => diagnostic.help(format!("write `{meant}`: element names are case-sensitive")),
            None => diagnostic.help(format!("the elements are {}", known.join(", "))),
        });
    }
}

#[cfg(test)]
mod tests;
