//! How long the files of production code are: tests and generated code do not count.

use super::{Finding, SourceFile};

/// From here on it is worth asking whether a file is two.
const LONG: usize = 400;

/// Above this the answer is yes.
const TOO_LONG: usize = 800;

/// The files worth the question, longest first, with their lines of production code.
pub(super) fn longest(files: &[SourceFile]) -> Vec<(usize, &str)> {
    let counted = files.iter().map(|file| (production_lines(file), file.path.as_str()));
    let mut long: Vec<_> = counted.filter(|(lines, _)| *lines > LONG).collect();
    long.sort_by(|one, other| other.cmp(one));
    long
}

/// The finding on a file that is surely two.
pub(super) fn too_long(file: &SourceFile) -> Option<Finding> {
    let lines = production_lines(file);
    (lines > TOO_LONG).then(|| {
        let message = format!("{lines} lines of production code, at most {TOO_LONG}: split the file by what it does");
        Finding::on_file(&file.path, message)
    })
}

/// The lines of a Rust file up to its inline tests; none for a file of tests, benches or examples.
fn production_lines(file: &SourceFile) -> usize {
    let mut parts = file.path.split('/');
    let for_tests = parts.any(|part| matches!(part, "tests" | "benches" | "examples" | "tests.rs"));
    if for_tests || !file.has_extension("rs") {
        return 0;
    }
    let lines: Vec<&str> = file.text.lines().collect();
    let inline_tests = lines
        .windows(2)
        .position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{'));
    inline_tests.unwrap_or(lines.len())
}
