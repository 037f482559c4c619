//! The clock.

use std::time::{Duration, Instant};

use crate::bailiwick_engine::{BailiwickEngine, Loaded};
use crate::engine::{Engine, Mode};
use crate::heap::live_bytes;
use crate::workload::Workload;

/// What one engine does in one round takes at least this long.
const ROUND: Duration = Duration::from_millis(20);

/// The nanoseconds per decision of each engine and mode: the median over rounds, in each of which all take their turn.
pub(crate) fn rounds(workload: &Workload, subjects: &[(&dyn Engine, Mode)], rounds: usize) -> Vec<f64> {
    let passes: Vec<usize> = subjects
        .iter()
        .map(|(engine, mode)| passes(|passes| engine.decide_all(*mode, workload, passes)))
        .collect();
    let mut times = vec![Vec::new(); subjects.len()];
    for _ in 0..rounds {
        for (((engine, mode), passes), times) in subjects.iter().zip(&passes).zip(&mut times) {
            let time = time(|| engine.decide_all(*mode, workload, *passes));
            times.push(nanoseconds(time) / as_f64(passes * engine.requests()));
        }
    }
    times.into_iter().map(median).collect()
}

/// The throughput of two threads, as a multiple of that of one.
pub(crate) fn two_threads(workload: &Workload, engine: &BailiwickEngine<'_>, rounds: usize) -> f64 {
    let passes = passes(|passes| engine.decide_all(Mode::Prepared, workload, passes));
    let ratios = (0..rounds).map(|_| {
        let one = time(|| engine.decide_all(Mode::Prepared, workload, passes));
        let two = time(|| {
            std::thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| engine.decide_all(Mode::Prepared, workload, passes));
                }
            });
        });
        2.0 * nanoseconds(one) / nanoseconds(two)
    });
    median(ratios.collect())
}

/// What it costs to hold a workload's policies.
pub(crate) struct Load {
    /// The time from document texts to an engine.
    pub(crate) milliseconds: f64,
    /// The bytes that it holds.
    pub(crate) live_bytes: usize,
}

/// Loads Bailiwick with a workload, three times.
///
/// # Errors
///
/// Which policy cannot be read.
pub(crate) fn load(workload: &Workload) -> Result<Load, String> {
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..3 {
        let before = live_bytes();
        let start = Instant::now();
        let loaded = Loaded::new(workload)?;
        times.push(nanoseconds(start.elapsed()) / 1e6);
        bytes = live_bytes() - before;
        drop(loaded);
    }
    Ok(Load {
        milliseconds: median(times),
        live_bytes: bytes,
    })
}

/// How many passes take a round's time.
fn passes(run: impl Fn(usize)) -> usize {
    let mut passes = 1;
    loop {
        let time = time(|| run(passes));
        if time >= ROUND {
            return passes;
        }
        let missing = ROUND.as_secs_f64() / time.as_secs_f64().max(1e-9);
        // Rounded up, and not too far at once: the first passes are slow.
        passes *= if missing < 10.0 { 2 } else { 8 };
    }
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

#[expect(clippy::cast_precision_loss, reason = "counts of decisions are far below 2^52")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}
