use bailiwick_grammar::{Position, Severity};

use super::*;
use crate::document::Uncached;
use crate::record::{AppliedPolicy, BrokenPolicyReason};

const ALLOW: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}]}"#;

fn import(text: &str) -> AccountImport {
    let file = ImportFile {
        name: "gaad.json",
        bytes: text.as_bytes(),
    };
    import_account_authorization_details(&[file], None, &Uncached)
}

fn account(text: &str) -> Account {
    let import = import(text);
    assert_eq!(import.problems, []);
    import.account.unwrap()
}

#[track_caller]
fn problems(import: &AccountImport, expected: &[&str]) {
    let found: Vec<String> = import.problems.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

/// A page with these entries.
fn page(users: &str, groups: &str, roles: &str, policies: &str) -> String {
    format!(
        r#"{{"UserDetailList": [{users}], "GroupDetailList": [{groups}], "RoleDetailList": [{roles}], "Policies": [{policies}], "IsTruncated": false}}"#
    )
}

fn user(name: &str, more: &str) -> String {
    format!(
        r#"{{"Path": "/", "UserName": "{name}", "UserId": "AIDA{name}", "Arn": "arn:aws:iam::111122223333:user/{name}", "CreateDate": "2026-01-02T03:04:05+00:00", {more} "GroupList": []}}"#
    )
}

fn role(name: &str, trust: &str, more: &str) -> String {
    format!(
        r#"{{"Path": "/", "RoleName": "{name}", "RoleId": "AROA{name}", "Arn": "arn:aws:iam::111122223333:role/{name}", "CreateDate": "2026-01-02T03:04:05Z", {more} "AssumeRolePolicyDocument": {trust}}}"#
    )
}

fn managed(arn: &str, versions: &str) -> String {
    let name = arn.rsplit('/').next().unwrap();
    format!(
        r#"{{"PolicyName": "{name}", "PolicyId": "ANPA{name}", "Arn": "{arn}", "DefaultVersionId": "v2", "PolicyVersionList": [{versions}], "PermissionsBoundaryUsageCount": null}}"#
    )
}

/// What the command line prints, cut down to one entity of each kind.
const EXPORT: &str = r#"{
    "UserDetailList": [
        {
            "Path": "/team/",
            "UserName": "Alice",
            "UserId": "AIDAWJDXAOVI2A5WATHZF",
            "Arn": "arn:aws:iam::111122223333:user/team/Alice",
            "CreateDate": "2022-01-10T11:00:00+00:00",
            "UserPolicyList": [
                {
                    "PolicyName": "inline",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
                    }
                }
            ],
            "GroupList": ["Admins"],
            "AttachedManagedPolicies": [],
            "PermissionsBoundary": {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/boundary"
            },
            "Tags": [{"Key": "Team", "Value": "data"}, {"Key": "aws:cloudformation:stack-name", "Value": "s"}]
        }
    ],
    "GroupDetailList": [
        {
            "Path": "/",
            "GroupName": "Admins",
            "GroupId": "AGPAWJDXAOVI2A5WATHZF",
            "Arn": "arn:aws:iam::111122223333:group/Admins",
            "CreateDate": "2022-01-10T11:00:00+00:00",
            "GroupPolicyList": [],
            "AttachedManagedPolicies": [
                {"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
            ]
        }
    ],
    "RoleDetailList": [
        {
            "Path": "/",
            "RoleName": "app",
            "RoleId": "AROAWJDXAOVI2A5WATHZF",
            "Arn": "arn:aws:iam::111122223333:role/app",
            "CreateDate": "2022-01-10T11:00:00+00:00",
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
                ]
            },
            "InstanceProfileList": [
                {
                    "Path": "/",
                    "InstanceProfileName": "app-profile",
                    "InstanceProfileId": "AIPAWJDXAOVI2A5WATHZF",
                    "Arn": "arn:aws:iam::111122223333:instance-profile/app-profile",
                    "CreateDate": "2022-01-10T11:00:00+00:00",
                    "Roles": []
                }
            ],
            "RolePolicyList": [],
            "AttachedManagedPolicies": [],
            "Tags": [],
            "RoleLastUsed": {"LastUsedDate": "2026-10-01T00:00:00+00:00", "Region": "eu-west-1"}
        }
    ],
    "Policies": [
        {
            "PolicyName": "boundary",
            "PolicyId": "ANPAWJDXAOVI2A5WATHZF",
            "Arn": "arn:aws:iam::111122223333:policy/boundary",
            "Path": "/",
            "DefaultVersionId": "v2",
            "AttachmentCount": 0,
            "PermissionsBoundaryUsageCount": 1,
            "IsAttachable": true,
            "CreateDate": "2022-01-10T11:00:00+00:00",
            "UpdateDate": "2022-01-10T11:00:00+00:00",
            "PolicyVersionList": [
                {"Document": {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}, "VersionId": "v1", "IsDefaultVersion": false},
                {
                    "Document": {
                        "Version": "2012-10-17",
                        "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}
                    },
                    "VersionId": "v2",
                    "IsDefaultVersion": true,
                    "CreateDate": "2022-01-10T11:00:00+00:00"
                }
            ]
        },
        {
            "PolicyName": "AdministratorAccess",
            "PolicyId": "ANPAIWMBCKSKIEE64ZLYK",
            "Arn": "arn:aws:iam::aws:policy/AdministratorAccess",
            "Path": "/",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [
                {
                    "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
                    "VersionId": "v1",
                    "IsDefaultVersion": true
                }
            ]
        }
    ]
}"#;

#[test]
fn an_export_of_the_command_line_is_read_whole() {
    let account = account(EXPORT);
    let alice = account.user("alice").unwrap();
    assert_eq!(alice.arn(), "arn:aws:iam::111122223333:user/team/Alice");
    assert_eq!(alice.tags().get("team"), Some("data"));
    assert_eq!(alice.create_date().unwrap().to_string(), "2022-01-10T11:00:00Z");
    let applied = account.user_policies(alice);
    assert_eq!(
        applied.iter().map(AppliedPolicy::name).collect::<Vec<_>>(),
        ["inline", "AdministratorAccess"]
    );
    assert!(applied.iter().all(|applied| applied.policy().is_ok()));
    let place = applied[0]
        .record()
        .unwrap()
        .locate(bailiwick_grammar::Span::at(0))
        .to_string();
    assert_eq!(place, "gaad.json:12:39");
    let boundary = account.permissions_boundary(alice.arn(), alice.permissions_boundary().unwrap());
    assert!(boundary.policy().is_ok());
    let role = account.role("app").unwrap();
    assert!(role.trust_policy().policy().is_ok());
    assert_eq!(role.last_used().unwrap().region.as_deref(), Some("eu-west-1"));
    let profiles: Vec<_> = account
        .instance_profiles_for_role("app")
        .map(|profile| profile.name().as_str())
        .collect();
    assert_eq!(profiles, ["app-profile"]);
}

#[test]
fn documents_are_read_as_json_as_the_api_encodes_them_and_as_strings() {
    let encoded: String = TRUST
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let string = TRUST.replace('"', "\\\"");
    let roles = [
        role("a", TRUST, ""),
        role("b", &format!("\"{encoded}\""), ""),
        role("c", &format!("\"{string}\""), ""),
    ];
    let account = account(&page("", "", &roles.join(","), ""));
    for role in account.roles().iter() {
        assert_eq!(
            role.trust_policy().record().unwrap().document().text(),
            TRUST,
            "{}",
            role.name()
        );
    }
}

#[test]
fn a_plus_sign_of_a_url_encoded_document_is_a_plus_sign() {
    // RFC 3986, unlike HTML forms.
    let trust = r#""%7B%22Version%22%3A%222012-10-17%22%2C%22Id%22%3A%22a+b%22%2C%22Statement%22%3A%5B%5D%7D""#;
    let import = import(&page("", "", &role("a", trust, ""), ""));
    let account = import.account.unwrap();
    let record = account.role("a").unwrap().trust_policy().record().unwrap();
    assert!(record.document().text().contains(r#""a+b""#));
}

#[test]
fn pages_in_one_file_in_a_list_and_in_several_files_are_one_account() {
    let truncated = page(&user("a", ""), "", "", "").replace("false}", "true, \"Marker\": \"x\"}");
    let last = page(&user("b", ""), "", &role("r", TRUST, ""), "");
    let both = ["a", "b"];
    let names = |account: &Account| {
        account
            .users()
            .iter()
            .map(|user| user.name().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&account(&format!("{truncated}\n{last}\n"))), both);
    assert_eq!(names(&account(&format!("[{truncated}, {last}]"))), both);
    assert_eq!(names(&account(&format!("\u{feff}{truncated}{last}{last}"))), both);
    let files = [("1.json", &truncated), ("2.json", &last)];
    let files = files.map(|(name, text)| ImportFile {
        name,
        bytes: text.as_bytes(),
    });
    let import = import_account_authorization_details(&files, None, &Uncached);
    problems(&import, &[]);
    assert_eq!(names(&import.account.unwrap()), both);
    let import = import_account_authorization_details(&files[..1], None, &Uncached);
    assert_eq!(import.problems.len(), 1);
    assert!(import.problems[0].message.contains("the export is incomplete"));
    assert!(import.account.is_some());
}

#[test]
fn a_broken_policy_is_reported_where_it_stands_and_kept_broken() {
    let text = page("", "", &role("a", "{\n  \"Statement\": 7}", ""), "");
    let import = import(&text);
    assert_eq!(import.problems.len(), 1);
    let problem = &import.problems[0];
    assert_eq!(problem.position, Some(Position { line: 2, column: 16 }));
    assert_eq!(problem.span.map(|span| &text[span.range()]), Some("7"));
    assert_eq!(
        problem.entity.as_deref(),
        Some("trust policy of arn:aws:iam::111122223333:role/a")
    );
    let account = import.account.unwrap();
    let broken = account.role("a").unwrap().trust_policy().policy().unwrap_err();
    assert!(matches!(broken.reason(), BrokenPolicyReason::Refused { location, .. } if location.position.line == 2));
}

#[test]
fn a_broken_encoded_policy_is_placed_at_its_string_and_within_the_decoded_text() {
    let text = page("", "", &role("a", r#""%7B%0A%22Statement%22%3A7%7D""#, ""), "");
    let import = import(&text);
    let problem = &import.problems[0];
    assert_eq!(
        problem.span.map(|span| &text[span.range()]),
        Some(r#""%7B%0A%22Statement%22%3A7%7D""#)
    );
    assert!(
        problem.message.contains(", at 2:13 of the decoded document"),
        "{problem}"
    );
}

#[test]
fn a_byte_order_mark_moves_bytes_and_not_columns() {
    let text = format!("\u{feff}{}", page("", "", &role("a", "7", ""), ""));
    let import = import(&text);
    let problem = &import.problems[0];
    assert_eq!(problem.span.map(|span| &text[span.range()]), Some("7"));
    let column = u32::try_from(text.find(": 7}").unwrap()).unwrap() + 2 - 3 + 1;
    assert_eq!(problem.position, Some(Position { line: 1, column }));
}

#[test]
fn a_wrong_entry_costs_itself_only_and_is_remembered_by_its_arn() {
    let wrong_name = user("a b", "");
    let no_name = r#"{"Arn": "arn:aws:iam::111122223333:user/x", "UserId": "AIDA1"}"#;
    let wrong_type = user("c", r#""PermissionsBoundary": 5,"#);
    let text = page(
        &[&user("good", ""), &wrong_name, no_name, &wrong_type, "7"]
            .map(ToString::to_string)
            .join(",\n"),
        "",
        "",
        "",
    );
    let import = import(&text);
    let lines: Vec<_> = import
        .problems
        .iter()
        .map(|problem| problem.position.map(|at| at.line))
        .collect();
    assert_eq!(lines, [Some(2), Some(3), Some(4), Some(5)]);
    assert_eq!(import.problems[1].message, "missing member `UserName`");
    let account = import.account.unwrap();
    assert_eq!(account.users().len(), 1);
    let unreadable: Vec<_> = account.unreadable().keys().map(|arn| &**arn).collect();
    let arn = |name: &str| format!("arn:aws:iam::111122223333:user/{name}");
    assert_eq!(unreadable, [arn("a b"), arn("c"), arn("x")]);
}

#[test]
fn a_wrong_attachment_makes_the_policies_unusable_and_not_fewer() {
    let more = r#""UserPolicyList": [{"PolicyName": "no document"}, {"PolicyName": "ok", "PolicyDocument": "#
        .to_owned()
        + ALLOW
        + r#"}], "AttachedManagedPolicies": [{"PolicyName": "x", "PolicyArn": "nonsense"}],"#;
    let import = import(&page(&user("a", &more), "", "", ""));
    assert_eq!(import.problems.len(), 2);
    let account = import.account.unwrap();
    let applied = account.user_policies(account.user("a").unwrap());
    let usable: Vec<bool> = applied.iter().map(|applied| applied.policy().is_ok()).collect();
    assert_eq!(usable, [true, false, false]);
}

#[test]
fn what_is_named_and_not_there_is_reported_once_and_unusable() {
    let attached =
        r#""AttachedManagedPolicies": [{"PolicyName": "gone", "PolicyArn": "arn:aws:iam::111122223333:policy/gone"}],"#;
    let users = [
        user("a", attached),
        user("b", attached).replace(r#""GroupList": []"#, r#""GroupList": ["ghosts"]"#),
    ];
    let import = import(&page(&users.join(","), "", "", ""));
    let messages: Vec<_> = import.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "arn:aws:iam::111122223333:policy/gone is not in the export; 1 more entity names it",
            "group `ghosts` is not in the export",
        ]
    );
    let account = import.account.unwrap();
    let applied = account.user_policies(account.user("b").unwrap());
    assert_eq!(applied.len(), 2);
    for applied in applied {
        assert_eq!(applied.policy().unwrap_err().reason(), &BrokenPolicyReason::NotInExport);
    }
}

#[test]
fn an_aws_managed_policy_that_the_export_lacks_comes_from_the_catalog() {
    let attached = r#""AttachedManagedPolicies": [{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],"#;
    let import = import(&page(&user("a", attached), "", "", ""));
    assert_eq!(
        import
            .problems
            .iter()
            .map(|problem| problem.severity)
            .collect::<Vec<_>>(),
        [Severity::Warning]
    );
    let account = import.account.unwrap();
    assert!(account.user_policies(account.user("a").unwrap())[0].policy().is_ok());
}

#[test]
fn a_policy_without_its_default_version_is_unusable() {
    let version = format!(r#"{{"VersionId": "v1", "IsDefaultVersion": false, "Document": {ALLOW}}}"#);
    let arn = "arn:aws:iam::111122223333:policy/p";
    let attached = format!(r#""AttachedManagedPolicies": [{{"PolicyName": "p", "PolicyArn": "{arn}"}}],"#);
    let import = import(&page(&user("a", &attached), "", "", &managed(arn, &version)));
    assert_eq!(import.problems.len(), 1);
    assert_eq!(
        import.problems[0].message,
        "the policy's default version v2 is not among its versions"
    );
    let account = import.account.unwrap();
    let applied = account.user_policies(account.user("a").unwrap());
    assert!(matches!(
        applied[0].policy().unwrap_err().reason(),
        BrokenPolicyReason::Unreadable(_)
    ));
}

#[test]
fn a_syntax_error_says_what_was_expected_and_costs_the_rest_of_the_file() {
    let good = page(&user("a", ""), "", "", "");
    let import = import(&format!("{good}\n{{\"UserDetailList\": [,]}}"));
    assert_eq!(import.account.unwrap().users().len(), 1);
    assert_eq!(import.problems.len(), 1);
    let problem = &import.problems[0];
    assert_eq!(problem.position, Some(Position { line: 2, column: 21 }));
    assert!(problem.message.starts_with("the file is not JSON: "), "{problem}");
}

#[test]
fn what_is_no_export_is_said_to_be_none() {
    for (text, expected) in [
        ("", "the file is empty"),
        ("[]", "the export holds no ARN that says which account it is of"),
        ("{}", "this is not what get-account-authorization-details prints"),
        (
            "7",
            "invalid type: integer `7`, expected an object with `UserDetailList`, `RoleDetailList`, …",
        ),
        ("\u{0}", "the file is not JSON: "),
        ("[[]]", "a list stands where none is expected"),
    ] {
        let import = import(text);
        assert!(import.account.is_none(), "{text}");
        assert!(
            import.problems[0].message.starts_with(expected),
            "{text}: {}",
            import.problems[0]
        );
    }
    let file = ImportFile {
        name: "x",
        bytes: b"\xff\xfe{\x00",
    };
    let import = import_account_authorization_details(&[file], None, &Uncached);
    assert_eq!(
        import.problems[0].help.as_deref(),
        Some("the file looks like UTF-16: save it as UTF-8")
    );
}

#[test]
fn an_entity_of_another_account_is_not_taken_for_one_of_this() {
    let other = user("b", "").replace("111122223333", "999988887777");
    let import = import(&page(&format!("{}, {other}", user("a", "")), "", "", ""));
    assert_eq!(import.account.as_ref().unwrap().users().len(), 1);
    assert!(
        import.problems[0]
            .message
            .ends_with("is not of account 111122223333, which this export is of")
    );
    let file = ImportFile {
        name: "x",
        bytes: b"{\"UserDetailList\": []}",
    };
    let import = import_account_authorization_details(&[file], "111122223333".parse().ok(), &Uncached);
    problems(&import, &[]);
    assert!(import.account.unwrap().users().is_empty());
}

#[test]
fn deep_nesting_and_unknown_members_do_no_harm() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let more = format!(r#""New": {deep},"#);
    let account = account(&page(&user("a", &more), "", &role("r", TRUST, &more), ""));
    assert_eq!((account.users().len(), account.roles().len()), (1, 1));
    let import = import(&page("", "", &role("r", &deep, ""), ""));
    assert!(
        import
            .account
            .unwrap()
            .role("r")
            .unwrap()
            .trust_policy()
            .policy()
            .is_err()
    );
}

#[test]
fn quotas_that_aws_may_have_raised_are_not_enforced() {
    let attached: Vec<String> = (0..25)
        .map(|n| format!(r#"{{"PolicyName": "p{n}", "PolicyArn": "arn:aws:iam::111122223333:policy/p{n}"}}"#))
        .collect();
    let more = format!(r#""AttachedManagedPolicies": [{}],"#, attached.join(","));
    let import = import(&page("", "", &role("r", TRUST, &more), ""));
    assert_eq!(
        import.account.unwrap().role("r").unwrap().policies().attached().len(),
        25
    );
}

#[test]
fn two_entries_of_one_arn_that_differ_cannot_be_used_and_the_same_twice_is_nothing() {
    let inline = format!(r#""UserPolicyList": [{{"PolicyName": "p", "PolicyDocument": {ALLOW}}}],"#);
    let (bare, more) = (user("a", ""), user("a", &inline));
    let used = user("a", r#""PasswordLastUsed": "2026-01-02T03:04:05Z","#);
    for users in [format!("{bare}, {bare}"), format!("{bare}, {used}")] {
        assert!(account(&page(&users, "", "", "")).users().get("a").is_some());
    }
    let broken = bare.replace("AIDAa", "!");
    for users in [
        format!("{bare}, {more}"),
        format!("{more}, {bare}, {bare}"),
        format!("{bare}, {broken}, {bare}"),
        format!("{broken}, {bare}"),
    ] {
        let import = import(&page(&users, "", "", ""));
        assert!(import.complete);
        assert!(import.problems.iter().any(ImportProblem::is_error));
        let account = import.account.unwrap();
        assert!(account.users().get("a").is_none(), "{users}");
        assert!(account.unreadable().contains_key("arn:aws:iam::111122223333:user/a"));
    }
    let one = managed(
        "arn:aws:iam::111122223333:policy/p",
        &format!(r#"{{"VersionId": "v2", "Document": {ALLOW}}}"#),
    );
    let import = import(&page("", "", "", &format!("{one}, {}", one.replace("s3:*", "s3:Get*"))));
    let account = import.account.unwrap();
    assert!(account.unreadable().contains_key("arn:aws:iam::111122223333:policy/p"));
    assert_eq!(import.problems.len(), 1);
}

#[test]
fn an_entry_whose_arn_is_lost_makes_the_account_incomplete() {
    let whole = page(&format!("{}, {}", user("a", ""), user("b", "")), "", "", "");
    assert!(import(&whole).complete);
    for (from, to) in [
        ("arn:aws:iam::111122223333:user/b", "nonsense"),
        ("\"Arn\": \"arn:aws:iam::111122223333:user/b\", ", ""),
        ("\"IsTruncated\": false", "\"IsTruncated\": true"),
        ("false}", "false} {"),
    ] {
        let import = import(&whole.replacen(from, to, 1));
        assert!(!import.complete && import.account.is_some(), "{to}");
    }
}

#[test]
fn a_member_that_is_misspelt_by_case_makes_the_entity_unreadable() {
    let boundary = r#""permissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/b"},"#;
    for page in [
        page(&user("a", boundary), "", "", ""),
        page("", "", &role("a", TRUST, boundary), ""),
    ] {
        let import = import(&page);
        assert!(
            import.problems[0]
                .message
                .contains("member `permissionsBoundary` is not `PermissionsBoundary`")
        );
        assert_eq!(import.account.unwrap().unreadable().len(), 1);
    }
}

#[test]
fn a_policy_that_cannot_be_read_is_called_by_its_name() {
    let inline = r#""UserPolicyList": [{"PolicyName": "home"}, 7],"#;
    let account = import(&page(&user("a", inline), "", "", "")).account.unwrap();
    let user = account.user("a").unwrap();
    let names: Vec<&str> = user.policies().unreadable().map(|(name, _)| name).collect();
    assert_eq!(names, ["home", "(without a name)"]);
}
