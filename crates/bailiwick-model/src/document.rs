//! Policy documents as they are stored: the exact text, and what it means or why it means nothing.

use std::fmt;
use std::sync::{Arc, OnceLock};

use bailiwick_grammar::{Diagnostic, DiagnosticCode, LineIndex, PolicyType, Position, size_without_white_space};
use bailiwick_policy::{Policy, lower_text};

use crate::error::{EntityError, EntityErrorKind};

/// A policy document: its text, and the policy that it is or the diagnostics that say why it is none.
///
/// It never changes, so equal texts share one: an AWS managed policy is repeated in the export of each account.
pub struct StoredDocument {
    text: Box<str>,
    policy_type: PolicyType,
    lowered: Result<Arc<Policy>, Vec<Diagnostic>>,
    /// Made when somebody first asks for a place.
    lines: OnceLock<LineIndex>,
}

/// Turns texts into documents; an implementation may keep them and give equal texts the same document.
pub trait DocumentStore: Sync {
    /// The document with that text, read as that type of policy.
    fn lower(&self, text: &str, policy_type: PolicyType) -> Arc<StoredDocument>;
}

/// Lowers every text anew.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uncached;

impl DocumentStore for Uncached {
    fn lower(&self, text: &str, policy_type: PolicyType) -> Arc<StoredDocument> {
        Arc::new(StoredDocument::new(text, policy_type))
    }
}

impl StoredDocument {
    /// Reads and lowers a text. A text that is no policy makes a document that says so.
    pub fn new(text: &str, policy_type: PolicyType) -> Self {
        Self {
            text: text.into(),
            policy_type,
            lowered: lower_text(text, policy_type).map(Arc::new),
            lines: OnceLock::new(),
        }
    }

    /// The text, byte by byte as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line and column of an offset of the text.
    pub fn position(&self, offset: u32) -> Position {
        self.lines
            .get_or_init(|| LineIndex::new(&self.text))
            .position(&self.text, offset)
    }

    /// The type of policy that the text was read as.
    pub fn policy_type(&self) -> PolicyType {
        self.policy_type
    }

    /// What the text means.
    ///
    /// # Errors
    ///
    /// Where it is no policy: why, with spans that count in [`text`](Self::text).
    pub fn policy(&self) -> Result<&Arc<Policy>, &[Diagnostic]> {
        self.lowered.as_ref().map_err(Vec::as_slice)
    }

    /// Its size as the quotas of IAM count it: characters, without the white space between tokens.
    pub fn size(&self) -> usize {
        size_without_white_space(&self.text)
    }

    /// Refuses a text that is no policy, in AWS's words.
    pub(crate) fn check(&self) -> Result<(), EntityError> {
        let Err(diagnostics) = &self.lowered else { return Ok(()) };
        let first = diagnostics
            .iter()
            .find(|diagnostic| diagnostic.is_error())
            .map(|diagnostic| diagnostic.code);
        let message = match first {
            Some(DiagnosticCode::DuplicateSid) => "Statement IDs (SID) in a single policy must be unique.",
            Some(DiagnosticCode::InvalidAction | DiagnosticCode::InvalidServicePrefix) => {
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
            }
            Some(DiagnosticCode::InvalidEffect | DiagnosticCode::InvalidDate | DiagnosticCode::VariableInDate) => {
                "The policy failed legacy parsing"
            }
            Some(
                DiagnosticCode::InvalidPrincipal
                | DiagnosticCode::WildcardInPrincipal
                | DiagnosticCode::VariableInPrincipal
                | DiagnosticCode::InvalidServicePrincipal
                | DiagnosticCode::InvalidFederatedPrincipal,
            ) => "Invalid principal in policy",
            _ => "Syntax errors in policy.",
        };
        Err(EntityError::new(EntityErrorKind::MalformedPolicyDocument, message))
    }
}

impl fmt::Debug for StoredDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.lowered.is_ok() { "" } else { ", broken" };
        write!(
            f,
            "StoredDocument({}, {} bytes{state})",
            self.policy_type,
            self.text.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_no_policy_is_kept_with_its_diagnostics() {
        let document = StoredDocument::new("[]", PolicyType::IdentityBasedPolicy);
        assert_eq!(document.text(), "[]");
        assert!(!document.policy().unwrap_err().is_empty());
        let error = document.check().unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (EntityErrorKind::MalformedPolicyDocument, "Syntax errors in policy.")
        );
    }
}
