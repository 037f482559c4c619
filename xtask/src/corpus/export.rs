//! Exports: imported, and every policy in them read.

use std::sync::{Arc, Mutex};

use bailiwick_grammar::PolicyType;
use bailiwick_model::{AccountImport, DocumentStore, ImportFile, StoredDocument, import_account_authorization_details};

use super::{Refusal, Source, Tally};

/// A store that remembers what was read through it.
#[derive(Default)]
struct Recorder {
    documents: Mutex<Vec<Arc<StoredDocument>>>,
}

impl DocumentStore for Recorder {
    fn lower(&self, text: &str, policy_type: PolicyType) -> Arc<StoredDocument> {
        let document = Arc::new(StoredDocument::new(text, policy_type));
        if let Ok(mut documents) = self.documents.lock() {
            documents.push(Arc::clone(&document));
        }
        document
    }
}

/// Imports one export. Its policies are read like any other; what else is wrong with it is refused by itself.
pub(super) fn refusals(source: Source<'_>, text: &str, tally: &mut Tally) -> Vec<Refusal> {
    let (import, documents) = import(source.file, text);
    for document in &documents {
        // What is refused is a problem of the import, which knows its place in the file.
        super::policy(source, document.text(), document.policy_type(), tally);
    }
    let problems = import.problems.iter().filter(|problem| problem.is_error());
    let refused = problems.map(|problem| Refusal {
        place: problem
            .position
            .map(|position| position.to_string())
            .unwrap_or_default(),
        code: "import".to_owned(),
        message: match &problem.entity {
            Some(entity) => format!("{entity}: {}", problem.message),
            None => problem.message.clone(),
        },
    });
    refused.collect()
}

/// The policies of an export, each as the type that it is attached as.
pub(crate) fn policies(file: &str, text: &str) -> Vec<Arc<StoredDocument>> {
    import(file, text).1
}

fn import(file: &str, text: &str) -> (AccountImport, Vec<Arc<StoredDocument>>) {
    let recorder = Recorder::default();
    let files = [ImportFile {
        name: file,
        bytes: text.as_bytes(),
    }];
    let import = import_account_authorization_details(&files, None, &recorder);
    (import, recorder.documents.into_inner().unwrap_or_default())
}
