//! What AWS answered, as far as it is recorded.

#![expect(clippy::unwrap_used, reason = "test code")]

use bailiwick_validate::{FindingType, Location, PathElement, ValidatePolicyType, validate_policy};

/// One location as it was recorded: the path, then line, column and offset of the start and of the end.
type Recorded = (&'static str, [usize; 3], [usize; 3]);

/// AWS CLI Command Reference, "accessanalyzer validate-policy": the policy was sent as a resource policy without a resource type. The text
/// is that of the example, laid out so that the recorded starts are right.
const COGNITO_TRUST_POLICY: &str = r#"{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "",
            "Effect": "Allow",
            "Principal": {
                "Federated": "cognito-identity.amazonaws.com"
            },
            "Action": [
                "sts:AssumeRole",
                "sts:TagSession"
            ],
            "Condition": {
                "StringEquals": {
                    "cognito-identity.amazonaws.com:aud": "us-west-2_EXAMPLE"
                }
            }
        }
    ]
}"#;

#[test]
fn a_trust_policy_for_cognito_has_the_findings_that_access_analyzer_had() {
    let recorded: [(FindingType, &str, &[Recorded]); 3] = [
        (
            FindingType::Suggestion,
            "EMPTY_SID_VALUE",
            &[("Statement/0/Sid", [5, 19, 79], [5, 21, 81])],
        ),
        (
            FindingType::Error,
            "MISMATCHED_ACTION_FOR_PRINCIPAL",
            &[
                ("Statement/0/Action/0", [11, 16, 258], [11, 32, 274]),
                ("Statement/0/Principal/Federated", [8, 29, 170], [8, 61, 202]),
            ],
        ),
        (
            FindingType::Error,
            "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
            &[
                ("Statement/0/Action/1", [12, 16, 292], [12, 32, 308]),
                // The recording ends at column 79, offset 464: the value was two characters longer when it was made.
                (
                    "Statement/0/Condition/StringEquals/cognito-identity.amazonaws.com:aud",
                    [16, 58, 443],
                    [16, 77, 462],
                ),
            ],
        ),
    ];
    let findings = validate_policy(COGNITO_TRUST_POLICY, ValidatePolicyType::ResourcePolicy(None)).unwrap();
    let found: Vec<_> = (findings.iter())
        .map(|finding| {
            let locations: Vec<_> = finding.locations().iter().map(location).collect();
            (finding.check().finding_type(), finding.check().code(), locations)
        })
        .collect();
    let recorded: Vec<_> = (recorded.iter())
        .map(|&(finding_type, code, locations)| {
            let locations = locations
                .iter()
                .map(|&(path, start, end)| (path.to_owned(), start, end));
            (finding_type, code, locations.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(found, recorded);
}

fn location(location: &Location) -> (String, [usize; 3], [usize; 3]) {
    let path: Vec<String> = (location.path.iter())
        .map(|element| match element {
            PathElement::Value(name) => name.clone(),
            PathElement::Index(index) => index.to_string(),
            other => format!("{other:?}"),
        })
        .collect();
    let [start, end] = [location.span.start, location.span.end]
        .map(|position| [position.line, position.column, position.offset].map(|n| usize::try_from(n).unwrap()));
    (path.join("/"), start, end)
}
