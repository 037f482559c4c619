//! Policies that follow from others, and what must follow for the decision.
//!
//! - [`shuffled`], [`repeated`], [`split`], [`respelled`]: written otherwise, and meaning the same.
//! - [`with_denial`], [`with_denial_of_others`], [`with_first_limit`], [`with_level`]: nothing that was refused is allowed by it.
//! - [`with_allowance`], [`without_level`]: nothing that was allowed is refused by it.
//!
//! All but [`respelled`] vary the policies only, so that what follows holds for every question to them.

mod less;
mod more;
mod same;
#[cfg(test)]
mod tests;

use bailiwick_grammar::ast::{Effect, OneOrMany, PolicyDocument, Statement};
use bailiwick_grammar::{PolicyType, Span, Spanned};

use crate::oracle::OracleRequest;

pub use self::less::{with_denial, with_denial_of_others, with_first_limit, with_level};
pub use self::more::{with_allowance, without_level};
pub use self::same::{label, labelled, repeated, respelled, shuffled, split};

/// Choices that follow from a number.
#[derive(Clone, Copy, Debug)]
pub struct Choices(u64);

impl Choices {
    /// The choices of a number.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`, or zero.
    pub fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let half = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or_default();
        half as usize % end.max(1)
    }

    /// One time in two.
    fn half(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// The question of one request put to the policies of another.
#[must_use]
pub fn ask_other_policies(question: &OracleRequest, policies: &OracleRequest) -> OracleRequest {
    OracleRequest {
        principal: question.principal.clone(),
        parent_user: question.parent_user.clone(),
        action: question.action.clone(),
        resource: question.resource.clone(),
        resource_account: question.resource_account.clone(),
        context: question.context.clone(),
        ..policies.clone()
    }
}

/// Every list of policies, the levels one by one; the resource's policy is no list.
fn lists(request: &mut OracleRequest) -> impl Iterator<Item = &mut Vec<PolicyDocument>> {
    let lists = [
        &mut request.identity_policies,
        &mut request.permissions_boundaries,
        &mut request.session_policies,
        &mut request.vpc_endpoint_policies,
    ];
    let levels = request.service_control_policies.iter_mut();
    lists
        .into_iter()
        .chain(levels.chain(&mut request.resource_control_policies))
}

/// The statements of every policy. A single statement becomes a list of one.
fn statement_lists(request: &mut OracleRequest, mut visit: impl FnMut(&mut Vec<Spanned<Statement>>)) {
    let mut one = |document: &mut PolicyDocument| {
        if let Some(statements) = &mut document.statements {
            statements.node.list = true;
            visit(&mut statements.node.items);
        }
    };
    request.resource_policy.iter_mut().for_each(&mut one);
    lists(request).flatten().for_each(one);
}

/// The statements of a policy, as a list.
fn statements(document: &mut PolicyDocument) -> &mut Vec<Spanned<Statement>> {
    let nothing = || Spanned::new(OneOrMany::many([]), Span::default());
    let statements = document.statements.get_or_insert_with(nothing);
    statements.node.list = true;
    &mut statements.node.items
}

fn set_effect(document: &mut PolicyDocument, effect: Effect) {
    for statement in statements(document) {
        statement.node.effect = Some(Spanned::new(effect, Span::default()));
    }
}

/// Puts a policy of a type without levels beside those of its type, or its statements into one of them.
fn add(request: &mut OracleRequest, policy_type: PolicyType, document: PolicyDocument, choices: Choices) {
    let list = match policy_type {
        PolicyType::IdentityBasedPolicy => &mut request.identity_policies,
        PolicyType::PermissionsBoundary => &mut request.permissions_boundaries,
        PolicyType::SessionPolicy => &mut request.session_policies,
        PolicyType::VpcEndpointPolicy => &mut request.vpc_endpoint_policies,
        PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy => match &mut request.resource_policy {
            Some(policy) => return merge(policy, document, choices),
            none => {
                *none = Some(document);
                return;
            }
        },
        PolicyType::ServiceControlPolicy => {
            return add_to_levels(&mut request.service_control_policies, document, choices);
        }
        PolicyType::ResourceControlPolicy => {
            return add_to_levels(&mut request.resource_control_policies, document, choices);
        }
    };
    add_to_list(list, document, choices);
}

/// Puts a policy on one of the levels, if there are any.
fn add_to_levels(levels: &mut [Vec<PolicyDocument>], document: PolicyDocument, mut choices: Choices) {
    let level = choices.below(levels.len());
    if let Some(level) = levels.get_mut(level) {
        add_to_list(level, document, choices);
    }
}

fn add_to_list(list: &mut Vec<PolicyDocument>, document: PolicyDocument, mut choices: Choices) {
    let place = choices.below(list.len() + 1);
    match list.get_mut(place) {
        Some(policy) if choices.half() => merge(policy, document, choices),
        Some(_) | None => list.insert(place, document),
    }
}

/// Puts the statements into a policy, somewhere among its own.
fn merge(policy: &mut PolicyDocument, mut document: PolicyDocument, mut choices: Choices) {
    let own = statements(policy);
    for statement in statements(&mut document).drain(..) {
        own.insert(choices.below(own.len() + 1), statement);
    }
}
