//! Scenarios: a question with every policy in it, as `simulate` takes it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bailiwick_eval::{Request, RequestError};
use bailiwick_grammar::{AccountId, AccountIdError, Arn, LineIndex, PolicyType, Position, PrincipalError};
use bailiwick_model::{BrokenPolicy, DocumentStore, Origin, PolicyRecord, is_role_assumption};
use bailiwick_policy::{ContextValue, Principal, RequestContext};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::answer::Answer;
use crate::applied::{Applied, AppliedPolicies, Level};

/// A question with every policy in it.
///
/// The context is complete: nothing is derived and nothing is contradicted. What is given applies.
#[derive(Debug)]
pub struct Scenario {
    /// What the scenario calls itself, as it is written: any JSON value.
    id: Option<Box<RawValue>>,
    request: Request<'static>,
    identity: Vec<NamedPolicy>,
    permissions_boundaries: Vec<NamedPolicy>,
    session: Vec<NamedPolicy>,
    resource: Option<NamedPolicy>,
    service_control: Vec<Vec<NamedPolicy>>,
    resource_control: Vec<Vec<NamedPolicy>>,
    vpc_endpoint: Vec<NamedPolicy>,
}

#[derive(Debug)]
struct NamedPolicy {
    name: String,
    record: PolicyRecord,
}

/// A scenario that makes no sense. It is never an answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// It is not JSON of the right shape.
    #[error("{message} at line {} column {}", position.line, position.column)]
    Shape {
        /// What is wrong.
        message: String,
        /// Where.
        position: Position,
    },
    /// The principal is none.
    #[error("principal: {0}")]
    Principal(#[from] PrincipalError),
    /// The account is none.
    #[error("resourceAccount: {0}")]
    ResourceAccount(#[from] AccountIdError),
    /// The action or resource is none.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A value of the context is neither text nor a list of texts.
    #[error("context: the value of `{0}` is neither a string, a number, a boolean nor a list of them")]
    Context(String),
    /// A key stands twice in the context, perhaps in different case.
    #[error("context: `{0}` stands twice; condition keys ignore case")]
    RepeatedKey(String),
    /// A policy cannot be used.
    #[error(transparent)]
    Policy(#[from] BrokenPolicy),
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "camelCase",
    expecting = "a scenario: an object with `principal`, `action`, `resource`, …"
)]
struct Written<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    principal: Cow<'a, str>,
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow)]
    resource: Cow<'a, str>,
    #[serde(default, borrow)]
    resource_account: Option<Cow<'a, str>>,
    #[serde(default)]
    context: Option<ContextMembers>,
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
#[serde(deny_unknown_fields, expecting = "a policy, or an object with `name` and `document`")]
struct NamedDocument<'a> {
    name: Option<String>,
    #[serde(borrow)]
    document: &'a RawValue,
}

/// Where the scenario stands: its text, and what its file is called.
struct Place<'a> {
    text: &'a str,
    file: Arc<str>,
    lines: LineIndex,
    first_line: u32,
    store: &'a dyn DocumentStore,
}

impl Scenario {
    /// Reads a scenario from JSON text, which is the file `file` from its line `first_line` on.
    ///
    /// # Errors
    ///
    /// Where the text is not a scenario, or one of its policies cannot be used.
    pub fn parse(text: &str, file: &str, first_line: u32, store: &dyn DocumentStore) -> Result<Self, ScenarioError> {
        // The JSON library would take a list for an object, member by member.
        if let Some(list) = text
            .find(|c: char| !c.is_whitespace())
            .filter(|&at| text[at..].starts_with('['))
        {
            let position = Position {
                line: first_line,
                column: line(list + 1),
            };
            return Err(ScenarioError::Shape {
                message: "a scenario is an object, not a list".to_owned(),
                position,
            });
        }
        let shape = |error: &serde_json::Error| ScenarioError::Shape {
            position: Position {
                line: first_line.saturating_add(line(error.line()).saturating_sub(1)),
                column: line(error.column()),
            },
            message: shorten(error),
        };
        let written: Written<'_> = serde_json::from_str(text).map_err(|error| shape(&error))?;
        let place = Place {
            text,
            lines: LineIndex::new(text),
            file: file.into(),
            first_line,
            store,
        };
        let principal = Principal::parse(&written.principal)?;
        let account: Option<AccountId> = written.resource_account.as_deref().map(str::parse).transpose()?;
        let context = context(written.context.unwrap_or_default())?;
        let resource_type = match Arn::parse(&written.resource) {
            Ok(arn) if is_role_assumption(&written.action, &arn) => PolicyType::TrustPolicy,
            _ => PolicyType::ResourceBasedPolicy,
        };
        let (action, resource) = (written.action.into_owned(), written.resource.into_owned());
        let request = Request::new(Cow::Owned(principal), action, resource, account, context)?;
        let list = |member: &str, policy_type, policies: Option<Vec<&RawValue>>| {
            place.policies(member, policy_type, &policies.unwrap_or_default())
        };
        let level_list = |member: &str, policy_type, levels: Option<Vec<Vec<&RawValue>>>| {
            let levels = levels.unwrap_or_default().into_iter().enumerate();
            levels
                .map(|(level, policies)| place.policies(&format!("{member}[{level}]"), policy_type, &policies))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            id: written.id.map(ToOwned::to_owned),
            request,
            identity: list(
                "identityPolicies",
                PolicyType::IdentityBasedPolicy,
                written.identity_policies,
            )?,
            permissions_boundaries: list(
                "permissionsBoundaries",
                PolicyType::PermissionsBoundary,
                written.permissions_boundaries,
            )?,
            session: list("sessionPolicies", PolicyType::SessionPolicy, written.session_policies)?,
            resource: written
                .resource_policy
                .map(|policy| place.policy("resourcePolicy".to_owned(), resource_type, policy))
                .transpose()?,
            service_control: level_list(
                "serviceControlPolicies",
                PolicyType::ServiceControlPolicy,
                written.service_control_policies,
            )?,
            resource_control: level_list(
                "resourceControlPolicies",
                PolicyType::ResourceControlPolicy,
                written.resource_control_policies,
            )?,
            vpc_endpoint: list(
                "vpcEndpointPolicies",
                PolicyType::VpcEndpointPolicy,
                written.vpc_endpoint_policies,
            )?,
        })
    }

    /// What the scenario calls itself: a JSON value, as it is written.
    pub fn id(&self) -> Option<&RawValue> {
        self.id.as_deref()
    }

    /// Decides the scenario and explains the decision.
    ///
    /// # Errors
    ///
    /// Where one of its policies cannot be used.
    pub fn simulate(&self) -> Result<Answer, ScenarioError> {
        let policies = self.applied()?;
        let explanation = policies.explain(&self.request);
        Ok(Answer::new(&self.request, &policies, explanation, Vec::new()))
    }

    fn applied(&self) -> Result<AppliedPolicies<'_>, BrokenPolicy> {
        Ok(AppliedPolicies {
            identity: applied(&self.identity)?,
            permissions_boundary: applied(&self.permissions_boundaries)?,
            session: applied(&self.session)?,
            resource: self.resource.as_ref().map(NamedPolicy::applied).transpose()?,
            service_control: levels(&self.service_control)?,
            resource_control: levels(&self.resource_control)?,
            vpc_endpoint: applied(&self.vpc_endpoint)?,
        })
    }
}

fn applied(policies: &[NamedPolicy]) -> Result<Vec<Applied<'_>>, BrokenPolicy> {
    policies.iter().map(NamedPolicy::applied).collect()
}

fn levels(levels: &[Vec<NamedPolicy>]) -> Result<Vec<Level<'_>>, BrokenPolicy> {
    let named = levels.iter().enumerate();
    named
        .map(|(level, policies)| {
            Ok(Level {
                name: format!("level {level}"),
                policies: applied(policies)?,
            })
        })
        .collect()
}

impl NamedPolicy {
    fn applied(&self) -> Result<Applied<'_>, BrokenPolicy> {
        let policy = self.record.usable(|| format!("policy `{}`", self.name))?;
        Ok(Applied {
            name: &self.name,
            arn: None,
            attached_to: None,
            record: &self.record,
            policy,
        })
    }
}

impl Place<'_> {
    fn policies(
        &self,
        member: &str,
        policy_type: PolicyType,
        policies: &[&RawValue],
    ) -> Result<Vec<NamedPolicy>, ScenarioError> {
        let named = policies.iter().enumerate();
        named
            .map(|(index, policy)| self.policy(format!("{member}[{index}]"), policy_type, policy))
            .collect()
    }

    /// A policy that is a document, or a document with a name; without one it is called by its place.
    fn policy(&self, member: String, policy_type: PolicyType, policy: &RawValue) -> Result<NamedPolicy, ScenarioError> {
        let (name, document) = if has_document(policy) {
            let named = serde_json::from_str::<NamedDocument<'_>>(policy.get());
            let NamedDocument { name, document } = named.map_err(|error| ScenarioError::Shape {
                message: format!("{member}: {}", shorten(&error)),
                position: self.position(policy.get()),
            })?;
            (name.unwrap_or(member), document.get())
        } else {
            (member, policy.get())
        };
        let start = self.position(document);
        let origin = Origin::File {
            file: Arc::clone(&self.file),
            start,
            encoded: false,
        };
        Ok(NamedPolicy {
            name,
            record: PolicyRecord::new(self.store.lower(document, policy_type), origin),
        })
    }

    /// Where a part of the scenario's text stands in its file.
    fn position(&self, part: &str) -> Position {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let Position { line, column } = self
            .lines
            .position(self.text, u32::try_from(offset).unwrap_or(u32::MAX));
        Position {
            line: self.first_line.saturating_add(line - 1),
            column,
        }
    }
}

/// Whether a policy is written as `{"name": …, "document": …}`. A document that stands twice is for the strict reading to complain of.
fn has_document(policy: &RawValue) -> bool {
    serde_json::from_str(policy.get()).is_ok_and(|HasDocument(has)| has)
}

/// Whether an object has a member `document` that is not null.
struct HasDocument(bool);

impl<'de> Deserialize<'de> for HasDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = HasDocument;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut has = false;
                while let Some(name) = map.next_key::<String>()? {
                    let value: Option<IgnoredAny> = map.next_value()?;
                    has |= name == "document" && value.is_some();
                }
                Ok(HasDocument(has))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// serde's message without the place, which is said elsewhere.
fn shorten(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(at) => message[..at].to_owned(),
        None => message,
    }
}

/// The members of `context` in order, repeated ones included.
#[derive(Default)]
struct ContextMembers(Vec<(String, serde_json::Value)>);

impl<'de> Deserialize<'de> for ContextMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = ContextMembers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of condition keys")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(ContextMembers(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

fn context(written: ContextMembers) -> Result<RequestContext, ScenarioError> {
    let mut context = RequestContext::new();
    for (key, value) in written.0 {
        let value = match &value {
            serde_json::Value::Array(values) => {
                let values: Option<Vec<String>> = values.iter().map(scalar).collect();
                values.map(ContextValue::from)
            }
            value => scalar(value).map(ContextValue::from),
        };
        let value = value.ok_or_else(|| ScenarioError::Context(key.clone()))?;
        if context.insert(&key, value).is_some() {
            return Err(ScenarioError::RepeatedKey(key));
        }
    }
    Ok(context)
}

fn scalar(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(truth) => Some(truth.to_string()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_has_document(policy: &str, expected: bool) {
        assert_eq!(
            has_document(serde_json::from_str(policy).unwrap()),
            expected,
            "{policy}"
        );
    }

    #[test]
    fn a_member_document_makes_a_named_policy() {
        check_has_document(r#"{"name": "p", "document": {}}"#, true);
        check_has_document(r#"{"docum\u0065nt": 7}"#, true);
        // Twice: the strict reading says so.
        check_has_document(r#"{"document": {}, "document": {}}"#, true);
        check_has_document(r#"{"document": null}"#, false);
        check_has_document(r#"{"Statement": [{"document": {}}]}"#, false);
        check_has_document(r#"{"Sid": "`document`", "Sid": 1}"#, false);
        check_has_document(r#"["document"]"#, false);
        check_has_document(r#""document""#, false);
    }
}
