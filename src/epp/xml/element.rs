//! The element: a cursor into the tape, and the verbs by which types are read from it.

use super::tape::{Attr, Declaration, NO_NS, Node, Tape};
use super::{Decode, Named, Namespace};
use crate::error::{DecodeError, DecodeErrorKind, Path};

/// A cursor to one element. Copying it costs nothing; the verbs advance a hint, so reading children in schema
/// order never searches.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    text: &'d str,
    tape: &'d Tape,
    at: u32,
    hint: u32,
}

impl<'d> Element<'d> {
    /// The element at a place of the tape.
    pub(super) fn new(text: &'d str, tape: &'d Tape, at: u32) -> Self {
        Self { text, tape, at, hint: at + 1 }
    }

    /// The local name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.node().name.of(self.text)
    }

    /// The namespace URI; empty when the element is in none.
    #[must_use]
    pub fn ns(&self) -> &'d str {
        self.tape.uri(self.node().ns, self.text)
    }

    /// Whether this is the element `name` of the namespace.
    #[must_use]
    pub fn is(&self, ns: Namespace, name: &str) -> bool {
        self.node().name.is(self.text, name) && self.ns() == ns.uri
    }

    /// The element's own text without the white space around it; empty when there is none.
    #[must_use]
    pub fn text(&self) -> &'d str {
        self.whole_text().trim_ascii()
    }

    /// The element's own text with all its white space.
    #[must_use]
    pub fn whole_text(&self) -> &'d str {
        self.node().text.of(self.text, &self.tape.arena)
    }

    /// The element as it stands in the message, tags included. Prefixes may be declared outside of it.
    #[must_use]
    pub fn source(&self) -> &'d str {
        let node = self.node();
        &self.text[node.start as usize..node.end as usize]
    }

    /// Where in the message the element's content is: between its tags. Empty for `<a/>`.
    pub(crate) fn content_range(&self) -> std::ops::Range<usize> {
        let (start, source) = (self.node().start as usize, self.source());
        let mut quote = None;
        let tag_end = source.bytes().position(|byte| {
            match (quote, byte) {
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
            quote.is_none() && byte == b'>'
        });
        let content = tag_end.map_or(source.len(), |at| at + 1);
        let end = if content == source.len() { content } else { source.rfind("</").unwrap_or(content) };
        start + content..start + end
    }

    /// The element as text that stands for itself: [`source`](Self::source) with the namespaces declared around it
    /// declared in its own tag.
    #[must_use]
    pub fn self_contained(&self) -> String {
        let source = self.source();
        let node = self.node();
        let tag_end = (node.name.end() - node.start) as usize;
        let mut whole = String::with_capacity(source.len() + 64);
        whole.push_str(&source[..tag_end]);
        let default_counts = self.uses_outer_default();
        let mut declared: Vec<&str> =
            self.declarations().iter().map(|own| own.prefix.of(self.text)).collect();
        for declaration in self.ancestors().flat_map(|ancestor| ancestor.declarations()) {
            let prefix = declaration.prefix.of(self.text);
            if declared.contains(&prefix) {
                continue;
            }
            declared.push(prefix);
            let (colon, used) = if prefix.is_empty() {
                ("", default_counts)
            } else {
                (":", source.contains(&format!("{prefix}:")))
            };
            if used {
                let uri = declaration.uri.of(self.text, &self.tape.arena);
                let uri = uri.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
                whole.push_str(&format!(" xmlns{colon}{prefix}=\"{uri}\""));
            }
        }
        if default_counts && !declared.contains(&"") {
            whole.push_str(" xmlns=\"\"");
        }
        whole.push_str(&source[tag_end..]);
        whole
    }

    /// Whether a name in here is without a prefix, and its default namespace is declared out there.
    fn uses_outer_default(&self) -> bool {
        let defaults = self.tape.declarations.iter().skip(self.tape.declarations_before(self.at));
        let mut defaults = defaults.filter(|declaration| declaration.prefix.len == 0).peekable();
        let (mut at, end) = (self.at, self.node().next);
        while at < end {
            let node = &self.tape.nodes[at as usize];
            while defaults.next_if(|default| default.element < at).is_some() {}
            if defaults.next_if(|default| default.element == at).is_some() {
                at = node.next;
            } else if node.prefix_len == 0 {
                return true;
            } else {
                at += 1;
            }
        }
        false
    }

    /// The value of an attribute that is in no namespace.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&'d str> {
        self.raw_attrs()
            .iter()
            .find(|attr| attr.ns == NO_NS && attr.name.is(self.text, name))
            .map(|attr| attr.value.of(self.text, &self.tape.arena))
    }

    /// The value of a required attribute.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Missing`].
    pub fn need_attr(&self, name: &'static str) -> Result<&'d str, DecodeError> {
        self.attr(name).ok_or_else(|| self.error(DecodeErrorKind::Missing(name)))
    }

    /// An optional attribute as a typed value.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Invalid`] when it is there and not a `T`.
    pub fn parse_attr<T: std::str::FromStr>(
        &self,
        name: &str,
        what: &'static str,
    ) -> Result<Option<T>, DecodeError> {
        self.attr(name).map(|value| value.trim().parse().map_err(|_| self.invalid(what))).transpose()
    }

    /// All attributes but namespace declarations.
    pub fn attrs(&self) -> impl Iterator<Item = Attribute<'d>> + use<'d> {
        let Self { text, tape, .. } = *self;
        self.raw_attrs().iter().map(move |attr| Attribute {
            ns: tape.uri(attr.ns, text),
            name: attr.name.of(text),
            value: attr.value.of(text, &tape.arena),
        })
    }

    /// The child elements, in document order.
    #[must_use]
    pub fn children(&self) -> Children<'d> {
        Children { text: self.text, tape: self.tape, next: self.at + 1, end: self.node().next }
    }

    /// The text of the element as a typed value.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Invalid`] with `what` when it does not parse.
    pub fn parse_text<T: std::str::FromStr>(&self, what: &'static str) -> Result<T, DecodeError> {
        self.text().parse().map_err(|_| self.invalid(what))
    }

    /// The child `name` of the element's own namespace, which must be there.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Missing`], or what the child's `decode` says.
    pub fn one<T: Decode>(&mut self, name: &'static str) -> Result<T, DecodeError> {
        self.need(name).and_then(T::decode)
    }

    /// The child `name` of the element's own namespace, if there is one.
    ///
    /// # Errors
    /// What the child's `decode` says.
    pub fn opt<T: Decode>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        self.find(name).map(T::decode).transpose()
    }

    /// All children `name` of the element's own namespace, in document order.
    ///
    /// # Errors
    /// What a child's `decode` says.
    pub fn all<T: Decode>(&mut self, name: &str) -> Result<Vec<T>, DecodeError> {
        let Some(first) = self.find(name) else {
            return Ok(Vec::new());
        };
        let this = *self;
        let wanted = |node: &Node| node.is(this.text, this.node().ns, name);
        let others = this.siblings(this.hint, this.node().next);
        // As a rule they stand together: then the list gets its memory at once.
        let together = others.clone().take_while(|(_, node)| wanted(node)).count();
        let mut found = Vec::with_capacity(1 + together);
        found.push(T::decode(first)?);
        for (nth, (at, node)) in others.enumerate() {
            if nth < together || wanted(node) {
                found.push(T::decode(this.child(at))?);
                self.hint = node.next;
            }
        }
        Ok(found)
    }

    /// The first child `name` of the element's own namespace as a cursor.
    pub fn find(&mut self, name: &str) -> Option<Self> {
        let own = self.node();
        let (first, end, hint) = (self.at + 1, own.next, self.hint);
        let found =
            self.search(name, own.ns, hint, end).or_else(|| self.search(name, own.ns, first, hint))?;
        self.hint = self.tape.nodes[found as usize].next;
        Some(self.child(found))
    }

    /// The first child `name` of the element's own namespace as a cursor, which must be there.
    ///
    /// # Errors
    /// [`DecodeErrorKind::Missing`].
    pub fn need(&mut self, name: &'static str) -> Result<Self, DecodeError> {
        self.find(name).ok_or_else(|| self.error(DecodeErrorKind::Missing(name)))
    }

    /// Whether there is a child `name` of the element's own namespace: a flag such as `<rem><all/>`. It is still there to
    /// be read.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let mut cursor = *self;
        cursor.find(name).is_some()
    }

    /// The first child that is the element `T` of `T`'s own namespace, decoded.
    ///
    /// # Errors
    /// What its `decode` says.
    pub fn named<T: Decode + Named>(&self) -> Result<Option<T>, DecodeError> {
        self.children().find(|child| child.is(T::NS, T::NAME)).map(T::decode).transpose()
    }

    /// The first child that is the element `name` of a namespace, the element's own or another one.
    #[must_use]
    pub fn find_in(&self, ns: Namespace, name: &str) -> Option<Self> {
        self.children().find(|child| child.is(ns, name))
    }

    /// All children that are the element `T` of `T`'s own namespace, decoded.
    ///
    /// # Errors
    /// What a child's `decode` says.
    pub fn all_named<T: Decode + Named>(&self) -> Result<Vec<T>, DecodeError> {
        self.children().filter(|child| child.is(T::NS, T::NAME)).map(T::decode).collect()
    }

    /// An error at this element.
    #[must_use]
    pub fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        let mut names: Vec<&str> = self.ancestors().map(|ancestor| ancestor.name()).collect();
        names.reverse();
        names.push(self.name());
        DecodeError { kind, path: Path(&names).to_string(), offset: self.node().start }
    }

    /// The error that the text or an attribute here is not a `what`.
    #[must_use]
    pub fn invalid(&self, what: &'static str) -> DecodeError {
        self.error(DecodeErrorKind::Invalid(what))
    }

    /// Where on the tape this element is; see [`Document::at`].
    pub(crate) fn place(&self) -> u32 {
        self.at
    }

    /// The elements around this one, innermost first.
    fn ancestors(self) -> impl Iterator<Item = Self> {
        let outer = |of: &Self| (of.at > 0).then(|| of.child(of.node().parent));
        std::iter::successors(outer(&self), outer)
    }

    /// The namespace declarations in this element's tag.
    fn declarations(&self) -> &'d [Declaration] {
        let (first, end) =
            (self.tape.declarations_before(self.at), self.tape.declarations_before(self.at + 1));
        &self.tape.declarations[first..end]
    }

    fn search(&self, name: &str, ns: u16, from: u32, end: u32) -> Option<u32> {
        self.siblings(from, end).find(|(_, node)| node.is(self.text, ns, name)).map(|(at, _)| at)
    }

    /// The node at a place and those behind it that are not inside it, up to a place.
    fn siblings(&self, from: u32, end: u32) -> impl Iterator<Item = (u32, &'d Node)> + Clone + use<'d> {
        let nodes = &self.tape.nodes;
        let at = move |at: u32| (at < end).then(|| (at, &nodes[at as usize]));
        std::iter::successors(at(from), move |(_, node)| at(node.next))
    }

    fn child(&self, at: u32) -> Self {
        Self::new(self.text, self.tape, at)
    }

    fn node(&self) -> &'d Node {
        &self.tape.nodes[self.at as usize]
    }

    fn raw_attrs(&self) -> &'d [Attr] {
        let node = self.node();
        &self.tape.attrs[node.attrs as usize..][..usize::from(node.attr_count)]
    }
}

impl std::fmt::Debug for Element<'_> {
    /// The name only: content may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{} xmlns={:?}>", self.name(), self.ns())
    }
}

/// One attribute, as [`Element::attrs`] lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'d> {
    /// Namespace URI; empty for the usual attribute that is in none.
    pub ns: &'d str,
    /// Local name.
    pub name: &'d str,
    /// Value, normalised.
    pub value: &'d str,
}

/// Iterates over the children of an element.
#[derive(Clone)]
pub struct Children<'d> {
    text: &'d str,
    tape: &'d Tape,
    next: u32,
    end: u32,
}

impl<'d> Iterator for Children<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        if self.next >= self.end {
            return None;
        }
        let child = Element::new(self.text, self.tape, self.next);
        self.next = child.node().next;
        Some(child)
    }
}
