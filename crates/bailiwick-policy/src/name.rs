//! Names that ignore case: of actions and of condition keys. A name is known by a hash that ignores case, so that looking one up
//! compares numbers, and texts only where the numbers agree.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// The hash of a name. Names that differ only in case have the same; so may others, by chance.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct NameHash(u64);

/// The bytes of a word at a time.
const WORD: usize = size_of::<u64>();

impl NameHash {
    /// The hash of a name whose ASCII letters ignore case: an action, or its service.
    pub(crate) fn of_ascii(name: &str) -> Self {
        let mut hasher = FixedState::default().build_hasher();
        hasher.write_usize(name.len());
        let (words, _) = name.as_bytes().as_chunks();
        for word in words {
            hasher.write_u64(fold(*word));
        }
        hasher.write_u64(folded_end(name.as_bytes()));
        Self(hasher.finish())
    }

    /// The hash of a name whose letters all ignore case: a condition key.
    pub(crate) fn of_key(name: &str) -> Self {
        if name.is_ascii() {
            Self::of_ascii(name)
        } else {
            Self::of_ascii(&lower_case(name))
        }
    }

    /// A bit of 64 that equal names share.
    pub(crate) fn bit(self) -> u64 {
        1 << (self.0 >> 58)
    }

    /// The leading bits: where the name stands in a table of `1 << bits` buckets that is in order of the hashes.
    pub(crate) fn bucket(self, bits: u32) -> usize {
        let leading = self.0.checked_shr(u64::BITS - bits).unwrap_or(0);
        usize::try_from(leading).unwrap_or_default()
    }
}

/// The bit that tells small ASCII letters from capital ones, in every byte. Setting it makes some other characters equal too.
const CASE: u64 = 0x2020_2020_2020_2020;

fn fold(word: [u8; WORD]) -> u64 {
    u64::from_le_bytes(word) | CASE
}

/// The first word of a text, without case; what a shorter text lacks is blank.
pub(crate) fn folded_start(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(word) => fold(*word),
        None => (text.iter().rev()).fold(0, |word, &byte| word << 8 | u64::from(byte)) | CASE,
    }
}

/// The last word of a text, without case; all of a shorter text.
fn folded_end(text: &[u8]) -> u64 {
    text.last_chunk().map_or_else(|| folded_start(text), |word| fold(*word))
}

/// The bits of a word that its first bytes fill.
pub(crate) fn mask(bytes: usize) -> u64 {
    match bytes {
        0..WORD => (1 << (8 * bytes)) - 1,
        WORD.. => u64::MAX,
    }
}

/// The form in which the names of condition keys are compared: simple lower case, character by character.
pub(crate) fn lower_case(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// Whether a name is the one whose lower-case form is `lower`.
pub(crate) fn is_named(name: &str, lower: &str) -> bool {
    name.eq_ignore_ascii_case(lower)
        || (!name.is_ascii() && name.chars().flat_map(char::to_lowercase).eq(lower.chars()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_have_equal_hashes() {
        let check = |a, b| assert_eq!(NameHash::of_key(a), NameHash::of_key(b));
        check("aws:PrincipalTag/Équipe", "AWS:principaltag/équipe");
        check("aws:K", "aws:\u{212A}");
        check("s3:GetObject", "S3:GETOBJECT");
        assert_ne!(NameHash::of_key("aws:a"), NameHash::of_key("aws:a "));
        assert!(is_named("aws:\u{212A}", "aws:k"));
        assert!(!is_named("aws:KK", "aws:k"));
    }

    #[test]
    fn the_start_of_a_text_has_no_case() {
        assert_eq!(folded_start(b"DescribeX"), folded_start(b"describeY"));
        assert_eq!(folded_start(b"GetObject") & mask(3), folded_start(b"get") & mask(3));
        assert_ne!(folded_start(b"Ge") & mask(3), folded_start(b"get") & mask(3));
        assert_eq!((mask(0), mask(1), mask(9)), (0, 0xFF, u64::MAX));
    }
}
