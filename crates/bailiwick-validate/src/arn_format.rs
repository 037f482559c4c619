//! The formats that the ARNs of a service have.

use std::sync::LazyLock;

use bailiwick_catalog::{ArnFormat, Catalog};
use bailiwick_grammar::Arn;

use crate::arn_pattern::{self, fits};

/// An ARN format of a resource type, in its segments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// The prefix of the service on whose page the format stands; empty where it stands on none.
    pub(crate) page: &'static str,
    /// The name of the resource type.
    pub(crate) resource_type: &'static str,
    /// The segments, with placeholders as `${BucketName}`.
    pub(crate) arn: Arn<'static>,
}

/// ARN formats that AWS uses and the Service Authorization Reference does not list, each with its resource type. What AWS offers to all
/// accounts has no account, or `aws`.
///
/// AWS: Systems Manager User Guide, public parameters, documents and automations; `CloudFormation` User Guide, transforms in "Control
/// access with AWS Identity and Access Management"; Security Hub User Guide, product integrations; the AWS managed policies for views of
/// Resource Explorer and for change tokens of AWS WAF Classic; Bedrock User Guide, "Global cross-Region inference"; `CodeArtifact` User
/// Guide, packages whose format has no namespaces; `CloudFormation` and Control Tower API References, `TypeArn` and `controlIdentifier`;
/// ECS Developer Guide, ARNs without the cluster, which old accounts and services still have; Network Firewall Developer Guide, managed
/// rule groups; `QuickSight` User Guide and API Reference, `CreateReader` and `ThemeArn`; SWF Developer Guide, "Amazon SWF IAM policies";
/// Well-Architected API Reference, `LensArn`.
const UNLISTED: [(&str, &str); 22] = [
    (
        "foundation-model",
        "arn:${Partition}:bedrock:::foundation-model/${ResourceId}",
    ),
    (
        "package",
        "arn:${Partition}:codeartifact:${Region}:${Account}:package/${DomainName}/${RepositoryName}/${PackageFormat}//${PackageName}",
    ),
    (
        "type",
        "arn:${Partition}:cloudformation:${Region}::type/${ExtensionType}/${ExtensionName}",
    ),
    (
        "control",
        "arn:${Partition}:controltower:${Region}::control/${ControlId}",
    ),
    (
        "container-instance",
        "arn:${Partition}:ecs:${Region}:${Account}:container-instance/${ContainerInstanceId}",
    ),
    (
        "service",
        "arn:${Partition}:ecs:${Region}:${Account}:service/${ServiceName}",
    ),
    ("task", "arn:${Partition}:ecs:${Region}:${Account}:task/${TaskId}"),
    (
        "stateful rule group",
        "arn:${Partition}:network-firewall:${Region}:aws-managed:stateful-rulegroup/${Name}",
    ),
    (
        "stateless rule group",
        "arn:${Partition}:network-firewall:${Region}:aws-managed:stateless-rulegroup/${Name}",
    ),
    ("group", "arn:${Partition}:quicksight::${Account}:group/${ResourceId}"),
    ("theme", "arn:${Partition}:quicksight::aws:theme/${ThemeId}"),
    ("user", "arn:${Partition}:quicksight::${Account}:user/${ResourceId}"),
    (
        "domain",
        "arn:${Partition}:swf:${Region}:${Account}:/domain/${DomainName}",
    ),
    ("lens", "arn:${Partition}:wellarchitected::aws:lens/${LensAlias}"),
    ("document", "arn:${Partition}:ssm:${Region}::document/${DocumentName}"),
    (
        "automation-definition",
        "arn:${Partition}:ssm:${Region}::automation-definition/${AutomationDefinitionName}:${VersionId}",
    ),
    (
        "parameter",
        "arn:${Partition}:ssm:${Region}::parameter/aws/${ParameterName}",
    ),
    (
        "transform",
        "arn:${Partition}:cloudformation:${Region}:aws:transform/${TransformName}",
    ),
    (
        "product",
        "arn:${Partition}:securityhub:${Region}::product/${Company}/${ProductId}",
    ),
    (
        "view",
        "arn:${Partition}:resource-explorer-2:${Region}::view/${ViewName}/service-view",
    ),
    ("change token", "arn:${Partition}:waf::${Account}:changetoken/${Token}"),
    (
        "change token",
        "arn:${Partition}:waf-regional:${Region}:${Account}:changetoken/${Token}",
    ),
];

/// Whether the service segment, which may have wildcards, is that of some service's ARNs.
pub(crate) fn is_service(segment: &str) -> bool {
    let named = Catalog::service(segment).is_some_and(|service| service.prefix() == segment);
    named || Catalog::arn_services().any(|service| arn_pattern::matches(segment, service))
}

/// [`UNLISTED`] in segments.
static UNLISTED_FORMATS: LazyLock<Vec<Format>> = LazyLock::new(|| {
    let formats = UNLISTED.iter().filter_map(|&(resource_type, format)| {
        Some(Format {
            page: "",
            resource_type,
            arn: arn_pattern::arn(format)?,
        })
    });
    formats.collect()
});

/// The formats that ARNs of the service have.
pub(crate) fn formats_of(service: &str) -> impl Iterator<Item = Format> {
    let listed = Catalog::arn_formats(service);
    let listed = (0..listed.len()).map(move |at| Format::from(&listed[at]));
    let unlisted = UNLISTED_FORMATS.iter().copied();
    listed.chain(unlisted.filter(move |format| format.arn.service == service))
}

impl From<&ArnFormat> for Format {
    fn from(format: &ArnFormat) -> Self {
        Self {
            page: format.resource_type().service().prefix(),
            resource_type: format.resource_type().name(),
            arn: Arn {
                partition: format.partition(),
                service: format.service(),
                region: format.region(),
                account: format.account(),
                resource: format.resource(),
            },
        }
    }
}

/// Those that the last segment of the ARN fits.
pub(crate) fn fitting(arn: &Arn<'_>) -> Vec<Format> {
    formats_of(arn.service)
        .filter(|format| fits(arn.resource, format.arn.resource))
        .collect()
}
