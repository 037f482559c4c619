//! What is wrong with the input: file, line, column, the offending text with a caret, and what was expected.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use bailiwick::{BrokenPolicyReason, ImportProblem, LineIndex, Position, ScenarioError, Span};

use crate::files::Exports;
use crate::output::{Failure, Output};
use crate::render::clean;
use crate::render::picture::visible;

/// How much of a long line is shown on either side of what is wrong with it.
const CONTEXT: usize = 60;

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
        output.complain(&format!("error: {why}"));
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
        message.push_str(&excerpt(text, span, colour));
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
        let start = offset(text, position);
        message.push('\n');
        message.push_str(&excerpt(text, Span::new(start, start.saturating_add(length)), false));
        if let Some(help) = help {
            message.push_str("\n  help: ");
            message.push_str(&clean(&help));
        }
    }
    Failure::wrong(message)
}

/// The offset of a position in a text.
fn offset(text: &str, position: Position) -> u32 {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(position.line.saturating_sub(1) as usize)
        .map(str::len)
        .sum();
    let line = text.get(line_start..).unwrap_or_default();
    let column: usize = line
        .chars()
        .take(position.column.saturating_sub(1) as usize)
        .map(char::len_utf8)
        .sum();
    u32::try_from(line_start + column).unwrap_or(u32::MAX)
}

/// The line on which a span begins, with carets under the span. Of a long line the part around the span.
fn excerpt(text: &str, span: Span, colour: bool) -> String {
    let position = LineIndex::new(text).position(text, span.start);
    let start = floor(text, span.start as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = floor(text, span.end as usize).clamp(start, line_end);
    let from = floor(text, line_start.max(start.saturating_sub(CONTEXT)));
    let to = floor(text, line_end.min(start.saturating_add(2 * CONTEXT)).max(start));
    let shown = text.get(from..to).unwrap_or_default();
    let carets = (start - from).min(shown.len())..(end.max(start) - from).min(shown.len());
    let snippet = Snippet::source(visible(shown))
        .line_start(position.line as usize)
        .annotation(AnnotationKind::Primary.span(carets));
    let report = &[Level::ERROR.no_name().primary_title("").element(snippet)];
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    // The title is written by the caller, with the place and without annotate-snippets' own form of it.
    let picture = renderer.render(report);
    picture.lines().skip(1).collect::<Vec<_>>().join("\n")
}

/// The nearest place at or before `at` that is between two characters.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
