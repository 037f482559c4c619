//! Folders, searched for policies and exports.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use bailiwick::{DocumentKind, is_export};

/// What is to be validated.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// A file, or standard input.
    File(InputFile),
    /// A folder of exports.
    Exports(PathBuf),
}

/// A file, or standard input.
#[derive(Clone, Debug)]
pub(super) struct InputFile {
    pub(super) path: PathBuf,
    /// One that was named is a policy; one that was found may be anything.
    pub(super) named: bool,
    /// The part of its path that says what type of policy it is.
    pub(super) hint: String,
}

/// The searches of one command: each file and each folder is found once, by whatever name.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// The files that were named, by their real paths.
    named: BTreeSet<PathBuf>,
    /// The folders that were searched and the files that were found, by their real paths.
    found: BTreeSet<PathBuf>,
}

/// What a search of a folder finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) inputs: Vec<Input>,
    /// What cannot be searched, with the reason.
    pub(super) refused: Vec<(PathBuf, String)>,
    /// The folders that were not searched.
    pub(super) left_out: Vec<PathBuf>,
    /// Whether there is something that was found before.
    pub(super) is_known: bool,
    /// The folders that lead to where the search is.
    above: Vec<PathBuf>,
}

/// A folder of the exports of an organization.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum ExportsPart {
    /// Where `org.json` is.
    Top,
    /// `accounts`
    Accounts,
}

/// Folders that hold what others wrote or what was built.
const SKIPPED: [&str; 2] = ["node_modules", "target"];

impl Search {
    /// A search for what was named.
    pub(super) fn new(named: &[PathBuf]) -> Self {
        let files = named.iter().filter(|path| !path.is_dir());
        Self {
            named: files.filter_map(|path| fs::canonicalize(path).ok()).collect(),
            found: BTreeSet::new(),
        }
    }

    /// A file that was named; nothing where it was found before.
    pub(super) fn file(&mut self, path: &Path) -> Option<Input> {
        if let Ok(real) = fs::canonicalize(path)
            && path != Path::new("-")
            && !self.found.insert(real)
        {
            return None;
        }
        Some(Input::File(InputFile {
            path: path.to_owned(),
            named: true,
            hint: match hint(path, 2) {
                elsewhere if elsewhere.is_empty() => file_name(path),
                hint => hint,
            },
        }))
    }

    /// Searches a folder that was named: in the order of the names.
    pub(super) fn folder(&mut self, path: &Path) -> Found {
        let mut found = Found::default();
        self.search(path, &hint(path, 1), None, &mut found);
        found
    }

    /// Searches a folder. Where it is a part of a folder of exports, `part` says which.
    fn search(&mut self, path: &Path, hint: &str, part: Option<ExportsPart>, found: &mut Found) {
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) => return found.cannot_read(path, &error),
        };
        if found.above.contains(&real) {
            let message = format!(
                "`{}` leads back to a folder that holds it: a loop of links",
                path.display()
            );
            return found.refused.push((path.to_owned(), message));
        }
        if !self.found.insert(real.clone()) {
            found.is_known = true;
            return;
        }
        let part = if part.is_none() && holds_exports(path) {
            found.inputs.push(Input::Exports(path.to_owned()));
            Some(ExportsPart::Top)
        } else {
            part
        };
        found.above.push(real);
        for name in found.names(path) {
            let entry = path.join(&name);
            let name = name.to_string_lossy();
            let hint = format!("{hint}/{name}");
            let is_json = entry
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
            match fs::metadata(&entry) {
                Ok(metadata) if metadata.is_dir() => {
                    if name.starts_with('.') || SKIPPED.contains(&&*name) {
                        found.left_out.push(entry);
                    } else {
                        let accounts = part == Some(ExportsPart::Top) && name == "accounts";
                        self.search(&entry, &hint, accounts.then_some(ExportsPart::Accounts), found);
                    }
                }
                // Of the files among exports only the exports are read, all of them together.
                Ok(_) if part.is_some() => {}
                Ok(_) if is_json => self.found_file(entry, hint, found),
                Err(error) if is_json => found.cannot_read(&entry, &error),
                Ok(_) | Err(_) => {}
            }
        }
        found.above.pop();
    }

    fn found_file(&mut self, path: PathBuf, hint: String, found: &mut Found) {
        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        let named = self.named.contains(&real);
        if self.found.insert(real) {
            found.inputs.push(Input::File(InputFile { path, named, hint }));
        } else {
            found.is_known = true;
        }
    }
}

impl Found {
    fn cannot_read(&mut self, path: &Path, error: &std::io::Error) {
        let message = format!("cannot read `{}`: {error}", path.display());
        self.refused.push((path.to_owned(), message));
    }

    /// What is in a folder, in order.
    fn names(&mut self, path: &Path) -> Vec<OsString> {
        let mut names = Vec::new();
        match fs::read_dir(path) {
            Ok(entries) => {
                for entry in entries {
                    match entry {
                        Ok(entry) => names.push(entry.file_name()),
                        Err(error) => self.cannot_read(path, &error),
                    }
                }
            }
            Err(error) => self.cannot_read(path, &error),
        }
        names.sort();
        names
    }
}

/// The last names of a path as seen from where the command runs; none where it leads elsewhere. The folders above are where somebody works,
/// and say nothing of policies.
fn hint(path: &Path, count: usize) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(here).unwrap_or(path);
    if path.is_absolute() {
        return String::new();
    }
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    let names: Vec<_> = names.collect();
    names[names.len().saturating_sub(count)..].join("/")
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
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
