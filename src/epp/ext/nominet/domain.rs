//! Billing and notes of a domain (`domain-nom-ext-1.2`).

use super::Flag;
use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/domain-nom-ext-1.2", prefix: "domain-nom-ext" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<ChkData>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "Nominet domain-nom-ext-1.2";

/// `<domain-nom-ext:create>`: billing and notes of a new domain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Create {
    /// `first-bill`
    pub first_bill: Option<BillTo>,
    /// `recur-bill`
    pub recur_bill: Option<BillTo>,
    /// `auto-bill`
    pub auto_bill: Option<u16>,
    /// `next-bill`
    pub next_bill: Option<u16>,
    /// `auto-period`
    pub auto_period: Option<u16>,
    /// `next-period`
    pub next_period: Option<u16>,
    /// `notes`
    pub notes: Vec<String>,
    /// `reseller`
    pub reseller: Option<String>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            first_bill: from.opt("first-bill")?,
            recur_bill: from.opt("recur-bill")?,
            auto_bill: from.opt("auto-bill")?,
            next_bill: from.opt("next-bill")?,
            auto_period: from.opt("auto-period")?,
            next_period: from.opt("next-period")?,
            notes: from.all("notes")?,
            reseller: from.opt("reseller")?,
        })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("first-bill", &self.first_bill);
        to.put_opt("recur-bill", &self.recur_bill);
        to.put_opt("auto-bill", &self.auto_bill);
        to.put_opt("next-bill", &self.next_bill);
        to.put_opt("auto-period", &self.auto_period);
        to.put_opt("next-period", &self.next_period);
        to.put_all("notes", &self.notes);
        to.put_opt("reseller", &self.reseller);
    }
}

/// `<domain-nom-ext:update>`: new billing and notes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `first-bill`
    pub first_bill: Option<Change<BillTo>>,
    /// `recur-bill`
    pub recur_bill: Option<Change<BillTo>>,
    /// `auto-bill`
    pub auto_bill: Option<Change<u16>>,
    /// `next-bill`
    pub next_bill: Option<Change<u16>>,
    /// `auto-period`
    pub auto_period: Option<Change<u16>>,
    /// `next-period`
    pub next_period: Option<Change<u16>>,
    /// `renew-not-required`: whether the domain may end.
    pub renew_not_required: Option<Flag>,
    /// `notes`
    pub notes: Vec<String>,
    /// `reseller`: empty takes it away.
    pub reseller: Option<String>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            first_bill: from.opt("first-bill")?,
            recur_bill: from.opt("recur-bill")?,
            auto_bill: from.opt("auto-bill")?,
            next_bill: from.opt("next-bill")?,
            auto_period: from.opt("auto-period")?,
            next_period: from.opt("next-period")?,
            renew_not_required: from.opt("renew-not-required")?,
            notes: from.all("notes")?,
            reseller: from.opt("reseller")?,
        })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("first-bill", &self.first_bill);
        to.put_opt("recur-bill", &self.recur_bill);
        to.put_opt("auto-bill", &self.auto_bill);
        to.put_opt("next-bill", &self.next_bill);
        to.put_opt("auto-period", &self.auto_period);
        to.put_opt("next-period", &self.next_period);
        to.put_opt("renew-not-required", &self.renew_not_required);
        to.put_all("notes", &self.notes);
        to.put_opt("reseller", &self.reseller);
    }
}

/// `<domain-nom-ext:chkData>`: how much more may be checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChkData {
    /// `abuse-limit`: how many checks are left.
    pub abuse_limit: Option<u32>,
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Decode for ChkData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { abuse_limit: from.parse_attr("abuse-limit", "number")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        if let Some(abuse_limit) = self.abuse_limit {
            to.attr_display("abuse-limit", abuse_limit);
        }
    }
}

/// `<domain-nom-ext:infData>`: billing and notes of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `reg-status`
    pub reg_status: RegStatus,
    /// `first-bill`
    pub first_bill: Option<BillTo>,
    /// `recur-bill`
    pub recur_bill: Option<BillTo>,
    /// `auto-bill`
    pub auto_bill: Option<u16>,
    /// `auto-period`
    pub auto_period: Option<u16>,
    /// `next-bill`
    pub next_bill: Option<u16>,
    /// `next-period`
    pub next_period: Option<u16>,
    /// `renew-not-required`: that the domain may end.
    pub renew_not_required: Option<Flag>,
    /// `notes`
    pub notes: Vec<String>,
    /// `reseller`
    pub reseller: Option<String>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            reg_status: from.one("reg-status")?,
            first_bill: from.opt("first-bill")?,
            recur_bill: from.opt("recur-bill")?,
            auto_bill: from.opt("auto-bill")?,
            auto_period: from.opt("auto-period")?,
            next_bill: from.opt("next-bill")?,
            next_period: from.opt("next-period")?,
            renew_not_required: from.opt("renew-not-required")?,
            notes: from.all("notes")?,
            reseller: from.opt("reseller")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("reg-status", &self.reg_status);
        to.put_opt("first-bill", &self.first_bill);
        to.put_opt("recur-bill", &self.recur_bill);
        to.put_opt("auto-bill", &self.auto_bill);
        to.put_opt("auto-period", &self.auto_period);
        to.put_opt("next-bill", &self.next_bill);
        to.put_opt("next-period", &self.next_period);
        to.put_opt("renew-not-required", &self.renew_not_required);
        to.put_all("notes", &self.notes);
        to.put_opt("reseller", &self.reseller);
    }
}

wire_enum! {
    /// Who pays.
    BillTo {
        Registrant = "bc",
        Registrar = "th",
    }
}

wire_enum! {
    /// How a registration stands.
    RegStatus {
        NoLongerRequired = "No longer required",
        Registered = "Registered until expiry date.",
        RenewalRequired = "Renewal required.",
    }
}

/// A value of an update: another one, or none from now on, which is an empty element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<T> {
    /// Another value.
    To(T),
    /// No value.
    Clear,
}

impl<T: Decode> Decode for Change<T> {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        if from.text().is_empty() { Ok(Self::Clear) } else { T::decode(from).map(Self::To) }
    }
}

impl<T: Encode> Encode for Change<T> {
    fn encode(&self, to: &mut Writer) {
        if let Self::To(value) = self {
            value.encode(to);
        }
    }
}
