//! What is printed and read is what `docs/schemas/` says.

use std::fs;

use serde_json::{Value, json};

use crate::command::{file, root, run, run_with_input};
use crate::golden::cases;
use crate::schema::check;

fn schema(name: &str) -> Value {
    let path = root().join("docs/schemas").join(format!("{name}.schema.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[track_caller]
fn conforms(schema: &Value, value: &Value) {
    check(schema, value).unwrap();
}

fn scenario() -> Value {
    serde_json::from_str(&fs::read_to_string(root().join("testdata/cli/scenario.json")).unwrap()).unwrap()
}

#[test]
fn answers_of_can_conform() {
    let schema = schema("answer");
    for case in cases() {
        conforms(&schema, &case.json());
    }
}

#[test]
fn answers_of_simulate_conform() {
    let schema = schema("answer");
    for arguments in [&[][..], &["--explain"]] {
        let args = [
            &["simulate", "testdata/cli/scenario.json", "--format", "json"],
            arguments,
        ]
        .concat();
        conforms(&schema, &run(&args).json());
    }
}

#[test]
fn an_answer_of_everything_that_an_answer_may_have_conforms() {
    let organization = ["--org", "testdata/acme", "--explain", "--format", "json"];
    // A note; no account; a trust policy that names the account; a missing multivalued key.
    for question in [
        ["anonymous", "s3:GetObject", "arn:aws:s3:::nobodys/logo.png"],
        [
            "sns.amazonaws.com",
            "sqs:SendMessage",
            "arn:aws:sqs:eu-west-1:333344445555:orders",
        ],
        [
            "arn:aws:iam::111122223333:role/okta-admin",
            "sts:AssumeRole",
            "arn:aws:iam::444455556666:role/OrganizationAccountAccessRole",
        ],
        [
            "arn:aws:iam::444455556666:user/devon",
            "iam:PassRole",
            "arn:aws:iam::444455556666:role/ci-deployer",
        ],
        [
            "arn:aws:iam::333344445555:root",
            "s3:GetObject",
            "arn:aws:s3:::acme-teams/logo.png",
        ],
    ] {
        let ended = run(&[&["can"], &question[..], &organization].concat());
        conforms(&schema("answer"), &ended.json());
    }
}

#[test]
fn lines_conform_in_both_forms() {
    let schema = schema("decision-line");
    let mut unknown = scenario();
    unknown["colour"] = json!("red");
    let lines = [scenario(), unknown, json!({}), json!([]), json!({"id": 1}), json!(null)];
    let input = lines.map(|line| line.to_string()).join("\n");
    let answers = run_with_input(&["simulate", "--lines", "-"], input.as_bytes()).json_lines();
    assert_eq!(answers.len(), 6);
    assert!(answers[0].get("decision").is_some() && answers[1..].iter().all(|line| line.get("error").is_some()));
    for answer in &answers {
        conforms(&schema, answer);
    }
}

#[test]
fn reports_of_validate_conform() {
    let schema = schema("validate");
    for path in ["policies", "exports", "not_json.json", "policies/other/package.json"] {
        let path = format!("testdata/cli/validate/{path}");
        conforms(&schema, &run(&["validate", "--format", "json", &path]).json());
    }
    let organization = run(&["validate", "--format", "json", "testdata/acme"]);
    conforms(&schema, &organization.json());
}

#[test]
fn the_list_of_checks_conforms() {
    let schema = schema("checks");
    let list = run(&["validate", "--list-checks", "--format", "json"]).json();
    conforms(&schema, &list);
    let one = run(&["validate", "--explain", "INVALID_EFFECT", "--format", "json"]).json();
    assert!(list["checks"].as_array().unwrap().contains(&one));
}

#[test]
fn what_differs_from_a_schema_is_noticed() {
    let answer = cases()[1].json();
    for (pointer, value) in [
        ("/decision", json!("denied")),
        ("/matchedStatements/0/effect", json!("deny")),
        ("/matchedStatements/0/statement", json!("0")),
        ("/explanation/policyTypes/0/outcome", json!(true)),
        ("/explanation/policyTypes/0/nearMisses/0/failed/0/actual", json!(7)),
        ("/explanation/context/aws:PrincipalAccount", json!(7)),
        ("/blockedBy", json!(["organization"])),
    ] {
        let mut wrong = answer.clone();
        *wrong
            .pointer_mut(pointer)
            .unwrap_or_else(|| panic!("{pointer} is not there")) = value;
        check(&schema("answer"), &wrong).expect_err(pointer);
    }
    check(&schema("decision-line"), &json!({"id": 1})).unwrap_err();
    check(
        &schema("decision-line"),
        &json!({"id": 1, "error": "", "decision": "allowed"}),
    )
    .unwrap_err();
}

/// The members that the schema of scenarios has and those that `simulate` reads are the same, and the same ones are required.
#[test]
fn scenarios_are_read_as_their_schema_says() {
    let schema = schema("scenario");
    let whole = scenario();
    conforms(&schema, &whole);
    let decided = |scenario: &Value| run(&["simulate", &file("schemas_scenario", scenario.to_string())]).code == 0;
    assert!(decided(&whole));
    for name in schema["properties"].as_object().unwrap().keys() {
        assert!(whole.get(name).is_some(), "testdata/cli/scenario.json lacks {name}");
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(name);
        assert_eq!(decided(&without), check(&schema, &without).is_ok(), "without {name}");
    }
    for (pointer, value) in [
        ("/principal", json!(null)),
        ("/principal", json!(7)),
        ("/resourceAccount", json!(null)),
        ("/resourceAccount", json!("1234")),
        ("/context", json!([])),
        ("/context/aws:SourceIp", json!(null)),
        ("/context/aws:SourceIp", json!({})),
        ("/context/aws:SourceIp", json!([])),
        ("/context/aws:SourceIp", json!([1, true, "a"])),
        ("/context/aws:SourceIp", json!([["a"]])),
        ("/identityPolicies", json!(null)),
        ("/identityPolicies", json!({})),
        ("/identityPolicies/0", json!(null)),
        ("/identityPolicies/0/name", json!(null)),
        ("/identityPolicies/0/name", json!(7)),
        ("/identityPolicies/0/document", json!([])),
        ("/identityPolicies/0", json!({"name": "p"})),
        (
            "/identityPolicies/0",
            json!({"name": "p", "document": {"Statement": []}, "id": 1}),
        ),
        ("/resourcePolicy", json!([])),
        ("/serviceControlPolicies", json!(null)),
        ("/serviceControlPolicies", json!([])),
        ("/serviceControlPolicies", json!([[]])),
        ("/serviceControlPolicies/0", json!({})),
        ("/colour", json!("red")),
    ] {
        let mut changed = whole.clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        match changed.pointer_mut(parent).unwrap() {
            Value::Array(items) => items[member.parse::<usize>().unwrap()] = value,
            object => object[member] = value,
        }
        assert_eq!(
            decided(&changed),
            check(&schema, &changed).is_ok(),
            "{pointer}: {changed}"
        );
    }
}
