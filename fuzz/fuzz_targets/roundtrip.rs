//! What is printed of a tree reads as the same tree, and prints the same again.
#![no_main]

use bailiwick_grammar::json::parse_json;
use bailiwick_grammar::{DiagnosticCode, ParseOptions, parse_policy, print_policy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let options = ParseOptions::default();
    let Some(read) = parse_policy(text, &options).document else {
        return;
    };
    let printed = print_policy(&read);
    if printed.len() > options.limits.bytes {
        return;
    }
    let again = parse_policy(&printed, &options)
        .document
        .expect("a printed policy is an object");
    assert_eq!(print_policy(&again), printed);
    // What is unreadable prints as `null`; all else comes back.
    let (_, found) = parse_json(text, 0, &options.limits);
    if found
        .iter()
        .all(|diagnostic| !diagnostic.is_error() || diagnostic.code == DiagnosticCode::DuplicateKey)
    {
        assert_eq!(again, read);
    }
});
