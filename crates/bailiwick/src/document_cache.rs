//! Documents by their text: a text that recurs is read and lowered once.

use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use bailiwick_grammar::PolicyType;
use bailiwick_model::{DocumentStore, StoredDocument};
use dashmap::DashMap;
use foldhash::fast::RandomState;

/// A store that gives equal texts the same document, from any thread.
///
/// The AWS managed policies that an organization uses are repeated in the export of each of its accounts.
///
/// It does not grow without bound: a document is forgotten when 16 MiB of other texts were asked for since it was last. Whoever holds it
/// keeps it.
#[derive(Debug)]
pub struct DocumentCache {
    generations: RwLock<Generations>,
    hasher: RandomState,
    /// How many bytes of text a generation holds.
    room: usize,
}

/// The documents that were asked for lately, and those before them.
#[derive(Debug, Default)]
struct Generations {
    young: Generation,
    old: Generation,
}

#[derive(Debug, Default)]
struct Generation {
    /// By the hash of type and text: few share one.
    documents: DashMap<u64, Vec<Arc<StoredDocument>>, RandomState>,
    bytes: AtomicUsize,
}

impl DocumentCache {
    /// An empty cache.
    pub fn new() -> Self {
        Self::with_room(16 << 20)
    }

    fn with_room(room: usize) -> Self {
        Self {
            generations: RwLock::default(),
            hasher: RandomState::default(),
            room,
        }
    }

    /// What `find` finds in the young generation or the old one, and whether it is in the young one.
    fn find(&self, hash: u64, text: &str, policy_type: PolicyType) -> Option<(Arc<StoredDocument>, bool)> {
        let generations = self.generations.read().unwrap_or_else(PoisonError::into_inner);
        let young = generations
            .young
            .find(hash, text, policy_type)
            .map(|found| (found, true));
        young.or_else(|| {
            generations
                .old
                .find(hash, text, policy_type)
                .map(|found| (found, false))
        })
    }

    /// Keeps a document in the young generation, and makes that the old one when it is full.
    fn keep(&self, hash: u64, document: Arc<StoredDocument>) -> Arc<StoredDocument> {
        let (kept, bytes) = {
            let generations = self.generations.read().unwrap_or_else(PoisonError::into_inner);
            generations.young.keep(hash, document)
        };
        if bytes > self.room {
            let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
            // Another thread may have been first.
            if generations.young.bytes.load(Ordering::Relaxed) > self.room {
                generations.old = std::mem::take(&mut generations.young);
            }
        }
        kept
    }
}

impl Default for DocumentCache {
    fn default() -> Self {
        Self::new()
    }
}

impl Generation {
    fn find(&self, hash: u64, text: &str, policy_type: PolicyType) -> Option<Arc<StoredDocument>> {
        let found = self.documents.get(&hash)?;
        found
            .iter()
            .find(|document| is(document, text, policy_type))
            .map(Arc::clone)
    }

    /// Keeps a document, unless there is one like it; and the bytes that it holds then.
    fn keep(&self, hash: u64, document: Arc<StoredDocument>) -> (Arc<StoredDocument>, usize) {
        let mut entry = self.documents.entry(hash).or_default();
        let like = entry
            .iter()
            .find(|known| is(known, document.text(), document.policy_type()));
        if let Some(known) = like {
            return (Arc::clone(known), 0);
        }
        entry.push(Arc::clone(&document));
        let size = document.text().len();
        (document, self.bytes.fetch_add(size, Ordering::Relaxed) + size)
    }
}

fn is(document: &StoredDocument, text: &str, policy_type: PolicyType) -> bool {
    document.policy_type() == policy_type && document.text() == text
}

impl DocumentStore for DocumentCache {
    fn lower(&self, text: &str, policy_type: PolicyType) -> Arc<StoredDocument> {
        let hash = self.hasher.hash_one((policy_type, text));
        match self.find(hash, text, policy_type) {
            Some((document, true)) => document,
            Some((document, false)) => self.keep(hash, document),
            // Lowered outside of any lock: two threads may do it at once, which does no harm.
            None => self.keep(hash, Arc::new(StoredDocument::new(text, policy_type))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;

    #[test]
    fn equal_texts_of_a_type_share_a_document() {
        let cache = DocumentCache::new();
        let first = cache.lower(TEXT, PolicyType::IdentityBasedPolicy);
        assert!(Arc::ptr_eq(&first, &cache.lower(TEXT, PolicyType::IdentityBasedPolicy)));
        assert!(!Arc::ptr_eq(&first, &cache.lower(TEXT, PolicyType::SessionPolicy)));
    }

    #[test]
    fn a_document_is_forgotten_that_nobody_asks_for() {
        let cache = DocumentCache::with_room(1000);
        let lower = |text: &str| Arc::downgrade(&cache.lower(text, PolicyType::IdentityBasedPolicy));
        let (often, once) = (lower(TEXT), lower("once"));
        for other in 0..300 {
            lower(&format!("{other:100}"));
            assert!(often.ptr_eq(&lower(TEXT)));
        }
        assert!(once.upgrade().is_none());
    }
}
