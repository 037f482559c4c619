//! Decisions at the rate of requests: policies and principals are put in once, and every thread asks.

mod definition;
mod error;
mod explain;
mod prepared;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bailiwick_eval::{Decision, Levels, PolicySet, PrincipalPolicies, Request, ResourcePolicies, authorize};
use bailiwick_grammar::{AccountId, Arn, PolicyType, PrincipalArn, PrincipalIdentity};
use bailiwick_model::{DocumentStore as _, Origin, PolicyRecord, is_role_assumption};
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
/// A role that was put answers for its sessions: `assumed-role/NAME/SESSION` need not be put one by one.
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
    /// The ARNs of the roles that were put, by account and name: a session's ARN has no path.
    roles: DashMap<(AccountId, Box<str>), Box<str>, RandomState>,
    /// Whether any account was put: most often none, and then nothing is looked up.
    has_accounts: AtomicBool,
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
        let put = self.insert(id, self.record(policy_type, document));
        self.changed();
        put
    }

    /// Adds many policies, reading them on all cores. Of an id that stands twice the last counts.
    ///
    /// Answers which texts are no policies.
    pub fn put_policies(&self, policy_type: PolicyType, policies: &[(&str, &str)]) -> Vec<UnusablePolicy> {
        let read = |(_, document): &(&str, &str)| self.record(policy_type, document);
        let records: Vec<PolicyRecord> = policies.par_iter().map(read).collect();
        let put = policies.iter().zip(records);
        let unusable = put
            .filter_map(|((id, _), record)| self.insert(id, record).err())
            .collect();
        self.changed();
        unusable
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
        let principal = definition.principal()?;
        if let Some(role) = role_of(&principal) {
            self.roles.insert(role, definition.arn.into());
        }
        let entry = PrincipalEntry {
            principal: Arc::new(principal),
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
        if let Some((_, entry)) = self.principals.remove(arn)
            && let Some(role) = role_of(&entry.principal)
        {
            self.roles.remove_if(&role, |_, known| **known == *arn);
        }
    }

    /// Sets the SCPs and RCPs of an account. An account that was not put has none.
    pub fn put_account(&self, account: AccountId, definition: &AccountDefinition<'_>) {
        self.accounts.insert(account, definition.ids(|id| self.shared_id(id)));
        self.has_accounts.store(true, Ordering::Release);
        self.changed();
    }

    /// Decides a request.
    ///
    /// # Errors
    ///
    /// Where the request makes no sense, its principal is not known, or a policy that it depends on is not there or is none. A refusal
    /// is a [`Decision`].
    pub fn authorize(&self, asked: &AuthorizationRequest<'_>) -> Result<Decision, AuthorizationError> {
        let principal = self.caller(asked)?;
        let request = asked.request(&principal.principal)?;
        let resource = self.resource_policies(asked, &principal, &request)?;
        let vpc_endpoint = self.all(asked.vpc_endpoint_policies, PolicyType::VpcEndpointPolicy)?;
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
        let principal = self.caller(asked)?;
        let request = asked.request(&principal.principal)?;
        let resource = self.resource_policies(asked, &principal, &request)?;
        let vpc_endpoint = self.all(asked.vpc_endpoint_policies, PolicyType::VpcEndpointPolicy)?;
        let request = request.into_owned();
        Ok(PreparedRequest::new(principal, resource, vpc_endpoint, request))
    }

    fn record(&self, policy_type: PolicyType, document: &str) -> PolicyRecord {
        PolicyRecord::new(self.documents.lower(document, policy_type), Origin::Request)
    }

    fn insert(&self, id: &str, record: PolicyRecord) -> Result<(), UnusablePolicy> {
        let usable = record
            .usable(|| id.to_owned())
            .map(|_| ())
            .map_err(UnusablePolicy::from);
        self.policies.insert(id.into(), record);
        usable
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

    /// Who asks, with the session policies of the request.
    fn caller(&self, asked: &AuthorizationRequest<'_>) -> Result<Arc<CompiledPrincipal>, AuthorizationError> {
        let principal = self.principal(asked.principal)?;
        if asked.session_policies.is_empty() {
            return Ok(principal);
        }
        let session = self.all(asked.session_policies, PolicyType::SessionPolicy)?;
        Ok(Arc::new(CompiledPrincipal {
            principal: Arc::clone(&principal.principal),
            policies: PrincipalPolicies {
                session,
                ..principal.policies.clone()
            },
            service_linked: principal.service_linked,
        }))
    }

    /// A principal that was put, or a session of a role that was.
    fn principal(&self, arn: &str) -> Result<Arc<CompiledPrincipal>, AuthorizationError> {
        if let Some(known) = self.known(arn) {
            return Ok(known?);
        }
        let unknown = || AuthorizationError::UnknownPrincipal(arn.to_owned());
        let entry = self.entry_of(arn).ok_or_else(unknown)?;
        let role = self.known(&entry).ok_or_else(unknown)??;
        let mut session = Principal::parse(arn)?;
        if let (Principal::Aws(session), Some(role)) = (&mut session, role.principal.aws()) {
            session.unique_id.clone_from(&role.unique_id);
        }
        Ok(Arc::new(CompiledPrincipal {
            principal: Arc::new(session),
            policies: role.policies.clone(),
            service_linked: role.service_linked,
        }))
    }

    /// The ARN that answers for a principal: its own, or that of its role.
    fn entry_of(&self, arn: &str) -> Option<Box<str>> {
        if self.principals.contains_key(arn) {
            return Some(arn.into());
        }
        let session = PrincipalArn::parse(arn).ok()?;
        let PrincipalIdentity::AssumedRole { role, .. } = session.identity else {
            return None;
        };
        let found = self.roles.get(&(session.account, role))?.clone();
        let of_partition = PrincipalArn::parse(&found).is_ok_and(|role| role.partition == session.partition);
        of_partition.then_some(found)
    }

    /// A principal that was put.
    fn known(&self, arn: &str) -> Option<Result<Arc<CompiledPrincipal>, UnusablePolicy>> {
        // Read before the policies are: a change meanwhile makes what is put together old at once.
        let generation = self.generation.load(Ordering::Acquire);
        if let Some((at, compiled)) = &self.principals.get(arn)?.compiled
            && *at == generation
        {
            return Some(compiled.clone());
        }
        let mut entry = self.principals.get_mut(arn)?;
        let compiled = self.compile(&entry).map(Arc::new);
        entry.compiled = Some((generation, compiled.clone()));
        Some(compiled)
    }

    fn compile(&self, entry: &PrincipalEntry) -> Result<CompiledPrincipal, UnusablePolicy> {
        let ids = &entry.definition;
        let bound = entry.principal.account().filter(|_| !ids.service_linked);
        Ok(CompiledPrincipal {
            principal: Arc::clone(&entry.principal),
            policies: PrincipalPolicies {
                identity: self.all(&ids.identity, PolicyType::IdentityBasedPolicy)?,
                permissions_boundary: self.all(ids.permissions_boundary.as_slice(), PolicyType::PermissionsBoundary)?,
                session: self.all(&ids.session, PolicyType::SessionPolicy)?,
                service_control: self.levels(bound, PolicyType::ServiceControlPolicy)?,
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
        if request.resource_account().is_none() && request.resource() != "*" && self.has_accounts() {
            return Err(AuthorizationError::UnknownOwner(asked.resource.to_owned()));
        }
        let bound = self.resource_control_account(request, principal.service_linked);
        let policy = |id| self.policy(id, resource_policy_type(request));
        Ok(ResourcePolicies {
            resource: asked.resource_policy.map(policy).transpose()?,
            resource_control: self.levels(bound, PolicyType::ResourceControlPolicy)?,
        })
    }

    /// The account whose RCPs bind a request.
    fn resource_control_account(&self, request: &Request<'_>, service_linked: bool) -> Option<AccountId> {
        // Whether an action has RCPs is asked last: it takes longest.
        let bound = |account: &AccountId| {
            !service_linked
                && self.has_accounts()
                && self.accounts.contains_key(account)
                && is_under_resource_control(request.action().as_str())
        };
        request.resource_account().filter(bound)
    }

    fn has_accounts(&self) -> bool {
        self.has_accounts.load(Ordering::Acquire)
    }

    fn levels(&self, account: Option<AccountId>, policy_type: PolicyType) -> Result<Levels, UnusablePolicy> {
        let Some(account) = account.and_then(|account| self.accounts.get(&account)) else {
            return Ok(Levels::default());
        };
        let levels = account.levels(policy_type).iter();
        levels.map(|level| self.all(level, policy_type)).collect()
    }

    fn all<T: AsRef<str>>(&self, ids: &[T], place: PolicyType) -> Result<Vec<Arc<Policy>>, UnusablePolicy> {
        let mut policies = Vec::with_capacity(ids.len());
        for id in ids {
            policies.push(self.policy(id.as_ref(), place)?);
        }
        Ok(policies)
    }

    fn policy(&self, id: &str, place: PolicyType) -> Result<Arc<Policy>, UnusablePolicy> {
        let record = self.policies.get(id).ok_or_else(|| UnusablePolicy::unknown(id))?;
        check_place(id, &record, place)?;
        Ok(Arc::clone(record.usable(|| id.to_owned())?))
    }
}

/// A policy means something else in another place: one without `Principal` would, as a resource's, speak of everyone.
///
/// A managed policy, which is identity-based, may be a boundary or a session policy too.
fn check_place(id: &str, record: &PolicyRecord, place: PolicyType) -> Result<(), UnusablePolicy> {
    let found = record.document().policy_type();
    let managed = found == PolicyType::IdentityBasedPolicy
        && matches!(place, PolicyType::PermissionsBoundary | PolicyType::SessionPolicy);
    if found == place || managed {
        return Ok(());
    }
    Err(UnusablePolicy::WrongType {
        id: id.to_owned(),
        found,
        place,
    })
}

/// What the policy of a request's resource is.
fn resource_policy_type(request: &Request<'_>) -> PolicyType {
    match Arn::parse(request.resource()) {
        Ok(arn) if is_role_assumption(request.action().as_str(), &arn) => PolicyType::TrustPolicy,
        Ok(_) | Err(_) => PolicyType::ResourceBasedPolicy,
    }
}

/// The account and name of a role.
fn role_of(principal: &Principal) -> Option<(AccountId, Box<str>)> {
    let caller = principal.aws()?;
    match &caller.arn.identity {
        PrincipalIdentity::Role { name, .. } => Some((caller.arn.account, name.clone())),
        PrincipalIdentity::Root
        | PrincipalIdentity::User { .. }
        | PrincipalIdentity::AssumedRole { .. }
        | PrincipalIdentity::FederatedUser { .. } => None,
    }
}

#[cfg(test)]
mod tests;
