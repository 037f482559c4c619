//! Names, compared without regard to ASCII case, and the sorted tables that are searched by them.

use std::cmp::Ordering;

/// The order of the generated tables.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    compare_bytes(left.as_bytes(), right.as_bytes())
}

/// The row of that name in a table sorted by [`compare`].
pub(crate) fn find<'t, T>(table: &'t [T], name: &str, name_of: impl Fn(&T) -> &'static str) -> Option<&'t T> {
    let at = table.binary_search_by(|row| compare(name_of(row), name)).ok()?;
    table.get(at)
}

/// The rows of a table sorted by [`compare`] whose names start with `prefix`.
pub(crate) fn starting_with<'t, T>(table: &'t [T], prefix: &str, name_of: impl Fn(&T) -> &'static str) -> &'t [T] {
    let head = |row: &T| {
        let name = name_of(row).as_bytes();
        let head = &name[..name.len().min(prefix.len())];
        compare_bytes(head, prefix.as_bytes())
    };
    let start = table.partition_point(|row| head(row) == Ordering::Less);
    let length = table[start..].partition_point(|row| head(row) == Ordering::Equal);
    &table[start..start + length]
}

fn compare_bytes(left: &[u8], right: &[u8]) -> Ordering {
    // Nearly always two names differ within their first few characters, or are spelt alike.
    let pairs = left.iter().zip(right);
    for (left, right) in pairs {
        if left != right {
            let order = left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase());
            if order != Ordering::Equal {
                return order;
            }
        }
    }
    left.len().cmp(&right.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [&str; 5] = ["Describe", "GetObject", "GetObjectAcl", "getQueue", "List"];

    #[test]
    fn case_is_ignored() {
        assert_eq!(find(&TABLE, "GETQUEUE", |name| name), Some(&"getQueue"));
        assert_eq!(find(&TABLE, "GetQueu", |name| name), None);
        assert_eq!(find(&TABLE, "", |name| name), None);
        assert_eq!(find(&TABLE, "Größe", |name| name), None);
    }

    #[test]
    fn a_prefix_selects_a_range() {
        assert_eq!(starting_with(&TABLE, "get", |name| name), &TABLE[1..4]);
        assert_eq!(starting_with(&TABLE, "GETOBJECT", |name| name), &TABLE[1..3]);
        assert_eq!(starting_with(&TABLE, "", |name| name), &TABLE);
        assert!(starting_with(&TABLE, "Zzz", |name| name).is_empty());
        assert!(starting_with(&TABLE, "Listen", |name| name).is_empty());
    }
}
