//! An answer, for people.

mod words;

use std::fmt::Write as _;

use self::words::{because, failed_element, place, short, with_article};
use super::clean;
use bailiwick::{Answer, Decision, Effect, NearMissReport, PassedRole, PolicyType, PolicyTypeReport, StatementReport};

/// The longest excerpt of a statement that is shown, in lines, and the longest line.
const EXCERPT_LINES: usize = 24;
const EXCERPT_COLUMNS: usize = 140;

/// How many deciding statements are quoted.
const QUOTED: usize = 3;

/// The answer as text that ends with a line feed; `advice` says how to give a condition key that is missing.
pub(crate) fn answer(answer: &Answer, advice: &str, colour: bool) -> String {
    let mut screen = Screen {
        text: String::new(),
        colour,
        quoted: Vec::new(),
    };
    screen.verdict(answer);
    if answer.checks.is_empty() {
        screen.reasons(answer, advice);
    } else {
        screen.checks(answer, advice);
    }
    for note in &answer.notes {
        screen.line("");
        screen.line(&format!("Note: {}", clean(note)));
    }
    screen.explanation(answer);
    if let Some(passed) = &answer.passed_role {
        screen.passed_role(passed, advice);
    }
    screen.text
}

struct Screen {
    text: String,
    colour: bool,
    /// The statements whose text was shown, by place: it is shown once.
    quoted: Vec<String>,
}

#[derive(Clone, Copy)]
enum Tone {
    Good,
    Bad,
    Strong,
    Faint,
}

impl Screen {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn paint(&self, text: &str, tone: Tone) -> String {
        let code = match tone {
            Tone::Good => "1;32",
            Tone::Bad => "1;31",
            Tone::Strong => "1",
            Tone::Faint => "2",
        };
        super::paint(text, code, self.colour)
    }

    fn verdict(&mut self, answer: &Answer) {
        let verdict = self.decision(answer);
        self.line(&verdict);
        self.line(&format!("  principal  {}", clean(&answer.principal)));
        self.line(&format!("  action     {}", clean(&answer.action)));
        let owner = answer
            .resource_account
            .as_ref()
            .map(|account| format!("   (account {account})"));
        self.line(&format!(
            "  resource   {}{}",
            clean(&answer.resource),
            owner.unwrap_or_default()
        ));
    }

    fn decision(&self, answer: &Answer) -> String {
        match (answer.decision, answer.service_rule) {
            (Decision::Allowed, None) => self.paint("ALLOWED", Tone::Good),
            (Decision::Allowed, Some(_)) => self.paint("ALLOWED", Tone::Good) + " by AWS itself",
            (Decision::ExplicitDeny, _) => self.paint("DENIED", Tone::Bad) + " by an explicit deny",
            (Decision::ImplicitDeny, Some(_)) => self.paint("DENIED", Tone::Bad) + " by AWS itself",
            (Decision::ImplicitDeny, None) => {
                self.paint("DENIED", Tone::Bad) + " because not everything that must allow it does"
            }
        }
    }

    /// What a call needs, in short and then one by one.
    fn checks(&mut self, answer: &Answer, advice: &str) {
        self.line("");
        self.line("The call needs each of these");
        let width = answer
            .checks
            .iter()
            .map(|check| check.action.len())
            .max()
            .unwrap_or_default();
        for check in &answer.checks {
            let decision = match check.decision {
                Decision::Allowed => self.paint("allowed", Tone::Good),
                Decision::ExplicitDeny | Decision::ImplicitDeny => self.paint("DENIED", Tone::Bad),
            };
            let elsewhere = (check.resource != answer.resource).then(|| format!("  on {}", clean(&check.resource)));
            let elsewhere = elsewhere.unwrap_or_default();
            self.line(&format!("  {:<width$}  {decision}{elsewhere}", clean(&check.action)));
        }
        for check in &answer.checks {
            let decision = self.decision(check);
            self.line("");
            self.line(&format!("{}: {decision}", self.paint(&check.action, Tone::Strong)));
            self.reasons(check, advice);
            self.explanation(check);
        }
    }

    /// What the service that gets a role can do with it later.
    fn passed_role(&mut self, passed: &PassedRole, advice: &str) {
        let of = passed
            .associated_resource_arn
            .as_ref()
            .map(|arn| format!(" for {}", clean(arn)));
        let decision = self.decision(&passed.assumption);
        self.line("");
        self.line(&format!(
            "Later, when {} uses the role{}: {decision}",
            clean(&passed.service),
            of.unwrap_or_default()
        ));
        self.reasons(&passed.assumption, advice);
        for note in &passed.assumption.notes {
            self.line("");
            self.line(&format!("Note: {}", clean(note)));
        }
        if passed.assumption.decision != Decision::Allowed {
            self.explanation(&passed.assumption);
        }
    }

    fn explanation(&mut self, answer: &Answer) {
        if let Some(explanation) = &answer.explanation {
            self.policy_types(answer, &explanation.policy_types);
            // What nearly made a difference could not have made one where the service decides.
            if answer.service_rule.is_none() {
                self.near_misses(answer.decision, &explanation.policy_types);
            }
        }
    }

    fn reasons(&mut self, answer: &Answer, advice: &str) {
        self.line("");
        match (answer.decision, answer.service_rule) {
            (Decision::Allowed, Some(rule)) => self.line(&format!("Allowed by the service: {rule}")),
            (Decision::Allowed, None) => self.statements("Allowed by", &answer.matched_statements),
            (Decision::ExplicitDeny, rule) => {
                self.statements("Denied by", &answer.matched_statements);
                if let Some(rule) = rule {
                    self.line("");
                    self.line(&format!("Refused by the service in any case: {rule}"));
                }
            }
            (Decision::ImplicitDeny, Some(rule)) => {
                self.line(&format!("Refused by the service: {rule}"));
                self.not_enough(&answer.matched_statements);
            }
            (Decision::ImplicitDeny, None) => {
                let blocked = answer.blocked_by.iter().map(|&policy_type| with_article(policy_type));
                let blocked = blocked.collect::<Vec<_>>().join(" and ");
                self.line(&format!("Not allowed by {}.", self.paint(&blocked, Tone::Strong)));
                for silent in &answer.silent_levels {
                    self.line(&format!(
                        "  {} at {} allow only other things: {}",
                        short(silent.policy_type),
                        silent.level,
                        silent.policies.join(", ")
                    ));
                }
                self.not_enough(&answer.matched_statements);
            }
        }
        if !answer.missing_context_values.is_empty() {
            let keys = answer.missing_context_values.join(", ");
            let could = match answer.decision {
                Decision::Allowed => "could deny it",
                Decision::ExplicitDeny => "could lift the deny",
                Decision::ImplicitDeny => "could allow it",
            };
            self.line("");
            self.line(&format!("Not given, and {could}: {}", self.paint(&keys, Tone::Strong)));
            self.line(&format!("  {advice}"));
        }
    }

    /// The statements that would allow what is denied.
    fn not_enough(&mut self, statements: &[StatementReport]) {
        if !statements.is_empty() {
            self.line("");
            self.statements("Allowed, and not enough, by", statements);
        }
    }

    /// Statements with their text.
    fn statements(&mut self, title: &str, statements: &[StatementReport]) {
        if statements.is_empty() {
            return self.line(&format!("{title} the root user's own right: no policy grants it."));
        }
        self.line(title);
        for (index, statement) in statements.iter().enumerate() {
            self.line(&format!("  {}", self.statement(statement)));
            if !statement.applies_without.is_empty() {
                let keys = statement.applies_without.join(" and no ");
                let keys = self.paint(&keys, Tone::Strong);
                self.line(&format!("    applies because the request has no {keys}"));
            }
            let line = self.statement(statement);
            if index < QUOTED && !self.quoted.contains(&line) {
                self.excerpt(statement);
                self.quoted.push(line);
            }
        }
    }

    /// A statement in one line: policy type, policy, statement, place.
    fn statement(&self, report: &StatementReport) -> String {
        let attached = report.attached_to.as_deref();
        let mut text = match (report.policy_type, attached) {
            // These have no name of their own.
            (PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy, Some(attached)) => {
                format!("{} of {}", report.policy_type, self.paint(attached, Tone::Strong))
            }
            (policy_type, _) => format!("{policy_type} {}", self.paint(&report.policy, Tone::Strong)),
        };
        let own = matches!(
            report.policy_type,
            PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy
        );
        if let Some(level) = &report.level {
            let _ = write!(text, " at {}", clean(level));
        } else if let Some(attached) = attached.filter(|_| !own) {
            let _ = write!(text, " of {}", clean(attached));
        }
        let _ = write!(text, ", {}", clean(&place(report)));
        if let Some(location) = &report.location {
            let _ = write!(
                text,
                "  {}",
                self.paint(
                    &format!("{}:{}:{}", location.file, location.line, location.column),
                    Tone::Faint
                )
            );
            if let Some(line) = location.document_line {
                let _ = write!(
                    text,
                    " {}",
                    self.paint(&format!("(line {line} of the decoded document)"), Tone::Faint)
                );
            }
        }
        text
    }

    fn excerpt(&mut self, report: &StatementReport) {
        let written = report.excerpt.text();
        let location = report.location.as_ref();
        let first = location.map_or(1, |location| location.document_line.unwrap_or(location.line)) as usize;
        if !written.contains('\n') && written.chars().count() > EXCERPT_COLUMNS {
            // One long line: its numbers would say nothing.
            let printed = report.excerpt.printed();
            return self.lines(printed.lines().map(|line| (None, line)));
        }
        // The first line begins at the brace, the others where they stand in the file.
        let later = written.lines().skip(1).filter(|line| !line.trim().is_empty());
        let indent = later
            .map(|line| line.len() - line.trim_start().len())
            .min()
            .unwrap_or_default();
        self.lines(written.lines().enumerate().map(|(index, line)| {
            let line = if index == 0 {
                line
            } else {
                line.get(indent..).unwrap_or_default()
            };
            (Some(first + index), line)
        }));
    }

    /// Lines of a policy, with their numbers where they have any.
    fn lines<'l>(&mut self, lines: impl Iterator<Item = (Option<usize>, &'l str)>) {
        let lines: Vec<_> = lines.collect();
        let width = lines
            .iter()
            .filter_map(|(number, _)| *number)
            .max()
            .unwrap_or_default()
            .to_string()
            .len();
        for (number, line) in lines.iter().take(EXCERPT_LINES) {
            let shown: String = line.chars().take(EXCERPT_COLUMNS).collect();
            let more = if shown.len() < line.len() { " …" } else { "" };
            let number = number.map(|number| number.to_string()).unwrap_or_default();
            let gutter = self.paint(&format!("{number:>width$} |"), Tone::Faint);
            self.line(&format!("    {gutter} {}{more}", clean(&shown)));
        }
        if lines.len() > EXCERPT_LINES {
            self.line(&format!(
                "    {:width$} … {} more lines",
                "",
                lines.len() - EXCERPT_LINES
            ));
        }
    }

    fn policy_types(&mut self, answer: &Answer, reports: &[PolicyTypeReport]) {
        let because = |report: &PolicyTypeReport| because(report, &answer.action);
        let decides = answer.service_rule.is_some() && answer.decision != Decision::ExplicitDeny;
        self.line("");
        self.line(if decides {
            "What each policy type says, which does not count here"
        } else {
            "What each policy type says"
        });
        for reports in reports.chunk_by(|a, b| a.policy_type == b.policy_type) {
            let levels: Option<Vec<&str>> = reports.iter().map(|report| report.level.as_deref()).collect();
            let all_allow = reports.iter().all(|report| report.outcome == Decision::Allowed);
            match levels {
                Some(levels) if all_allow => {
                    let because = format!("at every level: {}", levels.join(", "));
                    self.row(short(reports[0].policy_type), Decision::Allowed, &because);
                }
                Some(_) => {
                    for report in reports {
                        let level = report.level.as_deref().unwrap_or_default();
                        self.row(
                            &format!("{} at {level}", short(report.policy_type)),
                            report.outcome,
                            &because(report),
                        );
                    }
                }
                None => {
                    for report in reports {
                        self.row(report.policy_type.as_str(), report.outcome, &because(report));
                    }
                }
            }
        }
    }

    fn row(&mut self, name: &str, outcome: Decision, because: &str) {
        // Padded before it is painted: colour codes have no width.
        let outcome = match outcome {
            Decision::Allowed => self.paint("allows   ", Tone::Good),
            Decision::ExplicitDeny => self.paint("DENIES   ", Tone::Bad),
            Decision::ImplicitDeny => "is silent".to_owned(),
        };
        self.line(&format!("  {:<28} {outcome}  {}", clean(name), clean(because)));
    }

    fn near_misses(&mut self, decision: Decision, reports: &[PolicyTypeReport]) {
        let telling = |miss: &&NearMissReport| match decision {
            Decision::Allowed => miss.statement.effect == Effect::Deny,
            Decision::ImplicitDeny => miss.statement.effect == Effect::Allow,
            // A deny is final; what else might have denied is no news.
            Decision::ExplicitDeny => false,
        };
        let misses: Vec<&NearMissReport> = reports
            .iter()
            .flat_map(|report| &report.near_misses)
            .filter(telling)
            .collect();
        if misses.is_empty() {
            return;
        }
        self.line("");
        self.line(match decision {
            Decision::Allowed | Decision::ExplicitDeny => "Nearly denied by",
            Decision::ImplicitDeny => "Nearly allowed by",
        });
        for miss in misses {
            self.line(&format!("  {}", self.statement(&miss.statement)));
            for failed in &miss.failed {
                self.line(&format!("    {}", clean(&failed_element(failed))));
            }
        }
    }
}
