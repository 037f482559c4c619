//! AWS services as principals: how they are written, and on whose behalf they act.
//!
//! AWS: IAM User Guide, "AWS JSON policy elements: Principal" ("AWS service principals"), "The confused deputy problem", "AWS global
//! condition context keys"; AWS KMS Developer Guide, "kms:ViaService".

use bailiwick_grammar::{DiagnosticCode, PrincipalType, SetOperator};
use bailiwick_policy::{OperatorMeaning, Relation};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::{Report, listed};
use crate::subject::{Condition, Principal, Statement};

const WITH_PRINCIPALS: PolicyTypes = PolicyTypes::RESOURCE.or(PolicyTypes::TRUST);

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "INVALID_SERVICE_PRINCIPAL_FORMAT",
        finding_type: FindingType::Error,
        title: "Invalid service principal format",
        policy_types: PolicyTypes::ALL,
        trigger: "A service principal is not written as one, `SERVICE.amazonaws.com` in lower case or below another domain that AWS gives \
                  its services: a `Service` principal, or the value of a condition key that holds service principals, such as \
                  `iam:PassedToService`. A value of `kms:ViaService` also has a Region, `SERVICE.REGION.amazonaws.com`. Values with \
                  wildcards or policy variables are left alone.",
        example: Example {
            fires: r#"{"StringEquals": {"iam:PassedToService": "ec2"}}"#,
            silent: r#"{"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}"#,
        },
        grammar: &[DiagnosticCode::InvalidServicePrincipal],
        run: Run::Statement(invalid_service_principal_format),
    },
    PolicyCheck {
        code: "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        finding_type: FindingType::Error,
        title: "Unsupported condition key for service principal",
        policy_types: WITH_PRINCIPALS,
        trigger: "A statement names a `Service` principal and has a condition on a key that only requests of users, roles and accounts have: \
                  `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths`, `aws:PrincipalTag/…`, `aws:username`, `aws:FederatedProvider`, \
                  `aws:MultiFactorAuthPresent`, `aws:MultiFactorAuthAge`. `IfExists`, `ForAllValues` and `Null` reckon with its absence \
                  and are left alone.",
        example: Example {
            fires: r#""Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#,
            silent: r#""Condition": {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}"#,
        },
        grammar: &[],
        run: Run::Statement(unsupported_condition_key),
    },
    PolicyCheck {
        code: "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        finding_type: FindingType::SecurityWarning,
        title: "Restrict access to service principal",
        policy_types: WITH_PRINCIPALS,
        trigger: "A resource policy allows a `Service` principal, and no condition of the statement names a value for `aws:SourceArn`, \
                  `aws:SourceAccount`, `aws:SourceOrgID` or `aws:SourceOrgPaths`, nor for a key by which the service says otherwise on whose \
                  behalf it acts. With `IfExists`, with `ForAllValues` or as a pattern for everything it names none. In a role trust policy this is told only of services whose guides have such a condition in the trust \
                  policy: of the others, such as EC2 and Lambda, it is not known that they send the keys when they assume a role.",
        example: Example {
            fires: r#""Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::trail/*"}"#,
            silent: r#""Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}"#,
        },
        grammar: &[],
        run: Run::Statement(restrict_access),
    },
    PolicyCheck {
        code: "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        finding_type: FindingType::Suggestion,
        title: "Recommended condition key for service principal",
        policy_types: WITH_PRINCIPALS,
        trigger: "Where `RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL` would be told, but the statement names a value for a key that was used in place of \
                  the four: `aws:Referer` or `sts:ExternalId`.",
        example: Example {
            fires: r#""Condition": {"StringEquals": {"aws:Referer": "111122223333"}}"#,
            silent: r#""Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}"#,
        },
        grammar: &[],
        run: Run::Statement(recommended_condition_key),
    },
];

/// The condition keys whose values are service principals.
///
/// AWS: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, the pages of these services.
const SERVICE_PRINCIPAL_KEYS: [&str; 12] = [
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "config:ConfigurationRecorderServicePrincipal",
    "iam:AWSServiceName",
    "iam:PassedToService",
    "kms:GranteeServicePrincipal",
    "kms:RetiringServicePrincipal",
    "organizations:ServicePrincipal",
    "sts:AWSServiceName",
];

/// The domains below which services have their names: by partition, and a few of AWS itself.
const DOMAINS: [&str; 9] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".amazon.com",
    ".aws.internal",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".csp.hci.ic.gov",
    ".cloud.adc-e.uk",
];

/// The keys by which a service says on whose behalf it acts.
const SOURCE_KEYS: [&str; 4] = [
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
];

/// Keys that were used for the same before.
const SUBSTITUTES: [&str; 2] = ["aws:Referer", "sts:ExternalId"];

/// The keys that requests of a service principal do not have: those of an organization's members, of users, and of sign-in.
///
/// AWS: IAM User Guide, "AWS global condition context keys", "Properties of the principal", availability of each.
const KEYS_OF_IDENTITIES: [&str; 6] = [
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:username",
];

/// The services whose guides have a condition on `aws:SourceArn` or `aws:SourceAccount` in the trust policy of the role that they assume.
///
/// AWS publishes no list. A role reaches a service by `iam:PassRole`, which does not cross accounts, so that saying nothing of a service
/// that is missing here does little harm; saying something of one that does not send the keys would lead to a role that it cannot assume.
///
/// AWS: the guide of each, "Cross-service confused deputy prevention" or the page on its role.
const SEND_SOURCE_WHEN_ASSUMING: [&str; 16] = [
    "access-grants.s3",
    "appstream",
    "bedrock",
    "codebuild",
    "datazone",
    "ecs-tasks",
    "fis",
    "frauddetector",
    "iot",
    "personalize",
    "pipes",
    "scheduler",
    "ssm",
    "states",
    "transfer",
    "vpc-flow-logs",
];

fn is_one_of(key: &str, keys: &[&str]) -> bool {
    keys.iter().any(|one| key.eq_ignore_ascii_case(one))
}

fn begins_with(key: &str, prefix: &str) -> bool {
    key.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// The name of a service principal without its domain.
fn without_domain(text: &str) -> Option<&str> {
    let name = DOMAINS.iter().find_map(|domain| text.strip_suffix(domain))?;
    let is_label = |label: &str| {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        !label.is_empty() && label.chars().all(fits)
    };
    name.split('.').all(is_label).then_some(name)
}

/// Whether a label looks like a Region: `eu-west-1`, `us-gov-east-1`.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let letters = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    matches!(parts.as_slice(), [words @ .., number] if words.len() >= 2 && digits(number) && words.iter().all(letters))
}

/// Whether it is a service and, last, a Region.
fn is_service_and_region(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, last)| is_region(last))
}

fn invalid_service_principal_format(statement: &Statement<'_>, report: &mut Report<'_>) {
    // What the grammar refuses has its finding already.
    let services = services(statement).filter(|principal| principal.value.is_some());
    for principal in services.filter(|principal| without_domain(principal.text).is_none()) {
        report.at(principal.span, wrong_format(principal.text, "SERVICE.amazonaws.com"));
    }
    for condition in &statement.conditions {
        let via = condition.is_on("kms:ViaService");
        if !via && !is_one_of(condition.key, &SERVICE_PRINCIPAL_KEYS) {
            continue;
        }
        let relation = OperatorMeaning::of(condition.base_operator()).relation;
        if !matches!(relation, Relation::Equals | Relation::EqualsIgnoreCase | Relation::Like) {
            continue;
        }
        for (text, span) in condition.texts() {
            if text.contains(['*', '?']) || text.contains("${") {
                continue;
            }
            let lower = text.to_ascii_lowercase();
            let read = if relation == Relation::EqualsIgnoreCase {
                &lower
            } else {
                text
            };
            let name = without_domain(read);
            if via && !name.is_some_and(is_service_and_region) {
                report.at(span, wrong_format(text, "SERVICE.REGION.amazonaws.com"));
            } else if name.is_none() {
                report.at(span, wrong_format(text, "SERVICE.amazonaws.com"));
            }
        }
    }
}

fn wrong_format(text: &str, expected: &str) -> String {
    format!("`{text}` is not the name of a service principal here. Write it as `{expected}`, in lower case.")
}

fn services<'s, 'a>(statement: &'s Statement<'a>) -> impl Iterator<Item = &'s Principal<'a>> + use<'s, 'a> {
    let services = |principal: &&Principal<'_>| principal.principal_type == PrincipalType::Service;
    statement.principals.iter().filter(services)
}

fn unsupported_condition_key(statement: &Statement<'_>, report: &mut Report<'_>) {
    let Some(service) = services(statement).next().filter(|_| !statement.has_not_principal()) else {
        return;
    };
    for condition in &statement.conditions {
        let reckons = condition.operator.if_exists()
            || condition.set_operator() == Some(SetOperator::ForAllValues)
            || OperatorMeaning::of(condition.base_operator()).relation == Relation::Null;
        let never_there =
            is_one_of(condition.key, &KEYS_OF_IDENTITIES) || begins_with(condition.key, "aws:PrincipalTag/");
        if never_there && !reckons {
            let details = format!(
                "Requests of `{}` do not have `{}`. Remove the condition, or give the service a statement of its own with a condition on \
                 `aws:SourceOrgID`, `aws:SourceAccount` or `aws:SourceArn`.",
                service.text,
                condition.key.as_str()
            );
            report.at(condition.key.span, details).and(service.span);
        }
    }
}

/// The services that a statement allows without any of the keys that say on whose behalf they act.
fn unrestricted<'s, 'a>(statement: &'s Statement<'a>) -> impl Iterator<Item = &'s Principal<'a>> + use<'s, 'a> {
    let allows = statement.allows() && !statement.has_not_principal();
    let open = allows && services(statement).next().is_some() && !statement.conditions.iter().any(names_the_source);
    let in_trust_policy = statement.kinds.intersects(PolicyTypes::TRUST);
    services(statement)
        // What the grammar refuses has its finding already.
        .filter(move |principal| open && principal.value.is_some())
        .filter(move |principal| !in_trust_policy || sends_source_when_assuming(principal.text))
}

/// Whether a condition restricts on whose behalf a service acts.
fn names_the_source(condition: &Condition<'_>) -> bool {
    is_on_the_source(condition) && restricts(condition)
}

/// Whether a condition is on a key by which a service says on whose behalf it acts.
fn is_on_the_source(condition: &Condition<'_>) -> bool {
    let key = condition.key.as_str();
    // AWS KMS: the encryption context by which a service names the resource that it encrypts; AWS Lambda: the skill of Alexa.
    let own = begins_with(key, "kms:EncryptionContext:") || key.eq_ignore_ascii_case("lambda:EventSourceToken");
    own || is_one_of(key, &SOURCE_KEYS)
}

/// Whether a condition keeps out what does not have one of its values, and not every text is one.
fn restricts(condition: &Condition<'_>) -> bool {
    let relation = OperatorMeaning::of(condition.base_operator()).relation;
    let has_wildcards = matches!(relation, Relation::Like | Relation::Arn);
    condition.requires_values() && !(has_wildcards && condition.texts().any(|(text, _)| is_open(text)))
}

/// Whether a pattern stands for every text, or for every ARN of a partition.
fn is_open(pattern: &str) -> bool {
    let is_star = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte == b'*');
    let mut segments = pattern.splitn(6, ':');
    let first = segments.next().unwrap_or_default();
    match segments.next() {
        None => is_star(first),
        Some(_partition) => (first == "arn" || is_star(first)) && segments.all(is_star),
    }
}

fn sends_source_when_assuming(service: &str) -> bool {
    without_domain(service).is_some_and(|name| {
        let labels: Vec<&str> = name.split('.').filter(|label| !is_region(label)).collect();
        SEND_SOURCE_WHEN_ASSUMING.contains(&labels.join(".").as_str())
    })
}

fn substitute<'s, 'a>(statement: &'s Statement<'a>) -> Option<&'s Condition<'a>> {
    let is_substitute = |condition: &&Condition<'_>| is_one_of(condition.key, &SUBSTITUTES) && restricts(condition);
    statement.conditions.iter().find(is_substitute)
}

fn restrict_access(statement: &Statement<'_>, report: &mut Report<'_>) {
    if substitute(statement).is_some() {
        return;
    }
    let is_void = |condition: &Condition<'_>| is_on_the_source(condition) && condition.names_values();
    let advice = if statement.conditions.iter().any(is_void) {
        " `IfExists`, `ForAllValues` and patterns for everything let the others in."
    } else {
        ""
    };
    for principal in unrestricted(statement) {
        let details = format!(
            "`{}` can be made to act on behalf of any customer of AWS. Add a condition on `aws:SourceArn`, `aws:SourceAccount`, \
             `aws:SourceOrgID` or `aws:SourceOrgPaths` that names yours.{advice}",
            principal.text
        );
        report.at(principal.span, details);
    }
}

fn recommended_condition_key(statement: &Statement<'_>, report: &mut Report<'_>) {
    let Some(substitute) = substitute(statement) else {
        return;
    };
    let concerned: Vec<_> = unrestricted(statement).collect();
    let names: Vec<String> = concerned
        .iter()
        .map(|principal| format!("`{}`", principal.text))
        .collect();
    if let Some(names) = listed(&names, "and") {
        let details = format!(
            "`{}` was not made to tell on whose behalf a service acts. For {names} name your own in a condition on `aws:SourceArn`, \
             `aws:SourceAccount`, `aws:SourceOrgID` or `aws:SourceOrgPaths`.",
            substitute.key.as_str()
        );
        let finding = report.at(substitute.key.span, details);
        for principal in concerned {
            finding.and(principal.span);
        }
    }
}
