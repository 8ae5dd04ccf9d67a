//! Verisign's name store (`namestoreExt-1.1`): which of the registry's products, that is which zone, a command is about.
//!
//! Every command on a domain or a host needs it, and it must be the last extension of the command.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::Text;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.verisign-grs.com/epp/namestoreExt-1.1", prefix: "namestoreExt" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<NamestoreExt>(DOCUMENT),
    Message::extends_reply::<NamestoreExt>(DOCUMENT),
    Message::extends_reply::<NsExtErrData>(DOCUMENT),
];
const DOCUMENT: &str = "Verisign NameStore";

/// `<namestoreExt:namestoreExt>`: the product. Replies repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamestoreExt {
    /// `subProduct`, such as `dotCOM`.
    pub sub_product: String,
}

impl Named for NamestoreExt {
    const NS: Namespace = NS;
    const NAME: &'static str = "namestoreExt";
}

impl Decode for NamestoreExt {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { sub_product: from.one("subProduct")? })
    }
}

impl Encode for NamestoreExt {
    fn encode(&self, to: &mut Writer) {
        to.put("subProduct", &self.sub_product);
    }
}

/// `<namestoreExt:nsExtErrData>`: what is wrong with the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NsExtErrData {
    /// `msg`
    pub msg: Msg,
}

impl Named for NsExtErrData {
    const NS: Namespace = NS;
    const NAME: &'static str = "nsExtErrData";
}

impl Decode for NsExtErrData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { msg: from.one("msg")? })
    }
}

impl Encode for NsExtErrData {
    fn encode(&self, to: &mut Writer) {
        to.put("msg", &self.msg);
    }
}

/// `<namestoreExt:msg>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Msg {
    /// `code`: 1, the product does not exist.
    pub code: u16,
    /// The code in words.
    pub text: Text,
}

impl Decode for Msg {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let code = from.need_attr("code")?.trim().parse().map_err(|_| from.invalid("error code"))?;
        Ok(Self { code, text: Text::decode(from)? })
    }
}

impl Encode for Msg {
    fn encode(&self, to: &mut Writer) {
        to.attr_display("code", self.code);
        self.text.encode(to);
    }
}
