//! The evaluator against the oracle, a million times: `cargo xtask differential`.
//!
//! Half of the questions are about real documents, where there is a folder of them; the others are generated worlds, each lowered once
//! and asked many times. Everything follows from the seed. What the two decide differently is printed as a scenario of
//! `bailiwick simulate`. The last line is JSON.

mod compare;
mod corpora;
/// The evaluator, as its own tests put it to questions of the test kit.
#[path = "../../../crates/bailiwick-eval/tests/support/mod.rs"]
mod evaluator;
mod options;
mod source;
mod tally;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;

use crate::workspace;
use corpora::{Corpora, RealPolicy};
use options::Options;
use source::{ask_about, ask_world};
use tally::Tally;

/// Real documents, beside the repository where they are to be had.
pub(crate) const CORPORA: &str = "../shared/corpora";

/// How many questions are put to one generated world.
const QUESTIONS_PER_WORLD: usize = 50;

/// `cargo xtask differential [--comparisons N] [--corpora FOLDER] [--seed N]`
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args)?;
    let start = Instant::now();
    let corpora = read_corpora(options.corpora.as_deref())?;
    println!("{} comparisons, seed {}", options.comparisons, options.seed);
    // A panic is a difference like any other, and printed as one.
    std::panic::set_hook(Box::new(|_| {}));
    let tally = compare(&corpora.policies, options.comparisons, options.seed);
    let _ = std::panic::take_hook();
    for difference in &tally.shown {
        println!("{difference}");
    }
    println!(
        "{}",
        tally.line(corpora.policies.len(), corpora.refused, start.elapsed())
    );
    tally.verdict()
}

/// The real documents of the folder that was named, else of the one beside the repository, if there is one.
fn read_corpora(named: Option<&Path>) -> Result<Corpora, String> {
    let beside = workspace::root().join(CORPORA);
    match named {
        Some(folder) => corpora::read(folder),
        None if beside.is_dir() => corpora::read(&beside),
        None => {
            println!("generated worlds only: there is no {CORPORA}");
            Ok(Corpora::default())
        }
    }
}

/// Makes at least so many comparisons, the same ones for the same seed.
fn compare(policies: &[RealPolicy], comparisons: usize, seed: u64) -> Tally {
    let questions = (comparisons / 2).div_ceil(policies.len().max(1));
    let mut tally = (0..policies.len())
        .into_par_iter()
        .map(|number| ask_about(&policies[number], seed, number, questions))
        .reduce(Tally::default, Tally::and);
    let mut next = 0;
    while tally.comparisons < comparisons {
        let worlds = (comparisons - tally.comparisons).div_ceil(QUESTIONS_PER_WORLD);
        let more = (next..next + worlds)
            .into_par_iter()
            .map(|number| ask_world(seed, number, QUESTIONS_PER_WORLD))
            .reduce(Tally::default, Tally::and);
        if more.comparisons == 0 {
            break;
        }
        tally = tally.and(more);
        next += worlds;
    }
    tally
}
