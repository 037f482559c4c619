//! Glob algebra: whether everything that one pattern matches is matched by another.
//!
//! An answer `true` is a proof, for every request. An answer `false` is one too for patterns without policy variables, as long as no more
//! than [`CONTAINMENT_STEPS`] steps are needed; behind that it means "not proven". Of a variable nothing is known but that it has some one
//! text: the same variable takes it, and so does whatever takes every text. That two variables may have equal values, or a variable and
//! a default, is not looked at, so that `false` does not say that there is a request that tells them apart.

use std::collections::HashSet;

use crate::action::ActionPattern;
use crate::arn_pattern::ArnPattern;
use crate::pattern::{Part, Pattern};
use crate::resource::ResourcePattern;

/// How many steps `contains` takes before it gives up. A step reads one character of either pattern, or compares one of the narrower with
/// one place of the wider; two patterns of a thousand characters that differ in their ends only need up to a million.
pub const CONTAINMENT_STEPS: u32 = 1 << 20;

impl Pattern {
    /// Whether this pattern matches every text that `narrower` matches, in every request. See [`CONTAINMENT_STEPS`].
    ///
    /// ```
    /// use bailiwick_grammar::ast::Version;
    /// use bailiwick_policy::Pattern;
    ///
    /// let pattern = |text| Pattern::with_wildcards(text, Version::V2012);
    /// assert!(pattern("home/*").contains(&pattern("home/${aws:username}/?*")));
    /// assert!(!pattern("home/?*").contains(&pattern("home/*")));
    /// ```
    pub fn contains(&self, narrower: &Self) -> bool {
        self.contains_within(narrower, &mut { CONTAINMENT_STEPS })
    }

    /// As [`contains`](Self::contains), with a limit that many questions share: `steps` is lowered by those taken, and `false` is the
    /// answer where it comes to 0.
    pub fn contains_within(&self, narrower: &Self, steps: &mut u32) -> bool {
        let (wide, narrow): (Vec<_>, Vec<_>) = (self.parts().collect(), narrower.parts().collect());
        contains(&wide, &narrow, Letters::AsWritten, steps)
    }
}

impl ArnPattern {
    /// Whether this pattern matches every ARN that `narrower` matches, in every request: it does so segment by segment.
    pub fn contains(&self, narrower: &Self) -> bool {
        self.contains_within(narrower, &mut { CONTAINMENT_STEPS })
    }

    /// As [`contains`](Self::contains), with a limit as in [`Pattern::contains_within`].
    pub fn contains_within(&self, narrower: &Self, steps: &mut u32) -> bool {
        (self.segments().into_iter().zip(narrower.segments()))
            .all(|(wide, narrow)| contains(&wide, &narrow, Letters::AsWritten, steps))
    }
}

impl ResourcePattern {
    /// Whether this pattern matches every resource that `narrower` matches, in every request. `*` contains everything, and what matches
    /// nothing is contained in everything.
    pub fn contains(&self, narrower: &Self) -> bool {
        self.contains_within(narrower, &mut { CONTAINMENT_STEPS })
    }

    /// As [`contains`](Self::contains), with a limit as in [`Pattern::contains_within`].
    pub fn contains_within(&self, narrower: &Self, steps: &mut u32) -> bool {
        match (self, narrower) {
            (Self::Everything, _) | (_, Self::Nothing) => true,
            (Self::Arn(wide), Self::Arn(narrow)) => wide.contains_within(narrow, steps),
            // `*` is for requests without a resource too.
            (Self::Arn(_), Self::Everything) | (Self::Nothing, _) => false,
        }
    }
}

impl ActionPattern {
    /// Whether this pattern matches every action that `narrower` matches. Case is ignored.
    pub fn contains(&self, narrower: &Self) -> bool {
        self.contains_within(narrower, &mut { CONTAINMENT_STEPS })
    }

    /// As [`contains`](Self::contains), with a limit as in [`Pattern::contains_within`].
    pub fn contains_within(&self, narrower: &Self, steps: &mut u32) -> bool {
        match (self, narrower) {
            (Self::Everything, _) => true,
            (Self::One(wide), Self::One(narrow)) => wide.as_str().eq_ignore_ascii_case(narrow.as_str()),
            (Self::Service { service, name }, Self::One(narrow)) => {
                let (prefix, narrow) = narrow.service_and_name();
                service.eq_ignore_ascii_case(prefix) && {
                    let wide: Vec<_> = name.parts().collect();
                    let narrow = (!narrow.is_empty()).then_some(Part::Literal(narrow));
                    contains(&wide, narrow.as_slice(), Letters::WithoutCase, steps)
                }
            }
            (
                Self::Service { service, name },
                Self::Service {
                    service: prefix,
                    name: narrow,
                },
            ) => {
                service == prefix && {
                    let (wide, narrow): (Vec<_>, Vec<_>) = (name.parts().collect(), narrow.parts().collect());
                    contains(&wide, &narrow, Letters::WithoutCase, steps)
                }
            }
            // A pattern with a wildcard matches several actions, one without only one.
            (Self::Service { .. }, Self::Everything) | (Self::One(_), Self::Everything | Self::Service { .. }) => false,
        }
    }
}

/// Whether the case of ASCII letters matters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Letters {
    AsWritten,
    WithoutCase,
}

/// A pattern, character by character.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Token<'p> {
    Character(char),
    /// Of the wider pattern: any character. As what it is to take: one that it does not name.
    AnyCharacter,
    AnyText,
    /// A variable, its key in lower case.
    Variable {
        key: &'p str,
        default: Option<&'p str>,
    },
}

/// Decides containment by running the wider pattern, as an automaton that is in several places at once, over the texts of the narrower.
///
/// A wildcard of the narrower pattern stands for any character; it is enough to try one that the wider pattern does not name, for what
/// takes that one takes every other too.
fn contains(wide: &[Part<'_>], narrow: &[Part<'_>], letters: Letters, steps: &mut u32) -> bool {
    if let Some(contained) = at_once(wide, narrow, letters) {
        *steps = steps.saturating_sub(1);
        return contained && *steps > 0;
    }
    let wide = tokens(wide, letters);
    // Of a variable that the wider pattern does not have, nothing is known: it is any text.
    let narrow: Vec<Token<'_>> = (tokens(narrow, letters).into_iter())
        .map(|token| match token {
            Token::Variable { .. } if !wide.contains(&token) => Token::AnyText,
            _ => token,
        })
        .collect();
    *steps = steps.saturating_sub(u32::try_from(wide.len() + narrow.len()).unwrap_or(u32::MAX));
    // Where the run is to go on: a place in the narrower pattern, and those that the wider one is in.
    let mut open = vec![(0, behind_any_text(&wide, vec![0]))];
    // The same, where the narrower pattern has a `*`: only there do texts part, and only there can the run come twice.
    let mut seen: HashSet<(usize, Vec<usize>)> = HashSet::new();
    while let Some((at, places)) = open.pop() {
        let cost = u32::try_from(places.len()).unwrap_or(u32::MAX).saturating_add(1);
        *steps = steps.saturating_sub(cost);
        if *steps == 0 || places.is_empty() {
            return false;
        }
        if wide.last() == Some(&Token::AnyText) && places.contains(&(wide.len() - 1)) {
            continue;
        }
        match narrow.get(at) {
            None if places.contains(&wide.len()) => {}
            None => return false,
            Some(Token::AnyText) => {
                if seen.insert((at, places.clone())) {
                    open.push((at, step(&wide, &places, Token::AnyCharacter)));
                    open.push((at + 1, places));
                }
            }
            Some(&token) => open.push((at + 1, step(&wide, &places, token))),
        }
    }
    true
}

/// The answer for the forms that nearly all patterns have: text, or text with a `*` behind it.
fn at_once(wide: &[Part<'_>], narrow: &[Part<'_>], letters: Letters) -> Option<bool> {
    let same = |left: &str, right: &str| match letters {
        Letters::AsWritten => left == right,
        Letters::WithoutCase => left.eq_ignore_ascii_case(right),
    };
    match (wide, narrow) {
        ([Part::AnyText], _) | ([], []) => Some(true),
        ([], [Part::Literal(_)]) | ([Part::Literal(_)], []) => Some(false),
        ([Part::Literal(wide)], [Part::Literal(narrow)]) => Some(same(wide, narrow)),
        ([Part::Literal(wide), Part::AnyText], [Part::Literal(narrow), rest @ ..]) => match narrow.get(..wide.len()) {
            Some(start) => Some(same(wide, start)),
            // What follows may still be the rest of it.
            None => matches!(rest, [] | [Part::AnyText]).then_some(false),
        },
        _ => None,
    }
}

fn tokens<'p>(parts: &[Part<'p>], letters: Letters) -> Vec<Token<'p>> {
    let mut tokens = Vec::new();
    for part in parts {
        match *part {
            Part::Literal(text) => tokens.extend(text.chars().map(|character| match letters {
                Letters::AsWritten => Token::Character(character),
                Letters::WithoutCase => Token::Character(character.to_ascii_lowercase()),
            })),
            Part::AnyText => tokens.push(Token::AnyText),
            Part::AnyCharacter => tokens.push(Token::AnyCharacter),
            Part::Variable(variable) => tokens.push(Token::Variable {
                key: variable.key.lower(),
                default: variable.default.as_deref(),
            }),
        }
    }
    tokens
}

/// The places of the wider pattern after it took `taken`, which is no `*`.
fn step(wide: &[Token<'_>], places: &[usize], taken: Token<'_>) -> Vec<usize> {
    let mut next = Vec::with_capacity(places.len() + 1);
    for &place in places {
        match (wide.get(place), taken) {
            (Some(Token::AnyText), _) => next.push(place),
            (Some(Token::AnyCharacter), Token::Character(_) | Token::AnyCharacter) => next.push(place + 1),
            (Some(&wanted), _) if wanted == taken => next.push(place + 1),
            _ => {}
        }
    }
    behind_any_text(wide, next)
}

/// Adds the places behind each `*`, which may take no text at all, and drops those before the last `*` that is reached: whatever can be
/// taken from them, that one takes as well. `places` are in order, and so is the result.
fn behind_any_text(wide: &[Token<'_>], places: Vec<usize>) -> Vec<usize> {
    let mut reached: Vec<usize> = Vec::with_capacity(places.len() + 1);
    for place in places {
        if reached.last() != Some(&place) {
            reached.push(place);
        }
        if wide.get(place) == Some(&Token::AnyText) {
            reached.clear();
            reached.extend([place, place + 1]);
        }
    }
    reached
}

#[cfg(test)]
mod tests;
