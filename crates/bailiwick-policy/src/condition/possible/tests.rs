use super::*;
use crate::condition::tests::conditions;

/// Whether `{operator: {"aws:x": values}}` could hold, and could fail, for this context.
#[track_caller]
fn check_in(context: &RequestContext, operator: &str, values: &str, could_hold: bool, could_fail: bool) {
    let conditions = conditions(&format!(r#"{{"{operator}": {{"aws:x": {values}}}}}"#));
    let found = (conditions[0].could_hold(context), conditions[0].could_fail(context));
    assert_eq!(found, (could_hold, could_fail), "{operator} {values} on {context:?}");
}

/// The same for a request that has no key.
#[track_caller]
fn check(operator: &str, values: &str, could_hold: bool, could_fail: bool) {
    check_in(&RequestContext::new(), operator, values, could_hold, could_fail);
}

/// The same for a request that has this `aws:x`.
#[track_caller]
fn on(value: &str, operator: &str, values: &str, could_hold: bool, could_fail: bool) {
    let context = RequestContext::from_iter([("aws:x", value)]);
    check_in(&context, operator, values, could_hold, could_fail);
}

/// The same for a request that has these values of `aws:x`.
#[track_caller]
fn on_set(value: &[&str], operator: &str, values: &str, could_hold: bool, could_fail: bool) {
    let context = RequestContext::from_iter([("aws:x", value.to_vec())]);
    check_in(&context, operator, values, could_hold, could_fail);
}

#[test]
fn a_missing_key_could_have_the_right_value_and_the_wrong_one() {
    for operator in [
        "StringEquals",
        "StringLike",
        "StringEqualsIgnoreCase",
        "StringEqualsIfExists",
    ] {
        check(operator, r#""a""#, true, true);
    }
    for (operator, value) in [
        ("StringNotEquals", "a"),
        ("NumericLessThan", "5"),
        ("NumericNotEquals", "z"),
        ("DateGreaterThan", "2024-01-01"),
        ("Bool", "true"),
        ("BinaryEquals", "QQ=="),
        ("IpAddress", "10.0.0.0/8"),
        ("NotIpAddress", "10.0.0.0/8"),
        ("ArnLike", "arn:aws:s3:::*"),
        ("ArnNotLike", "x"),
        ("ForAllValues:StringLike", "a*"),
        ("ForAnyValue:StringLike", "*"),
        ("Null", "true"),
        ("Null", "false"),
    ] {
        check(operator, &format!("\"{value}\""), true, true);
    }
}

#[test]
fn no_value_meets_what_cannot_be_read() {
    check("NumericEquals", r#""soon""#, false, true);
    check("IpAddress", r#""10.1.2""#, false, true);
    check("ArnLike", r#""x""#, false, true);
    check("ForAnyValue:NumericNotEquals", r#"["5", "soon"]"#, false, true);
    check("ForAnyValue:NumericNotEquals", r#"["5", "6"]"#, true, true);
    check("StringEquals", "[]", false, true);
    check("StringNotEquals", "[]", false, true);
    check("ForAllValues:StringNotEquals", "[]", true, true);
}

#[test]
fn null_with_a_set_operator_is_as_it_is() {
    check("ForAnyValue:Null", r#""true""#, false, true);
    check("ForAllValues:Null", r#""true""#, true, false);
    check("Null", r#"["true", "false"]"#, true, false);
    on("a", "Null", r#""true""#, false, true);
    on("a", "Null", r#""false""#, true, false);
}

#[test]
fn patterns_and_ranges_may_leave_nothing_over() {
    check("ForAllValues:StringLike", r#""*""#, true, false);
    check("ForAllValues:StringLike", r#"["", "?*"]"#, true, false);
    check("ForAllValues:StringLike", r#"["", "?", "???*"]"#, true, true);
    check("ForAllValues:StringLike", r#"["a*", "?*"]"#, true, true);
    check("ForAllValues:StringLike", r#"["aaa*", "", "?", "??"]"#, true, true);
    check("ForAllValues:StringLike", r#""*${aws:y, ''}""#, true, true);
    check("ForAnyValue:StringNotLike", r#""*""#, false, true);
    check("ForAnyValue:StringNotLike", r#""?*""#, true, true);
    check("ForAnyValue:NotIpAddress", r#"["0.0.0.0/0", "::/0"]"#, false, true);
    check(
        "ForAnyValue:NotIpAddress",
        r#"["0.0.0.0/1", "128.0.0.0/1", "::/0"]"#,
        false,
        true,
    );
    check(
        "ForAnyValue:NotIpAddress",
        r#"["0.0.0.0/1", "128.0.0.0/2", "::/0"]"#,
        true,
        true,
    );
    check("ForAllValues:ArnNotLike", r#""x""#, true, false);
    check("DateLessThan", r#""0000-01-01T00:00+23:59""#, false, true);
    check("DateLessThan", r#""0000-01-01T00:00Z""#, true, true);
    check("DateGreaterThan", r#""9223372036854775807""#, false, true);
}

#[test]
fn what_is_given_changes_by_variables_only() {
    on("a", "StringEquals", r#""a""#, true, false);
    on("a", "StringEquals", r#""b""#, false, true);
    on("1", "StringEquals", r#""${aws:y, '2'}""#, true, true);
    on("2", "StringEquals", r#""${aws:y, '2'}""#, true, true);
    on("1", "StringEquals", r#"["1", "${aws:y, '2'}"]"#, true, false);
    on("1", "StringEquals", r#""a${aws:y}""#, false, true);
    on("AB", "StringEqualsIgnoreCase", r#""a${aws:y}""#, true, true);
    on("BA", "StringEqualsIgnoreCase", r#""a${aws:y}""#, false, true);
    on("1", "StringNotEquals", r#""${aws:y}""#, true, true);
    on("1", "StringNotEquals", r#"["1", "${aws:y}"]"#, false, true);
    on("1", "StringNotEquals", r#""a${aws:y}""#, true, false);
    on("false", "Bool", r#""${aws:y}""#, true, true);
    on("false", "Bool", r#""t${aws:y}""#, false, true);
    on("arn:aws:s3:::b", "ArnLike", r#""arn:aws:${aws:y}:::b""#, true, true);
    on("arn:aws:s3:::b", "ArnLike", r#""arn:aws:${aws:y}:::c""#, false, true);
    on("1", "StringEquals", r#""${aws:x}${aws:y}""#, true, true);
    on_set(&["a"], "StringEquals", r#""${aws:y}""#, false, true);
    on_set(
        &["a", "b"],
        "ForAllValues:StringEquals",
        r#"["a", "${aws:y}"]"#,
        true,
        true,
    );
    on_set(&[], "ForAllValues:StringEquals", r#""${aws:y}""#, true, false);
    on_set(&[], "ForAnyValue:StringEquals", r#""${aws:y}""#, false, true);
}

#[test]
fn a_variable_of_a_multivalued_key_has_no_value_and_can_get_none() {
    let context = RequestContext::from_iter([("aws:TagKeys", vec!["k"])]);
    check_in(&context, "StringEquals", r#""${aws:TagKeys}""#, false, true);
    check_in(
        &context,
        "ForAllValues:StringNotEquals",
        r#""${aws:TagKeys}""#,
        true,
        false,
    );
    check_in(&context, "ArnLike", r#""arn:aws:s3:::${aws:TagKeys}""#, false, true);
    let context = RequestContext::from_iter([("aws:y", "a:b")]);
    check_in(&context, "ArnLike", r#""arn:aws:${aws:y}:::b""#, false, true);
    check_in(&context, "ArnLike", r#""arn:aws:s3:::${aws:y}""#, true, true);
    let conditions = conditions(r#"{"StringEquals": {"aws:x": ["${aws:TagKeys}", "${aws:y}", "${aws:z, '1'}"]}}"#);
    let context = RequestContext::from_iter([("aws:tagkeys", vec!["k"])]);
    let missing: Vec<&str> = conditions[0]
        .missing_keys(&context)
        .map(crate::ConditionKey::as_str)
        .collect();
    assert_eq!(missing, ["aws:x", "aws:y", "aws:z"]);
}
