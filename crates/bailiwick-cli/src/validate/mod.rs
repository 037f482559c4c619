//! `bailiwick validate`

mod checkout;
mod exports;
mod input;
mod walk;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use bailiwick::{
    IncompleteReport, PolicyReport, ValidatePolicyResourceType, ValidatePolicyType, ValidateReport, check_reports,
    nearest_codes, policy_check, sarif_log,
};
use rayon::prelude::*;
use serde::Serialize;

use self::checkout::Checkout;
use self::input::{Outcome, name_of};
use self::walk::{Found, Input, Search};
use crate::args::{ReportFormat, TypeName, ValidateArgs};
use crate::exit::Exit;
use crate::output::{Failure, Output};
use crate::render;

pub(crate) fn run(args: &ValidateArgs, output: &mut Output) -> Result<Exit, Failure> {
    if args.list_checks {
        return list_checks(args.format, output);
    }
    if let Some(code) = &args.explain {
        return explain(code, args.format, output);
    }
    let mut run = Run {
        policy_type: policy_type(args)?,
        ..Run::default()
    };
    run.validate(&args.files, output)?;
    run.tell(args, output)
}

/// The type that was asked for.
fn policy_type(args: &ValidateArgs) -> Result<Option<ValidatePolicyType>, Failure> {
    let of_resource = |resource_type| Ok(Some(ValidatePolicyType::ResourcePolicy(resource_type)));
    match (args.policy_type, args.resource_type) {
        (None, None) => Ok(None),
        (None | Some(TypeName::Resource), resource_type) => of_resource(resource_type),
        (Some(TypeName::Trust), None | Some(ValidatePolicyResourceType::AssumeRolePolicyDocument)) => {
            Ok(Some(ValidatePolicyType::TRUST_POLICY))
        }
        (Some(TypeName::Identity), None) => Ok(Some(ValidatePolicyType::IdentityPolicy)),
        (Some(TypeName::Scp), None) => Ok(Some(ValidatePolicyType::ServiceControlPolicy)),
        (Some(TypeName::Rcp), None) => Ok(Some(ValidatePolicyType::ResourceControlPolicy)),
        (Some(_), Some(_)) => Err(Failure::wrong(
            "only policies of resources have a --resource-type: use it with `--type resource`",
        )),
    }
}

/// What is known so far of the policies that were asked for.
#[derive(Default)]
struct Run {
    policy_type: Option<ValidatePolicyType>,
    report: ValidateReport,
    /// The texts of the files, without byte-order marks; empty where nothing is told of one.
    texts: Vec<String>,
    /// The numbers of the files that were named: of those something is told in any case.
    named: BTreeSet<usize>,
    /// How many exports and folders of them were read.
    exports: usize,
    /// How it ends, but for the findings.
    exit: Option<Exit>,
}

impl Run {
    fn validate(&mut self, files: &[PathBuf], output: &mut Output) -> Result<(), Failure> {
        if files.iter().filter(|file| *file == Path::new("-")).count() > 1 {
            return Err(Failure::wrong("standard input, `-`, can be read only once"));
        }
        let mut search = Search::new(files);
        for group in files.chunk_by(|one, next| !one.is_dir() && !next.is_dir()) {
            if let [folder] = group
                && folder.is_dir()
            {
                self.folder(folder, &search.folder(folder), output)?;
            } else {
                let inputs: Vec<Input> = group.iter().filter_map(|file| search.file(file)).collect();
                self.inputs(&inputs, output)?;
            }
        }
        Ok(())
    }

    fn folder(&mut self, path: &Path, found: &Found, output: &mut Output) -> Result<(), Failure> {
        for (refused, message) in &found.refused {
            self.refuse(&name_of(refused), message, output);
        }
        let all_exports = found.inputs.iter().all(|input| matches!(input, Input::Exports(_)));
        if all_exports && !found.inputs.is_empty() && self.policy_type.is_some() {
            let message = format!(
                "`{}` is a folder of exports, which say what type each policy is: leave out --type",
                path.display()
            );
            self.refuse(&name_of(path), &message, output);
            return Ok(());
        }
        let (before, skipped) = (self.told(), self.report.skipped.len());
        self.inputs(&found.inputs, output)?;
        if before == self.told() && !found.is_known {
            let message = nothing_in(path, self.report.skipped.len() - skipped, &found.left_out);
            self.refuse(&name_of(path), &message, output);
        }
        Ok(())
    }

    /// How much there is to tell of, beside what is no policy.
    fn told(&self) -> usize {
        self.exports + self.report.files.len() + self.report.incomplete.len()
    }

    /// Validates inputs in parallel and keeps the outcomes in their order.
    fn inputs(&mut self, inputs: &[Input], output: &mut Output) -> Result<(), Failure> {
        let one = |input: &Input| match input {
            Input::File(file) => input::validate(file, &name_of(&file.path), self.policy_type),
            Input::Exports(_) => Outcome::Exports,
        };
        // Threads cost more than one file.
        let outcomes: Vec<Outcome> = if let [input] = inputs {
            vec![one(input)]
        } else {
            inputs.par_iter().map(one).collect()
        };
        for (input, outcome) in inputs.iter().zip(outcomes) {
            let (path, named) = match input {
                Input::File(file) => (&file.path, file.named),
                Input::Exports(path) => (path, true),
            };
            let name = name_of(path);
            match outcome {
                Outcome::Policy(report, text) => self.policy(*report, text, named),
                Outcome::Export(kind, bytes) => exports::file(self, kind, name, bytes, output),
                Outcome::Exports => exports::folder(self, path, output)?,
                Outcome::Skipped => self.report.skipped.push(name),
                Outcome::Refused(message) => self.refuse(&name, &message, output),
            }
        }
        Ok(())
    }

    fn policy(&mut self, mut report: PolicyReport, text: String, named: bool) {
        if !report.is_json {
            self.end(Exit::Wrong);
        }
        report.text = self.texts.len();
        if named {
            self.named.insert(report.text);
        }
        let told = named || !report.findings.is_empty();
        self.texts.push(if told { text } else { String::new() });
        self.report.files.push(report);
    }

    fn refuse(&mut self, name: &str, message: &str, output: &mut Output) {
        output.complain(&format!("error: {}", render::clean(message)));
        self.report.incomplete.push(IncompleteReport {
            file: name.to_owned(),
            message: message.to_owned(),
        });
        self.end(Exit::Wrong);
    }

    /// Notes how it ends; the gravest counts.
    fn end(&mut self, exit: Exit) {
        self.exit = self.exit.max(Some(exit));
    }

    fn tell(mut self, args: &ValidateArgs, output: &mut Output) -> Result<Exit, Failure> {
        let counts = self.report.counts();
        let failing = args.fail_on.level().map_or(0, |level| counts.at_or_above(level));
        self.end(if failing > 0 { Exit::Found } else { Exit::Done });
        let exit = self.exit.unwrap_or(Exit::Done);
        output.will_end(exit);
        match args.format {
            ReportFormat::Human => {
                let shown = render::Shown {
                    texts: &self.texts,
                    named: &self.named,
                    below: args.fail_on.name().filter(|_| failing == 0),
                    colour: output.colour,
                };
                output.write_all(render::findings(&self.report, &shown).as_bytes())?;
            }
            ReportFormat::Json => render::json(&self.report, output)?,
            ReportFormat::Sarif => {
                let checkout = Checkout::of_here();
                let place_of = |name: &str| checkout.place_of(name);
                let log = sarif_log(&self.report, env!("CARGO_PKG_VERSION"), &self.texts, place_of);
                render::json(&log, output)?;
            }
        }
        Ok(exit)
    }
}

/// Says that a folder has no policies; so many files of it are none.
fn nothing_in(path: &Path, skipped: usize, left_out: &[PathBuf]) -> String {
    /// How many folders are named.
    const NAMED: usize = 3;
    let why = match skipped {
        0 => "it has no `.json` files".to_owned(),
        1 => "its one `.json` file is none".to_owned(),
        count => format!("none of its {count} `.json` files is one"),
    };
    let mut message = format!("there are no policies in `{}`: {why}", path.display());
    if !left_out.is_empty() {
        let names = left_out.iter().take(NAMED).map(|path| format!("`{}`", path.display()));
        let names = names.collect::<Vec<_>>().join(", ");
        let more = match left_out.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = write!(message, "; not searched unless named: {names}{more}");
    }
    message
}

fn list_checks(format: ReportFormat, output: &mut Output) -> Result<Exit, Failure> {
    #[derive(Serialize)]
    struct List<T> {
        checks: T,
    }
    let checks = check_reports();
    match format {
        ReportFormat::Human => output.write_all(render::check_list(&checks, output.colour).as_bytes())?,
        ReportFormat::Json => render::json(&List { checks }, output)?,
        ReportFormat::Sarif => {
            return Err(Failure::wrong(
                "the list of checks has no SARIF form: use `--format json`",
            ));
        }
    }
    Ok(Exit::Done)
}

fn explain(code: &str, format: ReportFormat, output: &mut Output) -> Result<Exit, Failure> {
    let Some(check) = policy_check(code) else {
        let nearest: Vec<String> = nearest_codes(code).iter().map(|code| format!("`{code}`")).collect();
        let advice = if nearest.is_empty() {
            "--list-checks lists them".to_owned()
        } else {
            format!("did you mean {}?", nearest.join(" or "))
        };
        return Err(Failure::wrong(format!(
            "there is no check `{}`: {advice}",
            render::clean(code)
        )));
    };
    let check = bailiwick::CheckReport::of(check);
    match format {
        ReportFormat::Human => output.write_all(render::check(&check, output.colour).as_bytes())?,
        ReportFormat::Json => render::json(&check, output)?,
        ReportFormat::Sarif => return Err(Failure::wrong("an explanation has no SARIF form: use `--format json`")),
    }
    Ok(Exit::Done)
}
