//! `<command>` (RFC 5730, 2.5 and 2.9): the envelope of every command, in both directions.

use crate::catalogue::Message;
use crate::error::{DecodeError, DecodeErrorKind, EncodeError};
use crate::login::Login;
use crate::poll::Poll;
use crate::types::TransferOp;
use crate::xml::{Decode, Document, Element, Encode, Named, Tagged, Writer};
use crate::{EPP, xml::Namespace};

/// What this file reads and writes beside the envelope itself.
pub const MESSAGES: &[Message] = &[
    Message::session("hello", |_, to| {
        to.flag("hello");
        Ok(())
    }),
    Message::session("logout", |_, to| {
        to.flag("logout");
        Ok(())
    }),
];

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Opens a session.
    Login,
    /// Ends a session.
    Logout,
    /// Reads or acknowledges the message queue.
    Poll,
    /// Asks whether objects could be created.
    Check,
    /// Reads an object.
    Info,
    /// Asks how a transfer stands.
    TransferQuery,
    /// Creates an object.
    Create,
    /// Deletes an object.
    Delete,
    /// Extends an object's registration.
    Renew,
    /// Asks for, takes back, approves or rejects a transfer.
    Transfer,
    /// Changes an object.
    Update,
    /// Does what no command of RFC 5730 does: an extension in the place of a command.
    Extension,
}

impl Verb {
    /// The name of the element.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Logout => "logout",
            Self::Poll => "poll",
            Self::Check => "check",
            Self::Info => "info",
            Self::TransferQuery | Self::Transfer => "transfer",
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Renew => "renew",
            Self::Update => "update",
            Self::Extension => "extension",
        }
    }

    /// Whether the command changes something at the registry, so that sending it twice is not the same as once.
    #[must_use]
    pub fn is_transform(self) -> bool {
        match self {
            Self::Create | Self::Delete | Self::Renew | Self::Transfer | Self::Update | Self::Extension => {
                true
            }
            Self::Login | Self::Logout | Self::Poll | Self::Check | Self::Info | Self::TransferQuery => false,
        }
    }

    fn parse(name: &str, op: Option<&str>) -> Option<Self> {
        Some(match name {
            "login" => Self::Login,
            "logout" => Self::Logout,
            "poll" => Self::Poll,
            "check" => Self::Check,
            "info" => Self::Info,
            "transfer" if op == Some("query") => Self::TransferQuery,
            "transfer" => Self::Transfer,
            "create" => Self::Create,
            "delete" => Self::Delete,
            "renew" => Self::Renew,
            "update" => Self::Update,
            _ => return None,
        })
    }
}

/// A command on an object, such as [`crate::domain::Create`]. The element's name is that of the verb.
pub trait ObjectCommand: Named + Encode {
    /// What it does.
    fn verb(&self) -> Verb;

    /// `op` of a transfer.
    fn op(&self) -> Option<TransferOp> {
        None
    }
}

/// A command that no verb covers, and that stands in an `<extension>` in the place of a `<command>` (RFC 5730, 2.7.1).
pub trait ProtocolCommand: Named + Encode {
    /// The client's transaction id, which such a command carries inside.
    fn cl_trid(&self) -> Option<&str>;

    /// The command ready for the wire.
    ///
    /// # Errors
    /// [`EncodeError`] when a value cannot be written as XML.
    fn frame(&self) -> Result<CommandFrame, EncodeError> {
        let mut out = Writer::new(Vec::with_capacity(USUAL_SIZE));
        open_epp(&mut out);
        out.element("extension", |out| out.named(self));
        out.close("epp");
        Ok(CommandFrame {
            verb: Verb::Extension,
            object: Self::NS.uri,
            cl_trid: self.cl_trid().unwrap_or_default().to_owned(),
            bytes: out.finish()?,
        })
    }
}

/// A command being written: object first, then extensions, then the transaction id.
#[derive(Debug)]
pub struct Command {
    out: Writer,
    verb: Verb,
    object: &'static str,
    in_extension: bool,
}

/// A command ready for the wire.
///
/// Its `Debug` shows no content: that may hold passwords.
#[derive(Clone)]
pub struct CommandFrame {
    /// What the command does.
    pub verb: Verb,
    /// Namespace URI of the object it is about; empty for session commands.
    pub object: &'static str,
    /// The client's transaction id, which the reply must carry.
    pub cl_trid: String,
    /// Length and message, to be written as they are.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for CommandFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CommandFrame")
            .field("verb", &self.verb)
            .field("cl_trid", &self.cl_trid)
            .finish_non_exhaustive()
    }
}

impl Command {
    /// A command on an object.
    #[must_use]
    pub fn new<C: ObjectCommand>(command: &C) -> Self {
        Self::in_buffer(Vec::with_capacity(USUAL_SIZE), command)
    }

    /// The same, in the memory of a buffer that was used before.
    #[must_use]
    pub fn in_buffer<C: ObjectCommand>(buffer: Vec<u8>, command: &C) -> Self {
        let verb = command.verb();
        Self::start(buffer, verb, C::NS.uri, |out| {
            if let Some(op) = command.op() {
                out.attr("op", op.as_str());
            }
            out.named(command);
        })
    }

    /// Opens a session.
    #[must_use]
    pub fn login(login: &Login) -> Self {
        Self::start(Vec::with_capacity(USUAL_SIZE), Verb::Login, "", |out| login.encode(out))
    }

    /// Ends a session.
    #[must_use]
    pub fn logout() -> Self {
        Self::start(Vec::new(), Verb::Logout, "", |_| {})
    }

    /// Reads or acknowledges the message queue.
    #[must_use]
    pub fn poll(poll: &Poll) -> Self {
        Self::start(Vec::new(), Verb::Poll, "", |out| poll.encode(out))
    }

    /// A command whose object `inside` writes.
    pub(crate) fn start(
        buffer: Vec<u8>,
        verb: Verb,
        object: &'static str,
        inside: impl FnOnce(&mut Writer),
    ) -> Self {
        let mut out = Writer::new(buffer);
        open_epp(&mut out);
        out.open("command");
        out.element(verb.as_str(), inside);
        Self { out, verb, object, in_extension: false }
    }

    /// Adds an extension. Several may be added; they stand in the order of the calls.
    #[must_use]
    pub fn with<E: Tagged + Encode>(mut self, extension: &E) -> Self {
        self.extend(|out| out.named(extension));
        self
    }

    /// Adds an extension that `inside` writes.
    pub(crate) fn extend<T>(&mut self, inside: impl FnOnce(&mut Writer) -> T) -> T {
        if !self.in_extension {
            self.out.open("extension");
            self.in_extension = true;
        }
        inside(&mut self.out)
    }

    /// Ends the command with its transaction id (3 to 64 characters).
    ///
    /// # Errors
    /// [`EncodeError`] when a value cannot be written as XML.
    pub fn finish(self, cl_trid: &str) -> Result<CommandFrame, EncodeError> {
        let (verb, object) = (self.verb, self.object);
        Ok(CommandFrame {
            verb,
            object,
            cl_trid: cl_trid.to_owned(),
            bytes: self.finish_with(Some(cl_trid))?,
        })
    }

    /// Ends the command, with a transaction id if there is one.
    pub(crate) fn finish_with(mut self, cl_trid: Option<&str>) -> Result<Vec<u8>, EncodeError> {
        if self.in_extension {
            self.out.close("extension");
        }
        self.out.put_opt("clTRID", &cl_trid);
        self.out.close("command");
        self.out.close("epp");
        self.out.finish()
    }
}

/// `<hello/>` as a frame: asks for a greeting.
#[must_use]
pub fn hello() -> Vec<u8> {
    let mut out = Writer::new(Vec::new());
    open_epp(&mut out);
    out.flag("hello");
    out.close("epp");
    out.finish().expect("a hello holds no foreign text")
}

/// A message from a client, as a server reads it.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "lives for one match: a box would cost more than it saves")]
pub enum Received<'a> {
    /// `<hello/>`
    Hello,
    /// `<command>`
    Command(ReceivedCommand<'a>),
}

/// A command as a server reads it.
#[derive(Debug)]
pub struct ReceivedCommand<'a> {
    document: Document<'a>,
    /// What it does.
    pub verb: Verb,
    /// `op` of a transfer.
    pub op: Option<TransferOp>,
    /// The client's transaction id, if it sent one.
    pub cl_trid: Option<String>,
    verb_at: u32,
    extension_at: Option<u32>,
}

impl<'a> Received<'a> {
    /// Reads the envelope; object and extensions are decoded on demand.
    ///
    /// # Errors
    /// [`DecodeError`] when the message is neither a hello nor a command, or its verb is unknown.
    pub fn read(document: Document<'a>) -> Result<Self, DecodeError> {
        let mut root = document.root();
        if !root.is(EPP, "epp") {
            return Err(root.error(DecodeErrorKind::Expected("epp")));
        }
        if root.has("hello") {
            return Ok(Self::Hello);
        }
        if let Some(extension) = root.find("extension") {
            return Ok(Self::Command(ReceivedCommand {
                verb: Verb::Extension,
                op: None,
                cl_trid: inner_cl_trid(extension),
                verb_at: extension.place(),
                extension_at: None,
                document,
            }));
        }
        let mut command =
            root.find("command").ok_or_else(|| root.error(DecodeErrorKind::Missing("command")))?;
        let first =
            command.children().next().ok_or_else(|| command.error(DecodeErrorKind::Missing("login")))?;
        let op = first.attr("op").map(str::trim);
        let verb = Verb::parse(first.name(), op).filter(|_| first.ns() == EPP.uri);
        let verb = verb.ok_or_else(|| first.error(DecodeErrorKind::Expected("a command of RFC 5730")))?;
        let op = match verb {
            Verb::Transfer | Verb::TransferQuery => Some(
                op.and_then(TransferOp::parse).ok_or_else(|| first.error(DecodeErrorKind::Missing("op")))?,
            ),
            _ => None,
        };
        let verb_at = first.place();
        let extension_at = command.find("extension").map(|extension| extension.place());
        let cl_trid = command.opt("clTRID")?;
        Ok(Self::Command(ReceivedCommand { verb, op, cl_trid, verb_at, extension_at, document }))
    }
}

impl ReceivedCommand<'_> {
    /// The element of the object the command is about, such as `<domain:create>`; none for session commands. Of an
    /// extension in the place of a command, its element.
    #[must_use]
    pub fn object(&self) -> Option<Element<'_>> {
        self.document
            .at(self.verb_at)
            .children()
            .next()
            .filter(|_| !matches!(self.verb, Verb::Login | Verb::Poll))
    }

    /// The object's command, if it is a `T`.
    ///
    /// # Errors
    /// [`DecodeError`] when it is a `T` and cannot be read.
    pub fn read_object<T: Named + Decode>(&self) -> Result<Option<T>, DecodeError> {
        self.object().filter(|object| object.is(T::NS, T::NAME)).map(T::decode).transpose()
    }

    /// The content of a login.
    ///
    /// # Errors
    /// [`DecodeError`] when it is none or cannot be read.
    pub fn read_login(&self) -> Result<Login, DecodeError> {
        Login::decode(self.document.at(self.verb_at))
    }

    /// The content of a poll.
    ///
    /// # Errors
    /// [`DecodeError`] when it is none or cannot be read.
    pub fn read_poll(&self) -> Result<Poll, DecodeError> {
        Poll::decode(self.document.at(self.verb_at))
    }

    /// All extensions, known or not.
    pub fn extensions(&self) -> impl Iterator<Item = Element<'_>> {
        self.extension_at.into_iter().flat_map(|at| self.document.at(at).children())
    }

    /// The extension `T`, if the command carries it.
    ///
    /// # Errors
    /// [`DecodeError`] when it is there and cannot be read.
    pub fn extension<T: Named + Decode>(&self) -> Result<Option<T>, DecodeError> {
        self.extensions().find(|extension| extension.is(T::NS, T::NAME)).map(T::decode).transpose()
    }

    /// The message as it came.
    #[must_use]
    pub fn document(&self) -> &Document<'_> {
        &self.document
    }
}

/// The transaction id that an extension in the place of a command carries, in its element or in the first one inside.
fn inner_cl_trid(extension: Element<'_>) -> Option<String> {
    let first = extension.children().next()?;
    let inner = first.children().next();
    let id = [Some(first), inner].into_iter().flatten().find_map(|mut element| element.find("clTRID"))?;
    Some(id.text().to_owned())
}

/// Opens the root element.
pub(crate) fn open_epp(out: &mut Writer) {
    out.open("epp");
    let Namespace { uri, .. } = EPP;
    out.attr("xmlns", uri);
}

/// Most commands are shorter than this many bytes.
const USUAL_SIZE: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain;
    use crate::ext::rgp;

    #[test]
    fn the_envelope_has_no_prefixes_and_hints_at_no_schema() {
        let update = domain::Update { name: "example.test".into(), ..Default::default() };
        let restore = rgp::Update { restore: rgp::Restore::Request };
        let frame = Command::new(&update).with(&restore).finish("GATE-1").unwrap();
        let xml = concat!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?><epp xmlns="urn:ietf:params:xml:ns:epp-1.0">"#,
            r#"<command><update><domain:update xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">"#,
            r#"<domain:name>example.test</domain:name></domain:update></update><extension>"#,
            r#"<rgp:update xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"><rgp:restore op="request"/></rgp:update>"#,
            r#"</extension><clTRID>GATE-1</clTRID></command></epp>"#,
        );
        assert_eq!(std::str::from_utf8(&frame.bytes[4..]), Ok(xml));
        assert_eq!(frame.bytes[..4], u32::try_from(frame.bytes.len()).unwrap().to_be_bytes());
    }

    #[test]
    fn a_used_buffer_is_used_again() {
        let check = domain::Check { names: vec!["example.test".into()] };
        let buffer = Command::new(&check).finish("GATE-1").unwrap().bytes;
        let place = buffer.as_ptr();
        let again = Command::in_buffer(buffer, &check).finish("GATE-2").unwrap();
        assert_eq!(again.bytes.as_ptr(), place);
        let text = std::str::from_utf8(&again.bytes[4..]).unwrap();
        assert!(text.starts_with("<?xml") && text.contains("GATE-2") && !text.contains("GATE-1"), "{text}");
    }

    #[test]
    fn what_xml_cannot_carry_is_refused_and_the_rest_is_escaped() {
        let named = |name: &str| Command::new(&domain::Delete { name: name.into() }).finish("GATE-1");
        for name in ["\0", "\u{1b}", "\u{fffe}", "a\u{ffff}b"] {
            assert_eq!(named(name).unwrap_err(), EncodeError::Character, "{name:?}");
        }
        let odd = "<a> & \"b\" 'c' ]]> \r\n\t \u{ef} \u{fffd} \u{1f600}";
        let frame = named(odd).unwrap();
        let document = Document::from_bytes(frame.bytes[4..].to_vec()).unwrap();
        let Received::Command(command) = Received::read(document).unwrap() else { panic!("a command") };
        assert_eq!(command.read_object::<domain::Info>(), Ok(None));
        let mut object = command.object().unwrap();
        assert_eq!(object.need("name").unwrap().whole_text(), odd);
    }
}
