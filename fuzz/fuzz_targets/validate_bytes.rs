//! Any bytes that are a text are validated as every type without a panic: each place lies within the text and its path leads to it, and
//! the text is a policy just where no error says otherwise. `crates/bailiwick-validate/tests/any_text` does the same on a stable toolchain.
#![no_main]

use bailiwick_grammar::decode_utf8;
use libfuzzer_sys::fuzz_target;

#[path = "../../crates/bailiwick-validate/tests/any_text/hold.rs"]
mod hold;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = decode_utf8(bytes, 0) {
        hold::hold(text);
    }
});
