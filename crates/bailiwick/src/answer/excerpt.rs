//! Parts of policy documents, and where they stand.

use bailiwick_grammar::{ParseOptions, Span, parse_policy, print_policy};
use bailiwick_model::{Location, PolicyRecord};
use serde::Serialize;

/// A place in a file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocationReport {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The character within the line, from 1.
    pub column: u32,
    /// The line in the decoded document, where the file holds it as a string; `line` and `column` are the place of the string then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_line: Option<u32>,
}

/// A part of a policy document.
#[derive(Clone, Debug)]
pub struct Excerpt {
    record: PolicyRecord,
    span: Span,
}

impl Excerpt {
    pub(crate) fn new(record: PolicyRecord, span: Span) -> Self {
        Self { record, span }
    }

    /// The text, as it was written.
    pub fn text(&self) -> &str {
        self.record.document().text().get(self.span.range()).unwrap_or_default()
    }

    /// The text of a statement as the canonical printer writes it: for statements that were written on one long line.
    pub fn printed(&self) -> String {
        let policy = format!("{{\"Statement\":{}}}", self.text());
        let parsed = parse_policy(&policy, &ParseOptions::default());
        let Some(document) = parsed.document else {
            return self.text().to_owned();
        };
        let printed = print_policy(&document);
        // The statement is all but the first and the last line, one level in.
        let lines = printed
            .lines()
            .skip(1)
            .map(|line| line.strip_prefix("    ").unwrap_or(line));
        let mut lines: Vec<&str> = lines.collect();
        lines.pop();
        lines.join("\n").trim_start_matches("\"Statement\": ").to_owned()
    }

    /// Where it stands.
    pub fn location(&self) -> Location {
        self.record.locate(self.span)
    }
}
