//! The manifests of `crates/` against the table: every dependency points strictly down.

use std::collections::BTreeSet;

use super::manifest::{Dependency, DependencyKind, Manifest, Table};
use super::{TESTKIT, Violation};

/// Every dependency, name and folder that breaks the layer rule.
pub(super) fn direction(table: &Table, manifests: &[Manifest]) -> BTreeSet<Violation> {
    let mut violations = listed_twice(table);
    for manifest in manifests {
        violations.extend(folder_mismatch(manifest));
        violations.extend(missing_from_table(table, manifest));
        for dependency in &manifest.dependencies {
            violations.extend(forbidden_dependency(table, manifests, manifest, dependency));
        }
    }
    violations
}

fn listed_twice(table: &Table) -> BTreeSet<Violation> {
    let mut seen = BTreeSet::new();
    let twice = table.crates().filter(|(_, name)| !seen.insert(*name));
    twice
        .map(|(layer, name)| Violation {
            crate_name: name.to_owned(),
            wrong: format!("is listed again in L{layer}"),
            rule: "a crate stands in one layer of [workspace.metadata.layers]".to_owned(),
        })
        .collect()
}

fn folder_mismatch(manifest: &Manifest) -> Option<Violation> {
    (manifest.folder != manifest.package).then(|| Violation {
        crate_name: manifest.package.clone(),
        wrong: format!("lives in `crates/{}`", manifest.folder),
        rule: "a folder has the name of its package".to_owned(),
    })
}

fn missing_from_table(table: &Table, manifest: &Manifest) -> Option<Violation> {
    table.layer(&manifest.package).is_none().then(|| Violation {
        crate_name: manifest.package.clone(),
        wrong: "has no layer".to_owned(),
        rule: "every crate stands in [workspace.metadata.layers] of the root manifest".to_owned(),
    })
}

fn forbidden_dependency(
    table: &Table,
    manifests: &[Manifest],
    manifest: &Manifest,
    dependency: &Dependency,
) -> Option<Violation> {
    let from = table.layer(&manifest.package)?;
    let name = &dependency.package;
    let violation = |rule: String| {
        let table_name = dependency.kind.table_name();
        let wrong = format!("has `{name}` in [{table_name}]");
        Some(Violation {
            crate_name: manifest.package.clone(),
            wrong,
            rule,
        })
    };
    let Some(to) = table.layer(name) else {
        // A third-party crate, or one of ours that the table does not know.
        let ours = manifests.iter().any(|other| other.package == *name);
        return if ours {
            violation(format!("`{name}` has no layer"))
        } else {
            None
        };
    };
    let for_tests = dependency.kind == DependencyKind::Development;
    match (name == TESTKIT, for_tests) {
        (true, true) => None,
        (true, false) => violation(format!("`{TESTKIT}` is for [dev-dependencies] only")),
        (false, _) if to < from => None,
        (false, true) => violation(format!(
            "tests may use `{TESTKIT}` and strictly lower layers only, and L{to} is not below L{from}"
        )),
        (false, false) => violation(format!(
            "a crate uses strictly lower layers only, and L{to} is not below L{from}"
        )),
    }
}
