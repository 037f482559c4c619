//! Which resource types an ARN fits. Service Authorization Reference, "Resource types" of each service.

use super::*;

#[track_caller]
fn check(arn: &str, expected: &[&str]) {
    let found: Vec<_> = Catalog::resource_types_matching(arn)
        .iter()
        .map(|found| format!("{found:?}"))
        .collect();
    assert_eq!(found, expected, "{arn}");
}

/// Without `backup:recoveryPoint`, whose format leaves the service open.
#[track_caller]
fn check_own(arn: &str, expected: &[&str]) {
    let found = Catalog::resource_types_matching(arn);
    let own: Vec<_> = found
        .iter()
        .filter(|found| arn.contains(&format!(":{:?}:", found.service())))
        .collect();
    assert_eq!(
        own.iter().map(|found| found.name()).collect::<Vec<_>>(),
        expected,
        "{arn}"
    );
}

#[test]
fn s3() {
    check("arn:aws:s3:::bucket", &["s3:bucket", "ssm:bucket"]);
    check_own("arn:aws-cn:s3:::bucket", &["bucket"]);
    check("arn:aws:s3:::bucket/key", &["s3:object"]);
    check("arn:aws:s3:::bucket/a/deep/key", &["s3:object"]);
    check("arn:aws:s3:::bucket/*", &["s3:object"]);
    check_own("arn:aws:s3:eu-west-1:123456789012:accesspoint/ap", &["accesspoint"]);
    check_own(
        "arn:aws:s3:eu-west-1:123456789012:accesspoint/ap/object/a/b",
        &["accesspointobject"],
    );
}

#[test]
fn sqs_sns_dynamodb() {
    check("arn:aws:sqs:eu-west-1:123456789012:queue", &["sqs:queue"]);
    check_own("arn:aws:sns:eu-west-1:123456789012:topic", &["topic"]);
    check_own("arn:aws:dynamodb:eu-west-1:123456789012:table/t", &["table"]);
    check_own("arn:aws:dynamodb:eu-west-1:123456789012:table/t/index/i", &["index"]);
}

#[test]
fn lambda() {
    check_own("arn:aws:lambda:eu-west-1:123456789012:function:f", &["function"]);
    check_own(
        "arn:aws:lambda:eu-west-1:123456789012:function:f:live",
        &["function alias", "function version"],
    );
    check_own("arn:aws:lambda:eu-west-1:123456789012:layer:l", &["layer"]);
}

#[test]
fn iam() {
    check_own("arn:aws:iam::123456789012:role/reader", &["role"]);
    check_own("arn:aws:iam::123456789012:role/deep/path/reader", &["role"]);
    check_own("arn:aws:iam::123456789012:user/alice", &["user"]);
    check_own("arn:aws:iam::aws:policy/job-function/Billing", &["policy"]);
    let found = Catalog::resource_types_matching("arn:aws:iam::123456789012:role/reader");
    assert_eq!(found[0].service().prefix(), "iam");
    assert!(
        found
            .iter()
            .any(|found| found.service().prefix() == "sts" && found.name() == "role")
    );
}

#[test]
fn apigateway_has_two_versions_under_one_prefix() {
    check_own("arn:aws:apigateway:eu-west-1::/restapis", &["RestApis"]);
    check_own("arn:aws:apigateway:eu-west-1::/restapis/a", &["RestApi"]);
    check_own("arn:aws:apigateway:eu-west-1::/restapis/a/stages/s", &["Stage"]);
    check_own("arn:aws:apigateway:eu-west-1::/apis/a/stages/s", &["Stage"]);
    check_own(
        "arn:aws:apigateway:eu-west-1::/restapis/a/resources/b/methods/GET",
        &["Method"],
    );
    let stage = Catalog::service("apigateway").unwrap().resource_type("stage").unwrap();
    assert_eq!(stage.arn_formats().count(), 2);
    assert!(
        stage
            .arn_format()
            .starts_with("arn:${Partition}:apigateway:${Region}::/apis/")
    );
}

#[test]
fn lex_has_two_versions_under_one_prefix() {
    check_own("arn:aws:lex:eu-west-1:123456789012:bot/B1", &["bot"]);
    check_own("arn:aws:lex:eu-west-1:123456789012:bot:Flowers", &["bot"]);
    check_own("arn:aws:lex:eu-west-1:123456789012:bot-alias/B1/A1", &["bot alias"]);
}

#[test]
fn a_placeholder_may_hold_slashes_where_nothing_fits_better() {
    check_own(
        "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f",
        &["log-group"],
    );
    check_own(
        "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:log-stream:2026/a",
        &["log-stream"],
    );
    check_own("arn:aws:ssm:eu-west-1:123456789012:parameter/a/b", &["parameter"]);
    check_own(
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
        &["Secret"],
    );
    check_own("arn:aws:kms:eu-west-1:123456789012:key/1234abcd", &["key"]);
}

/// AWS Backup: the format of a recovery point names no service.
#[test]
fn a_recovery_point_may_belong_to_any_service() {
    let found = Catalog::resource_types_matching("arn:aws:rds:eu-west-1:123456789012:snapshot:s1");
    let prefixes: Vec<_> = found.iter().map(|found| found.service().prefix()).collect();
    assert_eq!(prefixes, ["rds", "backup"]);
    check(
        "arn:aws:backup:eu-west-1:123456789012:recovery-point:1",
        &["backup:recoveryPoint"],
    );
}

#[test]
fn what_is_no_arn_fits_nothing() {
    for nothing in [
        "*",
        "arn:aws:s3",
        "arn:aws:s3:::",
        "arn:aws:nosuch:::x",
        "arn:*:*:*:*:*",
        "größe:::::",
        ":::::",
    ] {
        assert!(
            Catalog::resource_types_matching(nothing)
                .iter()
                .all(|found| found.service().prefix() == "backup")
        );
    }
}

#[test]
fn every_format_fits_itself() {
    for service in Catalog::services() {
        for resource_type in service.resource_types() {
            for format in resource_type.arn_formats() {
                assert!(resource_type.matches(format), "{resource_type:?} {format}");
                // A type with a more specific twin (`bot` and `bot version`) may give way to it, but something fits.
                assert!(
                    !Catalog::resource_types_matching(format).is_empty(),
                    "{resource_type:?} {format}"
                );
            }
        }
    }
}

#[test]
fn the_formats_of_a_service_segment_are_on_several_pages() {
    let formats = |segment| -> Vec<String> {
        let found = Catalog::arn_formats(segment);
        (found.iter())
            .map(|format| format!("{:?}", format.resource_type()))
            .collect()
    };
    assert_eq!(formats("sqs"), ["sqs:queue"]);
    assert_eq!(
        formats("s3-object-lambda"),
        ["s3-object-lambda:objectlambdaaccesspoint", "s3:objectlambdaaccesspoint"]
    );
    assert!(formats("iam").contains(&"sts:root-user".to_owned()));
    assert!(formats("backup").contains(&"backup:recoveryPoint".to_owned()));
    assert!(!formats("rds").contains(&"backup:recoveryPoint".to_owned()));
    for nothing in ["S3", "nosuch", "", "*"] {
        assert_eq!(formats(nothing), [""; 0]);
    }
}

#[test]
fn the_service_segments_are_prefixes_and_what_formats_have() {
    let services: Vec<_> = Catalog::arn_services().collect();
    for known in ["s3", "iam", "catalog", "elastic-inference"] {
        assert!(services.contains(&known), "{known}");
    }
    assert!(!services.contains(&"*") && !services.contains(&"S3"));
}
