use std::sync::Arc;

use bailiwick_grammar::PolicyType;
use bailiwick_policy::{ContextValue, Principal, RequestContext};

use super::*;
use crate::account::Account;
use crate::document::{StoredDocument, Uncached};
use crate::entity::Role;
use crate::environment::{AccountPrincipal, Environment};
use crate::import::{ImportFile, import_account_authorization_details};
use crate::tag::{Tag, TagKey, TagValue, Tags};

fn account(text: &str) -> Account {
    let file = ImportFile {
        name: "gaad.json",
        bytes: text.as_bytes(),
    };
    import_account_authorization_details(&[file], None, &Uncached)
        .account
        .unwrap()
}

/// A role with these tags (`Key=Value` with blanks between), whose sessions last up to two hours.
fn role(tags: &str) -> Role {
    let tags: Vec<String> = (tags.split_whitespace())
        .map(|tag| tag.split_once('=').unwrap())
        .map(|(key, value)| format!(r#"{{"Key": "{key}", "Value": "{value}"}}"#))
        .collect();
    let account = account(&format!(
        r#"{{"RoleDetailList": [{{"RoleName": "app", "RoleId": "AROAAPP", "Path": "/path/",
            "Arn": "arn:aws:iam::111122223333:role/path/app", "AssumeRolePolicyDocument": {{}}, "MaxSessionDuration": 7200,
            "Tags": [{}]}}]}}"#,
        tags.join(",")
    ));
    let role = account.roles().get("app").unwrap();
    role.clone()
}

fn tags(tags: &str) -> Vec<Tag> {
    let pairs = tags.split_whitespace().map(|tag| tag.split_once('=').unwrap());
    pairs
        .map(|(key, value)| Tag {
            key: TagKey::new(key).unwrap(),
            value: TagValue::new(value).unwrap(),
        })
        .collect()
}

fn call(session_tags: &str, transitive: &str) -> AssumeRole {
    let mut call = AssumeRole::new(RoleSessionName::new("build-7").unwrap());
    call.tags = tags(session_tags);
    call.transitive_tag_keys = transitive
        .split_whitespace()
        .map(|key| TagKey::new(key).unwrap())
        .collect();
    call
}

fn lasting(seconds: u32) -> AssumeRole {
    AssumeRole {
        duration_seconds: Some(seconds),
        ..call("", "")
    }
}

fn identified(source_identity: &str) -> AssumeRole {
    AssumeRole {
        source_identity: Some(SourceIdentity::new(source_identity).unwrap()),
        ..call("", "")
    }
}

fn written(tags: &Tags) -> String {
    let tags: Vec<String> = tags.iter().map(|tag| format!("{}={}", tag.key, tag.value)).collect();
    tags.join(" ")
}

fn shown(context: &RequestContext) -> Vec<String> {
    let values = context
        .iter()
        .map(|(key, value)| (key, value.to_value().values().join(" ")));
    values.map(|(key, value)| format!("{key}={value}")).collect()
}

/// The code and the text of the error; nothing for a session.
#[track_caller]
fn check<T>(made: Result<T, SessionError>, expected: Option<(&str, &str)>) {
    let error = made.err();
    let found = error.as_ref().map(|error| (error.kind().code(), error.message()));
    match (found, expected) {
        (Some((code, message)), Some((expected, part))) => {
            assert_eq!(code, expected, "{message}");
            assert!(message.contains(part), "{message}");
        }
        (found, expected) => assert_eq!(found, expected),
    }
}

const USER: AssumingPrincipal<'static> = AssumingPrincipal::User;

/// AWS: "Pass session tags in AWS STS": a session tag overrides the role's tag of the same key; keys ignore case.
#[test]
fn session_tags_come_over_the_roles_own() {
    let role = role("Team=search Stage=prod");
    let session = call("team=payments Colour=red", "").assume(&role, USER).unwrap();
    assert_eq!(
        written(&session.principal_tags(&role)),
        "Colour=red Stage=prod team=payments"
    );
    assert_eq!(written(session.tags()), "Colour=red team=payments");
}

/// AWS: "Pass session tags in AWS STS", chaining roles with session tags: transitive tags persist and override the tags of the next
/// role; the others, and the first role's own, do not.
#[test]
fn transitive_tags_persist_along_the_chain_and_nothing_else_does() {
    let (first, second, third) = (role("Sun=1"), role("Star=2 Heart=2"), role("Sun=3 Star=3"));
    let one = call("Star=1 Heart=1", "star").assume(&first, USER).unwrap();
    assert_eq!(written(&one.principal_tags(&first)), "Heart=1 Star=1 Sun=1");
    let two = call("Lightning=2", "Lightning")
        .assume(&second, AssumingPrincipal::RoleSession(&one))
        .unwrap();
    assert_eq!(written(&two.principal_tags(&second)), "Heart=2 Lightning=2 Star=1");
    let three = call("Moon=3", "")
        .assume(&third, AssumingPrincipal::RoleSession(&two))
        .unwrap();
    assert_eq!(
        written(&three.principal_tags(&third)),
        "Lightning=2 Moon=3 Star=1 Sun=3"
    );
    let keys: Vec<_> = three.transitive_tags().map(|tag| tag.key.as_str()).collect();
    assert_eq!(keys, ["Lightning", "Star"]);
}

#[test]
fn a_transitive_tag_is_not_replaced_and_must_be_passed() {
    let role = role("Star=0");
    let one = call("Star=1", "Star").assume(&role, USER).unwrap();
    let chained = AssumingPrincipal::RoleSession(&one);
    let conflict = Some((
        "ValidationError",
        "conflicts with a transitive tag key from the calling session",
    ));
    check(call("STAR=2", "").assume(&role, chained), conflict);
    // The key of a tag that only the role has may be passed.
    check(call("Star=2", "").assume(&role, USER), None);
    let missing = Some(("ValidationError", "must be included in the requested tags"));
    check(call("Star=1", "Moon").assume(&role, USER), missing);
    check(
        call("a=1 A=2", "").assume(&role, USER),
        Some(("ValidationError", "Duplicate tag keys")),
    );
    check(
        call("aws:a=1", "").assume(&role, USER),
        Some(("ValidationError", "must not begin with aws:")),
    );
    let many: Vec<String> = (0..51).map(|n| format!("k{n}=v")).collect();
    let limit = Some((
        "ValidationError",
        "'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    ));
    check(call(&many.join(" "), "").assume(&role, USER), limit);
}

/// AWS: "Monitor and control actions taken with assumed roles": the value persists across chained sessions and cannot be changed.
#[test]
fn a_source_identity_persists_and_cannot_be_changed() {
    let role = role("");
    let one = identified("alice").assume(&role, USER).unwrap();
    let chained = AssumingPrincipal::RoleSession(&one);
    let two = call("", "").assume(&role, chained).unwrap();
    assert_eq!(two.source_identity().map(SourceIdentity::as_str), Some("alice"));
    check(identified("alice").assume(&role, chained), None);
    check(
        identified("bob").assume(&role, chained),
        Some(("AccessDenied", "source identity")),
    );
    assert_eq!(call("", "").assume(&role, USER).unwrap().source_identity(), None);
}

/// AWS: STS API Reference, `AssumeRole`, `DurationSeconds`.
#[test]
fn a_session_lasts_as_long_as_the_api_the_role_and_the_chain_allow() {
    let role = role("");
    let code = "ValidationError";
    check(
        lasting(899).assume(&role, USER),
        Some((code, "Value '899' at 'durationSeconds'")),
    );
    check(lasting(900).assume(&role, USER), None);
    check(lasting(7_200).assume(&role, USER), None);
    check(
        lasting(7_201).assume(&role, USER),
        Some((code, "exceeds the MaxSessionDuration set for this role.")),
    );
    check(
        lasting(43_201).assume(&role, USER),
        Some((code, "less than or equal to 43200")),
    );
    check(
        lasting(7_201).assume(&role, AssumingPrincipal::Service("lambda.amazonaws.com")),
        None,
    );

    let one = lasting(7_200).assume(&role, USER).unwrap();
    let chained = AssumingPrincipal::RoleSession(&one);
    check(
        lasting(3_601).assume(&role, chained),
        Some((code, "1 hour session limit for roles assumed by role chaining")),
    );
    check(lasting(3_600).assume(&role, chained), None);
    let instance = call("", "")
        .assume(&role, AssumingPrincipal::Service("ec2.amazonaws.com"))
        .unwrap();
    check(
        lasting(7_200).assume(&role, AssumingPrincipal::RoleSession(&instance)),
        None,
    );
    assert_eq!(call("", "").assume(&role, USER).unwrap().duration_seconds(), 3_600);
}

/// AWS: STS API Reference, `AssumeRole`: "you cannot use AWS account root user credentials".
#[test]
fn a_root_user_assumes_no_role() {
    let expected = Some(("AccessDenied", "Roles may not be assumed by root accounts."));
    check(call("", "").assume(&role(""), AssumingPrincipal::Root), expected);
}

/// AWS: STS API Reference, `AssumeRole`, `Policy` and `PolicyArns`.
#[test]
fn session_policies_are_policies_of_limited_size() {
    let with = |text: &str| {
        let mut call = call("", "");
        call.session_policies.inline = Some(Arc::new(StoredDocument::new(text, PolicyType::SessionPolicy)));
        call.assume(&role(""), USER)
    };
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
    assert!(!with(policy).unwrap().session_policies().is_empty());
    check(with("{}"), Some(("MalformedPolicyDocument", "")));
    check(
        with(&format!("{policy}{}", " ".repeat(2_048))),
        Some(("ValidationError", "'policy'")),
    );
}

/// AWS: STS API Reference, the patterns of the parameters.
#[test]
fn names_have_the_characters_and_lengths_of_aws() {
    for right in ["ab", "a_1+=,.@-", &"x".repeat(64)] {
        assert!(
            RoleSessionName::new(right).is_ok() && SourceIdentity::new(right).is_ok(),
            "{right}"
        );
    }
    for wrong in ["a", "a b", "a/b", "aws:x", "é-", &"x".repeat(65)] {
        assert!(
            RoleSessionName::new(wrong).is_err() && SourceIdentity::new(wrong).is_err(),
            "{wrong}"
        );
    }
    assert!(ExternalId::new("urn:x/y-1").is_ok() && ExternalId::new("a").is_err());
    assert!(FederatedUserName::new(&"x".repeat(32)).is_ok() && FederatedUserName::new(&"x".repeat(33)).is_err());
    let error = RoleSessionName::new("a b").unwrap_err();
    assert!(
        error.message().ends_with(r"regular expression pattern: [\w+=,.@-]*"),
        "{error}"
    );
}

/// AWS: "IAM and AWS STS condition context keys". The trust policy sees the role's own tags, whatever is inherited.
#[test]
fn a_call_has_its_parameters_and_the_roles_own_tags_in_its_context() {
    let role = role("Star=0");
    let one = call("Star=1", "Star").assume(&role, USER).unwrap();
    let mut chained = call("Team=search", "Team");
    chained.external_id = Some(ExternalId::new("harbor-4711").unwrap());
    chained.source_identity = Some(SourceIdentity::new("alice").unwrap());
    chained.mfa_authenticated = true;
    chained.provided_contexts = vec![ProvidedContext {
        provider_arn: "arn:aws:iam::aws:contextProvider/IdentityCenter".into(),
        values: vec![("identitycenter:UserId".into(), "u-1".into())],
    }];
    let context = chained.context(&role, AssumingPrincipal::RoleSession(&one));
    assert_eq!(
        shown(&context),
        [
            "aws:MultiFactorAuthAge=0",
            "aws:MultiFactorAuthPresent=true",
            "aws:RequestTag/Team=search",
            "aws:ResourceTag/Star=0",
            "aws:TagKeys=Team",
            "iam:ResourceTag/Star=0",
            "sts:ExternalId=harbor-4711",
            "sts:RequestContext/identitycenter:UserId=u-1",
            "sts:RequestContextProviders=arn:aws:iam::aws:contextProvider/IdentityCenter",
            "sts:RoleSessionName=build-7",
            "sts:SourceIdentity=alice",
            "sts:TransitiveTagKeys=Team Star",
        ]
    );
    assert_eq!(
        further_session_actions("sts:AssumeRole", &context),
        ["sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"]
    );
    assert_eq!(
        shown(&call("", "").context(&self::role(""), USER)),
        ["sts:RoleSessionName=build-7"]
    );
}

/// AWS: "AWS global condition context keys", properties of the principal; "Variables and tags", table of `aws:userid`.
#[test]
fn a_session_says_who_it_is() {
    let role = role("Star=0");
    let mut call = call("Team=search", "");
    call.source_identity = Some(SourceIdentity::new("alice").unwrap());
    let session = call.assume(&role, USER).unwrap();
    let principal = Principal::parse("arn:aws:sts::111122223333:assumed-role/app/build-7").unwrap();
    assert_eq!(session.principal().to_string(), principal.to_string());
    assert_eq!(
        shown(&session.context(&role)),
        [
            "aws:MultiFactorAuthPresent=false",
            "aws:PrincipalAccount=111122223333",
            "aws:PrincipalArn=arn:aws:iam::111122223333:role/path/app",
            "aws:PrincipalIsAWSService=false",
            "aws:PrincipalTag/Star=0",
            "aws:PrincipalTag/Team=search",
            "aws:PrincipalType=AssumedRole",
            "aws:SourceIdentity=alice",
            "aws:userid=AROAAPP:build-7",
        ]
    );
}

/// The keys of a context that nothing but how the role was assumed gives.
fn shown_of_federation(context: &RequestContext) -> Vec<String> {
    let mut shown = shown(context);
    shown.retain(|key| {
        !["aws:Principal", "aws:userid", "sts:RoleSessionName"]
            .iter()
            .any(|own| key.starts_with(own))
    });
    shown
}

fn claims(claims: &[(&'static str, &str)]) -> Vec<(&'static str, ContextValue)> {
    let single = claims.iter().map(|&(claim, value)| (claim, ContextValue::from(value)));
    single.collect()
}

/// AWS: "AWS global condition context keys", `aws:MultiFactorAuthPresent`: credentials of `AssumeRole` have it, and those of federated
/// identities do not. Only the call itself counts: not with what the calling session was made.
#[test]
fn a_session_tells_whether_it_was_assumed_with_mfa() {
    let role = role("");
    let with_mfa = AssumeRole {
        mfa_authenticated: true,
        ..call("", "")
    };
    let present = |call: &AssumeRole, caller: AssumingPrincipal<'_>| {
        let context = call.assume(&role, caller).unwrap().context(&role);
        shown_of_federation(&context).join(" ")
    };
    assert_eq!(present(&with_mfa, USER), "aws:MultiFactorAuthPresent=true");
    assert_eq!(present(&call("", ""), USER), "aws:MultiFactorAuthPresent=false");
    let session = with_mfa.assume(&role, USER).unwrap();
    let chained = AssumingPrincipal::RoleSession(&session);
    assert_eq!(present(&call("", ""), chained), "aws:MultiFactorAuthPresent=false");
    let service = AssumingPrincipal::Service("lambda.amazonaws.com");
    assert_eq!(present(&call("", ""), service), "aws:MultiFactorAuthPresent=false");
    let saml = AssumingPrincipal::Saml(SamlIdentity {
        provider: "arn:aws:iam::111122223333:saml-provider/Okta",
        claims: &[],
    });
    assert_eq!(present(&with_mfa, saml), "");
    let call = with_mfa.context(&role, saml);
    assert_eq!(shown_of_federation(&call), ["saml:doc=111122223333/Okta"]);
}

/// AWS: "IAM and AWS STS condition context keys", OIDC federation: the trust policy sees every claim that is mapped; the session keeps
/// `amr`, `aud` and `sub`. `sts:RoleAuthorizedByIdp` is in every call.
#[test]
fn a_web_identity_is_known_by_its_claims() {
    let role = role("");
    let mut token = claims(&[
        ("sub", "repo:acme/app"),
        ("aud", "sts.amazonaws.com"),
        ("email", "a@b.example"),
    ]);
    token.push(("amr", vec!["authenticated", "mfa"].into()));
    let caller = |provider, authorizes_role| {
        AssumingPrincipal::WebIdentity(WebIdentity {
            provider,
            claims: &token,
            authorizes_role,
        })
    };
    let gitlab = "arn:aws:iam::111122223333:oidc-provider/gitlab.com/id/7";
    assert_eq!(
        shown_of_federation(&call("", "").context(&role, caller(gitlab, true))),
        [
            "aws:FederatedProvider=arn:aws:iam::111122223333:oidc-provider/gitlab.com/id/7",
            "gitlab.com/id/7:amr=authenticated mfa",
            "gitlab.com/id/7:aud=sts.amazonaws.com",
            "gitlab.com/id/7:email=a@b.example",
            "gitlab.com/id/7:sub=repo:acme/app",
            "sts:RoleAuthorizedByIdp=true",
        ]
    );
    let google = caller("accounts.google.com", false);
    let context = shown_of_federation(&call("", "").context(&role, google));
    assert!(context.contains(&"sts:RoleAuthorizedByIdp=false".to_owned()));
    let session = call("", "").assume(&role, google).unwrap();
    let lasting = session.context(&role);
    assert_eq!(
        shown_of_federation(&lasting),
        [
            "accounts.google.com:amr=authenticated mfa",
            "accounts.google.com:aud=sts.amazonaws.com",
            "accounts.google.com:sub=repo:acme/app",
            "aws:FederatedProvider=accounts.google.com",
        ]
    );
    // Who assumes another role from here is no longer the one that was vouched for.
    let next = call("", "")
        .assume(&role, AssumingPrincipal::RoleSession(&session))
        .unwrap();
    assert_eq!(
        shown_of_federation(&next.context(&role)),
        ["aws:MultiFactorAuthPresent=false"]
    );
}

/// AWS: the same page, SAML-based federation: `saml:namequalifier`, `saml:sub` and `saml:sub_type` stay in the session.
#[test]
fn a_saml_identity_is_known_by_its_assertion() {
    let role = role("");
    let mut assertion = claims(&[
        ("aud", "https://signin.aws.amazon.com/saml"),
        ("namequalifier", "q"),
        ("sub", "alice"),
        ("sub_type", "persistent"),
    ]);
    assertion.push(("cn", vec!["Alice"].into()));
    let caller = AssumingPrincipal::Saml(SamlIdentity {
        provider: "arn:aws:iam::111122223333:saml-provider/Okta",
        claims: &assertion,
    });
    assert_eq!(
        shown_of_federation(&call("", "").context(&role, caller)),
        [
            "saml:aud=https://signin.aws.amazon.com/saml",
            "saml:cn=Alice",
            "saml:doc=111122223333/Okta",
            "saml:namequalifier=q",
            "saml:sub=alice",
            "saml:sub_type=persistent",
        ]
    );
    let session = call("", "").assume(&role, caller).unwrap();
    assert_eq!(
        shown_of_federation(&session.context(&role)),
        ["saml:namequalifier=q", "saml:sub=alice", "saml:sub_type=persistent"]
    );
}

#[track_caller]
fn check_actions(action: &str, given: &[(&str, &str)], expected: &[&str]) {
    let context = given.iter().copied().collect();
    assert_eq!(further_session_actions(action, &context), expected);
}

/// AWS: "Pass session tags in AWS STS" and "Monitor and control actions taken with assumed roles", the permissions that are needed.
#[test]
fn a_call_needs_more_than_the_permission_for_itself() {
    check_actions("sts:AssumeRole", &[("sts:ExternalId", "x")], &[]);
    check_actions("STS:assumerole", &[("aws:requesttag/team", "x")], &["sts:TagSession"]);
    check_actions("sts:AssumeRoleWithSAML", &[("aws:TagKeys", "x")], &["sts:TagSession"]);
    check_actions("sts:AssumeRole", &[("sts:TransitiveTagKeys", "x")], &["sts:TagSession"]);
    check_actions(
        "sts:AssumeRoleWithWebIdentity",
        &[("sts:SourceIdentity", "x")],
        &["sts:SetSourceIdentity"],
    );
    // Inherited from the calling session.
    check_actions(
        "sts:AssumeRole",
        &[("aws:SourceIdentity", "x")],
        &["sts:SetSourceIdentity"],
    );
    check_actions("sts:AssumeRole", &[("sts:RequestContext/a", "x")], &["sts:SetContext"]);
    check_actions(
        "sts:GetFederationToken",
        &[("aws:RequestTag/team", "x")],
        &["sts:TagSession"],
    );
    check_actions("sts:GetFederationToken", &[("aws:SourceIdentity", "x")], &[]);
    check_actions("s3:GetObject", &[("aws:RequestTag/team", "x")], &[]);
}

fn federation() -> GetFederationToken {
    GetFederationToken {
        name: FederatedUserName::new("bob").unwrap(),
        duration_seconds: None,
        tags: tags("team=payments"),
        session_policies: SessionPolicies::default(),
    }
}

/// AWS: STS API Reference, `GetFederationToken`; "Pass session tags in AWS STS": a passed tag overrides the user's own.
#[test]
fn a_federated_user_has_the_users_tags_and_those_that_were_passed() {
    let account = account(
        r#"{"UserDetailList": [{"UserName": "alice", "UserId": "AIDAALICE", "Arn": "arn:aws:iam::111122223333:user/alice",
            "Tags": [{"Key": "Team", "Value": "search"}, {"Key": "Stage", "Value": "prod"}]}]}"#,
    );
    let alice = account.users().get("alice").unwrap();
    let session = federation().federate(FederationCaller::User(&account, alice)).unwrap();
    assert_eq!(session.duration_seconds(), 43_200);
    let caller = session.principal().aws().unwrap().clone();
    assert_eq!(caller.parent_user.unwrap().to_string(), alice.arn());
    assert_eq!(
        shown(&session.context()),
        [
            "aws:PrincipalAccount=111122223333",
            "aws:PrincipalArn=arn:aws:sts::111122223333:federated-user/bob",
            "aws:PrincipalIsAWSService=false",
            "aws:PrincipalTag/Stage=prod",
            "aws:PrincipalTag/team=payments",
            "aws:PrincipalType=FederatedUser",
            "aws:userid=111122223333:bob",
        ]
    );
    assert_eq!(
        shown(&federation().context()),
        ["aws:RequestTag/team=payments", "aws:TagKeys=team"]
    );
}

/// AWS: STS API Reference, `GetFederationToken` and `GetSessionToken`, `DurationSeconds`.
#[test]
fn sessions_of_a_root_user_last_one_hour_at_most() {
    let account = Account::new("111122223333".parse().unwrap(), "aws");
    let root = FederationCaller::Root(&account);
    assert_eq!(session_token_duration(root, None), Ok(3_600));
    assert_eq!(session_token_duration(root, Some(43_200)), Ok(3_600));
    assert_eq!(session_token_duration(root, Some(900)), Ok(900));
    check(
        session_token_duration(root, Some(899)),
        Some(("ValidationError", "durationSeconds")),
    );
    check(
        session_token_duration(root, Some(129_601)),
        Some(("ValidationError", "durationSeconds")),
    );
}

/// AWS: STS API Reference, `AssumeRoot`; "AWS global condition context keys", `aws:AssumedRoot`.
#[test]
fn a_root_session_is_the_root_user_bounded_by_its_task() {
    let call = AssumeRoot {
        target: "111122223333".parse().unwrap(),
        partition: "aws",
        task_policy: TaskPolicy::by_arn("arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy").unwrap(),
        duration_seconds: None,
    };
    assert_eq!(
        shown(&call.context()),
        ["sts:TaskPolicyArn=arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"]
    );
    let session = call.assume().unwrap();
    assert_eq!(session.duration_seconds(), 900);
    assert_eq!(session.principal().to_string(), "arn:aws:iam::111122223333:root");
    assert!(shown(&session.context()).contains(&"aws:AssumedRoot=true".to_owned()));
    let longer = AssumeRoot {
        duration_seconds: Some(901),
        ..call
    };
    check(longer.assume(), Some(("ValidationError", "less than or equal to 900")));
}

#[test]
fn every_task_policy_is_in_the_catalog_and_only_denies() {
    for task in TaskPolicy::ALL {
        let document = task
            .managed_policy()
            .unwrap_or_else(|| panic!("{} is not known", task.arn()))
            .document();
        let policy = StoredDocument::new(document, PolicyType::SessionPolicy);
        let statements = policy.policy().unwrap().statements();
        let denies = |effect| effect == bailiwick_grammar::ast::Effect::Deny;
        assert!(
            statements.iter().all(|statement| denies(statement.effect)),
            "{document}"
        );
    }
}

/// What a session says of itself is what follows from its principal and its role.
#[test]
fn a_session_without_tags_has_the_context_that_is_derived() {
    let role = role("Star=0");
    let session = call("", "").assume(&role, USER).unwrap();
    let account = Account::new("111122223333".parse().unwrap(), "aws");
    let request = crate::context::KnownRequest {
        principal: &session.principal(),
        caller: Some(AccountPrincipal::Role(&account, &role)),
        action: "s3:ListAllMyBuckets",
        target: crate::context::RequestTarget::Unknown,
        resource_account: None,
    };
    let mut expected = crate::context::derive_context(&Environment::new(), &request);
    // Not known of a principal: how its credentials were made.
    expected.insert("aws:MultiFactorAuthPresent", "false");
    assert_eq!(shown(&session.context(&role)), shown(&expected));
}
