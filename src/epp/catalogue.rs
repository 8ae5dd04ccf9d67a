//! Every message this codec reads and writes, in one list.
//!
//! Each mapping and each extension lists its own messages as `MESSAGES`, beside the types; here they are joined. The
//! list is what tests hold against fixtures and schemas, and what `docs/epp-coverage.md` is made of. Nothing
//! on the way of a command reads it: there, types are named where they are used.

use crate::command::ObjectCommand;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};
use crate::{EPP, command, contact, domain, ext, greeting, host, login, poll, protocol};

/// One element of a specification, and where in a message it stands.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// The namespace of the element.
    pub ns: Namespace,
    /// Its local name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// The specification, as `RFC 5731`.
    pub document: &'static str,
    round_trip: RoundTrip,
}

/// Where in a message an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// It is the message, or the command: `greeting`, `hello`, `login`.
    Session,
    /// Inside a command: the object's part, such as `domain:create`.
    Command,
    /// Inside `resData` of a reply.
    Data,
    /// Inside `extension` of a command.
    CommandExtension,
    /// Inside `extension` of a reply.
    ReplyExtension,
    /// Inside an element of another specification.
    Part,
}

type RoundTrip = fn(Element<'_>, &mut Writer) -> Result<(), DecodeError>;

impl Message {
    /// A command on an object.
    #[must_use]
    pub const fn command<T: ObjectCommand + Decode>(document: &'static str) -> Self {
        Self::at::<T>(Place::Command, document)
    }

    /// A command whose element does not say all of it: `op` of a transfer stands outside.
    #[must_use]
    pub const fn command_by<T: ObjectCommand>(document: &'static str, round_trip: RoundTrip) -> Self {
        Self { ns: T::NS, name: T::NAME, place: Place::Command, document, round_trip }
    }

    /// Data of a reply.
    #[must_use]
    pub const fn data<T: Named + Decode + Encode>(document: &'static str) -> Self {
        Self::at::<T>(Place::Data, document)
    }

    /// An extension of a command.
    #[must_use]
    pub const fn extends_command<T: Named + Decode + Encode>(document: &'static str) -> Self {
        Self::at::<T>(Place::CommandExtension, document)
    }

    /// An extension of a reply.
    #[must_use]
    pub const fn extends_reply<T: Named + Decode + Encode>(document: &'static str) -> Self {
        Self::at::<T>(Place::ReplyExtension, document)
    }

    /// An element that is no type of its own: one of a specification with several versions.
    #[must_use]
    pub const fn by(
        ns: Namespace,
        name: &'static str,
        place: Place,
        document: &'static str,
        round_trip: RoundTrip,
    ) -> Self {
        Self { ns, name, place, document, round_trip }
    }

    /// A part of what other specifications say.
    #[must_use]
    pub const fn part<T: Named + Decode + Encode>(document: &'static str) -> Self {
        Self::at::<T>(Place::Part, document)
    }

    /// A part of the session's own protocol.
    pub(crate) const fn session(name: &'static str, round_trip: RoundTrip) -> Self {
        Self { ns: EPP, name, place: Place::Session, document: "RFC 5730", round_trip }
    }

    /// Reads the element as its type and writes the value again.
    ///
    /// # Errors
    /// [`DecodeError`] when it cannot be read.
    pub fn round_trip(&self, from: Element<'_>, to: &mut Writer) -> Result<(), DecodeError> {
        (self.round_trip)(from, to)
    }

    const fn at<T: Named + Decode + Encode>(place: Place, document: &'static str) -> Self {
        Self { ns: T::NS, name: T::NAME, place, document, round_trip: decode_and_encode::<T> }
    }
}

fn decode_and_encode<T: Named + Decode + Encode>(
    from: Element<'_>,
    to: &mut Writer,
) -> Result<(), DecodeError> {
    to.named(&T::decode(from)?);
    Ok(())
}

/// All messages, specification by specification.
pub fn messages() -> impl Iterator<Item = &'static Message> {
    PARTS.iter().copied().flatten()
}

/// The message an element is, at a place; `None` when the codec does not know it.
#[must_use]
pub fn find(place: Place, element: Element<'_>) -> Option<&'static Message> {
    messages().find(|message| message.place == place && element.is(message.ns, message.name))
}

/// An extension adds its line here.
const PARTS: &[&[Message]] = &[
    greeting::MESSAGES,
    command::MESSAGES,
    login::MESSAGES,
    poll::MESSAGES,
    protocol::MESSAGES,
    domain::MESSAGES,
    host::MESSAGES,
    contact::MESSAGES,
    ext::addlemail::MESSAGES,
    ext::allocationtoken::MESSAGES,
    ext::bundle::MESSAGES,
    ext::changepoll::MESSAGES,
    ext::e164::MESSAGES,
    ext::e164val::MESSAGES,
    ext::enumval::MESSAGES,
    ext::fee::MESSAGES,
    ext::idn::MESSAGES,
    ext::keyrelay::MESSAGES,
    ext::launch::MESSAGES,
    ext::loginsec::MESSAGES,
    ext::maintenance::MESSAGES,
    ext::mark::MESSAGES,
    ext::org::MESSAGES,
    ext::orgext::MESSAGES,
    ext::rgp::MESSAGES,
    ext::secdns10::MESSAGES,
    ext::secdns::MESSAGES,
    ext::signed_mark::MESSAGES,
    ext::ttl::MESSAGES,
    ext::verificationcode::MESSAGES,
];
