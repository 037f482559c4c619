//! Which roles may be handed to which services.
//!
//! AWS: IAM User Guide, "Grant a user permissions to pass a role to an AWS service"; "IAM policy validation check reference", "Pass role
//! with star in resource".

use std::collections::BTreeSet;
use std::sync::LazyLock;

use bailiwick_catalog::Catalog;

use super::granted_action::{ByAction, ByResource, Grant, RoleAction, is_for_known_services};
use crate::check::{Check, Example, FindingType, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::Statement;

pub(super) const CHECKS: &[Check] = &[
    check(
        "PASS_ROLE_WITH_NOT_RESOURCE",
        "Pass role with NotResource",
        "A statement allows `iam:PassRole`, by its name, on all but some resources.",
        Example {
            fires: r#""Action": "iam:PassRole", "NotResource": "#,
            silent: r#""Action": "iam:PassRole", "Resource": "#,
        },
        |statement, report| run(statement, ByAction::Name, ByResource::NotResource, report),
    ),
    check(
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "Pass role with star in action and NotResource",
        "A statement allows `iam:PassRole`, by an action with a wildcard, on all but some resources.",
        Example {
            fires: r#""Action": "iam:P*", "NotResource": "#,
            silent: r#""Action": "iam:Put*", "NotResource": "#,
        },
        |statement, report| run(statement, ByAction::Wildcard, ByResource::NotResource, report),
    ),
    check(
        "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        "Pass role with NotAction and NotResource",
        "A statement allows `iam:PassRole`, because its `NotAction` does not name it, on all but some resources.",
        Example {
            fires: r#""NotAction": "iam:Create*", "NotResource": "#,
            silent: r#""NotAction": ["iam:Create*", "iam:PassRole"], "NotResource": "#,
        },
        |statement, report| run(statement, ByAction::NotAction, ByResource::NotResource, report),
    ),
    check(
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        "Pass role with star in resource",
        "A statement allows `iam:PassRole`, by its name, on a resource with a wildcard for the names of roles. Not where the name has that \
         of an AWS service, as many services' roles have, nor where a condition says to which services, `iam:PassedToService`.",
        Example {
            fires: r#""Resource": "arn:aws:iam::111122223333:role/*""#,
            silent: r#""Resource": "arn:aws:iam::111122223333:role/StatesExecution*""#,
        },
        |statement, report| run(statement, ByAction::Name, ByResource::Wildcard, report),
    ),
    check(
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "Pass role with star in action and resource",
        "A statement allows `iam:PassRole`, by an action with a wildcard, on a resource with a wildcard for the names of roles. Not where \
         the name has that of an AWS service, nor where a condition says to which services, `iam:PassedToService`.",
        Example {
            fires: r#""Action": "iam:*", "Resource": "*""#,
            silent: r#""Action": "iam:List*", "Resource": "*""#,
        },
        |statement, report| run(statement, ByAction::Wildcard, ByResource::Wildcard, report),
    ),
    check(
        "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        "Pass role with star in resource and NotAction",
        "A statement allows `iam:PassRole`, because its `NotAction` does not name it, on a resource with a wildcard for the names of roles. \
         Not where the name has that of an AWS service, nor where a condition says to which services, `iam:PassedToService`.",
        Example {
            fires: r#""NotAction": ["iam:Create*", "organizations:*"], "Resource": "*""#,
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
) -> Check {
    Check {
        code,
        finding_type: FindingType::SecurityWarning,
        title,
        policy_types: PolicyTypes::IDENTITY,
        trigger,
        example,
        grammar: &[],
        run: Run::Statement(run),
    }
}

const PASS_ROLE: RoleAction = RoleAction {
    name: "iam:PassRole",
    roles: "arn:aws:iam::*:role/*",
    is_open: |role| role.contains(['*', '?']) && !has_name_of_service(role),
};

fn run(statement: &Statement<'_>, action: ByAction, resource: ByResource, report: &mut Report<'_>) {
    let grant = Grant::of(statement, &PASS_ROLE).filter(|grant| (grant.action, grant.resource) == (action, resource));
    let Some(grant) = grant else { return };
    if resource == ByResource::NotResource {
        let advice = "A service that gets such a role acts with its permissions. Name the roles in `Resource`.";
        grant.report(&PASS_ROLE, advice, report);
    } else if !is_for_known_services(statement, "iam:PassedToService") {
        let advice = "A service that gets such a role acts with its permissions. Name the roles, or the services in a condition on \
                      `iam:PassedToService`.";
        grant.report(&PASS_ROLE, advice, report);
    }
}

/// What roles that are made for a service have in their names: the prefixes of services, and their names without `Amazon` and `AWS`; in
/// lower case, only letters and digits.
static NAMES_OF_SERVICES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let name = |service: &'static str| {
        let name = service
            .strip_prefix("Amazon ")
            .or(service.strip_prefix("AWS "))
            .unwrap_or(service);
        letters_and_digits(name)
    };
    (Catalog::services().iter())
        .flat_map(|service| [letters_and_digits(service.prefix()), name(service.name())])
        .chain(Catalog::unlisted_services().iter().copied().map(letters_and_digits))
        .collect()
});

fn letters_and_digits(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|character| character.to_ascii_lowercase()).collect()
}

/// Whether a pattern for roles has the name of a service where a word begins. A short name must be the whole word, as in `ECSTask*`,
/// `s3-*`; a longer one may be its beginning.
fn has_name_of_service(role: &str) -> bool {
    const LONGEST: usize = 40;
    const SHORT: usize = 4;
    let bytes = role.as_bytes();
    let begins_word = |at: usize| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        before.is_none_or(|before| {
            !before.is_ascii_alphanumeric() || before.is_ascii_lowercase() && bytes[at].is_ascii_uppercase()
        }) || ["aws", "amazon"]
            .iter()
            .any(|of_all| ends_with(&bytes[..at], of_all.as_bytes()))
    };
    let names_service = |at: usize| {
        let mut name = String::new();
        for (at, &byte) in bytes.iter().enumerate().skip(at) {
            match byte {
                b'-' | b'_' => continue,
                _ if byte.is_ascii_alphanumeric() => name.push(char::from(byte.to_ascii_lowercase())),
                _ => break,
            }
            let is_whole = bytes.get(at + 1).is_none_or(|next| !next.is_ascii_lowercase());
            if (is_whole || name.len() > SHORT) && NAMES_OF_SERVICES.contains(&name) {
                return true;
            }
            if name.len() > LONGEST {
                break;
            }
        }
        false
    };
    (0..bytes.len()).any(|at| bytes[at].is_ascii_alphanumeric() && begins_word(at) && names_service(at))
}

fn ends_with(text: &[u8], end: &[u8]) -> bool {
    text.len()
        .checked_sub(end.len())
        .is_some_and(|start| text[start..].eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_made_for_a_service_have_its_name() {
        let named = [
            "kinesis-*",
            "flow-logs-*",
            "lambda-dynamodb-*",
            "CodeStarWorker*",
            "AWSDeepRacer*",
            "AmazonSageMakerServiceCatalog*",
            "service-role/StatesExecutionRole*",
            "ECSTaskExecution*",
            "ec2-sysadmin-*",
            "*SageMaker*",
            "s3-replication-*",
            "aws-service-role/ecs.amazonaws.com/*",
            "service-role/kinesis-analytics*",
        ];
        for role in named {
            assert!(has_name_of_service(role), "{role}");
        }
        for role in [
            "*",
            "my-app-*",
            "service-role/*",
            "session-*",
            "currency/*",
            "Deploy*",
            "aws*",
            "admin-${aws:username}-*",
        ] {
            assert!(!has_name_of_service(role), "{role}");
        }
    }
}
