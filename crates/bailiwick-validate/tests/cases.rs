//! The cases of each check: `testdata/checks/<CODE>/{fires,silent}[-WORDS].TYPE.json`, with what is found in `.snap` beside it.
//!
//! That a case fires or is silent is asserted from its name; the snapshot records how the findings are told.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code that reads its cases from files"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use bailiwick_validate::{
    Finding, FindingType, Location, PathElement, PolicyCheck, Position, ValidatePolicyResourceType, ValidatePolicyType,
    check, checks, validate_policy,
};
use serde_json::{Value, json};

/// The types that a case's name can have.
const TYPES: [(&str, ValidatePolicyType); 10] = [
    ("identity", ValidatePolicyType::IdentityPolicy),
    ("resource", ValidatePolicyType::ResourcePolicy(None)),
    ("trust", ValidatePolicyType::TRUST_POLICY),
    ("scp", ValidatePolicyType::ServiceControlPolicy),
    ("rcp", ValidatePolicyType::ResourceControlPolicy),
    (
        "s3-bucket",
        ValidatePolicyType::ResourcePolicy(Some(ValidatePolicyResourceType::S3Bucket)),
    ),
    (
        "s3-access-point",
        ValidatePolicyType::ResourcePolicy(Some(ValidatePolicyResourceType::S3AccessPoint)),
    ),
    (
        "s3-multi-region-access-point",
        ValidatePolicyType::ResourcePolicy(Some(ValidatePolicyResourceType::S3MultiRegionAccessPoint)),
    ),
    (
        "s3-object-lambda-access-point",
        ValidatePolicyType::ResourcePolicy(Some(ValidatePolicyResourceType::S3ObjectLambdaAccessPoint)),
    ),
    (
        "dynamodb-table",
        ValidatePolicyType::ResourcePolicy(Some(ValidatePolicyResourceType::DynamoDbTable)),
    ),
];

struct Case {
    path: PathBuf,
    code: String,
    fires: bool,
    policy_type: ValidatePolicyType,
    text: String,
}

impl Case {
    fn name(&self) -> String {
        let file = self.path.file_name().unwrap().to_string_lossy();
        format!("{}/{file}", self.code)
    }

    fn findings(&self) -> Vec<Finding> {
        validate_policy(&self.text, self.policy_type).unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }

    fn check_fires(&self) -> bool {
        self.findings()
            .iter()
            .any(|finding| finding.check().code() == self.code)
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/checks")
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for folder in fs::read_dir(folder()).unwrap() {
        let folder = folder.unwrap().path();
        let code = folder.file_name().unwrap().to_string_lossy().into_owned();
        for file in fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(".json") else {
                assert!(
                    name.ends_with(".json.snap"),
                    "{code}/{name} is neither a case nor a snapshot"
                );
                continue;
            };
            let (verdict, policy_type) = stem.rsplit_once('.').unwrap();
            let fires = match verdict.split('-').next() {
                Some("fires") => true,
                Some("silent") => false,
                _ => panic!("{code}/{name}: a case begins with `fires` or `silent`"),
            };
            let (_, policy_type) = TYPES
                .into_iter()
                .find(|(word, _)| *word == policy_type)
                .unwrap_or_else(|| panic!("{code}/{name}: there is no policy type `{policy_type}`"));
            cases.push(Case {
                text: fs::read_to_string(&path).unwrap(),
                path,
                code: code.clone(),
                fires,
                policy_type,
            });
        }
    }
    assert!(!cases.is_empty());
    cases.sort_by(|a, b| a.path.cmp(&b.path));
    cases
}

fn of_check<'c>(cases: &'c [Case], check: &'static PolicyCheck, fires: bool) -> impl Iterator<Item = &'c Case> {
    cases
        .iter()
        .filter(move |case| case.code == check.code() && case.fires == fires)
}

#[test]
fn every_case_fires_or_is_silent_as_its_name_says() {
    let cases = cases();
    let wrong: Vec<String> = (cases.iter())
        .filter(|case| case.check_fires() != case.fires)
        .map(|case| format!("{}\n  found: {:?}", case.name(), codes(case)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

fn codes(case: &Case) -> Vec<&'static str> {
    case.findings().iter().map(|finding| finding.check().code()).collect()
}

#[test]
fn every_check_has_a_case_that_fires_and_a_near_miss() {
    let cases = cases();
    let lacking: Vec<&str> = checks()
        .filter(|&check| {
            of_check(&cases, check, true).next().is_none() || of_check(&cases, check, false).next().is_none()
        })
        .map(PolicyCheck::code)
        .collect();
    assert!(lacking.is_empty(), "without a pair of cases: {lacking:?}");
    let unknown: Vec<String> = (cases.iter())
        .filter(|case| check(&case.code).is_none())
        .map(Case::name)
        .collect();
    assert!(unknown.is_empty(), "of no check: {unknown:?}");
}

#[test]
fn examples_are_taken_from_the_cases() {
    let cases = cases();
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let quoted = |check: &'static PolicyCheck, fires: bool, example: &str| {
        of_check(&cases, check, fires).any(|case| squeezed(&case.text).contains(&squeezed(example)))
    };
    let strangers: Vec<String> = checks()
        .flat_map(|check| {
            let example = check.example();
            [(true, example.fires), (false, example.silent)].map(|(fires, example)| (check, fires, example))
        })
        .filter(|&(check, fires, example)| !quoted(check, fires, example))
        .map(|(check, fires, example)| {
            let kind = if fires { "firing" } else { "silent" };
            format!("{}: no {kind} case has {example}", check.code())
        })
        .collect();
    assert!(strangers.is_empty(), "{}", strangers.join("\n"));
}

#[test]
fn findings_are_told_as_access_analyzer_tells_them() {
    for case in cases() {
        let file = case.path.file_name().unwrap().to_string_lossy().into_owned();
        insta::with_settings!({
            snapshot_path => case.path.parent().unwrap(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(file, told(&case));
        });
    }
}

/// The findings in the shape of `ValidatePolicy`, one location a line.
fn told(case: &Case) -> String {
    let findings: Vec<String> = case.findings().iter().map(finding).collect();
    format!("[{}]", findings.join(", "))
}

fn finding(finding: &Finding) -> String {
    let check = finding.check();
    let members = [
        ("issueCode", check.code()),
        ("findingType", check.finding_type().as_str()),
        ("findingDetails", finding.details()),
        ("learnMoreLink", &check.learn_more_link()),
    ];
    let mut text = "{\n".to_owned();
    for (name, value) in members {
        writeln!(text, "  \"{name}\": {},", Value::from(value)).unwrap();
    }
    let locations: Vec<String> = finding.locations().iter().map(location).collect();
    write!(text, "  \"locations\": [\n    {}\n  ]\n}}", locations.join(",\n    ")).unwrap();
    text
}

fn location(location: &Location) -> String {
    let path: Vec<Value> = location.path.iter().map(element).collect();
    let span = json!({"start": position(location.span.start), "end": position(location.span.end)});
    json!({"path": path, "span": span}).to_string()
}

fn element(element: &PathElement) -> Value {
    match element {
        PathElement::Index(index) => json!({"index": index}),
        PathElement::Key(key) => json!({"key": key}),
        PathElement::Substring { start, length } => json!({"substring": {"start": start, "length": length}}),
        PathElement::Value(value) => json!({"value": value}),
    }
}

fn position(position: Position) -> Value {
    json!({"line": position.line, "column": position.column, "offset": position.offset})
}

/// AWS: "IAM policy validation check reference": 79 errors, 26 warnings, 19 security warnings and 29 suggestions.
#[test]
fn the_registry_has_every_check_once() {
    let mut count: BTreeMap<FindingType, usize> = BTreeMap::new();
    let mut codes: Vec<&str> = Vec::new();
    for check in checks() {
        *count.entry(check.finding_type()).or_default() += 1;
        codes.push(check.code());
    }
    codes.sort_unstable();
    let all = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), all, "a code is there twice");
    let expected = [
        (FindingType::Suggestion, 29),
        (FindingType::Warning, 26),
        (FindingType::SecurityWarning, 19),
        (FindingType::Error, 79),
    ];
    assert_eq!(count, BTreeMap::from(expected));
}
