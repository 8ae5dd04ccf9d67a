//! Proof that a registrant or a name was verified by a third party (draft-ietf-regext-verificationcode,
//! `verificationCode-1.0`).

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "urn:ietf:params:xml:ns:verificationCode-1.0", prefix: "verificationCode" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<EncodedSignedCode>(DOCUMENT),
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "draft-ietf-regext-verificationcode";

/// `<verificationCode:encodedSignedCode>`: the proofs for a command. What they say is not looked into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EncodedSignedCode {
    /// `code`: at least one.
    pub codes: Vec<EncodedCode>,
}

impl Named for EncodedSignedCode {
    const NS: Namespace = NS;
    const NAME: &'static str = "encodedSignedCode";
}

impl Decode for EncodedSignedCode {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { codes: from.all("code")? })
    }
}

impl Encode for EncodedSignedCode {
    fn encode(&self, to: &mut Writer) {
        to.put_all("code", &self.codes);
    }
}

/// `<verificationCode:code>`: one signed code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedCode {
    /// `encoding`: `base64` when left out.
    pub encoding: Option<String>,
    /// The signed code in that encoding.
    pub code: String,
}

impl Decode for EncodedCode {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { encoding: from.word("encoding"), code: from.text().to_owned() })
    }
}

impl Encode for EncodedCode {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("encoding", &self.encoding);
        to.text(&self.code);
    }
}

/// `<verificationCode:info>`: asks how a domain stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// `profile`: in which set of rules; in all when left out.
    pub profile: Option<String>,
    /// Empty.
    pub text: String,
}

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { profile: from.word("profile"), text: from.text().to_owned() })
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("profile", &self.profile);
        to.text(&self.text);
    }
}

/// `<verificationCode:infData>`: how a domain stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `status`
    pub status: Status,
    /// `profile`: one for each set of rules.
    pub profiles: Vec<Profile>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { status: from.one("status")?, profiles: from.all("profile")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("status", &self.status);
        to.put_all("profile", &self.profiles);
    }
}

/// `<verificationCode:profile>`: how a domain stands in a set of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// `name`
    pub name: Option<String>,
    /// `status`
    pub status: Status,
    /// `missing`
    pub missing: Option<Missing>,
    /// `set`: the codes it has.
    pub set: Option<Codes>,
}

impl Decode for Profile {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.word("name"),
            status: from.one("status")?,
            missing: from.opt("missing")?,
            set: from.opt("set")?,
        })
    }
}

impl Encode for Profile {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("name", &self.name);
        to.put("status", &self.status);
        to.put_opt("missing", &self.missing);
        to.put_opt("set", &self.set);
    }
}

wire_enum! {
    /// Whether a domain has the codes it needs.
    Status {
        Compliant = "compliant",
        NonCompliant = "nonCompliant",
        NotApplicable = "notApplicable",
        PendingCompliance = "pendingCompliance",
    }
}

/// `<verificationCode:missing>`: the codes a domain lacks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missing {
    /// `code`: at least one.
    pub codes: Vec<MissingCode>,
}

impl Decode for Missing {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { codes: from.all("code")? })
    }
}

impl Encode for Missing {
    fn encode(&self, to: &mut Writer) {
        to.put_all("code", &self.codes);
    }
}

/// A code that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingCode {
    /// `type`: `domain`, `registrant` or another one.
    pub code_type: String,
    /// `due`: until when it must come.
    pub due: DateTime<Utc>,
    /// Empty.
    pub text: String,
}

impl Decode for MissingCode {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            code_type: from.need_word("type")?,
            due: from.time_attr("due")?.ok_or_else(|| from.error(DecodeErrorKind::Missing("due")))?,
            text: from.text().to_owned(),
        })
    }
}

impl Encode for MissingCode {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", &self.code_type);
        to.attr_time("due", &self.due);
        to.text(&self.text);
    }
}

/// `<verificationCode:set>`: the codes a domain has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Codes {
    /// `code`: at least one.
    pub codes: Vec<SetCode>,
}

impl Decode for Codes {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { codes: from.all("code")? })
    }
}

impl Encode for Codes {
    fn encode(&self, to: &mut Writer) {
        to.put_all("code", &self.codes);
    }
}

/// A code that a domain has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetCode {
    /// `type`: `domain`, `registrant` or another one.
    pub code_type: String,
    /// `date`: since when.
    pub date: DateTime<Utc>,
    /// The code: who verified, and its number there.
    pub code: String,
}

impl Decode for SetCode {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            code_type: from.need_word("type")?,
            date: from.time_attr("date")?.ok_or_else(|| from.error(DecodeErrorKind::Missing("date")))?,
            code: from.text().to_owned(),
        })
    }
}

impl Encode for SetCode {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", &self.code_type);
        to.attr_time("date", &self.date);
        to.text(&self.code);
    }
}
