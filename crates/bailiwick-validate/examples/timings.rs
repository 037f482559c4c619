//! Validates policies and tells how long each took. `bench/peers` compares it with others.
//!
//! - `timings documents N`: N of the AWS managed policies, evenly chosen, one a line: name, tab, document
//! - `timings validate REPEAT`: validates the document on each line of standard input REPEAT times, and answers with a line: nanoseconds
//!   for one validation, tab, number of findings

#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::hint::black_box;
use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;
use std::time::Instant;

use bailiwick_catalog::Catalog;
use bailiwick_validate::{ValidatePolicyType, validate_policy};

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = arguments.get(1).and_then(|number| number.parse().ok()).unwrap_or(0);
    match (arguments.first().map(String::as_str), number) {
        (Some("documents"), 1..) => documents(number)?,
        (Some("validate"), 1..) => validate(number)?,
        _ => {
            eprintln!("usage: timings documents N | timings validate REPEAT");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn documents(number: usize) -> io::Result<()> {
    let policies = Catalog::managed_policies();
    let number = number.min(policies.len());
    let mut output = io::stdout().lock();
    for at in 0..number {
        let policy = &policies[at * policies.len() / number];
        writeln!(output, "{}\t{}", policy.name(), policy.document())?;
    }
    Ok(())
}

fn validate(repeat: usize) -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let text = line?;
        let mut findings = 0;
        let start = Instant::now();
        for _ in 0..repeat {
            let found = validate_policy(black_box(&text), ValidatePolicyType::IdentityPolicy);
            findings = black_box(found).map_or(0, |findings| findings.len());
        }
        let nanoseconds = start.elapsed().as_nanos() / repeat as u128;
        writeln!(output, "{nanoseconds}\t{findings}")?;
        output.flush()?;
    }
    Ok(())
}
