//! Sessions: what AWS STS makes of a user, a role or a root user, and what it asks for.
//!
//! Whether a call is allowed at all, its policies decide: [`AssumeRole::context`] is what they are asked with, and
//! [`further_session_actions`] what they must allow beside the call itself. What is here comes before and after: the parameters, the limits, and
//! the session that comes out. Nothing here makes credentials or knows the time.
//!
//! AWS: IAM User Guide, "Request temporary security credentials", "Pass session tags in AWS STS", "Monitor and control actions taken
//! with assumed roles"; STS API Reference.

mod actions;
mod error;
mod federated_user;
mod federation;
mod parameters;
mod role;
mod root;

pub use self::actions::further_session_actions;
pub use self::error::{SessionError, SessionErrorKind};
pub use self::federated_user::{FederatedUserSession, FederationCaller, GetFederationToken, session_token_duration};
pub use self::federation::{SamlIdentity, WebIdentity};
pub use self::parameters::{
    ExternalId, FederatedUserName, ProvidedContext, RoleSessionName, SessionPolicies, SourceIdentity,
};
pub use self::role::{AssumeRole, AssumingPrincipal, RoleSession};
pub use self::root::{AssumeRoot, RootSession, TaskPolicy};

#[cfg(test)]
mod tests;
