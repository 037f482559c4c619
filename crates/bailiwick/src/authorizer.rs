//! Decisions at the rate of requests: policies and principals are put in once, and every thread asks.

mod definition;
mod error;
mod prepared;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bailiwick_eval::{Decision, Levels, PolicySet, PrincipalPolicies, Request, ResourcePolicies, authorize};
use bailiwick_grammar::{AccountId, PolicyType};
use bailiwick_model::{DocumentStore as _, Origin, PolicyRecord};
use bailiwick_policy::{Policy, Principal};
use dashmap::DashMap;
use foldhash::fast::RandomState;
use rayon::prelude::*;

pub use self::definition::{AccountDefinition, AuthorizationRequest, PrincipalDefinition, RequestValue};
pub use self::error::{AuthorizationError, UnusablePolicy};
pub use self::prepared::PreparedRequest;
use crate::can::is_under_resource_control;
use crate::document_cache::DocumentCache;

/// Policies, principals and accounts, ready to decide requests; shared by any number of threads.
///
/// Policies are known by ids of the caller's choosing, such as ARNs. A principal names the policies that it has; the list is put together
/// when it first asks, and again after a policy was changed: a policy is compiled once, whoever has it, and no change
/// compiles another policy.
///
/// What is given applies. Nothing is derived: a request brings its whole context. Only what follows from the request itself is left out: RCPs where
/// the action is not subject to them, and SCPs and RCPs for service-linked roles.
///
/// ```
/// use bailiwick::{Authorizer, AuthorizationRequest, Decision, PolicyType, PrincipalDefinition};
///
/// let authorizer = Authorizer::new();
/// let read = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
/// authorizer.put_policy("read", PolicyType::IdentityBasedPolicy, read);
/// authorizer.put_principal(&PrincipalDefinition {
///     arn: "arn:aws:iam::111122223333:user/alice",
///     identity_policies: &["read"],
///     ..PrincipalDefinition::default()
/// })?;
/// let decision = authorizer.authorize(&AuthorizationRequest {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..AuthorizationRequest::default()
/// })?;
/// assert_eq!(decision, Decision::Allowed);
/// # Ok::<(), bailiwick::AuthorizationError>(())
/// ```
#[derive(Debug, Default)]
pub struct Authorizer {
    documents: DocumentCache,
    policies: DashMap<Arc<str>, PolicyRecord, RandomState>,
    accounts: DashMap<AccountId, definition::Account, RandomState>,
    principals: DashMap<Box<str>, PrincipalEntry, RandomState>,
    /// Grows with every change. What was put together at an earlier one is put together again.
    generation: AtomicU64,
}

#[derive(Debug)]
struct PrincipalEntry {
    principal: Arc<Principal>,
    definition: definition::PrincipalPolicyIds,
    /// At which generation it was put together, and what came out.
    compiled: Option<(u64, Result<Arc<CompiledPrincipal>, UnusablePolicy>)>,
}

/// A principal with its policies found.
#[derive(Debug)]
struct CompiledPrincipal {
    principal: Arc<Principal>,
    policies: PrincipalPolicies,
    service_linked: bool,
}

impl Authorizer {
    /// An authorizer that knows nobody and nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a policy, or replaces the one with that id for all who have it. A text that was seen before is not read again.
    ///
    /// # Errors
    ///
    /// Where the text is no policy. It takes the id's place all the same: requests that depend on it have no answer then, and the error
    /// names it.
    pub fn put_policy(&self, id: &str, policy_type: PolicyType, document: &str) -> Result<(), UnusablePolicy> {
        let record = PolicyRecord::new(self.documents.lower(document, policy_type), Origin::Request);
        let usable = record
            .usable(|| id.to_owned())
            .map(|_| ())
            .map_err(UnusablePolicy::from);
        self.policies.insert(id.into(), record);
        self.changed();
        usable
    }

    /// Adds many policies, reading them on all cores.
    ///
    /// Answers which texts are no policies.
    pub fn put_policies(&self, policy_type: PolicyType, policies: &[(&str, &str)]) -> Vec<UnusablePolicy> {
        let put = |(id, document): &(&str, &str)| self.put_policy(id, policy_type, document).err();
        policies.par_iter().filter_map(put).collect()
    }

    /// Removes a policy. Requests that depend on it have no answer then.
    pub fn remove_policy(&self, id: &str) {
        self.policies.remove(id);
        self.changed();
    }

    /// Adds a principal, or replaces the one with that ARN.
    ///
    /// The policies that it names need not be there yet.
    ///
    /// # Errors
    ///
    /// Where the ARN is none of a principal.
    pub fn put_principal(&self, definition: &PrincipalDefinition<'_>) -> Result<(), AuthorizationError> {
        let entry = PrincipalEntry {
            principal: Arc::new(definition.principal()?),
            definition: definition.ids(|id| self.shared_id(id)),
            compiled: None,
        };
        self.principals.insert(definition.arn.into(), entry);
        Ok(())
    }

    /// Finds a principal's policies now, rather than when it first asks.
    ///
    /// # Errors
    ///
    /// Where the principal is not known, or one of its policies is not there or is none.
    pub fn resolve(&self, arn: &str) -> Result<(), AuthorizationError> {
        self.principal(arn).map(|_| ())
    }

    /// Removes a principal. Its requests have no answer then.
    pub fn remove_principal(&self, arn: &str) {
        self.principals.remove(arn);
    }

    /// Sets the SCPs and RCPs of an account. An account that was not put has none.
    pub fn put_account(&self, account: AccountId, definition: &AccountDefinition<'_>) {
        self.accounts.insert(account, definition.ids(|id| self.shared_id(id)));
        self.changed();
    }

    /// Decides a request.
    ///
    /// # Errors
    ///
    /// Where the request makes no sense, its principal is not known, or a policy that it depends on is not there or is none. A refusal
    /// is a [`Decision`].
    pub fn authorize(&self, asked: &AuthorizationRequest<'_>) -> Result<Decision, AuthorizationError> {
        let principal = self.principal(asked.principal)?;
        let request = asked.request(&principal.principal)?;
        let resource = self.resource_policies(asked, &principal, &request)?;
        let vpc_endpoint = self.all(asked.vpc_endpoint_policies)?;
        let policies = PolicySet {
            principal: &principal.policies,
            resource: &resource,
            vpc_endpoint: &vpc_endpoint,
        };
        Ok(authorize(policies, &request))
    }

    /// Decides many requests on all cores; the answers are in the order of the requests.
    pub fn authorize_all(&self, asked: &[AuthorizationRequest<'_>]) -> Vec<Result<Decision, AuthorizationError>> {
        asked.par_iter().map(|asked| self.authorize(asked)).collect()
    }

    /// Finds everything that a request depends on, so that it can be decided again and again, or explained.
    ///
    /// A prepared request is decided on the policies as they are now: a later change is not seen.
    ///
    /// # Errors
    ///
    /// As [`authorize`](Self::authorize).
    pub fn prepare(&self, asked: &AuthorizationRequest<'_>) -> Result<PreparedRequest, AuthorizationError> {
        let principal = self.principal(asked.principal)?;
        let request = asked.request(&principal.principal)?;
        let resource = self.resource_policies(asked, &principal, &request)?;
        let vpc_endpoint = self.all(asked.vpc_endpoint_policies)?;
        let request = request.into_owned();
        Ok(PreparedRequest::new(principal, resource, vpc_endpoint, request))
    }

    /// One text for an id, however many name it.
    fn shared_id(&self, id: &str) -> Arc<str> {
        self.policies
            .get(id)
            .map_or_else(|| id.into(), |entry| Arc::clone(entry.key()))
    }

    fn changed(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }

    fn principal(&self, arn: &str) -> Result<Arc<CompiledPrincipal>, AuthorizationError> {
        // Read before the policies are: a change meanwhile makes what is put together old at once.
        let generation = self.generation.load(Ordering::Acquire);
        let unknown = || AuthorizationError::UnknownPrincipal(arn.to_owned());
        if let Some((at, compiled)) = &self.principals.get(arn).ok_or_else(unknown)?.compiled
            && *at == generation
        {
            return Ok(compiled.clone()?);
        }
        let mut entry = self.principals.get_mut(arn).ok_or_else(unknown)?;
        let compiled = self.compile(&entry).map(Arc::new);
        entry.compiled = Some((generation, compiled.clone()));
        Ok(compiled?)
    }

    fn compile(&self, entry: &PrincipalEntry) -> Result<CompiledPrincipal, UnusablePolicy> {
        let ids = &entry.definition;
        let bound = entry.principal.account().filter(|_| !ids.service_linked);
        Ok(CompiledPrincipal {
            principal: Arc::clone(&entry.principal),
            policies: PrincipalPolicies {
                identity: self.all(&ids.identity)?,
                permissions_boundary: self.all(ids.permissions_boundary.as_slice())?,
                session: self.all(&ids.session)?,
                service_control: self.levels(bound, |account| &account.service_control)?,
            },
            service_linked: ids.service_linked,
        })
    }

    fn resource_policies(
        &self,
        asked: &AuthorizationRequest<'_>,
        principal: &CompiledPrincipal,
        request: &Request<'_>,
    ) -> Result<ResourcePolicies, AuthorizationError> {
        if request.resource_account().is_none() && request.resource() != "*" && !self.accounts.is_empty() {
            return Err(AuthorizationError::UnknownOwner(asked.resource.to_owned()));
        }
        let bound = request.resource_account().filter(|account| {
            !principal.service_linked
                && self.accounts.contains_key(account)
                && request.resource() != "*"
                && is_under_resource_control(request.action().as_str())
        });
        Ok(ResourcePolicies {
            resource: asked.resource_policy.map(|id| self.policy(id)).transpose()?,
            resource_control: self.levels(bound, |account| &account.resource_control)?,
        })
    }

    fn levels(
        &self,
        account: Option<AccountId>,
        of: impl Fn(&definition::Account) -> &[Box<[Arc<str>]>],
    ) -> Result<Levels, UnusablePolicy> {
        let Some(account) = account.and_then(|account| self.accounts.get(&account)) else {
            return Ok(Levels::default());
        };
        of(&account).iter().map(|level| self.all(level)).collect()
    }

    fn all<T: AsRef<str>>(&self, ids: &[T]) -> Result<Vec<Arc<Policy>>, UnusablePolicy> {
        let mut policies = Vec::with_capacity(ids.len());
        for id in ids {
            policies.push(self.policy(id.as_ref())?);
        }
        Ok(policies)
    }

    fn policy(&self, id: &str) -> Result<Arc<Policy>, UnusablePolicy> {
        let record = self.policies.get(id).ok_or_else(|| UnusablePolicy::unknown(id))?;
        Ok(Arc::clone(record.usable(|| id.to_owned())?))
    }
}

#[cfg(test)]
mod tests;
