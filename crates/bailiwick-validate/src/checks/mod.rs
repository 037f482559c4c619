//! The registry: every check of Access Analyzer, family by family.
//!
//! To add a check, add an entry to the `CHECKS` of its family and, where the grammar does not do the work, a function below it; then a
//! case that fires and one that does not in `testdata/checks/<CODE>`.

mod action;
mod arn;
mod condition_key;
mod condition_key_availability;
mod condition_operator;
mod condition_value;
mod empty;
mod granted_action;
mod network;
mod pass_role;
mod permissive_use;
mod policy_size;
mod principal;
mod redundancy;
mod resource_control_policy;
mod resource_policy;
mod role_trust_policy;
mod service_control_policy;
mod service_linked_role;
mod service_principal;
mod structure;
mod tag;
mod variable;
mod web_identity;
mod wildcard;

use bailiwick_grammar::{Diagnostic, DiagnosticCode};

use crate::check::PolicyCheck;
use crate::policy_type::PolicyTypes;

/// Where a check is found by its grammar rules, the first that names one of them is taken.
const FAMILIES: &[&[PolicyCheck]] = &[
    structure::CHECKS,
    action::CHECKS,
    arn::CHECKS,
    condition_key::CHECKS,
    condition_key_availability::CHECKS,
    condition_operator::CHECKS,
    condition_value::CHECKS,
    empty::CHECKS,
    network::CHECKS,
    pass_role::CHECKS,
    policy_size::CHECKS,
    // Before the principals of all policies: a trust policy has its own check of federated ones.
    role_trust_policy::CHECKS,
    web_identity::CHECKS,
    principal::CHECKS,
    redundancy::CHECKS,
    resource_control_policy::CHECKS,
    resource_policy::CHECKS,
    service_control_policy::CHECKS,
    service_linked_role::CHECKS,
    service_principal::CHECKS,
    tag::CHECKS,
    variable::CHECKS,
    wildcard::CHECKS,
];

/// Every check, in the order of their families.
pub fn checks() -> impl Iterator<Item = &'static PolicyCheck> {
    FAMILIES.iter().copied().flatten()
}

/// The check of that issue code, in any case.
pub fn check(code: &str) -> Option<&'static PolicyCheck> {
    checks().find(|check| check.code.eq_ignore_ascii_case(code))
}

/// The check that reports what the grammar says of a policy of this kind.
pub(crate) fn of_grammar(diagnostic: &Diagnostic, kind: PolicyTypes) -> Option<&'static PolicyCheck> {
    checks().find(|check| check.policy_types.intersects(kind) && check.grammar.contains(&diagnostic.code))
}

/// Whether a text of which this is said is no JSON, so that nothing else can be said of it.
pub(crate) fn is_syntax_error(diagnostic: &Diagnostic) -> bool {
    // An object that has a key twice is an object.
    diagnostic.is_error()
        && diagnostic.code != DiagnosticCode::DuplicateKey
        && structure::JSON_SYNTAX.contains(&diagnostic.code)
}
