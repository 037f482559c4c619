//! Wildcards and policy variables that let a condition hold for more than its author can have meant.
//!
//! `WILDCARD_USAGE_TOO_PERMISSIVE` and `VARIABLE_USAGE_TOO_PERMISSIVE` have the same three forms, and which it is depends on the key.
//!
//! AWS: IAM User Guide, "AWS global condition context keys", "Sensitive condition keys". Which keys the rule of six characters is about
//! AWS does not say.

use std::ops::Range;

use bailiwick_grammar::ast::{ConditionValue, Version};
use bailiwick_grammar::variable::{self, Segment};
use bailiwick_grammar::{Span, Spanned};
use bailiwick_policy::{OperatorMeaning, Relation};

use crate::subject::{Condition, Statement};

/// The keys that AWS says have no use for wildcards: they name an account, an organization or a network.
const SENSITIVE_KEYS: [&str; 10] = [
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
];

/// The keys that name units of an organization. AWS, at `aws:PrincipalOrgPaths`: their identifiers are unique only together with that
/// of the organization, with which the path begins.
const ORGANIZATION_PATHS: [&str; 4] = [
    "aws:PrincipalOrgPaths",
    "aws:ResourceOrgPaths",
    "aws:SourceOrgPaths",
    "aws:VpceOrgPaths",
];

/// How many characters stand before a wildcard or a variable, at least.
const CHARACTERS_BEFORE: usize = 6;

/// What is used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Use {
    /// `*` and `?`.
    Wildcard,
    /// `${key}`.
    Variable,
}

/// What is asked of the values of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Rule {
    /// There are none in them.
    Never,
    /// Each stands behind six characters.
    BehindSixCharacters,
    /// Each stands behind the colon, or alone before it. What is before it is the identifier of a role, `AROA…:session`, and a part of
    /// one is as good as none.
    UserId,
}

impl Rule {
    fn of(condition: &Condition<'_>) -> Option<Self> {
        let is_one_of = |keys: &[&str]| keys.iter().any(|key| condition.is_on(key));
        // The subject of a provider of identities. AWS's own validation was seen to ask for the six characters there.
        let is_subject = || {
            condition.known.is_some_and(|known| known.name().ends_with(":sub")) && condition.key_prefix().contains('.')
        };
        if is_one_of(&SENSITIVE_KEYS) {
            Some(Self::Never)
        } else if condition.is_on("aws:userid") {
            Some(Self::UserId)
        } else if is_one_of(&ORGANIZATION_PATHS) || is_subject() {
            Some(Self::BehindSixCharacters)
        } else {
            None
        }
    }
}

/// Whether wildcards have no place in the values of the key at all.
pub(super) fn takes_no_wildcards(condition: &Condition<'_>) -> bool {
    Rule::of(condition) == Some(Rule::Never)
}

/// The places where a condition uses what it should not, one in each value, with the rule that it breaks.
pub(super) fn too_permissive(statement: &Statement<'_>, condition: &Condition<'_>, of: Use) -> Vec<(Span, Rule)> {
    let meaning = OperatorMeaning::of(condition.base_operator());
    let like = match meaning.relation {
        Relation::Like => true,
        Relation::Equals | Relation::EqualsIgnoreCase => false,
        Relation::Numeric(_)
        | Relation::Date(_)
        | Relation::Bool
        | Relation::Binary
        | Relation::IpAddress
        | Relation::Arn
        | Relation::Null => return Vec::new(),
    };
    let Some(rule) = Rule::of(condition) else {
        return Vec::new();
    };
    // What widens a Deny, or narrows an Allow, permits nothing.
    let widens_access = statement.denies() == meaning.negated;
    if rule != Rule::Never && !widens_access {
        return Vec::new();
    }
    let has_variables = statement.version == Some(Version::V2012);
    let values = &condition.values.node.items;
    let offends = |value: &Spanned<ConditionValue>| {
        let ConditionValue::String(text) = &value.node else {
            return None;
        };
        let range = offending(text, &pieces(text, like, has_variables)?, rule, of)?;
        Some((Spanned::new(text.clone(), value.span).part(range), rule))
    };
    values.iter().filter_map(offends).collect()
}

/// A piece of a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Piece {
    /// That many characters that stand for themselves.
    Characters(usize),
    /// Wildcards next to each other.
    Wildcards,
    /// A variable that a caller cannot make into what he likes: its key is one of those that name an account, an organization or a
    /// network.
    VouchedFor,
    /// Any other variable.
    Variable,
}

/// The pieces of a value, each with its place; nothing where a variable is malformed.
fn pieces(text: &str, like: bool, has_variables: bool) -> Option<Vec<(Piece, Range<usize>)>> {
    let segments = if has_variables {
        variable::segments(text).ok()?
    } else {
        vec![Segment::Text(text)]
    };
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut push = |piece, length| {
        pieces.push((piece, at..at + length));
        at += length;
    };
    let is_wildcard = |c: char| like && matches!(c, '*' | '?');
    for segment in segments {
        match segment {
            Segment::Text(mut rest) => {
                while let Some(first) = rest.chars().next() {
                    let wild = is_wildcard(first);
                    let end = rest.find(|c| is_wildcard(c) != wild).unwrap_or(rest.len());
                    let (run, after) = rest.split_at(end);
                    let characters = || Piece::Characters(run.chars().count());
                    push(if wild { Piece::Wildcards } else { characters() }, run.len());
                    rest = after;
                }
            }
            Segment::Literal(_) => push(Piece::Characters(1), "${*}".len()),
            Segment::Variable { key, default } => {
                let default = default.map_or(0, |default| ", ''".len() + default.len());
                let piece = if is_vouched_for(key) {
                    Piece::VouchedFor
                } else {
                    Piece::Variable
                };
                push(piece, "${}".len() + key.len() + default);
            }
        }
    }
    Some(pieces)
}

/// AWS's managed policies compare `aws:ResourceAccount` with `${aws:PrincipalAccount}` hundreds of times.
fn is_vouched_for(key: &str) -> bool {
    let others = ["aws:Ec2InstanceSourceVpc"];
    (SENSITIVE_KEYS.iter().chain(&others)).any(|name| name.eq_ignore_ascii_case(key))
}

/// The first place that breaks the rule.
fn offending(text: &str, pieces: &[(Piece, Range<usize>)], rule: Rule, of: Use) -> Option<Range<usize>> {
    let is_meant = |piece: Piece| match of {
        Use::Wildcard => piece == Piece::Wildcards,
        Use::Variable => piece == Piece::Variable,
    };
    let first = |pieces: &[(Piece, Range<usize>)]| {
        let meant = pieces.iter().find(|(piece, _)| is_meant(*piece));
        meant.map(|(_, range)| range.clone())
    };
    match rule {
        Rule::Never => first(pieces),
        Rule::BehindSixCharacters => {
            let mut characters = 0_usize;
            for (piece, range) in pieces {
                if is_meant(*piece) && characters < CHARACTERS_BEFORE {
                    return Some(range.clone());
                }
                characters = match piece {
                    Piece::Characters(number) => characters.saturating_add(*number),
                    Piece::VouchedFor => CHARACTERS_BEFORE,
                    Piece::Wildcards | Piece::Variable => 0,
                };
            }
            None
        }
        Rule::UserId => {
            let Some(colon) = variable::first_colon(text) else {
                return first(pieces);
            };
            let is_left = |range: &Range<usize>| range.start < colon;
            let alone = pieces
                .first()
                .is_some_and(|(piece, range)| !matches!(piece, Piece::Characters(_)) && range.end == colon);
            let left = pieces.iter().take_while(|(_, range)| is_left(range)).count();
            if alone { None } else { first(&pieces[..left]) }
        }
    }
}
