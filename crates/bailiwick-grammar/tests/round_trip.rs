//! Printing and parsing are each other's inverse, and parsing survives everything.

use bailiwick_grammar::ast::{
    ConditionBlock, ConditionEntry, Element, OneOrMany, OperatorBlock, PolicyDocument, PrincipalBlock, Statement,
};
use bailiwick_grammar::json::{Json, JsonValue, Member, parse_json};
use bailiwick_grammar::{
    DiagnosticCode, Limits, ParseOptions, Parsed, PolicyType, Span, Spanned, check_policy_type, parse_policy,
    parse_policy_bytes, print_policy,
};
use bailiwick_testkit::generate::{syntax, world};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn parse(text: &str) -> Parsed {
    parse_policy(text, &ParseOptions::default())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn what_is_printed_reads_as_the_same_tree(document in syntax::documents()) {
        let printed = print_policy(&document);
        let parsed = parse(&printed);
        check_places(&printed, 0, &parsed);
        let again = parsed.document.expect("a printed policy is a JSON object").node;
        prop_assert_eq!(&again, &document, "{}", printed);
        prop_assert_eq!(print_policy(&again), printed);
    }

    #[test]
    fn a_well_formed_policy_stays_one(
        (policy_type, document) in select(&PolicyType::ALL[..])
            .prop_flat_map(|policy_type| (Just(policy_type), world::documents(policy_type)))
    ) {
        let printed = print_policy(&document);
        let parsed = parse(&printed);
        prop_assert!(!parsed.has_errors(), "{policy_type}: {printed}\n{:?}", parsed.diagnostics);
        prop_assert_eq!(parsed.document.expect("no errors").node, document);
    }

    #[test]
    fn any_json_in_the_words_of_policies_is_read(text in json_of_policies()) {
        prop_assert!(is_json(&text));
        check_text(&text, 0);
    }

    #[test]
    fn any_text_is_read(pieces in vec(piece(), 0..40), base in select(vec![0, 7, u32::MAX - 400])) {
        check_text(&pieces.concat(), base);
    }

    #[test]
    fn a_damaged_policy_is_read(document in syntax::documents(), damages in vec(damage(), 1..4)) {
        let mut text = print_policy(&document);
        for (at, length, inserted) in damages {
            text = damaged(&text, at, length, &inserted);
        }
        check_text(&text, 0);
    }

    #[test]
    fn any_bytes_are_read(bytes in vec(any::<u8>(), 0..60)) {
        let parsed = parse_policy_bytes(&bytes, &ParseOptions::default());
        prop_assert!(parsed.document.is_some() || parsed.has_errors());
    }
}

/// Tokens of JSON and of policies, and what is none.
fn piece() -> impl Strategy<Value = String> {
    let tokens = vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "\\u12",
        "\\ud800",
        "\\ud83d\\ude00",
        "//",
        "/*",
        "*/",
        "\n",
        " ",
        "null",
        "true",
        "nul",
        "-",
        "1e",
        "01",
        "\"Statement\"",
        "\"Effect\":\"Allow\"",
        "\"Action\":[\"s3:*\"]",
        "\"Principal\":",
        "{\"AWS\":\"*\"}",
        "\"Condition\":{\"StringLike\":{\"aws:x\":",
        "\"${aws:\\u0078\"",
        "\u{feff}",
        "é",
        "😀",
        "\0",
    ];
    prop_oneof![
        9 => select(tokens).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

/// JSON that has the words of policies in any place, any order, any number.
fn json_of_policies() -> impl Strategy<Value = String> {
    let words = "Version Id Statement Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition AWS Service \
        Federated CanonicalUser * StringLike ForAnyValue:Bool NullIfExists aws:x x Allow Deny 2012-10-17 s3:Get* 111122223333 \
        ec2.amazonaws.com arn:aws:s3:::${aws:username} ${";
    let words: Vec<String> = words.split_whitespace().map(|word| format!("\"{word}\"")).collect();
    let word = select(words.clone());
    let leaf = prop_oneof![6 => select(words), 1 => select(vec!["null", "true", "-1.5e3", "[]", "{}"]).prop_map(str::to_owned)];
    let value = leaf.prop_recursive(5, 40, 6, move |inner| {
        let list = vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(",")));
        let member = (word.clone(), inner).prop_map(|(key, value)| format!("{key}:{value}"));
        let object = vec(member, 0..7).prop_map(|members| format!("{{{}}}", members.join(",")));
        prop_oneof![1 => list, 3 => object]
    });
    let statement =
        vec(value.clone(), 0..3).prop_map(|statements| format!("{{\"Statement\":[{}]}}", statements.join(",")));
    prop_oneof![1 => value, 3 => statement]
}

/// Where to damage a text, how much to take away, and what to put there.
fn damage() -> impl Strategy<Value = (Index, usize, String)> {
    (any::<Index>(), 0..4_usize, prop_oneof![Just(String::new()), piece()])
}

fn damaged(text: &str, at: Index, length: usize, inserted: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let start = at.index(letters.len() + 1);
    let end = (start + length).min(letters.len());
    let (before, after) = (&letters[..start], &letters[end..]);
    before
        .iter()
        .copied()
        .chain(inserted.chars())
        .chain(after.iter().copied())
        .collect()
}

fn check_text(text: &str, base: u32) {
    let parsed = parse_policy(
        text,
        &ParseOptions {
            base,
            ..ParseOptions::default()
        },
    );
    check_places(text, base, &parsed);
    assert!(parsed.document.is_some() || parsed.has_errors(), "{text:?}");
    if let Some(document) = &parsed.document {
        let printed = print_policy(document);
        let again = parse(&printed).document.expect("a printed policy is a JSON object");
        assert_eq!(print_policy(&again), printed, "{text:?}");
        // What is unreadable prints as `null`; all else comes back.
        if is_json(text) {
            assert_eq!(again, *document, "{text:?}");
        }
    }
}

/// Whether the text is JSON, but perhaps for keys that stand twice.
fn is_json(text: &str) -> bool {
    let (_, found) = parse_json(text, 0, &Limits::default());
    found
        .iter()
        .all(|diagnostic| !diagnostic.is_error() || diagnostic.code == DiagnosticCode::DuplicateKey)
}

/// Every place lies within the text, on the bounds of characters.
fn check_places(text: &str, base: u32, parsed: &Parsed) {
    let mut spans = Vec::new();
    for diagnostic in &parsed.diagnostics {
        spans.push(diagnostic.span);
        spans.extend(diagnostic.labels.iter().map(|label| label.span));
    }
    if let Some(document) = &parsed.document {
        of_document(document, &mut spans);
        for policy_type in PolicyType::ALL {
            let found = check_policy_type(document, policy_type);
            spans.extend(found.iter().map(|diagnostic| diagnostic.span));
        }
    }
    for span in spans {
        let inside = span.start >= base && span.start <= span.end;
        let range = span.start.saturating_sub(base) as usize..span.end.saturating_sub(base) as usize;
        assert!(
            inside && text.get(range).is_some(),
            "{span:?} in {text:?} at {base}\n{parsed:?}"
        );
    }
}

fn of_document(document: &Spanned<PolicyDocument>, spans: &mut Vec<Span>) {
    spans.push(document.span);
    spans.extend(document.version.as_ref().map(|version| version.span));
    spans.extend(document.id.as_ref().map(|id| id.span));
    document
        .statements
        .iter()
        .for_each(|statements| of_values(statements, of_statement, spans));
    of_members(&document.extra, spans);
}

fn of_statement(statement: &Statement, spans: &mut Vec<Span>) {
    spans.extend(statement.sid.as_ref().map(|sid| sid.span));
    spans.extend(statement.effect.as_ref().map(|effect| effect.span));
    if let Some(principal) = &statement.principal {
        of_element(principal, spans);
        if let PrincipalBlock::Map { entries, extra } = &principal.value.node {
            for entry in entries {
                spans.push(entry.principal_type.span);
                of_values(&entry.values, |_, _| (), spans);
            }
            of_members(extra, spans);
        }
    }
    if let Some(action) = &statement.action {
        of_element(action, spans);
        of_values(&action.value, |_, _| (), spans);
    }
    if let Some(resource) = &statement.resource {
        of_element(resource, spans);
        of_values(&resource.value, |_, _| (), spans);
    }
    if let Some(condition) = &statement.condition {
        spans.push(condition.span);
        of_condition(condition, spans);
    }
    of_members(&statement.extra, spans);
}

fn of_condition(condition: &ConditionBlock, spans: &mut Vec<Span>) {
    for OperatorBlock { operator, keys, extra } in &condition.operators {
        spans.push(operator.span);
        for ConditionEntry { key, values } in keys {
            spans.push(key.span);
            of_values(values, |_, _| (), spans);
        }
        of_members(extra, spans);
    }
    of_members(&condition.extra, spans);
}

fn of_element<T>(element: &Element<T>, spans: &mut Vec<Span>) {
    spans.extend([element.name.span, element.value.span, element.span()]);
}

fn of_values<T>(values: &Spanned<OneOrMany<T>>, item: impl Fn(&T, &mut Vec<Span>), spans: &mut Vec<Span>) {
    spans.push(values.span);
    for value in &values.items {
        spans.push(value.span);
        item(&value.node, spans);
    }
    values.invalid.iter().for_each(|value| of_json(value, spans));
}

fn of_members(members: &[Member], spans: &mut Vec<Span>) {
    for member in members {
        spans.push(member.key.span);
        of_json(&member.value, spans);
    }
}

fn of_json(value: &JsonValue, spans: &mut Vec<Span>) {
    spans.push(value.span);
    match &value.node {
        Json::Array(items) => items.iter().for_each(|item| of_json(item, spans)),
        Json::Object(members) => of_members(members, spans),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Invalid => {}
    }
}
