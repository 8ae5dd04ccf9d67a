//! The extension of SIDN (.nl, `sidn-ext-epp-1.0`). Written without a public schema.
//!
//! Most of it stands in one element, `<sidn-ext-epp:ext>`, of a command, of a reply, or among its data; why a
//! command failed is told there only.

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
    Namespace { uri: "http://rxsd.domain-registry.nl/sidn-ext-epp-1.0", prefix: "sidn-ext-epp" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<CommandExt>(DOCUMENT),
    Message::extends_reply::<ReplyExt>(DOCUMENT),
    Message::data::<DataExt>(DOCUMENT),
    Message::data::<PollData>(DOCUMENT),
    Message::protocol::<Command>(DOCUMENT),
];
const DOCUMENT: &str = "SIDN sidn-ext-epp-1.0";

/// `<sidn-ext-epp:ext>` of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandExt {
    /// `create`: who a new contact is.
    Create(ContactPart),
    /// `update`: who a contact is now.
    Update(ContactPart),
}

impl Named for CommandExt {
    const NS: Namespace = NS;
    const NAME: &'static str = "ext";
}

impl Decode for CommandExt {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(create) = from.opt("create")? {
            return Ok(Self::Create(create));
        }
        from.one("update").map(Self::Update)
    }
}

impl Encode for CommandExt {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Create(create) => to.put("create", create),
            Self::Update(update) => to.put("update", update),
        }
    }
}

/// `<sidn-ext-epp:create>` and `<sidn-ext-epp:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPart {
    /// `contact`
    pub contact: LegalForm,
}

impl Decode for ContactPart {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contact: from.one("contact")? })
    }
}

impl Encode for ContactPart {
    fn encode(&self, to: &mut Writer) {
        to.put("contact", &self.contact);
    }
}

/// `<sidn-ext-epp:contact>`: who a contact is by law.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LegalForm {
    /// `legalForm`: `PERSOON`, `BV`, `ANDERS` or another one.
    pub legal_form: Option<String>,
    /// `legalFormRegNo`: its number in the register of companies.
    pub legal_form_reg_no: Option<String>,
}

impl Decode for LegalForm {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { legal_form: from.opt("legalForm")?, legal_form_reg_no: from.opt("legalFormRegNo")? })
    }
}

impl Encode for LegalForm {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("legalForm", &self.legal_form);
        to.put_opt("legalFormRegNo", &self.legal_form_reg_no);
    }
}

/// `<sidn-ext-epp:ext>` of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyExt {
    /// `infData`: of an object.
    Info(InfData),
    /// `response`: why a command failed, or what to mind.
    Response(Messages),
}

impl Named for ReplyExt {
    const NS: Namespace = NS;
    const NAME: &'static str = "ext";
}

impl Decode for ReplyExt {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(info) = from.opt("infData")? {
            return Ok(Self::Info(info));
        }
        from.one("response").map(Self::Response)
    }
}

impl Encode for ReplyExt {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Info(info) => to.put("infData", info),
            Self::Response(response) => to.put("response", response),
        }
    }
}

/// `<sidn-ext-epp:infData>`: what a reply to info tells beside the usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InfData {
    /// `contact`
    Contact(ContactInfo),
    /// `domain`
    Domain(DomainInfo),
    /// `host`
    Host(HostInfo),
}

impl Decode for InfData {
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

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Contact(contact) => to.put("contact", contact),
            Self::Domain(domain) => to.put("domain", domain),
            Self::Host(host) => to.put("host", host),
        }
    }
}

/// `<sidn-ext-epp:contact>` of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactInfo {
    /// `legalForm`
    pub legal_form: Option<String>,
    /// `legalFormRegNo`
    pub legal_form_reg_no: Option<String>,
    /// `limited`: whether only parts are told.
    pub limited: Option<bool>,
}

impl Decode for ContactInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            legal_form: from.opt("legalForm")?,
            legal_form_reg_no: from.opt("legalFormRegNo")?,
            limited: from.opt("limited")?,
        })
    }
}

impl Encode for ContactInfo {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("legalForm", &self.legal_form);
        to.put_opt("legalFormRegNo", &self.legal_form_reg_no);
        to.put_opt("limited", &self.limited);
    }
}

/// `<sidn-ext-epp:domain>` of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DomainInfo {
    /// `optOut`: whether the holder is left out of public data.
    pub opt_out: Option<bool>,
    /// `limited`: whether only parts are told.
    pub limited: Option<bool>,
    /// `period`: months of a subscription.
    pub period: Option<String>,
    /// `scheduledDeleteDate`
    pub scheduled_delete_date: Option<DateTime<Utc>>,
}

impl Decode for DomainInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            opt_out: from.opt("optOut")?,
            limited: from.opt("limited")?,
            period: from.opt("period")?,
            scheduled_delete_date: from.opt("scheduledDeleteDate")?,
        })
    }
}

impl Encode for DomainInfo {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("optOut", &self.opt_out);
        to.put_opt("limited", &self.limited);
        to.put_opt("period", &self.period);
        to.put_opt("scheduledDeleteDate", &self.scheduled_delete_date);
    }
}

/// `<sidn-ext-epp:host>` of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostInfo {
    /// `limited`: whether only parts are told.
    pub limited: Option<bool>,
}

impl Decode for HostInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { limited: from.opt("limited")? })
    }
}

impl Encode for HostInfo {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("limited", &self.limited);
    }
}

/// `<sidn-ext-epp:response>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Messages {
    /// `msg`: at least one.
    pub msgs: Vec<Msg>,
}

impl Decode for Messages {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { msgs: from.all("msg")? })
    }
}

impl Encode for Messages {
    fn encode(&self, to: &mut Writer) {
        to.put_all("msg", &self.msgs);
    }
}

/// `<sidn-ext-epp:msg>`: one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Msg {
    /// `code`
    pub code: String,
    /// `field`: what is wrong.
    pub field: Option<String>,
    /// The reason in words.
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

/// `<sidn-ext-epp:ext>` among the data of a reply to transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataExt {
    /// `trnData`
    pub trn_data: TrnData,
}

impl Named for DataExt {
    const NS: Namespace = NS;
    const NAME: &'static str = "ext";
}

impl Decode for DataExt {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { trn_data: from.one("trnData")? })
    }
}

impl Encode for DataExt {
    fn encode(&self, to: &mut Writer) {
        to.put("trnData", &self.trn_data);
    }
}

/// `<sidn-ext-epp:trnData>`: the token of a domain, or the request for one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrnData {
    /// `domainname`
    pub domainname: Option<String>,
    /// `pw`: the new token.
    pub pw: Option<Secret>,
    /// `requestor`: who asks for the token.
    pub requestor: Option<String>,
    /// `requestDate`
    pub request_date: Option<DateTime<Utc>>,
    /// `supplyDate`: when the holder gets the token from the registry.
    pub supply_date: Option<DateTime<Utc>>,
}

impl Decode for TrnData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            domainname: from.opt("domainname")?,
            pw: from.opt("pw")?,
            requestor: from.opt("requestor")?,
            request_date: from.opt("requestDate")?,
            supply_date: from.opt("supplyDate")?,
        })
    }
}

impl Encode for TrnData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("domainname", &self.domainname);
        to.put_opt("pw", &self.pw);
        to.put_opt("requestor", &self.requestor);
        to.put_opt("requestDate", &self.request_date);
        to.put_opt("supplyDate", &self.supply_date);
    }
}

impl Named for TrnData {
    const NS: Namespace = NS;
    const NAME: &'static str = "trnData";
}

/// `<sidn-ext-epp:pollData>`: what became of a command of earlier, or what another one did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollData {
    /// `command`: which, as `domain:transfer`.
    pub command: String,
    /// `data`: what a reply to it would hold.
    pub data: Option<ReplyPart>,
}

impl Named for PollData {
    const NS: Namespace = NS;
    const NAME: &'static str = "pollData";
}

impl Decode for PollData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { command: from.one("command")?, data: from.opt("data")? })
    }
}

impl Encode for PollData {
    fn encode(&self, to: &mut Writer) {
        to.put("command", &self.command);
        if let Some(ReplyPart(data)) = &self.data {
            data.encode(to);
        }
    }
}

/// `<sidn-ext-epp:data>`: the whole element, with the content of a `<response>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyPart(pub Fragment);

impl ReplyPart {
    /// `<result>`, if there is one.
    ///
    /// # Errors
    /// [`DecodeError`] when it cannot be read.
    pub fn result(&self) -> Result<Option<EppResult>, DecodeError> {
        self.0.document()?.root().find_in(EPP, "result").map(EppResult::decode).transpose()
    }

    /// `<trID>`, if there is one.
    ///
    /// # Errors
    /// [`DecodeError`] when it cannot be read.
    pub fn tr_id(&self) -> Result<Option<TrId>, DecodeError> {
        self.0.document()?.root().find_in(EPP, "trID").map(TrId::decode).transpose()
    }

    /// The data, if they are a `T`.
    ///
    /// # Errors
    /// [`DecodeError`] when they are and cannot be read.
    pub fn data<T: Named + Decode>(&self) -> Result<Option<T>, DecodeError> {
        let document = self.0.document()?;
        document.root().find_in(EPP, "resData").map_or(Ok(None), |data| data.named())
    }
}

impl Decode for ReplyPart {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Fragment::decode(from).map(Self)
    }
}

/// `<sidn-ext-epp:command>`: takes the deletion of a domain back.
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

impl ProtocolCommand for Command {
    fn cl_trid(&self) -> Option<&str> {
        self.cl_trid.as_deref()
    }
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

/// `<sidn-ext-epp:domainCancelDelete>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelDelete {
    /// `name`
    pub name: String,
    /// `period`: the subscription from now on.
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

#[cfg(test)]
mod tests {
    use super::{NS, PollData, TrnData};
    use crate::domain;
    use crate::xml::{Decode, Document};

    #[test]
    fn the_reply_inside_a_poll_message_is_read_by_type() {
        let xml = format!(
            r#"<s:pollData xmlns:s="{}" xmlns="urn:ietf:params:xml:ns:epp-1.0">
            <s:command>domain:transfer-token-supply</s:command>
            <s:data><result code="1000"><msg>ok</msg></result>
            <resData><s:trnData><s:domainname>a.test</s:domainname><s:pw>x</s:pw></s:trnData></resData>
            <trID><svTRID>7</svTRID></trID></s:data></s:pollData>"#,
            NS.uri
        );
        let poll = PollData::decode(Document::parse(xml).unwrap().root()).unwrap();
        let data = poll.data.unwrap();
        assert_eq!(data.result().unwrap().unwrap().code, crate::ResultCode::OK);
        assert_eq!(data.tr_id().unwrap().unwrap().server, "7");
        let token = data.data::<TrnData>().unwrap().unwrap();
        assert_eq!((token.domainname.as_deref(), token.pw.unwrap().expose()), (Some("a.test"), "x"));
        assert_eq!(data.data::<domain::TrnData>(), Ok(None));
    }
}
