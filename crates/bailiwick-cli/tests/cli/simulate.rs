//! `bailiwick simulate FILE`.

use serde_json::{Value, json};

use crate::command::{Ended, file, folder, root, run, run_with_input, text};

const SCENARIO: &str = "testdata/cli/scenario.json";

fn scenario() -> String {
    std::fs::read_to_string(root().join(SCENARIO)).unwrap()
}

#[track_caller]
fn refused(ended: &Ended, says: &str) {
    assert_eq!(ended.code, 2, "{ended:?}");
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    assert!(ended.stderr.contains(says), "{}", ended.stderr);
}

/// Without its file name, which standard input lacks.
fn decision(ended: &Ended) -> Value {
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    let answer = ended.json();
    json!([answer["decision"], answer["blockedBy"], answer["missingContextValues"]])
}

/// The boundary allows two networks, neither of which is the caller's.
fn expected() -> Value {
    json!(["implicitDeny", ["permissionsBoundary"], []])
}

#[test]
fn a_file_is_decided() {
    assert_eq!(decision(&run(&["simulate", SCENARIO, "--format", "json"])), expected());
}

#[test]
fn a_dash_is_standard_input() {
    let ended = run_with_input(&["simulate", "-", "--format", "json"], scenario().as_bytes());
    assert_eq!(decision(&ended), expected());
}

#[test]
fn a_byte_order_mark_and_carriage_returns_change_nothing() {
    let content = format!("\u{feff}{}", scenario().replace('\n', "\r\n"));
    let path = file("simulate_bom", content);
    let ended = run(&["simulate", &path, "--format", "json"]);
    assert_eq!(decision(&ended), expected());
    assert_eq!(ended.json()["matchedStatements"][0]["location"]["line"], 17);
}

#[test]
fn the_answer_repeats_the_id_whatever_it_is() {
    for id in [r#""text""#, "7", "1.50", "[1,null]", r#"{"a":{"b":1}}"#, "false"] {
        let content = format!(
            r#"{{"id": {id}, "principal": "anonymous", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}}"#
        );
        let ended = run(&["simulate", &file("simulate_id", content), "--format", "json"]);
        assert_eq!(ended.json()["id"], serde_json::from_str::<Value>(id).unwrap());
    }
}

#[test]
fn a_file_that_is_no_scenario_is_refused() {
    refused(&run(&["simulate", &file("simulate_empty", "")]), "line 1");
    refused(&run(&["simulate", &file("simulate_null", "null")]), "line 1");
    refused(
        &run(&["simulate", &file("simulate_latin1", b"{\"id\": \"\xe9\"}")]),
        "not UTF-8",
    );
    refused(&run(&["simulate", &file("simulate_two", "{} {}")]), "principal");
    refused(&run(&["simulate", "no-such-file.json"]), "no-such-file.json");
    refused(&run(&["simulate", &text(&folder("simulate_folder"))]), "is not a file");
}

#[cfg(unix)]
#[test]
fn a_device_is_refused_rather_than_read_for_ever() {
    for device in ["/dev/zero", "/dev/null"] {
        refused(&run(&["simulate", device]), "is not a file");
        refused(&run(&["simulate", "--lines", device]), "is not a file");
        refused(
            &run(&["can", "anonymous", "s3:GetObject", "*", "--org", device]),
            "is not a file",
        );
    }
}

#[test]
fn a_broken_policy_is_named_with_its_place_and_a_caret() {
    let ended = run(&["simulate", "testdata/cli/broken_policy.json"]);
    refused(&ended, "policy `readers` cannot be used");
    assert!(ended.stderr.contains("testdata/cli/broken_policy.json:11:42: "));
    assert!(ended.stderr.contains("^^^^^^^^^^^^^"));
}

#[test]
fn a_policy_without_a_name_is_called_by_its_place() {
    let content = r#"{"principal": "anonymous", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k",
        "serviceControlPolicies": [[], [{"Version": "2012-10-17", "Statement": [{}]}]]}"#;
    refused(
        &run(&["simulate", &file("simulate_unnamed", content)]),
        "policy `serviceControlPolicies[1][0]` cannot be used",
    );
}

#[test]
fn a_file_and_lines_are_two_questions() {
    refused(
        &run(&["simulate", SCENARIO, "--lines", SCENARIO]),
        "cannot be used with",
    );
    refused(&run(&["simulate"]), "required");
}
