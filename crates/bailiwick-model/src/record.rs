//! Where a policy document came from, and policies as they apply to somebody.

use std::fmt;
use std::sync::Arc;

use bailiwick_grammar::{Diagnostic, Position, Span};
use bailiwick_policy::Policy;
use thiserror::Error;

use crate::document::StoredDocument;
use crate::id::{PolicyArn, PolicyVersionId};

/// Where a policy document was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Origin {
    /// In a file.
    File {
        /// The file's name.
        file: Arc<str>,
        /// The place of the document's first character, or of the string that the document is encoded in.
        start: Position,
        /// Whether the file holds the document as a string: URL-encoded, or JSON within JSON. Places within it cannot be
        /// counted in the file then.
        encoded: bool,
    },
    /// Among the AWS managed policies that `bailiwick-catalog` knows.
    Catalog,
    /// In a request to the API.
    Request,
}

/// A place of a policy document, for people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Location {
    /// The name of the file that holds the document, or what holds it where that is no file.
    pub source: Arc<str>,
    /// The place in that file.
    pub position: Position,
    /// The place in the decoded document, where the file holds it as a string; `position` is the place of the string.
    pub within: Option<Position>,
}

/// A policy document and where it was found.
#[derive(Clone, Debug)]
pub struct PolicyRecord {
    document: Arc<StoredDocument>,
    origin: Origin,
}

impl PolicyRecord {
    /// A document that was found there.
    pub fn new(document: Arc<StoredDocument>, origin: Origin) -> Self {
        Self { document, origin }
    }

    /// The document.
    pub fn document(&self) -> &Arc<StoredDocument> {
        &self.document
    }

    /// Where it was found.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What the document means.
    ///
    /// # Errors
    ///
    /// Where it is no policy: why.
    pub fn policy(&self) -> Result<&Arc<Policy>, &[Diagnostic]> {
        self.document.policy()
    }

    /// What the document means, for a policy that a message is to call `name`.
    ///
    /// # Errors
    ///
    /// Where it is no policy: its first error.
    pub fn usable(&self, name: impl FnOnce() -> String) -> Result<&Arc<Policy>, BrokenPolicy> {
        let refuse = |diagnostics| BrokenPolicy {
            policy: name(),
            reason: refused(self, diagnostics),
        };
        self.policy().map_err(refuse)
    }

    /// The place of a span of the document's text.
    pub fn locate(&self, span: Span) -> Location {
        let position = self.document.position(span.start);
        let (source, position, within) = match &self.origin {
            Origin::File {
                file,
                start,
                encoded: true,
            } => (Arc::clone(file), *start, Some(position)),
            Origin::File {
                file,
                start,
                encoded: false,
            } => (Arc::clone(file), shift(*start, position), None),
            Origin::Catalog => ("AWS managed policies".into(), position, None),
            Origin::Request => ("request".into(), position, None),
        };
        Location {
            source,
            position,
            within,
        }
    }
}

/// The place in a file of a place in a document that starts at `start`.
fn shift(start: Position, within: Position) -> Position {
    Position {
        line: start.line.saturating_add(within.line - 1),
        column: if within.line == 1 {
            start.column.saturating_add(within.column - 1)
        } else {
            within.column
        },
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.position)?;
        match self.within {
            Some(within) => write!(
                f,
                " (line {}, column {} of the decoded document)",
                within.line, within.column
            ),
            None => Ok(()),
        }
    }
}

/// A policy as it applies to somebody or something: its name, by what way it applies, and its document.
#[derive(Clone, Copy, Debug)]
pub struct AppliedPolicy<'a> {
    name: &'a str,
    source: PolicySource<'a>,
    record: Result<&'a PolicyRecord, Missing<'a>>,
}

/// By what way a policy applies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PolicySource<'a> {
    /// It is embedded in a user, group or role, whose ARN this is.
    Inline {
        /// The ARN of the user, group or role.
        entity: &'a str,
    },
    /// It is a managed policy that is attached to a user, group or role.
    Managed {
        /// The policy's ARN.
        policy: &'a PolicyArn,
        /// Its default version; none where the policy is not in the export.
        version: Option<PolicyVersionId>,
        /// The ARN of the user, group or role.
        entity: &'a str,
    },
    /// It is the permissions boundary of a user or role.
    PermissionsBoundary {
        /// The policy's ARN.
        policy: &'a PolicyArn,
        /// The ARN of the user or role.
        entity: &'a str,
    },
    /// It is the trust policy of a role.
    Trust {
        /// The ARN of the role.
        role: &'a str,
    },
    /// It is attached to a root, an organizational unit or an account of the organization.
    Organization {
        /// The policy's id, `p-…`.
        policy: &'a str,
        /// The id of the root, organizational unit or account.
        target: &'a str,
    },
    /// It is the policy of a resource.
    Resource {
        /// The ARN of the resource.
        resource: &'a str,
    },
    /// It is unknown: it belongs to a group that the export lacks. The policy's name is the group's.
    MissingGroup {
        /// The ARN of the user who is in the group.
        user: &'a str,
    },
}

/// Why there is no document.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Missing<'a> {
    NotInExport,
    Unreadable(&'a str),
}

/// A policy that something depends on and that cannot be used: its document is wrong, or is not there.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{policy} cannot be used: {reason}")]
pub struct BrokenPolicy {
    policy: String,
    reason: BrokenPolicyReason,
}

/// Why a policy cannot be used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum BrokenPolicyReason {
    /// The document is no policy.
    #[error("{location}: {diagnostic}")]
    Refused {
        /// The place of the first error.
        location: Location,
        /// The first error.
        diagnostic: Box<Diagnostic>,
    },
    /// The export names it but does not hold it.
    #[error("it is not in the export")]
    NotInExport,
    /// The export's entry for it could not be read.
    #[error("{0}")]
    Unreadable(String),
}

impl BrokenPolicy {
    /// The policy, as a message names it: its name, and what it belongs to.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// Why it cannot be used.
    pub fn reason(&self) -> &BrokenPolicyReason {
        &self.reason
    }
}

impl<'a> AppliedPolicy<'a> {
    pub(crate) fn new(name: &'a str, source: PolicySource<'a>, record: &'a PolicyRecord) -> Self {
        Self {
            name,
            source,
            record: Ok(record),
        }
    }

    pub(crate) fn missing(name: &'a str, source: PolicySource<'a>, why: Missing<'a>) -> Self {
        Self {
            name,
            source,
            record: Err(why),
        }
    }

    /// The policy's name. A trust policy or a resource's policy has none of its own; the role's or resource's stands for it.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// By what way the policy applies.
    pub fn source(&self) -> PolicySource<'a> {
        self.source
    }

    /// The document with its origin, if the export holds it.
    pub fn record(&self) -> Option<&'a PolicyRecord> {
        self.record.ok()
    }

    /// What the policy means.
    ///
    /// # Errors
    ///
    /// Where its document is no policy or is not known. Such a policy is not an empty one: what depends on it has no answer.
    pub fn policy(&self) -> Result<&'a Arc<Policy>, BrokenPolicy> {
        self.resolve().map(|(_, policy)| policy)
    }

    /// The document with its origin, and what it means.
    ///
    /// # Errors
    ///
    /// As [`policy`](Self::policy).
    pub fn resolve(&self) -> Result<(&'a PolicyRecord, &'a Arc<Policy>), BrokenPolicy> {
        let reason = match self.record {
            Ok(record) => return Ok((record, record.usable(|| self.to_string())?)),
            Err(Missing::NotInExport) => BrokenPolicyReason::NotInExport,
            Err(Missing::Unreadable(why)) => BrokenPolicyReason::Unreadable(why.to_owned()),
        };
        Err(BrokenPolicy {
            policy: self.to_string(),
            reason,
        })
    }
}

fn refused(record: &PolicyRecord, diagnostics: &[Diagnostic]) -> BrokenPolicyReason {
    match diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        Some(first) => BrokenPolicyReason::Refused {
            location: record.locate(first.span),
            diagnostic: Box::new(first.clone()),
        },
        None => BrokenPolicyReason::Unreadable("the document is no policy".to_owned()),
    }
}

impl fmt::Display for AppliedPolicy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        match self.source {
            PolicySource::Inline { entity } => write!(f, "inline policy `{name}` of {entity}"),
            PolicySource::Managed { policy, entity, .. } => write!(f, "managed policy {policy} attached to {entity}"),
            PolicySource::PermissionsBoundary { policy, entity } => {
                write!(f, "permissions boundary {policy} of {entity}")
            }
            PolicySource::Trust { role } => write!(f, "trust policy of {role}"),
            PolicySource::Organization { policy, target } => {
                write!(f, "policy `{name}` ({policy}) attached to {target}")
            }
            PolicySource::Resource { resource } => write!(f, "policy of {resource}"),
            PolicySource::MissingGroup { user } => write!(f, "group `{name}` of {user}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use bailiwick_grammar::PolicyType;

    use super::*;

    fn record(text: &str, encoded: bool) -> PolicyRecord {
        let document = Arc::new(StoredDocument::new(text, PolicyType::IdentityBasedPolicy));
        let start = Position { line: 12, column: 30 };
        PolicyRecord::new(
            document,
            Origin::File {
                file: "a.json".into(),
                start,
                encoded,
            },
        )
    }

    #[test]
    fn a_span_of_the_first_line_adds_the_column_a_later_one_has_its_own() {
        let record = record("{\n  \"Statement\": []}", false);
        assert_eq!(record.locate(Span::new(0, 1)).to_string(), "a.json:12:30");
        assert_eq!(record.locate(Span::new(4, 5)).to_string(), "a.json:13:3");
    }

    #[test]
    fn a_span_of_an_encoded_document_counts_in_the_decoded_one() {
        let record = record("{\n  \"Statement\": []}", true);
        let place = "a.json:12:30 (line 2, column 3 of the decoded document)";
        assert_eq!(record.locate(Span::new(4, 5)).to_string(), place);
    }

    #[test]
    fn a_broken_policy_is_named_with_its_place_and_never_empty() {
        let record = record("{\n  \"Statement\": 7}", false);
        let arn = "arn:aws:iam::111122223333:role/r";
        let broken = AppliedPolicy::new("p", PolicySource::Inline { entity: arn }, &record)
            .policy()
            .unwrap_err();
        let message = broken.to_string();
        let start = "inline policy `p` of arn:aws:iam::111122223333:role/r cannot be used: a.json:13:";
        assert!(message.starts_with(start), "{message}");
        let source = PolicySource::MissingGroup {
            user: "arn:aws:iam::111122223333:user/u",
        };
        let broken = AppliedPolicy::missing("admins", source, Missing::NotInExport)
            .policy()
            .unwrap_err();
        assert_eq!(
            broken.to_string(),
            "group `admins` of arn:aws:iam::111122223333:user/u cannot be used: it is not in the export"
        );
    }
}
