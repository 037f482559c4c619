//! Findings, for people.

use std::collections::BTreeSet;

use bailiwick::{
    FindingCounts, FindingReport, FindingType, PolicyHolderKind, PolicyReport, ValidateReport, is_template,
};

use super::picture::{Place, picture};
use super::{clean, wrapped};

/// How many findings of one policy are shown.
const FINDINGS: usize = 200;

/// How many findings are shown in all.
const FINDINGS_IN_ALL: usize = 2_000;

/// How many further places of a finding are shown.
const PLACES: usize = 5;

/// How many files that are no policies are named.
const SKIPPED: usize = 10;

/// What the screen needs beside the report.
pub(crate) struct Shown<'a> {
    /// The texts of the files.
    pub(crate) texts: &'a [String],
    /// The numbers of the files that are shown though nothing was found in them.
    pub(crate) named: &'a BTreeSet<usize>,
    /// The level that no finding reaches, where there is one.
    pub(crate) below: Option<String>,
    pub(crate) colour: bool,
}

/// What was found, as text that ends with a line feed: policy by policy, the gravest findings of each first.
pub(crate) fn findings(report: &ValidateReport, shown: &Shown<'_>) -> String {
    let mut screen = Screen {
        text: String::new(),
        shown,
        left: FINDINGS_IN_ALL,
    };
    for (index, policy) in report.files.iter().enumerate() {
        if screen.left == 0 {
            screen.left_out(&report.files[index..]);
            break;
        }
        if !policy.findings.is_empty() || (policy.place.kind.is_none() && shown.named.contains(&policy.text)) {
            screen.policy(policy);
        }
    }
    screen.skipped(&report.skipped);
    // Where nothing could be validated, the errors say it all.
    if !report.files.is_empty() || report.incomplete.is_empty() {
        screen.summary(report);
    }
    screen.text
}

struct Screen<'a> {
    text: String,
    shown: &'a Shown<'a>,
    /// How many findings may still be shown.
    left: usize,
}

impl<'a> Screen<'a> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn paint(&self, text: &str, code: &str) -> String {
        super::paint(text, code, self.shown.colour)
    }

    /// What the places of a policy are counted in.
    fn text<'p>(&self, policy: &'p PolicyReport) -> Option<&'p str>
    where
        'a: 'p,
    {
        match &policy.decoded {
            Some(decoded) => Some(decoded),
            None => self.shown.texts.get(policy.text).map(String::as_str),
        }
    }

    fn policy(&mut self, policy: &PolicyReport) {
        let place = &policy.place;
        let mut heading = place.file.clone();
        if let Some(start) = place.start {
            heading = format!("{heading}:{}:{}", start.line, start.column + 1);
        }
        let title = place
            .title()
            .map_or(String::new(), |title| format!(": {}", clean(&title)));
        let heading = self.paint(&heading, "1");
        self.line(&format!("{heading}{title}"));
        let title = policy.validated_as.title();
        let because = policy.validated_as.because.as_deref();
        let because = because.map_or(String::new(), |because| format!(", because {because}"));
        match place.kind {
            _ if !policy.is_json => self.line("  not JSON, so that nothing else can be said of it"),
            // The heading says it.
            Some(PolicyHolderKind::Inline | PolicyHolderKind::Managed | PolicyHolderKind::Trust) => {}
            Some(PolicyHolderKind::Resource | PolicyHolderKind::Organization) | None => {
                self.prose(&format!("validated as {title}{because}"), "  ");
            }
        }
        if let [other, ..] = policy.also_in.as_slice() {
            let title = other.title().unwrap_or_else(|| other.file.clone());
            let more = match policy.also_in.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            self.prose(&format!("the same document: {title}{more}"), "  ");
        }
        if place.kind.is_none() && self.text(policy).is_some_and(is_template) {
            let note =
                "note: it looks like a template of CloudFormation or Terraform: validate the policy that is made of it";
            self.prose(note, "  ");
        }
        self.line("");
        let mut findings: Vec<&FindingReport> = policy.findings.iter().collect();
        // Stable: findings of one type stay in the order of the text.
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.check.finding_type()));
        let count = findings.len().min(FINDINGS).min(self.left);
        for finding in &findings[..count] {
            self.finding(policy, finding);
        }
        self.left -= count;
        if findings.len() > count {
            let left = findings.len() - count;
            self.line(&format!("  and {left} more findings: `--format json` has them all"));
            self.line("");
        }
        if findings.is_empty() {
            self.line("  nothing was found");
            self.line("");
        }
    }

    /// Says how much is in policies that are not shown.
    fn left_out(&mut self, policies: &[PolicyReport]) {
        let findings: usize = policies.iter().map(|policy| policy.findings.len()).sum();
        let policies = policies.iter().filter(|policy| !policy.findings.is_empty()).count();
        if findings > 0 {
            self.line(&format!(
                "and {findings} more findings in {policies} more policies: `--format json` has them all"
            ));
            self.line("");
        }
    }

    fn finding(&mut self, policy: &PolicyReport, finding: &FindingReport) {
        let finding_type = finding.check.finding_type();
        let grave = self.paint(&name(finding_type, 1), tone(finding_type));
        let code = self.paint(finding.check.code(), "1");
        let place = finding.locations.first().map_or(String::new(), |location| {
            let start = location.span.start;
            if policy.place.encoded {
                format!(
                    "line {}, column {} of the decoded document",
                    start.line,
                    start.column + 1
                )
            } else {
                format!("{}:{}:{}", policy.place.file, start.line, start.column + 1)
            }
        });
        self.line(&format!("  {grave} {code} {}", clean(&place)));
        self.prose(&finding.details, "    ");
        if let Some(text) = self.text(policy) {
            let places = finding.locations.iter().take(1 + PLACES).map(|location| Place {
                line: location.span.start.line,
                bytes: location.bytes.range(),
            });
            let places: Vec<Place> = places.collect();
            for row in picture(text, &places, self.shown.colour).lines() {
                self.line(&format!("    {row}"));
            }
        }
        if finding.locations.len() > 1 + PLACES {
            let left = finding.locations.len() - 1 - PLACES;
            self.line(&format!("    and {left} more places"));
        }
        self.line("");
    }

    fn prose(&mut self, text: &str, indent: &str) {
        for line in wrapped(text) {
            self.line(&format!("{indent}{line}"));
        }
    }

    fn skipped(&mut self, names: &[String]) {
        if names.is_empty() {
            return;
        }
        self.line(if names.len() == 1 { "no policy:" } else { "no policies:" });
        for name in names.iter().take(SKIPPED) {
            self.line(&format!("  {}", clean(name)));
        }
        if names.len() > SKIPPED {
            self.line(&format!("  and {} more", names.len() - SKIPPED));
        }
        self.line("");
    }

    fn summary(&mut self, report: &ValidateReport) {
        let counts = report.counts();
        let found = totals(&counts);
        let policies = report.files.len();
        let clean = report.files.iter().filter(|policy| policy.findings.is_empty()).count();
        let policies = match policies {
            1 => "1 policy".to_owned(),
            count => format!("{count} policies"),
        };
        let mut parts = vec![format!("{found} in {policies}")];
        if report.files.len() > 1 {
            parts.push(format!("{clean} clean"));
        }
        match report.skipped.len() {
            0 => {}
            1 => parts.push("1 JSON file is no policy".to_owned()),
            count => parts.push(format!("{count} JSON files are no policies")),
        }
        match report.incomplete.len() {
            0 => {}
            1 => parts.push("1 file or part could not be read".to_owned()),
            count => parts.push(format!("{count} files or parts could not be read")),
        }
        if let (Some(level), true) = (&self.shown.below, counts.total() > 0) {
            parts.push(format!("nothing at or above {level} (--fail-on)"));
        }
        let summary = parts.join("; ");
        let summary = self.paint(&summary, "1");
        self.line(&summary);
    }
}

/// `2 errors, 1 warning`
fn totals(counts: &FindingCounts) -> String {
    let found: Vec<String> = counts
        .iter()
        .filter(|&(_, count)| count > 0)
        .map(|(finding_type, count)| format!("{count} {}", name(finding_type, count).to_lowercase()))
        .collect();
    if found.is_empty() {
        "nothing was found".to_owned()
    } else {
        found.join(", ")
    }
}

/// The type of findings as people say it.
pub(super) fn name(finding_type: FindingType, count: usize) -> String {
    let name = finding_type.as_str().replace('_', " ");
    if count == 1 { name } else { name + "S" }
}

pub(super) fn tone(finding_type: FindingType) -> &'static str {
    match finding_type {
        FindingType::Error => "1;31",
        FindingType::SecurityWarning => "1;35",
        FindingType::Warning => "1;33",
        FindingType::Suggestion => "1;36",
    }
}
