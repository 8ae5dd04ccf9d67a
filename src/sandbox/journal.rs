//! The journal: one JSON line for each record, written before anybody hears of it.
//!
//! A line is handed to the operating system in one write, which is what a kill of the process cannot take back. It
//! is not synced to the disk: this is a sandbox, and a power cut is not among its faults.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::Error;
use crate::record::Record;

/// Where records go.
pub(crate) enum Journal {
    /// To a file that nobody else writes.
    File { file: File, line: Vec<u8> },
    /// Nowhere.
    Memory,
    /// Nowhere any more: the registry has ended, and what comes now has not happened.
    Closed,
}

impl Journal {
    /// Opens the journal in a folder and hands each record in it to `replay`. A last line without its end was being
    /// written when the process was killed, before any reply: it is cut off.
    pub(crate) fn open(dir: &Path, mut replay: impl FnMut(Record)) -> Result<Self, Error> {
        let path = dir.join(FILE_NAME);
        let failed = |doing, source| Error::File { doing, path: path.clone(), source };
        std::fs::create_dir_all(dir).map_err(|source| failed("make the folder of", source))?;
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)
            .map_err(|source| failed("open", source))?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Error::StateInUse(dir.to_owned()),
            TryLockError::Error(source) => failed("lock", source),
        })?;
        let whole = read(&mut file, &path, &mut replay)?;
        file.set_len(whole).map_err(|source| failed("shorten", source))?;
        file.seek(SeekFrom::End(0)).map_err(|source| failed("seek in", source))?;
        Ok(Self::File { file, line: Vec::new() })
    }

    /// Writes a record as one line. After an error it has not happened, and nothing does any more: a torn line may stand
    /// at the end, which only the next start cuts off.
    pub(crate) fn append(&mut self, record: &Record) -> io::Result<()> {
        let written = match self {
            Self::File { file, line } => write(file, line, record),
            Self::Memory => Ok(()),
            Self::Closed => Err(io::ErrorKind::BrokenPipe.into()),
        };
        if written.is_err() {
            *self = Self::Closed;
        }
        written
    }
}

fn write(file: &mut File, line: &mut Vec<u8>, record: &Record) -> io::Result<()> {
    line.clear();
    serde_json::to_writer(&mut *line, record)?;
    line.push(b'\n');
    file.write_all(line)
}

/// Replays the whole lines; returns how many bytes they are.
fn read(file: &mut File, path: &Path, replay: &mut impl FnMut(Record)) -> Result<u64, Error> {
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    let (mut whole, mut number) = (0, 0);
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line).map_err(|source| Error::File {
            doing: "read",
            path: path.to_owned(),
            source,
        })?;
        if line.last() != Some(&b'\n') {
            return Ok(whole);
        }
        number += 1;
        let record = serde_json::from_slice(&line).map_err(|source| Error::Journal {
            path: path.to_owned(),
            line: number,
            source,
        })?;
        replay(record);
        whole += length as u64;
    }
}

const FILE_NAME: &str = "journal.jsonl";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Change;

    #[test]
    fn a_torn_last_line_is_cut_off_and_the_rest_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        let record = |ahead_ms| Record { log: None, changes: vec![Change::Clock { ahead_ms }] };
        let mut journal = Journal::open(dir.path(), |_| panic!("a new journal is empty")).unwrap();
        journal.append(&record(1)).unwrap();
        journal.append(&record(2)).unwrap();
        drop(journal);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, [&whole[..], br#"{"changes":[{"clo"#].concat()).unwrap();

        let mut seen = 0;
        let mut journal = Journal::open(dir.path(), |_| seen += 1).unwrap();
        journal.append(&record(3)).unwrap();
        drop(journal);
        assert_eq!(seen, 2);
        let mut seen = 0;
        Journal::open(dir.path(), |_| seen += 1).map(drop).unwrap();
        assert_eq!(seen, 3);
    }

    #[test]
    fn a_spoilt_line_in_the_middle_is_told_not_skipped() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE_NAME), "{}\nnonsense\n{}\n").unwrap();
        let error = Journal::open(dir.path(), drop).err().unwrap();
        assert!(matches!(error, Error::Journal { line: 2, .. }), "{error}");
    }

    #[test]
    fn two_registries_never_share_a_journal() {
        let dir = tempfile::tempdir().unwrap();
        let first = Journal::open(dir.path(), drop).unwrap();
        let second = Journal::open(dir.path(), drop);
        assert!(matches!(second, Err(Error::StateInUse(_))));
        drop(first);
        assert!(Journal::open(dir.path(), drop).is_ok());
    }
}
