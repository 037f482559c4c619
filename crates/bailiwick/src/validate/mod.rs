//! Documents validated, and what is told of it: for people, as JSON, as SARIF.

mod artifact;
mod checks;
mod document_kind;
mod export;
mod file_text;
mod fingerprint;
mod infer;
mod report;
mod sarif;
mod template;
mod wrapped;

pub use self::artifact::ArtifactPlace;
pub use self::checks::{CheckReport, check_reports, nearest_codes};
pub use self::document_kind::DocumentKind;
pub use self::export::{ExportReports, validate_exports};
pub use self::infer::infer_policy_type;
pub use self::report::{
    FindingCounts, FindingLocation, FindingReport, IncompleteReport, PolicyHolderKind, PolicyPlace, PolicyReport,
    ValidateReport, ValidatedAs, is_json, validate_document,
};
pub use self::sarif::{SarifLog, sarif_log};
pub use self::template::is_template;
pub use self::wrapped::WrappedAs;
