//! Documents by their text: a text that recurs is read and lowered once.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use bailiwick_grammar::PolicyType;
use bailiwick_model::{DocumentStore, StoredDocument};
use dashmap::DashMap;

/// A store that gives equal texts the same document, from any thread.
///
/// The AWS managed policies that an organization uses are repeated in the export of each of its accounts.
#[derive(Debug, Default)]
pub struct DocumentCache {
    /// The documents by the hash of type and text: few share one.
    documents: DashMap<u64, Vec<Arc<StoredDocument>>>,
    hasher: BuildHasherDefault<DefaultHasher>,
}

impl DocumentCache {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }
}

impl DocumentStore for DocumentCache {
    fn lower(&self, text: &str, policy_type: PolicyType) -> Arc<StoredDocument> {
        let hash = self.hasher.hash_one((policy_type, text));
        let same = |document: &&Arc<StoredDocument>| document.policy_type() == policy_type && document.text() == text;
        if let Some(found) = self
            .documents
            .get(&hash)
            .and_then(|found| found.iter().find(same).map(Arc::clone))
        {
            return found;
        }
        // Lowered outside of the map's lock: two threads may do it at once, which does no harm.
        let document = Arc::new(StoredDocument::new(text, policy_type));
        let mut entry = self.documents.entry(hash).or_default();
        if let Some(found) = entry.iter().find(same) {
            return Arc::clone(found);
        }
        entry.push(Arc::clone(&document));
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_of_a_type_share_a_document() {
        let cache = DocumentCache::new();
        let text = r#"{"Version": "2012-10-17", "Statement": []}"#;
        let first = cache.lower(text, PolicyType::IdentityBasedPolicy);
        assert!(Arc::ptr_eq(&first, &cache.lower(text, PolicyType::IdentityBasedPolicy)));
        assert!(!Arc::ptr_eq(&first, &cache.lower(text, PolicyType::SessionPolicy)));
    }
}
