//! The credential report: the CSV file that `aws iam get-credential-report` returns, decoded.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bailiwick_grammar::{Position, Severity};
use csv::{ReaderBuilder, StringRecord};

use super::problem::ImportProblem;
use super::source::Source;
use crate::account::Account;
use crate::credential_report::{
    AccessKeyReport, CredentialReport, CredentialReportRow, ReportTime, SigningCertificateReport,
};

/// The columns that AWS prints. Further ones are ignored.
///
/// AWS: IAM User Guide, "Generate credential reports for your AWS account", "Understanding the report format".
const COLUMNS: [&str; 22] = [
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
];

/// Reads a credential report into its account. What could not be read is returned.
pub fn import_credential_report(file: &str, bytes: &[u8], account: &mut Account) -> Vec<ImportProblem> {
    let mut source = match Source::new(file, bytes) {
        Ok(source) => source,
        Err(problem) => return vec![problem],
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(source.text().as_bytes());
    let mut records = reader.records();
    let header = match records.next() {
        Some(Ok(header)) => header,
        Some(Err(error)) => {
            source.report(problem(source.file(), None, format!("the file is not CSV: {error}")));
            return source.into_problems();
        }
        None => {
            source.report(problem(source.file(), None, "the file is empty".to_owned()));
            return source.into_problems();
        }
    };
    let columns = match columns(&header) {
        Ok(columns) => columns,
        Err(missing) => {
            let message = format!("this is not a credential report: there is no column `{missing}`");
            source.report(problem(source.file(), header.position(), message));
            return source.into_problems();
        }
    };
    let mut report = CredentialReport::default();
    for record in records {
        match record {
            Ok(record) => add(&mut source, &columns, &record, account, &mut report),
            Err(error) => source.report(problem(source.file(), error.position(), format!("not a row: {error}"))),
        }
    }
    account.credential_report = Some(report);
    source.into_problems()
}

/// Where each of our columns stands in the file.
fn columns(header: &StringRecord) -> Result<[usize; COLUMNS.len()], &'static str> {
    let mut columns = [0; COLUMNS.len()];
    for (at, name) in columns.iter_mut().zip(COLUMNS) {
        *at = header.iter().position(|column| column.trim() == name).ok_or(name)?;
    }
    Ok(columns)
}

fn add(
    source: &mut Source<'_>,
    columns: &[usize; COLUMNS.len()],
    record: &StringRecord,
    account: &Account,
    report: &mut CredentialReport,
) {
    let row = match (Row { columns, record }).read() {
        Ok(row) => row,
        Err(message) => {
            let entity = record.get(columns[0]).unwrap_or_default();
            source.report(problem(source.file(), record.position(), message).about(entity));
            return;
        }
    };
    if row.user.as_ref() == "<root_account>" {
        report.root = Some(row);
        return;
    }
    match account.users().get(&row.user) {
        Some(user) if user.arn() == &*row.arn => {}
        Some(_) | None => {
            let message = "the credential report has a user that the account's export lacks".to_owned();
            source.report(problem(source.file(), record.position(), message).about(&row.arn));
        }
    }
    let user = row.user.clone();
    if report.users.insert(&user, row).is_some() {
        let message = "the user has two rows; the last one counts".to_owned();
        source.report(problem(source.file(), record.position(), message).about(&user));
    }
}

struct Row<'r> {
    columns: &'r [usize; COLUMNS.len()],
    record: &'r StringRecord,
}

impl Row<'_> {
    fn read(&self) -> Result<CredentialReportRow, String> {
        Ok(CredentialReportRow {
            user: self.text(0)?.into(),
            arn: self.text(1)?.into(),
            user_creation_time: self.time(2)?,
            password_enabled: self.switch(3)?,
            password_last_used: self.time(4)?,
            password_last_changed: self.time(5)?,
            password_next_rotation: self.time(6)?,
            mfa_active: self.flag(7)?,
            access_keys: [self.access_key(8)?, self.access_key(13)?],
            signing_certificates: [self.signing_certificate(18)?, self.signing_certificate(20)?],
        })
    }

    fn access_key(&self, first: usize) -> Result<AccessKeyReport, String> {
        Ok(AccessKeyReport {
            active: self.flag(first)?,
            last_rotated: self.time(first + 1)?,
            last_used_date: self.time(first + 2)?,
            last_used_region: self.word(first + 3)?,
            last_used_service: self.word(first + 4)?,
        })
    }

    fn signing_certificate(&self, first: usize) -> Result<SigningCertificateReport, String> {
        Ok(SigningCertificateReport {
            active: self.flag(first)?,
            last_rotated: self.time(first + 1)?,
        })
    }

    fn text(&self, column: usize) -> Result<&str, String> {
        let text = self.record.get(self.columns[column]).map(str::trim);
        text.ok_or_else(|| format!("the row ends before column `{}`", COLUMNS[column]))
    }

    fn time(&self, column: usize) -> Result<ReportTime, String> {
        let text = self.text(column)?;
        ReportTime::parse(text).ok_or_else(|| format!("`{}` is `{text}`, which is not a time", COLUMNS[column]))
    }

    /// Files say `true`, the User Guide prints `TRUE`.
    fn flag(&self, column: usize) -> Result<bool, String> {
        Ok(self.switch(column)?.unwrap_or_default())
    }

    /// `true`, `false`, or a word that stands for neither.
    fn switch(&self, column: usize) -> Result<Option<bool>, String> {
        let text = self.text(column)?;
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            "not_supported" | "n/a" | "no_information" => Ok(None),
            _ => Err(format!(
                "`{}` is `{text}`, which is neither true nor false",
                COLUMNS[column]
            )),
        }
    }

    fn word(&self, column: usize) -> Result<Option<Box<str>>, String> {
        let text = self.text(column)?;
        Ok(Some(text)
            .filter(|text| !matches!(*text, "N/A" | "no_information" | ""))
            .map(Into::into))
    }
}

fn problem(file: &Arc<str>, at: Option<&csv::Position>, message: String) -> ImportProblem {
    let line = at.and_then(|at| u32::try_from(at.line()).ok()).unwrap_or(1);
    let position = Some(Position { line, column: 1 });
    ImportProblem {
        position,
        ..ImportProblem::new(Severity::Error, Arc::clone(file), message)
    }
}
