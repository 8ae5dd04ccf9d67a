//! What AFNIC knows of a contact: a person or a company, identified or not.

use chrono::{DateTime, NaiveDate, Utc};

use crate::error::{DecodeError, DecodeErrorKind};
use crate::xml::{Decode, Element, Encode, Writer};

/// `<frnic:creData>`: a contact that was made, or found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData {
    /// `nhStatus`
    pub nh_status: NhStatus,
    /// `idStatus`
    pub id_status: Option<IdStatus>,
}

impl Decode for CreData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { nh_status: from.one("nhStatus")?, id_status: from.opt("idStatus")? })
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        to.put("nhStatus", &self.nh_status);
        to.put_opt("idStatus", &self.id_status);
    }
}

/// `<frnic:nhStatus>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NhStatus {
    /// `new`: whether there was no such contact before.
    pub new: bool,
}

impl Decode for NhStatus {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { new: from.bool_attr("new")?.ok_or_else(|| from.error(DecodeErrorKind::Missing("new")))? })
    }
}

impl Encode for NhStatus {
    fn encode(&self, to: &mut Writer) {
        to.attr_bool("new", self.new);
    }
}

/// `<frnic:contact>` of a create command: a company, or a person with the first name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewContact {
    /// `legalEntityInfos`: of a company.
    pub legal_entity_infos: Option<LegalEntity>,
    /// `list`: `restrictedPublication` keeps a person out of public data.
    pub lists: Vec<String>,
    /// `individualInfos`: of a person.
    pub individual_infos: Option<Individual>,
    /// `firstName`: of a person; the last name is in `contact:name`.
    pub first_name: Option<String>,
    /// `reachable`
    pub reachable: Option<Reachable>,
}

impl Decode for NewContact {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            legal_entity_infos: from.opt("legalEntityInfos")?,
            lists: from.all("list")?,
            individual_infos: from.opt("individualInfos")?,
            first_name: from.opt("firstName")?,
            reachable: from.opt("reachable")?,
        })
    }
}

impl Encode for NewContact {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("legalEntityInfos", &self.legal_entity_infos);
        to.put_all("list", &self.lists);
        to.put_opt("individualInfos", &self.individual_infos);
        to.put_opt("firstName", &self.first_name);
        to.put_opt("reachable", &self.reachable);
    }
}

/// `<frnic:contact>` of an update command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactUpdate {
    /// `add`
    pub add: Option<ContactChange>,
    /// `rem`
    pub rem: Option<ContactChange>,
}

impl Decode for ContactUpdate {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { add: from.opt("add")?, rem: from.opt("rem")? })
    }
}

impl Encode for ContactUpdate {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("add", &self.add);
        to.put_opt("rem", &self.rem);
    }
}

/// `<frnic:add>` and `<frnic:rem>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactChange {
    /// `list`
    pub lists: Vec<String>,
    /// `idStatus`
    pub id_status: Option<IdStatus>,
    /// `reachable`
    pub reachable: Option<Reachable>,
}

impl Decode for ContactChange {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            lists: from.all("list")?,
            id_status: from.opt("idStatus")?,
            reachable: from.opt("reachable")?,
        })
    }
}

impl Encode for ContactChange {
    fn encode(&self, to: &mut Writer) {
        to.put_all("list", &self.lists);
        to.put_opt("idStatus", &self.id_status);
        to.put_opt("reachable", &self.reachable);
    }
}

/// `<frnic:contact>` of a reply to info.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactInfo {
    /// `firstName`
    pub first_name: Option<String>,
    /// `list`
    pub lists: Vec<String>,
    /// `individualInfos`
    pub individual_infos: Option<Individual>,
    /// `legalEntityInfos`
    pub legal_entity_infos: Option<LegalEntity>,
    /// `obsoleted`
    pub obsoleted: Option<Obsoleted>,
    /// `reachable`
    pub reachable: Option<Reachable>,
}

impl Decode for ContactInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            first_name: from.opt("firstName")?,
            lists: from.all("list")?,
            individual_infos: from.opt("individualInfos")?,
            legal_entity_infos: from.opt("legalEntityInfos")?,
            obsoleted: from.opt("obsoleted")?,
            reachable: from.opt("reachable")?,
        })
    }
}

impl Encode for ContactInfo {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("firstName", &self.first_name);
        to.put_all("list", &self.lists);
        to.put_opt("individualInfos", &self.individual_infos);
        to.put_opt("legalEntityInfos", &self.legal_entity_infos);
        to.put_opt("obsoleted", &self.obsoleted);
        to.put_opt("reachable", &self.reachable);
    }
}

/// `<frnic:individualInfos>`: who a person is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Individual {
    /// `idStatus`
    pub id_status: Option<IdStatus>,
    /// `birthDate`
    pub birth_date: Option<NaiveDate>,
    /// `birthCity`
    pub birth_city: Option<String>,
    /// `birthPc`
    pub birth_pc: Option<String>,
    /// `birthCc`
    pub birth_cc: Option<String>,
}

impl Decode for Individual {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id_status: from.opt("idStatus")?,
            birth_date: from.opt("birthDate")?,
            birth_city: from.opt("birthCity")?,
            birth_pc: from.opt("birthPc")?,
            birth_cc: from.opt("birthCc")?,
        })
    }
}

impl Encode for Individual {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("idStatus", &self.id_status);
        to.put_opt("birthDate", &self.birth_date);
        to.put_opt("birthCity", &self.birth_city);
        to.put_opt("birthPc", &self.birth_pc);
        to.put_opt("birthCc", &self.birth_cc);
    }
}

/// `<frnic:legalEntityInfos>`: what a company is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalEntity {
    /// `idStatus`
    pub id_status: Option<IdStatus>,
    /// `legalStatus`
    pub legal_status: LegalStatus,
    /// `siren`
    pub siren: Option<String>,
    /// `VAT`
    pub vat: Option<String>,
    /// `trademark`
    pub trademark: Option<String>,
    /// `asso`
    pub asso: Option<Association>,
    /// `DUNS`
    pub duns: Option<String>,
    /// `local`: its number in another country.
    pub local: Option<String>,
}

impl Decode for LegalEntity {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id_status: from.opt("idStatus")?,
            legal_status: from.one("legalStatus")?,
            siren: from.opt("siren")?,
            vat: from.opt("VAT")?,
            trademark: from.opt("trademark")?,
            asso: from.opt("asso")?,
            duns: from.opt("DUNS")?,
            local: from.opt("local")?,
        })
    }
}

impl Encode for LegalEntity {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("idStatus", &self.id_status);
        to.put("legalStatus", &self.legal_status);
        to.put_opt("siren", &self.siren);
        to.put_opt("VAT", &self.vat);
        to.put_opt("trademark", &self.trademark);
        to.put_opt("asso", &self.asso);
        to.put_opt("DUNS", &self.duns);
        to.put_opt("local", &self.local);
    }
}

/// `<frnic:legalStatus>`: the kind of company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalStatus {
    /// `s`: `company`, `association` or `other`.
    pub s: String,
    /// The kind, when `s` is `other`.
    pub text: String,
}

impl Decode for LegalStatus {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { s: from.need_word("s")?, text: from.text().to_owned() })
    }
}

impl Encode for LegalStatus {
    fn encode(&self, to: &mut Writer) {
        to.attr("s", &self.s);
        to.text(&self.text);
    }
}

/// `<frnic:asso>`: an association and where it was announced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Association {
    /// `waldec`
    pub waldec: Option<String>,
    /// `decl`: when it was declared.
    pub decl: Option<NaiveDate>,
    /// `publ`
    pub publ: Option<Publication>,
}

impl Decode for Association {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { waldec: from.opt("waldec")?, decl: from.opt("decl")?, publ: from.opt("publ")? })
    }
}

impl Encode for Association {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("waldec", &self.waldec);
        to.put_opt("decl", &self.decl);
        to.put_opt("publ", &self.publ);
    }
}

/// `<frnic:publ>`: an announcement in the official journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// `announce`
    pub announce: String,
    /// `page`
    pub page: String,
    /// Of the journal.
    pub date: NaiveDate,
}

impl Decode for Publication {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            announce: from.need_word("announce")?,
            page: from.need_word("page")?,
            date: NaiveDate::decode(from)?,
        })
    }
}

impl Encode for Publication {
    fn encode(&self, to: &mut Writer) {
        to.attr("announce", &self.announce);
        to.attr("page", &self.page);
        self.date.encode(to);
    }
}

/// `<frnic:idStatus>`: whether the contact was identified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdStatus {
    /// `when`
    pub when: Option<DateTime<Utc>>,
    /// `source`: by whom.
    pub source: Option<String>,
    /// `ok`, `pending`, `failed` or another one.
    pub status: String,
}

impl Decode for IdStatus {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            when: from.time_attr("when")?,
            source: from.word("source"),
            status: from.text().to_owned(),
        })
    }
}

impl Encode for IdStatus {
    fn encode(&self, to: &mut Writer) {
        if let Some(when) = &self.when {
            to.attr_time("when", when);
        }
        to.attr_opt("source", &self.source);
        to.text(&self.status);
    }
}

/// `<frnic:reachable>`: whether the contact can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reachable {
    /// `when`
    pub when: Option<DateTime<Utc>>,
    /// `media`: by `email` or `phone`.
    pub media: Option<String>,
    /// `source`: who says so.
    pub source: Option<String>,
    /// Whether.
    pub reachable: bool,
}

impl Decode for Reachable {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            when: from.time_attr("when")?,
            media: from.word("media"),
            source: from.word("source"),
            reachable: bool::decode(from)?,
        })
    }
}

impl Encode for Reachable {
    fn encode(&self, to: &mut Writer) {
        if let Some(when) = &self.when {
            to.attr_time("when", when);
        }
        to.attr_opt("media", &self.media);
        to.attr_opt("source", &self.source);
        self.reachable.encode(to);
    }
}

/// `<frnic:obsoleted>`: whether the contact is out of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obsoleted {
    /// `when`
    pub when: Option<DateTime<Utc>>,
    /// Whether.
    pub obsoleted: bool,
}

impl Decode for Obsoleted {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { when: from.time_attr("when")?, obsoleted: bool::decode(from)? })
    }
}

impl Encode for Obsoleted {
    fn encode(&self, to: &mut Writer) {
        if let Some(when) = &self.when {
            to.attr_time("when", when);
        }
        self.obsoleted.encode(to);
    }
}
