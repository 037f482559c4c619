//! What IAM asks of a `Resource` when it stores a policy.
//!
//! The order of the checks is that of IAM's own messages.

use crate::arn::PARTITIONS;
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::json::Text;
use crate::policy_type::PolicyType;
use crate::span::Spanned;
use crate::variable::first_colon;

/// How the resource of an ARN of IAM may begin.
const IAM_RESOURCES: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

pub(super) fn check(resource: &Spanned<Text>, policy_type: PolicyType) -> Option<Diagnostic> {
    let text = resource.as_str();
    let error = |code, at: &str, message: String| Some(Diagnostic::error(code, resource.place_of(at), message));
    if text == "*" {
        return None;
    }
    let no_arn = || format!("resource `{text}` is neither `*` nor an ARN");
    let Some((prefix, arn)) = text.split_once(':') else {
        return error(DiagnosticCode::InvalidArnPrefix, text, no_arn()).map(|diagnostic| diagnostic.help(begin(text)));
    };
    match policy_type {
        PolicyType::IdentityBasedPolicy
        | PolicyType::PermissionsBoundary
        | PolicyType::SessionPolicy
        | PolicyType::ServiceControlPolicy
        | PolicyType::ResourceControlPolicy => {}
        // The owning service reads these, some with forms of their own, such as `execute-api:/stage/GET/*`.
        PolicyType::ResourceBasedPolicy | PolicyType::VpcEndpointPolicy if prefix != "arn" => {
            let message = format!("resource `{text}` is not an ARN and matches nothing here");
            return Some(Diagnostic::warning(
                DiagnosticCode::UnmatchedResource,
                resource.span,
                message,
            ));
        }
        PolicyType::ResourceBasedPolicy | PolicyType::VpcEndpointPolicy | PolicyType::TrustPolicy => return None,
    }
    if prefix != "arn" {
        return error(DiagnosticCode::InvalidArnPrefix, text, no_arn()).map(|diagnostic| diagnostic.help(begin(text)));
    }
    let mut rest = Some(arn);
    // The last segment keeps its colons.
    let mut left = 5;
    let mut segments = std::iter::from_fn(|| {
        let text = rest?;
        left -= 1;
        let colon = if left == 0 { None } else { first_colon(text) };
        rest = colon.map(|colon| &text[colon + 1..]);
        Some(&text[..colon.unwrap_or(text.len())])
    });
    let partition = segments.next().unwrap_or_default();
    if !PARTITIONS.contains(&partition) && !partition.contains(['*', '?']) {
        let message = format!("partition `{partition}` of resource `{text}` does not exist");
        let help = format!("the partitions are {}", PARTITIONS.join(", "));
        return error(DiagnosticCode::InvalidPartition, partition, message).map(|diagnostic| diagnostic.help(help));
    }
    let no_service = || format!("resource `{text}` names no service");
    let Some(service) = segments.next() else {
        return error(DiagnosticCode::MissingArnField, text, no_service())
            .map(|diagnostic| diagnostic.help("write `*` for every resource"));
    };
    let (region, account, name) = (segments.next(), segments.next(), segments.next());
    if service.is_empty() {
        return error(DiagnosticCode::MissingArnField, text, no_service()).map(|diagnostic| diagnostic.help(SEGMENTS));
    }
    let Some(name) = name else {
        // A colon too few is a slip, not a shortened ARN.
        let slip = text.contains("::");
        return if slip {
            error(DiagnosticCode::MissingArnField, text, too_short(text)).map(|wrong| wrong.help(SEGMENTS))
        } else {
            check_short(resource, policy_type)
        };
    };
    let region = region.unwrap_or_default();
    let has_region = !region.is_empty() && region != "*";
    match service {
        "iam" if has_region => error(
            DiagnosticCode::RegionNotAllowed,
            region,
            format!("resource `{text}` has a region, which IAM's ARNs do not have"),
        )
        .map(|diagnostic| diagnostic.help(NO_REGION)),
        // Access points, jobs and the like have a region, and an account with it.
        "s3" if has_region && account == Some("") => error(
            DiagnosticCode::RegionNotAllowed,
            region,
            format!("resource `{text}` has a region, which the ARNs of buckets and objects do not have"),
        )
        .map(|diagnostic| diagnostic.help(NO_REGION)),
        "iam" => check_iam_path(resource, name),
        _ => None,
    }
}

const SEGMENTS: &str = "an ARN is `arn:partition:service:region:account:resource`";

/// What to do about a resource that does not begin as an ARN does.
fn begin(text: &str) -> &'static str {
    if !text.is_empty() && text.chars().all(|c| matches!(c, '*' | '?' | ':')) {
        "write `*`"
    } else {
        "begin it with `arn:`, as `arn:aws:s3:::bucket`"
    }
}

const NO_REGION: &str = "leave the region empty";

fn too_short(text: &str) -> String {
    format!("resource `{text}` has fewer than six segments")
}

/// AWS: "Grammar of the IAM JSON policy language": short ARNs are completed in identity-based policies, refused by AWS STS in session
/// policies and taken by Organizations only with a `*` at the end.
fn check_short(resource: &Spanned<Text>, policy_type: PolicyType) -> Option<Diagnostic> {
    let text = resource.as_str();
    let allowed = match policy_type {
        PolicyType::ServiceControlPolicy => text.ends_with('*'),
        PolicyType::SessionPolicy | PolicyType::ResourceControlPolicy => false,
        PolicyType::IdentityBasedPolicy
        | PolicyType::PermissionsBoundary
        | PolicyType::ResourceBasedPolicy
        | PolicyType::VpcEndpointPolicy
        | PolicyType::TrustPolicy => true,
    };
    let message = format!(
        "{} takes no shortened ARNs: `{text}` has fewer than six segments",
        policy_type.with_article()
    );
    (!allowed).then(|| Diagnostic::error(DiagnosticCode::MissingArnField, resource.span, message).help(SEGMENTS))
}

fn check_iam_path(resource: &Spanned<Text>, name: &str) -> Option<Diagnostic> {
    let wildcard = name.starts_with(['*', '?', '$']);
    let known = IAM_RESOURCES
        .iter()
        .any(|kind| name.starts_with(kind) || patterns_meet(name, kind));
    let fine = wildcard
        || known
        || [
            "root",
            "delegation-request/",
            "contextProvider/",
            "role-template/",
            "delegation-template/",
        ]
        .iter()
        .any(|kind| name.starts_with(kind));
    (!fine).then(|| {
        let message = format!("IAM has no resource `{name}`");
        let help = format!("it begins with {}", IAM_RESOURCES.join(", "));
        Diagnostic::error(DiagnosticCode::InvalidArnResource, resource.place_of(name), message).help(help)
    })
}

/// Whether a name such as `role*` or `u*/x` may stand for names that begin with `kind`.
fn patterns_meet(name: &str, kind: &str) -> bool {
    name.find(['*', '?']).is_some_and(|at| kind.starts_with(&name[..at]))
}
