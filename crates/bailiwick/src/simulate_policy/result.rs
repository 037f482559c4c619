//! What a simulation answers, in the shape of AWS's JSON.
//!
//! AWS: IAM API Reference, `SimulateCustomPolicy`, "Response Elements"; `EvaluationResult`, `ResourceSpecificResult`, `Statement`.

use std::collections::BTreeMap;

use bailiwick_eval::Decision;
use bailiwick_grammar::Position;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::answer::decision_name;

/// One page of the results of a simulation.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SimulatePolicyResponse {
    /// The results, in the order of the action names.
    pub evaluation_results: Vec<EvaluationResult>,
    /// Whether there are more.
    pub is_truncated: bool,
    /// What to ask with for the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

/// What becomes of one action.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EvaluationResult {
    /// The action, as the request spells it.
    pub eval_action_name: String,
    /// The resource; `*` where none is given, the ARN format of the resource type where several are.
    pub eval_resource_name: String,
    /// The decision: of those for the several resources the most restrictive.
    #[serde(serialize_with = "decision")]
    pub eval_decision: Decision,
    /// The statements that decide, for any of the resources.
    pub matched_statements: Vec<MatchedStatement>,
    /// The condition keys that the policies ask for and the request does not give, for any of the resources.
    pub missing_context_values: Vec<String>,
    /// Whether the SCPs allow the action; absent where no organization takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organizations_decision_detail: Option<OrganizationsDecisionDetail>,
    /// Whether the permissions boundary allows the action; absent where none takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
    /// What each policy type says of a request across accounts; empty within an account, absent without a resource ARN.
    #[serde(serialize_with = "details", skip_serializing_if = "Option::is_none")]
    pub eval_decision_details: Option<EvalDecisionDetails>,
    /// The result for each resource; absent without a resource ARN.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_specific_results: Vec<ResourceSpecificResult>,
}

/// What each policy type says: `IAM Policy`, `Resource Policy`, `Permissions Boundary Policy`.
pub type EvalDecisionDetails = BTreeMap<SourcePolicyType, Decision>;

/// What becomes of one action on one resource.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceSpecificResult {
    /// The ARN of the resource.
    pub eval_resource_name: String,
    /// The decision.
    #[serde(serialize_with = "decision")]
    pub eval_resource_decision: Decision,
    /// The statements that decide.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matched_statements: Vec<MatchedStatement>,
    /// The condition keys that the policies ask for and the request does not give.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_context_values: Vec<String>,
    /// What each policy type says; absent within an account.
    #[serde(serialize_with = "details", skip_serializing_if = "Option::is_none")]
    pub eval_decision_details: Option<EvalDecisionDetails>,
    /// Whether the permissions boundary allows the action; absent where none takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
}

/// A statement that decides.
///
/// AWS: IAM API Reference, `Statement`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MatchedStatement {
    /// The policy: `PolicyInputList.1`, `ResourcePolicy`, the name of a managed policy, `user_NAME_POLICY` for an inline one.
    pub source_policy_id: String,
    /// What the policy takes part as.
    pub source_policy_type: SourcePolicyType,
    /// The place just after what stands before the statement.
    #[serde(serialize_with = "position")]
    pub start_position: Position,
    /// The place just after the statement.
    #[serde(serialize_with = "position")]
    pub end_position: Position,
}

/// What a policy takes part as, in the words of recorded answers; the API's model has other ones.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SourcePolicyType {
    /// `IAM Policy`: an identity-based policy.
    IamPolicy,
    /// `Resource Policy`: the resource-based policy.
    ResourcePolicy,
    /// `Permissions Boundary Policy`: the permissions boundary.
    PermissionsBoundaryPolicy,
}

impl SourcePolicyType {
    /// The type as AWS's answers have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IamPolicy => "IAM Policy",
            Self::ResourcePolicy => "Resource Policy",
            Self::PermissionsBoundaryPolicy => "Permissions Boundary Policy",
        }
    }
}

impl Serialize for SourcePolicyType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Whether the SCPs allow an action.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OrganizationsDecisionDetail {
    /// `true` if they do on every resource.
    pub allowed_by_organizations: bool,
}

/// Whether the permissions boundary allows an action.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PermissionsBoundaryDecisionDetail {
    /// `true` if it does on every resource.
    pub allowed_by_permissions_boundary: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn decision<S: Serializer>(decision: &Decision, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(decision_name(*decision))
}

#[expect(clippy::ref_option, reason = "serde asks for a reference to the field")]
fn details<S: Serializer>(details: &Option<EvalDecisionDetails>, serializer: S) -> Result<S::Ok, S::Error> {
    let details = details.iter().flatten();
    serializer.collect_map(details.map(|(source, decision)| (source.as_str(), decision_name(*decision))))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn position<S: Serializer>(position: &Position, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("Line", &position.line)?;
    map.serialize_entry("Column", &position.column)?;
    map.end()
}
