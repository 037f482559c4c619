//! What the layer rule needs to know of a manifest.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Table as Toml;
use toml::Value;

use crate::workspace;

/// The layers, lowest first, and how the root manifest renames dependencies.
pub(super) struct Table {
    layers: Vec<Vec<String>>,
    /// Key in `[workspace.dependencies]` → package, where the two differ.
    renamed: BTreeMap<String, String>,
}

/// A crate under `crates/`.
pub(super) struct Manifest {
    pub(super) folder: String,
    pub(super) package: String,
    pub(super) dependencies: Vec<Dependency>,
}

/// One line of a dependency table, by the name of the package (not the name that the code uses).
pub(super) struct Dependency {
    pub(super) package: String,
    pub(super) kind: DependencyKind,
}

/// Which table a dependency stands in; a `[target.….dependencies]` table counts as its kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum DependencyKind {
    Normal,
    Build,
    Development,
}

impl DependencyKind {
    const ALL: [Self; 3] = [Self::Normal, Self::Build, Self::Development];

    pub(super) fn table_name(self) -> &'static str {
        match self {
            Self::Normal => "dependencies",
            Self::Build => "build-dependencies",
            Self::Development => "dev-dependencies",
        }
    }
}

impl Table {
    /// The table of the root manifest in `root`.
    pub(super) fn read(root: &Path) -> Result<Self, String> {
        Self::parse(&workspace::read(&root.join("Cargo.toml"))?)
    }

    /// The table in the text of a root manifest.
    pub(super) fn parse(root_manifest: &str) -> Result<Self, String> {
        let manifest = parse_toml("Cargo.toml", root_manifest)?;
        let order = manifest
            .get("workspace")
            .and_then(|workspace| workspace.get("metadata")?.get("layers")?.get("order")?.as_array())
            .ok_or("Cargo.toml has no list `order` in [workspace.metadata.layers]")?;
        let mut layers = Vec::new();
        for layer in order {
            let names = layer
                .as_array()
                .ok_or("a layer in [workspace.metadata.layers] is not a list of crates")?;
            let names = names.iter().map(|name| name.as_str().map(str::to_owned));
            layers.push(
                names
                    .collect::<Option<_>>()
                    .ok_or("a name in [workspace.metadata.layers] is not a string")?,
            );
        }
        let shared = manifest
            .get("workspace")
            .and_then(|workspace| workspace.get("dependencies")?.as_table());
        let renamed = shared
            .into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.clone(), value.get("package")?.as_str()?.to_owned())));
        Ok(Self {
            renamed: renamed.collect(),
            layers,
        })
    }

    /// The number of the layer that a crate stands in.
    pub(super) fn layer(&self, package: &str) -> Option<usize> {
        self.layers
            .iter()
            .position(|layer| layer.iter().any(|name| name == package))
    }

    /// Every crate of the table with its layer, lowest first.
    pub(super) fn crates(&self) -> impl DoubleEndedIterator<Item = (usize, &str)> {
        let numbered = self.layers.iter().enumerate();
        numbered.flat_map(|(number, layer)| layer.iter().map(move |name| (number, name.as_str())))
    }

    /// The number of the highest layer: the crates in it touch the world outside.
    pub(super) fn highest_layer(&self) -> usize {
        self.layers.len().saturating_sub(1)
    }
}

impl Manifest {
    /// The manifest of every folder in `crates/`.
    pub(super) fn read_all(root: &Path) -> Result<Vec<Self>, String> {
        let table = Table::read(root)?;
        let mut manifests = Vec::new();
        for path in workspace::entries(&root.join("crates"))? {
            let file = path.join("Cargo.toml");
            if file.is_file() {
                let folder = path.file_name().unwrap_or_default().to_string_lossy();
                manifests.push(Self::parse(&table, &folder, &workspace::read(&file)?)?);
            }
        }
        Ok(manifests)
    }

    /// The manifest of `crates/<folder>`, from its text.
    pub(super) fn parse(table: &Table, folder: &str, text: &str) -> Result<Self, String> {
        let file = format!("crates/{folder}/Cargo.toml");
        let manifest = parse_toml(&file, text)?;
        let package = manifest
            .get("package")
            .and_then(|package| package.get("name")?.as_str())
            .ok_or_else(|| format!("{file} names no package"))?;
        let targets = manifest.get("target").and_then(Value::as_table);
        let targets = targets
            .into_iter()
            .flatten()
            .filter_map(|(_, target)| target.as_table());
        let dependencies = std::iter::once(&manifest)
            .chain(targets)
            .flat_map(|part| dependencies(table, part));
        Ok(Self {
            folder: folder.to_owned(),
            package: package.to_owned(),
            dependencies: dependencies.collect(),
        })
    }

    /// The crates of the table that this crate's own code uses (not its tests).
    pub(super) fn lower_crates<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a str> {
        let own = self
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development);
        own.map(|dependency| dependency.package.as_str())
            .filter(|package| table.layer(package).is_some())
    }
}

/// The dependencies in the three tables of a manifest, or of one `[target.…]` in it.
fn dependencies(table: &Table, part: &Toml) -> Vec<Dependency> {
    let mut found = Vec::new();
    for kind in DependencyKind::ALL {
        let entries = part.get(kind.table_name()).and_then(Value::as_table);
        for (key, value) in entries.into_iter().flatten() {
            found.push(Dependency {
                package: package_of(table, key, value),
                kind,
            });
        }
    }
    found
}

/// The package behind a key: renamed here, renamed in the root manifest, or the key itself.
fn package_of(table: &Table, key: &str, value: &Value) -> String {
    let renamed_here = value.get("package").and_then(Value::as_str);
    let inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
    let renamed_at_root = table.renamed.get(key).filter(|_| inherited).map(String::as_str);
    renamed_here.or(renamed_at_root).unwrap_or(key).to_owned()
}

fn parse_toml(file: &str, text: &str) -> Result<Toml, String> {
    text.parse().map_err(|error| format!("{file}: {error}"))
}
