//! What a .no contact is (`no-ext-contact-1.0`). Written without a public schema.

use crate::catalogue::Message;
use crate::contact::Phone;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.norid.no/xsd/no-ext-contact-1.0", prefix: "no-ext-contact" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "Norid no-ext-contact-1.0";

/// `<no-ext-contact:create>`: what a new contact is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Create {
    /// `type`
    pub contact_type: Option<ContactType>,
    /// `identity`
    pub identity: Option<Identity>,
    /// `mobilePhone`
    pub mobile_phone: Option<Phone>,
    /// `email`: more addresses.
    pub emails: Vec<String>,
    /// `organization`: contacts of organizations it belongs to.
    pub organizations: Vec<String>,
    /// `roleContact`: contacts of persons in this role.
    pub role_contacts: Vec<String>,
    /// `disclose`
    pub disclose: Option<Disclose>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contact_type: from.opt("type")?,
            identity: from.opt("identity")?,
            mobile_phone: from.opt("mobilePhone")?,
            emails: from.all("email")?,
            organizations: from.all("organization")?,
            role_contacts: from.all("roleContact")?,
            disclose: from.opt("disclose")?,
        })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("type", &self.contact_type);
        to.put_opt("identity", &self.identity);
        to.put_opt("mobilePhone", &self.mobile_phone);
        to.put_all("email", &self.emails);
        to.put_all("organization", &self.organizations);
        to.put_all("roleContact", &self.role_contacts);
        to.put_opt("disclose", &self.disclose);
    }
}

/// `<no-ext-contact:update>`: changes what a contact is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `chg`
    pub chg: Option<Chg>,
    /// `add`
    pub add: Option<AddRem>,
    /// `rem`
    pub rem: Option<AddRem>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { chg: from.opt("chg")?, add: from.opt("add")?, rem: from.opt("rem")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("chg", &self.chg);
        to.put_opt("add", &self.add);
        to.put_opt("rem", &self.rem);
    }
}

/// `<no-ext-contact:chg>`: values that are replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chg {
    /// `mobilePhone`
    pub mobile_phone: Option<Phone>,
    /// `identity`
    pub identity: Option<Identity>,
    /// `disclose`
    pub disclose: Option<Disclose>,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            mobile_phone: from.opt("mobilePhone")?,
            identity: from.opt("identity")?,
            disclose: from.opt("disclose")?,
        })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("mobilePhone", &self.mobile_phone);
        to.put_opt("identity", &self.identity);
        to.put_opt("disclose", &self.disclose);
    }
}

/// `<no-ext-contact:add>` and `<no-ext-contact:rem>`: members of the sets that come or go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddRem {
    /// `email`
    pub emails: Vec<String>,
    /// `organization`
    pub organizations: Vec<String>,
    /// `roleContact`
    pub role_contacts: Vec<String>,
}

impl Decode for AddRem {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            emails: from.all("email")?,
            organizations: from.all("organization")?,
            role_contacts: from.all("roleContact")?,
        })
    }
}

impl Encode for AddRem {
    fn encode(&self, to: &mut Writer) {
        to.put_all("email", &self.emails);
        to.put_all("organization", &self.organizations);
        to.put_all("roleContact", &self.role_contacts);
    }
}

/// `<no-ext-contact:infData>`: what a contact is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InfData {
    /// `type`
    pub contact_type: Option<ContactType>,
    /// `identity`
    pub identity: Option<Identity>,
    /// `mobilePhone`
    pub mobile_phone: Option<Phone>,
    /// `email`: more addresses.
    pub emails: Vec<String>,
    /// `organization`: contacts of organizations it belongs to.
    pub organizations: Vec<String>,
    /// `roleContact`: contacts of persons in this role.
    pub role_contacts: Vec<String>,
    /// `disclose`
    pub disclose: Option<Disclose>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contact_type: from.opt("type")?,
            identity: from.opt("identity")?,
            mobile_phone: from.opt("mobilePhone")?,
            emails: from.all("email")?,
            organizations: from.all("organization")?,
            role_contacts: from.all("roleContact")?,
            disclose: from.opt("disclose")?,
        })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("type", &self.contact_type);
        to.put_opt("identity", &self.identity);
        to.put_opt("mobilePhone", &self.mobile_phone);
        to.put_all("email", &self.emails);
        to.put_all("organization", &self.organizations);
        to.put_all("roleContact", &self.role_contacts);
        to.put_opt("disclose", &self.disclose);
    }
}

wire_enum! {
    /// What a contact is.
    ContactType {
        Organization = "organization",
        Person = "person",
        Role = "role",
    }
}

/// `<no-ext-contact:identity>`: a number that says who a contact is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `type`: `organizationNumber`, `localIdentity` or another one.
    pub identity_type: String,
    /// The number.
    pub value: String,
}

impl Decode for Identity {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { identity_type: from.need_word("type")?, value: from.text().to_owned() })
    }
}

impl Encode for Identity {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", &self.identity_type);
        to.text(&self.value);
    }
}

/// `<no-ext-contact:disclose>`: whether the mobile phone may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclose {
    /// `flag`
    pub flag: bool,
    /// `mobilePhone`
    pub mobile_phone: bool,
}

impl Decode for Disclose {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            flag: from.bool_attr("flag")?.ok_or_else(|| from.error(DecodeErrorKind::Missing("flag")))?,
            mobile_phone: from.has("mobilePhone"),
        })
    }
}

impl Encode for Disclose {
    fn encode(&self, to: &mut Writer) {
        to.attr_bool("flag", self.flag);
        if self.mobile_phone {
            to.flag("mobilePhone");
        }
    }
}
