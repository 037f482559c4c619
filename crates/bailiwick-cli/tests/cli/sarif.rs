//! What `validate --format sarif` prints is SARIF 2.1.0.

use std::fs;

use serde_json::{Value, json};

use crate::command::{file, root, run};
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
            "artifactLocation": {"uri": "testdata/cli/validate/policies/readers.json"},
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
