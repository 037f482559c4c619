//! Any bytes are read without a panic; every place lies within the text; what is not a policy has an error.
#![no_main]

use bailiwick_grammar::{ParseOptions, PolicyType, check_policy_type, parse_policy_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let parsed = parse_policy_bytes(bytes, &ParseOptions::default());
    let mut diagnostics = parsed.diagnostics.clone();
    match &parsed.document {
        Some(document) => {
            for policy_type in PolicyType::ALL {
                diagnostics.extend(check_policy_type(document, policy_type));
            }
        }
        None => assert!(parsed.has_errors()),
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for diagnostic in &diagnostics {
        assert!(text.get(diagnostic.span.range()).is_some(), "{diagnostic:?}");
        for label in &diagnostic.labels {
            assert!(text.get(label.span.range()).is_some(), "{diagnostic:?}");
        }
    }
});
