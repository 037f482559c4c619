//! Whether a principal of an environment can do something.

use std::borrow::Cow;

use bailiwick_catalog::Catalog;
use bailiwick_eval::{Request, RequestError};
use bailiwick_grammar::{AccountId, Arn, PrincipalArn, PrincipalError, PrincipalIdentity};
use bailiwick_model::{
    AccountPrincipal, BrokenPolicy, Environment, IncompletePart, OrganizationError, OrganizationPolicyType,
    PrincipalLookupError, RequestTarget, derive_context, is_role_assumption, supports_resource_control_policies,
};
use bailiwick_policy::{ContextValue, Principal, RequestContext};
use thiserror::Error;

use crate::answer::Answer;
use crate::applied::{Applied, AppliedPolicies, Level};

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

/// A question that has no answer. A refusal is an answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum QuestionError {
    /// The principal is none.
    #[error("principal: {0}")]
    Principal(#[from] PrincipalError),
    /// The action or resource is none.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The principal is not known.
    #[error(transparent)]
    UnknownPrincipal(#[from] PrincipalLookupError),
    /// The role that is to be assumed, or the user or role that the request is about, is not known.
    #[error("resource: {0}")]
    UnknownRole(PrincipalLookupError),
    /// A policy that the answer depends on cannot be used.
    #[error(transparent)]
    Policy(#[from] BrokenPolicy),
    /// The organization does not say where an account is.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// A file that the answer may depend on could not be read whole.
    #[error("{what} may have been in {file}, which could not be read whole")]
    Incomplete {
        /// The file.
        file: String,
        /// What the answer depends on.
        what: String,
    },
    /// Neither the resource nor the principal's account is known.
    #[error("{0} is not in the exports, and neither is the principal's account: nothing says who owns it")]
    UnknownOwner(String),
    /// A condition key that has one value is given several.
    #[error("condition key `{0}` is single-valued: give it once")]
    SingleValued(String),
    /// A condition key is given a value that is not what the environment says.
    #[error("the request has `{key}` = `{derived}`, not `{given}`: it follows from the exports")]
    Contradiction {
        /// The key.
        key: String,
        /// The value that was given.
        given: String,
        /// The value that follows from the environment.
        derived: String,
    },
}

impl QuestionError {
    /// Whether the exports lack what the answer needs, rather than the question being wrong.
    pub fn is_incomplete(&self) -> bool {
        match self {
            Self::UnknownPrincipal(error) | Self::UnknownRole(error) => {
                matches!(error, PrincipalLookupError::UnknownAccount(_))
            }
            Self::Organization(_) | Self::Incomplete { .. } | Self::UnknownOwner(_) => true,
            Self::Policy(_)
            | Self::Principal(_)
            | Self::Request(_)
            | Self::SingleValued(_)
            | Self::Contradiction { .. } => false,
        }
    }
}

/// Answers a question about an environment, with everything that follows from it: the principal's policies, boundary and tags, the
/// resource's policy and owner, the organization's policies.
///
/// # Errors
///
/// Where the question makes no sense, or the environment does not hold what the answer depends on.
pub fn can(environment: &Environment, question: &Question<'_>) -> Result<Answer, QuestionError> {
    let mut principal = Principal::parse(question.principal)?;
    if let Some(file) = environment.incomplete(IncompletePart::Organization) {
        return Err(incomplete(file, "SCPs and RCPs that decide"));
    }
    let caller = caller(environment, &mut principal)?;
    let target = target(environment, question)?;
    let resource_account = environment
        .account_of(question.resource)
        .or_else(|| principal.account());
    let nobody_knows = matches!(target, RequestTarget::Unknown) && environment.account_of(question.resource).is_none();
    if nobody_knows && question.resource != "*" && caller.is_none() && principal.account().is_some() {
        return Err(QuestionError::UnknownOwner(question.resource.to_owned()));
    }
    let derived = derive_context(environment, &principal, caller, target, resource_account);
    let context = complete(derived, question.context, &principal)?;
    let request = Request::new(
        Cow::Owned(principal),
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
    let exempt = is_service_linked(caller);
    if let Some(account) = request.principal().account().filter(|_| !exempt) {
        policies.service_control = levels(environment, account, OrganizationPolicyType::ServiceControlPolicy)?;
    }
    if let Some(account) = request
        .resource_account()
        .filter(|_| !exempt && has_resource_control(question))
    {
        policies.resource_control = levels(environment, account, OrganizationPolicyType::ResourceControlPolicy)?;
    }
    let notes = notes(environment, &request, target, question.context);
    let explanation = policies.explain(&request);
    Ok(Answer::new(&request, &policies, explanation, notes))
}

fn incomplete(file: &str, what: impl Into<String>) -> QuestionError {
    QuestionError::Incomplete {
        file: file.to_owned(),
        what: what.into(),
    }
}

/// Finds a user or role. One that is not there may have been in a part of the export that could not be read.
fn find<'e>(
    environment: &'e Environment,
    arn: &PrincipalArn,
    unknown: impl Fn(PrincipalLookupError) -> QuestionError,
) -> Result<AccountPrincipal<'e>, QuestionError> {
    environment.principal(arn).map_err(|error| {
        match (&error, environment.incomplete(IncompletePart::Account(arn.account))) {
            (PrincipalLookupError::NoSuchEntity { arn, .. }, Some(file)) => incomplete(file, arn.clone()),
            _ => unknown(error),
        }
    })
}

/// The entity that the principal is, whose unique id becomes known with it. The root user of an account without export is known well
/// enough: it has no policies.
fn caller<'e>(
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

fn assumes_role(question: &Question<'_>) -> bool {
    Arn::parse(question.resource).is_ok_and(|arn| is_role_assumption(question.action, &arn))
}

/// What the request is about. A role that is to be assumed must be known: without its trust policy there is no answer.
fn target<'e>(environment: &'e Environment, question: &Question<'_>) -> Result<RequestTarget<'e>, QuestionError> {
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

/// Adds what the question gives to what follows from the environment.
fn complete(
    mut context: RequestContext,
    given: &[(String, String)],
    principal: &Principal,
) -> Result<RequestContext, QuestionError> {
    let mut values: Vec<(&str, Vec<&str>)> = Vec::new();
    for (key, value) in given {
        match values.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value),
            None => values.push((key, vec![value])),
        }
    }
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
        // A session may have been given other tags than its role has.
        let is_session_tag = session_tags_apply(principal) && key.to_ascii_lowercase().starts_with("aws:principaltag/");
        match context.insert(key, value.clone()) {
            Some(derived) if derived != value && !is_session_tag => {
                let text = |value: &ContextValue| value.values().join(", ");
                let (given, derived) = (text(&value), text(&derived));
                return Err(QuestionError::Contradiction {
                    key: key.to_owned(),
                    given,
                    derived,
                });
            }
            _ => {}
        }
    }
    Ok(context)
}

fn session_tags_apply(principal: &Principal) -> bool {
    principal.aws().is_some_and(|caller| match caller.arn.identity {
        PrincipalIdentity::Role { .. }
        | PrincipalIdentity::AssumedRole { .. }
        | PrincipalIdentity::FederatedUser { .. } => true,
        PrincipalIdentity::Root | PrincipalIdentity::User { .. } => false,
    })
}

fn applied<'e>(
    policies: impl IntoIterator<Item = bailiwick_model::AppliedPolicy<'e>>,
) -> Result<Vec<Applied<'e>>, BrokenPolicy> {
    policies.into_iter().map(|policy| Applied::of(&policy)).collect()
}

/// The SCPs or RCPs that bound an account; none where it is in no organization.
///
/// AWS: Organizations User Guide, "SCPs" and "RCPs": the management account is exempt from both.
fn levels(
    environment: &Environment,
    account: AccountId,
    policy_type: OrganizationPolicyType,
) -> Result<Vec<Level<'_>>, QuestionError> {
    let Some(organization) = environment.organization() else {
        return Ok(Vec::new());
    };
    if organization.management_account() == account {
        return Ok(Vec::new());
    }
    let levels = match organization.levels(account, policy_type) {
        Ok(levels) => levels,
        Err(OrganizationError::NotAMember(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let named = |level: bailiwick_model::PolicyLevel<'_>| level.name.to_owned();
    levels
        .into_iter()
        .map(|level| {
            Ok(Level {
                policies: applied(level.policies.iter().copied())?,
                name: named(level),
            })
        })
        .collect()
}

/// AWS: service-linked roles are bound neither by SCPs nor by RCPs.
fn is_service_linked(caller: Option<AccountPrincipal<'_>>) -> bool {
    matches!(caller, Some(AccountPrincipal::Role(_, role)) if role.is_service_linked())
}

/// AWS: "RCPs": they bind actions of the services that support them, on a resource.
fn has_resource_control(question: &Question<'_>) -> bool {
    question.resource != "*" && supports_resource_control_policies(question.action)
}

/// What the answer could not take into account, and names that may be slips of the pen: AWS decides them like any other.
fn notes(
    environment: &Environment,
    request: &Request<'_>,
    target: RequestTarget<'_>,
    given: &[(String, String)],
) -> Vec<String> {
    let mut notes: Vec<String> = unknown_resource(environment, request, target).into_iter().collect();
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
