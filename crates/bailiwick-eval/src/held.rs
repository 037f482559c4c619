//! The statements that speak of a request's action, held against the request: what the explanation is made of.

use std::sync::Arc;

use bailiwick_grammar::ast::Effect;
use bailiwick_model::{ResourceVerdict, Verdicts};
use bailiwick_policy::{Policy, PrincipalMatch, Statement};

use crate::decide::verdicts;
use crate::policies::{PolicyGroup, PolicySet};
use crate::statement::{Mismatch, Question};

/// What is found in the policies that take part. Statements about other actions are left out.
pub(crate) struct Held<'a> {
    pub(crate) groups: Vec<HeldGroup<'a>>,
}

/// One list of policies.
pub(crate) struct HeldGroup<'a> {
    pub(crate) group: PolicyGroup,
    /// In the order of policies and statements.
    pub(crate) statements: Vec<HeldStatement<'a>>,
}

/// A statement that speaks of the request's action.
pub(crate) struct HeldStatement<'a> {
    /// The place of the policy in its list.
    pub(crate) policy: usize,
    pub(crate) statement: &'a Statement,
    /// How it names the principal, if it names it.
    pub(crate) named: Option<PrincipalMatch>,
    /// What keeps it from applying; nothing if it applies.
    pub(crate) mismatches: Vec<Mismatch>,
}

impl HeldStatement<'_> {
    pub(crate) fn applies(&self) -> bool {
        self.mismatches.is_empty()
    }

    pub(crate) fn effect(&self) -> Effect {
        self.statement.effect
    }
}

impl<'a> Held<'a> {
    /// Holds all statements that speak of the action against the request.
    pub(crate) fn new(policies: PolicySet<'a>, question: &Question<'_>) -> Self {
        let kind = question.request.situation().principal;
        let groups = (policies.groups().into_iter())
            .filter(|(group, _)| kind.is_subject_to(group.policy_type))
            .map(|(group, policies)| HeldGroup::new(group, policies, question));
        Self {
            groups: groups.collect(),
        }
    }

    /// What each policy type says, if `applies` tells which statements apply.
    pub(crate) fn verdicts(
        &self,
        policies: PolicySet<'_>,
        question: &Question<'_>,
        applies: &impl Fn(PolicyGroup, &HeldStatement<'a>) -> bool,
    ) -> Verdicts<bool> {
        let read = |group: PolicyGroup, _: &[Arc<Policy>]| {
            let held = self.groups.iter().find(|held| held.group == group);
            held.map_or_else(ResourceVerdict::silent, |held| held.verdict(applies))
        };
        verdicts(policies, question.request.situation(), &read)
    }
}

impl<'a> HeldGroup<'a> {
    fn new(group: PolicyGroup, policies: &'a [Arc<Policy>], question: &Question<'_>) -> Self {
        let mut found: Vec<(usize, &'a Statement)> = Vec::new();
        for (index, policy) in policies.iter().enumerate() {
            policy.statements_about(question.request.action(), |statement| {
                found.push((index, statement));
                true
            });
        }
        found.sort_unstable_by_key(|(policy, statement)| (*policy, statement.index));
        found.dedup_by_key(|(policy, statement)| (*policy, statement.index));
        let held = |(policy, statement): (usize, &'a Statement)| HeldStatement {
            policy,
            statement,
            named: question.names(statement),
            mismatches: question.mismatches(statement),
        };
        Self {
            group,
            statements: found.into_iter().map(held).collect(),
        }
    }

    /// What the list says, if `applies` tells which statements apply.
    pub(crate) fn verdict(&self, applies: &impl Fn(PolicyGroup, &HeldStatement<'a>) -> bool) -> ResourceVerdict<bool> {
        let mut said = ResourceVerdict::silent();
        for statement in &self.statements {
            if let Some(named) = statement.named.filter(|_| applies(self.group, statement)) {
                said.add(statement.effect(), named);
            }
        }
        said
    }
}
