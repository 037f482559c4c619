//! One file that is being imported: its text, where things stand in it, and the problems that were found.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use bailiwick_grammar::json::parse_json;
use bailiwick_grammar::{Diagnostic, DiagnosticCode, Limits, PolicyType, Severity, Span, decode_utf8};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::positions::Positions;
use super::problem::ImportProblem;
use crate::document::DocumentStore;
use crate::record::{Origin, PolicyRecord};

/// The largest file that is imported, in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 30;

/// How many problems of one file are reported; a file with more is not an export.
const MAX_PROBLEMS: usize = 10_000;

/// The largest text that is parsed a second time to say better what is wrong with it.
const MAX_DIAGNOSED_BYTES: usize = 64 << 20;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file that is being imported.
pub(super) struct Source<'t> {
    file: Arc<str>,
    text: &'t str,
    /// How many bytes of the file precede `text`.
    skipped: usize,
    positions: Positions<'t>,
    problems: Vec<ImportProblem>,
    /// Whether what follows a syntax error was lost.
    cut_short: bool,
}

impl<'t> Source<'t> {
    pub(super) fn new(file: &str, bytes: &'t [u8]) -> Result<Self, ImportProblem> {
        let file: Arc<str> = file.into();
        if bytes.len() > MAX_FILE_BYTES {
            let message = format!("the file is larger than {MAX_FILE_BYTES} bytes");
            return Err(ImportProblem::new(Severity::Error, file, message));
        }
        let whole = match decode_utf8(bytes, 0) {
            Ok(text) => text,
            Err(diagnostic) => {
                let problem = ImportProblem::new(Severity::Error, file, diagnostic.message);
                return Err(ImportProblem {
                    span: Some(diagnostic.span),
                    help: diagnostic.help,
                    ..problem
                });
            }
        };
        let text = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(whole);
        let skipped = whole.len() - text.len();
        Ok(Self {
            file,
            text,
            skipped,
            positions: Positions::new(text),
            problems: Vec::new(),
            cut_short: false,
        })
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    pub(super) fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Whether a part of the text was lost to a syntax error.
    pub(super) fn is_cut_short(&self) -> bool {
        self.cut_short
    }

    pub(super) fn into_problems(self) -> Vec<ImportProblem> {
        self.problems
    }

    /// Where a part of the text begins.
    pub(super) fn offset_of(&self, part: &str) -> usize {
        (part.as_ptr() as usize)
            .saturating_sub(self.text.as_ptr() as usize)
            .min(self.text.len())
    }

    /// A problem at a place of the text.
    pub(super) fn problem(&self, severity: Severity, offset: usize, length: usize, message: String) -> ImportProblem {
        let start = narrow(self.skipped + offset);
        ImportProblem {
            position: Some(self.positions.position(offset)),
            span: Some(Span::new(start, start.saturating_add(narrow(length)))),
            ..ImportProblem::new(severity, Arc::clone(&self.file), message)
        }
    }

    /// Reports that something could not be read.
    pub(super) fn error(&mut self, part: &str, entity: &str, message: impl Into<String>) {
        let problem = self.problem(Severity::Error, self.offset_of(part), part.len(), message.into());
        self.report(problem.about(entity));
    }

    /// Reports that something was assumed.
    pub(super) fn warning(&mut self, part: &str, entity: &str, message: impl Into<String>) {
        let problem = self.problem(Severity::Warning, self.offset_of(part), part.len(), message.into());
        self.report(problem.about(entity));
    }

    pub(super) fn report(&mut self, problem: ImportProblem) {
        match self.problems.len().cmp(&MAX_PROBLEMS) {
            std::cmp::Ordering::Less => self.problems.push(problem),
            std::cmp::Ordering::Equal => {
                let message = format!("there are more than {MAX_PROBLEMS} problems; the rest is not reported");
                self.problems
                    .push(ImportProblem::new(Severity::Error, Arc::clone(&self.file), message));
            }
            std::cmp::Ordering::Greater => {}
        }
    }

    /// The JSON values of the text, one after the other. What follows a syntax error is lost, with a problem that says so.
    pub(super) fn values(&mut self) -> Vec<&'t RawValue> {
        let mut stream = serde_json::Deserializer::from_str(self.text).into_iter::<&'t RawValue>();
        let mut values = Vec::new();
        loop {
            match stream.next() {
                Some(Ok(value)) => values.push(value),
                None => return values,
                Some(Err(error)) => {
                    let problem = self.syntax_problem(stream.byte_offset(), &error);
                    self.report(problem);
                    self.cut_short = true;
                    return values;
                }
            }
        }
    }

    /// A syntax error in the value that begins at `offset`, in the words of the policy parser, which names what it expected.
    fn syntax_problem(&self, offset: usize, error: &serde_json::Error) -> ImportProblem {
        let rest = self.text.get(offset..).unwrap_or_default();
        let limits = Limits {
            bytes: MAX_DIAGNOSED_BYTES,
            depth: 128,
            diagnostics: 1,
            ..Limits::POLICY
        };
        let found = if rest.len() <= limits.bytes {
            parse_json(rest, 0, &limits).1
        } else {
            Vec::new()
        };
        // Strings, numbers and brackets are wrong in one way each; other complaints are not about syntax.
        let found = found.into_iter().find(|diagnostic| {
            diagnostic.is_error()
                && !matches!(
                    diagnostic.code,
                    DiagnosticCode::DuplicateKey | DiagnosticCode::TrailingContent | DiagnosticCode::NestingTooDeep
                )
        });
        match found {
            Some(diagnostic) => {
                let range = diagnostic.span.range();
                let message = format!("the file is not JSON: {}", diagnostic.message);
                let problem = self.problem(Severity::Error, offset + range.start, range.len(), message);
                ImportProblem {
                    help: diagnostic.help,
                    ..problem
                }
            }
            None => {
                let at = offset_of_line(self.text, error.line(), error.column());
                let message = format!("the file is not JSON: {}", without_place(error));
                self.problem(Severity::Error, at, 0, message)
            }
        }
    }

    /// Reads a value into a type that is no list: the JSON library would take one for an object's members in their order. The error has
    /// the place of what is wrong, or of the value where something is missing in it.
    pub(super) fn read<T: Deserialize<'t>>(&self, value: &'t RawValue) -> Result<T, ImportProblem> {
        if value.get().starts_with('[') {
            let (start, length) = (self.offset_of(value.get()), value.get().len());
            return Err(self.problem(
                Severity::Error,
                start,
                length,
                "a list stands where none is expected".to_owned(),
            ));
        }
        self.read_any(value)
    }

    /// Refuses an object with a member that is one of these but for its case: it would be ignored.
    pub(super) fn spelled(&self, value: &'t RawValue, known: &[&str]) -> Result<(), ImportProblem> {
        let members: BTreeMap<Box<str>, &'t RawValue> = self.read(value)?;
        let misspelt = members.keys().find_map(|name| {
            let known = known.iter().find(|known| known.eq_ignore_ascii_case(name))?;
            (**known != **name).then_some((name, known))
        });
        let Some((name, known)) = misspelt else { return Ok(()) };
        let (start, length) = (self.offset_of(value.get()), value.get().len());
        let message = format!("member `{name}` is not `{known}`: case matters");
        Err(self.problem(Severity::Error, start, length, message))
    }

    /// Reads the elements of a list.
    pub(super) fn read_list<T: Deserialize<'t>>(&self, value: &'t RawValue) -> Result<Vec<T>, ImportProblem> {
        self.read_any(value)
    }

    fn read_any<T: Deserialize<'t>>(&self, value: &'t RawValue) -> Result<T, ImportProblem> {
        serde_json::from_str(value.get()).map_err(|error| {
            let text = value.get();
            let message = without_place(&error);
            let start = self.offset_of(text);
            if message.starts_with("missing ") {
                return self.problem(Severity::Error, start, text.len(), message);
            }
            let within = offset_of_line(text, error.line(), error.column());
            self.problem(Severity::Error, start + within, 0, message)
        })
    }

    /// The policy document that a JSON value is: an object as it stands, or a string that holds it, URL-encoded (RFC 3986) or
    /// not. A document that is no policy is reported, and kept with its diagnostics.
    pub(super) fn document(
        &mut self,
        store: &dyn DocumentStore,
        value: &'t RawValue,
        policy_type: PolicyType,
        entity: &dyn std::fmt::Display,
    ) -> PolicyRecord {
        let raw = value.get();
        let start = self.offset_of(raw);
        let encoded = raw.starts_with('"');
        let text = if encoded {
            decode_document(raw)
        } else {
            Cow::Borrowed(raw)
        };
        let document = store.lower(&text, policy_type);
        let file = Arc::clone(&self.file);
        let origin = Origin::File {
            file,
            start: self.positions.position(start),
            encoded,
        };
        let record = PolicyRecord::new(document, origin);
        if let Err(diagnostics) = record.policy()
            && let Some(problem) = self.refused(&record, diagnostics, raw)
        {
            self.report(problem.about(&entity.to_string()));
        }
        record
    }

    /// A document that is no policy: its first error, at its place in the file.
    fn refused(&self, record: &PolicyRecord, diagnostics: &[Diagnostic], raw: &str) -> Option<ImportProblem> {
        let mut errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let first = errors.next()?;
        let start = self.offset_of(raw);
        let place = record.locate(first.span);
        let (offset, length, within) = match place.within {
            Some(at) => (start, raw.len(), format!(", at {at} of the decoded document")),
            None => (
                start + first.span.start as usize,
                first.span.len() as usize,
                String::new(),
            ),
        };
        let more = match errors.count() {
            0 => String::new(),
            1 => " (and 1 more error)".to_owned(),
            more => format!(" (and {more} more errors)"),
        };
        let message = format!("{}{within}{more}", first.message);
        let problem = self.problem(Severity::Error, offset, length, message);
        Some(ImportProblem {
            help: first.help.clone(),
            is_about_document: true,
            ..problem
        })
    }
}

/// The document in a JSON string, which is given with its quotation marks: as it stands where it begins like an object, else URL-decoded.
/// A string that cannot be decoded is left as it is: its diagnostics say that it is no policy.
pub fn decode_document(raw: &str) -> Cow<'_, str> {
    let Ok(string) = serde_json::from_str::<Cow<'_, str>>(raw) else {
        return Cow::Borrowed(raw);
    };
    if string.trim_start().starts_with('{') || !string.contains('%') {
        return string;
    }
    match percent_decode_str(&string).decode_utf8() {
        Ok(text) => Cow::Owned(text.into_owned()),
        Err(_) => string,
    }
}

/// The offset of a place that the JSON library names: line and column, in bytes, from 1; column 0 is the end of the line before.
fn offset_of_line(text: &str, line: usize, column: usize) -> usize {
    let start = match line {
        0 | 1 => 0,
        _ => text
            .bytes()
            .enumerate()
            .filter(|&(_, byte)| byte == b'\n')
            .nth(line - 2)
            .map_or(0, |(at, _)| at + 1),
    };
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The message of the JSON library, without the place that it appends, in our words.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    message
        .replace("missing field ", "missing member ")
        .replace("duplicate field ", "duplicate member ")
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
