//! What checks look at: the syntax tree, with what the catalog knows of its names.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use bailiwick_catalog::{Action as KnownAction, Catalog, ConditionKey, Service};
use bailiwick_grammar::ast::{
    self, ConditionValue, Effect, OneOrMany, PolicyDocument, PrincipalBlock, PrincipalValue, Version,
};
use bailiwick_grammar::json::{Json, Text};
use bailiwick_grammar::{
    ActionPattern, Arn, ConditionOperator, OperatorName, PrincipalType, SetOperator, Span, Spanned,
};
use bailiwick_policy::{OperatorMeaning, Relation, parse_bool};

use crate::arn_format::{self, Format};
use crate::arn_pattern;
use crate::policy_type::{PolicyTypes, ValidatePolicyType};

/// The document.
pub(crate) struct Document<'a> {
    /// As it was written.
    pub(crate) text: &'a str,
    /// Its tree.
    pub(crate) tree: &'a Spanned<PolicyDocument>,
    /// What it is validated as.
    pub(crate) policy_type: ValidatePolicyType,
    /// The statements that are objects, in order.
    pub(crate) statements: Vec<Statement<'a>>,
}

/// A statement, with what it stands in.
pub(crate) struct Statement<'a> {
    /// What the document is validated as.
    pub(crate) policy_type: ValidatePolicyType,
    /// The kinds of policies that the document is treated as: a resource policy whose resource type is not known but which is about
    /// assuming a role is also a trust policy.
    pub(crate) kinds: PolicyTypes,
    /// The version of the document, where it has one.
    pub(crate) version: Option<Version>,
    /// Its tree.
    pub(crate) tree: &'a Spanned<ast::Statement>,
    /// The entries of `Action` or `NotAction` that are action patterns, in order.
    pub(crate) actions: Vec<Action<'a>>,
    /// The entries of `Resource` or `NotResource` that are strings, in order.
    pub(crate) resources: Vec<Resource<'a>>,
    /// The principals that are strings, those that the grammar refuses too. None for `"*"`.
    pub(crate) principals: Vec<Principal<'a>>,
    /// The conditions whose operator exists and whose key has a prefix, in order.
    pub(crate) conditions: Vec<Condition<'a>>,
}

/// An entry of `Action` or `NotAction`.
pub(crate) struct Action<'a> {
    /// As it was written.
    pub(crate) pattern: &'a Spanned<ActionPattern>,
    /// The service that it names, where there is one of that prefix.
    pub(crate) service: Option<&'static Service>,
    /// The action that it names, where it has no wildcards and there is such an action.
    pub(crate) action: Option<&'static bailiwick_catalog::Action>,
}

/// An entry of `Resource` or `NotResource`.
pub(crate) struct Resource<'a> {
    /// As it was written.
    pub(crate) text: &'a Spanned<Text>,
    /// Its segments, where it has six. A policy variable belongs to one segment.
    pub(crate) arn: Option<Arn<'a>>,
    /// The third segment, where it is there and has no policy variable. Shortened ARNs have it too.
    pub(crate) arn_service: Option<&'a str>,
    /// Worked out when it is first asked for, as the next.
    is_of_a_service: OnceCell<bool>,
    formats: OnceCell<Vec<Format>>,
}

/// A principal.
pub(crate) struct Principal<'a> {
    /// `AWS`, `Service`, …
    pub(crate) principal_type: PrincipalType,
    /// As it was written.
    pub(crate) text: &'a str,
    /// Where it stands.
    pub(crate) span: Span,
    /// What was understood of it; nothing where the grammar refuses it.
    pub(crate) value: Option<&'a PrincipalValue>,
}

/// A condition key with its operator and values.
pub(crate) struct Condition<'a> {
    /// The operator.
    pub(crate) operator: &'a Spanned<OperatorName>,
    /// The key as it was written.
    pub(crate) key: &'a Spanned<Text>,
    /// What the catalog knows of the key.
    pub(crate) known: Option<&'static ConditionKey>,
    /// The values.
    pub(crate) values: &'a Spanned<OneOrMany<ConditionValue>>,
}

impl<'a> Document<'a> {
    pub(crate) fn new(text: &'a str, tree: &'a Spanned<PolicyDocument>, policy_type: ValidatePolicyType) -> Self {
        let version = tree.version.as_ref().map(|version| version.node);
        let trees = tree.statements.as_ref().map_or(&[][..], |statements| &statements.items);
        let mut kinds = policy_type.kind();
        if policy_type == ValidatePolicyType::ResourcePolicy(None) && is_about_assuming_a_role(trees) {
            kinds = kinds | PolicyTypes::TRUST;
        }
        let statements = trees
            .iter()
            .map(|tree| Statement::new(tree, policy_type, kinds, version))
            .collect();
        Self {
            text,
            tree,
            policy_type,
            statements,
        }
    }
}

/// Whether every statement names actions of AWS STS that assume a role, and nothing else.
fn is_about_assuming_a_role(statements: &[Spanned<ast::Statement>]) -> bool {
    let is_sts = |action: &Spanned<ActionPattern>| {
        action.service_and_name().is_some_and(|(service, name)| {
            const OTHERS: [&str; 3] = ["TagSession", "SetSourceIdentity", "SetContext"];
            let assumes = name
                .get(.."AssumeRole".len())
                .is_some_and(|start| start.eq_ignore_ascii_case("AssumeRole"));
            let accompanies = OTHERS.iter().any(|other| name.eq_ignore_ascii_case(other));
            service.eq_ignore_ascii_case("sts") && (assumes || accompanies)
        })
    };
    let actions = |statement: &ast::Statement| -> Option<bool> {
        let element = statement.action.as_ref().filter(|element| !element.negated)?;
        Some(!element.value.items.is_empty() && element.value.items.iter().all(is_sts))
    };
    !statements.is_empty()
        && statements
            .iter()
            .all(|statement| actions(statement).unwrap_or_default() && statement.resource.is_none())
}

impl<'a> Statement<'a> {
    fn new(
        tree: &'a Spanned<ast::Statement>,
        policy_type: ValidatePolicyType,
        kinds: PolicyTypes,
        version: Option<Version>,
    ) -> Self {
        let actions = tree.action.iter().flat_map(|element| &element.value.items);
        let resources = tree.resource.iter().flat_map(|element| &element.value.items);
        let blocks = tree.condition.iter().flat_map(|condition| &condition.operators);
        let conditions = blocks.flat_map(|operators| {
            operators.keys.iter().map(move |entry| Condition {
                operator: &operators.operator,
                key: &entry.key,
                known: Catalog::condition_key(&entry.key),
                values: &entry.values,
            })
        });
        Self {
            policy_type,
            kinds,
            version,
            tree,
            actions: Action::list(actions),
            resources: resources.map(Resource::new).collect(),
            principals: principals(tree),
            conditions: conditions.collect(),
        }
    }

    pub(crate) fn effect(&self) -> Option<Effect> {
        self.tree.effect.as_ref().map(|effect| effect.node)
    }

    pub(crate) fn allows(&self) -> bool {
        self.effect() == Some(Effect::Allow)
    }

    pub(crate) fn denies(&self) -> bool {
        self.effect() == Some(Effect::Deny)
    }

    /// Whether the statement has `NotAction`.
    pub(crate) fn has_not_action(&self) -> bool {
        self.tree.action.as_ref().is_some_and(|element| element.negated)
    }

    /// Whether the statement has `NotResource`.
    pub(crate) fn has_not_resource(&self) -> bool {
        self.tree.resource.as_ref().is_some_and(|element| element.negated)
    }

    /// Whether the statement has `NotPrincipal`.
    pub(crate) fn has_not_principal(&self) -> bool {
        self.tree.principal.as_ref().is_some_and(|element| element.negated)
    }

    /// The conditions on a key, in any case.
    pub(crate) fn conditions_on(&self, key: &str) -> impl Iterator<Item = &Condition<'a>> {
        self.conditions.iter().filter(move |condition| condition.is_on(key))
    }

    /// Whether there is a condition on the key.
    pub(crate) fn has_condition_on(&self, key: &str) -> bool {
        self.conditions_on(key).next().is_some()
    }

    /// The services of `Action`, by the prefixes as they were written in lower case; not those of `*`.
    pub(crate) fn service_prefixes(&self) -> BTreeSet<String> {
        let prefixes = self.actions.iter().filter_map(Action::service_prefix);
        prefixes.map(str::to_ascii_lowercase).collect()
    }
}

/// The order of names, case aside.
pub(crate) fn compare_names(left: &str, right: &str) -> Ordering {
    let left = left.bytes().map(|byte| byte.to_ascii_lowercase());
    left.cmp(right.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn principals(tree: &ast::Statement) -> Vec<Principal<'_>> {
    let Some(PrincipalBlock::Map { entries, .. }) = tree.principal.as_ref().map(|element| &element.value.node) else {
        return Vec::new();
    };
    let mut principals = Vec::new();
    for entry in entries {
        let principal_type = entry.principal_type.node;
        principals.extend(entry.values.items.iter().map(|value| Principal {
            principal_type,
            text: &value.text,
            span: value.span,
            value: Some(&value.node),
        }));
        principals.extend(entry.values.invalid.iter().filter_map(|value| match &value.node {
            Json::String(text) => Some(Principal {
                principal_type,
                text,
                span: value.span,
                value: None,
            }),
            _ => None,
        }));
    }
    principals.sort_by_key(|principal| principal.span.start);
    principals
}

impl<'a> Action<'a> {
    /// The entries of a list, of which most are of the service of the one before.
    fn list(patterns: impl Iterator<Item = &'a Spanned<ActionPattern>>) -> Vec<Self> {
        let mut before: Option<&'static Service> = None;
        patterns
            .map(|pattern| {
                let action = Self::new(pattern, before);
                before = action.service;
                action
            })
            .collect()
    }

    /// `likely` is asked before the catalog.
    fn new(pattern: &'a Spanned<ActionPattern>, likely: Option<&'static Service>) -> Self {
        let (prefix, name) = pattern.service_and_name().unwrap_or_default();
        let service = likely
            .filter(|service| service.prefix() == prefix)
            .or_else(|| Catalog::service(prefix));
        let literal = !name.contains(['*', '?']);
        let action = service.filter(|_| literal).and_then(|service| service.action(name));
        Self {
            pattern,
            service,
            action,
        }
    }

    /// Whether it is `*`, every action of every service.
    pub(crate) fn is_everything(&self) -> bool {
        self.pattern.service_and_name().is_none()
    }

    /// The service prefix as it was written; nothing for `*`.
    pub(crate) fn service_prefix(&self) -> Option<&'a str> {
        self.pattern.service_and_name().map(|(prefix, _)| prefix)
    }

    /// The pattern for names; `*` for `*`.
    pub(crate) fn name(&self) -> &'a str {
        self.pattern.service_and_name().map_or("*", |(_, name)| name)
    }

    /// The actions of its service that it covers; nothing where it names no service, or where no steps are left to look for them.
    pub(crate) fn covered(
        &self,
        steps: &mut MatchingSteps,
    ) -> Option<impl Iterator<Item = &'static KnownAction> + use<'a>> {
        let service = self.service?;
        if self.is_pattern() {
            steps.take(service.actions().len().saturating_mul(self.name().len()))?;
        }
        Some(service.actions_matching(self.name()))
    }

    /// Whether it has a wildcard.
    pub(crate) fn is_pattern(&self) -> bool {
        self.name().contains(['*', '?'])
    }
}

/// How much a check may match the actions of one document with those that their services have: pairs of an action and a character of a
/// pattern.
pub(crate) struct MatchingSteps(usize);

impl MatchingSteps {
    /// More than IAM's longest policy needs: 10,240 characters, all of them patterns for the service with the most actions. Of what is
    /// behind that in a document, nothing is told.
    const LIMIT: usize = 10_000_000;

    pub(crate) fn new() -> Self {
        Self(Self::LIMIT)
    }

    fn take(&mut self, steps: usize) -> Option<()> {
        self.0 = self.0.checked_sub(steps)?;
        Some(())
    }
}

impl<'a> Resource<'a> {
    fn new(text: &'a Spanned<Text>) -> Self {
        let arn = arn_pattern::arn(&text.node);
        Self {
            text,
            arn,
            arn_service: arn_pattern::service(&text.node),
            is_of_a_service: OnceCell::new(),
            formats: OnceCell::new(),
        }
    }

    /// Whether its third segment is that of some service's ARNs, or fits one.
    pub(crate) fn is_of_a_service(&self) -> bool {
        let is_service = || self.arn_service.is_some_and(arn_format::is_service);
        *self.is_of_a_service.get_or_init(is_service)
    }

    /// The ARN formats of its service that the last segment of its ARN fits.
    pub(crate) fn formats(&self) -> &[Format] {
        self.formats
            .get_or_init(|| self.arn.as_ref().map_or_else(Vec::new, arn_format::fitting))
    }
}

impl<'a> Condition<'a> {
    /// Whether it is on that key, in any case.
    pub(crate) fn is_on(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }

    /// The operator without its set operator and `IfExists`.
    pub(crate) fn base_operator(&self) -> ConditionOperator {
        self.operator.operator()
    }

    /// `ForAllValues` or `ForAnyValue`.
    pub(crate) fn set_operator(&self) -> Option<SetOperator> {
        self.operator.set()
    }

    /// Whether it holds for the values that it lists, and not for all others: no `StringNotEquals` and its like, and no `Null`.
    pub(crate) fn names_values(&self) -> bool {
        let meaning = OperatorMeaning::of(self.base_operator());
        !meaning.negated && meaning.relation != Relation::Null
    }

    /// Whether it fails where the request has none of the values that it lists: as [`names_values`](Self::names_values), and neither
    /// `IfExists` nor `ForAllValues` lets a request without the key pass.
    pub(crate) fn requires_values(&self) -> bool {
        let passes_without_key = self.operator.if_exists() || self.set_operator() == Some(SetOperator::ForAllValues);
        self.names_values() && !passes_without_key
    }

    /// Whether there are values and all of them are that one.
    pub(crate) fn is_always(&self, expected: bool) -> bool {
        let mut values = self.texts().map(|(text, _)| parse_bool(text)).peekable();
        values.peek().is_some() && values.all(|value| value == Some(expected))
    }

    /// The prefix of the key, as `aws` of `aws:SourceIp`.
    pub(crate) fn key_prefix(&self) -> &'a str {
        self.key
            .node
            .as_str()
            .rsplit_once(':')
            .map_or("", |_| self.key.node.as_str().split(':').next().unwrap_or_default())
    }

    /// Whether its key has the prefix `aws:`.
    pub(crate) fn is_global(&self) -> bool {
        self.key_prefix().eq_ignore_ascii_case("aws")
    }

    /// The values as the texts that they mean, each with its place.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&'a str, Span)> + use<'a> {
        let values: &'a [Spanned<ConditionValue>] = &self.values.node.items;
        values.iter().map(|value| (value.node.as_str(), value.span))
    }
}
