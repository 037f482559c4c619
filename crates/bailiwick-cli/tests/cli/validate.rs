//! `bailiwick validate`: what is found where, as what, and how it ends.

use std::fs;

use serde_json::{Value, json};

use crate::command::{Ended, copy_of_acme, file, folder, run, run_with_input, text};
use crate::golden::compare_in;

const FOLDER: &str = "testdata/cli/validate";

/// An identity policy with an error and a warning.
const WRONG: &str = r#"{"Statement": {"Effect": "allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}}"#;

/// One with a warning and a suggestion.
const DOUBTFUL: &str = r#"{"Statement": {"Sid": "", "Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}}"#;

fn validate(args: &[&str], input: &str) -> Ended {
    run_with_input(&[&["validate", "-"], args].concat(), input.as_bytes())
}

fn json_of(args: &[&str], input: &str) -> Value {
    validate(&[args, &["--format", "json"]].concat(), input).json()
}

fn compare(name: &str, args: &[&str]) {
    compare_in(FOLDER, name, args);
}

fn codes(policy: &Value) -> Vec<&str> {
    let findings = policy["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["issueCode"].as_str().unwrap()).collect()
}

#[test]
fn screens() {
    let policies = format!("{FOLDER}/policies");
    compare("policies", &["validate", &policies]);
    compare("policies.json", &["validate", &policies, "--format", "json"]);
    compare("policies.sarif", &["validate", &policies, "--format", "sarif"]);
    let exports = format!("{FOLDER}/exports");
    compare("exports", &["validate", &exports]);
    compare("exports.json", &["validate", &exports, "--format", "json"]);
    compare("exports.sarif", &["validate", &exports, "--format", "sarif"]);
    compare("not_json", &["validate", &format!("{FOLDER}/not_json.json")]);
    compare(
        "below_the_level",
        &["validate", &format!("{FOLDER}/no_version.json"), "--type", "identity"],
    );
    let trust = format!("{FOLDER}/policies/role-trust.json");
    compare("nothing_found", &["validate", &trust]);
    compare("explain", &["validate", "--explain", "INVALID_EFFECT"]);
    let package = format!("{FOLDER}/policies/other/package.json");
    compare("no_policy", &["validate", &package]);
}

/// The stories of testdata/acme/README.md that a policy tells by itself: 1, the sign-in through GitHub, and 7, a role that anyone may pass.
#[test]
fn the_stories_of_acme() {
    compare("acme", &["validate", "testdata/acme"]);
    let found = run(&["validate", "testdata/acme", "--format", "json"]).json();
    let files = found["files"].as_array().unwrap().iter();
    let mut told: Vec<(&str, &str)> = files
        .flat_map(|policy| {
            let holder = policy["entity"]
                .as_str()
                .or(policy["policy"].as_str())
                .unwrap_or_default();
            codes(policy).into_iter().map(move |code| (holder, code))
        })
        .collect();
    told.sort_unstable();
    let role = |name: &str| format!("arn:aws:iam::444455556666:role/{name}");
    let policy = "arn:aws:iam::444455556666:policy/developer-tools";
    let expected = [
        (policy.to_owned(), "PASS_ROLE_WITH_STAR_IN_RESOURCE"),
        (role("github-ci"), "MISSING_GITHUB_REPO_CONDITION_KEY"),
        (role("github-preview"), "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED"),
    ];
    let expected: Vec<(&str, &str)> = expected.iter().map(|(holder, code)| (&**holder, *code)).collect();
    assert_eq!(told, expected);
}

#[test]
fn the_level_decides_the_exit_status() {
    for (level, wrong, doubtful) in [
        ("error", 1, 0),
        ("security-warning", 1, 0),
        ("warning", 1, 1),
        ("suggestion", 1, 1),
        ("never", 0, 0),
    ] {
        assert_eq!(validate(&["--fail-on", level], WRONG).code, wrong, "{level}");
        assert_eq!(validate(&["--fail-on", level], DOUBTFUL).code, doubtful, "{level}");
    }
    assert_eq!(validate(&[], WRONG).code, 1);
    let below = validate(&[], DOUBTFUL);
    assert_eq!(below.code, 0);
    assert!(below.stdout.contains("EMPTY_SID_VALUE"), "{}", below.stdout);
}

#[test]
fn a_type_that_is_given_is_not_inferred() {
    let inferred = &json_of(&[], WRONG)["files"][0];
    assert_eq!(inferred["policyType"], "IDENTITY_POLICY");
    assert!(inferred["policyTypeReason"].is_string());
    for (name, policy_type, resource_type) in [
        ("identity", "IDENTITY_POLICY", Value::Null),
        ("resource", "RESOURCE_POLICY", Value::Null),
        ("trust", "RESOURCE_POLICY", json!("AWS::IAM::AssumeRolePolicyDocument")),
        ("scp", "SERVICE_CONTROL_POLICY", Value::Null),
        ("rcp", "RESOURCE_CONTROL_POLICY", Value::Null),
    ] {
        let given = &json_of(&["--type", name], WRONG)["files"][0];
        assert_eq!(given["policyType"], policy_type);
        assert_eq!(given["validatePolicyResourceType"], resource_type);
        assert_eq!(given["policyTypeReason"], Value::Null);
    }
}

#[test]
fn a_resource_type_is_given_or_inferred() {
    let bucket = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"},
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}}"#;
    let of = |args: &[&str]| json_of(args, bucket)["files"][0]["validatePolicyResourceType"].clone();
    assert_eq!(of(&["--type", "resource"]), "AWS::S3::Bucket");
    assert_eq!(of(&["--resource-type", "aws::dynamodb::table"]), "AWS::DynamoDB::Table");
    let wrong = validate(&["--type", "identity", "--resource-type", "AWS::S3::Bucket"], bucket);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("--type resource"), "{}", wrong.stderr);
}

#[test]
fn places_in_an_export_are_those_of_the_file() {
    let report = run(&["validate", &format!("{FOLDER}/exports"), "--format", "json"]).json();
    let mut seen = 0;
    for policy in report["files"].as_array().unwrap() {
        let text = fs::read_to_string(crate::command::root().join(policy["file"].as_str().unwrap())).unwrap();
        if policy["encoded"] == true {
            continue;
        }
        for finding in policy["findings"].as_array().unwrap() {
            let span = &finding["locations"][0]["span"];
            let number = |place: &str, member: &str| usize::try_from(span[place][member].as_u64().unwrap()).unwrap();
            let characters: Vec<char> = text.chars().collect();
            let part: String = characters[number("start", "offset")..number("end", "offset")]
                .iter()
                .collect();
            let line = text.lines().nth(number("start", "line") - 1).unwrap();
            let in_line: String = line.chars().skip(number("start", "column")).collect();
            assert!(in_line.starts_with(part.lines().next().unwrap()), "{part}");
            if finding["issueCode"] == "INVALID_EFFECT" {
                assert_eq!(part, "\"allow\"");
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 1);
}

#[test]
fn a_document_that_stands_twice_is_told_of_once() {
    let report = run(&["validate", &format!("{FOLDER}/exports"), "--format", "json"]).json();
    let policies = report["files"].as_array().unwrap();
    let shared = policies.iter().find(|policy| policy["policy"] == "list").unwrap();
    assert_eq!(shared["alsoIn"][0]["entity"], "arn:aws:iam::111111111111:role/deployer");
    assert!(policies.iter().all(|policy| policy["policy"] != "list-too"));
}

/// Its document in the export of testdata has no `Version`.
#[test]
fn aws_managed_policies_and_old_versions_are_left_out() {
    let report = run(&["validate", &format!("{FOLDER}/exports"), "--format", "json"]).json();
    let text = report.to_string();
    assert!(!text.contains("ReadOnlyAccess") && !text.contains("nonsense"), "{text}");
    let deploy = report["files"].as_array().unwrap().iter();
    let deploy: Vec<&Value> = deploy.filter(|policy| policy["policy"] == "deploy").collect();
    assert_eq!((deploy.len(), &deploy[0]["version"]), (1, &json!("v2")));
}

#[test]
fn an_export_by_itself_is_known_by_its_content() {
    let exports = crate::command::root().join(FOLDER).join("exports");
    for (name, policies) in [
        ("accounts/111111111111.gaad.json", 3),
        ("accounts/111111111111.resources.json", 1),
        ("org.json", 1),
    ] {
        let copy = file("validate_lone_export", fs::read(exports.join(name)).unwrap());
        let ended = run(&["validate", &copy, "--format", "json"]);
        let report = ended.json();
        assert_eq!(report["files"].as_array().unwrap().len(), policies, "{name}");
        assert_eq!(report["files"][0]["file"], copy);
        let typed = run(&["validate", &copy, "--type", "scp"]);
        assert_eq!(typed.code, 2);
        assert!(typed.stderr.contains("leave out --type"), "{}", typed.stderr);
    }
}

#[test]
fn a_policy_is_found_in_what_a_command_of_aws_prints() {
    let printed = format!("{{\n  \"PolicyName\": \"p\",\n  \"PolicyDocument\": {WRONG}\n}}");
    let ended = validate(&[], &printed);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("INVALID_EFFECT -:3:46"), "{}", ended.stdout);
    let policy = &json_of(&["--type", "scp"], &printed)["files"][0];
    assert_eq!(
        (&policy["policy"], &policy["policyType"]),
        (&json!("p"), &json!("SERVICE_CONTROL_POLICY"))
    );
    let string = json!({"Policy": WRONG}).to_string();
    let ended = validate(&[], &string);
    assert!(ended.stdout.contains("of the decoded document"), "{}", ended.stdout);
    assert_eq!(json_of(&[], &string)["files"][0]["encoded"], true);
    assert_eq!(validate(&[], r#"{"Policy": "tight"}"#).code, 2);
}

#[test]
fn the_way_a_policy_is_wrapped_says_its_type() {
    let identity = WRONG.replace("allow", "Allow");
    let printed = json!({"Policy": {"PolicySummary": {"Type": "SERVICE_CONTROL_POLICY"}, "Content": identity}});
    let policy = &json_of(&[], &printed.to_string())["files"][0];
    assert_eq!(policy["policyType"], "SERVICE_CONTROL_POLICY");
    assert!(policy["policyTypeReason"].as_str().unwrap().contains("PolicySummary"));
    let role = format!("{{\"Role\": {{\"AssumeRolePolicyDocument\": {identity}}}}}");
    let policy = &json_of(&[], &role)["files"][0];
    assert_eq!(
        policy["validatePolicyResourceType"],
        "AWS::IAM::AssumeRolePolicyDocument"
    );
    let encoded = WRONG.replace('{', "%7B").replace('"', "%22").replace(' ', "%20");
    let ended = validate(&[], &json!({"PolicyDocument": encoded}).to_string());
    assert_eq!(ended.code, 1);
    assert!(
        ended.stdout.contains("INVALID_EFFECT line 1, column"),
        "{}",
        ended.stdout
    );
}

#[test]
fn folders_above_say_nothing_of_the_type() {
    let folder = folder("validate_hint");
    for name in ["scp/work/p.json", "scp/work/scps/p.json", "scp/work/a.scp.json"] {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, WRONG).unwrap();
    }
    let types = |args: &[&str], from: &str| -> Vec<bool> {
        let mut command = crate::command::command();
        let command = command.current_dir(folder.join(from)).arg("validate").args(args);
        let output = command.output().unwrap().stdout;
        let report: Value = serde_json::from_slice(&output).unwrap();
        let files = report["files"].as_array().unwrap().iter();
        files
            .map(|policy| policy["policyType"] == "SERVICE_CONTROL_POLICY")
            .collect()
    };
    let work = text(&folder.join("scp/work"));
    let json = ["--format", "json"];
    for root in [".", &work] {
        assert_eq!(types(&[&[root], &json[..]].concat(), "scp/work"), [true, false, true]);
    }
    for (path, scp) in [("p.json", false), ("scps/p.json", true), ("a.scp.json", true)] {
        for path in [path.to_owned(), format!("{work}/{path}")] {
            assert_eq!(types(&[&[&*path], &json[..]].concat(), "scp/work"), [scp], "{path}");
        }
    }
    assert_eq!(
        types(&[&[&*format!("{work}/p.json")], &json[..]].concat(), "."),
        [false]
    );
    assert_eq!(types(&[&["work/scps"], &json[..]].concat(), "scp"), [true]);
}

#[test]
fn a_template_is_told_to_be_one() {
    for resource in ["arn:${AWS::Partition}:s3:::b", "${aws_s3_bucket.logs.arn}"] {
        let ended = validate(&[], &WRONG.replace("\"*\"", &format!("\"{resource}\"")));
        let notes = ended.stdout.matches("template of CloudFormation or Terraform").count();
        assert_eq!(notes, 1, "{}", ended.stdout);
    }
    assert!(!validate(&[], WRONG).stdout.contains("template"));
}

#[test]
fn folders_beside_exports_are_searched() {
    let folder = copy_of_acme("validate_beside_exports");
    fs::create_dir(folder.join("policies")).unwrap();
    fs::write(folder.join("policies/p.json"), WRONG).unwrap();
    fs::create_dir(folder.join("accounts/old")).unwrap();
    fs::write(folder.join("accounts/old/q.json"), WRONG).unwrap();
    let of = |folder: &str| run(&["validate", folder, "--format", "json"]).json();
    let (with, without) = (of(&text(&folder)), of("testdata/acme"));
    let count = |report: &Value| report["files"].as_array().unwrap().len();
    assert_eq!(count(&with), count(&without) + 2);
    assert_eq!(with["skipped"], json!([]));
}

#[test]
fn an_export_without_policies_has_none() {
    let folder = folder("validate_no_policies");
    fs::create_dir(folder.join("accounts")).unwrap();
    let export = r#"{"AccountId": "111122223333", "Resources": []}"#;
    fs::write(folder.join("accounts/111122223333.resources.json"), export).unwrap();
    for ended in [validate(&[], export), run(&["validate", &text(&folder)])] {
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (0, "nothing was found in 0 policies\n"),
            "{ended:?}"
        );
    }
}

#[test]
fn an_export_that_is_not_json_is_wrong() {
    let export = fs::read(crate::command::root().join("testdata/acme/accounts/333344445555.gaad.json")).unwrap();
    let half = file("validate_half_an_export", &export[..export.len() / 2]);
    assert_eq!(run(&["validate", &half]).code, 2);
    let parent = half.rsplit_once('/').unwrap().0;
    assert_eq!(run(&["validate", parent]).code, 2);
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    let unusable = format!(
        r#"{{"RoleDetailList": [{{"Arn": "arn:aws:iam::111122223333:role/r", "RoleName": "r", "Path": "/", "RoleId": "AROAEXAMPLE",
        "AssumeRolePolicyDocument": {{"Version": "2012-10-17", "Statement": {deep}}}}}]}}"#
    );
    let ended = validate(&[], &unusable);
    assert_eq!(ended.code, 2, "{ended:?}");
}

/// `set -o pipefail; bailiwick validate many | head -1`
#[test]
fn a_reader_who_goes_away_does_not_change_the_exit_status() {
    let folder = folder("validate_broken_pipe");
    for number in 0..400 {
        fs::write(folder.join(format!("{number}.json")), WRONG).unwrap();
    }
    for format in ["human", "json", "sarif"] {
        let mut command = crate::command::command();
        let command = command.args(["validate", &text(&folder), "--format", format]);
        let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(1), "{format}");
    }
}

#[test]
fn a_broken_export_is_incomplete_and_the_rest_is_validated() {
    let ended = run(&["validate", "testdata/cli/organization_with_errors", "--format", "json"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let report = ended.json();
    let messages = report["incomplete"].to_string();
    assert!(messages.contains("222222222222.gaad.json") && messages.contains("333333333333.gaad.json"));
    // What is wrong with a document is a finding, not a hole.
    assert!(!messages.contains("IpAdress"), "{messages}");
    assert!(!report["files"].as_array().unwrap().is_empty());
}

#[test]
fn a_folder_is_searched_in_order_and_what_is_no_policy_is_counted() {
    let folder = folder("validate_walk");
    for name in [
        "b/2.json",
        "a.JSON",
        "b/1.json",
        ".hidden/x.json",
        "target/x.json",
        "b/node_modules/x.json",
        "b/x.txt",
    ] {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, WRONG).unwrap();
    }
    fs::write(folder.join("b/tsconfig.json"), r#"{"strict": true}"#).unwrap();
    fs::write(folder.join("b/package.json"), "\u{feff} {}\n").unwrap();
    let ended = run(&["validate", &text(&folder), "--format", "json"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let report = ended.json();
    let names: Vec<String> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|policy| {
            policy["file"]
                .as_str()
                .unwrap()
                .strip_prefix(&text(&folder))
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(names, ["/a.JSON", "/b/1.json", "/b/2.json"]);
    assert_eq!(report["skipped"].as_array().unwrap().len(), 2);
    let screen = run(&["validate", &text(&folder)]).stdout;
    assert!(screen.ends_with("0 clean; 2 JSON files are no policies\n"), "{screen}");
    assert!(
        screen.contains("b/package.json\n") && screen.contains("b/tsconfig.json\n"),
        "{screen}"
    );
    for number in 0..20 {
        fs::write(folder.join(format!("b/other-{number}.json")), "{}").unwrap();
    }
    let screen = run(&["validate", &text(&folder)]).stdout;
    assert!(
        screen.contains("\n  and 12 more\n") && !screen.contains("tsconfig"),
        "{screen}"
    );
}

#[test]
fn what_is_named_comes_in_its_order() {
    let of = |name: &str| format!("{FOLDER}/{name}");
    let (one, folder, two) = (of("no_version.json"), of("policies/scp"), of("not_json.json"));
    // The same file, or one by another way, is read once.
    let again = of("./no_version.json");
    let leave = of("policies/scp/leave.json");
    let args = [
        "validate", "--format", "json", &two, &one, &folder, &one, &again, &leave, &folder,
    ];
    let ended = run(&args);
    let report = ended.json();
    let files = report["files"].as_array().unwrap().iter();
    let files: Vec<&str> = files.map(|policy| policy["file"].as_str().unwrap()).collect();
    assert_eq!(files, [&two, &one, &leave]);
}

#[test]
fn exports_within_a_folder_are_found() {
    let report = run(&["validate", FOLDER, "--format", "json"]).json();
    let policies = report["files"].as_array().unwrap();
    let kinds: Vec<&str> = policies.iter().filter_map(|policy| policy["kind"].as_str()).collect();
    for kind in ["inline", "managed", "trust", "resource", "organization"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let not_json = policies
        .iter()
        .find(|policy| policy["file"].as_str().unwrap().ends_with("/not_json.json"));
    assert_eq!(codes(not_json.unwrap()), ["JSON_SYNTAX_ERROR"]);
}

#[test]
fn the_list_has_every_type_with_its_count() {
    let screen = run(&["validate", "--list-checks"]).stdout;
    let listed = screen.lines().filter(|line| line.starts_with("  ")).count();
    let json = run(&["validate", "--list-checks", "--format", "json"]).json();
    assert_eq!(listed, json["checks"].as_array().unwrap().len());
    assert!(screen.contains(&format!("{listed} checks;")), "{screen}");
}

#[test]
fn an_unknown_code_has_neighbours_and_exit_status_2() {
    let ended = run(&["validate", "--explain", "json syntax"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("`JSON_SYNTAX_ERROR`"), "{}", ended.stderr);
    assert_eq!(run(&["validate", "--explain", "\u{1b}[31m"]).code, 2);
    assert_eq!(run(&["validate", "--explain", "invalid_effect"]).code, 0);
}

#[test]
fn a_screen_ends_after_two_thousand_findings() {
    let folder = folder("validate_many");
    let statements =
        vec![r#"{"Sid": "", "Effect": "allow", "Action": "iam:CreateUser", "Resource": "*"}"#; 150].join(",");
    for name in 0..12 {
        fs::write(
            folder.join(format!("{name:02}.json")),
            format!(r#"{{"Statement": [{statements}]}}"#),
        )
        .unwrap();
    }
    let screen = run(&["validate", &text(&folder)]).stdout;
    let shown = screen.lines().filter(|line| {
        line.starts_with("  ERROR ") || line.starts_with("  SUGGESTION ") || line.starts_with("  WARNING ")
    });
    assert_eq!(shown.count(), 2000);
    assert!(
        screen.contains("more findings in 2 more policies: `--format json` has them all"),
        "{screen}"
    );
}
