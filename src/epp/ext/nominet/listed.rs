//! Domains and hosts as poll messages list them (`std-notifications-1.2`).

use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Writer};
use crate::{domain, host};

/// `<n:domainListData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainList {
    /// `noDomains`: how many they are.
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

/// Domains, by name or with all there is to tell of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Domains {
    /// `domainName`
    Names(Vec<String>),
    /// `domain:infData`
    Data(Vec<domain::InfData>),
}

impl Decode for Domains {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let names: Vec<String> = from.all("domainName")?;
        if names.is_empty() { from.all_named().map(Self::Data) } else { Ok(Self::Names(names)) }
    }
}

impl Encode for Domains {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Names(names) => to.put_all("domainName", names),
            Self::Data(domains) => domains.iter().for_each(|domain| to.named(domain)),
        }
    }
}

/// `<n:hostListData>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostList {
    /// `noHosts`: how many they are.
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

/// Hosts, by name or with all there is to tell of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosts {
    /// `hostObj`
    Names(Vec<String>),
    /// `host:infData`
    Data(Vec<host::InfData>),
}

impl Decode for Hosts {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let names: Vec<String> = from.all("hostObj")?;
        if names.is_empty() { from.all_named().map(Self::Data) } else { Ok(Self::Names(names)) }
    }
}

impl Encode for Hosts {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::Names(names) => to.put_all("hostObj", names),
            Self::Data(hosts) => hosts.iter().for_each(|host| to.named(host)),
        }
    }
}
