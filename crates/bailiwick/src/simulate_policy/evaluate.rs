//! What becomes of one action on one resource: the one place where a simulation asks the evaluator.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;

use bailiwick_eval::{Decision, Explanation, GroupOutcome, Request};
use bailiwick_grammar::ast::Effect;
use bailiwick_grammar::{AccountId, PolicyType, Position};
use bailiwick_policy::{Principal, RequestContext};

use super::SimulatePolicyError;
use super::positions::statement_positions;
use super::result::{EvalDecisionDetails, MatchedStatement, SourcePolicyType};
use crate::applied::{Applied, AppliedPolicies, Level};

/// A policy of a simulation, with what the answer calls it.
#[derive(Debug)]
pub(super) struct Source<'a> {
    id: String,
    applied: Applied<'a>,
    /// Where its statements stand; found when one of them decides.
    positions: OnceCell<Vec<(Position, Position)>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(id: String, applied: Applied<'a>) -> Self {
        Self {
            id,
            applied,
            positions: OnceCell::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        self.applied.record.document().text()
    }
}

/// The policies of a simulation.
#[derive(Debug, Default)]
pub(super) struct Sources<'a> {
    pub(super) identity: Vec<Source<'a>>,
    pub(super) permissions_boundary: Vec<Source<'a>>,
    pub(super) resource: Vec<Source<'a>>,
    /// The levels of SCPs; nothing where there is no organization. An organization whose SCPs do not bind has no levels.
    pub(super) service_control: Option<Vec<Level<'a>>>,
}

/// Everything that is the same for each action and resource of a simulation.
#[derive(Debug)]
pub(super) struct Simulation<'a> {
    pub(super) sources: Sources<'a>,
    policies: AppliedPolicies<'a>,
    caller: Principal,
    resource_owner: Option<AccountId>,
    context: RequestContext,
    /// The condition keys that the policies ask for and the request does not give.
    missing_context_values: Vec<String>,
}

/// What becomes of one action on one resource.
#[derive(Debug)]
pub(super) struct Evaluated {
    pub(super) decision: Decision,
    /// Whether the SCPs allow it, if there is an organization.
    pub(super) organizations: Option<bool>,
    /// Whether the permissions boundary allows it, if it took part.
    pub(super) permissions_boundary: Option<bool>,
    /// What each policy type says of a request across accounts; empty within an account; nothing where the SCPs ended it.
    pub(super) details: Option<EvalDecisionDetails>,
    pub(super) matched: Vec<(Effect, MatchedStatement)>,
    pub(super) missing_context_values: Vec<String>,
}

/// What each policy type says.
#[derive(Debug, Default)]
struct Outcomes {
    identity: Option<Decision>,
    permissions_boundary: Option<Decision>,
    resource: Option<Decision>,
    service_control: Option<Decision>,
}

/// Refuses what is no action.
pub(super) fn check_action(action: &str) -> Result<(), SimulatePolicyError> {
    let request = Request::new(
        Cow::Owned(Principal::Anonymous),
        action,
        "*",
        None,
        RequestContext::new(),
    );
    request
        .map(drop)
        .map_err(|error| SimulatePolicyError::invalid_input(error.to_string()))
}

impl<'a> Simulation<'a> {
    pub(super) fn new(
        sources: Sources<'a>,
        caller: Principal,
        resource_owner: Option<AccountId>,
        context: RequestContext,
        missing_context_values: Vec<String>,
    ) -> Self {
        let list = |sources: &[Source<'a>]| sources.iter().map(|source| source.applied).collect();
        let policies = AppliedPolicies {
            identity: list(&sources.identity),
            permissions_boundary: list(&sources.permissions_boundary),
            resource: sources.resource.first().map(|source| source.applied),
            service_control: sources.service_control.clone().unwrap_or_default(),
            ..AppliedPolicies::default()
        };
        Self {
            sources,
            policies,
            caller,
            resource_owner,
            context,
            missing_context_values,
        }
    }

    /// Decides one action on one resource.
    pub(super) fn evaluate(&self, action: &str, resource: &str) -> Result<Evaluated, SimulatePolicyError> {
        let caller = self.caller.account();
        let has_resource_policy = !self.sources.resource.is_empty();
        // Without its policy, nothing is known of the resource's side: only the caller's is simulated.
        let owner = if has_resource_policy {
            self.owner(resource)
        } else {
            caller
        };
        let request = Request::new(
            Cow::Borrowed(&self.caller),
            action,
            resource,
            owner,
            self.context.clone(),
        )
        .map_err(|error| SimulatePolicyError::invalid_input(error.to_string()))?;
        let explanation = self.policies.explain(&request);
        let across_accounts = request.resource_account() != caller;

        let outcomes = Outcomes::of(&explanation);
        let organizations = self.sources.service_control.as_ref().map(|_| {
            let service_control = outcomes.service_control.unwrap_or(Decision::Allowed);
            service_control == Decision::Allowed
        });
        if let Some(stopped) = outcomes
            .service_control
            .filter(|&decision| decision != Decision::Allowed)
        {
            // AWS: `EvaluationResult`: "If an Organizations SCP included in the evaluation denies access, the simulation ends."
            return Ok(Evaluated {
                decision: stopped,
                organizations,
                permissions_boundary: None,
                details: (!across_accounts).then(EvalDecisionDetails::new),
                matched: Vec::new(),
                missing_context_values: Vec::new(),
            });
        }
        let decision = if has_resource_policy {
            explanation.decision
        } else {
            outcomes.caller_side()
        };
        let missing = match decision {
            Decision::ImplicitDeny => self.missing_context_values.clone(),
            Decision::Allowed | Decision::ExplicitDeny => Vec::new(),
        };
        Ok(Evaluated {
            decision,
            organizations,
            permissions_boundary: outcomes
                .permissions_boundary
                .map(|boundary| boundary == Decision::Allowed),
            details: Some(if across_accounts {
                outcomes.details()
            } else {
                EvalDecisionDetails::new()
            }),
            matched: self.matched(decision, &explanation),
            missing_context_values: missing,
        })
    }

    /// The account that owns a resource: the one in its ARN, the one that is given, the caller's.
    fn owner(&self, resource: &str) -> Option<AccountId> {
        let named = bailiwick_grammar::Arn::parse(resource)
            .ok()
            .and_then(|arn| arn.account.parse().ok());
        named.or(self.resource_owner).or_else(|| self.caller.account())
    }

    /// The statements that decide: those that deny, or those of identity- and resource-based policies that allow.
    fn matched(&self, decision: Decision, explanation: &Explanation) -> Vec<(Effect, MatchedStatement)> {
        let effect = match decision {
            Decision::Allowed => Effect::Allow,
            Decision::ExplicitDeny => Effect::Deny,
            Decision::ImplicitDeny => return Vec::new(),
        };
        let mut known = BTreeSet::new();
        let mut found = Vec::new();
        for outcome in &explanation.groups {
            let Some((source_policy_type, sources)) = self.listed(outcome) else {
                continue;
            };
            if source_policy_type == SourcePolicyType::PermissionsBoundaryPolicy && effect == Effect::Allow {
                continue;
            }
            for place in outcome.matched.iter().filter(|place| place.effect == effect) {
                let source = &sources[place.policy];
                let positions = source
                    .positions
                    .get_or_init(|| statement_positions(source.text(), source.applied.policy));
                let (start_position, end_position) = positions[place.statement];
                let statement = MatchedStatement {
                    source_policy_id: source.id.clone(),
                    source_policy_type,
                    start_position,
                    end_position,
                };
                // A managed policy can be attached to a user and to its group.
                if known.insert(statement.clone()) {
                    found.push((effect, statement));
                }
            }
        }
        found
    }

    /// The policies of a list whose statements an answer names.
    fn listed(&self, outcome: &GroupOutcome) -> Option<(SourcePolicyType, &[Source<'a>])> {
        match outcome.group.policy_type {
            PolicyType::IdentityBasedPolicy => Some((SourcePolicyType::IamPolicy, &self.sources.identity)),
            PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy => {
                Some((SourcePolicyType::ResourcePolicy, &self.sources.resource))
            }
            PolicyType::PermissionsBoundary => Some((
                SourcePolicyType::PermissionsBoundaryPolicy,
                &self.sources.permissions_boundary,
            )),
            PolicyType::ServiceControlPolicy
            | PolicyType::SessionPolicy
            | PolicyType::ResourceControlPolicy
            | PolicyType::VpcEndpointPolicy => None,
        }
    }
}

impl Outcomes {
    fn of(explanation: &Explanation) -> Self {
        let mut found = Self::default();
        for outcome in &explanation.groups {
            let said = match outcome.group.policy_type {
                PolicyType::IdentityBasedPolicy => &mut found.identity,
                PolicyType::PermissionsBoundary => &mut found.permissions_boundary,
                PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy => &mut found.resource,
                PolicyType::ServiceControlPolicy => &mut found.service_control,
                PolicyType::SessionPolicy | PolicyType::ResourceControlPolicy | PolicyType::VpcEndpointPolicy => {
                    continue;
                }
            };
            *said = Some(said.map_or(outcome.outcome, |before| more_restrictive(before, outcome.outcome)));
        }
        found
    }

    /// The caller's side: the identity-based policies, within the permissions boundary.
    fn caller_side(&self) -> Decision {
        let boundary = self.permissions_boundary.unwrap_or(Decision::Allowed);
        more_restrictive(self.identity.unwrap_or(Decision::ImplicitDeny), boundary)
    }

    fn details(&self) -> EvalDecisionDetails {
        let types = [
            (SourcePolicyType::IamPolicy, self.identity),
            (SourcePolicyType::ResourcePolicy, self.resource),
            (SourcePolicyType::PermissionsBoundaryPolicy, self.permissions_boundary),
        ];
        types
            .into_iter()
            .filter_map(|(source, said)| Some((source, said?)))
            .collect()
    }
}

/// Of two decisions the one that restricts more: an explicit deny, then an implicit one.
pub(super) fn more_restrictive(one: Decision, other: Decision) -> Decision {
    match (one, other) {
        (Decision::ExplicitDeny, _) | (_, Decision::ExplicitDeny) => Decision::ExplicitDeny,
        (Decision::ImplicitDeny, _) | (_, Decision::ImplicitDeny) => Decision::ImplicitDeny,
        (Decision::Allowed, Decision::Allowed) => Decision::Allowed,
    }
}
