//! Lists and objects that are empty.
//!
//! AWS: IAM User Guide, "IAM policy validation check reference", the suggestions whose names begin with "Empty".

use bailiwick_grammar::SetOperator;
use bailiwick_grammar::ast::PrincipalBlock;

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Condition, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "EMPTY_ARRAY_ACTION",
        finding_type: FindingType::Suggestion,
        title: "Empty array action",
        policy_types: PolicyTypes::ALL,
        trigger: "`Action` or `NotAction` is an empty list. The statement then never applies.",
        example: Example {
            fires: r#""Action": []"#,
            silent: r#""Action": ["sqs:SendMessage"]"#,
        },
        grammar: &[],
        run: Run::Statement(empty_array_action),
    },
    // Conditions.
    PolicyCheck {
        code: "EMPTY_ARRAY_CONDITION",
        finding_type: FindingType::Suggestion,
        title: "Empty array condition",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition key has an empty list of values, under an operator without set operator and `IfExists`. Nothing meets it.",
        example: Example {
            fires: r#""StringEquals": {"aws:PrincipalOrgID": []}"#,
            silent: r#""StringEquals": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5"]}"#,
        },
        grammar: &[],
        run: Run::Condition(empty_array_condition),
    },
    PolicyCheck {
        code: "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        finding_type: FindingType::Suggestion,
        title: "Empty array condition ForAllValues",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition key has an empty list of values, under an operator with `ForAllValues:`. Only requests without the key meet it.",
        example: Example {
            fires: r#""ForAllValues:StringEquals": {"aws:TagKeys": []}"#,
            silent: r#""Null": {"aws:TagKeys": "true"}"#,
        },
        grammar: &[],
        run: Run::Condition(empty_array_condition_for_all_values),
    },
    PolicyCheck {
        code: "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        finding_type: FindingType::Suggestion,
        title: "Empty array condition ForAnyValue",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition key has an empty list of values, under an operator with `ForAnyValue:`. No request meets it.",
        example: Example {
            fires: r#""ForAnyValue:StringEquals": {"aws:TagKeys": []}"#,
            silent: r#""ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}"#,
        },
        grammar: &[],
        run: Run::Condition(empty_array_condition_for_any_value),
    },
    PolicyCheck {
        code: "EMPTY_ARRAY_CONDITION_IFEXISTS",
        finding_type: FindingType::Suggestion,
        title: "Empty array condition IfExists",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition key has an empty list of values, under an operator with `IfExists` and without set operator. \
                  Only requests without the key meet it.",
        example: Example {
            fires: r#""StringEqualsIfExists": {"aws:SourceVpce": []}"#,
            silent: r#""Null": {"aws:SourceVpce": "true"}"#,
        },
        grammar: &[],
        run: Run::Condition(empty_array_condition_if_exists),
    },
    PolicyCheck {
        code: "EMPTY_OBJECT_CONDITION",
        finding_type: FindingType::Suggestion,
        title: "Empty object condition",
        policy_types: PolicyTypes::ALL,
        trigger: "`Condition` or one of its operators is an empty object. The statement is then without that condition.",
        example: Example {
            fires: r#""Condition": {}"#,
            silent: r#""Condition": {"Bool": {"aws:SecureTransport": "true"}}"#,
        },
        grammar: &[],
        run: Run::Statement(empty_object_condition),
    },
    // Principals.
    PolicyCheck {
        code: "EMPTY_ARRAY_PRINCIPAL",
        finding_type: FindingType::Suggestion,
        title: "Empty array principal",
        policy_types: PolicyTypes::RESOURCE.or(PolicyTypes::TRUST),
        trigger: "A list of principals, such as that of `AWS`, is empty.",
        example: Example {
            fires: r#""Principal": {"AWS": []}"#,
            silent: r#""Principal": {"AWS": ["111122223333"]}"#,
        },
        grammar: &[],
        run: Run::Statement(empty_array_principal),
    },
    PolicyCheck {
        code: "EMPTY_OBJECT_PRINCIPAL",
        finding_type: FindingType::Suggestion,
        title: "Empty object principal",
        policy_types: PolicyTypes::RESOURCE.or(PolicyTypes::TRUST),
        trigger: "`Principal` or `NotPrincipal` is an empty object.",
        example: Example {
            fires: r#""Principal": {}"#,
            silent: r#""Principal": {"AWS": "111122223333"}"#,
        },
        grammar: &[],
        run: Run::Statement(empty_object_principal),
    },
    // Resources.
    PolicyCheck {
        code: "EMPTY_ARRAY_RESOURCE",
        finding_type: FindingType::Suggestion,
        title: "Empty array resource",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "`Resource` or `NotResource` is an empty list.",
        example: Example {
            fires: r#""Resource": []"#,
            silent: r#""Resource": ["*"]"#,
        },
        grammar: &[],
        run: Run::Statement(empty_array_resource),
    },
];

fn empty_array_action(statement: &Statement<'_>, report: &mut Report<'_>) {
    let Some(element) = &statement.tree.action else { return };
    if element.value.items.is_empty() && element.value.invalid.is_empty() {
        let details =
            "This list has no actions, and the statement never applies. Name actions or remove the statement.";
        report.at(element.value.span, details);
    }
}

/// Whether the condition has an empty list of values. What could not be understood is no value, but not nothing either.
fn is_empty(condition: &Condition<'_>) -> bool {
    let values = &condition.values.node;
    values.list && values.items.is_empty() && values.invalid.is_empty()
}

fn empty_array_condition(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let plain = condition.set_operator().is_none() && !condition.operator.if_exists();
    if plain && is_empty(condition) {
        let details = format!(
            "`{}` has no values, and the condition is never met. Name values or leave the condition out.",
            condition.key.as_str()
        );
        report.at(condition.values.span, details);
    }
}

fn empty_array_condition_for_all_values(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if condition.set_operator() == Some(SetOperator::ForAllValues) && is_empty(condition) {
        report.at(condition.values.span, only_without(condition));
    }
}

fn empty_array_condition_for_any_value(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if condition.set_operator() == Some(SetOperator::ForAnyValue) && is_empty(condition) {
        let details = format!(
            "`{}` has no values, and with `ForAnyValue:` the condition is never met. Name values or leave the condition out.",
            condition.key.as_str()
        );
        report.at(condition.values.span, details);
    }
}

fn empty_array_condition_if_exists(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if condition.set_operator().is_none() && condition.operator.if_exists() && is_empty(condition) {
        report.at(condition.values.span, only_without(condition));
    }
}

fn only_without(condition: &Condition<'_>) -> String {
    let key = condition.key.as_str();
    format!(
        "`{key}` has no values, and the condition is met only by requests that do not have the key. \
         If that is meant, write `\"Null\": {{\"{key}\": \"true\"}}`; else name values."
    )
}

fn empty_object_condition(statement: &Statement<'_>, report: &mut Report<'_>) {
    let Some(condition) = &statement.tree.condition else {
        return;
    };
    if condition.operators.is_empty() && condition.extra.is_empty() {
        report.at(
            condition.span,
            "This `Condition` is empty, and the statement always applies. Name conditions or leave it out.",
        );
    }
    let empty = condition
        .operators
        .iter()
        .filter(|block| block.keys.is_empty() && block.extra.is_empty());
    for block in empty {
        let details = format!(
            "`{}` has no condition keys, and changes nothing. Name them or leave the operator out.",
            block.operator.node
        );
        report.at(block.operator.span, details);
    }
}

fn empty_array_principal(statement: &Statement<'_>, report: &mut Report<'_>) {
    let Some(PrincipalBlock::Map { entries, .. }) =
        statement.tree.principal.as_ref().map(|element| &element.value.node)
    else {
        return;
    };
    for entry in entries {
        if entry.values.list && entry.values.items.is_empty() && entry.values.invalid.is_empty() {
            let details = format!(
                "This list names no `{}` principal. Name those that the statement is about, or remove the list.",
                entry.principal_type.as_str()
            );
            report.at(entry.values.span, details);
        }
    }
}

fn empty_object_principal(statement: &Statement<'_>, report: &mut Report<'_>) {
    let Some(element) = &statement.tree.principal else {
        return;
    };
    if matches!(&element.value.node, PrincipalBlock::Map { entries, extra } if entries.is_empty() && extra.is_empty()) {
        report.at(
            element.value.span,
            "This names no principal. Name those that the statement is about, or remove the statement.",
        );
    }
}

fn empty_array_resource(statement: &Statement<'_>, report: &mut Report<'_>) {
    let Some(element) = &statement.tree.resource else {
        return;
    };
    if element.value.items.is_empty() && element.value.invalid.is_empty() {
        report.at(
            element.value.span,
            "This list has no resources, so the statement grants and denies nothing. Name the resources, or remove the statement.",
        );
    }
}
