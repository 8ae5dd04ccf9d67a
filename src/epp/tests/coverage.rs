//! `docs/epp-coverage.md` is made of the catalogue, and kept equal to it.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{project, whole};
use crate::catalogue::{self, Message, Place};
use crate::xml::Document;

#[test]
fn the_document_lists_what_the_codec_speaks() {
    let path = project("docs/epp-coverage.md");
    let coverage = coverage();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &coverage).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == coverage, "out of date: BLESS=1 cargo test -p eppgate-epp coverage");
}

fn coverage() -> String {
    let fixtures: Vec<BTreeSet<&str>> = super::fixtures().map(|(_, xml)| namespaces(&xml)).collect();
    let mut text = INTRODUCTION.to_owned();
    let mut rows: Vec<(&str, &str)> = Vec::new();
    for message in catalogue::messages() {
        let row = (message.ns.uri, message.document);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    for (uri, document) in rows {
        let cell = |belongs: fn(&Message) -> bool| {
            let own =
                catalogue::messages().filter(|message| (message.ns.uri, message.document) == (uri, document));
            let names: Vec<&str> =
                own.filter(|message| belongs(message)).map(|message| message.name).collect();
            names.join(", ")
        };
        let commands = cell(|m| match m.place {
            Place::Command | Place::Protocol | Place::CommandExtension => true,
            Place::Session => m.name != "greeting",
            _ => false,
        });
        let replies = cell(|m| match m.place {
            Place::Data | Place::ReplyExtension => true,
            Place::Session => m.name == "greeting",
            _ => false,
        });
        let parts = cell(|m| m.place == Place::Part);
        let files = fixtures.iter().filter(|namespaces| namespaces.contains(uri)).count();
        writeln!(text, "| `{uri}` | {document} | {commands} | {replies} | {parts} | {files} |").unwrap();
    }
    text
}

/// The namespaces of the messages and parts that a document is made of.
fn namespaces(xml: &str) -> BTreeSet<&'static str> {
    let document = Document::parse(xml).unwrap();
    let mut parts = Vec::new();
    whole::inner_parts(document.root(), &mut parts);
    let inner = parts.iter().map(|(message, _)| *message);
    whole::parts(xml).unwrap().into_iter().chain(inner).map(|message| message.ns.uri).collect()
}

const INTRODUCTION: &str = "\
# What the codec speaks

Made of the catalogue in `src/epp/catalogue.rs` by a test, which fails when it is out of date:
`BLESS=1 cargo test -p eppgate-epp coverage` writes it anew.

Every message is read and written, by a client and by a server. Results, message queue and transaction ids are those
of RFC 5730. What is not listed is kept as XML and can be shown. The last column counts the files in
`xsd-fixtures` that hold the namespace.

| namespace | specification | in commands | in replies | in other messages | fixtures |
|---|---|---|---|---|---|
";
