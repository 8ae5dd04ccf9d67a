//! Applications for a domain in a launch phase (`application-1.0`). With it, a command on a domain is about the
//! application.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ar:params:xml:ns:application-1.0", prefix: "application" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Delete>(DOCUMENT),
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<CreData>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "ARI application-1.0";

/// `<application:create>`: applies for a domain, or makes an application into a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Create {
    /// `phase`: of a new application.
    Phase(String),
    /// `id`: of the application that is chosen.
    Id(String),
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(phase) = from.opt("phase")? {
            return Ok(Self::Phase(phase));
        }
        from.one("id").map(Self::Id)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Phase(phase) => to.put("phase", phase),
            Self::Id(id) => to.put("id", id),
        }
    }
}

/// `<application:delete>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete(pub Application);

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl Decode for Delete {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Application::decode(from).map(Self)
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<application:info>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info(pub Application);

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Application::decode(from).map(Self)
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<application:update>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update(pub Application);

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Application::decode(from).map(Self)
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// Which application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// `id`
    pub id: String,
}

impl Decode for Application {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.one("id")? })
    }
}

impl Encode for Application {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
    }
}

/// `<application:creData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData {
    /// `id`
    pub id: String,
    /// `phase`
    pub phase: String,
}

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.one("id")?, phase: from.one("phase")? })
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("phase", &self.phase);
    }
}

/// `<application:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `id`
    pub id: String,
    /// `phase`
    pub phase: String,
    /// `status`: at least one.
    pub statuses: Vec<Status>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.one("id")?, phase: from.one("phase")?, statuses: from.all("status")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
        to.put("phase", &self.phase);
        to.put_all("status", &self.statuses);
    }
}

/// `<application:status>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// `s`
    pub status: String,
    /// In words; empty as a rule.
    pub text: String,
}

impl Decode for Status {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { status: from.need_word("s")?, text: from.text().to_owned() })
    }
}

impl Encode for Status {
    fn encode(&self, to: &mut Writer) {
        to.attr("s", &self.status);
        to.text(&self.text);
    }
}
