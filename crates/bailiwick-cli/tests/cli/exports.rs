//! Folders of exports with faults: what can be answered is, and the exit code says that something is missing.

use std::fs;
use std::path::Path;

use crate::command::{Ended, copy_of_acme, edit, folder, root, run, text};

const ERRORS: &str = "testdata/cli/organization_with_errors";

fn list_buckets(principal: &str, org: &str) -> Ended {
    run(&["can", principal, "s3:ListAllMyBuckets", "*", "--org", org])
}

/// 7.1 of testdata/acme.
fn devon_passes_a_role(org: &Path) -> Ended {
    run(&[
        "can",
        "arn:aws:iam::444455556666:user/devon",
        "iam:PassRole",
        "arn:aws:iam::444455556666:role/lambda-migration-admin",
        "--context",
        "iam:PassedToService=lambda.amazonaws.com",
        "--org",
        &text(org),
    ])
}

/// 6.1 of testdata/acme, with the region.
fn anonymous_reads_the_press_kit(org: &Path) -> Ended {
    run(&[
        "can",
        "anonymous",
        "s3:GetObject",
        "arn:aws:s3:::acme-press-kit/logo.png",
        "--org",
        &text(org),
    ])
}

#[track_caller]
fn unanswered(ended: &Ended, code: i32, says: &str) {
    assert_eq!(ended.code, code, "{ended:?}");
    assert_eq!(ended.stdout, "", "an error is no answer");
    assert!(ended.stderr.contains(says), "{}", ended.stderr);
}

#[test]
fn a_user_whose_policy_is_broken_gets_an_error_that_names_the_policy_and_its_place() {
    let ended = list_buckets("arn:aws:iam::111111111111:user/bob", ERRORS);
    unanswered(
        &ended,
        2,
        "inline policy `read-reports` of arn:aws:iam::111111111111:user/bob cannot be used",
    );
    let last = ended.stderr.lines().last().unwrap();
    assert!(last.contains("accounts/111111111111.gaad.json:46:48: "), "{last}");
}

#[test]
fn others_are_answered_and_the_exit_code_says_that_something_is_missing() {
    let ended = list_buckets("arn:aws:iam::111111111111:user/alice", ERRORS);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("ALLOWED\n"));
    for problem in [
        "error: accounts/111111111111.gaad.json:46:48: ",
        "error: accounts/222222222222.gaad.json:7:13: ",
        "error: accounts/333333333333.gaad.json:15:",
        "^^^^^^^^^^",
    ] {
        assert!(ended.stderr.contains(problem), "{problem}: {}", ended.stderr);
    }
}

#[test]
fn files_that_are_no_exports_are_ignored() {
    let org = copy_of_acme("exports_other_files");
    fs::write(org.join("README.md"), "not an export").unwrap();
    fs::write(org.join("backup.json"), "{").unwrap();
    fs::write(org.join("accounts/notes.txt"), [0xff]).unwrap();
    fs::write(org.join("accounts/444455556666.json"), "{").unwrap();
    fs::create_dir(org.join("accounts/old")).unwrap();
    let ended = devon_passes_a_role(&org);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(ended.stdout.starts_with("ALLOWED\n"));
}

#[test]
fn a_truncated_export_does_not_keep_other_accounts_from_being_answered() {
    let org = copy_of_acme("exports_truncated");
    let path = org.join("accounts/333344445555.gaad.json");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let ended = devon_passes_a_role(&org);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("ALLOWED\n"));
    assert!(ended.stderr.contains("accounts/333344445555.gaad.json:"));
    assert!(ended.stderr.contains('^'));
}

#[test]
fn a_policy_of_a_group_concerns_its_members_only() {
    let org = copy_of_acme("exports_group_policy");
    edit(
        &org.join("accounts/444455556666.gaad.json"),
        r#""Sid": "PassAnyRole","#,
        r#""Sid": "PassAnyRole", "Efect": "Allow","#,
    );
    unanswered(&devon_passes_a_role(&org), 2, "policy/developer-tools");
    let ended = anonymous_reads_the_press_kit(&org);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("`Efect`"));
}

#[test]
fn a_broken_scp_leaves_the_accounts_below_it_without_an_answer() {
    let org = copy_of_acme("exports_scp");
    edit(
        &org.join("org.json"),
        r#""Sid": "DenyCustomerBuckets","#,
        r#""Sid": 5,"#,
    );
    // Attached to Dev: devon is there, grace is not.
    unanswered(&devon_passes_a_role(&org), 2, "no-customer-data-in-dev");
    let grace = list_buckets("arn:aws:iam::111122223333:user/grace", &text(&org));
    assert_eq!(grace.code, 3, "{}", grace.stderr);
    assert!(grace.stdout.starts_with("DENIED"));
}

#[test]
fn a_broken_bucket_policy_leaves_the_bucket_without_an_answer() {
    let org = copy_of_acme("exports_bucket_policy");
    edit(
        &org.join("accounts/444455556666.resources.json"),
        r#""Sid": "PublicRead","#,
        r#""Sid": "PublicRead", "Efect": "Allow","#,
    );
    unanswered(&anonymous_reads_the_press_kit(&org), 2, "acme-press-kit");
    assert_eq!(devon_passes_a_role(&org).code, 3);
}

#[test]
fn a_folder_without_accounts_holds_what_it_holds() {
    let org = copy_of_acme("exports_no_accounts");
    fs::remove_dir_all(org.join("accounts")).unwrap();
    unanswered(&devon_passes_a_role(&org), 3, "444455556666");
}

#[test]
fn a_folder_without_exports_is_no_organization() {
    unanswered(
        &devon_passes_a_role(&folder("exports_none")),
        2,
        "there are no exports in ",
    );
    unanswered(&devon_passes_a_role(Path::new("no-such-folder")), 2, "no-such-folder");
}

#[test]
fn a_folder_where_a_file_is_expected_is_said() {
    let org = copy_of_acme("exports_folder_as_file");
    fs::create_dir(org.join("accounts/999999999999.gaad.json")).unwrap();
    let ended = devon_passes_a_role(&org);
    assert_ne!(ended.code, 0);
    assert!(ended.stderr.contains("999999999999.gaad.json"), "{}", ended.stderr);
}

#[test]
fn an_empty_export_is_said() {
    let org = copy_of_acme("exports_empty");
    fs::write(org.join("accounts/555566667777.gaad.json"), "").unwrap();
    let ended = devon_passes_a_role(&org);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("ALLOWED\n"));
    assert!(
        ended
            .stderr
            .contains("accounts/555566667777.gaad.json:1:1: the file is empty")
    );
}

#[test]
fn an_export_that_is_no_text_is_said() {
    let org = copy_of_acme("exports_latin_1");
    fs::write(
        org.join("accounts/555566667777.gaad.json"),
        b"{\"UserDetailList\": \"\xe9\"}",
    )
    .unwrap();
    let ended = devon_passes_a_role(&org);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("accounts/555566667777.gaad.json:"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_byte_order_mark_and_carriage_returns_change_nothing() {
    let org = copy_of_acme("exports_bom");
    let plain = devon_passes_a_role(&org);
    for file in [
        "org.json",
        "accounts/444455556666.gaad.json",
        "accounts/444455556666.resources.json",
    ] {
        let path = org.join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    }
    let ended = devon_passes_a_role(&org);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(ended.stdout, plain.stdout);
}

#[test]
fn more_problems_than_people_read_are_counted() {
    let org = copy_of_acme("exports_many_problems");
    // The accounts are in no organization; with one, that would be the first that is said of each.
    fs::remove_file(org.join("org.json")).unwrap();
    let broken = fs::read_to_string(root().join(ERRORS).join("accounts/111111111111.gaad.json")).unwrap();
    for account in 0..30 {
        let id = format!("{:012}", 600_000_000_000_u64 + account);
        let path = org.join(format!("accounts/{id}.gaad.json"));
        fs::write(path, broken.replace("111111111111", &id)).unwrap();
    }
    let ended = devon_passes_a_role(&org);
    assert_eq!(ended.code, 3);
    assert_eq!(ended.stderr.matches("`IpAdress`").count(), 20);
    assert!(ended.stderr.ends_with("and 10 more problems\n"), "{}", ended.stderr);
}
