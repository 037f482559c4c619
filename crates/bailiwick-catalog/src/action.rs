//! Actions: what an `Action` element can name.

use std::fmt;
use std::sync::OnceLock;

use crate::{ConditionKey, ResourceType, Service};

/// An action of a service, such as `s3:GetObject`.
///
/// AWS: Service Authorization Reference, "Actions" table of each service.
pub struct Action {
    service: &'static Service,
    name: &'static str,
    access_level: AccessLevel,
    permission_only: Option<bool>,
    condition_keys: &'static str,
    resource_types: &'static str,
    dependent_actions: &'static str,
    /// Worked out when they are first asked for.
    every_condition_key: OnceLock<Box<[&'static ConditionKey]>>,
}

/// How much an action can do.
///
/// AWS: IAM User Guide, "Access levels in policy summaries".
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum AccessLevel {
    /// Sees that resources exist.
    List,
    /// Reads the content or the attributes of resources.
    Read,
    /// Only changes tags.
    Tagging,
    /// Creates, changes or deletes resources.
    Write,
    /// Grants or changes permissions.
    PermissionsManagement,
}

/// A resource type that an action acts on.
pub struct ActionResourceType {
    resource_type: &'static ResourceType,
    required: bool,
    condition_keys: &'static str,
}

impl Action {
    /// The service that defines the action.
    pub fn service(&self) -> &'static Service {
        self.service
    }

    /// The name as AWS spells it, without the service prefix; [`fmt::Display`] writes both.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The access level.
    pub fn access_level(&self) -> AccessLevel {
        self.access_level
    }

    /// Whether the action has no API operation of its own and exists only to be granted or denied, as `iam:PassRole`.
    ///
    /// `None` for actions that are newer than the source that records it (see `xtask/data/SOURCES.toml`).
    pub fn is_permission_only(&self) -> Option<bool> {
        self.permission_only
    }

    /// Whether a `Resource` element can name particular resources; if not, only `*` works.
    pub fn supports_resource_level_permissions(&self) -> bool {
        !self.resource_types.is_empty()
    }

    /// The resource types that the action acts on.
    pub fn resource_types(&self) -> impl Iterator<Item = ActionResourceType> + use<> {
        let service = self.service;
        self.resource_types.split('|').filter_map(move |entry| {
            let (name, condition_keys) = entry.split_once('=').unwrap_or((entry, ""));
            let (name, required) = name.strip_suffix('*').map_or((name, false), |name| (name, true));
            Some(ActionResourceType {
                resource_type: service.resource_type(name)?,
                required,
                condition_keys,
            })
        })
    }

    /// The condition keys of the action itself; each resource type adds its own.
    pub fn condition_keys(&self) -> impl Iterator<Item = &'static ConditionKey> + use<> {
        self.service.keys_listed(self.condition_keys)
    }

    /// The condition keys of the action and of its resource types, whether for this action or for all, each once.
    pub fn every_condition_key(&'static self) -> &'static [&'static ConditionKey] {
        self.every_condition_key.get_or_init(|| {
            let of_types = self
                .resource_types()
                .flat_map(|on| on.condition_keys().chain(on.resource_type().condition_keys()));
            let mut keys: Vec<&'static ConditionKey> = self.condition_keys().chain(of_types).collect();
            keys.sort_unstable_by_key(|key| key.name());
            keys.dedup();
            keys.into()
        })
    }

    /// The actions, as `iam:PassRole`, that a principal needs too before this one works on some resource type.
    ///
    /// Empty also where [`Self::is_permission_only`] is `None`: both come from the same, older source.
    pub fn dependent_actions(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.dependent_actions.split(' ').filter(|name| !name.is_empty())
    }

    /// Reads the rest of an `A` row: name, access level, permission only, condition keys, resource types, dependent
    /// actions. Empty fields at the end are left out.
    pub(crate) fn from_row(service: &'static Service, row: &'static str) -> Option<Self> {
        let mut fields = row.split('\t');
        Some(Self {
            service,
            name: fields.next()?,
            access_level: match fields.next()? {
                "L" => AccessLevel::List,
                "R" => AccessLevel::Read,
                "T" => AccessLevel::Tagging,
                "W" => AccessLevel::Write,
                "P" => AccessLevel::PermissionsManagement,
                _ => return None,
            },
            permission_only: match fields.next().unwrap_or_default() {
                "" => Some(false),
                "p" => Some(true),
                _ => None,
            },
            condition_keys: fields.next().unwrap_or_default(),
            resource_types: fields.next().unwrap_or_default(),
            dependent_actions: fields.next().unwrap_or_default(),
            every_condition_key: OnceLock::new(),
        })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service.prefix(), self.name)
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq for Action {
    fn eq(&self, other: &Self) -> bool {
        self.service == other.service && self.name == other.name
    }
}

impl Eq for Action {}

impl fmt::Display for AccessLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Tagging => "Tagging",
            Self::Write => "Write",
            Self::PermissionsManagement => "Permissions management",
        })
    }
}

impl ActionResourceType {
    /// The resource type.
    pub fn resource_type(&self) -> &'static ResourceType {
        self.resource_type
    }

    /// Whether every request for the action names a resource of this type (the asterisk of AWS's table).
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// The condition keys that the action supports for this resource type.
    pub fn condition_keys(&self) -> impl Iterator<Item = &'static ConditionKey> + use<> {
        self.resource_type.service().keys_listed(self.condition_keys)
    }
}

impl fmt::Debug for ActionResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            self.resource_type.name(),
            if self.required { "*" } else { "" }
        )
    }
}
