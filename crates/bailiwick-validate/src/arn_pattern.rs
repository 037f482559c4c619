//! ARNs with wildcards and policy variables, and whether one of them can be of a given format.

use bailiwick_grammar::Arn;
use bailiwick_grammar::variable::first_colon;

/// The segments of an ARN as a policy has it: at most six, the last with its colons. Those within `${…}` part nothing.
pub(crate) fn segments(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    let mut left = 6;
    std::iter::from_fn(move || {
        let text = rest?;
        left -= 1;
        let colon = if left == 0 { None } else { first_colon(text) };
        rest = colon.map(|colon| &text[colon + 1..]);
        Some(&text[..colon.unwrap_or(text.len())])
    })
}

/// The ARN, where the text has six segments and begins with `arn:`.
pub(crate) fn arn(text: &str) -> Option<Arn<'_>> {
    let mut segments = segments(text);
    (segments.next() == Some("arn")).then_some(())?;
    Some(Arn {
        partition: segments.next()?,
        service: segments.next()?,
        region: segments.next()?,
        account: segments.next()?,
        resource: segments.next()?,
    })
}

/// The service segment of an ARN, shortened ones too; nothing where it is empty or has a policy variable.
pub(crate) fn service(text: &str) -> Option<&str> {
    let mut segments = segments(text);
    (segments.next() == Some("arn")).then_some(())?;
    segments
        .nth(1)
        .filter(|service| !service.is_empty() && !service.contains("${"))
}

/// Whether the text has a wildcard or a policy variable, so that it can stand for several.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || text.contains("${")
}

/// Whether some text fits both a pattern of a policy (`*`, `?`, and `${…}` for any text) and a format of the Service Authorization
/// Reference, or a part of either: `${…}` of a format stands for at least one character, its `*` for any text. The names of buckets,
/// tables and indexes have neither slashes nor colons.
///
/// Time grows with the length of the pattern times that of the format at most.
pub(crate) fn fits(pattern: &str, format: &str) -> bool {
    pattern == "*" || can_begin_alike(pattern, format) && meet(policy_tokens(pattern), &format_tokens(format))
}

/// Whether some text fits both a pattern of a policy and a plain text.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let tokens: Vec<Token> = text.bytes().map(Token::Byte).collect();
    meet(policy_tokens(pattern), &tokens)
}

/// Whether the pattern fits some account id: twelve digits.
pub(crate) fn can_be_account(pattern: &str) -> bool {
    meet(policy_tokens(pattern), &[Token::Digit; 12])
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Token {
    Byte(u8),
    Digit,
    One,
    Any,
    /// One character that a name can have.
    OneOfName,
    /// Any text of such characters.
    AnyName,
}

impl Token {
    /// Whether it stands for texts of any length.
    fn repeats(self) -> bool {
        matches!(self, Self::Any | Self::AnyName)
    }
}

/// The placeholders that stand for a name without slashes and colons.
///
/// AWS: S3 User Guide, "Bucket naming rules"; `DynamoDB` Developer Guide, "Naming rules".
const NAMES: [&str; 3] = ["BucketName", "IndexName", "TableName"];

/// A cheap look at the plain text that both begin with, for nearly all formats of a service go no further.
fn can_begin_alike(pattern: &str, format: &str) -> bool {
    let is_open = |byte: u8| matches!(byte, b'*' | b'?' | b'$');
    let (mut pattern, mut format) = (pattern.bytes(), format.bytes());
    loop {
        match (pattern.next(), format.next()) {
            (None, None) => return true,
            (Some(left), _) if is_open(left) => return true,
            (_, Some(right)) if is_open(right) => return true,
            (Some(left), Some(right)) if left == right => {}
            _ => return false,
        }
    }
}

fn policy_tokens(text: &str) -> impl Iterator<Item = Token> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let variable = rest
            .starts_with(b"${")
            .then(|| rest.iter().position(|&byte| byte == b'}'));
        if let Some(end) = variable.flatten() {
            at += end + 1;
            return Some(match rest[2..end] {
                [escaped @ (b'*' | b'?' | b'$')] => Token::Byte(escaped),
                _ => Token::Any,
            });
        }
        at += 1;
        Some(match rest[0] {
            b'*' => Token::Any,
            b'?' => Token::One,
            byte => Token::Byte(byte),
        })
    })
}

fn format_tokens(format: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(format.len());
    let mut rest = format;
    while let Some(&byte) = rest.as_bytes().first() {
        let placeholder = if rest.starts_with("${") { rest.find('}') } else { None };
        match (placeholder, byte) {
            (Some(end), _) if NAMES.contains(&&rest[2..end]) => tokens.extend([Token::OneOfName, Token::AnyName]),
            (Some(_), _) => tokens.extend([Token::One, Token::Any]),
            (None, b'*') => tokens.push(Token::Any),
            (None, byte) => tokens.push(Token::Byte(byte)),
        }
        let width = placeholder.map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |end| end + 1);
        if placeholder.is_none() && width > 1 {
            tokens.extend(rest.as_bytes()[1..width].iter().copied().map(Token::Byte));
        }
        rest = &rest[width..];
    }
    tokens
}

/// Whether some text fits both. `states` are the places in `right` that the part of `left` read so far can lead to.
fn meet(left: impl Iterator<Item = Token>, right: &[Token]) -> bool {
    let mut states = vec![0];
    let mut next = Vec::new();
    pass_over(&mut states, right);
    for token in left {
        next.clear();
        if token == Token::Any {
            next.extend(states[0]..=right.len());
        } else {
            for &state in &states {
                match right.get(state) {
                    Some(&other) if other.repeats() && overlap(token, other) => push(&mut next, state),
                    Some(&other) if !other.repeats() && overlap(token, other) => push(&mut next, state + 1),
                    _ => {}
                }
            }
            pass_over(&mut next, right);
        }
        if next.is_empty() {
            return false;
        }
        std::mem::swap(&mut states, &mut next);
    }
    states.last() == Some(&right.len())
}

fn overlap(left: Token, right: Token) -> bool {
    match (left, right) {
        (Token::Byte(left), Token::Byte(right)) => left == right,
        (Token::Byte(byte), Token::Digit) | (Token::Digit, Token::Byte(byte)) => byte.is_ascii_digit(),
        (Token::Byte(byte), Token::OneOfName | Token::AnyName) => !matches!(byte, b'/' | b':'),
        _ => true,
    }
}

/// Adds the states behind a `*`, which stands for nothing too. The states stay sorted.
fn pass_over(states: &mut Vec<usize>, right: &[Token]) {
    let mut at = 0;
    while let Some(&state) = states.get(at) {
        if right.get(state).is_some_and(|token| token.repeats()) && states.get(at + 1) != Some(&(state + 1)) {
            states.insert(at + 1, state + 1);
        }
        at += 1;
    }
}

fn push(states: &mut Vec<usize>, state: usize) {
    if states.last() != Some(&state) {
        states.push(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, format: &str, expected: bool) {
        assert_eq!(fits(pattern, format), expected, "`{pattern}` and `{format}`");
    }

    #[test]
    fn a_pattern_fits_a_format_where_one_text_is_of_both() {
        check("table/orders", "table/${TableName}", true);
        check("table/", "table/${TableName}", false);
        check("table/*", "table/${TableName}/index/${IndexName}", true);
        check("*", "table/${TableName}", true);
        check("*/index/?", "table/${TableName}/index/${IndexName}", true);
        check("tab*x", "table/${TableName}", true);
        check("queue*", "table/${TableName}", false);
        check("${aws:username}", "table/${TableName}", true);
        check("table/${*}", "table/${TableName}", true);
        check("t${*}ble/x", "table/${TableName}", false);
        check("t?ble/x", "table/${TableName}", true);
        check("", "", true);
        check("*", "", true);
        check("?", "", false);
        check("", "${Region}", false);
        check("${a", "${Region}", true);
        check("default", "default", true);
        check("default/x", "default", false);
        check("anything", "*", true);
        check("", "*", true);
        check("Größe", "${Name}", true);
        check("a/b", "${Name}", true);
        check("table/a/stream/*", "table/${TableName}", false);
        check("table/a*/index/*", "table/${TableName}", false);
        check("table/a*", "table/${TableName}/index/${IndexName}", true);
        check("table/${aws:username}", "table/${TableName}", true);
        check(":b/*", "${BucketName}/${ObjectName}", false);
        check("b/c:d/e", "${BucketName}/${ObjectName}", true);
        check("größer", "größe", false);
    }

    #[test]
    fn an_account_has_twelve_digits() {
        for account in ["111122223333", "*", "1111*", "????????????", "${aws:PrincipalAccount}"] {
            assert!(can_be_account(account), "{account}");
        }
        for other in ["", "11112222333", "aws", "1111222233334", "1*a", "?????"] {
            assert!(!can_be_account(other), "{other}");
        }
    }

    #[test]
    fn variables_are_not_parted_at_their_colons() {
        let parts: Vec<&str> = segments("arn:aws:s3::${aws:PrincipalAccount}:a:b").collect();
        assert_eq!(parts, ["arn", "aws", "s3", "", "${aws:PrincipalAccount}", "a:b"]);
        assert_eq!(segments("").collect::<Vec<_>>(), [""]);
        assert_eq!(
            arn("arn:aws:s3:::${aws:username}").map(|arn| arn.resource),
            Some("${aws:username}")
        );
    }

    #[test]
    fn shortened_arns_have_a_service() {
        for (text, expected) in [
            ("arn:aws:sqs", Some("sqs")),
            ("arn:aws:SQS:*:*:a", Some("SQS")),
            ("arn:aws", None),
            ("arn:aws::::a", None),
            ("arn:aws:${aws:service}:::a", None),
            ("aws:aws:sqs", None),
        ] {
            assert_eq!(service(text), expected, "{text}");
        }
        assert_eq!(arn("arn:aws:sqs:*:*"), None);
    }
}
