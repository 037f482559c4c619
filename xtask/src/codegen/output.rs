//! Generated files against those in the repository.

use std::fs;
use std::path::{Path, PathBuf};

use super::Files;
use crate::workspace;

/// Makes the folder hold exactly these files; one that is right already is not touched.
pub(super) fn write(folder: &Path, files: &Files) -> Result<(), String> {
    for (name, text) in files {
        let path = folder.join(name);
        let failure = |error| format!("cannot write {}: {error}", path.display());
        if fs::read_to_string(&path).is_ok_and(|present| present == *text) {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failure)?;
        }
        fs::write(&path, text).map_err(failure)?;
    }
    for extra in extra(folder, files)? {
        fs::remove_file(&extra).map_err(|error| format!("cannot remove {}: {error}", extra.display()))?;
    }
    Ok(())
}

/// What [`write()`] would do, one line for each file.
pub(super) fn differences(folder: &Path, files: &Files) -> Result<Vec<String>, String> {
    let mut differences = Vec::new();
    for (name, text) in files {
        match fs::read_to_string(folder.join(name)) {
            Ok(present) if present == *text => {}
            Ok(_) => differences.push(format!("{} differs", name.display())),
            Err(_) => differences.push(format!("{} is missing", name.display())),
        }
    }
    differences.extend(
        extra(folder, files)?
            .iter()
            .map(|path| format!("{} does not belong", path.display())),
    );
    Ok(differences)
}

/// Files in the folder, and in those of its folders that are written to, that are not generated.
fn extra(folder: &Path, files: &Files) -> Result<Vec<PathBuf>, String> {
    let mut extra = Vec::new();
    let mut folders: Vec<PathBuf> = files
        .keys()
        .filter_map(|name| folder.join(name).parent().map(Path::to_path_buf))
        .collect();
    folders.sort();
    folders.dedup();
    for folder_read in folders.iter().filter(|path| path.is_dir()) {
        for path in workspace::entries(folder_read)? {
            let generated = path.strip_prefix(folder).is_ok_and(|name| files.contains_key(name));
            if path.is_file() && !generated {
                extra.push(path);
            }
        }
    }
    Ok(extra)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_a_missing_and_a_left_over_file_are_told_and_mended() {
        let folder = std::env::temp_dir().join(format!("bailiwick-codegen-{}", std::process::id()));
        let files = |text: &str| Files::from([("a/x.tsv".into(), text.to_owned()), ("y.rs".into(), text.to_owned())]);
        write(&folder, &files("1")).unwrap();
        assert_eq!(differences(&folder, &files("1")), Ok(Vec::new()));

        fs::write(folder.join("y.rs"), "edited").unwrap();
        fs::remove_file(folder.join("a/x.tsv")).unwrap();
        fs::write(folder.join("a/z.tsv"), "").unwrap();
        let told = differences(&folder, &files("1")).unwrap();
        assert_eq!(told[..2], ["a/x.tsv is missing", "y.rs differs"]);
        assert!(told[2].ends_with("z.tsv does not belong"));

        write(&folder, &files("1")).unwrap();
        assert_eq!(differences(&folder, &files("1")), Ok(Vec::new()));
        fs::remove_dir_all(&folder).unwrap();
    }
}
