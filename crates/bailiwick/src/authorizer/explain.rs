//! Why an authorizer decides as it does, with the ids of the policies.

use std::sync::Arc;

use bailiwick_grammar::{AccountId, PolicyType};
use bailiwick_model::PolicyRecord;

use super::{AuthorizationError, AuthorizationRequest, Authorizer, UnusablePolicy, check_place, resource_policy_type};
use crate::answer::Answer;
use crate::applied::{Applied, AppliedPolicies, Level};

/// A policy with its id.
struct Named {
    id: Arc<str>,
    record: PolicyRecord,
}

impl Authorizer {
    /// Decides a request and says why: which statements decide, which nearly do, what stands in the way. Policies are called by their ids.
    ///
    /// Takes some microseconds: it writes down names and texts. [`PreparedRequest::explain`](super::PreparedRequest::explain) does not.
    ///
    /// # Errors
    ///
    /// As [`authorize`](Self::authorize).
    pub fn explain(&self, asked: &AuthorizationRequest<'_>) -> Result<Answer, AuthorizationError> {
        let principal = self.caller(asked)?;
        let request = asked.request(&principal.principal)?;
        // That everything is there, and of the right type.
        self.resource_policies(asked, &principal, &request)?;
        let [identity, boundary, mut session] = self.own(asked.principal)?;
        if !asked.session_policies.is_empty() {
            session = self.named(asked.session_policies, PolicyType::SessionPolicy)?;
        }
        let resource = self.named(asked.resource_policy.as_slice(), resource_policy_type(&request))?;
        let vpc_endpoint = self.named(asked.vpc_endpoint_policies, PolicyType::VpcEndpointPolicy)?;
        let own_account = request.principal().account().filter(|_| !principal.service_linked);
        let scps = self.named_levels(own_account, PolicyType::ServiceControlPolicy)?;
        let bound = self.resource_control_account(&request, principal.service_linked);
        let rcps = self.named_levels(bound, PolicyType::ResourceControlPolicy)?;
        let policies = AppliedPolicies {
            identity: applied(&identity)?,
            permissions_boundary: applied(&boundary)?,
            session: applied(&session)?,
            resource: applied(&resource)?.pop(),
            service_control: levels(&scps)?,
            resource_control: levels(&rcps)?,
            vpc_endpoint: applied(&vpc_endpoint)?,
        };
        let explanation = policies.explain(&request);
        Ok(Answer::new(&request, &policies, explanation, Vec::new()))
    }

    /// The identity-based policies, boundary and session policies that a principal, or the role of a session, was put with.
    fn own(&self, arn: &str) -> Result<[Vec<Named>; 3], AuthorizationError> {
        let unknown = || AuthorizationError::UnknownPrincipal(arn.to_owned());
        let arn = self.entry_of(arn).ok_or_else(unknown)?;
        let entry = self.principals.get(&*arn).ok_or_else(unknown)?;
        let ids = &entry.definition;
        Ok([
            self.named(&ids.identity, PolicyType::IdentityBasedPolicy)?,
            self.named(ids.permissions_boundary.as_slice(), PolicyType::PermissionsBoundary)?,
            self.named(&ids.session, PolicyType::SessionPolicy)?,
        ])
    }

    fn named<T: AsRef<str>>(&self, ids: &[T], place: PolicyType) -> Result<Vec<Named>, UnusablePolicy> {
        let named = |id: &T| {
            let id = id.as_ref();
            let entry = self.policies.get(id).ok_or_else(|| UnusablePolicy::unknown(id))?;
            check_place(id, &entry, place)?;
            Ok(Named {
                id: Arc::clone(entry.key()),
                record: entry.clone(),
            })
        };
        ids.iter().map(named).collect()
    }

    fn named_levels(
        &self,
        account: Option<AccountId>,
        policy_type: PolicyType,
    ) -> Result<Vec<Vec<Named>>, UnusablePolicy> {
        let Some(account) = account.and_then(|account| self.accounts.get(&account)) else {
            return Ok(Vec::new());
        };
        let levels = account.levels(policy_type).iter();
        levels.map(|level| self.named(level, policy_type)).collect()
    }
}

fn applied(named: &[Named]) -> Result<Vec<Applied<'_>>, UnusablePolicy> {
    let mut applied = Vec::with_capacity(named.len());
    for Named { id, record } in named {
        applied.push(Applied {
            name: id,
            arn: None,
            attached_to: None,
            record,
            policy: record.usable(|| id.to_string())?,
        });
    }
    Ok(applied)
}

fn levels(named: &[Vec<Named>]) -> Result<Vec<Level<'_>>, UnusablePolicy> {
    let numbered = named.iter().enumerate();
    numbered
        .map(|(number, policies)| {
            Ok(Level {
                name: format!("level {number}"),
                policies: applied(policies)?,
            })
        })
        .collect()
}
