//! Who a contact is by law (`contact-nom-ext-1.0`).

use super::Flag;
use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/contact-nom-ext-1.0", prefix: "contact-nom-ext" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "Nominet contact-nom-ext-1.0";

/// `<contact-nom-ext:info>`: names the contact by its repository id.
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

/// `<contact-nom-ext:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Person);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Person::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<contact-nom-ext:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update(pub Person);

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Person::decode(from).map(Self)
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<contact-nom-ext:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub Person);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Person::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// Who a contact is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// `trad-name`: the name it trades under.
    pub trad_name: Option<String>,
    /// `type`
    pub person_type: Option<PersonType>,
    /// `co-no`: number of a company or charity.
    pub co_no: Option<String>,
    /// `opt-out`: whether it is left out of public data.
    pub opt_out: Option<Flag>,
}

impl Decode for Person {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            trad_name: from.opt("trad-name")?,
            person_type: from.opt("type")?,
            co_no: from.opt("co-no")?,
            opt_out: from.opt("opt-out")?,
        })
    }
}

impl Encode for Person {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("trad-name", &self.trad_name);
        to.put_opt("type", &self.person_type);
        to.put_opt("co-no", &self.co_no);
        to.put_opt("opt-out", &self.opt_out);
    }
}

wire_enum! {
    /// What a contact is by law.
    PersonType {
        ForeignCorporation = "FCORP",
        ForeignIndividual = "FIND",
        ForeignOther = "FOTHER",
        GovernmentBody = "GOV",
        Individual = "IND",
        IndustrialProvident = "IP",
        LimitedCompany = "LTD",
        LimitedLiabilityPartnership = "LLP",
        OtherKind = "OTHER",
        Partnership = "PTNR",
        PublicLimitedCompany = "PLC",
        RegisteredCharity = "RCHAR",
        RoyalCharterCorporation = "CRC",
        School = "SCH",
        SoleTrader = "STRA",
        StatutoryBody = "STAT",
        Unknown = "UNKNOWN",
    }
}
