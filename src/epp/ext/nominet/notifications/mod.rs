//! Poll messages (`std-notifications-1.2`).

mod lost;
mod registrant;

pub use lost::{CancData, DomainFailData, HostCancData, SuspData};
pub use registrant::{
    ContactDelData, Moved, MovedAccount, PqData, PqStage, ProcessData, ProcessStage, RcData, RelData,
    TrnAuthData, TrnData,
};

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};
use crate::{domain, host};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-notifications-1.2", prefix: "n" };

/// What these files read and write.
pub const MESSAGES: &[Message] = &[
    Message::data::<RcData>(DOCUMENT),
    Message::data::<DomainListData>(DOCUMENT),
    Message::data::<HostListData>(DOCUMENT),
    Message::data::<RelData>(DOCUMENT),
    Message::data::<CancData>(DOCUMENT),
    Message::data::<SuspData>(DOCUMENT),
    Message::data::<TrnAuthData>(DOCUMENT),
    Message::data::<TrnData>(DOCUMENT),
    Message::data::<ProcessData>(DOCUMENT),
    Message::data::<PqData>(DOCUMENT),
    Message::data::<DomainFailData>(DOCUMENT),
    Message::data::<HostCancData>(DOCUMENT),
    Message::data::<ContactDelData>(DOCUMENT),
];
const DOCUMENT: &str = "Nominet std-notifications-1.2";

/// `<n:domainListData>`: domains the message is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainListData(pub DomainList);

impl Named for DomainListData {
    const NS: Namespace = NS;
    const NAME: &'static str = "domainListData";
}

impl Decode for DomainListData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        DomainList::decode(from).map(Self)
    }
}

impl Encode for DomainListData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<n:hostListData>`: hosts the message is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostListData(pub HostList);

impl Named for HostListData {
    const NS: Namespace = NS;
    const NAME: &'static str = "hostListData";
}

impl Decode for HostListData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        HostList::decode(from).map(Self)
    }
}

impl Encode for HostListData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// Domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainList {
    /// `noDomains`: how many there are.
    pub no_domains: Option<u32>,
    /// The domains.
    pub domains: Domains,
}

impl Decode for DomainList {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { no_domains: from.parse_attr("noDomains", "number")?, domains: Domains::decode(from)? })
    }
}

impl Encode for DomainList {
    fn encode(&self, to: &mut Writer) {
        if let Some(no_domains) = self.no_domains {
            to.attr_display("noDomains", no_domains);
        }
        self.domains.encode(to);
    }
}

/// Domains in full or by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Domains {
    /// `domain:infData`
    Full(Vec<domain::InfData>),
    /// `domainName`
    Names(Vec<String>),
}

impl Decode for Domains {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let full: Vec<domain::InfData> = from.all_named()?;
        if !full.is_empty() {
            return Ok(Self::Full(full));
        }
        from.all("domainName").map(Self::Names)
    }
}

impl Encode for Domains {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Full(full) => full.iter().for_each(|one| to.named(one)),
            Self::Names(names) => to.put_all("domainName", names),
        }
    }
}

/// Hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostList {
    /// `noHosts`: how many there are.
    pub no_hosts: Option<u32>,
    /// The hosts.
    pub hosts: Hosts,
}

impl Decode for HostList {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { no_hosts: from.parse_attr("noHosts", "number")?, hosts: Hosts::decode(from)? })
    }
}

impl Encode for HostList {
    fn encode(&self, to: &mut Writer) {
        if let Some(no_hosts) = self.no_hosts {
            to.attr_display("noHosts", no_hosts);
        }
        self.hosts.encode(to);
    }
}

/// Hosts in full or by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosts {
    /// `host:infData`
    Full(Vec<host::InfData>),
    /// `hostObj`
    Names(Vec<String>),
}

impl Decode for Hosts {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let full: Vec<host::InfData> = from.all_named()?;
        if !full.is_empty() {
            return Ok(Self::Full(full));
        }
        from.all("hostObj").map(Self::Names)
    }
}

impl Encode for Hosts {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Full(full) => full.iter().for_each(|one| to.named(one)),
            Self::Names(names) => to.put_all("hostObj", names),
        }
    }
}
