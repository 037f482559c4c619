//! The decision.

use std::sync::Arc;

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Effect;
use bailiwick_model::{ResourceVerdict, Situation, Verdict, Verdicts};
use bailiwick_policy::Policy;

use crate::policies::{PolicyGroup, PolicySet};
use crate::request::Request;
use crate::statement::Question;

/// What AWS answers to a request.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Decision {
    /// The request is allowed.
    Allowed,
    /// A statement denies the request.
    ExplicitDeny,
    /// Nothing denies the request, and what would have to allow it does not.
    ImplicitDeny,
}

/// Decides a request.
///
/// Looks only at statements whose `Action` speaks of the request's action, and allocates nothing.
///
/// AWS: IAM User Guide, "Policy evaluation logic".
pub fn authorize(policies: PolicySet<'_>, request: &Request<'_>) -> Decision {
    let question = Question::new(policies, request);
    let verdicts = verdicts(policies, request.situation(), &|_, list| run(&question, list));
    decision(&verdicts, request.situation())
}

/// What follows from the verdicts.
pub(crate) fn decision(verdicts: &Verdicts<bool>, situation: Situation) -> Decision {
    let access = verdicts.combine(situation);
    match (access.allowed, access.explicitly_denied) {
        (true, _) => Decision::Allowed,
        (false, true) => Decision::ExplicitDeny,
        (false, false) => Decision::ImplicitDeny,
    }
}

/// What each policy type says, as `read` finds for each list of policies.
pub(crate) fn verdicts(
    policies: PolicySet<'_>,
    situation: Situation,
    read: &impl Fn(PolicyGroup, &[Arc<Policy>]) -> ResourceVerdict<bool>,
) -> Verdicts<bool> {
    let kind = situation.principal;
    let list = |group, policies: &[Arc<Policy>]| {
        let said = read(group, policies);
        Verdict {
            allowed: said.allowed(),
            denied: said.denied,
        }
    };
    let some = |policy_type, policies: &[Arc<Policy>]| {
        (!policies.is_empty() && kind.is_subject_to(policy_type)).then(|| list(PolicyGroup::of(policy_type), policies))
    };
    let levels = |policy_type, levels: &[Vec<Arc<Policy>>]| {
        (!levels.is_empty() && kind.is_subject_to(policy_type)).then(|| {
            let numbered = levels.iter().enumerate();
            Verdict::of_levels(numbered.map(|(level, policies)| list(PolicyGroup::level(policy_type, level), policies)))
        })
    };
    let (principal, resource) = (policies.principal, policies.resource);
    let verdicts = Verdicts {
        identity: some(PolicyType::IdentityBasedPolicy, &principal.identity).unwrap_or_else(Verdict::silent),
        permissions_boundary: some(PolicyType::PermissionsBoundary, &principal.permissions_boundary),
        session: some(PolicyType::SessionPolicy, &principal.session).map(|said| {
            let grants = principal.session.iter().any(|policy| policy.has_allow());
            kind.session_verdict(said, grants)
        }),
        resource: resource.list().map(|(group, policies)| read(group, policies)),
        service_control: levels(PolicyType::ServiceControlPolicy, &principal.service_control),
        resource_control: levels(PolicyType::ResourceControlPolicy, &resource.resource_control),
        vpc_endpoint: some(PolicyType::VpcEndpointPolicy, policies.vpc_endpoint),
    };
    verdicts.applicable_to(kind)
}

/// Holds the statements of a list of policies against a request.
fn run(question: &Question<'_>, policies: &[Arc<Policy>]) -> ResourceVerdict<bool> {
    let mut said = ResourceVerdict::silent();
    for policy in policies {
        // Nothing is to be learned from an Allow beside one that names the principal itself or everyone.
        if (said.direct || said.wildcard) && !policy.has_deny() {
            continue;
        }
        policy.statements_about(question.request.action(), |statement| {
            let settled = statement.effect == Effect::Allow && (said.direct || said.wildcard);
            if !settled && let Some(named) = question.applies_if_about_action(statement) {
                said.add(statement.effect, named);
            }
            !said.denied
        });
        if said.denied {
            break;
        }
    }
    said
}
