//! Policies that are yet to be made: templates of `CloudFormation` and Terraform.

/// Whether a text looks like a template of `CloudFormation` or Terraform rather than like the policy that is made of it: it has functions,
/// references or variables of theirs. Variables of IAM have a colon, as `${aws:username}`, and their prefixes are lowercase.
pub fn is_template(text: &str) -> bool {
    text.contains("\"Fn::") || has_key(text, "\"Ref\"") || text.split("${").skip(1).any(is_reference)
}

fn has_key(text: &str, key: &str) -> bool {
    text.split(key).skip(1).any(|rest| rest.trim_start().starts_with(':'))
}

/// Whether what follows `${` is `AWS::Partition}`, `aws_s3_bucket.logs.arn}` or the like.
fn is_reference(rest: &str) -> bool {
    if rest.starts_with("AWS::") {
        return true;
    }
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let after = rest.trim_start_matches(name);
    let first = rest.chars().next();
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && after.starts_with(['.', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_have_references_that_policies_have_not() {
        for text in [
            r#"{"Resource": "arn:${AWS::Partition}:s3:::b"}"#,
            r#"{"Resource": "${aws_s3_bucket.logs.arn}/*"}"#,
            r#"{"Resource": "${var.arns[0]}"}"#,
            r#"{"Resource": {"Fn::Sub": "x"}}"#,
            r#"{"Resource": {"Ref" : "Bucket"}}"#,
        ] {
            assert!(is_template(text), "{text}");
        }
        for text in [
            r#"{"Resource": "arn:aws:s3:::b/${aws:username}/*"}"#,
            r#"{"Resource": "${aws:PrincipalTag/team.name}${*}${$}"}"#,
            r#"{"Sid": "Ref", "Resource": "${"}"#,
            "${username}",
        ] {
            assert!(!is_template(text), "{text}");
        }
    }
}
