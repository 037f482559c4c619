//! AWS publishes its managed policies: an error that is found in one of them is most likely ours.

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
    (
        "INVALID_ARN_RESOURCE",
        "AWSConfigServiceRolePolicy",
        "/v2/apis",
        "the ARNs of API Gateway begin with `/apis`, of version 2 too",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSConfigServiceRolePolicy",
        "/v2/apis/*",
        "the ARNs of API Gateway begin with `/apis`, of version 2 too",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSConfigServiceRolePolicy",
        "/v2/apis/*/integrations",
        "the ARNs of API Gateway begin with `/apis`, of version 2 too",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSConfigServiceRolePolicy",
        "/v2/apis/*/integrations/*",
        "the ARNs of API Gateway begin with `/apis`, of version 2 too",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSConfigServiceRolePolicy",
        "/v2/apis/*/routes",
        "the ARNs of API Gateway begin with `/apis`, of version 2 too",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSConfigServiceRolePolicy",
        "/v2/apis/*/routes/*",
        "the ARNs of API Gateway begin with `/apis`, of version 2 too",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSDeepRacerCloudFormationAccessPolicy",
        "/createSimulationApplication",
        "an operation of AWS RoboMaker, not a resource",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSElasticBeanstalkRoleCore",
        "listener/awseb-*",
        "the ARN of a listener goes on with `app`, `gwy` or `net`",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSGlueConsoleFullAccess",
        "/aws-glue/*",
        "`log-group:` is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSGlueConsoleSageMakerNotebookFullAccess",
        "/aws-glue/*",
        "`log-group:` is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSIoTFleetHubFederationAccess",
        "iotfleethub*",
        "`alarm:` is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSManagedServices_DetectiveControlsConfig_ServiceRolePolicy",
        ":config-rule/*",
        "a colon too many",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSManagedServices_DetectiveControlsConfig_ServiceRolePolicy",
        "stack/ams-detective-controls-config-recorder",
        "the ARN of a stack ends with its id, after another slash",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSManagedServices_DetectiveControlsConfig_ServiceRolePolicy",
        "stack/ams-detective-controls-config-rules-cdk",
        "the ARN of a stack ends with its id, after another slash",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSManagedServices_DetectiveControlsConfig_ServiceRolePolicy",
        "stack/ams-detective-controls-infrastructure-cdk",
        "the ARN of a stack ends with its id, after another slash",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSMigrationHubRefactorSpaces-EnvironmentsWithoutBridgesFullAccess",
        "/tags",
        "the reference has `/tags/` with an ARN behind it",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSMigrationHubRefactorSpacesFullAccess",
        "/tags",
        "the reference has `/tags/` with an ARN behind it",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSMigrationHubRefactorSpacesServiceRolePolicy",
        "/tags",
        "the reference has `/tags/` with an ARN behind it",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSWAFConsoleFullAccess",
        "subscription:*",
        "`subscription/` is written with a slash",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AWSWAFConsoleReadOnlyAccess",
        "subscription:*",
        "`subscription/` is written with a slash",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AdministratorAccess-AWSElasticBeanstalk",
        "listener/awseb-*",
        "the ARN of a listener goes on with `app`, `gwy` or `net`",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AdministratorAccess-AWSElasticBeanstalk",
        "listener/eb-*",
        "the ARN of a listener goes on with `app`, `gwy` or `net`",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AgentRegistryFullAccess",
        "credential-provider/*",
        "Credential providers are in a token vault",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonBedrockFullAccess",
        ":*",
        "a colon too many: no key is matched",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonBedrockLimitedAccess",
        ":*",
        "a colon too many: no key is matched",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonConnectServiceLinkedRolePolicy",
        "/domains/amazon-connect-*",
        "a slash too many",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonConnectServiceLinkedRolePolicy",
        "/templates*",
        "the reference has no templates of Customer Profiles",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonDataZoneSageMakerEnvironmentRolePermissionsBoundary",
        "statemachine:*sagemaker*",
        "`stateMachine` is written with a capital letter",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonDevOpsGuruOrganizationsAccess",
        r#""arn:aws:organizations::*:""#,
        "the resource is empty",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonRedshiftQueryEditorV2FullAccess",
        "sqlworkbench!*",
        "`secret:` is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonRedshiftQueryEditorV2NoSharing",
        "sqlworkbench!*",
        "`secret:` is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonRedshiftQueryEditorV2ReadSharing",
        "sqlworkbench!*",
        "`secret:` is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonRedshiftQueryEditorV2ReadWriteSharing",
        "sqlworkbench!*",
        "`secret:` is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonSageMakerCanvasDirectDeployAccess",
        "Canvas*",
        "the resource type is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonSageMakerCanvasDirectDeployAccess",
        "canvas*",
        "the resource type is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonSageMakerFullAccess",
        "statemachine:*sagemaker*",
        "`stateMachine` is written with a capital letter",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonSageMakerHyperPodInferenceAccess",
        "endpointconfig/*",
        "`endpoint-config` is written with a hyphen",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonSageMakerHyperPodObservabilityAdminAccess",
        "/workspaces",
        "the reference has `/workspaces/` with an id behind it only",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonSageMakerQuickSightVPCPolicy",
        "vpcconnection/*",
        "`vpcConnection` is written with a capital letter",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AmazonSecurityLakeMetastoreManager",
        "/aws/lambda/AmazonSecurityLake*",
        "`log-group:` is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AppIntegrationsServiceLinkedRolePolicy",
        "connector-profile/*",
        "`connectorprofile` is written without a hyphen",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AwsGlueSessionUserRestrictedNotebookServiceRole",
        "/aws-glue/*",
        "`log-group:` is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "AwsGlueSessionUserRestrictedServiceRole",
        "/aws-glue/*",
        "`log-group:` is missing",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "CloudFrontFullAccess",
        "subscription:*",
        "`subscription/` is written with a slash",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "DBModProvisioningAndMigration",
        "vpc-endpoint:*",
        "`vpc-endpoint/` is written with a slash",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "DynamoDBGlobalTableSettingsManagementServiceRolePolicy",
        "scalingPolicy:*:resource/dynamodb/table/*",
        "no action of EC2 Auto Scaling acts on a scaling policy by its ARN",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "SageMakerStudioProjectProvisioningRolePolicy",
        "snapshotcopyconfiguration/*",
        "the reference has no snapshot copy configurations of Redshift Serverless",
    ),
    (
        "INVALID_ARN_RESOURCE",
        "SecurityAgentWebAppAPIPolicy",
        "agent-instance*",
        "the reference has agent spaces, not agent instances",
    ),
    (
        "MISSING_ARN_ACCOUNT",
        "AWSRefactoringToolkitFullAccess",
        r#""arn:aws:kms:*::*""#,
        "the account is empty: no key is matched",
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
