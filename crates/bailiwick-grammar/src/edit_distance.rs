//! How much two names differ.

/// The number of bytes to insert, remove or replace to make one of the other, case aside, if no more than `limit`.
pub fn edit_distance(from: &str, to: &str, limit: usize) -> Option<usize> {
    let (from, to) = (from.as_bytes(), to.as_bytes());
    if from.len().abs_diff(to.len()) > limit {
        return None;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, wanted) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, found) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(!wanted.eq_ignore_ascii_case(found));
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
        if row.iter().min() > Some(&limit) {
            return None;
        }
    }
    row.last().copied().filter(|&distance| distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_inserted_removed_and_replaced() {
        assert_eq!(edit_distance("GetObject", "getobject", 0), Some(0));
        assert_eq!(edit_distance("GutObjects", "GetObject", 3), Some(2));
        assert_eq!(edit_distance("kitten", "sitting", 3), Some(3));
        assert_eq!(edit_distance("kitten", "sitting", 2), None);
        assert_eq!(edit_distance("", "abc", 3), Some(3));
        assert_eq!(edit_distance("", "", 0), Some(0));
    }
}
