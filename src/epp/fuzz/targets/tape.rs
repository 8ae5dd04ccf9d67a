//! Any text is a document or an error; what is a document can be walked, and each element of it stands for itself.
#![no_main]

use eppgate_epp::Fragment;
use eppgate_epp::xml::{Document, Element};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = eppgate_epp::redact::redact(text);
    let Ok(document) = Document::parse(text) else { return };
    let mut elements = 0;
    walk(document.root(), &mut elements);
    assert_eq!(elements, document.len());
    let whole = Fragment::parse(text).expect("it was read before");
    assert_eq!(whole.document().expect("it stands for itself").len(), elements);
});

fn walk(element: Element<'_>, elements: &mut usize) {
    *elements += 1;
    let _ = (element.name(), element.ns(), element.text(), element.source());
    element.attrs().for_each(|attribute| assert!(!attribute.name.is_empty()));
    element.children().for_each(|child| walk(child, elements));
}
