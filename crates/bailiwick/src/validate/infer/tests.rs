use super::*;

#[track_caller]
fn check(path: &str, statements: &str, expected: ValidatePolicyType) {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#);
    let inferred = infer_policy_type(&text, path);
    assert_eq!(inferred.policy_type, expected, "{text}: {:?}", inferred.because);
    assert!(inferred.because.is_some_and(|because| !because.is_empty()));
}

#[track_caller]
fn resource(statements: &str, expected: Option<ValidatePolicyResourceType>) {
    check("p.json", statements, ValidatePolicyType::ResourcePolicy(expected));
}

const IDENTITY: &str = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#;
const DENY_ALL: &str = r#"{"Effect": "Deny", "Principal": "*", "Action": ["s3:*", "sqs:*"], "Resource": "*"}"#;

#[test]
fn without_principals_it_is_an_identity_policy() {
    check("p.json", IDENTITY, ValidatePolicyType::IdentityPolicy);
    check("p.json", "[]", ValidatePolicyType::IdentityPolicy);
    check("p.json", "7", ValidatePolicyType::IdentityPolicy);
    let stray = r#"[{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]"#;
    check("p.json", stray, ValidatePolicyType::IdentityPolicy);
}

#[test]
fn a_path_tells_an_scp_unless_the_document_contradicts() {
    check(
        "policies/scp/p.json",
        IDENTITY,
        ValidatePolicyType::ServiceControlPolicy,
    );
    check(
        "deny-regions.SCP.json",
        IDENTITY,
        ValidatePolicyType::ServiceControlPolicy,
    );
    check(
        "Service-Control-Policies/p.json",
        IDENTITY,
        ValidatePolicyType::ServiceControlPolicy,
    );
    check("description.json", IDENTITY, ValidatePolicyType::IdentityPolicy);
    check("scp.json", "[]", ValidatePolicyType::ServiceControlPolicy);
    let trust = r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}"#;
    check("scps/p.json", trust, ValidatePolicyType::TRUST_POLICY);
    check("scp/rcp-p.json", DENY_ALL, ValidatePolicyType::ResourceControlPolicy);
}

#[test]
fn a_trust_policy_names_principals_and_assumes_roles() {
    let trust = |statement: &str| check("p.json", statement, ValidatePolicyType::TRUST_POLICY);
    trust(r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#);
    trust(
        r#"[{"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"},
             "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]},
            {"Effect": "Deny", "Principal": "*", "Action": "STS:SetSourceIdentity"}]"#,
    );
    // A resource is a mistake there, which the checks of trust policies find.
    trust(r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}"#);
    // A principal that cannot be understood is one.
    trust(r#"{"Effect": "Allow", "Principal": 7, "Action": "sts:AssumeRole"}"#);
}

#[test]
fn without_principals_only_the_path_tells_a_trust_policy() {
    let statement = r#"{"Effect": "Allow", "Action": "sts:AssumeRole"}"#;
    check("role.json", statement, ValidatePolicyType::IdentityPolicy);
    check("role-trust.json", statement, ValidatePolicyType::TRUST_POLICY);
}

#[test]
fn what_denies_to_everyone_whatever_the_resource_is_an_rcp() {
    check("p.json", DENY_ALL, ValidatePolicyType::ResourceControlPolicy);
    let sts = r#"{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}"#;
    check("p.json", sts, ValidatePolicyType::ResourceControlPolicy);
    resource(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}"#,
        Some(ValidatePolicyResourceType::S3Bucket),
    );
    resource(
        r#"[{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"}]"#,
        None,
    );
    // Vaults have no RCPs, and RCPs have no principal but "*".
    resource(
        r#"{"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteRecoveryPoint", "Resource": "*"}"#,
        None,
    );
    resource(
        r#"{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}"#,
        None,
    );
    // RCPFullAWSAccess grants to everyone: read as a resource policy, more is said of it.
    let full = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    check("rcp/full.json", full, ValidatePolicyType::ResourceControlPolicy);
    resource(full, None);
}

#[test]
fn a_resource_type_is_that_of_every_resource() {
    let of = |resources: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "111122223333"}}, "Action": "s3:*", "Resource": {resources}}}"#
        )
    };
    for (resources, expected) in [
        (r#""arn:aws:s3:::b/*""#, Some(ValidatePolicyResourceType::S3Bucket)),
        (
            r#"["arn:aws:s3:::b", "arn:aws:s3:::b/in/*"]"#,
            Some(ValidatePolicyResourceType::S3Bucket),
        ),
        // The policy of a bucket is not about another one.
        (r#"["arn:aws:s3:::b/*", "arn:aws:s3:::c/*"]"#, None),
        (r#""arn:aws:s3:::b-*""#, None),
        (
            r#""arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/*""#,
            Some(ValidatePolicyResourceType::S3AccessPoint),
        ),
        (
            r#""arn:aws:s3::111122223333:accesspoint/m.mrap""#,
            Some(ValidatePolicyResourceType::S3MultiRegionAccessPoint),
        ),
        (
            r#""arn:aws:s3-object-lambda:eu-west-1:111122223333:accesspoint/o""#,
            Some(ValidatePolicyResourceType::S3ObjectLambdaAccessPoint),
        ),
        (
            r#"["arn:aws:dynamodb:eu-west-1:111122223333:table/t", "arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/*"]"#,
            Some(ValidatePolicyResourceType::DynamoDbTable),
        ),
        (r#""arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/*""#, None),
        (
            r#"["arn:aws:s3:::b", "arn:aws:s3:eu-west-1:111122223333:accesspoint/a"]"#,
            None,
        ),
        (r#""arn:aws:sqs:eu-west-1:111122223333:q""#, None),
        (r#""*""#, None),
        (r#""not an ARN""#, None),
    ] {
        resource(&of(resources), expected);
    }
    // The policy of an ECR repository has no resources.
    resource(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}"#,
        None,
    );
}
