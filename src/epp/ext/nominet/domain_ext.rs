//! How a domain is renewed and billed, and notes about it (`domain-nom-ext-1.2`).

use super::{Change, Flag};
use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/domain-nom-ext-1.2", prefix: "domain-ext" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<ChkData>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "Nominet domain-nom-ext-1.2";

/// `<domain-ext:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `first-bill`: who gets the first bill.
    pub first_bill: Option<Bill>,
    /// `recur-bill`: who gets those that follow.
    pub recur_bill: Option<Bill>,
    /// `auto-bill`: renews by itself, so many days before it expires. Not together with `next-bill`.
    pub auto_bill: Option<u16>,
    /// `next-bill`: the same, once.
    pub next_bill: Option<u16>,
    /// `auto-period`: for how many years it renews by itself.
    pub auto_period: Option<u16>,
    /// `next-period`: the same, once.
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

/// `<domain-ext:update>`: changes what is given; an empty value takes it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `first-bill`
    pub first_bill: Option<Change<Bill>>,
    /// `recur-bill`
    pub recur_bill: Option<Change<Bill>>,
    /// `auto-bill`
    pub auto_bill: Option<Change<u16>>,
    /// `next-bill`
    pub next_bill: Option<Change<u16>>,
    /// `auto-period`
    pub auto_period: Option<Change<u16>>,
    /// `next-period`
    pub next_period: Option<Change<u16>>,
    /// `renew-not-required`: whether it is left to expire.
    pub renew_not_required: Option<Change<Flag>>,
    /// `notes`: instead of those there are.
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

/// `<domain-ext:chkData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `abuse-limit`: how many checks are left of the day's.
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

/// `<domain-ext:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `reg-status`: how the registration stands.
    pub reg_status: RegStatus,
    /// `first-bill`
    pub first_bill: Option<Bill>,
    /// `recur-bill`
    pub recur_bill: Option<Bill>,
    /// `auto-bill`
    pub auto_bill: Option<u16>,
    /// `auto-period`
    pub auto_period: Option<u16>,
    /// `next-bill`
    pub next_bill: Option<u16>,
    /// `next-period`
    pub next_period: Option<u16>,
    /// `renew-not-required`: whether it is left to expire.
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
    /// Who gets a bill.
    Bill {
        Holder = "th",
        Registrar = "bc",
    }
}

wire_enum! {
    /// How a registration stands.
    RegStatus {
        Registered = "Registered until expiry date.",
        RenewalRequired = "Renewal required.",
        NotRequired = "No longer required",
    }
}
