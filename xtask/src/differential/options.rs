//! The arguments of the command.

use std::path::PathBuf;
use std::str::FromStr;

/// What is to be compared.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Options {
    pub(super) comparisons: usize,
    /// The folder of real documents; none was named.
    pub(super) corpora: Option<PathBuf>,
    /// Any number: the same one gives the same questions.
    pub(super) seed: u64,
}

impl Options {
    pub(super) fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Self {
            comparisons: 1_000_000,
            corpora: None,
            seed: 1,
        };
        for pair in args.chunks(2) {
            let (option, value) = match pair {
                [option, value] => (option.as_str(), Some(value)),
                [option] => (option.as_str(), None),
                _ => continue,
            };
            let value = value.ok_or_else(|| format!("`{option}` takes a value"));
            match option {
                "--comparisons" => options.comparisons = number(option, value?)?,
                "--corpora" => options.corpora = Some(PathBuf::from(value?)),
                "--seed" => options.seed = number(option, value?)?,
                unknown => return Err(format!("differential takes no argument `{unknown}`")),
            }
        }
        Ok(options)
    }
}

fn number<T: FromStr>(option: &str, value: &str) -> Result<T, String> {
    let digits = value.replace('_', "");
    digits
        .parse()
        .map_err(|_| format!("`{option}` takes a number, not `{value}`"))
}
