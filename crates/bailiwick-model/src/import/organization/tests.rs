use bailiwick_grammar::Position;

use super::*;
use crate::document::Uncached;

fn import(text: &str) -> OrganizationImport {
    import_organization("org.json", text.as_bytes(), &Uncached)
}

/// An organization of one root, one unit and one account, with these policies and attachments.
fn organization(policies: &str, attachments: &str) -> String {
    format!(
        r#"{{"Organization": {{"Id": "o-a1b2c3d4e5", "MasterAccountId": "111122223333", "FeatureSet": "ALL"}},
"Roots": [{{"Id": "r-ab12", "Name": "Root", "PolicyTypes": [{{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}}, "RESOURCE_CONTROL_POLICY", {{"Type": "TAG_POLICY", "Status": "ENABLED"}}]}}],
"OrganizationalUnits": [{{"Id": "ou-ab12-11111111", "Name": "Prod", "ParentId": "r-ab12"}}],
"Accounts": [{{"Id": "333344445555", "Name": "data", "Status": "ACTIVE", "ParentId": "ou-ab12-11111111", "Tags": [{{"Key": "env", "Value": "prod"}}]}}],
"Policies": [{policies}],
"Attachments": [{attachments}],
"ExternalAccounts": [{{"Name": "partner", "Id": "999988887777"}}]}}"#
    )
}

/// AWS's own policies on every level.
const FULL_ACCESS: &str = r#"{"TargetId": "r-ab12", "TargetType": "ROOT", "Policies": ["p-FullAWSAccess", "p-RCPFullAWSAccess"]},
{"TargetId": "ou-ab12-11111111", "TargetType": "ORGANIZATIONAL_UNIT", "Policies": ["p-FullAWSAccess", "p-RCPFullAWSAccess"]},
{"TargetId": "333344445555", "TargetType": "ACCOUNT", "Policies": ["p-FullAWSAccess", "p-RCPFullAWSAccess"]}"#;

#[test]
fn an_organization_is_read_with_awss_own_policies_known() {
    let import = import(&organization("", FULL_ACCESS));
    assert_eq!(import.problems, []);
    let organization = import.organization.unwrap();
    let account = "333344445555".parse().unwrap();
    assert_eq!(
        organization.path_to(account).unwrap().to_string(),
        "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"
    );
    for policy_type in [
        OrganizationPolicyType::ServiceControlPolicy,
        OrganizationPolicyType::ResourceControlPolicy,
    ] {
        let levels = organization.levels(account, policy_type).unwrap();
        assert_eq!(
            levels.iter().map(|level| level.policies.len()).collect::<Vec<_>>(),
            [1, 1, 1]
        );
        assert!(levels.iter().all(|level| level.policies[0].policy().is_ok()));
    }
    assert_eq!(organization.account(account).unwrap().tags["env"].as_ref(), "prod");
    assert_eq!(
        organization.account_name("999988887777".parse().unwrap()),
        Some("partner")
    );
    assert!(organization.account("999988887777".parse().unwrap()).is_none());
}

#[test]
fn contents_are_read_as_objects_and_as_strings() {
    let policies = r#"{"Id": "p-11111111", "Name": "a", "Type": "SERVICE_CONTROL_POLICY", "Content": {"Version": "2012-10-17", "Statement": []}},
{"Id": "p-22222222", "Name": "b", "Type": "SERVICE_CONTROL_POLICY", "Content": "{\"Version\": \"2012-10-17\", \"Statement\": []}"},
{"Id": "p-33333333", "Name": "c", "Type": "TAG_POLICY", "Content": "{\"tags\": {}}"}"#;
    let organization = import(&organization(policies, FULL_ACCESS)).organization.unwrap();
    let texts: Vec<_> = organization
        .policies()
        .filter(|policy| matches!(&*policy.name, "a" | "b" | "c"))
        .map(|policy| match &policy.content {
            Some((_, PolicyContent::Document(record))) => Some(record.document().text()),
            Some((_, PolicyContent::Unreadable(_))) | None => None,
        })
        .collect();
    let text = Some(r#"{"Version": "2012-10-17", "Statement": []}"#);
    assert_eq!(texts, [text, text, None]);
}

#[test]
fn an_attached_policy_that_is_nowhere_makes_its_level_unusable_for_both_types() {
    let attachments = FULL_ACCESS.replacen("[\"p-FullAWSAccess\"", "[\"p-99999999\", \"p-FullAWSAccess\"", 1);
    let import = import(&organization("", &attachments));
    let messages: Vec<String> = import.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        ["org.json:6:17: r-ab12: policy p-99999999, which is attached here, is not in the export"]
    );
    let organization = import.organization.unwrap();
    let account = "333344445555".parse().unwrap();
    for policy_type in [
        OrganizationPolicyType::ServiceControlPolicy,
        OrganizationPolicyType::ResourceControlPolicy,
    ] {
        let levels = organization.levels(account, policy_type).unwrap();
        assert!(levels[0].policies.iter().any(|applied| applied.policy().is_err()));
    }
}

#[test]
fn a_broken_or_absent_content_is_unusable() {
    let policies = r#"{"Id": "p-11111111", "Name": "a", "Type": "SERVICE_CONTROL_POLICY", "Content": {"Statement": 7}},
{"Id": "p-22222222", "Name": "b", "Type": "SERVICE_CONTROL_POLICY"}"#;
    let attachments = FULL_ACCESS.replacen("[\"p-FullAWSAccess\"", "[\"p-11111111\", \"p-22222222\"", 1);
    let import = import(&organization(policies, &attachments));
    assert_eq!(import.problems.len(), 2, "{:?}", import.problems);
    assert_eq!(import.problems[0].position.map(|at| at.line), Some(5));
    let organization = import.organization.unwrap();
    let account = "333344445555".parse().unwrap();
    let levels = organization
        .levels(account, OrganizationPolicyType::ServiceControlPolicy)
        .unwrap();
    assert!(levels[0].policies.iter().all(|applied| applied.policy().is_err()));
}

#[test]
fn a_level_without_a_policy_is_a_warning() {
    let import = import(&organization("", ""));
    assert!(
        import
            .problems
            .iter()
            .all(|problem| problem.severity == Severity::Warning)
    );
    assert_eq!(import.problems.len(), 6);
}

#[test]
fn wrong_entries_cost_themselves_only() {
    let text = organization("", FULL_ACCESS)
        .replace(r#""ParentId": "r-ab12""#, r#""ParentId": "nonsense""#)
        .replace(r#""Id": "999988887777""#, r#""Id": "99""#);
    let import = import(&text);
    let messages: Vec<String> = import.problems.iter().map(|problem| problem.message.clone()).collect();
    assert_eq!(
        messages,
        [
            "`nonsense` is no root and no organizational unit",
            "an AWS account id is 12 digits, not `99`",
            "policies are attached here, and it is not in the organization's export",
            "account 333344445555 is below ou-ab12-11111111, which is not in the organization's export",
        ]
    );
    assert_eq!(import.problems[0].position, Some(Position { line: 3, column: 25 }));
}

#[test]
fn what_is_no_organization_is_said_to_be_none() {
    for (text, expected) in [
        ("", "the file is empty"),
        ("{}", "missing member `Organization`"),
        ("[]", "a list stands where none is expected"),
        ("{", "the file is not JSON: "),
    ] {
        let import = import(text);
        assert!(import.organization.is_none(), "{text}");
        assert_eq!(import.problems.len(), 1, "{text}");
        let message = &import.problems[0].message;
        assert!(message.starts_with(expected), "{text}: {message}");
    }
}

#[test]
fn an_attachment_whose_policy_cannot_be_read_breaks_its_level_and_keeps_the_others() {
    let attachments = FULL_ACCESS.replacen(r#"["p-FullAWSAccess""#, r#"["no id", "p-FullAWSAccess""#, 1);
    let import = import(&organization("", &attachments));
    assert!(import.problems.iter().any(ImportProblem::is_error));
    let organization = import.organization.unwrap();
    let account = "333344445555".parse().unwrap();
    let levels = organization
        .levels(account, OrganizationPolicyType::ServiceControlPolicy)
        .unwrap();
    let usable: Vec<usize> = (levels.iter())
        .map(|level| level.policies.iter().filter(|policy| policy.policy().is_ok()).count())
        .collect();
    assert_eq!(usable, [1, 1, 1]);
    assert_eq!(levels[0].policies.len(), 2);
}

/// Reads the organization with one text in the place of another; says whether it is whole, and the first problem.
fn changed(from: &str, to: &str) -> (bool, String) {
    let text = organization("", FULL_ACCESS);
    assert!(text.contains(from), "{from}");
    let import = import(&text.replacen(from, to, 1));
    assert!(import.organization.is_some());
    let first = import.problems.first();
    (import.complete, first.map(ToString::to_string).unwrap_or_default())
}

#[test]
fn an_organization_that_lost_what_could_bind_an_account_is_incomplete() {
    let unit = r#"{"Id": "ou-ab12-11111111", "Name": "Prod", "ParentId": "r-ab12"}"#;
    let account = r#"{"Id": "333344445555", "Name": "data", "Status": "ACTIVE", "ParentId": "ou-ab12-11111111", "Tags"#;
    let again = r#"{"Id": "333344445555", "Name": "twin", "ParentId": "r-ab12"}, "#;
    for (from, to, message) in [
        (
            r#""ParentId": "ou-ab12-11111111""#,
            r#""ParentId": "nonsense""#,
            "`nonsense` is no root",
        ),
        (r#""ParentId": "ou-ab12-11111111", "#, "", "missing member `ParentId`"),
        (r#""Id": "333344445555""#, r#""Id": "33334444555""#, "12 digits"),
        (r#""Id": "ou-ab12-11111111""#, r#""Id": "x""#, "x"),
        (r#""Id": "r-ab12""#, r#""Id": "ab12""#, "ab12"),
        (r#""TargetId": "r-ab12""#, r#""TargetId": "r""#, "`r` is no root"),
        (
            r#""TargetId": "r-ab12""#,
            r#""TargetId": "r-ab13""#,
            "r-ab13: policies are attached here",
        ),
        (
            r#""TargetId": "ou-ab12-11111111""#,
            r#""TargetId": "ou-ab12-1""#,
            "ou-ab12-1: policies are attached",
        ),
        (
            r#""TargetId": "333344445555""#,
            r#""TargetId": "333344445556""#,
            "333344445556: policies are attached",
        ),
        ("PolicyTypes", "policyTypes", "the root has no `PolicyTypes`"),
        (
            r#""RESOURCE_CONTROL_POLICY""#,
            r#""RESOURCE_CONTROL_POLICIES""#,
            "is not a type of policy",
        ),
        ("\"ENABLED\"", "\"enabled\"", "`enabled` is not a status"),
        (
            unit,
            &format!("{unit}, {unit}"),
            "organizational unit ou-ab12-11111111 occurs twice",
        ),
        (
            account,
            &format!("{again}{account}"),
            "account 333344445555 occurs twice",
        ),
    ] {
        let (complete, problem) = changed(from, to);
        assert!(!complete, "{to}");
        assert!(problem.contains(message), "{to}: {problem}");
    }
    let import = import(&format!("{} {{", organization("", FULL_ACCESS)));
    assert!(import.organization.is_some() && !import.complete);
}

#[test]
fn an_organization_that_lost_nothing_that_binds_is_complete() {
    let types = r#"[{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}, "RESOURCE_CONTROL_POLICY", {"Type": "TAG_POLICY", "Status": "ENABLED"}]"#;
    for (from, to) in [
        ("\"ACTIVE\"", "\"ACTIVE\""),
        (types, "[]"),
        (r#""Id": "999988887777""#, r#""Id": "99""#),
    ] {
        assert!(changed(from, to).0, "{to}");
    }
}

#[test]
fn a_policy_of_an_unknown_type_or_with_two_entries_breaks_its_level_for_both_types() {
    let policy = |policy_type: &str| {
        format!(
            r#"{{"Id": "p-11111111", "Name": "a", "Type": "{policy_type}", "Content": {{"Version": "2012-10-17", "Statement": {{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}}}}}"#
        )
    };
    let scp = policy("SERVICE_CONTROL_POLICY");
    let attachments = FULL_ACCESS.replacen("[\"p-FullAWSAccess\"", "[\"p-11111111\", \"p-FullAWSAccess\"", 1);
    for (policies, message) in [
        (policy("SERVICE_CONTROL_POLICIES"), "is not a type of policy"),
        (policy("service_control_policy"), "is not a type of policy"),
        (format!("{scp}, {scp}, {scp}"), "occurs twice"),
        (
            format!("{}, {scp}", scp.replace("Type", "type")),
            "missing member `Type`",
        ),
    ] {
        let import = import(&organization(&policies, &attachments));
        assert!(
            import.problems[0].to_string().contains(message),
            "{:?}",
            import.problems
        );
        assert!(
            import
                .problems
                .iter()
                .all(|problem| !problem.message.contains("not in the export"))
        );
        assert!(import.complete);
        let organization = import.organization.unwrap();
        for policy_type in [
            OrganizationPolicyType::ServiceControlPolicy,
            OrganizationPolicyType::ResourceControlPolicy,
        ] {
            let levels = organization
                .levels("333344445555".parse().unwrap(), policy_type)
                .unwrap();
            let broken = levels[0]
                .policies
                .iter()
                .find_map(|policy| policy.policy().err())
                .unwrap();
            assert!(broken.to_string().contains(message), "{broken}");
        }
    }
}

#[test]
fn a_policy_that_is_attached_and_not_enabled_is_a_warning() {
    let policies = r#"{"Id": "p-11111111", "Name": "a", "Type": "RESOURCE_CONTROL_POLICY", "Content": {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}}"#;
    let attachments = FULL_ACCESS.replacen("[\"p-FullAWSAccess\"", "[\"p-11111111\", \"p-FullAWSAccess\"", 1);
    let text = organization(policies, &attachments).replacen(r#""RESOURCE_CONTROL_POLICY", "#, "", 1);
    let import = import(&text);
    assert!(import.complete);
    assert_eq!(import.problems.len(), 1, "{:?}", import.problems);
    assert_eq!(import.problems[0].severity, Severity::Warning);
    assert!(import.problems[0].message.contains("p-11111111 is attached here"));
}
