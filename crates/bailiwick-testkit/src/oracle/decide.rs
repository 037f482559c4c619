//! The decision: how the policy types combine.

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::PolicyDocument;

use super::arn::segments;
use super::principal::{MatchKind, Requester};
use super::request::{OracleError, OracleRequest};
use super::service::{ServiceRule, service_rule};
use super::statement::{Outcome, Question, policy_set};
use crate::answer::Decision;

/// The outcome of every policy type that has a say in the request; absent where a type has none.
struct Outcomes {
    scp: Option<Outcome>,
    rcp: Option<Outcome>,
    endpoint: Option<Outcome>,
    /// A resource without a policy grants nothing.
    resource: Outcome,
    identity: Outcome,
    boundary: Option<Outcome>,
    session: Option<Outcome>,
}

/// The decision on a request.
///
/// # Errors
///
/// Where principal, action or resource are malformed.
pub fn decide(request: &OracleRequest) -> Result<Decision, OracleError> {
    let requester = Requester::of(request)?;
    check_action(&request.action)?;
    if request.resource != "*" && segments(&request.resource).is_none_or(|arn| arn[0] != "arn") {
        return Err(OracleError::Resource(request.resource.clone()));
    }

    let owner = requester.account().map(|account| resource_account(request, account));
    let rule = service_rule(request, &requester, owner);
    if let ServiceRule::Settled(decision) = rule {
        return Ok(decision);
    }
    let outcomes = outcomes(request, &requester);
    if outcomes.any_explicit_deny() {
        return Ok(Decision::ExplicitDeny);
    }
    let allowed = match requester.account() {
        // E §7: service principals and anonymous requesters have side B only; so have the callers of AssumeRoleWith… (§10).
        None => outcomes.resource_side_allows(),
        account if owner == account => same_account(request, &requester, &outcomes),
        Some(_) => outcomes.principal_side_allows(&requester) && outcomes.resource_side_allows(),
    };
    if allowed && rule != ServiceRule::Refused {
        Ok(Decision::Allowed)
    } else {
        Ok(Decision::ImplicitDeny)
    }
}

fn check_action(action: &str) -> Result<(), OracleError> {
    match action.split_once(':') {
        Some((service, name)) if !service.is_empty() && !name.is_empty() && !name.contains(':') => Ok(()),
        _ => Err(OracleError::Action(action.to_owned())),
    }
}

/// E §2 for each policy type, where E §3 says that the type has a say.
fn outcomes(request: &OracleRequest, requester: &Requester) -> Outcomes {
    let has_boundary = boundary_applies(requester) && !request.permissions_boundaries.is_empty();
    let question = Question {
        request,
        requester,
        bounded: has_boundary && matches!(requester, Requester::User { .. } | Requester::Role { .. }),
    };
    let set = |documents: &[PolicyDocument], policy_type| policy_set(documents, policy_type, question);
    let some_set = |documents: &[PolicyDocument], policy_type| {
        (!documents.is_empty()).then(|| policy_set(documents, policy_type, question))
    };
    Outcomes {
        // E §3: who has no account is in no organization. Other exemptions are for the caller to know.
        scp: requester.account().and_then(|_| {
            levels(
                &request.service_control_policies,
                PolicyType::ServiceControlPolicy,
                question,
            )
        }),
        rcp: levels(
            &request.resource_control_policies,
            PolicyType::ResourceControlPolicy,
            question,
        ),
        endpoint: some_set(&request.vpc_endpoint_policies, PolicyType::VpcEndpointPolicy),
        resource: policy_set(&request.resource_policy, PolicyType::ResourceBasedPolicy, question),
        identity: match requester {
            // E §12: the root user has full access, and no identity-based policies.
            Requester::Root { .. } => Outcome::Allow(Vec::new()),
            Requester::Anonymous | Requester::Service(_) | Requester::Provider(_) => Outcome::ImplicitDeny,
            Requester::User { .. } | Requester::Role { .. } | Requester::FederatedUser { .. } => {
                set(&request.identity_policies, PolicyType::IdentityBasedPolicy)
            }
        },
        boundary: has_boundary.then(|| set(&request.permissions_boundaries, PolicyType::PermissionsBoundary)),
        session: session_applies(requester)
            .then(|| some_set(&request.session_policies, PolicyType::SessionPolicy))
            .flatten(),
    }
}

/// E §4: every level must allow; a Deny on any level denies. Nothing where the policy type is not in force.
fn levels(levels: &[Vec<PolicyDocument>], policy_type: PolicyType, question: Question<'_>) -> Option<Outcome> {
    let outcomes: Vec<Outcome> = levels
        .iter()
        .map(|level| policy_set(level, policy_type, question))
        .collect();
    if outcomes.is_empty() {
        None
    } else if outcomes.contains(&Outcome::ExplicitDeny) {
        Some(Outcome::ExplicitDeny)
    } else if outcomes.iter().all(Outcome::is_allow) {
        Some(Outcome::Allow(Vec::new()))
    } else {
        Some(Outcome::ImplicitDeny)
    }
}

/// E §3 and the formulas of E §6: users, roles, and federated users by the boundary of their user.
fn boundary_applies(requester: &Requester) -> bool {
    match requester {
        Requester::User { .. } | Requester::Role { .. } | Requester::FederatedUser { .. } => true,
        Requester::Anonymous | Requester::Service(_) | Requester::Provider(_) | Requester::Root { .. } => false,
    }
}

/// E §3: only sessions have session policies.
fn session_applies(requester: &Requester) -> bool {
    matches!(requester, Requester::Role { .. } | Requester::FederatedUser { .. })
}

/// The account that owns the resource.
fn resource_account<'a>(request: &'a OracleRequest, principal_account: &'a str) -> &'a str {
    let of_arn = segments(&request.resource).map(|arn| arn[4]);
    let twelve_digits = |account: &&str| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    match &request.resource_account {
        Some(account) => account,
        None => of_arn.filter(twelve_digits).unwrap_or(principal_account),
    }
}

/// E §6, line by line.
fn same_account(request: &OracleRequest, requester: &Requester, outcomes: &Outcomes) -> bool {
    let resource = &outcomes.resource;
    if !outcomes.guard_rails_allow() {
        return false;
    }
    if resource.grants(MatchKind::Direct) || resource.grants(MatchKind::Wildcard) {
        return true;
    }
    if (resource.grants(MatchKind::Role) || resource.grants(MatchKind::ParentUser))
        && allows_or_absent(outcomes.boundary.as_ref())
        && allows_or_absent(outcomes.session.as_ref())
    {
        return true;
    }
    if needs_explicit_trust(request) && !resource.grants(MatchKind::Account) {
        return false;
    }
    outcomes.identity_path_allows(requester)
}

/// E §8 and §10: KMS keys under actions of KMS, and roles under the actions that trust policies decide.
fn needs_explicit_trust(request: &OracleRequest) -> bool {
    let action = request.action.to_ascii_lowercase();
    let assumes = [
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
        "sts:setcontext",
    ];
    match segments(&request.resource) {
        Some([_, _, "kms", _, _, name]) => name.starts_with("key/") && action.starts_with("kms:"),
        Some([_, _, "iam", _, _, name]) => name.starts_with("role/") && assumes.contains(&action.as_str()),
        _ => false,
    }
}

fn allows_or_absent(outcome: Option<&Outcome>) -> bool {
    outcome.is_none_or(Outcome::is_allow)
}

impl Outcomes {
    /// E §6, first line.
    fn any_explicit_deny(&self) -> bool {
        let limits = [&self.scp, &self.rcp, &self.endpoint, &self.boundary, &self.session];
        limits
            .into_iter()
            .flatten()
            .chain([&self.resource, &self.identity])
            .any(|outcome| *outcome == Outcome::ExplicitDeny)
    }

    /// E §6: RCP, SCP and the VPC endpoint come before any grant.
    fn guard_rails_allow(&self) -> bool {
        [&self.rcp, &self.scp, &self.endpoint]
            .into_iter()
            .all(|outcome| allows_or_absent(outcome.as_ref()))
    }

    /// E §6, "identity path": identity, boundary and session policies; a federated user without session policies has nothing.
    fn identity_path_allows(&self, requester: &Requester) -> bool {
        let session_needed = matches!(requester, Requester::FederatedUser { .. });
        self.identity.is_allow()
            && allows_or_absent(self.boundary.as_ref())
            && allows_or_absent(self.session.as_ref())
            && !(session_needed && self.session.is_none())
    }

    /// E §7, side A: grants of the resource policy bypass nothing.
    fn principal_side_allows(&self, requester: &Requester) -> bool {
        allows_or_absent(self.scp.as_ref()) && self.identity_path_allows(requester)
    }

    /// E §7, side B: the resource policy must allow, in any way.
    fn resource_side_allows(&self) -> bool {
        allows_or_absent(self.rcp.as_ref()) && allows_or_absent(self.endpoint.as_ref()) && self.resource.is_allow()
    }
}
