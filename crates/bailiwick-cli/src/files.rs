//! Files and folders.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use bailiwick::{Environment, ExportFile, is_export, load_account_export, load_exports};

use crate::output::Failure;

/// The largest file that is read, in bytes.
pub(crate) const MAX_FILE_BYTES: u64 = 1 << 30;

/// A file that was read.
pub(crate) struct ReadFile {
    /// Its name within its folder, with `/`.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// The exports of a folder, or one export; and the environment that they make.
pub(crate) struct Exports {
    pub(crate) files: Vec<ReadFile>,
    pub(crate) environment: Environment,
    /// Files of the folder that could not be read at all, with the reason.
    pub(crate) unreadable: Vec<String>,
}

impl Exports {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        if !path.is_dir() {
            let file = ReadFile {
                name: path.display().to_string(),
                bytes: read(path)?,
            };
            let environment = load_account_export(ExportFile {
                name: &file.name,
                bytes: &file.bytes,
            });
            return Ok(Self {
                files: vec![file],
                environment,
                unreadable: Vec::new(),
            });
        }
        let mut files = Vec::new();
        let mut unreadable = Vec::new();
        for folder in ["", "accounts"] {
            read_folder(&path.join(folder), folder, &mut files, &mut unreadable)?;
        }
        if files.is_empty() {
            return Err(Failure::wrong(format!(
                "there are no exports in `{}`: an organization is a folder with `org.json` and `accounts/ID.gaad.json`",
                path.display()
            )));
        }
        let exports: Vec<_> = files
            .iter()
            .map(|file| ExportFile {
                name: &file.name,
                bytes: &file.bytes,
            })
            .collect();
        let environment = load_exports(&exports);
        Ok(Self {
            files,
            environment,
            unreadable,
        })
    }
}

/// Reads the exports in one folder, in the order of their names.
fn read_folder(
    path: &Path,
    prefix: &str,
    files: &mut Vec<ReadFile>,
    unreadable: &mut Vec<String>,
) -> Result<(), Failure> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !prefix.is_empty() => return Ok(()),
        entries => entries.map_err(|error| cannot_read(path, &error))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| cannot_read(path, &error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        names.push(if prefix.is_empty() {
            name
        } else {
            format!("{prefix}/{name}")
        });
    }
    names.sort();
    for name in names.into_iter().filter(|name| is_export(name)) {
        let file = path.join(name.rsplit('/').next().unwrap_or(&name));
        let bytes = open_file(&file).and_then(read_all).unwrap_or_else(|error| {
            unreadable.push(format!("cannot read `{}`: {error}", file.display()));
            // An empty file of that name says that there is one, and that nothing is known of what is in it.
            Vec::new()
        });
        files.push(ReadFile { name, bytes });
    }
    Ok(())
}

/// Reads a file or a pipe that was named, or standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    read_all(open(path)?).map_err(|error| cannot_read(path, &error))
}

/// Reads to the end what is no larger than a file may be.
pub(crate) fn read_all(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_on(source, &mut bytes)?;
    Ok(bytes)
}

/// Reads the rest of what is no larger than a file may be; `bytes` has its beginning.
pub(crate) fn read_on(source: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let left = MAX_FILE_BYTES.saturating_sub(bytes.len() as u64);
    source.take(left + 1).read_to_end(bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(io::Error::other(format!("it is larger than {MAX_FILE_BYTES} bytes")));
    }
    Ok(())
}

/// Opens a regular file, or standard input for `-`.
pub(crate) fn open_file(path: &Path) -> io::Result<Box<dyn io::BufRead>> {
    // Asked before it is opened: a pipe would wait for its writer.
    if path != Path::new("-") && !path.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file (standard input is `-`)"));
    }
    open_any(path)
}

/// Opens a regular file or a pipe that was named, or standard input for `-`. A device could be read for ever.
pub(crate) fn open(path: &Path) -> Result<Box<dyn io::BufRead>, Failure> {
    if path != Path::new("-") {
        let metadata = path.metadata().map_err(|error| cannot_read(path, &error))?;
        if metadata.is_dir() || is_device(&metadata) {
            return Err(Failure::wrong(format!("`{}` is not a file", path.display())));
        }
    }
    open_any(path).map_err(|error| cannot_read(path, &error))
}

fn open_any(path: &Path) -> io::Result<Box<dyn io::BufRead>> {
    Ok(if path == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(path)?))
    })
}

#[cfg(unix)]
fn is_device(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    metadata.file_type().is_char_device() || metadata.file_type().is_block_device()
}

#[cfg(not(unix))]
fn is_device(metadata: &fs::Metadata) -> bool {
    !metadata.is_file()
}

fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    Failure::wrong(format!("cannot read `{}`: {error}", path.display()))
}
