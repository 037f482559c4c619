//! The request context: what is given, over what follows.

use bailiwick_catalog::Catalog;
use bailiwick_grammar::PrincipalIdentity;
use bailiwick_model::{Environment, KnownRequest, derive_context, implied_context, rules_out, usual_context};
use bailiwick_policy::{ContextValue, ContextValueRef, Principal, RequestContext};

use super::error::QuestionError;

/// Adds what the question gives to what follows from the environment.
pub(super) fn complete(
    environment: &Environment,
    request: &KnownRequest<'_>,
    given: &[(String, String)],
) -> Result<RequestContext, QuestionError> {
    let given = read(given)?;
    let derived = derive_context(environment, request);
    for (key, value) in given.iter() {
        let value = value.to_value();
        match derived.by_name(key).map(ContextValueRef::to_value) {
            Some(derived) if derived != value && !is_session_tag(request.principal, key) => {
                return Err(contradiction(key, &value, &derived));
            }
            Some(_) => {}
            None => {
                if let Some(why) = rules_out(environment, request, key, &value) {
                    return Err(QuestionError::RuledOut {
                        key: key.to_owned(),
                        given: text(&value),
                        why,
                    });
                }
            }
        }
    }
    let implied = implied_context(environment, request.principal, &given);
    for (key, value) in implied.iter() {
        // The list of tag keys is completed, not contradicted.
        let value = value.to_value();
        match given.by_name(key).map(ContextValueRef::to_value) {
            Some(given) if given != value && !key.eq_ignore_ascii_case("aws:TagKeys") => {
                return Err(contradiction(key, &given, &value));
            }
            _ => {}
        }
    }
    let mut context = usual_context(request);
    for part in [&derived, &given, &implied] {
        for (key, value) in part.iter() {
            context.insert(key, value.to_value());
        }
    }
    Ok(context)
}

/// The keys that are given, with all their values.
pub(super) fn read(given: &[(String, String)]) -> Result<RequestContext, QuestionError> {
    let mut values: Vec<(&str, Vec<&str>)> = Vec::new();
    for (key, value) in given {
        match values.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value),
            None => values.push((key, vec![value])),
        }
    }
    let mut context = RequestContext::new();
    for (key, mut values) in values {
        let known = Catalog::condition_key(key);
        if values.len() > 1 && known.is_some_and(|key| !key.is_multivalued()) {
            return Err(QuestionError::SingleValued(key.to_owned()));
        }
        let multivalued = values.len() > 1 || known.is_some_and(bailiwick_catalog::ConditionKey::is_multivalued);
        let value = match (multivalued, values.pop()) {
            (false, Some(value)) => ContextValue::from(value),
            (_, last) => ContextValue::from(values.into_iter().chain(last).collect::<Vec<_>>()),
        };
        context.insert(key, value);
    }
    Ok(context)
}

fn contradiction(key: &str, given: &ContextValue, derived: &ContextValue) -> QuestionError {
    QuestionError::Contradiction {
        key: key.to_owned(),
        given: text(given),
        derived: text(derived),
    }
}

fn text(value: &ContextValue) -> String {
    value.values().join(", ")
}

/// A session may have been given other tags than its role has.
fn is_session_tag(principal: &Principal, key: &str) -> bool {
    let session = principal.aws().is_some_and(|caller| match caller.arn.identity {
        PrincipalIdentity::Role { .. }
        | PrincipalIdentity::AssumedRole { .. }
        | PrincipalIdentity::FederatedUser { .. } => true,
        PrincipalIdentity::Root | PrincipalIdentity::User { .. } => false,
    });
    session && key.to_ascii_lowercase().starts_with("aws:principaltag/")
}
