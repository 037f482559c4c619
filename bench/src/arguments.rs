//! The command line.

use std::path::PathBuf;

/// How the benchmark is called.
pub(crate) const USAGE: &str = "\
usage: bailiwick-bench [--json] [--bench-dir DIR] [--only W1,W2,…] [--rounds N]

  --json           one JSON object per line and measurement, instead of a table
  --bench-dir DIR  the folder of the workloads; default: ../shared/bench beside the repository
  --only LIST      only these workloads: W1, W1d, W2, W3, W4
  --rounds N       rounds whose median is taken; default: 15";

/// What is to be measured, and how it is printed.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// Print JSON lines.
    pub(crate) json: bool,
    /// The folder of the workloads, if given.
    pub(crate) directory: Option<PathBuf>,
    /// The workloads; all if empty.
    pub(crate) only: Vec<String>,
    /// The number of rounds.
    pub(crate) rounds: usize,
}

impl Arguments {
    /// Reads the arguments; nothing where help is asked for.
    ///
    /// # Errors
    ///
    /// Which argument makes no sense.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut parsed = Self {
            json: false,
            directory: None,
            only: Vec::new(),
            rounds: 15,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let next = arguments.next();
                next.ok_or_else(|| format!("`{argument}` needs a value\n\n{USAGE}"))
            };
            match argument.as_str() {
                "--json" => parsed.json = true,
                "--bench-dir" => parsed.directory = Some(value()?.into()),
                "--only" => parsed.only = value()?.split(',').map(str::to_owned).collect(),
                "--rounds" => parsed.rounds = rounds(&value()?)?,
                "--help" | "-h" => return Ok(None),
                _ => return Err(format!("`{argument}` is not an argument\n\n{USAGE}")),
            }
        }
        let names = crate::workload::WORKLOADS.map(|(name, _)| name);
        match parsed
            .only
            .iter()
            .find(|only| !names.iter().any(|name| name.eq_ignore_ascii_case(only)))
        {
            Some(unknown) => Err(format!("`{unknown}` is not a workload\n\n{USAGE}")),
            None => Ok(Some(parsed)),
        }
    }
}

fn rounds(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("`{text}` is not a number of rounds\n\n{USAGE}"))
}
