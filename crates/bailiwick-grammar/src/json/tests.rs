use super::*;
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::limits::Limits;

fn parse(text: &str) -> (JsonValue, Vec<Diagnostic>) {
    parse_json(text, 0, &Limits::default())
}

#[track_caller]
fn ok(text: &str, printed: &str) {
    let (value, diagnostics) = parse(text);
    assert_eq!(diagnostics, []);
    assert_eq!(print_json(&value), printed);
}

/// The codes, each with the text under its span.
#[track_caller]
fn err(text: &str, expected: &[(DiagnosticCode, &str)]) {
    let (_, diagnostics) = parse(text);
    let found: Vec<_> = diagnostics.iter().map(|d| (d.code, &text[d.span.range()])).collect();
    assert_eq!(found, expected);
}

#[test]
fn values_of_rfc_8259_are_read() {
    ok("null", "null");
    ok(" [1, -0.5e+10, 0] ", "[1, -0.5e+10, 0]");
    ok("{\"a\" : {\"b\":[true,false]}}", "{\"a\": {\"b\": [true, false]}}");
    ok(r#""a\u0041\n\"\\\/\ud83d\ude00é""#, r#""aA\n\"\\/😀é""#);
    ok("{}", "{}");
    ok("[]", "[]");
}

#[test]
fn a_part_of_a_string_is_found_behind_an_escape_that_does_not_exist() {
    let text = r#""\xß""#;
    let (value, _) = parse(text);
    let Json::String(string) = value.node else {
        panic!("not a string")
    };
    let string = Spanned::new(string, value.span);
    let at = string.find('ß').unwrap();
    assert_eq!(&text[string.part(0..at).range()], r"\x");
    assert_eq!(&text[string.part(at..at + 2).range()], "ß");
}

#[test]
fn a_part_of_a_string_is_found_in_the_source_behind_escapes() {
    let text = r#"  "a\u0041b\n${x}""#;
    let (value, _) = parse(text);
    let Json::String(string) = value.node else {
        panic!("not a string")
    };
    let string = Spanned::new(string, value.span);
    let at = string.find("${").unwrap();
    assert_eq!(&text[string.part(at..at + 4).range()], "${x}");
    assert_eq!(&text[string.part(0..1).range()], "a");
}

#[test]
fn the_base_offset_moves_every_span() {
    let (value, diagnostics) = parse_json("{\"a\" 1}", 100, &Limits::default());
    assert_eq!(value.span, Span::new(100, 107));
    assert_eq!(diagnostics[0].span, Span::new(105, 106));
}

#[test]
fn duplicate_keys_are_kept_and_reported() {
    let (value, diagnostics) = parse(r#"{"a":1,"b":2,"a":3}"#);
    let Json::Object(members) = &value.node else {
        panic!("not an object")
    };
    assert_eq!(members.len(), 3);
    assert_eq!(diagnostics[0].code, DiagnosticCode::DuplicateKey);
    assert_eq!(diagnostics[0].span, Span::new(13, 16));
    assert_eq!(diagnostics[0].labels[0].span, Span::new(1, 4));
}

#[test]
fn a_byte_order_mark_is_a_warning() {
    let (value, diagnostics) = parse("\u{feff}{}");
    assert_eq!(value.node, Json::Object(vec![]));
    assert_eq!(diagnostics.len(), 1);
    assert!(!diagnostics[0].is_error());
}

#[test]
fn errors_are_reported_where_they_are_and_reading_goes_on() {
    err("[1, 2,]", &[(DiagnosticCode::TrailingComma, ",")]);
    err("[1 2]", &[(DiagnosticCode::MissingComma, "2")]);
    err("{\"a\": 1 \"b\": 2}", &[(DiagnosticCode::MissingComma, "\"")]);
    err("{\"a\" 1}", &[(DiagnosticCode::MissingColon, "1")]);
    err("{a: 1}", &[(DiagnosticCode::UnexpectedCharacter, "a")]);
    err("[True]", &[(DiagnosticCode::UnexpectedCharacter, "True")]);
    err("['a']", &[(DiagnosticCode::UnexpectedCharacter, "'")]);
    err(
        "[01, 1.]",
        &[
            (DiagnosticCode::InvalidNumber, "01"),
            (DiagnosticCode::InvalidNumber, "1."),
        ],
    );
    err(
        "[\"a\nb\"]",
        &[
            (DiagnosticCode::UnexpectedEnd, "\"a"),
            (DiagnosticCode::MissingComma, "b"),
            (DiagnosticCode::UnexpectedCharacter, "b"),
            (DiagnosticCode::MissingComma, "\""),
            (DiagnosticCode::UnexpectedEnd, "\"]"),
            (DiagnosticCode::UnexpectedEnd, ""),
        ],
    );
    err("[\"\u{1}\"]", &[(DiagnosticCode::ControlCharacter, "\u{1}")]);
    err(
        r#"["\x", "\ud800", "\u12"]"#,
        &[
            (DiagnosticCode::InvalidEscape, "\\x"),
            (DiagnosticCode::InvalidEscape, "\\ud800"),
            (DiagnosticCode::InvalidEscape, "\\u"),
        ],
    );
    err("{} {}", &[(DiagnosticCode::TrailingContent, "{}")]);
    err("[1 // one\n]", &[(DiagnosticCode::Comment, "// one")]);
    err("[1}", &[(DiagnosticCode::UnexpectedCharacter, "}")]);
    err(
        "{\"a\": [1, 2",
        &[(DiagnosticCode::UnexpectedEnd, ""), (DiagnosticCode::UnexpectedEnd, "")],
    );
    err("", &[(DiagnosticCode::UnexpectedEnd, "")]);
    err(
        "{,}",
        &[
            (DiagnosticCode::UnexpectedCharacter, ","),
            (DiagnosticCode::TrailingComma, ","),
        ],
    );
}

#[test]
fn limits_are_errors_with_a_name() {
    let deep = "[".repeat(10_000);
    let (_, diagnostics) = parse(&deep);
    assert_eq!(
        diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(),
        [DiagnosticCode::NestingTooDeep]
    );
    let limits = Limits {
        bytes: 3,
        ..Limits::default()
    };
    let (value, diagnostics) = parse_json("[1, 2]", 0, &limits);
    assert_eq!(
        (value.node, diagnostics[0].code),
        (Json::Invalid, DiagnosticCode::DocumentTooLarge)
    );
    let many = "x ".repeat(5_000);
    let (_, diagnostics) = parse(&format!("[{many}]"));
    assert_eq!(diagnostics.len(), Limits::default().diagnostics + 1);
    assert_eq!(
        diagnostics.last().map(|d| d.code),
        Some(DiagnosticCode::TooManyDiagnostics)
    );
}
