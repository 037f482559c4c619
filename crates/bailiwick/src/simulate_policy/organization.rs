//! The SCPs that take part in a simulation.

use bailiwick_model::{Environment, IncompletePart, OrganizationError, OrganizationPolicyType};

use super::OrderedOrganizationPolicy;
use super::SimulatePolicyError;
use super::documents::{Document, read_level};
use super::entity::Entity;
use crate::applied::Level;
use crate::can::levels;

/// The SCPs of the request, level by level.
pub(super) fn read_levels(levels: &[OrderedOrganizationPolicy<'_>]) -> Result<Vec<Vec<Document>>, SimulatePolicyError> {
    (1..)
        .zip(levels)
        .map(|(number, level)| read_level(number, level))
        .collect()
}

/// The levels of the request; nothing where it has none.
pub(super) fn given_levels(levels: &[Vec<Document>]) -> Result<Option<Vec<Level<'_>>>, SimulatePolicyError> {
    let mut found = Vec::new();
    for (index, documents) in levels.iter().enumerate() {
        found.push(Level {
            name: format!("level {index}"),
            policies: documents.iter().map(Document::applied).collect::<Result<_, _>>()?,
        });
    }
    Ok((!found.is_empty()).then_some(found))
}

/// The SCPs that bind an entity; nothing where its account is in no organization, and no level where they do not bind it.
///
/// AWS: Organizations User Guide, "SCPs": the management account and service-linked roles are exempt.
pub(super) fn service_control<'e>(
    environment: &'e Environment,
    entity: Entity<'e>,
) -> Result<Option<Vec<Level<'e>>>, SimulatePolicyError> {
    if let Some(file) = environment.incomplete(IncompletePart::Organization) {
        return Err(SimulatePolicyError::policy_evaluation(format_args!(
            "SCPs that decide may have been in {file}, which could not be read whole"
        )));
    }
    let account = entity.account().id();
    let takes_part = environment.organization().is_some_and(|organization| {
        let outside = matches!(organization.path_to(account), Err(OrganizationError::NotAMember(_)));
        !outside || organization.management_account() == account
    });
    match (takes_part, entity.is_service_linked()) {
        (false, _) => Ok(None),
        (true, true) => Ok(Some(Vec::new())),
        (true, false) => levels(environment, account, OrganizationPolicyType::ServiceControlPolicy)
            .map(Some)
            .map_err(SimulatePolicyError::policy_evaluation),
    }
}
