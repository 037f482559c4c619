//! Wildcards: `*` is any text, `?` any one character.

/// One character of a pattern.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Piece {
    /// A character as the author wrote it: `*` and `?` are wildcards where wildcards are.
    Written(char),
    /// A character from a variable or an escape: always itself.
    Literal(char),
}

impl Piece {
    /// The character, wildcard or not.
    pub(super) fn char(self) -> char {
        match self {
            Self::Written(c) | Self::Literal(c) => c,
        }
    }

    fn is_wildcard(self) -> bool {
        matches!(self, Self::Written('*' | '?'))
    }
}

/// A text without variables.
pub(super) fn written(text: &str) -> Vec<Piece> {
    text.chars().map(Piece::Written).collect()
}

/// Whether a pattern has a wildcard at all.
pub(super) fn has_wildcard(pattern: &[Piece]) -> bool {
    pattern.iter().any(|piece| piece.is_wildcard())
}

/// C §2, `StringLike`: `*` stands for any number of characters, `?` for exactly one, `/` and `:` included.
///
/// Follows the pattern piece by piece and keeps the set of places in the text that may have been reached.
pub(super) fn matches(pattern: &[Piece], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for piece in pattern {
        let mut next = vec![false; text.len() + 1];
        for place in (0..=text.len()).filter(|&place| reached[place]) {
            match piece {
                Piece::Written('*') => next[place..].fill(true),
                Piece::Written('?') => {
                    if place < text.len() {
                        next[place + 1] = true;
                    }
                }
                Piece::Written(c) | Piece::Literal(c) => {
                    if text.get(place) == Some(c) {
                        next[place + 1] = true;
                    }
                }
            }
        }
        reached = next;
    }
    reached[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(matches(&written(pattern), text), expected, "{pattern} on {text}");
    }

    #[test]
    fn a_star_is_any_text_and_a_question_mark_one_character() {
        check("", "", true);
        check("", "a", false);
        check("*", "", true);
        check("*", "a/b:c", true);
        check("?", "", false);
        check("?", "é", true);
        check("?", "ab", false);
        check("a*c", "ac", true);
        check("a*c", "abbc", true);
        check("a*c", "abbcd", false);
        check("*a*a*", "banana", true);
        check("a?c*", "abcdef", true);
        check("A", "a", false);
    }

    #[test]
    fn a_literal_star_is_itself() {
        let pattern = [Piece::Literal('*')];
        assert!(matches(&pattern, "*"));
        assert!(!matches(&pattern, "a"));
    }
}
