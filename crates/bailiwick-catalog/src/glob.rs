//! One small glob matcher for the three notations of the catalog: action patterns, condition key templates, ARN formats.
//!
//! What a pattern of a *policy* means is not decided here but in `bailiwick-policy`; this one expands a pattern over
//! the names that the catalog holds.

/// How a pattern is written.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Notation {
    /// `Get*`, `?ist*` in an `Action` element: `*` stands for any run of characters, also none; `?` for one byte, for
    /// the names of the catalog are ASCII. Case is ignored.
    Action,
    /// `aws:RequestTag/${TagKey}`, `s3:ExistingObjectTag/<key>`, `glacier:ResourceTag/` in a list of condition keys:
    /// what is between the brackets stands for one character or more, and so does the end after a slash. Case is
    /// ignored.
    ConditionKey,
    /// `bot/${BotId}`, `backend/*` in an ARN format: a placeholder stands for one character or more, `*` for any run.
    Arn,
}

enum Token {
    Literal(u8),
    One,
    Any,
    AtLeastOne,
}

impl Notation {
    /// The token at `at`, which must be inside `pattern`, and where the next one starts.
    fn token(self, pattern: &[u8], at: usize) -> (Token, usize) {
        let rest = &pattern[at..];
        let bracketed = |close: u8| match rest.iter().position(|&byte| byte == close) {
            Some(length) => (Token::AtLeastOne, at + length + 1),
            None => (Token::Literal(rest[0]), at + 1),
        };
        match (self, rest[0]) {
            (Self::Action | Self::Arn, b'*') => (Token::Any, at + 1),
            (Self::Action, b'?') => (Token::One, at + 1),
            (Self::ConditionKey | Self::Arn, b'$') if rest.get(1) == Some(&b'{') => bracketed(b'}'),
            (Self::ConditionKey, b'<') => bracketed(b'>'),
            (_, byte) => (Token::Literal(byte), at + 1),
        }
    }

    /// Whether the pattern is more than a plain name.
    pub(crate) fn is_pattern(self, text: &str) -> bool {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() {
            let (token, next) = self.token(text, at);
            if !matches!(token, Token::Literal(_)) {
                return true;
            }
            at = next;
        }
        self.ends_open(text)
    }

    /// The plain text before the first token that is not a literal.
    pub(crate) fn literal_prefix(self, text: &str) -> &str {
        let mut at = 0;
        while at < text.len() {
            let (token, next) = self.token(text.as_bytes(), at);
            if !matches!(token, Token::Literal(_)) {
                break;
            }
            at = next;
        }
        text.get(..at).unwrap_or("")
    }

    /// Whether the whole `text` is one that `pattern` stands for.
    ///
    /// Only the last wildcard seen is ever retried, which is enough for globs: time is at most the product of the
    /// lengths.
    pub(crate) fn matches(self, pattern: &str, text: &str) -> bool {
        let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
        let open_end = self.ends_open(pattern);
        let (mut p, mut t) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            let fits = if p < pattern.len() {
                let (token, next) = self.token(pattern, p);
                match token {
                    Token::Any => {
                        retry = Some((next, t));
                        p = next;
                        true
                    }
                    Token::AtLeastOne if t < text.len() => {
                        t += 1;
                        retry = Some((next, t));
                        p = next;
                        true
                    }
                    Token::One if t < text.len() => {
                        (p, t) = (next, t + 1);
                        true
                    }
                    Token::Literal(byte) if text.get(t).is_some_and(|&seen| self.same(byte, seen)) => {
                        (p, t) = (next, t + 1);
                        true
                    }
                    _ => false,
                }
            } else if (t == text.len()) != open_end {
                return true;
            } else {
                false
            };
            if !fits {
                match retry {
                    Some((next, from)) if from < text.len() => {
                        retry = Some((next, from + 1));
                        (p, t) = (next, from + 1);
                    }
                    _ => return false,
                }
            }
        }
    }

    fn ends_open(self, pattern: &[u8]) -> bool {
        self == Self::ConditionKey && pattern.ends_with(b"/")
    }

    fn same(self, left: u8, right: u8) -> bool {
        left == right || (self != Self::Arn && left.eq_ignore_ascii_case(&right))
    }
}

#[cfg(test)]
mod tests {
    use super::Notation::{self, Action, Arn, ConditionKey};

    #[track_caller]
    fn check(notation: Notation, pattern: &str, text: &str, expected: bool) {
        assert_eq!(notation.matches(pattern, text), expected, "`{pattern}` on `{text}`");
    }

    #[test]
    fn action_patterns() {
        check(Action, "*", "", true);
        check(Action, "get*", "GetObject", true);
        check(Action, "*Object", "GetObject", true);
        check(Action, "*Object", "GetObjectAcl", false);
        check(Action, "G?tObject", "GetObject", true);
        check(Action, "G?tObject", "GtObject", false);
        check(Action, "*a*b*c*", "xxaxxbxxc", true);
        check(Action, "*a*b*c", "abcbd", false);
        check(Action, "", "", true);
        check(Action, "", "a", false);
        check(Action, "Größe*", "GetObject", false);
    }

    #[test]
    fn condition_key_templates() {
        check(ConditionKey, "aws:RequestTag/${TagKey}", "AWS:requesttag/Team", true);
        check(ConditionKey, "aws:RequestTag/${TagKey}", "aws:RequestTag/", false);
        check(ConditionKey, "aws:RequestTag/${TagKey}", "aws:RequestTag", false);
        check(
            ConditionKey,
            "s3:ExistingObjectTag/<key>",
            "s3:ExistingObjectTag/a/b",
            true,
        );
        check(ConditionKey, "glacier:ResourceTag/", "glacier:ResourceTag/a", true);
        check(ConditionKey, "glacier:ResourceTag/", "glacier:ResourceTag/", false);
        check(ConditionKey, "c:e/${name}.value", "c:e/a.value.value", true);
        check(ConditionKey, "c:e/${name}.value", "c:e/.value", false);
        check(ConditionKey, "c:e/${name", "c:e/${name", true);
    }

    #[test]
    fn arn_formats_respect_case() {
        check(Arn, "bot/${BotId}", "bot/x", true);
        check(Arn, "bot/${BotId}", "Bot/x", false);
        check(Arn, "backend/*", "backend/", true);
        check(Arn, "${A}-${B}", "a--b", true);
        check(Arn, "${A}-${B}", "-b", false);
        check(Arn, "a?", "a?", true);
    }

    #[test]
    fn literal_prefixes() {
        assert_eq!(Action.literal_prefix("Get*Object"), "Get");
        assert_eq!(Action.literal_prefix("*"), "");
        assert_eq!(Action.literal_prefix("Größe?"), "Größe");
        assert!(Action.is_pattern("Get?") && !Action.is_pattern("Get"));
        assert!(ConditionKey.is_pattern("glacier:ResourceTag/") && !ConditionKey.is_pattern("aws:TagKeys"));
    }
}
