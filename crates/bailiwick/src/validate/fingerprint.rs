//! What a finding is known by when the file around it changes.

use std::collections::BTreeMap;

use bailiwick_validate::PathElement;

use super::report::{FindingReport, PolicyReport};

/// Makes the fingerprints of one run's findings.
///
/// A fingerprint is made from the issue code, what the file is known as wherever it is checked out, the entity, the policy, the way to the place without the numbers of list entries,
/// and the text of the place: lines, statements and entries above may come and go. Findings that are equal in all that are numbered.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<u64, usize>,
}

/// The longest text of a place that counts, in bytes.
const TEXT: usize = 4096;

impl Fingerprints {
    /// The fingerprint of a finding in a file that is known as `file`; `text` is what its place is in.
    pub(super) fn of(&mut self, policy: &PolicyReport, file: &str, finding: &FindingReport, text: &str) -> String {
        let mut hash = Fnv::new();
        hash.write(finding.check.code());
        hash.write(file);
        hash.write(policy.place.entity.as_deref().unwrap_or_default());
        hash.write(policy.place.policy.as_deref().unwrap_or_default());
        if let Some(location) = finding.locations.first() {
            for element in &location.path {
                match element {
                    PathElement::Index(_) => hash.write("#"),
                    PathElement::Key(key) | PathElement::Value(key) => hash.write(key),
                    PathElement::Substring { .. } => hash.write("substring"),
                }
            }
            let range = location.bytes.range();
            // What is said of the whole policy stays said when a part of it changes.
            let place = text.as_bytes().get(range).filter(|_| !location.path.is_empty());
            let place = place.unwrap_or_default();
            // What is indented anew is the same.
            for byte in place.iter().take(TEXT).filter(|byte| !byte.is_ascii_whitespace()) {
                hash.byte(*byte);
            }
        }
        let count = self.seen.entry(hash.0).or_default();
        *count += 1;
        format!("{:016x}:{count}", hash.0)
    }
}

/// FNV-1a: short, and the same everywhere and always.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    /// Writes a text and where it ends.
    fn write(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
        self.byte(0xff);
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::ValidatedAs;
    use super::*;

    fn fingerprints(text: &str) -> Vec<String> {
        let validated_as = ValidatedAs {
            policy_type: bailiwick_validate::ValidatePolicyType::IdentityPolicy,
            because: None,
        };
        let policy = PolicyReport::of_file("p.json", text, validated_as).unwrap();
        let mut fingerprints = Fingerprints::default();
        let findings = policy.findings.iter();
        let of_effects = findings.filter(|finding| finding.check.code() == "INVALID_EFFECT");
        of_effects
            .map(|finding| fingerprints.of(&policy, "p.json", finding, text))
            .collect()
    }

    #[test]
    fn statements_and_lines_above_do_not_matter() {
        let wrong = r#"{"Effect": "allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}"#;
        let right = r#"{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}"#;
        let policy = |statements: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
        let alone = fingerprints(&policy(wrong));
        assert_eq!(alone.len(), 1);
        assert_eq!(alone, fingerprints(&policy(&format!("\n\n{right},\n{wrong}"))));
        assert_ne!(alone, fingerprints(&policy(&wrong.replace("allow", "ALLOW"))));
        let twice = fingerprints(&policy(&format!("{wrong}, {wrong}")));
        assert_eq!((twice.len(), &twice[0]), (2, &alone[0]));
        assert_ne!(twice[0], twice[1]);
    }
}
