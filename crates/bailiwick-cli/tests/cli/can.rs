//! `bailiwick can` on an organization without faults: what it takes, what it refuses, how it ends.

use serde_json::json;

use crate::command::{Ended, run};

const ACME: &str = "testdata/acme";
const DEVON: &str = "arn:aws:iam::444455556666:user/devon";
const CREATE_FUNCTION: [&str; 2] = [
    "lambda:CreateFunction",
    "arn:aws:lambda:eu-west-1:444455556666:function:hello",
];

fn can(args: &[&str]) -> Ended {
    run(&[
        &["can"],
        args,
        &["--org", ACME, "--context", "aws:RequestedRegion=eu-west-1"],
    ]
    .concat())
}

#[track_caller]
fn refused(args: &[&str], code: i32, says: &str) {
    let ended = can(args);
    assert_eq!(ended.code, code, "{ended:?}");
    assert_eq!(ended.stdout, "", "an error is no answer");
    assert!(ended.stderr.contains(says), "{}", ended.stderr);
}

#[test]
fn every_decision_ends_with_0() {
    let [action, resource] = CREATE_FUNCTION;
    for (args, verdict) in [
        // testdata/acme, 7.2, 7.3 and 8.1.
        ([DEVON, action, resource], "ALLOWED\n"),
        ([DEVON, "iam:AttachUserPolicy", DEVON], "DENIED because "),
        ([DEVON, "iam:CreateAccessKey", DEVON], "DENIED by an explicit deny\n"),
    ] {
        let ended = can(&args);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        assert!(ended.stdout.starts_with(verdict), "{}", ended.stdout);
    }
}

#[test]
fn a_pipe_gets_no_colours() {
    let ended = can(&[DEVON, CREATE_FUNCTION[0], CREATE_FUNCTION[1], "--explain"]);
    assert!(!ended.stdout.contains('\x1b'));
}

#[test]
fn a_value_that_contradicts_the_exports_is_refused() {
    refused(
        &[
            DEVON,
            "s3:ListAllMyBuckets",
            "*",
            "--context",
            "aws:PrincipalAccount=111122223333",
        ],
        2,
        "`aws:PrincipalAccount`",
    );
}

#[test]
fn a_value_that_repeats_the_exports_is_taken() {
    let ended = can(&[DEVON, "s3:ListAllMyBuckets", "*", "--context", "AWS:username=devon"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[test]
fn a_key_given_twice_has_two_values() {
    let ended = can(&[
        DEVON,
        "s3:ListAllMyBuckets",
        "*",
        "--context",
        "aws:TagKeys=team",
        "--context",
        "aws:tagkeys=stage",
        "--explain",
        "--format",
        "json",
    ]);
    assert_eq!(
        ended.json()["explanation"]["context"]["aws:TagKeys"],
        json!(["team", "stage"])
    );
}

#[test]
fn a_multivalued_key_given_once_is_a_list() {
    let ended = can(&[
        DEVON,
        "s3:ListAllMyBuckets",
        "*",
        "--context",
        "aws:TagKeys=team",
        "--explain",
        "--format",
        "json",
    ]);
    assert_eq!(ended.json()["explanation"]["context"]["aws:TagKeys"], json!(["team"]));
}

#[test]
fn a_value_may_hold_equals_signs() {
    let context = "aws:PrincipalTag/path=a=b";
    let role = "arn:aws:iam::333344445555:role/okta-engineer";
    let ended = can(&[
        role,
        "s3:ListAllMyBuckets",
        "*",
        "--context",
        context,
        "--explain",
        "--format",
        "json",
    ]);
    assert_eq!(ended.json()["explanation"]["context"]["aws:PrincipalTag/path"], "a=b");
}

#[test]
fn context_without_a_value_or_a_prefix_is_refused() {
    refused(
        &[DEVON, "s3:ListAllMyBuckets", "*", "--context", "aws:SourceIp"],
        2,
        "KEY=VALUE",
    );
    refused(
        &[DEVON, "s3:ListAllMyBuckets", "*", "--context", "ip=203.0.113.7"],
        2,
        "`ip`",
    );
}

#[test]
fn an_unknown_user_is_a_wrong_question() {
    let nobody = "arn:aws:iam::444455556666:user/nobody";
    refused(&[nobody, "s3:ListAllMyBuckets", "*"], 2, nobody);
}

#[test]
fn an_account_without_export_is_incomplete_input() {
    refused(
        &["arn:aws:iam::123456789012:user/alice", "s3:ListAllMyBuckets", "*"],
        3,
        "123456789012",
    );
    refused(
        &[DEVON, "sts:AssumeRole", "arn:aws:iam::123456789012:role/there"],
        3,
        "123456789012",
    );
}

#[test]
fn a_role_that_does_not_exist_cannot_be_assumed() {
    refused(
        &[DEVON, "sts:AssumeRole", "arn:aws:iam::444455556666:role/nope"],
        2,
        "role/nope",
    );
}

#[test]
fn what_is_no_principal_action_or_resource_is_refused() {
    for principal in ["alice", "", "*", "arn:aws:iam::12345:user/alice", "arn:aws:s3:::bucket"] {
        refused(&[principal, "s3:ListAllMyBuckets", "*"], 2, "principal: ");
    }
    for action in ["ListAllMyBuckets", "s3:List*", "", ":", "s3:"] {
        refused(&[DEVON, action, "*"], 2, "is not an action");
    }
    refused(&[DEVON, "s3:GetObject", "bucket"], 2, "`bucket` is not a resource");
}

#[test]
fn json_has_the_members_of_an_answer() {
    let [action, resource] = CREATE_FUNCTION;
    let short = can(&[DEVON, action, resource, "--format", "json"]).json();
    assert_eq!(short["decision"], "allowed");
    assert_eq!(short["principal"], DEVON);
    assert_eq!(short["resourceAccount"], "444455556666");
    assert_eq!(short["matchedStatements"][0]["policy"], "developer-tools");
    assert_eq!(short["matchedStatements"][0]["sid"], "DeployFunctions");
    assert_eq!(
        short["matchedStatements"][0]["location"]["file"],
        "accounts/444455556666.gaad.json"
    );
    assert_eq!(short["blockedBy"], json!([]));
    assert_eq!(short.get("explanation"), None);
    let long = can(&[DEVON, action, resource, "--format", "json", "--explain"]).json();
    assert_eq!(long["explanation"]["context"]["aws:username"], "devon");
    assert_eq!(long["matchedStatements"], short["matchedStatements"]);
}

#[test]
fn a_single_account_export_is_an_organization_of_its_own() {
    let [action, resource] = CREATE_FUNCTION;
    let export = "testdata/acme/accounts/444455556666.gaad.json";
    let ended = run(&["can", DEVON, action, resource, "--org", export, "--format", "json"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let answer = ended.json();
    assert_eq!(answer["decision"], "allowed");
    assert_eq!(answer["matchedStatements"][0]["location"]["file"], export);
}

#[test]
fn the_command_calls_itself_by_its_name() {
    let ended = run(&["--version"]);
    assert_eq!(ended.code, 0);
    assert!(ended.stdout.starts_with("bailiwick 0."), "{}", ended.stdout);
}

#[test]
fn help_tells_the_exit_codes() {
    for (command, codes) in [("can", &["0", "2", "3"][..]), ("simulate", &["0", "2"])] {
        let help = run(&[command, "--help"]);
        assert_eq!(help.code, 0);
        let (_, status) = help.stdout.split_once("Exit status:").unwrap();
        assert!(codes.iter().all(|code| status.contains(code)), "{status}");
    }
}
