//! `cedar-policy`: one `PolicySet` for each principal, with its policies alone; requests built beforehand; `is_authorized` is measured.
//!
//! A statement becomes a policy: `Allow` a `permit`, `Deny` a `forbid`, its elements the `when`. The request's action (in lower case)
//! and resource stand in the context as texts, for Cedar has wildcards in texts only.
//!
//! What Cedar cannot say, and so does not match here: `?`; a variable within a longer text, unless its value is the principal's own
//! (then it is replaced when the principal's set is built); a wildcard in a value for a multivalued key.

mod condition;
mod pattern;
mod translate;

use std::collections::{BTreeMap, HashMap};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, Policy, PolicyId, PolicySet, Request, RestrictedExpression,
};

use self::condition::Keys;
use self::pattern::Owner;
use crate::document::{Document, Statement};
use crate::engine::{Engine, Mode};
use crate::workload::{self, Value, Workload};

/// Cedar, with a workload prepared.
pub(crate) struct CedarEngine {
    authorizer: Authorizer,
    entities: Entities,
    /// By principal; only those that ask.
    policies: Vec<Option<PolicySet>>,
    requests: Vec<(usize, Request)>,
    /// What could not be translated.
    left_out: usize,
}

impl CedarEngine {
    /// Prepares the policies and the first requests of a workload.
    ///
    /// # Errors
    ///
    /// What Cedar does not take.
    pub(crate) fn new(workload: &Workload, requests: usize) -> Result<Self, String> {
        let keys = Keys::of(workload)?;
        let mut library = Library::new(workload)?;
        let mut policies: Vec<Option<PolicySet>> = workload.principals.iter().map(|_| None).collect();
        for principal in workload.principals_of(requests) {
            policies[principal] = Some(library.policy_set(workload, principal, &keys)?);
        }
        let requests = workload.requests[..requests].iter();
        let requests = requests.map(|asked| Ok((asked.principal, request(asked, &keys)?)));
        Ok(Self {
            authorizer: Authorizer::new(),
            entities: Entities::empty(),
            policies,
            requests: requests.collect::<Result<_, String>>()?,
            left_out: library.left_out.values().sum(),
        })
    }

    /// How many patterns and conditions Cedar has no expression for.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out
    }

    fn authorize(&self, request: usize) -> cedar_policy::Response {
        let (principal, request) = &self.requests[request];
        let policies = self.policies[*principal]
            .as_ref()
            .expect("invariant: a set is built for each principal that asks");
        self.authorizer.is_authorized(request, policies, &self.entities)
    }
}

impl Engine for CedarEngine {
    fn name(&self) -> &'static str {
        "cedar-policy"
    }

    fn requests(&self) -> usize {
        self.requests.len()
    }

    fn decide(&self, _: Mode, _: &Workload, request: usize) -> bool {
        self.authorize(request).decision() == Decision::Allow
    }

    fn answer(&self, _: &Workload, request: usize) -> String {
        let response = self.authorize(request);
        let errors: Vec<String> = response.diagnostics().errors().map(ToString::to_string).collect();
        format!("{:?} {}", response.decision(), errors.join("; "))
    }
}

/// The translations of all statements; those that say the same for every principal are made once and shared.
struct Library {
    documents: Vec<Document>,
    /// By policy and statement.
    shared: HashMap<(usize, usize), Policy>,
    /// What could not be translated of a statement.
    left_out: BTreeMap<(usize, usize), usize>,
}

impl Library {
    fn new(workload: &Workload) -> Result<Self, String> {
        let documents = workload.policies.iter();
        let documents = documents.map(|policy| Document::parse(&policy.name, policy.text()));
        Ok(Self {
            documents: documents.collect::<Result<_, _>>()?,
            shared: HashMap::new(),
            left_out: BTreeMap::new(),
        })
    }

    fn policy_set(&mut self, workload: &Workload, principal: usize, keys: &Keys) -> Result<PolicySet, String> {
        let principal = &workload.principals[principal];
        let mut set = PolicySet::new();
        for document in &principal.policies {
            for (index, statement) in self.documents[*document].statements.items().iter().enumerate() {
                let place = (*document, index);
                let policy = match self.shared.get(&place) {
                    Some(policy) => policy.clone(),
                    None => {
                        let mut owner = Owner::new(principal);
                        let (policy, left_out) = translate(place, statement, keys, &mut owner)?;
                        self.left_out.insert(place, left_out);
                        if !owner.used {
                            self.shared.insert(place, policy.clone());
                        }
                        policy
                    }
                };
                set.add(policy).map_err(|error| format!("cedar-policy: {error}"))?;
            }
        }
        Ok(set)
    }
}

fn translate(
    (document, index): (usize, usize),
    statement: &Statement,
    keys: &Keys,
    owner: &mut Owner<'_>,
) -> Result<(Policy, usize), String> {
    let translated = translate::statement(statement, keys, owner);
    let id = PolicyId::new(format!("{document}.{index}"));
    let policy = Policy::parse(Some(id), &translated.expression)
        .map_err(|error| format!("cedar-policy: {}: {error}", translated.expression))?;
    Ok((policy, translated.left_out))
}

fn request(request: &workload::Request, keys: &Keys) -> Result<Request, String> {
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let mut pairs = vec![
        ("action".to_owned(), text(&request.action.to_lowercase())),
        ("resource".to_owned(), text(&request.resource)),
    ];
    pairs.extend(arn(&request.resource)?.map(|arn| ("arn".to_owned(), arn)));
    for (key, value) in &request.context {
        let key = key.to_lowercase();
        match value {
            Value::Multivalued(values) => {
                let values = values.iter().map(|value| text(value));
                pairs.push((key, RestrictedExpression::new_set(values)));
            }
            Value::Single(value) => {
                if keys.booleans.contains(&key)
                    && let Ok(boolean) = value.to_lowercase().parse()
                {
                    pairs.push((format!("bool:{key}"), RestrictedExpression::new_bool(boolean)));
                }
                if keys.addresses.contains(&key) && value.parse::<std::net::IpAddr>().is_ok() {
                    pairs.push((format!("ip:{key}"), RestrictedExpression::new_ip(value)));
                }
                if keys.caseless.contains(&key) {
                    pairs.push((format!("lower:{key}"), text(&value.to_lowercase())));
                }
                if keys.arns.contains(&key) {
                    pairs.extend(arn(value)?.map(|arn| (format!("arn:{key}"), arn)));
                }
                pairs.push((key, text(value)));
            }
        }
    }
    let context = Context::from_pairs(pairs).map_err(|error| format!("cedar-policy: {error}"))?;
    let uid = |text: &str| -> Result<EntityUid, String> {
        text.parse().map_err(|error| format!("cedar-policy: {text}: {error}"))
    };
    let (principal, action, resource) = (
        uid(r#"User::"caller""#)?,
        uid(r#"Action::"call""#)?,
        uid(r#"Resource::"it""#)?,
    );
    Request::new(principal, action, resource, context, None).map_err(|error| format!("cedar-policy: {error}"))
}

/// The segments of an ARN; nothing where the text is none.
fn arn(text: &str) -> Result<Option<RestrictedExpression>, String> {
    let segments: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = *segments else {
        return Ok(None);
    };
    let fields = [
        ("partition", partition),
        ("service", service),
        ("region", region),
        ("account", account),
        ("resource", resource),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), RestrictedExpression::new_string(value.to_owned())));
    RestrictedExpression::new_record(fields)
        .map(Some)
        .map_err(|error| format!("cedar-policy: {error}"))
}
