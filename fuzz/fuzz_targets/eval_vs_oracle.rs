//! Evaluator and oracle decide every question alike that both take. `crates/bailiwick-eval/tests/fuzz` does the same on a stable toolchain.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/bailiwick-eval/tests/fuzz/agree.rs"]
mod agree;
#[path = "../../crates/bailiwick-eval/tests/support/mod.rs"]
mod support;

fuzz_target!(|bytes: &[u8]| {
    agree::agree(bytes);
});
