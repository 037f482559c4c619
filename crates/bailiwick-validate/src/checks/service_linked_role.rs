//! Who may create service-linked roles, and of which services.
//!
//! AWS: IAM User Guide, "Create a service-linked role"; "IAM policy validation check reference", "Create SLR with star in resource".

use super::granted_action::{
    ByAction, ByResource, Grant, RoleAction, is_for_known_services, is_service_principal, literal_start,
};
use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::Statement;

pub(super) const CHECKS: &[PolicyCheck] = &[
    check(
        "CREATE_SLR_WITH_NOT_RESOURCE",
        "Create SLR with NotResource",
        "A statement allows `iam:CreateServiceLinkedRole`, by its name, on all but some resources, without a condition that says for which \
         services, `iam:AWSServiceName`.",
        Example {
            fires: r#""Action": "iam:CreateServiceLinkedRole", "NotResource": "#,
            silent: r#""Action": "iam:CreateServiceLinkedRole", "Resource": "#,
        },
        |statement, report| run(statement, ByAction::Name, ByResource::NotResource, report),
    ),
    check(
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "Create SLR with star in action and NotResource",
        "A statement allows `iam:CreateServiceLinkedRole`, by an action with a wildcard, on all but some resources, without a condition \
         that says for which services, `iam:AWSServiceName`.",
        Example {
            fires: r#""Action": "iam:Create*", "NotResource": "#,
            silent: r#""Action": "iam:CreateUser*", "NotResource": "#,
        },
        |statement, report| run(statement, ByAction::Wildcard, ByResource::NotResource, report),
    ),
    check(
        "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        "Create SLR with NotAction and NotResource",
        "A statement allows `iam:CreateServiceLinkedRole`, because its `NotAction` does not name it, on all but some resources, without a \
         condition that says for which services, `iam:AWSServiceName`.",
        Example {
            fires: r#""NotAction": "iam:Delete*", "NotResource": "#,
            silent: r#""NotAction": "iam:*", "NotResource": "#,
        },
        |statement, report| run(statement, ByAction::NotAction, ByResource::NotResource, report),
    ),
    check(
        "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        "Create SLR with star in resource",
        "A statement allows `iam:CreateServiceLinkedRole`, by its name, on a resource whose wildcard leaves open which service the role is \
         linked to, without a condition that says which, `iam:AWSServiceName`.",
        Example {
            fires: r#""Resource": "arn:aws:iam::*:role/aws-service-role/*""#,
            silent: r#""Resource": "arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/*""#,
        },
        |statement, report| run(statement, ByAction::Name, ByResource::Wildcard, report),
    ),
    check(
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "Create SLR with star in action and resource",
        "A statement allows `iam:CreateServiceLinkedRole`, by an action with a wildcard, on a resource whose wildcard leaves open which \
         service the role is linked to, without a condition that says which, `iam:AWSServiceName`.",
        Example {
            fires: r#""Action": "iam:Create*", "Resource": "arn:aws:iam::111122223333:*""#,
            silent: r#""Action": "iam:Create*", "Resource": "arn:aws:iam::111122223333:user/*""#,
        },
        |statement, report| run(statement, ByAction::Wildcard, ByResource::Wildcard, report),
    ),
    check(
        "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        "Create SLR with star in resource and NotAction",
        "A statement allows `iam:CreateServiceLinkedRole`, because its `NotAction` does not name it, on a resource whose wildcard leaves \
         open which service the role is linked to, without a condition that says which, `iam:AWSServiceName`.",
        Example {
            fires: r#""NotAction": ["iam:PassRole", "organizations:*"], "Resource": "*""#,
            silent: r#""NotAction": ["iam:*", "organizations:*"], "Resource": "*""#,
        },
        |statement, report| run(statement, ByAction::NotAction, ByResource::Wildcard, report),
    ),
];

const fn check(
    code: &'static str,
    title: &'static str,
    trigger: &'static str,
    example: Example,
    run: fn(&Statement<'_>, &mut Report<'_>),
) -> PolicyCheck {
    PolicyCheck {
        code,
        finding_type: FindingType::Warning,
        title,
        policy_types: PolicyTypes::IDENTITY,
        trigger,
        example,
        grammar: &[],
        run: Run::Statement(run),
    }
}

const CREATE_SERVICE_LINKED_ROLE: RoleAction = RoleAction {
    name: "iam:CreateServiceLinkedRole",
    roles: "arn:aws:iam::*:role/aws-service-role/*",
    is_open: is_of_several_services,
};

fn run(statement: &Statement<'_>, action: ByAction, resource: ByResource, report: &mut Report<'_>) {
    let grant = Grant::of(statement, &CREATE_SERVICE_LINKED_ROLE)
        .filter(|grant| (grant.action, grant.resource) == (action, resource));
    let Some(grant) = grant else { return };
    if !is_for_known_services(statement, "iam:AWSServiceName") {
        let advice = "So roles of services can be created that nobody thought of. Name the roles, or the services in a condition on \
                      `iam:AWSServiceName`.";
        grant.report(&CREATE_SERVICE_LINKED_ROLE, advice, report);
    }
}

/// The roles of a service are in a path that has its principal.
fn is_of_several_services(role: &str) -> bool {
    const PATH: &str = "aws-service-role/";
    let has_wildcard = role.contains(['*', '?']);
    match role.strip_prefix(PATH) {
        Some(role) => has_wildcard && (literal_start(role) == role || !is_service_principal(role)),
        None => has_wildcard && PATH.starts_with(literal_start(role)),
    }
}
