//! Names that ignore case: of actions and of condition keys. A name is known by the hash of its lower-case form, so that looking one up
//! compares numbers, and texts only where the numbers agree.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

/// The hash of a name as it is looked up.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct NameHash(u64);

/// Names of common length are folded without allocating.
const SHORT: usize = 96;

impl NameHash {
    /// The hash of a name whose ASCII letters ignore case: an action, or its service.
    pub(crate) fn of_ascii(name: &str) -> Self {
        let mut buffer = [0; SHORT];
        match buffer.get_mut(..name.len()) {
            Some(lower) => {
                lower.copy_from_slice(name.as_bytes());
                lower.make_ascii_lowercase();
                Self::of_bytes(lower)
            }
            None => Self::of_bytes(name.to_ascii_lowercase().as_bytes()),
        }
    }

    /// The hash of a name whose letters all ignore case: a condition key.
    pub(crate) fn of_key(name: &str) -> Self {
        if name.is_ascii() {
            Self::of_ascii(name)
        } else {
            Self::of_bytes(lower_case(name).as_bytes())
        }
    }

    /// A bit of 64 that equal names share.
    pub(crate) fn bit(self) -> u64 {
        1 << (self.0 >> 58)
    }

    /// The leading bits: where the name stands in a table of `1 << bits` buckets that is in order of the hashes.
    pub(crate) fn bucket(self, bits: u32) -> usize {
        usize::try_from(self.0.checked_shr(64 - bits).unwrap_or(0)).unwrap_or(0)
    }

    fn of_bytes(name: &[u8]) -> Self {
        Self(FixedState::default().hash_one(name))
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
        let long = "x".repeat(SHORT + 1);
        check(&long, &long.to_uppercase());
        assert!(is_named("aws:\u{212A}", "aws:k"));
        assert!(!is_named("aws:KK", "aws:k"));
    }
}
