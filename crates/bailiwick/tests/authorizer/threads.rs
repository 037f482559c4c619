//! The same answers on any number of threads.

use bailiwick::{
    AuthorizationRequest, Authorizer, Decision, PolicyType, PreparedRequest, PrincipalDefinition, RequestValue,
};
use rayon::ThreadPoolBuilder;

const USERS: usize = 40;
const ACTIONS: [&str; 5] = [
    "s3:GetObject",
    "s3:PutObject",
    "ec2:RunInstances",
    "iam:PassRole",
    "s3:DeleteObject",
];

/// The policy `index`: each allows something else, and some deny.
fn document(index: usize) -> String {
    let effect = if index.is_multiple_of(4) { "Deny" } else { "Allow" };
    let action = ACTIONS[index % ACTIONS.len()];
    format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "{effect}", "Action": "{action}",
            "Resource": "arn:aws:s3:::b{}/*", "Condition": {{"StringLike": {{"aws:username": "user*{}"}}}}}}}}"#,
        index % 3,
        index % 5
    )
}

fn arn(user: usize) -> String {
    format!("arn:aws:iam::111122223333:user/user{user}")
}

fn authorizer() -> Authorizer {
    let authorizer = Authorizer::new();
    let documents: Vec<(String, String)> = (0..60).map(|index| (format!("p{index}"), document(index))).collect();
    let policies: Vec<(&str, &str)> = documents.iter().map(|(id, text)| (&**id, &**text)).collect();
    assert_eq!(authorizer.put_policies(PolicyType::IdentityBasedPolicy, &policies), []);
    for user in 0..USERS {
        let ids: Vec<&str> = (0..12).map(|step| policies[(user * 7 + step * 11) % 60].0).collect();
        let definition = PrincipalDefinition {
            arn: &arn(user),
            identity_policies: &ids,
            ..PrincipalDefinition::default()
        };
        authorizer.put_principal(&definition).unwrap();
    }
    authorizer
}

/// Everything that a batch answers, as bytes.
fn answers(authorizer: &Authorizer, threads: usize) -> Vec<u8> {
    let names: Vec<(String, String, String)> = (0..2_000)
        .map(|at| {
            (
                arn(at % USERS),
                format!("arn:aws:s3:::b{}/k{at}", at % 3),
                format!("user{}", at % USERS),
            )
        })
        .collect();
    let contexts: Vec<[(&str, RequestValue<'_>); 1]> = names
        .iter()
        .map(|(.., name)| [("aws:username", RequestValue::Single(name))])
        .collect();
    let asked: Vec<AuthorizationRequest<'_>> = (names.iter().zip(&contexts).enumerate())
        .map(|(at, ((principal, resource, _), context))| AuthorizationRequest {
            principal: if at % 97 == 0 {
                "arn:aws:iam::111122223333:user/nobody"
            } else {
                principal
            },
            action: ACTIONS[at % ACTIONS.len()],
            resource,
            context,
            ..AuthorizationRequest::default()
        })
        .collect();
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (raw, prepared) = pool.install(|| {
        let raw = authorizer.authorize_all(&asked);
        let prepared: Vec<PreparedRequest> = asked
            .iter()
            .filter_map(|asked| authorizer.prepare(asked).ok())
            .collect();
        (raw, PreparedRequest::authorize_all(&prepared))
    });
    let decided: Vec<Decision> = raw.iter().filter_map(|answer| answer.as_ref().ok().copied()).collect();
    assert_eq!(decided, prepared);
    assert!(decided.contains(&Decision::Allowed) && decided.contains(&Decision::ExplicitDeny));
    format!("{raw:?}").into_bytes()
}

#[test]
fn a_batch_is_answered_alike_on_any_number_of_threads() {
    let one = answers(&authorizer(), 1);
    assert_eq!(one, answers(&authorizer(), 2));
    assert_eq!(one, answers(&authorizer(), 8));
}

/// Whoever asks while a policy is being replaced is answered by the old one or by the new one, and afterwards by the new one.
#[test]
fn policies_are_replaced_while_others_ask() {
    let authorizer = Authorizer::new();
    let text = |effect: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "{effect}", "Action": "s3:*", "Resource": "*"}}}}"#
        )
    };
    let put = |effect: &str| {
        let put = authorizer.put_policy("p", PolicyType::IdentityBasedPolicy, &text(effect));
        put.unwrap();
    };
    put("Allow");
    let alice = arn(0);
    let definition = PrincipalDefinition {
        arn: &alice,
        identity_policies: &["p"],
        ..PrincipalDefinition::default()
    };
    authorizer.put_principal(&definition).unwrap();
    let asked = AuthorizationRequest {
        principal: &alice,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        ..AuthorizationRequest::default()
    };
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    assert_ne!(authorizer.authorize(&asked).unwrap(), Decision::ImplicitDeny);
                }
            });
        }
        for _ in 0..500 {
            put("Deny");
            assert_eq!(authorizer.authorize(&asked).unwrap(), Decision::ExplicitDeny);
            put("Allow");
            assert_eq!(authorizer.authorize(&asked).unwrap(), Decision::Allowed);
        }
    });
}
