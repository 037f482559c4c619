//! One answer to several checks.

use bailiwick_eval::Decision;

use super::{Answer, StatementReport};

impl Answer {
    /// The answer to a call whose checks must all be allowed: the most restrictive decision, and what stands behind it. One check is its
    /// own answer; no check has none.
    pub(crate) fn of_call(mut checks: Vec<Self>) -> Option<Self> {
        if checks.len() <= 1 {
            return checks.pop();
        }
        let first = checks.first()?;
        let decision = checks
            .iter()
            .map(|check| check.decision)
            .max_by_key(|&decision| severity(decision))?;
        let mut call = Self {
            principal: first.principal.clone(),
            action: first.action.clone(),
            resource: first.resource.clone(),
            resource_account: first.resource_account.clone(),
            decision,
            service_rule: None,
            matched_statements: Vec::new(),
            blocked_by: Vec::new(),
            missing_context_values: Vec::new(),
            notes: Vec::new(),
            silent_levels: Vec::new(),
            checks: Vec::new(),
            passed_role: None,
            explanation: None,
        };
        for check in &checks {
            add(&mut call.notes, &check.notes, |one, two| one == two);
            // What lets another check pass, or stands in its way less, is no reason for this decision.
            if check.decision != decision {
                continue;
            }
            // What one check is allowed by lets the others pass as little as a policy does.
            if decision != Decision::Allowed {
                call.service_rule = call.service_rule.or(check.service_rule);
            }
            add(
                &mut call.matched_statements,
                &check.matched_statements,
                is_same_statement,
            );
            add(&mut call.blocked_by, &check.blocked_by, |one, two| one == two);
            add(
                &mut call.missing_context_values,
                &check.missing_context_values,
                |one, two| one == two,
            );
            let same_level = |one: &super::SilentLevel, two: &super::SilentLevel| {
                one.policy_type == two.policy_type && one.level == two.level
            };
            add(&mut call.silent_levels, &check.silent_levels, same_level);
        }
        call.checks = checks;
        Some(call)
    }
}

/// How much a decision restricts: an explicit deny is final.
fn severity(decision: Decision) -> u8 {
    match decision {
        Decision::Allowed => 0,
        Decision::ImplicitDeny => 1,
        Decision::ExplicitDeny => 2,
    }
}

/// Adds what is not there yet.
fn add<T: Clone>(all: &mut Vec<T>, more: &[T], same: impl Fn(&T, &T) -> bool) {
    for item in more {
        if !all.iter().any(|held| same(held, item)) {
            all.push(item.clone());
        }
    }
}

fn is_same_statement(one: &StatementReport, two: &StatementReport) -> bool {
    let place = |report: &StatementReport| (report.policy_type, report.statement);
    place(one) == place(two) && one.policy == two.policy && one.attached_to == two.attached_to && one.level == two.level
}
