//! C §2, the table of missing keys, and the set operators.

use super::*;

/// Whether a statement with this condition (an object in JSON) applies.
#[track_caller]
fn check(condition: &str, context: &[(&str, ContextValue)], expected: bool) {
    check_version("2012-10-17", condition, context, expected);
}

#[track_caller]
fn check_version(version: &str, condition: &str, context: &[(&str, ContextValue)], expected: bool) {
    let document = format!(
        r#"{{"Version": "{version}", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {condition}}}}}"#
    );
    let scenario = Scenario {
        identity_policies: vec![NamedPolicy::new("p", document)],
        context: context
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect(),
        ..asks(ALICE)
    };
    let found = decision(&scenario) == Decision::Allowed;
    assert_eq!(found, expected, "{condition} on {context:?}");
}

fn one(value: &str) -> ContextValue {
    value.into()
}

fn many(values: &[&str]) -> ContextValue {
    ContextValue::Multi(values.iter().map(|value| (*value).to_owned()).collect())
}

const POSITIVE: [(&str, &str); 17] = [
    ("StringEquals", "a"),
    ("StringEqualsIgnoreCase", "a"),
    ("StringLike", "*"),
    ("NumericEquals", "1"),
    ("NumericLessThan", "1"),
    ("NumericLessThanEquals", "1"),
    ("NumericGreaterThan", "1"),
    ("NumericGreaterThanEquals", "1"),
    ("DateEquals", "2024-01-01"),
    ("DateLessThan", "2024-01-01"),
    ("DateLessThanEquals", "2024-01-01"),
    ("DateGreaterThan", "2024-01-01"),
    ("Bool", "true"),
    ("BinaryEquals", "QQ=="),
    ("IpAddress", "0.0.0.0/0"),
    ("ArnEquals", "arn:aws:s3:::*"),
    ("ArnLike", "arn:aws:s3:::*"),
];

const NEGATED: [(&str, &str); 8] = [
    ("StringNotEquals", "a"),
    ("StringNotEqualsIgnoreCase", "a"),
    ("StringNotLike", "a"),
    ("NumericNotEquals", "1"),
    ("DateNotEquals", "2024-01-01"),
    ("NotIpAddress", "10.0.0.0/8"),
    ("ArnNotEquals", "arn:aws:s3:::b"),
    ("ArnNotLike", "arn:aws:s3:::b"),
];

#[test]
fn missing_keys() {
    for (operators, plain) in [(&POSITIVE[..], false), (&NEGATED[..], true)] {
        for (operator, value) in operators {
            let condition = |prefix: &str, suffix: &str, values: &str| {
                format!(r#"{{"{prefix}{operator}{suffix}": {{"aws:x": {values}}}}}"#)
            };
            let value = format!(r#""{value}""#);
            check(&condition("", "", &value), &[], plain);
            check(&condition("", "IfExists", &value), &[], true);
            check(&condition("ForAllValues:", "", &value), &[], true);
            check(&condition("ForAllValues:", "IfExists", &value), &[], true);
            check(&condition("ForAnyValue:", "", &value), &[], false);
            check(&condition("ForAnyValue:", "IfExists", &value), &[], false);
            // Empty lists.
            check(&condition("", "", "[]"), &[], false);
            check(&condition("", "", "[]"), &[("aws:x", one("1"))], false);
            check(&condition("", "IfExists", "[]"), &[], true);
            check(&condition("", "IfExists", "[]"), &[("aws:x", one("1"))], false);
            check(&condition("ForAllValues:", "", "[]"), &[], true);
            check(&condition("ForAllValues:", "", "[]"), &[("aws:x", many(&[]))], true);
            check(&condition("ForAllValues:", "", "[]"), &[("aws:x", one("1"))], false);
            check(&condition("ForAnyValue:", "", "[]"), &[], false);
            check(&condition("ForAnyValue:", "", "[]"), &[("aws:x", one("1"))], false);
            // A multivalued key without a set operator.
            check(&condition("", "", &value), &[("aws:x", many(&["1"]))], false);
            check(&condition("", "IfExists", &value), &[("aws:x", many(&["1"]))], false);
        }
    }
}

#[test]
fn null() {
    let cases = [
        (None, true),
        (Some(one("")), true),
        (Some(one("x")), false),
        (Some(many(&["x"])), false),
        (Some(many(&[])), false),
        (Some(many(&["", ""])), true),
        (Some(many(&["", "x"])), false),
    ];
    for (value, absent) in cases {
        let context: Vec<_> = value.into_iter().map(|value| ("aws:x", value)).collect();
        check(r#"{"Null": {"aws:x": "true"}}"#, &context, absent);
        check(r#"{"Null": {"aws:x": true}}"#, &context, absent);
        check(r#"{"Null": {"aws:x": "False"}}"#, &context, !absent);
        check(r#"{"Null": {"aws:x": "maybe"}}"#, &context, false);
        check(r#"{"ForAllValues:Null": {"aws:x": "true"}}"#, &context, true);
        check(r#"{"ForAnyValue:Null": {"aws:x": "true"}}"#, &context, false);
    }
}

/// C §2, "`ForAllValues` / `ForAnyValue`": V = request values, P = {a, b}.
#[test]
fn set_operators() {
    let cases: [(ContextValue, [bool; 4]); 10] = [
        (many(&[]), [true, true, false, false]),
        (many(&["a"]), [true, false, true, false]),
        (many(&["a", "b"]), [true, false, true, false]),
        (many(&["a", "c"]), [false, false, true, true]),
        (many(&["c", "d"]), [false, true, false, true]),
        (one("a"), [true, false, true, false]),
        (one("c"), [false, true, false, true]),
        (one(""), [true, true, false, true]),
        (many(&[""]), [true, true, false, true]),
        (many(&["", "a"]), [false, false, true, true]),
    ];
    for (value, expected) in cases {
        let operators = [
            "ForAllValues:StringEquals",
            "ForAllValues:StringNotEquals",
            "ForAnyValue:StringEquals",
            "ForAnyValue:StringNotEquals",
        ];
        for (operator, expected) in operators.iter().zip(expected) {
            let condition = format!(r#"{{"{operator}": {{"aws:x": ["a", "b"]}}}}"#);
            check(&condition, &[("aws:x", value.clone())], expected);
        }
    }
}

#[test]
fn values_or_and_keys_and_operators_and() {
    let context = [("aws:x", one("a")), ("aws:y", one("b"))];
    check(r#"{"StringEquals": {"aws:x": ["z", "a"]}}"#, &context, true);
    check(r#"{"StringNotEquals": {"aws:x": ["z", "a"]}}"#, &context, false);
    check(r#"{"StringEquals": {"aws:x": "a", "aws:y": "z"}}"#, &context, false);
    check(
        r#"{"StringEquals": {"aws:x": "a"}, "StringLike": {"aws:y": "z"}}"#,
        &context,
        false,
    );
    check(
        r#"{"stringequals": {"AWS:X": "a"}, "StringLike": {"aws:y": "?"}}"#,
        &context,
        true,
    );
    check(r#"{"StringEquals": {}}"#, &context, true);
    check("{}", &context, true);
}

#[test]
fn each_operator() {
    let cases: [(&str, &str, &str, bool); 42] = [
        ("StringEquals", "a*", "a*", true),
        ("StringEquals", "a*", "ab", false),
        ("StringEquals", "a", "A", false),
        ("StringNotEquals", "a", "A", true),
        ("StringEqualsIgnoreCase", "a", "A", true),
        ("StringNotEqualsIgnoreCase", "a", "A", false),
        ("StringLike", "a*c", "a/:c", true),
        ("StringLike", "?", "é", true),
        ("StringLike", "A", "a", false),
        ("StringNotLike", "a*", "b", true),
        ("NumericEquals", "10", "10.0", true),
        ("NumericEquals", "ten", "10", false),
        ("NumericNotEquals", "10", "11", true),
        ("NumericNotEquals", "10", "10.0", false),
        ("NumericNotEquals", "ten", "11", false),
        ("NumericNotEquals", "10", "eleven", false),
        ("NumericLessThan", "10", "9", true),
        ("NumericLessThan", "10", "10", false),
        ("NumericLessThanEquals", "10", "10", true),
        ("NumericGreaterThan", "10", "9", false),
        ("NumericGreaterThanEquals", "10", "10", true),
        ("DateEquals", "2024-01-01", "2024-01-01T00:00:00Z", true),
        ("DateNotEquals", "2024-01-01", "2024-01-02", true),
        ("DateNotEquals", "never", "2024-01-02", false),
        ("DateLessThan", "2024-01-01", "1704067199", true),
        ("DateGreaterThanEquals", "2024-01-01T01:00:00+01:00", "2024-01-01", true),
        ("DateLessThanEquals", "2024-01-01", "2024-01-02", false),
        ("Bool", "TRUE", "true", true),
        ("Bool", "false", "true", false),
        ("Bool", "yes", "yes", false),
        ("BinaryEquals", "QUJD", "QUJD", true),
        ("BinaryEquals", "QUJD", "QUJE", false),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", true),
        ("IpAddress", "2001:db8::/32", "10.1.2.3", false),
        ("NotIpAddress", "2001:db8::/32", "10.1.2.3", true),
        ("NotIpAddress", "10.0.0.0/99", "11.1.2.3", false),
        (
            "ArnLike",
            "arn:aws:sns:*:111111111111:t*",
            "arn:aws:sns:us-east-1:111111111111:t:1",
            true,
        ),
        (
            "ArnEquals",
            "arn:aws:sns:*:111111111111:t*",
            "arn:aws:sns:us-east-1:111111111111:t:1",
            true,
        ),
        (
            "ArnLike",
            "arn:aws:sns:*:t",
            "arn:aws:sns:us-east-1:111111111111:t",
            false,
        ),
        ("ArnLike", "*", "arn:aws:sns:us-east-1:111111111111:t", false),
        ("ArnNotLike", "*", "arn:aws:sns:us-east-1:111111111111:t", true),
        ("ArnNotEquals", "arn:aws:s3:::b", "b", true),
    ];
    for (operator, policy, request, expected) in cases {
        let condition = format!(r#"{{"{operator}": {{"aws:x": "{policy}"}}}}"#);
        check(&condition, &[("aws:x", one(request))], expected);
    }
    check(r#"{"NumericEquals": {"aws:x": 10}}"#, &[("aws:x", one("10"))], true);
    check(r#"{"StringEquals": {"aws:x": true}}"#, &[("aws:x", one("true"))], true);
    check(
        r#"{"NumericNotEquals": {"aws:x": ["ten", "12"]}}"#,
        &[("aws:x", one("11"))],
        false,
    );
}

#[test]
fn variables() {
    let context = [
        ("aws:x", one("alice")),
        ("aws:username", one("alice")),
        ("aws:star", one("*")),
        ("aws:arn", one("arn:aws:s3:::b")),
        ("aws:flag", one("true")),
        ("aws:TagKeys", many(&["alice"])),
    ];
    check(r#"{"StringEquals": {"aws:x": "${aws:username}"}}"#, &context, true);
    check(r#"{"StringLike": {"aws:x": "${aws:star}"}}"#, &context, false);
    check(r#"{"StringLike": {"aws:x": "${aws:none}*"}}"#, &context, false);
    check(r#"{"StringNotLike": {"aws:x": "${aws:none}*"}}"#, &context, true);
    check(r#"{"StringEquals": {"aws:x": "${aws:none, 'alice'}"}}"#, &context, true);
    check(r#"{"StringEquals": {"aws:x": "${aws:TagKeys}"}}"#, &context, false);
    check(
        r#"{"StringEquals": {"aws:x": "${aws:TagKeys, 'alice'}"}}"#,
        &context,
        true,
    );
    check(r#"{"Bool": {"aws:flag": "${aws:flag}"}}"#, &context, true);
    check(
        r#"{"ArnLike": {"aws:arn": "arn:aws:s3:::${aws:none, 'b'}"}}"#,
        &context,
        true,
    );
    // The text of a variable stays within its segment.
    check(r#"{"ArnLike": {"aws:arn": "${aws:arn}"}}"#, &context, false);
    check_version(
        "2008-10-17",
        r#"{"StringEquals": {"aws:x": "${aws:username}"}}"#,
        &context,
        false,
    );
    let text = [("aws:x", one("${aws:username}"))];
    check_version(
        "2008-10-17",
        r#"{"StringEquals": {"aws:x": "${aws:username}"}}"#,
        &text,
        true,
    );
}
