//! What type of policy a document is, where nobody says it.

#[cfg(test)]
mod tests;

use bailiwick_grammar::ast::{Effect, Element, PrincipalBlock, Statement};
use bailiwick_grammar::{Arn, ParseOptions, Spanned, parse_policy};
use bailiwick_model::supports_resource_control_policies;
use bailiwick_validate::{ValidatePolicyResourceType, ValidatePolicyType};

use super::report::ValidatedAs;

/// The type of policy that a document most likely is, and why. The path of its file is a hint where the document leaves a choice.
///
/// Where two types are as likely, the choice falls on the one whose checks find more. An SCP has the shape of an identity policy, and an
/// RCP that of a resource policy: only the path can tell the former, and only the extent of what is denied the latter.
pub fn infer_policy_type(text: &str, path: &str) -> ValidatedAs {
    let parsed = parse_policy(text, &ParseOptions::default());
    let statements = parsed.document.and_then(|document| document.node.statements);
    let statements: Vec<Spanned<Statement>> = statements.map(|found| found.node.items).unwrap_or_default();
    let facts: Vec<Facts<'_>> = statements.iter().map(|statement| Facts::of(&statement.node)).collect();
    let (policy_type, because) = infer(&facts, Hint::of(path));
    ValidatedAs {
        policy_type,
        because: Some(because),
    }
}

fn infer(statements: &[Facts<'_>], hint: Option<Hint>) -> (ValidatePolicyType, String) {
    let with_principal = statements.iter().filter(|facts| facts.principal.is_some()).count();
    if hint == Some(Hint::Scp) && with_principal * 2 <= statements.len() {
        let because = "its path says so, and it has the elements of one";
        return (ValidatePolicyType::ServiceControlPolicy, because.to_owned());
    }
    if hint == Some(Hint::Rcp)
        && statements
            .iter()
            .all(|facts| facts.principal.is_some_and(Who::is_everyone))
    {
        let because = "its path says so, and it is for every principal";
        return (ValidatePolicyType::ResourceControlPolicy, because.to_owned());
    }
    if statements.is_empty() {
        return (
            ValidatePolicyType::IdentityPolicy,
            "it has no statement that could tell".to_owned(),
        );
    }
    let assumes = statements.iter().all(Facts::assumes_roles);
    let no_resource = statements.iter().all(|facts| !facts.has_resource);
    if with_principal == 0 && hint == Some(Hint::Trust) && assumes && no_resource {
        let because = "its path says so, and every action assumes a role";
        return (ValidatePolicyType::TRUST_POLICY, because.to_owned());
    }
    if with_principal * 2 < statements.len() || with_principal == 0 {
        let who = if with_principal == 0 {
            "no statement names a principal"
        } else {
            "most statements name no principal"
        };
        return (
            ValidatePolicyType::IdentityPolicy,
            format!("{who} (for a service control policy: --type scp)"),
        );
    }
    let is_rcp = statements.iter().all(Facts::has_form_of_rcp);
    if assumes && !is_rcp {
        let because = "it names principals, and every action assumes a role";
        return (ValidatePolicyType::TRUST_POLICY, because.to_owned());
    }
    if is_rcp {
        let because = "every statement denies to every principal whatever the resource";
        return (ValidatePolicyType::ResourceControlPolicy, because.to_owned());
    }
    let (resource_type, of) = match resource_type(statements) {
        Some((resource_type, of)) => (Some(resource_type), format!(", and every resource is {of}")),
        None => (None, String::new()),
    };
    let who = if with_principal == statements.len() {
        "its statements name principals"
    } else {
        "most statements name principals"
    };
    (ValidatePolicyType::ResourcePolicy(resource_type), format!("{who}{of}"))
}

/// What the path of a file says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Hint {
    Scp,
    Rcp,
    Trust,
}

impl Hint {
    /// By the words of the path, the last one first: a file's name says more than its folder's.
    fn of(path: &str) -> Option<Self> {
        let path = path.to_ascii_lowercase().replace(['-', '_'], " ");
        let path = (path.replace("service control polic", "servicecontrolpolic"))
            .replace("resource control polic", "resourcecontrolpolic");
        let mut words = path.rsplit(|c: char| !c.is_ascii_alphanumeric());
        words.find_map(|word| match word {
            "scp" | "scps" | "servicecontrolpolicy" | "servicecontrolpolicies" => Some(Self::Scp),
            "rcp" | "rcps" | "resourcecontrolpolicy" | "resourcecontrolpolicies" => Some(Self::Rcp),
            "trust" | "assume" => Some(Self::Trust),
            _ => None,
        })
    }
}

/// Whom a statement names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Who {
    /// `"*"`
    Everyone,
    /// `{"AWS": "*"}` and the like, among others perhaps.
    EveryoneByType,
    Some,
}

impl Who {
    fn of(element: &Element<PrincipalBlock>) -> Self {
        match &element.value.node {
            _ if element.negated => Self::Some,
            PrincipalBlock::Everyone => Self::Everyone,
            PrincipalBlock::Map { entries, .. } => {
                let mut values = entries.iter().flat_map(|entry| &entry.values.node.items);
                if values.any(|value| value.node.text.as_str() == "*") {
                    Self::EveryoneByType
                } else {
                    Self::Some
                }
            }
        }
    }

    fn is_everyone(self) -> bool {
        self != Self::Some
    }
}

/// What is to be known of a statement. An element that could not be understood is there all the same.
struct Facts<'s> {
    denies: bool,
    principal: Option<Who>,
    /// Nothing for `NotAction`.
    actions: Vec<&'s str>,
    has_resource: bool,
    /// Nothing for `NotResource`.
    resources: Vec<&'s str>,
    not_resource: bool,
}

impl<'s> Facts<'s> {
    fn of(statement: &'s Statement) -> Self {
        let has_other = |names: [&str; 2]| {
            let mut keys = statement.extra.iter().map(|member| member.key.as_str());
            keys.any(|key| names.contains(&key))
        };
        let principal = statement.principal.as_ref().map(Who::of);
        let action = statement.action.as_ref().filter(|element| !element.negated);
        let resource = statement.resource.as_ref();
        Self {
            denies: (statement.effect.as_ref()).is_some_and(|effect| effect.node == Effect::Deny),
            principal: principal.or_else(|| has_other(["Principal", "NotPrincipal"]).then_some(Who::Some)),
            actions: action.map_or_else(Vec::new, |element| {
                let items = &element.value.node.items;
                items.iter().map(|action| action.node.as_str()).collect()
            }),
            has_resource: resource.is_some() || has_other(["Resource", "NotResource"]),
            resources: resource.map_or_else(Vec::new, |element| {
                let items = &element.value.node.items;
                items.iter().map(|resource| resource.node.as_str()).collect()
            }),
            not_resource: resource.is_some_and(|element| element.negated),
        }
    }

    /// Whether it denies as only RCPs do: to `"*"`, whatever the resource, and of services that have RCPs. The policies of some resources
    /// have no other resource than `*` either, and seldom nothing but denies.
    fn has_form_of_rcp(&self) -> bool {
        let has_rcps = |action: &&str| *action == "*" || supports_resource_control_policies(action);
        self.denies
            && self.principal == Some(Who::Everyone)
            && (self.not_resource || self.resources.contains(&"*"))
            && self.actions.iter().all(has_rcps)
    }

    /// Whether every action is one that a role trust policy has, and one of them assumes the role.
    fn assumes_roles(&self) -> bool {
        let sts = |action: &str| action.to_ascii_lowercase().strip_prefix("sts:").map(str::to_owned);
        let names: Option<Vec<String>> = self.actions.iter().map(|action| sts(action)).collect();
        names.is_some_and(|names| {
            let known = |name: &String| {
                ["assumerole", "tagsession", "setsourceidentity", "setcontext"]
                    .iter()
                    .any(|known| name.starts_with(known))
            };
            names.iter().all(known) && !names.is_empty()
        })
    }
}

/// The one type that all resources have, in words too.
fn resource_type(statements: &[Facts<'_>]) -> Option<(ValidatePolicyResourceType, &'static str)> {
    let mut types = statements
        .iter()
        .flat_map(|facts| &facts.resources)
        .map(|resource| type_of(resource));
    let first = types.next()??;
    let every_statement = statements.iter().all(|facts| !facts.resources.is_empty());
    let is_of_one = first.0 != ValidatePolicyResourceType::S3Bucket || is_of_one_bucket(statements);
    (every_statement && is_of_one && types.all(|other| other == Some(first))).then_some(first)
}

/// Whether all ARNs are of one bucket, which is named: the policy of a bucket is about that one only.
fn is_of_one_bucket(statements: &[Facts<'_>]) -> bool {
    fn bucket_of(resource: &str) -> Option<&str> {
        let path = Arn::parse(resource).ok()?.resource;
        let name = path.split_once('/').map_or(path, |(name, _)| name);
        (!name.contains(['*', '?', '$'])).then_some(name)
    }
    let mut buckets = statements
        .iter()
        .flat_map(|facts| &facts.resources)
        .map(|resource| bucket_of(resource));
    let first = buckets.next().flatten();
    first.is_some() && buckets.all(|other| other == first)
}

fn type_of(resource: &str) -> Option<(ValidatePolicyResourceType, &'static str)> {
    let arn = Arn::parse(resource).ok()?;
    let in_place = (!arn.region.is_empty(), !arn.account.is_empty());
    match (arn.service, in_place) {
        ("s3", (false, false)) if arn.resource != "*" => {
            Some((ValidatePolicyResourceType::S3Bucket, "a bucket or in one"))
        }
        ("s3", (true, true)) if arn.resource.starts_with("accesspoint/") => Some((
            ValidatePolicyResourceType::S3AccessPoint,
            "an access point or behind one",
        )),
        ("s3", (false, true)) if arn.resource.starts_with("accesspoint/") => Some((
            ValidatePolicyResourceType::S3MultiRegionAccessPoint,
            "a Multi-Region Access Point or behind one",
        )),
        ("s3-object-lambda", (true, true)) if arn.resource.starts_with("accesspoint/") => Some((
            ValidatePolicyResourceType::S3ObjectLambdaAccessPoint,
            "an Object Lambda Access Point or behind one",
        )),
        ("dynamodb", (true, true)) if arn.resource.starts_with("table/") && !arn.resource.contains("/stream/") => {
            Some((ValidatePolicyResourceType::DynamoDbTable, "a table or part of one"))
        }
        _ => None,
    }
}
