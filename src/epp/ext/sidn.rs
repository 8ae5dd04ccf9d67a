//! Legal forms, scheduled deletion, reasons in detail and poll messages of .nl and .amsterdam (`sidn-ext-epp-1.0`).
//!
//! The registry publishes no schema: what is here is what its documents show and public clients read.

use chrono::{DateTime, Utc};

use crate::EPP;
use crate::catalogue::Message;
use crate::command::ProtocolCommand;
use crate::error::DecodeError;
use crate::fragment::Fragment;
use crate::response::{EppResult, TrId};
use crate::types::{Period, Secret};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://rxsd.domain-registry.nl/sidn-ext-epp-1.0", prefix: "sidn" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Ext>(DOCUMENT),
    Message::extends_reply::<Ext>(DOCUMENT),
    Message::protocol::<Command>(DOCUMENT),
    Message::data::<PollData>(DOCUMENT),
];
const DOCUMENT: &str = "SIDN sidn-ext-epp-1.0";

/// `<sidn:ext>`: of commands and of replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ext {
    /// `create`
    Create(Object),
    /// `update`
    Update(Object),
    /// `infData`
    InfData(Object),
    /// `trnData`
    TrnData(TrnData),
    /// `response`
    Response(Response),
}

impl Named for Ext {
    const NS: Namespace = NS;
    const NAME: &'static str = "ext";
}

impl Decode for Ext {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(create) = from.opt("create")? {
            return Ok(Self::Create(create));
        }
        if let Some(update) = from.opt("update")? {
            return Ok(Self::Update(update));
        }
        if let Some(inf_data) = from.opt("infData")? {
            return Ok(Self::InfData(inf_data));
        }
        if let Some(trn_data) = from.opt("trnData")? {
            return Ok(Self::TrnData(trn_data));
        }
        from.one("response").map(Self::Response)
    }
}

impl Encode for Ext {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Create(create) => to.put("create", create),
            Self::Update(update) => to.put("update", update),
            Self::InfData(inf_data) => to.put("infData", inf_data),
            Self::TrnData(trn_data) => to.put("trnData", trn_data),
            Self::Response(response) => to.put("response", response),
        }
    }
}

impl Ext {
    /// What was wrong in detail, if the extension tells that.
    #[must_use]
    pub fn messages(&self) -> &[Msg] {
        match self {
            Self::Response(response) => &response.msgs,
            _ => &[],
        }
    }
}

/// What is said of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// `contact`
    Contact(Contact),
    /// `domain`
    Domain(Domain),
    /// `host`
    Host(Host),
}

impl Decode for Object {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(contact) = from.opt("contact")? {
            return Ok(Self::Contact(contact));
        }
        if let Some(domain) = from.opt("domain")? {
            return Ok(Self::Domain(domain));
        }
        from.one("host").map(Self::Host)
    }
}

impl Encode for Object {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Contact(contact) => to.put("contact", contact),
            Self::Domain(domain) => to.put("domain", domain),
            Self::Host(host) => to.put("host", host),
        }
    }
}

/// `<sidn:contact>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// `legalForm`: what kind of person or organisation it is; `PERSOON` and `ANDERS` are the usual ones.
    pub legal_form: Option<String>,
    /// `legalFormRegNo`: its number in the register of its kind.
    pub legal_form_reg_no: Option<String>,
    /// `limited`: whether little can be done with it. Only in replies.
    pub limited: Option<bool>,
}

impl Decode for Contact {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            legal_form: from.opt("legalForm")?,
            legal_form_reg_no: from.opt("legalFormRegNo")?,
            limited: from.opt("limited")?,
        })
    }
}

impl Encode for Contact {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("legalForm", &self.legal_form);
        to.put_opt("legalFormRegNo", &self.legal_form_reg_no);
        to.put_opt("limited", &self.limited);
    }
}

/// `<sidn:domain>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// `optOut`: whether the registrant's data are kept out of directories.
    pub opt_out: bool,
    /// `limited`: whether little can be done with it. Only in replies.
    pub limited: Option<bool>,
    /// `period` that is registered and renewed.
    pub period: Option<Period>,
    /// `scheduledDeleteDate`: when it will be deleted; an empty one means that it will not.
    pub scheduled_delete_date: Option<DateTime<Utc>>,
}

impl Decode for Domain {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let date = from.find("scheduledDeleteDate").filter(|date| !date.text().is_empty());
        Ok(Self {
            opt_out: from.opt("optOut")?.unwrap_or(false),
            limited: from.opt("limited")?,
            period: from.opt("period")?,
            scheduled_delete_date: date.map(DateTime::decode).transpose()?,
        })
    }
}

impl Encode for Domain {
    fn encode(&self, to: &mut Writer) {
        to.put("optOut", &self.opt_out);
        to.put_opt("limited", &self.limited);
        to.put_opt("period", &self.period);
        to.put_opt("scheduledDeleteDate", &self.scheduled_delete_date);
    }
}

/// `<sidn:host>`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Host {
    /// `limited`: whether little can be done with it.
    pub limited: Option<bool>,
}

impl Decode for Host {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { limited: from.opt("limited")? })
    }
}

impl Encode for Host {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("limited", &self.limited);
    }
}

/// `<sidn:trnData>`: the token of a domain, for a transfer to another registrar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrnData {
    /// `pw`: the token.
    pub pw: Option<Secret>,
    /// `domainname`
    pub domain_name: Option<String>,
    /// `requestor`: who asked for it.
    pub requestor: Option<String>,
    /// `requestDate`
    pub request_date: Option<DateTime<Utc>>,
    /// `supplyDate`
    pub supply_date: Option<DateTime<Utc>>,
}

impl Decode for TrnData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            pw: from.opt("pw")?,
            domain_name: from.opt("domainname")?,
            requestor: from.opt("requestor")?,
            request_date: from.opt("requestDate")?,
            supply_date: from.opt("supplyDate")?,
        })
    }
}

impl Encode for TrnData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("pw", &self.pw);
        to.put_opt("domainname", &self.domain_name);
        to.put_opt("requestor", &self.requestor);
        to.put_opt("requestDate", &self.request_date);
        to.put_opt("supplyDate", &self.supply_date);
    }
}

/// `<sidn:response>`: what was wrong in detail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// `msg`
    pub msgs: Vec<Msg>,
}

impl Decode for Response {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { msgs: from.all("msg")? })
    }
}

impl Encode for Response {
    fn encode(&self, to: &mut Writer) {
        to.put_all("msg", &self.msgs);
    }
}

/// `<sidn:msg>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Msg {
    /// `code`: the rule that was broken.
    pub code: String,
    /// `field`: where.
    pub field: Option<String>,
    /// In words.
    pub text: String,
}

impl Decode for Msg {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { code: from.need_word("code")?, field: from.word("field"), text: from.text().to_owned() })
    }
}

impl Encode for Msg {
    fn encode(&self, to: &mut Writer) {
        to.attr("code", &self.code);
        to.attr_opt("field", &self.field);
        to.text(&self.text);
    }
}

/// `<sidn:command>`: takes a deletion back. It stands in the place of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// `domainCancelDelete`
    pub domain_cancel_delete: CancelDelete,
    /// `clTRID`
    pub cl_trid: Option<String>,
}

impl Named for Command {
    const NS: Namespace = NS;
    const NAME: &'static str = "command";
}

impl Decode for Command {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domain_cancel_delete: from.one("domainCancelDelete")?, cl_trid: from.opt("clTRID")? })
    }
}

impl Encode for Command {
    fn encode(&self, to: &mut Writer) {
        to.put("domainCancelDelete", &self.domain_cancel_delete);
        to.put_opt("clTRID", &self.cl_trid);
    }
}

impl ProtocolCommand for Command {
    fn cl_trid(&self) -> Option<&str> {
        self.cl_trid.as_deref()
    }
}

/// `<sidn:domainCancelDelete>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelDelete {
    /// `name`
    pub name: String,
    /// `period`: the new period of the domain.
    pub period: Option<Period>,
}

impl Decode for CancelDelete {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.one("name")?, period: from.opt("period")? })
    }
}

impl Encode for CancelDelete {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("period", &self.period);
    }
}

/// `<sidn:pollData>`: a poll message, what became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollData {
    /// `command`: what was done, as `domain:transfer`.
    pub command: String,
    /// `data`: the reply to it.
    pub data: Outcome,
}

impl Named for PollData {
    const NS: Namespace = NS;
    const NAME: &'static str = "pollData";
}

impl Decode for PollData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { command: from.one("command")?, data: from.one("data")? })
    }
}

impl Encode for PollData {
    fn encode(&self, to: &mut Writer) {
        to.put("command", &self.command);
        to.put("data", &self.data);
    }
}

/// `<sidn:data>`: the content of a reply (RFC 5730, 2.6) as a part of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `result`
    pub results: Vec<EppResult>,
    /// The elements of `resData`.
    pub data: Vec<Fragment>,
    /// The elements of `extension`.
    pub extensions: Vec<Fragment>,
    /// `trID`
    pub tr_id: TrId,
}

impl Decode for Outcome {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let all = |name| from.children().filter(move |child| child.is(EPP, name));
        let inside =
            |name| all(name).flat_map(|part| part.children()).map(Fragment::decode).collect::<Result<_, _>>();
        Ok(Self {
            results: all("result").map(EppResult::decode).collect::<Result<_, _>>()?,
            data: inside("resData")?,
            extensions: inside("extension")?,
            tr_id: all("trID").next().map(TrId::decode).transpose()?.unwrap_or_default(),
        })
    }
}

impl Encode for Outcome {
    fn encode(&self, to: &mut Writer) {
        to.within(EPP, |to| {
            to.put_all("result", &self.results);
            for (name, elements) in [("resData", &self.data), ("extension", &self.extensions)] {
                if !elements.is_empty() {
                    to.element(name, |to| elements.iter().for_each(|element| element.encode(to)));
                }
            }
            to.put("trID", &self.tr_id);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Domain, Ext};
    use crate::xml::{Decode, Document};

    fn read<T: Decode>(content: &str) -> T {
        let xml = format!("<x xmlns='http://rxsd.domain-registry.nl/sidn-ext-epp-1.0'>{content}</x>");
        T::decode(Document::parse(xml).unwrap().root()).unwrap()
    }

    #[test]
    fn an_empty_date_means_no_deletion_and_no_opt_out_means_none() {
        let domain: Domain = read("<limited>false</limited><scheduledDeleteDate/>");
        assert_eq!((domain.opt_out, domain.scheduled_delete_date), (false, None));
    }

    #[test]
    fn the_reasons_of_a_refusal_are_at_hand() {
        let refused: Ext = read("<response><msg code='V0099'>taken</msg><msg code='C0001'/></response>");
        let codes: Vec<_> = refused.messages().iter().map(|message| message.code.as_str()).collect();
        assert_eq!(codes, ["V0099", "C0001"]);
        assert!(read::<Ext>("<infData><host/></infData>").messages().is_empty());
    }
}
