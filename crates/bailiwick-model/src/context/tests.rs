use bailiwick_grammar::PrincipalArn;

use super::*;
use crate::document::Uncached;
use crate::import::{ImportFile, import_account_authorization_details, import_organization, import_resources};

const ALICE: &str = "arn:aws:iam::111122223333:user/team/alice";
const APP: &str = "arn:aws:iam::111122223333:role/path/app";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/build-7";
const ROOT: &str = "arn:aws:iam::111122223333:root";
const OUTSIDE: &str = "arn:aws:iam::999988887777:root";
const SAML: &str = "arn:aws:iam::111122223333:saml-provider/Okta";
const GITHUB: &str = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";

fn environment() -> Environment {
    let bytes = br#"{
        "UserDetailList": [
            {"UserName": "alice", "UserId": "AIDAALICE", "Path": "/team/",
             "Arn": "arn:aws:iam::111122223333:user/team/alice", "Tags": [{"Key": "Team", "Value": "search"}]}
        ],
        "RoleDetailList": [
            {"RoleName": "app", "RoleId": "AROAAPP", "Path": "/path/", "Arn": "arn:aws:iam::111122223333:role/path/app",
             "AssumeRolePolicyDocument": {}, "Tags": [{"Key": "team", "Value": "search"}],
             "PermissionsBoundary": {"PermissionsBoundaryType": "Policy",
                                     "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess"}}
        ]
    }"#;
    let file = ImportFile {
        name: "gaad.json",
        bytes,
    };
    let import = import_account_authorization_details(&[file], None, &Uncached);
    let mut environment = Environment::new();
    environment.add_account(import.account.unwrap());
    environment.add_resources(import_resources(
        "resources.json",
        br#"{"AccountId": "111122223333", "Resources": [
            {"Arn": "arn:aws:s3:::b", "Type": "AWS::S3::Bucket", "Tags": {"team": "search"}},
            {"Arn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf", "Type": "AWS::SecretsManager::Secret",
             "Tags": {"team": "search"}}]}"#,
        &Uncached,
    ));
    let organization = include_bytes!("../../../../testdata/acme/org.json");
    environment.set_organization(
        import_organization("org.json", organization, &Uncached)
            .organization
            .unwrap(),
    );
    environment
}

/// Asks as `can` does.
fn known<T>(
    principal: &str,
    action: &str,
    resource: &str,
    ask: impl FnOnce(&Environment, &KnownRequest<'_>) -> T,
) -> T {
    let environment = environment();
    let mut principal = Principal::parse(principal).unwrap();
    let mut caller = None;
    if let Principal::Aws(identity) = &mut principal {
        caller = environment.principal(&identity.arn).ok();
        identity.unique_id = match caller {
            Some(AccountPrincipal::User(_, user)) => Some(user.id().as_str().into()),
            Some(AccountPrincipal::Role(_, role)) => Some(role.id().as_str().into()),
            Some(AccountPrincipal::Root(_)) | None => None,
        };
    }
    let entity = PrincipalArn::parse(resource)
        .ok()
        .and_then(|arn| environment.principal(&arn).ok());
    let target = match (environment.resource_for(resource), entity) {
        (Some(resource), _) => RequestTarget::Resource(resource),
        (None, Some(entity)) => RequestTarget::Entity(entity),
        (None, None) => RequestTarget::Unknown,
    };
    let request = KnownRequest {
        principal: &principal,
        caller,
        action,
        target,
        resource_account: environment.account_of(resource).or_else(|| principal.account()),
    };
    ask(&environment, &request)
}

fn value(context: &RequestContext, key: &str) -> String {
    context
        .by_name(key)
        .map_or_else(|| "-".to_owned(), |value| value.to_value().values().join(" "))
}

/// The values of these keys; `-` for a key that the request does not have.
#[track_caller]
fn check(principal: &str, action: &str, resource: &str, expected: &[(&str, &str)]) {
    let derived = known(principal, action, resource, derive_context);
    for (key, expected) in expected {
        assert_eq!(value(&derived, key), *expected, "{key} of {principal}");
    }
}

/// AWS: "AWS global condition context keys", properties of the principal, and the table of `aws:userid` and `aws:PrincipalType` on the
/// page on variables.
#[test]
fn every_kind_of_principal_has_the_keys_of_aws() {
    let keys = [
        "aws:PrincipalArn",
        "aws:PrincipalAccount",
        "aws:PrincipalType",
        "aws:userid",
        "aws:username",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalServiceName",
        "aws:PrincipalTag/team",
        "aws:FederatedProvider",
        "saml:doc",
    ];
    let table = [
        (
            ROOT,
            [
                ROOT,
                "111122223333",
                "Account",
                "111122223333",
                "-",
                "false",
                "-",
                "-",
                "-",
                "-",
            ],
        ),
        (
            ALICE,
            [
                ALICE,
                "111122223333",
                "User",
                "AIDAALICE",
                "alice",
                "false",
                "-",
                "search",
                "-",
                "-",
            ],
        ),
        (
            SESSION,
            [
                APP,
                "111122223333",
                "AssumedRole",
                "AROAAPP:build-7",
                "-",
                "false",
                "-",
                "search",
                "-",
                "-",
            ],
        ),
        (
            APP,
            [
                APP,
                "111122223333",
                "AssumedRole",
                "-",
                "-",
                "false",
                "-",
                "search",
                "-",
                "-",
            ],
        ),
        (
            "anonymous",
            ["-", "anonymous", "Anonymous", "anonymous", "-", "-", "-", "-", "-", "-"],
        ),
        (
            "sns.amazonaws.com",
            ["-", "-", "-", "-", "-", "true", "sns.amazonaws.com", "-", "-", "-"],
        ),
        (SAML, ["-", "-", "-", "-", "-", "-", "-", "-", "-", "111122223333/Okta"]),
        (GITHUB, ["-", "-", "-", "-", "-", "-", "-", "-", GITHUB, "-"]),
        (
            "accounts.google.com",
            ["-", "-", "-", "-", "-", "-", "-", "-", "accounts.google.com", "-"],
        ),
    ];
    for (principal, values) in table {
        let expected: Vec<_> = keys.into_iter().zip(values).collect();
        check(principal, "s3:GetObject", "arn:aws:s3:::b/k", &expected);
    }
}

#[test]
fn a_federated_user_has_the_tags_of_the_user_who_made_it() {
    let environment = environment();
    let alice = environment.principal(&PrincipalArn::parse(ALICE).unwrap()).unwrap();
    let principal = Principal::parse("arn:aws:sts::111122223333:federated-user/bob").unwrap();
    let request = KnownRequest {
        principal: &principal,
        caller: Some(alice),
        action: "s3:ListAllMyBuckets",
        target: RequestTarget::Unknown,
        resource_account: None,
    };
    let context = derive_context(&environment, &request);
    let keys = [
        "aws:PrincipalArn",
        "aws:PrincipalType",
        "aws:userid",
        "aws:username",
        "aws:PrincipalTag/team",
    ];
    assert_eq!(
        keys.map(|key| value(&context, key)),
        [
            "arn:aws:sts::111122223333:federated-user/bob",
            "FederatedUser",
            "111122223333:bob",
            "-",
            "search"
        ]
    );
}

/// AWS: "AWS global condition context keys", `aws:PrincipalOrgID`, `aws:ResourceOrgPaths`: where the account is in an organization.
#[test]
fn accounts_of_the_organization_have_its_id_and_their_path() {
    let bucket = "arn:aws:s3:::b/k";
    let inside = [
        ("aws:PrincipalOrgID", "o-acme4w2q7k"),
        ("aws:ResourceOrgID", "o-acme4w2q7k"),
        ("aws:ResourceAccount", "111122223333"),
    ];
    check(ROOT, "s3:GetObject", bucket, &inside);
    let outside = [("aws:PrincipalOrgID", "-"), ("aws:PrincipalOrgPaths", "-"), inside[1]];
    check(OUTSIDE, "s3:GetObject", bucket, &outside);
}

/// AWS: Amazon S3 User Guide, "Enabling ABAC in general purpose buckets", and AWS Secrets Manager's page of the Service Authorization
/// Reference.
#[test]
fn tags_of_buckets_are_not_in_the_context_and_those_of_other_resources_are() {
    let tag = "aws:ResourceTag/team";
    check(ALICE, "s3:GetObject", "arn:aws:s3:::b/k", &[(tag, "-")]);
    check(
        ALICE,
        "s3:ListBucket",
        "arn:aws:s3:::b",
        &[(tag, "-"), ("s3:ResourceAccount", "111122223333")],
    );
    let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf";
    let expected = [
        (tag, "search"),
        ("secretsmanager:ResourceTag/team", "search"),
        ("s3:ResourceAccount", "-"),
    ];
    check(ALICE, "secretsmanager:GetSecretValue", secret, &expected);
}

/// AWS: "IAM and AWS STS condition context keys", `iam:ResourceTag`, `iam:PermissionsBoundary`.
#[test]
fn users_and_roles_have_their_tags_and_their_boundary() {
    let boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    let tags = [("aws:ResourceTag/team", "search"), ("iam:ResourceTag/team", "search")];
    check(ALICE, "sts:AssumeRole", APP, &tags);
    check(
        ALICE,
        "iam:AttachRolePolicy",
        APP,
        &[("iam:PermissionsBoundary", boundary), tags[0], tags[1]],
    );
    // The boundary that is asked for, a parameter.
    check(
        ALICE,
        "iam:PutRolePermissionsBoundary",
        APP,
        &[("iam:PermissionsBoundary", "-")],
    );
    check(
        ALICE,
        "iam:AttachUserPolicy",
        ALICE,
        &[("iam:PermissionsBoundary", "-")],
    );
    check(ALICE, "sts:AssumeRole", APP, &[("iam:PermissionsBoundary", "-")]);
}

/// AWS: KMS Developer Guide, "AWS KMS condition keys", `kms:CallerAccount`.
#[test]
fn kms_knows_the_account_of_the_caller() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/1";
    check(OUTSIDE, "kms:Decrypt", key, &[("kms:CallerAccount", "999988887777")]);
    check("s3.amazonaws.com", "kms:Decrypt", key, &[("kms:CallerAccount", "-")]);
}

#[test]
fn a_call_is_direct_unless_it_says_otherwise() {
    let usual = |action: &str| known(ALICE, action, "*", |_, request| usual_context(request));
    let keys = |action: &str| {
        let usual = usual(action);
        ["aws:ViaAWSService", "sts:RoleAuthorizedByIdp"].map(|key| value(&usual, key))
    };
    assert_eq!(keys("s3:ListAllMyBuckets"), ["false", "-"]);
    assert_eq!(keys("sts:AssumeRoleWithWebIdentity"), ["false", "false"]);
}

#[track_caller]
fn check_implied(principal: &str, given: &[(&str, &[&str])], expected: &[(&str, &str)]) {
    let single = |key: &str| Catalog::condition_key(key).is_some_and(|key| !key.is_multivalued());
    let given = given.iter().map(|(key, values)| {
        let value = if single(key) {
            ContextValue::from(values[0])
        } else {
            ContextValue::from(values.to_vec())
        };
        (*key, value)
    });
    let implied = implied_context(&environment(), &Principal::parse(principal).unwrap(), &given.collect());
    let found: Vec<_> = implied.iter().map(|(key, _)| (key, value(&implied, key))).collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(key, value)| (*key, (*value).to_owned()))
        .collect();
    assert_eq!(found, expected);
}

/// AWS: "AWS global condition context keys", properties of the request.
#[test]
fn keys_follow_from_keys_that_are_given() {
    check_implied(ALICE, &[("aws:SourceIp", &["203.0.113.7"])], &[]);
    check_implied(
        ALICE,
        &[("aws:RequestTag/Team", &["search"])],
        &[("aws:TagKeys", "Team")],
    );
    check_implied(
        ALICE,
        &[("AWS:requesttag/b", &["1"]), ("aws:TagKeys", &["a"])],
        &[("aws:TagKeys", "a b")],
    );
    check_implied(
        ALICE,
        &[(
            "aws:CalledVia",
            &["cloudformation.amazonaws.com", "dynamodb.amazonaws.com"],
        )],
        &[
            ("aws:CalledViaFirst", "cloudformation.amazonaws.com"),
            ("aws:CalledViaLast", "dynamodb.amazonaws.com"),
            ("aws:ViaAWSService", "true"),
        ],
    );
    let source = [("aws:SourceAccount", &["111122223333"][..])];
    let organization = [
        ("aws:SourceOrgID", "o-acme4w2q7k"),
        ("aws:SourceOrgPaths", "o-acme4w2q7k/r-ac1e/"),
    ];
    check_implied("sns.amazonaws.com", &source, &organization);
    check_implied("sns.amazonaws.com", &[("aws:SourceAccount", &["999988887777"])], &[]);
    check_implied(ALICE, &source, &[]);
}

#[track_caller]
fn check_ruled_out(principal: &str, key: &str, given: &str, expected: bool) {
    check_request_ruled_out((principal, "s3:GetObject", "arn:aws:s3:::b/k"), key, given, expected);
}

#[track_caller]
fn check_request_ruled_out(request: (&str, &str, &str), key: &str, given: &str, expected: bool) {
    let (principal, action, resource) = request;
    let ruled_out = known(principal, action, resource, |environment, request| {
        rules_out(environment, request, key, &given.into())
    });
    assert_eq!(ruled_out.is_some(), expected, "{key} of {request:?}: {ruled_out:?}");
}

/// AWS: "AWS global condition context keys", `aws:ResourceTag`; "IAM and AWS STS condition context keys", `iam:PermissionsBoundary`.
#[test]
fn what_a_user_or_role_does_not_have_is_ruled_out() {
    check_request_ruled_out((ALICE, "sts:AssumeRole", APP), "iam:ResourceTag/colour", "red", true);
    check_request_ruled_out(
        (ALICE, "s3:ListBucket", "arn:aws:s3:::b"),
        "aws:ResourceTag/colour",
        "red",
        false,
    );
    let boundary = ("iam:PermissionsBoundary", "arn:aws:iam::aws:policy/PowerUserAccess");
    check_request_ruled_out((ALICE, "iam:AttachUserPolicy", ALICE), boundary.0, boundary.1, true);
    check_request_ruled_out(
        (ALICE, "iam:PutUserPermissionsBoundary", ALICE),
        boundary.0,
        boundary.1,
        false,
    );
}

/// AWS: "AWS global condition context keys", availability of each key.
#[test]
fn a_key_that_the_principal_cannot_have_is_ruled_out() {
    check_ruled_out(SESSION, "aws:username", "alice", true);
    check_ruled_out(ALICE, "aws:PrincipalServiceName", "sns.amazonaws.com", true);
    check_ruled_out(ALICE, "aws:AssumedRoot", "true", true);
    check_ruled_out(ROOT, "aws:AssumedRoot", "true", false);
    check_ruled_out(ALICE, "aws:SourceIdentity", "alice", true);
    check_ruled_out(SESSION, "aws:SourceIdentity", "alice", false);
    check_ruled_out(ALICE, "aws:FederatedProvider", GITHUB, true);
    check_ruled_out(SESSION, "aws:FederatedProvider", GITHUB, false);
    check_ruled_out(ALICE, "aws:PrincipalTag/colour", "red", true);
    check_ruled_out(ROOT, "aws:PrincipalTag/colour", "red", true);
    check_ruled_out(SESSION, "aws:PrincipalTag/colour", "red", false);
    check_ruled_out(OUTSIDE, "aws:PrincipalOrgID", "o-acme4w2q7k", true);
    check_ruled_out(OUTSIDE, "aws:PrincipalOrgPaths", "o-acme4w2q7k/r-ac1e/", true);
    check_ruled_out(OUTSIDE, "aws:PrincipalOrgID", "o-other", false);
    check_ruled_out(APP, "aws:userid", "AROAAPP:build-7", false);
    check_ruled_out(APP, "aws:userid", "AROAOTHER:build-7", true);
    check_ruled_out(ALICE, "aws:SourceIp", "203.0.113.7", false);
}
