//! A policy as AWS's commands print a single one: a member of an object, or a string in it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bailiwick_validate::ValidatePolicyError;
use serde_json::value::RawValue;

use super::document_kind::DocumentKind;
use super::file_text::FileText;
use super::report::{PolicyPlace, PolicyReport, ValidatedAs, is_json, validate_document};

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

/// A policy within a text.
struct Wrapped<'t> {
    document: Cow<'t, str>,
    /// Where its JSON value starts, in bytes.
    start: usize,
    encoded: bool,
    name: Option<String>,
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
        validated_as: impl FnOnce(&str) -> ValidatedAs,
    ) -> Option<Result<Self, ValidatePolicyError>> {
        let wrapped = WAYS.iter().find_map(|way| find(text, way))?;
        let validated_as = validated_as(&wrapped.document);
        let mut findings = match validate_document(&wrapped.document, validated_as.policy_type) {
            Ok(findings) => findings,
            Err(error) => return Some(Err(error)),
        };
        let start = FileText::new(text).start_at(u32::try_from(wrapped.start).unwrap_or(u32::MAX));
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
            is_json: is_json(&wrapped.document, &findings),
            findings,
            decoded: wrapped.encoded.then(|| wrapped.document.into_owned()),
        }))
    }
}

fn find<'t>(text: &'t str, way: &[&str]) -> Option<Wrapped<'t>> {
    let outermost = members(text)?;
    let name = outermost
        .get("PolicyName")
        .and_then(|name| serde_json::from_str(name.get()).ok());
    let (last, before) = way.split_last()?;
    let mut object = outermost;
    for step in before {
        object = members(object.get(*step)?.get())?;
    }
    let raw: &'t str = object.get(*last)?.get();
    let encoded = raw.starts_with('"');
    let document = if encoded {
        Cow::Owned(serde_json::from_str::<String>(raw).ok()?)
    } else {
        Cow::Borrowed(raw)
    };
    (DocumentKind::of(&document) == DocumentKind::Policy).then(|| Wrapped {
        document,
        start: (raw.as_ptr() as usize).saturating_sub(text.as_ptr() as usize),
        encoded,
        name,
    })
}

fn members(text: &str) -> Option<BTreeMap<String, &RawValue>> {
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
        let as_identity = |_: &str| ValidatedAs {
            policy_type: ValidatePolicyType::IdentityPolicy,
            because: None,
        };
        PolicyReport::of_wrapped("p.json", text, as_identity).map(Result::unwrap)
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
}
