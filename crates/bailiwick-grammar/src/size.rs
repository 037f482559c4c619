//! The length of a policy as the quotas of IAM count it.

/// How long a managed policy may be, in characters without white space.
///
/// AWS: "IAM and AWS STS quotas".
pub const MANAGED_POLICY_SIZE: u32 = 6_144;

/// How long a role trust policy may be, in characters without white space, unless AWS raised the quota of the account.
///
/// AWS: "IAM and AWS STS quotas".
pub const ROLE_TRUST_POLICY_SIZE: u32 = 2_048;

/// The characters of a JSON text, without the white space between tokens.
///
/// AWS: "IAM and AWS STS quotas": "IAM doesn't count white space". Whether blanks within strings count is not said; they
/// do here.
pub fn size_without_white_space(text: &str) -> usize {
    let (mut size, mut in_string, mut escaped) = (0, false, false);
    for c in text.chars() {
        if !in_string && matches!(c, ' ' | '\t' | '\n' | '\r') {
            continue;
        }
        size += 1;
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && c == '\\' && !escaped;
    }
    size
}

#[cfg(test)]
mod tests {
    use super::size_without_white_space as size;

    #[test]
    fn white_space_between_tokens_does_not_count() {
        assert_eq!(size("{ \"a b\" :\n\t[1, 2]\r\n}"), r#"{"a b":[1,2]}"#.len());
        assert_eq!(
            size(r#"{ "a\" b" : "\\" , "c d": 1 }"#),
            r#"{"a\" b":"\\","c d":1}"#.len()
        );
        assert_eq!(size("é é"), 2);
    }
}
