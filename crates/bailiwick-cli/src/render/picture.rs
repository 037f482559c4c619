//! Places of a text as pictures: the line with carets under the place, and where others are.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// How much of a long line is shown before and after the beginning of what it is shown for.
const BEFORE: usize = 60;
const AFTER: usize = 100;

/// A place of a text.
pub(super) struct Place {
    /// The number of the line on which it begins.
    pub(super) line: u32,
    /// The bytes.
    pub(super) bytes: Range<usize>,
}

/// A part of a line, with the places on it. The first one is primary.
struct Line<'t> {
    number: u32,
    /// What is shown, in bytes of the text.
    shown: Range<usize>,
    text: &'t str,
    places: Vec<(Range<usize>, bool)>,
}

/// The lines on which places begin, in their order, each with its places marked: the first place with carets, the others with dashes.
/// Of long lines the part around the first place on them is shown.
pub(super) fn picture(text: &str, places: &[Place], colour: bool) -> String {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for (index, place) in places.iter().enumerate() {
        let start = floor(text, place.bytes.start);
        let known = lines
            .iter_mut()
            .find(|line| line.number == place.line && line.shown.start <= start && start <= line.shown.end);
        let line = match known {
            Some(line) => line,
            None => {
                lines.push(Line::around(text, place.line, start));
                let last = lines.len() - 1;
                &mut lines[last]
            }
        };
        let end = floor(text, place.bytes.end).clamp(start, line.shown.end.max(start));
        line.places.push((start..end, index == 0));
    }
    lines.sort_by_key(|line| (line.number, line.shown.start));
    let width = lines.last().map_or(1, |line| line.number.to_string().len());
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut pictures = String::new();
    for line in &lines {
        let annotations = line.places.iter().map(|(place, primary)| {
            let kind = if *primary {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            kind.span(place.start - line.shown.start..place.end - line.shown.start)
        });
        let snippet = Snippet::source(visible(line.text))
            .line_start(line.number as usize)
            .annotations(annotations);
        let report = &[Level::ERROR.no_name().primary_title("").element(snippet)];
        let picture = renderer.render(report);
        // The title is the caller's. Numbers of fewer digits are moved to the right.
        let indent = " ".repeat(width - line.number.to_string().len());
        for row in picture.lines().skip(1) {
            pictures.push_str(&indent);
            pictures.push_str(row.trim_end());
            pictures.push('\n');
        }
    }
    pictures
}

impl<'t> Line<'t> {
    fn around(text: &'t str, number: u32, start: usize) -> Self {
        let from = floor(text, start.saturating_sub(BEFORE));
        let to = floor(text, start.saturating_add(AFTER));
        let from = text[from..start].rfind('\n').map_or(from, |at| from + at + 1);
        let to = text[start..to].find('\n').map_or(to, |at| start + at);
        let to = from + text[from..to].trim_end_matches('\r').len();
        Self {
            number,
            shown: from..to.max(start),
            text: &text[from..to.max(start)],
            places: Vec::new(),
        }
    }
}

/// A text in which what steers a terminal is replaced, byte for byte as long: what annotate-snippets leaves as it is.
fn visible(text: &str) -> Cow<'_, str> {
    let seen = |c: char| match c {
        '\u{80}'..='\u{9f}' => '\u{a4}',
        '\u{200e}' | '\u{200f}' => '\u{fffd}',
        c => c,
    };
    if text.chars().all(|c| seen(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(seen).collect())
}

/// The nearest place at or before `at` that is between two characters.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, places: &[(u32, &str)], expected: &str) {
        let places: Vec<Place> = places
            .iter()
            .map(|&(line, part)| {
                let start = text.find(part).unwrap();
                Place {
                    line,
                    bytes: start..start + part.len(),
                }
            })
            .collect();
        assert_eq!(picture(text, &places, false), expected);
    }

    #[test]
    fn places_on_one_line_share_its_picture() {
        check(
            "a: b, c: d\n",
            &[(1, "d"), (1, "b")],
            "1 | a: b, c: d\n  |    -     ^\n",
        );
    }

    #[test]
    fn lines_come_in_their_order_and_their_numbers_end_below_each_other() {
        let text = "0\n1\n2\n3\n4\n5\n6\n7\n8 first\nsecond\n";
        let expected = " 9 | 8 first\n   |   -----\n10 | second\n   | ^^^^^^\n";
        check(text, &[(10, "second"), (9, "first")], expected);
    }

    #[test]
    fn a_place_of_several_lines_is_shown_by_its_first() {
        check("{\r\n  1\r\n}", &[(1, "{\r\n  1\r\n}")], "1 | {\n  | ^\n");
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let text = format!("{}here{}", "é".repeat(5000), "ö".repeat(5000));
        let place = Place {
            line: 1,
            bytes: 10_000..10_004,
        };
        let picture = picture(&text, &[place], false);
        assert!(picture.contains("here") && picture.len() < 600, "{picture}");
    }

    #[test]
    fn what_steers_a_terminal_is_replaced() {
        for c in ('\0'..='\u{ffff}').filter(|&c| c != '\t' && c != '\n') {
            let picture = picture(&format!("a{c}b"), &[Place { line: 1, bytes: 0..1 }], false);
            assert_eq!(
                super::super::clean(&picture.replace('\n', " ")),
                picture.replace('\n', " "),
                "{c:?}"
            );
        }
        assert_eq!(visible("\u{9b}\u{200e}").len(), "\u{9b}\u{200e}".len());
    }

    #[test]
    fn places_beyond_the_text_do_no_harm() {
        let places = [Place { line: 1, bytes: 7..9 }, Place { line: 1, bytes: 0..0 }];
        assert!(picture("é", &places, false).contains('é'));
        assert!(picture("", &places, false).contains('1'));
    }
}
