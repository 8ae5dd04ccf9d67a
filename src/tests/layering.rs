//! The data flows one way: each part may name only what stands after it here.

use std::fs;
use std::path::{Path, PathBuf};

/// A part of `src/`, the modules of the root crate that it may use, and the inner crates.
const MAY_USE: &[(&str, &[&str], &[&str])] = &[
    ("main", &["cli"], &[]),
    ("cli", &["app", "config"], &["model", "sandbox"]),
    ("app", &["config", "http", "worker", "service", "metrics"], &["store", "registry", "model"]),
    ("config", &[], &["registry", "model"]),
    ("http", &["service", "metrics"], &["model"]),
    ("worker", &["service", "metrics"], &["model"]),
    ("service", &[], &["store", "registry", "model", "epp"]),
    ("metrics", &[], &[]),
    ("store", &[], &["model"]),
    ("registry", &[], &["epp"]),
    ("sandbox", &[], &["epp"]),
    ("sim", &[], &["registry", "sandbox", "epp"]),
    ("model", &[], &[]),
    ("epp", &[], &[]),
];

/// In these `crate::` means the crate itself.
const CRATES: &[&str] = &["store", "registry", "sandbox", "sim", "model", "epp"];

#[test]
fn no_part_reaches_up_or_past_its_neighbours() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut broken = Vec::new();
    for (part, modules, crates) in MAY_USE {
        let files = sources(&src, part);
        assert!(!files.is_empty(), "there is no {part}");
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for used in forbidden(part, modules, crates, &text) {
                broken.push(format!("{} uses {used}", file.strip_prefix(&src).unwrap().display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_forbidden_use_is_found() {
    let (_, modules, crates) = MAY_USE.iter().find(|(part, ..)| *part == "service").unwrap();
    let found = |text: &str| forbidden("service", modules, crates, text);
    assert_eq!(found("use crate::http::problem::Problem;"), ["crate::http"]);
    assert_eq!(found("let x = eppgate_sandbox::Config::new();"), ["eppgate_sandbox"]);
    assert_eq!(found("use crate::service::Error;\nuse eppgate_store::Store;\n// crate::http"), [""; 0]);
}

fn forbidden(part: &str, modules: &[&str], crates: &[&str], text: &str) -> Vec<String> {
    let code = || text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let is_crate = CRATES.contains(&part);
    let mut found = Vec::new();
    for (prefix, allowed) in [("crate::", modules), ("eppgate::", modules), ("eppgate_", crates)] {
        if is_crate && prefix == "crate::" {
            continue;
        }
        for name in code().flat_map(|line| names_after(line, prefix)) {
            // A metric's name begins like a crate's.
            let is_ours = prefix != "eppgate_" || CRATES.contains(&name);
            if is_ours && name != part && !allowed.contains(&name) {
                found.push(format!("{prefix}{name}"));
            }
        }
    }
    found
}

fn names_after<'a>(line: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    line.match_indices(prefix).filter_map(move |(at, _)| {
        let before = line[..at].chars().next_back();
        let name = &line[at + prefix.len()..];
        let end = name.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(name.len());
        let whole = !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '"' || c == '$');
        (whole && end > 0).then(|| &name[..end])
    })
}

fn sources(src: &Path, part: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let file = src.join(format!("{part}.rs"));
    if file.exists() {
        files.push(file);
    }
    let mut folders = vec![src.join(part)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}
