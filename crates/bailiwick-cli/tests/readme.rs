//! The README's first command prints what the README says.

#![expect(clippy::disallowed_methods, reason = "a test reads the README")]

use std::path::Path;
use std::process::Command;

#[test]
fn the_first_command_prints_what_the_readme_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, block) = readme.split_once("```console\n$ cargo run --release -- ").unwrap();
    let (block, _) = block.split_once("\n```").unwrap();
    let (command, printed) = block.split_once("--explain\n").unwrap();
    let words = command.split_whitespace().filter(|word| *word != "\\");
    let output = Command::new(env!("CARGO_BIN_EXE_bailiwick"))
        .args(words)
        .arg("--explain")
        .current_dir(root)
        .output();
    let output = output.unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), printed);
}
