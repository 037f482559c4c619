use super::*;
use crate::document::Uncached;
use crate::import::{ImportFile, import_account_authorization_details};

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info";
const ROOT: &str = "<root_account>,arn:aws:iam::111122223333:root,2020-04-20T08:00:00+00:00,not_supported,\
no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,N/A";
const ALICE: &str = "alice,arn:aws:iam::111122223333:user/alice,2021-05-03T09:30:00+00:00,TRUE,\
2026-10-30T09:31:00+00:00,2026-07-01T08:00:12+00:00,N/A,false,true,2026-06-15T10:12:00+00:00,\
2026-10-31T16:20:00+00:00,eu-west-1,lambda,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,N/A";

fn account() -> Account {
    let text = br#"{"UserDetailList": [{"UserName": "alice", "UserId": "AIDA1", "Arn": "arn:aws:iam::111122223333:user/alice"}]}"#;
    let file = ImportFile {
        name: "gaad.json",
        bytes: text,
    };
    import_account_authorization_details(&[file], None, &Uncached)
        .account
        .unwrap()
}

fn import(text: &str) -> (Account, Vec<String>) {
    let mut account = account();
    let problems = import_credential_report("r.csv", text.as_bytes(), &mut account);
    (account, problems.iter().map(ToString::to_string).collect())
}

#[test]
fn rows_are_read_with_their_types() {
    let (account, problems) = import(&format!("{HEADER}\n{ROOT}\r\n{ALICE}\n"));
    assert_eq!(problems, [""; 0]);
    let report = account.credential_report().unwrap();
    let root = report.root().unwrap();
    assert_eq!((root.password_enabled, root.mfa_active), (None, true));
    assert_eq!(root.password_last_used, ReportTime::NoInformation);
    assert_eq!(root.password_last_changed, ReportTime::NotSupported);
    let alice = report.user("Alice").unwrap();
    assert_eq!((alice.password_enabled, alice.mfa_active), (Some(true), false));
    let [first, second] = &alice.access_keys;
    assert_eq!((first.active, second.active), (true, false));
    assert_eq!(first.last_used_date.time().unwrap().to_string(), "2026-10-31T16:20:00Z");
    assert_eq!(first.last_used_service.as_deref(), Some("lambda"));
    assert_eq!(second.last_used_region, None);
}

#[test]
fn the_older_report_without_the_last_column_is_read() {
    let older = |row: &str| row.rsplit_once(',').unwrap().0.to_owned();
    let (account, problems) = import(&[HEADER, ROOT, ALICE].map(older).join("\n"));
    assert_eq!(problems, [""; 0]);
    assert_eq!(account.credential_report().unwrap().users().len(), 1);
}

#[test]
fn a_wrong_row_costs_itself_only() {
    let wrong = ALICE.replace("TRUE", "maybe");
    let short = "bob,arn:aws:iam::111122223333:user/bob";
    let (account, problems) = import(&format!("{HEADER}\n{ROOT}\n{wrong}\n{short}\n"));
    assert_eq!(
        problems,
        [
            "r.csv:3:1: alice: `password_enabled` is `maybe`, which is neither true nor false",
            "r.csv:4:1: bob: the row ends before column `user_creation_time`",
        ]
    );
    assert!(account.credential_report().unwrap().root().is_some());
}

#[test]
fn a_user_whom_the_export_lacks_is_reported() {
    let (_, problems) = import(&format!("{HEADER}\n{}\n", ALICE.replace("alice", "carol")));
    let message = "r.csv:2:1: arn:aws:iam::111122223333:user/carol: the credential report has a user that the account's \
                   export lacks";
    assert_eq!(problems, [message]);
}

#[test]
fn what_is_no_credential_report_is_said_to_be_none() {
    let (account, problems) = import("a,b\n1,2\n");
    assert_eq!(
        problems,
        ["r.csv:1:1: this is not a credential report: there is no column `user`"]
    );
    assert!(account.credential_report().is_none());
    assert_eq!(import("").1, ["r.csv:1:1: the file is empty"]);
}
