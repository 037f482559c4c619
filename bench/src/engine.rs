//! What is measured: an engine that has prepared a workload and decides its requests.

use std::fmt;
use std::hint::black_box;

use crate::workload::Workload;

/// How an engine is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    /// Policies and requests are prepared; only the decision is measured.
    Prepared,
    /// Policies are prepared; the request is made from its strings, and decided.
    Raw,
    /// As prepared, with the explanation of the decision.
    Explained,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prepared => "prepared",
            Self::Raw => "raw",
            Self::Explained => "explained",
        })
    }
}

/// An engine that has prepared a workload: its policies, and the first so many of its requests.
///
/// An engine is built by a function of its own, for what it needs differs.
pub(crate) trait Engine {
    /// The engine's name.
    fn name(&self) -> &'static str;

    /// The number of requests that are prepared.
    fn requests(&self) -> usize;

    /// The modes that the engine has.
    fn modes(&self) -> &'static [Mode] {
        &[Mode::Prepared]
    }

    /// Whether the engine allows a request.
    fn decide(&self, mode: Mode, workload: &Workload, request: usize) -> bool;

    /// The engine's answer in its own words, for a reader who wonders at it.
    fn answer(&self, workload: &Workload, request: usize) -> String {
        let allowed = self.decide(Mode::Prepared, workload, request);
        if allowed { "allowed" } else { "denied" }.to_owned()
    }

    /// Decides all requests, several times over. Here and not with the caller, so that one call is dispatched, not each decision.
    fn decide_all(&self, mode: Mode, workload: &Workload, passes: usize) {
        for _ in 0..passes {
            for request in 0..self.requests() {
                black_box(self.decide(mode, workload, black_box(request)));
            }
        }
    }
}
