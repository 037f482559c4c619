//! Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and the escapes `${*}`, `${?}`, `${$}`.
//!
//! AWS: IAM User Guide, "IAM policy elements: Variables and tags".

use std::ops::Range;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::opt;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};
use thiserror::Error;

/// A piece of a text that may hold policy variables.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Segment<'a> {
    /// Text outside of `${…}`; its `*` and `?` are wildcards where the element has wildcards.
    Text(&'a str),
    /// `${*}`, `${?}` or `${$}`: that character itself.
    Literal(char),
    /// `${key}` or `${key, 'default'}`.
    Variable {
        /// The condition key whose value is taken.
        key: &'a str,
        /// What is taken where the request has no such key.
        default: Option<&'a str>,
    },
}

/// A `${…}` that is not written as AWS asks for.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{kind}")]
pub struct VariableError {
    kind: VariableErrorKind,
    at: Range<usize>,
}

impl VariableError {
    /// What is wrong.
    pub fn kind(&self) -> VariableErrorKind {
        self.kind
    }

    /// Where, in bytes of the text that was split.
    pub fn range(&self) -> Range<usize> {
        self.at.clone()
    }
}

/// What is wrong with a `${…}`.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum VariableErrorKind {
    /// There is no `}`.
    #[error("this policy variable has no closing brace")]
    MissingBrace,
    /// There is nothing between the braces.
    #[error("this policy variable has no name")]
    Empty,
    /// The name has a space, or the comma is not followed by exactly one.
    #[error("a policy variable has no spaces but the one after its comma")]
    Space,
    /// The default value is not in single quotes.
    #[error("the default value of a policy variable stands in single quotes")]
    MissingQuote,
    /// There is another variable in it.
    #[error("a policy variable cannot stand within another")]
    Nested,
    /// The name has a character that no condition key has.
    #[error("the name of a policy variable is a condition key")]
    Name,
}

/// Splits `text` into plain text, escapes and variables, in order.
///
/// # Errors
///
/// The first `${` that does not begin a well-formed variable.
pub fn segments(text: &str) -> Result<Vec<Segment<'_>>, VariableError> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, variable) = rest.split_at(at);
        if !before.is_empty() {
            found.push(Segment::Text(before));
        }
        let (after, segment) = segment(variable).map_err(|_| diagnose(text, variable))?;
        found.push(segment);
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Segment::Text(rest));
    }
    Ok(found)
}

/// Where the first colon is that does not stand within a `${…}`.
///
/// Time is linear; no memory is allocated.
pub fn first_colon(text: &str) -> Option<usize> {
    let mut inside = false;
    let mut before = 0;
    text.bytes().position(|byte| {
        inside = match byte {
            b'{' if before == b'$' => true,
            b'}' => false,
            _ => inside,
        };
        before = byte;
        byte == b':' && !inside
    })
}

fn segment(input: &str) -> IResult<&str, Segment<'_>> {
    delimited(tag("${"), alt((escape, variable)), char('}')).parse(input)
}

fn escape(input: &str) -> IResult<&str, Segment<'_>> {
    let (rest, c) = one_of("*?$").parse(input)?;
    // `${*` goes on as something else unless the brace follows at once.
    char('}').parse(rest)?;
    Ok((rest, Segment::Literal(c)))
}

fn variable(input: &str) -> IResult<&str, Segment<'_>> {
    let key = take_while1(|c: char| !c.is_whitespace() && !matches!(c, '}' | ',' | '{' | '\''));
    let quoted = delimited(char('\''), take_till(|c| c == '\''), char('\''));
    let (rest, (key, default)) = (key, opt(preceded(tag(", "), quoted))).parse(input)?;
    Ok((rest, Segment::Variable { key, default }))
}

/// Says what is wrong with the `${` that `variable` begins with; `variable` is a tail of `text`.
fn diagnose(text: &str, variable: &str) -> VariableError {
    let start = text.len() - variable.len();
    let closed = terminated(take_till::<_, _, nom::error::Error<&str>>(|c| c == '}'), char('}')).parse(variable);
    let Ok((_, inside)) = closed else {
        return VariableError {
            kind: VariableErrorKind::MissingBrace,
            at: start..text.len(),
        };
    };
    let at = start..start + inside.len() + 1;
    let behind = &text[at.end..];
    let closes_again = behind.find('}').filter(|&end| !behind[..end].contains("${"));
    if let Some(end) = closes_again
        && inside.matches("${").count() > 1
    {
        return VariableError {
            kind: VariableErrorKind::Nested,
            at: start..at.end + end + 1,
        };
    }
    let inside = inside.strip_prefix("${").unwrap_or(inside);
    let (name, default) = inside
        .split_once(',')
        .map_or((inside, None), |(name, default)| (name, Some(default)));
    let kind = match default {
        _ if name.trim().is_empty() => VariableErrorKind::Empty,
        _ if name.contains(char::is_whitespace) => VariableErrorKind::Space,
        Some(default) if !default.starts_with(" '") && default.trim_start().starts_with('\'') => {
            VariableErrorKind::Space
        }
        Some(_) => VariableErrorKind::MissingQuote,
        None => VariableErrorKind::Name,
    };
    VariableError { kind, at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Segment<'_>]) {
        assert_eq!(segments(text).as_deref(), Ok(expected));
    }

    #[track_caller]
    fn err(text: &str, kind: VariableErrorKind, under: &str) {
        let error = segments(text).unwrap_err();
        assert_eq!((error.kind(), &text[error.range()]), (kind, under));
    }

    #[test]
    fn text_variables_and_escapes_are_told_apart() {
        let name = Segment::Variable {
            key: "aws:username",
            default: None,
        };
        check("", &[]);
        check("plain*?", &[Segment::Text("plain*?")]);
        check(
            "home/${aws:username}/*",
            &[Segment::Text("home/"), name, Segment::Text("/*")],
        );
        check(
            "${*}${?}${$}",
            &[Segment::Literal('*'), Segment::Literal('?'), Segment::Literal('$')],
        );
        check("${aws:username}${aws:username}", &[name, name]);
        check(
            "$x ${$}{",
            &[Segment::Text("$x "), Segment::Literal('$'), Segment::Text("{")],
        );
    }

    #[test]
    fn a_default_stands_in_single_quotes_after_comma_and_space() {
        check(
            "${aws:PrincipalTag/team, 'company wide'}",
            &[Segment::Variable {
                key: "aws:PrincipalTag/team",
                default: Some("company wide"),
            }],
        );
        check(
            "${a:b, ''}",
            &[Segment::Variable {
                key: "a:b",
                default: Some(""),
            }],
        );
    }

    #[test]
    fn colons_within_variables_are_passed_over() {
        assert_eq!(first_colon("${aws:username}x:y"), Some(16));
        assert_eq!(first_colon("a:b"), Some(1));
        assert_eq!(first_colon("${a:b"), None);
        assert_eq!(first_colon(""), None);
    }

    #[test]
    fn malformed_variables_are_named_and_placed() {
        err("a${aws:username", VariableErrorKind::MissingBrace, "${aws:username");
        err("a${}b", VariableErrorKind::Empty, "${}");
        err("${ }", VariableErrorKind::Empty, "${ }");
        err("x${aws: username}", VariableErrorKind::Space, "${aws: username}");
        err("${a:b,'c'}", VariableErrorKind::Space, "${a:b,'c'}");
        err("${a:b, c}", VariableErrorKind::MissingQuote, "${a:b, c}");
        err("${a:b, 'c}", VariableErrorKind::MissingQuote, "${a:b, 'c}");
        err(
            "a/${aws:PrincipalTag/${aws:username}}/*",
            VariableErrorKind::Nested,
            "${aws:PrincipalTag/${aws:username}}",
        );
        err(
            "${aws:username/${aws:userid}",
            VariableErrorKind::Name,
            "${aws:username/${aws:userid}",
        );
        err("${f({x})}", VariableErrorKind::Name, "${f({x}");
    }
}
