//! Text patterns: literal text, the wildcards `*` and `?`, and policy variables.
//!
//! AWS: IAM User Guide, "IAM policy elements: Variables and tags"; "IAM JSON policy elements: Resource", wildcards.

use bailiwick_grammar::ast::Version;
use bailiwick_grammar::variable::{self, Segment};

use crate::context::{ConditionKey, RequestContext};

/// A pattern for texts.
///
/// Most patterns are plain text, or text with one `*` at the end: those are kept in a form that is compared at once.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Pattern {
    form: Form,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Form {
    /// This text.
    Exact(Box<str>),
    /// This text and anything behind it.
    Prefix(Box<str>),
    /// INVARIANT: no two neighbouring literals, no empty literal, no two neighbouring `AnyText`; neither of the other forms.
    Pieces(Box<[Piece]>),
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Piece {
    Literal(Box<str>),
    AnyText,
    AnyCharacter,
    Variable(Box<Variable>),
}

/// A piece of a [`Pattern`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Part<'p> {
    /// This text.
    Literal(&'p str),
    /// `*`: any text, the empty one included.
    AnyText,
    /// `?`: any one character.
    AnyCharacter,
    /// The value of a condition key; its own `*` and `?` are literal.
    Variable(&'p Variable),
}

/// A policy variable.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Variable {
    /// The condition key whose value is taken.
    pub key: ConditionKey,
    /// What is taken where the request has no such key, or more than one value for it.
    pub default: Option<Box<str>>,
}

/// Which characters of a text mean something else than themselves.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Syntax {
    /// `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// `${…}` are policy variables and escapes.
    pub(crate) variables: bool,
}

impl Syntax {
    /// Wildcards, and variables where the version has them.
    pub(crate) fn pattern(version: Version) -> Self {
        Self {
            wildcards: true,
            variables: version == Version::V2012,
        }
    }

    /// No wildcards, but variables where the version has them.
    pub(crate) fn text(version: Version) -> Self {
        Self {
            wildcards: false,
            variables: version == Version::V2012,
        }
    }
}

impl Pattern {
    /// Reads a text in which `*` and `?` are wildcards and, where the version has them, `${…}` policy variables: the values of `StringLike`
    /// are written so.
    pub fn with_wildcards(text: &str, version: Version) -> Self {
        Self::parse(text, Syntax::pattern(version))
    }

    /// Reads a pattern. A malformed variable is taken as text; the parser refuses documents that have one.
    pub(crate) fn parse(text: &str, syntax: Syntax) -> Self {
        let plain = !(syntax.variables && text.contains('$'));
        if plain && !(syntax.wildcards && text.contains(['*', '?'])) {
            return Self::of(Form::Exact(text.into()));
        }
        if let Some(prefix) = text
            .strip_suffix('*')
            .filter(|prefix| plain && !prefix.contains(['*', '?']))
        {
            return Self::of(Form::Prefix(prefix.into()));
        }
        let mut builder = Builder {
            pieces: Vec::new(),
            wildcards: syntax.wildcards,
        };
        let segments = if syntax.variables && text.contains("${") {
            variable::segments(text).ok()
        } else {
            None
        };
        match segments {
            None => builder.text(text),
            Some(segments) => segments.into_iter().for_each(|segment| builder.segment(segment)),
        }
        Self::of_pieces(builder.pieces)
    }

    fn of_pieces(mut pieces: Vec<Piece>) -> Self {
        Self::of(match pieces.as_mut_slice() {
            [] => Form::Exact("".into()),
            [Piece::AnyText] => Form::Prefix("".into()),
            [Piece::Literal(text)] => Form::Exact(std::mem::take(text)),
            [Piece::Literal(text), Piece::AnyText] => Form::Prefix(std::mem::take(text)),
            _ => Form::Pieces(pieces.into()),
        })
    }

    /// The pattern `*`.
    pub(crate) fn anything() -> Self {
        Self::of(Form::Prefix("".into()))
    }

    fn of(form: Form) -> Self {
        Self { form }
    }

    /// The pieces, in order. No two literals, and no two `AnyText`, stand beside each other.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let (literal, open, pieces) = match &self.form {
            Form::Exact(text) => (&**text, false, &[][..]),
            Form::Prefix(text) => (&**text, true, &[][..]),
            Form::Pieces(pieces) => ("", false, &**pieces),
        };
        let literal = (!literal.is_empty()).then_some(Part::Literal(literal));
        let pieces = pieces.iter().map(Piece::as_part);
        literal.into_iter().chain(open.then_some(Part::AnyText)).chain(pieces)
    }

    /// Whether the pattern is `*`.
    pub fn is_anything(&self) -> bool {
        matches!(&self.form, Form::Prefix(text) if text.is_empty())
    }

    /// The text of a pattern without wildcards and variables, or with one `*` at its end (then `true`).
    pub(crate) fn as_simple(&self) -> Option<(&str, bool)> {
        match &self.form {
            Form::Exact(text) => Some((text, false)),
            Form::Prefix(text) => Some((text, true)),
            Form::Pieces(_) => None,
        }
    }

    /// The variables in the pattern.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.parts().filter_map(|part| match part {
            Part::Variable(variable) => Some(variable),
            Part::Literal(_) | Part::AnyText | Part::AnyCharacter => None,
        })
    }

    /// Whether `text` matches, case-sensitively. A variable without a value makes the pattern match nothing.
    ///
    /// Time is at most proportional to the product of the lengths; no memory is allocated.
    pub fn matches(&self, text: &str, context: &RequestContext) -> bool {
        self.matches_with(text, context, |a, b| a == b)
    }

    /// Whether `text` matches but for the case of ASCII letters. For patterns without variables.
    pub(crate) fn matches_ignore_ascii_case(&self, text: &str) -> bool {
        const NO_CONTEXT: &RequestContext = &RequestContext::new();
        self.matches_with(text, NO_CONTEXT, <[u8]>::eq_ignore_ascii_case)
    }

    /// The boolean that the pattern's text stands for, if it does. For patterns without wildcards.
    pub(crate) fn truth(&self, context: &RequestContext) -> Option<bool> {
        let is = |word: &str| self.matches_with(word, context, <[u8]>::eq_ignore_ascii_case);
        is("true").then_some(true).or(is("false").then_some(false))
    }

    /// Whether `text` is the pattern's text but for case. The patterns of policies have no wildcards here, only [widest](Self::widest)
    /// ones do.
    pub(crate) fn equals_ignore_case(&self, text: &str, context: &RequestContext) -> bool {
        let texts = || self.parts().map(|part| part.text(context));
        let pattern = texts().flatten().flat_map(str::chars).flat_map(char::to_lowercase);
        if texts().all(|text| text.is_some()) {
            pattern.eq(text.chars().flat_map(char::to_lowercase))
        } else {
            self.parts().any(|part| part == Part::AnyText) && self.like_ignore_case(text, context)
        }
    }

    /// The text that everything that matches begins with.
    pub(crate) fn literal_start(&self) -> &str {
        match self.parts().next() {
            Some(Part::Literal(text)) => text,
            Some(Part::AnyText | Part::AnyCharacter | Part::Variable(_)) | None => "",
        }
    }

    /// Whether the pattern matches this boolean, written out.
    pub(crate) fn could_be_truth(&self, truth: bool, context: &RequestContext) -> bool {
        let word = if truth { "true" } else { "false" };
        self.matches_with(word, context, <[u8]>::eq_ignore_ascii_case)
    }

    pub(crate) fn has_variables(&self) -> bool {
        self.variables().next().is_some()
    }

    /// Whether every variable of the pattern has a value.
    pub(crate) fn is_resolved(&self, context: &RequestContext) -> bool {
        match &self.form {
            Form::Exact(_) | Form::Prefix(_) => true,
            Form::Pieces(_) => self.variables().all(|variable| variable.value(context).is_some()),
        }
    }

    /// The pattern that matches what this one could if keys that the request does not have had values: a variable of such a key is any
    /// text. One that stands twice is taken for two.
    pub(crate) fn widest(&self, context: &RequestContext) -> Self {
        self.with_open_variables(context, |_| Piece::AnyText)
    }

    /// The pattern that matches what this one must whatever values the keys have that the request does not have.
    pub(crate) fn narrowest(&self, context: &RequestContext) -> Self {
        // Without a value it matches nothing, as it nearly does with the right one.
        self.with_open_variables(context, |variable| {
            Piece::Variable(Box::new(Variable {
                key: variable.key.clone(),
                default: None,
            }))
        })
    }

    /// Replaces the variables of keys that the request does not have.
    fn with_open_variables(&self, context: &RequestContext, with: impl Fn(&Variable) -> Piece) -> Self {
        let Form::Pieces(pieces) = &self.form else {
            return self.clone();
        };
        let mut replaced: Vec<Piece> = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let piece = match piece {
                Piece::Variable(variable) if variable.is_open(context) => with(variable),
                _ => piece.clone(),
            };
            if piece != Piece::AnyText || replaced.last() != Some(&Piece::AnyText) {
                replaced.push(piece);
            }
        }
        Self::of_pieces(replaced)
    }

    /// Whether `text` is matched but for case, by a pattern with wildcards.
    fn like_ignore_case(&self, text: &str, context: &RequestContext) -> bool {
        let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
        let pieces: Option<Vec<Piece>> = (self.parts())
            .map(|part| match part {
                Part::AnyText => Some(Piece::AnyText),
                Part::AnyCharacter => Some(Piece::AnyCharacter),
                Part::Literal(_) | Part::Variable(_) => {
                    part.text(context).map(|text| Piece::Literal(lower(text).into()))
                }
            })
            .collect();
        pieces.is_some_and(|pieces| pieces_match(&pieces, lower(text).as_bytes(), context, |a, b| a == b))
    }

    fn matches_with(&self, text: &str, context: &RequestContext, same: impl Fn(&[u8], &[u8]) -> bool) -> bool {
        let text = text.as_bytes();
        match &self.form {
            Form::Exact(exact) => text.len() == exact.len() && same(text, exact.as_bytes()),
            Form::Prefix(prefix) => (text.get(..prefix.len())).is_some_and(|start| same(start, prefix.as_bytes())),
            Form::Pieces(pieces) => pieces_match(pieces, text, context, same),
        }
    }
}

fn pieces_match(pieces: &[Piece], text: &[u8], context: &RequestContext, same: impl Fn(&[u8], &[u8]) -> bool) -> bool {
    let (mut piece, mut at) = (0, 0);
    // Where to go on after a mismatch: behind the last `*`, one character further on than last time.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let next = match pieces.get(piece) {
            Some(Piece::AnyText) if piece + 1 == pieces.len() => return true,
            Some(Piece::AnyText) => {
                piece += 1;
                retry = Some((piece, at));
                continue;
            }
            Some(Piece::AnyCharacter) => character_len(text, at).map(|len| at + len),
            Some(Piece::Literal(literal)) => end_of(literal, text, at, &same),
            // A variable without a value matches nothing, and every piece must match.
            Some(Piece::Variable(variable)) => match variable.value(context) {
                Some(value) => end_of(value, text, at, &same),
                None => return false,
            },
            None if at == text.len() => return true,
            None => None,
        };
        if let Some(next) = next {
            piece += 1;
            at = next;
            continue;
        }
        let Some((behind, from)) = retry else { return false };
        let Some(step) = character_len(text, from) else {
            return false;
        };
        retry = Some((behind, from + step));
        (piece, at) = (behind, from + step);
    }
}

/// Where `literal` ends in `text`, if it stands at `at`.
fn end_of(literal: &str, text: &[u8], at: usize, same: impl Fn(&[u8], &[u8]) -> bool) -> Option<usize> {
    let end = at + literal.len();
    text.get(at..end)
        .is_some_and(|found| same(found, literal.as_bytes()))
        .then_some(end)
}

impl Piece {
    fn as_part(&self) -> Part<'_> {
        match self {
            Self::Literal(text) => Part::Literal(text),
            Self::AnyText => Part::AnyText,
            Self::AnyCharacter => Part::AnyCharacter,
            Self::Variable(variable) => Part::Variable(variable),
        }
    }
}

impl<'p> Part<'p> {
    /// The text that the part stands for; nothing for wildcards and for variables without a value.
    fn text<'a>(self, context: &'a RequestContext) -> Option<&'a str>
    where
        'p: 'a,
    {
        match self {
            Self::Literal(text) => Some(text),
            Self::Variable(variable) => variable.value(context),
            Self::AnyText | Self::AnyCharacter => None,
        }
    }
}

impl Variable {
    /// The variable's value: that of its key if it has a single one, else the default.
    pub fn value<'a>(&'a self, context: &'a RequestContext) -> Option<&'a str> {
        context.single(&self.key).or(self.default.as_deref())
    }

    /// Whether the request does not have the variable's key. A multivalued key is there, though the variable has no value of it.
    pub fn is_open(&self, context: &RequestContext) -> bool {
        context.value(&self.key).is_none()
    }
}

/// The number of bytes of the character at `at`; nothing at the end.
fn character_len(text: &[u8], at: usize) -> Option<usize> {
    let first = *text.get(at)?;
    Some(match first {
        0..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
    })
}

struct Builder {
    pieces: Vec<Piece>,
    wildcards: bool,
}

impl Builder {
    fn segment(&mut self, segment: Segment<'_>) {
        match segment {
            Segment::Text(text) => self.text(text),
            Segment::Literal(c) => self.literal(c.encode_utf8(&mut [0; 4])),
            Segment::Variable { key, default } => {
                let key = ConditionKey::new(key);
                self.pieces.push(Piece::Variable(Box::new(Variable {
                    key,
                    default: default.map(Into::into),
                })));
            }
        }
    }

    fn text(&mut self, text: &str) {
        if !self.wildcards {
            return self.literal(text);
        }
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'*' | b'?')) {
            self.literal(&rest[..at]);
            if rest[at..].starts_with('?') {
                self.pieces.push(Piece::AnyCharacter);
            } else if self.pieces.last() != Some(&Piece::AnyText) {
                self.pieces.push(Piece::AnyText);
            }
            rest = &rest[at + 1..];
        }
        self.literal(rest);
    }

    /// Appends `text`, joining it to a literal before it.
    fn literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(Piece::Literal(before)) => *before = format!("{before}{text}").into(),
            _ => self.pieces.push(Piece::Literal(text.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIKE: Syntax = Syntax {
        wildcards: true,
        variables: true,
    };

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        let context = RequestContext::from_iter([("aws:username", "a*b"), ("aws:x", "")]);
        assert_eq!(
            Pattern::parse(pattern, LIKE).matches(text, &context),
            expected,
            "{pattern} on {text}"
        );
    }

    #[test]
    fn wildcards_match_any_text_and_any_character() {
        check("", "", true);
        check("", "a", false);
        check("*", "", true);
        check("*", "a/b:c", true);
        check("a*c", "abbc", true);
        check("a*c", "abcd", false);
        check("a?c", "abc", true);
        check("a?c", "aéc", true);
        check("a?c", "ac", false);
        check("*é", "éé", true);
        check("?*?", "a", false);
        check("?*?", "ab", true);
        check("a**b", "ab", true);
        check("*abc*abd", "abcababcabd", true);
        check("*.*.*z", "a.b.c.d", false);
        check("A", "a", false);
    }

    #[test]
    fn substituted_text_is_literal_and_escapes_are_characters() {
        check("home/${aws:username}/*", "home/a*b/x", true);
        check("home/${aws:username}", "home/aXb", false);
        check("${*}${?}${$}", "*?$", true);
        check("${*}", "x", false);
        check("[${aws:x}]", "[]", true);
    }

    #[test]
    fn a_variable_without_value_matches_nothing_unless_it_has_a_default() {
        check("*${aws:nothing}*", "anything", false);
        check("${aws:nothing, 'some one'}", "some one", true);
        check("${AWS:UserName}", "a*b", true);
    }

    #[test]
    fn variables_are_text_where_the_version_has_none() {
        let pattern = Pattern::parse("${aws:username}", Syntax::pattern(Version::V2008));
        let context = RequestContext::from_iter([("aws:username", "x")]);
        assert!(pattern.matches("${aws:username}", &context));
    }
}
