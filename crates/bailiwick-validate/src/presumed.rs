//! Names that the catalog does not know, and that exist nevertheless.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use bailiwick_catalog::Catalog;
use bailiwick_grammar::{ParseOptions, parse_policy};

/// What the AWS managed policies name and the catalog does not know, in lower case: actions that AWS has not published or no longer
/// publishes, as `service:name`, and services that it has closed.
///
/// AWS: AWS Managed Policy Reference.
static PRESUMED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut presumed = BTreeSet::new();
    for policy in Catalog::managed_policies() {
        let document = parse_policy(policy.document(), &ParseOptions::default()).document;
        let statements = document.and_then(|document| document.node.statements);
        for statement in statements.into_iter().flat_map(|statements| statements.node.items) {
            let patterns = statement.node.action.map(|element| element.value.node.items);
            for pattern in patterns.into_iter().flatten() {
                let Some((service, name)) = pattern.service_and_name() else {
                    continue;
                };
                if Catalog::service(service).is_none() {
                    presumed.insert(service.to_ascii_lowercase());
                } else if !name.contains(['*', '?']) && Catalog::action(pattern.as_str()).is_none() {
                    presumed.insert(pattern.as_str().to_ascii_lowercase());
                }
            }
        }
    }
    presumed
});

/// Whether an AWS managed policy names this service or this action, in any case.
pub(crate) fn is_presumed(name: &str) -> bool {
    PRESUMED.contains(&name.to_ascii_lowercase())
}

/// The prefixes of the services that the catalog does not know, in lower case.
pub(crate) fn presumed_services() -> impl Iterator<Item = &'static str> {
    PRESUMED.iter().map(String::as_str).filter(|name| !name.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_services_and_unpublished_actions_are_presumed() {
        assert!(is_presumed("DeepRacer") && presumed_services().any(|service| service == "deepracer"));
        assert!(is_presumed("payments:GetAccountBalance"));
        assert!(!is_presumed("s3") && !is_presumed("s3:GetObjects"));
    }
}
