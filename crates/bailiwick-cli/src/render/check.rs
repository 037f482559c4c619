//! The checks, for people.

use std::fmt::Write as _;

use bailiwick::{CheckReport, FindingType};

use super::finding::{name, tone};
use super::{paint, wrapped};

/// The checks, grouped by the type of their findings.
pub(crate) fn check_list(checks: &[CheckReport], colour: bool) -> String {
    let mut text = String::new();
    let width = checks
        .iter()
        .map(|check| check.issue_code.len())
        .max()
        .unwrap_or_default();
    for finding_type in FindingType::ALL {
        let group = || {
            checks
                .iter()
                .filter(|check| check.finding_type == finding_type.as_str())
        };
        let count = group().count();
        let heading = paint(&name(finding_type, count), tone(finding_type), colour);
        let _ = writeln!(text, "{heading} ({count})");
        for check in group() {
            let types = kinds(check);
            let _ = writeln!(text, "  {:<width$}  {types}", check.issue_code);
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{} checks; `--explain CODE` explains one", checks.len());
    text
}

/// A check: when it makes a finding, on what, and on what not.
pub(crate) fn check(check: &CheckReport, colour: bool) -> String {
    let tone = FindingType::ALL
        .into_iter()
        .find(|finding_type| finding_type.as_str() == check.finding_type)
        .map_or("1", tone);
    let finding_type = check.finding_type.replace('_', " ");
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} {}: {}",
        paint(&finding_type, tone, colour),
        paint(check.issue_code, "1", colour),
        check.title
    );
    let _ = writeln!(text, "\n{}\n", wrapped(check.trigger).join("\n"));
    let _ = writeln!(text, "  applies to  {}", kinds(check));
    let _ = writeln!(text, "  found       {}", indented(check.fires));
    let _ = writeln!(text, "  not found   {}", indented(check.silent));
    let _ = writeln!(text, "  AWS         {}", check.learn_more_link);
    text
}

fn kinds(check: &CheckReport) -> String {
    if check.policy_types.len() == 5 {
        "all policies".to_owned()
    } else {
        check.policy_types.join(", ")
    }
}

fn indented(example: &str) -> String {
    example.replace('\n', "\n              ")
}
