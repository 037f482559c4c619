use bailiwick_grammar::PolicyType;

use super::*;
use crate::lower::lower_text;

/// The conditions of a policy whose `Condition` element is this text.
pub(super) fn conditions(condition: &str) -> Vec<Condition> {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {condition}}}}}"#
    );
    lower_text(&text, PolicyType::IdentityBasedPolicy).unwrap().statements()[0]
        .conditions
        .clone()
}

#[track_caller]
fn check(condition: &str, context: &RequestContext, expected: bool) {
    let conditions = conditions(condition);
    assert_eq!(
        conditions.iter().all(|c| c.holds(context)),
        expected,
        "{condition} on {context:?}"
    );
}

/// The condition `{operator: {"aws:x": values}}` on a request whose `aws:x` is `value`.
#[track_caller]
fn on(operator: &str, values: &str, value: &str, expected: bool) {
    let context = RequestContext::from_iter([("aws:x", value)]);
    check(
        &format!(r#"{{"{operator}": {{"aws:x": {values}}}}}"#),
        &context,
        expected,
    );
}

/// The same on a request that has no `aws:x`.
#[track_caller]
fn missing(operator: &str, values: &str, expected: bool) {
    check(
        &format!(r#"{{"{operator}": {{"aws:x": {values}}}}}"#),
        &RequestContext::new(),
        expected,
    );
}

/// The same on a request with several values.
#[track_caller]
fn set(operator: &str, values: &str, value: &[&str], expected: bool) {
    let context = RequestContext::from_iter([("aws:x", value.to_vec())]);
    check(
        &format!(r#"{{"{operator}": {{"aws:x": {values}}}}}"#),
        &context,
        expected,
    );
}

// AWS: "IAM JSON policy elements: Condition operators".

#[test]
fn string_operators_compare_text() {
    on("StringEquals", r#"["a", "b"]"#, "b", true);
    on("StringEquals", r#""a*""#, "ab", false);
    on("StringEquals", r#""a""#, "A", false);
    on("StringNotEquals", r#"["a", "b"]"#, "b", false);
    on("StringNotEquals", r#"["a", "b"]"#, "c", true);
    on("StringEqualsIgnoreCase", r#""Ab""#, "aB", true);
    on("StringNotEqualsIgnoreCase", r#""Ab""#, "aB", false);
    on("StringLike", r#""a*/?""#, "a:b/c", true);
    on("StringNotLike", r#"["x*", "a*"]"#, "ab", false);
    on("stringlike", r#""A""#, "A", true);
}

#[test]
fn numeric_operators_compare_numbers() {
    on("NumericEquals", "10", "10.0", true);
    on("NumericLessThan", r#""10""#, "9", true);
    on("NumericLessThan", r#""10""#, "10", false);
    on("NumericLessThanEquals", r#""10""#, "10", true);
    on("NumericGreaterThan", r#""10""#, "11", true);
    on("NumericGreaterThanEquals", r#""10""#, "9.5", false);
    on("NumericNotEquals", r#"["1", "2"]"#, "3", true);
    on("NumericEquals", r#""x""#, "x", false);
    on("NumericNotEquals", r#""x""#, "3", false);
    on("NumericNotEquals", r#""3""#, "x", false);
}

#[test]
fn date_operators_compare_points_in_time() {
    on("DateGreaterThan", r#""2020-01-01""#, "2020-01-01T00:00:01Z", true);
    on("DateLessThan", r#""2020-01-01T00:00:00Z""#, "1577836799", true);
    on("DateEquals", r#""2020-01-01""#, "2020-01-01T00:00:00Z", true);
    on("DateNotEquals", r#""2020-01-01""#, "2020-01-01T00:00:00Z", false);
}

#[test]
fn bool_binary_and_address_operators_read_their_types() {
    on("Bool", "true", "TRUE", true);
    on("Bool", r#""false""#, "true", false);
    on("Bool", r#""yes""#, "yes", false);
    on("BinaryEquals", r#""aGk=""#, "aGk=", true);
    on(
        "IpAddress",
        r#"["203.0.113.0/24", "2001:db8::/32"]"#,
        "203.0.113.7",
        true,
    );
    on("IpAddress", r#""203.0.113.0/24""#, "2001:db8::1", false);
    on("NotIpAddress", r#""203.0.113.0/24""#, "198.51.100.1", true);
    on("NotIpAddress", r#""203.0.113.0/24""#, "2001:db8::1", true);
    on("NotIpAddress", r#""203.0.113.0/33""#, "198.51.100.1", false);
}

#[test]
fn arn_operators_match_segment_by_segment() {
    on(
        "ArnLike",
        r#""arn:aws:sns:*:111122223333:t*""#,
        "arn:aws:sns:us-east-1:111122223333:topic",
        true,
    );
    on(
        "ArnEquals",
        r#""arn:aws:sns:*:111122223333:t*""#,
        "arn:aws:sns:us-east-1:111122223333:topic",
        true,
    );
    on(
        "ArnLike",
        r#""arn:aws:sns:*:topic""#,
        "arn:aws:sns:us-east-1:111122223333:topic",
        false,
    );
    on("ArnLike", r#""*""#, "arn:aws:sns:us-east-1:111122223333:topic", false);
    on(
        "ArnNotLike",
        r#""arn:aws:iam::*:role/a""#,
        "arn:aws:iam::111122223333:role/b",
        true,
    );
    on("ArnNotLike", r#""*""#, "arn:aws:iam::111122223333:role/b", true);
    on("ArnLike", r#""arn:aws:iam::*:role/a""#, "no arn", false);
}

#[test]
fn a_missing_key_fails_positive_operators_and_meets_negated_ones() {
    for operator in [
        "StringEquals",
        "StringLike",
        "NumericLessThan",
        "DateLessThan",
        "Bool",
        "IpAddress",
        "ArnLike",
        "BinaryEquals",
    ] {
        let value = match operator {
            "DateLessThan" => r#""2020-01-01""#,
            _ => r#""1""#,
        };
        missing(operator, value, false);
        missing(&format!("{operator}IfExists"), value, true);
        missing(&format!("ForAllValues:{operator}"), value, true);
        missing(&format!("ForAnyValue:{operator}"), value, false);
        missing(&format!("ForAnyValue:{operator}IfExists"), value, false);
    }
    for operator in [
        "StringNotEquals",
        "StringNotLike",
        "NumericNotEquals",
        "NotIpAddress",
        "ArnNotLike",
    ] {
        missing(operator, r#""1""#, true);
        missing(&format!("ForAllValues:{operator}"), r#""1""#, true);
        missing(&format!("ForAnyValue:{operator}"), r#""1""#, false);
    }
    on("StringEqualsIfExists", r#""a""#, "b", false);
}

#[test]
fn null_asks_whether_the_key_is_absent() {
    missing("Null", "true", true);
    missing("Null", r#""false""#, false);
    on("Null", "true", "a", false);
    on("Null", r#""False""#, "a", true);
    on("Null", "true", "", true);
    set("Null", "true", &[], false);
    set("Null", "true", &[""], true);
    on("Null", r#"["true", "false"]"#, "a", true);
    on("ForAllValues:Null", "true", "a", true);
    on("ForAnyValue:Null", "false", "a", false);
}

// AWS: "Set operators for multivalued context keys".

#[test]
fn set_operators_speak_of_all_or_any_values() {
    set("ForAllValues:StringEquals", r#"["a", "b"]"#, &["a", "b"], true);
    set("ForAllValues:StringEquals", r#"["a", "b"]"#, &["a", "c"], false);
    set("ForAllValues:StringEquals", r#"["a"]"#, &[], true);
    set("ForAllValues:StringEquals", r#"["a"]"#, &[""], true);
    set("ForAllValues:StringNotEquals", r#"["a"]"#, &["b", "c"], true);
    set("ForAllValues:StringNotEquals", r#"["a"]"#, &["a", "c"], false);
    set("ForAnyValue:StringEquals", r#"["a", "b"]"#, &["c", "a"], true);
    set("ForAnyValue:StringEquals", r#"["a", "b"]"#, &["c"], false);
    set("ForAnyValue:StringEquals", r#"["a"]"#, &[], false);
    set("ForAnyValue:StringNotEquals", r#"["a"]"#, &["a", "c"], true);
    set("ForAnyValue:StringNotEquals", r#"["a"]"#, &["a"], false);
    on("ForAnyValue:StringEquals", r#""a""#, "a", true);
}

#[test]
fn a_multivalued_key_needs_a_set_operator() {
    set("StringEquals", r#""a""#, &["a"], false);
    set("StringNotEquals", r#""b""#, &["a"], false);
    set("StringEqualsIfExists", r#""a""#, &["a"], false);
}

#[test]
fn an_empty_list_of_values_is_met_by_a_missing_key_at_most() {
    on("StringEquals", "[]", "a", false);
    missing("StringEquals", "[]", false);
    on("StringNotEquals", "[]", "a", false);
    missing("StringNotEquals", "[]", false);
    missing("StringEqualsIfExists", "[]", true);
    on("StringEqualsIfExists", "[]", "a", false);
    missing("ForAllValues:StringEquals", "[]", true);
    set("ForAllValues:StringEquals", "[]", &["a"], false);
    set("ForAnyValue:StringEquals", "[]", &["a"], false);
}

// AWS: "IAM policy elements: Variables and tags".

#[test]
fn variables_take_the_value_of_another_key() {
    let context = RequestContext::from_iter([("aws:ResourceTag/team", "blue"), ("aws:PrincipalTag/team", "blue")]);
    check(
        r#"{"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}"#,
        &context,
        true,
    );
    check(
        r#"{"StringNotEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}"#,
        &context,
        false,
    );
    check(
        r#"{"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/other}"}}"#,
        &context,
        false,
    );
    check(
        r#"{"StringNotEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/other}"}}"#,
        &context,
        true,
    );
    check(
        r#"{"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/other, 'blue'}"}}"#,
        &context,
        true,
    );
}

#[test]
fn all_operators_keys_and_conditions_must_hold() {
    let context = RequestContext::from_iter([("aws:a", "1"), ("aws:b", "2")]);
    check(
        r#"{"StringEquals": {"aws:a": "1", "aws:b": "2"}, "NumericLessThan": {"aws:b": 3}}"#,
        &context,
        true,
    );
    check(r#"{"StringEquals": {"aws:a": "1", "aws:b": "3"}}"#, &context, false);
    check("{}", &context, true);
    check(r#"{"StringEquals": {}}"#, &context, true);
}

/// The keys that conditions on `aws:x` hold without, on a request that has what is given.
#[track_caller]
fn held_without(condition: &str, given: &[(&str, &str)], expected: &[&str]) {
    let conditions = conditions(condition);
    let context = given.iter().copied().collect();
    let keys = conditions
        .iter()
        .flat_map(|condition| condition.keys_held_without(&context));
    let keys: Vec<&str> = keys.map(ConditionKey::as_str).collect();
    assert_eq!(keys, expected, "{condition} on {context:?}");
}

#[test]
fn a_condition_that_holds_for_want_of_a_key_tells_which() {
    let without = |operator: &str, value: &str, expected: &[&str]| {
        held_without(&format!(r#"{{"{operator}": {{"aws:x": {value}}}}}"#), &[], expected);
    };
    for operator in [
        "StringNotEquals",
        "ArnNotLike",
        "StringEqualsIfExists",
        "ForAllValues:StringEquals",
    ] {
        without(operator, r#""a""#, &["aws:x"]);
    }
    without("Null", "true", &["aws:x"]);
    without("StringEquals", r#""a""#, &[]);
    without("Null", "false", &[]);
    // Says nothing of the key.
    without("ForAllValues:Null", "true", &[]);
    let condition = r#"{"StringNotEquals": {"aws:x": "a"}}"#;
    held_without(condition, &[("aws:x", "b")], &[]);
    held_without(condition, &[("aws:x", "a")], &[]);
}

#[test]
fn a_negated_condition_may_hold_for_want_of_a_variables_value() {
    let condition = r#"{"StringNotEquals": {"aws:x": "${aws:y}"}}"#;
    held_without(condition, &[("aws:x", "a")], &["aws:y"]);
    // The value is not even looked at.
    held_without(condition, &[], &["aws:x"]);
    held_without(condition, &[("aws:x", "a"), ("aws:y", "b")], &[]);
    let other = r#"{"StringEquals": {"aws:x": ["${aws:y}", "a"]}}"#;
    held_without(other, &[("aws:x", "a")], &[]);
}
