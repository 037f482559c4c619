//! Requests: who wants to do what, to what, in which circumstances.

use bailiwick_grammar::{AccountId, Arn};
use bailiwick_policy::{Principal, RequestContext, RequestResource};
use thiserror::Error;

/// One request to be decided.
#[derive(Clone, Debug)]
pub struct Request {
    principal: Principal,
    /// INVARIANT: one service prefix, one colon, one name, without wildcards.
    action: Box<str>,
    /// INVARIANT: `*` or an ARN.
    resource: Box<str>,
    resource_account: Option<AccountId>,
    context: RequestContext,
}

/// A question that makes no sense. It is never an answer: a request that is refused is a `Decision`.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum RequestError {
    /// The action is not `service:Name`.
    #[error("`{0}` is not an action: write `service:Name`, such as `s3:GetObject`, without wildcards")]
    Action(String),
    /// The resource is neither `*` nor an ARN.
    #[error("`{0}` is not a resource: write its ARN, or `*` for an action that concerns no particular resource")]
    Resource(String),
}

impl Request {
    /// A request, whose context is complete.
    ///
    /// The resource belongs to `resource_account` if that is given, else to the account in its ARN, else to the principal's.
    ///
    /// # Errors
    ///
    /// Where the action is not `service:Name`, or the resource neither `*` nor an ARN.
    pub fn new(
        principal: Principal,
        action: &str,
        resource: &str,
        resource_account: Option<AccountId>,
        context: RequestContext,
    ) -> Result<Self, RequestError> {
        let mut parts = action.split(':');
        let well_formed =
            |part: Option<&str>| part.is_some_and(|part| !part.is_empty() && !part.contains(['*', '?', ' ']));
        if !(well_formed(parts.next()) && well_formed(parts.next()) && parts.next().is_none()) {
            return Err(RequestError::Action(action.to_owned()));
        }
        let arn = Arn::parse(resource).ok();
        if arn.is_none() && resource != "*" {
            return Err(RequestError::Resource(resource.to_owned()));
        }
        let named = arn.and_then(|arn| arn.account.parse().ok());
        let resource_account = resource_account.or(named).or_else(|| principal.account());
        Ok(Self {
            principal,
            action: action.into(),
            resource: resource.into(),
            resource_account,
            context,
        })
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// What is to be done: `service:Name`.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The resource's ARN, or `*`.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The account that the resource belongs to; nothing where neither the resource nor the principal names one.
    pub fn resource_account(&self) -> Option<AccountId> {
        self.resource_account
    }

    /// The condition keys.
    pub fn context(&self) -> &RequestContext {
        &self.context
    }

    /// The resource, taken apart.
    pub fn resource_parts(&self) -> RequestResource<'_> {
        Arn::parse(&self.resource).map_or(RequestResource::Any, RequestResource::Arn)
    }
}
