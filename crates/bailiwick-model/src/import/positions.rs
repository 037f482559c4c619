//! Lines and columns of a large file, without counting from its start or along its one line each time.

use bailiwick_grammar::Position;

/// How many bytes lie between two known positions.
const STRIDE: usize = 1024;

/// Turns byte offsets of a text into lines and columns; each costs at most a stride.
pub(super) struct Positions<'t> {
    text: &'t str,
    /// The position of the byte at each multiple of `STRIDE`.
    known: Vec<Position>,
}

impl<'t> Positions<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut known = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut position = Position { line: 1, column: 1 };
        for block in text.as_bytes().chunks(STRIDE) {
            known.push(position);
            position = advance(position, block);
        }
        if known.is_empty() {
            known.push(position);
        }
        Self { text, known }
    }

    /// The line and column of an offset; one past the end is moved back to the end.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let block = (offset / STRIDE).min(self.known.len() - 1);
        advance(self.known[block], &self.text.as_bytes()[block * STRIDE..offset])
    }
}

fn advance(from: Position, bytes: &[u8]) -> Position {
    let count = |bytes: &[u8], counts: fn(u8) -> bool| {
        u32::try_from(bytes.iter().filter(|&&byte| counts(byte)).count()).unwrap_or(u32::MAX)
    };
    // A character begins with every byte that continues none.
    let begins_character: fn(u8) -> bool = |byte| byte & 0b1100_0000 != 0b1000_0000;
    match bytes.iter().rposition(|&byte| byte == b'\n') {
        None => Position {
            column: from.column + count(bytes, begins_character),
            ..from
        },
        Some(last) => Position {
            line: from.line + count(&bytes[..=last], |byte| byte == b'\n'),
            column: 1 + count(&bytes[last + 1..], begins_character),
        },
    }
}

#[cfg(test)]
mod tests {
    use bailiwick_grammar::LineIndex;

    use super::*;

    #[test]
    fn positions_are_those_of_a_line_index() {
        let line = "é".repeat(700) + "\n" + &"x".repeat(3000) + "\n\n";
        let text = line.repeat(3);
        let (positions, index) = (Positions::new(&text), LineIndex::new(&text));
        for (at, _) in text.char_indices() {
            assert_eq!(
                positions.position(at),
                index.position(&text, u32::try_from(at).unwrap()),
                "{at}"
            );
        }
        assert_eq!(Positions::new("").position(7).to_string(), "1:1");
        let exact = "x".repeat(STRIDE);
        assert_eq!(
            Positions::new(&exact).position(STRIDE).to_string(),
            format!("1:{}", STRIDE + 1)
        );
    }
}
