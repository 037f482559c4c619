//! What an answer says beside the decision.

use bailiwick_catalog::Catalog;
use bailiwick_eval::Request;
use bailiwick_grammar::PrincipalIdentity;
use bailiwick_model::{Environment, RequestTarget};

/// What the answer could not take into account, and names that may be slips of the pen: AWS decides them like any other.
pub(super) fn notes(
    environment: &Environment,
    request: &Request<'_>,
    target: RequestTarget<'_>,
    asked: &str,
    given: &[(String, String)],
) -> Vec<String> {
    let mut notes: Vec<String> = unknown_resource(environment, request, target).into_iter().collect();
    if asked != request.resource() {
        let action = request.action().as_str();
        notes.push(format!(
            "AWS decides {action} on no particular resource: the answer is for *, not for {asked}"
        ));
    }
    let is_root = |identity: &PrincipalIdentity| *identity == PrincipalIdentity::Root;
    let assumed = request.context().by_name("aws:AssumedRoot").is_some();
    if assumed
        && request
            .principal()
            .aws()
            .is_some_and(|caller| is_root(&caller.arn.identity))
    {
        notes.push(
            "a session of AssumeRoot can do what its task policy allows, which is not part of the question: it is taken to allow nothing".to_owned(),
        );
    }
    if Catalog::action(request.action().as_str()).is_none() {
        notes.push(format!("the catalog knows no action {}", request.action().as_str()));
    }
    let unknown = given.iter().filter(|(key, _)| Catalog::condition_key(key).is_none());
    notes.extend(unknown.map(|(key, _)| format!("the catalog knows no condition key {key}")));
    notes
}

fn unknown_resource(environment: &Environment, request: &Request<'_>, target: RequestTarget<'_>) -> Option<String> {
    let resource = request.resource();
    if resource == "*" || !matches!(target, RequestTarget::Unknown) {
        return None;
    }
    match environment.account_of(resource) {
        None => {
            let owner = match request.principal().account() {
                Some(_) => "to belong to the principal's account and ",
                None => "",
            };
            Some(format!(
                "{resource} is not in the exports: it is taken {owner}to have no policy"
            ))
        }
        Some(owner) if environment.has_resources_of(owner) => None,
        Some(owner) => Some(format!(
            "the resources of account {owner} are not in the exports: {resource} is taken to have no policy"
        )),
    }
}
