//! `cargo xtask codegen`: the tables of `bailiwick-catalog`, from the vendored facts under `xtask/data/`.
//!
//! Facts come in two steps. `--fetch` downloads the pinned packages of `SOURCES.toml` and keeps their facts as
//! compressed extracts; it is the only step that needs a network, and Python. Without it, the extracts and the reviewed
//! `overlay.tsv` are turned into the committed tables; `--check` and a test say when those are stale.

mod extract;
mod facts;
mod fetch;
mod output;
mod overlay;
mod sources;
mod tables;
mod unlisted;

use std::path::{Path, PathBuf};

use crate::workspace;

use facts::Facts;
use sources::Sources;

/// Where the vendored facts are.
const DATA: &str = "xtask/data";

/// Where the tables go.
const GENERATED: &str = "crates/bailiwick-catalog/src/generated";

/// What to run when the tables are stale.
const COMMAND: &str = "cargo xtask codegen";

/// Generated files: path below [`GENERATED`], text.
type Files = std::collections::BTreeMap<PathBuf, String>;

/// `cargo xtask codegen [--check | --fetch]`.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let root = workspace::root();
    match args {
        [] => write(&root),
        [flag] if flag == "--check" => check(&root),
        [flag] if flag == "--fetch" => {
            fetch::fetch(&root)?;
            write(&root)
        }
        _ => Err("usage: cargo xtask codegen [--check | --fetch]".to_owned()),
    }
}

/// Writes the tables and says what they hold.
fn write(root: &Path) -> Result<(), String> {
    let facts = facts(root)?;
    let files = tables::render(&facts)?;
    output::write(&root.join(GENERATED), &files)?;
    let bytes: usize = files.values().map(String::len).sum();
    println!(
        "{GENERATED}: {} services, {} actions, {} managed policies; {} files, {bytes} bytes",
        facts.services.len(),
        facts
            .services
            .values()
            .map(|service| service.actions.len())
            .sum::<usize>(),
        facts.managed_policies.len(),
        files.len(),
    );
    Ok(())
}

/// Compares the tables with what would be written; writes nothing.
fn check(root: &Path) -> Result<(), String> {
    let stale = output::differences(&root.join(GENERATED), &tables::render(&facts(root)?)?)?;
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{GENERATED} is stale; run `{COMMAND}`\n  {}",
        stale.join("\n  ")
    ))
}

/// The vendored facts, verified against `SOURCES.toml` and corrected by the overlay.
fn facts(root: &Path) -> Result<Facts, String> {
    let data = root.join(DATA);
    let sources = Sources::read(&data)?;
    let mut facts = Facts::parse(&sources)?;
    overlay::apply(&workspace::read(&data.join("overlay.tsv"))?, &mut facts)?;
    facts.verify()?;
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_tables_are_what_codegen_writes() {
        assert_eq!(check(&workspace::root()), Ok(()));
    }

    #[test]
    fn the_facts_have_the_size_that_the_design_names() {
        let facts = facts(&workspace::root()).unwrap();
        let actions: usize = facts.services.values().map(|service| service.actions.len()).sum();
        assert_eq!(
            (facts.services.len(), actions, facts.managed_policies.len()),
            (457, 22_321, 1_582)
        );
    }
}
