//! AWS managed policies.

use std::fmt;

/// A policy that AWS maintains, with its current default version.
///
/// AWS: AWS Managed Policy Reference; IAM API Reference, `Policy`.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct ManagedPolicy {
    arn: &'static str,
    default_version_id: &'static str,
    create_date: &'static str,
    update_date: &'static str,
    document: &'static str,
}

/// What precedes the path in the ARN of every AWS managed policy of the `aws` partition.
const ARN_PREFIX: &str = "arn:aws:iam::aws:policy";

impl ManagedPolicy {
    /// The name, as `AdministratorAccess`.
    pub fn name(&self) -> &'static str {
        self.arn.rsplit_once('/').map_or("", |(_, name)| name)
    }

    /// The path: `/`, `/service-role/`, `/aws-service-role/`, `/job-function/` or `/root-task/`.
    pub fn path(&self) -> &'static str {
        let path_and_name = self.arn.strip_prefix(ARN_PREFIX).unwrap_or_default();
        path_and_name.strip_suffix(self.name()).unwrap_or_default()
    }

    /// The ARN in the partition `aws`, as `arn:aws:iam::aws:policy/AdministratorAccess`.
    pub fn arn(&self) -> &'static str {
        self.arn
    }

    /// The version that is in force, as `v3`.
    pub fn default_version_id(&self) -> &'static str {
        self.default_version_id
    }

    /// When AWS created the policy, in ISO 8601.
    pub fn create_date(&self) -> &'static str {
        self.create_date
    }

    /// When AWS last changed it, in ISO 8601.
    pub fn update_date(&self) -> &'static str {
        self.update_date
    }

    /// The policy document: JSON text without insignificant white space.
    pub fn document(&self) -> &'static str {
        self.document
    }

    /// Reads a table whose rows are: ARN, version, two dates, document.
    pub(crate) fn read_table(table: &'static str) -> Vec<Self> {
        table
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(Self::from_row)
            .collect()
    }

    fn from_row(row: &'static str) -> Option<Self> {
        let mut fields = row.splitn(5, '\t');
        Some(Self {
            arn: fields.next()?,
            default_version_id: fields.next()?,
            create_date: fields.next()?,
            update_date: fields.next()?,
            document: fields.next()?,
        })
    }
}

impl fmt::Debug for ManagedPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.arn, self.default_version_id)
    }
}
