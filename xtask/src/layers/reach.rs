//! What the libraries pull in, followed through `cargo metadata`: no runtime, no network, no clock, no terminal.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::workspace;

use super::manifest::Table;
use super::{TESTKIT, Violation};

/// Third-party crates that only the highest layer may reach: runtimes, network, terminal, randomness, clock.
const OUTSIDE: [&str; 8] = [
    "async-std",
    "axum",
    "chrono",
    "clap",
    "hyper",
    "rand",
    "reqwest",
    "tokio",
];

/// What `cargo metadata --format-version 1` prints, as far as it is needed.
#[derive(Deserialize)]
pub(super) struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    /// `None` is a normal dependency, else `"dev"` or `"build"`.
    kind: Option<String>,
}

/// The dependency graph of the workspace as cargo resolved it, for every platform.
pub(super) fn metadata() -> Result<Metadata, String> {
    let mut command = workspace::cargo();
    command.args(["metadata", "--format-version", "1", "--locked"]);
    let output = command
        .output()
        .map_err(|error| format!("cannot run cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        ));
    }
    parse(&output.stdout)
}

pub(super) fn parse(json: &[u8]) -> Result<Metadata, String> {
    serde_json::from_slice(json).map_err(|error| format!("cargo metadata printed something else: {error}"))
}

/// Every crate below the highest layer that reaches a crate of [`OUTSIDE`] through normal dependencies.
pub(super) fn reach(table: &Table, metadata: &Metadata) -> Result<BTreeSet<Violation>, String> {
    let names: BTreeMap<&str, &str> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package.name.as_str()))
        .collect();
    let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for node in &metadata.resolve.nodes {
        let normal = node
            .deps
            .iter()
            .filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none()));
        edges.insert(node.id.as_str(), normal.map(|edge| edge.pkg.as_str()).collect());
    }

    let mut violations = BTreeSet::new();
    let mut looked_at = 0;
    for (id, name) in &names {
        let library = table.layer(name).is_some_and(|layer| layer < table.highest_layer());
        if library && *name != TESTKIT {
            looked_at += 1;
            let paths = paths_outside(id, &names, &edges);
            // What goes through another crate of ours is that crate's violation.
            let own = |path: &&Vec<&str>| path[1..].iter().all(|name| table.layer(name).is_none());
            violations.extend(paths.iter().filter(own).map(|path| violation(path)));
        }
    }
    // A renamed package or a changed format must not make this check pass by looking at nothing.
    if looked_at == 0 {
        Err("cargo metadata lists no crate of the layer table".to_owned())
    } else {
        Ok(violations)
    }
}

/// The shortest path from a package to each crate of [`OUTSIDE`] that it reaches, as package names.
fn paths_outside<'a>(
    start: &'a str,
    names: &BTreeMap<&'a str, &'a str>,
    edges: &BTreeMap<&'a str, Vec<&'a str>>,
) -> Vec<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([start]);
    let mut paths = vec![vec![start]];
    while !paths.is_empty() {
        let mut longer = Vec::new();
        for path in paths {
            let last = path.last().copied().unwrap_or(start);
            for &next in edges.get(last).into_iter().flatten() {
                if !seen.insert(next) {
                    continue;
                }
                let extended: Vec<&str> = path.iter().copied().chain([next]).collect();
                let name = names.get(next).copied().unwrap_or(next);
                if OUTSIDE.contains(&name) {
                    found.push(extended.iter().map(|id| names.get(id).copied().unwrap_or(id)).collect());
                } else {
                    longer.push(extended);
                }
            }
        }
        paths = longer;
    }
    found
}

fn violation(path: &[&str]) -> Violation {
    let (from, to) = (
        path.first().copied().unwrap_or_default(),
        path.last().copied().unwrap_or_default(),
    );
    Violation {
        crate_name: from.to_owned(),
        wrong: format!("reaches `{to}` ({})", path.join(" -> ")),
        rule: "only the highest layer touches a runtime, the network, the terminal, randomness or the clock".to_owned(),
    }
}
