//! The authorizer: as right as the evaluator, the same on any number of threads, and without allocating.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod allocation;
mod scenarios;
mod threads;
