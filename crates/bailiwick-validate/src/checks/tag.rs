//! Conditions on the tags of a resource, for actions that do not know them.
//!
//! AWS: IAM User Guide, "AWS global condition context keys", `aws:ResourceTag/tag-key`; Service Authorization Reference, the condition
//! keys of each action and resource type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use bailiwick_catalog::{self as catalog, ActionResourceType, Catalog, ConditionKey, Service};
use bailiwick_grammar::SetOperator;
use bailiwick_policy::{OperatorMeaning, Relation, parse_bool};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Action, Condition, Document, MatchingSteps, Statement};

/// The key whose support the service decides, as the catalog spells it.
const RESOURCE_TAG: &str = "aws:ResourceTag/${TagKey}";

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        finding_type: FindingType::SecurityWarning,
        title: "Deny with unsupported tag condition key for service",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "A statement denies an action on condition of `aws:ResourceTag`, which the action does not support, so that it is never \
                  denied. Of an action with wildcards all that it matches today do not; the action `*` always matches some that do not. \
                  Conditions that hold without the key are left out (`IfExists`, `StringNotEquals`, …).",
        example: Example {
            fires: r#""Action": ["ec2:TerminateInstances", "route53:DeleteHostedZone"]"#,
            silent: r#""Action": ["ec2:TerminateInstances", "ec2:StopInstances"]"#,
        },
        grammar: &[],
        run: Run::Document(deny_with_action),
    },
    PolicyCheck {
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
    PolicyCheck {
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
        run: Run::Document(allow_with_action),
    },
    PolicyCheck {
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

fn deny_with_action(document: &Document<'_>, report: &mut Report<'_>) {
    let mut steps = MatchingSteps::new();
    for statement in document.statements.iter().filter(|statement| statement.denies()) {
        with_action(statement, "denies", &mut steps, report);
    }
}

fn allow_with_action(document: &Document<'_>, report: &mut Report<'_>) {
    let mut steps = MatchingSteps::new();
    for statement in document.statements.iter().filter(|statement| statement.allows()) {
        with_action(statement, "allows", &mut steps, report);
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
fn with_action(statement: &Statement<'_>, does: &str, steps: &mut MatchingSteps, report: &mut Report<'_>) {
    if statement.has_not_action() {
        return;
    }
    let mut conditions = statement.conditions.iter().filter(|condition| needs_tag(condition));
    let Some(condition) = conditions.next() else { return };
    let key = condition.key.as_str();
    let everything = || statement.actions.iter().find(|action| action.is_everything());
    let (actions, details) = if let Some(everything) = everything().filter(|_| statement.denies()) {
        (vec![everything], only_those_with_tags(does, key, "all actions"))
    } else {
        let unsupporting: Vec<_> = (statement.actions.iter())
            .filter(|action| !supports_tags(action, steps))
            .collect();
        let Some((first, more)) = unsupporting.split_first() else {
            return;
        };
        let name = first.pattern.as_str();
        let details = match more.len() {
            0 => format!(
                "This statement never {does} `{name}`, whose requests do not have `{key}`. Give it a statement of its own, without that \
                 condition."
            ),
            more => format!(
                "This statement never {does} {} of its actions, `{name}` for one, whose requests do not have `{key}`. Give them a statement \
                 of their own, without that condition.",
                more + 1
            ),
        };
        (unsupporting, details)
    };
    let Some((first, more)) = actions.split_first() else {
        return;
    };
    let finding = report.at(first.pattern.span, details);
    for action in more {
        finding.and(action.pattern.span);
    }
    for condition in std::iter::once(condition).chain(conditions) {
        finding.and(condition.key.span);
    }
}

fn only_those_with_tags(does: &str, key: &str, of: &str) -> String {
    format!(
        "Of {of}, this statement {does} only those whose requests have `{key}`, and many have none. List the actions that you mean in \
         `Action`."
    )
}

fn with_not_action(statement: &Statement<'_>, does: &str, report: &mut Report<'_>) {
    let Some(element) = statement.tree.action.as_ref().filter(|element| element.negated) else {
        return;
    };
    let mut conditions = statement.conditions.iter().filter(|condition| needs_tag(condition));
    let Some(condition) = conditions.next() else { return };
    let details = only_those_with_tags(does, condition.key.as_str(), "all actions but these");
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
fn supports_tags(action: &Action<'_>, steps: &mut MatchingSteps) -> bool {
    let Some(service) = action.service else { return true };
    let supporting = supporting_actions(service);
    if !action.is_pattern() {
        return action.action.is_none_or(|action| supporting.contains(action.name()));
    }
    let Some(covered) = action.covered(steps) else {
        return true;
    };
    let mut covered = covered.peekable();
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
