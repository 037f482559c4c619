//! The policy checks of AWS IAM Access Analyzer: a policy in, findings with their exact places out.
//!
//! Use this crate to tell an author what is wrong, risky or superfluous in a policy, as `ValidatePolicy` of Access Analyzer does; to
//! ask what a policy grants, use `bailiwick`.
//!
//! ```
//! use bailiwick_validate::{ValidatePolicyType, validate_policy};
//!
//! let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "allow", "Action": "s3:GetObject", "Resource": "*"}}"#;
//! let findings = validate_policy(text, ValidatePolicyType::IdentityPolicy)?;
//! assert_eq!(findings[0].check().code(), "INVALID_EFFECT");
//! assert_eq!(findings[0].locations()[0].span.start.column, 50);
//! # Ok::<(), bailiwick_validate::ValidatePolicyError>(())
//! ```
//!
//! AWS: IAM User Guide, "IAM policy validation check reference"; API reference, `ValidatePolicy`.
//!
//! # Invariants
//!
//! - Every check of AWS's page is an entry of [`checks`], and nothing else makes a finding.
//! - What the grammar refuses is a finding of type `ERROR`: a document without such a finding can be lowered. The grammar's rules are
//!   not repeated here; an entry names the rules that it reports.
//! - Nothing is read and nobody is asked: facts about services come from `bailiwick-catalog`.

mod arn_format;
mod arn_pattern;
mod check;
mod checks;
mod finding;
mod locate;
mod nearest;
mod policy_type;
mod report;
mod subject;
mod validate;

pub use crate::check::{Example, FindingType, PolicyCheck};
pub use crate::checks::{check, checks};
pub use crate::finding::{Finding, Location, PathElement, Position, Span};
pub use crate::policy_type::{PolicyTypes, ValidatePolicyResourceType, ValidatePolicyType};
pub use crate::validate::{ValidatePolicyError, ValidatePolicyErrorKind, validate_policy};
