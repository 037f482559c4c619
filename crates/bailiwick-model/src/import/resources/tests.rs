use super::*;
use crate::document::Uncached;
use crate::environment::Environment;

fn import(text: &str) -> ResourcesImport {
    import_resources("r.json", text.as_bytes(), &Uncached)
}

const RESOURCES: &str = r#"{
    "AccountId": "111122223333",
    "OidcProviders": ["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"],
    "SamlProviders": ["arn:aws:iam::111122223333:saml-provider/Okta"],
    "Resources": [
        {
            "Arn": "arn:aws:s3:::data",
            "Type": "AWS::S3::Bucket",
            "AccountId": "111122223333",
            "Region": "eu-west-1",
            "Name": "data",
            "Tags": {"team": "data"},
            "Policy": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
            ]},
            "PublicAccessBlock": {"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": false, "RestrictPublicBuckets": false},
            "KmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/k"
        },
        {
            "Arn": "arn:aws:kms:eu-west-1:111122223333:key/k",
            "Type": "AWS::KMS::Key",
            "Policy": null,
            "Tags": [{"Key": "a", "Value": "b"}],
            "Grants": [{"GrantId": "g", "GranteePrincipal": "arn:aws:iam::111122223333:role/r", "Operations": ["Decrypt"],
                "Constraints": {"EncryptionContextSubset": {"aws:s3:arn": "arn:aws:s3:::data"}}}]
        }
    ]
}"#;

#[test]
fn resources_are_read_with_their_policies_and_grants() {
    let import = import(RESOURCES);
    assert_eq!(import.problems, []);
    let mut environment = Environment::new();
    environment.add_account(Account::new("111122223333".parse().unwrap(), "aws"));
    environment.add_resources(import);
    let bucket = environment.resource_for("arn:aws:s3:::data/a/b").unwrap();
    assert_eq!(bucket.tags["team"].as_ref(), "data");
    assert!(bucket.policy().unwrap().policy().is_ok());
    assert!(bucket.public_access_block.unwrap().block_public_acls);
    assert_eq!(
        environment.account_of("arn:aws:s3:::data/a"),
        "111122223333".parse().ok()
    );
    let key = environment
        .resource_for("arn:aws:kms:eu-west-1:111122223333:key/k")
        .unwrap();
    assert!(key.policy().is_none());
    assert_eq!(key.grants[0].operations, ["Decrypt".into()]);
    assert_eq!(
        key.grants[0].encryption_context_subset["aws:s3:arn"].as_ref(),
        "arn:aws:s3:::data"
    );
    let account = environment.account("111122223333".parse().unwrap()).unwrap();
    for arn in [
        "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
        "arn:aws:iam::111122223333:saml-provider/Okta",
    ] {
        assert!(account.has_identity_provider(arn), "{arn}");
    }
    assert!(environment.has_resources_of(account.id()));
}

#[test]
fn a_resource_that_could_not_be_read_has_a_policy_that_cannot_be_used() {
    let text = RESOURCES
        .replace(r#"["Decrypt"]"#, "7")
        .replace(r#""team": "data"}"#, r#""team": 7}"#);
    let import = import(&text);
    let entities: Vec<_> = import
        .problems
        .iter()
        .map(|problem| problem.entity.as_deref())
        .collect();
    assert_eq!(
        entities,
        [
            Some("arn:aws:s3:::data"),
            Some("arn:aws:kms:eu-west-1:111122223333:key/k")
        ]
    );
    assert_eq!(import.resources.len(), 2);
    assert!(import.resources[1].policy().unwrap().policy().is_err());
}

#[test]
fn wrong_entries_cost_themselves_only() {
    let text = RESOURCES
        .replace("arn:aws:s3:::data\",\n", "data\",\n")
        .replace("saml-provider/Okta", "role/Okta");
    let import = import(&text);
    let messages: Vec<String> = import.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "r.json:6:9: a resource: `data` is no ARN: an ARN begins with `arn:`",
            "r.json:4:23: an identity provider: `arn:aws:iam::111122223333:role/Okta` is not the ARN of an identity \
             provider of this kind",
        ]
    );
    assert_eq!((import.resources.len(), import.identity_providers.len()), (1, 1));
}

#[test]
fn what_is_no_list_of_resources_is_said_to_be_none() {
    for text in [
        "",
        "{}",
        "7",
        "{\"AccountId\": \"1\"}",
        "{\"AccountId\": \"111122223333\", \"Resources\": 7}",
    ] {
        let import = import(text);
        assert_eq!((import.resources.len(), import.problems.len()), (0, 1), "{text}");
    }
}

#[test]
fn a_resource_that_is_lost_makes_the_resources_incomplete() {
    assert!(import(RESOURCES).complete);
    for (from, to) in [
        ("\"Arn\": \"arn:aws:s3:::data\"", "\"Arn\": \"data\""),
        ("\"Arn\": \"arn:aws:s3:::data\"", "\"arn\": \"arn:aws:s3:::data\""),
        (
            "\"AccountId\": \"111122223333\",\n            ",
            "\"AccountId\": \"333344445555\",\n            ",
        ),
        ("\"Resources\"", "\"resources\""),
    ] {
        assert!(RESOURCES.contains(from));
        let import = import(&RESOURCES.replacen(from, to, 1));
        assert!(!import.complete, "{to}");
        assert!(import.problems.iter().any(ImportProblem::is_error), "{to}");
    }
}

#[test]
fn a_policy_under_a_member_in_other_case_is_not_taken_for_none() {
    let import = import(&RESOURCES.replacen("\"Policy\"", "\"policy\"", 1));
    assert!(import.complete);
    assert!(import.problems[0].message.contains("member `policy` is not `Policy`"));
    assert!(import.resources[0].policy().unwrap().policy().is_err());
}

#[test]
fn two_entries_of_one_resource_with_different_policies_cannot_be_used() {
    let text = RESOURCES.replacen(
        "arn:aws:kms:eu-west-1:111122223333:key/k\",\n            \"Type",
        "arn:aws:s3:::data\",\n            \"Type",
        1,
    );
    let mut environment = Environment::new();
    environment.add_resources(import(&text));
    let resource = environment.resource_for("arn:aws:s3:::data").unwrap();
    let broken = resource.policy().unwrap().policy().unwrap_err();
    assert!(broken.to_string().contains("with another policy"), "{broken}");
}
