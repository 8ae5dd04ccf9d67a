//! Scalars that several object mappings share (RFC 5730 to 5733, `eppcom`).

use chrono::{DateTime, Utc};

use crate::error::DecodeError;
use crate::fragment::Fragment;
use crate::response::TrId;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Writer, parse_bool};

/// Text that must not be seen: passwords, authorisation information. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// Takes the text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Reads a secret of the type `token`, around which white space does not count.
    pub(crate) fn token(from: Element<'_>) -> Self {
        Self(from.text().to_owned())
    }

    /// The text, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Decode for Secret {
    /// White space counts: it may be part of a password.
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self(from.whole_text().to_owned()))
    }
}

impl Encode for Secret {
    fn encode(&self, to: &mut Writer) {
        to.text(&self.0);
    }
}

/// `<authInfo>`: what proves the right to transfer or see an object (RFC 5731, 2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthInfo {
    /// `<pw>`: a password, and the object it belongs to when that is another one.
    Pw {
        /// The password; empty where a registry wants it so.
        pw: Secret,
        /// `roid` of the contact whose password it is.
        roid: Option<String>,
    },
    /// `<ext>`: anything else, carried as it is.
    Ext(Fragment),
    /// `<null>`: takes the password away. Only in an update (RFC 5731, 3.2.5).
    Null,
}

impl AuthInfo {
    /// A plain password.
    #[must_use]
    pub fn pw(pw: impl Into<String>) -> Self {
        Self::Pw { pw: Secret::new(pw), roid: None }
    }
}

impl Decode for AuthInfo {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(pw) = from.find("pw") {
            return Ok(Self::Pw { pw: Secret::decode(pw)?, roid: pw.attr("roid").map(Into::into) });
        }
        if from.has("null") {
            return Ok(Self::Null);
        }
        from.one("ext").map(Self::Ext)
    }
}

impl Encode for AuthInfo {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Pw { pw, roid } => to.element("pw", |to| {
                to.attr_opt("roid", roid);
                pw.encode(to);
            }),
            Self::Ext(ext) => ext.encode(to),
            Self::Null => to.flag("null"),
        }
    }
}

/// `<period unit="y">1</period>`: how long a registration lasts (RFC 5731, 2.2), 1 to 99.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// How many units.
    pub value: u8,
    /// Of what length.
    pub unit: PeriodUnit,
}

/// The unit of a [`Period`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodUnit {
    /// `y`
    Years,
    /// `m`
    Months,
}

impl Period {
    /// A period of years.
    #[must_use]
    pub fn years(value: u8) -> Self {
        Self { value, unit: PeriodUnit::Years }
    }
}

impl Decode for Period {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        let unit = match from.need_attr("unit")?.trim() {
            "y" => PeriodUnit::Years,
            "m" => PeriodUnit::Months,
            _ => return Err(from.invalid("period unit")),
        };
        Ok(Self { value: u8::decode(from)?, unit })
    }
}

impl Encode for Period {
    fn encode(&self, to: &mut Writer) {
        to.attr("unit", if self.unit == PeriodUnit::Years { "y" } else { "m" });
        self.value.encode(to);
    }
}

/// Text for people, and the language it is in: `<reason lang="fr">...</reason>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Its language; `None` means English.
    pub lang: Option<String>,
}

impl Text {
    /// Text in English.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), lang: None }
    }
}

impl Decode for Text {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { text: from.text().to_owned(), lang: from.attr("lang").map(Into::into) })
    }
}

impl Encode for Text {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("lang", &self.lang);
        to.text(&self.text);
    }
}

/// `<status s="...">`: one status of an object, with a remark that few registries send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusValue<S> {
    /// Which status.
    pub status: S,
    /// The remark; empty as a rule.
    pub text: Text,
}

impl<S> From<S> for StatusValue<S> {
    fn from(status: S) -> Self {
        Self { status, text: Text::default() }
    }
}

impl<S: for<'t> From<&'t str>> Decode for StatusValue<S> {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { status: from.need_attr("s")?.trim().into(), text: Text::decode(from)? })
    }
}

impl<S: AsRef<str>> Encode for StatusValue<S> {
    fn encode(&self, to: &mut Writer) {
        to.attr("s", self.status.as_ref());
        to.attr_opt("lang", &self.text.lang);
        if !self.text.text.is_empty() {
            to.text(&self.text.text);
        }
    }
}

wire_enum! {
    /// How a transfer stands (RFC 5730, 2.9.3.4: `trStatusType`).
    TransferStatus {
        ClientApproved = "clientApproved",
        ClientCancelled = "clientCancelled",
        ClientRejected = "clientRejected",
        Pending = "pending",
        ServerApproved = "serverApproved",
        ServerCancelled = "serverCancelled",
    }
}

/// `op` of a transfer command (RFC 5730, 2.9.3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferOp {
    /// Asks for the object.
    Request,
    /// Asks how a transfer stands; changes nothing.
    Query,
    /// Takes a request back.
    Cancel,
    /// Lets the object go.
    Approve,
    /// Keeps the object.
    Reject,
}

impl TransferOp {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Request, Self::Query, Self::Cancel, Self::Approve, Self::Reject];

    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Query => "query",
            Self::Cancel => "cancel",
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }

    /// The operation of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.as_str() == word)
    }
}

/// One object of a check reply: `<cd><name avail="1">...</name><reason>...</reason></cd>` (RFC 5730, 2.9.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The name or id that was asked for.
    pub name: String,
    /// Whether it could be created now.
    pub avail: bool,
    /// Why not.
    pub reason: Option<Text>,
}

impl Checked {
    /// Reads `<cd>`, whose first child is called `name` or `id`.
    pub(crate) fn decode_as(name: &'static str, mut from: Element<'_>) -> Result<Self, DecodeError> {
        let checked = from.need(name)?;
        let avail = checked.need_attr("avail")?.trim();
        Ok(Self {
            name: checked.text().to_owned(),
            avail: parse_bool(avail).ok_or_else(|| checked.invalid("boolean"))?,
            reason: from.opt("reason")?,
        })
    }

    pub(crate) fn encode_as(&self, name: &str, to: &mut Writer) {
        to.element(name, |to| {
            to.attr("avail", if self.avail { "1" } else { "0" });
            to.text(&self.name);
        });
        to.put_opt("reason", &self.reason);
    }
}

/// `<panData>`: the end of an action that was pending (RFC 5730, 2.9.2.3), told by a poll message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingAction {
    /// The name or id of the object.
    pub name: String,
    /// `paResult`: whether the action was done.
    pub done: bool,
    /// `paTRID`: the transaction that asked for it.
    pub tr_id: TrId,
    /// `paDate`
    pub date: DateTime<Utc>,
}

impl PendingAction {
    /// Reads `<panData>`, whose first child is called `name` or `id`.
    pub(crate) fn decode_as(name: &'static str, mut from: Element<'_>) -> Result<Self, DecodeError> {
        let object = from.need(name)?;
        let done =
            parse_bool(object.need_attr("paResult")?.trim()).ok_or_else(|| object.invalid("boolean"))?;
        Ok(Self {
            name: object.text().to_owned(),
            done,
            tr_id: TrId::decode_within(from.need("paTRID")?),
            date: from.one("paDate")?,
        })
    }

    pub(crate) fn encode_as(&self, name: &str, to: &mut Writer) {
        to.element(name, |to| {
            to.attr("paResult", if self.done { "1" } else { "0" });
            to.text(&self.name);
        });
        to.element("paTRID", |to| self.tr_id.encode_within(to));
        to.put("paDate", &self.date);
    }
}

/// Text for people that may hold any XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MixedText {
    /// Plain text.
    Plain(Text),
    /// Text with elements in it: the whole element, tags included.
    Mixed(Fragment),
}

impl MixedText {
    /// Writes it as the element `name`; mixed text brings its own tags.
    pub(crate) fn encode_as(&self, name: &str, to: &mut Writer) {
        match self {
            Self::Plain(text) => to.put(name, text),
            Self::Mixed(element) => element.encode(to),
        }
    }
}

impl Decode for MixedText {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        if from.children().next().is_some() {
            Fragment::decode(from).map(Self::Mixed)
        } else {
            Text::decode(from).map(Self::Plain)
        }
    }
}
