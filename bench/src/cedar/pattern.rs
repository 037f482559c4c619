//! IAM's patterns as Cedar expressions over a text.

use std::fmt::Write as _;

use crate::workload::Principal;

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// This text.
    Text(String),
    /// `*`.
    AnyText,
    /// `?`.
    AnyCharacter,
    /// The value of a condition key, whose name is in lower case.
    Variable(String),
}

/// What a pattern is to be matched with.
pub(super) struct Pattern(Vec<Piece>);

/// Cedar has no expression for it.
pub(super) struct Inexpressible;

/// A Cedar expression, or none.
pub(super) type Expression = Result<String, Inexpressible>;

impl Pattern {
    /// Reads a pattern. `*` and `?` are wildcards if `wildcards`; a variable whose value is the principal's own is replaced by it.
    pub(super) fn parse(text: &str, wildcards: bool, owner: &mut Owner<'_>) -> Self {
        let mut pattern = Self(Vec::new());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some((name, behind)) = rest.strip_prefix("${").and_then(|rest| rest.split_once('}')) {
                pattern.variable(name, owner);
                rest = behind;
                continue;
            }
            match first {
                '*' if wildcards => pattern.push(Piece::AnyText),
                '?' if wildcards => pattern.push(Piece::AnyCharacter),
                _ => pattern.push(Piece::Text(first.into())),
            }
            rest = &rest[first.len_utf8()..];
        }
        pattern
    }

    fn variable(&mut self, name: &str, owner: &mut Owner<'_>) {
        match name {
            "*" | "?" | "$" => self.push(Piece::Text(name.to_owned())),
            _ => {
                let key = name.to_lowercase();
                let piece = owner.value(&key).map_or(Piece::Variable(key), Piece::Text);
                self.push(piece);
            }
        }
    }

    fn push(&mut self, piece: Piece) {
        match (self.0.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (Some(Piece::AnyText), Piece::AnyText) => {}
            (_, piece) => self.0.push(piece),
        }
    }

    /// Whether the pattern is `*`.
    pub(super) fn is_anything(&self) -> bool {
        self.0 == [Piece::AnyText]
    }

    /// The text that the pattern is, if it has neither wildcards nor variables.
    pub(super) fn literal(&self) -> Option<&str> {
        match &*self.0 {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether a text matches.
    ///
    /// `like` takes a literal only: a variable is expressible if it is all of the pattern.
    pub(super) fn matches(&self, subject: &str) -> Expression {
        if let Some(text) = self.literal() {
            return Ok(format!("{subject} == {}", quoted(text)));
        }
        if let [Piece::Variable(key)] = &*self.0 {
            let key = quoted(key);
            return Ok(format!("(context has {key} && {subject} == context[{key}])"));
        }
        if self.is_anything() {
            return Ok("true".to_owned());
        }
        let mut like = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => like.push_str(&escaped(text).replace('*', "\\*")),
                Piece::AnyText => like.push('*'),
                Piece::AnyCharacter | Piece::Variable(_) => return Err(Inexpressible),
            }
        }
        Ok(format!("{subject} like \"{like}\""))
    }

    /// Whether an ARN matches, segment by segment. `short` completes a pattern of fewer than six segments by `*`.
    ///
    /// Where no wildcard stands before the last segment, the whole text is matched at once, which says the same.
    pub(super) fn matches_arn(&self, whole: &str, parts: &str, short: bool) -> Expression {
        const SEGMENTS: [&str; 6] = ["arn", "partition", "service", "region", "account", "resource"];
        let mut segments = self.segments();
        if segments.len() < 6 && !short {
            return Ok("false".to_owned());
        }
        let complete = segments.len() == 6;
        segments.resize_with(6, || Self(vec![Piece::AnyText]));
        let literal = segments[..5].iter().all(|segment| segment.literal().is_some());
        if complete && literal {
            return self.matches(whole);
        }
        let tests = segments.iter().zip(SEGMENTS).skip(1);
        let tests: Vec<String> = tests
            .filter(|(segment, _)| !segment.is_anything())
            .map(|(segment, name)| segment.matches(&format!("{parts}.{name}")))
            .collect::<Result<_, _>>()?;
        Ok(all(&tests))
    }

    fn segments(&self) -> Vec<Self> {
        let mut segments = vec![Self(Vec::new())];
        for piece in &self.0 {
            let Piece::Text(text) = piece else {
                if let Some(last) = segments.last_mut() {
                    last.push(piece.clone());
                }
                continue;
            };
            let left = 6 - segments.len();
            for (index, text) in text.splitn(left + 1, ':').enumerate() {
                if index > 0 {
                    segments.push(Self(Vec::new()));
                }
                if let Some(last) = segments.last_mut().filter(|_| !text.is_empty()) {
                    last.push(Piece::Text(text.to_owned()));
                }
            }
        }
        segments
    }
}

/// The principal whose policies are translated, and whether the translation depends on it.
pub(super) struct Owner<'a> {
    principal: &'a Principal,
    /// Whether a value of the principal's went into the translation.
    pub(super) used: bool,
}

impl<'a> Owner<'a> {
    pub(super) fn new(principal: &'a Principal) -> Self {
        Self { principal, used: false }
    }

    fn value(&mut self, key: &str) -> Option<String> {
        let value = match key {
            "aws:username" => &self.principal.name,
            "aws:principalarn" => &self.principal.arn,
            "aws:principalaccount" => &self.principal.account,
            _ => return None,
        };
        self.used = true;
        Some(value.clone())
    }
}

/// A text as Cedar writes it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether any of the expressions holds. Balanced: Cedar evaluates by recursion.
pub(super) fn any(expressions: &[String]) -> String {
    balanced(expressions, " || ", "false")
}

/// Whether all of the expressions hold.
pub(super) fn all(expressions: &[String]) -> String {
    balanced(expressions, " && ", "true")
}

fn balanced(expressions: &[String], operator: &str, empty: &str) -> String {
    match expressions {
        [] => empty.to_owned(),
        [one] => one.clone(),
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            format!(
                "({}{operator}{})",
                balanced(left, operator, empty),
                balanced(right, operator, empty)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, expected: Option<&str>, translate: impl Fn(&Pattern) -> Expression) {
        let alice = Principal {
            name: "alice".to_owned(),
            arn: "arn:aws:iam::111122223333:user/alice".to_owned(),
            account: "111122223333".to_owned(),
            policies: Vec::new(),
        };
        let pattern = Pattern::parse(pattern, true, &mut Owner::new(&alice));
        assert_eq!(translate(&pattern).ok().as_deref(), expected);
    }

    #[test]
    fn texts_are_compared_and_wildcards_matched() {
        let text = |pattern: &Pattern| pattern.matches("x");
        check("a\"b", Some(r#"x == "a\"b""#), text);
        check("a*", Some(r#"x like "a*""#), text);
        check("a${*}*", Some(r#"x like "a\**""#), text);
        check("*", Some("true"), text);
        check("a?", None, text);
    }

    #[test]
    fn a_variable_is_replaced_or_stands_alone() {
        let text = |pattern: &Pattern| pattern.matches("x");
        check("home/${aws:username}/*", Some(r#"x like "home/alice/*""#), text);
        check(
            "${aws:UserId}",
            Some(r#"(context has "aws:userid" && x == context["aws:userid"])"#),
            text,
        );
        check("${aws:userid}/*", None, text);
    }

    #[test]
    fn a_wildcard_in_an_arn_does_not_reach_beyond_its_segment() {
        let arn = |pattern: &Pattern| pattern.matches_arn("x", "y", true);
        check("arn:aws:s3:::b/*", Some(r#"x like "arn:aws:s3:::b/*""#), arn);
        check(
            "arn:aws:sns",
            Some(r#"(y.partition == "aws" && y.service == "sns")"#),
            arn,
        );
        check(
            "arn:*:sns:*:*:a:*",
            Some(r#"(y.service == "sns" && y.resource like "a:*")"#),
            arn,
        );
    }
}
