//! AWS publishes its managed policies: an error that is found in one of them is most likely ours.

#![expect(clippy::unwrap_used, reason = "test code")]

use std::collections::BTreeSet;

use bailiwick_catalog::Catalog;
use bailiwick_validate::{FindingType, ValidatePolicyType, validate_policy};

/// The errors that were looked at one by one and are there: issue code, policy, the text that it is about, and why it is right.
const REVIEWED: &[(&str, &str, &str, &str)] = &[
    (
        "INVALID_SERVICE_CONDITION_KEY",
        "AmazonDataZoneGlueManageAccessRolePolicy",
        "\"lakeformation:GlueARN\"",
        "no page of AWS Lake Formation has this key",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "AWSDeadlineCloud-UserAccessFarms",
        "\"deadline:SearchWorkers\"",
        "AWS lists `deadline:FarmMembershipLevels` for other actions only",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "AWSDeadlineCloud-UserAccessFleets",
        "\"deadline:SearchWorkers\"",
        "AWS lists `deadline:FleetMembershipLevels` for other actions only",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "AWSLakeFormationCrossAccountManager",
        "\"ram:GetResourceShares\"",
        "the action has no resource, so no `ram:ResourceShareName` either",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "AWSServiceRoleForAmazonEKSNodegroup",
        "\"ec2:DescribeInstances\"",
        "the action has no resource, so no `ec2:ResourceTag` either",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "AmazonCodeGuruReviewerFullAccess",
        "\"codestar-connections:ListConnections\"",
        "AWS lists `codestar-connections:ProviderAction` for `UseConnection` only",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "AmazonNimbleStudio-StudioUser",
        "\"nimble:ListStreamingSessionBackups\"",
        "AWS lists `nimble:ownedBy` for other actions only",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "AmazonSecurityLakeAdministrator",
        "\"ram:GetResourceShares\"",
        "the action has no resource, so no `ram:ResourceShareName` either",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "DBModProvisioningAndMigration",
        "\"dms:CancelReplicationTaskAssessmentRun\"",
        "the action is on an assessment run, which has no `dms:task-tag`",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "DynamoDBGlobalTableSettingsManagementServiceRolePolicy",
        "\"application-autoscaling:DescribeScalableTargets\"",
        "AWS lists `application-autoscaling:service-namespace` for other actions only",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "KafkaConnectServiceRolePolicy",
        "\"ec2:DescribeNetworkInterfaces\"",
        "the action has no resource, so no `ec2:ResourceTag` either",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "SageMakerStudioProjectUserRolePermissionsBoundary",
        "\"redshift-data:DescribeStatement\"",
        "AWS lists `redshift-data:glue-catalog-arn` for other actions only",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "SageMakerStudioProjectUserRolePolicy",
        "\"ec2:DescribeSubnets\"",
        "the action has no resource, so no `ec2:Vpc` either",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "SageMakerStudioProjectUserRolePolicy",
        "\"glue:BatchGetTableOptimizer\"",
        "AWS lists `glue:LakeFormationPermissions` for other actions only",
    ),
    (
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "SageMakerStudioProjectUserRolePolicy",
        "\"redshift-data:DescribeStatement\"",
        "AWS lists `redshift-data:glue-catalog-arn` for other actions only",
    ),
];

#[test]
fn managed_policies_have_no_errors_but_the_reviewed_ones() {
    let mut found: BTreeSet<(&str, &str, String)> = BTreeSet::new();
    for policy in Catalog::managed_policies() {
        let text = policy.document();
        for finding in validate_policy(text, ValidatePolicyType::IdentityPolicy).unwrap() {
            if finding.check().finding_type() == FindingType::Error {
                let about = text[finding.locations()[0].bytes.range()].to_owned();
                found.insert((finding.check().code(), policy.name(), about));
            }
        }
    }
    let reviewed: BTreeSet<(&str, &str, String)> = (REVIEWED.iter())
        .map(|&(code, policy, about, _)| (code, policy, about.to_owned()))
        .collect();
    let new: Vec<_> = found.difference(&reviewed).collect();
    let gone: Vec<_> = reviewed.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "not reviewed: {new:#?}\nno longer there: {gone:#?}"
    );
}
