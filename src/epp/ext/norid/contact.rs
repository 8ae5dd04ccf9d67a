//! Who a contact in .no is (`no-ext-contact-1.0`).
//!
//! Written without a schema that the registry publishes: the facts come from what public clients carry.

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
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
];
const DOCUMENT: &str = "Norid no-ext-contact-1.0";

/// `<no-ext-contact:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Details);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Details::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<no-ext-contact:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub Details);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Details::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// What a contact is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// `type`
    pub kind: Kind,
    /// `identity`
    pub identity: Option<Identity>,
    /// `mobilePhone`
    pub mobile_phone: Option<Phone>,
    /// `email`: further addresses.
    pub emails: Vec<String>,
    /// `organization`: organisations a role or person belongs to.
    pub organizations: Vec<String>,
    /// `roleContact`: persons who have the role.
    pub role_contacts: Vec<String>,
    /// `disclose`
    pub disclose: Option<Disclose>,
}

impl Decode for Details {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            kind: from.one("type")?,
            identity: from.opt("identity")?,
            mobile_phone: from.opt("mobilePhone")?,
            emails: from.all("email")?,
            organizations: from.all("organization")?,
            role_contacts: from.all("roleContact")?,
            disclose: from.opt("disclose")?,
        })
    }
}

impl Encode for Details {
    fn encode(&self, to: &mut Writer) {
        to.put("type", &self.kind);
        to.put_opt("identity", &self.identity);
        to.put_opt("mobilePhone", &self.mobile_phone);
        to.put_all("email", &self.emails);
        to.put_all("organization", &self.organizations);
        to.put_all("roleContact", &self.role_contacts);
        to.put_opt("disclose", &self.disclose);
    }
}

wire_enum! {
    /// The kind of a contact.
    Kind {
        Person = "person",
        Role = "role",
        Organization = "organization",
    }
}

/// `<no-ext-contact:identity>`: a number that tells who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `type`
    pub identity_type: IdentityType,
    /// The number.
    pub number: String,
}

impl Decode for Identity {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { identity_type: from.need_word("type")?, number: from.text().to_owned() })
    }
}

impl Encode for Identity {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.identity_type.as_str());
        to.text(&self.number);
    }
}

wire_enum! {
    /// Whose number an identity is.
    IdentityType {
        OrganizationNumber = "organizationNumber",
        AnonymousPersonIdentifier = "anonymousPersonIdentifier",
        LocalIdentity = "localIdentity",
        NationalIdentityNumber = "nationalIdentityNumber",
    }
}

/// `<no-ext-contact:disclose>`: an exception from what the registry shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disclose {
    /// `flag`: whether what follows is shown.
    pub flag: bool,
    /// `mobilePhone`
    pub mobile_phone: bool,
}

impl Decode for Disclose {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
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

/// `<no-ext-contact:update>`
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

/// `<no-ext-contact:chg>`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chg {
    /// `identity`
    pub identity: Option<Identity>,
    /// `mobilePhone`
    pub mobile_phone: Option<Phone>,
    /// `disclose`
    pub disclose: Option<Disclose>,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            identity: from.opt("identity")?,
            mobile_phone: from.opt("mobilePhone")?,
            disclose: from.opt("disclose")?,
        })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("identity", &self.identity);
        to.put_opt("mobilePhone", &self.mobile_phone);
        to.put_opt("disclose", &self.disclose);
    }
}

/// What is added or taken away.
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
