//! DNSSEC as it was before RFC 5910 (RFC 4310, `secDNS-1.0`): for registries that still speak it. Ask for 1.1 wherever a
//! greeting offers both.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::ext::secdns::{self, DsOrKey, KeyData};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer, parse_bool};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:secDNS-1.0", prefix: "secDNS" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_command::<Create>(DOCUMENT),
    Message::extends_command::<Update>(DOCUMENT),
    Message::extends_reply::<InfData>(DOCUMENT),
];
const DOCUMENT: &str = "RFC 4310";

/// `<secDNS:create>`: signs a new domain (3.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// `dsData`: at least one.
    pub records: Vec<DsData>,
}

impl Named for Create {
    const NS: Namespace = NS;
    const NAME: &'static str = "create";
}

impl Decode for Create {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { records: from.all("dsData")? })
    }
}

impl Encode for Create {
    fn encode(&self, to: &mut Writer) {
        to.put_all("dsData", &self.records);
    }
}

/// `<secDNS:infData>`: how a domain is signed (3.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData {
    /// `dsData`: at least one.
    pub records: Vec<DsData>,
}

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { records: from.all("dsData")? })
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("dsData", &self.records);
    }
}

impl From<InfData> for secdns::InfData {
    /// The same in terms of 1.1, where one `maxSigLife` holds for all records: the first that is given.
    fn from(data: InfData) -> Self {
        let max_sig_life = data.records.iter().find_map(|record| record.max_sig_life);
        let records = data.records.into_iter().map(secdns::DsData::from).collect();
        Self(DsOrKey { max_sig_life, ..DsOrKey::ds(records) })
    }
}

/// `<secDNS:update>`: changes how a domain is signed (3.2.5), in one way at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `urgent`: ask for quick publication.
    pub urgent: Option<bool>,
    /// What is done.
    pub change: Change,
}

/// The choice of an [`Update`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// `add`
    Add(Vec<DsData>),
    /// `chg`: these in place of all there are.
    Replace(Vec<DsData>),
    /// `rem`: the records with these key tags.
    Remove(Vec<u16>),
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
        let change = if let Some(mut add) = from.find("add") {
            Change::Add(add.all("dsData")?)
        } else if let Some(mut chg) = from.find("chg") {
            Change::Replace(chg.all("dsData")?)
        } else {
            Change::Remove(from.need("rem")?.all("keyTag")?)
        };
        Ok(Self { urgent: urgent.transpose()?, change })
    }
}

impl Encode for Update {
    fn encode(&self, to: &mut Writer) {
        if let Some(urgent) = self.urgent {
            to.attr("urgent", if urgent { "1" } else { "0" });
        }
        match &self.change {
            Change::Add(records) => to.element("add", |to| to.put_all("dsData", records)),
            Change::Replace(records) => to.element("chg", |to| to.put_all("dsData", records)),
            Change::Remove(tags) => to.element("rem", |to| to.put_all("keyTag", tags)),
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
    /// `digest`: hexadecimal.
    pub digest: String,
    /// `maxSigLife`: seconds.
    pub max_sig_life: Option<u32>,
    /// `keyData`
    pub key_data: Option<KeyData>,
}

impl Decode for DsData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            key_tag: from.one("keyTag")?,
            alg: from.one("alg")?,
            digest_type: from.one("digestType")?,
            digest: from.one("digest")?,
            max_sig_life: from.opt("maxSigLife")?,
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
        to.put_opt("maxSigLife", &self.max_sig_life);
        to.put_opt("keyData", &self.key_data);
    }
}

impl From<DsData> for secdns::DsData {
    fn from(record: DsData) -> Self {
        let DsData { key_tag, alg, digest_type, digest, key_data, .. } = record;
        Self { key_tag, alg, digest_type, digest, key_data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_registry_tells_in_the_old_version_is_understood_in_the_new_one() {
        let old = |key_tag, max_sig_life| DsData {
            key_tag,
            alg: 13,
            digest_type: 2,
            digest: "00FF".into(),
            max_sig_life,
            key_data: None,
        };
        let new = |key_tag| secdns::DsData {
            key_tag,
            alg: 13,
            digest_type: 2,
            digest: "00FF".into(),
            key_data: None,
        };
        let told = InfData { records: vec![old(1, None), old(2, Some(60))] };
        let understood = DsOrKey { max_sig_life: Some(60), ..DsOrKey::ds(vec![new(1), new(2)]) };
        assert_eq!(secdns::InfData::from(told), secdns::InfData(understood));
    }
}
