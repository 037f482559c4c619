//! The decision of AWS IAM: a request and the policies that take part in it go in, a decision and its explanation come out.
//!
//! Use this crate to decide requests against policies that you hold yourself; `bailiwick` finds out which policies take part, and names
//! them in its answers.
//!
//! # Invariants
//!
//! - Pure: no clock, no files, no state. The same policies and request give the same answer.
//! - This crate decides nothing by itself: what matches is said in `bailiwick-policy`, what follows in `bailiwick-model`.
//! - A refusal is a [`Decision`], never an error; an error is a question that makes no sense.
//! - The explanation is a second pass: who does not ask for it does not pay for it.

mod decide;
mod explain;
mod held;
mod missing;
mod policies;
mod request;
mod statement;

pub use crate::decide::{Decision, authorize};
pub use crate::explain::{Explanation, GroupOutcome, NearMiss, StatementPlace, explain};
pub use crate::policies::{Levels, PolicyGroup, PolicySet, PrincipalPolicies, ResourcePolicies};
pub use crate::request::{Request, RequestError};
pub use crate::statement::Mismatch;
