//! Who asks, and what for.

use bailiwick_grammar::{PrincipalArn, PrincipalIdentity};
use bailiwick_model::{AccountPrincipal, Environment, IncompletePart, PrincipalLookupError, RequestTarget};
use bailiwick_policy::Principal;

use super::error::{QuestionError, incomplete};
use super::{Question, assumes_role};

/// Finds a user or role. One that is not there may have been in a part of the export that could not be read.
fn find<'e>(
    environment: &'e Environment,
    arn: &PrincipalArn,
    unknown: impl Fn(PrincipalLookupError) -> QuestionError,
) -> Result<AccountPrincipal<'e>, QuestionError> {
    environment.principal(arn).map_err(|error| {
        let unread = environment.incomplete(IncompletePart::Account(arn.account));
        if let (PrincipalLookupError::NoSuchEntity { arn, .. }, Some(file)) = (&error, unread) {
            incomplete(file, arn.clone())
        } else {
            unknown(error)
        }
    })
}

/// The entity that the principal is, whose unique id becomes known with it. The root user of an account without export is known well
/// enough: it has no policies.
pub(super) fn caller<'e>(
    environment: &'e Environment,
    principal: &mut Principal,
) -> Result<Option<AccountPrincipal<'e>>, QuestionError> {
    let Principal::Aws(caller) = principal else {
        return Ok(None);
    };
    let found = match find(environment, &caller.arn, QuestionError::UnknownPrincipal) {
        Err(QuestionError::UnknownPrincipal(PrincipalLookupError::UnknownAccount(_)))
            if caller.arn.identity == PrincipalIdentity::Root =>
        {
            return Ok(None);
        }
        found => found?,
    };
    caller.unique_id = match found {
        AccountPrincipal::User(_, user) => Some(user.id().as_str().into()),
        AccountPrincipal::Role(_, role) => Some(role.id().as_str().into()),
        AccountPrincipal::Root(_) => None,
    };
    Ok(Some(found))
}

/// What the request is about. A role that is to be assumed must be known: without its trust policy there is no answer.
pub(super) fn target<'e>(
    environment: &'e Environment,
    question: &Question<'_>,
) -> Result<RequestTarget<'e>, QuestionError> {
    if let Some(resource) = environment.resource_for(question.resource) {
        return Ok(RequestTarget::Resource(resource));
    }
    if let Ok(arn) = PrincipalArn::parse(question.resource) {
        return match find(environment, &arn, QuestionError::UnknownRole) {
            Ok(entity) => Ok(RequestTarget::Entity(entity)),
            Err(error) if assumes_role(question) => Err(error),
            Err(_) => Ok(RequestTarget::Unknown),
        };
    }
    let file = match environment.account_of(question.resource) {
        _ if question.resource == "*" => None,
        Some(owner) => environment.incomplete(IncompletePart::Resources(owner)),
        None => environment.incomplete_resources().next(),
    };
    match file {
        Some(file) => Err(incomplete(file, question.resource)),
        None => Ok(RequestTarget::Unknown),
    }
}
