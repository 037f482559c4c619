//! What `bailiwick-validate` finds on the policies of the folder, counted and, where one asks, shown.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bailiwick_grammar::PolicyType;
use bailiwick_validate::{Finding, FindingType, ValidatePolicyResourceType, ValidatePolicyType};
use rayon::prelude::*;
use serde_json::{Map, Value, json};

// It asserts that each place leads to what it is about, and that errors and grammar agree on what is a policy.
#[path = "../../../crates/bailiwick-validate/tests/any_text/hold.rs"]
#[expect(dead_code, reason = "a real document is validated as what it is, not as every type")]
mod hold;

/// A policy of the folder.
pub(super) struct RealPolicy {
    pub(super) folder: &'static str,
    pub(super) file: String,
    pub(super) text: String,
    pub(super) policy_type: PolicyType,
}

/// Validates each policy, shows the findings of the codes that are wanted, prints how many findings there are of each code in each
/// folder, and gives the sums.
///
/// # Errors
///
/// Where a policy is not validated though it is one, or what holds of any text does not hold.
pub(super) fn validate(policies: &[RealPolicy], wanted: &[&str]) -> Result<Value, String> {
    let outcomes: Vec<Outcome> = policies.par_iter().map(Outcome::of).collect();
    let mut counts: BTreeMap<(FindingType, &str), BTreeMap<&str, usize>> = BTreeMap::new();
    let (mut rejected, mut failures) = (0, Vec::new());
    for (policy, outcome) in policies.iter().zip(&outcomes) {
        match outcome {
            Outcome::Findings(findings) => {
                for finding in findings {
                    let check = finding.check();
                    let count = counts.entry((check.finding_type(), check.code())).or_default();
                    *count.entry(policy.folder).or_default() += 1;
                    if wanted.contains(&check.code()) {
                        show(policy, finding);
                    }
                }
            }
            Outcome::Rejected => rejected += 1,
            Outcome::Failed(why) => failures.push(format!("{}: {why}", policy.file)),
        }
    }
    print_table(&counts);
    if !failures.is_empty() {
        return Err(format!("{} not validated:\n{}", failures.len(), failures.join("\n")));
    }
    let of_type = |finding_type: FindingType| -> usize {
        let counts = counts.iter().filter(|((counted, _), _)| *counted == finding_type);
        counts.flat_map(|(_, folders)| folders.values()).sum()
    };
    let by_type: Map<String, Value> = (FindingType::ALL.into_iter())
        .map(|finding_type| (finding_type.to_string(), of_type(finding_type).into()))
        .collect();
    Ok(json!({"validated": policies.len() - rejected, "notValidated": rejected, "findings": by_type}))
}

/// What came of validating a policy.
enum Outcome {
    Findings(Vec<Finding>),
    /// It is no object of JSON, or exceeds a limit.
    Rejected,
    /// The message of the panic.
    Failed(String),
}

impl Outcome {
    fn of(policy: &RealPolicy) -> Self {
        match catch_unwind(AssertUnwindSafe(|| hold::hold_as(&policy.text, policy.validated_as()))) {
            Ok(Ok(findings)) => Self::Findings(findings),
            Ok(Err(_)) => Self::Rejected,
            Err(panic) => Self::Failed(message(panic.as_ref())),
        }
    }
}

impl RealPolicy {
    /// Where the files of a subfolder belong to several services, their names begin with the service. Those of S3 are of buckets and of
    /// access points.
    fn validated_as(&self) -> ValidatePolicyType {
        let name = self.file.rsplit('/').next().unwrap_or_default();
        let resource_type = match name.split("__").next() {
            Some("s3") if !self.text.contains(":accesspoint/") => ValidatePolicyResourceType::S3Bucket,
            Some("dynamodb") => ValidatePolicyResourceType::DynamoDbTable,
            _ => return self.policy_type.into(),
        };
        match self.policy_type {
            PolicyType::ResourceBasedPolicy => ValidatePolicyType::ResourcePolicy(Some(resource_type)),
            policy_type => policy_type.into(),
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("panic")
        .to_owned()
}

/// The most that is shown of a place's text.
const SHOWN: usize = 120;

/// Shows one finding: file, place, text, details; then its other places.
fn show(policy: &RealPolicy, finding: &Finding) {
    for (index, location) in finding.locations().iter().enumerate() {
        let text = &policy.text[location.bytes.range()];
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = text.chars().take(SHOWN).collect();
        let (line, column) = (location.span.start.line, location.span.start.column);
        if index == 0 {
            let code = finding.check().code();
            println!(
                "{code} {}:{line}:{column}: {text}\n    {}",
                policy.file,
                finding.details()
            );
        } else {
            println!("    {line}:{column}: {text}");
        }
    }
}

/// One line a code, the gravest type first; one column a folder.
fn print_table(counts: &BTreeMap<(FindingType, &str), BTreeMap<&str, usize>>) {
    let mut folders: Vec<&str> = counts.values().flat_map(BTreeMap::keys).copied().collect();
    folders.sort_unstable();
    folders.dedup();
    let line = |count: &dyn Fn(&str) -> usize| -> String {
        let sum: usize = folders.iter().map(|folder| count(folder)).sum();
        let numbers = folders
            .iter()
            .map(|folder| format!("{:>width$}", count(folder), width = folder.len().max(5)));
        format!("{sum:6}  {}", numbers.collect::<Vec<_>>().join("  "))
    };
    let heads = folders.iter().map(|folder| format!("{folder:>5}")).collect::<Vec<_>>();
    println!("   all  {}  finding", heads.join("  "));
    for finding_type in FindingType::ALL {
        let of_type: Vec<_> = (counts.iter())
            .filter(|((counted, _), _)| *counted == finding_type)
            .collect();
        let sum = |folder: &str| of_type.iter().filter_map(|(_, folders)| folders.get(folder)).sum();
        println!("{}  {finding_type}", line(&sum));
        for ((_, code), folders) in &of_type {
            println!(
                "{}    {code}",
                line(&|folder| folders.get(folder).copied().unwrap_or(0))
            );
        }
    }
}
