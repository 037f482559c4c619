//! Which resources a statement speaks of.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Resource" and "NotResource".

use bailiwick_grammar::ast::Version;
use bailiwick_grammar::{PolicyType, Span, Spanned};

use crate::arn_pattern::{ArnPattern, SegmentedArn};
use crate::context::{ConditionKey, RequestContext};
use crate::pattern::{Syntax, Variable};

/// `Resource` or `NotResource`.
#[derive(Clone, Debug)]
pub struct ResourceElement {
    /// Whether it is `NotResource`.
    pub negated: bool,
    /// The patterns.
    pub patterns: Vec<Spanned<ResourcePattern>>,
    /// Where the element stands.
    pub span: Span,
}

/// A pattern for resources.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum ResourcePattern {
    /// `*`: every resource, and the requests that concern none.
    Everything,
    /// The resources whose ARN matches.
    Arn(ArnPattern),
    /// A text that no resource matches: neither `*` nor an ARN of enough segments.
    Nothing,
}

/// What a request is about.
#[derive(Clone, Copy, Debug)]
pub enum RequestResource<'a> {
    /// A resource.
    Arn(SegmentedArn<'a>),
    /// No particular resource, as for `s3:ListAllMyBuckets`: only `*` matches.
    Any,
}

impl ResourcePattern {
    /// Reads an entry as a policy of this type reads it: where ARNs may be shortened, missing segments are `*`.
    pub fn lower(text: &str, policy_type: PolicyType, version: Version) -> Self {
        if text == "*" {
            return Self::Everything;
        }
        // A wildcard in `arn` itself is for condition operators only.
        if !text.starts_with("arn:") {
            return Self::Nothing;
        }
        let completed = match policy_type {
            PolicyType::IdentityBasedPolicy | PolicyType::PermissionsBoundary => true,
            PolicyType::SessionPolicy | PolicyType::TrustPolicy | PolicyType::ResourceControlPolicy => false,
            PolicyType::ServiceControlPolicy => text.ends_with('*'),
            PolicyType::ResourceBasedPolicy | PolicyType::VpcEndpointPolicy => text.contains(['*', '?']),
        };
        let syntax = Syntax::pattern(version);
        let pattern = if completed {
            ArnPattern::parse_short(text, syntax)
        } else {
            ArnPattern::parse(text, syntax)
        };
        pattern.map_or(Self::Nothing, Self::Arn)
    }

    /// Whether a resource matches.
    pub fn matches(&self, resource: RequestResource<'_>, context: &RequestContext) -> bool {
        match (self, resource) {
            (Self::Everything, _) => true,
            (Self::Arn(pattern), RequestResource::Arn(arn)) => pattern.matches(&arn, context),
            (Self::Arn(_), RequestResource::Any) | (Self::Nothing, _) => false,
        }
    }
}

impl ResourceElement {
    /// Whether the statement speaks of a resource. An empty list speaks of none, negated or not.
    pub fn matches(&self, resource: RequestResource<'_>, context: &RequestContext) -> bool {
        let any = self.patterns.iter().any(|pattern| pattern.matches(resource, context));
        !self.patterns.is_empty() && any != self.negated
    }

    /// Whether the element could match a resource if keys that the request does not have had the right values. A variable that stands
    /// twice is taken for two.
    pub fn could_match(&self, resource: RequestResource<'_>, context: &RequestContext) -> bool {
        let possible = if self.negated {
            self.narrowest(context)
        } else {
            self.widest(context)
        };
        self.matches(resource, context) || possible.matches(resource, context)
    }

    /// Whether the element could fail to match a resource if keys that the request does not have had such values. A variable that
    /// stands twice is taken for two.
    pub fn could_mismatch(&self, resource: RequestResource<'_>, context: &RequestContext) -> bool {
        let possible = if self.negated {
            self.widest(context)
        } else {
            self.narrowest(context)
        };
        !self.matches(resource, context) || !possible.matches(resource, context)
    }

    fn widest(&self, context: &RequestContext) -> Self {
        self.with_patterns(|pattern| pattern.widest(context))
    }

    fn narrowest(&self, context: &RequestContext) -> Self {
        self.with_patterns(|pattern| pattern.narrowest(context))
    }

    fn with_patterns(&self, replace: impl Fn(&ArnPattern) -> ArnPattern) -> Self {
        let mut replaced = self.clone();
        for pattern in &mut replaced.patterns {
            if let ResourcePattern::Arn(pattern) = &mut pattern.node {
                *pattern = replace(pattern);
            }
        }
        replaced
    }

    /// The keys of variables that the request does not have, those with a default included.
    pub fn missing_keys<'a>(&'a self, context: &'a RequestContext) -> impl Iterator<Item = &'a ConditionKey> {
        let open = self.variables().filter(|variable| variable.is_open(context));
        open.map(|variable| &variable.key)
    }

    /// The variables in the patterns.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.patterns
            .iter()
            .filter_map(|pattern| match &pattern.node {
                ResourcePattern::Arn(pattern) => Some(pattern.variables()),
                ResourcePattern::Everything | ResourcePattern::Nothing => None,
            })
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, policy_type: PolicyType, resource: &str, expected: bool) {
        let pattern = ResourcePattern::lower(pattern, policy_type, Version::V2012);
        let resource = SegmentedArn::parse(resource).map_or(RequestResource::Any, RequestResource::Arn);
        assert_eq!(pattern.matches(resource, &RequestContext::new()), expected);
    }

    #[test]
    fn a_request_without_resource_is_matched_by_everything_only() {
        check("*", PolicyType::IdentityBasedPolicy, "*", true);
        check("arn:aws:s3:::*", PolicyType::IdentityBasedPolicy, "*", false);
    }

    #[test]
    fn shortened_arns_are_completed_by_policy_type() {
        let queue = "arn:aws:sqs:us-east-1:111122223333:q";
        check("arn:aws:sqs", PolicyType::IdentityBasedPolicy, queue, true);
        check("arn:aws:sqs", PolicyType::ResourceBasedPolicy, queue, false);
        check("arn:aws:sqs:*", PolicyType::ResourceBasedPolicy, queue, true);
        check("arn:aws:sq*", PolicyType::ServiceControlPolicy, queue, true);
        check("arn:aws:sqs:*", PolicyType::SessionPolicy, queue, false);
        check("?rn:aws:sqs:*:*:*", PolicyType::ResourceBasedPolicy, queue, false);
    }
}
