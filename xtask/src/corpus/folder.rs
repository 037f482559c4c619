//! The folder of real documents: one subfolder a kind of document.

use std::path::{Path, PathBuf};

use bailiwick_grammar::json::{Json, JsonValue, parse_json};
use bailiwick_grammar::{Limits, PolicyType};

/// What one file of a subfolder is.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// A policy document.
    Policy(PolicyType),
    /// An AWS managed policy: a JSON object whose member `Document` is the policy.
    Managed,
    /// What `aws iam get-account-authorization-details` prints.
    Export,
    /// JSON of no interest but for being JSON.
    Json,
}

pub(crate) const FOLDERS: [(&str, Kind); 9] = [
    ("boundary", Kind::Policy(PolicyType::PermissionsBoundary)),
    ("cloudtrail", Kind::Json),
    ("gaad", Kind::Export),
    ("identity", Kind::Policy(PolicyType::IdentityBasedPolicy)),
    ("managed", Kind::Managed),
    ("rcp", Kind::Policy(PolicyType::ResourceControlPolicy)),
    ("resource-policies", Kind::Policy(PolicyType::ResourceBasedPolicy)),
    ("scp", Kind::Policy(PolicyType::ServiceControlPolicy)),
    ("trust", Kind::Policy(PolicyType::TrustPolicy)),
];

/// The limits for files that are no policies: events and exports are larger and nest deeper.
pub(crate) const FILE: Limits = Limits {
    bytes: 64 << 20,
    depth: 128,
    ..Limits::POLICY
};

pub(crate) fn json_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("cannot read `{}`: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}

/// The text of a member of the object that `text` is.
pub(crate) fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (
        JsonValue {
            node: Json::Object(members),
            ..
        },
        _,
    ) = parse_json(text, 0, &FILE)
    else {
        return None;
    };
    let member = members.iter().find(|member| member.key.as_str() == name)?;
    text.get(member.value.span.range())
}
