//! The registry of checks, as programs read it.

use bailiwick_grammar::edit_distance;
use bailiwick_validate::{PolicyCheck, checks};
use serde::Serialize;

/// A check.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// AWS's issue code.
    pub issue_code: &'static str,
    /// How grave its findings are: `ERROR`, `SECURITY_WARNING`, `WARNING` or `SUGGESTION`.
    pub finding_type: &'static str,
    /// AWS's title.
    pub title: &'static str,
    /// The kinds of policies that it applies to: `identity`, `resource`, `trust`, `scp`, `rcp`.
    pub policy_types: Vec<&'static str>,
    /// When it makes a finding.
    pub trigger: &'static str,
    /// A part of a policy that it makes a finding on.
    pub fires: &'static str,
    /// A part of a policy that is nearly the same and that it makes no finding on.
    pub silent: &'static str,
    /// Where AWS describes it.
    pub learn_more_link: String,
}

/// The checks, the gravest first, and by their codes.
pub fn check_reports() -> Vec<CheckReport> {
    let mut all: Vec<&PolicyCheck> = checks().collect();
    all.sort_by_key(|check| (std::cmp::Reverse(check.finding_type()), check.code()));
    all.into_iter().map(CheckReport::of).collect()
}

impl CheckReport {
    /// The report of a check.
    pub fn of(check: &PolicyCheck) -> Self {
        Self {
            issue_code: check.code(),
            finding_type: check.finding_type().as_str(),
            title: check.title(),
            policy_types: check.policy_types().names().collect(),
            trigger: check.trigger(),
            fires: check.example().fires,
            silent: check.example().silent,
            learn_more_link: check.learn_more_link(),
        }
    }
}

/// The issue codes that are most like a text, the nearest first; none where nothing is like it.
pub fn nearest_codes(text: &str) -> Vec<&'static str> {
    let asked: String = text
        .chars()
        .take(80)
        .map(|c| {
            if c.is_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    let mut ranked: Vec<(usize, &'static str)> = checks()
        .map(PolicyCheck::code)
        .filter_map(|code| {
            let contains = asked.len() >= 3 && code.contains(&asked);
            let distance = if contains {
                0
            } else {
                edit_distance(&asked, code, code.len() / 3)?
            };
            Some((distance, code))
        })
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().take(3).map(|(_, code)| code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_code_has_neighbours() {
        assert_eq!(nearest_codes("invalid-efect").first(), Some(&"INVALID_EFFECT"));
        assert_eq!(nearest_codes("json").first(), Some(&"JSON_SYNTAX_ERROR"));
        assert!(nearest_codes("zzzzzzzzzzzz").is_empty());
        assert!(nearest_codes("").is_empty());
    }

    #[test]
    fn the_gravest_come_first() {
        let reports = check_reports();
        assert_eq!(reports.len(), checks().count());
        assert_eq!(reports.first().map(|report| report.finding_type), Some("ERROR"));
        assert_eq!(reports.last().map(|report| report.finding_type), Some("SUGGESTION"));
    }
}
