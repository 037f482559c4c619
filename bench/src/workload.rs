//! The workloads: policies, principals and requests, read from the folder that holds them.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::guardrails::Guardrails;

/// Policies, the principals that have them, and the requests that they make.
#[derive(Deserialize)]
pub(crate) struct Workload {
    /// The name that is printed.
    #[serde(skip)]
    pub(crate) name: &'static str,
    /// The identity-based policies.
    pub(crate) policies: Vec<PolicyDocument>,
    /// The principals.
    pub(crate) principals: Vec<Principal>,
    /// The requests, all of them of these principals.
    pub(crate) requests: Vec<Request>,
    /// What applies besides the identity-based policies.
    #[serde(skip)]
    pub(crate) guardrails: Option<Guardrails>,
}

/// A policy document with its name.
#[derive(Deserialize)]
pub(crate) struct PolicyDocument {
    /// Its name.
    pub(crate) name: String,
    doc: Box<RawValue>,
}

impl PolicyDocument {
    /// The text of the document.
    pub(crate) fn text(&self) -> &str {
        self.doc.get()
    }
}

/// An IAM user and its policies.
#[derive(Deserialize)]
pub(crate) struct Principal {
    /// The user's name.
    pub(crate) name: String,
    /// The user's ARN.
    pub(crate) arn: String,
    /// The user's account.
    pub(crate) account: String,
    /// Which of the workload's policies are attached.
    pub(crate) policies: Vec<usize>,
}

/// One request.
#[derive(Deserialize)]
pub(crate) struct Request {
    /// Which of the workload's principals asks.
    #[serde(rename = "p")]
    pub(crate) principal: usize,
    /// The action.
    pub(crate) action: String,
    /// The ARN of the resource.
    pub(crate) resource: String,
    /// The condition keys.
    #[serde(rename = "ctx")]
    pub(crate) context: BTreeMap<String, Value>,
}

/// What a request has for a condition key.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Value {
    /// The value of a single-valued key.
    Single(String),
    /// The values of a multivalued key.
    Multivalued(Vec<String>),
}

/// Names and files of the workloads; W4 is W2 with guardrails.
pub(crate) const WORKLOADS: [(&str, &str); 5] = [
    ("W1", "w1.json"),
    ("W1d", "w1d.json"),
    ("W2", "w2.json"),
    ("W3", "w3.json.zst"),
    ("W4", "w2.json"),
];

impl Workload {
    /// Reads a workload from the folder.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, in words.
    pub(crate) fn read(directory: &Path, name: &'static str, file: &str) -> Result<Self, String> {
        let path = directory.join(file);
        let explain = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let bytes = std::fs::read(&path).map_err(|error| explain(&error))?;
        let bytes = if path.extension().is_some_and(|extension| extension == "zst") {
            zstd::decode_all(&*bytes).map_err(|error| explain(&error))?
        } else {
            bytes
        };
        let mut workload: Self = serde_json::from_slice(&bytes).map_err(|error| explain(&error))?;
        workload.check().map_err(|error| explain(&error))?;
        workload.name = name;
        workload.guardrails = (name == "W4").then(Guardrails::default);
        Ok(workload)
    }

    /// The principals that make the first requests: an engine that prepares each principal prepares only these.
    pub(crate) fn principals_of(&self, requests: usize) -> Vec<usize> {
        let mut principals: Vec<usize> = self.requests[..requests]
            .iter()
            .map(|request| request.principal)
            .collect();
        principals.sort_unstable();
        principals.dedup();
        principals
    }

    /// Every index points at something; the engines rely on it.
    fn check(&self) -> Result<(), String> {
        let attached = self.principals.iter().flat_map(|principal| &principal.policies);
        let asking = self.requests.iter().map(|request| request.principal);
        if let Some(index) = attached.copied().find(|index| *index >= self.policies.len()) {
            return Err(format!("there is no policy {index}"));
        }
        if let Some(index) = asking.into_iter().find(|index| *index >= self.principals.len()) {
            return Err(format!("there is no principal {index}"));
        }
        Ok(())
    }
}
