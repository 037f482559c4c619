//! The direction of dependencies, held by a test: a crate uses strictly lower layers only.
//!
//! The table is `[workspace.metadata.layers]` of the root manifest. Two checks read it: [`mod@direction`] looks at the
//! manifests of `crates/` alone, [`reach`] follows `cargo metadata` to the third-party crates behind them.

mod direction;
mod manifest;
mod reach;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use crate::workspace;

use direction::direction;
use manifest::{Manifest, Table};

/// The one crate that only tests may depend on.
const TESTKIT: &str = "bailiwick-testkit";

/// One broken rule: which crate, what it does wrong, and the rule.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Violation {
    crate_name: String,
    wrong: String,
    rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}: {}", self.crate_name, self.wrong, self.rule)
    }
}

/// `cargo xtask layers`: prints the table with what each crate uses, then every violation.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    workspace::no_arguments(args)?;
    let table = Table::read(&workspace::root())?;
    let manifests = Manifest::read_all(&workspace::root())?;
    print!("{}", drawing(&table, &manifests));

    let violations = violations(&table, &manifests)?;
    for violation in &violations {
        println!("error: {violation}");
    }
    match violations.len() {
        0 => Ok(()),
        count => Err(format!("{count} violation(s) of the layer rule")),
    }
}

/// Every crate that exists in `crates/` or has a layer already.
pub(crate) fn crate_names(root: &Path) -> Result<BTreeSet<String>, String> {
    let table = Table::read(root)?;
    let existing = Manifest::read_all(root)?.into_iter().map(|manifest| manifest.package);
    Ok(existing
        .chain(table.crates().map(|(_, name)| name.to_owned()))
        .collect())
}

/// Both checks on the real workspace.
fn violations(table: &Table, manifests: &[Manifest]) -> Result<BTreeSet<Violation>, String> {
    let mut violations = direction(table, manifests);
    violations.extend(reach::reach(table, &reach::metadata()?)?);
    Ok(violations)
}

/// The layers, highest first, with what each crate uses of the workspace.
fn drawing(table: &Table, manifests: &[Manifest]) -> String {
    let mut text = String::new();
    for (layer, name) in table.crates().rev() {
        let uses = match manifests.iter().find(|manifest| manifest.package == name) {
            None => "(not there yet)".to_owned(),
            Some(manifest) => {
                let names: BTreeSet<&str> = manifest.lower_crates(table).collect();
                names.into_iter().collect::<Vec<_>>().join(" ")
            }
        };
        text.push_str(format!("L{layer}  {name:18}  {uses}").trim_end());
        text.push('\n');
    }
    text
}
