//! A domain in .au that is given to another registrant (`audomain-1.1`), by the command of [`super::auext`].

use chrono::{DateTime, NaiveDate, Utc};

use super::auext::AuProperties;
use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::Period;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:X-au:params:xml:ns:audomain-1.1", prefix: "audomain" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::part::<RegistrantTransfer>(DOCUMENT), Message::data::<RtrnData>(DOCUMENT)];
const DOCUMENT: &str = "AusRegistry audomain-1.1";

/// `<audomain:registrantTransfer>`: what the command says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrantTransfer {
    /// `name`
    pub name: String,
    /// `curExpDate`: the date it would expire now.
    pub cur_exp_date: NaiveDate,
    /// `period`: how long the new registration lasts.
    pub period: Option<Period>,
    /// `auProperties`: who the new registrant is, and why it may have the domain.
    pub au_properties: AuProperties,
    /// `explanation`: why it is given.
    pub explanation: String,
}

impl Named for RegistrantTransfer {
    const NS: Namespace = NS;
    const NAME: &'static str = "registrantTransfer";
}

impl Decode for RegistrantTransfer {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            cur_exp_date: from.one("curExpDate")?,
            period: from.opt("period")?,
            au_properties: from.one("auProperties")?,
            explanation: from.one("explanation")?,
        })
    }
}

impl Encode for RegistrantTransfer {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("curExpDate", &self.cur_exp_date);
        to.put_opt("period", &self.period);
        to.put("auProperties", &self.au_properties);
        to.put("explanation", &self.explanation);
    }
}

/// `<audomain:rtrnData>`: it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RtrnData {
    /// `name`
    pub name: String,
    /// `exDate`
    pub ex_date: DateTime<Utc>,
}

impl Named for RtrnData {
    const NS: Namespace = NS;
    const NAME: &'static str = "rtrnData";
}

impl Decode for RtrnData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, ex_date: from.one("exDate")? })
    }
}

impl Encode for RtrnData {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("exDate", &self.ex_date);
    }
}
