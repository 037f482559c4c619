//! The policies of a simulation: documents of the request, and policies that are attached or embedded.

use std::sync::Arc;

use bailiwick_grammar::PolicyType;
use bailiwick_model::{AppliedPolicy, Origin, PolicyRecord, StoredDocument};

use super::entity::source_policy_id;
use super::evaluate::Source;
use super::{OrderedOrganizationPolicy, SimulatePolicyError};
use crate::applied::Applied;

/// AWS: `policyDocumentType`: how many characters a document of a request may have.
const MAX_DOCUMENT: usize = 131_072;

/// The documents of a request.
pub(super) struct Input {
    pub(super) policies: Vec<Document>,
    pub(super) permissions_boundary: Vec<Document>,
    pub(super) resource_policy: Vec<Document>,
}

/// A document of a request.
pub(super) struct Document {
    id: String,
    record: PolicyRecord,
}

impl Input {
    pub(super) fn read(
        policies: &[&str],
        permissions_boundary: &[&str],
        resource_policy: Option<&str>,
    ) -> Result<Self, SimulatePolicyError> {
        if permissions_boundary.len() > 1 {
            return Err(SimulatePolicyError::invalid_input(
                "The list of Permissions Boundary policies cannot exceed 1 items.",
            ));
        }
        let list = |texts: &[&str], what: &str, id: &str, policy_type| {
            let numbered = (1..).zip(texts);
            let read = numbered.map(|(number, text)| {
                Document::read(
                    text,
                    policy_type,
                    &format!("{what} item {number}"),
                    format!("{id}.{number}"),
                )
            });
            read.collect::<Result<Vec<_>, _>>()
        };
        let resource = resource_policy.map(|text| {
            let id = "ResourcePolicy".to_owned();
            Document::read(text, PolicyType::ResourceBasedPolicy, "Resource policy", id)
        });
        Ok(Self {
            policies: list(
                policies,
                "Policy input list",
                "PolicyInputList",
                PolicyType::IdentityBasedPolicy,
            )?,
            permissions_boundary: list(
                permissions_boundary,
                "Permissions boundary policy input list",
                "PermissionsBoundaryPolicyInputList",
                PolicyType::PermissionsBoundary,
            )?,
            resource_policy: resource.transpose()?.into_iter().collect(),
        })
    }
}

impl Document {
    fn read(text: &str, policy_type: PolicyType, what: &str, id: String) -> Result<Self, SimulatePolicyError> {
        if text.chars().count() > MAX_DOCUMENT {
            return Err(SimulatePolicyError::invalid_input(format!(
                "{what} has invalid content: it has more than {MAX_DOCUMENT} characters"
            )));
        }
        let document = StoredDocument::new(text, policy_type);
        if document.policy().is_err() {
            return Err(SimulatePolicyError::invalid_document(what, &document));
        }
        let record = PolicyRecord::new(Arc::new(document), Origin::Request);
        Ok(Self { id, record })
    }

    pub(super) fn applied(&self) -> Result<Applied<'_>, SimulatePolicyError> {
        let policy = self
            .record
            .usable(|| self.id.clone())
            .map_err(SimulatePolicyError::policy_evaluation)?;
        Ok(Applied {
            name: &self.id,
            arn: None,
            attached_to: None,
            record: &self.record,
            policy,
        })
    }
}

/// The documents as policies of a simulation.
pub(super) fn sources(documents: &[Document]) -> Result<Vec<Source<'_>>, SimulatePolicyError> {
    let sources = documents
        .iter()
        .map(|document| Ok(Source::new(document.id.clone(), document.applied()?)));
    sources.collect()
}

/// An attached or embedded policy as one of a simulation.
pub(super) fn source<'e>(policy: &AppliedPolicy<'e>) -> Result<Source<'e>, SimulatePolicyError> {
    let applied = Applied::of(policy).map_err(SimulatePolicyError::policy_evaluation)?;
    Ok(Source::new(source_policy_id(policy), applied))
}

/// The SCPs of one level of the request, counted from 1.
pub(super) fn read_level(
    number: usize,
    level: &OrderedOrganizationPolicy<'_>,
) -> Result<Vec<Document>, SimulatePolicyError> {
    if level.service_control_policy_input_list.is_empty() {
        return Err(SimulatePolicyError::invalid_input(format!(
            "Organization policy at index {number} must contain at least one service control policy"
        )));
    }
    let texts = (1..).zip(level.service_control_policy_input_list);
    let read = texts.map(|(place, text)| {
        let what = format!("Organization policy at index {number}, service control policy item {place},");
        Document::read(
            text,
            PolicyType::ServiceControlPolicy,
            &what,
            format!("level {number}, item {place}"),
        )
    });
    read.collect()
}
