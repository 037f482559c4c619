//! From what AWS's own commands print to the entities of this crate.
//!
//! Importers are functions over bytes: they read no files. What cannot be read becomes an [`ImportProblem`], and the rest is
//! read where that is safe. Nothing is left out silently: whatever depends on something that was not read can see that.
//!
//! Policies never go through the JSON library: it is asked for the place of their text in the file only.

mod credential_report;
mod gaad;
mod json;
mod organization;
mod positions;
mod problem;
mod resources;
mod source;

pub use self::credential_report::import_credential_report;
pub use self::gaad::{AccountImport, ImportFile, import_account_authorization_details};
pub use self::organization::{OrganizationImport, import_organization};
pub use self::problem::ImportProblem;
pub use self::resources::{IdentityProvider, ResourcesImport, import_resources};
pub use self::source::{MAX_FILE_BYTES, decode_document};
