//! Which requests have which condition keys: the services and actions that a condition is of use for.
//!
//! AWS: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, "Actions" of each service.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use bailiwick_catalog::{Action, Catalog, ConditionKey, Service};
use bailiwick_grammar::{ConditionOperator, Span};
use bailiwick_policy::parse_bool;

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{self, Condition, Document, Statement, compare_names};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES",
        finding_type: FindingType::Warning,
        title: "Use condition key only with supported services",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition is on `aws:VpceAccount`, `aws:VpceOrgID` or `aws:VpceOrgPaths`, and the statement is also about actions of \
                  services whose requests do not have that key: it has `NotAction`, `*`, an action of a service that AWS does not list \
                  for the key, or `iam:PassRole`.",
        example: Example {
            fires: r#""Action": ["s3:*", "sns:*"]"#,
            silent: r#""Action": ["s3:*", "sqs:*"]"#,
        },
        grammar: &[],
        run: Run::Statement(only_with_supported_services),
    },
    PolicyCheck {
        code: "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        finding_type: FindingType::Error,
        title: "Unsupported action for condition key",
        policy_types: PolicyTypes::ALL,
        trigger: "`Action` names an action, without wildcards, that does not support a condition key of a service in the same statement: \
                  the Service Authorization Reference lists the key neither for the action nor for a resource type of it, \
                  but for other actions. Left out are conditions with `IfExists` and conditions that the key is missing; properties of the \
                  session; and the keys of AWS Marketplace, of which that reference does not tell enough.",
        example: Example {
            fires: r#""Action": ["s3:ListBucket", "s3:GetObject"]"#,
            silent: r#""Action": ["s3:ListBucket", "s3:ListBucketVersions"]"#,
        },
        grammar: &[],
        run: Run::Document(unsupported_action),
    },
];

/// The services whose requests through a VPC endpoint have `aws:VpceAccount`, `aws:VpceOrgID` and `aws:VpceOrgPaths`. Of IAM this does
/// not include `iam:PassRole`.
///
/// AWS: IAM User Guide, "AWS global condition context keys", `aws:VpceAccount`.
const VPC_ENDPOINT_OWNER_SERVICES: [&str; 39] = [
    "acm-pca",
    "applicationinsights",
    "apprunner",
    "athena",
    "cloudformation",
    "comprehendmedical",
    "compute-optimizer",
    "datasync",
    "discovery",
    "dynamodb",
    "ebs",
    "ecr",
    "ecs",
    "firehose",
    "gamelift",
    "healthlake",
    "iam",
    "iotfleetwise",
    "iotwireless",
    "kinesisanalytics",
    "kms",
    "lambda",
    "medical-imaging",
    "omics",
    "payment-cryptography",
    "polly",
    "rbin",
    "rekognition",
    "route53",
    "s3",
    "scheduler",
    "servicediscovery",
    "servicequotas",
    "shield",
    "ssm-contacts",
    "storagegateway",
    "textract",
    "transcribe",
    "transfer",
];

/// The services that have `aws:VpceOrgID` besides.
///
/// AWS: IAM User Guide, "AWS global condition context keys", `aws:VpceOrgID`.
const VPC_ENDPOINT_ORGANIZATION_SERVICES: [&str; 13] = [
    "b2bi",
    "cassandra",
    "cognito-identity",
    "dms",
    "ds-data",
    "identitystore",
    "iottwinmaker",
    "network-firewall",
    "pricing",
    "ses",
    "sms-voice",
    "sqs",
    "workmail",
];

/// Keys of services that are properties of a role session, so that every action has them.
///
/// AWS: IAM User Guide, "AWS global condition context keys", "Properties of a role session".
const ROLE_SESSION_KEYS: [&str; 9] = [
    "codebuild:BuildArn",
    "codebuild:ProjectArn",
    "ec2:RoleDelivery",
    "ec2:SourceInstanceArn",
    "glue:CredentialIssuingService",
    "glue:RoleAssumedBy",
    "identitystore:UserId",
    "lambda:SourceFunctionArn",
    "ssm:SourceInstanceArn",
];

/// Services whose keys are in requests for more actions than the Service Authorization Reference lists them for: with
/// `aws-marketplace:ProductId` AWS's own policies limit `aws-marketplace:Subscribe`.
///
/// AWS: managed policies `ROSAManageSubscription` and `AmazonTimestreamInfluxDBFullAccess`.
const LOOSE_SERVICES: [&str; 1] = ["aws-marketplace"];

/// How many actions one finding points at.
const SHOWN: usize = 20;

fn only_with_supported_services(statement: &Statement<'_>, report: &mut Report<'_>) {
    const KEYS: [(&str, &[&str]); 3] = [
        ("aws:VpceAccount", &[]),
        ("aws:VpceOrgID", &VPC_ENDPOINT_ORGANIZATION_SERVICES),
        ("aws:VpceOrgPaths", &[]),
    ];
    for (key, more) in KEYS {
        if !statement.has_condition_on(key) {
            continue;
        }
        let Some((subject, places)) = beyond(statement, more) else {
            continue;
        };
        for condition in statement.conditions_on(key) {
            let details = format!(
                "Only some services have `{}` in their requests, and this statement is also about {subject}. \
                 Limit the statement to actions of services that have the key.",
                condition.key.as_str()
            );
            let finding = report.at(condition.key.span, details);
            for place in &places {
                finding.and(*place);
            }
        }
    }
}

/// What a statement is about beyond the services that know the owner of a VPC endpoint, and where. Services that the catalog does not
/// know are passed over.
fn beyond(statement: &Statement<'_>, more: &[&str]) -> Option<(String, Vec<Span>)> {
    if let Some(element) = statement.tree.action.as_ref().filter(|element| element.negated) {
        return Some(("all actions but some".to_owned(), vec![element.name.span]));
    }
    let supported =
        |service: &Service| VPC_ENDPOINT_OWNER_SERVICES.contains(&service.prefix()) || more.contains(&service.prefix());
    let outside = |action: &&subject::Action<'_>| match action.service {
        Some(service) => !supported(service) || is_pass_role(action),
        None => action.is_everything(),
    };
    let mut outside = statement.actions.iter().filter(outside);
    let first = outside.next()?;
    let subject = format!("`{}`", first.pattern.as_str());
    let rest = outside.take(SHOWN - 1).map(|action| action.pattern.span);
    Some((subject, std::iter::once(first.pattern.span).chain(rest).collect()))
}

fn is_pass_role(action: &subject::Action<'_>) -> bool {
    action
        .action
        .is_some_and(|action| action.service().prefix() == "iam" && action.name() == "PassRole")
}

/// The part of a key that is the same for all that its template stands for. The reference writes some templates in two ways, as
/// `sagemaker:ResourceTag/${TagKey}` and `sagemaker:ResourceTag/`.
fn family(name: &str) -> &str {
    let template = name.find(['$', '<']);
    let tag = (name.match_indices('/')).find(|&(at, _)| {
        (name.as_bytes()[..at].last_chunk()).is_some_and(|word: &[u8; 3]| word.eq_ignore_ascii_case(b"tag"))
    });
    let end = tag.map(|(at, _)| at + 1).into_iter().chain(template).min();
    end.map_or(name, |end| &name[..end])
}

/// Whether a service keeps a key to those of its actions that the reference lists it for. It does not where the key is on the service's
/// page and is listed for none. A key that is on no page of the service is of another service; or an identity provider has set it as a
/// property of the session, which every request has.
fn keeps_to_some(service: &'static Service, key: &ConditionKey) -> bool {
    let wanted = family(key.name());
    let is_wanted = |key: &ConditionKey| {
        let start = key.name().get(..wanted.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(wanted)) && family(key.name()).len() == wanted.len()
    };
    if service.condition_keys().iter().any(is_wanted) {
        (service.actions().iter()).any(|action| action.every_condition_key().iter().any(|key| is_wanted(key)))
    } else {
        Catalog::service(key.name().split(':').next().unwrap_or_default()).is_some()
    }
}

/// The actions of a statement that are named without wildcards, each once, and which of some keys their requests have.
struct NamedActions {
    /// The families of the keys that are asked for. INVARIANT: in order, case aside.
    wanted: Vec<&'static str>,
    /// In order.
    actions: Vec<NamedAction>,
    /// By service.
    services: BTreeMap<&'static str, NamedService>,
}

struct NamedAction {
    action: &'static Action,
    place: Span,
    /// Places in the wanted families, in order.
    families: Vec<usize>,
}

struct NamedService {
    service: &'static Service,
    actions: usize,
    /// How many of the actions have a key of each wanted family.
    supporting: Vec<usize>,
}

impl NamedActions {
    fn of(statement: &Statement<'_>, keys: impl Iterator<Item = &'static ConditionKey>) -> Self {
        let mut wanted: Vec<&str> = keys.map(|key| family(key.name())).collect();
        wanted.sort_unstable_by(|a, b| compare_names(a, b));
        wanted.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        let mut named = Self {
            wanted,
            actions: Vec::new(),
            services: BTreeMap::new(),
        };
        let mut seen = HashSet::new();
        for entry in &statement.actions {
            let Some(action) = entry.action else { continue };
            let service = action.service();
            if !seen.insert((service.prefix(), action.name())) {
                continue;
            }
            let mut families: Vec<usize> = (action.every_condition_key().iter())
                .filter_map(|key| named.place_of(family(key.name())))
                .collect();
            families.sort_unstable();
            families.dedup();
            let of_service = named.services.entry(service.prefix()).or_insert_with(|| NamedService {
                service,
                actions: 0,
                supporting: vec![0; named.wanted.len()],
            });
            of_service.actions += 1;
            for &family in &families {
                of_service.supporting[family] += 1;
            }
            named.actions.push(NamedAction {
                action,
                place: entry.pattern.span,
                families,
            });
        }
        named
    }

    /// The place of a family among those that are asked for.
    fn place_of(&self, family: &str) -> Option<usize> {
        self.wanted
            .binary_search_by(|wanted| compare_names(wanted, family))
            .ok()
    }

    /// Those whose requests do not have the key: the first of them, and how many there are.
    fn without(&self, key: &'static ConditionKey, kept: &mut Kept) -> (Vec<&NamedAction>, usize) {
        let Some(wanted) = self.place_of(family(key.name())) else {
            return (Vec::new(), 0);
        };
        let mut count = 0;
        let mut lacking = BTreeSet::new();
        for (prefix, of_service) in &self.services {
            let missing = of_service.actions - of_service.supporting[wanted];
            let keeps = missing > 0
                && *(kept.entry((prefix, key.name()))).or_insert_with(|| keeps_to_some(of_service.service, key));
            if keeps {
                count += missing;
                lacking.insert(*prefix);
            }
        }
        if count == 0 {
            return (Vec::new(), 0);
        }
        let first = (self.actions.iter())
            .filter(|named| lacking.contains(named.action.service().prefix()) && !named.families.contains(&wanted))
            .take(SHOWN);
        (first.collect(), count)
    }
}

/// Which services keep which keys to some of their actions, as far as it was asked for.
type Kept = HashMap<(&'static str, &'static str), bool>;

fn unsupported_action(document: &Document<'_>, report: &mut Report<'_>) {
    let mut kept = Kept::new();
    for statement in &document.statements {
        let conditions = service_conditions(statement);
        if conditions.is_empty() || statement.has_not_action() {
            continue;
        }
        let named = NamedActions::of(statement, conditions.iter().map(|(key, _)| *key));
        for (key, condition) in conditions {
            let (first, count) = named.without(key, &mut kept);
            report_unsupported(condition, &first, count, report);
        }
    }
}

/// The conditions whose keys are kept to some actions, one for each key; not those that are met where the key is missing.
fn service_conditions<'s, 'a>(statement: &'s Statement<'a>) -> Vec<(&'static ConditionKey, &'s Condition<'a>)> {
    let of_all_actions = |condition: &Condition<'_>| {
        let prefix = condition.key_prefix();
        condition.is_global()
            || ROLE_SESSION_KEYS.iter().any(|key| condition.is_on(key))
            || (LOOSE_SERVICES.iter()).any(|service| prefix.eq_ignore_ascii_case(service))
    };
    let mut seen = HashSet::new();
    (statement.conditions.iter())
        .filter(|condition| !of_all_actions(condition) && !expects_absence(condition))
        .filter_map(|condition| Some((condition.known?, condition)))
        .filter(|(key, _)| seen.insert(key.name()))
        .collect()
}

/// Whether a condition says what is to be when the key is missing.
fn expects_absence(condition: &Condition<'_>) -> bool {
    let null = condition.base_operator() == ConditionOperator::Null;
    condition.operator.if_exists() || (null && condition.texts().all(|(text, _)| parse_bool(text) == Some(true)))
}

fn report_unsupported(condition: &Condition<'_>, actions: &[&NamedAction], count: usize, report: &mut Report<'_>) {
    let Some((first, rest)) = actions.split_first() else {
        return;
    };
    let mut names: Vec<String> = actions.iter().map(|named| format!("`{}`", named.action)).collect();
    if count > names.len() {
        names.push(format!("{} more", count - names.len()));
    }
    let details = format!(
        "Requests for {} do not have `{}`. Move these actions to a statement without this condition.",
        names.join(", "),
        condition.key.as_str()
    );
    let finding = report.at(first.place, details);
    for named in rest {
        finding.and(named.place);
    }
    finding.and(condition.values.span);
}
