//! The stories of testdata/acme: every row of the tables in its README, which were derived by hand from AWS's pages.

#![expect(clippy::disallowed_methods, reason = "a test reads its data")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bailiwick::{
    Answer, Call, Check, Environment, ExportFile, PolicyType, Question, can, can_all, decision_name, load_exports,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/acme")
}

fn acme() -> Environment {
    load_exports(&borrowed(&files()))
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<ExportFile<'_>> {
    files.iter().map(|(name, bytes)| ExportFile { name, bytes }).collect()
}

fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = vec![("org.json".into(), fs::read(folder().join("org.json")).unwrap())];
    for entry in fs::read_dir(folder().join("accounts")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        files.push((format!("accounts/{name}"), fs::read(&path).unwrap()));
    }
    files
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

const CI_DEPLOYER: &str = "arn:aws:iam::444455556666:role/ci-deployer";
const RELEASE_BROKER: &str = "arn:aws:iam::222233334444:role/release-broker";

/// The checks of an answer with their decisions.
fn checks(answer: &Answer) -> Vec<(&str, &str)> {
    let checks = answer.checks.iter();
    checks
        .map(|check| (check.action.as_str(), decision_name(check.decision)))
        .collect()
}

/// AWS: "Pass session tags in AWS STS" and "Monitor and control actions taken with assumed roles", the permissions that are needed.
#[test]
fn a_call_that_passes_something_on_needs_the_permission_for_it() {
    let ask = |context: &[(&str, &str)]| ask(CI_DEPLOYER, "sts:AssumeRole", RELEASE_BROKER, context);
    let plain = ask(&[]);
    assert_eq!((decision_name(plain.decision), checks(&plain)), ("allowed", vec![]));

    let assume = ("sts:AssumeRole", "allowed");
    let tagged = ask(&[("aws:RequestTag/build", "7"), ("sts:SourceIdentity", "harbor")]);
    let expected = [
        assume,
        ("sts:TagSession", "implicitDeny"),
        ("sts:SetSourceIdentity", "implicitDeny"),
    ];
    assert_eq!(checks(&tagged), expected);
    assert_eq!(decision_name(tagged.decision), "implicitDeny");
    assert_eq!(
        tagged.blocked_by,
        [PolicyType::TrustPolicy, PolicyType::IdentityBasedPolicy]
    );
    assert!(tagged.explanation.is_none() && tagged.checks.iter().all(|check| check.explanation.is_some()));
    let tagged = tagged.without_explanation();
    assert!(tagged.checks.iter().all(|check| check.explanation.is_none()));

    // Transitive tags and a source identity of the calling session.
    let chained = ask(&[("sts:TransitiveTagKeys", "build"), ("aws:SourceIdentity", "harbor")]);
    assert_eq!(checks(&chained), expected);
    let changed = ask(&[("sts:SourceIdentity", "bob"), ("aws:SourceIdentity", "harbor")]);
    assert_eq!(decision_name(changed.decision), "implicitDeny");
    assert_eq!(
        checks(&changed),
        [
            ("sts:AssumeRole", "implicitDeny"),
            ("sts:SetSourceIdentity", "implicitDeny")
        ]
    );
    let context = ask(&[(
        "sts:RequestContextProviders",
        "arn:aws:iam::aws:contextProvider/IdentityCenter",
    )]);
    assert_eq!(checks(&context), [assume, ("sts:SetContext", "implicitDeny")]);
}

/// AWS: "How IAM works", requests: one call can need several permissions.
#[test]
fn a_call_of_several_checks_has_the_most_restrictive_answer() {
    let environment = acme();
    let devon = "arn:aws:iam::444455556666:user/devon";
    let admin = "arn:aws:iam::444455556666:role/lambda-migration-admin";
    let function = "arn:aws:lambda:eu-west-1:444455556666:function:hello";
    let context = [
        ("aws:RequestedRegion".to_owned(), "eu-west-1".to_owned()),
        ("iam:PassedToService".to_owned(), "lambda.amazonaws.com".to_owned()),
    ];
    let ask = |checks: &[(&str, &str)]| {
        let checks: Vec<_> = checks
            .iter()
            .map(|&(action, resource)| Check { action, resource })
            .collect();
        let call = Call {
            principal: devon,
            checks: &checks,
            context: &context,
        };
        can_all(&environment, &call)
    };
    // testdata/acme, 7.1, 7.2, 7.3 and 8.1.
    let (create, pass) = (("lambda:CreateFunction", function), ("iam:PassRole", admin));
    let answer = ask(&[create, pass]).unwrap();
    assert_eq!((answer.action.as_str(), answer.resource.as_str()), create);
    assert_eq!(
        checks(&answer),
        [("lambda:CreateFunction", "allowed"), ("iam:PassRole", "allowed")]
    );
    assert_eq!(answer.matched_statements.len(), 2);
    let (attach, access_key) = (("iam:AttachUserPolicy", devon), ("iam:CreateAccessKey", devon));
    assert_eq!(decision_name(ask(&[create, attach]).unwrap().decision), "implicitDeny");
    let denied = ask(&[attach, create, access_key]).unwrap();
    assert_eq!(decision_name(denied.decision), "explicitDeny");
    assert_eq!(denied.blocked_by, [PolicyType::ServiceControlPolicy]);
    assert_eq!(denied.matched_statements[0].policy, "no-new-iam-users");
    assert_eq!(
        ask(&[]).unwrap_err().to_string(),
        "a call needs at least one permission"
    );
    assert!(ask(&[create]).unwrap().checks.is_empty(), "one check is its own answer");
}

/// AWS: "Grant a user permissions to pass a role to an AWS service": the trust policy decides when the service uses the role.
#[test]
fn a_role_is_passed_whatever_its_trust_policy_says_of_the_service() {
    let pass = |context: &[(&str, &str)]| {
        let admin = "arn:aws:iam::444455556666:role/OrganizationAccountAccessRole";
        ask(admin, "iam:PassRole", CI_DEPLOYER, context)
    };
    let later = |context: &[(&str, &str)]| {
        let answer = pass(context);
        assert_eq!(decision_name(answer.decision), "allowed");
        let passed = answer.passed_role.expect("the service is named");
        let missing = passed.assumption.missing_context_values.join(" ");
        (decision_name(passed.assumption.decision), missing)
    };
    let codebuild = ("iam:PassedToService", "codebuild.amazonaws.com");
    assert_eq!(later(&[codebuild]), ("implicitDeny", "aws:SourceAccount".to_owned()));
    let project = "arn:aws:codebuild:eu-west-1:444455556666:project/build";
    let for_project = [codebuild, ("iam:AssociatedResourceArn", project)];
    assert_eq!(later(&for_project), ("allowed", String::new()));
    assert_eq!(
        later(&[("iam:PassedToService", "ec2.amazonaws.com")]),
        ("implicitDeny", String::new())
    );
    assert!(pass(&[]).passed_role.is_none());
    let wrong = pass(&[("iam:PassedToService", "EC2")]);
    assert_eq!(
        wrong.notes,
        ["EC2 is not the name of a service that a role can be passed to"]
    );
}

/// AWS: "Grant a user permissions to pass a role to an AWS service": "you can't pass a role to a service in another account".
#[test]
fn a_role_is_passed_inside_its_account_only() {
    let answer = ask(
        "arn:aws:iam::111122223333:role/okta-admin",
        "iam:PassRole",
        "arn:aws:iam::444455556666:role/lambda-migration-admin",
        &[("iam:PassedToService", "lambda.amazonaws.com")],
    );
    assert_eq!(decision_name(answer.decision), "implicitDeny");
    let rule = answer.service_rule.map(|rule| rule.to_string());
    assert_eq!(
        rule.as_deref(),
        Some("a role can only be passed inside its own account")
    );
    assert!(answer.blocked_by.is_empty() && answer.notes.is_empty());
    let of_the_account = ask(
        "arn:aws:iam::111122223333:role/okta-admin",
        "iam:PassRole",
        "arn:aws:iam::111122223333:role/okta-admin",
        &[],
    );
    assert_eq!(of_the_account.service_rule, None);
}

/// AWS: "Condition operators": a negated operator is true where the key is missing, and `…IfExists` is. The statement says which key it is.
#[test]
fn a_statement_that_applies_for_want_of_a_key_names_it() {
    let analyst = "arn:aws:iam::444455556666:role/data-analyst";
    let denied_without = |context: &[(&str, &str)]| {
        // testdata/acme, 11.1: `no-customer-data-in-dev` denies in any case.
        let answer = ask(
            analyst,
            "s3:GetObject",
            "arn:aws:s3:::acme-customer-data/x.csv",
            context,
        );
        assert_eq!(decision_name(answer.decision), "explicitDeny");
        let statements = answer.matched_statements.into_iter();
        let said = statements.map(|statement| (statement.policy, statement.applies_without.join(" ")));
        said.collect::<Vec<_>>()
    };
    let pair = |policy: &str, keys: &str| (policy.to_owned(), keys.to_owned());
    let customer_data = || pair("no-customer-data-in-dev", "");
    let regions = pair("approved-regions", "aws:RequestedRegion");
    assert_eq!(denied_without(&[]), [regions, customer_data()]);
    assert_eq!(
        denied_without(&[("aws:RequestedRegion", "eu-west-1")]),
        [customer_data()]
    );
    let elsewhere = pair("approved-regions", "");
    assert_eq!(
        denied_without(&[("aws:RequestedRegion", "ap-southeast-2")]),
        [elsewhere, customer_data()]
    );
}

/// AWS: Organizations User Guide, "RCPs": they do not apply to AWS managed KMS keys.
#[test]
fn resource_control_policies_spare_kms_keys_that_aws_manages() {
    let key = "arn:aws:kms:eu-west-1:444455556666:key/5ad3e7f0-41c8-4b92-9f6d-8e0a2c4b6d71";
    let ask = |environment: &Environment| {
        let context = [("aws:SecureTransport", "false"), ("aws:RequestedRegion", "eu-west-1")];
        let context = context.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let question = Question {
            principal: "arn:aws:iam::444455556666:role/data-engineer",
            action: "kms:Decrypt",
            resource: key,
            context: &context,
        };
        let answer = can(environment, &question).unwrap();
        answer.blocked_by.contains(&PolicyType::ResourceControlPolicy)
    };
    assert!(ask(&acme()), "enforce-tls");
    let mut files = files();
    for (_, bytes) in files
        .iter_mut()
        .filter(|(name, _)| name.ends_with("444455556666.resources.json"))
    {
        let named = r#""Name": "5ad3e7f0-41c8-4b92-9f6d-8e0a2c4b6d71""#;
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(named));
        *bytes = text.replace(named, r#""Name": "alias/aws/s3""#).into_bytes();
    }
    assert!(!ask(&load_exports(&borrowed(&files))), "the key is of AWS");
}

/// AWS: "AWS global condition context keys", `aws:AssumedRoot`; a task policy bounds the session, and a question has none.
#[test]
fn a_root_session_without_its_task_policy_is_allowed_nothing_and_a_note_says_so() {
    let root = "arn:aws:iam::333344445555:root";
    let context = [("aws:AssumedRoot", "true"), ("aws:RequestedRegion", "eu-west-1")];
    let answer = ask(
        root,
        "s3:DeleteBucketPolicy",
        "arn:aws:s3:::acme-customer-data",
        &context,
    );
    assert_eq!(decision_name(answer.decision), "implicitDeny");
    let note = "a session of AssumeRoot can do what its task policy allows, which is not part of the question: it is taken to allow nothing";
    assert_eq!(answer.notes, [note]);
}
