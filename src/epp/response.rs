//! `<response>` (RFC 5730, 2.6 and 3): the envelope of every reply, in both directions.

use crate::EPP;
use crate::command::open_epp;
use crate::error::{DecodeError, DecodeErrorKind, EncodeError};
use crate::fragment::Fragment;
use crate::greeting::Greeting;
use crate::types::{MixedText, Text};
use crate::xml::{Decode, Document, Element, Encode, Named, Tagged, Writer};

/// A result code (RFC 5730, 3). Any four digits: registries use some that no RFC knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultCode(pub u16);

#[expect(missing_docs, reason = "the names are those of RFC 5730, section 3")]
impl ResultCode {
    pub const OK: Self = Self(1000);
    pub const OK_PENDING: Self = Self(1001);
    pub const NO_MESSAGES: Self = Self(1300);
    pub const ACK_TO_DEQUEUE: Self = Self(1301);
    pub const OK_ENDING_SESSION: Self = Self(1500);
    pub const UNKNOWN_COMMAND: Self = Self(2000);
    pub const SYNTAX_ERROR: Self = Self(2001);
    pub const USE_ERROR: Self = Self(2002);
    pub const PARAMETER_MISSING: Self = Self(2003);
    pub const PARAMETER_RANGE: Self = Self(2004);
    pub const PARAMETER_SYNTAX: Self = Self(2005);
    pub const UNIMPLEMENTED_VERSION: Self = Self(2100);
    pub const UNIMPLEMENTED_COMMAND: Self = Self(2101);
    pub const UNIMPLEMENTED_OPTION: Self = Self(2102);
    pub const UNIMPLEMENTED_EXTENSION: Self = Self(2103);
    pub const BILLING_FAILURE: Self = Self(2104);
    pub const NOT_ELIGIBLE_FOR_RENEWAL: Self = Self(2105);
    pub const NOT_ELIGIBLE_FOR_TRANSFER: Self = Self(2106);
    pub const AUTHENTICATION_ERROR: Self = Self(2200);
    pub const AUTHORIZATION_ERROR: Self = Self(2201);
    pub const INVALID_AUTH_INFO: Self = Self(2202);
    pub const PENDING_TRANSFER: Self = Self(2300);
    pub const NOT_PENDING_TRANSFER: Self = Self(2301);
    pub const OBJECT_EXISTS: Self = Self(2302);
    pub const OBJECT_DOES_NOT_EXIST: Self = Self(2303);
    pub const STATUS_PROHIBITS: Self = Self(2304);
    pub const ASSOCIATION_PROHIBITS: Self = Self(2305);
    pub const PARAMETER_POLICY: Self = Self(2306);
    pub const UNIMPLEMENTED_OBJECT: Self = Self(2307);
    pub const DATA_POLICY: Self = Self(2308);
    pub const COMMAND_FAILED: Self = Self(2400);
    pub const FAILED_CLOSING: Self = Self(2500);
    pub const AUTHENTICATION_CLOSING: Self = Self(2501);
    pub const SESSION_LIMIT: Self = Self(2502);
}

impl ResultCode {
    /// 1xxx: the command was done, or will be.
    #[must_use]
    pub fn is_success(self) -> bool {
        (1000..2000).contains(&self.0)
    }

    /// x5xx: the server closes the connection after this reply.
    #[must_use]
    pub fn ends_session(self) -> bool {
        self.0 / 100 % 10 == 5
    }
}

impl std::fmt::Display for ResultCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// `<result>`: what became of the command (RFC 5730, 2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EppResult {
    /// The code.
    pub code: ResultCode,
    /// The code in words.
    pub msg: Text,
    /// The elements of the command that are wrong, in the server's order.
    pub values: Vec<ResultValue>,
}

impl EppResult {
    /// A result without values.
    #[must_use]
    pub fn new(code: ResultCode, msg: impl Into<String>) -> Self {
        Self { code, msg: Text::new(msg), values: Vec::new() }
    }

    /// The values that come with a reason.
    pub fn ext_values(&self) -> impl Iterator<Item = &ExtValue> {
        self.values.iter().filter_map(|value| match value {
            ResultValue::ExtValue(value) => Some(value),
            ResultValue::Value(_) => None,
        })
    }
}

impl Decode for EppResult {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let code = from.parse_attr("code", "result code")?.filter(|code| (1000..10000).contains(code));
        Ok(Self {
            code: ResultCode(code.ok_or_else(|| from.invalid("result code"))?),
            msg: from.opt("msg")?.unwrap_or_default(),
            values: from
                .children()
                .filter(|child| child.ns() == from.ns())
                .filter_map(|child| match child.name() {
                    "value" => Some(Fragment::decode(child).map(ResultValue::Value)),
                    "extValue" => Some(ExtValue::decode(child).map(ResultValue::ExtValue)),
                    _ => None,
                })
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Encode for EppResult {
    fn encode(&self, to: &mut Writer) {
        to.attr_display("code", self.code);
        to.put("msg", &self.msg);
        for value in &self.values {
            match value {
                ResultValue::Value(value) => value.encode(to),
                ResultValue::ExtValue(value) => to.put("extValue", value),
            }
        }
    }
}

/// An element of the command that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultValue {
    /// `<value>`: the whole element.
    Value(Fragment),
    /// `<extValue>`: the same, with a reason.
    ExtValue(ExtValue),
}

impl From<ExtValue> for ResultValue {
    fn from(value: ExtValue) -> Self {
        Self::ExtValue(value)
    }
}

/// `<extValue>`: an element of the command that is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtValue {
    /// The whole `<value>` element; some servers give a reason only.
    pub value: Option<Fragment>,
    /// Why.
    pub reason: Text,
}

impl Decode for ExtValue {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { value: from.opt("value")?, reason: from.opt("reason")?.unwrap_or_default() })
    }
}

impl Encode for ExtValue {
    fn encode(&self, to: &mut Writer) {
        if let Some(value) = &self.value {
            value.encode(to);
        }
        to.put("reason", &self.reason);
    }
}

/// `<trID>`: the two transaction ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrId {
    /// The client's, if it sent one and the server gave it back.
    pub client: Option<String>,
    /// The server's; empty when a server forgets it.
    pub server: String,
}

impl Decode for TrId {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { client: from.opt("clTRID")?, server: from.opt("svTRID")?.unwrap_or_default() })
    }
}

impl Encode for TrId {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("clTRID", &self.client);
        to.put("svTRID", &self.server);
    }
}

impl TrId {
    /// Reads the ids inside an element of another namespace, such as `<domain:paTRID>`.
    pub(crate) fn decode_within(from: Element<'_>) -> Self {
        let text =
            |name| from.children().find(|child| child.is(EPP, name)).map(|child| child.text().to_owned());
        Self { client: text("clTRID"), server: text("svTRID").unwrap_or_default() }
    }

    /// Writes the ids inside an element of another namespace.
    pub(crate) fn encode_within(&self, to: &mut Writer) {
        if let Some(client) = &self.client {
            to.scoped(EPP, "clTRID", |to| to.text(client));
        }
        to.scoped(EPP, "svTRID", |to| to.text(&self.server));
    }
}

/// `<msgQ>`: the head of the message queue (RFC 5730, 2.9.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MsgQ {
    /// How many messages wait; 0 when the server does not tell.
    pub count: u64,
    /// The id of the first, by which it is acknowledged.
    pub id: String,
    /// When it was queued, if the server tells.
    pub q_date: Option<chrono::DateTime<chrono::Utc>>,
    /// Its text, which may hold any XML.
    pub msg: Option<MsgText>,
}

/// The text of a queued message.
pub type MsgText = MixedText;

impl Decode for MsgQ {
    /// A count or date that is none does not cost the reply that carries it: they only inform.
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            count: from.attr("count").and_then(|count| count.trim().parse().ok()).unwrap_or(0),
            id: from.attr("id").unwrap_or_default().trim().to_owned(),
            q_date: from.opt("qDate").ok().flatten(),
            msg: from.opt("msg")?,
        })
    }
}

impl Encode for MsgQ {
    fn encode(&self, to: &mut Writer) {
        to.attr_display("count", self.count);
        to.attr("id", &self.id);
        to.put_opt("qDate", &self.q_date);
        if let Some(msg) = &self.msg {
            msg.encode_as("msg", to);
        }
    }
}

/// A message from a server.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "lives for one match: a box would cost more than it saves")]
pub enum ServerMessage<'a> {
    /// `<greeting>`
    Greeting(Box<Greeting>),
    /// `<response>`
    Response(Response<'a>),
}

impl<'a> ServerMessage<'a> {
    /// Reads a greeting or the envelope of a response.
    ///
    /// # Errors
    /// [`DecodeError`] when the message is neither.
    pub fn read(document: Document<'a>) -> Result<Self, DecodeError> {
        let mut root = document.root();
        if !root.is(EPP, "epp") {
            return Err(root.error(DecodeErrorKind::Expected("epp")));
        }
        match root.find("greeting") {
            Some(greeting) => Ok(Self::Greeting(Box::new(Greeting::decode(greeting)?))),
            None => Response::read(document).map(Self::Response),
        }
    }
}

/// A reply: the envelope is read, data and extensions are decoded on demand.
#[derive(Debug)]
pub struct Response<'a> {
    document: Document<'a>,
    /// At least one; the first tells what became of the command.
    pub results: Vec<EppResult>,
    /// The head of the message queue, when the server tells.
    pub msg_q: Option<MsgQ>,
    /// The transaction ids.
    pub tr_id: TrId,
    data_at: Option<u32>,
    extension_at: Option<u32>,
}

impl<'a> Response<'a> {
    /// Reads the envelope.
    ///
    /// # Errors
    /// [`DecodeError`] when it is no response or has no result.
    pub fn read(document: Document<'a>) -> Result<Self, DecodeError> {
        let mut root = document.root();
        if !root.is(EPP, "epp") {
            return Err(root.error(DecodeErrorKind::Expected("epp")));
        }
        let mut response =
            root.find("response").ok_or_else(|| root.error(DecodeErrorKind::Missing("response")))?;
        let results: Vec<EppResult> = response.all("result")?;
        if results.is_empty() {
            return Err(response.error(DecodeErrorKind::Missing("result")));
        }
        let msg_q = response.opt("msgQ")?;
        let data_at = response.find("resData").map(|data| data.place());
        let extension_at = response.find("extension").map(|extension| extension.place());
        let tr_id = response.opt("trID")?.unwrap_or_default();
        Ok(Self { results, msg_q, tr_id, data_at, extension_at, document })
    }

    /// What became of the command.
    #[must_use]
    pub fn result(&self) -> &EppResult {
        &self.results[0]
    }

    /// The code of the first result.
    #[must_use]
    pub fn code(&self) -> ResultCode {
        self.result().code
    }

    /// The elements of `<resData>`.
    pub fn all_data(&self) -> impl Iterator<Item = Element<'_>> {
        self.data_at.into_iter().flat_map(|at| self.document.at(at).children())
    }

    /// The reply's data, if it is a `T`.
    ///
    /// # Errors
    /// [`DecodeError`] when it is there and cannot be read.
    pub fn data<T: Named + Decode>(&self) -> Result<Option<T>, DecodeError> {
        self.all_data().find(|data| data.is(T::NS, T::NAME)).map(T::decode).transpose()
    }

    /// The reply's data, which must be a `T`.
    ///
    /// # Errors
    /// [`DecodeError`] when it is not there or cannot be read.
    pub fn need_data<T: Named + Decode>(&self) -> Result<T, DecodeError> {
        self.data()?.ok_or_else(|| self.document.root().error(DecodeErrorKind::Missing(T::NAME)))
    }

    /// All extensions, known or not.
    pub fn extensions(&self) -> impl Iterator<Item = Element<'_>> {
        self.extension_at.into_iter().flat_map(|at| self.document.at(at).children())
    }

    /// The extension `T`, if the reply carries it.
    ///
    /// # Errors
    /// [`DecodeError`] when it is there and cannot be read.
    pub fn extension<T: Named + Decode>(&self) -> Result<Option<T>, DecodeError> {
        self.extensions().find(|extension| extension.is(T::NS, T::NAME)).map(T::decode).transpose()
    }

    /// The message as it came.
    #[must_use]
    pub fn document(&self) -> &Document<'a> {
        &self.document
    }
}

/// A reply being written, as a server does: results, queue, data, extensions, transaction ids, in that order.
#[derive(Debug)]
pub struct Reply {
    out: Writer,
    stage: Stage,
}

/// The part of a reply that is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Head,
    Data,
    Extension,
}

impl Reply {
    /// A reply with its results and, if there is one, the head of the message queue.
    #[must_use]
    pub fn new(results: &[EppResult], msg_q: Option<&MsgQ>) -> Self {
        let mut out = Writer::new(Vec::with_capacity(USUAL_SIZE));
        open_epp(&mut out);
        out.open("response");
        out.put_all("result", results);
        if let Some(msg_q) = msg_q {
            out.put("msgQ", msg_q);
        }
        Self { out, stage: Stage::Head }
    }

    /// Adds data. Only before extensions.
    #[must_use]
    pub fn data<T: Tagged + Encode>(mut self, data: &T) -> Self {
        self.inside(Stage::Data).named(data);
        self
    }

    /// Adds an extension.
    #[must_use]
    pub fn with<T: Tagged + Encode>(mut self, extension: &T) -> Self {
        self.inside(Stage::Extension).named(extension);
        self
    }

    /// Adds data as it is. Only before extensions.
    #[must_use]
    pub fn raw_data(mut self, data: &Fragment) -> Self {
        data.encode(self.inside(Stage::Data));
        self
    }

    /// Adds an extension as it is.
    #[must_use]
    pub fn raw_extension(mut self, extension: &Fragment) -> Self {
        extension.encode(self.inside(Stage::Extension));
        self
    }

    /// Ends the reply with its transaction ids and gives the frame.
    ///
    /// # Errors
    /// [`EncodeError`] when a value cannot be written as XML.
    pub fn finish(mut self, tr_id: &TrId) -> Result<Vec<u8>, EncodeError> {
        self.inside(Stage::Head).put("trID", tr_id);
        self.out.close("response");
        self.out.close("epp");
        self.out.finish()
    }

    /// The writer, inside the part of the reply that `stage` is. Parts that are over are closed.
    pub(crate) fn inside(&mut self, stage: Stage) -> &mut Writer {
        if self.stage != stage {
            match self.stage {
                Stage::Head => {}
                Stage::Data => self.out.close("resData"),
                Stage::Extension => self.out.close("extension"),
            }
            match stage {
                Stage::Head => {}
                Stage::Data => self.out.open("resData"),
                Stage::Extension => self.out.open("extension"),
            }
            self.stage = stage;
        }
        &mut self.out
    }
}

/// Most replies are shorter than this many bytes.
const USUAL_SIZE: usize = 2048;
