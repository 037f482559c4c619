//! Policy variables: `${key}`, `${key, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`.

use bailiwick_grammar::ast::Version;

use super::glob::{Piece, written};
use super::request::OracleRequest;
use crate::answer::ContextValue;

/// What a variable is replaced from: the request, and the version of the document that the variable stands in.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) request: &'a OracleRequest,
    pub(super) version: Version,
}

/// G §6, C §5: the text with every variable replaced; nothing where a variable has neither a value nor a default.
///
/// Replaced text is literal. In a document of version 2008-10-17 there are no variables, and `${` is text.
pub(super) fn substitute(text: &str, scope: Scope<'_>) -> Option<Vec<Piece>> {
    if scope.version == Version::V2008 {
        return Some(written(text));
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        pieces.extend(written(&rest[..at]));
        let inside = &rest[at + 2..];
        if let Some((escaped, after)) = escape(inside) {
            pieces.push(Piece::Literal(escaped));
            rest = after;
        } else {
            let (key, default, after) = variable(inside)?;
            let value = value_of(key, scope.request).or(default)?;
            pieces.extend(value.chars().map(Piece::Literal));
            rest = after;
        }
    }
    pieces.extend(written(rest));
    Some(pieces)
}

/// `*}`, `?}` or `$}`: the character, and what follows.
fn escape(inside: &str) -> Option<(char, &str)> {
    let c = inside.chars().next().filter(|c| "*?$".contains(*c))?;
    let after = inside[1..].strip_prefix('}')?;
    Some((c, after))
}

/// `key}` or `key, 'default'}`: key, default, and what follows.
fn variable(inside: &str) -> Option<(&str, Option<&str>, &str)> {
    let end = inside.find([',', '}'])?;
    let (key, rest) = inside.split_at(end);
    if let Some(after) = rest.strip_prefix('}') {
        return Some((key, None, after));
    }
    let (default, after) = rest.strip_prefix(", '")?.split_once('\'')?;
    Some((key, Some(default), after.strip_prefix('}')?))
}

/// C §5: the value of a single-valued key. A multivalued key never gives one; an empty string is one.
fn value_of<'a>(key: &str, request: &'a OracleRequest) -> Option<&'a str> {
    match request.value(key)? {
        ContextValue::Single(value) => Some(value),
        ContextValue::Multi(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with variables replaced; characters that are no wildcards though they look so are bracketed.
    #[track_caller]
    fn check(text: &str, version: Version, expected: Option<&str>) {
        let request = OracleRequest {
            context: vec![
                ("aws:username".to_owned(), "al*ce".into()),
                ("aws:empty".to_owned(), "".into()),
                ("aws:TagKeys".to_owned(), ContextValue::Multi(vec!["a".to_owned()])),
            ],
            ..OracleRequest::default()
        };
        let scope = Scope {
            request: &request,
            version,
        };
        let found = substitute(text, scope).map(|pieces| {
            let mark = |piece: &Piece| match piece {
                Piece::Literal(c @ ('*' | '?')) => format!("[{c}]"),
                Piece::Literal(c) | Piece::Written(c) => c.to_string(),
            };
            pieces.iter().map(mark).collect::<String>()
        });
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn variables_are_replaced_by_literal_text() {
        check("*/${AWS:UserName}/x", Version::V2012, Some("*/al[*]ce/x"));
        check("${aws:empty}", Version::V2012, Some(""));
        check("${aws:empty, 'd'}", Version::V2012, Some(""));
        check("${*}${?}${$}", Version::V2012, Some("[*][?]$"));
        check("$x", Version::V2012, Some("$x"));
    }

    #[test]
    fn a_variable_without_a_value_takes_its_default_or_spoils_the_text() {
        check("${aws:none}", Version::V2012, None);
        check("${aws:none, 'd}?'}", Version::V2012, Some("d}[?]"));
        check("${aws:none, ''}", Version::V2012, Some(""));
        check("${aws:TagKeys}", Version::V2012, None);
        check("${aws:TagKeys, 'd'}", Version::V2012, Some("d"));
    }

    #[test]
    fn the_old_version_has_no_variables() {
        check("${aws:username}${*}", Version::V2008, Some("${aws:username}${*}"));
    }
}
