//! What a policy says twice.
//!
//! AWS: IAM User Guide, "IAM policy validation check reference", "Redundant action", "Redundant resource", "Redundant statement".

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use bailiwick_grammar::ast::{Effect, PrincipalBlock, Version};
use bailiwick_grammar::{Arn, AwsPrincipal, ConditionOperator, PrincipalType, SetOperator, Span};
use bailiwick_policy::{ActionPattern, ResourcePattern};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Action, Condition, Document, Resource, Statement, compare_names};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "REDUNDANT_ACTION",
        finding_type: FindingType::Suggestion,
        title: "Redundant action",
        policy_types: PolicyTypes::ALL,
        trigger: "An entry of `Action` or `NotAction` matches nothing that another entry of the same list does not match. What several \
                  other entries cover only together is not found.",
        example: Example {
            fires: r#""Action": ["iam:Get*", "iam:GetUser"]"#,
            silent: r#""Action": ["iam:Get*", "iam:*User"]"#,
        },
        grammar: &[],
        run: Run::Document(redundant_action),
    },
    PolicyCheck {
        code: "REDUNDANT_RESOURCE",
        finding_type: FindingType::Suggestion,
        title: "Redundant resource",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "An entry of `Resource` or `NotResource` matches nothing that another entry of the same list does not match. What several \
                  other entries cover only together is not found.",
        example: Example {
            fires: r#""Resource": ["arn:aws:s3:::reports*", "arn:aws:s3:::reports/*"]"#,
            silent: r#""Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]"#,
        },
        grammar: &[],
        run: Run::Document(redundant_resource),
    },
    PolicyCheck {
        code: "REDUNDANT_STATEMENT",
        finding_type: FindingType::Suggestion,
        title: "Redundant statement",
        policy_types: PolicyTypes::ALL,
        trigger: "Two statements say the same: they have the same effect, principals, actions, resources and conditions. Statement ids, the \
                  order of lists, the case of actions and condition keys, and ways to write one principal make no difference.",
        example: Example {
            fires: r#""Action": ["SQS:SendMessage"]"#,
            silent: r#""Action": ["sqs:ReceiveMessage"]"#,
        },
        grammar: &[],
        run: Run::Document(redundant_statement),
    },
];

/// How many steps are taken in one document to find what entries contain. Only lists of thousands of patterns that begin alike need more;
/// of those not all redundant entries are told.
const STEPS: u32 = 1_000_000;

/// An entry of a list.
struct Entry<'a> {
    written: &'a str,
    /// What it says; equal texts say the same.
    text: Cow<'a, str>,
    /// Where the text has its first wildcard: everything that the entry matches, and every other entry that it contains, begins with what
    /// stands before. Nothing where it matches only itself.
    open: Option<usize>,
    span: Span,
}

fn redundant_action(document: &Document<'_>, report: &mut Report<'_>) {
    let mut steps = STEPS;
    // One entry is not redundant.
    for statement in (document.statements.iter()).filter(|statement| statement.actions.len() > 1) {
        let entries: Vec<_> = statement.actions.iter().map(action_entry).collect();
        let lower = |at: usize| ActionPattern::lower(statement.actions[at].pattern);
        let redundant = redundant(&entries, lower, |wide, narrow| {
            proven(wide.contains_within(narrow, &mut steps), steps)
        });
        report_redundant("action", &entries, &redundant, report);
    }
}

fn action_entry<'a>(action: &Action<'a>) -> Entry<'a> {
    let written = action.pattern.node.as_str();
    let text = if action.is_everything() { "*" } else { written };
    Entry {
        written,
        text: Cow::Owned(text.to_ascii_lowercase()),
        open: text.find(['*', '?']),
        span: action.pattern.span,
    }
}

fn redundant_resource(document: &Document<'_>, report: &mut Report<'_>) {
    let mut steps = STEPS;
    let (policy_type, version) = (document.policy_type.grammar(), document.tree.version.as_ref());
    let version = version.map_or(Version::V2008, |version| version.node);
    for statement in (document.statements.iter()).filter(|statement| statement.resources.len() > 1) {
        let entries: Vec<_> = statement.resources.iter().map(resource_entry).collect();
        let lower = |at: usize| ResourcePattern::lower(&statement.resources[at].text.node, policy_type, version);
        let redundant = redundant(&entries, lower, |wide, narrow| {
            // What matches nothing is another check's.
            let contained = *narrow != ResourcePattern::Nothing && wide.contains_within(narrow, &mut steps);
            proven(contained, steps)
        });
        report_redundant("resource", &entries, &redundant, report);
    }
}

fn resource_entry<'a>(resource: &Resource<'a>) -> Entry<'a> {
    let text = resource.text.node.as_str();
    Entry {
        written: text,
        text: Cow::Borrowed(text),
        open: resource_open(text),
        span: resource.text.span,
    }
}

/// As [`Entry::open`] has it. What a shortened ARN lacks is as `*`, so that the colons before a wildcard may be missing too.
fn resource_open(text: &str) -> Option<usize> {
    let wildcard = text.find(['*', '?']);
    let variable = text.find("${");
    let open = match wildcard {
        Some(wildcard) => Some(variable.map_or(wildcard, |variable| variable.min(wildcard))),
        None => Arn::parse(text).is_err().then_some(variable.unwrap_or(text.len())),
    };
    open.map(|open| text[..open].trim_end_matches(':').len())
}

/// An answer, unless there are no steps left.
fn proven(answer: bool, steps: u32) -> Option<bool> {
    (steps > 0).then_some(answer)
}

/// The entries that another contains, each with it; those that are found before `contains` gives no more answers. Of entries that match the same, the first contains the others.
///
/// Entries are looked at in the order of their texts: what can contain an entry begins as it does, so that the beginnings of those that can
/// are one in the other, and stand before it.
fn redundant<P>(
    entries: &[Entry<'_>],
    lower: impl Fn(usize) -> P,
    contains: impl FnMut(&P, &P) -> Option<bool>,
) -> Vec<(usize, usize)> {
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
    let mut redundant = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let first = *first.entry(&entry.text).or_insert(at);
        if first < at {
            redundant.push((at, first));
        }
    }
    // Only what has a wildcard contains others.
    if entries.iter().any(|entry| entry.open.is_some()) {
        let mut order: Vec<(&str, bool, usize)> = Vec::with_capacity(2 * entries.len());
        for (at, entry) in entries
            .iter()
            .enumerate()
            .filter(|(at, entry)| first[&*entry.text] == *at)
        {
            order.push((&entry.text, true, at));
            order.extend(entry.open.map(|open| (&entry.text[..open], false, at)));
        }
        order.sort_unstable();
        redundant.extend(contained(entries.len(), order, lower, contains));
        redundant.sort_unstable();
    }
    redundant
}

/// The entries of `order` that another contains. There, an entry is its text, and what can contain others stands before them with what
/// they begin with. Patterns are lowered when they are first compared.
fn contained<P>(
    entries: usize,
    order: Vec<(&str, bool, usize)>,
    lower: impl Fn(usize) -> P,
    mut contains: impl FnMut(&P, &P) -> Option<bool>,
) -> Vec<(usize, usize)> {
    let patterns: Vec<OnceCell<P>> = (0..entries).map(|_| OnceCell::new()).collect();
    let pattern = |at: usize| patterns[at].get_or_init(|| lower(at));
    let mut redundant = Vec::new();
    let mut open: Vec<(&str, usize)> = Vec::new();
    for (text, is_entry, at) in order {
        while open.last().is_some_and(|(start, _)| !text.starts_with(start)) {
            open.pop();
        }
        if !is_entry {
            open.push((text, at));
            continue;
        }
        for &(_, by) in open.iter().filter(|&&(_, by)| by != at) {
            let Some(contained) = contains(pattern(by), pattern(at)) else {
                return redundant;
            };
            // Of two that match the same, the second is redundant.
            if contained && (by < at || contains(pattern(at), pattern(by)) == Some(false)) {
                redundant.push((at, by));
                break;
            }
        }
    }
    redundant
}

fn report_redundant(what: &str, entries: &[Entry<'_>], redundant: &[(usize, usize)], report: &mut Report<'_>) {
    let Some(&(at, by)) = redundant.first() else { return };
    let (entry, by) = (&entries[at], &entries[by]);
    let covered = if entry.text == by.text {
        format!("`{}` is in the list already", entry.written)
    } else {
        format!("`{}` covers `{}`", by.written, entry.written)
    };
    let details = match redundant.len() {
        1 => format!("One {what} is redundant: {covered}. Remove one of the two."),
        count => format!("{count} {what}s are redundant: {covered}, for one. Remove those that are not needed."),
    };
    let mut places = redundant.iter().map(|&(at, _)| entries[at].span);
    if let Some(place) = places.next() {
        let finding = report.at(place, details);
        for place in places {
            finding.and(place);
        }
    }
}

fn redundant_statement(document: &Document<'_>, report: &mut Report<'_>) {
    // Only statements with the same first action, in the order of the letters, can say the same.
    let mut alike: BTreeMap<Option<String>, Vec<&Statement<'_>>> = BTreeMap::new();
    for statement in &document.statements {
        let first = (statement.actions.iter())
            .map(|action| {
                if action.is_everything() {
                    "*"
                } else {
                    action.pattern.as_str()
                }
            })
            .min_by(|a, b| compare_names(a, b));
        alike
            .entry(first.map(str::to_ascii_lowercase))
            .or_default()
            .push(statement);
    }
    for statements in alike.values().filter(|statements| statements.len() > 1) {
        equal_statements(statements, report);
    }
}

fn equal_statements(statements: &[&Statement<'_>], report: &mut Report<'_>) {
    let mut first: BTreeMap<Meaning<'_>, Span> = BTreeMap::new();
    for statement in statements {
        let span = statement.tree.span;
        let Some(meaning) = Meaning::of(statement) else {
            continue;
        };
        let before = *first.entry(meaning).or_insert(span);
        if before != span {
            let details = "This statement says what another one says already. Remove one of the two.";
            report.at(span, details).and(before);
        }
    }
}

/// What a statement says, without what makes no difference.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Meaning<'a> {
    effect: Effect,
    principals: Option<(bool, Principals<'a>)>,
    actions: (bool, BTreeSet<String>),
    resources: Option<(bool, BTreeSet<&'a str>)>,
    conditions: BTreeSet<ConditionMeaning<'a>>,
}

type Principals<'a> = BTreeSet<(PrincipalType, Cow<'a, str>)>;

#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct ConditionMeaning<'a> {
    operator: (Option<SetOperator>, ConditionOperator, bool),
    /// In lower case.
    key: String,
    values: BTreeSet<&'a str>,
}

impl<'a> Meaning<'a> {
    /// Nothing where a part of the statement could not be understood.
    fn of(statement: &Statement<'a>) -> Option<Self> {
        let tree = &statement.tree.node;
        let action = tree.action.as_ref()?;
        let block = tree.condition.as_ref();
        let understood = tree.extra.is_empty()
            && action.value.invalid.is_empty()
            && (tree.resource.iter()).all(|resource| resource.value.invalid.is_empty())
            && block.is_none_or(|block| {
                block.extra.is_empty() && block.operators.iter().all(|operators| operators.extra.is_empty())
            })
            && (statement.conditions.iter()).all(|condition| condition.values.invalid.is_empty());
        if !understood {
            return None;
        }
        let resources = tree.resource.as_ref().map(|element| {
            let texts = element.value.items.iter().map(|text| text.node.as_str());
            (element.negated, texts.collect())
        });
        Some(Self {
            effect: statement.effect()?,
            principals: match &tree.principal {
                Some(element) => Some((element.negated, principals(&element.value)?)),
                None => None,
            },
            actions: (
                action.negated,
                (statement.actions.iter())
                    .map(|action| action_entry(action).text.into_owned())
                    .collect(),
            ),
            resources,
            conditions: statement.conditions.iter().map(ConditionMeaning::of).collect(),
        })
    }
}

/// The principals, each in one form; nothing where one could not be understood.
fn principals(block: &PrincipalBlock) -> Option<Principals<'_>> {
    const EVERYONE: (PrincipalType, Cow<'_, str>) = (PrincipalType::Aws, Cow::Borrowed("*"));
    let PrincipalBlock::Map { entries, extra } = block else {
        return Some(BTreeSet::from([EVERYONE]));
    };
    let understood = extra.is_empty() && entries.iter().all(|entry| entry.values.invalid.is_empty());
    let principals = entries.iter().flat_map(|entry| {
        entry.values.items.iter().map(|value| match &value.aws {
            Some(AwsPrincipal::Account(account)) => (entry.principal_type.node, Cow::Owned(account.to_string())),
            _ => (entry.principal_type.node, Cow::Borrowed(&*value.text)),
        })
    });
    understood.then(|| principals.collect())
}

impl<'a> ConditionMeaning<'a> {
    fn of(condition: &Condition<'a>) -> Self {
        let operator = match condition.base_operator() {
            ConditionOperator::ArnEquals => ConditionOperator::ArnLike,
            ConditionOperator::ArnNotEquals => ConditionOperator::ArnNotLike,
            operator => operator,
        };
        Self {
            operator: (condition.set_operator(), operator, condition.operator.if_exists()),
            key: condition.key.chars().flat_map(char::to_lowercase).collect(),
            values: condition.texts().map(|(text, _)| text).collect(),
        }
    }
}
