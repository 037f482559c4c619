//! Rules that look at one line of one file.

use super::{Finding, SourceFile};

/// Marks of work that was left for later. In two halves each: this file is checked too.
const LEFTOVERS: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

/// What compiles and does not do its work, or does not run.
const STUBS: [&str; 3] = [
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("#[", "ignore"),
];

/// Folders of somebody's machine, as in a path that begins with one of them.
const MACHINE_FOLDERS: [&str; 4] = ["home", "root", "tmp", "work"];

/// Everything wrong with the lines of a file.
pub(super) fn findings(file: &SourceFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        let mut report = |message: String| findings.push(Finding::on_line(file, number, message));
        if line.contains('\t') {
            report("a tab: indent with spaces, write `\\t` in a string".to_owned());
        }
        if line.ends_with([' ', '\r']) {
            report("white space at the end of the line".to_owned());
        }
        for word in LEFTOVERS.iter().filter(|word| has_word(line, word)) {
            report(format!("`{word}`: do it now, or open an issue"));
        }
        for stub in STUBS
            .iter()
            .filter(|stub| file.has_extension("rs") && line.contains(*stub))
        {
            report(format!("`{stub}`: a stub or a skipped test is a defect"));
        }
        if let Some(folder) = MACHINE_FOLDERS.iter().find(|folder| has_machine_path(line, folder)) {
            report(format!("a path under `/{folder}` exists on one machine only"));
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        findings.push(Finding::on_file(&file.path, "no line feed at the end of the file"));
    }
    findings
}

/// Whether `line` has `word` with no letter, digit or underscore around it.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let (before, after) = (&line[..start], &line[start + word.len()..]);
        !before.ends_with(is_word_character) && !after.starts_with(is_word_character)
    })
}

fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether `line` has `/folder/x` that does not go on from a longer path: `bucket/home/x` is no machine's path.
fn has_machine_path(line: &str, folder: &str) -> bool {
    line.match_indices(&format!("/{folder}/")).any(|(start, matched)| {
        let (before, after) = (&line[..start], &line[start + matched.len()..]);
        let begins = !before.ends_with(|character: char| is_word_character(character) || ".}$*-".contains(character));
        begins && after.starts_with(|character: char| character.is_ascii_lowercase())
    })
}
