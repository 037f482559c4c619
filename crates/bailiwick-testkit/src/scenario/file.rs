//! Reading `testdata/scenarios`.
#![expect(clippy::disallowed_methods, reason = "test support reads the corpus that it runs")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;
use toml::{Table, Value};

use super::shape::{NamedPolicy, Scenario};
use crate::answer::{ContextValue, Decision};

/// One request of the corpus.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Case {
    /// The question; its id is `topic/case: name`.
    pub scenario: Scenario,
    /// The answer.
    pub expect: Decision,
    /// The page of AWS that gives the answer.
    pub source: String,
}

/// A scenario file is wrong.
#[derive(Debug, Error)]
#[error("{}: {message}", file.display())]
pub struct ScenarioError {
    file: PathBuf,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    policies: BTreeMap<String, Document>,
    #[serde(default)]
    scenario: Table,
    request: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Text(String),
    File { file: PathBuf },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Request {
    name: String,
    expect: String,
    source: String,
    principal: String,
    parent_user: Option<String>,
    action: String,
    resource: String,
    resource_account: Option<String>,
    #[serde(default)]
    context: BTreeMap<String, Values>,
    #[serde(default)]
    identity_policies: Vec<String>,
    #[serde(default)]
    permissions_boundaries: Vec<String>,
    #[serde(default)]
    session_policies: Vec<String>,
    resource_policy: Option<String>,
    #[serde(default)]
    service_control_policies: Vec<Vec<String>>,
    #[serde(default)]
    resource_control_policies: Vec<Vec<String>>,
    #[serde(default)]
    vpc_endpoint_policies: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    One(String),
    Many(Vec<String>),
}

/// The corpus of this repository.
pub fn scenarios_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/scenarios")
}

/// Reads every `<topic>/<case>.toml` under `dir`, in the order of their names.
///
/// # Errors
///
/// Where a file cannot be read, is not a scenario file, or asks two questions by one name.
pub fn load(dir: &Path) -> Result<Vec<Case>, ScenarioError> {
    let mut cases = Vec::new();
    for topic in entries(dir)? {
        if topic.is_dir() {
            for file in entries(&topic)? {
                if file.extension().is_some_and(|extension| extension == "toml") {
                    cases.extend(load_file(&file)?);
                }
            }
        }
    }
    let mut ids: Vec<&str> = cases.iter().map(|case| case.scenario.id.as_str()).collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(error(dir, format!("two requests are named `{}`", pair[0]))),
        None => Ok(cases),
    }
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>, ScenarioError> {
    let read = || -> std::io::Result<Vec<PathBuf>> { fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect() };
    let mut entries = read().map_err(|wrong| error(dir, wrong.to_string()))?;
    entries.sort();
    Ok(entries)
}

fn load_file(path: &Path) -> Result<Vec<Case>, ScenarioError> {
    parse(path, &read(path)?)
}

fn parse(path: &Path, text: &str) -> Result<Vec<Case>, ScenarioError> {
    let file: File = toml::from_str(text).map_err(|wrong| error(path, wrong.to_string()))?;
    let folder = path.parent().unwrap_or(path);
    let mut policies = BTreeMap::new();
    for (name, document) in file.policies {
        let text = match document {
            Document::Text(text) => text,
            Document::File { file } => read(&folder.join(file))?,
        };
        policies.insert(name, text);
    }
    let prefix = [folder.file_name(), path.file_stem()]
        .map(|name| name.unwrap_or_default().to_string_lossy())
        .join("/");
    file.request
        .into_iter()
        .map(|members| {
            let mut all = file.scenario.clone();
            all.extend(members);
            case(&all, &prefix, &policies).map_err(|message| error(path, message))
        })
        .collect()
}

fn case(members: &Table, prefix: &str, policies: &BTreeMap<String, String>) -> Result<Case, String> {
    let request: Request = Value::Table(members.clone())
        .try_into()
        .map_err(|wrong: toml::de::Error| format!("request `{}`: {wrong}", display_name(members)))?;
    let wrong = |message: String| format!("request `{}`: {message}", request.name);
    let policy = |name: &String| {
        if name.trim_start().starts_with('{') {
            return Ok(NamedPolicy::new("inline", name.as_str()));
        }
        let document = policies
            .get(name)
            .ok_or_else(|| wrong(format!("there is no policy `{name}`")))?;
        Ok(NamedPolicy::new(name.as_str(), document.as_str()))
    };
    let all = |names: &[String]| names.iter().map(policy).collect::<Result<Vec<_>, String>>();
    let levels = |levels: &[Vec<String>]| {
        levels
            .iter()
            .map(|level| all(level))
            .collect::<Result<Vec<_>, String>>()
    };
    let expect =
        Decision::parse(&request.expect).ok_or_else(|| wrong(format!("there is no decision `{}`", request.expect)))?;
    if request.source.trim().is_empty() {
        return Err(wrong("a request names its source".to_owned()));
    }
    let context = request.context.iter().map(|(key, values)| {
        let value = match values {
            Values::One(value) => ContextValue::Single(value.clone()),
            Values::Many(values) => ContextValue::Multi(values.clone()),
        };
        (key.clone(), value)
    });
    let scenario = Scenario {
        id: format!("{prefix}: {}", request.name),
        context: context.collect(),
        identity_policies: all(&request.identity_policies)?,
        permissions_boundaries: all(&request.permissions_boundaries)?,
        session_policies: all(&request.session_policies)?,
        resource_policy: request.resource_policy.as_ref().map(policy).transpose()?,
        service_control_policies: levels(&request.service_control_policies)?,
        resource_control_policies: levels(&request.resource_control_policies)?,
        vpc_endpoint_policies: all(&request.vpc_endpoint_policies)?,
        principal: request.principal.clone(),
        parent_user: request.parent_user.clone(),
        action: request.action.clone(),
        resource: request.resource.clone(),
        resource_account: request.resource_account.clone(),
    };
    Ok(Case {
        scenario,
        expect,
        source: request.source.clone(),
    })
}

fn display_name(members: &Table) -> &str {
    members.get("name").and_then(Value::as_str).unwrap_or("without a name")
}

fn read(path: &Path) -> Result<String, ScenarioError> {
    fs::read_to_string(path).map_err(|wrong| error(path, wrong.to_string()))
}

fn error(file: &Path, message: String) -> ScenarioError {
    ScenarioError {
        file: file.to_owned(),
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENARIO: &str = r#"
        [policies]
        all = '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
        [scenario]
        principal = "anonymous"
        action = "s3:GetObject"
        resource = "*"
        identityPolicies = ["all"]
        context = { "aws:x" = "1" }
    "#;

    fn read(request: &str) -> Result<Vec<Case>, ScenarioError> {
        parse(
            Path::new("topic/case.toml"),
            &format!("{SCENARIO}\n[[request]]\nname = \"n\"\n{request}"),
        )
    }

    #[test]
    fn a_request_replaces_members_of_the_scenario() {
        let request = r#"
            context = { "aws:TagKeys" = ["a"] }
            serviceControlPolicies = [["all"], []]
            resourcePolicy = '{"Statement": []}'
            expect = "allowed"
            source = "a page"
        "#;
        let case = read(request).unwrap().remove(0);
        assert_eq!(case.scenario.id, "topic/case: n");
        assert_eq!(case.scenario.principal, "anonymous");
        let tags = ContextValue::Multi(vec!["a".to_owned()]);
        assert_eq!(case.scenario.context, [("aws:TagKeys".to_owned(), tags)]);
        assert_eq!(case.scenario.identity_policies[0].name, "all");
        assert_eq!(case.scenario.service_control_policies.len(), 2);
        assert_eq!(case.scenario.resource_policy.unwrap().name, "inline");
        assert_eq!(case.expect, Decision::Allowed);
    }

    #[test]
    fn a_wrong_request_is_named() {
        let source = "source = \"a page\"";
        for (request, message) in [
            (format!("expect = \"maybe\"\n{source}"), "there is no decision `maybe`"),
            (
                format!("expect = \"allowed\"\nidentityPolicies = [\"x\"]\n{source}"),
                "there is no policy `x`",
            ),
            (
                "expect = \"allowed\"\nsource = \" \"".to_owned(),
                "a request names its source",
            ),
            (
                format!("expect = \"allowed\"\nresources = \"*\"\n{source}"),
                "unknown field `resources`",
            ),
            (format!("expect = \"allowed\"\nresource = 5\n{source}"), "invalid type"),
        ] {
            let error = read(&request).unwrap_err().to_string();
            assert!(
                error.starts_with("topic/case.toml: request `n`: ") && error.contains(message),
                "{error}"
            );
        }
    }
}
