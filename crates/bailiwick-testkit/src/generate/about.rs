//! Requests about a given policy: its own actions, resources, principals and condition values, hit and just missed.

use bailiwick_grammar::ast::{ConditionEntry, PolicyDocument, PrincipalBlock, Statement};
use bailiwick_grammar::{ParseOptions, PolicyType, PrincipalType, parse_policy};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::condition::contexts;
use crate::answer::ContextValue;
use crate::oracle::OracleRequest;

/// What wildcards and variables are replaced by: nothing, a name, a path, something with a colon.
const FILLINGS: [&str; 5] = ["", "x", "alice", "a/b", "a:b"];
const ALICE: &str = "arn:aws:iam::111111111111:user/alice";
const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/app/s1";
const EVERYTHING: &str =
    r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
const TO_EVERYONE: &str =
    r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#;

/// Requests to which `document`, as a policy of this type, is likely to have something to say. Where it cannot grant by itself
/// everything is allowed beside it.
pub fn requests_about(document: &PolicyDocument, policy_type: PolicyType) -> BoxedStrategy<OracleRequest> {
    let statements: Vec<&Statement> = document
        .statements
        .iter()
        .flat_map(|statements| statements.items.iter().map(|statement| &statement.node))
        .collect();
    let assumes = policy_type == PolicyType::TrustPolicy;
    let resources = if assumes {
        vec!["arn:aws:iam::111111111111:role/target".to_owned()]
    } else {
        named_resources(&statements)
    };
    let entries = statements.iter().flat_map(|statement| {
        let blocks = statement.condition.iter().flat_map(|condition| &condition.operators);
        blocks.flat_map(|block| &block.keys)
    });
    let context: Vec<_> = entries.map(values_of).collect();
    let document = document.clone();
    (
        select(named_principals(&statements)),
        select(named_actions(&statements)),
        select(resources),
        (context, contexts()),
        any::<bool>(),
    )
        .prop_map(move |(principal, action, resource, (own, others), beside)| {
            let mut request = OracleRequest {
                principal,
                action,
                resource,
                context: context_of(own.into_iter().flatten().chain(others)),
                ..OracleRequest::default()
            };
            place(&mut request, &document, policy_type, beside);
            request
        })
        .boxed()
}

/// Puts the document where it belongs; `beside`: an SCP or an RCP that only denies shows what it denies beside a
/// policy that allows everything.
fn place(request: &mut OracleRequest, document: &PolicyDocument, policy_type: PolicyType, beside: bool) {
    let own = document.clone();
    let limit = |everything: &str| {
        let others = beside.then(|| parsed(everything));
        others.into_iter().chain([own.clone()]).collect::<Vec<_>>()
    };
    request.identity_policies = vec![parsed(EVERYTHING)];
    match policy_type {
        PolicyType::IdentityBasedPolicy => request.identity_policies = vec![own],
        PolicyType::PermissionsBoundary => request.permissions_boundaries = vec![own],
        PolicyType::SessionPolicy => {
            SESSION.clone_into(&mut request.principal);
            request.session_policies = vec![own];
        }
        PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy => {
            if !beside {
                request.identity_policies.clear();
            }
            request.resource_policy = Some(own);
        }
        PolicyType::ServiceControlPolicy => request.service_control_policies = vec![limit(EVERYTHING)],
        PolicyType::ResourceControlPolicy => request.resource_control_policies = vec![limit(TO_EVERYONE)],
        PolicyType::VpcEndpointPolicy => request.vpc_endpoint_policies = vec![own],
    }
    // Who has no account has no policies of their own.
    if !request.principal.starts_with("arn:") || request.principal.contains("-provider/") {
        request.identity_policies.clear();
        request.service_control_policies.clear();
    }
}

fn parsed(text: &str) -> PolicyDocument {
    let parsed = parse_policy(text, &ParseOptions::default());
    parsed.document.map(|document| document.node).unwrap_or_default()
}

/// Keys once each, as a context has them.
fn context_of(values: impl Iterator<Item = (String, ContextValue)>) -> Vec<(String, ContextValue)> {
    let mut context: Vec<(String, ContextValue)> = Vec::new();
    for (key, value) in values {
        if context.iter().all(|(known, _)| !known.eq_ignore_ascii_case(&key)) {
            context.push((key, value));
        }
    }
    context
}

/// The key of a condition with one of its values, several, or something else; or not at all.
fn values_of(entry: &ConditionEntry) -> BoxedStrategy<Option<(String, ContextValue)>> {
    let key = entry.key.as_str().to_owned();
    let mut values: Vec<String> = entry
        .values
        .items
        .iter()
        .flat_map(|value| filled(value.as_str()))
        .collect();
    values.extend(["x", "true", "false", "10", "192.0.2.1", "2024-06-30T00:00:00Z"].map(str::to_owned));
    let one = select(values.clone()).prop_map(ContextValue::Single);
    let several = vec(select(values), 0..3).prop_map(ContextValue::Multi);
    prop_oneof![
        5 => one.prop_map(Some),
        2 => several.prop_map(Some),
        1 => Just(None),
    ]
    .prop_map(move |value| value.map(|value| (key.clone(), value)))
    .boxed()
}

fn named_actions(statements: &[&Statement]) -> Vec<String> {
    let patterns = statements
        .iter()
        .flat_map(|statement| &statement.action)
        .flat_map(|action| &action.value.items);
    let names = patterns.flat_map(|pattern| filled(pattern.as_str()));
    let mut actions: Vec<String> = names
        .filter(|action| {
            let parts: Vec<&str> = action.split(':').collect();
            parts.len() == 2
                && parts
                    .iter()
                    .all(|part| !part.is_empty() && !part.contains([' ', '/', '*', '?']))
        })
        .collect();
    actions.extend(["s3:GetObject", "x:Unknown"].map(str::to_owned));
    actions
}

fn named_resources(statements: &[&Statement]) -> Vec<String> {
    let patterns = statements
        .iter()
        .flat_map(|statement| &statement.resource)
        .flat_map(|resource| &resource.value.items);
    let mut resources: Vec<String> = patterns
        .flat_map(|pattern| filled(pattern))
        .filter(|resource| resource.starts_with("arn:"))
        .map(|resource| {
            let missing = 5_usize.saturating_sub(resource.matches(':').count());
            resource + &":x".repeat(missing)
        })
        .collect();
    resources.extend(["*", "arn:aws:s3:::x", "arn:aws:x:us-east-1:111111111111:x"].map(str::to_owned));
    resources
}

fn named_principals(statements: &[&Statement]) -> Vec<String> {
    let mut principals = vec![ALICE.to_owned()];
    for block in statements.iter().filter_map(|statement| statement.principal.as_ref()) {
        let PrincipalBlock::Map { entries, .. } = &block.value.node else {
            principals.push("anonymous".to_owned());
            continue;
        };
        for entry in entries {
            for value in &entry.values.items {
                let text = value.text.as_str();
                match entry.principal_type.node {
                    PrincipalType::Aws if text.len() == 12 => {
                        principals.push(format!("arn:aws:iam::{text}:user/alice"));
                    }
                    PrincipalType::Aws if text.starts_with("arn:") && !text.contains(":cloudfront:") => {
                        principals.push(text.to_owned());
                    }
                    PrincipalType::Service => principals.push(text.to_owned()),
                    PrincipalType::Federated if text.starts_with("arn:") => principals.push(text.to_owned()),
                    PrincipalType::Aws | PrincipalType::Federated | PrincipalType::CanonicalUser => {}
                }
            }
        }
    }
    principals
}

/// The pattern with its wildcards and variables replaced, and once as it stands.
fn filled(pattern: &str) -> Vec<String> {
    let mut texts = vec![pattern.to_owned()];
    for filling in FILLINGS {
        let mut rest = pattern;
        let mut text = String::new();
        while let Some(at) = rest.find(['*', '?', '$']) {
            text.push_str(&rest[..at]);
            let variable = rest[at..].starts_with("${");
            let end = if variable {
                rest[at..].find('}').map_or(rest.len(), |end| at + end + 1)
            } else {
                at + 1
            };
            match &rest[at..=at] {
                "?" => text.push(filling.chars().next().unwrap_or('y')),
                "$" if !variable => text.push('$'),
                _ => text.push_str(filling),
            }
            rest = &rest[end..];
        }
        texts.push(text + rest);
    }
    texts.dedup();
    texts
}

#[cfg(test)]
mod tests {
    use bailiwick_grammar::PolicyType;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::super::world::documents;
    use super::*;
    use crate::answer::Decision;
    use crate::oracle::decide;

    #[test]
    fn a_policy_is_both_hit_and_missed() {
        let mut runner = TestRunner::deterministic();
        for policy_type in PolicyType::ALL {
            let mut counts = [0; 3];
            for _ in 0..60 {
                let document = documents(policy_type).new_tree(&mut runner).unwrap().current();
                for _ in 0..5 {
                    let request = requests_about(&document, policy_type)
                        .new_tree(&mut runner)
                        .unwrap()
                        .current();
                    let decision = decide(&request).unwrap();
                    counts[Decision::ALL.iter().position(|&known| known == decision).unwrap()] += 1;
                }
            }
            let frequent = counts.iter().filter(|&&count| count > 15).count();
            assert!(frequent >= 2, "{policy_type}: {counts:?}");
        }
    }

    #[test]
    fn wildcards_and_variables_are_replaced() {
        assert_eq!(
            filled("a*${x:y}?$"),
            ["a*${x:y}?$", "ay$", "axxx$", "aalicealicea$", "aa/ba/ba$", "aa:ba:ba$"]
        );
        assert_eq!(filled("${x"), ["${x", "", "x", "alice", "a/b", "a:b"]);
    }
}
