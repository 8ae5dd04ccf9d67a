//! The answer of the registrar who is given a domain (`std-handshake-1.0`).

use super::DomainList;
use crate::catalogue::Message;
use crate::command::{ObjectCommand, Verb};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-handshake-1.0", prefix: "handshake" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::command::<Accept>(DOCUMENT),
    Message::command::<Reject>(DOCUMENT),
    Message::data::<HanData>(DOCUMENT),
];
const DOCUMENT: &str = "Nominet std-handshake-1.0";

/// `<handshake:accept>`: takes what is given. It is an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    /// `caseId`: as the poll message tells.
    pub case_id: String,
    /// `registrant`: the registrant it is put under; a new one, when left out.
    pub registrant: Option<String>,
}

impl Named for Accept {
    const NS: Namespace = NS;
    const NAME: &'static str = "accept";
}

impl ObjectCommand for Accept {
    fn verb(&self) -> Verb {
        Verb::Update
    }
}

impl Decode for Accept {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { case_id: from.one("caseId")?, registrant: from.opt("registrant")? })
    }
}

impl Encode for Accept {
    fn encode(&self, to: &mut Writer) {
        to.put("caseId", &self.case_id);
        to.put_opt("registrant", &self.registrant);
    }
}

/// `<handshake:reject>`: refuses it. It is an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// `caseId`
    pub case_id: String,
}

impl Named for Reject {
    const NS: Namespace = NS;
    const NAME: &'static str = "reject";
}

impl ObjectCommand for Reject {
    fn verb(&self) -> Verb {
        Verb::Update
    }
}

impl Decode for Reject {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { case_id: from.one("caseId")? })
    }
}

impl Encode for Reject {
    fn encode(&self, to: &mut Writer) {
        to.put("caseId", &self.case_id);
    }
}

/// `<handshake:hanData>`: what was taken or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HanData {
    /// `caseId`
    pub case_id: String,
    /// `domainListData`
    pub domains: Option<DomainList>,
}

impl Named for HanData {
    const NS: Namespace = NS;
    const NAME: &'static str = "hanData";
}

impl Decode for HanData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { case_id: from.one("caseId")?, domains: from.opt("domainListData")? })
    }
}

impl Encode for HanData {
    fn encode(&self, to: &mut Writer) {
        to.put("caseId", &self.case_id);
        to.put_opt("domainListData", &self.domains);
    }
}
