//! An output file that is there whole or not at all: written under another name, renamed when all is in it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Writes a file; nothing is left of it when `write` fails. What is there and no regular file (a terminal, a named pipe) is
/// written to directly.
pub fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let what = || path.display().to_string();
    if fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir()) {
        return into(File::options().write(true).open(path).with_context(what)?, write).with_context(what);
    }
    let partial = Partial(beside(path).with_context(what)?);
    let file = File::options().write(true).create_new(true).open(&partial.0).with_context(what)?;
    into(file, write).and_then(|()| fs::rename(&partial.0, path)).with_context(what)
}

fn into(file: File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    write(&mut out)?;
    out.flush()
}

/// A name in the same folder, as only there renaming is one step.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let mut partial = OsString::from(".");
    partial.push(name);
    partial.push(format!(".{}.part", std::process::id()));
    Ok(path.with_file_name(partial))
}

/// The file under its other name; removed unless it was renamed.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        let _renamed = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty folder, removed in the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("wiregloss-{}-{test}", std::process::id()));
            fs::create_dir(&path).expect("a new folder");
            Folder(path)
        }

        fn names(&self) -> Vec<OsString> {
            fs::read_dir(&self.0).expect("a folder").flatten().map(|entry| entry.file_name()).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _gone = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_appears_whole_in_place_of_an_older_one() {
        let folder = Folder::new("whole");
        let path = folder.0.join("report.txt");
        for content in ["first", "second"] {
            write(&path, |out| out.write_all(content.as_bytes())).expect("room");
            assert_eq!(fs::read_to_string(&path).expect("a file"), content);
        }
        assert_eq!(folder.names(), ["report.txt"]);
    }

    #[test]
    fn when_writing_fails_the_older_file_stays_and_nothing_else() {
        let folder = Folder::new("half");
        let path = folder.0.join("report.txt");
        fs::write(&path, "older").expect("room");
        let failed = write(&path, |out| {
            out.write_all(b"half of it")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.is_err_and(|e| format!("{e:#}").ends_with("report.txt: disk full")));
        assert_eq!(
            (folder.names(), fs::read_to_string(&path).expect("a file")),
            (vec!["report.txt".into()], "older".into())
        );
    }

    #[test]
    fn a_folder_is_no_file_and_a_device_is_written_to() {
        let folder = Folder::new("kinds");
        assert!(write(&folder.0, |out| out.write_all(b"x")).is_err());
        assert!(write(&folder.0.join("no/such/folder"), |out| out.write_all(b"x")).is_err());
        assert!(write(&folder.0.join(".."), |out| out.write_all(b"x")).is_err());
        if cfg!(unix) {
            assert!(write(Path::new("/dev/null"), |out| out.write_all(b"x")).is_ok());
        }
        assert_eq!(folder.names(), Vec::<OsString>::new());
    }
}
