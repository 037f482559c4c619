//! The habits of the tree that no compiler checks: length, leftovers, white space, and documents that went stale.

mod documents;
mod length;
mod lines;
#[cfg(test)]
mod tests;
mod tree;

use std::fmt;
use std::path::Path;

use crate::{layers, workspace};

use tree::{SourceFile, Tree};

/// Something to mend, and where.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Finding {
    path: String,
    /// Counted from 1; 0 where the whole file is meant.
    line: usize,
    message: String,
}

impl Finding {
    fn on_line(file: &SourceFile, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: file.path.clone(),
            line,
            message: message.into(),
        }
    }

    fn on_file(path: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 0,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// `cargo xtask tidy`: prints the longest files, then everything to mend.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    workspace::no_arguments(args)?;
    let tree = Tree::read(&workspace::root())?;
    for (lines, path) in length::longest(&tree.written) {
        println!("long: {path} has {lines} lines of production code: one room, or two?");
    }

    let findings = findings(&workspace::root(), &tree)?;
    for finding in &findings {
        println!("error: {finding}");
    }
    match findings.len() {
        0 => Ok(()),
        count => Err(format!("{count} thing(s) to mend")),
    }
}

/// Every rule over the whole tree, in the order of the files.
fn findings(root: &Path, tree: &Tree) -> Result<Vec<Finding>, String> {
    let crates = layers::crate_names(root)?;
    let mut findings = tree::pending_snapshots(&tree.paths);
    for file in &tree.written {
        findings.extend(lines::findings(file));
        findings.extend(length::too_long(file));
        findings.extend(documents::unknown_crates(file, &crates));
        findings.extend(documents::long_decision(file));
        findings.extend(documents::stale_terms(file, &tree.written));
    }
    findings.sort();
    Ok(findings)
}
