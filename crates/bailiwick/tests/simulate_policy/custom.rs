//! Policies of the request.

use bailiwick::{
    ContextEntry, ContextKeyType, Decision, EvaluationResultForm, OrderedOrganizationPolicy, SimulateCustomPolicy,
    SimulatePolicyResponse, context_keys_for_custom_policy, simulate_custom_policy,
};
use serde_json::{Value, json};

use crate::{A, error, resource_policy, snapshot, statement};

const B: &str = "arn:aws:s3:::reports/b";
const ANN: &str = "arn:aws:iam::111122223333:user/team/ann";

/// Where the statement of such a document stands: after the bracket in column 37, up to the two characters that end the document.
fn place(id: &str, source_policy_type: &str, document: &str) -> Value {
    matched(id, source_policy_type, (1, 38), (1, document.chars().count() - 1))
}

fn matched(id: &str, source_policy_type: &str, start: (usize, usize), end: (usize, usize)) -> Value {
    json!({
        "SourcePolicyId": id,
        "SourcePolicyType": source_policy_type,
        "StartPosition": {"Line": start.0, "Column": start.1},
        "EndPosition": {"Line": end.0, "Column": end.1},
    })
}

#[track_caller]
fn custom(request: &SimulateCustomPolicy<'_>) -> Value {
    json(&simulate_custom_policy(request).unwrap())
}

#[track_caller]
fn refused(request: &SimulateCustomPolicy<'_>, code: &str, message: &str) {
    error(simulate_custom_policy(request), code, message);
}

fn json(response: &SimulatePolicyResponse) -> Value {
    serde_json::to_value(response).unwrap()
}

/// API, `EvaluationResult`: "If the simulation evaluates policies within the same account and specifies all resources (*), then the
/// parameter is not returned."
#[test]
fn without_resources_the_result_is_about_everything() {
    let policy = statement("Allow", "s3:GetObject", "*", "");
    for resource_arns in [&[][..], &["*"]] {
        let response = custom(&SimulateCustomPolicy {
            policy_input_list: &[&policy],
            action_names: &["S3:getobject", "s3:PutObject"],
            resource_arns,
            ..SimulateCustomPolicy::default()
        });
        let expected = json!({
            "EvaluationResults": [
                {
                    "EvalActionName": "S3:getobject",
                    "EvalResourceName": "*",
                    "EvalDecision": "allowed",
                    "MatchedStatements": [place("PolicyInputList.1", "IAM Policy", &policy)],
                    "MissingContextValues": [],
                },
                {
                    "EvalActionName": "s3:PutObject",
                    "EvalResourceName": "*",
                    "EvalDecision": "implicitDeny",
                    "MatchedStatements": [],
                    "MissingContextValues": [],
                },
            ],
            "IsTruncated": false,
        });
        assert_eq!(response, expected);
    }
}

/// API: `EvalDecision` is the most restrictive; the results for each resource are in `ResourceSpecificResults`; within an account
/// `EvalDecisionDetails` "is present but the response is empty". Recorded: a list that is empty is left out of a result for a resource.
#[test]
fn several_resources_make_one_result_with_a_part_for_each() {
    let policy = statement("Allow", "s3:GetObject", A, "");
    let response = custom(&SimulateCustomPolicy {
        policy_input_list: &[&policy],
        action_names: &["s3:GetObject"],
        resource_arns: &[A, B],
        ..SimulateCustomPolicy::default()
    });
    let allows = place("PolicyInputList.1", "IAM Policy", &policy);
    let expected = json!([{
        "EvalActionName": "s3:GetObject",
        "EvalResourceName": "arn:${Partition}:s3:::${BucketName}/${ObjectName}",
        "EvalDecision": "implicitDeny",
        "MatchedStatements": [allows],
        "MissingContextValues": [],
        "EvalDecisionDetails": {},
        "ResourceSpecificResults": [
            {"EvalResourceName": A, "EvalResourceDecision": "allowed", "MatchedStatements": [allows]},
            {"EvalResourceName": B, "EvalResourceDecision": "implicitDeny"},
        ],
    }]);
    assert_eq!(response["EvaluationResults"], expected);
}

/// Recorded in 2020, when there was one result for each action and resource.
#[test]
fn the_old_form_has_a_result_for_each_action_and_resource() {
    let policy = statement("Allow", "s3:GetObject", A, "");
    let request = SimulateCustomPolicy {
        policy_input_list: &[&policy],
        action_names: &["s3:GetObject", "s3:PutObject"],
        resource_arns: &[A, B],
        form: EvaluationResultForm::PerActionAndResource,
        ..SimulateCustomPolicy::default()
    };
    let response = simulate_custom_policy(&request).unwrap();
    let rows: Vec<_> = (response.evaluation_results.iter())
        .map(|result| {
            (
                &*result.eval_action_name,
                &*result.eval_resource_name,
                result.eval_decision,
            )
        })
        .collect();
    let expected = [
        ("s3:GetObject", A, Decision::Allowed),
        ("s3:GetObject", B, Decision::ImplicitDeny),
        ("s3:PutObject", A, Decision::ImplicitDeny),
        ("s3:PutObject", B, Decision::ImplicitDeny),
    ];
    assert_eq!(rows, expected);
    let first = &json(&response)["EvaluationResults"][0];
    assert_eq!(first["EvalDecisionDetails"], json!({}));
    assert_eq!(first["ResourceSpecificResults"].as_array().unwrap().len(), 1);

    let page = simulate_custom_policy(&SimulateCustomPolicy {
        max_items: Some(3),
        ..request
    });
    let page = page.unwrap();
    assert_eq!((page.evaluation_results.len(), page.is_truncated), (3, true));
}

/// API, `MatchedStatements`: "the deny statement is the only entry included in the result".
#[test]
fn an_explicit_deny_lists_only_what_denies() {
    let both = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"},{"Effect":"Deny","Action":"sqs:DeleteQueue","Resource":"*"}]}"#;
    let again = statement("Deny", "sqs:*", "*", "");
    let response = custom(&SimulateCustomPolicy {
        policy_input_list: &[both, &again],
        action_names: &["sqs:DeleteQueue"],
        ..SimulateCustomPolicy::default()
    });
    // The first statement has 50 characters: it ends in column 37 + 50 + 1, where the second one starts; that one has 59 and a comma.
    let expected = json!([
        matched("PolicyInputList.1", "IAM Policy", (1, 88), (1, 148)),
        place("PolicyInputList.2", "IAM Policy", &again),
    ]);
    assert_eq!(response["EvaluationResults"][0]["EvalDecision"], "explicitDeny");
    assert_eq!(response["EvaluationResults"][0]["MatchedStatements"], expected);

    // Where one of the resources is denied, what allows another one is left out at the top.
    let deny_b = statement("Deny", "s3:GetObject", B, "");
    let allow = statement("Allow", "s3:GetObject", "*", "");
    let response = custom(&SimulateCustomPolicy {
        policy_input_list: &[&allow, &deny_b],
        action_names: &["s3:GetObject"],
        resource_arns: &[A, B],
        ..SimulateCustomPolicy::default()
    });
    let result = &response["EvaluationResults"][0];
    assert_eq!(
        result["MatchedStatements"],
        json!([place("PolicyInputList.2", "IAM Policy", &deny_b)])
    );
    assert_eq!(
        result["ResourceSpecificResults"][0]["MatchedStatements"],
        json!([place("PolicyInputList.1", "IAM Policy", &allow)])
    );
}

/// API, `PermissionsBoundaryDecisionDetail`. Recorded: a boundary that denies has its statements listed.
#[test]
fn a_permissions_boundary_limits_and_says_so() {
    let identity = statement("Allow", "s3:*", "*", "");
    let boundary = |document: &str| {
        let response = custom(&SimulateCustomPolicy {
            policy_input_list: &[&identity],
            permissions_boundary_policy_input_list: &[document],
            action_names: &["s3:GetObject"],
            resource_arns: &[A],
            ..SimulateCustomPolicy::default()
        });
        let result = response["EvaluationResults"][0].clone();
        let specific = &result["ResourceSpecificResults"][0];
        assert_eq!(
            specific["PermissionsBoundaryDecisionDetail"],
            result["PermissionsBoundaryDecisionDetail"]
        );
        assert_eq!(result["EvalResourceName"], A);
        (
            result["EvalDecision"].clone(),
            result["PermissionsBoundaryDecisionDetail"]["AllowedByPermissionsBoundary"].clone(),
            result["MatchedStatements"].clone(),
        )
    };
    let allows = json!([place("PolicyInputList.1", "IAM Policy", &identity)]);
    assert_eq!(
        boundary(&statement("Allow", "s3:Get*", "*", "")),
        (json!("allowed"), json!(true), allows)
    );
    let silent = boundary(&statement("Allow", "s3:Put*", "*", ""));
    assert_eq!(silent, (json!("implicitDeny"), json!(false), json!([])));
    let denies = statement("Deny", "s3:*", "*", "");
    let listed = place(
        "PermissionsBoundaryPolicyInputList.1",
        "Permissions Boundary Policy",
        &denies,
    );
    assert_eq!(
        boundary(&denies),
        (json!("explicitDeny"), json!(false), json!([listed]))
    );
}

/// API: SCPs of each level must allow; "if an Organizations SCP included in the evaluation denies access, the simulation ends"; SCP
/// statements are never listed.
#[test]
fn scps_end_the_simulation() {
    let identity = statement(
        "Deny",
        "s3:GetObject",
        "*",
        r#","Condition":{"Null":{"app:key":"false"}}"#,
    );
    let everything = statement("Allow", "*", "*", "");
    let simulate = |levels: &[&[&str]]| {
        let levels: Vec<_> = (levels.iter())
            .map(|level| OrderedOrganizationPolicy {
                service_control_policy_input_list: level,
            })
            .collect();
        let response = custom(&SimulateCustomPolicy {
            policy_input_list: &[&identity],
            permissions_boundary_policy_input_list: &[&everything],
            ordered_organization_policy_input_list: &levels,
            action_names: &["s3:GetObject"],
            ..SimulateCustomPolicy::default()
        });
        response["EvaluationResults"][0].clone()
    };
    let ended = |decision: &str| {
        json!({
            "EvalActionName": "s3:GetObject",
            "EvalResourceName": "*",
            "EvalDecision": decision,
            "MatchedStatements": [],
            "MissingContextValues": [],
            "OrganizationsDecisionDetail": {"AllowedByOrganizations": false},
        })
    };
    let denies = statement("Deny", "s3:*", "*", "");
    let other = statement("Allow", "sns:*", "*", "");
    assert_eq!(
        simulate(&[&[&everything], &[&denies, &everything]]),
        ended("explicitDeny")
    );
    assert_eq!(simulate(&[&[&everything], &[&other]]), ended("implicitDeny"));

    let allowed = simulate(&[&[&everything, &other], &[&everything]]);
    assert_eq!(
        allowed["OrganizationsDecisionDetail"],
        json!({"AllowedByOrganizations": true})
    );
    assert_eq!(
        allowed["PermissionsBoundaryDecisionDetail"],
        json!({"AllowedByPermissionsBoundary": true})
    );
    // The deny hangs on a key that nobody gave.
    assert_eq!(
        (&allowed["EvalDecision"], &allowed["MissingContextValues"]),
        (&json!("implicitDeny"), &json!(["app:key"]))
    );
}

/// IAM User Guide, "Policy evaluation logic": a grant to the user in its own account suffices, also where the boundary is silent.
/// API: `EvalDecisionDetails` is empty within an account.
#[test]
fn a_resource_policy_grants_within_the_account() {
    let direct = resource_policy(ANN);
    let silent = statement("Allow", "sns:*", "*", "");
    let response = custom(&SimulateCustomPolicy {
        permissions_boundary_policy_input_list: &[&silent],
        action_names: &["s3:GetObject"],
        resource_arns: &[A],
        resource_policy: Some(&direct),
        caller_arn: Some(ANN),
        ..SimulateCustomPolicy::default()
    });
    let grants = place("ResourcePolicy", "Resource Policy", &direct);
    let expected = json!([{
        "EvalActionName": "s3:GetObject",
        "EvalResourceName": A,
        "EvalDecision": "allowed",
        "MatchedStatements": [grants],
        "MissingContextValues": [],
        "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": false},
        "EvalDecisionDetails": {},
        "ResourceSpecificResults": [{
            "EvalResourceName": A,
            "EvalResourceDecision": "allowed",
            "MatchedStatements": [grants],
            "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": false},
        }],
    }]);
    assert_eq!(response["EvaluationResults"], expected);

    // A grant to the account is none: the same page. AWS's simulator was recorded to take it for one.
    let account = resource_policy("arn:aws:iam::111122223333:root");
    let decision = |caller, policies: &[&str]| {
        let response = custom(&SimulateCustomPolicy {
            policy_input_list: policies,
            action_names: &["s3:GetObject"],
            resource_arns: &[A],
            resource_policy: Some(&account),
            caller_arn: Some(caller),
            ..SimulateCustomPolicy::default()
        });
        response["EvaluationResults"][0]["EvalDecision"].clone()
    };
    assert_eq!(decision(ANN, &[]), "implicitDeny");
    let identity = statement("Allow", "s3:*", "*", "");
    assert_eq!(decision(ANN, &[&identity]), "allowed");
    assert_eq!(decision("arn:aws:iam::111122223333:group/ops", &[&identity]), "allowed");
    assert_eq!(decision("arn:aws:iam::111122223333:role/r", &[&identity]), "allowed");
}

/// IAM User Guide, "Cross-account policy evaluation logic": both accounts must allow. API: `EvalDecisionDetails` says what each policy
/// type contributes, the most restrictive over all resources at the top.
#[test]
fn across_accounts_each_policy_type_is_reported() {
    let resource = statement(
        "Allow",
        "s3:GetObject",
        A,
        &format!(r#","Principal":{{"AWS":"{ANN}"}}"#),
    );
    let identity = statement("Allow", "s3:*", "*", "");
    let boundary = statement("Allow", "*", "*", "");
    let request = SimulateCustomPolicy {
        policy_input_list: &[&identity],
        permissions_boundary_policy_input_list: &[&boundary],
        action_names: &["s3:GetObject"],
        resource_arns: &[A, B],
        resource_policy: Some(&resource),
        resource_owner: Some("arn:aws:iam::444455556666:root"),
        caller_arn: Some(ANN),
        ..SimulateCustomPolicy::default()
    };
    let response = simulate_custom_policy(&request).unwrap();
    snapshot("across_accounts", &response);
    let result = &json(&response)["EvaluationResults"][0];
    let details = |of_resource: &str| json!({"IAM Policy": "allowed", "Permissions Boundary Policy": "allowed", "Resource Policy": of_resource});
    assert_eq!(result["EvalDecision"], "implicitDeny");
    assert_eq!(result["EvalDecisionDetails"], details("implicitDeny"));
    let specific = &result["ResourceSpecificResults"];
    assert_eq!(specific[0]["EvalResourceDecision"], "allowed");
    assert_eq!(specific[0]["EvalDecisionDetails"], details("allowed"));
    let both = json!([
        place("ResourcePolicy", "Resource Policy", &resource),
        place("PolicyInputList.1", "IAM Policy", &identity),
    ]);
    assert_eq!(specific[0]["MatchedStatements"], both);
    assert_eq!(specific[1]["EvalResourceDecision"], "implicitDeny");
    assert_eq!(specific[1]["EvalDecisionDetails"], details("implicitDeny"));

    // The account in the ARN counts before the one that is given; an id does as well as an ARN.
    let queue = "arn:aws:sqs:eu-west-1:111122223333:jobs";
    let own = custom(&SimulateCustomPolicy {
        action_names: &["sqs:SendMessage"],
        resource_arns: &[queue],
        resource_owner: Some("444455556666"),
        ..request
    });
    assert_eq!(own["EvaluationResults"][0]["EvalDecisionDetails"], json!({}));

    // API: with an SCP that denies "this parameter is not returned".
    let denies = statement("Deny", "s3:*", "*", "");
    let level = OrderedOrganizationPolicy {
        service_control_policy_input_list: &[&denies],
    };
    let ended = custom(&SimulateCustomPolicy {
        ordered_organization_policy_input_list: &[level],
        ..request
    });
    assert_eq!(ended["EvaluationResults"][0].get("EvalDecisionDetails"), None);
}

/// Nothing is known of a resource's side without `ResourcePolicy`: another account's queue, a KMS key, a role.
#[test]
fn without_a_resource_policy_only_the_callers_side_is_simulated() {
    let identity = statement("Allow", "*", "*", "");
    for (action, resource) in [
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:jobs"),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d"),
        ("sts:AssumeRole", "arn:aws:iam::444455556666:role/audit"),
    ] {
        let response = custom(&SimulateCustomPolicy {
            policy_input_list: &[&identity],
            action_names: &[action],
            resource_arns: &[resource],
            caller_arn: Some(ANN),
            ..SimulateCustomPolicy::default()
        });
        let result = &response["EvaluationResults"][0];
        assert_eq!(
            (&result["EvalDecision"], &result["EvalDecisionDetails"]),
            (&json!("allowed"), &json!({}))
        );
    }
}

/// Recorded: of an implicit deny every key that the policies ask for and the request does not give, in each spelling; of another
/// decision none. What follows from the caller is there all the same, and counts as not given.
#[test]
fn missing_context_values_are_what_the_policies_ask_for() {
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/${aws:username}","Condition":{"StringEquals":{"app:tier":"gold"}}},
        {"Effect":"Allow","Action":"sns:Publish","Resource":"*","Condition":{"Bool":{"APP:Tier":"true"},"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}]}"#;
    let simulate = |entries: &[ContextEntry<'_>]| {
        let response = custom(&SimulateCustomPolicy {
            policy_input_list: &[policy],
            action_names: &["s3:GetObject"],
            resource_arns: &["arn:aws:s3:::reports/ann"],
            caller_arn: Some(ANN),
            context_entries: entries,
            ..SimulateCustomPolicy::default()
        });
        let result = response["EvaluationResults"][0].clone();
        let specific = &result["ResourceSpecificResults"][0];
        let missing = result["MissingContextValues"].clone();
        // Recorded: a list that is empty is left out of a result for a resource.
        let expected = Some(&missing).filter(|missing| **missing != json!([]));
        assert_eq!(specific.get("MissingContextValues"), expected);
        (result["EvalDecision"].clone(), result["MissingContextValues"].clone())
    };
    let entry = |context_key_name, context_key_values| ContextEntry {
        context_key_name,
        context_key_values,
        context_key_type: ContextKeyType::String,
    };
    let all = json!(["app:tier", "APP:Tier", "aws:SourceIp", "aws:username"]);
    assert_eq!(simulate(&[]), (json!("implicitDeny"), all));
    let silver = entry("App:Tier", &["silver"]);
    assert_eq!(
        simulate(&[silver]),
        (json!("implicitDeny"), json!(["aws:SourceIp", "aws:username"]))
    );
    let gold = entry("App:Tier", &["gold"]);
    assert_eq!(simulate(&[gold]), (json!("allowed"), json!([])));
    let other = entry("aws:UserName", &["bob"]);
    assert_eq!(
        simulate(&[gold, other]),
        (json!("implicitDeny"), json!(["aws:SourceIp"]))
    );
}

/// Recorded: what AWS fills in by itself, and nothing else; a context entry counts before it.
#[test]
fn the_caller_gives_four_condition_keys() {
    let decision = |caller: &str, key: &str, value: &str| {
        let condition = format!(r#","Condition":{{"StringEquals":{{"{key}":"{value}"}}}}"#);
        let response = custom(&SimulateCustomPolicy {
            policy_input_list: &[&statement("Allow", "s3:GetObject", "*", &condition)],
            action_names: &["s3:GetObject"],
            caller_arn: Some(caller),
            ..SimulateCustomPolicy::default()
        });
        response["EvaluationResults"][0]["EvalDecision"].clone()
    };
    let group = "arn:aws:iam::111122223333:group/team/ann";
    let role = "arn:aws:iam::111122223333:role/team/ann";
    for caller in [ANN, group, role] {
        assert_eq!(decision(caller, "aws:PrincipalArn", caller), "allowed");
        assert_eq!(decision(caller, "aws:userid", caller), "allowed");
        assert_eq!(decision(caller, "aws:PrincipalAccount", "111122223333"), "allowed");
        assert_eq!(decision(caller, "aws:PrincipalType", "User"), "implicitDeny");
    }
    assert_eq!(decision(ANN, "aws:username", "ann"), "allowed");
    assert_eq!(decision(group, "aws:username", "ann"), "implicitDeny");
    assert_eq!(decision(role, "aws:username", "ann"), "implicitDeny");
}

/// API: `MaxItems`, `Marker`, `IsTruncated`. Recorded: pages count actions, whatever the number of resources.
#[test]
fn pages_count_actions() {
    let policy = statement("Allow", "*", "*", "");
    let request = SimulateCustomPolicy {
        policy_input_list: &[&policy],
        action_names: &["s3:PutObject", "s3:GetObject", "s3:GetObject"],
        resource_arns: &[A, B],
        max_items: Some(2),
        ..SimulateCustomPolicy::default()
    };
    let names = |response: &SimulatePolicyResponse| -> Vec<String> {
        let results = response.evaluation_results.iter();
        results.map(|result| result.eval_action_name.clone()).collect()
    };
    let first = simulate_custom_policy(&request).unwrap();
    assert!(first.is_truncated);
    assert_eq!(names(&first), ["s3:PutObject", "s3:GetObject"]);
    let marker = first.marker.as_deref();
    let second = simulate_custom_policy(&SimulateCustomPolicy { marker, ..request }).unwrap();
    assert_eq!(
        (names(&second), second.is_truncated, &second.marker),
        (vec!["s3:GetObject".to_owned()], false, &None)
    );
    // Recorded: what is asked may change from page to page.
    let changed = SimulateCustomPolicy {
        marker,
        action_names: &["s3:GetObject"],
        ..request
    };
    let empty = simulate_custom_policy(&changed).unwrap();
    assert_eq!((empty.evaluation_results, empty.is_truncated), (Vec::new(), false));
}

/// API, "Errors"; the texts are AWS's as far as they are known.
#[test]
fn what_cannot_be_simulated_is_an_error_that_says_why() {
    let policy = statement("Allow", "*", "*", "");
    let request = SimulateCustomPolicy {
        policy_input_list: &[&policy],
        action_names: &["s3:GetObject"],
        resource_arns: &[A],
        ..SimulateCustomPolicy::default()
    };
    let invalid = |request: SimulateCustomPolicy<'_>, message: &str| refused(&request, "InvalidInput", message);
    invalid(
        SimulateCustomPolicy {
            action_names: &[],
            ..request
        },
        "ActionNames cannot be null or empty.",
    );
    for action in ["GetObject", "s3:*", "s3:Get?", "s3:", "", ":", "a:b:c"] {
        let message =
            format!("`{action}` is not an action: write `service:Name`, such as `s3:GetObject`, without wildcards");
        invalid(
            SimulateCustomPolicy {
                action_names: &["s3:GetObject", action],
                ..request
            },
            &message,
        );
    }
    for resource in ["reports", "arn:aws:s3", "", "*"] {
        let message = format!("ResourceNames are not in a valid ARN format: {resource}.");
        invalid(
            SimulateCustomPolicy {
                resource_arns: &[A, resource],
                ..request
            },
            &message,
        );
    }
    invalid(
        SimulateCustomPolicy {
            policy_input_list: &[
                &policy,
                r#"{"Version":"2012-10-17","Statement":{"Effect":"allow","Action":"*","Resource":"*"}}"#,
            ],
            ..request
        },
        "Policy input list item 2 has invalid content: 1:47: there is no effect `allow`",
    );
    invalid(
        SimulateCustomPolicy {
            permissions_boundary_policy_input_list: &[&policy, &policy],
            ..request
        },
        "The list of Permissions Boundary policies cannot exceed 1 items.",
    );
    invalid(
        SimulateCustomPolicy {
            ordered_organization_policy_input_list: &[OrderedOrganizationPolicy::default()],
            ..request
        },
        "Organization policy at index 1 must contain at least one service control policy",
    );
}

/// The same, of who calls and of how the answer is asked for.
#[test]
fn callers_owners_and_pages_are_checked() {
    let policy = statement("Allow", "*", "*", "");
    let request = SimulateCustomPolicy {
        policy_input_list: &[&policy],
        action_names: &["s3:GetObject"],
        resource_arns: &[A],
        ..SimulateCustomPolicy::default()
    };
    let invalid = |request: SimulateCustomPolicy<'_>, message: &str| refused(&request, "InvalidInput", message);
    invalid(
        SimulateCustomPolicy {
            resource_policy: Some(&resource_policy(ANN)),
            ..request
        },
        "Invalid caller - Caller cannot be null or empty.",
    );
    let with_policy = resource_policy(ANN);
    invalid(
        SimulateCustomPolicy {
            resource_policy: Some(&with_policy),
            caller_arn: Some(ANN),
            resource_arns: &[],
            ..request
        },
        "Invalid Entity Arn: * does not clearly define entity type and name.",
    );
    for caller in [
        "arn:aws:iam::111122223333:root",
        "arn:aws:sts::111122223333:assumed-role/r/s",
        "ann",
        "",
    ] {
        let message = format!("Invalid caller - Caller must be an IAM user, role or group in this context: {caller}.");
        invalid(
            SimulateCustomPolicy {
                caller_arn: Some(caller),
                ..request
            },
            &message,
        );
    }
    invalid(
        SimulateCustomPolicy {
            resource_owner: Some("acme"),
            ..request
        },
        "'acme' is not a valid as a Resource Owner.",
    );
    invalid(
        SimulateCustomPolicy {
            resource_handling_option: Some("EC2-VPC-EBS"),
            ..request
        },
        "Invalid input resource handling options. Action does not support resource handling options: s3:GetObject.",
    );
    invalid(
        SimulateCustomPolicy {
            marker: Some("next"),
            ..request
        },
        "Invalid marker for pagination.",
    );
    refused(
        &SimulateCustomPolicy {
            max_items: Some(1001),
            ..request
        },
        "ValidationError",
        "1 validation error detected: Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value \
         less than or equal to 1000",
    );
}

/// Whatever the texts, there is an answer or an error.
#[test]
fn no_text_makes_a_simulation_panic() {
    let policy = statement("Allow", "*", "*", "");
    let long = format!("{}{}", policy.trim_end_matches('}'), " ".repeat(131_072));
    let texts = [
        "",
        " ",
        "*",
        ":",
        "::",
        "a:b",
        "é:ü",
        "arn:",
        "arn:::::",
        "arn:aws:iam::111122223333:user/",
        "arn:aws:iam::::user//",
        "arn:aws:ec2:::instance",
        "\u{0}",
        "{}",
        "[]",
        "{\"Statement\":[]}",
        "{\"Statement\":{}}",
        &policy,
        &long,
    ];
    let values: [&[&str]; 3] = [&[], &[""], &["é", "*"]];
    let mut answered = 0;
    for (number, text) in texts.iter().enumerate() {
        let list = [*text];
        let entries = ContextKeyType::ALL.map(|context_key_type| ContextEntry {
            context_key_name: text,
            context_key_values: values[number % values.len()],
            context_key_type,
        });
        let level = [OrderedOrganizationPolicy {
            service_control_policy_input_list: &list,
        }];
        let plain = SimulateCustomPolicy {
            policy_input_list: &[&policy],
            action_names: &["s3:GetObject"],
            resource_arns: &[A],
            ..SimulateCustomPolicy::default()
        };
        let requests = [
            SimulateCustomPolicy {
                policy_input_list: &list,
                ..plain
            },
            SimulateCustomPolicy {
                permissions_boundary_policy_input_list: &list,
                ..plain
            },
            SimulateCustomPolicy {
                ordered_organization_policy_input_list: &level,
                ..plain
            },
            SimulateCustomPolicy {
                action_names: &list,
                ..plain
            },
            SimulateCustomPolicy {
                resource_arns: &list,
                ..plain
            },
            SimulateCustomPolicy {
                resource_policy: Some(text),
                caller_arn: Some(ANN),
                ..plain
            },
            SimulateCustomPolicy {
                resource_owner: Some(text),
                ..plain
            },
            SimulateCustomPolicy {
                caller_arn: Some(text),
                ..plain
            },
            SimulateCustomPolicy {
                resource_handling_option: Some(text),
                ..plain
            },
            SimulateCustomPolicy {
                marker: Some(text),
                ..plain
            },
        ];
        let entries = (entries.iter()).map(|entry| SimulateCustomPolicy {
            context_entries: std::slice::from_ref(entry),
            ..plain
        });
        for request in requests.into_iter().chain(entries) {
            match simulate_custom_policy(&request) {
                Ok(response) => answered += response.evaluation_results.len(),
                Err(error) => assert!(!error.message().is_empty()),
            }
        }
        drop(context_keys_for_custom_policy(&list));
    }
    assert!(answered > 0);
}
