//! Reading a scenario from JSON.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::shape::{NamedPolicy, Scenario};
use crate::answer::ContextValue;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Written<'a> {
    id: Option<Value>,
    principal: String,
    parent_user: Option<String>,
    action: String,
    resource: String,
    resource_account: Option<String>,
    #[serde(default)]
    context: Option<Map<String, Value>>,
    #[serde(default, borrow)]
    identity_policies: Option<Vec<&'a RawValue>>,
    #[serde(default, borrow)]
    permissions_boundaries: Option<Vec<&'a RawValue>>,
    #[serde(default, borrow)]
    session_policies: Option<Vec<&'a RawValue>>,
    #[serde(default, borrow)]
    resource_policy: Option<&'a RawValue>,
    #[serde(default, borrow)]
    service_control_policies: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(default, borrow)]
    resource_control_policies: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(default, borrow)]
    vpc_endpoint_policies: Option<Vec<&'a RawValue>>,
}

/// `{"name": …, "document": …}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named<'a> {
    name: String,
    #[serde(borrow)]
    document: &'a RawValue,
}

impl Scenario {
    /// Reads a scenario as `bailiwick simulate` does. Documents are kept as they are written, and may be no policies.
    ///
    /// # Errors
    ///
    /// Where the text is not JSON, lacks a member or has one that is not known.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        let written: Written<'_> = serde_json::from_str(text)?;
        let context = written.context.unwrap_or_default().into_iter();
        let context = context.map(|(key, value)| Ok((key, context_value(value)?)));
        Ok(Self {
            id: written.id.map(text_of).transpose()?.unwrap_or_default(),
            principal: written.principal,
            parent_user: written.parent_user,
            action: written.action,
            resource: written.resource,
            resource_account: written.resource_account,
            context: context.collect::<Result<_, serde_json::Error>>()?,
            identity_policies: policies(written.identity_policies),
            permissions_boundaries: policies(written.permissions_boundaries),
            session_policies: policies(written.session_policies),
            resource_policy: written.resource_policy.map(policy),
            service_control_policies: levels(written.service_control_policies),
            resource_control_policies: levels(written.resource_control_policies),
            vpc_endpoint_policies: policies(written.vpc_endpoint_policies),
        })
    }
}

fn levels(written: Option<Vec<Vec<&RawValue>>>) -> Vec<Vec<NamedPolicy>> {
    let levels = written.unwrap_or_default().into_iter();
    levels.map(|level| policies(Some(level))).collect()
}

fn policies(written: Option<Vec<&RawValue>>) -> Vec<NamedPolicy> {
    written.unwrap_or_default().into_iter().map(policy).collect()
}

fn policy(written: &RawValue) -> NamedPolicy {
    match serde_json::from_str::<Named<'_>>(written.get()) {
        Ok(named) => NamedPolicy::new(named.name, named.document.get()),
        Err(_) => NamedPolicy::new("policy", written.get()),
    }
}

fn context_value(value: Value) -> Result<ContextValue, serde_json::Error> {
    match value {
        Value::Array(values) => values
            .into_iter()
            .map(text_of)
            .collect::<Result<_, _>>()
            .map(ContextValue::Multi),
        value => text_of(value).map(ContextValue::Single),
    }
}

/// A number or a boolean is its text.
fn text_of(value: Value) -> Result<String, serde_json::Error> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(serde::de::Error::custom("neither text, number nor boolean"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{load, scenarios_dir};

    #[test]
    fn every_scenario_of_the_corpus_is_read_as_it_is_written() {
        for case in load(&scenarios_dir()).unwrap() {
            let text = case.scenario.to_json().unwrap();
            assert_eq!(Scenario::from_json(&text).unwrap().to_json().unwrap(), text);
        }
    }

    #[test]
    fn policies_may_have_a_name_and_context_values_may_be_bare() {
        let text = r#"{"principal": "anonymous", "action": "a:b", "resource": "*", "identityPolicies": null, "resourcePolicy": {"Id": "p"},
            "serviceControlPolicies": [[{"name": "full", "document": {}}]], "context": {"aws:EpochTime": 5, "x:y": [true, "z"]}}"#;
        let scenario = Scenario::from_json(text).unwrap();
        assert_eq!(scenario.resource_policy.unwrap().document, r#"{"Id": "p"}"#);
        assert_eq!(scenario.service_control_policies[0][0], NamedPolicy::new("full", "{}"));
        let several = ContextValue::Multi(vec!["true".to_owned(), "z".to_owned()]);
        let context = [
            ("aws:EpochTime".to_owned(), ContextValue::from("5")),
            ("x:y".to_owned(), several),
        ];
        assert_eq!(scenario.context, context);
        assert!(Scenario::from_json(r#"{"principal": "anonymous"}"#).is_err());
        assert!(Scenario::from_json(&text.replace("context", "contexts")).is_err());
    }
}
