//! `Resource` and `NotResource`.

use bailiwick_grammar::PolicyType;

use super::arn::{pattern_segments, segments, segmentwise};
use super::glob::{Piece, has_wildcard, written};
use super::variable::{Scope, substitute};

/// G §5.2: whether one entry of `Resource` covers the request's resource.
pub(super) fn entry_matches(entry: &str, policy_type: PolicyType, scope: Scope<'_>) -> bool {
    if entry == "*" {
        return true;
    }
    // E §14: a request on `*` is covered by `*` alone.
    let Some(arn) = segments(&scope.request.resource) else {
        return false;
    };
    let Some(pattern) = substitute(entry, scope) else {
        return false;
    };
    let Some(pattern) = completed(&pattern, policy_type) else {
        return false;
    };
    pattern[0] == written("arn") && segmentwise(&pattern, arn)
}

/// G §5.2, "Short ARNs": the six segments of a pattern that may have been written with fewer.
fn completed(pattern: &[Piece], policy_type: PolicyType) -> Option<Vec<Vec<Piece>>> {
    let mut segments = pattern_segments(pattern);
    if segments.len() < 6 {
        let allowed = match policy_type {
            PolicyType::IdentityBasedPolicy | PolicyType::PermissionsBoundary | PolicyType::SessionPolicy => true,
            PolicyType::ServiceControlPolicy => pattern.last() == Some(&Piece::Written('*')),
            PolicyType::ResourceBasedPolicy | PolicyType::TrustPolicy | PolicyType::VpcEndpointPolicy => {
                has_wildcard(pattern)
            }
            PolicyType::ResourceControlPolicy => false,
        };
        if !allowed {
            return None;
        }
        segments.resize(6, written("*"));
    }
    Some(segments)
}
