//! Which condition keys policies ask for.

use std::collections::BTreeSet;

use bailiwick_grammar::ast::{PolicyDocument, Version};
use bailiwick_grammar::variable::{self, Segment};
use bailiwick_grammar::{LineIndex, ParseOptions, parse_policy};
use bailiwick_model::Environment;
use bailiwick_policy::ConditionKey;
use serde::Serialize;

use super::SimulatePolicyError;
use super::entity::Entity;

/// The condition keys that policies ask for.
///
/// AWS: IAM API Reference, `GetContextKeysForCustomPolicy`, `GetContextKeysForPrincipalPolicy`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetContextKeysForPolicyResponse {
    /// The names, each spelling once: policy by policy, and in each in alphabetical order.
    pub context_key_names: Vec<String>,
}

/// `GetContextKeysForCustomPolicy`: the condition keys and policy variables in these policies.
///
/// A document need not be a policy of some type for that: a resource-based one will do.
///
/// # Errors
///
/// `InvalidInput` for a text that is no policy document.
pub fn context_keys_for_custom_policy(
    policy_input_list: &[&str],
) -> Result<GetContextKeysForPolicyResponse, SimulatePolicyError> {
    let mut found = Names::default();
    found.add_input_list(policy_input_list)?;
    Ok(found.response())
}

/// `GetContextKeysForPrincipalPolicy`: the condition keys and policy variables in the policies of a user, group or role, in its
/// permissions boundary, and in these policies.
///
/// # Errors
///
/// `InvalidInput` for a source that is not the ARN of a user, group or role and for a text that is no policy document,
/// `NoSuchEntity`, and `PolicyEvaluation` where a policy of the source cannot be used.
pub fn context_keys_for_principal_policy(
    environment: &Environment,
    policy_source_arn: &str,
    policy_input_list: &[&str],
) -> Result<GetContextKeysForPolicyResponse, SimulatePolicyError> {
    let entity = Entity::find(environment, policy_source_arn)?;
    let mut found = Names::default();
    for policy in (entity.identity_policies().iter()).chain(entity.permissions_boundary().as_ref()) {
        let (record, _) = policy.resolve().map_err(SimulatePolicyError::policy_evaluation)?;
        found.add(condition_keys(record.document().text()));
    }
    found.add_input_list(policy_input_list)?;
    Ok(found.response())
}

/// Names in the order in which they were found.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    known: BTreeSet<String>,
}

impl Names {
    fn add(&mut self, keys: impl IntoIterator<Item = ConditionKey>) {
        for key in keys {
            if self.known.insert(key.as_str().to_owned()) {
                self.names.push(key.as_str().to_owned());
            }
        }
    }

    fn add_input_list(&mut self, policy_input_list: &[&str]) -> Result<(), SimulatePolicyError> {
        for (index, text) in policy_input_list.iter().enumerate() {
            let parsed = parse_policy(text, &ParseOptions::default());
            if let Some(first) = parsed.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
                let position = LineIndex::new(text).position(text, first.span.start);
                return Err(SimulatePolicyError::invalid_input(format!(
                    "Policy input list item {} has invalid content: {position}: {}",
                    index + 1,
                    first.message
                )));
            }
            self.add(parsed.document.iter().flat_map(|document| keys_of(document)));
        }
        Ok(())
    }

    fn response(self) -> GetContextKeysForPolicyResponse {
        GetContextKeysForPolicyResponse {
            context_key_names: self.names,
        }
    }
}

/// The condition keys that the document with this text asks for, each spelling once; none where it is no document.
pub(super) fn condition_keys(text: &str) -> BTreeSet<ConditionKey> {
    let parsed = parse_policy(text, &ParseOptions::default());
    parsed.document.iter().flat_map(|document| keys_of(document)).collect()
}

/// What conditions ask about, and what variables in conditions and resources stand for.
///
/// The syntax tree is read, not the meaning: AWS was recorded to name variables under every operator, also those that do not replace
/// them.
fn keys_of(document: &PolicyDocument) -> BTreeSet<ConditionKey> {
    let has_variables = document
        .version
        .as_ref()
        .is_some_and(|version| version.node == Version::V2012);
    let variables = |text: &str| -> Vec<ConditionKey> {
        let segments = if has_variables {
            variable::segments(text)
        } else {
            Ok(Vec::new())
        };
        let keys = segments.into_iter().flatten().filter_map(|segment| match segment {
            Segment::Variable { key, .. } => Some(ConditionKey::new(key)),
            Segment::Text(_) | Segment::Literal(_) => None,
        });
        keys.collect()
    };
    let mut found = BTreeSet::new();
    for statement in document.statements.iter().flat_map(|statements| &statements.items) {
        let resources = statement.resource.iter().flat_map(|resource| &resource.value.items);
        found.extend(resources.flat_map(|resource| variables(resource)));
        for block in statement.condition.iter().flat_map(|condition| &condition.operators) {
            for entry in &block.keys {
                found.insert(ConditionKey::new(&entry.key));
                found.extend(entry.values.items.iter().flat_map(|value| variables(value.as_str())));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(documents: &[&str], expected: &[&str]) {
        let response = context_keys_for_custom_policy(documents).unwrap();
        assert_eq!(response.context_key_names, expected);
    }

    /// AWS: `GetContextKeysForCustomPolicy`: "all of the context keys referenced in the input policies".
    #[test]
    fn condition_keys_and_variables_are_named_each_spelling_once() {
        check(
            &[r#"{"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/${aws:PrincipalTag/team, 'none'}/${*}"},
                {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::${aws:userid}",
                 "Condition": {"Bool": {"aws:SecureTransport": "false"}, "StringLike": {"aws:UserName": ["${aws:username}", "x"]}}}]}"#],
            &[
                "aws:PrincipalTag/team",
                "aws:SecureTransport",
                "aws:userid",
                "aws:username",
                "aws:UserName",
            ],
        );
    }

    #[test]
    fn policies_come_in_order_and_repeat_nothing() {
        let with = |key: &str| {
            format!(
                r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{"Null": {{"{key}": "true"}}}}}}}}"#
            )
        };
        check(&[&with("z:z"), &with("a:a"), &with("z:z")], &["z:z", "a:a"]);
        check(&[], &[]);
    }

    /// Recorded: a document without version has no variables, and any type of policy will do.
    #[test]
    fn a_document_of_the_old_version_has_no_variables() {
        check(
            &[
                r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::${aws:username}"}}"#,
            ],
            &[],
        );
    }

    #[test]
    fn a_text_that_is_no_document_is_refused_with_its_place() {
        let error = context_keys_for_custom_policy(&["{}", "{\n  \"Statement\": 7}"]).unwrap_err();
        assert_eq!(error.kind().code(), "InvalidInput");
        assert!(error.message().starts_with("Policy input list item "), "{error}");
    }
}
