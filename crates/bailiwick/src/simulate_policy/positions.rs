//! Where a statement stands in its document, as the simulator counts it.
//!
//! `StartPosition` is the place just after the JSON token before the statement, `EndPosition` the place just after its closing brace.
//! For the first statement of a list the token before is the bracket, for a later one the brace of the statement before it; a comma is
//! none. A statement that is no list element starts just after its own opening brace.

use bailiwick_grammar::Position;
use bailiwick_policy::Policy;

/// The start and the end of each statement of a policy that was lowered from `text`.
pub(super) fn statement_positions(text: &str, policy: &Policy) -> Vec<(Position, Position)> {
    let mut cursor = Cursor::new(text);
    let mut previous: Option<Position> = None;
    let statements = policy.statements().iter();
    statements
        .map(|statement| {
            let span = statement.span.range();
            let start = previous.unwrap_or_else(|| cursor.advance_to(start_of_first(text, span.start)));
            let end = cursor.advance_to(span.end);
            previous = Some(end);
            (start, end)
        })
        .collect()
}

/// The offset where the first statement starts, whose opening brace is at `brace`.
fn start_of_first(text: &str, brace: usize) -> usize {
    let before = text.get(..brace).unwrap_or_default();
    let before = before.trim_end_matches([' ', '\t', '\n', '\r']);
    if before.ends_with('[') { before.len() } else { brace + 1 }
}

/// Counts lines and characters, from one, in one pass. A carriage return, a line feed, and both together end a line.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
    position: Position,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str) -> Self {
        let position = Position { line: 1, column: 1 };
        Self { text, at: 0, position }
    }

    /// The position of an offset, which is not before that of the last call.
    fn advance_to(&mut self, offset: usize) -> Position {
        let mut rest = self.text.get(self.at..offset).unwrap_or_default().chars().peekable();
        while let Some(c) = rest.next() {
            let ends_line = c == '\n' || (c == '\r' && rest.peek() != Some(&'\n'));
            let Position { line, column } = &mut self.position;
            if ends_line {
                (*line, *column) = (line.saturating_add(1), 1);
            } else {
                *column = column.saturating_add(1);
            }
        }
        self.at = self.at.max(offset);
        self.position
    }
}

#[cfg(test)]
mod tests {
    use bailiwick_grammar::PolicyType;
    use bailiwick_policy::lower_text;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let policy = lower_text(text, PolicyType::IdentityBasedPolicy).unwrap();
        let found = statement_positions(text, &policy);
        let found: Vec<_> = (found.iter().map(|(start, end)| (start.to_string(), end.to_string()))).collect();
        let found: Vec<_> = found.iter().map(|(start, end)| (&**start, &**end)).collect();
        assert_eq!(found, expected);
    }

    /// AWS CLI, `awscli/examples/iam/simulate-custom-policy.rst`: the document has 167 characters.
    #[test]
    fn a_single_statement_starts_after_its_own_brace() {
        let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#;
        assert_eq!(text.len(), 167);
        check(text, &[("1:38", "1:167")]);
    }

    /// Recorded: a compact list.
    #[test]
    fn the_first_statement_of_a_list_starts_after_the_bracket() {
        let text =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:ListQueues","Resource":"*"}]}"#;
        // The document ends with `]}`: the statement's brace is two characters before its end.
        assert_eq!(text.len(), 98);
        check(text, &[("1:38", "1:97")]);
    }

    /// Recorded: Python's `json.dumps`; the next statement starts where this one ends, before the comma.
    #[test]
    fn a_later_statement_starts_where_the_one_before_it_ends() {
        let first = r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::acme-reports", "arn:aws:s3:::acme-reports/x*"]}"#;
        let second = r#"{"Effect": "Deny", "Action": "sns:*", "Resource": "*"}"#;
        assert_eq!((first.len(), second.len()), (139, 54));
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{first}, {second}]}}"#);
        check(&text, &[("1:41", "1:180"), ("1:180", "1:236")]);
    }

    /// AWS CLI, `awscli/examples/iam/simulate-principal-policy.rst`: 4 spaces; the bracket is in line 3, the brace in line 9.
    #[test]
    fn white_space_and_line_breaks_before_a_statement_belong_to_it() {
        let text = "{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n            \"Sid\": \"VisualEditor0\",\n            \"Effect\": \"Allow\",\n            \"Action\": \"codecommit:ListRepositories\",\n            \"Resource\": \"*\"\n        }\n    ]\n}";
        check(text, &[("3:19", "9:10")]);
    }

    /// Recorded: each kind of line break counts once, and a character beyond ASCII is one column.
    #[test]
    fn every_kind_of_line_break_counts_and_columns_are_characters() {
        let lines = [
            "{",
            "  \"Statement\": [",
            "    {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}",
            "  ]",
            "}",
        ];
        for line_break in ["\n", "\r\n", "\r"] {
            check(&lines.join(line_break), &[("2:17", "3:56")]);
        }
        let text = r#"{"Id": "été", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        check(text, &[("1:29", "1:80")]);
    }
}
