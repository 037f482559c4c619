//! The question that the oracle answers.

use bailiwick_grammar::ast::PolicyDocument;
use bailiwick_grammar::{ParseOptions, parse_policy, print_policy};
use thiserror::Error;

use crate::answer::ContextValue;
use crate::scenario::{NamedPolicy, Scenario};

/// A request and every policy that may have a say: the scenario of `bailiwick simulate`, with its policies parsed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OracleRequest {
    /// An ARN, the name of a service principal, or `anonymous`.
    pub principal: String,
    /// For a federated user: the ARN of the user that called `GetFederationToken`. A scenario of `simulate` does not say.
    pub parent_user: Option<String>,
    /// `service:Name`.
    pub action: String,
    /// An ARN, or `*` for an action without resources.
    pub resource: String,
    /// The account that owns the resource; if absent, that of the ARN, and else that of the principal.
    pub resource_account: Option<String>,
    /// The whole request context.
    pub context: Vec<(String, ContextValue)>,
    /// The policies of the user and its groups, or of the role.
    pub identity_policies: Vec<PolicyDocument>,
    /// The permissions boundary, if there is one.
    pub permissions_boundaries: Vec<PolicyDocument>,
    /// The session policies, if any were passed.
    pub session_policies: Vec<PolicyDocument>,
    /// The policy of the resource, if it has one; of a role, its trust policy.
    pub resource_policy: Option<PolicyDocument>,
    /// The SCPs of each level from the root to the principal's account; none where SCPs are not in force.
    pub service_control_policies: Vec<Vec<PolicyDocument>>,
    /// The RCPs of each level from the root to the resource's account; none where RCPs are not in force.
    pub resource_control_policies: Vec<Vec<PolicyDocument>>,
    /// The policy of the VPC endpoint, if the request came through one.
    pub vpc_endpoint_policies: Vec<PolicyDocument>,
}

/// The question itself is malformed.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum OracleError {
    /// The principal cannot make requests.
    #[error("`{0}` is not a principal")]
    Principal(String),
    /// The action is not `service:Name`.
    #[error("`{0}` is not an action")]
    Action(String),
    /// The resource is neither `*` nor an ARN.
    #[error("`{0}` is not a resource")]
    Resource(String),
    /// A policy does not parse.
    #[error("policy `{name}`: {message}")]
    Policy {
        /// The policy.
        name: String,
        /// Its first error.
        message: String,
    },
}

impl OracleRequest {
    /// Parses the policies of a scenario.
    ///
    /// # Errors
    ///
    /// Where a policy has errors.
    pub fn from_scenario(scenario: &Scenario) -> Result<Self, OracleError> {
        let all = |policies: &[NamedPolicy]| policies.iter().map(parse).collect::<Result<Vec<_>, _>>();
        let levels = |levels: &[Vec<NamedPolicy>]| levels.iter().map(|level| all(level)).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            principal: scenario.principal.clone(),
            parent_user: scenario.parent_user.clone(),
            action: scenario.action.clone(),
            resource: scenario.resource.clone(),
            resource_account: scenario.resource_account.clone(),
            context: scenario.context.clone(),
            identity_policies: all(&scenario.identity_policies)?,
            permissions_boundaries: all(&scenario.permissions_boundaries)?,
            session_policies: all(&scenario.session_policies)?,
            resource_policy: scenario.resource_policy.as_ref().map(parse).transpose()?,
            service_control_policies: levels(&scenario.service_control_policies)?,
            resource_control_policies: levels(&scenario.resource_control_policies)?,
            vpc_endpoint_policies: all(&scenario.vpc_endpoint_policies)?,
        })
    }

    /// The same question with its policies printed, for an engine that reads text.
    pub fn to_scenario(&self) -> Scenario {
        let all = |kind: &str, documents: &[PolicyDocument]| {
            let named = documents.iter().enumerate();
            named
                .map(|(index, document)| NamedPolicy::new(format!("{kind}-{index}"), print_policy(document)))
                .collect::<Vec<_>>()
        };
        let levels = |kind: &str, levels: &[Vec<PolicyDocument>]| {
            let named = levels.iter().enumerate();
            named
                .map(|(index, level)| all(&format!("{kind}-{index}"), level))
                .collect::<Vec<_>>()
        };
        Scenario {
            identity_policies: all("identity", &self.identity_policies),
            permissions_boundaries: all("boundary", &self.permissions_boundaries),
            session_policies: all("session", &self.session_policies),
            resource_policy: self
                .resource_policy
                .as_ref()
                .map(|document| NamedPolicy::new("resource", print_policy(document))),
            service_control_policies: levels("scp", &self.service_control_policies),
            resource_control_policies: levels("rcp", &self.resource_control_policies),
            vpc_endpoint_policies: all("endpoint", &self.vpc_endpoint_policies),
            ..self.to_scenario_without_policies()
        }
    }

    /// What is asked, of an engine that has the policies already.
    pub fn to_scenario_without_policies(&self) -> Scenario {
        Scenario {
            principal: self.principal.clone(),
            parent_user: self.parent_user.clone(),
            action: self.action.clone(),
            resource: self.resource.clone(),
            resource_account: self.resource_account.clone(),
            context: self.context.clone(),
            ..Scenario::default()
        }
    }

    /// C §1: the value of a condition key; the names of keys ignore case.
    pub(super) fn value(&self, key: &str) -> Option<&ContextValue> {
        let named = self.context.iter().find(|(name, _)| equal_ignoring_case(name, key));
        named.map(|(_, value)| value)
    }
}

/// Whether two texts are equal but for case, character by character.
pub(super) fn equal_ignoring_case(a: &str, b: &str) -> bool {
    a.chars()
        .flat_map(char::to_lowercase)
        .eq(b.chars().flat_map(char::to_lowercase))
}

fn parse(policy: &NamedPolicy) -> Result<PolicyDocument, OracleError> {
    let parsed = parse_policy(&policy.document, &ParseOptions::default());
    let wrong = parsed.diagnostics.iter().find(|diagnostic| diagnostic.is_error());
    match (parsed.document, wrong) {
        (Some(document), None) => Ok(document.node),
        (_, wrong) => Err(OracleError::Policy {
            name: policy.name.clone(),
            message: wrong.map_or_else(String::new, ToString::to_string),
        }),
    }
}
