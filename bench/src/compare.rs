//! Decisions are compared before anything is measured.

use crate::engine::{Engine, Mode};
use crate::workload::Workload;

/// What an engine decides, request by request: whether it allows.
pub(crate) fn decisions(engine: &dyn Engine, mode: Mode, workload: &Workload) -> Vec<bool> {
    (0..engine.requests())
        .map(|request| engine.decide(mode, workload, request))
        .collect()
}

/// How many decisions differ from the expected ones. Says so, with an example.
pub(crate) fn differing(engine: &dyn Engine, mode: Mode, workload: &Workload, expected: &[bool]) -> usize {
    let found = decisions(engine, mode, workload);
    let differing: Vec<usize> = (0..found.len())
        .filter(|request| found[*request] != expected[*request])
        .collect();
    if let Some(first) = differing.first() {
        let wrongly_allowed = differing.iter().filter(|request| found[**request]).count();
        let request = &workload.requests[*first];
        eprintln!(
            "{} {} {mode}: {} of {} decisions differ, {wrongly_allowed} of them allowed; such as {} {} on {}: {}, expected {}",
            workload.name,
            engine.name(),
            differing.len(),
            found.len(),
            workload.principals[request.principal].name,
            request.action,
            request.resource,
            engine.answer(workload, *first),
            if expected[*first] { "allowed" } else { "denied" },
        );
    }
    differing.len()
}
