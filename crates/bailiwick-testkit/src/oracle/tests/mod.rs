//! The tables of the reference, row by row.

mod conditions;
mod decisions;
mod service;
mod statements;

use super::*;
use crate::answer::{ContextValue, Decision};
use crate::scenario::{NamedPolicy, Scenario};

pub(super) const ALICE: &str = "arn:aws:iam::111111111111:user/alice";
pub(super) const ROLE: &str = "arn:aws:iam::111111111111:role/team/app";
pub(super) const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/app/s1";
pub(super) const FEDERATED: &str = "arn:aws:sts::111111111111:federated-user/fred";
pub(super) const PROVIDER: &str = "arn:aws:iam::111111111111:saml-provider/Corp";
pub(super) const ROOT: &str = "arn:aws:iam::111111111111:root";
pub(super) const QUEUE: &str = "arn:aws:sqs:us-east-1:111111111111:jobs";
pub(super) const FOREIGN_QUEUE: &str = "arn:aws:sqs:us-east-1:222222222222:jobs";
pub(super) const KEY: &str = "arn:aws:kms:us-east-1:111111111111:key/1234";

/// `{"Version": "2012-10-17", "Statement": {…}}`
pub(super) fn policy(members: &str) -> NamedPolicy {
    let document = format!(r#"{{"Version": "2012-10-17", "Statement": {{{members}}}}}"#);
    NamedPolicy::new("p", document)
}

/// Allows (or denies) everything.
pub(super) fn all(effect: &str) -> NamedPolicy {
    policy(&format!(r#""Effect": "{effect}", "Action": "*", "Resource": "*""#))
}

/// Allows what no test asks for.
pub(super) fn other() -> NamedPolicy {
    policy(r#""Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*""#)
}

/// A resource policy that allows (or denies) everything to `principal`, which is JSON.
pub(super) fn to(effect: &str, principal: &str) -> NamedPolicy {
    policy(&format!(
        r#""Effect": "{effect}", "Principal": {principal}, "Action": "*", "Resource": "*""#
    ))
}

pub(super) fn aws(principal: &str) -> String {
    format!(r#"{{"AWS": "{principal}"}}"#)
}

/// A request for a queue of the principal's account.
pub(super) fn asks(principal: &str) -> Scenario {
    Scenario {
        principal: principal.to_owned(),
        action: "sqs:SendMessage".to_owned(),
        resource: QUEUE.to_owned(),
        ..Scenario::default()
    }
}

pub(super) fn decision(scenario: &Scenario) -> Decision {
    decide(&OracleRequest::from_scenario(scenario).unwrap()).unwrap()
}

#[track_caller]
pub(super) fn check(scenario: &Scenario, expected: Decision) {
    assert_eq!(decision(scenario), expected, "{}", scenario.to_json().unwrap());
}
