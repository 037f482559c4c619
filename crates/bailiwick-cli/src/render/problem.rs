//! What is wrong with the input: file, line, column, the offending text with a caret, and what was expected.

use bailiwick::{BrokenPolicyReason, ImportProblem, LineIndex, ScenarioError, Span};

use crate::exit::Exit;
use crate::files::Exports;
use crate::output::{Failure, Output};
use crate::render::clean;
use crate::render::picture::{Place, picture};

/// How many problems are shown one by one.
const SHOWN: usize = 20;

/// Shows what could not be read of the exports; says whether something is missing because of it.
pub(crate) fn problems(exports: &Exports, output: &mut Output) -> bool {
    problems_among(exports, |_| true, output)
}

/// Likewise, but only why policies may be missing: what is wrong with a document does not keep it from being validated, and what was
/// assumed is about decisions.
pub(crate) fn missing_policies(exports: &Exports, output: &mut Output) -> bool {
    problems_among(
        exports,
        |problem| problem.is_error() && !problem.is_about_document,
        output,
    )
}

fn problems_among(exports: &Exports, wanted: fn(&ImportProblem) -> bool, output: &mut Output) -> bool {
    for why in &exports.unreadable {
        output.complain(&format!("error: {}", clean(why)));
    }
    let problems = || exports.environment.problems().iter().filter(|problem| wanted(problem));
    for problem in problems().take(SHOWN) {
        let text = exports
            .files
            .iter()
            .find(|file| *file.name == *problem.file)
            .map(|file| file.bytes.as_slice());
        let text = text.and_then(|bytes| std::str::from_utf8(bytes).ok());
        output.complain(&import_problem(problem, text, output.error_colour));
    }
    let count = problems().count();
    if count > SHOWN {
        output.complain(&format!("and {} more problems", count - SHOWN));
    }
    !exports.unreadable.is_empty() || problems().any(ImportProblem::is_error)
}

fn import_problem(problem: &ImportProblem, text: Option<&str>, colour: bool) -> String {
    let severity = if problem.is_error() { "error" } else { "warning" };
    let mut message = format!("{severity}: {}", clean(&problem.to_string()));
    if let (Some(text), Some(span)) = (text, problem.span) {
        message.push('\n');
        message.push_str(&excerpt(text, &LineIndex::new(text), span, colour));
    }
    if let Some(help) = &problem.help {
        message.push_str("\n  help: ");
        message.push_str(&clean(help));
    }
    message
}

/// What is wrong with a scenario, with the place in its file.
pub(crate) fn scenario_error(file: &str, text: &str, error: &ScenarioError) -> Failure {
    let mut message = clean(&format!("{file}: {error}")).into_owned();
    let place = match error {
        ScenarioError::Shape { position, .. } => Some((*position, 1, None)),
        ScenarioError::Policy(broken) => match broken.reason() {
            BrokenPolicyReason::Refused { location, diagnostic } => {
                Some((location.position, diagnostic.span.len(), diagnostic.help.clone()))
            }
            _ => None,
        },
        _ => None,
    };
    if let Some((position, length, help)) = place {
        let lines = LineIndex::new(text);
        let start = lines.offset_of(text, position);
        message.push('\n');
        message.push_str(&excerpt(
            text,
            &lines,
            Span::new(start, start.saturating_add(length)),
            false,
        ));
        if let Some(help) = help {
            message.push_str("\n  help: ");
            message.push_str(&clean(&help));
        }
    }
    // Several lines, each of them clean.
    Failure::Said(message, Exit::Wrong)
}

/// The line on which a span begins, with carets under the span.
fn excerpt(text: &str, lines: &LineIndex, span: Span, colour: bool) -> String {
    let place = Place {
        line: lines.position(text, span.start).line,
        bytes: span.range(),
    };
    picture(text, &[place], colour).trim_end().to_owned()
}
