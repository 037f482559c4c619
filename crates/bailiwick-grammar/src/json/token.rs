//! The tokens of JSON, as nom parsers.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while_m_n, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::{map, map_opt, opt, recognize, value};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// Blanks between tokens.
#[expect(clippy::unnecessary_wraps, reason = "the shape of a nom parser")]
pub(super) fn whitespace(input: &str) -> IResult<&str, &str> {
    Ok(split_at_byte(input, |byte| {
        !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
    }))
}

/// A number, as written.
pub(super) fn number(input: &str) -> IResult<&str, &str> {
    let digits = || take_while1(|c: char| c.is_ascii_digit());
    let integer = alt((tag("0"), digits()));
    recognize((
        opt(char('-')),
        integer,
        opt((char('.'), digits())),
        opt((one_of("eE"), opt(one_of("+-")), digits())),
    ))
    .parse(input)
}

/// The part of a string up to the next quotation mark, backslash or control character.
#[expect(clippy::unnecessary_wraps, reason = "the shape of a nom parser")]
pub(super) fn plain(input: &str) -> IResult<&str, &str> {
    Ok(split_at_byte(input, |byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)))
}

/// `take_till` for the places where most of the time goes: what is left, and what was taken. What ends it must not be a byte within a
/// character.
fn split_at_byte(input: &str, end: impl Fn(u8) -> bool) -> (&str, &str) {
    let (taken, rest) = input.split_at(input.bytes().position(end).unwrap_or(input.len()));
    (rest, taken)
}

/// What an escape sequence stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Escaped {
    Char(char),
    /// Half of a surrogate pair without its other half: no character at all.
    LoneSurrogate,
}

/// An escape sequence, backslash included.
pub(super) fn escape(input: &str) -> IResult<&str, Escaped> {
    let simple = alt((
        one_of("\"\\/"),
        value('\u{8}', char('b')),
        value('\u{c}', char('f')),
        value('\n', char('n')),
        value('\r', char('r')),
        value('\t', char('t')),
    ));
    preceded(
        char('\\'),
        alt((map(simple, Escaped::Char), surrogate_pair, map(code_unit, single_unit))),
    )
    .parse(input)
}

/// `uXXXX`
fn code_unit(input: &str) -> IResult<&str, u32> {
    let digits = take_while_m_n(4, 4, |c: char| c.is_ascii_hexdigit());
    preceded(
        char('u'),
        map_opt(digits, |digits| u32::from_str_radix(digits, 16).ok()),
    )
    .parse(input)
}

/// `uD8XX\uDCXX`
fn surrogate_pair(input: &str) -> IResult<&str, Escaped> {
    map_opt((code_unit, preceded(char('\\'), code_unit)), |(high, low)| {
        let pair = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
        pair.then(|| 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))
            .and_then(char::from_u32)
            .map(Escaped::Char)
    })
    .parse(input)
}

fn single_unit(unit: u32) -> Escaped {
    char::from_u32(unit).map_or(Escaped::LoneSurrogate, Escaped::Char)
}
