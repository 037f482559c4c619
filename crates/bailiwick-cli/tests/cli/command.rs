//! The binary, and folders for it to read.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// How the command ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("the command was not killed"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The answer as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The answers of `--lines`.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect()
    }
}

/// The root of the repository: where the commands run, so that no path of this machine is in an answer.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// `bailiwick` at the root of the repository.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bailiwick"));
    command.current_dir(root()).stdin(Stdio::null());
    command
}

pub(crate) fn run(args: &[&str]) -> Ended {
    Ended::of(command().args(args).output().unwrap())
}

/// Runs the command in another folder.
pub(crate) fn run_in(folder: &Path, args: &[&str]) -> Ended {
    Ended::of(command().current_dir(folder).args(args).output().unwrap())
}

/// Runs the command with `input` as its standard input.
pub(crate) fn run_with_input(args: &[&str], input: &[u8]) -> Ended {
    let mut command = command();
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that does not want all of its input closes it early.
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ended::of(output)
}

/// A new empty folder; the name is the test's own.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes a file in a new folder; returns its path.
pub(crate) fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder(name).join("input.json");
    fs::write(&path, content).unwrap();
    text(&path)
}

/// A new copy of testdata/acme.
pub(crate) fn copy_of_acme(name: &str) -> PathBuf {
    let (from, to) = (root().join("testdata/acme"), folder(name));
    fs::create_dir(to.join("accounts")).unwrap();
    fs::copy(from.join("org.json"), to.join("org.json")).unwrap();
    for entry in fs::read_dir(from.join("accounts")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join("accounts").join(entry.file_name())).unwrap();
    }
    to
}

/// Replaces the first `from` of a file.
#[track_caller]
pub(crate) fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{} has no {from}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

pub(crate) fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}
