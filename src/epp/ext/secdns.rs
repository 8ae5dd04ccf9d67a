//! DNSSEC (RFC 5910, `secDNS-1.1`).

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer, parse_bool};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:secDNS-1.1", prefix: "secDNS" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 5910";

/// `<secDNS:create>`: signs a new domain (5.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create(pub DsOrKey);

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        DsOrKey::decode(from).map(Self)
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<secDNS:infData>`: how a domain is signed (5.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub DsOrKey);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        DsOrKey::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<secDNS:update>`: changes how a domain is signed (5.2.5). Removal comes first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Update {
    /// `urgent`: ask for quick publication.
    pub urgent: Option<bool>,
    /// `rem`
    pub rem: Option<Rem>,
    /// `add`
    pub add: Option<DsOrKey>,
    /// `chg`: a new `maxSigLife`.
    pub chg: Option<Chg>,
}

impl Named for Update {
    const NS: Namespace = NS;
    const NAME: &'static str = "update";
}

impl Decode for Update {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let urgent = from
            .attr("urgent")
            .map(|urgent| parse_bool(urgent.trim()).ok_or_else(|| from.invalid("boolean")));
        Ok(Self {
            urgent: urgent.transpose()?,
            rem: from.opt("rem")?,
            add: from.opt("add")?,
            chg: from.opt("chg")?,
        })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        if let Some(urgent) = self.urgent {
            to.attr("urgent", if urgent { "1" } else { "0" });
        }
        to.put_opt("rem", &self.rem);
        to.put_opt("add", &self.add);
        to.put_opt("chg", &self.chg);
    }
}

/// `<secDNS:rem>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rem {
    /// `all`: everything.
    All,
    /// These records, at least one.
    Ds(Vec<DsData>),
    /// These keys, at least one.
    Keys(Vec<KeyData>),
}

impl Decode for Rem {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if from.opt::<bool>("all")?.unwrap_or(false) {
            return Ok(Self::All);
        }
        let ds: Vec<DsData> = from.all("dsData")?;
        if ds.is_empty() { from.all("keyData").map(Self::Keys) } else { Ok(Self::Ds(ds)) }
    }
}

impl Encode for Rem {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::All => to.put("all", "true"),
            Self::Ds(records) => to.put_all("dsData", records),
            Self::Keys(keys) => to.put_all("keyData", keys),
        }
    }
}

/// `<secDNS:chg>`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chg {
    /// `maxSigLife`, seconds.
    pub max_sig_life: Option<u32>,
}

impl Decode for Chg {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { max_sig_life: from.opt("maxSigLife")? })
    }
}

impl Encode for Chg {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("maxSigLife", &self.max_sig_life);
    }
}

/// Records or keys, whichever the registry takes, and how long signatures may last (`dsOrKeyType`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DsOrKey {
    /// `maxSigLife`, seconds.
    pub max_sig_life: Option<u32>,
    /// The records or keys.
    pub data: SigningData,
}

/// The DS data interface or the key data interface (RFC 5910, 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningData {
    /// `dsData`: the registrar makes the records, at least one. What holds neither records nor keys reads as this.
    Ds(Vec<DsData>),
    /// `keyData`: the registry makes the records, from at least one key.
    Keys(Vec<KeyData>),
}

impl DsOrKey {
    /// DS records without a limit on signatures.
    #[must_use]
    pub fn ds(records: Vec<DsData>) -> Self {
        Self { max_sig_life: None, data: SigningData::Ds(records) }
    }
}

impl Decode for DsOrKey {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let max_sig_life = from.opt("maxSigLife")?;
        let ds: Vec<DsData> = from.all("dsData")?;
        let data = if ds.is_empty() { SigningData::Keys(from.all("keyData")?) } else { SigningData::Ds(ds) };
        let keys_instead = matches!(&data, SigningData::Keys(keys) if keys.is_empty());
        Ok(Self { max_sig_life, data: if keys_instead { SigningData::Ds(Vec::new()) } else { data } })
    }
}

impl Encode for DsOrKey {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("maxSigLife", &self.max_sig_life);
        match &self.data {
            SigningData::Ds(records) => to.put_all("dsData", records),
            SigningData::Keys(keys) => to.put_all("keyData", keys),
        }
    }
}

/// `<secDNS:dsData>`: a DS record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DsData {
    /// `keyTag`
    pub key_tag: u16,
    /// `alg`
    pub alg: u8,
    /// `digestType`
    pub digest_type: u8,
    /// `digest`, hexadecimal.
    pub digest: String,
    /// `keyData`: the key it is made of, for the registry to check.
    pub key_data: Option<KeyData>,
}

impl Decode for DsData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            key_tag: from.one("keyTag")?,
            alg: from.one("alg")?,
            digest_type: from.one("digestType")?,
            digest: from.one("digest")?,
            key_data: from.opt("keyData")?,
        })
    }
}

impl Encode for DsData {
    fn encode(&self, to: &mut Writer) {
        to.put("keyTag", &self.key_tag);
        to.put("alg", &self.alg);
        to.put("digestType", &self.digest_type);
        to.put("digest", &self.digest);
        to.put_opt("keyData", &self.key_data);
    }
}

/// `<secDNS:keyData>`: a DNSKEY record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyData {
    /// `flags`
    pub flags: u16,
    /// `protocol`: 3.
    pub protocol: u8,
    /// `alg`
    pub alg: u8,
    /// `pubKey`, base64.
    pub pub_key: String,
}

impl Decode for KeyData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            flags: from.one("flags")?,
            protocol: from.one("protocol")?,
            alg: from.one("alg")?,
            pub_key: from.one("pubKey")?,
        })
    }
}

impl Encode for KeyData {
    fn encode(&self, to: &mut Writer) {
        to.put("flags", &self.flags);
        to.put("protocol", &self.protocol);
        to.put("alg", &self.alg);
        to.put("pubKey", &self.pub_key);
    }
}
