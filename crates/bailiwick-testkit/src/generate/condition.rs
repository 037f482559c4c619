//! Request contexts, and conditions that speak of them.

use bailiwick_grammar::json::write_string;
use bailiwick_grammar::{ConditionOperator, OperatorName};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::syntax;
use crate::answer::ContextValue;

/// What the values of a key look like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Family {
    Text,
    Number,
    Date,
    Bool,
    Address,
    Arn,
    Binary,
}

/// The keys of the generated world.
const KEYS: [(&str, Family); 12] = [
    ("aws:username", Family::Text),
    ("aws:PrincipalTag/Team", Family::Text),
    ("aws:TagKeys", Family::Text),
    ("aws:none", Family::Text),
    ("s3:max-keys", Family::Number),
    ("aws:CurrentTime", Family::Date),
    ("aws:EpochTime", Family::Date),
    ("aws:SecureTransport", Family::Bool),
    ("aws:MultiFactorAuthPresent", Family::Bool),
    ("aws:SourceIp", Family::Address),
    ("aws:SourceArn", Family::Arn),
    ("x:Blob", Family::Binary),
];

/// A key that no request has.
const NEVER: &str = "aws:none";
/// The key that is nearly always multivalued.
const MULTIVALUED: &str = "aws:TagKeys";

impl Family {
    fn of(operator: ConditionOperator) -> Self {
        let name = operator.as_str();
        let starts = |prefix: &str| name.starts_with(prefix);
        match () {
            () if starts("Numeric") => Self::Number,
            () if starts("Date") => Self::Date,
            () if starts("Bool") || starts("Null") => Self::Bool,
            () if starts("Ip") || starts("NotIp") => Self::Address,
            () if starts("Arn") => Self::Arn,
            () if starts("Binary") => Self::Binary,
            () => Self::Text,
        }
    }

    /// Values of requests.
    fn values(self) -> &'static [&'static str] {
        match self {
            Self::Text => &[
                "alice",
                "Alice",
                "bob",
                "al*ce",
                "*",
                "",
                "a/b",
                "x:y",
                "é",
                "${aws:username}",
            ],
            Self::Number => &["10", "10.0", "9", "-1", "010", "9007199254740993", "ten", ""],
            Self::Date => &[
                "2024-01-01T00:00:00Z",
                "2024-01-01T01:00:00+01:00",
                "1704067200",
                "2024-06-30",
                "2024",
                "2024-01-01T00:00:00.5Z",
                "today",
                "2024-01-01T00:00:00",
            ],
            Self::Bool => &["true", "false", "TRUE", "yes", ""],
            Self::Address => &[
                "10.1.2.3",
                "10.1.2.4",
                "192.0.2.1",
                "2001:db8::1",
                "2001:0DB8:0::1",
                "10.1.2",
                "::ffff:10.1.2.3",
            ],
            Self::Arn => &[
                "arn:aws:s3:::bucket",
                "arn:aws:s3:::alice",
                "arn:aws:sns:us-east-1:111111111111:topic",
                "arn:aws:sns:us-east-1:111111111111:topic:a:b",
                "arn:aws:sns:us-east-1",
                "bucket",
            ],
            Self::Binary => &["QUJD", "QQ==", "QQ", "!"],
        }
    }

    /// Values of policies.
    fn patterns(self) -> &'static [&'static str] {
        match self {
            Self::Text => &[
                "alice",
                "ALICE",
                "bob",
                "al*ce",
                "a?ice",
                "*",
                "?",
                "?*",
                "",
                "x:y",
                "a*",
                "${aws:username}",
                "${AWS:principaltag/team}",
                "${aws:PrincipalTag/Team, 'alice'}",
                "${aws:TagKeys}",
                "${aws:TagKeys, 'bob'}",
                "${aws:none}",
                "${aws:none, ''}",
                "${aws:none}*",
                "al${*}ce",
                "${aws:username}*",
                "${$}{aws:username}",
                "*${?}*",
            ],
            Self::Number => &[
                "10",
                "10.0",
                "9",
                "11",
                "-1",
                "+10",
                "9007199254740992",
                "ten",
                "1e1",
                "",
                "${s3:max-keys}",
            ],
            Self::Date => &[
                "2024-01-01",
                "2024-01",
                "2024",
                "2024-01-01T00:00:00Z",
                "2023-12-31T23:59:59Z",
                "2024-12-31",
                "2024-01-01t00:00:00z",
                "1704067200",
                "1704067201",
            ],
            Self::Bool => &["true", "false", "True", "yes", "", "${aws:MultiFactorAuthPresent}"],
            Self::Address => &[
                "10.0.0.0/8",
                "10.9.9.9/8",
                "10.1.2.3",
                "10.1.2.3/32",
                "0.0.0.0/0",
                "::/0",
                "2001:db8::/32",
                "2001:db8::1",
                "10.0.0.0/33",
                "10.1.2",
                "::ffff:10.1.2.3",
            ],
            Self::Arn => &[
                "arn:aws:s3:::bucket",
                "arn:aws:s3:::*",
                "arn:aws:s3:::buck?t",
                "arn:aws:S3:::bucket",
                "arn:aws:sns:*:111111111111:topic",
                "arn:aws:sns:*:111111111111:*",
                "arn:aws:sns:*:topic",
                "arn:*",
                "*",
                "arn:aws:*:*:*:*",
                "arn:aws:s3:::${aws:username}",
                "arn:aws:s3:::${aws:none, 'bucket'}",
                "${aws:SourceArn}",
                "arn:aws:s3:::${*}",
            ],
            Self::Binary => &["QUJD", "QQ==", "QR==", "QQ", "!", ""],
        }
    }

    /// The operators that are meant for such values.
    fn operators(self) -> Vec<ConditionOperator> {
        let all = ConditionOperator::ALL.iter().copied();
        all.filter(|&operator| Self::of(operator) == self).collect()
    }
}

/// Contexts: each key is absent, single or multivalued.
pub(super) fn contexts() -> impl Strategy<Value = Vec<(String, ContextValue)>> {
    let present: Vec<(&str, Family)> = KEYS.iter().copied().filter(|&(key, _)| key != NEVER).collect();
    let count = present.len();
    subsequence(present, 0..=count).prop_flat_map(|keys| {
        keys.into_iter()
            .map(|(key, family)| (spellings(key), context_values(key, family)))
            .collect::<Vec<_>>()
    })
}

fn context_values(key: &str, family: Family) -> impl Strategy<Value = ContextValue> + use<> {
    let single = select(family.values()).prop_map(ContextValue::from);
    let multi = vec(select(family.values()), 0..4)
        .prop_map(|values| ContextValue::Multi(values.into_iter().map(str::to_owned).collect()));
    let (often, seldom) = if key == MULTIVALUED { (1, 6) } else { (9, 1) };
    prop_oneof![often => single, seldom => multi]
}

/// A key as it is, or in another case.
fn spellings(key: &str) -> impl Strategy<Value = String> + use<> {
    prop_oneof![
        4 => Just(key.to_owned()),
        1 => Just(key.to_ascii_lowercase()),
        1 => Just(key.to_ascii_uppercase()),
    ]
}

/// The members of `Condition`, as text.
pub(super) fn conditions() -> impl Strategy<Value = String> {
    vec(operator_blocks(), 1..3).prop_map(|blocks| {
        let mut seen = Vec::new();
        let mut members = Vec::new();
        for (operator, keys) in blocks {
            // A repeated key is an error of JSON.
            if !seen.contains(&operator) {
                members.push(format!("\"{operator}\": {{{keys}}}"));
                seen.push(operator);
            }
        }
        members.join(", ")
    })
}

/// An operator and the text of its keys; mostly of the family of its first key.
fn operator_blocks() -> impl Strategy<Value = (OperatorName, String)> {
    let key = select(&KEYS[..]);
    key.prop_flat_map(|(key, family)| {
        let own = (syntax::operators(), select(family.operators()));
        let own = own.prop_filter_map("`NullIfExists`", |(name, operator)| {
            OperatorName::new(name.set(), operator, name.if_exists()).ok()
        });
        let operator = prop_oneof![5 => own, 1 => syntax::operators()];
        (Just(key), operator)
    })
    .prop_flat_map(|(key, operator)| {
        let family = Family::of(operator.operator());
        let second = select(&KEYS[..]).prop_map(|(key, _)| key);
        let entry = move |key: &str| (spellings(key), policy_values(family));
        let keys = prop_oneof![
            4 => entry(key).prop_map(|entry| vec![entry]),
            1 => (entry(key), second.prop_flat_map(entry)).prop_map(|(first, second)| vec![first, second]),
        ];
        (Just(operator), keys)
    })
    .prop_map(|(operator, mut keys)| {
        keys.dedup_by(|a, b| a.0.eq_ignore_ascii_case(&b.0));
        let members: Vec<String> = keys
            .iter()
            .map(|(key, values)| format!("{}: {values}", quoted(key)))
            .collect();
        (operator, members.join(", "))
    })
}

/// A value or a list of values, as JSON.
fn policy_values(family: Family) -> impl Strategy<Value = String> {
    let text = select(family.patterns()).prop_map(quoted);
    let bare = match family {
        Family::Number => vec!["10", "10.0", "1e1", "-0"],
        Family::Bool => vec!["true", "false"],
        // A date that cannot be read spoils the whole policy.
        Family::Date => vec!["10", "1704067200"],
        _ => vec!["10", "true"],
    };
    let value = prop_oneof![9 => text, 1 => select(bare).prop_map(str::to_owned)].boxed();
    let list = vec(value.clone(), 0..4).prop_map(|values| format!("[{}]", values.join(", ")));
    prop_oneof![3 => value, 2 => list]
}

/// A JSON string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_string(&mut out, text);
    out
}
