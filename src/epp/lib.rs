//! EPP messages as Rust types: the codec, both directions, without I/O, clock or randomness.
//!
//! | file | specification |
//! |---|---|
//! | [`frame`] | RFC 5734: the length before each message |
//! | [`command`], [`response`], [`greeting`], [`login`], [`poll`] | RFC 5730: the envelope |
//! | [`domain`] | RFC 5731 |
//! | [`host`] | RFC 5732 |
//! | [`contact`] | RFC 5733 |
//! | [`ext`] | extensions, one file each |
//! | [`types`] | what the object mappings share |
//! | [`xml`] | the reader and the writer below all of them |
//! | [`redact`] | masks secrets before anything is logged or kept |
//! | [`catalogue`] | the list of all messages, for tests and documents |
//!
//! A command is written in one go: [`Command::new`] with an object command, [`Command::with`] for each extension,
//! [`Command::finish`] with the clTRID gives the frame. A reply is read with [`Response::read`]; its data and extensions are
//! looked up by type: `response.data::<domain::InfData>()`, `response.extension::<fee::ChkData>()`. The other direction, for
//! a server, is [`Received`] and [`Reply`].

pub mod catalogue;
pub mod command;
pub mod contact;
pub mod domain;
pub mod error;
pub mod ext;
pub mod fragment;
pub mod frame;
pub mod greeting;
pub mod host;
pub mod login;
pub mod poll;
pub mod redact;
pub mod response;
#[cfg(test)]
mod tests;
pub mod types;
mod wire;
pub mod xml;

pub use command::{Command, CommandFrame, ObjectCommand, ProtocolCommand, Received, Verb};
pub use error::{DecodeError, DecodeErrorKind, EncodeError};
pub use fragment::Fragment;
pub use greeting::Greeting;
pub use response::{Reply, Response, ResultCode, ServerMessage, TrId};
pub use xml::Namespace;

/// The namespace of the envelope (RFC 5730), whose elements we write without a prefix.
pub const EPP: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:epp-1.0", prefix: "" };
