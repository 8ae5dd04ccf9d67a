//! Poll messages about registrants: their domains go to another registrar or registrant, their data are looked into.

use chrono::{DateTime, Utc};

use super::{DomainList, NS};
use crate::contact;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<n:rcData>`: another registrar wants domains to come here; see `handshake`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RcData {
    /// `orig`: who asked.
    pub orig: String,
    /// `registrarTag`: to whom they go.
    pub registrar_tag: String,
    /// `caseId`: to answer with.
    pub case_id: Option<String>,
    /// `domainListData`: the domains.
    pub domain_list_data: Option<DomainList>,
    /// `contact:infData`
    pub contact: contact::InfData,
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
            domain_list_data: from.opt("domainListData")?,
            contact: from.named()?.ok_or_else(|| from.error(DecodeErrorKind::Missing("contact:infData")))?,
        })
    }
}

impl Encode for RcData {
    fn encode(&self, to: &mut Writer) {
        to.put("orig", &self.orig);
        to.put("registrarTag", &self.registrar_tag);
        to.put_opt("caseId", &self.case_id);
        to.put_opt("domainListData", &self.domain_list_data);
        to.named(&self.contact);
    }
}

/// `<n:relData>`: an account was released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelData {
    /// `accountId`
    pub account_id: MovedAccount,
    /// `from`
    pub from: String,
    /// `registrarTag`
    pub registrar_tag: String,
    /// `domainListData`: the domains.
    pub domain_list_data: Option<DomainList>,
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
            domain_list_data: from.opt("domainListData")?,
        })
    }
}

impl Encode for RelData {
    fn encode(&self, to: &mut Writer) {
        to.put("accountId", &self.account_id);
        to.put("from", &self.from);
        to.put("registrarTag", &self.registrar_tag);
        to.put_opt("domainListData", &self.domain_list_data);
    }
}

/// `<n:accountId>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedAccount {
    /// `moved`: whether the account moved, or its domains only.
    pub moved: Option<Moved>,
    /// The id.
    pub id: String,
}

impl Decode for MovedAccount {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { moved: from.word("moved"), id: from.text().to_owned() })
    }
}

impl Encode for MovedAccount {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("moved", &self.moved);
        to.text(&self.id);
    }
}

wire_enum! {
    /// Whether an account moved.
    Moved {
        No = "N",
        Yes = "Y",
    }
}

/// `<n:trnAuthData>`: a transfer to another registrant waits for consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrnAuthData {
    /// `orig`
    pub orig: String,
    /// `caseId`
    pub case_id: String,
    /// `domainListData`: the domains.
    pub domain_list_data: Option<DomainList>,
    /// `contact:infData`
    pub contact: contact::InfData,
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
            domain_list_data: from.opt("domainListData")?,
            contact: from.named()?.ok_or_else(|| from.error(DecodeErrorKind::Missing("contact:infData")))?,
        })
    }
}

impl Encode for TrnAuthData {
    fn encode(&self, to: &mut Writer) {
        to.put("orig", &self.orig);
        to.put("caseId", &self.case_id);
        to.put_opt("domainListData", &self.domain_list_data);
        to.named(&self.contact);
    }
}

/// `<n:trnData>`: domains went to another registrant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrnData {
    /// `orig`
    pub orig: String,
    /// `accountId`
    pub account_id: Option<String>,
    /// `oldAccountId`
    pub old_account_id: Option<String>,
    /// `caseId`
    pub case_id: Option<String>,
    /// `domainListData`: the domains.
    pub domain_list_data: Option<DomainList>,
    /// `contact:infData`
    pub contact: contact::InfData,
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
            domain_list_data: from.opt("domainListData")?,
            contact: from.named()?.ok_or_else(|| from.error(DecodeErrorKind::Missing("contact:infData")))?,
        })
    }
}

impl Encode for TrnData {
    fn encode(&self, to: &mut Writer) {
        to.put("orig", &self.orig);
        to.put_opt("accountId", &self.account_id);
        to.put_opt("oldAccountId", &self.old_account_id);
        to.put_opt("caseId", &self.case_id);
        to.put_opt("domainListData", &self.domain_list_data);
        to.named(&self.contact);
    }
}

/// `<n:processData>`: the registry looks into the data of a registrant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessData {
    /// `stage`
    pub stage: Option<ProcessStage>,
    /// `contact:infData`
    pub contact: contact::InfData,
    /// `processType`
    pub process_type: String,
    /// `suspendDate`
    pub suspend_date: Option<DateTime<Utc>>,
    /// `cancelDate`
    pub cancel_date: Option<DateTime<Utc>>,
    /// `domainListData`: the domains.
    pub domain_list_data: Option<DomainList>,
}

impl Named for ProcessData {
    const NS: Namespace = NS;
    const NAME: &'static str = "processData";
}

impl Decode for ProcessData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            stage: from.word("stage"),
            contact: from.named()?.ok_or_else(|| from.error(DecodeErrorKind::Missing("contact:infData")))?,
            process_type: from.one("processType")?,
            suspend_date: from.opt("suspendDate")?,
            cancel_date: from.opt("cancelDate")?,
            domain_list_data: from.opt("domainListData")?,
        })
    }
}

impl Encode for ProcessData {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("stage", &self.stage);
        to.named(&self.contact);
        to.put("processType", &self.process_type);
        to.put_opt("suspendDate", &self.suspend_date);
        to.put_opt("cancelDate", &self.cancel_date);
        to.put_opt("domainListData", &self.domain_list_data);
    }
}

wire_enum! {
    /// How far it got.
    ProcessStage {
        Initial = "initial",
        Updated = "updated",
    }
}

/// `<n:pqData>`: the data of a registrant are of poor quality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PqData {
    /// `stage`
    pub stage: Option<PqStage>,
    /// `contact:infData`
    pub contact: contact::InfData,
    /// `suspendDate`
    pub suspend_date: Option<DateTime<Utc>>,
    /// `cancelDate`
    pub cancel_date: Option<DateTime<Utc>>,
    /// `domainListData`: the domains.
    pub domain_list_data: Option<DomainList>,
}

impl Named for PqData {
    const NS: Namespace = NS;
    const NAME: &'static str = "pqData";
}

impl Decode for PqData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            stage: from.word("stage"),
            contact: from.named()?.ok_or_else(|| from.error(DecodeErrorKind::Missing("contact:infData")))?,
            suspend_date: from.opt("suspendDate")?,
            cancel_date: from.opt("cancelDate")?,
            domain_list_data: from.opt("domainListData")?,
        })
    }
}

impl Encode for PqData {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("stage", &self.stage);
        to.named(&self.contact);
        to.put_opt("suspendDate", &self.suspend_date);
        to.put_opt("cancelDate", &self.cancel_date);
        to.put_opt("domainListData", &self.domain_list_data);
    }
}

wire_enum! {
    /// How far it got.
    PqStage {
        Cancel = "cancel",
        Initial = "initial",
        Suspend = "suspend",
        Updated = "updated",
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
