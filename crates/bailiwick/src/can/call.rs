//! Calls that need several permissions at once.

use bailiwick_model::{Environment, IncompletePart, further_session_actions};
use bailiwick_policy::Principal;

use super::error::{QuestionError, incomplete};
use super::{Question, decide, given};
use crate::answer::Answer;

/// A call of an API that needs several permissions: each of its checks must be allowed.
#[derive(Clone, Copy, Debug)]
pub struct Call<'q> {
    /// Who calls, as in a [`Question`].
    pub principal: &'q str,
    /// What the call needs. The first check is the one that the call is called by.
    pub checks: &'q [Check<'q>],
    /// Condition keys with values, as in a [`Question`]; every check has them.
    pub context: &'q [(String, String)],
}

/// One permission that a call needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Check<'q> {
    /// `service:Name`
    pub action: &'q str,
    /// The resource's ARN, or `*` for an action that concerns none.
    pub resource: &'q str,
}

/// Answers whether a call is allowed that needs exactly these permissions: the most restrictive answer, with that of each check in it.
///
/// # Errors
///
/// Where a check has no answer, or there is no check.
pub fn can_all(environment: &Environment, call: &Call<'_>) -> Result<Answer, QuestionError> {
    let principal = Principal::parse(call.principal)?;
    if let Some(file) = environment.incomplete(IncompletePart::Organization) {
        return Err(incomplete(file, "SCPs and RCPs that decide"));
    }
    let answers: Result<Vec<Answer>, QuestionError> = (call.checks.iter())
        .map(|check| {
            let question = Question {
                principal: call.principal,
                action: check.action,
                resource: check.resource,
                context: call.context,
            };
            decide(environment, principal.clone(), &question)
        })
        .collect();
    Answer::of_call(answers?).ok_or(QuestionError::NoCheck)
}

/// The checks of a question: its own, and those that AWS STS makes beside it.
pub(super) fn checks<'q>(question: &Question<'q>) -> Result<Vec<Check<'q>>, QuestionError> {
    let further = further_session_actions(question.action, &given::read(question.context)?);
    let actions = std::iter::once(question.action).chain(further);
    let resource = question.resource;
    Ok(actions.map(|action| Check { action, resource }).collect())
}
