//! What an answer says, in words.

use bailiwick::{Decision, Effect, FailedElement, PolicyType, PolicyTypeReport, StatementReport};

/// The statements behind an outcome, or why the policies say nothing of an action.
pub(super) fn because(report: &PolicyTypeReport, action: &str) -> String {
    if report.matched.is_empty() {
        let policies = match report.policies.as_slice() {
            [] => return "there are none".to_owned(),
            policies if policies.len() > 3 => format!("{} policies", policies.len()),
            policies => policies.join(", "),
        };
        return if report.names_action {
            format!("no statement that names {action} applies ({policies})")
        } else {
            format!("no statement names {action} ({policies})")
        };
    }
    // A deny is final: what else matched does not matter.
    let denies = report.outcome == Decision::ExplicitDeny;
    let telling = report
        .matched
        .iter()
        .filter(|statement| !denies || statement.effect == Effect::Deny);
    let own = matches!(
        report.policy_type,
        PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy
    );
    let name = |statement: &StatementReport| {
        if own {
            String::new()
        } else {
            format!("{} ", statement.policy)
        }
    };
    telling
        .map(|statement| format!("{}{}", name(statement), place(statement)))
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn place(report: &StatementReport) -> String {
    let sid = report.sid.as_ref().map(|sid| format!(" {sid}")).unwrap_or_default();
    let account = if report.principal_match == Some("account") {
        ", which names the account"
    } else {
        ""
    };
    format!("Statement[{}]{sid}{account}", report.statement)
}

pub(super) fn short(policy_type: PolicyType) -> &'static str {
    match policy_type {
        PolicyType::ServiceControlPolicy => "SCPs",
        PolicyType::ResourceControlPolicy => "RCPs",
        PolicyType::IdentityBasedPolicy
        | PolicyType::PermissionsBoundary
        | PolicyType::SessionPolicy
        | PolicyType::ResourceBasedPolicy
        | PolicyType::TrustPolicy
        | PolicyType::VpcEndpointPolicy => policy_type.as_str(),
    }
}

pub(super) fn with_article(policy_type: PolicyType) -> String {
    match policy_type {
        PolicyType::IdentityBasedPolicy => "an identity-based policy".to_owned(),
        PolicyType::PermissionsBoundary => "the permissions boundary".to_owned(),
        PolicyType::SessionPolicy
        | PolicyType::ResourceBasedPolicy
        | PolicyType::TrustPolicy
        | PolicyType::ServiceControlPolicy
        | PolicyType::ResourceControlPolicy
        | PolicyType::VpcEndpointPolicy => format!("a {policy_type}"),
    }
}

pub(super) fn failed_element(failed: &FailedElement) -> String {
    let wanted = match failed.expected.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first, .., _] if failed.expected.len() > 4 => format!("{first} or one of {} more", failed.expected.len() - 1),
        several => several.join(" or "),
    };
    let has = match &failed.actual {
        Some(value) => format!(
            "it is {}",
            value
                .0
                .values()
                .iter()
                .map(|value| format!("\"{value}\""))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        None => "the request has no such key".to_owned(),
    };
    match (&failed.operator, &failed.key) {
        (Some(operator), Some(key)) => format!("{operator} {key} {wanted}: {has}"),
        _ => format!("{} {wanted}: {has}", failed.element),
    }
}
