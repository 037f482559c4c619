//! Test support for Bailiwick: what the tests of several crates share.
//!
//! Use this crate from `tests/` folders, as a dev-dependency; nothing that ships depends on it.
//!
//! - [`oracle`]: a naive evaluator that restates AWS's text clause by clause over the syntax tree. It shares no code with the
//!   evaluator that it judges.
//! - [`generate`]: proptest strategies, for policies as text and for questions that are likely to be decided at an edge.
//! - [`scenario`]: the corpus under `testdata/scenarios`, and a runner that puts it to any [`Engine`](scenario::Engine).
//!
//! ```
//! use bailiwick_testkit::scenario::{Engine, NamedPolicy, Oracle, Scenario};
//! use bailiwick_testkit::Decision;
//!
//! let scenario = Scenario {
//!     principal: "arn:aws:iam::111111111111:user/alice".into(),
//!     action: "s3:GetObject".into(),
//!     resource: "arn:aws:s3:::bucket/key".into(),
//!     identity_policies: vec![NamedPolicy::new(
//!         "read",
//!         r#"{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#,
//!     )],
//!     ..Scenario::default()
//! };
//! assert_eq!(Oracle.decide(&scenario), Ok(Decision::Allowed));
//! ```
//!
//! # Invariants
//!
//! - The oracle knows `bailiwick-grammar` only, and of it the tree and the parser: every rule of matching is written here again.
//! - Where AWS's pages are silent the oracle follows `docs/semantics.md`; each such place says so.

mod answer;
pub mod generate;
pub mod oracle;
pub mod scenario;

pub use crate::answer::{ContextValue, Decision};
