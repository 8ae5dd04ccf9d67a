//! Marks (RFC 7848, `mark-1.0`): the rights to a name that a validator such as the Trademark Clearinghouse confirms.
//!
//! Launch phases carry marks as they came, as a [`Fragment`](crate::Fragment): [`Mark::decode`] looks into one. The
//! signed form is [`super::signed_mark`].

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::contact::Phone;
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of marks.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:mark-1.0", prefix: "mark" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::part::<Mark>("RFC 7848")];

/// `<mark:mark>`: one right, as a rule (2.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark {
    /// `trademark`
    pub trademarks: Vec<Trademark>,
    /// `treatyOrStatute`
    pub treaties_or_statutes: Vec<TreatyOrStatute>,
    /// `court`
    pub courts: Vec<Court>,
}

impl Named for Mark {
    const NS: Namespace = NS;
    const NAME: &'static str = "mark";
}

impl Decode for Mark {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            trademarks: from.all("trademark")?,
            treaties_or_statutes: from.all("treatyOrStatute")?,
            courts: from.all("court")?,
        })
    }
}

impl Encode for Mark {
    fn encode(&self, to: &mut Writer) {
        to.put_all("trademark", &self.trademarks);
        to.put_all("treatyOrStatute", &self.treaties_or_statutes);
        to.put_all("court", &self.courts);
    }
}

/// `<mark:trademark>`: a registered trademark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trademark {
    /// `id`: given by the validator.
    pub id: String,
    /// `markName`
    pub mark_name: String,
    /// `holder`: at least one.
    pub holders: Vec<Holder>,
    /// `contact`
    pub contacts: Vec<Contact>,
    /// `jurisdiction`: where it is registered.
    pub jurisdiction: String,
    /// `class`: numbers of the Nice classification.
    pub classes: Vec<String>,
    /// `label`: of the domain names it gives a right to.
    pub labels: Vec<String>,
    /// `goodsAndServices`
    pub goods_and_services: String,
    /// `apId`: of the application.
    pub ap_id: Option<String>,
    /// `apDate`
    pub ap_date: Option<DateTime<Utc>>,
    /// `regNum`: of the registration.
    pub reg_num: String,
    /// `regDate`
    pub reg_date: DateTime<Utc>,
    /// `exDate`
    pub ex_date: Option<DateTime<Utc>>,
}

impl Decode for Trademark {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.one("id")?,
            mark_name: from.one("markName")?,
            holders: from.all("holder")?,
            contacts: from.all("contact")?,
            jurisdiction: from.one("jurisdiction")?,
            classes: from.all("class")?,
            labels: from.all("label")?,
            goods_and_services: from.one("goodsAndServices")?,
            ap_id: from.opt("apId")?,
            ap_date: from.opt("apDate")?,
            reg_num: from.one("regNum")?,
            reg_date: from.one("regDate")?,
            ex_date: from.opt("exDate")?,
        })
    }
}

impl Encode for Trademark {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("markName", &self.mark_name);
        to.put_all("holder", &self.holders);
        to.put_all("contact", &self.contacts);
        to.put("jurisdiction", &self.jurisdiction);
        to.put_all("class", &self.classes);
        to.put_all("label", &self.labels);
        to.put("goodsAndServices", &self.goods_and_services);
        to.put_opt("apId", &self.ap_id);
        to.put_opt("apDate", &self.ap_date);
        to.put("regNum", &self.reg_num);
        to.put("regDate", &self.reg_date);
        to.put_opt("exDate", &self.ex_date);
    }
}

/// `<mark:treatyOrStatute>`: a mark protected by law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreatyOrStatute {
    /// `id`: given by the validator.
    pub id: String,
    /// `markName`
    pub mark_name: String,
    /// `holder`: at least one.
    pub holders: Vec<Holder>,
    /// `contact`
    pub contacts: Vec<Contact>,
    /// `protection`: at least one.
    pub protections: Vec<Protection>,
    /// `label`
    pub labels: Vec<String>,
    /// `goodsAndServices`
    pub goods_and_services: String,
    /// `refNum`
    pub ref_num: String,
    /// `proDate`: when the protection began.
    pub pro_date: DateTime<Utc>,
    /// `title`
    pub title: String,
    /// `execDate`: when the law came into force.
    pub exec_date: DateTime<Utc>,
}

impl Decode for TreatyOrStatute {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.one("id")?,
            mark_name: from.one("markName")?,
            holders: from.all("holder")?,
            contacts: from.all("contact")?,
            protections: from.all("protection")?,
            labels: from.all("label")?,
            goods_and_services: from.one("goodsAndServices")?,
            ref_num: from.one("refNum")?,
            pro_date: from.one("proDate")?,
            title: from.one("title")?,
            exec_date: from.one("execDate")?,
        })
    }
}

impl Encode for TreatyOrStatute {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("markName", &self.mark_name);
        to.put_all("holder", &self.holders);
        to.put_all("contact", &self.contacts);
        to.put_all("protection", &self.protections);
        to.put_all("label", &self.labels);
        to.put("goodsAndServices", &self.goods_and_services);
        to.put("refNum", &self.ref_num);
        to.put("proDate", &self.pro_date);
        to.put("title", &self.title);
        to.put("execDate", &self.exec_date);
    }
}

/// `<mark:protection>`: where a law protects a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// `cc`
    pub cc: String,
    /// `region`
    pub region: Option<String>,
    /// `ruling`: countries whose law it is.
    pub rulings: Vec<String>,
}

impl Decode for Protection {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { cc: from.one("cc")?, region: from.opt("region")?, rulings: from.all("ruling")? })
    }
}

impl Encode for Protection {
    fn encode(&self, to: &mut Writer) {
        to.put("cc", &self.cc);
        to.put_opt("region", &self.region);
        to.put_all("ruling", &self.rulings);
    }
}

/// `<mark:court>`: a mark validated by a court.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Court {
    /// `id`: given by the validator.
    pub id: String,
    /// `markName`
    pub mark_name: String,
    /// `holder`: at least one.
    pub holders: Vec<Holder>,
    /// `contact`
    pub contacts: Vec<Contact>,
    /// `label`
    pub labels: Vec<String>,
    /// `goodsAndServices`
    pub goods_and_services: String,
    /// `refNum`: of the judgement.
    pub ref_num: String,
    /// `proDate`: when the protection began.
    pub pro_date: DateTime<Utc>,
    /// `cc`
    pub cc: String,
    /// `region`
    pub regions: Vec<String>,
    /// `courtName`
    pub court_name: String,
}

impl Decode for Court {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: from.one("id")?,
            mark_name: from.one("markName")?,
            holders: from.all("holder")?,
            contacts: from.all("contact")?,
            labels: from.all("label")?,
            goods_and_services: from.one("goodsAndServices")?,
            ref_num: from.one("refNum")?,
            pro_date: from.one("proDate")?,
            cc: from.one("cc")?,
            regions: from.all("region")?,
            court_name: from.one("courtName")?,
        })
    }
}

impl Encode for Court {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("markName", &self.mark_name);
        to.put_all("holder", &self.holders);
        to.put_all("contact", &self.contacts);
        to.put_all("label", &self.labels);
        to.put("goodsAndServices", &self.goods_and_services);
        to.put("refNum", &self.ref_num);
        to.put("proDate", &self.pro_date);
        to.put("cc", &self.cc);
        to.put_all("region", &self.regions);
        to.put("courtName", &self.court_name);
    }
}

/// `<mark:holder>`: whose mark it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// `entitlement`: by what title.
    pub entitlement: Option<Entitlement>,
    /// `name`
    pub name: Option<String>,
    /// `org`
    pub org: Option<String>,
    /// `addr`
    pub addr: Address,
    /// `voice`
    pub voice: Option<Phone>,
    /// `fax`
    pub fax: Option<Phone>,
    /// `email`
    pub email: Option<String>,
}

impl Decode for Holder {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            entitlement: from.attr("entitlement").map(|word| word.trim().into()),
            name: from.opt("name")?,
            org: from.opt("org")?,
            addr: from.one("addr")?,
            voice: from.opt("voice")?,
            fax: from.opt("fax")?,
            email: from.opt("email")?,
        })
    }
}

impl Encode for Holder {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("entitlement", &self.entitlement);
        to.put_opt("name", &self.name);
        to.put_opt("org", &self.org);
        to.put("addr", &self.addr);
        to.put_opt("voice", &self.voice);
        to.put_opt("fax", &self.fax);
        to.put_opt("email", &self.email);
    }
}

wire_enum! {
    /// By what title someone holds a mark.
    Entitlement {
        Assignee = "assignee",
        Licensee = "licensee",
        Owner = "owner",
    }
}

/// `<mark:contact>`: who answers for the mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// `type`: in what role.
    pub role: Option<ContactRole>,
    /// `name`
    pub name: String,
    /// `org`
    pub org: Option<String>,
    /// `addr`
    pub addr: Address,
    /// `voice`
    pub voice: Phone,
    /// `fax`
    pub fax: Option<Phone>,
    /// `email`
    pub email: String,
}

impl Decode for Contact {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            role: from.attr("type").map(|word| word.trim().into()),
            name: from.one("name")?,
            org: from.opt("org")?,
            addr: from.one("addr")?,
            voice: from.one("voice")?,
            fax: from.opt("fax")?,
            email: from.one("email")?,
        })
    }
}

impl Encode for Contact {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("type", &self.role);
        to.put("name", &self.name);
        to.put_opt("org", &self.org);
        to.put("addr", &self.addr);
        to.put("voice", &self.voice);
        to.put_opt("fax", &self.fax);
        to.put("email", &self.email);
    }
}

wire_enum! {
    /// In what role someone answers for a mark.
    ContactRole {
        Agent = "agent",
        Owner = "owner",
        ThirdParty = "thirdparty",
    }
}

/// `<mark:addr>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `street`: one to three lines.
    pub street: Vec<String>,
    /// `city`
    pub city: String,
    /// `sp`: state or province.
    pub sp: Option<String>,
    /// `pc`: postal code.
    pub pc: Option<String>,
    /// `cc`: the country, as in ISO 3166-1.
    pub cc: String,
}

impl Decode for Address {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            street: from.all("street")?,
            city: from.one("city")?,
            sp: from.opt("sp")?,
            pc: from.opt("pc")?,
            cc: from.one("cc")?,
        })
    }
}

impl Encode for Address {
    fn encode(&self, to: &mut Writer) {
        to.put_all("street", &self.street);
        to.put("city", &self.city);
        to.put_opt("sp", &self.sp);
        to.put_opt("pc", &self.pc);
        to.put("cc", &self.cc);
    }
}
