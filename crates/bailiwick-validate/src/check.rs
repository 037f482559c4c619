//! What a check is.

use std::fmt;

use bailiwick_grammar::DiagnosticCode;

use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Action, Condition, Document, Principal, Resource, Statement};

/// How grave a finding is.
///
/// AWS: API reference of Access Analyzer, `ValidatePolicyFinding`; in order of gravity.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum FindingType {
    /// `SUGGESTION`: the policy can be better without changing what it grants.
    Suggestion,
    /// `WARNING`: the policy perhaps does not do what its author wants.
    Warning,
    /// `SECURITY_WARNING`: the policy allows what is overly permissive.
    SecurityWarning,
    /// `ERROR`: the policy does not work, or a part of it.
    Error,
}

impl FindingType {
    /// Every type, the gravest first.
    pub const ALL: [Self; 4] = [Self::Error, Self::SecurityWarning, Self::Warning, Self::Suggestion];

    /// The type as AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::SecurityWarning => "SECURITY_WARNING",
            Self::Warning => "WARNING",
            Self::Suggestion => "SUGGESTION",
        }
    }

    /// The type as the anchors of AWS's page write it.
    fn anchor(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::SecurityWarning => "security-warning",
            Self::Warning => "general-warning",
            Self::Suggestion => "suggestion",
        }
    }
}

impl fmt::Display for FindingType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A part of a policy that shows a check at work.
///
/// It is taken from one of the check's cases under `testdata/checks`; a test holds it to that.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Example {
    /// What the check finds.
    pub fires: &'static str,
    /// What is nearly the same, and what it does not find.
    pub silent: &'static str,
}

/// One policy check: an entry of the registry.
#[derive(Debug)]
pub struct PolicyCheck {
    pub(crate) code: &'static str,
    pub(crate) finding_type: FindingType,
    pub(crate) title: &'static str,
    pub(crate) policy_types: PolicyTypes,
    pub(crate) trigger: &'static str,
    pub(crate) example: Example,
    /// The rules of the grammar that the check reports.
    pub(crate) grammar: &'static [DiagnosticCode],
    pub(crate) run: Run,
}

/// What a check looks at, and how. Each function gets the thing itself and what it stands in.
#[derive(Debug)]
pub(crate) enum Run {
    /// The grammar does the work.
    Grammar,
    /// The document as a whole.
    Document(fn(&Document<'_>, &mut Report<'_>)),
    /// Each statement.
    Statement(fn(&Statement<'_>, &mut Report<'_>)),
    /// Each action of a statement that could be understood.
    Action(fn(&Statement<'_>, &Action<'_>, &mut Report<'_>)),
    /// Each resource of a statement.
    Resource(fn(&Statement<'_>, &Resource<'_>, &mut Report<'_>)),
    /// Each principal of a statement.
    Principal(fn(&Statement<'_>, &Principal<'_>, &mut Report<'_>)),
    /// Each condition key of a statement with its operator and values.
    Condition(fn(&Statement<'_>, &Condition<'_>, &mut Report<'_>)),
}

impl PolicyCheck {
    /// AWS's issue code, as `INVALID_EFFECT`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// How grave its findings are.
    pub fn finding_type(&self) -> FindingType {
        self.finding_type
    }

    /// AWS's title, as `Invalid effect`.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// The kinds of policies that it applies to.
    pub fn policy_types(&self) -> PolicyTypes {
        self.policy_types
    }

    /// When it makes a finding.
    pub fn trigger(&self) -> &'static str {
        self.trigger
    }

    /// A policy that it makes a finding on, and one that it does not: the part that matters.
    pub fn example(&self) -> Example {
        self.example
    }

    /// Where AWS describes it.
    pub fn learn_more_link(&self) -> String {
        const PAGE: &str =
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html";
        format!(
            "{PAGE}#access-analyzer-reference-policy-checks-{}-{}",
            self.finding_type.anchor(),
            self.code.to_ascii_lowercase().replace('_', "-")
        )
    }
}

impl PartialEq for PolicyCheck {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for PolicyCheck {}
