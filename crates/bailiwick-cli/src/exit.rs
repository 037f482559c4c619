//! How the command ends.

use std::process::ExitCode;

/// The exit status. They are ordered: the gravest of several is told.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Exit {
    /// The question is answered.
    Done,
    /// Something was found.
    Found,
    /// The input is incomplete.
    Incomplete,
    /// The question or its input is wrong.
    Wrong,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Found => 1,
            Exit::Wrong => 2,
            Exit::Incomplete => 3,
        })
    }
}
