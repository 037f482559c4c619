//! A policy as AWS's commands print a single one: a member of an object, or a string in it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bailiwick_model::decode_document;
use bailiwick_validate::ValidatePolicyType;
use serde_json::value::RawValue;

use super::document_kind::DocumentKind;
use super::file_text::FileText;
use super::infer::infer_policy_type;
use super::report::{IncompleteReport, PolicyPlace, PolicyReport, ValidatedAs, is_json, validate_document};

/// Where the policy is in what these print: `aws iam get-role-policy`, `get-policy-version`, `get-role`; `aws s3api get-bucket-policy` and
/// `aws kms get-key-policy`; `aws secretsmanager get-resource-policy`; `aws organizations describe-policy`.
const WAYS: [&[&str]; 8] = [
    &["PolicyDocument"],
    &["Document"],
    &["AssumeRolePolicyDocument"],
    &["PolicyVersion", "Document"],
    &["Role", "AssumeRolePolicyDocument"],
    &["Policy"],
    &["ResourcePolicy"],
    &["Policy", "Content"],
];

/// Whether a policy may be found in the object by way of a member of that name.
pub(super) fn leads_to_policy(name: &str) -> bool {
    WAYS.iter().any(|way| way.first() == Some(&name))
}

/// What is said of a policy by what it is found in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WrappedAs {
    /// It is of this type, for this reason.
    Type(ValidatePolicyType, &'static str),
    /// It is the policy of some resource, for this reason.
    Resource(&'static str),
    /// Nothing.
    Unsaid,
}

impl WrappedAs {
    /// What the document is to be validated as. What is not said by what it is found in is inferred.
    pub fn validated_as(self, document: &str, path: &str) -> ValidatedAs {
        let (policy_type, because) = match self {
            Self::Type(policy_type, because) => (policy_type, because),
            Self::Resource(because) => {
                let inferred = infer_policy_type(document, path).policy_type;
                let of = inferred
                    .resource_type()
                    .filter(|_| inferred != ValidatePolicyType::TRUST_POLICY);
                (ValidatePolicyType::ResourcePolicy(of), because)
            }
            Self::Unsaid => return infer_policy_type(document, path),
        };
        ValidatedAs {
            policy_type,
            because: Some(because.to_owned()),
        }
    }
}

/// A policy within a text.
struct Wrapped<'t> {
    document: Cow<'t, str>,
    /// Where its JSON value starts, in bytes.
    start: usize,
    encoded: bool,
    name: Option<String>,
    wrapped_as: WrappedAs,
}

impl PolicyReport {
    /// What was found in the policy that a file holds as AWS's commands print one: `validated_as` says as what its text is validated.
    /// Nothing where there is none.
    ///
    /// # Errors
    ///
    /// Where the policy exceeds a limit.
    pub fn of_wrapped(
        file: &str,
        text: &str,
        validated_as: impl FnOnce(&str, WrappedAs) -> ValidatedAs,
    ) -> Option<Result<Self, IncompleteReport>> {
        let wrapped = find(text)?;
        let validated_as = validated_as(&wrapped.document, wrapped.wrapped_as);
        let lines = FileText::new(text);
        let byte = u32::try_from(wrapped.start).unwrap_or(u32::MAX);
        let start = lines.start_at(byte);
        let mut findings = match validate_document(&wrapped.document, validated_as.policy_type) {
            Ok(findings) => findings,
            Err(error) => {
                let within = if wrapped.encoded { 0 } else { error.span().start };
                let place = lines.start_at(byte.saturating_add(within)).position;
                return Some(Err(IncompleteReport::of_policy(file, Some(place), &error)));
            }
        };
        if !wrapped.encoded {
            for location in findings.iter_mut().flat_map(|finding| &mut finding.locations) {
                start.shift(location);
            }
        }
        Some(Ok(Self {
            place: PolicyPlace {
                policy: wrapped.name,
                start: Some(start.position),
                encoded: wrapped.encoded,
                ..PolicyPlace::of_file(file)
            },
            validated_as,
            also_in: Vec::new(),
            is_json: is_json(&wrapped.document),
            findings,
            decoded: wrapped.encoded.then(|| wrapped.document.into_owned()),
            text: 0,
        }))
    }
}

fn find(text: &str) -> Option<Wrapped<'_>> {
    let outermost = members(text)?;
    let string = |name: &str| -> Option<String> { serde_json::from_str(outermost.get(name)?.get()).ok() };
    WAYS.iter().find_map(|way| {
        let (last, before) = way.split_last()?;
        let inner: Members<'_>;
        let object = match before {
            [] => &outermost,
            [step, ..] => {
                inner = members(outermost.get(*step)?.get())?;
                &inner
            }
        };
        let raw: &str = object.get(*last)?.get();
        let encoded = raw.starts_with('"');
        let document = if encoded {
            decode_document(raw)
        } else {
            Cow::Borrowed(raw)
        };
        (DocumentKind::of(&document) == DocumentKind::Policy).then(|| Wrapped {
            document,
            start: (raw.as_ptr() as usize).saturating_sub(text.as_ptr() as usize),
            encoded,
            name: string("PolicyName"),
            wrapped_as: wrapped_as(way, &outermost, object, encoded),
        })
    })
}

/// What the way to a policy says of it; `outermost` is where the way begins and `object` is what holds the policy.
fn wrapped_as(way: &[&str], outermost: &Members<'_>, object: &Members<'_>, encoded: bool) -> WrappedAs {
    let identity = |because| WrappedAs::Type(ValidatePolicyType::IdentityPolicy, because);
    let holder = ["RoleName", "UserName", "GroupName"]
        .iter()
        .any(|name| outermost.contains_key(*name));
    match way {
        ["PolicyDocument"] if holder => identity("it is printed as the policy of a role, a user or a group"),
        ["PolicyVersion", "Document"] => identity("it is printed as the version of a managed policy"),
        [.., "AssumeRolePolicyDocument"] => {
            let because = "it is printed as the trust policy of a role";
            WrappedAs::Type(ValidatePolicyType::TRUST_POLICY, because)
        }
        ["Policy"] if encoded => WrappedAs::Resource("it is printed as the policy of a resource"),
        ["ResourcePolicy"] => WrappedAs::Resource("it is printed as the policy of a resource"),
        ["Policy", "Content"] => match type_of_summary(object) {
            Some(policy_type) => WrappedAs::Type(policy_type, "its `PolicySummary` says so"),
            None => WrappedAs::Unsaid,
        },
        _ => WrappedAs::Unsaid,
    }
}

/// The type that `aws organizations describe-policy` prints.
fn type_of_summary(policy: &Members<'_>) -> Option<ValidatePolicyType> {
    let summary = members(policy.get("PolicySummary")?.get())?;
    match summary.get("Type")?.get() {
        "\"SERVICE_CONTROL_POLICY\"" => Some(ValidatePolicyType::ServiceControlPolicy),
        "\"RESOURCE_CONTROL_POLICY\"" => Some(ValidatePolicyType::ResourceControlPolicy),
        _ => None,
    }
}

type Members<'t> = BTreeMap<String, &'t RawValue>;

/// The members of an object, each as it is written.
fn members(text: &str) -> Option<Members<'_>> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use bailiwick_validate::ValidatePolicyType;

    use super::*;

    const POLICY: &str = r#"{"Statement": {"Effect": "allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}}"#;

    fn report(text: &str) -> Option<PolicyReport> {
        assert!(
            DocumentKind::of(text) == DocumentKind::Wrapped || text == "[]",
            "{text}"
        );
        let validated_as = |document: &str, wrapped_as: WrappedAs| wrapped_as.validated_as(document, "p.json");
        PolicyReport::of_wrapped("p.json", text, validated_as).map(Result::unwrap)
    }

    #[track_caller]
    fn check(text: &str, encoded: bool) {
        let report = report(text).unwrap();
        let found = report
            .findings
            .iter()
            .find(|finding| finding.check.code() == "INVALID_EFFECT");
        let location = &found.unwrap().locations[0];
        let of = report.decoded.as_deref().unwrap_or(text);
        assert_eq!(&of[location.bytes.range()], "\"allow\"");
        assert_eq!((report.decoded.is_some(), report.place.encoded), (encoded, encoded));
        let characters: Vec<char> = of.chars().collect();
        assert_eq!(characters[location.span.start.offset as usize], '"');
    }

    #[test]
    fn a_policy_is_found_where_the_commands_of_aws_print_it() {
        for text in [
            format!("{{\"RoleName\": \"é\",\n \"PolicyName\": \"p\", \"PolicyDocument\": {POLICY}}}"),
            format!("{{\"PolicyVersion\": {{\n\"Document\": {POLICY}, \"VersionId\": \"v1\"}}}}"),
            format!("{{\"Role\": {{\"AssumeRolePolicyDocument\": {POLICY}}}}}"),
        ] {
            check(&text, false);
        }
        let string = serde_json::to_string(POLICY).unwrap();
        check(&format!("{{\"Policy\": {string}}}"), true);
        check(
            &format!("{{\"Policy\": {{\"PolicySummary\": {{}}, \"Content\": {string}}}}}"),
            true,
        );
    }

    #[test]
    fn other_members_of_these_names_are_none() {
        for text in [
            r#"{"Document": {"a": 1}}"#,
            r#"{"Policy": "none"}"#,
            r#"{"PolicyVersion": 7}"#,
            r#"{"Policy": {"Statement"#,
            "[]",
        ] {
            assert!(report(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_way_to_a_policy_says_its_type() {
        let string = serde_json::to_string(POLICY).unwrap();
        let encoded = POLICY.replace('{', "%7B").replace('"', "%22");
        let content = |policy_type: &str| {
            format!("{{\"Policy\": {{\"PolicySummary\": {{\"Type\": \"{policy_type}\"}}, \"Content\": {string}}}}}")
        };
        for (text, policy_type) in [
            (
                content("SERVICE_CONTROL_POLICY"),
                ValidatePolicyType::ServiceControlPolicy,
            ),
            (
                content("RESOURCE_CONTROL_POLICY"),
                ValidatePolicyType::ResourceControlPolicy,
            ),
            (
                format!("{{\"Role\": {{\"AssumeRolePolicyDocument\": {POLICY}}}}}"),
                ValidatePolicyType::TRUST_POLICY,
            ),
            (
                format!("{{\"Policy\": {string}}}"),
                ValidatePolicyType::ResourcePolicy(None),
            ),
            (
                format!("{{\"RoleName\": \"r\", \"PolicyDocument\": \"{encoded}\"}}"),
                ValidatePolicyType::IdentityPolicy,
            ),
        ] {
            let report = report(&text).unwrap();
            assert_eq!(report.validated_as.policy_type, policy_type, "{text}");
            assert!(report.validated_as.because.is_some());
            assert!(
                report
                    .findings
                    .iter()
                    .any(|finding| finding.check.code() == "INVALID_EFFECT")
            );
        }
    }
}
