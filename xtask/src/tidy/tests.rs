use std::collections::BTreeSet;

use super::*;

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// What the line rules say about a file.
#[track_caller]
fn check_lines(path: &str, text: &str, expected: &[&str]) {
    let found: Vec<String> = lines::findings(&file(path, text))
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn this_repository_is_tidy() {
    let tree = Tree::read(&workspace::root()).unwrap();
    assert!(tree.written.len() > 20, "only {} files found", tree.written.len());
    let found: Vec<String> = findings(&workspace::root(), &tree)
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(found.is_empty(), "`cargo xtask tidy` finds:\n{}", found.join("\n"));
}

#[test]
fn a_clean_line_is_no_finding() {
    check_lines("crates/a/src/lib.rs", "let path = \"bucket/home/alice\";\n", &[]);
    check_lines(
        "README.md",
        "A mastodon has no `${aws:username}/home/x`, and `todos` are fine.\n",
        &[],
    );
    check_lines("empty.toml", "", &[]);
}

#[test]
fn white_space_that_nobody_sees_is_a_finding() {
    check_lines(
        "a.md",
        "one\ttwo\n",
        &["a.md:1: a tab: indent with spaces, write `\\t` in a string"],
    );
    check_lines("a.md", "one\ntwo \n", &["a.md:2: white space at the end of the line"]);
    check_lines("a.md", "one", &["a.md: no line feed at the end of the file"]);
}

#[test]
fn a_mark_of_later_work_is_a_finding() {
    let word = concat!("FIX", "ME");
    let line = format!("// {word}: later\n");
    check_lines(
        "a.rs",
        &line,
        &[&format!("a.rs:1: `{word}`: do it now, or open an issue")],
    );
}

#[test]
fn a_stub_is_a_finding_in_code_and_not_in_prose() {
    for stub in [
        concat!("to", "do!("),
        concat!("unimpl", "emented!("),
        concat!("#[", "ignore"),
    ] {
        let line = format!("{stub}\n");
        check_lines(
            "a.rs",
            &line,
            &[&format!("a.rs:1: `{stub}`: a stub or a skipped test is a defect")],
        );
        check_lines("a.md", &line, &[]);
    }
}

#[test]
fn a_path_of_one_machine_is_a_finding() {
    for folder in ["home", "root", "tmp", "work"] {
        let line = format!("see \"/{folder}/{}\"\n", "somebody");
        check_lines(
            "a.md",
            &line,
            &[&format!("a.md:1: a path under `/{folder}` exists on one machine only")],
        );
    }
}

#[test]
fn an_unreviewed_snapshot_is_a_finding() {
    let paths = ["testdata/a.json.snap.new".to_owned(), "testdata/a.json.snap".to_owned()];
    let found: Vec<String> = tree::pending_snapshots(&paths)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        found,
        ["testdata/a.json.snap.new: a snapshot that nobody reviewed: accept it or delete it"]
    );
}

#[test]
fn generated_vendored_and_test_data_are_not_written_by_hand() {
    assert!(tree::is_written("crates/bailiwick-catalog/src/lib.rs"));
    assert!(tree::is_written("LICENSE"));
    assert!(!tree::is_written("crates/bailiwick-catalog/src/generated/services.rs"));
    assert!(!tree::is_written("xtask/data/services.json"));
    assert!(!tree::is_written("testdata/syntax/err/tab.json"));
    assert!(!tree::is_written("Cargo.lock"));
}

#[test]
fn production_lines_end_where_inline_tests_begin() {
    let production = "fn f() {}\n".repeat(801);
    let tests = format!("#[cfg(test)]\nmod tests {{\n{production}}}\n");
    let message = "801 lines of production code, at most 800: split the file by what it does";
    let found = length::too_long(&file("crates/a/src/lib.rs", &format!("{production}{tests}")));
    assert_eq!(found, Some(Finding::on_file("crates/a/src/lib.rs", message)));
    assert_eq!(
        length::too_long(&file("crates/a/src/lib.rs", &format!("fn f() {{}}\n{tests}"))),
        None
    );
    assert_eq!(length::too_long(&file("crates/a/src/lib/tests.rs", &production)), None);
    assert_eq!(length::too_long(&file("crates/a/tests/all.rs", &production)), None);
}

#[test]
fn the_longest_file_is_listed_first() {
    let files = [
        file("a.rs", &"x\n".repeat(401)),
        file("b.rs", &"x\n".repeat(400)),
        file("c.rs", &"x\n".repeat(500)),
    ];
    assert_eq!(length::longest(&files), [(500, "c.rs"), (401, "a.rs")]);
}

#[test]
fn a_page_that_names_a_crate_that_does_not_exist_is_a_finding() {
    let crates = BTreeSet::from(["bailiwick-eval".to_owned()]);
    let text = "`bailiwick-eval` decides, bailiwick-judge- does not; `bailiwick`.\n";
    let found = documents::unknown_crates(&file("docs/architecture.md", text), &crates);
    assert_eq!(
        found,
        [Finding::on_line(
            &file("docs/architecture.md", ""),
            1,
            "there is no crate `bailiwick-judge`"
        )]
    );
    assert_eq!(
        documents::unknown_crates(&file("docs/adr/0001-layers.md", text), &crates),
        []
    );
}

#[test]
fn a_decision_record_of_more_than_a_page_is_a_finding() {
    let found = documents::long_decision(&file("docs/adr/0001-layers.md", &"line\n".repeat(61)));
    let message = "61 lines, a decision record has at most 60";
    assert_eq!(found, Some(Finding::on_file("docs/adr/0001-layers.md", message)));
    assert_eq!(
        documents::long_decision(&file("docs/adr/0001-layers.md", &"line\n".repeat(60))),
        None
    );
}

#[test]
fn a_term_whose_type_is_gone_is_a_finding() {
    let page = file(
        "docs/terminology.md",
        "| term | type | page |\n|---|---|---|\n\
         | decision | `Decision::Allowed` | `Anything` |\n\
         | verdict | `Verdict` | somewhere |\n\
         | ghost | `Ghost` | somewhere |\n",
    );
    let code = file(
        "crates/a/src/lib.rs",
        "/// A Ghost.\n// Ghost\npub enum Decision { Allowed }\nstruct Verdicts;\n",
    );
    let found: Vec<String> = documents::stale_terms(&page, &[code])
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        found,
        [
            "docs/terminology.md:4: no type `Verdict` in crates/*/src",
            "docs/terminology.md:5: no type `Ghost` in crates/*/src",
        ]
    );
}
