//! Which roles may be handed to which services.
//!
//! AWS: IAM User Guide, "Grant a user permissions to pass a role to an AWS service"; "IAM policy validation check reference", "Pass role
//! with star in resource".

use std::collections::BTreeSet;
use std::sync::LazyLock;

use bailiwick_catalog::Catalog;

use super::granted_action::{ByAction, ByResource, Grant, RoleAction, is_for_known_services, literal_start};
use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::Statement;

pub(super) const CHECKS: &[PolicyCheck] = &[
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
        "A statement allows `iam:PassRole`, by its name, on a resource with a wildcard for the names of roles. Not where \
         the name begins with that of an AWS service, as the roles of many services do, nor where a condition says to which services, `iam:PassedToService`.",
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
         the name begins with that of an AWS service, nor where a condition says to which services, `iam:PassedToService`.",
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
         Not where the name begins with that of an AWS service, nor where a condition says to which services, `iam:PassedToService`.",
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
) -> PolicyCheck {
    PolicyCheck {
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
        let advice = if statement.has_condition_on("iam:PassedToService") {
            "A service that gets such a role acts with its permissions. The condition on `iam:PassedToService` leaves open which: name \
             the services there, or the roles in `Resource`."
        } else {
            "A service that gets such a role acts with its permissions. Name the roles, or the services in a condition on \
             `iam:PassedToService`."
        };
        grant.report(&PASS_ROLE, advice, report);
    }
}

/// The names of services: their prefixes, and their names without `Amazon` and `AWS`; in lower case, only letters and digits.
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
        .chain(OTHER_NAMES.map(str::to_owned))
        .collect()
});

/// What roles for parts of services are named by: VPC Flow Logs.
///
/// AWS: managed policy `NetworkAdministrator`.
const OTHER_NAMES: [&str; 1] = ["flowlogs"];

/// Names of services that are words of everyday, or stand for what every team has: a role that begins with one is as likely anyone's.
const EVERYDAY_NAMES: [&str; 54] = [
    "account",
    "activate",
    "artifact",
    "assurance",
    "backup",
    "batch",
    "billing",
    "budgets",
    "cases",
    "config",
    "connect",
    "deadline",
    "detective",
    "discovery",
    "events",
    "forecast",
    "freetier",
    "health",
    "iam",
    "inspector",
    "invoicing",
    "iq",
    "logs",
    "notifications",
    "one",
    "organizations",
    "outposts",
    "panorama",
    "partnercentral",
    "payments",
    "personalize",
    "pi",
    "pipes",
    "pricing",
    "profile",
    "q",
    "scheduler",
    "schemas",
    "shield",
    "signer",
    "signin",
    "sms",
    "sso",
    "startups",
    "sts",
    "support",
    "sustainability",
    "synthetics",
    "tag",
    "tax",
    "transfer",
    "transform",
    "translate",
    "wisdom",
];

fn letters_and_digits(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|character| character.to_ascii_lowercase()).collect()
}

/// Whether a pattern for roles begins with the name of a service, as a whole word: `ECSTask*`, `s3-*`. Before it there may be what AWS
/// puts before the names of roles that it makes, the path `service-role/`, `AWS` and `Amazon`; then it may be a word of everyday too. The
/// roles linked to a service have its principal in their path.
fn has_name_of_service(role: &str) -> bool {
    let role = literal_start(role);
    if let Some(linked) = role.strip_prefix("aws-service-role/") {
        return linked.contains(".amazonaws.com/");
    }
    let in_path = role.strip_prefix("service-role/");
    let name = in_path.unwrap_or(role);
    let of_aws = ["aws", "amazon"].iter().find_map(|of_aws| {
        let rest = name.get(of_aws.len()..)?;
        name[..of_aws.len()].eq_ignore_ascii_case(of_aws).then_some(rest)
    });
    of_aws.is_some_and(|rest| begins_with_service(rest.trim_start_matches(['-', '_']), true))
        || begins_with_service(name, in_path.is_some())
}

fn begins_with_service(name: &str, made_by_aws: bool) -> bool {
    let bytes = name.as_bytes();
    let mut word = String::new();
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'-' | b'_' => continue,
            _ if byte.is_ascii_alphanumeric() => word.push(char::from(byte.to_ascii_lowercase())),
            _ => return false,
        }
        let is_whole = bytes.get(at + 1).is_none_or(|next| !next.is_ascii_lowercase());
        let is_service = is_whole && NAMES_OF_SERVICES.contains(&word);
        if is_service && (made_by_aws || !EVERYDAY_NAMES.contains(&word.as_str())) {
            return true;
        }
        if word.len() > LONGEST_NAME {
            return false;
        }
    }
    false
}

/// No name of a service is longer.
const LONGEST_NAME: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_made_for_a_service_begin_with_its_name() {
        let named = [
            "kinesis-*",
            "flow-logs-*",
            "lambda-dynamodb-*",
            "lambda*",
            "CodeStarWorker*",
            "AWSDeepRacer*",
            "AWSBackup*",
            "AmazonSageMakerServiceCatalog*",
            "service-role/StatesExecutionRole*",
            "service-role/AWSConnect*",
            "StatesExecution*",
            "ECSTaskExecution*",
            "ec2-sysadmin-*",
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
            "account-*",
            "accounting-*",
            "tag-*",
            "profile-*",
            "payments-*",
            "health-app-*",
            "support*",
            "connect-*",
            "connector-*",
            "backup-*",
            "prod-admin-events*",
            "Admin-Lambda-*",
            "team-x-lambda-*",
            "*SageMaker*",
            "team/lambda-*",
            "OrganizationAccountAccessRole*",
            "aws-reserved/sso.amazonaws.com/*",
            "aws-reserved/*",
            "aws-service-role/*",
        ] {
            assert!(!has_name_of_service(role), "{role}");
        }
    }

    #[test]
    fn words_of_everyday_are_names_of_services() {
        for name in EVERYDAY_NAMES {
            assert!(NAMES_OF_SERVICES.contains(name), "{name}");
        }
        assert!(EVERYDAY_NAMES.is_sorted());
        assert!(NAMES_OF_SERVICES.iter().all(|name| name.len() <= LONGEST_NAME));
    }
}
