//! Requests with everything found that they depend on.

use std::sync::Arc;

use bailiwick_eval::{Decision, Explanation, PolicySet, Request, ResourcePolicies, authorize, explain};
use bailiwick_policy::Policy;
use rayon::prelude::*;

use super::CompiledPrincipal;

/// A request with everything found that it depends on: deciding it looks nothing up, waits for nobody and allocates nothing.
#[derive(Clone, Debug)]
pub struct PreparedRequest {
    request: Request<'static>,
    principal: Arc<CompiledPrincipal>,
    resource: ResourcePolicies,
    vpc_endpoint: Vec<Arc<Policy>>,
}

impl PreparedRequest {
    pub(super) fn new(
        principal: Arc<CompiledPrincipal>,
        resource: ResourcePolicies,
        vpc_endpoint: Vec<Arc<Policy>>,
        request: Request<'static>,
    ) -> Self {
        Self {
            request,
            principal,
            resource,
            vpc_endpoint,
        }
    }

    /// Decides the request.
    pub fn authorize(&self) -> Decision {
        authorize(self.policies(), &self.request)
    }

    /// Decides the request and says why. Policies are named by their place in the principal's lists.
    pub fn explain(&self) -> Explanation {
        explain(self.policies(), &self.request)
    }

    /// Decides many requests on all cores; the decisions are in the order of the requests.
    pub fn authorize_all(requests: &[Self]) -> Vec<Decision> {
        requests.par_iter().map(Self::authorize).collect()
    }

    fn policies(&self) -> PolicySet<'_> {
        PolicySet {
            principal: &self.principal.policies,
            resource: &self.resource,
            vpc_endpoint: &self.vpc_endpoint,
        }
    }
}
