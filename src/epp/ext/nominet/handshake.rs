//! The answer to a release (`std-handshake-1.0`): commands of their own, inside `<update>`.

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

/// `<handshake:accept>`: takes the domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    /// `caseId`: as the poll message told.
    pub case_id: String,
    /// `registrant`: the contact they are to belong to.
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

/// `<handshake:reject>`: does not take them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// `caseId`: as the poll message told.
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

/// `<handshake:hanData>`: what the answer was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HanData {
    /// `caseId`
    pub case_id: String,
    /// `domainListData`
    pub domain_list_data: Option<DomainList>,
}

impl Named for HanData {
    const NS: Namespace = NS;
    const NAME: &'static str = "hanData";
}

impl Decode for HanData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { case_id: from.one("caseId")?, domain_list_data: from.opt("domainListData")? })
    }
}

impl Encode for HanData {
    fn encode(&self, to: &mut Writer) {
        to.put("caseId", &self.case_id);
        to.put_opt("domainListData", &self.domain_list_data);
    }
}

/// `<handshake:domainListData>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DomainList {
    /// `noDomains`: how many there are.
    pub no_domains: Option<u32>,
    /// `domainName`: at least one.
    pub domain_names: Vec<String>,
}

impl Decode for DomainList {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            no_domains: from.parse_attr("noDomains", "number")?,
            domain_names: from.all("domainName")?,
        })
    }
}

impl Encode for DomainList {
    fn encode(&self, to: &mut Writer) {
        if let Some(no_domains) = self.no_domains {
            to.attr_display("noDomains", no_domains);
        }
        to.put_all("domainName", &self.domain_names);
    }
}
