//! Folders, searched for policies and exports.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use bailiwick::{DocumentKind, is_export};

/// What is to be validated.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// A file, or standard input. One that was named is a policy; one that was found may be anything.
    File { path: PathBuf, named: bool },
    /// A folder of exports.
    Exports(PathBuf),
}

/// What a search finds.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) inputs: Vec<Input>,
    /// What cannot be searched, with the reason.
    pub(super) refused: Vec<(PathBuf, String)>,
    /// The folders that lead to where the search is.
    above: Vec<PathBuf>,
    /// The folders that were searched, by whatever name.
    searched: BTreeSet<PathBuf>,
}

/// Folders that hold what others wrote or what was built.
const SKIPPED: [&str; 2] = ["node_modules", "target"];

impl Search {
    /// Searches a folder: in the order of the names, and each folder once, whatever links lead to it.
    pub(super) fn folder(&mut self, path: &Path) {
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) => return self.refuse(path, format!("cannot read `{}`: {error}", path.display())),
        };
        if self.above.contains(&real) {
            let message = format!(
                "`{}` leads back to a folder that holds it: a loop of links",
                path.display()
            );
            return self.refuse(path, message);
        }
        if !self.searched.insert(real.clone()) {
            return;
        }
        if holds_exports(path) {
            return self.inputs.push(Input::Exports(path.to_owned()));
        }
        let mut names = Vec::new();
        match fs::read_dir(path) {
            Ok(entries) => {
                for entry in entries {
                    match entry {
                        Ok(entry) => names.push(entry.file_name()),
                        Err(error) => self.refuse(path, format!("cannot read `{}`: {error}", path.display())),
                    }
                }
            }
            Err(error) => return self.refuse(path, format!("cannot read `{}`: {error}", path.display())),
        }
        names.sort();
        self.above.push(real);
        for name in names {
            let found = path.join(&name);
            let name = name.to_string_lossy();
            let is_json = found
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
            match fs::metadata(&found) {
                Ok(metadata) if metadata.is_dir() => {
                    if !name.starts_with('.') && !SKIPPED.contains(&&*name) {
                        self.folder(&found);
                    }
                }
                Ok(_) if is_json => self.inputs.push(Input::File {
                    path: found,
                    named: false,
                }),
                Err(error) if is_json => self.refuse(&found, format!("cannot read `{}`: {error}", found.display())),
                Ok(_) | Err(_) => {}
            }
        }
        self.above.pop();
    }

    fn refuse(&mut self, path: &Path, message: String) {
        self.refused.push((path.to_owned(), message));
    }
}

/// Whether a folder is one of exports: it has exports of accounts, or an organization.
fn holds_exports(path: &Path) -> bool {
    let accounts = fs::read_dir(path.join("accounts")).into_iter().flatten().flatten();
    let mut accounts = accounts.map(|entry| format!("accounts/{}", entry.file_name().to_string_lossy()));
    accounts.any(|name| is_export(&name)) || is_organization(&path.join("org.json"))
}

/// Whether a file is the export of an organization, by its beginning. Only regular files are opened: a pipe would wait.
fn is_organization(path: &Path) -> bool {
    if !path.is_file() {
        return false;
    }
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut head));
    read.is_ok() && DocumentKind::of(&String::from_utf8_lossy(&head)) == DocumentKind::Organization
}
