//! What holds of the findings on any text, on generated and on changed policies. The fuzz target `validate_bytes` asserts the same of
//! any bytes.

#![expect(clippy::unwrap_used, reason = "test code")]
#![expect(clippy::disallowed_methods, reason = "a test reads its data")]

mod hold;

use std::fs;
use std::path::Path;

use bailiwick_catalog::{Catalog, ManagedPolicy};
use bailiwick_grammar::print_policy;
use bailiwick_testkit::generate::bytes::mutated;
use bailiwick_testkit::generate::variation::Choices;
use bailiwick_testkit::generate::{syntax, world};
use bailiwick_validate::ValidatePolicyType;
use hold::{hold, hold_as, policy_types};
use proptest::prelude::*;
use proptest::sample::select;

/// How often each seed is changed.
const MUTATIONS: usize = 4;
/// The longest seed: a long policy tells no more than a short one.
const LONGEST: usize = 3_000;

/// Texts that mean something in a policy.
const WORDS: [&str; 32] = [
    "*",
    "?",
    "${aws:username}",
    "${*}",
    "${",
    "Allow",
    "Deny",
    "Version",
    "Statement",
    "Sid",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
    "Service",
    "Federated",
    "IfExists",
    "ForAllValues:",
    "Null",
    "NumericLessThan",
    "DateEquals",
    "IpAddress",
    "aws:PrincipalOrgID",
    "arn:aws:iam::111122223333:role/app",
    "2008-10-17",
    "",
    ":",
    "é",
    "\\u0000",
];

/// The cases of the checks, and some managed policies.
fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/checks");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    let cases = files.iter().map(|path| fs::read_to_string(path).unwrap());
    let managed = Catalog::managed_policies()
        .iter()
        .step_by(8)
        .map(ManagedPolicy::document);
    cases
        .chain(managed.map(str::to_owned))
        .filter(|text| text.len() <= LONGEST)
        .collect()
}

#[test]
fn findings_on_changed_policies_hold() {
    let mut choices = Choices::new(1);
    let mut findings = 0;
    for seed in seeds() {
        findings += hold(&seed);
        for _ in 0..MUTATIONS {
            if let Ok(text) = String::from_utf8(mutated(seed.as_bytes(), &WORDS, &mut choices)) {
                findings += hold(&text);
            }
        }
    }
    assert!(findings > 10_000, "only {findings}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn findings_on_documents_of_any_shape_hold(document in syntax::documents()) {
        hold(&print_policy(&document));
    }

    #[test]
    fn findings_on_policies_hold(
        (policy_type, document) in select(policy_types().collect::<Vec<_>>())
            .prop_flat_map(|policy_type| (Just(policy_type), world::documents(policy_type.grammar())))
    ) {
        prop_assert!(hold_as(&print_policy(&document), policy_type).is_ok());
    }
}

#[test]
fn texts_that_are_nearly_nothing_hold() {
    for text in [
        "",
        " ",
        "{",
        "{}",
        "[]",
        "\"",
        "{\"Statement\":[{}]}",
        "{\"Statement\":[{},\"é\",{}]",
        "\u{feff}{}",
    ] {
        hold(text);
        let _ = hold_as(&text.repeat(3), ValidatePolicyType::IdentityPolicy);
    }
}
