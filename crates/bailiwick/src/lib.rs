#![doc = include_str!("../README.md")]
//!
//! # Invariants
//!
//! - Pure: no files, no clock, no runtime. Who calls brings the bytes and the time.
//! - An answer names every policy and statement that it rests on, with file, line and column.
//! - A policy that cannot be read is never an empty one: what depends on it is an error that names it.

mod answer;
mod applied;
mod authorizer;
mod can;
mod document_cache;
mod lines;
mod load;
mod scenario;
mod simulate_policy;
mod validate;

pub use bailiwick_eval::{
    Decision, Explanation, GroupOutcome, Mismatch, NearMiss, PolicyGroup, RequestError, StatementPlace,
};
pub use bailiwick_grammar::ast::Effect;
pub use bailiwick_grammar::{AccountId, Diagnostic, LineIndex, PolicyType, Position, PrincipalError, Severity, Span};
pub use bailiwick_model::{
    BrokenPolicy, BrokenPolicyReason, Environment, ImportProblem, Location, ServiceAuthorization, ServiceRule,
};
pub use bailiwick_policy::{ConditionKey, ContextValue, PrincipalMatch, RequestContext};
pub use bailiwick_validate::{
    FindingType, PathElement, PolicyCheck, ValidatePolicyError, ValidatePolicyErrorKind, ValidatePolicyResourceType,
    ValidatePolicyType, check as policy_check, checks as policy_checks,
};

pub use crate::answer::{
    Answer, ContextReport, Excerpt, ExplanationReport, FailedElement, LocationReport, NearMissReport, PassedRole,
    PolicyTypeReport, SilentLevel, StatementReport, ValueReport, decision_name, policy_type_name,
};
pub use crate::authorizer::{
    AccountDefinition, AuthorizationError, AuthorizationRequest, Authorizer, PreparedRequest, PrincipalDefinition,
    RequestValue, UnusablePolicy,
};
pub use crate::can::{Call, Check, Question, QuestionError, can, can_all};
pub use crate::document_cache::DocumentCache;
pub use crate::lines::{LineReport, simulate_line};
pub use crate::load::{
    ExportFile, is_export, load_account_export, load_exports, load_organization_export, load_resources_export,
};
pub use crate::scenario::{Scenario, ScenarioError};
pub use crate::simulate_policy::{
    AttachmentType, ContextEntry, ContextKeyType, EvalDecisionDetails, EvaluationResult, EvaluationResultForm,
    GetContextKeysForPolicyResponse, MatchedStatement, OrderedOrganizationPolicy, OrganizationsDecisionDetail,
    PermissionsBoundaryDecisionDetail, PolicyIdentifier, PolicyIdentifierPolicyType, ResourceSpecificResult,
    SimulateCustomPolicy, SimulatePolicyError, SimulatePolicyErrorKind, SimulatePolicyResponse,
    SimulatePrincipalPolicy, SourcePolicyType, context_keys_for_custom_policy, context_keys_for_principal_policy,
    simulate_custom_policy, simulate_principal_policy,
};
pub use crate::validate::{
    ArtifactPlace, CheckReport, DocumentKind, ExportReports, FindingCounts, FindingLocation, FindingReport,
    IncompleteReport, PolicyHolderKind, PolicyPlace, PolicyReport, SarifLog, ValidateReport, ValidatedAs, WrappedAs,
    check_reports, infer_policy_type, is_json, is_template, nearest_codes, sarif_log, validate_document,
    validate_exports,
};
