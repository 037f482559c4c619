//! Exports: every policy inside.

use std::path::Path;

use bailiwick::{
    DocumentKind, Environment, ExportFile, ExportReports, is_json, load_account_export, load_organization_export,
    load_resources_export, validate_exports,
};

use super::Run;
use super::input::name_of;
use crate::exit::Exit;
use crate::files::{Exports, ReadFile};
use crate::output::{Failure, Output};
use crate::render;

/// Validates the exports of a folder.
pub(super) fn folder(run: &mut Run, path: &Path, output: &mut Output) -> Result<(), Failure> {
    let exports = match Exports::read(path) {
        Ok(exports) => exports,
        Err(Failure::Said(message, _)) => {
            run.refuse(&name_of(path), &message, output);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let folder = name_of(path);
    // The names within the folder say what the files are; people open them from where they are.
    tell(
        run,
        exports,
        |name| {
            if folder == "." {
                name.to_owned()
            } else {
                format!("{folder}/{name}")
            }
        },
        output,
    );
    Ok(())
}

/// Validates one export.
pub(super) fn file(run: &mut Run, kind: DocumentKind, name: String, bytes: Vec<u8>, output: &mut Output) {
    let file = ExportFile {
        name: &name,
        bytes: &bytes,
    };
    let environment = match kind {
        DocumentKind::AccountAuthorizationDetails => load_account_export(file),
        DocumentKind::Organization => load_organization_export(file),
        DocumentKind::Resources => load_resources_export(file),
        DocumentKind::Policy | DocumentKind::Wrapped | DocumentKind::Other => Environment::new(),
    };
    let is_json = std::str::from_utf8(&bytes).is_ok_and(|text| is_json(text.trim_start_matches('\u{feff}')));
    if !is_json {
        run.end(Exit::Wrong);
    }
    let exports = Exports {
        files: vec![ReadFile { name, bytes }],
        environment,
        unreadable: Vec::new(),
    };
    tell(run, exports, str::to_owned, output);
}

fn tell(run: &mut Run, exports: Exports, path_of: impl Fn(&str) -> String, output: &mut Output) {
    run.exports += 1;
    if render::missing_policies(&exports, output) {
        run.end(Exit::Incomplete);
    }
    let files: Vec<ExportFile<'_>> = exports
        .files
        .iter()
        .map(|file| ExportFile {
            name: &file.name,
            bytes: &file.bytes,
        })
        .collect();
    let ExportReports {
        policies,
        incomplete,
        refused,
    } = validate_exports(&exports.environment, &files);
    for report in &refused {
        output.complain(&format!("error: {}", render::clean(&report.message)));
    }
    for (reports, exit) in [(incomplete, Exit::Incomplete), (refused, Exit::Wrong)] {
        for mut report in reports {
            report.file = path_of(&report.file);
            run.report.incomplete.push(report);
            run.end(exit);
        }
    }
    let texts = run.texts.len();
    for mut report in policies {
        report.text += texts;
        if !report.is_json {
            run.end(Exit::Wrong);
        }
        report.place.file = path_of(&report.place.file);
        for place in &mut report.also_in {
            place.file = path_of(&place.file);
        }
        run.report.files.push(report);
    }
    for file in exports.files {
        let mut text = String::from_utf8(file.bytes).unwrap_or_default();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        run.texts.push(text);
    }
}
