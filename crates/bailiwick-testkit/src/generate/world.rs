//! Requests with policies of every type, biased to the edges.
//!
//! One small world: account 1111… asks, accounts 1111… and 2222… own. Every policy is well-formed for its type.

use bailiwick_grammar::ast::PolicyDocument;
use bailiwick_grammar::{ParseOptions, PolicyType, parse_policy};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::condition::contexts;
use super::statement::{Ask, statements};
use crate::answer::ContextValue;
use crate::oracle::OracleRequest;

/// What the principals are, as far as it decides which policies they may have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    /// No account: anonymous, a service, an identity provider.
    Outside,
    Root,
    /// A user, or a role named by its own ARN.
    Entity,
    RoleSession,
    FederatedUser,
}

const PRINCIPALS: [(u32, &str, Kind); 10] = [
    (4, "arn:aws:iam::111111111111:user/alice", Kind::Entity),
    (1, "arn:aws:iam::111111111111:user/team/bob", Kind::Entity),
    (4, "arn:aws:sts::111111111111:assumed-role/app/s1", Kind::RoleSession),
    (1, "arn:aws:sts::111111111111:assumed-role/app/s2", Kind::RoleSession),
    (2, "arn:aws:iam::111111111111:role/team/app", Kind::Entity),
    (2, "arn:aws:sts::111111111111:federated-user/fred", Kind::FederatedUser),
    (1, "arn:aws:iam::111111111111:root", Kind::Root),
    (1, "lambda.amazonaws.com", Kind::Outside),
    (1, "anonymous", Kind::Outside),
    (1, PROVIDER, Kind::Outside),
];
const PROVIDER: &str = "arn:aws:iam::111111111111:saml-provider/Corp";

/// Actions and the resources that they are asked for; `{A}` is the owner.
const ASKS: [(&str, &str); 18] = [
    ("s3:GetObject", "arn:aws:s3:::bucket/alice/k"),
    ("s3:GetObject", "arn:aws:s3:::bucket/al*ce/k"),
    ("S3:getobject", "arn:aws:s3:::bucket/é:k"),
    ("s3:PutObject", "arn:aws:s3:::bucket/k"),
    ("s3:ListBucket", "arn:aws:s3:::bucket"),
    ("s3:ListAllMyBuckets", "*"),
    ("sqs:SendMessage", "arn:aws:sqs:us-east-1:{A}:jobs"),
    ("sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:{A}:jobs"),
    (
        "logs:PutLogEvents",
        "arn:aws:logs:us-east-1:{A}:log-group:g:log-stream:s",
    ),
    ("ec2:RunInstances", "arn:aws:ec2:us-east-1:{A}:instance/i-1"),
    ("kms:Decrypt", "arn:aws:kms:us-east-1:{A}:key/1"),
    ("kms:Decrypt", "arn:aws:kms:us-east-1:{A}:alias/a"),
    ("kms:RetireGrant", "arn:aws:kms:us-east-1:{A}:key/1"),
    ("kms:ListKeys", "*"),
    ("iam:PassRole", "arn:aws:iam::{A}:role/app"),
    ("sts:AssumeRole", "arn:aws:iam::{A}:role/app"),
    ("sts:AssumeRole", "arn:aws:iam::{A}:role/other"),
    ("x:Do", "arn:aws:x:us-east-1:{A}:thing"),
];

/// What AWS decides itself, for some principals, and what is just beside it. Asked for now and then.
const SERVICE_ASKS: [(&str, &str); 32] = [
    ("sts:GetCallerIdentity", "*"),
    ("STS:getcalleridentity", "*"),
    ("sts:GetSessionToken", "*"),
    ("sts:GetFederationToken", "arn:aws:sts::{A}:federated-user/fred"),
    ("sts:DecodeAuthorizationMessage", "*"),
    ("sts:TagSession", "arn:aws:iam::{A}:role/app"),
    ("sts:SetSourceIdentity", "arn:aws:iam::{A}:role/app"),
    ("STS:setsourceidentity", "arn:aws:iam::{A}:role/other"),
    ("sts:SetContext", "arn:aws:iam::{A}:role/app"),
    ("sts:AssumeRoleWithSAML", "arn:aws:iam::{A}:role/other"),
    ("sts:AssumeRoleWithWebIdentity", "arn:aws:iam::{A}:role/app"),
    ("iam:GetUser", "arn:aws:iam::{A}:user/alice"),
    ("IAM:passrole", "arn:aws:iam::{A}:role/team/app"),
    ("iam:PassRole", "arn:aws:iam::{A}:role/aws-reserved/x/app"),
    ("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/app"),
    ("iam:TagPolicy", "arn:aws:iam::aws:policy/job-function/app"),
    ("iam:GetPolicy", "arn:aws:iam::aws:policy/app"),
    ("iam:DeletePolicy", "arn:aws:iam::{A}:policy/app"),
    ("iam:PutRolePolicy", "arn:aws:iam::{A}:role/aws-reserved/x/app"),
    ("iam:TagRole", "arn:aws:iam::{A}:role/aws-reserved/x/app"),
    ("iam:UpdateRole", "arn:aws:iam::{A}:role/aws-reserved/x/app"),
    ("iam:GetRole", "arn:aws:iam::{A}:role/aws-reserved/x/app"),
    (
        "iam:DeleteRole",
        "arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/app",
    ),
    (
        "iam:UpdateRole",
        "arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/app",
    ),
    (
        "iam:DeleteServiceLinkedRole",
        "arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/app",
    ),
    ("iam:DeleteRole", "arn:aws:iam::{A}:role/app"),
    ("iam:deleterole", "arn:aws:iam::{A}:role/AWS-reserved/app"),
    ("kms:CreateAlias", "arn:aws:kms:us-east-1:{A}:alias/aws/s3"),
    ("KMS:deletealias", "arn:aws:kms:us-east-1:{A}:alias/aws/s3"),
    ("kms:UpdateAlias", "arn:aws:kms:us-east-1:{A}:alias/app"),
    ("kms:UpdateAlias", "arn:aws:kms:us-east-1:{A}:alias/AWS/s3"),
    ("kms:Decrypt", "arn:aws:kms:us-east-1:{A}:alias/aws/s3"),
];

/// Requests that a scenario of `bailiwick simulate` can say.
pub fn requests() -> impl Strategy<Value = OracleRequest> {
    worlds().prop_map(|request| OracleRequest {
        parent_user: None,
        ..request
    })
}

/// The same, where a federated user may have a user behind it whom policies name.
pub fn requests_with_parent_users() -> impl Strategy<Value = OracleRequest> {
    worlds()
}

/// The same policies, and the same kind of principal and resource: another context, and perhaps another session, action or object.
pub fn alike(request: &OracleRequest) -> impl Strategy<Value = OracleRequest> + use<> {
    let request = request.clone();
    let service = request
        .action
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let same_service = move |action: &str| action.to_ascii_lowercase().split(':').next() == Some(service.as_str());
    let mut actions: Vec<String> = vec![request.action.clone()];
    let mut resources: Vec<String> = vec![request.resource.clone()];
    let owner = request.resource.split(':').nth(4).unwrap_or_default();
    // What AWS owns is nobody's.
    let owner = if owner == "aws" { "" } else { owner }.to_owned();
    for (action, resource) in ASKS
        .iter()
        .chain(&SERVICE_ASKS)
        .filter(|(action, _)| same_service(action) && !action.starts_with("sts:"))
    {
        actions.push((*action).to_owned());
        // Whether an owner is said depends on the ARN: keep to resources of the same form.
        if resource.contains("{A}") != owner.is_empty() && *resource != "*" && request.resource != "*" {
            resources.push(resource.replace("{A}", &owner));
        }
    }
    let sessions = match request.principal.strip_suffix("/s1") {
        Some(role) => vec![request.principal.clone(), format!("{role}/s2")],
        None => vec![request.principal.clone()],
    };
    let contexts = contexts_of_credentials(&request.action);
    (select(sessions), select(actions), select(resources), contexts).prop_map(
        move |(principal, action, resource, context)| OracleRequest {
            principal,
            action,
            resource,
            context,
            ..request.clone()
        },
    )
}

/// Well-formed documents of a policy type, about requests such as those of [`requests`].
pub fn documents(policy_type: PolicyType) -> impl Strategy<Value = PolicyDocument> {
    asks().prop_flat_map(move |(ask, ..)| documents_about(&ask, policy_type))
}

fn asks() -> impl Strategy<Value = (Ask, Kind, Option<String>, Vec<(String, ContextValue)>)> {
    let principals = PRINCIPALS.map(|(weight, principal, kind)| (weight, Just((principal, kind))));
    let principal = proptest::strategy::Union::new_weighted(principals.to_vec());
    let account = prop_oneof![3 => Just("111111111111"), 2 => Just("222222222222")];
    let owner = option::weighted(0.4, prop_oneof![3 => Just("111111111111"), 2 => Just("222222222222")]);
    let asked = prop_oneof![19 => select(&ASKS[..]), 1 => select(&SERVICE_ASKS[..])];
    (principal, asked, account, owner)
        .prop_map(|((principal, kind), (action, resource), account, owner)| {
            let (action, resource) = match principal {
                PROVIDER if !SERVICE_ASKS.contains(&(action, resource)) => {
                    ("sts:AssumeRoleWithSAML", "arn:aws:iam::{A}:role/app")
                }
                _ => (action, resource),
            };
            let account = if action == "iam:PassRole" {
                "111111111111"
            } else {
                account
            };
            let ask = Ask {
                principal,
                action: action.to_owned(),
                resource: resource.replace("{A}", account),
            };
            // An owner is said where the ARN does not say it.
            let owner = owner.filter(|_| !resource.contains("{A}")).map(str::to_owned);
            (ask, kind, owner)
        })
        .prop_flat_map(|(ask, kind, owner)| {
            let context = contexts_of_credentials(&ask.action);
            (Just(ask), Just(kind), Just(owner), context)
        })
}

/// Contexts that at times also tell how the credentials were made and what the session is called; mostly where AWS has rules on it.
fn contexts_of_credentials(action: &str) -> impl Strategy<Value = Vec<(String, ContextValue)>> + use<> {
    let service = action.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let weight = if ["iam", "sts"].contains(&service.as_str()) {
        0.35
    } else {
        0.05
    };
    let people = &["alice", "Alice", "bob"];
    let key = |names: &'static [&'static str]| {
        let single = select(&people[..]).prop_map(ContextValue::from);
        let multi = select(&people[..]).prop_map(|value| ContextValue::Multi(vec![value.to_owned()]));
        let value = prop_oneof![9 => single, 1 => multi];
        option::weighted(weight, (select(names).prop_map(str::to_owned), value))
    };
    // A request that gives several times of issue is none of AWS's.
    let issued = select(&["2024-01-01T00:00:00Z", "1704067200"][..]).prop_map(ContextValue::from);
    let names = select(&["aws:TokenIssueTime", "AWS:tokenissuetime"][..]).prop_map(str::to_owned);
    let issued = option::weighted(weight, (names, issued));
    let own = key(&["aws:SourceIdentity", "aws:sourceidentity"]);
    let passed = key(&["sts:SourceIdentity", "STS:sourceIdentity"]);
    // Both of them meet seldom by chance.
    let passed_on = option::weighted(weight / 2.0, (select(&people[..]), select(&people[..])));
    (contexts(), issued, own, passed, passed_on).prop_map(|(mut context, issued, own, passed, passed_on)| {
        context.extend(issued);
        match passed_on {
            None => context.extend(own.into_iter().chain(passed)),
            Some((own, passed)) => context.extend([
                ("aws:SourceIdentity".to_owned(), own.into()),
                ("sts:SourceIdentity".to_owned(), passed.into()),
            ]),
        }
        context
    })
}

fn worlds() -> impl Strategy<Value = OracleRequest> {
    asks().prop_flat_map(|(ask, kind, resource_account, context)| {
        let has_policies = matches!(kind, Kind::Entity | Kind::RoleSession | Kind::FederatedUser);
        let has_session = matches!(kind, Kind::RoleSession | Kind::FederatedUser);
        let on_resource = ask.on_resource();
        let several = |policy_type, weight, most: usize| {
            let documents = vec(documents_about(&ask, policy_type), 1..=most);
            prop_oneof![100 - weight => Just(Vec::new()), weight => documents].boxed()
        };
        let if_any = |any: bool, documents: BoxedStrategy<Vec<PolicyDocument>>| {
            if any { documents } else { Just(Vec::new()).boxed() }
        };
        let session_weight = if kind == Kind::FederatedUser { 75 } else { 35 };
        let scps = levels(&ask, PolicyType::ServiceControlPolicy, kind != Kind::Outside);
        let rcps = levels(&ask, PolicyType::ResourceControlPolicy, true);
        let policies = (
            if_any(has_policies, several(PolicyType::IdentityBasedPolicy, 85, 3)),
            if_any(has_policies, several(PolicyType::PermissionsBoundary, 25, 1)),
            if_any(has_session, several(PolicyType::SessionPolicy, session_weight, 2)),
            option::weighted(0.65, documents_about(&ask, on_resource)),
            scps,
            rcps,
            several(PolicyType::VpcEndpointPolicy, 10, 1),
        );
        let parent = option::weighted(0.5, Just("arn:aws:iam::111111111111:user/alice".to_owned()));
        (policies, parent).prop_map(
            move |((identity, boundary, session, resource, scps, rcps, endpoint), parent)| OracleRequest {
                principal: ask.principal.to_owned(),
                parent_user: parent.filter(|_| kind == Kind::FederatedUser),
                action: ask.action.clone(),
                resource: ask.resource.clone(),
                resource_account: resource_account.clone(),
                context: context.clone(),
                identity_policies: identity,
                permissions_boundaries: boundary,
                session_policies: session,
                resource_policy: resource,
                service_control_policies: scps,
                resource_control_policies: rcps,
                vpc_endpoint_policies: endpoint,
            },
        )
    })
}

/// Levels that mostly carry the policy that AWS attaches by itself.
fn levels(ask: &Ask, policy_type: PolicyType, applies: bool) -> BoxedStrategy<Vec<Vec<PolicyDocument>>> {
    if !applies {
        return Just(Vec::new()).boxed();
    }
    let full = match policy_type {
        PolicyType::ResourceControlPolicy => {
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#
        }
        _ => r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
    };
    let level = (
        any::<Option<bool>>(),
        option::weighted(0.3, documents_about(ask, policy_type)),
    )
        .prop_map(move |(full_access, own)| {
            let full_access = full_access != Some(false) || own.is_none();
            full_access
                .then(|| document(full))
                .into_iter()
                .chain(own)
                .collect::<Vec<_>>()
        });
    let level = prop_oneof![30 => level, 1 => Just(Vec::new())];
    prop_oneof![7 => Just(Vec::new()), 3 => vec(level, 1..4)].boxed()
}

/// Documents of a policy type that have something to say to a generated request.
pub(super) fn documents_for(request: &OracleRequest, policy_type: PolicyType) -> BoxedStrategy<PolicyDocument> {
    documents_about(&asked(request), policy_type)
}

/// What the policy of a generated request's resource is.
pub(super) fn on_resource(request: &OracleRequest) -> PolicyType {
    asked(request).on_resource()
}

fn asked(request: &OracleRequest) -> Ask {
    let known = PRINCIPALS
        .iter()
        .find(|(_, principal, _)| *principal == request.principal);
    Ask {
        principal: known.map_or("anonymous", |(_, principal, _)| principal),
        action: request.action.clone(),
        resource: request.resource.clone(),
    }
}

fn documents_about(ask: &Ask, policy_type: PolicyType) -> BoxedStrategy<PolicyDocument> {
    let version = match policy_type {
        PolicyType::ResourceControlPolicy => Just(r#""Version": "2012-10-17", "#).boxed(),
        _ => prop_oneof![
            5 => Just(r#""Version": "2012-10-17", "#),
            1 => Just(r#""Version": "2008-10-17", "#),
            1 => Just(""),
        ]
        .boxed(),
    };
    (version, vec(statements(ask, policy_type), 1..4))
        .prop_map(|(version, statements)| document(&format!("{{{version}\"Statement\": [{}]}}", statements.join(", "))))
        .boxed()
}

/// The tree of a text that these generators wrote.
fn document(text: &str) -> PolicyDocument {
    let parsed = parse_policy(text, &ParseOptions::default());
    assert!(
        !parsed.has_errors(),
        "a generator wrote a wrong policy: {text}\n{:?}",
        parsed.diagnostics
    );
    parsed.document.map(|document| document.node).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use bailiwick_grammar::{Span, Spanned, check_policy_type};
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::answer::Decision;
    use crate::oracle::decide;

    #[test]
    fn every_document_is_well_formed_for_its_type() {
        let mut runner = TestRunner::deterministic();
        for policy_type in PolicyType::ALL {
            let strategy = asks().prop_flat_map(move |(ask, ..)| {
                let about = matches!(policy_type, PolicyType::TrustPolicy).then(|| Ask {
                    action: "sts:AssumeRole".to_owned(),
                    ..ask.clone()
                });
                documents_about(&about.unwrap_or(ask), policy_type)
            });
            for _ in 0..200 {
                let document = strategy.new_tree(&mut runner).unwrap().current();
                let text = bailiwick_grammar::print_policy(&document);
                let found = check_policy_type(&Spanned::new(document, Span::default()), policy_type);
                assert!(
                    !found.iter().any(bailiwick_grammar::Diagnostic::is_error),
                    "{policy_type}: {text}\n{found:?}"
                );
            }
        }
    }

    #[test]
    fn every_decision_is_frequent() {
        let mut runner = TestRunner::deterministic();
        let mut counts = [0; 3];
        let mut of_aws = 0;
        let mut with_session_token = 0;
        let mut with_changed_identity = 0;
        for _ in 0..2000 {
            let request = requests().new_tree(&mut runner).unwrap().current();
            let asked = |(action, resource): &(&str, &str)| {
                let owners = ["111111111111", "222222222222"];
                *action == request.action
                    && owners
                        .iter()
                        .any(|owner| resource.replace("{A}", owner) == request.resource)
            };
            of_aws += usize::from(SERVICE_ASKS.iter().any(asked));
            let service = request.action.split(':').next().unwrap().to_ascii_lowercase();
            let value = |key: &str| {
                let mut named = request
                    .context
                    .iter()
                    .filter(|(name, _)| name.eq_ignore_ascii_case(key));
                let value = named.next().map(|(_, value)| value);
                assert_eq!(named.next(), None, "a key stands twice");
                value
            };
            let (own, passed) = (value("aws:SourceIdentity"), value("sts:SourceIdentity"));
            with_changed_identity +=
                usize::from(service == "sts" && own.is_some() && passed.is_some() && own != passed);
            let user_or_root = request.principal.contains(":user/") || request.principal.ends_with(":root");
            let issued = value("aws:TokenIssueTime").is_some();
            with_session_token += usize::from(user_or_root && issued && ["iam", "sts"].contains(&service.as_str()));
            let decision = decide(&request).unwrap();
            counts[Decision::ALL.iter().position(|&known| known == decision).unwrap()] += 1;
            assert_eq!(
                OracleRequest::from_scenario(&request.to_scenario()),
                Ok(request.clone())
            );
            assert!(decide(&alike(&request).new_tree(&mut runner).unwrap().current()).is_ok());
        }
        assert!(counts.iter().all(|&count| count > 300), "{counts:?}");
        assert!((50..200).contains(&of_aws), "{of_aws}");
        assert!(with_session_token > 20, "{with_session_token}");
        assert!(with_changed_identity > 20, "{with_changed_identity}");
    }
}
