//! Who may have a domain in .au, and why (`auext-1.2`).

use super::audomain::RegistrantTransfer;
use crate::catalogue::Message;
use crate::command::ProtocolCommand;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:X-au:params:xml:ns:auext-1.2", prefix: "auext" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::protocol::<Command>(DOCUMENT),
];
const DOCUMENT: &str = "AusRegistry auext-1.2";

/// `<auext:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `auProperties`
    pub au_properties: AuProperties,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { au_properties: from.one("auProperties")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put("auProperties", &self.au_properties);
    }
}

/// `<auext:update>`: corrects what was said, for the same registrant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `auProperties`
    pub au_properties: AuProperties,
    /// `explanation`: why.
    pub explanation: String,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { au_properties: from.one("auProperties")?, explanation: from.one("explanation")? })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        to.put("auProperties", &self.au_properties);
        to.put("explanation", &self.explanation);
    }
}

/// `<auext:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `auProperties`
    pub au_properties: AuProperties,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { au_properties: from.one("auProperties")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("auProperties", &self.au_properties);
    }
}

/// `<auext:auProperties>`: who may have the domain, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuProperties {
    /// `registrantName`
    pub registrant_name: String,
    /// `registrantID`: a number of the registrant.
    pub registrant_id: Option<TypedId>,
    /// `eligibilityType`: what kind of registrant this is.
    pub eligibility_type: String,
    /// `eligibilityName`: the name the right comes from, when it is another one.
    pub eligibility_name: Option<String>,
    /// `eligibilityID`: a number of that name.
    pub eligibility_id: Option<TypedId>,
    /// `policyReason`: the rule that gives the right.
    pub policy_reason: u32,
}

impl Decode for AuProperties {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            registrant_name: from.one("registrantName")?,
            registrant_id: from.opt("registrantID")?,
            eligibility_type: from.one("eligibilityType")?,
            eligibility_name: from.opt("eligibilityName")?,
            eligibility_id: from.opt("eligibilityID")?,
            policy_reason: from.one("policyReason")?,
        })
    }
}

impl Encode for AuProperties {
    fn encode(&self, to: &mut Writer) {
        to.put("registrantName", &self.registrant_name);
        to.put_opt("registrantID", &self.registrant_id);
        to.put("eligibilityType", &self.eligibility_type);
        to.put_opt("eligibilityName", &self.eligibility_name);
        to.put_opt("eligibilityID", &self.eligibility_id);
        to.put("policyReason", &self.policy_reason);
    }
}

/// A number, and whose numbers these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedId {
    /// `type`
    pub id_type: String,
    /// The number.
    pub id: String,
}

impl Decode for TypedId {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id_type: from.need_word("type")?, id: from.text().to_owned() })
    }
}

impl Encode for TypedId {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", &self.id_type);
        to.text(&self.id);
    }
}

/// `<auext:command>`: gives a domain to another registrant. It stands in the place of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// `registrantTransfer`
    pub registrant_transfer: RegistrantTransfer,
    /// `clTRID`
    pub cl_trid: Option<String>,
}

impl Named for Command {
    const NS: Namespace = NS;
    const NAME: &'static str = "command";
}

impl ProtocolCommand for Command {
    fn cl_trid(&self) -> Option<&str> {
        self.cl_trid.as_deref()
    }
}

impl Decode for Command {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let transfer = from.need("registrantTransfer")?;
        let domain = transfer.named()?;
        Ok(Self {
            registrant_transfer: domain.ok_or_else(|| transfer.error(DecodeErrorKind::Missing("name")))?,
            cl_trid: from.opt("clTRID")?,
        })
    }
}

impl Encode for Command {
    fn encode(&self, to: &mut Writer) {
        to.element("registrantTransfer", |to| to.named(&self.registrant_transfer));
        to.put_opt("clTRID", &self.cl_trid);
    }
}
