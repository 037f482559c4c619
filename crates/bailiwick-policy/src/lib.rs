//! The meaning of AWS IAM policies: the intermediate representation, and the one definition of how each part of it matches.
//!
//! A document is parsed by `bailiwick-grammar` and given its meaning here by [`lower`]. What comes out is read by everyone who
//! decides or reasons: the evaluator runs these definitions on one request, the symbolic engine inverts them over all requests.
//! Depend on this crate to build such a reader; to ask questions, use `bailiwick`.
//!
//! # Invariants
//!
//! - A [`Policy`] cannot be made of a document that has an error.
//! - Every rule of matching is here and nowhere else: which operators exist (`OperatorMeaning`), how a value is read
//!   (`Operand`), how a pattern matches (`Pattern`, `ArnPattern`) and when one contains another, what a missing key does
//!   (`Condition::holds`), which version has variables, which policy type completes shortened ARNs (`ResourcePattern`), how
//!   closely an entry names a principal (`PrincipalMatch`).
//! - How the types of policies combine is not decided here but in `bailiwick-model`.

mod action;
mod arn_pattern;
mod condition;
mod containment;
mod context;
mod index;
mod lower;
mod name;
mod pattern;
mod policy;
mod principal;
mod resource;

pub use crate::action::{ActionElement, ActionName, ActionPattern, RequestAction};
pub use crate::arn_pattern::{ArnPattern, ArnSegments, SegmentedArn};
pub use crate::condition::{
    AddressRange, Comparison, Condition, Date, Number, Operand, OperatorMeaning, Relation, is_binary, parse_bool,
};
pub use crate::containment::CONTAINMENT_STEPS;
pub use crate::context::{ConditionKey, ContextValue, ContextValueRef, ContextValues, RequestContext};
pub use crate::lower::{check, lower, lower_text};
pub use crate::pattern::{Part, Pattern, Variable};
pub use crate::policy::{Policy, Statement};
pub use crate::principal::{AwsCaller, Principal, PrincipalElement, PrincipalMatch, PrincipalPattern};
pub use crate::resource::{RequestResource, ResourceElement, ResourcePattern};
