//! Sessions of `GetFederationToken`, and how long those of `GetSessionToken` last.

use bailiwick_grammar::{PrincipalArn, PrincipalIdentity};
use bailiwick_policy::{AwsCaller, Principal, RequestContext};

use super::error::SessionError;
use super::parameters::{FederatedUserName, SessionPolicies, duration, session_tags};
use super::role::insert_request_tags;
use crate::account::Account;
use crate::entity::User;
use crate::tag::{Tag, TagKeyCase, Tags};

/// What `GetFederationToken` takes.
///
/// AWS: STS API Reference, `GetFederationToken`.
#[derive(Clone, Debug)]
pub struct GetFederationToken {
    /// The name of the federated user.
    pub name: FederatedUserName,
    /// How long the session is to last.
    pub duration_seconds: Option<u32>,
    /// Session tags. None of them is transitive.
    pub tags: Vec<Tag>,
    /// What the session can do of what its user can. Without any it can do nothing that a resource's policy does not grant.
    pub session_policies: SessionPolicies,
}

/// Who calls `GetFederationToken` or `GetSessionToken`: long-term credentials of a user or of a root user.
#[derive(Clone, Copy, Debug)]
pub enum FederationCaller<'a> {
    /// The root user.
    Root(&'a Account),
    /// A user.
    User(&'a Account, &'a User),
}

/// A federated-user session.
///
/// AWS: IAM User Guide, "Permissions for `GetFederationToken`".
#[derive(Clone, Debug)]
pub struct FederatedUserSession {
    principal: AwsCaller,
    duration_seconds: u32,
    /// The user's own tags, overlaid by those that were passed.
    tags: Tags,
    session_policies: SessionPolicies,
}

/// How long a session of `GetSessionToken` lasts: up to 36 hours for a user, 12 if it does not say; for a root user one hour at most.
///
/// # Errors
///
/// `ValidationError` below 900 and above 129,600 seconds.
pub fn session_token_duration(caller: FederationCaller<'_>, seconds: Option<u32>) -> Result<u32, SessionError> {
    let seconds = seconds.map(|seconds| duration(seconds, 900, 129_600)).transpose()?;
    Ok(match caller {
        FederationCaller::User(..) => seconds.unwrap_or(43_200),
        // AWS: a root user who asks for more gets one hour.
        FederationCaller::Root(_) => seconds.unwrap_or(3_600).min(3_600),
    })
}

impl GetFederationToken {
    /// The condition keys of the call, beside those of the caller.
    pub fn context(&self) -> RequestContext {
        let mut context = RequestContext::new();
        insert_request_tags(&mut context, &self.tags);
        context
    }

    /// The session that the call makes, if policies allow the call.
    ///
    /// # Errors
    ///
    /// `ValidationError` for durations and tags that are wrong, `MalformedPolicyDocument` for a session policy that is none.
    pub fn federate(&self, caller: FederationCaller<'_>) -> Result<FederatedUserSession, SessionError> {
        let duration_seconds = session_token_duration(caller, self.duration_seconds)?;
        self.session_policies.check()?;
        let passed = session_tags(&self.tags)?;
        let (account, user) = match caller {
            FederationCaller::Root(account) => (account, None),
            FederationCaller::User(account, user) => (account, Some(user)),
        };
        let mut tags = user.map_or_else(|| Tags::new(TagKeyCase::Insensitive), |user| user.tags().clone());
        for tag in passed.iter() {
            tags.put(tag.clone());
        }
        let arn = PrincipalArn {
            partition: account.partition().into(),
            account: account.id(),
            identity: PrincipalIdentity::FederatedUser {
                name: self.name.as_str().into(),
            },
        };
        Ok(FederatedUserSession {
            principal: AwsCaller {
                arn,
                unique_id: None,
                parent_user: user.and_then(|user| PrincipalArn::parse(user.arn()).ok()),
            },
            duration_seconds,
            tags,
            session_policies: self.session_policies.clone(),
        })
    }
}

impl FederatedUserSession {
    /// The session as the principal of its requests, with the user behind it.
    pub fn principal(&self) -> Principal {
        Principal::Aws(self.principal.clone())
    }

    /// How long the session lasts.
    pub fn duration_seconds(&self) -> u32 {
        self.duration_seconds
    }

    /// What bounds the session.
    pub fn session_policies(&self) -> &SessionPolicies {
        &self.session_policies
    }

    /// The tags of the session as a principal: the user's own, overlaid by those that were passed.
    pub fn principal_tags(&self) -> &Tags {
        &self.tags
    }

    /// The condition keys of every request of the session that say who it is.
    pub fn context(&self) -> RequestContext {
        let mut context = RequestContext::new();
        let arn = &self.principal.arn;
        let PrincipalIdentity::FederatedUser { name } = &arn.identity else {
            return context;
        };
        context.insert("aws:PrincipalArn", arn.to_string());
        context.insert("aws:PrincipalAccount", arn.account.as_str());
        context.insert("aws:PrincipalType", "FederatedUser");
        context.insert("aws:PrincipalIsAWSService", "false");
        context.insert("aws:userid", format!("{}:{name}", arn.account));
        for tag in self.tags.iter() {
            context.insert(&format!("aws:PrincipalTag/{}", tag.key), tag.value.as_str());
        }
        context
    }
}
