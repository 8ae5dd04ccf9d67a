//! Poll messages of Nominet (`std-notifications-1.2`).

use chrono::{DateTime, Utc};

use super::Flag;
use super::listed::{DomainList, HostList};
use crate::catalogue::Message;
use crate::contact;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-notifications-1.2", prefix: "n" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::data::<RcData>(DOCUMENT),
    Message::data::<DomainListData>(DOCUMENT),
    Message::data::<HostListData>(DOCUMENT),
    Message::data::<RelData>(DOCUMENT),
    Message::data::<CancData>(DOCUMENT),
    Message::data::<SuspData>(DOCUMENT),
    Message::data::<TrnAuthData>(DOCUMENT),
    Message::data::<TrnData>(DOCUMENT),
    Message::data::<ProcessData>(DOCUMENT),
    Message::data::<PqData>(DOCUMENT),
    Message::data::<DomainFailData>(DOCUMENT),
    Message::data::<HostCancData>(DOCUMENT),
    Message::data::<ContactDelData>(DOCUMENT),
];
const DOCUMENT: &str = "Nominet std-notifications-1.2";

/// `<n:rcData>`: another registrar wants to give these domains; the answer is that of `handshake`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RcData {
    /// `orig`: who started it.
    pub orig: String,
    /// `registrarTag`: who has the domains now.
    pub registrar_tag: String,
    /// `caseId`
    pub case_id: Option<String>,
    /// `domainListData`
    pub domains: Option<DomainList>,
    /// `contact:infData`: the registrant.
    pub registrant: contact::InfData,
}

impl Named for RcData {
    const NS: Namespace = NS;
    const NAME: &'static str = "rcData";
}

impl Decode for RcData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            orig: from.one("orig")?,
            registrar_tag: from.one("registrarTag")?,
            case_id: from.opt("caseId")?,
            domains: from.opt("domainListData")?,
            registrant: from.named()?.ok_or_else(|| from.error(DecodeErrorKind::Missing("infData")))?,
        })
    }
}

impl Encode for RcData {
    fn encode(&self, to: &mut Writer) {
        to.put("orig", &self.orig);
        to.put("registrarTag", &self.registrar_tag);
        to.put_opt("caseId", &self.case_id);
        to.put_opt("domainListData", &self.domains);
        to.named(&self.registrant);
    }
}

/// `<n:domainListData>`: domains alone, as the message's text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainListData(pub DomainList);

impl Named for DomainListData {
    const NS: Namespace = NS;
    const NAME: &'static str = "domainListData";
}

impl Decode for DomainListData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        DomainList::decode(from).map(Self)
    }
}

impl Encode for DomainListData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<n:hostListData>`: hosts alone, as the message's text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostListData(pub HostList);

impl Named for HostListData {
    const NS: Namespace = NS;
    const NAME: &'static str = "hostListData";
}

impl Decode for HostListData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        HostList::decode(from).map(Self)
    }
}

impl Encode for HostListData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<n:relData>`: domains were given to this registrar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelData {
    /// `accountId`: the registrant.
    pub account_id: AccountId,
    /// `from`: who gave them.
    pub from: String,
    /// `registrarTag`: who has them now.
    pub registrar_tag: String,
    /// `domainListData`
    pub domains: Option<DomainList>,
}

impl Named for RelData {
    const NS: Namespace = NS;
    const NAME: &'static str = "relData";
}

impl Decode for RelData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: from.one("accountId")?,
            from: from.one("from")?,
            registrar_tag: from.one("registrarTag")?,
            domains: from.opt("domainListData")?,
        })
    }
}

impl Encode for RelData {
    fn encode(&self, to: &mut Writer) {
        to.put("accountId", &self.account_id);
        to.put("from", &self.from);
        to.put("registrarTag", &self.registrar_tag);
        to.put_opt("domainListData", &self.domains);
    }
}

/// `<n:accountId>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountId {
    /// `moved`: whether all of the registrant moved.
    pub moved: Option<Flag>,
    /// Its id.
    pub id: String,
}

impl Decode for AccountId {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { moved: from.word("moved"), id: from.text().to_owned() })
    }
}

impl Encode for AccountId {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("moved", &self.moved);
        to.text(&self.id);
    }
}

/// `<n:cancData>`: domains were deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancData {
    /// `domainName`
    pub names: Vec<String>,
    /// `orig`: who asked for it.
    pub orig: String,
}

impl Named for CancData {
    const NS: Namespace = NS;
    const NAME: &'static str = "cancData";
}

impl Decode for CancData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { names: from.all("domainName")?, orig: from.one("orig")? })
    }
}

impl Encode for CancData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("domainName", &self.names);
        to.put("orig", &self.orig);
    }
}

/// `<n:suspData>`: domains do not work any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspData {
    /// `reason`
    pub reason: String,
    /// `cancelDate`: when they will be deleted.
    pub cancel_date: Option<DateTime<Utc>>,
    /// `domainListData`
    pub domains: DomainList,
}

impl Named for SuspData {
    const NS: Namespace = NS;
    const NAME: &'static str = "suspData";
}

impl Decode for SuspData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            reason: from.one("reason")?,
            cancel_date: from.opt("cancelDate")?,
            domains: from.one("domainListData")?,
        })
    }
}

impl Encode for SuspData {
    fn encode(&self, to: &mut Writer) {
        to.put("reason", &self.reason);
        to.put_opt("cancelDate", &self.cancel_date);
        to.put("domainListData", &self.domains);
    }
}

/// `<n:trnAuthData>`: a registrant wants to give these domains to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrnAuthData {
    /// `orig`: who started it.
    pub orig: String,
    /// `caseId`
    pub case_id: String,
    /// `domainListData`
    pub domains: Option<DomainList>,
    /// `contact:infData`: the registrant.
    pub registrant: contact::InfData,
}

impl Named for TrnAuthData {
    const NS: Namespace = NS;
    const NAME: &'static str = "trnAuthData";
}

impl Decode for TrnAuthData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            orig: from.one("orig")?,
            case_id: from.one("caseId")?,
            domains: from.opt("domainListData")?,
            registrant: from.named()?.ok_or_else(|| from.error(DecodeErrorKind::Missing("infData")))?,
        })
    }
}

impl Encode for TrnAuthData {
    fn encode(&self, to: &mut Writer) {
        to.put("orig", &self.orig);
        to.put("caseId", &self.case_id);
        to.put_opt("domainListData", &self.domains);
        to.named(&self.registrant);
    }
}

/// `<n:trnData>`: domains were given to another registrant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrnData {
    /// `orig`: who started it.
    pub orig: String,
    /// `accountId`: the new registrant.
    pub account_id: Option<String>,
    /// `oldAccountId`: the registrant before.
    pub old_account_id: Option<String>,
    /// `caseId`
    pub case_id: Option<String>,
    /// `domainListData`
    pub domains: Option<DomainList>,
    /// `contact:infData`: the new registrant.
    pub registrant: contact::InfData,
}

impl Named for TrnData {
    const NS: Namespace = NS;
    const NAME: &'static str = "trnData";
}

impl Decode for TrnData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            orig: from.one("orig")?,
            account_id: from.opt("accountId")?,
            old_account_id: from.opt("oldAccountId")?,
            case_id: from.opt("caseId")?,
            domains: from.opt("domainListData")?,
            registrant: from.named()?.ok_or_else(|| from.error(DecodeErrorKind::Missing("infData")))?,
        })
    }
}

impl Encode for TrnData {
    fn encode(&self, to: &mut Writer) {
        to.put("orig", &self.orig);
        to.put_opt("accountId", &self.account_id);
        to.put_opt("oldAccountId", &self.old_account_id);
        to.put_opt("caseId", &self.case_id);
        to.put_opt("domainListData", &self.domains);
        to.named(&self.registrant);
    }
}

/// `<n:processData>`: the data of a registrant is being checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessData {
    /// `stage`
    pub stage: Option<ProcessStage>,
    /// `contact:infData`: the registrant.
    pub registrant: contact::InfData,
    /// `processType`: what is being done.
    pub process_type: String,
    /// `suspendDate`: when its domains stop working.
    pub suspend_date: Option<DateTime<Utc>>,
    /// `cancelDate`: when they will be deleted.
    pub cancel_date: Option<DateTime<Utc>>,
    /// `domainListData`
    pub domains: Option<DomainList>,
}

impl Named for ProcessData {
    const NS: Namespace = NS;
    const NAME: &'static str = "processData";
}

impl Decode for ProcessData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            stage: from.word("stage"),
            registrant: from.named()?.ok_or_else(|| from.error(DecodeErrorKind::Missing("infData")))?,
            process_type: from.one("processType")?,
            suspend_date: from.opt("suspendDate")?,
            cancel_date: from.opt("cancelDate")?,
            domains: from.opt("domainListData")?,
        })
    }
}

impl Encode for ProcessData {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("stage", &self.stage);
        to.named(&self.registrant);
        to.put("processType", &self.process_type);
        to.put_opt("suspendDate", &self.suspend_date);
        to.put_opt("cancelDate", &self.cancel_date);
        to.put_opt("domainListData", &self.domains);
    }
}

wire_enum! {
    /// How far a check of data is.
    ProcessStage {
        Initial = "initial",
        Updated = "updated",
    }
}

/// `<n:pqData>`: the data of a registrant is poor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PqData {
    /// `stage`
    pub stage: Option<PqStage>,
    /// `contact:infData`: the registrant.
    pub registrant: contact::InfData,
    /// `suspendDate`: when its domains stop working.
    pub suspend_date: Option<DateTime<Utc>>,
    /// `cancelDate`: when they will be deleted.
    pub cancel_date: Option<DateTime<Utc>>,
    /// `domainListData`
    pub domains: Option<DomainList>,
}

impl Named for PqData {
    const NS: Namespace = NS;
    const NAME: &'static str = "pqData";
}

impl Decode for PqData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            stage: from.word("stage"),
            registrant: from.named()?.ok_or_else(|| from.error(DecodeErrorKind::Missing("infData")))?,
            suspend_date: from.opt("suspendDate")?,
            cancel_date: from.opt("cancelDate")?,
            domains: from.opt("domainListData")?,
        })
    }
}

impl Encode for PqData {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("stage", &self.stage);
        to.named(&self.registrant);
        to.put_opt("suspendDate", &self.suspend_date);
        to.put_opt("cancelDate", &self.cancel_date);
        to.put_opt("domainListData", &self.domains);
    }
}

wire_enum! {
    /// What poor data has led to.
    PqStage {
        Initial = "initial",
        Suspend = "suspend",
        Cancel = "cancel",
        Updated = "updated",
    }
}

/// `<n:domainFailData>`: what was asked for a domain failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainFailData {
    /// `domainName`
    pub domain_name: String,
    /// `reason`
    pub reason: String,
}

impl Named for DomainFailData {
    const NS: Namespace = NS;
    const NAME: &'static str = "domainFailData";
}

impl Decode for DomainFailData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domain_name: from.one("domainName")?, reason: from.one("reason")? })
    }
}

impl Encode for DomainFailData {
    fn encode(&self, to: &mut Writer) {
        to.put("domainName", &self.domain_name);
        to.put("reason", &self.reason);
    }
}

/// `<n:hostCancData>`: hosts were deleted, and domains that used them changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCancData {
    /// `hostListData`
    pub hosts: HostList,
    /// `domainListData`
    pub domains: DomainList,
}

impl Named for HostCancData {
    const NS: Namespace = NS;
    const NAME: &'static str = "hostCancData";
}

impl Decode for HostCancData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { hosts: from.one("hostListData")?, domains: from.one("domainListData")? })
    }
}

impl Encode for HostCancData {
    fn encode(&self, to: &mut Writer) {
        to.put("hostListData", &self.hosts);
        to.put("domainListData", &self.domains);
    }
}

/// `<n:contactDelData>`: a contact was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactDelData {
    /// `contactId`
    pub contact_id: Option<String>,
    /// `roid`
    pub roid: String,
}

impl Named for ContactDelData {
    const NS: Namespace = NS;
    const NAME: &'static str = "contactDelData";
}

impl Decode for ContactDelData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contact_id: from.opt("contactId")?, roid: from.one("roid")? })
    }
}

impl Encode for ContactDelData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("contactId", &self.contact_id);
        to.put("roid", &self.roid);
    }
}
