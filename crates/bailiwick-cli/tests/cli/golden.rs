//! What is printed, beside what is asked: `testdata/cli/*.snap`. Decisions are those of testdata/acme/README.md, derived there by hand, or
//! of a page of AWS.

use serde_json::Value;

use crate::command::{Ended, root, run};

/// A question about testdata/acme that the README of that folder or a page of AWS answers.
pub(crate) struct Case {
    name: &'static str,
    asked: &'static [&'static str],
    decision: &'static str,
    /// The row of the README, or the page of AWS.
    source: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "pass_role",
        asked: &[
            "arn:aws:iam::444455556666:user/devon",
            "iam:PassRole",
            "arn:aws:iam::444455556666:role/lambda-migration-admin",
            "--context",
            "iam:PassedToService=lambda.amazonaws.com",
        ],
        decision: "allowed",
        source: "7.1",
    },
    Case {
        name: "scp_across_accounts",
        asked: &[
            "arn:aws:iam::444455556666:role/data-analyst",
            "s3:GetObject",
            "arn:aws:s3:::acme-customer-data/curated/2026/10.parquet",
            "--explain",
        ],
        decision: "explicitDeny",
        source: "11.1",
    },
    Case {
        name: "endpoint_missing",
        asked: &[
            "arn:aws:iam::333344445555:role/warehouse-etl",
            "s3:GetObject",
            "arn:aws:s3:::acme-warehouse-vault/facts/1.parquet",
            "--explain",
        ],
        decision: "explicitDeny",
        source: "12.2",
    },
    Case {
        name: "via_service_missing",
        asked: &[
            "arn:aws:iam::999988887777:root",
            "kms:Decrypt",
            "arn:aws:kms:eu-west-1:333344445555:key/b84f1d36-9e2c-4a75-a6d0-3c7e5b9f1248",
            "--explain",
        ],
        decision: "implicitDeny",
        source: "5.4",
    },
    Case {
        name: "boundary",
        asked: &[
            "arn:aws:iam::444455556666:user/dana",
            "s3:PutObject",
            "arn:aws:s3:::acme-research-archive/today.md",
            "--explain",
        ],
        decision: "implicitDeny",
        source: "10.2",
    },
    Case {
        name: "assume_role_both_sides",
        asked: &[
            "arn:aws:iam::444455556666:role/ci-deployer",
            "sts:AssumeRole",
            "arn:aws:iam::222233334444:role/release-broker",
        ],
        decision: "allowed",
        source: "4.2",
    },
    Case {
        name: "assume_role_with_a_tag",
        asked: &[
            "arn:aws:iam::444455556666:role/ci-deployer",
            "sts:AssumeRole",
            "arn:aws:iam::222233334444:role/release-broker",
            "--context",
            "aws:RequestTag/build=7",
            "--explain",
        ],
        decision: "implicitDeny",
        source: "4.6",
    },
    Case {
        name: "saml_with_a_tag",
        asked: &[
            "arn:aws:iam::333344445555:saml-provider/Okta",
            "sts:AssumeRoleWithSAML",
            "arn:aws:iam::333344445555:role/okta-engineer",
            "--context",
            "saml:aud=https://signin.aws.amazon.com/saml",
            "--context",
            "aws:RequestTag/team=search",
        ],
        decision: "allowed",
        source: "2.7",
    },
    Case {
        name: "pass_role_to_another_service",
        asked: &[
            "arn:aws:iam::444455556666:user/devon",
            "iam:PassRole",
            "arn:aws:iam::444455556666:role/lambda-migration-admin",
            "--context",
            "iam:PassedToService=ec2.amazonaws.com",
        ],
        decision: "allowed",
        source: "7.5",
    },
    Case {
        name: "encoded_documents",
        asked: &[
            "arn:aws:iam::555566667777:role/sandbox-admin",
            "secretsmanager:CreateSecret",
            "arn:aws:secretsmanager:eu-west-1:555566667777:secret:toy-a1B2c3",
            "--explain",
        ],
        decision: "implicitDeny",
        source: "11.6",
    },
    Case {
        name: "anonymous_without_tls",
        asked: &[
            "anonymous",
            "s3:GetObject",
            "arn:aws:s3:::acme-press-kit/logo.png",
            "--context",
            "aws:SecureTransport=false",
        ],
        decision: "explicitDeny",
        source: "6.3",
    },
    Case {
        name: "pass_role_across_accounts",
        asked: &[
            "arn:aws:iam::111122223333:role/okta-admin",
            "iam:PassRole",
            "arn:aws:iam::222233334444:role/release-broker",
            "--explain",
        ],
        decision: "implicitDeny",
        source: "Grant a user permissions to pass a role to an AWS service: not to a service in another account",
    },
    Case {
        name: "root_assumes_role",
        asked: &[
            "arn:aws:iam::444455556666:root",
            "sts:AssumeRole",
            "arn:aws:iam::222233334444:role/release-broker",
            "--context",
            "aws:RequestTag/build=7",
        ],
        decision: "implicitDeny",
        source: "STS API Reference, AssumeRole: not with credentials of the root user",
    },
    Case {
        name: "session_token_of_a_user",
        asked: &["arn:aws:iam::444455556666:user/devon", "sts:GetSessionToken", "*"],
        decision: "allowed",
        source: "Permissions for GetSessionToken: no permissions are required",
    },
    Case {
        name: "session_token_of_a_session",
        asked: &[
            "arn:aws:iam::444455556666:role/data-analyst",
            "sts:GetSessionToken",
            "*",
        ],
        decision: "implicitDeny",
        source: "Compare AWS STS credentials: IAM user or root user",
    },
    Case {
        name: "caller_identity_of_an_administrator",
        asked: &[
            "arn:aws:iam::555566667777:role/sandbox-admin",
            "sts:GetCallerIdentity",
            "*",
            "--explain",
        ],
        decision: "allowed",
        source: "STS API Reference, GetCallerIdentity: no permissions are required",
    },
    Case {
        name: "own_right_of_the_root_user",
        asked: &["arn:aws:iam::444455556666:root", "s3:ListAllMyBuckets", "*"],
        decision: "allowed",
        source: "AWS account root user: complete access to all services and resources in the account",
    },
];

impl Case {
    fn args(&self) -> Vec<&'static str> {
        let organization = ["--org", "testdata/acme", "--context", "aws:RequestedRegion=eu-west-1"];
        [&["can"], self.asked, &organization].concat()
    }

    /// The answer as JSON; the decision is that of the README.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let ended = run(&self.json_args());
        let answer = ended.json();
        assert_eq!(answer["decision"], self.decision, "{}", self.source);
        answer
    }

    fn json_args(&self) -> Vec<&'static str> {
        [self.args().as_slice(), &["--format", "json"]].concat()
    }
}

/// All questions.
pub(crate) fn cases() -> &'static [Case] {
    CASES
}

/// What a terminal shows, both streams one after the other, and how it ended.
fn session(args: &[&str], ended: &Ended) -> String {
    let mut text = format!("$ bailiwick {}\n", args.join(" "));
    for (stream, content) in [("stderr", &ended.stderr), ("stdout", &ended.stdout)] {
        if !content.is_empty() {
            text = format!("{text}--- {stream}\n{content}");
        }
    }
    format!("{text}--- exit status {}\n", ended.code)
}

fn compare(name: &str, args: &[&str]) {
    compare_in("testdata/cli", name, args);
}

/// Compares what a terminal shows with the snapshot of that name in a folder.
pub(crate) fn compare_in(folder: &str, name: &str, args: &[&str]) {
    let text = session(args, &run(args));
    let folder = root().join(folder).canonicalize().unwrap();
    insta::with_settings!({ snapshot_path => folder, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn answers_for_people() {
    for case in CASES {
        case.json();
        compare(case.name, &case.args());
    }
}

#[test]
fn answers_for_programs() {
    for case in CASES {
        compare(&format!("{}.json", case.name), &case.json_args());
    }
}

/// testdata/acme, 11.1, and without a region the SCP `approved-regions` denies too.
#[test]
fn a_deny_that_applies_for_want_of_a_key() {
    let args = [
        "can",
        "arn:aws:iam::444455556666:role/data-analyst",
        "s3:GetObject",
        "arn:aws:s3:::acme-customer-data/x.csv",
        "--org",
        "testdata/acme",
    ];
    let json = [&args[..], &["--format", "json"]].concat();
    assert_eq!(run(&json).json()["decision"], "explicitDeny");
    compare("region_missing", &args);
    compare("region_missing.json", &json);
}

#[test]
fn scenario_with_named_policies() {
    let args = ["simulate", "testdata/cli/scenario.json"];
    compare("scenario", &args);
    compare("scenario.explained", &[&args[..], &["--explain"]].concat());
    compare(
        "scenario.json",
        &[&args[..], &["--explain", "--format", "json"]].concat(),
    );
}

#[test]
fn malformed_scenarios() {
    for name in ["not_json", "unknown_member", "broken_policy"] {
        compare(name, &["simulate", &format!("testdata/cli/{name}.json")]);
    }
}

#[test]
fn malformed_organization() {
    let ask = |user: &'static str| {
        let organization = ["--org", "testdata/cli/organization_with_errors"];
        [&["can", user, "s3:ListAllMyBuckets", "*"][..], &organization].concat()
    };
    compare("malformed_organization", &ask("arn:aws:iam::111111111111:user/alice"));
    compare(
        "malformed_organization.broken_policy",
        &ask("arn:aws:iam::111111111111:user/bob"),
    );
}
