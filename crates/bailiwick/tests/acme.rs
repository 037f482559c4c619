//! The stories of testdata/acme: every row of the tables in its README, which were derived by hand from AWS's pages.

#![expect(clippy::disallowed_methods, reason = "a test reads its data")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bailiwick::{Answer, Environment, ExportFile, PolicyType, Question, can, decision_name, load_exports};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/acme")
}

fn acme() -> Environment {
    let mut files: Vec<(String, Vec<u8>)> = vec![("org.json".into(), fs::read(folder().join("org.json")).unwrap())];
    for entry in fs::read_dir(folder().join("accounts")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        files.push((format!("accounts/{name}"), fs::read(&path).unwrap()));
    }
    let files: Vec<_> = files.iter().map(|(name, bytes)| ExportFile { name, bytes }).collect();
    load_exports(&files)
}

/// One row of a table of questions.
struct Row {
    number: String,
    principal: String,
    action: String,
    resource: String,
    context: Vec<(String, String)>,
    answer: String,
    because: String,
}

/// The rows of all tables whose first cell is a number such as `10.2`.
fn rows() -> Vec<Row> {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let accounts = BTreeMap::from([
        ("management", "111122223333"),
        ("security", "222233334444"),
        ("data", "333344445555"),
        ("dev", "444455556666"),
        ("sandbox", "555566667777"),
    ]);
    let arn = |text: &str| match text.split_once('/') {
        Some((account, rest)) if accounts.contains_key(account) => format!("arn:aws:iam::{}:{rest}", accounts[account]),
        _ => text.to_owned(),
    };
    let mut rows = Vec::new();
    for line in readme.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, principal, action, resource, context, answer, because] = cells.as_slice() else {
            continue;
        };
        if !number.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let mut context: Vec<(String, String)> = (context.split_whitespace())
            .map(|pair| {
                pair.split_once('=')
                    .map(|(key, value)| (key.to_owned(), value.to_owned()))
                    .unwrap()
            })
            .collect();
        if context.iter().all(|(key, _)| key != "aws:RequestedRegion") {
            context.push(("aws:RequestedRegion".to_owned(), "eu-west-1".to_owned()));
        }
        rows.push(Row {
            number: (*number).to_owned(),
            principal: arn(principal),
            action: (*action).to_owned(),
            resource: arn(resource),
            context,
            answer: (*answer).to_owned(),
            because: (*because).to_owned(),
        });
    }
    rows
}

#[test]
fn acme_is_read_without_a_problem() {
    let environment = acme();
    assert_eq!(environment.problems(), []);
    assert_eq!(environment.accounts().count(), 5);
}

#[test]
fn every_question_of_the_stories_has_its_answer() {
    let environment = acme();
    let rows = rows();
    assert!(rows.len() >= 70, "only {} rows were found", rows.len());
    let mut wrong = Vec::new();
    for Row {
        number,
        principal,
        action,
        resource,
        context,
        answer,
        because,
    } in &rows
    {
        let question = Question {
            principal,
            action,
            resource,
            context,
        };
        match can(&environment, &question) {
            Err(error) => wrong.push(format!("{number}: {error}")),
            Ok(found) if decision_name(found.decision) != answer => {
                wrong.push(format!(
                    "{number}: {}, not {answer}: {because}",
                    decision_name(found.decision)
                ));
            }
            Ok(found) => {
                // "`KEY` is missing" claims that the answer says so.
                for key in because
                    .split("` is missing")
                    .filter_map(|text| text.rsplit('`').next())
                    .filter(|key| key.contains(':'))
                {
                    if because.contains(&format!("`{key}` is missing"))
                        && !found.missing_context_values.iter().any(|found| found == key)
                    {
                        wrong.push(format!(
                            "{number}: {key} is not among {:?}",
                            found.missing_context_values
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_value_that_contradicts_the_exports_is_an_error_and_a_session_tag_is_none() {
    let environment = acme();
    let ask = |principal: &str, context: &[(String, String)]| {
        can(
            &environment,
            &Question {
                principal,
                action: "s3:GetObject",
                resource: "*",
                context,
            },
        )
        .map(|answer| answer.decision)
    };
    let dana = "arn:aws:iam::444455556666:user/dana";
    let context = [("aws:PrincipalAccount".to_owned(), "111122223333".to_owned())];
    assert!(
        ask(dana, &context)
            .unwrap_err()
            .to_string()
            .contains("aws:PrincipalAccount")
    );
    let engineer = "arn:aws:iam::333344445555:role/okta-engineer";
    assert!(ask(engineer, &[("aws:PrincipalTag/team".to_owned(), "search".to_owned())]).is_ok());
}

#[test]
fn what_is_not_known_is_an_error_that_names_it() {
    let environment = acme();
    let ask = |principal: &str, resource: &str| {
        let question = Question {
            principal,
            action: "sts:AssumeRole",
            resource,
            context: &[],
        };
        can(&environment, &question).unwrap_err()
    };
    let dana = "arn:aws:iam::444455556666:user/dana";
    let nobody = ask("arn:aws:iam::444455556666:user/nobody", "*");
    assert_eq!(
        nobody.to_string(),
        "arn:aws:iam::444455556666:user/nobody does not exist"
    );
    assert!(!nobody.is_incomplete());
    assert!(ask("arn:aws:iam::999988887777:user/x", "*").is_incomplete());
    assert!(ask(dana, "arn:aws:iam::999988887777:role/x").is_incomplete());
}

#[test]
fn names_that_the_catalog_does_not_know_are_pointed_out_and_decided_like_any_other() {
    let environment = acme();
    let context = [
        ("aws:RequestedRegion", "eu-west-1"),
        ("iam:PasedToService", "lambda.amazonaws.com"),
    ];
    let context = context.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let question = Question {
        principal: "arn:aws:iam::333344445555:role/okta-admin",
        action: "s3:PutObjct",
        resource: "*",
        context: &context,
    };
    let answer = can(&environment, &question).unwrap();
    assert_eq!(decision_name(answer.decision), "allowed");
    let expected = [
        "the catalog knows no action s3:PutObjct",
        "the catalog knows no condition key iam:PasedToService",
    ];
    assert_eq!(answer.notes, expected);
}

#[track_caller]
fn ask(principal: &str, action: &str, resource: &str, context: &[(&str, &str)]) -> Answer {
    let context: Vec<_> = (context.iter())
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    let question = Question {
        principal,
        action,
        resource,
        context: &context,
    };
    can(&acme(), &question).unwrap()
}

/// AWS: Service Authorization Reference, "Resource types" of an action: without one, only `*` can be named.
#[test]
fn an_action_that_concerns_no_resource_is_decided_on_everything_and_a_note_says_so() {
    let answer = ask(
        "arn:aws:iam::222233334444:role/security-auditor",
        "s3:ListAllMyBuckets",
        "arn:aws:s3:::acme-customer-data",
        &[],
    );
    assert_eq!(
        (answer.resource.as_str(), answer.resource_account.as_deref()),
        ("*", Some("222233334444"))
    );
    let note = "AWS decides s3:ListAllMyBuckets on no particular resource: the answer is for *, not for arn:aws:s3:::acme-customer-data";
    assert_eq!(answer.notes, [note]);
    let explanation = answer.explanation.unwrap();
    let rcp = explanation
        .policy_types
        .iter()
        .find(|report| report.policy_type == PolicyType::ResourceControlPolicy);
    assert!(rcp.is_none(), "RCPs bind only actions that authorize a resource");
}

/// AWS: Organizations User Guide, "RCPs": they bind actions on resources. On `*` such an action is asked about in general.
#[test]
fn resource_control_policies_bind_an_action_on_resources_also_when_none_is_named() {
    let answer = ask(
        "arn:aws:iam::333344445555:role/okta-admin",
        "s3:GetObject",
        "*",
        &[("aws:SecureTransport", "false"), ("aws:RequestedRegion", "eu-west-1")],
    );
    assert_eq!(decision_name(answer.decision), "explicitDeny");
    assert_eq!(answer.matched_statements[0].policy, "enforce-tls");
}

/// AWS: "AWS global condition context keys", availability of each key.
#[test]
fn a_key_that_the_principal_cannot_have_is_an_error_that_says_why() {
    let context = [("aws:username".to_owned(), "dana".to_owned())];
    let question = Question {
        principal: "arn:aws:iam::444455556666:role/data-engineer",
        action: "s3:ListAllMyBuckets",
        resource: "*",
        context: &context,
    };
    assert_eq!(
        can(&acme(), &question).unwrap_err().to_string(),
        "the request has no `aws:username` = `dana`: only IAM users have a user name"
    );
}

#[test]
fn what_usually_holds_may_be_given_otherwise() {
    let devon = "arn:aws:iam::444455556666:user/devon";
    let via = |context: &[(&str, &str)]| {
        let answer = ask(devon, "s3:ListAllMyBuckets", "*", context);
        let context = answer.explanation.unwrap().context.0;
        context
            .by_name("aws:ViaAWSService")
            .map(|value| value.to_value().values().concat())
    };
    assert_eq!(via(&[]).as_deref(), Some("false"));
    assert_eq!(via(&[("aws:ViaAWSService", "true")]).as_deref(), Some("true"));
    assert_eq!(
        via(&[("aws:CalledVia", "athena.amazonaws.com")]).as_deref(),
        Some("true")
    );
}
