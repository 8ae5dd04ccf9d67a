//! The list of registrars (`nom-tag-1.0`), which is asked for in a session of its own.

use super::Flag;
use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the object.
pub const NS: Namespace = Namespace { uri: "http://www.nominet.org.uk/epp/xml/nom-tag-1.0", prefix: "tag" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::command::<List>(DOCUMENT), Message::data::<ListData>(DOCUMENT)];
const DOCUMENT: &str = "Nominet nom-tag-1.0";

/// `<tag:list>`: asks for the list. It is an info.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List;

impl Named for List {
    const NS: Namespace = NS;
    const NAME: &'static str = "list";
}

impl ObjectCommand for List {
    fn verb(&self) -> Verb {
        Verb::Info
    }
}

impl Decode for List {
    fn decode(_: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

impl Encode for List {
    fn encode(&self, _: &mut Writer) {}
}

/// `<tag:listData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListData {
    /// `infData`
    pub registrars: Vec<Registrar>,
}

impl Named for ListData {
    const NS: Namespace = NS;
    const NAME: &'static str = "listData";
}

impl Decode for ListData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { registrars: from.all("infData")? })
    }
}

impl Encode for ListData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("infData", &self.registrars);
    }
}

/// `<tag:infData>`: a registrar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registrar {
    /// `registrar-tag`: what names are released to.
    pub tag: String,
    /// `name`
    pub name: String,
    /// `trad-name`: the name it trades under.
    pub trad_name: Option<String>,
    /// `handshake`: whether it wants to agree to each release.
    pub handshake: Flag,
}

impl Decode for Registrar {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            tag: from.one("registrar-tag")?,
            name: from.one("name")?,
            trad_name: from.opt("trad-name")?,
            handshake: from.one("handshake")?,
        })
    }
}

impl Encode for Registrar {
    fn encode(&self, to: &mut Writer) {
        to.put("registrar-tag", &self.tag);
        to.put("name", &self.name);
        to.put_opt("trad-name", &self.trad_name);
        to.put("handshake", &self.handshake);
    }
}
