//! The organization's policies that bound a request, and whom they spare.

use bailiwick_catalog::Catalog;
use bailiwick_grammar::AccountId;
use bailiwick_model::{
    AccountPrincipal, Environment, KnownRequest, OrganizationError, OrganizationPolicyType, RequestTarget,
    supports_resource_control_policies,
};

use super::applied;
use super::error::QuestionError;
use crate::applied::{AppliedPolicies, Level};

/// Adds the SCPs of the principal's account and the RCPs of the resource's, as far as they apply.
pub(super) fn apply<'e>(
    environment: &'e Environment,
    request: &KnownRequest<'_>,
    policies: &mut AppliedPolicies<'e>,
) -> Result<(), QuestionError> {
    if is_service_linked(request.caller) {
        return Ok(());
    }
    if let Some(account) = request.principal.account() {
        policies.service_control = levels(environment, account, OrganizationPolicyType::ServiceControlPolicy)?;
    }
    if let Some(account) = request.resource_account.filter(|_| has_resource_control(request)) {
        policies.resource_control = levels(environment, account, OrganizationPolicyType::ResourceControlPolicy)?;
    }
    Ok(())
}

/// The SCPs or RCPs that bound an account; none where it is in no organization.
///
/// AWS: Organizations User Guide, "SCPs" and "RCPs": the management account is exempt from both.
pub(crate) fn levels(
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

/// AWS: "RCPs": they bind actions of the services that support them, unless an action authorizes no resource or the resource is a
/// KMS key that AWS manages.
fn has_resource_control(request: &KnownRequest<'_>) -> bool {
    let managed_by_aws = match request.target {
        RequestTarget::Resource(resource) => {
            &*resource.resource_type == "AWS::KMS::Key" && resource.name.starts_with("alias/aws/")
        }
        RequestTarget::Entity(_) | RequestTarget::Unknown => false,
    };
    !managed_by_aws && is_under_resource_control(request.action)
}

/// Whether RCPs bind an action at all.
pub(crate) fn is_under_resource_control(action: &str) -> bool {
    let authorizes_resource =
        Catalog::action(action).is_none_or(bailiwick_catalog::Action::supports_resource_level_permissions);
    authorizes_resource && supports_resource_control_policies(action)
}
