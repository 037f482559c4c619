//! Rules for the pages: they name what exists, and decision records stay short.

use std::collections::BTreeSet;

use super::lines::has_word;
use super::{Finding, SourceFile};

/// What the name of a crate of this workspace begins with.
const CRATE_PREFIX: &str = "bailiwick-";

/// The page that maps the words of AWS to the types of this workspace.
const TERMINOLOGY: &str = "docs/terminology.md";

/// The folder of architecture decision records, and how long one may be.
const DECISIONS: &str = "docs/adr/";
const DECISION_LINES: usize = 60;

/// Names of crates, in a page about the present, that are neither in `crates/` nor in the layer table.
pub(super) fn unknown_crates(file: &SourceFile, crates: &BTreeSet<String>) -> Vec<Finding> {
    // Decision records and the change log tell the past and are not rewritten.
    let past = file.path.starts_with(DECISIONS) || file.path.ends_with("CHANGELOG.md");
    if past || !file.has_extension("md") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for name in crate_names(line).filter(|name| !crates.contains(*name)) {
            findings.push(Finding::on_line(file, number, format!("there is no crate `{name}`")));
        }
    }
    findings
}

/// A decision record that grew into an essay.
pub(super) fn long_decision(file: &SourceFile) -> Option<Finding> {
    let lines = file.text.lines().count();
    (file.path.starts_with(DECISIONS) && lines > DECISION_LINES).then(|| {
        Finding::on_file(
            &file.path,
            format!("{lines} lines, a decision record has at most {DECISION_LINES}"),
        )
    })
}

/// Types in the terminology that the code of `crates/` does not mention any more.
pub(super) fn stale_terms(file: &SourceFile, written: &[SourceFile]) -> Vec<Finding> {
    if file.path != TERMINOLOGY {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for name in types_of_row(line).filter(|name| !is_in_code(name, written)) {
            findings.push(Finding::on_line(
                file,
                number,
                format!("no type `{name}` in crates/*/src"),
            ));
        }
    }
    findings
}

/// The words of a line that look like a crate of this workspace.
fn crate_names(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|character: char| !character.is_ascii_alphanumeric() && character != '-');
    let names = words.map(|word| word.trim_end_matches('-'));
    names.filter(|word| {
        let rest = word.strip_prefix(CRATE_PREFIX);
        rest.is_some_and(|rest| rest.starts_with(|character: char| character.is_ascii_lowercase()))
    })
}

/// The names in backticks of the second column of a table row: `` `Decision::Allowed` `` is two names.
fn types_of_row(line: &str) -> impl Iterator<Item = &str> {
    let column = line.strip_prefix('|').and_then(|row| row.split('|').nth(1));
    let quoted = column.unwrap_or_default().split('`').skip(1).step_by(2);
    quoted.flat_map(|path| path.split("::")).filter(|name| !name.is_empty())
}

fn is_in_code(name: &str, written: &[SourceFile]) -> bool {
    let code = written
        .iter()
        .filter(|file| file.path.starts_with("crates/") && file.has_extension("rs"));
    let mut lines = code
        .filter(|file| file.path.contains("/src/"))
        .flat_map(|file| file.text.lines());
    lines.any(|line| !line.trim_start().starts_with("//") && has_word(line, name))
}
