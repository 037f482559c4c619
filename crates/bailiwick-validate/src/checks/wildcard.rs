//! Wildcards in condition values: those that let too many in, and those that match everything.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Condition operators", "AWS global condition context keys".

use bailiwick_grammar::{OperatorName, SetOperator};
use bailiwick_policy::{OperatorMeaning, Relation};

use super::permissive_use::{Rule, Use, too_permissive};
use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Condition, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "WILDCARD_USAGE_TOO_PERMISSIVE",
        finding_type: FindingType::Error,
        title: "Wildcard usage too permissive",
        policy_types: PolicyTypes::ALL,
        trigger: "`StringLike` or `StringNotLike` has a wildcard where it lets in too many. A sensitive condition key (one that names an \
                  account, an organization, a VPC or a VPC endpoint) takes none. In `aws:userid` a wildcard stands behind the colon or is \
                  all that stands before it. In the subject of an identity provider and in organization paths six other characters stand \
                  before each wildcard. The last two are about conditions that a wider value makes more permissive.",
        example: Example {
            fires: r#""StringLike": {"aws:SourceAccount": "1111*"}"#,
            silent: r#""StringLike": {"aws:SourceAccount": "111122223333"}"#,
        },
        grammar: &[],
        run: Run::Condition(wildcard_usage_too_permissive),
    },
    PolicyCheck {
        code: "EQUIVALENT_TO_NULL_FALSE",
        finding_type: FindingType::Suggestion,
        title: "Equivalent to null false",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition asks for a value that matches `*`, and so only for a request that has the key: without a set operator and \
                  without `IfExists`, or with `ForAnyValue`. Under the ARN operators every segment is `*`. Where the wildcard itself is an error, \
                  WILDCARD_USAGE_TOO_PERMISSIVE tells of it alone.",
        example: Example {
            fires: r#""StringLike": {"aws:RequestTag/team": "*"}"#,
            silent: r#""StringLike": {"aws:RequestTag/team": "?*"}"#,
        },
        grammar: &[],
        run: Run::Condition(equivalent_to_null_false),
    },
    PolicyCheck {
        code: "EQUIVALENT_TO_NULL_TRUE",
        finding_type: FindingType::Suggestion,
        title: "Equivalent to null true",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition asks for a value that does not match `*`, and so for a request that does not have the key: without a set \
                  operator, or with `ForAllValues`. Under the ARN operators every segment is `*`.",
        example: Example {
            fires: r#""StringNotLike": {"aws:PrincipalTag/team": "*"}"#,
            silent: r#""StringNotLike": {"aws:PrincipalTag/team": "blue-*"}"#,
        },
        grammar: &[],
        run: Run::Condition(equivalent_to_null_true),
    },
    PolicyCheck {
        code: "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
        finding_type: FindingType::Suggestion,
        title: "Redundant key due to wildcard in condition",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition asks for a value that matches `*` and holds for every request: with `IfExists`, with `ForAllValues`, or \
                  because every request has the key.",
        example: Example {
            fires: r#""StringLikeIfExists": {"aws:RequestTag/team": "*"}"#,
            silent: r#""StringLikeIfExists": {"aws:RequestTag/team": "blue-*"}"#,
        },
        grammar: &[],
        run: Run::Condition(redundant_key),
    },
    PolicyCheck {
        code: "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
        finding_type: FindingType::Suggestion,
        title: "Redundant statement due to wildcard in condition",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition asks for a value that does not match `*` and holds for no request: with `ForAnyValue`, or because every \
                  request has the key.",
        example: Example {
            fires: r#""StringNotLike": {"aws:RequestedRegion": "*"}"#,
            silent: r#""StringNotLike": {"aws:RequestedRegion": "eu-*"}"#,
        },
        grammar: &[],
        run: Run::Condition(redundant_statement),
    },
];

fn wildcard_usage_too_permissive(statement: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let key = condition.key.as_str();
    for (place, rule) in too_permissive(statement, condition, Use::Wildcard) {
        let details = match rule {
            Rule::Never => format!(
                "`{key}` tells your own accounts, organization or networks from others, and this wildcard also stands for others. \
                 Write each value out."
            ),
            Rule::BehindSixCharacters => {
                format!("This wildcard leaves open how `{key}` goes on. Put at least 6 characters before it.")
            }
            Rule::UserId => format!(
                "This wildcard stands for a part of the identifier before the colon of `{key}`. Put it behind the colon, or let it \
                 be all that stands before it."
            ),
        };
        report.at(place, details);
    }
}

/// What a condition one of whose values is matched by everything says of the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum AmountsTo {
    /// It has the key.
    KeyPresent,
    /// It does not have the key.
    KeyAbsent,
    /// Nothing: the condition always holds.
    Always,
    /// Nothing: the condition never holds.
    Never,
}

/// String keys that every request has.
///
/// AWS: "AWS global condition context keys", "Availability" of each.
const IN_EVERY_REQUEST: [&str; 4] = [
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:RequestedRegion",
    "aws:userid",
];

/// What the condition amounts to; nothing where no value is matched by everything. Each of the four checks reports one answer.
fn amounts_to(condition: &Condition<'_>) -> Option<AmountsTo> {
    let meaning = OperatorMeaning::of(condition.base_operator());
    let matches_everything: fn(&str) -> bool = match meaning.relation {
        Relation::Like => is_all_wildcard,
        Relation::Arn => is_any_arn,
        Relation::Equals
        | Relation::EqualsIgnoreCase
        | Relation::Numeric(_)
        | Relation::Date(_)
        | Relation::Bool
        | Relation::Binary
        | Relation::IpAddress
        | Relation::Null => return None,
    };
    let in_every_request = IN_EVERY_REQUEST.iter().any(|key| condition.is_on(key));
    let has_such_a_value = condition.texts().any(|(text, _)| matches_everything(text));
    has_such_a_value.then(|| of_everything(condition.operator.node, meaning.negated, in_every_request))
}

/// What an operator amounts to whose value is matched by everything.
fn of_everything(operator: OperatorName, negated: bool, in_every_request: bool) -> AmountsTo {
    match (operator.set(), negated, operator.if_exists()) {
        (None, false, false) | (Some(SetOperator::ForAnyValue), false, _) if in_every_request => AmountsTo::Always,
        (None, false, false) | (Some(SetOperator::ForAnyValue), false, _) => AmountsTo::KeyPresent,
        (None, false, true) | (Some(SetOperator::ForAllValues), false, _) => AmountsTo::Always,
        (None | Some(SetOperator::ForAllValues), true, _) if in_every_request => AmountsTo::Never,
        (None | Some(SetOperator::ForAllValues), true, _) => AmountsTo::KeyAbsent,
        (Some(SetOperator::ForAnyValue), true, _) => AmountsTo::Never,
    }
}

fn is_all_wildcard(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

/// Whether a pattern for ARNs leaves each segment open. `*` alone has too few segments, and what it matches is not sure.
fn is_any_arn(text: &str) -> bool {
    let mut segments = text.splitn(6, ':');
    let first = segments.next().unwrap_or_default();
    let open = segments.by_ref().map(is_all_wildcard).collect::<Vec<_>>();
    (first == "arn" || is_all_wildcard(first)) && open == [true; 5]
}

/// Makes a finding about the key with its values where the condition amounts to this.
fn report_where(
    expected: AmountsTo,
    condition: &Condition<'_>,
    report: &mut Report<'_>,
    details: impl Fn(&str, OperatorName) -> String,
) {
    if amounts_to(condition) == Some(expected) {
        let place = condition.key.span.join(condition.values.span);
        report.at(place, details(condition.key.as_str(), condition.operator.node));
    }
}

fn equivalent_to_null_false(statement: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if !too_permissive(statement, condition, Use::Wildcard).is_empty() {
        return;
    }
    report_where(AmountsTo::KeyPresent, condition, report, |key, operator| {
        format!(
            "Everything matches, so that this `{operator}` only asks for a request that has `{key}`. Write \
             `\"Null\": {{\"{key}\": \"false\"}}`, which says so."
        )
    });
}

fn equivalent_to_null_true(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    report_where(AmountsTo::KeyAbsent, condition, report, |key, operator| {
        format!(
            "Everything matches, so that this `{operator}` only asks for a request that does not have `{key}`. Write \
             `\"Null\": {{\"{key}\": \"true\"}}`, which says so."
        )
    });
}

fn redundant_key(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    report_where(AmountsTo::Always, condition, report, |key, operator| {
        format!("Everything matches, so that this `{operator}` holds for every request. Remove `{key}` from it.")
    });
}

fn redundant_statement(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    report_where(AmountsTo::Never, condition, report, |key, operator| {
        format!(
            "Everything matches, so that this `{operator}` holds for no request and the statement has no effect. Remove `{key}` \
             from it, or write the values that are meant."
        )
    });
}

#[cfg(test)]
mod tests {
    use bailiwick_grammar::{ConditionOperator, PolicyType};
    use bailiwick_policy::{ContextValue, RequestContext, lower_text};

    use super::*;

    #[test]
    fn what_a_condition_amounts_to_is_what_it_decides() {
        let text = |operator: OperatorName| {
            format!(
                r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*",
                "Condition": {{"{operator}": {{"s3:prefix": ["a", "*"]}}}}}}}}"#
            )
        };
        for operator in [ConditionOperator::StringLike, ConditionOperator::StringNotLike] {
            for set in [None, Some(SetOperator::ForAllValues), Some(SetOperator::ForAnyValue)] {
                for if_exists in [false, true] {
                    let operator = OperatorName::new(set, operator, if_exists).unwrap();
                    let policy = lower_text(&text(operator), PolicyType::IdentityBasedPolicy).unwrap();
                    let condition = &policy.statements()[0].conditions[0];
                    let mut present = RequestContext::new();
                    let value = match set {
                        None => ContextValue::from("b"),
                        Some(_) => ContextValue::from(vec!["b".to_owned()]),
                    };
                    present.insert("s3:prefix", value);
                    let decided = match (condition.holds(&present), condition.holds(&RequestContext::new())) {
                        (true, false) => AmountsTo::KeyPresent,
                        (false, true) => AmountsTo::KeyAbsent,
                        (true, true) => AmountsTo::Always,
                        (false, false) => AmountsTo::Never,
                    };
                    let negated = OperatorMeaning::of(operator.operator()).negated;
                    assert_eq!(of_everything(operator, negated, false), decided, "{operator}");
                    let always = of_everything(operator, negated, true);
                    assert_eq!(always == AmountsTo::Always, condition.holds(&present), "{operator}");
                    assert!(matches!(always, AmountsTo::Always | AmountsTo::Never), "{operator}");
                }
            }
        }
    }
}
