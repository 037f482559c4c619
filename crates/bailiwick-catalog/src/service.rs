//! Services, and the part of the table that each of them has.

use std::fmt;
use std::sync::OnceLock;

use crate::arn_format::{self, ArnFormat};
use crate::glob::Notation;
use crate::{Action, ConditionKey, ResourceType};
use crate::{condition_key, name};

/// An AWS service as IAM knows it: by the prefix of its actions.
///
/// AWS: Service Authorization Reference, "Actions, resources, and condition keys for AWS services".
pub struct Service {
    prefix: &'static str,
    name: &'static str,
    table: &'static str,
    rows: OnceLock<Rows>,
    arn_formats: OnceLock<Vec<ArnFormat>>,
}

/// The table of one service, split into rows. A constant, worked out when it is first asked for.
#[derive(Default)]
struct Rows {
    actions: Vec<Action>,
    resource_types: Vec<ResourceType>,
    condition_keys: Vec<ConditionKey>,
}

impl Service {
    /// For the generated list of services.
    pub(crate) const fn new(prefix: &'static str, name: &'static str, table: &'static str) -> Self {
        Self {
            prefix,
            name,
            table,
            rows: OnceLock::new(),
            arn_formats: OnceLock::new(),
        }
    }

    /// The prefix of the service's actions, as `s3`.
    pub fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// The name of the service, as `Amazon S3`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The action of that name (`GetObject`), in any case.
    pub fn action(&'static self, name: &str) -> Option<&'static Action> {
        name::find(self.actions(), name, Action::name)
    }

    /// Every action, sorted by name.
    pub fn actions(&'static self) -> &'static [Action] {
        &self.rows().actions
    }

    /// The actions whose names match a pattern with `*` and `?`, in any case.
    pub fn actions_matching(&'static self, pattern: &str) -> impl Iterator<Item = &'static Action> {
        let candidates = name::starting_with(self.actions(), Notation::Action.literal_prefix(pattern), Action::name);
        candidates
            .iter()
            .filter(move |action| Notation::Action.matches(pattern, action.name()))
    }

    /// The resource type of that name, in any case.
    pub fn resource_type(&'static self, name: &str) -> Option<&'static ResourceType> {
        name::find(self.resource_types(), name, ResourceType::name)
    }

    /// Every resource type on the service's page, sorted by name.
    pub fn resource_types(&'static self) -> &'static [ResourceType] {
        &self.rows().resource_types
    }

    /// The resource types on the service's page that `arn` fits best; see
    /// [`Catalog::resource_types_matching`](crate::Catalog::resource_types_matching).
    pub fn resource_types_matching(&'static self, arn: &str) -> Vec<&'static ResourceType> {
        let mut best: Vec<_> = self
            .formats_matching(arn)
            .into_iter()
            .map(|(resource_type, _)| resource_type)
            .collect();
        best.dedup();
        best
    }

    /// The ARN formats on the service's page that `arn` fits best, each with its resource type.
    pub(crate) fn formats_matching(&'static self, arn: &str) -> Vec<(&'static ResourceType, &'static str)> {
        let fitting = |fits: fn(&str, &str) -> bool| -> Vec<_> {
            let formats = |of: &'static ResourceType| of.arn_formats().map(move |format| (of, format));
            self.resource_types()
                .iter()
                .flat_map(formats)
                .filter(|(_, format)| fits(format, arn))
                .collect()
        };
        let narrow = fitting(arn_format::matches_narrowly);
        let candidates = if narrow.is_empty() {
            fitting(arn_format::matches_widely)
        } else {
            narrow
        };
        let mut best = candidates.clone();
        best.retain(|(_, format)| {
            !candidates
                .iter()
                .any(|(_, other)| arn_format::is_more_specific(other, format))
        });
        best
    }

    /// The condition key on the service's page, in any case; a template such as `s3:ExistingObjectTag/<key>` answers
    /// for each key that it stands for.
    pub fn condition_key(&'static self, key: &str) -> Option<&'static ConditionKey> {
        condition_key::find(self.condition_keys(), key)
    }

    /// Every condition key on the service's page, sorted by name: its own, the tag keys of `aws:` that it supports,
    /// and those of other prefixes.
    pub fn condition_keys(&'static self) -> &'static [ConditionKey] {
        &self.rows().condition_keys
    }

    /// The keys of a list of a row, which names them as the `K` rows do.
    pub(crate) fn keys_listed(
        &'static self,
        list: &'static str,
    ) -> impl Iterator<Item = &'static ConditionKey> + use<> {
        list.split(' ')
            .filter_map(|key| name::find(self.condition_keys(), key, ConditionKey::name))
    }

    /// What `formats` gives for the service, which is worked out once.
    pub(crate) fn arn_formats(&'static self, formats: impl FnOnce() -> Vec<ArnFormat>) -> &'static [ArnFormat] {
        self.arn_formats.get_or_init(formats)
    }

    fn rows(&'static self) -> &'static Rows {
        self.rows.get_or_init(|| {
            let mut rows = Rows::default();
            for line in self.table.lines() {
                match line.split_once('\t') {
                    Some(("A", row)) => rows.actions.extend(Action::from_row(self, row)),
                    Some(("R", row)) => rows.resource_types.extend(ResourceType::from_row(self, row)),
                    Some(("K", row)) => rows.condition_keys.extend(ConditionKey::from_row(row)),
                    _ => {}
                }
            }
            rows
        })
    }
}

impl PartialEq for Service {
    fn eq(&self, other: &Self) -> bool {
        self.prefix == other.prefix
    }
}

impl Eq for Service {}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.prefix)
    }
}
