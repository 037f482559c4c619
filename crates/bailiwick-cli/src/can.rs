//! `bailiwick can`

use std::io::Write as _;

use bailiwick::{Question, can};

use crate::args::{CanArgs, Format};
use crate::exit::Exit;
use crate::files::Exports;
use crate::output::{Failure, Output};
use crate::render;

pub(crate) fn run(args: &CanArgs, output: &mut Output) -> Result<Exit, Failure> {
    let exports = Exports::read(&args.org)?;
    let incomplete = render::problems(&exports, output);
    if incomplete {
        output.will_end(Exit::Incomplete);
    }
    let question = Question {
        principal: &args.principal,
        action: &args.action,
        resource: &args.resource,
        context: &args.context,
    };
    let answer = can(&exports.environment, &question).map_err(|error| {
        let exit = if error.is_incomplete() {
            Exit::Incomplete
        } else {
            Exit::Wrong
        };
        Failure::Said(render::clean(&error.to_string()).into_owned(), exit)
    })?;
    let answer = if args.shown.explain {
        answer
    } else {
        answer.without_explanation()
    };
    match args.shown.format {
        Format::Human => output
            .write_all(render::answer(&answer, "give a value with --context KEY=VALUE", output.colour).as_bytes())?,
        Format::Json => render::json(&answer, output)?,
    }
    Ok(if incomplete { Exit::Incomplete } else { Exit::Done })
}
