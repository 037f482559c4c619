//! Findings as SARIF 2.1.0, the format in which code reviews take them.
//!
//! OASIS: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bailiwick_validate::{FindingType, PathElement, PolicyCheck, Span, ValidatePolicyResourceType};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::artifact::{ArtifactPlace, SOURCE_ROOT};
use super::fingerprint::Fingerprints;
use super::report::{FindingLocation, FindingReport, PolicyPlace, PolicyReport, ValidateReport};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name of our fingerprints: when they are made otherwise, the version changes.
const FINGERPRINT: &str = "bailiwickFinding/v1";

/// The most results of a run that GitHub takes; it refuses a log that has more.
///
/// GitHub: "SARIF support for code scanning", "Validating your SARIF file".
const RESULTS: usize = 25_000;

/// What a security finding is rated. GitHub calls 7.0 to 8.9 high, and a check fails at high and above where nobody chose otherwise.
///
/// GitHub: "SARIF support for code scanning", `security-severity`.
const SECURITY_SEVERITY: &str = "7.0";

/// A report as SARIF: serialise it. Results are made one by one while it is written.
#[derive(Debug)]
pub struct SarifLog<'r> {
    report: &'r ValidateReport,
    version: &'r str,
    texts: &'r [String],
    places: BTreeMap<&'r str, ArtifactPlace>,
    /// The checks that found something, by their codes, each with its index.
    rules: BTreeMap<&'static str, (usize, &'static PolicyCheck)>,
    /// How many results of each type there are room for.
    room: BTreeMap<FindingType, usize>,
}

/// A report as SARIF. `texts` has the texts of the files by their numbers, without byte-order marks; `place_of` says where a file of the report is.
pub fn sarif_log<'r>(
    report: &'r ValidateReport,
    version: &'r str,
    texts: &'r [String],
    place_of: impl Fn(&str) -> ArtifactPlace,
) -> SarifLog<'r> {
    let policies = || report.files.iter();
    let named = policies().flat_map(|policy| policy.also_in.iter().chain([&policy.place]));
    let named = named.map(|place| place.file.as_str());
    let mut places = BTreeMap::new();
    for file in named.chain(report.incomplete.iter().map(|part| part.file.as_str())) {
        places.entry(file).or_insert_with(|| place_of(file));
    }
    let mut rules = BTreeMap::new();
    for finding in policies().flat_map(|policy| &policy.findings) {
        rules.insert(finding.check.code(), (0, finding.check));
    }
    for (index, (place, _)) in rules.values_mut().enumerate() {
        *place = index;
    }
    let mut left = RESULTS;
    let counts = report.counts();
    let room = counts.iter().map(|(finding_type, count)| {
        let taken = count.min(left);
        left -= taken;
        (finding_type, taken)
    });
    SarifLog {
        report,
        version,
        texts,
        places,
        rules,
        room: room.collect(),
    }
}

impl Serialize for SarifLog<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut log = serializer.serialize_map(Some(3))?;
        log.serialize_entry("$schema", SCHEMA)?;
        log.serialize_entry("version", "2.1.0")?;
        log.serialize_entry("runs", &[Run(self)])?;
        log.end()
    }
}

struct Run<'l>(&'l SarifLog<'l>);

impl Serialize for Run<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let log = self.0;
        let rules: Vec<Value> = log.rules.values().map(|(_, check)| rule(check)).collect();
        let driver = json!({"name": "bailiwick", "semanticVersion": log.version, "rules": rules});
        let notifications = log.problems();
        let successful = notifications.is_empty();
        let notifications: Vec<Value> = notifications.into_iter().chain(log.left_out()).collect();
        let mut run = serializer.serialize_map(None)?;
        run.serialize_entry("tool", &json!({"driver": driver}))?;
        run.serialize_entry("columnKind", "unicodeCodePoints")?;
        run.serialize_entry(
            "originalUriBaseIds",
            &json!({SOURCE_ROOT: {"description": {"text": "the root of the repository"}}}),
        )?;
        run.serialize_entry(
            "invocations",
            &json!([{"executionSuccessful": successful, "toolExecutionNotifications": notifications}]),
        )?;
        run.serialize_entry("results", &Results(log))?;
        run.end()
    }
}

/// The results that there is room for, in the order of the report.
struct Results<'l>(&'l SarifLog<'l>);

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let log = self.0;
        let mut fingerprints = Fingerprints::default();
        let mut room = log.room.clone();
        let mut results = serializer.serialize_seq(None)?;
        for policy in &log.report.files {
            let file = policy.place.file.as_str();
            let text = match &policy.decoded {
                Some(decoded) => decoded,
                None => log.texts.get(policy.text).map_or("", String::as_str),
            };
            let known_as = log.place(file).known_as(policy.place.entity.is_some());
            for finding in &policy.findings {
                let Some(left @ 1..) = room.get_mut(&finding.check.finding_type()) else {
                    continue;
                };
                *left -= 1;
                let fingerprint = fingerprints.of(policy, known_as, finding, text);
                results.serialize_element(&log.result(policy, finding, &fingerprint))?;
            }
        }
        results.end()
    }
}

fn level(finding_type: FindingType) -> &'static str {
    match finding_type {
        FindingType::Error => "error",
        FindingType::SecurityWarning | FindingType::Warning => "warning",
        FindingType::Suggestion => "note",
    }
}

fn rule(check: &PolicyCheck) -> Value {
    let example = check.example();
    let mut properties = json!({
        "findingType": check.finding_type().as_str(),
        "policyTypes": check.policy_types().names().collect::<Vec<_>>(),
    });
    if check.finding_type() == FindingType::SecurityWarning {
        properties["tags"] = json!(["security"]);
        properties["security-severity"] = json!(SECURITY_SEVERITY);
    }
    json!({
        "id": check.code(),
        "name": pascal_case(check.code()),
        "shortDescription": {"text": check.title()},
        "fullDescription": {"text": check.trigger()},
        "help": {
            "text": format!(
                "{}\n\nFound: {}\nNot found: {}\n\n{}",
                check.trigger(), example.fires, example.silent, check.learn_more_link()
            ),
        },
        "helpUri": check.learn_more_link(),
        "defaultConfiguration": {"level": level(check.finding_type())},
        "properties": properties,
    })
}

impl SarifLog<'_> {
    fn place(&self, file: &str) -> &ArtifactPlace {
        self.places.get(file).unwrap_or(&ArtifactPlace::StandardInput)
    }

    /// What kept something from being validated.
    fn problems(&self) -> Vec<Value> {
        let incomplete = self.report.incomplete.iter();
        let mut problems: Vec<Value> = incomplete.map(|part| self.problem(&part.file, &part.message)).collect();
        for policy in self.report.files.iter().filter(|policy| !policy.is_json) {
            let title = policy.place.title();
            let title = title.map_or(String::new(), |title| format!(" ({title})"));
            let message = format!("the policy is not JSON, so that nothing else can be said of it{title}");
            problems.push(self.problem(&policy.place.file, &message));
        }
        problems
    }

    fn problem(&self, file: &str, message: &str) -> Value {
        json!({
            "level": "error",
            "message": {"text": message},
            "locations": [{"physicalLocation": {"artifactLocation": self.place(file).location()}}],
        })
    }

    /// How many findings there is no room for, if there are any.
    fn left_out(&self) -> Option<Value> {
        let left = self.report.counts().total() - self.room.values().sum::<usize>();
        let message = format!(
            "{left} findings are left out, the least grave ones: GitHub takes {RESULTS} results of a run, and the JSON format has them all"
        );
        (left > 0).then(|| json!({"level": "warning", "message": {"text": message}}))
    }

    fn result(&self, policy: &PolicyReport, finding: &FindingReport, fingerprint: &str) -> Value {
        let mut places = finding.locations.iter();
        let primary: Vec<Value> = places
            .next()
            .map(|place| self.location(policy, place))
            .into_iter()
            .collect();
        let mut related: Vec<Value> = places
            .map(|place| with_message(self.location(policy, place), "see also this place"))
            .collect();
        related.extend(policy.also_in.iter().map(|place| {
            let title = place.title().unwrap_or_default();
            let location = json!({"physicalLocation": {
                "artifactLocation": self.place(&place.file).location(),
                "region": start_of(place),
            }});
            with_message(location, &format!("the same document: {title}"))
        }));
        for (id, place) in related.iter_mut().enumerate() {
            place["id"] = json!(id + 1);
        }
        let mut text = finding.details.clone();
        if let Some(title) = policy.place.title() {
            let _ = write!(text, " ({title})");
        }
        let mut properties = json!({
            "findingType": finding.check.finding_type().as_str(),
            "policyType": policy.validated_as.policy_type.as_str(),
        });
        for (name, value) in [
            (
                "validatePolicyResourceType",
                policy
                    .validated_as
                    .policy_type
                    .resource_type()
                    .map(ValidatePolicyResourceType::as_str),
            ),
            ("entity", policy.place.entity.as_deref()),
            ("policy", policy.place.policy.as_deref()),
        ] {
            if let Some(value) = value {
                properties[name] = json!(value);
            }
        }
        let mut result = json!({
            "ruleId": finding.check.code(),
            "ruleIndex": self.rules.get(finding.check.code()).map(|(index, _)| index),
            "level": level(finding.check.finding_type()),
            "message": {"text": text},
            "locations": primary,
            "partialFingerprints": {FINGERPRINT: fingerprint},
            "properties": properties,
        });
        if !related.is_empty() {
            result["relatedLocations"] = json!(related);
        }
        result
    }

    fn location(&self, policy: &PolicyReport, place: &FindingLocation) -> Value {
        let region = if policy.place.encoded {
            start_of(&policy.place)
        } else {
            region(place.span)
        };
        let mut location = json!({
            "physicalLocation": {"artifactLocation": self.place(&policy.place.file).location(), "region": region},
        });
        let pointer = json_pointer(&place.path);
        if !pointer.is_empty() {
            location["logicalLocations"] = json!([{"fullyQualifiedName": pointer}]);
        }
        location
    }
}

fn with_message(mut location: Value, text: &str) -> Value {
    location["message"] = json!({"text": text});
    location
}

/// Lines and columns are counted from 1, and the end is just behind the last character.
fn region(span: Span) -> Value {
    json!({
        "startLine": span.start.line,
        "startColumn": span.start.column.saturating_add(1),
        "endLine": span.end.line,
        "endColumn": span.end.column.saturating_add(1),
    })
}

/// The start of a document: where it is a string, no more can be told of the places in it.
fn start_of(place: &PolicyPlace) -> Value {
    match place.start {
        Some(start) => json!({"startLine": start.line, "startColumn": start.column.saturating_add(1)}),
        None => json!({"startLine": 1}),
    }
}

/// `INVALID_EFFECT` as SARIF names rules: `InvalidEffect`.
fn pascal_case(code: &str) -> String {
    let words = code.split('_').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        format!("{first}{}", rest.to_ascii_lowercase())
    });
    words.collect()
}

/// RFC 6901, within the policy. A part of a string is in the string.
fn json_pointer(path: &[PathElement]) -> String {
    let mut pointer = String::new();
    for element in path {
        match element {
            PathElement::Index(index) => {
                let _ = write!(pointer, "/{index}");
            }
            PathElement::Key(key) | PathElement::Value(key) => {
                let _ = write!(pointer, "/{}", key.replace('~', "~0").replace('/', "~1"));
            }
            PathElement::Substring { .. } => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use bailiwick_validate::ValidatePolicyType;

    use super::super::report::ValidatedAs;
    use super::*;

    #[test]
    fn a_way_to_a_place_becomes_a_pointer() {
        let path = [
            PathElement::Value("Statement".to_owned()),
            PathElement::Index(0),
            PathElement::Value("Condition".to_owned()),
            PathElement::Key("aws:RequestTag/a~b".to_owned()),
            PathElement::Substring { start: 0, length: 3 },
        ];
        assert_eq!(json_pointer(&path), "/Statement/0/Condition/aws:RequestTag~1a~0b");
    }

    #[test]
    fn a_rule_has_a_name() {
        assert_eq!(pascal_case("INVALID_EFFECT"), "InvalidEffect");
    }

    /// 30,000 findings: one in three is an error, the others are warnings.
    #[test]
    fn what_github_would_refuse_is_left_out_and_told() {
        let text = r#"{"Statement": {"Effect": "allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}}"#;
        let validated_as = ValidatedAs {
            policy_type: ValidatePolicyType::IdentityPolicy,
            because: None,
        };
        let mut policy = PolicyReport::of_file("p.json", text, validated_as).unwrap();
        let of_type = |finding_type| {
            let mut findings = policy.findings.iter();
            let finding = findings.find(|finding| finding.check.finding_type() == finding_type);
            finding.unwrap().clone()
        };
        let (error, warning) = (of_type(FindingType::Error), of_type(FindingType::Warning));
        policy.findings = (0..30_000)
            .map(|number| if number % 3 == 2 { &error } else { &warning }.clone())
            .collect();
        let report = ValidateReport {
            files: vec![policy],
            ..ValidateReport::default()
        };
        let log = sarif_log(&report, "0.0.0", &[], |_| ArtifactPlace::StandardInput);
        let log = serde_json::to_value(&log).unwrap();
        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap();
        let errors = results.iter().filter(|result| result["level"] == "error").count();
        assert_eq!((results.len(), errors), (25_000, 10_000));
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], true);
        let notification = &invocation["toolExecutionNotifications"][0];
        assert_eq!(notification["level"], "warning");
        let message = notification["message"]["text"].as_str().unwrap();
        assert!(message.starts_with("5000 findings are left out"), "{message}");
    }
}
