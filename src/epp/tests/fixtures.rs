//! Every file of `xsd-fixtures` is claimed by the catalogue, valid, and comes back the same from our types, and so does
//! every variation of it that is still valid; and every message of the catalogue has its fixtures.

use std::collections::BTreeMap;

use super::compare::difference;
use super::mutants::{LONG_NUMBER, mutants};
use super::schemas::Schemas;
use super::{project, whole};
use crate::catalogue::{self, Message};
use crate::xml::{Document, Writer};

#[test]
fn every_fixture_is_read_and_written_back_the_same_and_valid() {
    let schemas = Schemas::read(&project("schemas/xsd"));
    let mut faults = Vec::new();
    for (path, xml) in super::fixtures() {
        let mut fault = |what: String| faults.push(format!("{}: {what}", path.display()));
        for error in schemas.faults(&xml) {
            fault(format!("is not valid: {error}"));
        }
        match whole::parts(&xml).and_then(|_| whole::again(&xml)) {
            Ok(again) => {
                if let Some(difference) = difference(&again, &xml) {
                    fault(format!("comes back other: {difference}"));
                }
                for error in schemas.faults(&again) {
                    fault(format!("comes back not valid: {error}"));
                }
            }
            Err(error) => fault(format!("is not read: {error}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_valid_variation_of_a_fixture_comes_back_the_same() {
    let schemas = Schemas::read(&project("schemas/xsd"));
    let mut faults = Vec::new();
    let mut total = 0;
    for (path, xml) in super::fixtures() {
        for mutant in mutants(&xml).filter(|mutant| schemas.faults(mutant).is_empty()) {
            total += 1;
            let found = match whole::again(&mutant) {
                Ok(again) => difference(&again, &mutant),
                Err(error) => Some(error.to_string()),
            };
            let excused = |found: &String| {
                EXCEPTIONS.iter().any(|exception| found.contains(exception))
                    || (found.starts_with("not a valid") && mutant.contains(LONG_NUMBER.as_str()))
            };
            let found = found.filter(|found| !excused(found));
            faults.extend(found.map(|found| format!("{}: {found}", path.display())));
        }
    }
    assert!(faults.is_empty(), "{} of {total}\n{}", faults.len(), faults.join("\n"));
}

/// What the schemas allow, or the validator overlooks, and we do not take as it is.
const EXCEPTIONS: [&str; 11] = [
    // The drafts of the fee extension allow a command that is none.
    "<name> is missing",
    // An acknowledgement of nothing.
    "<msgID> is missing",
    // An empty URI in a greeting is none.
    "/epp/greeting/svcMenu",
    // A command that no verb covers comes alone.
    "/epp/extension: None",
    // A key and its value may stand in any order, which says nothing.
    "/attr: <key",
    // The schema allows anything for this boolean.
    "boolean at /epp/response/extension/infData/group/fields",
    // An object's element whose name is none.
    "/objID: element=",
    // The schema allows a negative number.
    "/auProperties/policyReason",
    // The validator overlooks the content of a base type, and the members of a union.
    "/revData/reTRID",
    "/ttl (",
    "/command/extension/update/auto-",
];

#[test]
fn every_part_that_is_carried_can_be_looked_into() {
    for (path, xml) in super::fixtures() {
        let document = Document::parse(xml).unwrap();
        let mut parts = Vec::new();
        whole::inner_parts(document.root(), &mut parts);
        for (message, part) in parts {
            let mut to = Writer::new(Vec::new());
            message.round_trip(part, &mut to).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let frame = to.finish().unwrap();
            let again = std::str::from_utf8(&frame[4..]).unwrap();
            assert_eq!(difference(again, &part.self_contained()), None, "{}", path.display());
        }
    }
}

#[test]
fn every_message_has_a_full_and_a_minimal_fixture() {
    let mut count: BTreeMap<String, [bool; 2]> =
        catalogue::messages().map(|message| (key(message), [false; 2])).collect();
    for (path, xml) in super::fixtures() {
        let minimal = path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".minimal"));
        let document = Document::parse(xml.as_str()).unwrap();
        let mut inner = Vec::new();
        whole::inner_parts(document.root(), &mut inner);
        for message in
            whole::parts(&xml).unwrap().into_iter().chain(inner.into_iter().map(|(message, _)| message))
        {
            count.get_mut(&key(message)).expect("it is from the catalogue")[usize::from(minimal)] = true;
        }
    }
    let missing: Vec<_> = count.iter().filter(|(_, seen)| **seen != [true; 2]).collect();
    assert!(missing.is_empty(), "[full, minimal] fixtures seen: {missing:#?}");
}

fn key(message: &Message) -> String {
    format!("{} {} ({:?})", message.ns.uri, message.name, message.place)
}
