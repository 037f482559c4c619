//! `testdata/syntax`: what is read from texts written by hand, and what is said of wrong ones.
//!
//! A file's policy type is the part of its name before the first dot: `trust.saml.json`; `policy` stands for none in particular.
//! A text may begin with a byte-order mark and hold what is not UTF-8. Accept changes with `cargo insta review`.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that reads its own cases from files"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use bailiwick_grammar::{
    Diagnostic, LineIndex, ParseOptions, PolicyType, Severity, Span, check_policy_type, parse_policy_bytes,
    print_policy,
};

#[test]
fn what_is_right_is_read() {
    each("ok", |path, bytes| {
        let (document, diagnostics) = read(path, bytes);
        let text = String::from_utf8_lossy(bytes);
        let rendered = render(&text, &diagnostics);
        assert!(
            !diagnostics.iter().any(Diagnostic::is_error),
            "{}\n{rendered}",
            path.display()
        );
        format!("{}\n\n{rendered}", document.unwrap()).trim_end().to_owned()
    });
}

#[test]
fn what_is_wrong_is_said() {
    each("err", |path, bytes| {
        let (_, diagnostics) = read(path, bytes);
        assert!(
            diagnostics.iter().any(Diagnostic::is_error),
            "{} has no error",
            path.display()
        );
        render(&String::from_utf8_lossy(bytes), &diagnostics)
            .trim_end()
            .to_owned()
    });
}

/// Every case of a folder, its rendering compared with the snapshot beside it.
fn each(folder: &str, render: impl Fn(&Path, &[u8]) -> String) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata/syntax")
        .join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut seen = 0;
    for path in paths
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
    {
        let rendered = render(path, &fs::read(path).unwrap());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        insta::with_settings!({ snapshot_path => &dir, prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, rendered);
        });
        seen += 1;
    }
    assert!(seen > 0, "no case under {}", dir.display());
}

/// The tree as it prints, and everything that is said of the text, also as a policy of its type.
fn read(path: &Path, bytes: &[u8]) -> (Option<String>, Vec<Diagnostic>) {
    let parsed = parse_policy_bytes(bytes, &ParseOptions::default());
    let mut diagnostics = parsed.diagnostics;
    if let (Some(document), Some(policy_type)) = (&parsed.document, policy_type(path)) {
        diagnostics.extend(check_policy_type(document, policy_type));
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    (parsed.document.map(|document| print_policy(&document)), diagnostics)
}

fn policy_type(path: &Path) -> Option<PolicyType> {
    let name = path.file_name().unwrap().to_string_lossy();
    Some(match name.split('.').next().unwrap() {
        "policy" => return None,
        "identity" => PolicyType::IdentityBasedPolicy,
        "boundary" => PolicyType::PermissionsBoundary,
        "session" => PolicyType::SessionPolicy,
        "resource" => PolicyType::ResourceBasedPolicy,
        "trust" => PolicyType::TrustPolicy,
        "scp" => PolicyType::ServiceControlPolicy,
        "rcp" => PolicyType::ResourceControlPolicy,
        "endpoint" => PolicyType::VpcEndpointPolicy,
        other => panic!("{}: there is no policy type `{other}`", path.display()),
    })
}

/// Diagnostics with the lines that they are about.
fn render(text: &str, diagnostics: &[Diagnostic]) -> String {
    let lines = LineIndex::new(text);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let position = lines.position(text, diagnostic.span.start);
        writeln!(
            out,
            "{position} {severity}[{}]: {}",
            diagnostic.code, diagnostic.message
        )
        .unwrap();
        underline(&mut out, text, &lines, diagnostic.span, "");
        for label in &diagnostic.labels {
            underline(&mut out, text, &lines, label.span, &label.message);
        }
        if let Some(help) = &diagnostic.help {
            writeln!(out, "  help: {help}").unwrap();
        }
        out.push('\n');
    }
    out
}

/// The first line of a span, with carets under it.
fn underline(out: &mut String, text: &str, lines: &LineIndex, span: Span, note: &str) {
    let start = lines.position(text, span.start);
    let line = text.lines().nth(start.line as usize - 1).unwrap_or_default();
    let before = start.column as usize - 1;
    let covered = text
        .get(span.range())
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default();
    let blanks: String = line
        .chars()
        .take(before)
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    let carets = "^".repeat(covered.chars().count().max(1));
    writeln!(out, "{:>4} | {line}", start.line).unwrap();
    writeln!(out, "     | {}", format!("{blanks}{carets} {note}").trim_end()).unwrap();
}
