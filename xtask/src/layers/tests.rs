use super::*;

const ROOT: &str = r#"
[workspace.metadata.layers]
order = [
    ["bailiwick-grammar"],
    ["bailiwick-policy"],
    ["bailiwick-eval", "bailiwick-reach", "bailiwick-testkit"],
    ["bailiwick-cli"],
]

[workspace.dependencies]
decide = { package = "bailiwick-eval", path = "crates/bailiwick-eval" }
"#;

/// Plants one manifest `crates/<folder>` with a package name and more text, and expects exactly these violations.
#[track_caller]
fn check(folder: &str, package: &str, tables: &str, expected: &[&str]) {
    let table = Table::parse(ROOT).unwrap();
    let text = format!("[package]\nname = \"{package}\"\n{tables}");
    let manifest = Manifest::parse(&table, folder, &text).unwrap();
    let found: Vec<String> = direction(&table, &[manifest]).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

/// The usual case: a crate in a folder of its name, and one violation or none.
#[track_caller]
fn check_crate(package: &str, tables: &str, expected: &[&str]) {
    check(package, package, tables, expected);
}

#[test]
fn every_crate_of_this_workspace_uses_strictly_lower_layers_only() {
    let table = Table::read(&workspace::root()).unwrap();
    let manifests = Manifest::read_all(&workspace::root()).unwrap();
    assert!(!manifests.is_empty(), "no crate under crates/");
    let found: Vec<String> = direction(&table, &manifests).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "the layer rule is broken:\n{}", found.join("\n"));
}

#[test]
fn no_library_of_this_workspace_reaches_a_runtime_the_network_or_the_clock() {
    let table = Table::read(&workspace::root()).unwrap();
    let found = reach::reach(&table, &reach::metadata().unwrap()).unwrap();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "the layer rule is broken:\n{}", found.join("\n"));
}

#[test]
fn a_lower_layer_is_allowed_from_every_table() {
    check_crate(
        "bailiwick-eval",
        "[dependencies]\nbailiwick-grammar = {}\nnom = \"8\"\n\
         [build-dependencies]\nbailiwick-policy.workspace = true\n\
         [dev-dependencies]\nbailiwick-policy.workspace = true\n",
        &[],
    );
}

#[test]
fn an_upward_dependency_is_refused() {
    check_crate(
        "bailiwick-grammar",
        "[dependencies]\nbailiwick-eval.workspace = true\n",
        &["`bailiwick-grammar` has `bailiwick-eval` in [dependencies]: \
           a crate uses strictly lower layers only, and L2 is not below L0"],
    );
}

#[test]
fn a_sibling_dependency_is_refused() {
    check_crate(
        "bailiwick-reach",
        "[dependencies]\nbailiwick-eval = { path = \"../bailiwick-eval\" }\n",
        &["`bailiwick-reach` has `bailiwick-eval` in [dependencies]: \
           a crate uses strictly lower layers only, and L2 is not below L2"],
    );
}

#[test]
fn an_upward_build_dependency_is_refused() {
    check_crate(
        "bailiwick-grammar",
        "[build-dependencies]\nbailiwick-policy.workspace = true\n",
        &["`bailiwick-grammar` has `bailiwick-policy` in [build-dependencies]: \
           a crate uses strictly lower layers only, and L1 is not below L0"],
    );
}

#[test]
fn an_upward_dependency_of_one_platform_is_refused() {
    check_crate(
        "bailiwick-grammar",
        "[target.'cfg(windows)'.dependencies]\nbailiwick-policy.workspace = true\n",
        &["`bailiwick-grammar` has `bailiwick-policy` in [dependencies]: \
           a crate uses strictly lower layers only, and L1 is not below L0"],
    );
}

#[test]
fn an_upward_dependency_under_another_name_is_refused() {
    let expected = "`bailiwick-grammar` has `bailiwick-eval` in [dependencies]: \
                    a crate uses strictly lower layers only, and L2 is not below L0";
    check_crate(
        "bailiwick-grammar",
        "[dependencies]\njudge = { package = \"bailiwick-eval\" }\n",
        &[expected],
    );
    check_crate(
        "bailiwick-grammar",
        "[dependencies]\ndecide.workspace = true\n",
        &[expected],
    );
}

#[test]
fn tests_may_use_the_testkit_whatever_their_layer() {
    check_crate(
        "bailiwick-grammar",
        "[dev-dependencies]\nbailiwick-testkit.workspace = true\n",
        &[],
    );
    check_crate(
        "bailiwick-eval",
        "[dev-dependencies]\nbailiwick-testkit.workspace = true\n",
        &[],
    );
}

#[test]
fn tests_may_not_use_a_sibling() {
    check_crate(
        "bailiwick-reach",
        "[dev-dependencies]\nbailiwick-eval.workspace = true\n",
        &["`bailiwick-reach` has `bailiwick-eval` in [dev-dependencies]: \
           tests may use `bailiwick-testkit` and strictly lower layers only, and L2 is not below L2"],
    );
}

#[test]
fn the_testkit_is_for_tests_only() {
    check_crate(
        "bailiwick-cli",
        "[dependencies]\nbailiwick-testkit.workspace = true\n",
        &["`bailiwick-cli` has `bailiwick-testkit` in [dependencies]: \
           `bailiwick-testkit` is for [dev-dependencies] only"],
    );
}

#[test]
fn a_crate_that_the_table_does_not_know_is_refused() {
    check_crate(
        "bailiwick-helper",
        "",
        &["`bailiwick-helper` has no layer: \
           every crate stands in [workspace.metadata.layers] of the root manifest"],
    );
}

#[test]
fn a_dependency_on_a_crate_that_the_table_does_not_know_is_refused() {
    let table = Table::parse(ROOT).unwrap();
    let parse = |name: &str, tables: &str| {
        Manifest::parse(&table, name, &format!("[package]\nname = \"{name}\"\n{tables}")).unwrap()
    };
    let manifests = [
        parse("helper", ""),
        parse("bailiwick-eval", "[dependencies]\nhelper.workspace = true\n"),
    ];
    let found: Vec<String> = direction(&table, &manifests).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "`bailiwick-eval` has `helper` in [dependencies]: `helper` has no layer",
            "`helper` has no layer: every crate stands in [workspace.metadata.layers] of the root manifest",
        ]
    );
}

#[test]
fn a_folder_with_another_name_than_its_package_is_refused() {
    check(
        "evaluator",
        "bailiwick-eval",
        "",
        &["`bailiwick-eval` lives in `crates/evaluator`: a folder has the name of its package"],
    );
}

#[test]
fn a_crate_in_two_layers_is_refused() {
    let table = Table::parse("[workspace.metadata.layers]\norder = [[\"a\"], [\"b\"], [\"a\"]]\n").unwrap();
    let found: Vec<String> = direction(&table, &[]).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        ["`a` is listed again in L2: a crate stands in one layer of [workspace.metadata.layers]"]
    );
}

#[test]
fn a_root_manifest_without_a_table_is_an_error() {
    let error = Table::parse("[workspace]\nmembers = []\n").map(|_| ()).unwrap_err();
    assert_eq!(error, "Cargo.toml has no list `order` in [workspace.metadata.layers]");
}

/// A graph of `cargo metadata` in which `bailiwick-policy` uses `middle`, which uses `tokio` as the given kind. The crates
/// `bailiwick-eval`, through `bailiwick-policy`, and `bailiwick-cli`, directly, reach it too.
fn graph(kind: &str) -> String {
    let package = |name: &str| format!(r#"{{"id": "{name}", "name": "{name}"}}"#);
    let node = |from: &str, to: &str, kind: &str| {
        format!(r#"{{"id": "{from}", "deps": [{{"pkg": "{to}", "dep_kinds": [{{"kind": {kind}}}]}}]}}"#)
    };
    let packages = ["bailiwick-cli", "bailiwick-eval", "bailiwick-policy", "middle", "tokio"];
    let nodes = [
        node("bailiwick-cli", "tokio", "null"),
        node("bailiwick-eval", "bailiwick-policy", "null"),
        node("bailiwick-policy", "middle", "null"),
        node("middle", "tokio", kind),
    ];
    format!(
        r#"{{"packages": [{}], "resolve": {{"nodes": [{}]}}}}"#,
        packages.map(package).join(", "),
        nodes.join(", ")
    )
}

#[track_caller]
fn check_reach(metadata: &str, expected: &[&str]) {
    let found = reach::reach(
        &Table::parse(ROOT).unwrap(),
        &reach::parse(metadata.as_bytes()).unwrap(),
    )
    .unwrap();
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
}

#[test]
fn a_library_that_reaches_a_runtime_through_another_crate_is_refused() {
    check_reach(
        &graph("null"),
        &[
            "`bailiwick-policy` reaches `tokio` (bailiwick-policy -> middle -> tokio): \
           only the highest layer touches a runtime, the network, the terminal, randomness or the clock",
        ],
    );
}

#[test]
fn a_runtime_that_only_tests_use_is_allowed() {
    check_reach(&graph("\"dev\""), &[]);
}

#[test]
fn a_graph_without_our_crates_is_an_error() {
    let metadata = reach::parse(br#"{"packages": [], "resolve": {"nodes": []}}"#).unwrap();
    let error = reach::reach(&Table::parse(ROOT).unwrap(), &metadata).unwrap_err();
    assert_eq!(error, "cargo metadata lists no crate of the layer table");
}
