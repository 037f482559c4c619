//! The scenario of `bailiwick simulate`.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::answer::ContextValue;

/// A request and every policy that may have a say, as text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scenario {
    /// A name for the question.
    pub id: String,
    /// An ARN, the name of a service principal, or `anonymous`.
    pub principal: String,
    /// For a federated user: the ARN of the user that called `GetFederationToken`. `bailiwick simulate` does not ask for it; an
    /// engine that cannot take it says so with [`EngineError::Unsupported`](super::EngineError::Unsupported).
    pub parent_user: Option<String>,
    /// `service:Name`.
    pub action: String,
    /// An ARN, or `*` for an action without resources.
    pub resource: String,
    /// The account that owns the resource; if absent, that of the ARN, and else that of the principal.
    pub resource_account: Option<String>,
    /// The whole request context.
    pub context: Vec<(String, ContextValue)>,
    /// The policies of the user and its groups, or of the role.
    pub identity_policies: Vec<NamedPolicy>,
    /// The permissions boundary; empty means none.
    pub permissions_boundaries: Vec<NamedPolicy>,
    /// The session policies; empty means none were passed.
    pub session_policies: Vec<NamedPolicy>,
    /// The policy of the resource; of a role, its trust policy.
    pub resource_policy: Option<NamedPolicy>,
    /// The SCPs of each level, root first; empty means not in force.
    pub service_control_policies: Vec<Vec<NamedPolicy>>,
    /// The RCPs of each level, root first; empty means not in force.
    pub resource_control_policies: Vec<Vec<NamedPolicy>>,
    /// The policy of the VPC endpoint; empty means that the request did not come through one.
    pub vpc_endpoint_policies: Vec<NamedPolicy>,
}

/// A policy's text and a name to tell it by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamedPolicy {
    /// The name.
    pub name: String,
    /// The policy document.
    pub document: String,
}

impl NamedPolicy {
    /// `document` under a name.
    pub fn new(name: impl Into<String>, document: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            document: document.into(),
        }
    }
}

impl Scenario {
    /// The scenario on one line of JSON, as `bailiwick simulate --lines` reads it. Documents stand in it as they were written.
    ///
    /// # Errors
    ///
    /// Where a document is not JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

impl Serialize for Scenario {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("principal", &self.principal)?;
        if let Some(parent) = &self.parent_user {
            map.serialize_entry("parentUser", parent)?;
        }
        map.serialize_entry("action", &self.action)?;
        map.serialize_entry("resource", &self.resource)?;
        if let Some(account) = &self.resource_account {
            map.serialize_entry("resourceAccount", account)?;
        }
        map.serialize_entry("context", &Context(&self.context))?;
        map.serialize_entry("identityPolicies", &self.identity_policies)?;
        map.serialize_entry("permissionsBoundaries", &self.permissions_boundaries)?;
        map.serialize_entry("sessionPolicies", &self.session_policies)?;
        map.serialize_entry("resourcePolicy", &self.resource_policy)?;
        map.serialize_entry("serviceControlPolicies", &self.service_control_policies)?;
        map.serialize_entry("resourceControlPolicies", &self.resource_control_policies)?;
        map.serialize_entry("vpcEndpointPolicies", &self.vpc_endpoint_policies)?;
        map.end()
    }
}

impl Serialize for NamedPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Compact, because a line of `--lines` has no line feeds; as written, because a map would lose repeated keys.
        let text = self.document.replace(['\n', '\r'], " ");
        let document = RawValue::from_string(text).map_err(serde::ser::Error::custom)?;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("document", &document)?;
        map.end()
    }
}

struct Context<'a>(&'a [(String, ContextValue)]);

impl Serialize for Context<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            match value {
                ContextValue::Single(value) => map.serialize_entry(key, value)?,
                ContextValue::Multi(values) => map.serialize_entry(key, values)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_one_line_of_json() {
        let scenario = Scenario {
            id: "1".into(),
            principal: "anonymous".into(),
            action: "s3:GetObject".into(),
            resource: "*".into(),
            context: vec![("aws:TagKeys".into(), ContextValue::Multi(vec!["a".into()]))],
            resource_policy: Some(NamedPolicy::new("b", "{\n  \"Statement\": []\n}")),
            service_control_policies: vec![vec![]],
            ..Scenario::default()
        };
        assert_eq!(
            scenario.to_json().unwrap(),
            r#"{"id":"1","principal":"anonymous","action":"s3:GetObject","resource":"*","context":{"aws:TagKeys":["a"]},"identityPolicies":[],"permissionsBoundaries":[],"sessionPolicies":[],"resourcePolicy":{"name":"b","document":{   "Statement": [] }},"serviceControlPolicies":[[]],"resourceControlPolicies":[],"vpcEndpointPolicies":[]}"#
        );
    }
}
