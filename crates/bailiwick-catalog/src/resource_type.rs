//! Resource types: what an action acts on, and the shape of its ARN.

use std::fmt;

use crate::arn_format;
use crate::{ConditionKey, Service};

/// A kind of resource that a service defines, such as the `bucket` and the `object` of Amazon S3.
///
/// AWS: Service Authorization Reference, "Resource types" table of each service.
pub struct ResourceType {
    service: &'static Service,
    name: &'static str,
    arn_formats: &'static str,
    condition_keys: &'static str,
}

impl ResourceType {
    /// The service on whose page the type stands. Its ARN may name another: a `role` of AWS STS is one of IAM.
    pub fn service(&self) -> &'static Service {
        self.service
    }

    /// The name as AWS spells it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The ARN format, with placeholders as `${BucketName}`; the first of [`Self::arn_formats`].
    pub fn arn_format(&self) -> &'static str {
        self.arn_formats().next().unwrap_or_default()
    }

    /// Every ARN format: two where two versions of a service share a prefix (API Gateway, Lex, Greengrass).
    pub fn arn_formats(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.arn_formats.split(' ')
    }

    /// The condition keys that belong to the resource.
    pub fn condition_keys(&self) -> impl Iterator<Item = &'static ConditionKey> + use<> {
        self.service.keys_listed(self.condition_keys)
    }

    /// Whether `arn` can be of this type: some format matches when a placeholder stands for any text of one character
    /// or more within its colon segment.
    ///
    /// This is the widest reading (a `bucket` may then contain a slash);
    /// [`Catalog::resource_types_matching`](crate::Catalog::resource_types_matching) picks the types that fit best.
    pub fn matches(&self, arn: &str) -> bool {
        self.arn_formats().any(|format| arn_format::matches_widely(format, arn))
    }

    /// Reads the rest of an `R` row: name, ARN formats, condition keys.
    pub(crate) fn from_row(service: &'static Service, row: &'static str) -> Option<Self> {
        let mut fields = row.split('\t');
        Some(Self {
            service,
            name: fields.next()?,
            arn_formats: fields.next()?,
            condition_keys: fields.next().unwrap_or_default(),
        })
    }
}

impl PartialEq for ResourceType {
    fn eq(&self, other: &Self) -> bool {
        self.service == other.service && self.name == other.name
    }
}

impl Eq for ResourceType {}

impl fmt::Debug for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service.prefix(), self.name)
    }
}
