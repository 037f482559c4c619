//! The six segments of an ARN.

use super::glob::{Piece, matches};

/// C §4.1: the text split at its first five colons; nothing where it has fewer.
pub(super) fn segments(text: &str) -> Option<[&str; 6]> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    parts.try_into().ok()
}

/// The pattern split at its first five colons, as many segments as it has. A colon within replaced text splits nothing.
pub(super) fn pattern_segments(pattern: &[Piece]) -> Vec<Vec<Piece>> {
    pattern
        .splitn(6, |piece| *piece == Piece::Written(':'))
        .map(<[Piece]>::to_vec)
        .collect()
}

/// C §4.3: each segment of the pattern against the same segment of the ARN.
pub(super) fn segmentwise(pattern: &[Vec<Piece>], arn: [&str; 6]) -> bool {
    pattern.len() == 6
        && pattern
            .iter()
            .zip(arn)
            .all(|(pattern, segment)| matches(pattern, segment))
}

/// C §4, `ArnLike` and `ArnEquals`: with case, segment by segment; nothing matches that has fewer than six segments.
pub(super) fn arn_like(pattern: &[Piece], value: &str) -> bool {
    segments(value).is_some_and(|arn| segmentwise(&pattern_segments(pattern), arn))
}
