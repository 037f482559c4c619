//! Glob algebra: whether everything that one pattern matches is matched by another.
//!
//! An answer `true` is a proof, for every request. An answer `false` is one too for patterns without policy variables, as long as no more
//! than [`CONTAINMENT_STEPS`] steps are needed; behind that it means "not proven". Of a variable nothing is known but that it has some one
//! text: the same variable takes it, and so does whatever takes every text. That two variables may have equal values, or a variable and
//! a default, is not looked at, so that `false` does not say that there is a request that tells them apart.

use std::collections::HashSet;

use crate::action::ActionPattern;
use crate::arn_pattern::{ArnPattern, SEGMENTS};
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
        // The last segments differ most often; few patterns have one that must be looked at more closely.
        let mut close = [false; SEGMENTS];
        for at in (0..SEGMENTS).rev() {
            match (self.simple_segment(at), narrower.simple_segment(at)) {
                (Some(wide), Some(narrow)) if !simply_contains(wide, narrow, Letters::AsWritten) => {
                    *steps = steps.saturating_sub(1);
                    return false;
                }
                (Some(_), Some(_)) => {}
                _ => close[at] = true,
            }
        }
        *steps = steps.saturating_sub(1);
        if !close.contains(&true) {
            return *steps > 0;
        }
        (self.segments().into_iter().zip(narrower.segments()).zip(close))
            .filter(|(_, close)| *close)
            .all(|((wide, narrow), _)| contains(&wide, &narrow, Letters::AsWritten, steps))
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
                    if let Some(wide) = name.as_simple() {
                        *steps = steps.saturating_sub(1);
                        return *steps > 0 && simply_contains(wide, (narrow, false), Letters::WithoutCase);
                    }
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

/// Whether one text contains another; behind either there may be a `*` (`true`).
fn simply_contains((wide, wide_open): (&str, bool), (narrow, narrow_open): (&str, bool), letters: Letters) -> bool {
    let same = |left: &[u8], right: &[u8]| match letters {
        Letters::AsWritten => left == right,
        Letters::WithoutCase => left.eq_ignore_ascii_case(right),
    };
    let (wide, narrow) = (wide.as_bytes(), narrow.as_bytes());
    if wide_open {
        narrow.get(..wide.len()).is_some_and(|start| same(wide, start))
    } else {
        !narrow_open && same(wide, narrow)
    }
}

/// The answer for the forms that nearly all patterns have: text, or text with a `*` behind it; and the `false` of those that begin or end
/// otherwise.
fn at_once(wide: &[Part<'_>], narrow: &[Part<'_>], letters: Letters) -> Option<bool> {
    let same = |left: &[u8], right: &[u8]| match letters {
        Letters::AsWritten => left == right,
        Letters::WithoutCase => left.eq_ignore_ascii_case(right),
    };
    match (wide, narrow) {
        ([Part::AnyText], _) | ([], []) => return Some(true),
        ([Part::Literal(wide)], [Part::Literal(narrow)]) => return Some(same(wide.as_bytes(), narrow.as_bytes())),
        _ => {}
    }
    // Text of the wider pattern at either end must stand at that end of all that the narrower matches, which only text does.
    if let Some(Part::Literal(wide)) = wide.first() {
        let Some(Part::Literal(narrow)) = narrow.first() else {
            return Some(false);
        };
        let length = wide.len().min(narrow.len());
        if !same(&wide.as_bytes()[..length], &narrow.as_bytes()[..length]) {
            return Some(false);
        }
    }
    if let Some(Part::Literal(wide)) = wide.last() {
        let Some(Part::Literal(narrow)) = narrow.last() else {
            return Some(false);
        };
        let length = wide.len().min(narrow.len());
        if !same(
            &wide.as_bytes()[wide.len() - length..],
            &narrow.as_bytes()[narrow.len() - length..],
        ) {
            return Some(false);
        }
    }
    match (wide, narrow) {
        ([Part::Literal(wide), Part::AnyText], [Part::Literal(narrow), ..]) if narrow.len() >= wide.len() => Some(true),
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
