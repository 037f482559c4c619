//! AWS managed policies. AWS Managed Policy Reference.

use super::*;
use crate::generated::unlisted;

#[test]
fn administrator_access_is_there() {
    let policy = Catalog::managed_policy("AdministratorAccess").unwrap();
    assert_eq!(policy.arn(), "arn:aws:iam::aws:policy/AdministratorAccess");
    assert_eq!((policy.path(), policy.default_version_id()), ("/", "v1"));
    assert_eq!(policy.create_date(), "2015-02-06T18:39:46+00:00");
    assert_eq!(
        policy.document(),
        r#"{"Statement":[{"Action":"*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}"#
    );
    assert_eq!(Catalog::managed_policy_by_arn(policy.arn()), Some(policy));
}

#[test]
fn a_path_is_part_of_the_arn() {
    let policy = Catalog::managed_policy_by_arn("arn:aws:iam::aws:policy/job-function/Billing").unwrap();
    assert_eq!((policy.name(), policy.path()), ("Billing", "/job-function/"));
    assert_eq!(Catalog::managed_policy_by_arn("arn:aws:iam::aws:policy/Billing"), None);
    assert_eq!(
        Catalog::managed_policy_by_arn("arn:aws-cn:iam::aws:policy/AdministratorAccess"),
        None
    );
}

#[test]
fn every_current_policy_is_complete() {
    let policies = Catalog::managed_policies();
    assert_eq!(policies.len(), 1_582);
    assert!(policies.is_sorted_by(|left, right| left.arn() < right.arn()));
    for policy in policies {
        assert!(
            [
                "/",
                "/service-role/",
                "/aws-service-role/",
                "/job-function/",
                "/root-task/"
            ]
            .contains(&policy.path())
        );
        assert!(
            policy.default_version_id().starts_with('v') && !policy.name().is_empty(),
            "{policy:?}"
        );
        assert!(policy.create_date() <= policy.update_date(), "{policy:?}");
        assert!(
            policy.document().starts_with('{') && policy.document().ends_with('}'),
            "{policy:?}"
        );
    }
}

#[test]
fn names_are_unique() {
    let mut names: Vec<_> = Catalog::managed_policies().iter().map(ManagedPolicy::name).collect();
    names.sort_unstable();
    assert!(names.is_sorted_by(|left, right| left < right));
}

/// AWS Managed Policy Reference, `SecurityAudit` (AWS has closed `deepracer`), `AWSManagedSettingsAdminAccess`.
#[test]
fn closed_services_and_unpublished_actions_are_unlisted() {
    assert!(Catalog::is_unlisted_service("DeepRacer") && Catalog::unlisted_services().contains(&"deepracer"));
    assert!(Catalog::is_unlisted_action("Payments:getAccountBalance"));
    assert!(!Catalog::is_unlisted_service("s3") && !Catalog::is_unlisted_service(""));
    assert!(!Catalog::is_unlisted_action("s3:GetObject") && !Catalog::is_unlisted_action("s3:GetObjects"));
    assert!(!Catalog::is_unlisted_action("deepracer") && !Catalog::is_unlisted_service("payments:GetAccountBalance"));
}

#[test]
fn no_unlisted_name_is_listed() {
    for prefix in unlisted::SERVICES {
        assert!(Catalog::service(prefix).is_none() && Catalog::is_unlisted_service(&prefix.to_ascii_uppercase()));
    }
    for name in unlisted::ACTIONS {
        assert!(
            Catalog::action(name).is_none() && Catalog::is_unlisted_action(&name.to_ascii_uppercase()),
            "{name}"
        );
        let (prefix, _) = name.split_once(':').unwrap();
        assert!(
            Catalog::service(prefix).is_some() || Catalog::is_unlisted_service(prefix),
            "{name}"
        );
    }
}
