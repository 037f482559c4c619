//! What is printed: a JSON object per line, or a table.

use serde::Serialize;

use crate::engine::{Engine, Mode};
use crate::measure::Load;
use crate::workload::Workload;

/// One measurement.
#[derive(Serialize)]
pub(crate) struct Line {
    workload: &'static str,
    engine: &'static str,
    mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ns_per_decision: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions_equal: Option<bool>,
    /// How many decisions differ from the expected ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    differing: Option<usize>,
    /// How many requests were asked, where not all were.
    #[serde(skip_serializing_if = "Option::is_none")]
    sample: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    live_bytes: Option<usize>,
}

impl Line {
    fn new(workload: &'static str, engine: &'static str, mode: &impl ToString) -> Self {
        Self {
            workload,
            engine,
            mode: mode.to_string(),
            ns_per_decision: None,
            decisions_equal: None,
            differing: None,
            sample: None,
            ratio: None,
            ms: None,
            live_bytes: None,
        }
    }

    /// The time of a decision, and whether the decisions are the expected ones.
    pub(crate) fn decision(workload: &Workload, engine: &dyn Engine, mode: Mode, ns: f64, differing: usize) -> Self {
        let sample = engine.requests();
        Self {
            ns_per_decision: Some(rounded(ns)),
            decisions_equal: Some(differing == 0),
            differing: (differing > 0).then_some(differing),
            sample: (sample < workload.requests.len()).then_some(sample),
            ..Self::new(workload.name, engine.name(), &mode)
        }
    }

    /// The throughput of two threads.
    pub(crate) fn two_threads(workload: &'static str, ratio: f64) -> Self {
        Self {
            ratio: Some((ratio * 100.0).round() / 100.0),
            ..Self::new(workload, "bailiwick", &"two-threads")
        }
    }

    /// The cost of loading.
    pub(crate) fn load(workload: &'static str, load: &Load) -> Self {
        Self {
            ms: Some(rounded(load.milliseconds)),
            live_bytes: Some(load.live_bytes),
            ..Self::new(workload, "bailiwick", &"load")
        }
    }
}

/// Prints lines as they come.
pub(crate) struct Report {
    json: bool,
    /// The workload and time that the next lines are compared with: the first engine's first mode.
    base: Option<(&'static str, f64)>,
}

impl Report {
    /// A report; with a heading if it is a table.
    pub(crate) fn new(json: bool) -> Self {
        if !json {
            println!(
                "{:9} {:13} {:12} {:>14} {:>9}  decisions",
                "workload", "engine", "mode", "ns/decision", "ratio"
            );
        }
        Self { json, base: None }
    }

    /// Prints a line.
    pub(crate) fn line(&mut self, line: &Line) {
        if self.json {
            match serde_json::to_string(line) {
                Ok(text) => println!("{text}"),
                Err(error) => eprintln!("{error}"),
            }
            return;
        }
        print!("{:9} {:13} {:12} ", line.workload, line.engine, line.mode);
        if let (Some(ms), Some(bytes)) = (line.ms, line.live_bytes) {
            println!("{ms} ms, {bytes} bytes live");
        } else if let Some(ratio) = line.ratio {
            println!("{ratio}× the throughput of one");
        } else if let Some(ns) = line.ns_per_decision {
            let base = match self.base {
                Some((workload, base)) if workload == line.workload => base,
                _ => {
                    self.base = Some((line.workload, ns));
                    ns
                }
            };
            let equal = line
                .differing
                .map_or("equal".to_owned(), |count| format!("{count} differ"));
            let sample = line
                .sample
                .map_or(String::new(), |sample| format!(", the first {sample} requests"));
            println!("{ns:14.1} {:8.1}×  {equal}{sample}", ns / base);
        }
    }
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
