//! The files of the repository, and which of them people write.

use std::path::Path;

use crate::workspace;

use super::Finding;

/// Folders whose files come from a program or from elsewhere, or are wrong on purpose.
const NOT_WRITTEN: [&str; 4] = ["data", "generated", "snapshots", "testdata"];

/// Endings of files that a program writes, or that consist of tabs.
const NOT_WRITTEN_ENDINGS: [&str; 4] = [".csv", ".lock", ".snap", ".tsv"];

/// What an unreviewed snapshot ends in.
const PENDING: &str = ".snap.new";

/// The repository as it stands in the working folder: new files count before they are committed.
pub(super) struct Tree {
    /// Every file, relative to the root, with `/` between folders.
    pub(super) paths: Vec<String>,
    /// The text files that people write.
    pub(super) written: Vec<SourceFile>,
}

/// A text file that people write.
pub(super) struct SourceFile {
    pub(super) path: String,
    pub(super) text: String,
}

impl Tree {
    pub(super) fn read(root: &Path) -> Result<Self, String> {
        let ignored = ignored_folders(root)?;
        let mut paths = Vec::new();
        walk(root, "", &ignored, &mut paths)?;

        let mut written = Vec::new();
        for path in paths.iter().filter(|path| is_written(path)) {
            let bytes = std::fs::read(root.join(path)).map_err(|error| format!("cannot read {path}: {error}"))?;
            // What is not text is an image or an archive: nothing to tidy in it.
            if let Ok(text) = String::from_utf8(bytes) {
                written.push(SourceFile {
                    path: path.clone(),
                    text,
                });
            }
        }
        Ok(Self { paths, written })
    }
}

impl SourceFile {
    /// Whether the name of the file ends in `.extension`.
    pub(super) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|own| own == extension)
    }
}

/// Snapshots that insta wrote beside the accepted ones and nobody reviewed.
pub(super) fn pending_snapshots(paths: &[String]) -> Vec<Finding> {
    let pending = paths.iter().filter(|path| path.ends_with(PENDING));
    pending
        .map(|path| Finding::on_file(path, "a snapshot that nobody reviewed: accept it or delete it"))
        .collect()
}

/// Whether a person writes this file, so that the rules of the house hold for it.
pub(super) fn is_written(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let from_elsewhere = folders.split('/').any(|folder| NOT_WRITTEN.contains(&folder));
    let ending = NOT_WRITTEN_ENDINGS.iter().any(|ending| path.ends_with(ending));
    !from_elsewhere && !ending && !path.ends_with(PENDING)
}

/// Folders that `.gitignore` names from the root, as `target` is.
fn ignored_folders(root: &Path) -> Result<Vec<String>, String> {
    let text = workspace::read(&root.join(".gitignore"))?;
    let anchored = text.lines().filter_map(|line| line.strip_prefix('/'));
    Ok(anchored
        .map(|path| path.trim_end_matches('/').to_owned())
        .chain([".git".to_owned()])
        .collect())
}

fn walk(root: &Path, folder: &str, ignored: &[String], paths: &mut Vec<String>) -> Result<(), String> {
    for entry in workspace::entries(&root.join(folder))? {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        let path = if folder.is_empty() {
            name.into_owned()
        } else {
            format!("{folder}/{name}")
        };
        if ignored.contains(&path) {
            continue;
        }
        if entry.is_dir() && !entry.is_symlink() {
            walk(root, &path, ignored, paths)?;
        } else if entry.is_file() {
            paths.push(path);
        }
    }
    Ok(())
}
