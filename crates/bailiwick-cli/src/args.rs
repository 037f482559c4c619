//! What can be typed.

use std::path::PathBuf;

use bailiwick::{FindingType, ValidatePolicyResourceType};
use clap::{Parser, Subcommand, ValueEnum};

/// AWS IAM questions, answered offline from what AWS's own commands print.
#[derive(Debug, Parser)]
#[command(name = "bailiwick", version, about, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Can(CanArgs),
    Simulate(SimulateArgs),
    Validate(ValidateArgs),
}

/// Say whether a principal of an organization can do something, and which statements decide it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0  the question is answered, whatever the decision
  2  the question, or a policy that it depends on, is wrong
  3  the exports lack something, or a part of them cannot be read")]
pub(crate) struct CanArgs {
    /// ARN of a root user, user, role or session; a service principal such as `ec2.amazonaws.com`; or `anonymous`
    pub(crate) principal: String,
    /// Action such as `s3:GetObject`
    pub(crate) action: String,
    /// ARN of the resource, or `*` for an action that concerns none in particular
    pub(crate) resource: String,
    /// Folder of exports (`org.json`, `accounts/ID.gaad.json`, …), or one file of
    /// `aws iam get-account-authorization-details`
    #[arg(long, value_name = "DIR")]
    pub(crate) org: PathBuf,
    /// Condition key with its value; repeat a key to give it several values
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub(crate) context: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// Decide scenarios: questions that bring every policy with them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0  every scenario is decided, whatever the decisions
  2  a scenario or one of its policies is wrong")]
pub(crate) struct SimulateArgs {
    /// File with one scenario, or `-` for standard input
    #[arg(required_unless_present = "lines", conflicts_with = "lines")]
    pub(crate) file: Option<PathBuf>,
    /// File with one scenario a line, or `-`; the answers are JSON Lines
    #[arg(long, value_name = "FILE")]
    pub(crate) lines: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Shown {
    /// Say what each policy type says, and what nearly applied
    #[arg(long)]
    pub(crate) explain: bool,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Json,
}

/// Run the policy checks of IAM Access Analyzer on policies, offline.
///
/// FILE is a policy, an export of `aws iam get-account-authorization-details`, or a folder. Folders are searched for `.json` files, but for
/// hidden folders, `node_modules` and `target`; in a folder of exports (`org.json`, `accounts/ID.gaad.json`, …) every policy is checked.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit status:
  0  nothing was found at or above the level of --fail-on
  1  something was found at or above it
  2  the question or a text is wrong: a file or a policy of an export that is not JSON or no policy
  3  the exports of a folder lack something, or a part of an export cannot be read
Of several, 2 comes before 3 and 3 before 1.")]
pub(crate) struct ValidateArgs {
    /// Policies, exports or folders of them, or `-` for standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["list_checks", "explain"])]
    pub(crate) files: Vec<PathBuf>,
    /// Type of the policies; without it, the type is inferred from each document, and told
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    pub(crate) policy_type: Option<TypeName>,
    /// Type of the resource that a resource policy belongs to, such as `AWS::S3::Bucket`
    #[arg(long, value_name = "TYPE", value_parser = resource_type)]
    pub(crate) resource_type: Option<ValidatePolicyResourceType>,
    /// The least grave finding that makes the exit status 1
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = FailOn::SecurityWarning)]
    pub(crate) fail_on: FailOn,
    /// For people, for programs, or for code reviews
    #[arg(long, value_enum, default_value_t = ReportFormat::Human)]
    pub(crate) format: ReportFormat,
    /// List the checks
    #[arg(long, conflicts_with_all = ["files", "explain", "policy_type", "resource_type"])]
    pub(crate) list_checks: bool,
    /// Explain the check of an issue code, such as `INVALID_EFFECT`
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "policy_type", "resource_type"])]
    pub(crate) explain: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum TypeName {
    Identity,
    Resource,
    Trust,
    Scp,
    Rcp,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    SecurityWarning,
    Warning,
    Suggestion,
    Never,
}

impl FailOn {
    /// The least grave type of finding that counts.
    pub(crate) fn level(self) -> Option<FindingType> {
        match self {
            Self::Error => Some(FindingType::Error),
            Self::SecurityWarning => Some(FindingType::SecurityWarning),
            Self::Warning => Some(FindingType::Warning),
            Self::Suggestion => Some(FindingType::Suggestion),
            Self::Never => None,
        }
    }

    /// The level as it is typed.
    pub(crate) fn name(self) -> Option<String> {
        self.level()?;
        Some(self.to_possible_value()?.get_name().to_owned())
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ReportFormat {
    Human,
    Json,
    Sarif,
}

fn resource_type(text: &str) -> Result<ValidatePolicyResourceType, String> {
    let known = ValidatePolicyResourceType::ALL.into_iter();
    let names: Vec<&str> = known.clone().map(ValidatePolicyResourceType::as_str).collect();
    known
        .into_iter()
        .find(|known| known.as_str().eq_ignore_ascii_case(text))
        .ok_or_else(|| format!("write one of {}", names.join(", ")))
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or("write KEY=VALUE, such as aws:SourceIp=203.0.113.7")?;
    if !key.contains(':') {
        return Err(format!(
            "`{key}` is not a condition key: they have a prefix, such as `aws:SourceIp`"
        ));
    }
    Ok((key.to_owned(), value.to_owned()))
}
