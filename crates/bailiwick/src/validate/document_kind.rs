//! What a JSON file is: a policy, an export, or neither.

use super::wrapped::leads_to_policy;

/// What a JSON file is, by the members of its object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DocumentKind {
    /// A policy.
    Policy,
    /// What `aws iam get-account-authorization-details` prints.
    AccountAuthorizationDetails,
    /// `org.json`
    Organization,
    /// `ID.resources.json`
    Resources,
    /// An object that may hold a policy, as AWS's commands print a single one.
    Wrapped,
    /// Nothing that has to do with policies.
    Other,
}

impl DocumentKind {
    /// What a file is, by the beginning of its text. The text may end early and need not be JSON all the way: a policy with a mistake in
    /// it is one.
    pub fn of(text: &str) -> Self {
        let members = members(text);
        let has = |name: &str| members.iter().any(|&(key, _)| key == name);
        if has("UserDetailList") || has("GroupDetailList") || has("RoleDetailList") {
            Self::AccountAuthorizationDetails
        } else if has("Organization") && (has("Roots") || has("Accounts")) {
            Self::Organization
        } else if has("AccountId") && has("Resources") {
            Self::Resources
        } else if has("Statement") || members.iter().any(is_version) {
            Self::Policy
        } else if members.iter().any(|(key, _)| leads_to_policy(key)) {
            Self::Wrapped
        } else {
            Self::Other
        }
    }

    /// Whether it is an export, with policies inside.
    pub fn is_export(self) -> bool {
        match self {
            Self::AccountAuthorizationDetails | Self::Organization | Self::Resources => true,
            Self::Policy | Self::Wrapped | Self::Other => false,
        }
    }
}

/// Many formats have a `version`; few have the policy language's.
fn is_version(&(key, value): &(&str, &str)) -> bool {
    key.eq_ignore_ascii_case("Version") && (value.starts_with("\"2012-10-") || value.starts_with("\"2008-10-"))
}

/// How many members are looked at.
const MEMBERS: usize = 64;

/// The keys of the outermost object, as they are written, each with the text that follows its colon.
fn members(text: &str) -> Vec<(&str, &str)> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut found = Vec::new();
    if !text.starts_with('{') {
        return found;
    }
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() && found.len() < MEMBERS {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let start = at + 1;
                at = string_end(bytes, start);
                let rest = text.get(at + 1..).unwrap_or_default().trim_start();
                if let (1, Some(value)) = (depth, rest.strip_prefix(':')) {
                    found.push((text.get(start..at).unwrap_or_default(), value.trim_start()));
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Where the quotation mark is that ends a string.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, kind: DocumentKind) {
        assert_eq!(DocumentKind::of(text), kind, "{text}");
    }

    #[test]
    fn a_policy_has_statements_or_the_version_of_the_policy_language() {
        check(r#"{"Version": "2012-10-17", "Statement": []}"#, DocumentKind::Policy);
        check(r#"{"Id": "a\"}{", "Statement": {"#, DocumentKind::Policy);
        check("\u{feff} {\"Statement\" : 7", DocumentKind::Policy);
        check(r#"{"version": "2012-10-17", "statements": []}"#, DocumentKind::Policy);
        check(r#"{"Version": "2008-10-17"}"#, DocumentKind::Policy);
    }

    #[test]
    fn other_files_are_no_policies() {
        for text in [
            "",
            "[]",
            "{",
            "{}",
            "\"",
            r#"{"a": {"Statement": []}}"#,
            r#"["Statement", {"Statement": []}]"#,
            r#"{"name": "x", "version": "1.0.0"}"#,
            r#"{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"P": {"Statement": []}}}"#,
            r#"{"Statement"}"#,
            r#"{"a\"#,
        ] {
            check(text, DocumentKind::Other);
        }
    }

    #[test]
    fn exports_are_known_by_their_members() {
        check(r#"{"UserDetailList": [{"#, DocumentKind::AccountAuthorizationDetails);
        check(
            r#"{"Policies": [], "RoleDetailList": []}"#,
            DocumentKind::AccountAuthorizationDetails,
        );
        check(
            r#"{"Organization": {"Id": "o-1"}, "Roots": []}"#,
            DocumentKind::Organization,
        );
        check(r#"{"AccountId": "1", "Resources": []}"#, DocumentKind::Resources);
    }
}
