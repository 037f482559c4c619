//! `bailiwick simulate --lines`: every line is answered, in order, whatever the others are.

use std::io::Read as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::command::{command, file, run, run_with_input};

const ALLOWED: &str = r#""principal":"arn:aws:iam::123456789012:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","identityPolicies":[{"name":"p","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}]"#;

fn allowed(id: &str) -> String {
    format!(r#"{{"id":{id},{ALLOWED}}}"#)
}

/// The decisions of lines that are all right.
#[track_caller]
fn decisions(input: &[u8]) -> Vec<Value> {
    let ended = run_with_input(&["simulate", "--lines", "-"], input);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    ended
        .json_lines()
        .into_iter()
        .map(|line| json!([line["id"], line["decision"]]))
        .collect()
}

#[test]
fn an_answer_has_the_members_of_a_decision() {
    let ended = run_with_input(&["simulate", "--lines", "-"], allowed("1").as_bytes());
    assert_eq!(
        ended.json_lines(),
        [json!({
            "id": 1,
            "decision": "allowed",
            "matchedStatements": [{"policyType": "identity", "policy": "p", "sid": null, "statement": 0, "effect": "Allow"}],
            "blockedBy": [],
            "missingContextValues": [],
        })]
    );
}

#[test]
fn wrong_lines_are_answered_in_their_place_and_the_rest_go_on() {
    let cases: &[(&[u8], Value, &str)] = &[
        (br#"{"id":2"#, json!(null), "EOF"),
        (b"{\"id\":\"\xff\"}", json!(null), "not UTF-8"),
        (br#"{"id":[4],"principal":"anonymous","action":"s3:GetObject","resource":"*","colour":1}"#, json!([4]), "`colour`"),
        (br#"{"id":{"a":5},"principal":"nobody","action":"s3:GetObject","resource":"*"}"#, json!({"a": 5}), "`nobody`"),
        (br#"{"id":6,"principal":"anonymous","action":"GetObject","resource":"*"}"#, json!(6), "`GetObject`"),
        (br#"{"id":7,"principal":"anonymous","action":"s3:GetObject","resource":"b"}"#, json!(7), "`b`"),
        (br#"{"id":8,"principal":"anonymous","action":"s3:GetObject"}"#, json!(8), "`resource`"),
        (br#"{"id":9,"principal":"anonymous","action":"s3:GetObject","resource":"*","resourceAccount":"1"}"#, json!(9), "resourceAccount"),
        (br#"{"id":10,"principal":"anonymous","action":"s3:GetObject","resource":"*","context":{"aws:SourceIp":{}}}"#, json!(10), "`aws:SourceIp`"),
        (br#"{"id":11,"principal":"anonymous","action":"s3:GetObject","resource":"*","context":{"aws:SourceIp":"a","AWS:sourceip":"b"}}"#, json!(11), "twice"),
        (br#"{"id":true,"principal":"anonymous","action":"s3:GetObject","resource":"*","resourcePolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Alow","Principal":"*","Action":"s3:*","Resource":"*"}]}}"#, json!(true), "`Alow`"),
        (br#"{"id":13,"principal":"anonymous","action":"s3:GetObject","resource":"*","identityPolicies":[7]}"#, json!(13), "identityPolicies[0]"),
        (b"[]", json!(null), ""),
        (br#""scenario""#, json!(null), ""),
        (br#"{"id":16} {}"#, json!(null), ""),
    ];
    let mut input = Vec::new();
    for (line, ..) in cases {
        input.extend_from_slice(line);
        input.extend_from_slice(b"\n");
        input.extend_from_slice(allowed(r#""good""#).as_bytes());
        input.extend_from_slice(b"\n");
    }
    let ended = run(&["simulate", "--lines", &file("lines_wrong", &input)]);
    assert_eq!((ended.code, ended.stderr.as_str()), (2, ""));
    let answers = ended.json_lines();
    assert_eq!(answers.len(), 2 * cases.len());
    for (pair, (line, id, says)) in answers.chunks(2).zip(cases) {
        let line = String::from_utf8_lossy(line);
        assert_eq!(pair[0]["id"], *id, "{line}");
        assert!(pair[0]["error"].as_str().unwrap().contains(says), "{line}: {}", pair[0]);
        assert_eq!(pair[0].get("decision"), None);
        assert_eq!(pair[1]["id"], "good");
        assert_eq!(pair[1]["decision"], "allowed");
    }
}

#[test]
fn a_broken_policy_is_named_with_its_file_line_and_column() {
    let path = file(
        "lines_broken_policy",
        format!(
            "{}\n{}\n",
            allowed("1"),
            r#"{"principal":"anonymous","action":"s3:GetObject","resource":"*","resourcePolicy":{"name":"shared","document":{"Statement":7}}}"#
        ),
    );
    let ended = run(&["simulate", "--lines", &path]);
    assert_eq!(ended.code, 2);
    let error = ended.json_lines()[1]["error"].as_str().unwrap().to_owned();
    assert!(error.contains("policy `shared`"), "{error}");
    assert!(error.contains(&format!("{path}:2:123: ")), "{error}");
}

#[test]
fn ids_of_any_json_type_are_repeated_as_they_are_written() {
    let ids = [
        r#""text""#,
        "7",
        "1.50",
        "12345678901234567890123",
        "null",
        "false",
        "[1, [2]]",
        r#"{"b":1,"a":"\u00e9"}"#,
    ];
    let input: Vec<String> = ids.iter().map(|id| allowed(id)).collect();
    let ended = run_with_input(&["simulate", "--lines", "-"], input.join("\n").as_bytes());
    assert_eq!(ended.code, 0);
    for (line, id) in ended.stdout.lines().zip(ids) {
        assert!(line.starts_with(&format!(r#"{{"id":{id},"decision""#)), "{line}");
    }
}

#[test]
fn a_line_without_an_id_has_a_null_id() {
    assert_eq!(
        decisions(format!("{{{ALLOWED}}}").as_bytes()),
        [json!([null, "allowed"])]
    );
}

#[test]
fn empty_lines_carriage_returns_and_a_missing_last_line_feed_are_no_fault() {
    let input = format!("{}\r\n\r\n  \n\n{}", allowed("1"), allowed("2"));
    assert_eq!(
        decisions(input.as_bytes()),
        [json!([1, "allowed"]), json!([2, "allowed"])]
    );
}

#[test]
fn a_byte_order_mark_before_the_first_line_is_no_fault() {
    let input = format!("\u{feff}{}\n{}\n", allowed("1"), allowed("2"));
    assert_eq!(
        decisions(input.as_bytes()),
        [json!([1, "allowed"]), json!([2, "allowed"])]
    );
}

#[test]
fn an_empty_file_has_no_answers() {
    assert_eq!(decisions(b""), Vec::<Value>::new());
}

#[test]
fn answers_are_json_lines_whatever_format_is_asked_for() {
    let path = file("lines_format", allowed("1"));
    let plain = run(&["simulate", "--lines", &path]);
    for format in ["human", "json"] {
        assert_eq!(
            run(&["simulate", "--lines", &path, "--format", format]).stdout,
            plain.stdout
        );
    }
}

#[test]
fn order_is_kept_over_many_lines() {
    let input: Vec<String> = (0..2000).map(|id| allowed(&id.to_string())).collect();
    let answers = decisions(input.join("\n").as_bytes());
    assert!(answers.iter().enumerate().all(|(id, answer)| answer[0] == id));
    assert_eq!(answers.len(), 2000);
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let input: Vec<String> = (0..5000).map(|id| allowed(&id.to_string())).collect();
    let path = file("lines_pipe", input.join("\n"));
    let mut command = command();
    command.args(["simulate", "--lines", &path]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 5];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let ended = child.wait_with_output().unwrap();
    assert_eq!(&first, br#"{"id""#);
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
    assert_eq!(ended.status.code(), Some(0));
}
