use std::time::Duration;

use bailiwick_grammar::PolicyType;
use bailiwick_testkit::oracle::OracleRequest;
use bailiwick_testkit::scenario::Scenario;

use super::tally::Difference;
use super::*;

fn options(args: &[&str]) -> Result<Options, String> {
    Options::parse(&args.iter().map(ToString::to_string).collect::<Vec<_>>())
}

#[test]
fn without_arguments_a_million_comparisons_are_made() {
    assert_eq!(options(&[]).unwrap().comparisons, 1_000_000);
    let given = options(&["--seed", "7", "--comparisons", "20_000", "--corpora", "x"]).unwrap();
    assert_eq!((given.seed, given.comparisons), (7, 20_000));
    assert_eq!(given.corpora.as_deref(), Some(Path::new("x")));
}

#[test]
fn a_wrong_argument_is_refused() {
    for (args, message) in [
        (&["--seeds", "1"][..], "differential takes no argument `--seeds`"),
        (&["--seed"], "`--seed` takes a value"),
        (&["--seed", "one"], "`--seed` takes a number, not `one`"),
        (&["--corpora", "x", "y"], "differential takes no argument `y`"),
    ] {
        assert_eq!(options(args).unwrap_err(), message);
    }
}

fn real_policies() -> Vec<RealPolicy> {
    let identity = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "arn:aws:s3:::reports/${aws:username}/*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"#;
    let trust = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "111111111111"},
        "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "12345"}}}}"#;
    let texts = [
        (identity, PolicyType::IdentityBasedPolicy),
        (trust, PolicyType::TrustPolicy),
    ];
    let policies = texts.map(|(text, policy_type)| corpora::policy(text, policy_type).unwrap());
    policies.into()
}

#[test]
fn the_same_seed_asks_the_same_questions_and_no_answer_differs() {
    let policies = real_policies();
    let tally = compare(&policies, 1_000, 3);
    assert_eq!(tally.shown, []);
    assert!(tally.comparisons >= 1_000, "{tally:?}");
    assert_eq!(tally, compare(&policies, 1_000, 3));
    assert_ne!(tally, compare(&policies, 1_000, 4));
}

#[test]
fn a_difference_is_a_scenario_with_both_answers() {
    let mut question = OracleRequest {
        principal: "anonymous".to_owned(),
        action: "s3:GetObject".to_owned(),
        resource: "*".to_owned(),
        ..OracleRequest::default()
    };
    question.resource_policy = Some(real_policies().remove(0).document);
    let difference = Difference {
        scenario: question.to_scenario(),
        evaluator: "allowed".to_owned(),
        oracle: "implicitDeny".to_owned(),
    };
    let text = difference.to_string();
    let (answers, scenario) = text.split_once('\n').unwrap();
    assert_eq!(answers, "the evaluator says allowed, the oracle implicitDeny:");
    assert!(
        scenario.trim_start().starts_with(r#"{"id":"","principal":"anonymous""#) && !scenario.contains('\n'),
        "{scenario}"
    );
}

fn tally(allowed: usize, explicit: usize, implicit: usize, differences: usize) -> Tally {
    let difference = |_| Difference {
        scenario: Scenario::default(),
        evaluator: String::new(),
        oracle: String::new(),
    };
    Tally {
        comparisons: allowed + explicit + implicit,
        differences,
        shown: (0..differences.min(10)).map(difference).collect(),
        worlds: 1,
        refused_questions: 2,
        decisions: [
            ("allowed", allowed),
            ("explicitDeny", explicit),
            ("implicitDeny", implicit),
        ]
        .into(),
    }
}

#[test]
fn the_closing_line_counts_everything() {
    let both = tally(20, 10, 30, 12).and(tally(20, 10, 10, 3));
    assert_eq!((both.differences, both.shown.len()), (15, 10));
    assert_eq!(
        both.line(5, 1, Duration::from_millis(1_230)),
        r#"{"comparisons":100,"corpusDocuments":5,"decisions":{"allowed":40,"explicitDeny":20,"implicitDeny":40},"differences":15,"refused":1,"refusedQuestions":4,"seconds":1.2,"worlds":2}"#
    );
}

#[test]
fn comparisons_that_find_a_difference_or_prove_little_fail() {
    assert_eq!(tally(50, 20, 30, 0).verdict(), Ok(()));
    assert_eq!(tally(50, 20, 30, 1).verdict(), Err("1 differences".to_owned()));
    let little = "only 4 of 100 comparisons are `explicitDeny`: they prove little";
    assert_eq!(tally(50, 4, 46, 0).verdict(), Err(little.to_owned()));
    assert!(Tally::default().verdict().is_err());
}
