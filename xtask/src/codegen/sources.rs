//! `SOURCES.toml`: which packages the facts come from, and that the vendored extracts are theirs.

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::workspace;

pub(super) const FILE: &str = "SOURCES.toml";

/// The pinned packages, with the text of their extracts.
pub(super) struct Sources {
    pub(super) pins: Vec<Pin>,
    extracts: Vec<String>,
}

#[derive(Deserialize)]
struct Document {
    source: Vec<Pin>,
}

/// One pinned package.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pin {
    /// What the facts are used for.
    pub(super) name: String,
    /// `pypi:` and the name of the package.
    pub(super) origin: String,
    pub(super) version: String,
    pub(super) released: String,
    pub(super) licence: String,
    pub(super) wheel: String,
    pub(super) wheel_sha256: String,
    pub(super) extract: String,
    /// Of the text, not of the compressed file: compressors differ.
    pub(super) extract_sha256: String,
}

impl Sources {
    /// Reads and verifies every extract.
    pub(super) fn read(data: &Path) -> Result<Self, String> {
        let pins = pins(&workspace::read(&data.join(FILE))?)?;
        let extracts = pins.iter().map(|pin| extract(data, pin)).collect::<Result<_, _>>()?;
        Ok(Self { pins, extracts })
    }

    /// The text of the extract of that name.
    pub(super) fn extract(&self, name: &str) -> Result<&str, String> {
        let at = self.pins.iter().position(|pin| pin.name == name);
        let at = at.ok_or_else(|| format!("{FILE} names no source `{name}`"))?;
        Ok(&self.extracts[at])
    }
}

/// The packages that `SOURCES.toml` pins.
pub(super) fn pins(toml: &str) -> Result<Vec<Pin>, String> {
    let document: Document = toml::from_str(toml).map_err(|error| format!("{FILE}: {error}"))?;
    Ok(document.source)
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Refuses bytes that are not the ones that `SOURCES.toml` records.
pub(super) fn verify(what: &str, bytes: &[u8], recorded: &str) -> Result<(), String> {
    let found = sha256(bytes);
    if found == recorded {
        return Ok(());
    }
    Err(format!("SHA-256 of {what} is {found}, but {FILE} records `{recorded}`"))
}

fn extract(data: &Path, pin: &Pin) -> Result<String, String> {
    let path = data.join(&pin.extract);
    let failure = |error| format!("cannot read {}: {error}", path.display());
    let compressed = std::fs::read(&path).map_err(failure)?;
    let mut text = String::new();
    GzDecoder::new(compressed.as_slice())
        .read_to_string(&mut text)
        .map_err(failure)?;
    verify(&pin.extract, text.as_bytes(), &pin.extract_sha256)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_extract_is_refused() {
        let recorded = sha256(b"facts");
        assert_eq!(verify("x", b"facts", &recorded), Ok(()));
        assert!(
            verify("x", b"fiction", &recorded)
                .unwrap_err()
                .contains("SOURCES.toml records")
        );
    }

    #[test]
    fn sha256_is_the_one_of_fips_180() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
