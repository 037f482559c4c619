//! What AWS's own managed policies name and the Service Authorization Reference does not list.

use std::collections::{BTreeMap, BTreeSet};

use bailiwick_grammar::ast::PolicyDocument;
use bailiwick_grammar::{ParseOptions, parse_policy};

use super::facts::Facts;

/// Services and actions that exist, because a managed policy names them, and are on no page of the reference.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Unlisted {
    /// Prefixes, in lower case.
    pub(super) services: BTreeSet<String>,
    /// `service:Name` by the same in lower case; written as the first policy writes it.
    pub(super) actions: BTreeMap<String, String>,
}

/// Reads the `Action` elements of every managed policy.
pub(super) fn unlisted(facts: &Facts) -> Result<Unlisted, String> {
    let mut unlisted = Unlisted::default();
    for row in &facts.managed_policies {
        let broken = || format!("the managed policies have a broken row: `{row}`");
        let document = row.splitn(5, '\t').nth(4).ok_or_else(broken)?;
        let document = parse_policy(document, &ParseOptions::default()).document;
        unlisted.add(&document.ok_or_else(broken)?.node, facts);
    }
    Ok(unlisted)
}

impl Unlisted {
    /// Adds the names of a document. A name with wildcards says nothing of actions, but its service exists.
    fn add(&mut self, document: &PolicyDocument, facts: &Facts) {
        let statements = document.statements.iter().flat_map(|statements| &statements.node.items);
        let actions = statements.filter_map(|statement| statement.node.action.as_ref());
        for pattern in actions.flat_map(|element| &element.value.node.items) {
            let Some((service, name)) = pattern.service_and_name() else {
                continue;
            };
            let prefix = service.to_ascii_lowercase();
            let listed = facts.services.get(&prefix);
            if !name.contains(['*', '?'])
                && listed.is_none_or(|service| !service.actions.contains_key(&name.to_ascii_lowercase()))
            {
                let written = pattern.as_str();
                self.actions
                    .entry(written.to_ascii_lowercase())
                    .or_insert_with(|| written.to_owned());
            }
            if listed.is_none() {
                self.services.insert(prefix);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen::facts::Service;

    fn facts_with(actions: &str) -> Facts {
        let document = r#"{"Statement":[{"Effect":"Allow","Action":ACTIONS,"Resource":"*"}]}"#;
        let mut facts = Facts::default();
        facts.services.insert("s3".to_owned(), Service::default());
        facts.managed_policies = vec![format!("arn\tv1\tdate\tdate\t{}", document.replace("ACTIONS", actions))];
        facts
    }

    #[test]
    fn a_name_is_taken_once_in_the_first_spelling() {
        let found = unlisted(&facts_with(r#"["S3:Get", "s3:get", "s3:List*", "Old:Get?", "*"]"#)).unwrap();
        assert_eq!(found.services.iter().collect::<Vec<_>>(), ["old"]);
        assert_eq!(found.actions.values().collect::<Vec<_>>(), ["S3:Get"]);
    }

    #[test]
    fn a_document_that_cannot_be_read_is_an_error() {
        let mut facts = Facts::default();
        for broken in ["arn\tv1\tdate\tdate", "arn\tv1\tdate\tdate\t["] {
            facts.managed_policies = vec![broken.to_owned()];
            assert!(unlisted(&facts).unwrap_err().contains("broken row"), "{broken}");
        }
    }
}
