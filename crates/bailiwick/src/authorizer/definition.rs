//! What an authorizer is told, and what it is asked.

use std::borrow::Cow;
use std::sync::Arc;

use bailiwick_eval::{Request, RequestError};
use bailiwick_grammar::{AccountId, PolicyType, PrincipalArn};
use bailiwick_policy::{Principal, RequestContext};

use super::error::AuthorizationError;

/// A principal, and the ids of the policies that it has.
#[derive(Clone, Copy, Debug, Default)]
pub struct PrincipalDefinition<'a> {
    /// The ARN of a root user, user, role or session, the name of a service principal, or `anonymous`. A role answers for its sessions;
    /// a session may be put by itself too, with the policies of its role, and is found sooner then.
    pub arn: &'a str,
    /// The unique id of the user or role, if policies may name it by that.
    pub unique_id: Option<&'a str>,
    /// For a federated-user session, the ARN of the user that it was made from.
    pub parent_user: Option<&'a str>,
    /// The identity-based policies, those of its groups included.
    pub identity_policies: &'a [&'a str],
    /// The permissions boundary.
    pub permissions_boundary: Option<&'a str>,
    /// The session policies; none for none.
    pub session_policies: &'a [&'a str],
    /// Whether it is a session of a service-linked role, which neither SCPs nor RCPs bind.
    pub service_linked: bool,
}

/// The ids of the policies that bound an account.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountDefinition<'a> {
    /// The SCPs of each level, root first; none where none are in force. A level without policies allows nothing.
    pub service_control_policies: &'a [&'a [&'a str]],
    /// The RCPs of each level, root first; none where none are in force. A level without policies allows nothing.
    pub resource_control_policies: &'a [&'a [&'a str]],
}

/// A request as it comes in.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuthorizationRequest<'a> {
    /// Who asks: as the principal was put.
    pub principal: &'a str,
    /// `service:Name`
    pub action: &'a str,
    /// The resource's ARN, or `*` for an action that concerns none.
    pub resource: &'a str,
    /// The account that the resource belongs to. If absent, the one in its ARN, else the principal's; there must be one where
    /// accounts were put.
    pub resource_account: Option<AccountId>,
    /// The ids of the session policies, in place of those that the principal was put with; none for those.
    pub session_policies: &'a [&'a str],
    /// The id of the policy of the resource; for the assumption of a role, of its trust policy.
    pub resource_policy: Option<&'a str>,
    /// The ids of the policies of the VPC endpoint that the request came through; none for no endpoint.
    pub vpc_endpoint_policies: &'a [&'a str],
    /// The whole request context. Of a key that stands twice, the last value counts.
    pub context: &'a [(&'a str, RequestValue<'a>)],
}

/// What a request has for a condition key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RequestValue<'a> {
    /// The value of a single-valued key.
    Single(&'a str),
    /// The values of a multivalued key.
    Multivalued(&'a [&'a str]),
}

impl<'a> From<&'a str> for RequestValue<'a> {
    fn from(value: &'a str) -> Self {
        Self::Single(value)
    }
}

/// The ids of a principal's policies.
#[derive(Debug)]
pub(super) struct PrincipalPolicyIds {
    pub(super) identity: Box<[Arc<str>]>,
    pub(super) permissions_boundary: Option<Arc<str>>,
    pub(super) session: Box<[Arc<str>]>,
    pub(super) service_linked: bool,
}

/// The ids of the policies of an account, level by level.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) service_control: Box<[Box<[Arc<str>]>]>,
    pub(super) resource_control: Box<[Box<[Arc<str>]>]>,
}

impl Account {
    pub(super) fn levels(&self, policy_type: PolicyType) -> &[Box<[Arc<str>]>] {
        match policy_type {
            PolicyType::ServiceControlPolicy => &self.service_control,
            PolicyType::ResourceControlPolicy => &self.resource_control,
            PolicyType::IdentityBasedPolicy
            | PolicyType::PermissionsBoundary
            | PolicyType::SessionPolicy
            | PolicyType::ResourceBasedPolicy
            | PolicyType::TrustPolicy
            | PolicyType::VpcEndpointPolicy => &[],
        }
    }
}

impl PrincipalDefinition<'_> {
    pub(super) fn principal(&self) -> Result<Principal, AuthorizationError> {
        let mut principal = Principal::parse(self.arn)?;
        if let Principal::Aws(caller) = &mut principal {
            caller.unique_id = self.unique_id.map(Into::into);
            caller.parent_user = self.parent_user.map(PrincipalArn::parse).transpose()?;
        }
        Ok(principal)
    }

    pub(super) fn ids(&self, id: impl Fn(&str) -> Arc<str>) -> PrincipalPolicyIds {
        PrincipalPolicyIds {
            identity: self.identity_policies.iter().copied().map(&id).collect(),
            permissions_boundary: self.permissions_boundary.map(&id),
            session: self.session_policies.iter().copied().map(&id).collect(),
            service_linked: self.service_linked,
        }
    }
}

impl AccountDefinition<'_> {
    pub(super) fn ids(&self, id: impl Fn(&str) -> Arc<str>) -> Account {
        let levels = |levels: &[&[&str]]| {
            levels
                .iter()
                .map(|level| level.iter().copied().map(&id).collect())
                .collect()
        };
        Account {
            service_control: levels(self.service_control_policies),
            resource_control: levels(self.resource_control_policies),
        }
    }
}

impl AuthorizationRequest<'_> {
    /// The request, taken apart.
    pub(super) fn request<'r>(&'r self, principal: &'r Principal) -> Result<Request<'r>, RequestError> {
        let bytes = self.context.iter().map(|(key, value)| key.len() + value.bytes()).sum();
        let mut context = RequestContext::with_capacity(self.context.len(), bytes);
        for (key, value) in self.context {
            match value {
                RequestValue::Single(value) => {
                    context.insert_single(key, value);
                }
                RequestValue::Multivalued(values) => {
                    context.insert(key, values.to_vec());
                }
            }
        }
        Request::new(
            Cow::Borrowed(principal),
            self.action,
            self.resource,
            self.resource_account,
            context,
        )
    }
}

impl RequestValue<'_> {
    fn bytes(&self) -> usize {
        match self {
            Self::Single(value) => value.len(),
            Self::Multivalued(values) => values.iter().map(|value| value.len()).sum(),
        }
    }
}
