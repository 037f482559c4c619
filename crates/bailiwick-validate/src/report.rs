//! Where checks leave what they find.

use bailiwick_grammar::Span;

use crate::check::PolicyCheck;

/// What the running check finds goes here.
#[derive(Debug)]
pub(crate) struct Report<'r> {
    check: &'static PolicyCheck,
    found: &'r mut Vec<Found>,
}

/// A finding whose places are not yet worked out.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) check: &'static PolicyCheck,
    pub(crate) details: String,
    pub(crate) places: Vec<Span>,
}

/// Names in a sentence, as `a, b and c`; nothing where there are none.
pub(crate) fn listed(names: &[String], and: &str) -> Option<String> {
    let (last, before) = names.split_last()?;
    Some(match before {
        [] => last.clone(),
        before => format!("{} {and} {last}", before.join(", ")),
    })
}

impl<'r> Report<'r> {
    pub(crate) fn new(check: &'static PolicyCheck, found: &'r mut Vec<Found>) -> Self {
        Self { check, found }
    }

    /// Makes a finding about a place: the span of a value, of a key, of a part of a string, or of a key with its value, which stands
    /// for the value. `details` are one or more sentences that say what is wrong and what to do, user text in backticks.
    pub(crate) fn at(&mut self, place: Span, details: impl Into<String>) -> &mut Found {
        self.found.push(Found {
            check: self.check,
            details: details.into(),
            places: Vec::new(),
        });
        let at = self.found.len() - 1;
        self.found[at].and(place)
    }
}

impl Found {
    /// Adds a place.
    pub(crate) fn and(&mut self, place: Span) -> &mut Self {
        self.places.push(place);
        self
    }
}
