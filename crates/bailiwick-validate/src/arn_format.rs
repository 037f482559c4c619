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
/// Resource Explorer and for change tokens of AWS WAF Classic.
const UNLISTED: [(&str, &str); 8] = [
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
