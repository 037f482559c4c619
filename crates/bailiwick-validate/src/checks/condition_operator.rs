//! Condition operators: which there are, which keys they go with, and which values they can read.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Condition operators". What an operator can read is defined in `bailiwick-policy`.

use std::mem::discriminant;

use bailiwick_catalog::{ConditionKey, ConditionKeyType};
use bailiwick_grammar::ast::{ConditionValue, Version};
use bailiwick_grammar::variable::{Segment, segments};
use bailiwick_grammar::{ConditionOperator, DiagnosticCode, SetOperator, Span};
use bailiwick_policy::{AddressRange, Date, Number, OperatorMeaning, Relation, is_binary, parse_bool};

use super::permissive_use::takes_no_wildcards;
use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Condition, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "INVALID_CONDITION_OPERATOR",
        finding_type: FindingType::Error,
        title: "Invalid condition operator",
        policy_types: PolicyTypes::ALL,
        trigger: "There is no condition operator of that name, whatever the case of its letters. \
                  `ForAllValues:` or `ForAnyValue:` before it and `IfExists` behind it do not count.",
        example: Example {
            fires: r#""StringEqual": {"aws:RequestedRegion": "eu-central-1"}"#,
            silent: r#""StringEquals": {"aws:RequestedRegion": "eu-central-1"}"#,
        },
        grammar: &[DiagnosticCode::InvalidOperator],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "NULL_WITH_IF_EXISTS",
        finding_type: FindingType::Error,
        title: "Null with if exists",
        policy_types: PolicyTypes::ALL,
        trigger: "The operator is `NullIfExists`, with or without a set operator.",
        example: Example {
            fires: r#""NullIfExists": {"aws:SourceVpce": "true"}"#,
            silent: r#""Null": {"aws:SourceVpce": "true"}"#,
        },
        grammar: &[DiagnosticCode::NullIfExists],
        run: Run::Grammar,
    },
    PolicyCheck {
        code: "NULL_WITH_QUALIFIER",
        finding_type: FindingType::Suggestion,
        title: "Null with qualifier",
        policy_types: PolicyTypes::ALL,
        trigger: "The operator is `Null` behind `ForAllValues:`, which is always true, or behind `ForAnyValue:`, which never is.",
        example: Example {
            fires: r#""ForAllValues:Null": {"aws:TagKeys": "false"}"#,
            silent: r#""Null": {"aws:TagKeys": "false"}"#,
        },
        grammar: &[],
        run: Run::Condition(null_with_qualifier),
    },
    PolicyCheck {
        code: "INVALID_CONDITION_DATA_TYPE",
        finding_type: FindingType::Error,
        title: "Invalid condition data type",
        policy_types: PolicyTypes::ALL,
        trigger: "The values of one condition key are of several JSON types; or a date operator has a value that is no date, \
                  for which IAM refuses the policy.",
        example: Example {
            fires: r#""s3:max-keys": ["10", 100]"#,
            silent: r#""s3:max-keys": ["10", "100"]"#,
        },
        grammar: &[DiagnosticCode::InvalidDate],
        run: Run::Condition(mixed_types),
    },
    PolicyCheck {
        code: "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        finding_type: FindingType::Error,
        title: "Invalid condition multiple Boolean",
        policy_types: PolicyTypes::ALL,
        trigger: "`Bool` or `Null` has several values for one key. `Bool` with a set operator on a key that is itself multivalued may have them.",
        example: Example {
            fires: r#""aws:SecureTransport": ["true", "false"]"#,
            silent: r#""aws:SecureTransport": ["true"]"#,
        },
        grammar: &[],
        run: Run::Condition(multiple_booleans),
    },
    PolicyCheck {
        code: "TYPE_MISMATCH",
        finding_type: FindingType::Warning,
        title: "Type mismatch",
        policy_types: PolicyTypes::ALL,
        trigger: "AWS gives the condition key a type that the operator does not compare, as a string operator with a key that is a date. \
                  `Null` goes with every key, every operator with tags and other keys whose values the author makes, and the string operators \
                  with keys that are ARNs: of `StringLike` STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS tells.",
        example: Example {
            fires: r#""StringEquals": {"aws:SecureTransport": "true"}"#,
            silent: r#""Bool": {"aws:SecureTransport": "true"}"#,
        },
        grammar: &[],
        run: Run::Condition(type_mismatch),
    },
    PolicyCheck {
        code: "TYPE_MISMATCH_BOOLEAN",
        finding_type: FindingType::Warning,
        title: "Type mismatch Boolean",
        policy_types: PolicyTypes::ALL,
        trigger: "A value of `Bool` or `Null` is neither `true` nor `false`, in any case. Policy variables are another matter.",
        example: Example {
            fires: r#""Bool": {"aws:MultiFactorAuthPresent": "yes"}"#,
            silent: r#""Bool": {"aws:MultiFactorAuthPresent": "True"}"#,
        },
        grammar: &[],
        run: Run::Condition(type_mismatch_boolean),
    },
    PolicyCheck {
        code: "TYPE_MISMATCH_DATE",
        finding_type: FindingType::Warning,
        title: "Type mismatch date",
        policy_types: PolicyTypes::ALL,
        trigger: "A value of a date operator is no date. IAM refuses such a policy: INVALID_CONDITION_DATA_TYPE tells that.",
        example: Example {
            fires: r#""DateLessThan": {"aws:CurrentTime": "30.06.2027"}"#,
            silent: r#""DateLessThan": {"aws:CurrentTime": "2027-06-30"}"#,
        },
        grammar: &[],
        run: Run::Condition(type_mismatch_date),
    },
    PolicyCheck {
        code: "TYPE_MISMATCH_NUMBER",
        finding_type: FindingType::Warning,
        title: "Type mismatch number",
        policy_types: PolicyTypes::ALL,
        trigger: "A value of a numeric operator is no number.",
        example: Example {
            fires: r#""NumericLessThan": {"aws:MultiFactorAuthAge": "1h"}"#,
            silent: r#""NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}"#,
        },
        grammar: &[],
        run: Run::Condition(type_mismatch_number),
    },
    PolicyCheck {
        code: "TYPE_MISMATCH_STRING",
        finding_type: FindingType::Warning,
        title: "Type mismatch string",
        policy_types: PolicyTypes::ALL,
        trigger: "A value of `BinaryEquals` is not written in base64.",
        example: Example {
            fires: r#""aws:PrincipalTag/digest": "c2VjcmV0Cg""#,
            silent: r#""aws:PrincipalTag/digest": "c2VjcmV0Cg==""#,
        },
        grammar: &[],
        run: Run::Condition(type_mismatch_string),
    },
    PolicyCheck {
        code: "TYPE_MISMATCH_IP_RANGE",
        finding_type: FindingType::Error,
        title: "Type mismatch IP range",
        policy_types: PolicyTypes::ALL,
        trigger: "A value of `IpAddress` or `NotIpAddress` is neither an IPv4 or IPv6 address nor a range of them in CIDR notation.",
        example: Example {
            fires: r#""IpAddress": {"aws:SourceIp": "203.0.113.0-24"}"#,
            silent: r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#,
        },
        grammar: &[],
        run: Run::Condition(type_mismatch_ip_range),
    },
    PolicyCheck {
        code: "INVALID_DATE_VALUE",
        finding_type: FindingType::Warning,
        title: "Invalid date value",
        policy_types: PolicyTypes::ALL,
        trigger: "A value of a date operator is a whole number: seconds since 1970, also where a year was meant. `aws:EpochTime` is \
                  made of them.",
        example: Example {
            fires: r#""DateGreaterThan": {"aws:CurrentTime": "2027"}"#,
            silent: r#""DateGreaterThan": {"aws:CurrentTime": "2027-01-01"}"#,
        },
        grammar: &[],
        run: Run::Condition(invalid_date_value),
    },
    PolicyCheck {
        code: "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
        finding_type: FindingType::SecurityWarning,
        title: "String like operator with ARN condition keys",
        policy_types: PolicyTypes::ALL,
        trigger: "`StringLike` or `StringNotLike` is used with a condition key whose values are ARNs. There a `*` goes beyond a colon, \
                  so that a pattern for one account or service can match another.",
        example: Example {
            fires: r#""StringLike": {"aws:SourceArn": "arn:aws:s3:::amzn-s3-demo-*"}"#,
            silent: r#""ArnLike": {"aws:SourceArn": "arn:aws:s3:::amzn-s3-demo-*"}"#,
        },
        grammar: &[],
        run: Run::Condition(string_like_with_arn_key),
    },
    PolicyCheck {
        code: "WILDCARD_WITHOUT_LIKE_OPERATOR",
        finding_type: FindingType::Warning,
        title: "Wildcard without like operator",
        policy_types: PolicyTypes::ALL,
        trigger: "A value of a string operator other than `StringLike` and `StringNotLike` has a `*` or `?`, which these take as they are. \
                  The escapes `${*}` and `${?}` are meant so.",
        example: Example {
            fires: r#""StringEquals": {"aws:PrincipalTag/team": "billing-*"}"#,
            silent: r#""StringLike": {"aws:PrincipalTag/team": "billing-*"}"#,
        },
        grammar: &[],
        run: Run::Condition(wildcard_without_like),
    },
    PolicyCheck {
        code: "INVALID_VARIABLE_FOR_OPERATOR",
        finding_type: FindingType::Error,
        title: "Invalid variable for operator",
        policy_types: PolicyTypes::ALL,
        trigger: "A value has a policy variable, and its operator is neither a string nor an ARN operator. A date with an escape, such as \
                  `${*}`, counts too.",
        example: Example {
            fires: r#""NumericEquals": {"s3:max-keys": "${aws:PrincipalTag/max-keys}"}"#,
            silent: r#""StringEquals": {"s3:prefix": "${aws:PrincipalTag/prefix}"}"#,
        },
        grammar: &[DiagnosticCode::VariableInDate],
        run: Run::Condition(invalid_variable),
    },
];

/// What a condition's operator asks of a pair of values.
fn relation(condition: &Condition<'_>) -> Relation {
    OperatorMeaning::of(condition.base_operator()).relation
}

/// Whether a text has policy variables, well-formed or not. The escapes for `*`, `?` and `$` are none.
fn has_variable(text: &str) -> bool {
    text.contains("${")
        && segments(text).map_or(true, |segments| {
            segments
                .iter()
                .any(|segment| matches!(segment, Segment::Variable { .. }))
        })
}

/// Reports the values that the operator cannot read. A variable is reported as such.
fn unreadable(condition: &Condition<'_>, reads: impl Fn(&str) -> bool, advice: &str, report: &mut Report<'_>) {
    for (text, span) in condition.texts() {
        if !reads(text) && !has_variable(text) {
            let operator = condition.operator.node;
            report.at(span, format!("`{text}` cannot be read by `{operator}`. {advice}"));
        }
    }
}

fn null_with_qualifier(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let always = match condition.set_operator() {
        Some(SetOperator::ForAllValues) => "is always true",
        Some(SetOperator::ForAnyValue) => "is never true",
        None => return,
    };
    if condition.base_operator() == ConditionOperator::Null {
        let operator = condition.operator.node;
        let details = format!(
            "`{operator}` {always}, whatever the request has. Write `Null` without `ForAllValues:` or `ForAnyValue:`."
        );
        report.at(condition.operator.span, details);
    }
}

fn mixed_types(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let values = &condition.values.node.items;
    let Some(first) = values.first() else { return };
    let other = values
        .iter()
        .find(|value| discriminant(&value.node) != discriminant(&first.node));
    if let Some(other) = other {
        let details = format!(
            "This value is {}, and the first value of `{}` is {}. Write all of them as strings.",
            json_type(&other.node),
            condition.key.as_str(),
            json_type(&first.node)
        );
        report.at(other.span, details).and(first.span);
    }
}

fn json_type(value: &ConditionValue) -> &'static str {
    match value {
        ConditionValue::String(_) => "a string",
        ConditionValue::Number(_) => "a number",
        ConditionValue::Bool(_) => "a boolean",
    }
}

fn multiple_booleans(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let several = condition.values.items.len() > 1;
    let of_a_set = condition.set_operator().is_some() && condition.known.is_some_and(ConditionKey::is_multivalued);
    let applies = match relation(condition) {
        Relation::Bool => !of_a_set,
        Relation::Null => true,
        _ => false,
    };
    if several && applies {
        let details = format!(
            "`{}` has several values for `{}`. Write one of `true` and `false`; for either, leave the condition out.",
            condition.operator.node,
            condition.key.as_str()
        );
        report.at(condition.values.span, details);
    }
}

/// The type of condition keys that an operator is for; none for `Null`, which goes with all.
fn operand_type(relation: Relation) -> Option<ConditionKeyType> {
    Some(match relation {
        Relation::Equals | Relation::EqualsIgnoreCase | Relation::Like => ConditionKeyType::String,
        Relation::Numeric(_) => ConditionKeyType::Numeric,
        Relation::Date(_) => ConditionKeyType::Date,
        Relation::Bool => ConditionKeyType::Bool,
        Relation::Binary => ConditionKeyType::Binary,
        Relation::IpAddress => ConditionKeyType::IpAddress,
        Relation::Arn => ConditionKeyType::Arn,
        Relation::Null => return None,
    })
}

fn has_type(key: &ConditionKey, key_type: ConditionKeyType) -> bool {
    key.key_type() == key_type || key.second_type() == Some(key_type)
}

/// The operators for keys of a type, as advice.
fn operators_for(key_type: ConditionKeyType) -> &'static str {
    match key_type {
        ConditionKeyType::String => "a string operator such as `StringEquals`",
        ConditionKeyType::Arn => "an ARN operator such as `ArnLike`",
        ConditionKeyType::Numeric => "a numeric operator such as `NumericEquals`",
        ConditionKeyType::Date => "a date operator such as `DateLessThan`",
        ConditionKeyType::Bool => "`Bool`",
        ConditionKeyType::IpAddress => "`IpAddress` or `NotIpAddress`",
        ConditionKeyType::Binary => "`BinaryEquals`",
    }
}

/// The keys whose values the Service Authorization Reference calls strings, and the service's own guide compares as numbers.
///
/// AWS: Amazon S3 Glacier Developer Guide, "Vault Lock Policies".
const COMPARED_AS_NUMBERS: [&str; 1] = ["glacier:ArchiveAgeInDays"];

fn type_mismatch(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let Some((key, operand)) = condition.known.zip(operand_type(relation(condition))) else {
        return;
    };
    let is_text = operand == ConditionKeyType::String && has_type(key, ConditionKeyType::Arn);
    // What a tag or an encryption context says is up to those who write it.
    let is_free = key.is_template() && has_type(key, ConditionKeyType::String);
    let is_number = operand == ConditionKeyType::Numeric && COMPARED_AS_NUMBERS.contains(&key.name());
    if !has_type(key, operand) && !is_text && !is_free && !is_number {
        report.at(condition.operator.span, use_instead(condition, key));
    }
}

fn use_instead(condition: &Condition<'_>, key: &ConditionKey) -> String {
    format!(
        "The values of `{}` are of type {}, which `{}` does not compare. Use {} instead.",
        condition.key.as_str(),
        key.key_type(),
        condition.operator.node,
        operators_for(key.key_type())
    )
}

fn type_mismatch_boolean(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if matches!(relation(condition), Relation::Bool | Relation::Null) {
        unreadable(
            condition,
            |text| parse_bool(text).is_some(),
            "Write `true` or `false`.",
            report,
        );
    }
}

fn type_mismatch_date(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if matches!(relation(condition), Relation::Date(_)) {
        unreadable(
            condition,
            |text| Date::parse(text).is_some(),
            "Write a date as `2026-11-22` or `2026-11-22T18:00:00Z`.",
            report,
        );
    }
}

fn type_mismatch_number(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if matches!(relation(condition), Relation::Numeric(_)) {
        unreadable(
            condition,
            |text| Number::parse(text).is_some(),
            "Write a number, as `3600` or `0.5`.",
            report,
        );
    }
}

fn type_mismatch_string(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if relation(condition) == Relation::Binary {
        unreadable(
            condition,
            is_binary,
            "Write the bytes in base64, filled up with `=`.",
            report,
        );
    }
}

fn type_mismatch_ip_range(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if relation(condition) == Relation::IpAddress {
        unreadable(
            condition,
            |text| AddressRange::parse(text).is_some(),
            "Write an address or a range, as `203.0.113.0/24` or `2001:db8::/32`.",
            report,
        );
    }
}

fn invalid_date_value(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if !matches!(relation(condition), Relation::Date(_)) {
        return;
    }
    for (text, span) in condition.texts() {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if whole && Date::parse(text).is_some() && !condition.is_on("aws:EpochTime") {
            let details = format!(
                "`{text}` is read as seconds since 1970. Write the date as `2026-11-22` or `2026-11-22T18:00:00Z`."
            );
            report.at(span, details);
        }
    }
}

fn string_like_with_arn_key(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let Some(key) = condition.known else { return };
    if relation(condition) != Relation::Like || has_type(key, ConditionKeyType::String) {
        return;
    }
    if has_type(key, ConditionKeyType::Arn) {
        let operator = condition.operator.node;
        let meaning = OperatorMeaning::of(operator.operator());
        let arn = if meaning.negated { "ArnNotLike" } else { "ArnLike" };
        let details = format!(
            "The values of `{}` are ARNs, in which a `*` of `{operator}` goes beyond colons and can match another account or service. \
             Use `{arn}`, which compares segment by segment.",
            condition.key.as_str()
        );
        report.at(condition.operator.span, details);
    }
}

fn wildcard_without_like(statement: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let meaning = OperatorMeaning::of(condition.base_operator());
    if !matches!(meaning.relation, Relation::Equals | Relation::EqualsIgnoreCase) {
        return;
    }
    let of_arn = condition
        .known
        .is_some_and(|key| key.key_type() == ConditionKeyType::Arn);
    let like = match (of_arn, meaning.negated) {
        (false, false) => "StringLike",
        (false, true) => "StringNotLike",
        (true, false) => "ArnLike",
        (true, true) => "ArnNotLike",
    };
    let remedy = if takes_no_wildcards(condition) {
        format!(
            "Write each value of `{}` out: it takes no wildcards with `StringLike` either.",
            condition.key.as_str()
        )
    } else if statement.version == Some(Version::V2012) {
        format!("If it is a wildcard, use `{like}`; if not, write it as `${{*}}` or `${{?}}`.")
    } else {
        format!("If it is a wildcard, use `{like}`.")
    };
    for (text, span) in condition.texts() {
        if has_wildcard(text) {
            let details = format!(
                "For `{}` a `*` or `?` is a character like any other, and `{text}` has one. {remedy}",
                condition.operator.node
            );
            report.at(span, details);
        }
    }
}

/// Whether a text has a `*` or `?` outside of `${…}`.
fn has_wildcard(text: &str) -> bool {
    let wild = |text: &str| text.contains(['*', '?']);
    wild(text)
        && segments(text).map_or(true, |segments| {
            (segments.iter()).any(|segment| matches!(segment, Segment::Text(text) if wild(text)))
        })
}

fn invalid_variable(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    // Of dates the grammar tells.
    let is_elsewhere = matches!(
        operand_type(relation(condition)),
        Some(ConditionKeyType::String | ConditionKeyType::Arn | ConditionKeyType::Date)
    );
    if is_elsewhere {
        return;
    }
    let with_variables = |(text, span): (&str, Span)| has_variable(text).then_some(span);
    for span in condition.texts().filter_map(with_variables) {
        let details = format!(
            "Policy variables are replaced only for the string and ARN operators, not for `{}`. Write the value itself.",
            condition.operator.node
        );
        report.at(span, details);
    }
}
