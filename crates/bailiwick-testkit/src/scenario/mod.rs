//! Scenarios: questions with the answer that AWS's documentation gives, put to every engine alike.
//!
//! A file `testdata/scenarios/<topic>/<case>.toml` holds policies by name, a scenario, and requests that each change something of
//! the scenario:
//!
//! ```toml
//! [policies]
//! read = '{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}'
//! deny = { file = "deny.json" }
//!
//! [scenario]
//! principal = "arn:aws:iam::111111111111:user/alice"
//! action = "s3:GetObject"
//! resource = "arn:aws:s3:::bucket/key"
//! identityPolicies = ["read"]
//!
//! [[request]]
//! name = "a Deny decides"
//! serviceControlPolicies = [["read", "deny"]]
//! expect = "explicitDeny"
//! source = "IAM User Guide, \"Policy evaluation logic\": an explicit deny in any policy overrides any allows"
//! ```
//!
//! The members of `[scenario]` and `[[request]]` are those of `bailiwick simulate`. A member of a request replaces that of the
//! scenario as a whole. [`table`] gives more cases that no file holds: every combination of what the policy types say.
//! Policies are named, or written in place as text that begins with `{`.

mod file;
mod read;
mod run;
mod shape;
mod table;

pub use self::file::{Case, ScenarioError, load, scenarios_dir};
pub use self::run::{Engine, EngineError, Oracle, Report, run};
pub use self::shape::{NamedPolicy, Scenario};
pub use self::table::table;
