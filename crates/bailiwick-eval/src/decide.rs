//! The decision.

use bailiwick_grammar::PrincipalIdentity;
use bailiwick_grammar::ast::Effect;
use bailiwick_model::{AccountTrust, PrincipalKind, ResourceVerdict, Situation, Verdict, Verdicts, root_assumes_role};
use bailiwick_policy::{Policy, RequestResource, Statement};

use crate::policies::PolicySet;
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
    let access = verdicts(policies, &question).combine(situation(request));
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

pub(crate) fn verdicts(policies: &PolicySet<'_>, question: &Question<'_>) -> Verdicts<bool> {
    let one = |policies: &[&Policy]| (!policies.is_empty()).then(|| verdict(policies, question));
    let levels = |levels: &[Vec<&Policy>]| {
        (!levels.is_empty()).then(|| levels.iter().map(|policies| verdict(policies, question)).collect())
    };
    let verdicts = Verdicts {
        identity: verdict(&policies.identity, question),
        permissions_boundary: one(&policies.permissions_boundary),
        session: one(&policies.session),
        resource: policies.resource.map(|policy| resource_verdict(policy, question)),
        service_control: levels(&policies.service_control),
        resource_control: levels(&policies.resource_control),
        vpc_endpoint: one(&policies.vpc_endpoint),
    };
    verdicts.applicable_to(PrincipalKind::of(question.request.principal()))
}

/// The statements that apply, of several policies taken as one.
fn verdict(policies: &[&Policy], question: &Question<'_>) -> Verdict<bool> {
    let mut verdict = Verdict::default();
    for statement in policies.iter().flat_map(|policy| policy.statements()) {
        if question.applies(statement).is_some() {
            match statement.effect {
                Effect::Allow => verdict.allowed = true,
                Effect::Deny => verdict.denied = true,
            }
        }
    }
    verdict
}

fn resource_verdict(policy: &Policy, question: &Question<'_>) -> ResourceVerdict<bool> {
    let mut verdict = ResourceVerdict::silent();
    for statement in policy.statements() {
        if let Some(named) = question.applies(statement) {
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
