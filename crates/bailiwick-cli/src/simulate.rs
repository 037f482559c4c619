//! `bailiwick simulate`

use std::io::{BufRead, Read as _, Write as _};
use std::path::Path;

use bailiwick::{DocumentCache, LineReport, Scenario, simulate_line};
use serde::Serialize;

use crate::args::{Format, Shown, SimulateArgs};
use crate::exit::Exit;
use crate::files;
use crate::output::{Failure, Output};
use crate::render;

/// The longest line that is read, in bytes.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// What some editors write before the first line.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

pub(crate) fn run(args: &SimulateArgs, output: &mut Output) -> Result<Exit, Failure> {
    match (&args.lines, &args.file) {
        (Some(lines), _) => simulate_lines(lines, output),
        (None, Some(file)) => simulate_file(file, args.shown, output),
        (None, None) => Err(Failure::wrong("name a file with a scenario")),
    }
}

fn simulate_file(path: &Path, shown: Shown, output: &mut Output) -> Result<Exit, Failure> {
    let name = path.display().to_string();
    let bytes = files::read(path)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| Failure::wrong(format!("{name}: the file is not UTF-8: {error}")))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let scenario = Scenario::parse(text, &name, 1, &DocumentCache::new());
    let scenario = scenario.map_err(|error| render::scenario_error(&name, text, &error))?;
    let answer = scenario
        .simulate()
        .map_err(|error| render::scenario_error(&name, text, &error))?;
    let answer = if shown.explain {
        answer
    } else {
        answer.without_explanation()
    };
    match shown.format {
        Format::Human => output
            .write_all(render::answer(&answer, "give a value in the scenario's `context`", output.colour).as_bytes())?,
        Format::Json => {
            #[derive(Serialize)]
            struct Identified<'a, T> {
                #[serde(skip_serializing_if = "Option::is_none")]
                id: Option<&'a serde_json::value::RawValue>,
                #[serde(flatten)]
                answer: T,
            }
            render::json(
                &Identified {
                    id: scenario.id(),
                    answer,
                },
                output,
            )?;
        }
    }
    Ok(Exit::Done)
}

fn simulate_lines(path: &Path, output: &mut Output) -> Result<Exit, Failure> {
    let name = path.display().to_string();
    let mut reader = files::open(path)?;
    let cache = DocumentCache::new();
    let mut exit = Exit::Done;
    let mut line = Vec::new();
    let mut number = 0_u32;
    while let Some(whole) =
        read_line(&mut reader, &mut line).map_err(|error| Failure::wrong(format!("cannot read `{name}`: {error}")))?
    {
        number = number.saturating_add(1);
        let bytes = match line.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) if number == 1 => rest,
            _ => &line,
        };
        let report = match std::str::from_utf8(bytes) {
            _ if !whole => LineReport::unreadable(format!("line {number} is longer than {MAX_LINE_BYTES} bytes")),
            Err(error) => LineReport::unreadable(format!("line {number} is not UTF-8: {error}")),
            Ok(text) if text.trim().is_empty() => continue,
            Ok(text) => simulate_line(text, &name, number, &cache),
        };
        if report.is_wrong() {
            exit = Exit::Wrong;
            output.will_end(exit);
        }
        render::json_line(&report, output)?;
    }
    Ok(exit)
}

/// Reads a line without its end into `line`; says whether it was read whole, and nothing at the end of the file.
fn read_line(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> std::io::Result<Option<bool>> {
    line.clear();
    let read = reader.take(MAX_LINE_BYTES).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(None);
    }
    let mut whole = true;
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if read as u64 == MAX_LINE_BYTES {
        whole = false;
        let mut rest = Vec::new();
        while reader.take(MAX_LINE_BYTES).read_until(b'\n', &mut rest)? > 0 && rest.last() != Some(&b'\n') {
            rest.clear();
        }
    }
    Ok(Some(whole))
}
