//! Messages with one thing changed.

use std::sync::LazyLock;

use crate::xml::{Document, Element};

/// Namespaces of what is carried and not understood.
const CARRIED: [&str; 1] = ["http://www.w3.org/2000/09/xmldsig#"];

/// A number that no type of ours holds, though schemas allow it.
pub(super) static LONG_NUMBER: LazyLock<String> = LazyLock::new(|| "9".repeat(300));

/// The message with one element dropped, doubled, swapped with the next, or with another value.
pub(super) fn mutants(xml: &str) -> impl Iterator<Item = String> {
    let document = Document::parse(xml).unwrap();
    let mut found = Vec::new();
    mutate(document.root(), xml, &mut found);
    found.into_iter()
}

fn mutate(of: Element<'_>, xml: &str, to: &mut Vec<String>) {
    let at = |element: Element<'_>| {
        let start = element.source().as_ptr() as usize - xml.as_ptr() as usize;
        start..start + element.source().len()
    };
    let mut children = of.children().peekable();
    while let Some(child) = children.next() {
        let place = at(child);
        let (before, own, after) = (&xml[..place.start], child.source(), &xml[place.end..]);
        to.push(format!("{before}{after}"));
        to.push(format!("{before}{own}{own}{after}"));
        if let Some(next) = children.peek() {
            let next = at(*next);
            to.push(format!(
                "{before}{}{}{own}{}",
                &xml[next.clone()],
                &xml[place.end..next.start],
                &xml[next.end..]
            ));
        }
        let content = child.content_range();
        if child.children().next().is_none() && !content.is_empty() {
            for value in ["", "-1", "x", LONG_NUMBER.as_str()] {
                to.push(format!("{}{value}{}", &xml[..content.start], &xml[content.end..]));
            }
        }
        for attr in child.attrs().filter(|attr| attr.ns.is_empty()) {
            let tag_end = if content.is_empty() { place.end } else { content.start };
            let tag = &xml[place.start..tag_end];
            let written = format!(" {}=\"{}\"", attr.name, attr.value);
            for instead in [String::new(), format!(" {}=\"-7\"", attr.name)] {
                to.push(format!("{before}{}{}", tag.replace(&written, &instead), &xml[tag_end..]));
            }
        }
        if !CARRIED.contains(&child.ns()) {
            mutate(child, xml, to);
        }
    }
}
