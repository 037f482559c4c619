//! One file: read, and found to be a policy, an export, or neither.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path};

use bailiwick::{DocumentKind, PolicyReport, ValidatePolicyType, ValidatedAs, infer_policy_type};

use crate::files::MAX_FILE_BYTES;

/// The largest file that is read as a policy, in bytes. IAM's policies have at most 20 kB.
const MAX_POLICY_BYTES: u64 = 1 << 20;

/// What became of a file.
pub(super) enum Outcome {
    /// It is a policy, and its text without a byte-order mark.
    Policy(Box<PolicyReport>, String),
    /// It is an export.
    Export(DocumentKind, Vec<u8>),
    /// It is no policy, and nobody said that it is one.
    Skipped,
    /// It cannot be validated, for this reason.
    Refused(String),
}

/// Reads and validates a file.
pub(super) fn validate(path: &Path, name: &str, named: bool, policy_type: Option<ValidatePolicyType>) -> Outcome {
    let bytes = match read(path) {
        Ok(Content::Whole(bytes)) => bytes,
        Ok(Content::TooLarge(kind)) if named || kind == DocumentKind::Policy => {
            let message =
                format!("`{name}` is larger than a policy can be, {MAX_POLICY_BYTES} bytes, and it is no export");
            return Outcome::Refused(message);
        }
        Ok(Content::TooLarge(_)) => return Outcome::Skipped,
        Err(error) => return Outcome::Refused(format!("cannot read `{name}`: {error}")),
    };
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(_) if is_utf16(&bytes) => return Outcome::Refused(format!("`{name}` is UTF-16: save it as UTF-8")),
        Err(error) => {
            let kind = DocumentKind::of(&String::from_utf8_lossy(&bytes));
            return if named || kind != DocumentKind::Other {
                Outcome::Refused(format!("`{name}` is not UTF-8: {error}"))
            } else {
                Outcome::Skipped
            };
        }
    };
    if is_utf16(&bytes) {
        return Outcome::Refused(format!("`{name}` is UTF-16: save it as UTF-8"));
    }
    let kind = DocumentKind::of(text);
    if kind.is_export() {
        return match policy_type {
            Some(_) if named => Outcome::Refused(format!(
                "`{name}` is an export, which says what type each policy is: leave out --type"
            )),
            _ => Outcome::Export(kind, bytes),
        };
    }
    let type_of = |document: &str| type_of(document, name, policy_type);
    let report = match kind {
        DocumentKind::Wrapped => PolicyReport::of_wrapped(name, text, type_of),
        DocumentKind::Policy => Some(PolicyReport::of_file(name, text, type_of(text))),
        _ => None,
    };
    let report = match report {
        Some(report) => report,
        None if !named => return Outcome::Skipped,
        None => match PolicyReport::of_file(name, text, type_of(text)) {
            // Who says that it is a policy learns what is wrong with it.
            Ok(report) if report.is_json && policy_type.is_none() => {
                let message = "it has neither `Statement` nor a `Version` of the policy language";
                return Outcome::Refused(format!("`{name}` is no policy: {message}"));
            }
            report => report,
        },
    };
    match report {
        Ok(report) => Outcome::Policy(Box::new(report), text.to_owned()),
        Err(error) => Outcome::Refused(format!("`{name}` cannot be validated: {error}")),
    }
}

/// What a document is validated as: what was said, or what it most likely is.
fn type_of(text: &str, name: &str, policy_type: Option<ValidatePolicyType>) -> ValidatedAs {
    match policy_type {
        // Of which resource it is can be seen; that it is a policy of one was said.
        Some(ValidatePolicyType::ResourcePolicy(None)) => resource_policy(text, name),
        Some(policy_type) => ValidatedAs {
            policy_type,
            because: None,
        },
        None => infer_policy_type(text, name),
    }
}

fn resource_policy(text: &str, name: &str) -> ValidatedAs {
    let inferred = infer_policy_type(text, name);
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
    /// More than a policy can be. What it begins like.
    TooLarge(DocumentKind),
}

/// Reads a regular file or standard input: as much as a policy can be, and more only where it begins like an export.
fn read(path: &Path) -> io::Result<Content> {
    let mut source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        // Asked before it is opened: a pipe would wait for its writer.
        if !path.metadata()?.is_file() {
            return Err(io::Error::other("it is not a file (standard input is `-`)"));
        }
        Box::new(File::open(path)?)
    };
    let mut bytes = Vec::new();
    source.by_ref().take(MAX_POLICY_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 <= MAX_POLICY_BYTES {
        return Ok(Content::Whole(bytes));
    }
    let kind = DocumentKind::of(&String::from_utf8_lossy(&bytes));
    if !kind.is_export() {
        return Ok(Content::TooLarge(kind));
    }
    let left = MAX_FILE_BYTES - bytes.len() as u64;
    source.take(left + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(io::Error::other(format!("it is larger than {MAX_FILE_BYTES} bytes")));
    }
    Ok(Content::Whole(bytes))
}

/// Whether a text is UTF-16, by its byte-order mark or by the zeros between ASCII characters.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0xff, ..] | [1..=0xff, 0, ..]
    )
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
