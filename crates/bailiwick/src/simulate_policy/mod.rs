//! `SimulateCustomPolicy` and `SimulatePrincipalPolicy`: what policies make of actions, in the shape that AWS's API gives.
//!
//! What takes part is what AWS documents: identity-based policies, a permissions boundary, SCPs and one resource-based policy. RCPs and
//! session policies do not. Where AWS's pages are silent, recorded answers were followed; `docs/semantics.md`, "Simulate policies", has
//! each point.
//!
//! AWS: IAM API Reference, `SimulateCustomPolicy`, `SimulatePrincipalPolicy`; IAM User Guide, "Testing IAM policies with the IAM policy
//! simulator".

mod assemble;
mod caller;
mod context;
mod context_keys;
mod documents;
mod entity;
mod error;
mod evaluate;
mod exclusion;
mod organization;
mod paging;
mod positions;
mod resource_handling;
mod result;

use std::collections::BTreeSet;

use bailiwick_grammar::Arn;
use bailiwick_model::Environment;

pub use self::context::{ContextEntry, ContextKeyType};
pub use self::context_keys::{
    GetContextKeysForPolicyResponse, context_keys_for_custom_policy, context_keys_for_principal_policy,
};
pub use self::entity::AttachmentType;
pub use self::error::{SimulatePolicyError, SimulatePolicyErrorKind};
pub use self::exclusion::{PolicyIdentifier, PolicyIdentifierPolicyType};
pub use self::result::{
    EvalDecisionDetails, EvaluationResult, MatchedStatement, OrganizationsDecisionDetail,
    PermissionsBoundaryDecisionDetail, ResourceSpecificResult, SimulatePolicyResponse, SourcePolicyType,
};

use self::caller::{account, caller};
use self::context::GivenContext;
use self::documents::{Input, source, sources};
use self::entity::Entity;
use self::evaluate::{Simulation, Sources, check_action};
use self::exclusion::Exclusions;
use self::organization::{given_levels, read_levels, service_control};

/// What `SimulateCustomPolicy` takes: policies, and what to ask of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct SimulateCustomPolicy<'q> {
    /// `PolicyInputList`: identity-based policies, as JSON text.
    pub policy_input_list: &'q [&'q str],
    /// `PermissionsBoundaryPolicyInputList`: the permissions boundary, one at most.
    pub permissions_boundary_policy_input_list: &'q [&'q str],
    /// `OrderedOrganizationPolicyInputList`: the levels of the organization, root first, account last.
    pub ordered_organization_policy_input_list: &'q [OrderedOrganizationPolicy<'q>],
    /// `ActionNames`: actions as `service:Name`, without wildcards.
    pub action_names: &'q [&'q str],
    /// `ResourceArns`: resources; none is `*`.
    pub resource_arns: &'q [&'q str],
    /// `ResourcePolicy`: a resource-based policy that every resource is taken to have.
    pub resource_policy: Option<&'q str>,
    /// `ResourceOwner`: the account of resources whose ARN names none, as id or as an ARN in it; else it is the caller's.
    pub resource_owner: Option<&'q str>,
    /// `CallerArn`: the user, group or role that calls, which need not exist.
    pub caller_arn: Option<&'q str>,
    /// `ContextEntries`: condition keys with values.
    pub context_entries: &'q [ContextEntry<'q>],
    /// `ResourceHandlingOption`: which resources a simulation of `ec2:RunInstances` must name.
    pub resource_handling_option: Option<&'q str>,
    /// `MaxItems`: how many results a page has, 1 to 1,000; else 100.
    pub max_items: Option<u32>,
    /// `Marker`: that of the page before.
    pub marker: Option<&'q str>,
    /// What one result is about.
    pub form: EvaluationResultForm,
}

/// What `SimulatePrincipalPolicy` takes: a user, group or role, and what to ask of its policies.
#[derive(Clone, Copy, Debug, Default)]
pub struct SimulatePrincipalPolicy<'q> {
    /// `PolicySourceArn`: the user, group or role. A user brings the policies of its groups.
    pub policy_source_arn: &'q str,
    /// `PolicyInputList`: identity-based policies beside those of the source.
    pub policy_input_list: &'q [&'q str],
    /// `PermissionsBoundaryPolicyInputList`: the permissions boundary in the place of the source's, one at most.
    pub permissions_boundary_policy_input_list: &'q [&'q str],
    /// `PolicyExclusionList`: policies of the source and of its organization that are left out.
    pub policy_exclusion_list: &'q [PolicyIdentifier<'q>],
    /// `ActionNames`: actions as `service:Name`, without wildcards.
    pub action_names: &'q [&'q str],
    /// `ResourceArns`: resources; none is `*`.
    pub resource_arns: &'q [&'q str],
    /// `ResourcePolicy`: a resource-based policy that every resource is taken to have.
    pub resource_policy: Option<&'q str>,
    /// `ResourceOwner`: the account of resources whose ARN names none, as id or as an ARN in it; else it is the caller's.
    pub resource_owner: Option<&'q str>,
    /// `CallerArn`: who calls with the source's policies; else it is the source.
    pub caller_arn: Option<&'q str>,
    /// `ContextEntries`: condition keys with values.
    pub context_entries: &'q [ContextEntry<'q>],
    /// `ResourceHandlingOption`: which resources a simulation of `ec2:RunInstances` must name.
    pub resource_handling_option: Option<&'q str>,
    /// `MaxItems`: how many results a page has, 1 to 1,000; else 100.
    pub max_items: Option<u32>,
    /// `Marker`: that of the page before.
    pub marker: Option<&'q str>,
    /// What one result is about.
    pub form: EvaluationResultForm,
}

/// The SCPs of one level of an organization: the root, an organizational unit, or the account.
///
/// AWS: IAM API Reference, `OrderedOrganizationPolicyType`.
#[derive(Clone, Copy, Debug, Default)]
pub struct OrderedOrganizationPolicy<'q> {
    /// `ServiceControlPolicyInputList`: the SCPs, as JSON text; at least one.
    pub service_control_policy_input_list: &'q [&'q str],
}

/// What one [`EvaluationResult`] is about.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum EvaluationResultForm {
    /// One action, on all resources: what AWS gives since 2026.
    #[default]
    PerAction,
    /// One action on one resource: what AWS gave before, and many clients expect.
    PerActionAndResource,
}

/// What both simulations ask.
#[derive(Clone, Copy, Debug)]
struct Question<'q> {
    action_names: &'q [&'q str],
    resource_arns: &'q [&'q str],
    resource_policy: Option<&'q str>,
    resource_owner: Option<&'q str>,
    caller_arn: Option<&'q str>,
    context_entries: &'q [ContextEntry<'q>],
    resource_handling_option: Option<&'q str>,
    max_items: Option<u32>,
    marker: Option<&'q str>,
    form: EvaluationResultForm,
}

/// `SimulateCustomPolicy`: what these policies make of these actions.
///
/// # Errors
///
/// `InvalidInput` and `ValidationError` where AWS's API would refuse the parameters. A denied action is no error.
pub fn simulate_custom_policy(
    request: &SimulateCustomPolicy<'_>,
) -> Result<SimulatePolicyResponse, SimulatePolicyError> {
    let question = Question {
        action_names: request.action_names,
        resource_arns: request.resource_arns,
        resource_policy: request.resource_policy,
        resource_owner: request.resource_owner,
        caller_arn: request.caller_arn,
        context_entries: request.context_entries,
        resource_handling_option: request.resource_handling_option,
        max_items: request.max_items,
        marker: request.marker,
        form: request.form,
    };
    let input = Input::read(
        request.policy_input_list,
        request.permissions_boundary_policy_input_list,
        question.resource_policy,
    )?;
    let organization = read_levels(request.ordered_organization_policy_input_list)?;
    let sources = Sources {
        identity: sources(&input.policies)?,
        permissions_boundary: sources(&input.permissions_boundary)?,
        resource: sources(&input.resource_policy)?,
        service_control: given_levels(&organization)?,
    };
    simulate(&question, question.caller_arn, sources)
}

/// `SimulatePrincipalPolicy`: what the policies of a user, group or role make of these actions, within its permissions boundary and the
/// SCPs of its organization.
///
/// # Errors
///
/// `InvalidInput` and `ValidationError` where AWS's API would refuse the parameters, `NoSuchEntity` where the source does not exist,
/// `PolicyEvaluation` where a policy that takes part cannot be used. A denied action is no error.
pub fn simulate_principal_policy(
    environment: &Environment,
    request: &SimulatePrincipalPolicy<'_>,
) -> Result<SimulatePolicyResponse, SimulatePolicyError> {
    let question = Question {
        action_names: request.action_names,
        resource_arns: request.resource_arns,
        resource_policy: request.resource_policy,
        resource_owner: request.resource_owner,
        caller_arn: request.caller_arn,
        context_entries: request.context_entries,
        resource_handling_option: request.resource_handling_option,
        max_items: request.max_items,
        marker: request.marker,
        form: request.form,
    };
    let entity = Entity::find(environment, request.policy_source_arn)?;
    let exclusions = Exclusions::new(request.policy_exclusion_list)?;
    let input = Input::read(
        request.policy_input_list,
        request.permissions_boundary_policy_input_list,
        question.resource_policy,
    )?;

    let mut identity = Vec::new();
    for policy in entity.identity_policies() {
        if !exclusions.exclude_identity_policy(&policy) {
            identity.push(source(&policy)?);
        }
    }
    identity.extend(sources(&input.policies)?);
    let mut permissions_boundary = sources(&input.permissions_boundary)?;
    if permissions_boundary.is_empty() && !exclusions.exclude_permissions_boundary() {
        permissions_boundary.extend(entity.permissions_boundary().as_ref().map(source).transpose()?);
    }
    let service_control = if exclusions.exclude_service_control_policies() {
        None
    } else {
        service_control(environment, entity)?
    };
    let sources = Sources {
        identity,
        permissions_boundary,
        resource: sources(&input.resource_policy)?,
        service_control,
    };
    simulate(&question, question.caller_arn.or(Some(entity.arn())), sources)
}

fn simulate(
    question: &Question<'_>,
    caller_arn: Option<&str>,
    sources: Sources<'_>,
) -> Result<SimulatePolicyResponse, SimulatePolicyError> {
    let resources = resources(question)?;
    if question.action_names.is_empty() {
        return Err(SimulatePolicyError::invalid_input(
            "ActionNames cannot be null or empty.",
        ));
    }
    question
        .action_names
        .iter()
        .try_for_each(|action| check_action(action))?;
    if let Some(option) = question.resource_handling_option {
        resource_handling::check(option, question.action_names, &resources)?;
    }
    let (caller, derived) = caller(caller_arn)?;
    if question.resource_policy.is_some() {
        check_resource_policy(caller_arn, &resources)?;
    }
    let given = GivenContext::new(derived, question.context_entries)?;
    let missing = missing_context_values(&sources, &given);
    let owner = question.resource_owner.map(account).transpose()?;
    let simulation = Simulation::new(sources, caller, owner, given.context, missing);

    let of_each = |action: &str, resources: &[&'_ str]| {
        let evaluated = resources
            .iter()
            .map(|&resource| Ok((resource, simulation.evaluate(action, resource)?)));
        let evaluated = evaluated.collect::<Result<Vec<_>, SimulatePolicyError>>()?;
        Ok(assemble::evaluation_result(action, evaluated))
    };
    let per_action = match question.form {
        EvaluationResultForm::PerAction => 1,
        EvaluationResultForm::PerActionAndResource => resources.len(),
    };
    let results = question.action_names.len().saturating_mul(per_action);
    let (page, marker) = paging::page(question.max_items, question.marker, results)?;
    let evaluation_results = page.map(|place| {
        let action = question.action_names[place / per_action];
        match question.form {
            EvaluationResultForm::PerAction => of_each(action, &resources),
            EvaluationResultForm::PerActionAndResource => {
                let at = place % per_action;
                of_each(action, &resources[at..=at])
            }
        }
    });
    Ok(SimulatePolicyResponse {
        evaluation_results: evaluation_results.collect::<Result<_, SimulatePolicyError>>()?,
        is_truncated: marker.is_some(),
        marker,
    })
}

/// The resources, at least one: `*`, or ARNs.
fn resources<'q>(question: &Question<'q>) -> Result<Vec<&'q str>, SimulatePolicyError> {
    if matches!(question.resource_arns, [] | ["*"]) {
        return Ok(vec!["*"]);
    }
    let wrong = question
        .resource_arns
        .iter()
        .find(|resource| Arn::parse(resource).is_err());
    match wrong {
        Some(wrong) => Err(SimulatePolicyError::invalid_input(format!(
            "ResourceNames are not in a valid ARN format: {wrong}."
        ))),
        None => Ok(question.resource_arns.to_vec()),
    }
}

/// AWS: `ResourcePolicy` needs somebody whom its `Principal` can name, and recorded: resources that can have a policy.
fn check_resource_policy(caller_arn: Option<&str>, resources: &[&str]) -> Result<(), SimulatePolicyError> {
    let refuse = |message: &str| Err(SimulatePolicyError::invalid_input(message));
    if caller_arn.is_none() {
        return refuse("Invalid caller - Caller cannot be null or empty.");
    }
    if resources == ["*"] {
        return refuse("Invalid Entity Arn: * does not clearly define entity type and name.");
    }
    Ok(())
}

/// Recorded: every key that the policies ask for, SCPs aside, and that no context entry gives, in each of its spellings. What follows
/// from the caller counts as not given.
fn missing_context_values(sources: &Sources<'_>, given: &GivenContext) -> Vec<String> {
    let lists = [&sources.identity, &sources.permissions_boundary, &sources.resource];
    let keys: BTreeSet<_> = (lists.into_iter().flatten())
        .flat_map(|source| context_keys::condition_keys(source.text()))
        .filter(|key| !given.gives(key.lower()))
        .collect();
    keys.iter().map(ToString::to_string).collect()
}
