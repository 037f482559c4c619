//! The combinations of policy types, each with the answer that the set formulas of AWS's pages give.
//!
//! AWS: IAM User Guide, "How AWS enforcement code logic evaluates requests" and "Cross-account policy evaluation logic", read as sets:
//! with identity-based policies I, boundary B, session policies S, and what the resource grants in each way R,
//!
//! - a user has `R_user ∪ R_* ∪ (I ∩ B)`,
//! - a role session has `R_session ∪ R_* ∪ (R_role ∩ B ∩ S) ∪ (I ∩ B ∩ S)`,
//! - a federated user has `R_federated ∪ R_* ∪ (R_user ∩ B ∩ S) ∪ (I ∩ B ∩ S)`, where S is empty if none was passed,
//! - across accounts everyone has `I ∩ B ∩ S ∩ R`, however R grants,
//!
//! all of it within SCPs and RCPs, and without what is denied anywhere. The formulas are written here without regard to how the
//! oracle or any other engine goes about it.

use super::file::Case;
use super::shape::{NamedPolicy, Scenario};
use crate::answer::Decision;

/// What one policy type says of the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Says {
    /// There is no such policy.
    Absent,
    Allow,
    /// There is one, about something else.
    Nothing,
    Deny,
}

/// Who asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Who {
    User,
    RoleSession,
    FederatedUser,
}

/// Whom the resource's policy names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Names {
    /// It has no policy.
    Nobody,
    /// The caller itself: user, session or federated-user session.
    Caller,
    /// The caller's role, or the user behind it.
    Behind,
    Account,
    Everyone,
}

const SAYS: [Says; 4] = [Says::Absent, Says::Allow, Says::Nothing, Says::Deny];
const SOURCE: &str =
    "IAM User Guide, 'How AWS enforcement code logic evaluates requests' and 'Cross-account policy evaluation logic'";

/// Every combination: who asks × whom the resource names × what each other policy type says × one account or two.
pub fn table() -> impl Iterator<Item = Case> {
    let who = [Who::User, Who::RoleSession, Who::FederatedUser].into_iter();
    who.flat_map(|who| {
        let names = [
            Names::Nobody,
            Names::Caller,
            Names::Behind,
            Names::Account,
            Names::Everyone,
        ];
        names
            .into_iter()
            .filter(move |&names| who != Who::User || names != Names::Behind)
            .map(move |names| (who, names))
    })
    .flat_map(|(who, names)| [false, true].into_iter().map(move |cross| (who, names, cross)))
    .flat_map(|(who, names, cross)| SAYS.map(|identity| (who, names, cross, identity)))
    .flat_map(|(who, names, cross, identity)| {
        let limits = SAYS
            .into_iter()
            .flat_map(|boundary| SAYS.map(|session| (boundary, session)));
        let limits = limits.flat_map(|(boundary, session)| SAYS.map(|scp| (boundary, session, scp)));
        let limits = limits.flat_map(|(boundary, session, scp)| SAYS.map(|rcp| [boundary, session, scp, rcp]));
        limits.map(move |limits| Row {
            who,
            names,
            cross,
            identity,
            limits,
        })
    })
    .filter(Row::is_said)
    .map(|row| row.case())
}

struct Row {
    who: Who,
    names: Names,
    cross: bool,
    identity: Says,
    /// Boundary, session policies, SCPs, RCPs.
    limits: [Says; 4],
}

impl Row {
    /// Whether AWS's pages say what becomes of this combination: a user has no session policies; and of the share that a federated
    /// user without session policies has in what is granted to its user, the two pages say different things.
    fn is_said(&self) -> bool {
        let [_, session, ..] = self.limits;
        match self.who {
            Who::User => session == Says::Absent,
            Who::RoleSession => true,
            Who::FederatedUser => session != Says::Absent || self.names != Names::Behind,
        }
    }

    fn expect(&self) -> Decision {
        let [boundary, session, scp, rcp] = self.limits;
        if self.identity == Says::Deny || self.limits.contains(&Says::Deny) {
            return Decision::ExplicitDeny;
        }
        // A limit that is absent is the set of everything.
        let within = |says: Says| says == Says::Absent || says == Says::Allow;
        let (b, s) = (within(boundary), within(session));
        let from_identity =
            self.identity == Says::Allow && b && s && (self.who != Who::FederatedUser || session != Says::Absent);
        let granted = if self.cross {
            from_identity && self.names != Names::Nobody
        } else {
            match self.names {
                Names::Caller | Names::Everyone => true,
                Names::Behind => (b && s) || from_identity,
                Names::Account | Names::Nobody => from_identity,
            }
        };
        if granted && within(scp) && within(rcp) {
            Decision::Allowed
        } else {
            Decision::ImplicitDeny
        }
    }

    fn case(&self) -> Case {
        let [boundary, session, scp, rcp] = self.limits;
        let owner = if self.cross { "222222222222" } else { "111111111111" };
        let principal = match self.who {
            Who::User => "arn:aws:iam::111111111111:user/alice",
            Who::RoleSession => "arn:aws:sts::111111111111:assumed-role/app/s1",
            Who::FederatedUser => "arn:aws:sts::111111111111:federated-user/fred",
        };
        let behind = match self.who {
            Who::RoleSession => "arn:aws:iam::111111111111:role/team/app",
            Who::User | Who::FederatedUser => "arn:aws:iam::111111111111:user/alice",
        };
        let named = match self.names {
            Names::Nobody => None,
            Names::Caller => Some(format!(r#"{{"AWS": "{principal}"}}"#)),
            Names::Behind => Some(format!(r#"{{"AWS": "{behind}"}}"#)),
            Names::Account => Some(r#"{"AWS": "111111111111"}"#.to_owned()),
            Names::Everyone => Some(r#""*""#.to_owned()),
        };
        let parent = self.who == Who::FederatedUser && self.names == Names::Behind;
        let scenario = Scenario {
            id: format!(
                "{:?} asks {}, the resource names {:?}, identity {:?}, boundary {boundary:?}, session {session:?}, SCP {scp:?}, RCP {rcp:?}",
                self.who,
                if self.cross {
                    "across accounts"
                } else {
                    "in one account"
                },
                self.names,
                self.identity,
            ),
            principal: principal.to_owned(),
            parent_user: parent.then(|| behind.to_owned()),
            action: "sqs:SendMessage".to_owned(),
            resource: format!("arn:aws:sqs:us-east-1:{owner}:jobs"),
            identity_policies: documents(self.identity, ""),
            permissions_boundaries: documents(boundary, ""),
            session_policies: documents(session, ""),
            resource_policy: named.map(|named| NamedPolicy::new("resource", statement("Allow", "sqs:*", &named))),
            service_control_policies: level(documents(scp, "")),
            resource_control_policies: match rcp {
                // A customer's RCP only denies: it is the level without a policy that allows nothing.
                Says::Nothing => vec![Vec::new()],
                Says::Absent | Says::Allow | Says::Deny => level(documents(rcp, r#""*""#)),
            },
            ..Scenario::default()
        };
        Case {
            scenario,
            expect: self.expect(),
            source: SOURCE.to_owned(),
        }
    }
}

fn level(documents: Vec<NamedPolicy>) -> Vec<Vec<NamedPolicy>> {
    if documents.is_empty() {
        Vec::new()
    } else {
        vec![documents]
    }
}

/// Policies that say so; a Deny comes with an Allow, which it overrides.
fn documents(says: Says, principal: &str) -> Vec<NamedPolicy> {
    let document = |effect, action| NamedPolicy::new(effect, statement(effect, action, principal));
    match says {
        Says::Absent => Vec::new(),
        Says::Allow => vec![document("Allow", "*")],
        // Nobody asks for this.
        Says::Nothing => vec![document("Allow", "ec2:*")],
        Says::Deny => vec![document("Allow", "*"), document("Deny", "sqs:*")],
    }
}

fn statement(effect: &str, action: &str, principal: &str) -> String {
    let principal = if principal.is_empty() {
        String::new()
    } else {
        format!(r#""Principal": {principal}, "#)
    };
    format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "{effect}", {principal}"Action": "{action}", "Resource": "*"}}}}"#
    )
}
