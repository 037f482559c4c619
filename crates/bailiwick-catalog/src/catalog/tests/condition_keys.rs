//! Condition keys: types, several values, templates, providers.

use super::*;
use ConditionKeyType::{Arn, Bool, Date, IpAddress, Numeric, String};

#[track_caller]
fn key(name: &str) -> &'static ConditionKey {
    Catalog::condition_key(name).unwrap_or_else(|| panic!("no condition key `{name}`"))
}

#[track_caller]
fn check(name: &str, expected: &str, key_type: ConditionKeyType, multivalued: bool) {
    let found = key(name);
    assert_eq!(
        (found.name(), found.key_type(), found.is_multivalued()),
        (expected, key_type, multivalued),
        "{name}"
    );
}

/// IAM User Guide, "AWS global condition context keys": every key of the page, its type, whether it is multivalued.
const GLOBAL: &[(&str, ConditionKeyType, bool)] = &[
    // Properties of the principal.
    ("aws:PrincipalArn", Arn, false),
    ("aws:PrincipalAccount", String, false),
    ("aws:PrincipalOrgID", String, false),
    ("aws:PrincipalOrgPaths", String, true),
    ("aws:PrincipalTag/${TagKey}", String, false),
    ("aws:PrincipalIsAWSService", Bool, false),
    ("aws:PrincipalServiceName", String, false),
    ("aws:PrincipalServiceNamesList", String, true),
    ("aws:PrincipalType", String, false),
    ("aws:userid", String, false),
    ("aws:username", String, false),
    // Properties of a role session.
    ("aws:AssumedRoot", Bool, false),
    ("aws:FederatedProvider", String, false),
    ("aws:TokenIssueTime", Date, false),
    ("aws:SignInSessionArn", Arn, false),
    ("aws:MultiFactorAuthAge", Numeric, false),
    ("aws:MultiFactorAuthPresent", Bool, false),
    ("aws:ChatbotSourceArn", Arn, false),
    ("aws:Ec2InstanceSourceVpc", String, false),
    ("aws:Ec2InstanceSourcePrivateIPv4", IpAddress, false),
    ("aws:SourceIdentity", String, false),
    ("aws:ViaCustomerDomain", String, false),
    // Properties of the network.
    ("aws:SourceIp", IpAddress, false),
    ("aws:SourceVpc", String, false),
    ("aws:SourceVpce", String, false),
    ("aws:SourceVpcArn", Arn, false),
    ("aws:VpceAccount", String, false),
    ("aws:VpceOrgID", String, false),
    ("aws:VpceOrgPaths", String, true),
    ("aws:VpcSourceIp", IpAddress, false),
    // Properties of the resource.
    ("aws:ResourceAccount", String, false),
    ("aws:ResourceOrgID", String, false),
    ("aws:ResourceOrgPaths", String, true),
    ("aws:ResourceTag/${TagKey}", String, false),
    // Properties of the request.
    ("aws:CalledVia", String, true),
    ("aws:CalledViaFirst", String, false),
    ("aws:CalledViaLast", String, false),
    ("aws:CalledViaAWSMCP", String, false),
    ("aws:ViaAWSService", Bool, false),
    ("aws:ViaAWSMCPService", Bool, false),
    ("aws:IsMcpServiceAction", Bool, false),
    ("aws:CurrentTime", Date, false),
    ("aws:EpochTime", Date, false),
    ("aws:referer", String, false),
    ("aws:RequestedRegion", String, false),
    ("aws:RequestTag/${TagKey}", String, false),
    ("aws:TagKeys", String, true),
    ("aws:SecureTransport", Bool, false),
    ("aws:SourceAccount", String, false),
    ("aws:SourceArn", Arn, false),
    ("aws:SourceOrgID", String, false),
    ("aws:SourceOrgPaths", String, true),
    ("aws:UserAgent", String, false),
];

#[test]
fn the_global_keys_are_those_of_the_guide() {
    for &(name, key_type, multivalued) in GLOBAL {
        check(name, name, key_type, multivalued);
    }
    assert_eq!(Catalog::global_condition_keys().len(), GLOBAL.len());
}

#[test]
fn two_global_keys_have_a_second_type() {
    assert_eq!(key("aws:EpochTime").second_type(), Some(Numeric));
    assert_eq!(key("aws:FederatedProvider").second_type(), Some(Arn));
    let second = Catalog::global_condition_keys()
        .iter()
        .filter(|key| key.second_type().is_some());
    assert_eq!(second.count(), 2);
}

/// The role session keys of the same page that belong to a service.
#[test]
fn services_have_keys_of_role_sessions() {
    check("ec2:RoleDelivery", "ec2:RoleDelivery", Numeric, false);
    check("ec2:SourceInstanceArn", "ec2:SourceInstanceARN", Arn, false);
    check("glue:RoleAssumedBy", "glue:RoleAssumedBy", String, false);
    check(
        "glue:CredentialIssuingService",
        "glue:CredentialIssuingService",
        String,
        false,
    );
    check("codebuild:BuildArn", "codebuild:buildArn", Arn, false);
    check("codebuild:ProjectArn", "codebuild:projectArn", Arn, false);
    check("lambda:SourceFunctionArn", "lambda:SourceFunctionArn", Arn, false);
    check("ssm:SourceInstanceArn", "ssm:SourceInstanceARN", Arn, false);
    check("identitystore:UserId", "identitystore:UserId", String, false);
}

#[test]
fn a_template_answers_for_its_keys() {
    check("aws:PrincipalTag/team", "aws:PrincipalTag/${TagKey}", String, false);
    check("AWS:REQUESTTAG/Cost Center", "aws:RequestTag/${TagKey}", String, false);
    check(
        "s3:ExistingObjectTag/class",
        "s3:ExistingObjectTag/<key>",
        String,
        false,
    );
    check(
        "kms:EncryptionContext:app:name",
        "kms:EncryptionContext:${EncryptionContextKey}",
        String,
        false,
    );
    check(
        "iam:ResourceTag/${aws:PrincipalTag/x}",
        "iam:ResourceTag/${TagKey}",
        String,
        false,
    );
    check("glacier:ResourceTag/a", "glacier:ResourceTag/", String, false);
    assert!(key("aws:RequestTag/a").is_template() && !key("aws:TagKeys").is_template());
    assert_eq!(Catalog::condition_key("aws:PrincipalTag/"), None);
    assert_eq!(Catalog::condition_key("aws:PrincipalTag"), None);
    assert_eq!(Catalog::condition_key("aws:NoSuchKey"), None);
    assert_eq!(Catalog::condition_key("s3:NoSuchKey"), None);
}

#[test]
fn keys_are_found_on_the_pages_of_other_services() {
    check("ec2:osuser", "ec2:osuser", String, false);
    check(
        "logs:LogGeneratingResourceArns",
        "logs:LogGeneratingResourceArns",
        Arn,
        true,
    );
    check("catalog:ChangeType", "catalog:ChangeType", String, false);
}

/// IAM User Guide, "IAM and AWS STS condition context keys", "Available keys for IAM" and "for AWS STS".
#[test]
fn iam_and_sts_keys() {
    for (name, key_type) in [
        ("iam:AssociatedResourceArn", Arn),
        ("iam:AWSServiceName", String),
        ("iam:FIDO-certification", String),
        ("iam:FIDO-FIPS-140-2-certification", String),
        ("iam:FIDO-FIPS-140-3-certification", String),
        ("iam:RegisterSecurityKey", String),
        ("iam:OrganizationsPolicyId", String),
        ("iam:PassedToService", String),
        ("iam:PermissionsBoundary", Arn),
        ("iam:PolicyARN", Arn),
        ("iam:ResourceTag/${TagKey}", String),
        ("iam:ServiceSpecificCredentialAgeDays", Numeric),
        ("iam:ServiceSpecificCredentialServiceName", String),
        ("iam:DelegationDuration", Numeric),
        ("iam:NotificationChannel", Arn),
        ("iam:TemplateArn", Arn),
        ("iam:DelegationRequestOwner", Arn),
        ("sts:AWSServiceName", String),
        ("sts:DurationSeconds", Numeric),
        ("sts:ExternalId", String),
        ("sts:SigningAlgorithm", String),
        ("sts:RoleAuthorizedByIdp", Bool),
        ("sts:RoleSessionName", String),
        ("sts:SourceIdentity", String),
        ("sts:TaskPolicyArn", Arn),
    ] {
        check(name, name, key_type, false);
    }
    check("sts:IdentityTokenAudience", "sts:IdentityTokenAudience", String, true);
    check("sts:RequestContextProviders", "sts:RequestContextProviders", Arn, true);
    check("sts:TransitiveTagKeys", "sts:TransitiveTagKeys", String, true);
    check(
        "sts:RequestContext/identitystore:UserId",
        "sts:RequestContext/${ContextKey}",
        String,
        false,
    );
}

/// The same page, "Available keys for AWS OIDC federation".
#[test]
fn keys_of_openid_connect_providers() {
    check("accounts.google.com:aud", "accounts.google.com:aud", String, false);
    check("accounts.google.com:email", "accounts.google.com:email", String, false);
    check(
        "cognito-identity.amazonaws.com:amr",
        "cognito-identity.amazonaws.com:amr",
        String,
        true,
    );
    check("www.amazon.com:sub", "www.amazon.com:sub", String, false);
    let repository = "token.actions.githubusercontent.com:repository";
    check(repository, repository, String, false);
    check(
        "token.actions.githubusercontent.com:sub",
        "${OidcProvider}:sub",
        String,
        false,
    );
    check(
        "Token.Actions.GitHubUserContent.com:AUD",
        "${OidcProvider}:aud",
        String,
        false,
    );
    check(
        "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub",
        "${OidcProvider}:sub",
        String,
        false,
    );
    check(
        "sso.example.org:8443/realms/a:aud",
        "${OidcProvider}:aud",
        String,
        false,
    );
    check("login.example.org:amr", "${OidcProvider}:amr", String, true);
    check(
        "oidc.circleci.com/org/o:oidc.circleci.com/project-id",
        "oidc.circleci.com/org/${OrgId}:oidc.circleci.com/project-id",
        String,
        false,
    );
    for not_a_key in [
        "token.actions.githubusercontent.com:no_such_claim",
        "localhost:sub",
        "no such.host:sub",
        ".:",
        "a.b",
    ] {
        assert_eq!(Catalog::condition_key(not_a_key), None, "{not_a_key}");
    }
}

/// The same page, "Available keys for SAML-based AWS STS federation"; attributes that are lists.
#[test]
fn keys_of_saml_federation() {
    let single = "aud iss doc sub sub_type namequalifier edupersonorgdn edupersonprimaryaffiliation \
                  edupersonprimaryorgunitdn edupersonprincipalname";
    let lists = "commonName cn edupersonaffiliation edupersonassurance edupersonentitlement edupersonnickname \
                 edupersonorgunitdn edupersonscopedaffiliation edupersontargetedid eduorghomepageuri \
                 eduorgidentityauthnpolicyuri eduorglegalname eduorgsuperioruri eduorgwhitepagesuri givenName mail name \
                 organizationStatus primaryGroupSID surname uid x500UniqueIdentifier";
    for (names, multivalued) in [(single, false), (lists, true)] {
        for name in names.split(' ') {
            let name = format!("saml:{name}");
            check(&name, &name, String, multivalued);
        }
    }
}

#[test]
fn prefixes_of_condition_keys_are_those_of_services_and_identity_providers() {
    for known in [
        "aws",
        "S3",
        "saml",
        "identitycenter",
        "www.amazon.com",
        "oidc.example.com/id/1",
    ] {
        assert!(Catalog::is_condition_key_prefix(known), "{known}");
    }
    for unknown in ["", "nosuch", "*"] {
        assert!(!Catalog::is_condition_key_prefix(unknown), "{unknown}");
    }
}
