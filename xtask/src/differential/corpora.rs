//! The policies of a folder of real documents.

use std::collections::BTreeSet;
use std::path::Path;

use bailiwick_grammar::ast::PolicyDocument;
use bailiwick_grammar::{ParseOptions, PolicyType, decode_utf8, parse_policy};
use rayon::prelude::*;

use crate::corpus::export;
use crate::corpus::folder::{FOLDERS, Kind, json_files, member};

/// A policy that somebody has written.
pub(super) struct RealPolicy {
    pub(super) document: PolicyDocument,
    pub(super) policy_type: PolicyType,
}

/// The policies of a folder.
#[derive(Default)]
pub(super) struct Corpora {
    pub(super) policies: Vec<RealPolicy>,
    /// How many are no policies of their type.
    pub(super) refused: usize,
}

/// Reads every policy of a folder, each text once.
pub(super) fn read(folder: &Path) -> Result<Corpora, String> {
    let mut files = Vec::new();
    for (name, kind) in FOLDERS {
        files.extend(json_files(&folder.join(name))?.into_iter().map(|file| (file, kind)));
    }
    let texts: Vec<(PolicyType, String)> = (files.par_iter())
        .map(|(file, kind)| Ok(texts(&file.display().to_string(), &read_file(file)?, *kind)))
        .collect::<Result<Vec<_>, String>>()?
        .concat();
    let distinct: BTreeSet<(PolicyType, String)> = texts.into_iter().collect();
    if distinct.is_empty() {
        return Err(format!("no policy under `{}`", folder.display()));
    }
    let read: Vec<Option<RealPolicy>> = (distinct.into_par_iter())
        .map(|(policy_type, text)| policy(&text, policy_type))
        .collect();
    let refused = read.iter().filter(|policy| policy.is_none()).count();
    Ok(Corpora {
        policies: read.into_iter().flatten().collect(),
        refused,
    })
}

fn read_file(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("cannot read `{}`: {error}", file.display()))
}

/// The policies in a file.
fn texts(name: &str, bytes: &[u8], kind: Kind) -> Vec<(PolicyType, String)> {
    let Ok(text) = decode_utf8(bytes, 0) else {
        return Vec::new();
    };
    match kind {
        Kind::Policy(policy_type) => vec![(policy_type, text.to_owned())],
        Kind::Managed => {
            let document = member(text, "Document").unwrap_or(text);
            vec![(PolicyType::IdentityBasedPolicy, document.to_owned())]
        }
        Kind::Export => {
            let policies = export::policies(name, text).into_iter();
            policies
                .map(|policy| (policy.policy_type(), policy.text().to_owned()))
                .collect()
        }
        Kind::Json => Vec::new(),
    }
}

/// Nothing where the evaluator does not take the text for a policy of this type.
pub(super) fn policy(text: &str, policy_type: PolicyType) -> Option<RealPolicy> {
    let parsed = parse_policy(text, &ParseOptions::default());
    bailiwick_policy::lower(&parsed, policy_type).ok()?;
    Some(RealPolicy {
        document: parsed.document?.node,
        policy_type,
    })
}
