//! How a statement grants an action that is about roles which should be named: `iam:PassRole`, `iam:CreateServiceLinkedRole`.

use bailiwick_catalog::Catalog;
use bailiwick_grammar::ast::Version;
use bailiwick_grammar::{ConditionOperator, PolicyType, SetOperator, Span, variable};
use bailiwick_policy::{ActionPattern, Pattern, RequestAction, RequestContext, ResourcePattern};

use crate::report::Report;
use crate::subject::{Action, Condition, Statement};

/// An action and the roles that it is about.
pub(super) struct RoleAction {
    /// `service:Name`
    pub(super) name: &'static str,
    /// A pattern for the roles, in every account.
    pub(super) roles: &'static str,
    /// Whether the pattern behind `role/` is for several roles that have nothing to do with each other.
    pub(super) is_open: fn(&str) -> bool,
}

/// An action that a statement allows on roles that are not named one by one.
pub(super) struct Grant<'a> {
    /// By what the action is granted.
    pub(super) action: ByAction,
    /// What leaves the roles open.
    pub(super) resource: ByResource,
    action_text: &'a str,
    action_span: Span,
    resource_text: &'a str,
    resource_span: Span,
}

/// What grants an action.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ByAction {
    /// Its name.
    Name,
    /// A pattern, as `iam:*`.
    Wildcard,
    /// `NotAction` without it.
    NotAction,
}

/// What leaves roles open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ByResource {
    /// `NotResource`
    NotResource,
    /// A wildcard.
    Wildcard,
}

impl<'a> Grant<'a> {
    /// How the statement grants the action on roles that are not named, if it does.
    pub(super) fn of(statement: &Statement<'a>, wanted: &RoleAction) -> Option<Self> {
        if !statement.allows() {
            return None;
        }
        let (action, action_text, action_span) = granted_by(statement, wanted.name)?;
        let element = statement.tree.resource.as_ref()?;
        let (resource, resource_text, resource_span) = if element.negated {
            let excepted = element.value.items.is_empty() || excepts(statement, wanted.roles);
            (!excepted).then_some((ByResource::NotResource, "NotResource", element.name.span))?
        } else {
            let is_open = |text: &str| role_pattern(text).is_some_and(wanted.is_open);
            let open = (element.value.items.iter()).find(|text| is_open(text))?;
            (ByResource::Wildcard, open.as_str(), open.span)
        };
        Some(Self {
            action,
            resource,
            action_text,
            action_span,
            resource_text,
            resource_span,
        })
    }

    /// Reports the grant at its resource and at its action, with what comes of it and what to do.
    pub(super) fn report(&self, wanted: &RoleAction, advice: &str, report: &mut Report<'_>) {
        let (action, resource) = (wanted.name, self.resource_text);
        let action = match self.action {
            ByAction::Name => format!("`{action}` is allowed"),
            ByAction::Wildcard => format!("`{}` allows `{action}`", self.action_text),
            ByAction::NotAction => format!("`NotAction` without `{action}` allows it"),
        };
        let resource = match self.resource {
            ByResource::NotResource => "every role that `NotResource` does not name".to_owned(),
            ByResource::Wildcard => format!("every role that `{resource}` matches"),
        };
        report
            .at(self.resource_span, format!("{action} on {resource}. {advice}"))
            .and(self.action_span);
    }
}

/// What grants the action, its text and where it is. The action's name goes before patterns.
fn granted_by<'a>(statement: &Statement<'a>, action: &str) -> Option<(ByAction, &'a str, Span)> {
    let (service, _) = action.split_once(':')?;
    let can_match =
        |action: &&Action<'_>| (action.service_prefix()).is_none_or(|prefix| prefix.eq_ignore_ascii_case(service));
    let element = statement.tree.action.as_ref()?;
    let mut likely = statement.actions.iter().filter(can_match).peekable();
    // Most statements are about other services.
    if likely.peek().is_none() && !element.negated {
        return None;
    }
    let request = RequestAction::parse(action).ok()?;
    let mut matching = likely.filter(|action| ActionPattern::lower(action.pattern).matches(&request));
    if element.negated {
        let excepted = element.value.items.is_empty() || matching.next().is_some();
        return (!excepted).then_some((ByAction::NotAction, "NotAction", element.name.span));
    }
    let mut wildcard = None;
    for &Action { pattern, .. } in matching {
        let text = pattern.node.as_str();
        if text.eq_ignore_ascii_case(action) {
            return Some((ByAction::Name, text, pattern.span));
        }
        wildcard = wildcard.or(Some((ByAction::Wildcard, text, pattern.span)));
    }
    wildcard
}

/// Whether `NotResource` names all these roles.
fn excepts(statement: &Statement<'_>, roles: &str) -> bool {
    let version = statement.version.unwrap_or(Version::V2008);
    let lower = |text: &str| ResourcePattern::lower(text, PolicyType::IdentityBasedPolicy, version);
    let roles = lower(roles);
    (statement.resources.iter()).any(|resource| lower(resource.text).contains(&roles))
}

/// The part of a resource that is a pattern for the paths and names of roles, behind `role/`; `*` where roles are but a part of what the
/// resource matches, nothing where it matches none.
fn role_pattern(text: &str) -> Option<&str> {
    const ROLE: &str = "role/";
    if text == "*" {
        return Some(text);
    }
    let mut rest = text.strip_prefix("arn:");
    let mut segment = || {
        // What a shortened ARN lacks is `*`.
        let Some(text) = rest else { return "*" };
        let end = variable::first_colon(text);
        rest = end.map(|end| &text[end + 1..]);
        &text[..end.unwrap_or(text.len())]
    };
    let is = |pattern: &str, text: &str| {
        Pattern::with_wildcards(pattern, Version::V2012).matches(text, &RequestContext::new())
    };
    let [_partition, service, region, _account] = [segment(), segment(), segment(), segment()];
    let resource = rest.unwrap_or("*");
    if !text.starts_with("arn:") || !is(service, "iam") || !is(region, "") {
        return None;
    }
    let open = || literal_start(resource).len() < resource.len() && ROLE.starts_with(literal_start(resource));
    resource.strip_prefix(ROLE).or_else(|| open().then_some("*"))
}

/// What a pattern begins with before anything that stands for other text.
pub(super) fn literal_start(pattern: &str) -> &str {
    let end = pattern.find(['*', '?', '$']).unwrap_or(pattern.len());
    &pattern[..end]
}

/// Whether the statement is for requests only that have one of some services for the key: it has a condition on the key that says which,
/// with no more left open than what follows the name of a service.
pub(super) fn is_for_known_services(statement: &Statement<'_>, key: &str) -> bool {
    let names_one = |condition: &Condition<'_>, text: &str| match condition.base_operator() {
        ConditionOperator::StringEquals | ConditionOperator::StringEqualsIgnoreCase => true,
        ConditionOperator::StringLike => is_service_principal(text) || begins_with_service(text),
        _ => false,
    };
    statement.conditions_on(key).any(|condition| {
        !condition.operator.if_exists()
            && condition.set_operator() != Some(SetOperator::ForAllValues)
            && condition.texts().all(|(text, _)| names_one(condition, text))
    })
}

/// Whether a pattern says by what the principals begin that it is for, as `ec2.*` and `ec2*`.
fn begins_with_service(pattern: &str) -> bool {
    let start = literal_start(pattern);
    start.contains('.') && !start.starts_with('.') || Catalog::service(start).is_some()
}

/// Whether a pattern is for the principal of one service.
pub(super) fn is_service_principal(pattern: &str) -> bool {
    literal_start(pattern) == pattern || literal_start(pattern).contains(".amazonaws.com")
}
