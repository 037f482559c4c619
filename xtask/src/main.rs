//! What a maintainer of Bailiwick runs: `cargo xtask COMMAND`.
//!
//! Each command is a module with one `run(&args)`; this file only chooses. What a command checks is also a test of
//! this package, so that `cargo test --workspace` finds what `cargo xtask ci` would find.

#![expect(
    clippy::disallowed_methods,
    reason = "a maintainer's tool reads and writes files of the repository and times its steps"
)]

mod ci;
mod codegen;
mod corpus;
mod differential;
mod layers;
mod tidy;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  ci [--skip-test]     everything that is checked before a change lands, timed
  codegen [--check | --fetch]
                       write the tables of bailiwick-catalog; say whether they are stale; take newer packages first
  corpus FOLDER [--verbose] [--findings CODE...]
                       read and validate every document of a folder of real ones, say what is refused, count the findings,
                       and show those of some codes
  differential [--comparisons N] [--corpora FOLDER] [--seed N]
                       put a million questions, generated and about real documents, to the evaluator and to the oracle
  layers               show which crate may use which, and every dependency that breaks the rule
  tidy                 the longest files, and leftovers, white space and stale names to mend
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Chooses the command; every command answers with the one line that says what is wrong.
fn run(args: &[String]) -> Result<(), String> {
    let Some((command, rest)) = args.split_first() else {
        return Err(format!("no command given\n\n{USAGE}"));
    };
    match command.as_str() {
        "ci" => ci::run(rest),
        "codegen" => codegen::run(rest),
        "corpus" => corpus::run(rest),
        "differential" => differential::run(rest),
        "layers" => layers::run(rest),
        "tidy" => tidy::run(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        unknown => Err(format!("no command `{unknown}`\n\n{USAGE}")),
    }
}
