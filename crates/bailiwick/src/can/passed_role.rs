//! What becomes of a role that is passed to a service.

use bailiwick_grammar::Arn;
use bailiwick_model::Environment;
use bailiwick_policy::{ContextValueRef, Principal};

use super::error::QuestionError;
use super::{Question, decide, given};
use crate::answer::{Answer, PassedRole};

/// Whether the service that a role is passed to can assume it, which AWS checks only when the service uses the role.
///
/// AWS: IAM User Guide, "Grant a user permissions to pass a role to an AWS service": the trust policy must let the service assume the
/// role. The service speaks for the resource that the role is associated with: `aws:SourceArn` and `aws:SourceAccount`.
pub(super) fn passed_role(
    environment: &Environment,
    question: &Question<'_>,
    answer: &mut Answer,
) -> Result<(), QuestionError> {
    if !question.action.eq_ignore_ascii_case("iam:PassRole") || !question.resource.contains(":role/") {
        return Ok(());
    }
    let given = given::read(question.context)?;
    let value = |key: &str| {
        given
            .by_name(key)
            .and_then(|value| ContextValueRef::values(value).next())
    };
    let Some(service) = value("iam:PassedToService") else {
        return Ok(());
    };
    let Ok(principal @ Principal::Service(_)) = Principal::parse(service) else {
        let note = format!("{service} is not the name of a service that a role can be passed to");
        answer.notes.push(note);
        return Ok(());
    };
    let associated = value("iam:AssociatedResourceArn");
    let account = associated
        .and_then(|arn| Arn::parse(arn).ok())
        .map(|arn| arn.account.to_owned());
    let account = account.filter(|account| !account.is_empty());
    let source = [
        ("aws:SourceArn", associated.map(str::to_owned)),
        ("aws:SourceAccount", account),
    ];
    let context: Vec<(String, String)> = (source.into_iter())
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect();
    let use_of_role = Question {
        principal: service,
        action: "sts:AssumeRole",
        resource: question.resource,
        context: &context,
    };
    // The question is answered; what cannot be known of later is a note.
    match decide(environment, principal, &use_of_role) {
        Ok(assumption) => {
            answer.passed_role = Some(PassedRole {
                service: service.to_owned(),
                associated_resource_arn: associated.map(str::to_owned),
                assumption: Box::new(assumption),
            });
        }
        Err(error) => answer
            .notes
            .push(format!("whether {service} can assume the role is not known: {error}")),
    }
    Ok(())
}
