//! Allocation tokens (RFC 8495, `allocationToken-1.0`): a code that opens a name which is not open to all.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::Secret;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "urn:ietf:params:xml:ns:allocationToken-1.0", prefix: "allocationToken" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_command::<AllocationToken>(DOCUMENT),
    Message::extends_reply::<AllocationToken>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 8495";

/// `<allocationToken:info>`: asks for the token of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Info;

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(_: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

impl Encode for Info {
    fn encode(&self, _: &mut Writer) {}
}

/// `<allocationToken:allocationToken>`: the token. It is a secret: who knows it gets the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationToken(pub Secret);

impl Named for AllocationToken {
    const NS: Namespace = NS;
    const NAME: &'static str = "allocationToken";
}

impl Decode for AllocationToken {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self(Secret::token(from)))
    }
}

impl Encode for AllocationToken {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}
