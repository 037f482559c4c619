//! Answers and complaints as people and programs read them.

mod answer;
mod check;
mod finding;
mod picture;
mod problem;

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;

pub(crate) use self::answer::answer;
pub(crate) use self::check::{check, check_list};
pub(crate) use self::finding::{Shown, findings};
pub(crate) use self::problem::{missing_policies, problems, scenario_error};
use crate::output::Failure;

/// Writes a value as indented JSON.
pub(crate) fn json(value: &impl Serialize, out: &mut impl Write) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

/// Writes a value as one line of JSON.
pub(crate) fn json_line(value: &impl Serialize, out: &mut impl Write) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

/// A text that came from a file, without what would steer a terminal: control characters and changes of direction are written out.
/// So are line feeds: who shows several lines shows them one by one.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let steers = |c: char| {
        (c.is_control() && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let written = |c: char| {
        if steers(c) {
            c.escape_unicode().to_string()
        } else {
            c.to_string()
        }
    };
    Cow::Owned(text.chars().map(written).collect())
}

/// How wide a line of prose is.
const WIDTH: usize = 96;

/// A text, cleaned and broken into lines.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in clean(text).split(' ') {
        let mut line = lines.pop().unwrap_or_default();
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        lines.push(line);
    }
    lines
}

/// A text from anywhere, cleaned, and in the colours of an SGR code (ECMA-48) where they are wanted.
fn paint(text: &str, code: &str, colour: bool) -> String {
    let text = clean(text);
    if colour {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_between_words() {
        let lines = wrapped(&"policy ".repeat(20));
        assert!(lines.len() == 2 && lines.iter().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(wrapped(""), [""]);
    }

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(clean("plain\té"), "plain\té");
        assert_eq!(clean("a\nALLOWED"), "a\\u{a}ALLOWED");
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\r"), "a\\u{1b}[2Jb\\u{202e}c\\u{d}");
    }
}
