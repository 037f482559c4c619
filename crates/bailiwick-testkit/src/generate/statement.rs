//! Statements that are likely to concern a given request.

use bailiwick_grammar::{DiagnosticCode, ParseOptions, PolicyType, check_policy_type, parse_policy};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::condition::{conditions, quoted};

/// What is asked, as far as statements lean towards it.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) principal: &'static str,
    pub(super) action: String,
    pub(super) resource: String,
}

impl Ask {
    /// What the resource's policy is.
    pub(super) fn on_resource(&self) -> PolicyType {
        if self.action.starts_with("sts:") && self.resource.contains(":role/") {
            PolicyType::TrustPolicy
        } else {
            PolicyType::ResourceBasedPolicy
        }
    }
}

/// Values under `"AWS"` and `"Service"`, around the principals that ask.
const AWS_ENTRIES: [&str; 16] = [
    "*",
    "111111111111",
    "arn:aws:iam::111111111111:root",
    "222222222222",
    "arn:aws:iam::222222222222:root",
    "arn:aws:iam::111111111111:user/alice",
    "arn:aws:iam::111111111111:user/team/bob",
    "arn:aws:iam::111111111111:user/bob",
    "arn:aws:iam::111111111111:role/app",
    "arn:aws:iam::111111111111:role/team/app",
    "arn:aws:iam::111111111111:role/other",
    "arn:aws:iam::222222222222:role/app",
    "arn:aws:sts::111111111111:assumed-role/app/s1",
    "arn:aws:sts::111111111111:assumed-role/app/s2",
    "arn:aws:sts::111111111111:federated-user/fred",
    "AIDAWJDXAOVI2A5WATHZF",
];
const SERVICE_ENTRIES: [&str; 2] = ["lambda.amazonaws.com", "sns.amazonaws.com"];
const FEDERATED_ENTRIES: [&str; 2] = [
    "arn:aws:iam::111111111111:saml-provider/Corp",
    "arn:aws:iam::111111111111:saml-provider/Other",
];

/// Statements of a policy type, as text.
pub(super) fn statements(ask: &Ask, policy_type: PolicyType) -> BoxedStrategy<String> {
    let condition = option::weighted(0.4, conditions())
        .prop_map(|condition| condition.map(|members| format!("\"Condition\": {{{members}}}")));
    let effect = match policy_type {
        PolicyType::ResourceControlPolicy => Just("Deny").boxed(),
        _ => prop_oneof![4 => Just("Allow"), 1 => Just("Deny")].boxed(),
    };
    (
        effect.prop_map(|effect| Some(format!("\"Effect\": \"{effect}\""))),
        principals(ask, policy_type),
        actions(ask, policy_type).prop_map(Some),
        resources(ask, policy_type),
        condition,
    )
        .prop_map(|(effect, principal, action, resource, condition)| {
            let members = [effect, principal, action, resource, condition];
            format!("{{{}}}", members.into_iter().flatten().collect::<Vec<_>>().join(", "))
        })
        .boxed()
}

fn actions(ask: &Ask, policy_type: PolicyType) -> BoxedStrategy<String> {
    let action = ask.action.as_str();
    let (service, name) = action.split_once(':').unwrap_or((action, ""));
    let head: String = name.chars().take(3).collect();
    let tail: String = name.chars().skip(3).collect();
    let likely = vec![
        action.to_owned(),
        action.to_ascii_lowercase(),
        format!("{}:{name}", service.to_ascii_uppercase()),
        format!("{service}:*"),
        format!("{service}:{head}*"),
        format!("{service}:*{tail}"),
        format!("{service}:???{tail}"),
        format!("{service}:{head}?"),
        format!("{service}:{head}*{tail}*"),
        action.to_owned(),
    ];
    let unlikely = vec![
        "ec2:RunInstances",
        "s3:Put*",
        "s3:",
        "kms:*",
        "s3:Get Object",
        "sts:AssumeRole",
    ];
    let unlikely = unlikely.into_iter().map(str::to_owned).collect::<Vec<_>>();
    match policy_type {
        PolicyType::TrustPolicy => {
            let actions = vec![
                action.to_owned(),
                action.to_ascii_lowercase(),
                "sts:TagSession".to_owned(),
            ];
            listed("Action", select(actions))
        }
        PolicyType::ResourceControlPolicy => listed("Action", prop_oneof![3 => select(likely), 1 => select(unlikely)]),
        _ => {
            let entry = prop_oneof![6 => select(likely), 2 => Just("*".to_owned()), 2 => select(unlikely)].boxed();
            prop_oneof![7 => listed("Action", entry.clone()), 1 => listed("NotAction", entry)].boxed()
        }
    }
}

fn resources(ask: &Ask, policy_type: PolicyType) -> BoxedStrategy<Option<String>> {
    if policy_type == PolicyType::TrustPolicy {
        return Just(None).boxed();
    }
    let resource = ask.resource.clone();
    let changed = (any::<Index>(), 0..8_usize).prop_map(move |(at, change)| change_resource(&resource, at, change));
    let unlikely = select(vec![
        "arn:aws:s3:::bucket/${aws:username}/*",
        "arn:aws:s3:::bucket/${aws:PrincipalTag/Team, 'alice'}/k",
        "arn:aws:s3:::bucket/${aws:none}*",
        "arn:aws:s3:::${aws:TagKeys, 'bucket'}/*",
        "arn:aws:s3:::bucket/al${*}ce/*",
        "arn:aws:s3:::*",
        "arn:aws:sqs:*:*:jobs",
        "arn:aws:sqs:*:jobs",
        "arn:aws:kms",
        "arn:aws:sqs:us-east-1",
        "arn:*:s3:*",
        "arn:aws:sqs:us-east-1:${aws:none, '111111111111'}:jobs",
    ])
    .prop_map(str::to_owned);
    let entry = prop_oneof![3 => Just("*".to_owned()), 5 => changed, 2 => unlikely];
    // What the policy type does not take becomes `*`.
    let entry = entry
        .prop_map(move |entry| {
            if takes(policy_type, &entry) {
                entry
            } else {
                "*".to_owned()
            }
        })
        .boxed();
    prop_oneof![7 => listed("Resource", entry.clone()), 1 => listed("NotResource", entry)]
        .prop_map(Some)
        .boxed()
}

/// A pattern near an ARN.
fn change_resource(resource: &str, at: Index, change: usize) -> String {
    let letters: Vec<char> = resource.chars().collect();
    let place = at.index(letters.len());
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let part = at.index(parts.len());
    let replaced = |with: &str| {
        let mut parts = parts.clone();
        parts[part] = with;
        parts.join(":")
    };
    match change {
        0 | 1 => resource.to_owned(),
        2 => replaced("*"),
        3 => replaced(""),
        4 => letters[..place].iter().collect::<String>() + "*",
        5 => {
            let mut letters = letters;
            letters[place] = '?';
            letters.into_iter().collect()
        }
        6 => parts[..=part].join(":"),
        _ => resource.replace("alice", "${aws:username}"),
    }
}

/// Whether a policy of this type may name the resource.
fn takes(policy_type: PolicyType, resource: &str) -> bool {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny", "Action": "s3:*", "Resource": {}}}}}"#,
        quoted(resource)
    );
    let parsed = parse_policy(&text, &ParseOptions::default());
    let wrong = |document| {
        let found = check_policy_type(document, policy_type);
        found.iter().any(|diagnostic| {
            let about_the_resource = matches!(
                diagnostic.code,
                DiagnosticCode::InvalidArnPrefix
                    | DiagnosticCode::InvalidPartition
                    | DiagnosticCode::MissingArnField
                    | DiagnosticCode::RegionNotAllowed
                    | DiagnosticCode::InvalidArnResource
            );
            diagnostic.is_error() && about_the_resource
        })
    };
    !parsed.has_errors() && !parsed.document.as_ref().is_some_and(wrong)
}

fn principals(ask: &Ask, policy_type: PolicyType) -> BoxedStrategy<Option<String>> {
    let aws = prop_oneof![1 => select(around(ask.principal)), 1 => select(&AWS_ENTRIES[..])];
    let everyone = Just(r#""*""#.to_owned());
    let map = (
        option::weighted(0.9, list_of(aws)),
        option::weighted(0.2, list_of(select(&SERVICE_ENTRIES[..]))),
    )
        .prop_map(|(aws, service)| {
            let aws = aws.map(|values| format!("\"AWS\": {values}"));
            let service = service.map(|values| format!("\"Service\": {values}"));
            format!(
                "{{{}}}",
                [aws, service].into_iter().flatten().collect::<Vec<_>>().join(", ")
            )
        });
    let map = if ask.principal.ends_with("amazonaws.com") {
        prop_oneof![1 => map, 1 => Just(format!("{{\"Service\": \"{}\"}}", ask.principal))].boxed()
    } else if FEDERATED_ENTRIES.contains(&ask.principal) {
        list_of(select(&FEDERATED_ENTRIES[..]))
            .prop_map(|values| format!("{{\"Federated\": {values}}}"))
            .boxed()
    } else {
        map.boxed()
    };
    let positive = |value: String| Some(format!("\"Principal\": {value}"));
    let negative = |value: String| Some(format!("\"NotPrincipal\": {value}"));
    match policy_type {
        PolicyType::ResourceBasedPolicy | PolicyType::VpcEndpointPolicy => prop_oneof![
            2 => everyone.prop_map(positive),
            6 => map.clone().prop_map(positive),
            1 => map.prop_map(negative),
        ]
        .boxed(),
        PolicyType::TrustPolicy => map.prop_map(positive).boxed(),
        PolicyType::ResourceControlPolicy => everyone.prop_map(positive).boxed(),
        PolicyType::IdentityBasedPolicy
        | PolicyType::PermissionsBoundary
        | PolicyType::SessionPolicy
        | PolicyType::ServiceControlPolicy => Just(None).boxed(),
    }
}

/// The entries that match this principal in one way or another.
fn around(principal: &'static str) -> Vec<&'static str> {
    let mut entries = vec!["*", "111111111111", "arn:aws:iam::111111111111:root"];
    if AWS_ENTRIES.contains(&principal) {
        entries.push(principal);
    }
    if principal.contains("/app") {
        entries.extend([
            "arn:aws:iam::111111111111:role/app",
            "arn:aws:iam::111111111111:role/team/app",
        ]);
    }
    if principal.contains("federated-user") {
        entries.push("arn:aws:iam::111111111111:user/alice");
    }
    entries
}

/// `"Name": …` with one entry or several.
fn listed(name: &'static str, entry: impl Strategy<Value = String> + Clone + 'static) -> BoxedStrategy<String> {
    list_of(entry)
        .prop_map(move |values| format!("\"{name}\": {values}"))
        .boxed()
}

fn list_of<T: AsRef<str> + std::fmt::Debug>(
    entry: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = String> + Clone {
    let list = vec(entry.clone(), 1..4).prop_map(|entries| {
        let entries: Vec<String> = entries.iter().map(|entry| quoted(entry.as_ref())).collect();
        format!("[{}]", entries.join(", "))
    });
    prop_oneof![3 => entry.prop_map(|entry| quoted(entry.as_ref())), 2 => list].boxed()
}
