//! Everything that is checked before a change lands, in one command.
//!
//! `.ci/run` calls the README's test command itself and then this with `--skip-test`; a person calls it without. All
//! steps use the dev profile: a release build would compile the world a second time and find nothing more.

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use crate::differential::CORPORA;
use crate::workspace;

/// The README's test command, after `cargo`.
const TEST_COMMAND: [&str; 2] = ["test", "--workspace"];

/// One check: its name and how it is made.
struct Step {
    name: &'static str,
    action: Action,
    /// A folder beside the repository that the check reads; without it there is nothing to check.
    reads: Option<&'static str>,
}

enum Action {
    /// `cargo` with arguments and environment variables.
    Cargo(&'static [&'static str], &'static [(&'static str, &'static str)]),
    /// A command of this program.
    Xtask(&'static [&'static str]),
}

/// Cheap steps first, so that a slip is seen early.
const STEPS: [Step; 9] = [
    Step {
        name: "format",
        action: Action::Cargo(&["fmt", "--all", "--check"], &[]),
        reads: None,
    },
    Step {
        name: "tidy",
        action: Action::Xtask(&["tidy"]),
        reads: None,
    },
    Step {
        name: "codegen",
        action: Action::Xtask(&["codegen", "--check"]),
        reads: None,
    },
    Step {
        name: "clippy",
        action: Action::Cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]),
        reads: None,
    },
    Step {
        name: "test",
        action: Action::Cargo(&TEST_COMMAND, &[("INSTA_UPDATE", "no")]),
        reads: None,
    },
    Step {
        name: "doc",
        action: Action::Cargo(&["doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")]),
        reads: None,
    },
    // A workspace of its own, which nothing else builds.
    Step {
        name: "bench",
        action: Action::Cargo(
            &[
                "clippy",
                "--locked",
                "--manifest-path",
                "bench/Cargo.toml",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
            &[],
        ),
        reads: None,
    },
    Step {
        name: "corpus",
        action: Action::Xtask(&["corpus", CORPORA]),
        reads: Some(CORPORA),
    },
    Step {
        name: "differential",
        action: Action::Xtask(&["differential"]),
        reads: None,
    },
];

/// `cargo xtask ci [--skip-test]`: makes every step, whatever the one before said, and sums up.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let skip_test = match args {
        [] => false,
        [option] if option == "--skip-test" => true,
        _ => return Err("ci takes no argument but --skip-test".to_owned()),
    };
    // The commands name folders from the root of the repository.
    std::env::set_current_dir(workspace::root()).map_err(|error| format!("cannot go to the repository: {error}"))?;
    let chosen = STEPS.iter().filter(|step| {
        let there = step.reads.is_none_or(|folder| workspace::root().join(folder).is_dir());
        if !there {
            println!(
                "{}: passed over, there is no {}",
                step.name,
                step.reads.unwrap_or_default()
            );
        }
        there && !(skip_test && step.name == "test")
    });
    let results: Vec<(&str, Duration, Result<(), String>)> = chosen.map(timed).collect();

    println!("\n{}", summary(&results));
    match results.iter().filter(|(_, _, result)| result.is_err()).count() {
        0 => Ok(()),
        failed => Err(format!("{failed} of {} steps failed", results.len())),
    }
}

fn timed(step: &Step) -> (&'static str, Duration, Result<(), String>) {
    println!("\n== {} ==", step.name);
    let start = Instant::now();
    let result = make(&step.action);
    if let Err(message) = &result {
        println!("{}: {message}", step.name);
    }
    (step.name, start.elapsed(), result)
}

fn make(action: &Action) -> Result<(), String> {
    match action {
        Action::Xtask(args) => crate::run(&args.iter().map(ToString::to_string).collect::<Vec<_>>()),
        Action::Cargo(args, variables) => {
            let mut command = workspace::cargo();
            command.args(*args).envs(variables.iter().copied());
            let status = command.status().map_err(|error| format!("cannot run cargo: {error}"))?;
            if status.success() {
                Ok(())
            } else {
                Err(format!("`cargo {}` failed ({status})", args.join(" ")))
            }
        }
    }
}

fn summary(results: &[(&str, Duration, Result<(), String>)]) -> String {
    let line = |(name, duration, result): &(&str, Duration, Result<(), String>)| {
        let verdict = if result.is_ok() { "ok" } else { "FAILED" };
        format!("{name:12} {:7.1} s  {verdict}", duration.as_secs_f64())
    };
    results.iter().map(line).collect::<Vec<_>>().join("\n")
}
