//! `<greeting>` (RFC 5730, 2.4): who the server is, and what it speaks.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::command::open_epp;
use crate::error::{DecodeError, EncodeError};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Writer};

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::session("greeting", |from, to| {
    to.put("greeting", &Greeting::decode(from)?);
    Ok(())
})];

/// `<greeting>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// `svID`: the server's name for itself.
    pub sv_id: String,
    /// `svDate`: the server's clock.
    pub sv_date: Option<DateTime<Utc>>,
    /// `svcMenu`
    pub menu: Menu,
    /// `dcp`: what the server does with personal data.
    pub dcp: Option<Dcp>,
}

impl Greeting {
    /// The greeting as a frame.
    ///
    /// # Errors
    /// [`EncodeError`] when a value cannot be written as XML.
    pub fn frame(&self) -> Result<Vec<u8>, EncodeError> {
        let mut out = Writer::new(Vec::new());
        open_epp(&mut out);
        out.put("greeting", self);
        out.close("epp");
        out.finish()
    }
}

impl Decode for Greeting {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            sv_id: from.opt("svID")?.unwrap_or_default(),
            sv_date: from.opt("svDate")?,
            menu: from.one("svcMenu")?,
            dcp: from.opt("dcp")?,
        })
    }
}

impl Encode for Greeting {
    fn encode(&self, to: &mut Writer) {
        to.put("svID", &self.sv_id);
        to.put_opt("svDate", &self.sv_date);
        to.put("svcMenu", &self.menu);
        to.put_opt("dcp", &self.dcp);
    }
}

/// `<svcMenu>`: versions, languages, objects and extensions a session may choose from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Menu {
    /// `version`; some servers leave it out.
    pub versions: Vec<String>,
    /// `lang`
    pub langs: Vec<String>,
    /// `objURI`
    pub objects: Vec<String>,
    /// `extURI`
    pub extensions: Vec<String>,
}

impl Decode for Menu {
    /// Some servers write a schema's file name behind its URI: it is dropped.
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let bare = |uris: Vec<String>| -> Vec<String> {
            uris.into_iter().filter_map(|uri| uri.split_ascii_whitespace().next().map(Into::into)).collect()
        };
        let (versions, langs) = (from.all("version")?, from.all("lang")?);
        let objects = bare(from.all("objURI")?);
        let extensions = match from.find("svcExtension") {
            Some(mut extension) => bare(extension.all("extURI")?),
            None => Vec::new(),
        };
        Ok(Self { versions, langs, objects, extensions })
    }
}

impl Encode for Menu {
    fn encode(&self, to: &mut Writer) {
        to.put_all("version", &self.versions);
        to.put_all("lang", &self.langs);
        to.put_all("objURI", &self.objects);
        if !self.extensions.is_empty() {
            to.element("svcExtension", |to| to.put_all("extURI", &self.extensions));
        }
    }
}

/// `<dcp>`: the data collection policy, in the words of P3P.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dcp {
    /// Who may see data about themselves.
    pub access: Access,
    /// At least one.
    pub statements: Vec<Statement>,
    /// How long the policy holds.
    pub expiry: Option<Expiry>,
}

impl Decode for Dcp {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            access: words(from.find("access")).pop().unwrap_or(Access::None),
            statements: from.all("statement")?,
            expiry: from.opt("expiry")?,
        })
    }
}

impl Encode for Dcp {
    fn encode(&self, to: &mut Writer) {
        to.element("access", |to| to.flag_word(self.access.as_str()));
        to.put_all("statement", &self.statements);
        to.put_opt("expiry", &self.expiry);
    }
}

wire_enum! {
    /// `<access>` of a data collection policy.
    Access {
        All = "all",
        None = "none",
        Null = "null",
        OtherData = "other",
        Personal = "personal",
        PersonalAndOther = "personalAndOther",
    }
}

wire_enum! {
    /// `<purpose>` of a data collection policy.
    Purpose {
        Admin = "admin",
        Contact = "contact",
        OtherPurpose = "other",
        Prov = "prov",
    }
}

wire_enum! {
    /// `<retention>` of a data collection policy.
    Retention {
        Business = "business",
        Indefinite = "indefinite",
        Legal = "legal",
        None = "none",
        Stated = "stated",
    }
}

/// `<statement>` of a data collection policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What the data is for.
    pub purposes: Vec<Purpose>,
    /// Who gets it.
    pub recipient: Recipient,
    /// How long it is kept.
    pub retention: Retention,
}

impl Decode for Statement {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            purposes: words(from.find("purpose")),
            recipient: from.opt("recipient")?.unwrap_or_default(),
            retention: words(from.find("retention")).pop().unwrap_or(Retention::None),
        })
    }
}

impl Encode for Statement {
    fn encode(&self, to: &mut Writer) {
        to.element("purpose", |to| self.purposes.iter().for_each(|purpose| to.flag_word(purpose.as_str())));
        to.put("recipient", &self.recipient);
        to.element("retention", |to| to.flag_word(self.retention.as_str()));
    }
}

/// `<recipient>` of a data collection policy: a set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipient {
    /// `other`
    pub other: bool,
    /// `ours`, each with a description of who that is.
    pub ours: Vec<Option<String>>,
    /// `public`
    pub public: bool,
    /// `same`
    pub same: bool,
    /// `unrelated`
    pub unrelated: bool,
}

impl Decode for Recipient {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let other = from.has("other");
        let mut ours = Vec::new();
        for mut one in from.children().filter(|child| child.name() == "ours" && child.ns() == from.ns()) {
            ours.push(one.opt("recDesc")?);
        }
        Ok(Self {
            other,
            ours,
            public: from.has("public"),
            same: from.has("same"),
            unrelated: from.has("unrelated"),
        })
    }
}

impl Encode for Recipient {
    fn encode(&self, to: &mut Writer) {
        let flag = |to: &mut Writer, on, name| {
            if on {
                to.flag(name);
            }
        };
        flag(to, self.other, "other");
        for description in &self.ours {
            to.element("ours", |to| to.put_opt("recDesc", description));
        }
        flag(to, self.public, "public");
        flag(to, self.same, "same");
        flag(to, self.unrelated, "unrelated");
    }
}

/// `<expiry>` of a data collection policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expiry {
    /// Until then.
    Absolute(DateTime<Utc>),
    /// For an `xs:duration`.
    Relative(String),
}

impl Decode for Expiry {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        match from.opt("absolute")? {
            Some(at) => Ok(Self::Absolute(at)),
            None => from.one("relative").map(Self::Relative),
        }
    }
}

impl Encode for Expiry {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Absolute(at) => to.put("absolute", at),
            Self::Relative(duration) => to.put("relative", duration),
        }
    }
}

/// The names of an element's children, as words.
fn words<W: for<'t> From<&'t str>>(of: Option<Element<'_>>) -> Vec<W> {
    of.into_iter().flat_map(|element| element.children()).map(|child| child.name().into()).collect()
}
