//! How the types of policies combine into an answer: the one place where it is written.
//!
//! Each policy type gives a [`Verdict`]: what it allows and what it denies. The formula here says what follows. It is written over
//! any [`AccessSet`]: the evaluator computes it with truth values for one request, the symbolic engine with sets of requests.
//!
//! AWS: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access"; "Cross-account policy
//! evaluation logic"; Organizations User Guide, "SCPs" and "RCPs".

mod trust;

use bailiwick_grammar::PolicyType;
use bailiwick_policy::{Principal, PrincipalMatch};

pub use self::trust::{AccountTrust, is_role_assumption, root_assumes_role, supports_resource_control_policies};

/// A set of requests, or for one request the truth of being in it.
pub trait AccessSet: Clone {
    /// Every request.
    fn everything() -> Self;
    /// No request.
    fn nothing() -> Self;
    /// The requests in both.
    #[must_use]
    fn and(&self, other: &Self) -> Self;
    /// The requests in either.
    #[must_use]
    fn or(&self, other: &Self) -> Self;
    /// The requests in this one and not in the other.
    #[must_use]
    fn without(&self, other: &Self) -> Self;
}

impl AccessSet for bool {
    fn everything() -> Self {
        true
    }

    fn nothing() -> Self {
        false
    }

    fn and(&self, other: &Self) -> Self {
        *self && *other
    }

    fn or(&self, other: &Self) -> Self {
        *self || *other
    }

    fn without(&self, other: &Self) -> Self {
        *self && !*other
    }
}

/// What a set of policies of one type says: the union of its statements. A request that is denied may be in `allowed` too.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Verdict<S> {
    /// What its Allow statements speak of.
    pub allowed: S,
    /// What its Deny statements speak of.
    pub denied: S,
}

/// What a resource-based policy says: its Allow statements by how closely they name the principal.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ResourceVerdict<S> {
    /// What is allowed to the user, session, root user or service itself.
    pub direct: S,
    /// What is allowed to everyone.
    pub wildcard: S,
    /// What is allowed to the session's role.
    pub role: S,
    /// What is allowed to the user that a federated-user session was made from.
    pub parent_user: S,
    /// What is allowed to the account.
    pub account: S,
    /// What its Deny statements speak of.
    pub denied: S,
}

impl<S: AccessSet> ResourceVerdict<S> {
    /// A policy that says nothing.
    pub fn silent() -> Self {
        let nothing = S::nothing;
        Self {
            direct: nothing(),
            wildcard: nothing(),
            role: nothing(),
            parent_user: nothing(),
            account: nothing(),
            denied: nothing(),
        }
    }

    /// What is allowed to a principal that is named in this way.
    pub fn allowed_mut(&mut self, kind: PrincipalMatch) -> &mut S {
        match kind {
            PrincipalMatch::Direct => &mut self.direct,
            PrincipalMatch::Wildcard => &mut self.wildcard,
            PrincipalMatch::Role => &mut self.role,
            PrincipalMatch::ParentUser => &mut self.parent_user,
            PrincipalMatch::Account => &mut self.account,
        }
    }

    /// What is allowed in any way.
    pub fn allowed(&self) -> S {
        self.direct
            .or(&self.wildcard)
            .or(&self.role)
            .or(&self.parent_user)
            .or(&self.account)
    }
}

/// The verdict of every policy type that took part. `None` is a type that does not apply: no such policy, or an exempt principal or
/// resource. That is something else than a policy that allows nothing.
#[derive(Clone, Debug)]
pub struct Verdicts<S> {
    /// The identity-based policies of the principal and its groups, together.
    pub identity: Verdict<S>,
    /// The permissions boundary.
    pub permissions_boundary: Option<Verdict<S>>,
    /// The session policies, together.
    pub session: Option<Verdict<S>>,
    /// The resource-based policy, or the trust policy of the role that is to be assumed.
    pub resource: Option<ResourceVerdict<S>>,
    /// The SCPs of each level, root first.
    pub service_control: Option<Vec<Verdict<S>>>,
    /// The RCPs of each level, root first.
    pub resource_control: Option<Vec<Verdict<S>>>,
    /// The policy of the VPC endpoint that the request came through.
    pub vpc_endpoint: Option<Verdict<S>>,
}

/// Who asks, as far as it matters for how policies combine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PrincipalKind {
    /// Nobody, an AWS service, or someone an identity provider vouches for: no identity-based policies and no account of their own.
    Outside,
    /// A root user.
    Root,
    /// A user.
    User,
    /// A role session.
    RoleSession,
    /// A session made by `GetFederationToken`.
    FederatedUser,
}

impl PrincipalKind {
    /// The kind of a principal.
    pub fn of(principal: &Principal) -> Self {
        use bailiwick_grammar::PrincipalIdentity as Identity;
        match principal {
            Principal::Anonymous | Principal::Service(_) | Principal::Federated(_) => Self::Outside,
            Principal::Aws(caller) => match caller.arn.identity {
                Identity::Root => Self::Root,
                Identity::User { .. } => Self::User,
                Identity::Role { .. } | Identity::AssumedRole { .. } => Self::RoleSession,
                Identity::FederatedUser { .. } => Self::FederatedUser,
            },
        }
    }
}

impl PrincipalKind {
    /// Whether policies of a type can say anything about such a principal.
    ///
    /// AWS: SCPs apply to the principals of accounts, permissions boundaries to users and roles, session policies to sessions.
    pub fn is_subject_to(self, policy_type: PolicyType) -> bool {
        match policy_type {
            PolicyType::IdentityBasedPolicy | PolicyType::PermissionsBoundary => match self {
                Self::Outside | Self::Root => false,
                Self::User | Self::RoleSession | Self::FederatedUser => true,
            },
            PolicyType::SessionPolicy => match self {
                Self::Outside | Self::Root | Self::User => false,
                Self::RoleSession | Self::FederatedUser => true,
            },
            PolicyType::ServiceControlPolicy => self != Self::Outside,
            PolicyType::ResourceBasedPolicy
            | PolicyType::TrustPolicy
            | PolicyType::ResourceControlPolicy
            | PolicyType::VpcEndpointPolicy => true,
        }
    }
}

/// What else decides how policies combine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Situation {
    /// Who asks.
    pub principal: PrincipalKind,
    /// Whether the resource belongs to the principal's account.
    pub same_account: bool,
    /// Whether the resource trusts its account without its policy saying so.
    pub account_trust: AccountTrust,
    /// Whether the service refuses such a request whatever the policies say.
    pub refused_by_service: bool,
}

/// The answer for every request: what is denied explicitly, and what is allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Access<S> {
    /// Some policy denies it.
    pub explicitly_denied: S,
    /// It is allowed: granted, within every bound, and not denied.
    pub allowed: S,
}

impl<S: AccessSet> Verdicts<S> {
    /// The verdicts with those left out that cannot apply to such a principal.
    #[must_use]
    pub fn applicable_to(mut self, principal: PrincipalKind) -> Self {
        // A root user has no policies of its own and is allowed everything.
        let own = if principal == PrincipalKind::Root {
            S::everything()
        } else {
            S::nothing()
        };
        if !principal.is_subject_to(PolicyType::IdentityBasedPolicy) {
            self.identity = Verdict {
                allowed: own,
                denied: S::nothing(),
            };
        }
        self.permissions_boundary = self
            .permissions_boundary
            .filter(|_| principal.is_subject_to(PolicyType::PermissionsBoundary));
        self.session = self
            .session
            .filter(|_| principal.is_subject_to(PolicyType::SessionPolicy));
        self.service_control = self
            .service_control
            .filter(|_| principal.is_subject_to(PolicyType::ServiceControlPolicy));
        self
    }

    /// Combines the verdicts.
    pub fn combine(&self, situation: Situation) -> Access<S> {
        let explicitly_denied = self.denied();
        let granted = match (situation.principal, situation.same_account) {
            (PrincipalKind::Outside, _) => self.granted_by_resource(),
            (_, true) => self.granted_in_account(situation),
            (_, false) => self.granted_across_accounts(situation),
        };
        let granted = if situation.refused_by_service {
            S::nothing()
        } else {
            granted
        };
        let bounded = granted
            .and(&every_level(self.service_control.as_deref()))
            .and(&every_level(self.resource_control.as_deref()))
            .and(&allowed_or_absent(self.vpc_endpoint.as_ref()));
        Access {
            allowed: bounded.without(&explicitly_denied),
            explicitly_denied,
        }
    }

    /// An explicit deny in any policy of any type is final.
    fn denied(&self) -> S {
        let levels = [&self.service_control, &self.resource_control]
            .into_iter()
            .flatten()
            .flatten();
        let single = [&self.permissions_boundary, &self.session, &self.vpc_endpoint]
            .into_iter()
            .flatten();
        let verdicts = std::iter::once(&self.identity).chain(levels).chain(single);
        let denied = verdicts.fold(S::nothing(), |denied, verdict| denied.or(&verdict.denied));
        self.resource
            .as_ref()
            .map_or_else(|| denied.clone(), |resource| denied.or(&resource.denied))
    }

    fn granted_by_resource(&self) -> S {
        self.resource.as_ref().map_or_else(S::nothing, ResourceVerdict::allowed)
    }

    /// AWS: "How AWS enforcement code logic evaluates requests", same account. A grant to the principal itself or to everyone gets
    /// around identity-based policies, boundary and session policies; a grant to the session's role, or to the user behind a
    /// federated-user session, gets around identity-based policies only; a grant to the account is none, but where the service asks
    /// for it it is what lets identity-based policies speak.
    fn granted_in_account(&self, situation: Situation) -> S {
        let silent = ResourceVerdict::silent();
        let resource = self.resource.as_ref().unwrap_or(&silent);
        let within =
            allowed_or_absent(self.permissions_boundary.as_ref()).and(&allowed_or_absent(self.session.as_ref()));
        let to_itself = resource.direct.or(&resource.wildcard);
        let to_its_role = resource.role.or(&resource.parent_user).and(&within);
        to_itself
            .or(&to_its_role)
            .or(&self.granted_by_identity(situation).and(&within))
    }

    /// AWS: "Cross-account policy evaluation logic": both accounts must allow.
    fn granted_across_accounts(&self, situation: Situation) -> S {
        let within =
            allowed_or_absent(self.permissions_boundary.as_ref()).and(&allowed_or_absent(self.session.as_ref()));
        let elsewhere = Situation {
            account_trust: AccountTrust::Implicit,
            ..situation
        };
        self.granted_by_identity(elsewhere)
            .and(&within)
            .and(&self.granted_by_resource())
    }

    /// What the identity-based policies grant, before boundary and session policies.
    fn granted_by_identity(&self, situation: Situation) -> S {
        // AWS: "Permissions for GetFederationToken": without session policies the session has none of the user's permissions.
        if situation.principal == PrincipalKind::FederatedUser && self.session.is_none() {
            return S::nothing();
        }
        match situation.account_trust {
            AccountTrust::Implicit => self.identity.allowed.clone(),
            AccountTrust::Explicit => {
                let trusted = self
                    .resource
                    .as_ref()
                    .map_or_else(S::nothing, |resource| resource.account.clone());
                self.identity.allowed.and(&trusted)
            }
        }
    }
}

/// AWS: "SCP evaluation": every level from the root to the account must allow.
fn every_level<S: AccessSet>(levels: Option<&[Verdict<S>]>) -> S {
    levels
        .unwrap_or_default()
        .iter()
        .fold(S::everything(), |allowed, level| allowed.and(&level.allowed))
}

fn allowed_or_absent<S: AccessSet>(verdict: Option<&Verdict<S>>) -> S {
    verdict.map_or_else(S::everything, |verdict| verdict.allowed.clone())
}

/// The policy types for whose sake a request is not allowed, in the order in which AWS's page evaluates them.
///
/// For an explicit deny, those that deny; else each that would have to allow and does not. None for an allowed request.
pub fn blocked_by(verdicts: &Verdicts<bool>, situation: Situation) -> Vec<PolicyType> {
    let access = verdicts.combine(situation);
    let blocks: &dyn Fn(PolicyType) -> bool = match access {
        Access { allowed: true, .. } => &|_| false,
        Access {
            explicitly_denied: true,
            ..
        } => &|policy_type| denies(verdicts, policy_type),
        Access { .. } => &|policy_type| withholds(verdicts, situation, policy_type),
    };
    ORDER.into_iter().filter(|&policy_type| blocks(policy_type)).collect()
}

/// The order of the flow chart on AWS's page.
const ORDER: [PolicyType; 7] = [
    PolicyType::ResourceControlPolicy,
    PolicyType::ServiceControlPolicy,
    PolicyType::VpcEndpointPolicy,
    PolicyType::ResourceBasedPolicy,
    PolicyType::IdentityBasedPolicy,
    PolicyType::PermissionsBoundary,
    PolicyType::SessionPolicy,
];

/// Whether a request that nobody denies lacks an Allow of this type.
fn withholds(verdicts: &Verdicts<bool>, situation: Situation, policy_type: PolicyType) -> bool {
    let one = |verdict: Option<&Verdict<bool>>| !allowed_or_absent(verdict);
    let resource = verdicts.resource.unwrap_or_default();
    let outside = situation.principal == PrincipalKind::Outside;
    let to_its_role = situation.same_account && (resource.role || resource.parent_user);
    let to_itself = situation.same_account && (resource.direct || resource.wildcard);
    // Whether the request must pass the principal's own policies, its boundary and session policies.
    let own_side = !outside && !to_itself;
    match policy_type {
        PolicyType::ResourceControlPolicy => !every_level(verdicts.resource_control.as_deref()),
        PolicyType::ServiceControlPolicy => !every_level(verdicts.service_control.as_deref()),
        PolicyType::VpcEndpointPolicy => one(verdicts.vpc_endpoint.as_ref()),
        PolicyType::ResourceBasedPolicy => {
            let explicit = situation.account_trust == AccountTrust::Explicit;
            let needed = outside || !situation.same_account || explicit;
            situation.refused_by_service || (needed && !resource.allowed())
        }
        PolicyType::IdentityBasedPolicy => own_side && !to_its_role && !verdicts.identity.allowed,
        PolicyType::PermissionsBoundary => own_side && one(verdicts.permissions_boundary.as_ref()),
        PolicyType::SessionPolicy => {
            let none =
                situation.principal == PrincipalKind::FederatedUser && verdicts.session.is_none() && !to_its_role;
            own_side && (none || one(verdicts.session.as_ref()))
        }
        // A trust policy takes part as the resource-based policy of its role.
        PolicyType::TrustPolicy => false,
    }
}

fn denies(verdicts: &Verdicts<bool>, policy_type: PolicyType) -> bool {
    let one = |verdict: &Option<Verdict<bool>>| verdict.is_some_and(|verdict| verdict.denied);
    let levels = |levels: &Option<Vec<Verdict<bool>>>| levels.iter().flatten().any(|verdict| verdict.denied);
    match policy_type {
        PolicyType::IdentityBasedPolicy => verdicts.identity.denied,
        PolicyType::PermissionsBoundary => one(&verdicts.permissions_boundary),
        PolicyType::SessionPolicy => one(&verdicts.session),
        PolicyType::ResourceBasedPolicy => verdicts.resource.is_some_and(|resource| resource.denied),
        PolicyType::ServiceControlPolicy => levels(&verdicts.service_control),
        PolicyType::ResourceControlPolicy => levels(&verdicts.resource_control),
        PolicyType::VpcEndpointPolicy => one(&verdicts.vpc_endpoint),
        // A trust policy takes part as the resource-based policy of its role.
        PolicyType::TrustPolicy => false,
    }
}

#[cfg(test)]
mod tests;
