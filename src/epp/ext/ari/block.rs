//! Blocks of names, which nobody may register while they last (`block-1.0`). With it, a command on a domain is about
//! the block.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ar:params:xml:ns:block-1.0", prefix: "block" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Info>(DOCUMENT),
    Message::extends_command::<Renew>(DOCUMENT),
    Message::extends_command::<Delete>(DOCUMENT),
    Message::extends_reply::<CreData>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_reply::<RenData>(DOCUMENT),
];
const DOCUMENT: &str = "ARI block-1.0";

/// `<block:create>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub Block);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Block::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<block:info>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info(pub Block);

impl Named for Info {
    const NS: Namespace = NS;
    const NAME: &'static str = "info";
}

impl Decode for Info {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Block::decode(from).map(Self)
    }
}

impl Encode for Info {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<block:renew>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renew(pub Block);

impl Named for Renew {
    const NS: Namespace = NS;
    const NAME: &'static str = "renew";
}

impl Decode for Renew {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Block::decode(from).map(Self)
    }
}

impl Encode for Renew {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<block:delete>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete(pub Block);

impl Named for Delete {
    const NS: Namespace = NS;
    const NAME: &'static str = "delete";
}

impl Decode for Delete {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Block::decode(from).map(Self)
    }
}

impl Encode for Delete {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<block:creData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData(pub Block);

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Block::decode(from).map(Self)
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<block:infData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub Block);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Block::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<block:renData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenData(pub Block);

impl Named for RenData {
    const NS: Namespace = NS;
    const NAME: &'static str = "renData";
}

impl Decode for RenData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Block::decode(from).map(Self)
    }
}

impl Encode for RenData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// Which block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// `id`
    pub id: String,
}

impl Decode for Block {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: from.one("id")? })
    }
}

impl Encode for Block {
    fn encode(&self, to: &mut Writer) {
        to.put("id", &self.id);
    }
}
