//! The `bailiwick` command: questions about AWS IAM, answered offline.
//!
//! This crate reads files, writes to the terminal and chooses exit codes; everything else is in `bailiwick`.

#![expect(clippy::disallowed_methods, reason = "the command line is where files are read")]

mod args;
mod can;
mod exit;
mod files;
mod output;
mod render;
mod simulate;
mod validate;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Args, Command};
use crate::output::Output;

fn main() -> ExitCode {
    let args = Args::parse();
    let mut output = Output::new();
    let ended = match &args.command {
        Command::Can(args) => can::run(args, &mut output),
        Command::Simulate(args) => simulate::run(args, &mut output),
        Command::Validate(args) => validate::run(args, &mut output),
    };
    output.finish(ended).into()
}
