use bailiwick_grammar::PolicyType;
use bailiwick_grammar::ast::Version;
use proptest::prelude::*;

use super::*;
use crate::context::RequestContext;

fn pattern(text: &str) -> Pattern {
    Pattern::with_wildcards(text, Version::V2012)
}

#[track_caller]
fn check(wide: &str, narrow: &str, expected: bool) {
    assert_eq!(pattern(wide).contains(&pattern(narrow)), expected, "{wide} of {narrow}");
}

#[test]
fn a_wildcard_contains_what_it_can_stand_for() {
    check("*", "", true);
    check("", "*", false);
    check("a*", "ab?c*", true);
    check("a*", "*a", false);
    check("*a*", "?a?", true);
    check("?*", "*?", true);
    check("*?*?", "??*", true);
    check("?*", "*", false);
    check("?", "é", true);
    check("*ab*", "a*b", false);
    check("*a*b*", "xa*by", true);
    check("*abc*abd", "*abcab*abcabd", true);
    check("a?c", "abc", true);
    check("abc", "a?c", false);
    check("A*", "a*", false);
}

#[test]
fn a_variable_is_one_unknown_text() {
    check("home/*", "home/${aws:username}", true);
    check("home/?*", "home/${aws:username}", false);
    check("?*", "${aws:username}?", true);
    check("home/${aws:username}/*", "home/${AWS:UserName}/x", true);
    check("home/${aws:username}", "home/${aws:userid}", false);
    check("home/${aws:username}", "home/*", false);
    check("home/${aws:username}", "home/bob", false);
    check("${aws:username, 'bob'}", "${aws:username}", false);
    check("*${aws:username}*", "${aws:username}${aws:username}", true);
    check("*${aws:username}", "${aws:userid}/${aws:username}", true);
    check("${*}x", "${*}x", true);
    check("${*}*", "ax", false);
}

#[test]
fn actions_ignore_case_and_stay_within_their_service() {
    let action = |text: &str| ActionPattern::lower(&bailiwick_grammar::ActionPattern::parse(text.into()).unwrap());
    let check = |wide, narrow, expected| {
        assert_eq!(action(wide).contains(&action(narrow)), expected, "{wide} of {narrow}");
    };
    check("*", "s3:GetObject", true);
    check("*", "*:*", true);
    check("s3:*", "*", false);
    check("S3:get*", "s3:GetObject*", true);
    check("s3:Get*", "S3:GETOBJECT", true);
    check("s3:GetObject", "S3:GETOBJECT", true);
    check("s3:GetObject", "s3:GetObjec?", false);
    check("s3:*", "s3express:*", false);
    check("s3:*", "s3express:CreateSession", false);
    check("iam:Get*", "iam:*CredentialReport", false);
    check("s3:*", "s3:", true);
}

#[test]
fn arns_are_contained_segment_by_segment() {
    let resource = |text: &str| ResourcePattern::lower(text, PolicyType::IdentityBasedPolicy, Version::V2012);
    let check = |wide, narrow, expected| {
        assert_eq!(
            resource(wide).contains(&resource(narrow)),
            expected,
            "{wide} of {narrow}"
        );
    };
    check("*", "arn:aws:s3:::b", true);
    check("arn:*:*:*:*:*", "*", false);
    check("arn:aws:s3:::b*", "arn:aws:s3:::b/*", true);
    check("arn:aws:s3:::b/*", "arn:aws:s3:::b*", false);
    check("arn:aws:sqs:*:*:q", "arn:aws:sqs:us-east-1:111122223333:q", true);
    check(
        "arn:aws:logs:*:log-group:*",
        "arn:aws:logs:us-east-1:111122223333:log-group:x",
        false,
    );
    check("arn:aws:sqs", "arn:aws:sqs:us-east-1:*:q", true);
    check("arn:aws:sqs:*:*:*", "arn:aws:sqs", true);
    check("arn:aws:s3:::${aws:username}*", "arn:aws:s3:::${aws:username}/x", true);
    check("arn:aws:s3:::b", "not an ARN", true);
    check("not an ARN", "arn:aws:s3:::b", false);
}

#[test]
fn what_is_not_decided_within_the_steps_is_not_contained() {
    let (wide, narrow) = (pattern("*a*b*c"), pattern("abc*abc"));
    let mut steps = CONTAINMENT_STEPS;
    assert!(wide.contains_within(&narrow, &mut steps));
    let taken = CONTAINMENT_STEPS - steps;
    assert!(taken < 100, "{taken}");
    assert!(!wide.contains_within(&narrow, &mut { taken }));
    let hostile = |text: &str| pattern(&text.repeat(5_000));
    assert!(!hostile("*a?").contains(&hostile("*a")));
}

/// Every text of these characters of at most that length.
fn texts(characters: &[char], length: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..length {
        let to = all.len();
        for at in from..to {
            for character in characters {
                all.push(format!("{}{character}", all[at]));
            }
        }
        from = to;
    }
    all
}

/// `c` is the character that no pattern names. No pattern of four characters needs longer texts to be told from another: of those that
/// it matches, one in which each `*` takes at most two characters is missed by the other.
#[test]
fn containment_of_short_patterns_is_that_of_the_texts_that_they_match() {
    let context = RequestContext::new();
    let texts_matched = texts(&['a', 'b', 'c'], 6);
    let patterns: Vec<(String, Pattern, Vec<u64>)> = texts(&['a', 'b', '*', '?'], 4)
        .into_iter()
        .map(|text| {
            let pattern = pattern(&text);
            let mut matched = vec![0; texts_matched.len().div_ceil(64)];
            for (at, text) in texts_matched.iter().enumerate() {
                matched[at / 64] |= u64::from(pattern.matches(text, &context)) << (at % 64);
            }
            (text, pattern, matched)
        })
        .collect();
    for (wide_text, wide, all) in &patterns {
        for (narrow_text, narrow, some) in &patterns {
            let expected = some.iter().zip(all).all(|(some, all)| some & !all == 0);
            assert_eq!(wide.contains(narrow), expected, "{wide_text} of {narrow_text}");
        }
    }
}

fn text_of_pattern() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec!["a", "b", "*", "?", "${k:v}", "${k:w, 'ab'}"]);
    prop::collection::vec(pieces, 0..7).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_the_narrower_matches_the_wider_matches(
        wide in text_of_pattern(),
        narrow in text_of_pattern(),
        texts in prop::collection::vec("[abc]{0,7}", 40),
        values in prop::collection::vec(prop::option::of("[ab]{0,2}"), 2),
    ) {
        let keys = ["k:v", "k:w"].into_iter().zip(&values);
        let context: RequestContext = keys.filter_map(|(key, value)| Some((key, value.as_deref()?))).collect();
        let (wide_pattern, narrow_pattern) = (pattern(&wide), pattern(&narrow));
        if wide_pattern.contains(&narrow_pattern) {
            for text in texts {
                prop_assert!(
                    !narrow_pattern.matches(&text, &context) || wide_pattern.matches(&text, &context),
                    "{} of {}: {}", wide, narrow, text
                );
            }
        }
    }

    #[test]
    fn containment_is_reflexive_and_transitive(texts in prop::array::uniform3(text_of_pattern())) {
        let [a, b, c] = texts.each_ref().map(|text| pattern(text));
        prop_assert!(a.contains(&a));
        if a.contains(&b) && b.contains(&c) {
            prop_assert!(a.contains(&c));
        }
    }

    /// What is said not to be contained has a witness: the narrower pattern with each `*` replaced by a few characters `c`.
    #[test]
    fn what_is_not_contained_has_a_witness(wide in "[ab*?]{0,7}", narrow in "[ab*?]{0,7}") {
        let (wide_pattern, narrow_pattern) = (pattern(&wide), pattern(&narrow));
        let context = RequestContext::new();
        let mut candidates = vec![String::new()];
        for character in narrow.chars() {
            let taken: &[&str] = match character {
                '*' => &["", "c", "cc", "cccccccc"],
                '?' => &["c"],
                'a' => &["a"],
                _ => &["b"],
            };
            candidates = candidates.iter().flat_map(|text| taken.iter().map(move |more| format!("{text}{more}"))).collect();
            candidates.truncate(1 << 14);
        }
        let witness = candidates.iter().any(|text| !wide_pattern.matches(text, &context));
        prop_assert_eq!(wide_pattern.contains(&narrow_pattern), !witness, "{} of {}", wide, narrow);
    }
}
