//! JSON text from a tree.

use std::fmt::Write as _;

use super::{Json, JsonValue};

/// Prints a value on one line, with a blank after colons and commas.
pub fn print_json(value: &JsonValue) -> String {
    let mut out = String::new();
    write_json(&mut out, value);
    out
}

pub(crate) fn write_json(out: &mut String, value: &JsonValue) {
    match &value.node {
        Json::Null | Json::Invalid => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(number) => out.push_str(number),
        Json::String(text) => write_string(out, text),
        Json::Array(items) => write_list(out, '[', ']', items, write_json),
        Json::Object(members) => write_list(out, '{', '}', members, |out, member| {
            write_string(out, &member.key);
            out.push_str(": ");
            write_json(out, &member.value);
        }),
    }
}

fn write_list<T>(out: &mut String, open: char, close: char, items: &[T], write: impl Fn(&mut String, &T)) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(out, item);
    }
    out.push(close);
}

/// Appends `text` as a JSON string with its quotation marks.
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' | '\x7f' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}
