//! What a contact is, and who (`contact-ext-1.4`, `contact-ext-1.3`).
//!
//! A session speaks one of the two versions, never both. They differ in the last elements of [`InfData`]; the types are of
//! 1.4, and [`V13`] around one makes it speak 1.3.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.eurid.eu/xml/epp/contact-ext-1.4", prefix: "contact-ext" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_command::<V13<Create>>("EURid contact-ext-1.3"),
    Message::extends_command::<V13<Update>>("EURid contact-ext-1.3"),
    Message::extends_reply::<V13<InfData>>("EURid contact-ext-1.3"),
];
const DOCUMENT: &str = "EURid contact-ext-1.4";

/// `<contact-ext:create>`: what a new contact is, and who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `type`: `registrant`, `billing`, `tech`, `onsite` or `reseller`.
    pub role: String,
    /// `vat`
    pub vat: Option<String>,
    /// `lang`: language of letters to it.
    pub lang: String,
    /// `whoisEmail`
    pub whois_email: Option<String>,
    /// `naturalPerson`
    pub natural_person: bool,
    /// `countryOfCitizenship`
    pub country_of_citizenship: Option<String>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            role: from.one("type")?,
            vat: from.opt("vat")?,
            lang: from.one("lang")?,
            whois_email: from.opt("whoisEmail")?,
            natural_person: from.one("naturalPerson")?,
            country_of_citizenship: from.opt("countryOfCitizenship")?,
        })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("type", &self.role);
        to.put_opt("vat", &self.vat);
        to.put("lang", &self.lang);
        to.put_opt("whoisEmail", &self.whois_email);
        to.put("naturalPerson", &self.natural_person);
        to.put_opt("countryOfCitizenship", &self.country_of_citizenship);
    }
}

/// `<contact-ext:update>`: changes who a contact is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `chg`
    pub chg: Option<Chg>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { chg: from.opt("chg")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("chg", &self.chg);
    }
}

/// `<contact-ext:chg>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chg {
    /// `vat`
    pub vat: Option<String>,
    /// `lang`
    pub lang: Option<String>,
    /// `whoisEmail`
    pub whois_email: Option<String>,
    /// `naturalPerson`
    pub natural_person: Option<bool>,
    /// `countryOfCitizenship`: empty takes it away.
    pub country_of_citizenship: Option<String>,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            vat: from.opt("vat")?,
            lang: from.opt("lang")?,
            whois_email: from.opt("whoisEmail")?,
            natural_person: from.opt("naturalPerson")?,
            country_of_citizenship: from.opt("countryOfCitizenship")?,
        })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("vat", &self.vat);
        to.put_opt("lang", &self.lang);
        to.put_opt("whoisEmail", &self.whois_email);
        to.put_opt("naturalPerson", &self.natural_person);
        to.put_opt("countryOfCitizenship", &self.country_of_citizenship);
    }
}

/// `<contact-ext:infData>`: what a contact is, and who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `type`
    pub role: String,
    /// `vat`
    pub vat: Option<String>,
    /// `lang`
    pub lang: String,
    /// `whoisEmail`
    pub whois_email: Option<String>,
    /// `naturalPerson`
    pub natural_person: Option<bool>,
    /// `countryOfCitizenship`
    pub country_of_citizenship: Option<String>,
    /// `hasReservedDomain`: this and what follows not in 1.3.
    pub has_reserved_domain: Option<bool>,
    /// `hasDomainOnHold`
    pub has_domain_on_hold: Option<bool>,
    /// `hasDomainRegistryLock`
    pub has_domain_registry_lock: Option<bool>,
    /// `hasDomainRegistrarLock`
    pub has_domain_registrar_lock: Option<bool>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            role: from.one("type")?,
            vat: from.opt("vat")?,
            lang: from.one("lang")?,
            whois_email: from.opt("whoisEmail")?,
            natural_person: from.opt("naturalPerson")?,
            country_of_citizenship: from.opt("countryOfCitizenship")?,
            has_reserved_domain: from.opt("hasReservedDomain")?,
            has_domain_on_hold: from.opt("hasDomainOnHold")?,
            has_domain_registry_lock: from.opt("hasDomainRegistryLock")?,
            has_domain_registrar_lock: from.opt("hasDomainRegistrarLock")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("type", &self.role);
        to.put_opt("vat", &self.vat);
        to.put("lang", &self.lang);
        to.put_opt("whoisEmail", &self.whois_email);
        to.put_opt("naturalPerson", &self.natural_person);
        to.put_opt("countryOfCitizenship", &self.country_of_citizenship);
        to.put_opt("hasReservedDomain", &self.has_reserved_domain);
        to.put_opt("hasDomainOnHold", &self.has_domain_on_hold);
        to.put_opt("hasDomainRegistryLock", &self.has_domain_registry_lock);
        to.put_opt("hasDomainRegistrarLock", &self.has_domain_registrar_lock);
    }
}

/// A type in the older version 1.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct V13<T>(pub T);

impl<T: Named> Named for V13<T> {
    const NS: Namespace = NS_1_3;
    const NAME: &'static str = T::NAME;
}

impl<T: Decode> Decode for V13<T> {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        T::decode(from).map(Self)
    }
}

impl<T: Encode> Encode for V13<T> {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// The namespace of version 1.3.
pub const NS_1_3: Namespace =
    Namespace { uri: "http://www.eurid.eu/xml/epp/contact-ext-1.3", prefix: "contact-ext" };
