//! The worked organization of `testdata/acme` is read without a problem.

use bailiwick_model::{
    Environment, ImportFile, OrganizationPolicyType, Uncached, import_account_authorization_details,
    import_credential_report, import_organization, import_resources,
};

macro_rules! file {
    ($($part:literal),+) => {
        ImportFile {
            name: concat!($($part),+),
            bytes: include_bytes!(concat!("../../../testdata/acme/", $($part),+)),
        }
    };
}

macro_rules! accounts {
    ($($id:literal),*) => {
        [$((
            file!("accounts/", $id, ".gaad.json"),
            file!("accounts/", $id, ".resources.json"),
            file!("accounts/", $id, ".credential-report.csv"),
        )),*]
    };
}

#[test]
fn acme_is_read_whole_and_every_policy_of_it_can_be_used() {
    let mut environment = Environment::new();
    let files = accounts![
        "111122223333",
        "222233334444",
        "333344445555",
        "444455556666",
        "555566667777"
    ];
    for (export, resources, report) in files {
        environment.add_resources(import_resources(resources.name, resources.bytes, &Uncached));
        let import = import_account_authorization_details(&[export], None, &Uncached);
        environment.add_problems(import.problems);
        let mut account = import.account.expect("the export names its account");
        environment.add_problems(import_credential_report(report.name, report.bytes, &mut account));
        environment.add_account(account);
    }
    let file = file!("org.json");
    let import = import_organization(file.name, file.bytes, &Uncached);
    environment.add_problems(import.problems);
    let organization = import.organization.expect("acme has an organization");

    assert_eq!(environment.problems(), []);
    for account in environment.accounts() {
        let users = account.users().iter().flat_map(|user| account.user_policies(user));
        let roles = account.roles().iter().flat_map(|role| account.role_policies(role));
        let trust = account.roles().iter().map(|role| role.trust_policy());
        for applied in users.chain(roles).chain(trust) {
            assert_eq!(applied.policy().err(), None);
        }
        for policy_type in [
            OrganizationPolicyType::ServiceControlPolicy,
            OrganizationPolicyType::ResourceControlPolicy,
        ] {
            let levels = organization
                .levels(account.id(), policy_type)
                .expect("the account is in the organization");
            assert!(levels.iter().all(|level| !level.policies.is_empty()));
        }
    }
}
