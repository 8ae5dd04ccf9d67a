//! The codec as a whole, held against documents: our own fixtures and schemas, and a corpus of examples where there
//! is one.

mod compare;
mod coverage;
mod fees;
mod fixtures;
mod mutants;
mod peers;
mod schemas;
mod shared;
mod values;
mod whole;

use std::path::{Path, PathBuf};

/// A file or folder of the project.
fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The XML files of a folder and of the folders in it, in order of their names.
fn xml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in
            std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "xml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Our own fixtures: path and text.
pub(crate) fn fixtures() -> impl Iterator<Item = (PathBuf, String)> {
    xml_files(&project("xsd-fixtures")).into_iter().map(|path| {
        let xml = read(&path);
        (path, xml)
    })
}

/// One of our own fixtures.
pub(crate) fn fixture(name: &str) -> String {
    read(&project("xsd-fixtures").join(name))
}

/// The text of a file, which must be there.
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
