//! What calls to AWS STS take.
//!
//! AWS: STS API Reference, `AssumeRole` and `GetFederationToken`, request parameters.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::error::{SessionError, SessionErrorKind};
use crate::document::StoredDocument;
use crate::error::EntityError;
use crate::id::PolicyArn;
use crate::name::{length, pattern, text_types};
use crate::tag::{Tag, TagKey, TagKeyCase, Tags};

text_types! {
    /// The name of a role session: 2 to 64 of `A-Z a-z 0-9 _ + = , . @ -`.
    RoleSessionName("roleSessionName", |text, parameter| words(text, parameter, 64, "+=,.@-"));
    /// Who stands behind a session and those made from it: 2 to 64 of the same characters.
    SourceIdentity("sourceIdentity", |text, parameter| words(text, parameter, 64, "+=,.@-"));
    /// What a third party tells to show on whose behalf it assumes a role: 2 to 1,224 of the same characters and `: /`.
    ExternalId("externalId", |text, parameter| words(text, parameter, 1_224, "+=,.@:/-"));
    /// The name of a federated user: 2 to 32 of `A-Z a-z 0-9 _ + = , . @ -`.
    FederatedUserName("name", |text, parameter| words(text, parameter, 32, "+=,.@-"));
}

/// `[\w…]*`, from 2 characters on.
fn words(text: &str, parameter: &str, longest: usize, more: &str) -> Result<(), EntityError> {
    length(text, parameter, 2, longest)?;
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || more.contains(c);
    // As AWS writes it: a slash is escaped, though it needs not be.
    let class = more.replace('/', r"\/");
    pattern(text, parameter, &format!(r"[\w{class}]*"), text.chars().all(legal))
}

/// A context that a trusted provider asserts for a session, taken apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProvidedContext {
    /// The provider's ARN.
    pub provider_arn: Box<str>,
    /// What it asserts: `sts:RequestContext/…`, by the part after the slash.
    pub values: Vec<(Box<str>, Box<str>)>,
}

/// The session policies of a call: what a session can do at most.
#[derive(Clone, Debug, Default)]
pub struct SessionPolicies {
    /// The inline one, read as a session policy.
    pub inline: Option<Arc<StoredDocument>>,
    /// Managed ones, of the role's or user's own account or of AWS.
    pub managed: Vec<PolicyArn>,
}

impl SessionPolicies {
    /// Whether none was passed.
    pub fn is_empty(&self) -> bool {
        self.inline.is_none() && self.managed.is_empty()
    }

    pub(super) fn check(&self) -> Result<(), SessionError> {
        at_most(self.managed.len(), 10, "policyArns")?;
        let Some(inline) = &self.inline else {
            return Ok(());
        };
        length(inline.text(), "policy", 1, 2_048)?;
        match inline.policy() {
            Ok(_) => Ok(()),
            Err(_) => {
                let message = "The policy is not in the valid JSON format.";
                Err(SessionError::new(SessionErrorKind::MalformedPolicyDocument, message))
            }
        }
    }
}

/// The tags of a call, as a session will have them.
pub(super) fn session_tags(tags: &[Tag]) -> Result<Tags, SessionError> {
    at_most(tags.len(), 50, "tags")?;
    let mut checked = Tags::new(TagKeyCase::Insensitive);
    checked.add(tags.to_vec())?;
    Ok(checked)
}

/// The transitive keys of a call in lower case: they must be among its tags.
pub(super) fn transitive_keys(keys: &[TagKey], tags: &Tags) -> Result<BTreeSet<Box<str>>, SessionError> {
    at_most(keys.len(), 50, "transitiveTagKeys")?;
    if keys.iter().any(|key| tags.get(key.as_str()).is_none()) {
        let message = "The specified transitive tag key must be included in the requested tags.";
        return Err(SessionError::validation(message));
    }
    Ok(keys.iter().map(|key| key.as_str().to_lowercase().into()).collect())
}

pub(super) fn at_most(count: usize, most: usize, parameter: &str) -> Result<(), SessionError> {
    if count <= most {
        return Ok(());
    }
    let constraint = format!("Member must have length less than or equal to {most}");
    Err(EntityError::constraint("", parameter, &constraint).into())
}

/// A number of seconds between the least and the most that the API takes.
pub(super) fn duration(seconds: u32, shortest: u32, longest: u32) -> Result<u32, SessionError> {
    let constraint = if seconds < shortest {
        format!("Member must have value greater than or equal to {shortest}")
    } else if seconds > longest {
        format!("Member must have value less than or equal to {longest}")
    } else {
        return Ok(seconds);
    };
    Err(EntityError::constraint(&seconds.to_string(), "durationSeconds", &constraint).into())
}
