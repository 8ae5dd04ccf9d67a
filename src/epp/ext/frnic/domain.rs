//! What AFNIC tells of a domain, and the contacts it wants with a transfer.

use crate::error::{DecodeError, DecodeErrorKind};
use crate::xml::{Decode, Element, Encode, Writer};

/// `<frnic:domain>` of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransferDomain {
    /// `keepDS`: whether the DS records stay.
    pub keep_ds: Option<bool>,
    /// `contact`: one `admin` and one to three `tech`.
    pub contacts: Vec<Contact>,
}

impl Decode for TransferDomain {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { keep_ds: from.bool_attr("keepDS")?, contacts: from.all("contact")? })
    }
}

impl Encode for TransferDomain {
    fn encode(&self, to: &mut Writer) {
        if let Some(keep_ds) = self.keep_ds {
            to.attr_bool("keepDS", keep_ds);
        }
        to.put_all("contact", &self.contacts);
    }
}

/// `<frnic:contact>` of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// `type`: `admin` or `tech`.
    pub role: String,
    /// The contact's id.
    pub id: String,
}

impl Decode for Contact {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { role: from.need_word("type")?, id: from.text().to_owned() })
    }
}

impl Encode for Contact {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", &self.role);
        to.text(&self.id);
    }
}

/// `<frnic:domain>` of a reply to info.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DomainInfo {
    /// `status`
    pub statuses: Vec<DomainStatus>,
}

impl Decode for DomainInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { statuses: from.all("status")? })
    }
}

impl Encode for DomainInfo {
    fn encode(&self, to: &mut Writer) {
        to.put_all("status", &self.statuses);
    }
}

/// `<frnic:status>`: a status that RFC 5731 does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainStatus {
    /// `s`
    pub s: String,
}

impl Decode for DomainStatus {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { s: from.need_word("s")? })
    }
}

impl Encode for DomainStatus {
    fn encode(&self, to: &mut Writer) {
        to.attr("s", &self.s);
    }
}

/// `<frnic:chkData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChkData {
    /// `domain`
    pub domain: CheckedDomains,
}

impl Decode for ChkData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domain: from.one("domain")? })
    }
}

impl Encode for ChkData {
    fn encode(&self, to: &mut Writer) {
        to.put("domain", &self.domain);
    }
}

/// `<frnic:domain>` of a reply to check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckedDomains {
    /// `cd`: one for each name.
    pub cds: Vec<Cd>,
}

impl Decode for CheckedDomains {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { cds: from.all("cd")? })
    }
}

impl Encode for CheckedDomains {
    fn encode(&self, to: &mut Writer) {
        to.put_all("cd", &self.cds);
    }
}

/// `<frnic:cd>`: why a name cannot be had by everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cd {
    /// `name`
    pub name: CheckedName,
    /// `rsvReason`: why it is reserved.
    pub rsv_reasons: Vec<String>,
    /// `fbdReason`: why it is forbidden.
    pub fbd_reasons: Vec<String>,
}

impl Decode for Cd {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            rsv_reasons: from.all("rsvReason")?,
            fbd_reasons: from.all("fbdReason")?,
        })
    }
}

impl Encode for Cd {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put_all("rsvReason", &self.rsv_reasons);
        to.put_all("fbdReason", &self.fbd_reasons);
    }
}

/// `<frnic:name>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedName {
    /// `reserved`: whether it is open to some only.
    pub reserved: bool,
    /// `forbidden`: whether it is open to nobody.
    pub forbidden: bool,
    /// The name.
    pub name: String,
}

impl Decode for CheckedName {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            reserved: from
                .bool_attr("reserved")?
                .ok_or_else(|| from.error(DecodeErrorKind::Missing("reserved")))?,
            forbidden: from
                .bool_attr("forbidden")?
                .ok_or_else(|| from.error(DecodeErrorKind::Missing("forbidden")))?,
            name: from.text().to_owned(),
        })
    }
}

impl Encode for CheckedName {
    fn encode(&self, to: &mut Writer) {
        to.attr_bool("reserved", self.reserved);
        to.attr_bool("forbidden", self.forbidden);
        to.text(&self.name);
    }
}
