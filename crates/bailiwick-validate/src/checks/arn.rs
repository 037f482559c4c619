//! The ARNs of `Resource` and `NotResource`: their prefix, partition, service, Region, account and the resource itself.
//!
//! AWS: Service Authorization Reference, "Resource types" table of each service, for the formats that a service's ARNs have; IAM User
//! Guide, "IAM JSON policy elements: Resource". A pattern is wrong where no ARN at all can match it: `*`, `?` and policy variables may
//! stand for what fits. Of a service that does not exist only `INVALID_SERVICE` is told.

use bailiwick_catalog::{Catalog, Region};
use bailiwick_grammar::{Arn, DiagnosticCode, PARTITIONS};

use crate::arn_format::{Format, formats_of, is_service};
use crate::arn_pattern::{self, fits, is_pattern};
use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::nearest::Advice;
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Document, Resource, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "INVALID_ARN_PREFIX",
        finding_type: FindingType::Error,
        title: "Invalid ARN prefix",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "A resource is neither `*` nor begins with `arn:`. The policies of APIs of Amazon API Gateway may write \
                  `execute-api:/` instead.",
        example: Example {
            fires: r#""Resource": "s3:::acme-reports""#,
            silent: r#""Resource": "arn:aws:s3:::acme-reports""#,
        },
        grammar: &[DiagnosticCode::InvalidArnPrefix],
        run: Run::Resource(invalid_arn_prefix),
    },
    PolicyCheck {
        code: "MISSING_ARN_FIELD",
        finding_type: FindingType::Error,
        title: "Missing ARN field",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "An ARN has no service, or fewer than six fields where that is not allowed: in a resource control policy; in a service \
                  control policy without `*` at the end; in a policy of a bucket, an access point or a table; in another resource policy \
                  without any wildcard; in any policy where `::`, or what stands in the place of the Region or of the account, shows that a \
                  colon was forgotten.",
        example: Example {
            fires: r#""Resource": "arn:aws:s3::acme-reports""#,
            silent: r#""Resource": "arn:aws:s3:::acme-reports""#,
        },
        grammar: &[DiagnosticCode::MissingArnField],
        run: Run::Resource(missing_arn_field),
    },
    PolicyCheck {
        code: "INVALID_PARTITION",
        finding_type: FindingType::Error,
        title: "Invalid partition",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "The partition of an ARN does not exist, or is a pattern that fits none.",
        example: Example {
            fires: r#""Resource": "arn:aws-china:s3:::acme-reports""#,
            silent: r#""Resource": "arn:aws-cn:s3:::acme-reports""#,
        },
        grammar: &[DiagnosticCode::InvalidPartition],
        run: Run::Resource(invalid_partition),
    },
    PolicyCheck {
        code: "INVALID_SERVICE",
        finding_type: FindingType::Error,
        title: "Invalid service",
        policy_types: PolicyTypes::ALL,
        trigger: "No service has the name that an ARN has in its third field, nor the name that is the prefix of a condition key.",
        example: Example {
            fires: r#""Resource": "arn:aws:dynamo:eu-west-1:111122223333:table/Orders""#,
            silent: r#""Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders""#,
        },
        grammar: &[],
        run: Run::Document(invalid_service),
    },
    PolicyCheck {
        code: "INVALID_ARN_SERVICE_CASE",
        finding_type: FindingType::Error,
        title: "Invalid ARN service case",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "The service of an ARN is written with capital letters. In ARNs case matters.",
        example: Example {
            fires: r#""Resource": "arn:aws:SQS:eu-west-1:111122223333:orders""#,
            silent: r#""Resource": "arn:aws:sqs:eu-west-1:111122223333:orders""#,
        },
        grammar: &[],
        run: Run::Resource(invalid_arn_service_case),
    },
    PolicyCheck {
        code: "INVALID_ARN_RESOURCE",
        finding_type: FindingType::Error,
        title: "Invalid ARN resource",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "The last field of an ARN fits none of the ARN formats that the service has for its resources. Services without any \
                  resource type are left out.",
        example: Example {
            fires: r#""Resource": "arn:aws:dynamodb:eu-west-1:111122223333:tables/Orders""#,
            silent: r#""Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders""#,
        },
        grammar: &[DiagnosticCode::InvalidArnResource],
        run: Run::Resource(invalid_arn_resource),
    },
    PolicyCheck {
        code: "ARN_REGION_NOT_ALLOWED",
        finding_type: FindingType::Error,
        title: "ARN Region not allowed",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "An ARN has a Region, and the resources that it can name, by its last field, have none in their ARNs.",
        example: Example {
            fires: r#""Resource": "arn:aws:s3:eu-west-1::acme-reports/*""#,
            silent: r#""Resource": "arn:aws:s3:::acme-reports/*""#,
        },
        grammar: &[DiagnosticCode::RegionNotAllowed],
        run: Run::Resource(arn_region_not_allowed),
    },
    PolicyCheck {
        code: "MISSING_ARN_REGION",
        finding_type: FindingType::Error,
        title: "Missing ARN Region",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "An ARN has no Region, and every resource that it can name, by its last field, has one in its ARN.",
        example: Example {
            fires: r#""Resource": "arn:aws:sqs::111122223333:orders""#,
            silent: r#""Resource": "arn:aws:sqs:*:111122223333:orders""#,
        },
        grammar: &[],
        run: Run::Resource(missing_arn_region),
    },
    PolicyCheck {
        code: "INVALID_ARN_REGION",
        finding_type: FindingType::Error,
        title: "Invalid ARN Region",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "The Region of an ARN does not exist, or not in the ARN's partition, or is not the one in which the resource is.",
        example: Example {
            fires: r#""Resource": "arn:aws:sqs:eu-west-9:111122223333:orders""#,
            silent: r#""Resource": "arn:aws:sqs:eu-west-1:111122223333:orders""#,
        },
        grammar: &[],
        run: Run::Resource(invalid_arn_region),
    },
    PolicyCheck {
        code: "ARN_ACCOUNT_NOT_ALLOWED",
        finding_type: FindingType::Error,
        title: "ARN account not allowed",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "An ARN has an account, and the resources that it can name, by its last field, have none in their ARNs.",
        example: Example {
            fires: r#""Resource": "arn:aws:s3::111122223333:acme-reports""#,
            silent: r#""Resource": "arn:aws:s3:::acme-reports""#,
        },
        grammar: &[],
        run: Run::Resource(arn_account_not_allowed),
    },
    PolicyCheck {
        code: "MISSING_ARN_ACCOUNT",
        finding_type: FindingType::Error,
        title: "Missing ARN account",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "An ARN has no account, and every resource that it can name, by its last field, has one in its ARN.",
        example: Example {
            fires: r#""Resource": "arn:aws:sqs:eu-west-1::orders""#,
            silent: r#""Resource": "arn:aws:sqs:eu-west-1:111122223333:orders""#,
        },
        grammar: &[],
        run: Run::Resource(missing_arn_account),
    },
    PolicyCheck {
        code: "INVALID_ARN_ACCOUNT",
        finding_type: FindingType::Error,
        title: "Invalid ARN account",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "The account of an ARN is neither twelve digits, nor `aws` where the service has resources that AWS owns, nor what the resource has there, nor a \
                  pattern that fits one of them.",
        example: Example {
            fires: r#""Resource": "arn:aws:sqs:eu-west-1:1111-2222-3333:orders""#,
            silent: r#""Resource": "arn:aws:sqs:eu-west-1:111122223333:orders""#,
        },
        grammar: &[],
        run: Run::Resource(invalid_arn_account),
    },
];

fn invalid_arn_prefix(_: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    let text = resource.text.as_str();
    if text == "*" || text.starts_with("arn:") || text.starts_with("execute-api:/") {
        return;
    }
    let remedy = if text.contains(|c| !matches!(c, '*' | '?' | ':')) || text.is_empty() {
        "Begin it with `arn:`, as `arn:aws:s3:::bucket`."
    } else {
        "Write `*`."
    };
    let details = format!("Resource `{text}` is neither `*` nor an ARN. {remedy}");
    report.at(resource.text.span, details);
}

/// In resource policies; of the others the grammar knows.
fn missing_arn_field(statement: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    let text = resource.text.as_str();
    if !statement.kinds.intersects(PolicyTypes::RESOURCE) || !text.starts_with("arn:") {
        return;
    }
    let no_service = arn_pattern::segments(text).nth(2).is_none_or(str::is_empty);
    let of_known_type = statement.policy_type.resource_type().is_some();
    let too_short = resource.arn.is_none() && (of_known_type || !is_pattern(text) || has_forgotten_colon(text));
    if no_service || too_short {
        let details = format!(
            "`{text}` lacks a field of an ARN. Write all six: `arn:partition:service:region:account:resource`."
        );
        report.at(resource.text.span, details);
    }
}

/// Whether a shortened ARN is one by a slip: a field is empty, or no Region or no account can be where one should.
fn has_forgotten_colon(text: &str) -> bool {
    let mut fields = arn_pattern::segments(text).skip(3);
    let (region, account) = (fields.next().unwrap_or("*"), fields.next().unwrap_or("*"));
    let is_region = (Region::ALL.iter()).any(|known| arn_pattern::matches(region, known.name()));
    !is_region || !(arn_pattern::can_be_account(account) || arn_pattern::matches(account, OWNED_BY_AWS))
}

/// Shortened ARNs too have a partition. A policy variable, such as a `${AWS::Partition}` that nobody filled in, is none.
fn invalid_partition(_: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    let mut segments = arn_pattern::segments(resource.text.as_str());
    let (Some("arn"), Some(partition)) = (segments.next(), segments.next()) else {
        return;
    };
    if partition.contains("${") || !PARTITIONS.iter().any(|known| arn_pattern::matches(partition, known)) {
        let details = format!(
            "There is no partition `{partition}`. Use one of {}.",
            quoted(PARTITIONS)
        );
        report.at(resource.text.place_of(partition), details);
    }
}

/// Services that AWS managed policies name exist, as they do in actions.
fn invalid_service(document: &Document<'_>, report: &mut Report<'_>) {
    let mut advice = Advice::default();
    for statement in &document.statements {
        for resource in &statement.resources {
            let Some(service) = resource.arn_service else {
                continue;
            };
            if !resource.is_of_a_service() && in_lower_case(service).is_none() && !Catalog::is_unlisted_service(service)
            {
                let remedy = advice.meant_service(service).map_or_else(
                    || "Write the service prefix of the resource, as `s3`.".to_owned(),
                    |meant| format!("Did you mean `{meant}`?"),
                );
                let details = format!("There is no service `{service}`. {remedy}");
                report.at(resource.text.place_of(service), details);
            }
        }
        for condition in &statement.conditions {
            let prefix = condition.key_prefix();
            let exists = condition.known.is_some()
                || Catalog::is_condition_key_prefix(prefix)
                || Catalog::is_unlisted_service(prefix);
            if !exists && !prefix.is_empty() {
                let remedy = advice.meant_service(prefix).map_or_else(
                    || "Begin the key with `aws:` or the prefix of a service.".to_owned(),
                    |meant| format!("Did you mean `{meant}`?"),
                );
                let details = format!(
                    "There is no service `{prefix}`, so there is no condition key `{}`. {remedy}",
                    condition.key.as_str()
                );
                report.at(condition.key.span, details);
            }
        }
    }
}

fn invalid_arn_service_case(_: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    let Some(service) = resource.arn_service.filter(|_| !resource.is_of_a_service()) else {
        return;
    };
    if let Some(lower) = in_lower_case(service) {
        let details = format!("The case of letters matters in ARNs. Write `{lower}` instead of `{service}`.");
        report.at(resource.text.place_of(service), details);
    }
}

/// What an ARN of IAM names is known to the grammar too, which speaks first.
fn invalid_arn_resource(_: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    let Some(arn) = &resource.arn else {
        return;
    };
    if !resource.formats().is_empty() || formats_of(arn.service).next().is_none() {
        return;
    }
    if arn.resource.is_empty() {
        let details =
            "The last field of the ARN is empty, so it matches nothing. Name the resource there, or write `*`.";
        report.at(resource.text.span, details);
        return;
    }
    let likely = likely_format(arn).map_or_else(|| some_formats(arn.service), |format| format!("`{format}`"));
    let details = format!(
        "`{}` fits no ARN format of the service `{}`. Write the resource as one of them has it, as {likely}.",
        arn.resource, arn.service
    );
    report.at(resource.text.place_of(arn.resource), details);
}

fn arn_region_not_allowed(_: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    if let Some((arn, Fault::NotAllowed, named)) = region_fault(resource) {
        let details = format!("An ARN of the type `{named}` has no Region. Remove `{}`.", arn.region);
        report.at(resource.text.place_of(arn.region), details);
    }
}

fn missing_arn_region(_: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    if let Some((_, Fault::Missing, named)) = region_fault(resource) {
        let details = format!("An ARN of the type `{named}` has a Region. Put it, or `*`, after the third colon.");
        report.at(resource.text.span, details);
    }
}

fn invalid_arn_region(_: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    let Some(arn) = resource.arn.as_ref().filter(|_| resource.is_of_a_service()) else {
        return;
    };
    let fault = region_fault(resource);
    if let Some((_, Fault::Other(format), named)) = fault {
        let details = format!(
            "An ARN of the type `{named}` has the Region `{}`. Write it instead of `{}`.",
            format.region, arn.region
        );
        report.at(resource.text.place_of(arn.region), details);
        return;
    }
    // Events of AWS Health have the Region `global`, and their format says `*`.
    let any_text = || resource.formats().iter().any(|format| format.arn.region == "*");
    if fault.is_some() || arn.region.is_empty() || is_region(arn) || any_text() {
        return;
    }
    let details = match Catalog::region(arn.region) {
        Some(region) => format!(
            "The Region `{}` is in the partition `{}`, not in `{}`. Change one of the two.",
            arn.region,
            region.partition(),
            arn.partition
        ),
        None => format!(
            "There is no Region `{}`. Write the code of a Region, as `eu-west-1`, or `*`.",
            arn.region
        ),
    };
    report.at(resource.text.place_of(arn.region), details);
}

fn arn_account_not_allowed(_: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    if let Some((arn, Fault::NotAllowed, named)) = account_fault(resource) {
        let details = format!("An ARN of the type `{named}` has no account. Remove `{}`.", arn.account);
        report.at(resource.text.place_of(arn.account), details);
    }
}

fn missing_arn_account(_: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    if let Some((_, Fault::Missing, named)) = account_fault(resource) {
        let details =
            format!("An ARN of the type `{named}` has an account. Put its 12 digits, or `*`, after the fourth colon.");
        report.at(resource.text.span, details);
    }
}

fn invalid_arn_account(_: &Statement<'_>, resource: &Resource<'_>, report: &mut Report<'_>) {
    let Some(arn) = resource.arn.as_ref().filter(|_| resource.is_of_a_service()) else {
        return;
    };
    let fault = account_fault(resource);
    if let Some((_, Fault::Other(format), named)) = fault {
        let details = format!(
            "An ARN of the type `{named}` has `{}` for its account. Write it instead of `{}`.",
            format.account, arn.account
        );
        report.at(resource.text.place_of(arn.account), details);
        return;
    }
    let owned_by_aws = WITH_RESOURCES_OF_AWS.contains(&arn.service) && arn_pattern::matches(arn.account, OWNED_BY_AWS);
    let is_account = || arn_pattern::can_be_account(arn.account) || owned_by_aws;
    let is_literal = || {
        resource
            .formats()
            .iter()
            .any(|format| fits(arn.account, format.arn.account) && !is_pattern(format.arn.account))
    };
    if fault.is_none() && !arn.account.is_empty() && !is_account() && !is_literal() {
        let details = format!(
            "`{}` is not an account id. Write the 12 digits of an account, or `*`.",
            arn.account
        );
        report.at(resource.text.place_of(arn.account), details);
    }
}

/// The account of what AWS itself owns, such as its managed policies.
const OWNED_BY_AWS: &str = "aws";

/// The services some of whose resources AWS owns; not those whose ARN formats say so.
///
/// AWS: the AWS managed policies for prefix lists of EC2, permissions of AWS RAM and the public hub of `SageMaker`; IAM User Guide, "AWS
/// managed policies"; Bedrock User Guide, sample blueprints of Data Automation; Comprehend Developer Guide, "Trust and safety"; EC2 Image
/// Builder User Guide, "Manage components"; Lambda Developer Guide, network connectors of `MicroVMs`; Multi-party approval User Guide,
/// "Create an approval team"; `QuickSight` API Reference, `ThemeArn`.
const WITH_RESOURCES_OF_AWS: [&str; 10] = [
    "bedrock",
    "comprehend",
    "ec2",
    "iam",
    "imagebuilder",
    "lambda",
    "mpa",
    "quicksight",
    "ram",
    "sagemaker",
];

/// What is wrong with the Region or the account of an ARN.
#[derive(Clone, Copy)]
enum Fault {
    /// It is empty, and no resource of that form has none.
    Missing,
    /// It is there, and no resource of that form has one.
    NotAllowed,
    /// It is another than that of this format.
    Other(Arn<'static>),
}

fn region_fault<'a>(resource: &'a Resource<'_>) -> Option<(&'a Arn<'a>, Fault, &'static str)> {
    let arn = resource.arn.as_ref()?;
    let (fault, named) = fault(resource.formats(), arn.region, |format| format.region)?;
    Some((arn, fault, named))
}

/// Of the formats that the Region fits, where there are such.
fn account_fault<'a>(resource: &'a Resource<'_>) -> Option<(&'a Arn<'a>, Fault, &'static str)> {
    let arn = resource.arn.as_ref()?;
    let in_region: Vec<Format> = (resource.formats().iter())
        .filter(|format| fits(arn.region, format.arn.region))
        .copied()
        .collect();
    let formats = if in_region.is_empty() {
        resource.formats()
    } else {
        &in_region
    };
    let (fault, named) = fault(formats, arn.account, |format| format.account)?;
    Some((arn, fault, named))
}

/// Why a segment fits none of the formats, of which there must be one.
fn fault(
    formats: &[Format],
    segment: &str,
    of: impl Fn(&Arn<'static>) -> &'static str,
) -> Option<(Fault, &'static str)> {
    let mut first: Option<&Format> = None;
    for format in formats {
        if fits(segment, of(&format.arn)) {
            return None;
        }
        // The first that has something there speaks for all; failing that, the first.
        if first.is_none_or(|before| of(&before.arn).is_empty()) && (first.is_none() || !of(&format.arn).is_empty()) {
            first = Some(format);
        }
    }
    let format = first?;
    let fault = match (segment, of(&format.arn)) {
        ("", _) => Fault::Missing,
        (_, "") => Fault::NotAllowed,
        _ => Fault::Other(format.arn),
    };
    Some((fault, format.resource_type))
}

/// The service segment in lower case, where that makes it one of a service.
fn in_lower_case(service: &str) -> Option<String> {
    let has_capitals = service.bytes().any(|byte| byte.is_ascii_uppercase());
    has_capitals
        .then(|| service.to_ascii_lowercase())
        .filter(|lower| is_service(lower))
}

/// Whether the Region segment fits a Region of the ARN's partition.
fn is_region(arn: &Arn<'_>) -> bool {
    let mut regions = Region::ALL.iter();
    regions.any(|region| {
        arn_pattern::matches(arn.region, region.name()) && arn_pattern::matches(arn.partition, region.partition())
    })
}

/// The format of the service that begins most like the ARN's last segment, where one does or the service has no other. Of several, one
/// with as many parts, and the shortest.
fn likely_format(arn: &Arn<'_>) -> Option<&'static str> {
    let alike = |format: &Format| {
        let pairs = arn.resource.bytes().zip(format.arn.resource.bytes());
        pairs
            .take_while(|(left, right)| left.eq_ignore_ascii_case(right))
            .count()
    };
    let slashes = |text: &str| text.bytes().filter(|&byte| byte == b'/').count();
    let parts = slashes(arn.resource);
    let only = formats_of(arn.service).nth(1).is_none();
    let likely = formats_of(arn.service).max_by_key(|format| {
        let format_text = format.arn.resource;
        let has_as_many = slashes(format_text) == parts;
        (alike(format), has_as_many, std::cmp::Reverse(format_text.len()))
    })?;
    (only || alike(&likely) > 0).then_some(likely.arn.resource)
}

/// The resource part of the three shortest formats of the service.
fn some_formats(service: &str) -> String {
    let mut formats: Vec<&str> = formats_of(service).map(|format| format.arn.resource).collect();
    formats.sort_by_key(|format| (format.len(), *format));
    formats.dedup();
    formats.truncate(3);
    let last = formats.pop().map(|last| format!("`{last}`")).unwrap_or_default();
    if formats.is_empty() {
        return last;
    }
    format!("{} or {last}", quoted(formats))
}

fn quoted<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| format!("`{text}`")).collect();
    texts.join(", ")
}
