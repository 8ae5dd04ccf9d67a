//! The contact mapping (RFC 5733), one file a command.

mod check;
mod create;
mod delete;
mod info;
mod transfer;
mod update;

pub use check::{Cd, Check, ChkData};
pub use create::{CreData, Create};
pub use delete::Delete;
pub use info::{InfData, Info};
pub use transfer::{Transfer, TrnData};
pub use update::{Chg, ChgPostalInfo, Update};

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::{PendingAction, StatusValue};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer, parse_bool};

/// The namespace of the mapping.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:contact-1.0", prefix: "contact" };

/// What these files read and write.
pub const MESSAGES: &[Message] = &[
    Message::command::<Check>(DOCUMENT),
    Message::data::<ChkData>(DOCUMENT),
    Message::command::<Info>(DOCUMENT),
    Message::data::<InfData>(DOCUMENT),
    Message::command::<Create>(DOCUMENT),
    Message::data::<CreData>(DOCUMENT),
    Message::command::<Delete>(DOCUMENT),
    Message::command_by::<Transfer>(DOCUMENT, transfer::round_trip),
    Message::data::<TrnData>(DOCUMENT),
    Message::command::<Update>(DOCUMENT),
    Message::data::<PanData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 5733";

/// `<contact:postalInfo>`: name and address in one form (2.3, 2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostalInfo {
    /// `type`
    pub form: PostalForm,
    /// `name`; empty where a registry keeps it to itself.
    pub name: String,
    /// `org`
    pub org: Option<String>,
    /// `addr`
    pub addr: Address,
}

wire_enum! {
    /// In which characters postal data is written: those of ASCII, or any.
    PostalForm {
        International = "int",
        Local = "loc",
    }
}

impl Decode for PostalInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            form: from.need_attr("type")?.trim().into(),
            name: from.opt("name")?.unwrap_or_default(),
            org: from.opt("org")?,
            addr: from.opt("addr")?.unwrap_or_default(),
        })
    }
}

impl Encode for PostalInfo {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.form.as_str());
        to.put("name", &self.name);
        to.put_opt("org", &self.org);
        to.put("addr", &self.addr);
    }
}

/// `<contact:addr>` (2.4)
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// `street`: up to three lines.
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
            city: from.opt("city")?.unwrap_or_default(),
            sp: from.opt("sp")?,
            pc: from.opt("pc")?,
            cc: from.opt("cc")?.unwrap_or_default(),
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

/// `<contact:voice>` and `<contact:fax>` (2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// `+` country code `.` number; empty takes it away.
    pub number: String,
    /// `x`: an extension behind it.
    pub x: Option<String>,
}

impl Decode for Phone {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { number: from.text().to_owned(), x: from.attr("x").map(|x| x.trim().to_owned()) })
    }
}

impl Encode for Phone {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("x", &self.x);
        to.text(&self.number);
    }
}

/// `<contact:disclose>` (2.9): data whose disclosure differs from the server's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclose {
    /// `flag`: whether what follows may be disclosed, or must not be.
    pub flag: bool,
    /// `name`, in these forms.
    pub name: Vec<PostalForm>,
    /// `org`, in these forms.
    pub org: Vec<PostalForm>,
    /// `addr`, in these forms.
    pub addr: Vec<PostalForm>,
    /// `voice`
    pub voice: bool,
    /// `fax`
    pub fax: bool,
    /// `email`
    pub email: bool,
}

impl Decode for Disclose {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let flag = parse_bool(from.need_attr("flag")?.trim()).ok_or_else(|| from.invalid("boolean"))?;
        let forms = |name: &str| -> Result<Vec<PostalForm>, DecodeError> {
            let named = from.children().filter(|child| child.name() == name && child.ns() == from.ns());
            named.map(|child| Ok(child.need_attr("type")?.trim().into())).collect()
        };
        let (name, org, addr) = (forms("name")?, forms("org")?, forms("addr")?);
        let [voice, fax, email] = ["voice", "fax", "email"].map(|name| from.has(name));
        Ok(Self { flag, name, org, addr, voice, fax, email })
    }
}

impl Encode for Disclose {
    fn encode(&self, to: &mut Writer) {
        to.attr("flag", if self.flag { "1" } else { "0" });
        for (name, forms) in [("name", &self.name), ("org", &self.org), ("addr", &self.addr)] {
            for form in forms {
                to.element(name, |to| to.attr("type", form.as_str()));
            }
        }
        for (name, on) in [("voice", self.voice), ("fax", self.fax), ("email", self.email)] {
            if on {
                to.flag(name);
            }
        }
    }
}

/// `<contact:status>`
pub type ContactStatus = StatusValue<Status>;

wire_enum! {
    /// What may or may not be done with a contact, and what is being done (2.2).
    Status {
        ClientDeleteProhibited = "clientDeleteProhibited",
        ClientTransferProhibited = "clientTransferProhibited",
        ClientUpdateProhibited = "clientUpdateProhibited",
        Linked = "linked",
        Ok = "ok",
        PendingCreate = "pendingCreate",
        PendingDelete = "pendingDelete",
        PendingTransfer = "pendingTransfer",
        PendingUpdate = "pendingUpdate",
        ServerDeleteProhibited = "serverDeleteProhibited",
        ServerTransferProhibited = "serverTransferProhibited",
        ServerUpdateProhibited = "serverUpdateProhibited",
    }
}

/// `<contact:panData>` (3.3): the end of an action that was pending, told by a poll message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanData(pub PendingAction);

impl Named for PanData {
    const NS: Namespace = NS;
    const NAME: &'static str = "panData";
}

impl Decode for PanData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        PendingAction::decode_as("id", from).map(Self)
    }
}

impl Encode for PanData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode_as("id", to);
    }
}
