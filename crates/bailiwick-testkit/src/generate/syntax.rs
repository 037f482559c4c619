//! Trees of every shape that the text of a policy can give.
//!
//! A tree that no text gives is not generated: a single value that is a list, an element kept as unknown though it could be read.

use bailiwick_grammar::ast::{
    ConditionBlock, ConditionEntry, ConditionValue, Effect, Element, OneOrMany, OperatorBlock, PolicyDocument,
    PrincipalBlock, PrincipalEntry, PrincipalValue, Statement, Version,
};
use bailiwick_grammar::json::{Json, JsonValue, Member, Text};
use bailiwick_grammar::{
    ActionPattern, AwsPrincipal, ConditionOperator, OperatorName, PrincipalType, SetOperator, Span, Spanned,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces of text that have troubled parsers before.
const FRAGMENTS: &[&str] = &[
    "a",
    "Z9",
    "s3:",
    "*",
    "?",
    " ",
    "\"",
    "\\",
    "/",
    "\n",
    "\t",
    "\r",
    "\u{0}",
    "\u{1f}",
    "\u{7f}",
    "é",
    "ß",
    "€",
    "\u{feff}",
    "😀",
    "\u{fffd}",
    "${aws:username}",
    "${a:b, 'c d'}",
    "${*}",
    "${?}",
    "${$}",
    "${",
    "}",
    "$",
    "'",
    "${a:b, ''}",
    "//",
    "/*",
    "null",
    "\\u0041",
    "arn:aws:s3:::",
    "ForAnyValue:",
];

/// Documents with any elements, understood or not.
pub fn documents() -> impl Strategy<Value = PolicyDocument> {
    let version = option::of(select(vec![Version::V2008, Version::V2012]));
    let statement_list = one_or_many(statements(), json().prop_filter("not an object", not_an_object));
    let extra = extras(&["version", "Statements", "", "é\"", "Rules"]);
    (
        version,
        option::of(text()),
        option::weighted(0.95, statement_list),
        extra,
        json(),
    )
        .prop_map(|(version, id, statements, mut extra, again)| {
            // Elements that stand twice, or that have a value that cannot be read, are kept too.
            if version.is_some() {
                extra.push(member("Version", again));
            } else if !matches!(again.node, Json::String(_)) {
                extra.insert(0, member("Version", again));
            }
            PolicyDocument {
                version: version.map(spanned),
                id: id.map(|id| spanned(Text::from(id.as_str()))),
                statements: statements.map(spanned),
                extra,
            }
        })
}

fn statements() -> impl Strategy<Value = Statement> {
    let principal = option::of(element(principals()));
    let actions = one_or_many(actions(), json_or_text("GetObject"));
    let resources = one_or_many(texts(), json().prop_filter("not a string", not_a_string));
    let condition = option::of(conditions());
    let extra = extras(&["effect", "Actions", "", "Id", "Version"]);
    let effect = option::of(select(vec![Effect::Allow, Effect::Deny]));
    (
        option::of(text()),
        effect,
        principal,
        option::of(element(actions)),
        option::of(element(resources)),
        condition,
        extra,
        json(),
    )
        .prop_map(
            |(sid, effect, principal, action, resource, condition, mut extra, again)| {
                if action.is_some() {
                    extra.push(member("NotAction", again.clone()));
                }
                if resource.is_some() {
                    extra.push(member("Resource", again.clone()));
                }
                if principal.is_none() {
                    extra.push(member("Principal", spanned(Json::String("alice".into()))));
                }
                if condition.is_none() {
                    extra.push(member("Condition", spanned(Json::Number("1".into()))));
                }
                if effect.is_none() {
                    extra.push(member("Effect", spanned(Json::String("allow".into()))));
                } else {
                    extra.push(member("Effect", again));
                }
                Statement {
                    sid: sid.map(|sid| spanned(Text::from(sid.as_str()))),
                    effect: effect.map(spanned),
                    principal,
                    action,
                    resource,
                    condition: condition.map(spanned),
                    extra,
                }
            },
        )
}

fn actions() -> impl Strategy<Value = ActionPattern> {
    let odd = text().prop_map(|name| format!("s3:{}", name.replace(':', "")));
    let plain = select(vec!["*", "s3:*", "S3:get?bject", "ec2-x.y:Run*", "s3:"]).prop_map(str::to_owned);
    prop_oneof![3 => plain, 1 => odd]
        .prop_filter_map("an action", |text| ActionPattern::parse(Text::from(text.as_str())).ok())
}

/// A principal of every form that each key takes.
fn principals() -> impl Strategy<Value = PrincipalBlock> {
    let account = "111122223333";
    let aws = [
        "*".to_owned(),
        account.to_owned(),
        format!("arn:aws:iam::{account}:root"),
        format!("arn:aws-cn:iam::{account}:user/a/b/Bob"),
        format!("arn:aws:iam::{account}:role/service-role/R+=,.@-_"),
        format!("arn:aws:sts::{account}:assumed-role/R/session@example.com"),
        format!("arn:aws:sts::{account}:federated-user/Fred"),
        "AIDAWJDXAOVI2A5WATHZF".to_owned(),
        "AROAWJDXAOVI2A5WATHZF".to_owned(),
        "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EH1HDMB1FH2TC".to_owned(),
    ];
    let federated = [
        "cognito-identity.amazonaws.com".to_owned(),
        format!("arn:aws:iam::{account}:saml-provider/Corp"),
        format!("arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com/x"),
    ];
    let service = ["ec2.amazonaws.com".to_owned(), "s3.eu-west-1.amazonaws.com".to_owned()];
    let canonical = ["0123456789abcdef".repeat(4)];
    let entry = |principal_type, values: &[String]| {
        let values = select(values.to_vec()).prop_map(move |text| PrincipalValue {
            aws: (principal_type == PrincipalType::Aws)
                .then(|| AwsPrincipal::parse(&text).ok())
                .flatten(),
            text: text.as_str().into(),
        });
        let invalid = json_or_text("no such principal: *");
        option::of(one_or_many(values, invalid).prop_map(move |values| PrincipalEntry {
            principal_type: spanned(principal_type),
            values: spanned(values),
        }))
    };
    let entries = (
        entry(PrincipalType::Service, &service),
        entry(PrincipalType::Aws, &aws),
        entry(PrincipalType::Federated, &federated),
        entry(PrincipalType::CanonicalUser, &canonical),
    );
    let map = (entries, extras(&["aws", "AWS ", "", "Services"])).prop_map(|((a, b, c, d), extra)| {
        let entries: Vec<PrincipalEntry> = [a, b, c, d].into_iter().flatten().collect();
        PrincipalBlock::Map { entries, extra }
    });
    prop_oneof![1 => Just(PrincipalBlock::Everyone), 4 => map]
}

fn conditions() -> impl Strategy<Value = ConditionBlock> {
    let unreadable = (
        select(vec!["StringEquals", "Bool"]),
        json().prop_filter("not an object", not_an_object),
    );
    let unreadable = unreadable.prop_map(|(operator, value)| member(operator, value));
    (
        vec(operator_blocks(), 0..3),
        extras(&["StringMatches", "", "NullIfExists", "ForAll:Bool"]),
        option::weighted(0.2, unreadable),
    )
        .prop_map(|(operators, mut extra, unreadable)| {
            extra.extend(unreadable);
            ConditionBlock { operators, extra }
        })
}

fn operator_blocks() -> impl Strategy<Value = OperatorBlock> {
    let key = prop_oneof![
        3 => select(vec!["aws:SourceIp", "AWS:PrincipalTag/Team", "s3:x-amz-acl"]).prop_map(str::to_owned),
        1 => text().prop_map(|text| format!("x:{text}")),
    ];
    let entry = (key, one_or_many(condition_values(), null_or_object())).prop_map(|(key, values)| ConditionEntry {
        key: spanned(key.as_str().into()),
        values: spanned(values),
    });
    (operators(), vec(entry, 0..3), extras(&["SourceIp", ""])).prop_map(|(operator, keys, extra)| OperatorBlock {
        operator: spanned(operator),
        keys,
        extra,
    })
}

/// Every operator, with every set operator, with and without `IfExists`.
pub fn operators() -> impl Strategy<Value = OperatorName> {
    let set = select(vec![
        None,
        Some(SetOperator::ForAllValues),
        Some(SetOperator::ForAnyValue),
    ]);
    (set, select(ConditionOperator::ALL), any::<bool>())
        .prop_filter_map("`NullIfExists`", |(set, operator, if_exists)| {
            OperatorName::new(set, operator, if_exists).ok()
        })
}

fn condition_values() -> impl Strategy<Value = ConditionValue> {
    prop_oneof![
        3 => texts().prop_map(ConditionValue::String),
        1 => numbers().prop_map(ConditionValue::Number),
        1 => any::<bool>().prop_map(ConditionValue::Bool),
    ]
}

/// Odd text: quotation marks, escapes, control characters, variables, characters of every width.
pub fn text() -> impl Strategy<Value = String> {
    vec(select(FRAGMENTS), 0..5).prop_map(|fragments| fragments.concat())
}

fn texts() -> impl Strategy<Value = Text> {
    text().prop_map(|text| Text::from(text.as_str()))
}

fn numbers() -> impl Strategy<Value = Box<str>> {
    select(vec![
        "0",
        "-0",
        "10.0",
        "-1.5",
        "1e3",
        "2E+5",
        "123456789012345678901234567890",
    ])
    .prop_map(Into::into)
}

/// Any JSON value.
fn json() -> impl Strategy<Value = JsonValue> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        numbers().prop_map(Json::Number),
        texts().prop_map(Json::String),
    ];
    leaf.prop_map(spanned).prop_recursive(2, 6, 3, |inner| {
        let members = vec((texts(), inner.clone()), 0..3)
            .prop_map(|members| Json::Object(members.into_iter().map(|(key, value)| member(&key, value)).collect()));
        prop_oneof![vec(inner, 0..3).prop_map(Json::Array), members].prop_map(spanned)
    })
}

/// What no list of strings holds: `wrong`, or something that is not a string.
fn json_or_text(wrong: &'static str) -> impl Strategy<Value = JsonValue> {
    prop_oneof![
        1 => Just(spanned(Json::String(wrong.into()))),
        2 => json().prop_filter("not a string", not_a_string),
    ]
}

fn null_or_object() -> impl Strategy<Value = JsonValue> {
    json().prop_filter("null, a list or an object", |value| {
        matches!(value.node, Json::Null | Json::Object(_) | Json::Array(_))
    })
}

fn not_an_object(value: &JsonValue) -> bool {
    !matches!(value.node, Json::Object(_))
}

fn not_a_string(value: &JsonValue) -> bool {
    !matches!(value.node, Json::String(_))
}

/// A single value, a single value that cannot be read, or a list of both kinds.
fn one_or_many<T: Clone + std::fmt::Debug + 'static>(
    item: impl Strategy<Value = T> + 'static,
    invalid: impl Strategy<Value = JsonValue> + 'static,
) -> BoxedStrategy<OneOrMany<T>> {
    let (item, invalid) = (item.boxed(), invalid.boxed());
    let not_a_list = invalid
        .clone()
        .prop_filter("not a list", |value| !matches!(value.node, Json::Array(_)));
    let single_invalid = not_a_list.prop_map(|value| OneOrMany {
        list: false,
        items: Vec::new(),
        invalid: vec![value],
    });
    let many = (vec(item.clone(), 0..3), vec(invalid, 0..2)).prop_map(|(items, invalid)| OneOrMany {
        invalid,
        ..OneOrMany::many(items)
    });
    prop_oneof![4 => item.prop_map(OneOrMany::one), 1 => single_invalid, 4 => many].boxed()
}

fn element<T: std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Element<T>> {
    (any::<bool>(), value).prop_map(|(negated, value)| Element::new(negated, value))
}

/// Members under names that mean nothing where they stand.
fn extras(names: &'static [&'static str]) -> impl Strategy<Value = Vec<Member>> {
    let member = (select(names), json()).prop_map(|(name, value)| member(name, value));
    prop_oneof![3 => Just(Vec::new()), 1 => vec(member, 1..3)]
}

fn member(key: &str, value: JsonValue) -> Member {
    Member {
        key: spanned(key.into()),
        value,
    }
}

fn spanned<T>(node: T) -> Spanned<T> {
    Spanned::new(node, Span::default())
}
