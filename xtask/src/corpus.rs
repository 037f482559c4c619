//! Real documents, read one by one: `cargo xtask corpus FOLDER`.
//!
//! The folder has one subfolder a kind of document. Every policy is parsed, lowered, printed back and validated; every export is
//! imported; what is refused is listed with its first diagnostic, and findings are counted. The last line is JSON.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use bailiwick_grammar::json::parse_json;
use bailiwick_grammar::{Diagnostic, LineIndex, ParseOptions, PolicyType, decode_utf8, parse_policy, print_policy};
use bailiwick_validate::check;
use serde_json::{Map, Value, json};

use folder::{FILE, FOLDERS, Kind, json_files, member};
use validation::RealPolicy;

pub(crate) mod export;
pub(crate) mod folder;
mod validation;

/// What came of reading the files.
#[derive(Default)]
struct Tally {
    documents: usize,
    policies: Vec<RealPolicy>,
    round_trips: usize,
    panics: usize,
    /// By subfolder, then by the code of the first error.
    refused: BTreeMap<&'static str, BTreeMap<String, usize>>,
    /// Policies that do not come back from their print as they were.
    changed: Vec<String>,
}

/// What is asked for.
struct Options<'a> {
    folder: &'a str,
    verbose: bool,
    /// The codes whose findings are shown.
    findings: Vec<&'a str>,
}

impl<'a> Options<'a> {
    fn of(args: &'a [String]) -> Result<Self, String> {
        let (args, findings) = match args.iter().position(|arg| arg == "--findings") {
            Some(at) => (&args[..at], &args[at + 1..]),
            None => (args, &[][..]),
        };
        let findings: Vec<&str> = findings.iter().map(String::as_str).collect();
        if let Some(unknown) = findings.iter().find(|code| check(code).is_none()) {
            return Err(format!("no check `{unknown}`"));
        }
        let (options, folders): (Vec<&str>, Vec<&str>) =
            args.iter().map(String::as_str).partition(|arg| arg.starts_with("--"));
        match (folders.as_slice(), options.as_slice()) {
            ([folder], [] | ["--verbose"]) => Ok(Self {
                folder,
                verbose: !options.is_empty(),
                findings,
            }),
            _ => Err("corpus takes one folder, --verbose, and --findings with codes behind it".to_owned()),
        }
    }
}

/// `cargo xtask corpus FOLDER [--verbose] [--findings CODE…]`
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::of(args)?;
    let mut tally = Tally::default();
    // A panic is counted and named; its backtrace is for whoever runs the file alone.
    std::panic::set_hook(Box::new(|_| {}));
    for (name, kind) in FOLDERS {
        for file in json_files(&Path::new(options.folder).join(name))? {
            read(&file, name, kind, options.verbose, &mut tally)?;
        }
    }
    let validated = validation::validate(&tally.policies, &options.findings);
    let _ = std::panic::take_hook();
    summarize(&tally, &validated?);
    match (tally.documents, tally.panics, tally.changed.as_slice()) {
        (0, ..) => Err(format!("no document under `{}`", options.folder)),
        (_, 0, []) => Ok(()),
        (_, panics, changed) => Err(format!("{panics} panics; changed by printing: {}", changed.join(", "))),
    }
}

fn read(file: &Path, folder: &'static str, kind: Kind, verbose: bool, tally: &mut Tally) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|error| format!("cannot read `{}`: {error}", file.display()))?;
    tally.documents += 1;
    let name = file.display().to_string();
    let source = Source { folder, file: &name };
    let result = catch_unwind(AssertUnwindSafe(|| match decode_utf8(&bytes, 0) {
        Ok(text) => refusals(source, text, kind, tally),
        Err(diagnostic) => vec![Refusal::of("", &[*diagnostic])],
    }));
    let refusals = result.unwrap_or_else(|_| {
        tally.panics += 1;
        println!("{name}: panic");
        Vec::new()
    });
    for refusal in refusals {
        if verbose {
            println!("{name}:{}: {}: {}", refusal.place, refusal.code, refusal.message);
        }
        *tally
            .refused
            .entry(folder)
            .or_default()
            .entry(refusal.code)
            .or_default() += 1;
    }
    Ok(())
}

/// Where a policy was read.
#[derive(Clone, Copy)]
struct Source<'a> {
    folder: &'static str,
    file: &'a str,
}

/// Why a policy or a file was refused: its first error.
struct Refusal {
    place: String,
    code: String,
    message: String,
}

impl Refusal {
    fn of(text: &str, diagnostics: &[Diagnostic]) -> Self {
        let first = diagnostics.iter().find(|diagnostic| diagnostic.is_error());
        let place = first.map(|first| LineIndex::new(text).position(text, first.span.start).to_string());
        Self {
            place: place.unwrap_or_default(),
            code: first.map(|first| first.code.to_string()).unwrap_or_default(),
            message: first.map(ToString::to_string).unwrap_or_default(),
        }
    }
}

fn refusals(source: Source<'_>, text: &str, kind: Kind, tally: &mut Tally) -> Vec<Refusal> {
    match kind {
        Kind::Policy(policy_type) => policy(source, text, policy_type, tally).into_iter().collect(),
        Kind::Managed => match member(text, "Document") {
            Some(document) => policy(source, document, PolicyType::IdentityBasedPolicy, tally)
                .into_iter()
                .collect(),
            None => vec![Refusal {
                place: String::new(),
                code: "no-document".into(),
                message: "no `Document`".into(),
            }],
        },
        Kind::Json => {
            let (_, diagnostics) = parse_json(text, 0, &FILE);
            diagnostics
                .iter()
                .any(Diagnostic::is_error)
                .then(|| Refusal::of(text, &diagnostics))
                .into_iter()
                .collect()
        }
        Kind::Export => export::refusals(source, text, tally),
    }
}

/// Parses, lowers and prints back one policy.
fn policy(source: Source<'_>, text: &str, policy_type: PolicyType, tally: &mut Tally) -> Option<Refusal> {
    tally.policies.push(RealPolicy {
        folder: source.folder,
        file: source.file.to_owned(),
        text: text.to_owned(),
        policy_type,
    });
    let options = ParseOptions::default();
    let parsed = parse_policy(text, &options);
    if let Some(document) = parsed.document.as_ref().filter(|_| !parsed.has_errors()) {
        let printed = print_policy(document);
        let again = parse_policy(&printed, &options);
        if again.document.as_ref() == Some(document) && !again.has_errors() {
            tally.round_trips += 1;
        } else {
            tally.changed.push(source.file.to_owned());
        }
    }
    let diagnostics = bailiwick_policy::lower(&parsed, policy_type).err()?;
    Some(Refusal::of(text, &diagnostics))
}

fn summarize(tally: &Tally, validated: &Value) {
    let mut by_kind = Map::new();
    for (folder, codes) in &tally.refused {
        println!("{folder}: {} refused", codes.values().sum::<usize>());
        for (code, count) in codes {
            println!("  {count:5}  {code}");
        }
        by_kind.insert((*folder).to_owned(), codes.values().sum::<usize>().into());
    }
    let refused: usize = tally.refused.values().flat_map(BTreeMap::values).sum();
    let line = json!({
        "documents": tally.documents,
        "policies": tally.policies.len(),
        "roundTrips": tally.round_trips,
        "refused": refused,
        "panics": tally.panics,
        "refusedByKind": by_kind,
        "validation": validated,
    });
    println!("{line}");
}
