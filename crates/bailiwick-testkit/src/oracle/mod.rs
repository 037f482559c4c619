//! The oracle: AWS's rules of evaluation, written down a second time and as plainly as possible.
//!
//! Each function is one clause of the reference and names it. `E` stands for the reference's page on evaluation logic, `C` for
//! its page on condition operators, `G` for its page on the policy grammar. Nothing here is fast, and nothing is shared with the
//! evaluator that the oracle judges.
//!
//! # Choices of the house
//!
//! Where AWS's pages are silent or contradict each other (UNCERTAIN in the reference):
//!
//! - Condition operators ignore case. A multivalued key under an operator without a set operator satisfies nothing, negated
//!   operators and `IfExists` included.
//! - An empty string is a value like any other, but for `Null`, which takes it for absent, and `ForAllValues`, which is true of it.
//!   A set of nothing but empty strings is null in the same way. The empty set is present for `Null`.
//! - An empty list of policy values satisfies nothing; with `IfExists` and `ForAllValues` it is true of an absent key, with
//!   `ForAllValues` also of an empty set. `ForAllValues:Null` is true and `ForAnyValue:Null` false whatever stands in them.
//! - Numbers, dates, addresses: a value that cannot be read satisfies nothing; a negated operator holds only where all can be
//!   read. A date of digits only is in epoch seconds; a time of day has its zone. (The evaluator
//!   refuses a policy whose *policy* date cannot be read; here it satisfies nothing.)
//! - An ARN of fewer than six segments matches nothing under the ARN operators, as pattern or as value. A variable's text is
//!   literal and stays within its segment.
//! - A variable without value and default makes its entry match nothing; a multivalued key never gives a value.
//! - Resource patterns are compared segment by segment, with case. The request's resource `*` is matched by `*` only.
//! - An Allow with `NotPrincipal` grants like `*` to all whom no entry names. A Deny with `NotPrincipal` spares whom any entry names
//!   in any way, but always applies to a user or role session with a permissions boundary.
//! - `Action`, `Resource` and `Principal` with an empty list, negated or not: the statement never applies, but for a Deny with an empty
//!   `NotPrincipal`, which denies whoever has a permissions boundary.
//! - An entry under `CanonicalUser`, a unique id or an origin access identity matches nobody: a request does not carry them.
//! - A role's ARN in the request stands for a session without a name.
//! - Every policy that is given applies. Whom AWS exempts (service-linked roles, services without RCPs, the management account) is for
//!   the asker to know; only what a principal cannot have is left out, such as SCPs of a service.
//! - `sts:GetSessionToken` is allowed to IAM users and root users with long-term credentials and to nobody else, whatever the policies say.
//!   What AWS refuses of itself (module `service`) is not allowed, and an explicit deny if a policy denies it.
//! - `aws:TokenIssueTime` in a request of an IAM user or root user means credentials of `GetSessionToken`: the request does not say whether
//!   they are those of a console session, or of another sign-in.
//! - Neither they, without MFA, nor a federated user pass roles: `iam:PassRole` counts among the calls to IAM, though it is a permission and
//!   no operation.
//!
//! Not restated: what else depends on how credentials were made (console sessions, `AssumeRoot`), on
//! settings of the account (`iam:ChangePassword`), and KMS grants.

mod arn;
mod condition;
mod decide;
mod glob;
mod operator;
mod principal;
mod request;
mod resource;
mod service;
mod statement;
#[cfg(test)]
mod tests;
mod value;
mod variable;

pub use self::decide::decide;
pub use self::principal::{MatchKind, Requester};
pub use self::request::{OracleError, OracleRequest};
