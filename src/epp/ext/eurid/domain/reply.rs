//! `<domain-ext:chkData>`, `infData`, `renData` and `trnData`.

use chrono::{DateTime, Utc};

use super::{Contact, NS};
use crate::domain::{DomainStatus, ForeignNs};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<domain-ext:chkData>`: more about names that were checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChkData {
    /// `domain`: at least one.
    pub domains: Vec<CheckedDomain>,
}

impl Named for ChkData {
    const NS: Namespace = NS;
    const NAME: &'static str = "chkData";
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domains: from.all("domain")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("domain", &self.domains);
    }
}

/// `<domain-ext:domain>`: more about a name that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedDomain {
    /// `name`
    pub name: String,
    /// `availableDate`: when it can be registered again.
    pub available_date: Option<DateTime<Utc>>,
    /// `status`
    pub statuses: Vec<DomainStatus>,
}

impl Decode for CheckedDomain {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            available_date: from.opt("availableDate")?,
            statuses: from.all("status")?,
        })
    }
}

impl Encode for CheckedDomain {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_opt("availableDate", &self.available_date);
        to.put_all("status", &self.statuses);
    }
}

/// `<domain-ext:infData>`: more about a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `onHold`
    pub on_hold: bool,
    /// `reserved`
    pub reserved: bool,
    /// `quarantined`
    pub quarantined: bool,
    /// `suspended`
    pub suspended: bool,
    /// `seized`
    pub seized: bool,
    /// `availableDate`: when it can be registered again.
    pub available_date: Option<DateTime<Utc>>,
    /// `scheduledSuspensionDate`: not in 2.5.
    pub scheduled_suspension_date: Option<DateTime<Utc>>,
    /// `deletionDate`
    pub deletion_date: Option<DateTime<Utc>>,
    /// `contact`
    pub contacts: Vec<Contact>,
    /// `nsgroup`
    pub nsgroups: Vec<String>,
    /// `keygroup`
    pub keygroup: Option<String>,
    /// `delayed`
    pub delayed: bool,
    /// `maxExtensionPeriod`: for how many years it can be renewed.
    pub max_extension_period: u16,
    /// `registrantCountry`
    pub registrant_country: String,
    /// `registrantCountryOfCitizenship`
    pub registrant_country_of_citizenship: Option<String>,
    /// `registrarReference`: the registrar's own note.
    pub registrar_reference: Option<String>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            on_hold: from.one("onHold")?,
            reserved: from.one("reserved")?,
            quarantined: from.one("quarantined")?,
            suspended: from.one("suspended")?,
            seized: from.one("seized")?,
            available_date: from.opt("availableDate")?,
            scheduled_suspension_date: from.opt("scheduledSuspensionDate")?,
            deletion_date: from.opt("deletionDate")?,
            contacts: from.all("contact")?,
            nsgroups: from.all("nsgroup")?,
            keygroup: from.opt("keygroup")?,
            delayed: from.one("delayed")?,
            max_extension_period: from.one("maxExtensionPeriod")?,
            registrant_country: from.one("registrantCountry")?,
            registrant_country_of_citizenship: from.opt("registrantCountryOfCitizenship")?,
            registrar_reference: from.opt("registrarReference")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("onHold", &self.on_hold);
        to.put("reserved", &self.reserved);
        to.put("quarantined", &self.quarantined);
        to.put("suspended", &self.suspended);
        to.put("seized", &self.seized);
        to.put_opt("availableDate", &self.available_date);
        to.put_opt("scheduledSuspensionDate", &self.scheduled_suspension_date);
        to.put_opt("deletionDate", &self.deletion_date);
        to.put_all("contact", &self.contacts);
        to.put_all("nsgroup", &self.nsgroups);
        to.put_opt("keygroup", &self.keygroup);
        to.put("delayed", &self.delayed);
        to.put("maxExtensionPeriod", &self.max_extension_period);
        to.put("registrantCountry", &self.registrant_country);
        to.put_opt("registrantCountryOfCitizenship", &self.registrant_country_of_citizenship);
        to.put_opt("registrarReference", &self.registrar_reference);
    }
}

/// `<domain-ext:renData>`: `removedDeletionDate`, that the renewal took back a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RenData;

impl Named for RenData {
    const NS: Namespace = NS;
    const NAME: &'static str = "renData";
}

impl Decode for RenData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        from.need("removedDeletionDate").map(|_| Self)
    }
}

impl Encode for RenData {
    fn encode(&self, to: &mut Writer) {
        to.flag("removedDeletionDate");
    }
}

/// `<domain-ext:trnData>`: more about a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrnData {
    /// `onHold`
    pub on_hold: bool,
    /// `reserved`
    pub reserved: bool,
    /// `quarantined`
    pub quarantined: bool,
    /// `suspended`
    pub suspended: bool,
    /// `availableDate`
    pub available_date: Option<DateTime<Utc>>,
    /// `deletionDate`
    pub deletion_date: Option<DateTime<Utc>>,
    /// `registrant`
    pub registrant: String,
    /// `contact`
    pub contacts: Vec<Contact>,
    /// `ns`
    pub ns: Option<ForeignNs>,
    /// `nsgroup`
    pub nsgroups: Vec<String>,
    /// `keygroup`
    pub keygroup: Option<String>,
    /// `delayed`
    pub delayed: bool,
    /// `reason`
    pub reason: String,
    /// `registrantCountry`
    pub registrant_country: String,
    /// `registrantCountryOfCitizenship`
    pub registrant_country_of_citizenship: Option<String>,
    /// `registrarReference`: the registrar's own note.
    pub registrar_reference: Option<String>,
}

impl Named for TrnData {
    const NS: Namespace = NS;
    const NAME: &'static str = "trnData";
}

impl Decode for TrnData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            on_hold: from.one("onHold")?,
            reserved: from.one("reserved")?,
            quarantined: from.one("quarantined")?,
            suspended: from.one("suspended")?,
            available_date: from.opt("availableDate")?,
            deletion_date: from.opt("deletionDate")?,
            registrant: from.one("registrant")?,
            contacts: from.all("contact")?,
            ns: from.opt("ns")?,
            nsgroups: from.all("nsgroup")?,
            keygroup: from.opt("keygroup")?,
            delayed: from.one("delayed")?,
            reason: from.one("reason")?,
            registrant_country: from.one("registrantCountry")?,
            registrant_country_of_citizenship: from.opt("registrantCountryOfCitizenship")?,
            registrar_reference: from.opt("registrarReference")?,
        })
    }
}

impl Encode for TrnData {
    fn encode(&self, to: &mut Writer) {
        to.put("onHold", &self.on_hold);
        to.put("reserved", &self.reserved);
        to.put("quarantined", &self.quarantined);
        to.put("suspended", &self.suspended);
        to.put_opt("availableDate", &self.available_date);
        to.put_opt("deletionDate", &self.deletion_date);
        to.put("registrant", &self.registrant);
        to.put_all("contact", &self.contacts);
        to.put_opt("ns", &self.ns);
        to.put_all("nsgroup", &self.nsgroups);
        to.put_opt("keygroup", &self.keygroup);
        to.put("delayed", &self.delayed);
        to.put("reason", &self.reason);
        to.put("registrantCountry", &self.registrant_country);
        to.put_opt("registrantCountryOfCitizenship", &self.registrant_country_of_citizenship);
        to.put_opt("registrarReference", &self.registrar_reference);
    }
}
