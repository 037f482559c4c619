//! Files as SARIF names them: by URIs, relative to the root of the repository where that holds them.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// The name of the root of the repository in a log. OASIS, SARIF 2.1.0, 3.14.14.
pub(super) const SOURCE_ROOT: &str = "SRCROOT";

/// Where a file is, as those know who read a log on another machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ArtifactPlace {
    /// In the repository: the way from its root, with `/`.
    Within(String),
    /// Elsewhere: the absolute path.
    Elsewhere(String),
    /// Nowhere: it was read from standard input.
    StandardInput,
}

impl ArtifactPlace {
    /// `artifactLocation` of SARIF.
    pub(super) fn location(&self) -> Value {
        match self {
            Self::Within(path) => json!({"uri": encoded(path), "uriBaseId": SOURCE_ROOT}),
            Self::Elsewhere(path) => json!({"uri": file_uri(path)}),
            Self::StandardInput => json!({"uri": "stdin", "description": {"text": "standard input"}}),
        }
    }

    /// What of the place is the same on every machine and in every checkout; of an entity's policy the file alone.
    pub(super) fn known_as(&self, of_entity: bool) -> &str {
        match self {
            Self::Within(path) if !of_entity => path,
            Self::Within(path) | Self::Elsewhere(path) => path.rsplit(['/', '\\']).next().unwrap_or(path),
            Self::StandardInput => "-",
        }
    }
}

/// An absolute path as a URI, of Unix or of Windows. RFC 8089, with its appendix E.
fn file_uri(path: &str) -> String {
    let slashed = path.replace('\\', "/");
    let windows = matches!(path.as_bytes(), [b'\\', ..] | [b'A'..=b'Z' | b'a'..=b'z', b':', ..]);
    if !windows {
        return format!("file://{}", encoded(path));
    }
    let path = slashed.strip_prefix("//?/").unwrap_or(&slashed);
    if let Some(share) = path.strip_prefix("UNC/").or_else(|| path.strip_prefix("//")) {
        return format!("file://{}", encoded(share));
    }
    match path.split_once(':') {
        Some((drive, rest)) => format!("file:///{drive}:{}", encoded(rest)),
        None => format!("file://{}", encoded(path)),
    }
}

/// A path with what no URI has in it written out. RFC 3986.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_repository_is_relative_to_its_root() {
        let place = ArtifactPlace::Within("policies/a b:c.json".to_owned());
        assert_eq!(
            place.location(),
            json!({"uri": "policies/a%20b%3Ac.json", "uriBaseId": "SRCROOT"})
        );
        assert_eq!(place.known_as(false), "policies/a b:c.json");
        assert_eq!(place.known_as(true), "a b:c.json");
    }

    #[test]
    fn a_file_elsewhere_has_an_absolute_uri() {
        for (path, uri) in [
            ("/tmp/é:x.json", "file:///tmp/%C3%A9%3Ax.json"),
            ("C:\\pol\\a b.json", "file:///C:/pol/a%20b.json"),
            ("C:/pol/a.json", "file:///C:/pol/a.json"),
            ("\\\\?\\C:\\pol\\a.json", "file:///C:/pol/a.json"),
            ("\\\\server\\share\\a.json", "file://server/share/a.json"),
            ("\\\\?\\UNC\\server\\share\\a.json", "file://server/share/a.json"),
        ] {
            let place = ArtifactPlace::Elsewhere(path.to_owned());
            assert_eq!(place.location(), json!({"uri": uri}), "{path}");
            assert!(["a.json", "a b.json", "é:x.json"].contains(&place.known_as(false)));
        }
    }
}
