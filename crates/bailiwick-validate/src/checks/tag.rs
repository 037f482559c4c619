//! Conditions on the tags of a resource, for actions that do not know them.
//!
//! AWS: IAM User Guide, "AWS global condition context keys", `aws:ResourceTag/tag-key`; Service Authorization Reference, the condition
//! keys of each action and resource type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use bailiwick_catalog::{self as catalog, ActionResourceType, Catalog, ConditionKey, Service};
use bailiwick_grammar::SetOperator;
use bailiwick_policy::{OperatorMeaning, Relation, parse_bool};

use crate::check::{Check, Example, FindingType, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Action, Condition, Statement};

/// The key whose support the service decides, as the catalog spells it.
const RESOURCE_TAG: &str = "aws:ResourceTag/${TagKey}";

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        finding_type: FindingType::SecurityWarning,
        title: "Deny with unsupported tag condition key for service",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "A statement denies an action on condition of `aws:ResourceTag`, which the action does not support, so that it is never \
                  denied. Of an action with wildcards all that it matches today do not. Conditions that hold without the key are left \
                  out (`IfExists`, `StringNotEquals`, …), and so is the action `*`.",
        example: Example {
            fires: r#""Action": ["ec2:TerminateInstances", "route53:DeleteHostedZone"]"#,
            silent: r#""Action": ["ec2:TerminateInstances", "ec2:StopInstances"]"#,
        },
        grammar: &[],
        run: Run::Statement(deny_with_action),
    },
    Check {
        code: "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        finding_type: FindingType::SecurityWarning,
        title: "Deny NotAction with unsupported tag condition key for service",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "A statement denies with `NotAction` on condition of `aws:ResourceTag`, which many actions do not support, so that they \
                  are never denied. Conditions that hold without the key are left out (`IfExists`, `StringNotEquals`, …).",
        example: Example {
            fires: r#""NotAction": "iam:*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/status": "frozen"}}"#,
            silent: r#""NotAction": "iam:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/status": "frozen"}}"#,
        },
        grammar: &[],
        run: Run::Statement(deny_with_not_action),
    },
    Check {
        code: "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        finding_type: FindingType::Suggestion,
        title: "Allow with unsupported tag condition key for service",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "A statement allows an action on condition of `aws:ResourceTag`, which the action does not support, so that it is never \
                  allowed. Of an action with wildcards all that it matches today do not. Conditions that hold without the key are left \
                  out (`IfExists`, `StringNotEquals`, …), and so is the action `*`.",
        example: Example {
            fires: r#""Action": ["ec2:StartInstances", "route53:GetHostedZone"]"#,
            silent: r#""Action": ["ec2:StartInstances", "ec2:StopInstances"]"#,
        },
        grammar: &[],
        run: Run::Statement(allow_with_action),
    },
    Check {
        code: "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        finding_type: FindingType::Suggestion,
        title: "Allow NotAction with unsupported tag condition key for service",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "A statement allows with `NotAction` on condition of `aws:ResourceTag`, which many actions do not support, so that they \
                  are never allowed. Conditions that hold without the key are left out (`IfExists`, `StringNotEquals`, …).",
        example: Example {
            fires: r#""Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}"#,
            silent: r#""Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}"#,
        },
        grammar: &[],
        run: Run::Statement(allow_with_not_action),
    },
];

fn deny_with_action(statement: &Statement<'_>, report: &mut Report<'_>) {
    if statement.denies() {
        with_action(statement, "never denies", report);
    }
}

fn allow_with_action(statement: &Statement<'_>, report: &mut Report<'_>) {
    if statement.allows() {
        with_action(statement, "never allows", report);
    }
}

fn deny_with_not_action(statement: &Statement<'_>, report: &mut Report<'_>) {
    if statement.denies() {
        with_not_action(statement, "denies", report);
    }
}

fn allow_with_not_action(statement: &Statement<'_>, report: &mut Report<'_>) {
    if statement.allows() {
        with_not_action(statement, "allows", report);
    }
}

/// One finding for the statement, however many keys and actions: each pair would be too many.
fn with_action(statement: &Statement<'_>, does: &str, report: &mut Report<'_>) {
    if statement.has_not_action() {
        return;
    }
    let mut conditions = statement.conditions.iter().filter(|condition| needs_tag(condition));
    let Some(condition) = conditions.next() else { return };
    let unsupporting: Vec<_> = statement
        .actions
        .iter()
        .filter(|action| !supports_tags(action))
        .collect();
    let Some((first, more)) = unsupporting.split_first() else {
        return;
    };
    let (key, name) = (condition.key.as_str(), first.pattern.as_str());
    let details = match more.len() {
        0 => format!(
            "`{name}` does not support the condition key `{key}`, so this statement {does} it. Move it to a statement without the condition."
        ),
        more => format!(
            "{} actions, `{name}` for one, do not support the condition key `{key}`, so this statement {does} them. Move them to a statement \
             without the condition.",
            more + 1
        ),
    };
    let finding = report.at(first.pattern.span, details);
    for action in more {
        finding.and(action.pattern.span);
    }
    for condition in std::iter::once(condition).chain(conditions) {
        finding.and(condition.key.span);
    }
}

fn with_not_action(statement: &Statement<'_>, does: &str, report: &mut Report<'_>) {
    let Some(element) = statement.tree.action.as_ref().filter(|element| element.negated) else {
        return;
    };
    let mut conditions = statement.conditions.iter().filter(|condition| needs_tag(condition));
    let Some(condition) = conditions.next() else { return };
    let details = format!(
        "Of all actions but these, this statement {does} only those that support the condition key `{}`. List the actions that you \
         mean in `Action`.",
        condition.key.as_str()
    );
    let finding = report.at(element.name.span, details).and(condition.key.span);
    for condition in conditions {
        finding.and(condition.key.span);
    }
}

/// Whether the condition is on a tag of the resource, and fails where the request has no value for it.
fn needs_tag(condition: &Condition<'_>) -> bool {
    if condition.known.map(ConditionKey::name) != Some(RESOURCE_TAG) || condition.operator.if_exists() {
        return false;
    }
    let meaning = OperatorMeaning::of(condition.base_operator());
    match (meaning.relation, condition.set_operator()) {
        (_, Some(SetOperator::ForAllValues)) => false,
        (Relation::Null, _) => condition.texts().all(|(text, _)| parse_bool(text) == Some(false)),
        (_, Some(SetOperator::ForAnyValue)) => true,
        (_, None) => !meaning.negated,
    }
}

/// Whether some action that the pattern covers knows the tags of its resource, as far as the catalog can tell.
fn supports_tags(action: &Action<'_>) -> bool {
    let Some(service) = action.service else { return true };
    let supporting = supporting_actions(service);
    if !action.is_pattern() {
        return action.action.is_none_or(|action| supporting.contains(action.name()));
    }
    let mut covered = service.actions_matching(action.name()).peekable();
    covered.peek().is_none() || covered.any(|action| supporting.contains(action.name()))
}

/// The names of the actions of a service that support the key. A constant, worked out when it is first asked for.
fn supporting_actions(service: &'static Service) -> &'static BTreeSet<&'static str> {
    static SUPPORTING: LazyLock<BTreeMap<&str, OnceLock<BTreeSet<&str>>>> = LazyLock::new(|| {
        let services = Catalog::services().iter();
        services.map(|service| (service.prefix(), OnceLock::new())).collect()
    });
    static NONE: BTreeSet<&str> = BTreeSet::new();
    let work_out = || {
        let supporting = service.actions().iter().filter(|action| supports_resource_tag(action));
        supporting.map(catalog::Action::name).collect()
    };
    SUPPORTING
        .get(service.prefix())
        .map_or(&NONE, |actions| actions.get_or_init(work_out))
}

fn supports_resource_tag(action: &catalog::Action) -> bool {
    let of_type = |entry: ActionResourceType| {
        lists_resource_tag(entry.condition_keys()) || lists_resource_tag(entry.resource_type().condition_keys())
    };
    lists_resource_tag(action.condition_keys()) || action.resource_types().any(of_type)
}

fn lists_resource_tag(mut keys: impl Iterator<Item = &'static ConditionKey>) -> bool {
    keys.any(|key| key.name() == RESOURCE_TAG)
}
