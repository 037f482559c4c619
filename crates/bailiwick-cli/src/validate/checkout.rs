//! Where files are in the repository that the command runs in.

use std::fs;
use std::path::{Component, Path, PathBuf};

use bailiwick::ArtifactPlace;

/// The repository that the command runs in.
pub(super) struct Checkout {
    /// Its root, without links: the nearest folder upwards that has `.git`. Where there is none, the folder that the command runs in.
    root: PathBuf,
}

impl Checkout {
    pub(super) fn of_here() -> Self {
        let here = fs::canonicalize(".").unwrap_or_default();
        // In a worktree `.git` is a file.
        let root = here.ancestors().find(|folder| folder.join(".git").exists());
        Self {
            root: root.unwrap_or(&here).to_owned(),
        }
    }

    /// Where a file is that goes by this name in a report.
    pub(super) fn place_of(&self, name: &str) -> ArtifactPlace {
        if name == "-" {
            return ArtifactPlace::StandardInput;
        }
        let path = real(Path::new(name));
        match path.strip_prefix(&self.root) {
            Ok(within) => {
                let steps: Vec<_> = within.iter().map(|step| step.to_string_lossy()).collect();
                ArtifactPlace::Within(if steps.is_empty() {
                    ".".to_owned()
                } else {
                    steps.join("/")
                })
            }
            Err(_) => ArtifactPlace::Elsewhere(path.to_string_lossy().into_owned()),
        }
    }
}

/// The absolute path without links and without `..`; of what does not exist, as far as it exists.
fn real(path: &Path) -> PathBuf {
    if let Ok(path) = fs::canonicalize(path) {
        return path;
    }
    let (Some(parent), Some(last @ Component::Normal(_))) = (path.parent(), path.components().next_back()) else {
        return std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    };
    let parent = if parent.as_os_str().is_empty() {
        Path::new(".")
    } else {
        parent
    };
    real(parent).join(last)
}
