//! The JSON parser: one pass, as much tree as possible.

use super::token::{self, Escaped};
use super::{Escape, Json, JsonValue, Member, Text};
use crate::diagnostic::{Diagnostic, DiagnosticCode, Diagnostics};
use crate::limits::Limits;
use crate::span::{Span, Spanned, offset};

/// Parses one JSON value and everything that is wrong with it.
///
/// `base` is added to every offset: a document that is embedded in a larger file is parsed where it stands. Never fails: what
/// cannot be read is [`Json::Invalid`], with a diagnostic. Linear in the length of the text.
pub fn parse_json(text: &str, base: u32, limits: &Limits) -> (JsonValue, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::new(limits.diagnostics);
    let end = base.saturating_add(offset(text.len()));
    if text.len() > limits.bytes || (base as usize).saturating_add(text.len()) > u32::MAX as usize {
        let message = format!(
            "the document has {} bytes, more than the limit of {}",
            text.len(),
            limits.bytes
        );
        diagnostics.error(DiagnosticCode::DocumentTooLarge, Span::at(base), message);
        return (
            Spanned::new(Json::Invalid, Span::new(base, end)),
            diagnostics.into_vec(),
        );
    }
    let mut parser = Parser {
        rest: text,
        end,
        depth: limits.depth,
        gave_up: false,
        diagnostics,
    };
    parser.byte_order_mark();
    let value = parser.value(0);
    parser.blank();
    if !parser.rest.is_empty() {
        let span = Span::new(parser.at(), end);
        parser.diagnostics.error(
            DiagnosticCode::TrailingContent,
            span,
            "the document goes on after its end",
        );
    }
    (value, parser.diagnostics.into_vec())
}

struct Parser<'a> {
    rest: &'a str,
    end: u32,
    depth: usize,
    /// Whether the rest of the text was given up: what is not closed then is no news.
    gave_up: bool,
    diagnostics: Diagnostics,
}

impl<'a> Parser<'a> {
    /// The offset of what comes next.
    fn at(&self) -> u32 {
        self.end - offset(self.rest.len())
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.advance(wanted.len_utf8());
        }
        found
    }

    /// Runs a token parser; nothing is consumed where it does not match.
    fn token<T>(&mut self, parser: impl Fn(&'a str) -> nom::IResult<&'a str, T>) -> Option<T> {
        let (rest, found) = parser(self.rest).ok()?;
        self.rest = rest;
        Some(found)
    }

    /// The next character as a diagnostic names it.
    fn found(&self) -> String {
        match self.peek() {
            None => "the end of the document".to_owned(),
            Some(c) if c.is_control() => format!("`{}`", c.escape_unicode()),
            Some(c) => format!("`{c}`"),
        }
    }

    fn next_span(&self) -> Span {
        Span::new(self.at(), self.at() + offset(self.peek().map_or(0, char::len_utf8)))
    }

    fn byte_order_mark(&mut self) {
        if self.peek() == Some('\u{feff}') {
            let warning = Diagnostic::warning(
                DiagnosticCode::ByteOrderMark,
                self.next_span(),
                "the document starts with a byte-order mark",
            );
            self.diagnostics
                .push(warning.help("save the file as UTF-8 without a byte-order mark"));
            self.advance('\u{feff}'.len_utf8());
        }
    }

    /// Skips blanks, and comments with a diagnostic.
    fn blank(&mut self) {
        loop {
            self.token(token::whitespace);
            let length = if self.rest.starts_with("//") {
                self.rest.find('\n').unwrap_or(self.rest.len())
            } else if self.rest.starts_with("/*") {
                self.rest.find("*/").map_or(self.rest.len(), |at| at + 2)
            } else {
                return;
            };
            let span = Span::new(self.at(), self.at() + offset(length));
            self.diagnostics
                .error(DiagnosticCode::Comment, span, "JSON has no comments");
            self.advance(length);
        }
    }

    fn value(&mut self, depth: usize) -> JsonValue {
        self.blank();
        let start = self.at();
        let node = match self.peek() {
            Some('{' | '[') if depth >= self.depth => self.too_deep(),
            Some('{') => Json::Object(self.object(depth + 1)),
            Some('[') => Json::Array(self.array(depth + 1)),
            Some('"') => Json::String(self.string()),
            Some('-' | '0'..='9') => self.number(),
            Some(c) if c.is_ascii_alphabetic() => self.word(),
            Some(_) => self.no_value(),
            None => {
                let diagnostic = Diagnostic::error(
                    DiagnosticCode::UnexpectedEnd,
                    Span::at(start),
                    "the document ends where a value should be",
                );
                self.diagnostics.push(diagnostic);
                Json::Invalid
            }
        };
        Spanned::new(node, Span::new(start, self.at()))
    }

    /// Gives up on the whole rest: what nests this deep is not worth recovering from.
    fn too_deep(&mut self) -> Json {
        let message = format!("arrays and objects nest deeper than {} levels", self.depth);
        self.diagnostics
            .error(DiagnosticCode::NestingTooDeep, self.next_span(), message);
        self.rest = "";
        self.gave_up = true;
        Json::Invalid
    }

    fn no_value(&mut self) -> Json {
        let mut diagnostic = Diagnostic::error(
            DiagnosticCode::UnexpectedCharacter,
            self.next_span(),
            format!("expected a value, found {}", self.found()),
        );
        if self.peek() == Some('\'') {
            diagnostic = diagnostic.help("JSON strings are written in double quotes");
        }
        self.diagnostics.push(diagnostic);
        if !matches!(self.peek(), Some(',' | '}' | ']')) {
            self.skip_to_separator();
        }
        Json::Invalid
    }

    /// Moves on to the next place where a member or an item may begin or end.
    fn skip_to_separator(&mut self) {
        let length = self.rest.find([',', '}', ']', '"', '\n']).unwrap_or(self.rest.len());
        self.advance(length);
    }

    fn number(&mut self) -> Json {
        let start = self.at();
        let number = self.token(token::number);
        let tail = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
            .unwrap_or(self.rest.len());
        if let (Some(number), 0) = (number, tail) {
            return Json::Number(number.into());
        }
        self.advance(tail);
        let diagnostic = Diagnostic::error(
            DiagnosticCode::InvalidNumber,
            Span::new(start, self.at()),
            "this is not a JSON number",
        );
        self.diagnostics.push(
            diagnostic.help("a number is digits with at most one sign, fraction and exponent, without leading zeros"),
        );
        Json::Invalid
    }

    fn word(&mut self) -> Json {
        let start = self.at();
        let length = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        match word {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "null" => Json::Null,
            _ => {
                let diagnostic = Diagnostic::error(
                    DiagnosticCode::UnexpectedCharacter,
                    Span::new(start, self.at()),
                    format!("expected a value, found `{word}`"),
                );
                self.diagnostics
                    .push(diagnostic.help("write strings in double quotes; `true`, `false` and `null` are lower-case"));
                Json::Invalid
            }
        }
    }

    /// A string; the next character is its opening quotation mark.
    fn string(&mut self) -> Text {
        let start = self.at();
        self.advance(1);
        let plain = self.token(token::plain).unwrap_or_default();
        if self.eat('"') {
            return Text::new(plain);
        }
        let mut value = plain.to_owned();
        let mut escapes = Vec::new();
        loop {
            match self.peek() {
                Some('"') => {
                    self.advance(1);
                    break;
                }
                Some('\\') => self.escape(&mut value, &mut escapes),
                Some('\n') | None => {
                    let span = Span::new(start, self.at());
                    self.diagnostics
                        .error(DiagnosticCode::UnexpectedEnd, span, "this string is not closed");
                    break;
                }
                Some(c) => {
                    let message = format!(
                        "`{}` must be written as an escape sequence within a string",
                        c.escape_debug()
                    );
                    self.diagnostics
                        .error(DiagnosticCode::ControlCharacter, self.next_span(), message);
                    value.push(c);
                    self.advance(c.len_utf8());
                }
            }
            value.push_str(self.token(token::plain).unwrap_or_default());
        }
        Text::with_escapes(value, escapes)
    }

    /// An escape sequence; the next character is its backslash.
    fn escape(&mut self, value: &mut String, escapes: &mut Vec<Escape>) {
        let start = self.at();
        let decoded = offset(value.len());
        let found = self.token(token::escape);
        let c = match found {
            Some(Escaped::Char(c)) => c,
            Some(Escaped::LoneSurrogate) | None => {
                if found.is_none() {
                    let wrong = self
                        .rest
                        .chars()
                        .nth(1)
                        .filter(|c| !c.is_control())
                        .map_or(0, char::len_utf8);
                    self.advance(1 + wrong);
                }
                let message = match found {
                    Some(_) => "this escape is half of a surrogate pair",
                    None => "this escape sequence does not exist",
                };
                let diagnostic = Diagnostic::error(DiagnosticCode::InvalidEscape, Span::new(start, self.at()), message);
                self.diagnostics.push(
                    diagnostic
                        .help("JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal digits"),
                );
                char::REPLACEMENT_CHARACTER
            }
        };
        value.push(c);
        let source_len = u8::try_from(self.at() - start).unwrap_or(u8::MAX);
        let decoded_len = u8::try_from(c.len_utf8()).unwrap_or(u8::MAX);
        escapes.push(Escape {
            decoded,
            decoded_len,
            source_len,
        });
    }

    fn array(&mut self, depth: usize) -> Vec<JsonValue> {
        let mut items = Vec::new();
        self.sequence('[', ']', |parser| {
            let value = parser.value(depth);
            items.push(value);
        });
        items
    }

    fn object(&mut self, depth: usize) -> Vec<Member> {
        let mut members = Vec::new();
        self.sequence('{', '}', |parser| members.extend(parser.member(depth)));
        self.report_duplicates(&members);
        members
    }

    fn member(&mut self, depth: usize) -> Option<Member> {
        if self.peek() != Some('"') {
            let message = format!("expected a member name in double quotes, found {}", self.found());
            self.diagnostics
                .error(DiagnosticCode::UnexpectedCharacter, self.next_span(), message);
            let stop = self.rest.find([',', '}']).unwrap_or(self.rest.len());
            self.advance(stop);
            return None;
        }
        let start = self.at();
        let key = self.string();
        let key = Spanned::new(key, Span::new(start, self.at()));
        self.blank();
        if !self.eat(':') {
            let message = format!("expected `:` after the member name, found {}", self.found());
            self.diagnostics
                .error(DiagnosticCode::MissingColon, self.next_span(), message);
            if matches!(self.peek(), None | Some(',' | '}' | ']')) {
                return Some(Member {
                    key,
                    value: Spanned::new(Json::Invalid, Span::at(self.at())),
                });
            }
        }
        Some(Member {
            key,
            value: self.value(depth),
        })
    }

    /// The items between `open`, which comes next, and `close`, with commas between them.
    ///
    /// Every turn of the loop consumes something or ends it.
    fn sequence(&mut self, open: char, close: char, mut item: impl FnMut(&mut Self)) {
        let opened = self.next_span();
        self.advance(1);
        let mut comma: Option<Span> = None;
        let mut first = true;
        loop {
            self.blank();
            let at = self.next_span();
            match self.peek() {
                Some(c) if c == close => {
                    self.advance(1);
                    if let Some(comma) = comma {
                        let message = format!("a comma must not precede `{close}`");
                        self.diagnostics.error(DiagnosticCode::TrailingComma, comma, message);
                    }
                    return;
                }
                None if self.gave_up => return,
                None => {
                    let diagnostic = Diagnostic::error(
                        DiagnosticCode::UnexpectedEnd,
                        at,
                        format!("the document ends before this `{open}` is closed"),
                    );
                    self.diagnostics
                        .push(diagnostic.label(opened, "opened here").help(format!("add `{close}`")));
                    return;
                }
                Some(']' | '}') => {
                    let diagnostic = Diagnostic::error(
                        DiagnosticCode::UnexpectedCharacter,
                        at,
                        format!("expected `{close}`, found {}", self.found()),
                    );
                    self.diagnostics.push(diagnostic.label(opened, "opened here"));
                    self.advance(1);
                    return;
                }
                Some(',') => {
                    if comma.is_some() || first {
                        let message = "a comma must follow a value".to_owned();
                        self.diagnostics.error(DiagnosticCode::UnexpectedCharacter, at, message);
                    }
                    self.advance(1);
                    comma = Some(at);
                    continue;
                }
                Some(_) if comma.is_none() && !first => {
                    let message = format!("expected `,` or `{close}`, found {}", self.found());
                    self.diagnostics.error(DiagnosticCode::MissingComma, at, message);
                }
                Some(_) => {}
            }
            first = false;
            comma = None;
            let before = self.rest.len();
            item(self);
            if self.rest.len() == before {
                self.advance(self.peek().map_or(0, char::len_utf8));
            }
        }
    }

    fn report_duplicates(&mut self, members: &[Member]) {
        let mut order: Vec<usize> = (0..members.len()).collect();
        order.sort_by(|&a, &b| members[a].key.as_str().cmp(members[b].key.as_str()).then(a.cmp(&b)));
        for pair in order.windows(2) {
            let (first, second) = (&members[pair[0]].key, &members[pair[1]].key);
            if first == second {
                let diagnostic = Diagnostic::error(
                    DiagnosticCode::DuplicateKey,
                    second.span,
                    format!("the key `{}` stands twice in this object", second.as_str()),
                );
                self.diagnostics.push(
                    diagnostic
                        .label(first.span, "already here")
                        .help("merge the two, or remove one"),
                );
            }
        }
    }
}
