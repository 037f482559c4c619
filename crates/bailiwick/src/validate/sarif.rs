//! Findings as SARIF 2.1.0, the format in which code reviews take them.
//!
//! OASIS: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bailiwick_validate::{Check, FindingType, PathElement, Span, ValidatePolicyResourceType};
use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::report::{FindingLocation, FindingReport, IncompleteReport, PolicyPlace, PolicyReport, ValidateReport};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name of our fingerprints: when they are made otherwise, the version changes.
const FINGERPRINT: &str = "bailiwickFinding/v1";

/// A report as SARIF. `texts` has the texts of the files, without byte-order marks.
pub fn sarif_log(report: &ValidateReport, version: &str, texts: &BTreeMap<String, String>) -> Value {
    let mut rules: BTreeMap<&str, &'static Check> = BTreeMap::new();
    for finding in report.files.iter().flat_map(|policy| &policy.findings) {
        rules.insert(finding.check.code(), finding.check);
    }
    let indices: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(index, &code)| (code, index)).collect();
    let mut fingerprints = Fingerprints::default();
    let mut results = Vec::new();
    for policy in &report.files {
        let text = match &policy.decoded {
            Some(decoded) => decoded,
            None => texts.get(&policy.place.file).map_or("", String::as_str),
        };
        for finding in &policy.findings {
            let fingerprint = fingerprints.of(policy, finding, text);
            let index = indices[finding.check.code()];
            results.push(result(policy, finding, index, &fingerprint));
        }
    }
    let notifications: Vec<Value> = report.incomplete.iter().map(notification).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "bailiwick",
                "semanticVersion": version,
                "rules": rules.values().map(|check| rule(check)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": notifications.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    })
}

fn level(finding_type: FindingType) -> &'static str {
    match finding_type {
        FindingType::Error => "error",
        FindingType::SecurityWarning | FindingType::Warning => "warning",
        FindingType::Suggestion => "note",
    }
}

fn rule(check: &Check) -> Value {
    let example = check.example();
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
        "properties": {
            "findingType": check.finding_type().as_str(),
            "policyTypes": check.policy_types().names().collect::<Vec<_>>(),
        },
    })
}

fn result(policy: &PolicyReport, finding: &FindingReport, index: usize, fingerprint: &str) -> Value {
    let mut places = finding.locations.iter();
    let primary: Vec<Value> = places.next().map(|place| location(policy, place)).into_iter().collect();
    let mut related: Vec<Value> = places
        .map(|place| with_message(location(policy, place), "see also this place"))
        .collect();
    related.extend(policy.also_in.iter().map(|place| {
        let title = place.title().unwrap_or_default();
        let location = json!({"physicalLocation": {
            "artifactLocation": {"uri": uri(&place.file)},
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
        "ruleIndex": index,
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

fn with_message(mut location: Value, text: &str) -> Value {
    location["message"] = json!({"text": text});
    location
}

fn location(policy: &PolicyReport, place: &FindingLocation) -> Value {
    let region = if policy.place.encoded {
        start_of(&policy.place)
    } else {
        region(place.span)
    };
    let mut location = json!({
        "physicalLocation": {"artifactLocation": {"uri": uri(&policy.place.file)}, "region": region},
    });
    let pointer = json_pointer(&place.path);
    if !pointer.is_empty() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": pointer}]);
    }
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

fn notification(incomplete: &IncompleteReport) -> Value {
    json!({
        "level": "error",
        "message": {"text": incomplete.message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(&incomplete.file)}}}],
    })
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

/// A path as a relative reference, or as a URI where it is absolute. RFC 3986.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("policies/a b.json"), "policies/a%20b.json");
        assert_eq!(uri("/tmp/é:x.json"), "file:///tmp/%C3%A9%3Ax.json");
    }

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
}
