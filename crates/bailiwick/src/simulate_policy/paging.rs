//! Which results a page has: `MaxItems` and `Marker`.

use std::ops::Range;

use super::SimulatePolicyError;

const DEFAULT: usize = 100;
const MAXIMUM: u32 = 1000;

/// What a marker begins with. What follows is the place of the next result, in hexadecimal; callers are not to know.
const PREFIX: &str = "AAsim";

/// The results of a page, and the marker of the next one if there is one.
pub(super) fn page(
    max_items: Option<u32>,
    marker: Option<&str>,
    results: usize,
) -> Result<(Range<usize>, Option<String>), SimulatePolicyError> {
    let length = match max_items {
        None => DEFAULT,
        Some(items @ 1..=MAXIMUM) => items as usize,
        Some(items) => {
            let (word, bound) = if items == 0 { ("greater", 1) } else { ("less", MAXIMUM) };
            let constraint = format!("Member must have value {word} than or equal to {bound}");
            return Err(SimulatePolicyError::constraint(items, "maxItems", &constraint));
        }
    };
    let start = marker.map_or(Ok(0), start)?.min(results);
    let end = start.saturating_add(length).min(results);
    Ok((start..end, (end < results).then(|| format!("{PREFIX}{end:08x}"))))
}

fn start(marker: &str) -> Result<usize, SimulatePolicyError> {
    let place = marker.strip_prefix(PREFIX).filter(|place| {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        place.len() == 8 && place.bytes().all(digit)
    });
    place
        .and_then(|place| usize::from_str_radix(place, 16).ok())
        .ok_or_else(|| SimulatePolicyError::invalid_input("Invalid marker for pagination."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another_until_nothing_is_left() {
        let (first, marker) = page(Some(2), None, 5).unwrap();
        let (second, next) = page(Some(2), marker.as_deref(), 5).unwrap();
        let (third, last) = page(None, next.as_deref(), 5).unwrap();
        assert_eq!((first, second, third, last), (0..2, 2..4, 4..5, None));
        assert_eq!(page(None, None, 101).unwrap().0, 0..100);
        assert_eq!(page(None, None, 0).unwrap(), (0..0, None));
    }

    /// Recorded: a marker outlives a change of the question; beyond its end there is nothing.
    #[test]
    fn a_marker_beyond_the_end_gives_an_empty_page() {
        let (_, marker) = page(Some(2), None, 5).unwrap();
        assert_eq!(page(None, marker.as_deref(), 1).unwrap(), (1..1, None));
    }

    #[test]
    fn what_is_no_marker_and_no_number_of_items_is_refused() {
        for marker in ["", "x", "AAsim", "AAsim+0000001", "AAsim123456789", "AAsim0000000É"] {
            let error = page(None, Some(marker), 5).unwrap_err();
            assert_eq!(error.message(), "Invalid marker for pagination.");
        }
        let too_many = page(Some(1001), None, 5).unwrap_err().to_string();
        assert!(
            too_many.ends_with("Member must have value less than or equal to 1000"),
            "{too_many}"
        );
        let too_few = page(Some(0), None, 5).unwrap_err().to_string();
        assert!(
            too_few.ends_with("Member must have value greater than or equal to 1"),
            "{too_few}"
        );
    }
}
