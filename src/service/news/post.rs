//! Where letters go: into a folder, one file each, which a mail system takes them from.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eppgate_model::contact::Email;

use super::letter::Letter;

/// A folder for letters.
#[derive(Debug, Clone)]
pub struct Post(Arc<(PathBuf, Email)>);

impl Post {
    /// Letters go into the folder `dir`, which is there, and come from `from` where a tenant has chosen nothing else.
    #[must_use]
    pub fn new(dir: PathBuf, from: Email) -> Self {
        Self(Arc::new((dir, from)))
    }

    pub(super) fn from(&self) -> &Email {
        &self.0.1
    }

    /// Puts a letter into the folder. Once it is there, it is there as a whole, and stays; the same letter again takes
    /// the place of the first.
    pub(super) async fn send(&self, letter: Letter) -> io::Result<()> {
        let post = Arc::clone(&self.0);
        let written = tokio::task::spawn_blocking(move || write(&post.0, &letter));
        written.await.map_err(io::Error::other)?
    }
}

fn write(dir: &Path, letter: &Letter) -> io::Result<()> {
    let id = letter.id;
    // A name that nobody takes for a letter's.
    let draft = dir.join(format!(".{id}.tmp"));
    let whole = dir.join(format!("{id}.eml"));
    let written = draft_of(&draft, letter).and_then(|()| fs::rename(&draft, &whole));
    if written.is_err() {
        // There may be none; what matters is told.
        let _ = fs::remove_file(&draft);
    }
    written?;
    File::open(dir)?.sync_all()
}

fn draft_of(path: &Path, letter: &Letter) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(letter.eml().as_bytes())?;
    file.sync_all()
}
