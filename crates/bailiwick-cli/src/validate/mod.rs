//! `bailiwick validate`

mod checkout;
mod exports;
mod input;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use bailiwick::{
    IncompleteReport, ValidatePolicyResourceType, ValidatePolicyType, ValidateReport, check_reports, nearest_codes,
    policy_check, sarif_log,
};
use rayon::prelude::*;
use serde::Serialize;

use self::checkout::Checkout;
use self::input::{Outcome, name_of};
use self::walk::{Input, Search};
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
    /// The texts of the files that something is told of, without byte-order marks.
    texts: BTreeMap<String, String>,
    /// The files that were named: of those something is told in any case.
    named: BTreeSet<String>,
    /// How it ends, but for the findings.
    exit: Option<Exit>,
}

impl Run {
    fn validate(&mut self, files: &[PathBuf], output: &mut Output) -> Result<(), Failure> {
        for group in files.chunk_by(|one, next| !one.is_dir() && !next.is_dir()) {
            if let [folder] = group
                && folder.is_dir()
            {
                self.folder(folder, output)?;
                continue;
            }
            self.named.extend(group.iter().map(|file| name_of(file)));
            let named = |file: &PathBuf| Input::File {
                path: file.clone(),
                named: true,
            };
            self.inputs(&group.iter().map(named).collect::<Vec<_>>(), output)?;
        }
        Ok(())
    }

    fn folder(&mut self, path: &Path, output: &mut Output) -> Result<(), Failure> {
        let mut search = Search::default();
        search.folder(path);
        for (refused, message) in &search.refused {
            self.refuse(&name_of(refused), message, output);
        }
        if let ([Input::Exports(_)], Some(_)) = (search.inputs.as_slice(), self.policy_type) {
            let message = format!(
                "`{}` is a folder of exports, which say what type each policy is: leave out --type",
                path.display()
            );
            self.refuse(&name_of(path), &message, output);
            return Ok(());
        }
        let before = (self.report.files.len(), self.report.incomplete.len());
        let skipped = self.report.skipped.len();
        self.inputs(&search.inputs, output)?;
        if before == (self.report.files.len(), self.report.incomplete.len()) {
            let message = match self.report.skipped.len() - skipped {
                0 => format!("there are no policies in `{}`: it has no `.json` files", path.display()),
                1 => format!(
                    "there are no policies in `{}`: its one `.json` file is none",
                    path.display()
                ),
                count => format!(
                    "there are no policies in `{}`: none of its {count} `.json` files is one",
                    path.display()
                ),
            };
            self.refuse(&name_of(path), &message, output);
        }
        Ok(())
    }

    /// Validates inputs in parallel and keeps the outcomes in their order.
    fn inputs(&mut self, inputs: &[Input], output: &mut Output) -> Result<(), Failure> {
        let one = |input: &Input| match input {
            Input::File { path, named } => {
                let name = name_of(path);
                Some((input::validate(path, &name, *named, self.policy_type), name))
            }
            Input::Exports(_) => None,
        };
        // Threads cost more than one file.
        let outcomes: Vec<_> = if let [input] = inputs {
            vec![one(input)]
        } else {
            inputs.par_iter().map(one).collect()
        };
        for (input, outcome) in inputs.iter().zip(outcomes) {
            match (input, outcome) {
                (Input::Exports(path), _) => exports::folder(self, path, output)?,
                (_, Some((Outcome::Policy(report, text), name))) => {
                    if !report.is_json {
                        self.end(Exit::Wrong);
                    }
                    if !report.findings.is_empty() {
                        self.texts.insert(name, text);
                    }
                    self.report.files.push(*report);
                }
                (_, Some((Outcome::Export(kind, bytes), name))) => exports::file(self, kind, name, bytes, output),
                (_, Some((Outcome::Skipped, name))) => self.report.skipped.push(name),
                (_, Some((Outcome::Refused(message), name))) => self.refuse(&name, &message, output),
                (Input::File { .. }, None) => {}
            }
        }
        Ok(())
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
        match args.format {
            ReportFormat::Human => {
                let shown = render::Shown {
                    texts: &self.texts,
                    named: &self.named,
                    below: args.fail_on.name().filter(|_| failing == 0),
                    colour: output.colour,
                };
                // Where nothing could be validated, the errors say it all.
                if !self.report.files.is_empty() {
                    output.write_all(render::findings(&self.report, &shown).as_bytes())?;
                }
            }
            ReportFormat::Json => render::json(&self.report, output)?,
            ReportFormat::Sarif => {
                let checkout = Checkout::of_here();
                let place_of = |name: &str| checkout.place_of(name);
                let log = sarif_log(&self.report, env!("CARGO_PKG_VERSION"), &self.texts, place_of);
                render::json(&log, output)?;
            }
        }
        Ok(self.exit.unwrap_or(Exit::Done))
    }
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
