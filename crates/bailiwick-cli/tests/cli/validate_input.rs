//! `bailiwick validate` on what is no policy: a named error, exit status 2, bounded memory and time.

use std::fs;

use crate::command::{Ended, copy_of_acme, file, folder, run, run_with_input, text};

#[track_caller]
fn refused(ended: &Ended, says: &str) {
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    assert!(ended.stderr.contains(says), "{}", ended.stderr);
}

#[track_caller]
fn syntax_error(ended: &Ended) {
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stdout.contains("JSON_SYNTAX_ERROR"), "{}", ended.stdout);
}

const POLICY: &str =
    r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}}"#;

#[test]
fn not_json() {
    for input in [
        "",
        "  \n",
        "{",
        "{\"Statement\": [",
        "policy",
        "{\"Version\": \"2012-10-17\",}",
        "{'a': 1}",
    ] {
        let ended = run_with_input(&["validate", "-", "--fail-on", "never"], input.as_bytes());
        syntax_error(&ended);
    }
    // An object that has a key twice is JSON.
    let twice = r#"{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}}"#;
    assert_eq!(run_with_input(&["validate", "-"], twice.as_bytes()).code, 1);
}

#[test]
fn not_a_policy() {
    for input in ["{}", r#"{"name": "x", "version": "1"}"#, r#"{"a": {"Statement": []}}"#] {
        refused(
            &run_with_input(&["validate", "-"], input.as_bytes()),
            "`-` is no policy",
        );
        // Who says that it is a policy learns what is wrong with it.
        let named = run_with_input(&["validate", "-", "--type", "identity"], input.as_bytes());
        assert_eq!(named.code, 1);
        assert!(named.stdout.contains("MISSING_STATEMENT"), "{}", named.stdout);
    }
    for input in ["[]", "7", "\"policy\"", "null"] {
        refused(
            &run_with_input(&["validate", "-"], input.as_bytes()),
            "a policy is a JSON object",
        );
    }
}

#[test]
fn other_encodings() {
    let utf16 = |mark: &[u16]| -> Vec<u8> {
        let units = mark.iter().copied().chain(POLICY.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    for bytes in [utf16(&[0xfeff]), utf16(&[])] {
        refused(
            &run_with_input(&["validate", "-"], &bytes),
            "`-` is UTF-16: save it as UTF-8",
        );
    }
    let latin1 = POLICY.replace("iam:*", "iam:\u{1}").replace('\u{1}', "x").into_bytes();
    let at = latin1.iter().position(|&byte| byte == b'x').unwrap();
    let mut latin1 = latin1;
    latin1[at] = 0xe9;
    refused(&run_with_input(&["validate", "-"], &latin1), "`-` is not UTF-8");
    let marked = format!("\u{feff}{POLICY}");
    assert_eq!(run_with_input(&["validate", "-"], marked.as_bytes()).code, 0);
}

#[test]
fn broken_policies_in_a_folder() {
    let conflict = format!("<<<<<<< HEAD\n{POLICY}\n=======\n{POLICY}\n>>>>>>> topic\n");
    let commented = format!("// mine\n{POLICY}");
    let single_quoted = POLICY.replace('"', "'");
    let list = format!("[{POLICY}]");
    for (name, broken) in [
        ("conflict", &*conflict),
        ("comment", &commented),
        ("single-quoted", &single_quoted),
        ("list", &list),
        ("empty", ""),
        ("cut-off", r#"{"PolicyDocument": {"Version": "2012-10-17", "#),
    ] {
        let folder = folder("validate_broken");
        fs::write(folder.join("good.json"), POLICY).unwrap();
        fs::write(folder.join(format!("{name}.json")), broken).unwrap();
        let ended = run(&["validate", &text(&folder), "--fail-on", "never"]);
        assert_eq!(ended.code, 2, "{name}: {ended:?}");
        let told = format!("{}{}", ended.stdout, ended.stderr);
        assert!(told.contains(&format!("{name}.json")), "{told}");
    }
    for (name, bytes) in [
        ("latin1", b"{\"name\": \"\xe9\"}".to_vec()),
        ("utf16", "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("utf32", "{}".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect()),
    ] {
        let folder = folder("validate_broken");
        fs::write(folder.join("good.json"), POLICY).unwrap();
        fs::write(folder.join(format!("{name}.json")), bytes).unwrap();
        let says = if name == "utf32" {
            "is UTF-32: save it as UTF-8"
        } else {
            "json` is "
        };
        refused(&run(&["validate", &text(&folder)]), says);
    }
}

#[test]
fn what_cannot_be_validated_has_a_place() {
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    refused(
        &run_with_input(&["validate", "-"], b"\n []"),
        "`-:2:2` cannot be validated: a policy is a JSON object",
    );
    let wrapped = format!("{{\"PolicyDocument\":\n {{\"Version\": \"2012-10-17\", \"Statement\": {deep}}}}}");
    refused(&run_with_input(&["validate", "-"], wrapped.as_bytes()), "`-:2:");
}

#[test]
fn standard_input_is_read_once() {
    refused(
        &run_with_input(&["validate", "-", "-"], POLICY.as_bytes()),
        "can be read only once",
    );
}

#[test]
fn folders_that_are_left_out_are_named_where_nothing_else_is_found() {
    let folder = folder("validate_left_out");
    for name in [".hidden", "target", "node_modules"] {
        fs::create_dir(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("p.json"), POLICY).unwrap();
        assert_eq!(run(&["validate", &text(&folder.join(name))]).code, 0);
    }
    let ended = run(&["validate", &text(&folder)]);
    refused(&ended, "not searched unless named: ");
    assert!(ended.stderr.contains("/node_modules`"), "{}", ended.stderr);
    fs::write(folder.join("p.json"), POLICY).unwrap();
    let ended = run(&["validate", &text(&folder)]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[test]
fn among_exports_only_exports_are_read_and_folders_beside_them_are_searched() {
    let folder = copy_of_acme("validate_beside_exports");
    fs::write(folder.join("notes.json"), "[]").unwrap();
    fs::write(folder.join("accounts/notes.json"), "[]").unwrap();
    fs::create_dir(folder.join("policies")).unwrap();
    fs::write(folder.join("policies/p.json"), POLICY).unwrap();
    let ended = run(&["validate", &text(&folder), "--fail-on", "never"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(ended.stdout.contains("in 102 policies"), "{}", ended.stdout);
}

#[cfg(unix)]
#[test]
fn a_pipe_among_exports_is_no_export() {
    let folder = folder("validate_pipe_export");
    fs::create_dir(folder.join("accounts")).unwrap();
    let pipe = folder.join("accounts/111122223333.gaad.json");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|status| status.success()) {
        let ended = run(&["validate", &text(&folder)]);
        assert_eq!(ended.code, 3, "{ended:?}");
        assert!(ended.stderr.contains("it is not a file"), "{}", ended.stderr);
    }
}

#[cfg(unix)]
#[test]
fn names_that_steer_a_terminal_are_not_repeated() {
    let name = "\u{1b}[31mred\u{1b}[0m";
    for args in [
        vec!["validate", name],
        vec!["simulate", name],
        vec!["can", "a", "b", "c", "--org", name],
    ] {
        let ended = run(&args);
        assert!(ended.code != 0 && !ended.stderr.contains('\u{1b}'), "{ended:?}");
    }
    let folder = folder("validate_steering").join(name);
    fs::create_dir_all(folder.join("accounts/111122223333.gaad.json")).unwrap();
    fs::write(folder.join("p.json"), POLICY).unwrap();
    let ended = run(&["validate", &text(&folder)]);
    assert!(
        !ended.stderr.contains('\u{1b}') && ended.stderr.contains("not a file"),
        "{ended:?}"
    );
}

#[cfg(unix)]
#[test]
fn files_whose_names_look_alike_are_two() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = folder("validate_lossy");
    let wrong = POLICY.replace("Deny", "deny");
    let commented = format!("\n\n{}", POLICY.replace("Deny", "DENY"));
    for (name, policy) in [(b"\xfe.json", &wrong), (b"\xff.json", &commented)] {
        if fs::write(folder.join(std::ffi::OsStr::from_bytes(name)), policy).is_err() {
            return;
        }
    }
    let screen = run(&["validate", &text(&folder)]).stdout;
    let shown = |text: &str| screen.lines().any(|line| line.contains('|') && line.contains(text));
    assert!(shown("\"deny\"") && shown("\"DENY\""), "{screen}");
}

#[test]
fn too_large_and_too_deep() {
    let mut large = String::from(r#"{"Version": "2012-10-17", "Statement": [""#);
    large.push_str(&"x".repeat(50 << 20));
    large.push_str("\"]}");
    let large = file("validate_50_mb", large);
    refused(&run(&["validate", &large]), "larger than a policy can be");
    let parent = large.rsplit_once('/').unwrap().0;
    refused(&run(&["validate", parent]), "larger than a policy can be");

    let brackets = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let nested = format!(r#"{{"Version": "2012-10-17", "Statement": {brackets}}}"#);
    refused(
        &run_with_input(&["validate", "-"], nested.as_bytes()),
        "cannot be validated",
    );
    refused(
        &run_with_input(&["validate", "-"], "[".repeat(10_000).as_bytes()),
        "cannot be validated",
    );
    let export = format!(r#"{{"UserDetailList": {brackets}}}"#);
    let ended = run_with_input(&["validate", "-"], export.as_bytes());
    assert_eq!(ended.code, 3, "{ended:?}");
}

#[test]
fn missing_files_and_empty_folders() {
    refused(
        &run(&["validate", "testdata/cli/validate/nowhere.json"]),
        "cannot read `testdata/cli/validate/nowhere.json`",
    );
    let empty = folder("validate_empty");
    refused(&run(&["validate", &text(&empty)]), "has no `.json` files");
    fs::write(empty.join("package.json"), r#"{"name": "x"}"#).unwrap();
    refused(&run(&["validate", &text(&empty)]), "its one `.json` file is none");
    // The rest is validated.
    let ended = run(&[
        "validate",
        "nowhere.json",
        "testdata/cli/validate/policies/role-trust.json",
    ]);
    refused(&ended, "nowhere.json");
    assert!(
        ended.stdout.contains("nothing was found in 1 policy"),
        "{}",
        ended.stdout
    );
    assert_eq!(run(&["validate"]).code, 2);
}

#[cfg(unix)]
#[test]
fn devices_pipes_and_loops() {
    use std::os::unix::fs::symlink;

    refused(&run(&["validate", "/dev/zero"]), "it is not a file");
    let folder = folder("validate_loop");
    fs::create_dir_all(folder.join("a/b")).unwrap();
    fs::write(folder.join("a/b/p.json"), POLICY).unwrap();
    symlink("..", folder.join("a/b/up")).unwrap();
    let ended = run(&["validate", &text(&folder)]);
    refused(&ended, "a/b/up` leads back to a folder that holds it: a loop of links");
    assert!(ended.stdout.contains("in 1 policy"), "{}", ended.stdout);

    fs::remove_file(folder.join("a/b/up")).unwrap();
    symlink("/dev/zero", folder.join("a/b/zero.json")).unwrap();
    symlink("nowhere", folder.join("a/b/dangling.json")).unwrap();
    // Another way to a folder that was searched.
    symlink("a", folder.join("c")).unwrap();
    let ended = run(&["validate", &text(&folder)]);
    refused(&ended, "zero.json`: it is not a file");
    assert!(ended.stderr.contains("cannot read") && ended.stderr.contains("dangling.json"));
    assert!(ended.stdout.contains("in 1 policy"), "{}", ended.stdout);

    let pipe = folder.join("pipe.json");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|status| status.success()) {
        refused(&run(&["validate", &text(&pipe)]), "it is not a file");
    }
}

#[test]
fn what_steers_a_terminal_is_not_repeated() {
    let input = "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"\u{202e}al\u{7f}low\", \"A\u{9b}\": 1,\n\t\"Action\": \"iam:*\", \"Resource\": \"*\"}}";
    for format in ["human", "sarif"] {
        let ended = run_with_input(&["validate", "-", "--format", format], input.as_bytes());
        if format == "human" {
            let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!ended.stdout.contains(steers), "{:?}", ended.stdout);
        }
        assert_eq!(ended.code, 1);
    }
}
