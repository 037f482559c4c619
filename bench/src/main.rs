//! Bailiwick measured against iam-rs and cedar-policy, in one process, in turns. See `README.md`.

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads files and the clock; the libraries do not"
)]

mod arguments;
mod bailiwick_engine;
mod cedar;
mod compare;
mod document;
mod engine;
mod guardrails;
mod heap;
mod iam_rs_engine;
mod measure;
mod report;
mod workload;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::arguments::Arguments;
use crate::bailiwick_engine::{BailiwickEngine, Loaded};
use crate::cedar::CedarEngine;
use crate::engine::{Engine, Mode};
use crate::iam_rs_engine::IamRsEngine;
use crate::report::{Line, Report};
use crate::workload::{WORKLOADS, Workload};

#[global_allocator]
static ALLOCATOR: heap::Counting = heap::Counting;

/// How many requests of a workload the peers are asked at most: each principal's policies are prepared for them anew.
const PEERS_SAMPLE: usize = 2_000;

fn main() -> ExitCode {
    let run = Arguments::parse(std::env::args().skip(1)).and_then(|arguments| match arguments {
        Some(arguments) => run(&arguments),
        None => {
            println!("{}", arguments::USAGE);
            Ok(())
        }
    });
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let directory = match &arguments.directory {
        Some(directory) => directory.clone(),
        None => default_directory()?,
    };
    if !directory.is_dir() {
        return Err(format!(
            "the folder of the workloads, `{}`, is missing: name it with --bench-dir",
            directory.display()
        ));
    }
    let mut report = Report::new(arguments.json);
    for (name, file) in WORKLOADS {
        if arguments.only.is_empty() || arguments.only.iter().any(|only| only.eq_ignore_ascii_case(name)) {
            let workload = Workload::read(&directory, name, file)?;
            measure_workload(&workload, &directory, arguments.rounds, &mut report)?;
        }
    }
    Ok(())
}

/// `../shared/bench` beside the repository that the current directory is in.
fn default_directory() -> Result<PathBuf, String> {
    let current = std::env::current_dir().map_err(|error| format!("the current directory: {error}"))?;
    let root = current
        .ancestors()
        .find(|directory| directory.join("bench/Cargo.toml").is_file())
        .ok_or("run this in the repository, or name the folder of the workloads with --bench-dir")?;
    Ok(root.join("../shared/bench"))
}

fn measure_workload(workload: &Workload, directory: &Path, rounds: usize, report: &mut Report) -> Result<(), String> {
    if workload.name == "W3" {
        report.line(&Line::load(workload.name, &measure::load(workload)?));
    }
    let bailiwick = Loaded::new(workload)?.prepare(workload)?;
    let mut peers: Vec<Box<dyn Engine>> = Vec::new();
    let reference = if workload.guardrails.is_some() {
        // The guardrails forbid nothing: what W2 is answered without them is what is expected with them.
        let plain = Workload::read(directory, "W2", "w2.json")?;
        compare::decisions(&Loaded::new(&plain)?.prepare(&plain)?, Mode::Prepared, &plain)
    } else {
        let sample = workload.requests.len().min(PEERS_SAMPLE);
        let iam_rs = IamRsEngine::new(workload, sample)?;
        say_left_out(
            workload,
            "iam-rs cannot read",
            iam_rs.left_out(),
            "statements; they are left out",
        );
        peers.push(Box::new(iam_rs));
        let cedar = CedarEngine::new(workload, sample)?;
        let what = "patterns and conditions; they never match";
        say_left_out(workload, "Cedar cannot express", cedar.left_out(), what);
        peers.push(Box::new(cedar));
        compare::decisions(&bailiwick, Mode::Prepared, workload)
    };
    two_threads(workload, &bailiwick, rounds, report);

    let engines = std::iter::once(&bailiwick as &dyn Engine).chain(peers.iter().map(|engine| &**engine));
    let subjects: Vec<(&dyn Engine, Mode)> = engines
        .flat_map(|engine| engine.modes().iter().map(move |mode| (engine, *mode)))
        .collect();
    let differing: Vec<usize> = subjects
        .iter()
        .map(|(engine, mode)| compare::differing(*engine, *mode, workload, &reference))
        .collect();
    let times = measure::rounds(workload, &subjects, rounds);
    for (((engine, mode), differing), time) in subjects.iter().zip(differing).zip(times) {
        report.line(&Line::decision(workload, *engine, *mode, time, differing));
    }
    Ok(())
}

fn say_left_out(workload: &Workload, who: &str, count: usize, what: &str) {
    if count > 0 {
        eprintln!("{}: {who} {count} {what}", workload.name);
    }
}

fn two_threads(workload: &Workload, bailiwick: &BailiwickEngine<'_>, rounds: usize, report: &mut Report) {
    if workload.name == "W2" {
        let ratio = measure::two_threads(workload, bailiwick, rounds);
        report.line(&Line::two_threads(workload.name, ratio));
    }
}
