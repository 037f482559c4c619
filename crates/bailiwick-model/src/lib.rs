//! The entities of AWS IAM: accounts with their users, groups, roles and policies, the organization, resources; and the import of what
//! AWS's own commands print.
//!
//! **Should I use this crate?** To hold what IAM holds, to change it as IAM's API does, or to load an export. What a policy
//! means is in `bailiwick-policy`; whether a request is allowed is for `bailiwick-eval` and, above it, `bailiwick` to say.
//!
//! Start with [`Environment`]; fill it with the importers ([`import_account_authorization_details`], [`import_organization`],
//! [`import_resources`], [`import_credential_report`]) or by hand, through the methods of [`Account`].
//!
//! ```
//! use bailiwick_grammar::PrincipalArn;
//! use bailiwick_model::{Environment, ImportFile, Uncached, import_account_authorization_details};
//!
//! let export = br#"{"UserDetailList": [{
//!     "UserName": "alice", "UserId": "AIDAWJDXAOVI2A5WATHZF", "Arn": "arn:aws:iam::111122223333:user/alice",
//!     "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": "none"}}]}]}"#;
//! let file = ImportFile { name: "111122223333.gaad.json", bytes: export };
//! let import = import_account_authorization_details(&[file], None, &Uncached);
//! let mut environment = Environment::new();
//! environment.add_problems(import.problems);
//! environment.add_account(import.account.expect("the ARN says which account it is"));
//!
//! let alice = PrincipalArn::parse("arn:aws:iam::111122223333:user/alice")?;
//! let policies = environment.principal(&alice)?.identity_policies();
//! assert!(policies[0].policy().is_err(), "a broken policy is never an empty one");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Invariants
//!
//! - Nothing here reads a file or a clock: importers take bytes, changes take the time and the ids that they are to use.
//! - A policy whose document is wrong or missing is never an empty policy: [`AppliedPolicy::policy`] gives an error that names it.
//! - A value of a validated type (`UserName`, `Path`, `PolicyArn`, …) is one that AWS takes.
//! - Changes to an account fail as AWS's API fails, with AWS's codes and words, and change nothing then.
//! - Import never panics and never drops anything silently: each loss is an [`ImportProblem`] with file, line and column.

mod account;
mod combine;
mod context;
mod credential_report;
mod document;
mod entity;
mod environment;
mod error;
mod id;
mod import;
mod name;
mod organization;
mod quota;
mod record;
mod resource;
mod session;
mod tag;

pub use crate::account::{Account, PolicyHolder};
pub use crate::combine::{
    Access, AccessSet, AccountTrust, PrincipalKind, ResourceVerdict, ServiceAuthorization, ServiceQuestion,
    ServiceRule, Situation, Verdict, Verdicts, blocked_by, is_decided_by_caller, is_role_assumption,
    supports_resource_control_policies,
};
pub use crate::context::{KnownRequest, RequestTarget, derive_context, implied_context, rules_out, usual_context};
pub use crate::credential_report::{
    AccessKeyReport, CredentialReport, CredentialReportRow, ReportTime, SigningCertificateReport,
};
pub use crate::document::{DocumentStore, StoredDocument, Uncached};
pub use crate::entity::{
    AccessKey, Creation, CredentialStatus, EntityPolicies, Group, InstanceProfile, LoginProfile, ManagedPolicy,
    MaxSessionDuration, MfaDevice, NewManagedPolicy, NewRole, NewUser, OpenIdConnectProvider, PasswordPolicy,
    PolicyVersion, Role, RoleLastUsed, SamlProvider, ServerCertificate, ServiceSpecificCredential, SigningCertificate,
    SshPublicKey, User, VirtualMfaDevice,
};
pub use crate::environment::{AccountPrincipal, Environment, IncompletePart, PrincipalLookupError};
pub use crate::error::{EntityError, EntityErrorKind};
pub use crate::id::{AccessKeyId, MfaSerialNumber, PolicyArn, PolicyVersionId, Timestamp, UniqueId};
pub use crate::import::{
    AccountImport, IdentityProvider, ImportFile, ImportProblem, MAX_FILE_BYTES, OrganizationImport, ResourcesImport,
    decode_document, import_account_authorization_details, import_credential_report, import_organization,
    import_resources,
};
pub use crate::name::{
    AccountAlias, ByName, GroupName, InstanceProfileName, Path, PolicyName, RoleName, SamlProviderName,
    ServerCertificateName, UserName, VirtualMfaDeviceName,
};
pub use crate::organization::{
    AccountStatus, FeatureSet, MemberAccount, Organization, OrganizationError, OrganizationId, OrganizationPath,
    OrganizationPolicy, OrganizationPolicyId, OrganizationPolicyType, OrganizationalUnit, OrganizationalUnitId,
    ParentId, PolicyContent, PolicyLevel, Root, RootId, TargetId,
};
pub use crate::quota::{Quota, Quotas};
pub use crate::record::{
    AppliedPolicy, BrokenPolicy, BrokenPolicyReason, Location, Origin, PolicyRecord, PolicySource,
};
pub use crate::resource::{KmsGrant, PublicAccessBlock, Resource};
pub use crate::session::{
    AssumeRole, AssumeRoot, AssumingPrincipal, ExternalId, FederatedUserName, FederatedUserSession, FederationCaller,
    GetFederationToken, ProvidedContext, RoleSession, RoleSessionName, RootSession, SamlIdentity, SessionError,
    SessionErrorKind, SessionPolicies, SourceIdentity, TaskPolicy, WebIdentity, further_session_actions,
    session_token_duration,
};
pub use crate::tag::{Tag, TagKey, TagKeyCase, TagValue, Tags};
