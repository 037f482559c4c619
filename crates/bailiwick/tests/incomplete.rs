//! A file that could not be read whole is never taken for one that says nothing.

#![expect(clippy::disallowed_methods, reason = "a test reads its data")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use std::fs;
use std::path::Path;

use bailiwick::{ExportFile, Question, QuestionError, can, load_exports};

const DATA: &str = "333344445555";
const DEV: &str = "444455556666";

/// Asks a question of acme's data and dev accounts, one file of which is changed.
fn ask(changed: &str, change: impl Fn(&str) -> String, principal: &str, action: &str, resource: &str) -> QuestionError {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/acme");
    let mut files = vec!["org.json".to_owned()];
    for account in [DATA, DEV] {
        files.extend(["gaad", "resources"].map(|kind| format!("accounts/{account}.{kind}.json")));
    }
    let texts: Vec<String> = (files.iter())
        .map(|name| {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            if name == changed { change(&text) } else { text }
        })
        .collect();
    let files: Vec<_> = files
        .iter()
        .zip(&texts)
        .map(|(name, text)| ExportFile {
            name,
            bytes: text.as_bytes(),
        })
        .collect();
    let context = [("aws:RequestedRegion".to_owned(), "eu-west-1".to_owned())];
    let environment = load_exports(&files);
    assert!(
        environment
            .problems()
            .iter()
            .any(|problem| problem.is_error() && (*problem.file == *changed || changed == "org.json"))
    );
    can(
        &environment,
        &Question {
            principal,
            action,
            resource,
            context: &context,
        },
    )
    .unwrap_err()
}

#[track_caller]
fn check(error: &QuestionError, message: &str) {
    assert!(error.is_incomplete());
    assert_eq!(error.to_string(), message);
}

fn half(text: &str) -> String {
    text.chars().take(text.len() / 2).collect()
}

#[test]
fn an_organization_that_cannot_be_read_is_not_taken_for_none() {
    let analyst = "arn:aws:iam::444455556666:role/data-analyst";
    let object = "arn:aws:s3:::acme-customer-data/curated/2026/10.parquet";
    for change in [half as fn(&str) -> String, |_| "{}".to_owned(), |_| String::new()] {
        let error = ask("org.json", change, analyst, "s3:GetObject", object);
        check(
            &error,
            "SCPs and RCPs that decide may have been in org.json, which could not be read whole",
        );
    }
}

#[test]
fn a_resource_that_may_have_been_in_the_lost_part_of_a_file_has_no_answer() {
    let etl = "arn:aws:iam::333344445555:role/warehouse-etl";
    let object = "arn:aws:s3:::acme-warehouse-vault/facts/1.parquet";
    let file = "accounts/333344445555.resources.json";
    let error = ask(
        file,
        |text| text.chars().take(3_000).collect(),
        etl,
        "s3:GetObject",
        object,
    );
    check(
        &error,
        &format!("{object} may have been in {file}, which could not be read whole"),
    );
}

#[test]
fn a_principal_that_may_have_been_in_the_lost_part_of_a_file_is_not_said_to_be_none() {
    let file = "accounts/444455556666.gaad.json";
    let dana = "arn:aws:iam::444455556666:user/dana";
    let cut = |text: &str| text.replacen("\"UserName\": \"dana\"", "\"UserName\" \"dana\"", 1);
    let error = ask(file, cut, dana, "s3:ListAllMyBuckets", "*");
    assert!(error.is_incomplete(), "{error}");
    assert!(
        error.to_string().contains(file) || error.to_string().contains(DEV),
        "{error}"
    );
}

#[test]
fn a_root_user_of_whom_and_of_whose_resource_nothing_is_known_has_no_answer() {
    let stranger = "arn:aws:iam::999988887777:root";
    let file = "accounts/444455556666.gaad.json";
    let error = ask(file, half, stranger, "s3:GetObject", "arn:aws:s3:::nobody-knows/x");
    check(
        &error,
        "arn:aws:s3:::nobody-knows/x is not in the exports, and neither is the principal's account: nothing says who owns it",
    );
}

const ANALYST: &str = "arn:aws:iam::444455556666:role/data-analyst";
const OBJECT: &str = "arn:aws:s3:::acme-customer-data/curated/2026/10.parquet";

#[test]
fn an_account_that_the_organization_lost_is_not_taken_for_one_without_scps() {
    let lost = |text: &str| text.replacen("\"Accounts\"", "\"accounts\"", 1);
    // Nothing tells accounts from members any more: attachments to accounts lead nowhere.
    let error = ask("org.json", lost, ANALYST, "s3:GetObject", OBJECT);
    assert!(error.is_incomplete(), "{error}");
}

#[test]
fn an_account_with_an_export_that_no_organization_names_has_no_answer() {
    let organization = r#"{"Organization": {"Id": "o-a1b2c3d4e5", "MasterAccountId": "111122223333"},
        "Roots": [{"Id": "r-ab12", "PolicyTypes": ["SERVICE_CONTROL_POLICY"]}], "Accounts": [], "ExternalAccounts": EXTERNAL}"#;
    let error = ask(
        "org.json",
        |_| organization.replace("EXTERNAL", "[]"),
        ANALYST,
        "s3:ListAllMyBuckets",
        "*",
    );
    check(
        &error,
        "account 444455556666 is not in the organization's export: which SCPs and RCPs bound it is not known",
    );
    let text = organization.replace(
        "EXTERNAL",
        r#"[{"Id": "444455556666", "Name": "dev"}, {"Id": "333344445555", "Name": "data"}]"#,
    );
    let file = ExportFile {
        name: "org.json",
        bytes: text.as_bytes(),
    };
    let details = ExportFile {
        name: "accounts/444455556666.gaad.json",
        bytes: br#"{"UserDetailList": []}"#,
    };
    assert_eq!(load_exports(&[file, details]).problems(), []);
}

#[test]
fn an_entry_of_the_organization_that_is_lost_makes_it_incomplete() {
    for (from, to) in [
        ("\"TargetId\": \"", "\"TargetId\": \"x"),
        ("\"PolicyTypes\"", "\"policyTypes\""),
        ("\"ParentId\": \"", "\"ParentId\": \"x"),
    ] {
        let error = ask(
            "org.json",
            |text| text.replacen(from, to, 1),
            ANALYST,
            "s3:GetObject",
            OBJECT,
        );
        check(
            &error,
            "SCPs and RCPs that decide may have been in org.json, which could not be read whole",
        );
    }
}
