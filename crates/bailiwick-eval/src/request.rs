//! Requests: who wants to do what, to what, in which circumstances.

use std::borrow::Cow;

use bailiwick_grammar::AccountId;
use bailiwick_model::{
    AccountTrust, PrincipalKind, ServiceAuthorization, ServiceQuestion, Situation, is_decided_by_caller,
};
use bailiwick_policy::{ArnSegments, Principal, RequestAction, RequestContext, RequestResource, SegmentedArn};
use thiserror::Error;

/// One request to be decided.
///
/// It is taken apart when it is made, once for all policies that it will be held against, and borrows what it can.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    principal: Cow<'a, Principal>,
    action: RequestAction<'a>,
    resource: Cow<'a, str>,
    /// Nothing for `*`. INVARIANT: those of `resource`.
    segments: Option<ArnSegments>,
    resource_account: Option<AccountId>,
    context: RequestContext,
    situation: Situation,
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

impl<'a> Request<'a> {
    /// A request, whose context is complete.
    ///
    /// The resource belongs to `resource_account` if that is given, else to the account in its ARN, else to the principal's.
    ///
    /// # Errors
    ///
    /// Where the action is not `service:Name`, or the resource neither `*` nor an ARN.
    pub fn new(
        principal: Cow<'a, Principal>,
        action: impl Into<Cow<'a, str>>,
        resource: impl Into<Cow<'a, str>>,
        resource_account: Option<AccountId>,
        context: RequestContext,
    ) -> Result<Self, RequestError> {
        let action = RequestAction::parse(action).map_err(RequestError::Action)?;
        let resource = resource.into();
        let segmented = SegmentedArn::parse(&resource);
        let (arn, segments) = (
            segmented.map(SegmentedArn::to_arn),
            segmented.map(SegmentedArn::segments),
        );
        if arn.is_none() && resource != "*" {
            return Err(RequestError::Resource(resource.into_owned()));
        }
        let named = arn.and_then(|arn| arn.account.parse().ok());
        let resource_account = resource_account.or(named).or_else(|| principal.account());
        let kind = PrincipalKind::of(&principal, &context);
        let same_account = principal.account() == resource_account || is_decided_by_caller(action.as_str());
        let (service, name) = action.service_and_name();
        let situation = Situation {
            principal: kind,
            same_account,
            account_trust: AccountTrust::of(action.as_str(), arn.as_ref()),
            service: ServiceAuthorization::of(&ServiceQuestion {
                principal: &principal,
                kind,
                service,
                name,
                resource: arn,
                same_account,
                context: &context,
            }),
        };
        Ok(Self {
            principal,
            action,
            resource,
            segments,
            resource_account,
            context,
            situation,
        })
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// What is to be done: `service:Name`.
    pub fn action(&self) -> &RequestAction<'a> {
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

    /// Who asks, whose the resource is, and what the service has to say: what decides how policies combine.
    pub fn situation(&self) -> Situation {
        self.situation
    }

    /// The resource, taken apart.
    pub fn resource_parts(&self) -> RequestResource<'_> {
        match self.segments {
            None => RequestResource::Any,
            Some(segments) => RequestResource::Arn(segments.of(&self.resource)),
        }
    }

    /// The same request, without anything borrowed.
    pub fn into_owned(self) -> Request<'static> {
        Request {
            principal: Cow::Owned(self.principal.into_owned()),
            action: self.action.into_owned(),
            resource: Cow::Owned(self.resource.into_owned()),
            segments: self.segments,
            resource_account: self.resource_account,
            context: self.context,
            situation: self.situation,
        }
    }
}
