//! Whether a principal of an environment can do something.

mod call;
mod error;
mod find;
mod given;
mod guard_rails;
mod notes;
mod passed_role;

use std::borrow::Cow;

use bailiwick_catalog::Catalog;
use bailiwick_eval::Request;
use bailiwick_grammar::Arn;
use bailiwick_model::{AccountPrincipal, BrokenPolicy, Environment, KnownRequest, RequestTarget, is_role_assumption};
use bailiwick_policy::Principal;

pub use self::call::{Call, Check, can_all};
pub use self::error::QuestionError;
pub(crate) use self::guard_rails::is_under_resource_control;
pub(crate) use self::guard_rails::levels;
use crate::answer::Answer;
use crate::applied::{Applied, AppliedPolicies};

/// A question about an environment: can this principal do that to this resource?
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The ARN of a root user, user, role or session, a service principal's name, or `anonymous`.
    pub principal: &'q str,
    /// `service:Name`
    pub action: &'q str,
    /// The resource's ARN, or `*` for an action that concerns none.
    pub resource: &'q str,
    /// Condition keys with values, beside those that follow from the environment. A key that is given several times, and one that AWS
    /// defines so, is multivalued.
    pub context: &'q [(String, String)],
}

/// Answers a question about an environment, with everything that follows from it: the principal's policies, boundary and tags, the
/// resource's policy and owner, the organization's policies.
///
/// A call to AWS STS needs more than the permission for itself where it passes tags, a source identity or a context: the answer has the
/// [`checks`](Answer::checks) then. Of a role that is passed it says whether the service can [assume it](Answer::passed_role).
///
/// # Errors
///
/// Where the question makes no sense, or the environment does not hold what the answer depends on.
pub fn can(environment: &Environment, question: &Question<'_>) -> Result<Answer, QuestionError> {
    let call = Call {
        principal: question.principal,
        checks: &call::checks(question)?,
        context: question.context,
    };
    let mut answer = can_all(environment, &call)?;
    passed_role::passed_role(environment, question, &mut answer)?;
    Ok(answer)
}

/// Decides one request.
fn decide(
    environment: &Environment,
    mut principal: Principal,
    question: &Question<'_>,
) -> Result<Answer, QuestionError> {
    let asked = question.resource;
    let question = &Question {
        resource: if concerns_no_resource(question.action) {
            "*"
        } else {
            asked
        },
        ..*question
    };
    let caller = find::caller(environment, &mut principal)?;
    let target = find::target(environment, question)?;
    let resource_account = environment
        .account_of(question.resource)
        .or_else(|| principal.account());
    let nobody_knows = matches!(target, RequestTarget::Unknown) && environment.account_of(question.resource).is_none();
    if nobody_knows && question.resource != "*" && caller.is_none() && principal.account().is_some() {
        return Err(QuestionError::UnknownOwner(question.resource.to_owned()));
    }
    let known = KnownRequest {
        principal: &principal,
        caller,
        action: question.action,
        target,
        resource_account,
    };
    let context = given::complete(environment, &known, question.context)?;
    let request = Request::new(
        Cow::Borrowed(&principal),
        question.action,
        question.resource,
        resource_account,
        context,
    )?;

    let mut policies = AppliedPolicies::default();
    if let Some(caller) = caller {
        policies.identity = applied(caller.identity_policies())?;
        policies.permissions_boundary = applied(caller.permissions_boundary())?;
    }
    let policy = match target {
        RequestTarget::Resource(resource) => resource.policy(),
        RequestTarget::Entity(AccountPrincipal::Role(_, role)) if assumes_role(question) => Some(role.trust_policy()),
        RequestTarget::Entity(_) | RequestTarget::Unknown => None,
    };
    policies.resource = policy.map(|policy| Applied::of(&policy)).transpose()?;
    guard_rails::apply(environment, &known, &mut policies)?;
    let notes = notes::notes(environment, &request, target, asked, question.context);
    let explanation = policies.explain(&request);
    Ok(Answer::new(&request, &policies, explanation, notes))
}

/// Whether AWS decides an action on `*`, whatever it is done to.
///
/// AWS: Service Authorization Reference, "Resource types": actions without one "you must specify all resources" for.
fn concerns_no_resource(action: &str) -> bool {
    Catalog::action(action).is_some_and(|action| !action.supports_resource_level_permissions())
}

fn assumes_role(question: &Question<'_>) -> bool {
    Arn::parse(question.resource).is_ok_and(|arn| is_role_assumption(question.action, &arn))
}

fn applied<'e>(
    policies: impl IntoIterator<Item = bailiwick_model::AppliedPolicy<'e>>,
) -> Result<Vec<Applied<'e>>, BrokenPolicy> {
    policies.into_iter().map(|policy| Applied::of(&policy)).collect()
}
