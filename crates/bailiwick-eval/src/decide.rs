//! The decision.

use bailiwick_grammar::ast::Effect;
use bailiwick_grammar::{PolicyType, PrincipalIdentity};
use bailiwick_model::{AccountTrust, PrincipalKind, ResourceVerdict, Situation, Verdict, Verdicts, root_assumes_role};
use bailiwick_policy::{Policy, PrincipalMatch, RequestResource, Statement};

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
/// Linear in the number of statements. AWS: IAM User Guide, "Policy evaluation logic".
pub fn authorize(policies: &PolicySet<'_>, request: &Request) -> Decision {
    let question = question(policies, request);
    let situation = situation(request);
    let verdicts = verdicts(policies, situation.principal, &|_, _, statement| {
        question.applies(statement)
    });
    let access = verdicts.combine(situation);
    match (access.allowed, access.explicitly_denied) {
        (true, _) => Decision::Allowed,
        (false, true) => Decision::ExplicitDeny,
        (false, false) => Decision::ImplicitDeny,
    }
}

pub(crate) fn question<'a>(policies: &PolicySet<'_>, request: &'a Request) -> Question<'a> {
    let user_or_role = request
        .principal()
        .aws()
        .is_some_and(|caller| match caller.arn.identity {
            PrincipalIdentity::User { .. } | PrincipalIdentity::Role { .. } | PrincipalIdentity::AssumedRole { .. } => {
                true
            }
            PrincipalIdentity::Root | PrincipalIdentity::FederatedUser { .. } => false,
        });
    let bounded = user_or_role && !policies.permissions_boundary.is_empty();
    Question {
        request,
        resource: request.resource_parts(),
        bounded,
    }
}

pub(crate) fn situation(request: &Request) -> Situation {
    let arn = match request.resource_parts() {
        RequestResource::Arn(arn) => Some(arn),
        RequestResource::Any => None,
    };
    let principal = PrincipalKind::of(request.principal());
    Situation {
        principal,
        same_account: request.principal().account() == request.resource_account(),
        account_trust: AccountTrust::of(request.action(), arn.as_ref()),
        refused_by_service: root_assumes_role(principal, request.action()),
    }
}

/// Whether a statement of a policy of a list applies, and how it names the principal.
pub(crate) type Applies<'f> = dyn Fn(PolicyGroup, usize, &Statement) -> Option<PrincipalMatch> + 'f;

/// What each policy type says, if these are the statements that apply.
pub(crate) fn verdicts(policies: &PolicySet<'_>, principal: PrincipalKind, applies: &Applies<'_>) -> Verdicts<bool> {
    let single = |policy_type| PolicyGroup {
        policy_type,
        level: None,
    };
    let one = |policy_type, policies: &[&Policy]| {
        (!policies.is_empty()).then(|| verdict(single(policy_type), policies, applies))
    };
    let levels = |policy_type, levels: &[Vec<&Policy>]| {
        let level = |(level, policies): (usize, &Vec<&Policy>)| {
            verdict(
                PolicyGroup {
                    policy_type,
                    level: Some(level),
                },
                policies,
                applies,
            )
        };
        (!levels.is_empty()).then(|| levels.iter().enumerate().map(level).collect())
    };
    let verdicts = Verdicts {
        identity: verdict(single(PolicyType::IdentityBasedPolicy), &policies.identity, applies),
        permissions_boundary: one(PolicyType::PermissionsBoundary, &policies.permissions_boundary),
        session: one(PolicyType::SessionPolicy, &policies.session),
        resource: policies.resource.map(|policy| resource_verdict(policy, applies)),
        service_control: levels(PolicyType::ServiceControlPolicy, &policies.service_control),
        resource_control: levels(PolicyType::ResourceControlPolicy, &policies.resource_control),
        vpc_endpoint: one(PolicyType::VpcEndpointPolicy, &policies.vpc_endpoint),
    };
    verdicts.applicable_to(principal)
}

/// The statements that apply, of several policies taken as one.
fn verdict(group: PolicyGroup, policies: &[&Policy], applies: &Applies<'_>) -> Verdict<bool> {
    let mut verdict = Verdict::default();
    for (index, policy) in policies.iter().enumerate() {
        for statement in policy.statements() {
            if applies(group, index, statement).is_some() {
                match statement.effect {
                    Effect::Allow => verdict.allowed = true,
                    Effect::Deny => verdict.denied = true,
                }
            }
        }
    }
    verdict
}

fn resource_verdict(policy: &Policy, applies: &Applies<'_>) -> ResourceVerdict<bool> {
    let group = PolicyGroup {
        policy_type: policy.policy_type(),
        level: None,
    };
    let mut verdict = ResourceVerdict::silent();
    for statement in policy.statements() {
        if let Some(named) = applies(group, 0, statement) {
            match statement.effect {
                Effect::Allow => *verdict.allowed_mut(named) = true,
                Effect::Deny => verdict.denied = true,
            }
        }
    }
    verdict
}

/// The effect of the statements of one list of policies that apply: a deny before an allow.
pub(crate) fn outcome<'a>(applying: impl IntoIterator<Item = &'a Statement>) -> Decision {
    applying.into_iter().fold(Decision::ImplicitDeny, |outcome, statement| {
        match (statement.effect, outcome) {
            (Effect::Deny, _) | (_, Decision::ExplicitDeny) => Decision::ExplicitDeny,
            (Effect::Allow, _) => Decision::Allowed,
        }
    })
}
