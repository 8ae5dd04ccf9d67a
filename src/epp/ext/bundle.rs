//! Bundled names (RFC 9095, `b-dn`): variants of one name that live and die together.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:epp:b-dn", prefix: "b-dn" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
    Message::extends_reply::<CreData>(DOCUMENT),
    Message::extends_reply::<DelData>(DOCUMENT),
    Message::extends_reply::<RenData>(DOCUMENT),
    Message::extends_reply::<TrnData>(DOCUMENT),
    Message::extends_reply::<UpData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 9095";

/// `<b-dn:create>`: the name that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Create {
    /// `rdn`
    pub rdn: Option<Rdn>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { rdn: from.opt("rdn")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("rdn", &self.rdn);
    }
}

/// `<b-dn:infData>`: the bundle of a name, in a reply to info.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub BundleData);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        BundleData::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<b-dn:creData>`: the bundle that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreData(pub BundleData);

impl Named for CreData {
    const NS: Namespace = NS;
    const NAME: &'static str = "creData";
}

impl Decode for CreData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        BundleData::decode(from).map(Self)
    }
}

impl Encode for CreData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<b-dn:delData>`: the bundle that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelData(pub BundleData);

impl Named for DelData {
    const NS: Namespace = NS;
    const NAME: &'static str = "delData";
}

impl Decode for DelData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        BundleData::decode(from).map(Self)
    }
}

impl Encode for DelData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<b-dn:renData>`: the bundle that was extended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenData(pub BundleData);

impl Named for RenData {
    const NS: Namespace = NS;
    const NAME: &'static str = "renData";
}

impl Decode for RenData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        BundleData::decode(from).map(Self)
    }
}

impl Encode for RenData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<b-dn:trnData>`: the bundle that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrnData(pub BundleData);

impl Named for TrnData {
    const NS: Namespace = NS;
    const NAME: &'static str = "trnData";
}

impl Decode for TrnData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        BundleData::decode(from).map(Self)
    }
}

impl Encode for TrnData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<b-dn:upData>`: the bundle that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpData(pub BundleData);

impl Named for UpData {
    const NS: Namespace = NS;
    const NAME: &'static str = "upData";
}

impl Decode for UpData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        BundleData::decode(from).map(Self)
    }
}

impl Encode for UpData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// The content of all replies: one `<b-dn:bundle>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleData {
    /// `bundle`
    pub bundle: Bundle,
}

impl Decode for BundleData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { bundle: from.one("bundle")? })
    }
}

impl Encode for BundleData {
    fn encode(&self, to: &mut Writer) {
        to.put("bundle", &self.bundle);
    }
}

/// `<b-dn:bundle>`: a name and its variants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// `rdn`: the registered name.
    pub rdn: Rdn,
    /// `bdn`: the names that are bundled with it.
    pub bdns: Vec<Rdn>,
}

impl Decode for Bundle {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { rdn: from.one("rdn")?, bdns: from.all("bdn")? })
    }
}

impl Encode for Bundle {
    fn encode(&self, to: &mut Writer) {
        to.put("rdn", &self.rdn);
        to.put_all("bdn", &self.bdns);
    }
}

/// `<b-dn:rdn>` and `<b-dn:bdn>`: a name in both of its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rdn {
    /// `uLabel`: the name in Unicode.
    pub u_label: Option<String>,
    /// The name as it stands in the DNS.
    pub name: String,
}

impl Decode for Rdn {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { u_label: from.word("uLabel"), name: from.text().to_owned() })
    }
}

impl Encode for Rdn {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("uLabel", &self.u_label);
        to.text(&self.name);
    }
}
