//! The command line, asked as people ask it: the built binary, files and exit codes.

#![expect(clippy::disallowed_methods, reason = "a test reads and writes its files")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]
#![expect(clippy::panic, reason = "a helper that cannot go on has failed its test")]

mod can;
mod command;
mod exports;
mod golden;
mod lines;
mod sarif;
mod schema;
mod schemas;
mod simulate;
mod validate;
mod validate_input;
