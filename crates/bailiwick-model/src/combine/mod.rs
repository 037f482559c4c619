//! How the types of policies combine into an answer: the one place where it is written.
//!
//! Each policy type gives a [`Verdict`]: what it allows and what it denies. The formula here says what follows. It is written over
//! any [`AccessSet`]: the evaluator computes it with truth values for one request, the symbolic engine with sets of requests.
//!
//! AWS: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access"; "Cross-account policy
//! evaluation logic"; Organizations User Guide, "SCPs" and "RCPs".

mod blocked_by;
mod principal_kind;
mod service;
mod trust;

use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Effect;
use bailiwick_policy::PrincipalMatch;

pub use self::blocked_by::blocked_by;
pub use self::principal_kind::PrincipalKind;
pub use self::service::{ServiceAuthorization, ServiceQuestion, ServiceRule};
pub use self::trust::{AccountTrust, is_decided_by_caller, is_role_assumption, supports_resource_control_policies};

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

impl<S: AccessSet> Verdict<S> {
    /// Policies that say nothing.
    pub fn silent() -> Self {
        Self {
            allowed: S::nothing(),
            denied: S::nothing(),
        }
    }

    /// What the levels of an organization say together: each must allow, and a deny on any is one.
    ///
    /// AWS: Organizations User Guide, "SCP evaluation": every level from the root to the account must allow.
    pub fn of_levels(levels: impl IntoIterator<Item = Self>) -> Self {
        let all = Self {
            allowed: S::everything(),
            denied: S::nothing(),
        };
        levels.into_iter().fold(all, |all, level| Self {
            allowed: all.allowed.and(&level.allowed),
            denied: all.denied.or(&level.denied),
        })
    }
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

    /// Takes in a statement that speaks of everything in `S`, and names the principal in this way.
    pub fn add(&mut self, effect: Effect, named: PrincipalMatch) {
        match effect {
            Effect::Allow => *self.allowed_mut(named) = S::everything(),
            Effect::Deny => self.denied = S::everything(),
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
    /// The SCPs of all levels, as [`Verdict::of_levels`] takes them together.
    pub service_control: Option<Verdict<S>>,
    /// The RCPs of all levels, as [`Verdict::of_levels`] takes them together.
    pub resource_control: Option<Verdict<S>>,
    /// The policy of the VPC endpoint that the request came through.
    pub vpc_endpoint: Option<Verdict<S>>,
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
    /// Whether the service leaves the answer to the policies.
    pub service: ServiceAuthorization,
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
        let own = if principal.is_root() {
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
        let explicitly_denied = if situation.service.policies_have_no_effect() {
            S::nothing()
        } else {
            self.denied()
        };
        let granted = match (situation.service, situation.principal, situation.same_account) {
            (ServiceAuthorization::Allowed(_), _, _) => {
                return Access {
                    allowed: S::everything().without(&explicitly_denied),
                    explicitly_denied,
                };
            }
            (ServiceAuthorization::Refused(_), _, _) => S::nothing(),
            (ServiceAuthorization::ByPolicies, PrincipalKind::Outside, _) => self.granted_by_resource(),
            (ServiceAuthorization::ByPolicies, _, true) => self.granted_in_account(situation),
            (ServiceAuthorization::ByPolicies, _, false) => self.granted_across_accounts(situation),
        };
        let bounded = granted
            .and(&allowed_or_absent(self.service_control.as_ref()))
            .and(&allowed_or_absent(self.resource_control.as_ref()))
            .and(&allowed_or_absent(self.vpc_endpoint.as_ref()));
        Access {
            allowed: bounded.without(&explicitly_denied),
            explicitly_denied,
        }
    }

    /// An explicit deny in any policy of any type is final.
    fn denied(&self) -> S {
        let bounds = [
            &self.permissions_boundary,
            &self.session,
            &self.service_control,
            &self.resource_control,
            &self.vpc_endpoint,
        ];
        let own = self.identity.denied.clone();
        let denied = (bounds.into_iter().flatten()).fold(own, |denied, verdict| denied.or(&verdict.denied));
        match &self.resource {
            Some(resource) => denied.or(&resource.denied),
            None => denied,
        }
    }

    fn granted_by_resource(&self) -> S {
        self.resource.as_ref().map_or_else(S::nothing, ResourceVerdict::allowed)
    }

    /// AWS: "How AWS enforcement code logic evaluates requests", same account. A grant to the principal itself or to everyone gets
    /// around identity-based policies, boundary and session policies; a grant to the session's role, or to the user behind a
    /// federated-user session, gets around identity-based policies only; a grant to the account is none, but where the service asks
    /// for it, it is what lets identity-based policies speak.
    fn granted_in_account(&self, situation: Situation) -> S {
        let silent = ResourceVerdict::silent();
        let resource = self.resource.as_ref().unwrap_or(&silent);
        let within =
            allowed_or_absent(self.permissions_boundary.as_ref()).and(&allowed_or_absent(self.session.as_ref()));
        let mut to_itself = resource.direct.or(&resource.wildcard);
        // No grant gets around the task policy of a root session.
        if situation.principal == PrincipalKind::AssumedRoot {
            let bounded = self.session.as_ref().map_or_else(S::nothing, |_| within.clone());
            to_itself = to_itself.and(&bounded);
        }
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
        // AWS: `AssumeRoot`: the session can do what its task policy allows, and has one always.
        if situation.principal.needs_session_policy() && self.session.is_none() {
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

fn allowed_or_absent<S: AccessSet>(verdict: Option<&Verdict<S>>) -> S {
    verdict.map_or_else(S::everything, |verdict| verdict.allowed.clone())
}

#[cfg(test)]
mod tests;
