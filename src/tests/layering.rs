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

/// The functions of the service that may spawn. What is spawned has lost the marks of its request, above all that it only
/// wants to know what would be: it would do what a dry run must not do.
const MAY_SPAWN: &[(&str, &str)] = &[
    // These hand them on.
    ("service/mod.rs", "to_its_end"),
    ("service/course.rs", "side_by_side"),
    // Sessions that are no longer wanted log out, whosever request that was.
    ("service/operator/reload.rs", "set_registries"),
    // A thread that writes a file.
    ("service/news/post.rs", "send"),
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

#[test]
fn what_the_service_spawns_keeps_the_marks_of_its_request() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for file in sources(&src, "service") {
        let text = fs::read_to_string(&file).unwrap();
        let path = file.strip_prefix(&src).unwrap().display().to_string();
        found.extend(spawning(&text).into_iter().map(|function| (path.clone(), function.to_owned())));
    }
    let allowed = |path: &str, function: &str| MAY_SPAWN.contains(&(path, function));
    let others: Vec<_> = found.iter().filter(|(path, function)| !allowed(path, function)).collect();
    assert!(others.is_empty(), "use to_its_end or side_by_side: {others:#?}");
    for (path, function) in MAY_SPAWN {
        let is_there = found.iter().any(|(known, spawns)| known == path && spawns == function);
        assert!(is_there, "{function} in {path} spawns nothing");
    }
}

#[test]
fn a_task_that_is_spawned_is_found() {
    assert_eq!(spawning("fn a() {}\nasync fn b<T>() {\n    tokio::spawn(x);\n}\n"), ["b"]);
    assert_eq!(spawning("fn a() {\n    let mut set: JoinSet<_> = all.collect();\n}\n"), ["a"]);
    assert_eq!(
        spawning("fn a() {\n    tokio::task::spawn_blocking(x);\n    self.tasks.spawn(y)\n}\n"),
        ["a", "a"]
    );
    assert_eq!(
        spawning("use tokio::task::JoinSet;\n// tokio::spawn(x)\nfn a() {\n    respawn(x);\n}\n"),
        [""; 0]
    );
    assert_eq!(
        spawning("fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { tokio::spawn(x); }\n}\n"),
        [""; 0]
    );
}

/// The functions that spawn tasks or threads, or gather what does, once for each line that does so.
fn spawning(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let (mut function, mut found) = ("", Vec::new());
    for line in code.lines().map(str::trim_start) {
        if line.starts_with("//") || line.starts_with("use ") {
            continue;
        }
        if let Some((before, after)) = line.split_once("fn ")
            && ["", "pub", "async", "const"].contains(&before.split([' ', '(']).next().unwrap_or_default())
        {
            let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
            function = &after[..end];
        }
        let spawns = SPAWNING.iter().any(|word| {
            line.match_indices(word).any(|(at, _)| {
                !line[..at].ends_with(|before: char| before.is_ascii_alphanumeric() || before == '_')
            })
        });
        if spawns {
            found.push(function);
        }
    }
    found
}

const SPAWNING: &[&str] = &["spawn(", "spawn_blocking(", "spawn_local(", "spawn_on(", "JoinSet"];

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
