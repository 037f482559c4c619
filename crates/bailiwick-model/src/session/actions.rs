//! What a call needs beside the permission for itself.

use bailiwick_policy::{ContextValueRef, RequestContext};

use crate::context::tag_key;

/// The actions that must be allowed, on the same resource and with the same context, beside a call that makes a session.
///
/// - `sts:TagSession` where tags are passed, or transitive tags are inherited from the calling session;
/// - `sts:SetSourceIdentity` where a source identity is passed, or inherited (`aws:SourceIdentity` of the caller);
/// - `sts:SetContext` where a trusted context is provided.
///
/// AWS: IAM User Guide, "Pass session tags in AWS STS", permissions; "Monitor and control actions taken with assumed roles",
/// permissions; STS API Reference, `AssumeRole`, `ProvidedContexts`.
pub fn further_session_actions(action: &str, context: &RequestContext) -> Vec<&'static str> {
    let is = |known: &str| action.eq_ignore_ascii_case(known);
    let assumes = is("sts:AssumeRole") || is("sts:AssumeRoleWithSAML") || is("sts:AssumeRoleWithWebIdentity");
    if !assumes && !is("sts:GetFederationToken") {
        return Vec::new();
    }
    let given = |wanted: &dyn Fn(&str) -> bool| {
        let mut keys = context.iter().filter(|(key, _)| wanted(key));
        keys.any(|(_, value)| ContextValueRef::values(value).next().is_some())
    };
    let named = |key: &str, names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(key));
    let mut actions = Vec::new();
    if given(&|key| tag_key(key, "aws:RequestTag/").is_some() || named(key, &["aws:TagKeys", "sts:TransitiveTagKeys"]))
    {
        actions.push("sts:TagSession");
    }
    if assumes && given(&|key| named(key, &["sts:SourceIdentity", "aws:SourceIdentity"])) {
        actions.push("sts:SetSourceIdentity");
    }
    let is_context =
        |key: &str| tag_key(key, "sts:RequestContext/").is_some() || named(key, &["sts:RequestContextProviders"]);
    if is("sts:AssumeRole") && given(&is_context) {
        actions.push("sts:SetContext");
    }
    actions
}
