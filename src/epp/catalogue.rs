//! Every message this codec reads and writes, in one list.
//!
//! Each mapping and each extension lists its own messages as `MESSAGES`, beside the types; here they are joined. The
//! list is what tests hold against fixtures and schemas, and what `docs/epp-coverage.md` is made of. Nothing
//! on the way of a command reads it: there, types are named where they are used.

use crate::command::{ObjectCommand, ProtocolCommand};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Tagged, Writer};
use crate::{EPP, command, contact, domain, ext, greeting, host, login, poll};

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
    /// Inside `extension` in the place of a command.
    Protocol,
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

    /// A command that no verb of RFC 5730 covers.
    #[must_use]
    pub const fn protocol<T: ProtocolCommand + Decode>(document: &'static str) -> Self {
        Self::at::<T>(Place::Protocol, document)
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

/// Reads an element as a `T` and writes it again.
pub(crate) fn decode_and_encode<T: Tagged + Decode + Encode>(
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
    domain::MESSAGES,
    host::MESSAGES,
    contact::MESSAGES,
    ext::addlemail::MESSAGES,
    ext::allocationtoken::MESSAGES,
    ext::ari::application::MESSAGES,
    ext::ari::audomain::MESSAGES,
    ext::ari::auext::MESSAGES,
    ext::ari::block::MESSAGES,
    ext::ari::ex_avail::MESSAGES,
    ext::ari::idn::MESSAGES,
    ext::ari::kv::MESSAGES,
    ext::ari::tmch::MESSAGES,
    ext::ari::variant::MESSAGES,
    ext::auxcontact::MESSAGES,
    ext::balance::MESSAGES,
    ext::bundle::MESSAGES,
    ext::changepoll::MESSAGES,
    ext::charge::MESSAGES,
    ext::coa::MESSAGES,
    ext::coza::contact::MESSAGES,
    ext::coza::domain::MESSAGES,
    ext::deleg::MESSAGES,
    ext::e164::MESSAGES,
    ext::e164val::MESSAGES,
    ext::enumval::MESSAGES,
    ext::eurid::auth_info::MESSAGES,
    ext::eurid::contact::MESSAGES,
    ext::eurid::dns_quality::MESSAGES,
    ext::eurid::dnssec_eligibility::MESSAGES,
    ext::eurid::domain::MESSAGES,
    ext::eurid::hit_points::MESSAGES,
    ext::eurid::homoglyph::MESSAGES,
    ext::eurid::idn::MESSAGES,
    ext::eurid::keygroup::MESSAGES,
    ext::eurid::nsgroup::MESSAGES,
    ext::eurid::poll::MESSAGES,
    ext::eurid::registrar_finance::MESSAGES,
    ext::eurid::registration_limit::MESSAGES,
    ext::fee::MESSAGES,
    ext::frnic::MESSAGES,
    ext::idn::MESSAGES,
    ext::idnlang::MESSAGES,
    ext::iis::MESSAGES,
    ext::keyrelay::MESSAGES,
    ext::keysys::MESSAGES,
    ext::launch::MESSAGES,
    ext::loginsec::MESSAGES,
    ext::lowbalancepoll::MESSAGES,
    ext::maintenance::MESSAGES,
    ext::mark::MESSAGES,
    ext::namestore::MESSAGES,
    ext::neulevel::MESSAGES,
    ext::nominet::abuse_feed::MESSAGES,
    ext::nominet::contact_ext::MESSAGES,
    ext::nominet::contact_id::MESSAGES,
    ext::nominet::data_quality::MESSAGES,
    ext::nominet::direct_rights::MESSAGES,
    ext::nominet::domain_ext::MESSAGES,
    ext::nominet::fork::MESSAGES,
    ext::nominet::handshake::MESSAGES,
    ext::nominet::list::MESSAGES,
    ext::nominet::locks::MESSAGES,
    ext::nominet::notifications::MESSAGES,
    ext::nominet::release::MESSAGES,
    ext::nominet::tag::MESSAGES,
    ext::nominet::unrenew::MESSAGES,
    ext::nominet::warning::MESSAGES,
    ext::norid::contact::MESSAGES,
    ext::norid::domain::MESSAGES,
    ext::norid::epp::MESSAGES,
    ext::norid::host::MESSAGES,
    ext::norid::result::MESSAGES,
    ext::org::MESSAGES,
    ext::orgext::MESSAGES,
    ext::premiumdomain::MESSAGES,
    ext::price::MESSAGES,
    ext::registry::MESSAGES,
    ext::registrylock::MESSAGES,
    ext::regtype::MESSAGES,
    ext::relateddomain::MESSAGES,
    ext::reverse::MESSAGES,
    ext::rgp::MESSAGES,
    ext::rgppoll::MESSAGES,
    ext::secdns10::MESSAGES,
    ext::secdns::MESSAGES,
    ext::sidn::ext::MESSAGES,
    ext::sidn::scheduled_delete::MESSAGES,
    ext::signed_mark::MESSAGES,
    ext::sync::MESSAGES,
    ext::ttl::MESSAGES,
    ext::verificationcode::MESSAGES,
    ext::whoisinf::MESSAGES,
];
