//! Poll messages (`poll-1.2`): all of one form.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.eurid.eu/xml/epp/poll-1.2", prefix: "poll" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::data::<PollData>(DOCUMENT)];
const DOCUMENT: &str = "EURid poll-1.2";

/// `<poll:pollData>`: what happened to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollData {
    /// `context`: of what kind it is, as `DOMAIN` or `TRANSFER`.
    pub context: String,
    /// `objectType`
    pub object_type: String,
    /// `object`: its name.
    pub object: String,
    /// `objectUnicode`
    pub object_unicode: Option<String>,
    /// `action`: what happened.
    pub action: String,
    /// `code`: the same as a number.
    pub code: i32,
    /// `detail`
    pub detail: Option<String>,
    /// `registrar`: the other registrar.
    pub registrar: Option<String>,
}

impl Named for PollData {
    const NS: Namespace = NS;
    const NAME: &'static str = "pollData";
}

impl Decode for PollData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            context: from.one("context")?,
            object_type: from.one("objectType")?,
            object: from.one("object")?,
            object_unicode: from.opt("objectUnicode")?,
            action: from.one("action")?,
            code: from.one("code")?,
            detail: from.opt("detail")?,
            registrar: from.opt("registrar")?,
        })
    }
}

impl Encode for PollData {
    fn encode(&self, to: &mut Writer) {
        to.put("context", &self.context);
        to.put("objectType", &self.object_type);
        to.put("object", &self.object);
        to.put_opt("objectUnicode", &self.object_unicode);
        to.put("action", &self.action);
        to.put("code", &self.code);
        to.put_opt("detail", &self.detail);
        to.put_opt("registrar", &self.registrar);
    }
}
