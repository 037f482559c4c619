//! Where the repository is, and the commands that are run in it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the root manifest.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask
        .parent()
        .expect("invariant: xtask is a folder of the repository")
        .to_path_buf()
}

/// `cargo`, the one that runs this program if there is one, at the root of the repository.
pub(crate) fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The text of a file, or a message that names the file.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// The paths in a folder, sorted, or a message that names the folder.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failure = |error| format!("cannot list {}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failure)? {
        paths.push(entry.map_err(failure)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Refuses arguments that a command does not take: a mistyped option is not ignored.
pub(crate) fn no_arguments(args: &[String]) -> Result<(), String> {
    match args.first() {
        Some(unexpected) => Err(format!("unexpected argument `{unexpected}`")),
        None => Ok(()),
    }
}
