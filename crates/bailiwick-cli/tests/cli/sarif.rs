//! What `validate --format sarif` prints is SARIF 2.1.0.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::command::{edit, file, folder, root, run, run_in, run_with_input, text};
use crate::schema::check;

fn schema() -> Value {
    let path = root().join("testdata/sarif/sarif-schema-2.1.0.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn sarif(path: &str) -> Value {
    run(&["validate", path, "--format", "sarif"]).json()
}

#[test]
fn logs_conform_to_the_schema_of_oasis() {
    let schema = schema();
    for path in [
        "testdata/cli/validate",
        "testdata/cli/validate/policies/role-trust.json",
        "testdata/cli/validate/nowhere.json",
        "testdata/cli/organization_with_errors",
        "testdata/acme",
    ] {
        let log = sarif(path);
        check(&schema, &log).unwrap_or_else(|why| panic!("{path}: {why}"));
        let run = &log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"]);
        }
    }
}

#[test]
fn what_differs_from_the_schema_is_noticed() {
    let log = sarif("testdata/cli/validate/policies");
    for (pointer, value) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/columnKind", json!("characters")),
        ("/runs/0/results/0/level", json!("grave")),
        (
            "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
            json!(0),
        ),
        ("/runs/0/results/0/message", json!({})),
        ("/runs/0/tool/driver/rules/0/id", json!(1)),
        ("/runs/0/results/0/colour", json!("red")),
    ] {
        let mut wrong = log.clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        wrong
            .pointer_mut(parent)
            .unwrap_or_else(|| panic!("{pointer} is not there"))[member] = value;
        check(&schema(), &wrong).expect_err(pointer);
    }
}

#[test]
fn levels_and_regions_are_those_of_sarif() {
    let log = sarif("testdata/cli/validate/policies/readers.json");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let effect = results
        .iter()
        .find(|result| result["ruleId"] == "INVALID_EFFECT")
        .unwrap();
    assert_eq!(effect["level"], "error");
    let place = &effect["locations"][0];
    assert_eq!(
        place["physicalLocation"],
        json!({
            "artifactLocation": {"uri": "testdata/cli/validate/policies/readers.json", "uriBaseId": "SRCROOT"},
            "region": {"startLine": 6, "startColumn": 17, "endLine": 6, "endColumn": 24},
        })
    );
    assert_eq!(
        place["logicalLocations"][0]["fullyQualifiedName"],
        "/Statement/0/Effect"
    );
}

#[test]
fn fingerprints_outlive_what_is_inserted_above() {
    let text = fs::read_to_string(root().join("testdata/cli/validate/policies/readers.json")).unwrap();
    let fingerprints = |text: &str| -> Vec<Value> {
        let log = sarif(&file("sarif_fingerprints", text));
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results
            .into_iter()
            .map(|result| result["partialFingerprints"].clone())
            .collect()
    };
    let before = fingerprints(&text);
    assert!(before.len() > 2);
    let inserted = text.replacen(
        "\"Statement\": [",
        "\"Statement\": [\n\n{\"Effect\": \"Deny\", \"Action\": \"iam:*\", \"Resource\": \"*\"},",
        1,
    );
    assert_eq!(before, fingerprints(&inserted));
}

#[test]
fn what_could_not_be_validated_is_a_notification() {
    let log = sarif("testdata/cli/validate/nowhere.json");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let message = invocation["toolExecutionNotifications"][0]["message"]["text"]
        .as_str()
        .unwrap();
    assert!(message.contains("cannot read"), "{message}");
}

/// An identity policy with an error and a warning.
const WRONG: &str = r#"{"Statement": {"Effect": "allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}}"#;

/// A repository with `policies/p.json` and an empty folder `sub`.
fn repository(name: &str) -> std::path::PathBuf {
    let repository = folder(name);
    for folder in [".git", "policies", "sub"] {
        fs::create_dir(repository.join(folder)).unwrap();
    }
    fs::write(repository.join("policies/p.json"), WRONG).unwrap();
    repository
}

/// The place and the fingerprint of each result.
fn known(log: &Value) -> Vec<(Value, Value)> {
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    let known: Vec<_> = results
        .map(|result| {
            (
                result["locations"][0]["physicalLocation"]["artifactLocation"].clone(),
                result["partialFingerprints"].clone(),
            )
        })
        .collect();
    assert!(!known.is_empty(), "{log}");
    known
}

fn sarif_in(folder: &Path, path: &str) -> Value {
    run_in(folder, &["validate", "--format", "sarif", path]).json()
}

#[test]
fn a_file_is_named_from_the_root_of_the_repository_wherever_the_command_runs() {
    let repository = repository("sarif_root");
    let expected = known(&sarif_in(&repository, "policies/p.json"));
    assert_eq!(expected[0].0, json!({"uri": "policies/p.json", "uriBaseId": "SRCROOT"}));
    let sub = repository.join("sub");
    let absolute = text(&repository.join("policies/p.json"));
    for path in [
        "../policies/p.json",
        "../policies",
        "../sub/.././policies/p.json",
        &absolute,
    ] {
        assert_eq!(known(&sarif_in(&sub, path)), expected, "{path}");
    }
    let missing = sarif_in(&sub, "../policies/nowhere.json");
    assert_eq!(
        missing["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
            ["uri"],
        "policies/nowhere.json"
    );
    let log = sarif_in(&sub, "../policies");
    check(&schema(), &log).unwrap();
    assert!(log["runs"][0]["originalUriBaseIds"]["SRCROOT"]["description"].is_object());
}

#[test]
#[cfg(unix)]
fn a_link_to_the_repository_changes_no_name() {
    let repository = repository("sarif_link");
    let expected = known(&sarif_in(&repository, "policies"));
    let link = folder("sarif_link_from").join("link");
    std::os::unix::fs::symlink(&repository, &link).unwrap();
    assert_eq!(known(&sarif_in(&link.join("sub"), "../policies/p.json")), expected);
    assert_eq!(known(&sarif_in(&link, &text(&link.join("policies/p.json")))), expected);
}

#[test]
fn a_file_outside_of_the_repository_has_an_absolute_uri() {
    let repository = repository("sarif_outside");
    let outside = file("sarif_outside_file", WRONG);
    let place = &known(&sarif_in(&repository, &outside))[0].0;
    let uri = place["uri"].as_str().unwrap();
    assert!(
        uri.starts_with("file:///") && uri.ends_with("/sarif_outside_file/input.json"),
        "{uri}"
    );
    assert_eq!(place["uriBaseId"], Value::Null);
}

#[test]
fn standard_input_is_no_file() {
    let log = run_with_input(&["validate", "-", "--format", "sarif"], WRONG.as_bytes()).json();
    assert_eq!(
        known(&log)[0].0,
        json!({"uri": "stdin", "description": {"text": "standard input"}})
    );
    check(&schema(), &log).unwrap();
}

#[test]
fn the_folder_of_an_export_does_not_make_its_findings_new() {
    let fingerprints = |path: &Path| -> Vec<Value> {
        let known = known(&sarif(&text(path)));
        known.into_iter().map(|(_, fingerprint)| fingerprint).collect()
    };
    let name = "accounts/111111111111.gaad.json";
    let export = root().join("testdata/cli/validate/exports").join(name);
    let copy = folder("sarif_export_elsewhere").join("111111111111.gaad.json");
    fs::copy(&export, &copy).unwrap();
    assert_eq!(fingerprints(&export), fingerprints(&copy));
}

#[test]
fn a_column_is_a_number_of_characters() {
    let path = file(
        "sarif_columns",
        r#"{"Statement": {"Sid": "x", "Effect": "allow", "Action": "iam:*", "Resource": "*"}}"#,
    );
    let column = || -> Value {
        let log = sarif(&path);
        let mut results = log["runs"][0]["results"].as_array().unwrap().iter();
        let effect = results.find(|result| result["ruleId"] == "INVALID_EFFECT").unwrap();
        effect["locations"][0]["physicalLocation"]["region"]["startColumn"].clone()
    };
    assert_eq!(column(), 38);
    edit(Path::new(&path), "\"x\"", "\"\u{1d11e}\u{1f600}\"");
    assert_eq!(column(), 39);
}

#[test]
fn a_text_that_is_not_json_is_no_success() {
    let log = sarif("testdata/cli/validate/not_json.json");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notification = &invocation["toolExecutionNotifications"][0];
    assert_eq!(notification["level"], "error");
    assert_eq!(
        notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "testdata/cli/validate/not_json.json"
    );
}

#[test]
fn security_warnings_fail_the_check_of_github() {
    let log = sarif(&file(
        "sarif_security",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}}"#,
    ));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let security = rules
        .iter()
        .filter(|rule| rule["properties"]["findingType"] == "SECURITY_WARNING");
    let security: Vec<&Value> = security.collect();
    assert!(!security.is_empty());
    for rule in security {
        assert_eq!(rule["properties"]["tags"], json!(["security"]));
        assert_eq!(rule["properties"]["security-severity"], "7.0");
    }
    let others = sarif("testdata/cli/validate/no_version.json");
    assert!(!others.to_string().contains("security-severity"));
}
