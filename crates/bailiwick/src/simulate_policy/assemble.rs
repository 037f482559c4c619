//! From what becomes of each resource to the results that AWS's API gives.

use std::collections::BTreeSet;

use bailiwick_catalog::{Action, Catalog};
use bailiwick_eval::Decision;
use bailiwick_grammar::ast::Effect;

use super::evaluate::{Evaluated, more_restrictive};
use super::result::{
    EvalDecisionDetails, EvaluationResult, MatchedStatement, OrganizationsDecisionDetail,
    PermissionsBoundaryDecisionDetail, ResourceSpecificResult,
};

/// The result for an action, from what becomes of it on each resource, at least one.
pub(super) fn evaluation_result(action: &str, evaluated: Vec<(&str, Evaluated)>) -> EvaluationResult {
    let resources: Vec<&str> = evaluated.iter().map(|(resource, _)| *resource).collect();
    let has_arns = resources != ["*"];
    let each = || evaluated.iter().map(|(_, evaluated)| evaluated);
    let decision = each().fold(Decision::Allowed, |decision, evaluated| {
        more_restrictive(decision, evaluated.decision)
    });
    EvaluationResult {
        eval_action_name: action.to_owned(),
        eval_resource_name: eval_resource_name(action, &resources),
        eval_decision: decision,
        matched_statements: union(each().flat_map(|evaluated| deciding(decision, evaluated))),
        missing_context_values: union(each().flat_map(|evaluated| &evaluated.missing_context_values)),
        organizations_decision_detail: all(each().map(|evaluated| evaluated.organizations)).map(|allowed| {
            OrganizationsDecisionDetail {
                allowed_by_organizations: allowed,
            }
        }),
        permissions_boundary_decision_detail: all(each().map(|evaluated| evaluated.permissions_boundary))
            .map(boundary_detail),
        eval_decision_details: if has_arns { details(each()) } else { None },
        resource_specific_results: if has_arns {
            evaluated.into_iter().map(resource_specific_result).collect()
        } else {
            Vec::new()
        },
    }
}

fn resource_specific_result((resource, evaluated): (&str, Evaluated)) -> ResourceSpecificResult {
    ResourceSpecificResult {
        eval_resource_name: resource.to_owned(),
        eval_resource_decision: evaluated.decision,
        matched_statements: evaluated.matched.into_iter().map(|(_, statement)| statement).collect(),
        missing_context_values: evaluated.missing_context_values,
        eval_decision_details: evaluated.details.filter(|details| !details.is_empty()),
        permissions_boundary_decision_detail: evaluated.permissions_boundary.map(boundary_detail),
    }
}

fn boundary_detail(allowed: bool) -> PermissionsBoundaryDecisionDetail {
    PermissionsBoundaryDecisionDetail {
        allowed_by_permissions_boundary: allowed,
    }
}

/// `*` for none, the resource itself where there is one, and for several the ARN format of their resource type.
fn eval_resource_name(action: &str, resources: &[&str]) -> String {
    if let [resource] = resources {
        return (*resource).to_owned();
    }
    let types = || {
        let entries = Catalog::action(action).into_iter().flat_map(Action::resource_types);
        entries.map(|entry| entry.resource_type())
    };
    let all = types().find(|kind| resources.iter().all(|resource| kind.matches(resource)));
    let some = || types().find(|kind| resources.iter().any(|resource| kind.matches(resource)));
    let kind = all.or_else(some).or_else(|| types().next());
    kind.map_or("*", |kind| kind.arn_format()).to_owned()
}

/// Where a deny decides for all resources together, only what denies.
fn deciding(decision: Decision, evaluated: &Evaluated) -> impl Iterator<Item = &MatchedStatement> {
    let decides = move |effect: Effect| decision != Decision::ExplicitDeny || effect == Effect::Deny;
    let matched = evaluated.matched.iter();
    matched
        .filter(move |(effect, _)| decides(*effect))
        .map(|(_, statement)| statement)
}

/// What each policy type says, the most restrictive of what it says of each resource.
fn details<'e>(each: impl Iterator<Item = &'e Evaluated>) -> Option<EvalDecisionDetails> {
    let mut found: Option<EvalDecisionDetails> = None;
    for details in each.filter_map(|evaluated| evaluated.details.as_ref()) {
        let found = found.get_or_insert_default();
        for (&source, &said) in details {
            let before = found.entry(source).or_insert(said);
            *before = more_restrictive(*before, said);
        }
    }
    found
}

/// Whether all are true, of those that there are.
fn all(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    each.flatten().reduce(|one, other| one && other)
}

/// Each once, in the order in which they come first.
fn union<'e, T: Clone + Ord + 'e>(each: impl Iterator<Item = &'e T>) -> Vec<T> {
    let mut known = BTreeSet::new();
    each.filter(|one| known.insert(*one)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(action: &str, resources: &[&str], expected: &str) {
        assert_eq!(eval_resource_name(action, resources), expected);
    }

    /// Recorded: one resource is echoed; of several, the format of their type is named, in the words of AWS's own table.
    #[test]
    fn several_resources_are_called_by_the_arn_format_of_their_type() {
        let object = "arn:aws:s3:::reports/a";
        check("s3:GetObject", &["*"], "*");
        check("s3:GetObject", &[object], object);
        check(
            "S3:getobject",
            &[object, "arn:aws:s3:::reports/b"],
            "arn:${Partition}:s3:::${BucketName}/${ObjectName}",
        );
        check("madeup:Action", &[object, object], "*");
        // No type of the action fits: its first one.
        let user = "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}";
        check("iam:GetUser", &[object, object], user);
    }
}
