use super::*;
use crate::ast::{Effect, PrincipalBlock};
use crate::print::print_policy;

fn parse(text: &str) -> Parsed {
    parse_policy(text, &ParseOptions::default())
}

/// The codes, each with the text under its span.
#[track_caller]
fn err(text: &str, expected: &[(DiagnosticCode, &str)]) {
    let parsed = parse(text);
    let found: Vec<_> = parsed
        .diagnostics
        .iter()
        .map(|d| (d.code, &text[d.span.range()]))
        .collect();
    assert_eq!(found, expected);
    assert!(parsed.has_errors());
}

/// A policy of one statement with these members.
fn statement(members: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{{{members}}}]}}"#)
}

#[test]
fn a_policy_is_read_whole_and_printed_canonically() {
    let text = r#"{"Statement":{"Condition":{"forallvalues:stringlike":{"aws:TagKeys":["a*",1,true]}},"NotResource":"arn:aws:s3:::b/*",
        "Action":["s3:Get*"],"Principal":{"AWS":["111122223333","*"],"Service":"ec2.amazonaws.com"},"Effect":"Deny","Sid":"A"},
        "Id":"x","Version":"2012-10-17"}"#;
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, []);
    let document = parsed.document.unwrap();
    let printed = print_policy(&document);
    assert_eq!(
        printed,
        r#"{
    "Version": "2012-10-17",
    "Id": "x",
    "Statement": {
        "Sid": "A",
        "Effect": "Deny",
        "Principal": {
            "AWS": [
                "111122223333",
                "*"
            ],
            "Service": "ec2.amazonaws.com"
        },
        "Action": ["s3:Get*"],
        "NotResource": "arn:aws:s3:::b/*",
        "Condition": {
            "ForAllValues:StringLike": {
                "aws:TagKeys": [
                    "a*",
                    1,
                    true
                ]
            }
        }
    }
}"#
    );
    let again = parse(&printed).document.unwrap();
    assert_eq!(again, document);
    assert_eq!(print_policy(&again), printed);
}

#[test]
fn elements_are_found_where_they_stand() {
    let text = statement(r#""Effect": "Allow", "Action": "s3:*", "Resource": "*""#);
    let document = parse(&text).document.unwrap();
    let statement = &document.statements.as_ref().unwrap().items[0];
    assert_eq!(statement.effect.map(|effect| effect.node), Some(Effect::Allow));
    let action = statement.action.as_ref().unwrap();
    assert_eq!(&text[action.span().range()], r#""Action": "s3:*""#);
    assert_eq!(&text[action.value.items[0].span.range()], r#""s3:*""#);
}

#[test]
fn both_spellings_of_everyone_are_read() {
    for everyone in [r#""*""#, r#"{"*": "*"}"#] {
        let text = statement(&format!(
            r#""Effect": "Allow", "Principal": {everyone}, "Action": "s3:*""#
        ));
        let parsed = parse(&text);
        assert_eq!(parsed.diagnostics, []);
        let principal = parsed.document.unwrap().statements.as_ref().unwrap().items[0]
            .principal
            .clone()
            .unwrap();
        assert_eq!(principal.value.node, PrincipalBlock::Everyone);
    }
}

#[test]
fn what_is_not_a_policy_is_said_to_be_none() {
    err("[]", &[(DiagnosticCode::NotAnObject, "[]")]);
    err("", &[(DiagnosticCode::UnexpectedEnd, "")]);
    err("{}", &[(DiagnosticCode::MissingStatement, "{")]);
    err(r#"{"Statement": []}"#, &[(DiagnosticCode::MissingStatement, "[]")]);
    err(r#"{"Statement": ["x"]}"#, &[(DiagnosticCode::WrongType, "\"x\"")]);
}

#[test]
fn unknown_and_repeated_elements_are_kept_and_reported() {
    let text = r#"{"version": "2012-10-17", "Statement": {"Effect": "Allow", "Effect": "Deny", "Actions": "s3:*", "Action": "s3:*"}}"#;
    err(
        text,
        &[
            (DiagnosticCode::UnknownElement, "\"version\""),
            (DiagnosticCode::DuplicateKey, "\"Effect\""),
            (DiagnosticCode::UnknownElement, "\"Actions\""),
        ],
    );
    let parsed = parse(text);
    assert_eq!(
        parsed.diagnostics[0].help.as_deref(),
        Some("write `Version`: element names are case-sensitive")
    );
    assert_eq!(
        parsed.diagnostics[2].help.as_deref(),
        Some("write `Action`: element names are case-sensitive")
    );
    let document = parsed.document.unwrap();
    assert_eq!(document.extra.len(), 1);
    let statement = &document.statements.as_ref().unwrap().items[0];
    assert_eq!(statement.effect.map(|effect| effect.node), Some(Effect::Allow));
    assert_eq!(
        statement
            .extra
            .iter()
            .map(|member| member.key.as_str())
            .collect::<Vec<_>>(),
        ["Effect", "Actions"]
    );
}

#[test]
fn each_malformed_element_is_reported_at_its_place() {
    let cases = [
        (
            r#""Effect": "allow", "Action": "s3:*""#,
            DiagnosticCode::InvalidEffect,
            "\"allow\"",
        ),
        (r#""Action": "s3:*""#, DiagnosticCode::MissingEffect, "{"),
        (r#""Effect": "Allow""#, DiagnosticCode::MissingAction, "{"),
        (
            r#""Effect": "Allow", "Action": "GetObject""#,
            DiagnosticCode::InvalidAction,
            "\"GetObject\"",
        ),
        (
            r#""Effect": "Allow", "Action": ["s3:*", null]"#,
            DiagnosticCode::WrongType,
            "null",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:*", "NotAction": "s3:Get*""#,
            DiagnosticCode::ConflictingElements,
            "\"NotAction\"",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:*", "Principal": "111122223333""#,
            DiagnosticCode::InvalidPrincipal,
            "\"111122223333\"",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:*", "Principal": {"Aws": "*"}"#,
            DiagnosticCode::UnknownPrincipalType,
            "\"Aws\"",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:*", "Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}"#,
            DiagnosticCode::WildcardInPrincipal,
            "\"arn:aws:iam::111122223333:role/*\"",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:*", "Condition": []"#,
            DiagnosticCode::WrongType,
            "[]",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:*", "Condition": {"StringMatches": {"aws:x": "y"}}"#,
            DiagnosticCode::InvalidOperator,
            "\"StringMatches\"",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:*", "Condition": {"Bool": {"SecureTransport": "true"}}"#,
            DiagnosticCode::InvalidConditionKey,
            "\"SecureTransport\"",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": null}}"#,
            DiagnosticCode::WrongType,
            "null",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username""#,
            DiagnosticCode::MissingBraceInVariable,
            "${aws:username",
        ),
        (
            r#""Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::\u0062/${}""#,
            DiagnosticCode::EmptyVariable,
            "${}",
        ),
    ];
    for (members, code, under) in cases {
        err(&statement(members), &[(code, under)]);
    }
}

#[test]
fn a_misspelt_operator_is_recognized() {
    let text = statement(r#""Effect": "Allow", "Action": "s3:*", "Condition": {"StringEqual": {"aws:x": "y"}}"#);
    assert_eq!(
        parse(&text).diagnostics[0].help.as_deref(),
        Some("did you mean `StringEquals`?")
    );
    let text =
        statement(r#""Effect": "Allow", "Action": "s3:*", "Condition": {"ForAllValue:StringLike": {"aws:x": "y"}}"#);
    let help = parse(&text).diagnostics[0].help.clone();
    assert_eq!(help.as_deref(), Some("did you mean `ForAllValues:StringLike`?"));
}

#[test]
fn variables_of_an_old_version_are_text() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username"}}"#;
    let parsed = parse(text);
    assert!(!parsed.has_errors());
    assert_eq!(parsed.diagnostics[0].code, DiagnosticCode::VariableInVersion);
}

#[test]
fn variables_before_the_fifth_colon_are_a_warning() {
    let members = r#""Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:iam::${aws:PrincipalAccount}:role/x""#;
    let text = statement(members);
    let parsed = parse(&text);
    assert!(!parsed.has_errors());
    assert_eq!(&text[parsed.diagnostics[0].span.range()], "${aws:PrincipalAccount}");
}

#[test]
fn bytes_must_be_utf_8() {
    let parsed = parse_policy_bytes(b"{\"Id\": \"\xff\"}", &ParseOptions::default());
    assert_eq!(
        parsed.diagnostics[0].to_string(),
        "the file is not UTF-8: byte 0xff at offset 8"
    );
    let parsed = parse_policy_bytes(b"\xff\xfe{\0}\0", &ParseOptions::default());
    assert!(parsed.diagnostics[0].help.as_deref().unwrap().contains("UTF-16"));
}

#[test]
fn the_number_of_statements_is_limited() {
    let many = ["{}"; 11].join(",");
    let limits = Limits {
        statements: 10,
        ..Limits::default()
    };
    let parsed = parse_policy(
        &format!(r#"{{"Statement": [{many}]}}"#),
        &ParseOptions { limits, base: 0 },
    );
    assert_eq!(parsed.diagnostics[0].code, DiagnosticCode::TooManyStatements);
}
