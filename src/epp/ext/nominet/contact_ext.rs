//! What a contact is: its kind, company number and trading name (`contact-nom-ext-1.0`).

use super::Flag;
use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/contact-nom-ext-1.0", prefix: "contact-ext" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "Nominet contact-nom-ext-1.0";

/// `<contact-ext:info>`: asks for a contact by its `roid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `roid`
    pub roid: String,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { roid: from.one("roid")? })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.put("roid", &self.roid);
    }
}

/// `<contact-ext:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Registrant);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Registrant::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<contact-ext:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update(pub Registrant);

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Registrant::decode(from).map(Self)
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<contact-ext:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub Registrant);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Registrant::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// What a contact is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registrant {
    /// `trad-name`: the name it trades under.
    pub trad_name: Option<String>,
    /// `type`
    pub kind: Option<Kind>,
    /// `co-no`: its number as a company, charity or school.
    pub co_no: Option<String>,
    /// `opt-out`: whether its address is kept out of directories.
    pub opt_out: Option<Flag>,
}

impl Decode for Registrant {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            trad_name: from.opt("trad-name")?,
            kind: from.opt("type")?,
            co_no: from.opt("co-no")?,
            opt_out: from.opt("opt-out")?,
        })
    }
}

impl Encode for Registrant {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("trad-name", &self.trad_name);
        to.put_opt("type", &self.kind);
        to.put_opt("co-no", &self.co_no);
        to.put_opt("opt-out", &self.opt_out);
    }
}

wire_enum! {
    /// The kind of a person or organisation.
    Kind {
        Limited = "LTD",
        Plc = "PLC",
        Individual = "IND",
        ForeignIndividual = "FIND",
        Charity = "RCHAR",
        School = "SCH",
        Partnership = "LLP",
        SoleTrader = "STRA",
        OtherPartnership = "PTNR",
        Government = "GOV",
        RoyalCharter = "CRC",
        Statutory = "STAT",
        ForeignCorporation = "FCORP",
        IndustrialProvident = "IP",
        ForeignOther = "FOTHER",
        OtherKind = "OTHER",
        Unknown = "UNKNOWN",
    }
}
