//! Each refusal is asserted with AWS's code and words (`entities-and-quotas` §4 to §6 of the reference; IAM API Reference, "Errors").

use std::sync::Arc;

use bailiwick_grammar::PolicyType;

use super::*;
use crate::document::StoredDocument;
use crate::entity::{
    Creation, CredentialStatus, LoginProfile, MaxSessionDuration, NewManagedPolicy, NewRole, NewUser,
    ServiceSpecificCredential, SigningCertificate, SshPublicKey,
};
use crate::error::EntityErrorKind;
use crate::id::{AccessKeyId, PolicyVersionId, Timestamp, UniqueId};
use crate::name::{
    GroupName, InstanceProfileName, Path, PolicyName, RoleName, SamlProviderName, UserName, VirtualMfaDeviceName,
};
use crate::quota::Quota;

const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",
    "Principal":{"Service":"ec2.amazonaws.com"}}}"#;

fn account() -> Account {
    Account::new("111122223333".parse().unwrap(), "aws")
}

fn time() -> Timestamp {
    Timestamp::parse("2026-11-01T00:00:00Z").unwrap()
}

fn creation(id: &str) -> Creation {
    Creation {
        id: UniqueId::new(id).unwrap(),
        time: time(),
    }
}

fn allow() -> Arc<StoredDocument> {
    Arc::new(StoredDocument::new(ALLOW, PolicyType::IdentityBasedPolicy))
}

/// A policy whose size, as IAM counts it, is `size`.
fn allow_of_size(size: usize) -> Arc<StoredDocument> {
    let sid = "a".repeat(size - ALLOW.len() - r#""Sid":"","#.len());
    let text = ALLOW.replacen(r#""Effect""#, &format!(r#""Sid":"{sid}","Effect""#), 1);
    let document = StoredDocument::new(&text, PolicyType::IdentityBasedPolicy);
    assert_eq!(document.size(), size);
    Arc::new(document)
}

fn add_user(account: &mut Account, name: &str) {
    let new = NewUser {
        name: UserName::new(name).unwrap(),
        path: Path::root(),
        permissions_boundary: None,
        tags: Vec::new(),
    };
    account.create_user(new, creation(&format!("AIDA{name}"))).unwrap();
}

fn add_group(account: &mut Account, name: &str) {
    account
        .create_group(
            Path::root(),
            GroupName::new(name).unwrap(),
            creation(&format!("AGPA{name}")),
        )
        .unwrap();
}

fn new_role(name: &str, path: &str) -> NewRole {
    NewRole {
        name: RoleName::new(name).unwrap(),
        path: Path::new(path).unwrap(),
        trust_policy: Arc::new(StoredDocument::new(TRUST, PolicyType::TrustPolicy)),
        description: None,
        max_session_duration: MaxSessionDuration::default(),
        permissions_boundary: None,
        tags: Vec::new(),
    }
}

fn add_role(account: &mut Account, name: &str) {
    account
        .create_role(new_role(name, "/"), creation(&format!("AROA{name}")))
        .unwrap();
}

fn add_policy(account: &mut Account, name: &str) -> PolicyArn {
    let new = NewManagedPolicy {
        name: PolicyName::new(name).unwrap(),
        path: Path::root(),
        document: allow(),
        description: None,
        tags: Vec::new(),
    };
    account
        .create_policy(new, creation(&format!("ANPA{name}")))
        .unwrap()
        .arn()
        .clone()
}

#[track_caller]
fn refused<T>(result: Result<T, EntityError>, kind: EntityErrorKind, message: &str) {
    let error = result.err().expect("AWS refuses this");
    assert_eq!((error.kind(), error.message()), (kind, message));
}

#[test]
fn names_are_unique_in_any_case_and_each_kind_has_its_own() {
    let mut account = account();
    add_user(&mut account, "Alice");
    add_group(&mut account, "Alice");
    add_role(&mut account, "Alice");
    assert_eq!(
        account.user("aLICE").unwrap().arn(),
        "arn:aws:iam::111122223333:user/Alice"
    );
    let again = NewUser {
        name: UserName::new("alice").unwrap(),
        path: Path::new("/elsewhere/").unwrap(),
        permissions_boundary: None,
        tags: Vec::new(),
    };
    refused(
        account.create_user(again, creation("AIDA2")),
        EntityErrorKind::EntityAlreadyExists,
        "User with name alice already exists.",
    );
    refused(
        account.user("bob"),
        EntityErrorKind::NoSuchEntity,
        "The user with name bob cannot be found.",
    );
}

#[test]
fn a_user_is_deleted_when_nothing_is_left_of_it() {
    let mut account = account();
    add_user(&mut account, "alice");
    add_group(&mut account, "admins");
    let policy = add_policy(&mut account, "p");
    let alice = PolicyHolder::User("alice");
    account.put_permissions_boundary(alice, &policy).unwrap();
    account.add_user_to_group("admins", "alice").unwrap();
    account.attach_policy(alice, &policy).unwrap();
    account
        .put_inline_policy(alice, PolicyName::new("inline").unwrap(), allow())
        .unwrap();
    let device = account
        .create_virtual_mfa_device(&Path::root(), &VirtualMfaDeviceName::new("phone").unwrap())
        .unwrap();
    account.enable_mfa_device("alice", device.clone(), time()).unwrap();
    let status = CredentialStatus::Active;
    let credential = ServiceSpecificCredential {
        id: UniqueId::new("ACCA1").unwrap(),
        service: "codecommit.amazonaws.com".into(),
        service_user_name: "alice-at-111122223333".into(),
        status,
        create_date: time(),
        expiration_date: None,
    };
    account.create_service_specific_credential("alice", credential).unwrap();
    let key = SshPublicKey {
        id: UniqueId::new("APKA1").unwrap(),
        body: "ssh-rsa AAAA".into(),
        fingerprint: "00:11".into(),
        status,
        upload_date: time(),
    };
    account.upload_ssh_public_key("alice", key).unwrap();
    let certificate = SigningCertificate {
        id: UniqueId::new("C1").unwrap(),
        body: "PEM".into(),
        status,
        upload_date: time(),
    };
    account.upload_signing_certificate("alice", certificate).unwrap();
    account
        .create_access_key("alice", AccessKeyId::new("AKIAIOSFODNN7EXAMPLE").unwrap(), time())
        .unwrap();
    let profile = LoginProfile {
        create_date: time(),
        password_reset_required: true,
    };
    account.create_login_profile("alice", profile).unwrap();

    let conflict = |account: &mut Account, what: &str| {
        let message = format!("Cannot delete entity, must {what} first.");
        refused(account.delete_user("alice"), EntityErrorKind::DeleteConflict, &message);
    };
    conflict(&mut account, "delete login profile");
    account.delete_login_profile("alice").unwrap();
    conflict(&mut account, "delete access keys");
    account.delete_access_key("alice", "AKIAIOSFODNN7EXAMPLE").unwrap();
    conflict(&mut account, "delete signing certificates");
    account.delete_signing_certificate("alice", "C1").unwrap();
    conflict(&mut account, "delete SSH public keys");
    account.delete_ssh_public_key("alice", "APKA1").unwrap();
    conflict(&mut account, "delete service specific credentials");
    account.delete_service_specific_credential("alice", "ACCA1").unwrap();
    conflict(&mut account, "delete MFA device");
    account.deactivate_mfa_device("alice", device.as_str()).unwrap();
    conflict(&mut account, "delete policies");
    account.delete_inline_policy(alice, "inline").unwrap();
    conflict(&mut account, "detach all policies");
    account.detach_policy(alice, &policy).unwrap();
    conflict(&mut account, "remove users from group");
    account.remove_user_from_group("admins", "alice").unwrap();
    // The permissions boundary goes with the user.
    account.delete_user("alice").unwrap();
    refused(
        account.delete_user("alice"),
        EntityErrorKind::NoSuchEntity,
        "The user with name alice cannot be found.",
    );
}

#[test]
fn groups_and_roles_are_deleted_when_nothing_depends_on_them() {
    let mut account = account();
    add_user(&mut account, "alice");
    add_group(&mut account, "admins");
    add_role(&mut account, "app");
    account.add_user_to_group("ADMINS", "alice").unwrap();
    refused(
        account.delete_group("admins"),
        EntityErrorKind::DeleteConflict,
        "Cannot delete entity, must remove users from group first.",
    );
    account.remove_user_from_group("admins", "alice").unwrap();
    account.delete_group("admins").unwrap();

    let profile = InstanceProfileName::new("app").unwrap();
    account
        .create_instance_profile(Path::root(), profile, creation("AIPA1"))
        .unwrap();
    account.add_role_to_instance_profile("app", "App").unwrap();
    refused(
        account.delete_role("app"),
        EntityErrorKind::DeleteConflict,
        "Cannot delete entity, must remove roles from instance profile first.",
    );
    refused(
        account.delete_instance_profile("app"),
        EntityErrorKind::DeleteConflict,
        "Cannot delete entity, must remove roles from instance profile first.",
    );
    add_role(&mut account, "second");
    refused(
        account.add_role_to_instance_profile("app", "second"),
        EntityErrorKind::LimitExceeded,
        "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    );
    account.remove_role_from_instance_profile("app", "app").unwrap();
    account.delete_role("app").unwrap();
    account.delete_instance_profile("app").unwrap();
}

#[test]
fn a_managed_policy_has_up_to_five_versions_and_its_ids_are_not_used_again() {
    let mut account = account();
    let policy = add_policy(&mut account, "p");
    for expected in ["v2", "v3", "v4", "v5"] {
        let id = account.create_policy_version(&policy, allow(), time(), false).unwrap();
        assert_eq!(id.to_string(), expected);
    }
    refused(
        account.create_policy_version(&policy, allow(), time(), false),
        EntityErrorKind::LimitExceeded,
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
         version.",
    );
    let version = |text| PolicyVersionId::new(text).unwrap();
    refused(
        account.delete_policy_version(&policy, version("v1")),
        EntityErrorKind::DeleteConflict,
        "Cannot delete the default version of a policy.",
    );
    account.delete_policy_version(&policy, version("v5")).unwrap();
    assert_eq!(
        account.create_policy_version(&policy, allow(), time(), true).unwrap(),
        version("v6")
    );
    assert_eq!(
        account.managed_policy(&policy).unwrap().default_version(),
        version("v6")
    );
    account.set_default_policy_version(&policy, version("v2")).unwrap();
    refused(
        account.set_default_policy_version(&policy, version("v5")),
        EntityErrorKind::NoSuchEntity,
        "Policy arn:aws:iam::111122223333:policy/p version v5 does not exist or is not attachable.",
    );
}

#[test]
fn a_managed_policy_is_deleted_when_nobody_has_it_and_one_version_is_left() {
    let mut account = account();
    let policy = add_policy(&mut account, "p");
    add_role(&mut account, "r");
    let version = account.create_policy_version(&policy, allow(), time(), false).unwrap();
    account
        .put_permissions_boundary(PolicyHolder::Role("r"), &policy)
        .unwrap();
    let attached = "Cannot delete a policy attached to entities.";
    refused(
        account.delete_policy(&policy),
        EntityErrorKind::DeleteConflict,
        attached,
    );
    account.delete_permissions_boundary(PolicyHolder::Role("r")).unwrap();
    account.attach_policy(PolicyHolder::Role("r"), &policy).unwrap();
    refused(
        account.delete_policy(&policy),
        EntityErrorKind::DeleteConflict,
        attached,
    );
    assert_eq!(
        account.entities_for_policy(&policy).collect::<Vec<_>>(),
        ["arn:aws:iam::111122223333:role/r"]
    );
    account.detach_policy(PolicyHolder::Role("r"), &policy).unwrap();
    assert_eq!(
        account.delete_policy(&policy).unwrap_err().kind(),
        EntityErrorKind::DeleteConflict
    );
    account.delete_policy_version(&policy, version).unwrap();
    account.delete_policy(&policy).unwrap();
    assert!(account.managed_policy(&policy).is_none());
}

#[test]
fn attaching_twice_is_once_and_detaching_what_is_not_attached_is_refused() {
    let mut account = account();
    add_user(&mut account, "alice");
    let alice = PolicyHolder::User("alice");
    let policy = add_policy(&mut account, "p");
    account.attach_policy(alice, &policy).unwrap();
    account.attach_policy(alice, &policy).unwrap();
    account.detach_policy(alice, &policy).unwrap();
    refused(
        account.detach_policy(alice, &policy),
        EntityErrorKind::NoSuchEntity,
        "Policy arn:aws:iam::111122223333:policy/p was not found.",
    );
    for n in 0..10 {
        let policy = add_policy(&mut account, &format!("p{n}"));
        account.attach_policy(alice, &policy).unwrap();
    }
    refused(
        account.attach_policy(alice, &policy),
        EntityErrorKind::LimitExceeded,
        "Cannot exceed quota for PoliciesPerUser: 10",
    );
    account.quotas_mut().raise(Quota::PoliciesPerUser, 20).unwrap();
    account.attach_policy(alice, &policy).unwrap();
    let service = PolicyArn::new("arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy").unwrap();
    refused(
        account.attach_policy(alice, &service),
        EntityErrorKind::PolicyNotAttachable,
        "Cannot attach a Service Role Policy to a Customer Role.",
    );
    let absent = PolicyArn::new("arn:aws:iam::111122223333:policy/absent").unwrap();
    refused(
        account.attach_policy(alice, &absent),
        EntityErrorKind::NoSuchEntity,
        "Policy arn:aws:iam::111122223333:policy/absent does not exist or is not attachable.",
    );
}

#[test]
fn inline_policies_count_together_and_replace_by_name() {
    let mut account = account();
    add_user(&mut account, "alice");
    let alice = PolicyHolder::User("alice");
    let name = |text| PolicyName::new(text).unwrap();
    account
        .put_inline_policy(alice, name("a"), allow_of_size(1_024))
        .unwrap();
    account
        .put_inline_policy(alice, name("b"), allow_of_size(1_024))
        .unwrap();
    refused(
        account.put_inline_policy(alice, name("c"), allow()),
        EntityErrorKind::LimitExceeded,
        "Maximum policy size of 2048 bytes exceeded for user alice",
    );
    account.put_inline_policy(alice, name("b"), allow()).unwrap();
    account.put_inline_policy(alice, name("c"), allow()).unwrap();
    refused(
        account.delete_inline_policy(alice, "d"),
        EntityErrorKind::NoSuchEntity,
        "The user policy with name d cannot be found.",
    );
    let broken = Arc::new(StoredDocument::new("{", PolicyType::IdentityBasedPolicy));
    refused(
        account.put_inline_policy(alice, name("d"), broken),
        EntityErrorKind::MalformedPolicyDocument,
        "Syntax errors in policy.",
    );
}

#[test]
fn a_trust_policy_has_2048_characters_unless_aws_raised_it() {
    let mut account = account();
    let long = TRUST.replacen(r#""Effect""#, &format!(r#""Sid":"{}","Effect""#, "a".repeat(2_048)), 1);
    let document = Arc::new(StoredDocument::new(&long, PolicyType::TrustPolicy));
    add_role(&mut account, "r");
    refused(
        account.update_assume_role_policy("r", Arc::clone(&document)),
        EntityErrorKind::LimitExceeded,
        "Cannot exceed quota for ACLSizePerRole: 2048",
    );
    account.quotas_mut().raise(Quota::AssumeRolePolicySize, 4_096).unwrap();
    account.update_assume_role_policy("r", document).unwrap();
}

#[test]
fn only_aws_changes_a_service_linked_role() {
    let mut account = account();
    let path = "/aws-service-role/support.amazonaws.com/";
    let role = new_role("AWSServiceRoleForSupport", path);
    assert!(account.create_role(role.clone(), creation("AROA1")).is_err());
    account
        .create_service_linked_role(role.clone(), creation("AROA1"))
        .unwrap();
    refused(
        account.create_service_linked_role(role, creation("AROA2")),
        EntityErrorKind::InvalidInput,
        "Service role name AWSServiceRoleForSupport has been taken in this account, please try a different suffix.",
    );
    let protected = "Cannot perform the operation on the protected role 'AWSServiceRoleForSupport' - this role is \
                     only modifiable by AWS";
    refused(
        account.delete_role("awsserviceroleforsupport"),
        EntityErrorKind::UnmodifiableEntity,
        protected,
    );
    let holder = PolicyHolder::Role("AWSServiceRoleForSupport");
    refused(
        account.put_inline_policy(holder, PolicyName::new("x").unwrap(), allow()),
        EntityErrorKind::UnmodifiableEntity,
        protected,
    );
    account.delete_service_linked_role("AWSServiceRoleForSupport").unwrap();
}

#[test]
fn a_renamed_user_keeps_its_id_its_device_and_its_groups() {
    let mut account = account();
    add_user(&mut account, "alice");
    add_user(&mut account, "bob");
    add_group(&mut account, "admins");
    account.add_user_to_group("admins", "alice").unwrap();
    let name = VirtualMfaDeviceName::new("phone").unwrap();
    let device = account.create_virtual_mfa_device(&Path::root(), &name).unwrap();
    account.enable_mfa_device("alice", device.clone(), time()).unwrap();
    let new_name = || Some(UserName::new("Carol").unwrap());
    account
        .update_user("alice", Some(Path::new("/x/").unwrap()), new_name())
        .unwrap();
    let carol = account.user("carol").unwrap();
    assert_eq!(
        (carol.arn(), carol.id().as_str()),
        ("arn:aws:iam::111122223333:user/x/Carol", "AIDAalice")
    );
    assert_eq!(account.users_in_group("admins").count(), 1);
    assert_eq!(
        account.virtual_mfa_devices()[&device].user().map(UserName::as_str),
        Some("Carol")
    );
    refused(
        account.delete_virtual_mfa_device(device.as_str()),
        EntityErrorKind::DeleteConflict,
        "MFA VirtualDevice in use. Must deactivate first.",
    );
    refused(
        account.update_user("bob", None, new_name()),
        EntityErrorKind::EntityAlreadyExists,
        "User with name Carol already exists.",
    );
    account
        .update_group("admins", None, Some(GroupName::new("Admins2").unwrap()))
        .unwrap();
    assert_eq!(account.users_in_group("admins2").count(), 1);
    assert_eq!(account.users_in_group("admins").count(), 0);
}

#[test]
fn a_third_access_key_and_an_eleventh_group_are_too_many() {
    let mut account = account();
    add_user(&mut account, "alice");
    for n in 0..2 {
        let id = AccessKeyId::new(&format!("AKIAIOSFODNN7EXAMPL{n}")).unwrap();
        account.create_access_key("alice", id, time()).unwrap();
    }
    let third = AccessKeyId::new("AKIAIOSFODNN7EXAMPL9").unwrap();
    refused(
        account.create_access_key("alice", third, time()),
        EntityErrorKind::LimitExceeded,
        "Cannot exceed quota for AccessKeysPerUser: 2",
    );
    for n in 0..11 {
        add_group(&mut account, &format!("g{n}"));
    }
    for n in 0..10 {
        account.add_user_to_group(&format!("g{n}"), "alice").unwrap();
    }
    account.add_user_to_group("g3", "alice").unwrap();
    refused(
        account.add_user_to_group("g10", "alice"),
        EntityErrorKind::LimitExceeded,
        "Cannot exceed quota for GroupsPerUser: 10",
    );
}

#[test]
fn identity_providers_are_unique_by_arn() {
    let mut account = account();
    let url = "https://token.actions.githubusercontent.com";
    let arn = account.create_open_id_connect_provider(url).unwrap();
    assert!(account.has_identity_provider(&arn));
    refused(
        account.create_open_id_connect_provider(url),
        EntityErrorKind::EntityAlreadyExists,
        "Provider with url https://token.actions.githubusercontent.com already exists.",
    );
    account.delete_open_id_connect_provider(&arn).unwrap();
    assert!(!account.has_identity_provider(&arn));
    let name = || SamlProviderName::new("Okta").unwrap();
    assert_eq!(
        account.create_saml_provider(name(), "short").unwrap_err().kind(),
        EntityErrorKind::ValidationError
    );
    let arn = account.create_saml_provider(name(), &"x".repeat(1_000)).unwrap();
    assert_eq!(&*arn, "arn:aws:iam::111122223333:saml-provider/Okta");
}

#[test]
fn the_policies_of_a_user_are_its_own_and_those_of_its_groups() {
    let mut account = account();
    add_user(&mut account, "alice");
    add_group(&mut account, "admins");
    let policy = add_policy(&mut account, "managed");
    account.attach_policy(PolicyHolder::Group("admins"), &policy).unwrap();
    account
        .put_inline_policy(PolicyHolder::User("alice"), PolicyName::new("inline").unwrap(), allow())
        .unwrap();
    account.add_user_to_group("admins", "alice").unwrap();
    let alice = account.user("alice").unwrap();
    let applied: Vec<String> = account.user_policies(alice).iter().map(ToString::to_string).collect();
    assert_eq!(
        applied,
        [
            "inline policy `inline` of arn:aws:iam::111122223333:user/alice",
            "managed policy arn:aws:iam::111122223333:policy/managed attached to \
             arn:aws:iam::111122223333:group/admins",
        ]
    );
}

#[test]
fn there_is_one_alias_and_one_password_policy() {
    let mut account = account();
    refused(
        account.password_policy().map(drop),
        EntityErrorKind::NoSuchEntity,
        "The Password Policy with domain name 111122223333 cannot be found.",
    );
    account.update_account_password_policy(PasswordPolicy::default());
    account.delete_account_password_policy().unwrap();
    let alias = AccountAlias::new("acme").unwrap();
    assert!(account.delete_account_alias(&alias).is_err());
    account.create_account_alias(alias.clone());
    account.delete_account_alias(&alias).unwrap();
    assert_eq!(account.alias(), None);
}
