//! Policies of users, groups and roles.

use std::fs;
use std::path::Path;

use bailiwick::{
    AttachmentType, ContextEntry, ContextKeyType, Decision, Environment, EvaluationResult, ExportFile,
    MatchedStatement, PolicyIdentifier, PolicyIdentifierPolicyType, SimulatePrincipalPolicy,
    context_keys_for_principal_policy, load_exports, simulate_principal_policy,
};

use crate::{A, error, resource_policy, snapshot, statement};

fn acme() -> Environment {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/acme");
    let mut files = vec![("org.json".to_owned(), fs::read(folder.join("org.json")).unwrap())];
    for entry in fs::read_dir(folder.join("accounts")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        files.push((format!("accounts/{name}"), fs::read(&path).unwrap()));
    }
    let files: Vec<_> = files.iter().map(|(name, bytes)| ExportFile { name, bytes }).collect();
    load_exports(&files)
}

/// What Acme's SCPs ask of every request.
const REGION: ContextEntry<'static> = ContextEntry {
    context_key_name: "aws:RequestedRegion",
    context_key_values: &["eu-west-1"],
    context_key_type: ContextKeyType::String,
};

const DEVON: &str = "arn:aws:iam::444455556666:user/devon";
const DANA: &str = "arn:aws:iam::444455556666:user/dana";
const INES: &str = "arn:aws:iam::555566667777:user/interns/ines";

fn of<'q>(source: &'q str, actions: &'q [&'q str], resources: &'q [&'q str]) -> SimulatePrincipalPolicy<'q> {
    SimulatePrincipalPolicy {
        policy_source_arn: source,
        action_names: actions,
        resource_arns: resources,
        context_entries: &[REGION],
        ..SimulatePrincipalPolicy::default()
    }
}

#[track_caller]
fn principal(request: &SimulatePrincipalPolicy<'_>) -> Vec<EvaluationResult> {
    simulate_principal_policy(&acme(), request).unwrap().evaluation_results
}

fn names(statements: &[MatchedStatement]) -> Vec<(&str, String, String)> {
    let statements = statements.iter();
    let name =
        |statement: &MatchedStatement| (statement.start_position.to_string(), statement.end_position.to_string());
    statements
        .map(|statement| {
            let (start, end) = name(statement);
            (statement.source_policy_id.as_str(), start, end)
        })
        .collect()
}

/// API: "If you specify a user, then the simulation also includes all of the policies that are attached to groups that the user belongs
/// to", and the SCPs of the user's account.
#[test]
fn a_user_has_the_policies_of_its_groups() {
    let role = "arn:aws:iam::444455556666:role/lambda-migration-admin";
    let results = principal(&of(DEVON, &["iam:PassRole", "iam:AttachUserPolicy"], &[role]));
    let [pass, attach] = results.as_slice() else {
        unreachable!("two actions have two results")
    };
    assert_eq!(pass.eval_decision, Decision::Allowed);
    // Version v3 begins in line 996 of the export: `DeployFunctions` ends in line 1027, `PassAnyRole` in line 1033.
    let statement = ("developer-tools", "32:30".to_owned(), "38:30".to_owned());
    assert_eq!(names(&pass.matched_statements), [statement]);
    assert_eq!(pass.eval_resource_name, role);
    assert!(pass.organizations_decision_detail.unwrap().allowed_by_organizations);
    assert_eq!(pass.permissions_boundary_decision_detail, None);
    assert_eq!(attach.eval_decision, Decision::ImplicitDeny);
    // The only key that the policies ask for; it follows from the caller and was not given.
    assert_eq!(attach.missing_context_values, ["aws:username"]);

    // The group's inline policy begins in line 103 of the export: its bracket is in line 105, its statement ends in line 119.
    let own = principal(&of(DEVON, &["iam:GetUser", "iam:CreateAccessKey"], &[DEVON]));
    let statement = (
        "group_developers_own-credentials",
        "3:39".to_owned(),
        "17:30".to_owned(),
    );
    assert_eq!(
        (own[0].eval_decision, names(&own[0].matched_statements)),
        (Decision::Allowed, vec![statement])
    );
    // SCP `no-new-iam-users`, whose statement is not listed.
    assert_eq!(own[1].eval_decision, Decision::ExplicitDeny);
    assert_eq!(own[1].matched_statements, []);
    assert!(!own[1].organizations_decision_detail.unwrap().allowed_by_organizations);
}

#[test]
fn a_response_is_json_as_awss_api_has_it() {
    let actions = ["iam:GetUser", "iam:CreateAccessKey"];
    let priya = "arn:aws:iam::444455556666:user/priya";
    let resources = [DEVON, priya];
    let response = simulate_principal_policy(&acme(), &of(DEVON, &actions, &resources)).unwrap();
    let decisions: Vec<_> = (response.evaluation_results.iter())
        .map(|result| {
            (
                result.eval_decision,
                result.resource_specific_results[0].eval_resource_decision,
            )
        })
        .collect();
    // Devon may look at Devon, not at Priya; nobody makes access keys.
    let expected = [
        (Decision::ImplicitDeny, Decision::Allowed),
        (Decision::ExplicitDeny, Decision::ExplicitDeny),
    ];
    assert_eq!(decisions, expected);
    snapshot("user_of_a_group", &response);

    let actions = ["s3:PutObject", "ec2:RunInstances"];
    let response = simulate_principal_policy(&acme(), &of(INES, &actions, &[])).unwrap();
    let decisions: Vec<_> = (response.evaluation_results.iter())
        .map(|result| result.eval_decision)
        .collect();
    // Experiments allow S3 within the boundary; Amazon EC2 neither of them does.
    assert_eq!(decisions, [Decision::Allowed, Decision::ImplicitDeny]);
    snapshot("user_with_boundary", &response);
}

/// API: a boundary given replaces the user's own; "permission-boundary" leaves it out.
#[test]
fn the_permissions_boundary_is_the_users_unless_another_is_given() {
    let resource = ["arn:aws:s3:::acme-research-notes/a"];
    let put = of(DANA, &["s3:PutObject"], &resource);
    let result = |request: &SimulatePrincipalPolicy<'_>| {
        let result = principal(request).remove(0);
        let boundary = result.permissions_boundary_decision_detail;
        (
            result.eval_decision,
            boundary.map(|detail| detail.allowed_by_permissions_boundary),
        )
    };
    assert_eq!(result(&put), (Decision::ImplicitDeny, Some(false)));
    let get = SimulatePrincipalPolicy {
        action_names: &["s3:GetObject"],
        ..put
    };
    assert_eq!(result(&get), (Decision::Allowed, Some(true)));
    let everything = statement("Allow", "*", "*", "");
    let replaced = SimulatePrincipalPolicy {
        permissions_boundary_policy_input_list: &[&everything],
        ..put
    };
    assert_eq!(result(&replaced), (Decision::Allowed, Some(true)));

    let boundary = [PolicyIdentifier::PolicyType(
        PolicyIdentifierPolicyType::PermissionBoundary,
    )];
    let without = SimulatePrincipalPolicy {
        policy_exclusion_list: &boundary,
        ..put
    };
    assert_eq!(result(&without), (Decision::Allowed, None));
    // Recorded: one that is given stays, and an ARN does not name a boundary.
    let silent = statement("Allow", "sns:*", "*", "");
    let given = SimulatePrincipalPolicy {
        permissions_boundary_policy_input_list: &[&silent],
        ..without
    };
    assert_eq!(result(&given), (Decision::ImplicitDeny, Some(false)));
    let by_arn = [PolicyIdentifier::PolicyArn("arn:aws:iam::444455556666:policy/*")];
    let by_arn = SimulatePrincipalPolicy {
        policy_exclusion_list: &by_arn,
        ..get
    };
    assert_eq!(result(&by_arn), (Decision::ImplicitDeny, Some(true)));
}

/// API, `PolicyIdentifier`: "excluded from the simulation"; what matches nothing is ignored.
#[test]
fn policies_can_be_left_out() {
    use PolicyIdentifierPolicyType::{AwsManaged, Inline, Rcp, Scp, UserManaged};
    let decision = |source, action, resource, excluded: &[PolicyIdentifier<'_>]| {
        let (actions, resources) = ([action], [resource]);
        let request = of(source, &actions, &resources);
        principal(&SimulatePrincipalPolicy {
            policy_exclusion_list: excluded,
            ..request
        })[0]
            .eval_decision
    };
    let policy_type = PolicyIdentifier::PolicyType;
    let inline = |policy_name, attachment_type, attachment_name| PolicyIdentifier::InlinePolicyIdentifier {
        policy_name,
        attachment_type,
        attachment_name,
    };

    let own = |excluded: &[_]| decision(DEVON, "iam:GetUser", DEVON, excluded);
    assert_eq!(own(&[]), Decision::Allowed);
    assert_eq!(
        own(&[policy_type(UserManaged), policy_type(AwsManaged), policy_type(Rcp)]),
        Decision::Allowed
    );
    assert_eq!(own(&[policy_type(Inline)]), Decision::ImplicitDeny);
    assert_eq!(
        own(&[inline("own-credentials", AttachmentType::Group, "dev*")]),
        Decision::ImplicitDeny
    );
    assert_eq!(
        own(&[inline("own-credentials", AttachmentType::Group, "developer?")]),
        Decision::ImplicitDeny
    );
    assert_eq!(
        own(&[inline("own-credentials", AttachmentType::User, "dev*")]),
        Decision::Allowed
    );
    assert_eq!(
        own(&[inline("own", AttachmentType::Group, "developers")]),
        Decision::Allowed
    );

    let role = "arn:aws:iam::444455556666:role/x";
    let pass = |excluded: &[_]| decision(DEVON, "iam:PassRole", role, excluded);
    assert_eq!(pass(&[policy_type(Inline), policy_type(AwsManaged)]), Decision::Allowed);
    assert_eq!(pass(&[policy_type(UserManaged)]), Decision::ImplicitDeny);
    let arn = PolicyIdentifier::PolicyArn;
    assert_eq!(
        pass(&[arn("arn:aws:iam::444455556666:policy/developer-tools")]),
        Decision::ImplicitDeny
    );
    assert_eq!(
        pass(&[arn("arn:aws:iam::444455556666:policy/developer-t??ls")]),
        Decision::ImplicitDeny
    );
    assert_eq!(
        pass(&[arn("*")].map(|_| arn("arn:aws:iam::4444*"))),
        Decision::ImplicitDeny
    );
    assert_eq!(pass(&[arn("arn:aws:iam::aws:policy/*")]), Decision::Allowed);

    let administrator = "arn:aws:iam::444455556666:role/break-glass";
    let create = |excluded: &[_]| decision(administrator, "iam:CreateUser", DEVON, excluded);
    assert_eq!(create(&[]), Decision::ExplicitDeny);
    assert_eq!(create(&[policy_type(Scp)]), Decision::Allowed);
    assert_eq!(
        create(&[policy_type(Scp), policy_type(AwsManaged)]),
        Decision::ImplicitDeny
    );

    // Recorded: without its SCPs the organization takes no part.
    let scp = [policy_type(Scp)];
    let request = SimulatePrincipalPolicy {
        policy_exclusion_list: &scp,
        ..of(administrator, &["iam:CreateUser"], &[])
    };
    assert_eq!(principal(&request)[0].organizations_decision_detail, None);
}

#[test]
fn groups_and_roles_are_sources_too() {
    // A group has no user name, and no groups.
    let group = principal(&of(
        "arn:aws:iam::444455556666:group/developers",
        &["iam:GetUser", "iam:PassRole"],
        &[DEVON],
    ));
    assert_eq!(group[0].eval_decision, Decision::ImplicitDeny);
    assert_eq!(group[0].missing_context_values, ["aws:username"]);
    assert_eq!(group[1].eval_decision, Decision::ImplicitDeny);

    let broker = ["arn:aws:iam::222233334444:role/release-broker"];
    let role = "arn:aws:iam::444455556666:role/ci-deployer";
    let assume = principal(&of(role, &["sts:AssumeRole"], &broker));
    // The policy begins in line 234 of the export: the bracket is in line 236, the brace in line 242.
    let statement = ("role_ci-deployer_promote", "3:39".to_owned(), "9:30".to_owned());
    assert_eq!(
        (assume[0].eval_decision, names(&assume[0].matched_statements)),
        (Decision::Allowed, vec![statement])
    );

    // `sandbox-services`, an allow list: neither the administrator's nor an intern's policies get around it.
    let administrator = "arn:aws:iam::555566667777:role/sandbox-admin";
    let rds = principal(&of(administrator, &["rds:CreateDBInstance"], &[]));
    assert_eq!(rds[0].eval_decision, Decision::ImplicitDeny);
    assert!(!rds[0].organizations_decision_detail.unwrap().allowed_by_organizations);
    assert_eq!(
        (&rds[0].matched_statements, &rds[0].missing_context_values),
        (&Vec::new(), &Vec::new())
    );
}

/// Organizations User Guide, "SCPs": service-linked roles and the management account are exempt; they are in the organization all the
/// same.
#[test]
fn who_is_exempt_from_scps_is_allowed_by_the_organization() {
    let linked =
        "arn:aws:iam::333344445555:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
    let management = "arn:aws:iam::111122223333:role/okta-admin";
    for source in [linked, management] {
        // Without a region `approved-regions` would deny.
        let request = SimulatePrincipalPolicy {
            context_entries: &[],
            ..of(source, &["ec2:TerminateInstances"], &[])
        };
        let result = principal(&request).remove(0);
        assert_eq!(result.eval_decision, Decision::Allowed, "{source}");
        assert!(result.organizations_decision_detail.unwrap().allowed_by_organizations);
    }
    // The same, of somebody who is bound.
    let bound = SimulatePrincipalPolicy {
        context_entries: &[],
        ..of(
            "arn:aws:iam::333344445555:role/okta-admin",
            &["ec2:TerminateInstances"],
            &[],
        )
    };
    assert_eq!(principal(&bound)[0].eval_decision, Decision::ExplicitDeny);
}

/// API: policies of the request are added; `CallerArn` with `PolicySourceArn` is "as if Bob had David's policies"; a resource policy
/// names the caller.
#[test]
fn a_request_adds_policies_and_may_change_the_caller() {
    let more = statement("Allow", "iam:AttachUserPolicy", DEVON, "");
    let added = SimulatePrincipalPolicy {
        policy_input_list: &[&more],
        ..of(DEVON, &["iam:AttachUserPolicy"], &[DEVON])
    };
    let results = principal(&added);
    assert_eq!(results[0].eval_decision, Decision::Allowed);
    assert_eq!(results[0].matched_statements[0].source_policy_id, "PolicyInputList.1");

    let priya = "arn:aws:iam::444455556666:user/priya";
    let both = [DEVON, priya];
    let as_priya = SimulatePrincipalPolicy {
        caller_arn: Some(priya),
        ..of(DEVON, &["iam:GetUser"], &both)
    };
    let results = principal(&as_priya);
    let decisions: Vec<_> = (results[0].resource_specific_results.iter())
        .map(|specific| specific.eval_resource_decision)
        .collect();
    assert_eq!(decisions, [Decision::ImplicitDeny, Decision::Allowed]);

    let for_devon = resource_policy(DEVON);
    let granted = SimulatePrincipalPolicy {
        resource_policy: Some(&for_devon),
        ..of(DEVON, &["s3:GetObject"], &[A])
    };
    let results = principal(&granted);
    assert_eq!(results[0].eval_decision, Decision::Allowed);
    assert_eq!(results[0].matched_statements[0].source_policy_id, "ResourcePolicy");
    let as_priya = SimulatePrincipalPolicy {
        caller_arn: Some(priya),
        ..granted
    };
    assert_eq!(principal(&as_priya)[0].eval_decision, Decision::ImplicitDeny);
}

/// API: `GetContextKeysForPrincipalPolicy`: those of the entity, of its groups, and of the policies that are given. Recorded: the
/// boundary's too.
#[test]
fn the_context_keys_of_a_user_are_those_of_its_groups_too() {
    let environment = acme();
    let of = |source, more: &[&str]| context_keys_for_principal_policy(&environment, source, more);
    assert_eq!(of(DEVON, &[]).unwrap().context_key_names, ["aws:username"]);
    let more = statement(
        "Allow",
        "*",
        "*",
        r#","Condition":{"Bool":{"aws:SecureTransport":"true","aws:username":"x"}}"#,
    );
    assert_eq!(
        of(DEVON, &[&more]).unwrap().context_key_names,
        ["aws:username", "aws:SecureTransport"]
    );
    let abac = of("arn:aws:iam::444455556666:role/okta-engineer", &[]).unwrap();
    assert!(abac.context_key_names.contains(&"aws:PrincipalTag/team".to_owned()));
    assert_eq!(
        of("arn:aws:iam::444455556666:user/nobody", &[])
            .unwrap_err()
            .kind()
            .code(),
        "NoSuchEntity"
    );
    assert_eq!(of("devon", &[]).unwrap_err().kind().code(), "InvalidInput");
}

/// API, "Errors": `NoSuchEntity`, `InvalidInput`, `PolicyEvaluation`.
#[test]
fn a_source_that_cannot_be_simulated_is_an_error_that_says_why() {
    let environment = acme();
    let ask = |source: &str| simulate_principal_policy(&environment, &of(source, &["s3:GetObject"], &[]));
    let nobody = "arn:aws:iam::444455556666:user/nobody";
    error(
        ask(nobody),
        "NoSuchEntity",
        &format!("Unable to retrieve specified IAM entity: {nobody}."),
    );
    error(
        ask("arn:aws:iam::999988887777:user/x"),
        "NoSuchEntity",
        "Unable to retrieve specified IAM entity: there is no export of account 999988887777.",
    );
    for source in [
        "arn:aws:iam::444455556666:root",
        "arn:aws:sts::444455556666:assumed-role/r/s",
        "devon",
        "",
    ] {
        error(
            ask(source),
            "InvalidInput",
            &format!("Invalid ARN provided in the request: {source}"),
        );
    }
    // Recorded: the path is not looked at.
    assert!(ask("arn:aws:iam::444455556666:user/elsewhere/devon").is_ok());
}

/// A policy that cannot be used is never an empty one; one that is left out need not be usable.
#[test]
fn a_broken_policy_of_the_source_is_an_error_that_names_it() {
    let text = br#"{"UserDetailList": [{
        "UserName": "ann", "UserId": "AIDAJQABLZS4A3QDU576Q", "Arn": "arn:aws:iam::111122223333:user/ann",
        "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": "none"}}]}]}"#;
    let file = ExportFile {
        name: "111122223333.gaad.json",
        bytes: text,
    };
    let environment = bailiwick::load_account_export(file);
    let request = of("arn:aws:iam::111122223333:user/ann", &["s3:GetObject"], &[]);
    let broken = simulate_principal_policy(&environment, &request).unwrap_err();
    assert_eq!(broken.kind().code(), "PolicyEvaluation");
    let start = "inline policy `p` of arn:aws:iam::111122223333:user/ann cannot be used: 111122223333.gaad.json:3:";
    assert!(broken.message().starts_with(start), "{broken}");

    let inline = [PolicyIdentifier::PolicyType(PolicyIdentifierPolicyType::Inline)];
    let without = SimulatePrincipalPolicy {
        policy_exclusion_list: &inline,
        ..request
    };
    let response = simulate_principal_policy(&environment, &without).unwrap();
    assert_eq!(response.evaluation_results[0].eval_decision, Decision::ImplicitDeny);
    // No organization: it takes no part.
    assert_eq!(response.evaluation_results[0].organizations_decision_detail, None);
}
