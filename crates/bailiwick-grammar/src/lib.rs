//! The text of AWS IAM policies: from bytes to a syntax tree with spans and diagnostics, and back.
//!
//! Use this crate to read a policy as it was written: for an editor, a formatter, a linter. It knows what the policy language
//! looks like and nothing of what it means; for that see `bailiwick-policy`.
//!
//! ```
//! use bailiwick_grammar::{ParseOptions, parse_policy, print_policy};
//!
//! let parsed = parse_policy(r#"{"Statement": {"Effect": "allow", "Action": "s3:*"}}"#, &ParseOptions::default());
//! assert_eq!(parsed.diagnostics[0].message, "there is no effect `allow`");
//! let document = parsed.document.expect("the text is a JSON object");
//! assert!(print_policy(&document).contains(r#""Action": "s3:*""#));
//! ```
//!
//! # Invariants
//!
//! - Parsing never panics and never fails: it gives as much tree as possible *and* every diagnostic, each with its place.
//! - A tree holds the whole document: what was not understood is kept as JSON.
//! - `parse ∘ print` is the identity on trees; printing is canonical.
//! - Every limit (`Limits`) has a diagnostic that names it.

mod account_id;
mod action;
mod arn;
pub mod ast;
mod check;
mod diagnostic;
mod edit_distance;
pub mod json;
mod limits;
mod operator;
mod parse;
mod policy_type;
mod principal;
mod print;
mod size;
mod span;
pub mod variable;

pub use crate::account_id::{AccountId, AccountIdError};
pub use crate::action::{ActionPattern, ActionPatternError};
pub use crate::arn::{Arn, ArnError, PARTITIONS};
pub use crate::check::check_policy_type;
pub use crate::diagnostic::{Diagnostic, DiagnosticCode, Label, Severity};
pub use crate::edit_distance::edit_distance;
pub use crate::limits::Limits;
pub use crate::operator::{ConditionOperator, OperatorName, OperatorNameError, SetOperator};
pub use crate::parse::{ParseOptions, Parsed, decode_utf8, parse_policy, parse_policy_bytes};
pub use crate::policy_type::PolicyType;
pub use crate::principal::{
    AwsPrincipal, PrincipalArn, PrincipalError, PrincipalIdentity, PrincipalType, check_canonical_user,
    check_federated_principal, check_service_principal,
};
pub use crate::print::print_policy;
pub use crate::size::{MANAGED_POLICY_SIZE, ROLE_TRUST_POLICY_SIZE, size_without_white_space};
pub use crate::span::{LineIndex, Position, Span, Spanned};
