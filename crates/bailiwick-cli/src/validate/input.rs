//! One file: read, and found to be a policy, an export, or neither.

use std::io::{self, Read as _};
use std::path::{Component, Path};

use bailiwick::{DocumentKind, PolicyReport, ValidatePolicyType, ValidatedAs, WrappedAs, infer_policy_type, is_json};

use super::walk::InputFile;
use crate::files;

/// The largest file that is read as a policy, in bytes. IAM's policies have at most 20 kB.
const MAX_POLICY_BYTES: u64 = 1 << 20;

/// What became of an input.
pub(super) enum Outcome {
    /// It is a policy, and its text without a byte-order mark.
    Policy(Box<PolicyReport>, String),
    /// It is an export.
    Export(DocumentKind, Vec<u8>),
    /// It is a folder of exports, which is read in its turn.
    Exports,
    /// It is no policy, and nobody said that it is one.
    Skipped,
    /// It cannot be validated, for this reason.
    Refused(String),
}

/// Reads and validates a file.
pub(super) fn validate(file: &InputFile, name: &str, policy_type: Option<ValidatePolicyType>) -> Outcome {
    outcome(file, name, policy_type).unwrap_or_else(Outcome::Refused)
}

/// What becomes of a file, or why it cannot be validated.
fn outcome(file: &InputFile, name: &str, policy_type: Option<ValidatePolicyType>) -> Result<Outcome, String> {
    let bytes = match read(&file.path).map_err(|error| format!("cannot read `{name}`: {error}"))? {
        Content::Whole(bytes) => bytes,
        Content::TooLarge { may_be_policy } if file.named || may_be_policy => {
            return Err(format!(
                "`{name}` is larger than a policy can be, {MAX_POLICY_BYTES} bytes, and it is no export"
            ));
        }
        Content::TooLarge { .. } => return Ok(Outcome::Skipped),
    };
    let text = decode(&bytes).map_err(|why| format!("`{name}` is {why}"))?;
    let kind = DocumentKind::of(text);
    if !kind.is_export() {
        return report(file, name, text, kind, policy_type);
    }
    if file.named && policy_type.is_some() {
        return Err(format!(
            "`{name}` is an export, which says what type each policy is: leave out --type"
        ));
    }
    Ok(Outcome::Export(kind, bytes))
}

/// Validates a text that is no export.
fn report(
    file: &InputFile,
    name: &str,
    text: &str,
    kind: DocumentKind,
    policy_type: Option<ValidatePolicyType>,
) -> Result<Outcome, String> {
    let validated_as = |document: &str, wrapped_as| type_of(document, &file.hint, policy_type, wrapped_as);
    let wrapped = match kind {
        DocumentKind::Wrapped => PolicyReport::of_wrapped(name, text, validated_as),
        _ => None,
    };
    let report = match wrapped {
        Some(report) => report,
        // What is no JSON may be anything, and a policy too.
        None if kind != DocumentKind::Policy && is_json_object(text) && !file.named => return Ok(Outcome::Skipped),
        None if kind != DocumentKind::Policy && is_json_object(text) && policy_type.is_none() => {
            let message = "it has neither `Statement` nor a `Version` of the policy language";
            return Err(format!("`{name}` is no policy: {message}"));
        }
        // Who says that it is a policy learns what is wrong with it.
        None => PolicyReport::of_file(name, text, validated_as(text, WrappedAs::Unsaid)),
    };
    match report {
        Ok(report) => Ok(Outcome::Policy(Box::new(report), text.to_owned())),
        Err(error) => Err(error.message),
    }
}

fn is_json_object(text: &str) -> bool {
    text.trim_start().starts_with('{') && is_json(text)
}

/// What a document is validated as: what was said, or what it most likely is.
fn type_of(text: &str, hint: &str, policy_type: Option<ValidatePolicyType>, wrapped_as: WrappedAs) -> ValidatedAs {
    match policy_type {
        // Of which resource it is can be seen; that it is a policy of one was said.
        Some(ValidatePolicyType::ResourcePolicy(None)) => resource_policy(text, hint),
        Some(policy_type) => ValidatedAs {
            policy_type,
            because: None,
        },
        None => wrapped_as.validated_as(text, hint),
    }
}

fn resource_policy(text: &str, hint: &str) -> ValidatedAs {
    let inferred = infer_policy_type(text, hint);
    if inferred.policy_type != ValidatePolicyType::TRUST_POLICY && inferred.policy_type.resource_type().is_some() {
        return inferred;
    }
    ValidatedAs {
        policy_type: ValidatePolicyType::ResourcePolicy(None),
        because: None,
    }
}

/// What a file holds.
enum Content {
    Whole(Vec<u8>),
    /// More than a policy can be.
    TooLarge {
        /// Whether it begins like one all the same, or like nothing that a program writes.
        may_be_policy: bool,
    },
}

/// Reads a regular file or standard input: as much as a policy can be, and more only where it begins like an export.
fn read(path: &Path) -> io::Result<Content> {
    let mut source = files::open_file(path)?;
    let mut bytes = Vec::new();
    source.by_ref().take(MAX_POLICY_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 <= MAX_POLICY_BYTES {
        return Ok(Content::Whole(bytes));
    }
    let beginning = String::from_utf8_lossy(&bytes);
    let kind = DocumentKind::of(&beginning);
    if !kind.is_export() {
        let is_data = beginning
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with(['{', '[']);
        return Ok(Content::TooLarge {
            may_be_policy: kind == DocumentKind::Policy || !is_data,
        });
    }
    files::read_on(source, &mut bytes)?;
    Ok(Content::Whole(bytes))
}

/// The text of a file without a byte-order mark, or what it is instead.
fn decode(bytes: &[u8]) -> Result<&str, String> {
    // By its byte-order mark or by the zeros beside ASCII characters; the longer ones first, as they begin like the others.
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] | [1..=0xff, 0, 0, 0, ..] | [0, 0, 0, 1..=0xff, ..] => {
            Err("UTF-32: save it as UTF-8".to_owned())
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0xff, ..] | [1..=0xff, 0, ..] => {
            Err("UTF-16: save it as UTF-8".to_owned())
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
            Err(error) => Err(format!("not UTF-8: {error}")),
        },
    }
}

/// The name of a path, with `/`.
pub(super) fn name_of(path: &Path) -> String {
    let mut name = String::new();
    for component in path.components() {
        if component == Component::CurDir {
            continue;
        }
        if !name.is_empty() && !name.ends_with('/') {
            name.push('/');
        }
        match component {
            // On Windows it follows `C:`.
            Component::RootDir if name.ends_with('/') => {}
            Component::RootDir => name.push('/'),
            _ => name.push_str(&component.as_os_str().to_string_lossy()),
        }
    }
    if name.is_empty() { ".".to_owned() } else { name }
}
