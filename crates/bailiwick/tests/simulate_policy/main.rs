//! `SimulateCustomPolicy` and `SimulatePrincipalPolicy`: every field of the answers, by hand.
//!
//! "API" is the IAM API Reference: the two actions, `EvaluationResult`, `ResourceSpecificResult`, `Statement`. "Recorded" is an answer
//! that somebody recorded from AWS; where it is not what the reference says, `docs/semantics.md` has the point.

#![expect(clippy::disallowed_methods, reason = "a test reads its data")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

mod custom;
mod principal;

use bailiwick::{SimulatePolicyError, SimulatePolicyResponse};

const A: &str = "arn:aws:s3:::reports/a";

fn statement(effect: &str, action: &str, resource: &str, more: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"{more}}}]}}"#
    )
}

#[track_caller]
fn error(outcome: Result<SimulatePolicyResponse, SimulatePolicyError>, code: &str, message: &str) {
    let error = outcome.unwrap_err();
    assert_eq!((error.kind().code(), error.message()), (code, message));
}

#[track_caller]
fn snapshot(name: &str, response: &SimulatePolicyResponse) {
    let text = serde_json::to_string_pretty(response).unwrap();
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

fn resource_policy(principal: &str) -> String {
    let more = format!(r#","Principal":{{"AWS":"{principal}"}}"#);
    statement("Allow", "s3:GetObject", "arn:aws:s3:::reports/*", &more)
}
