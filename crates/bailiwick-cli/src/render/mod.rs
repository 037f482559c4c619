//! Answers and complaints as people and programs read them.

mod answer;
mod problem;

use std::io::Write;

use serde::Serialize;

pub(crate) use self::answer::answer;
pub(crate) use self::problem::{problems, scenario_error};
use crate::output::Failure;

/// Writes a value as indented JSON.
pub(crate) fn json(value: &impl Serialize, out: &mut impl Write) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

/// Writes a value as one line of JSON.
pub(crate) fn json_line(value: &impl Serialize, out: &mut impl Write) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}
