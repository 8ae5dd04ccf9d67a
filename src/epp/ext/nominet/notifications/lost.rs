//! Poll messages about domains and hosts that are lost.

use chrono::{DateTime, Utc};

use super::{DomainList, HostList, NS};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// `<n:cancData>`: domains were cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancData {
    /// `domainName`
    pub domain_names: Vec<String>,
    /// `orig`: by whom.
    pub orig: String,
}

impl Named for CancData {
    const NS: Namespace = NS;
    const NAME: &'static str = "cancData";
}

impl Decode for CancData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domain_names: from.all("domainName")?, orig: from.one("orig")? })
    }
}

impl Encode for CancData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("domainName", &self.domain_names);
        to.put("orig", &self.orig);
    }
}

/// `<n:suspData>`: domains were suspended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspData {
    /// `reason`
    pub reason: String,
    /// `cancelDate`
    pub cancel_date: Option<DateTime<Utc>>,
    /// `domainListData`
    pub domain_list_data: DomainList,
}

impl Named for SuspData {
    const NS: Namespace = NS;
    const NAME: &'static str = "suspData";
}

impl Decode for SuspData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            reason: from.one("reason")?,
            cancel_date: from.opt("cancelDate")?,
            domain_list_data: from.one("domainListData")?,
        })
    }
}

impl Encode for SuspData {
    fn encode(&self, to: &mut Writer) {
        to.put("reason", &self.reason);
        to.put_opt("cancelDate", &self.cancel_date);
        to.put("domainListData", &self.domain_list_data);
    }
}

/// `<n:domainFailData>`: something that was to be done with a domain failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainFailData {
    /// `domainName`
    pub domain_name: String,
    /// `reason`
    pub reason: String,
}

impl Named for DomainFailData {
    const NS: Namespace = NS;
    const NAME: &'static str = "domainFailData";
}

impl Decode for DomainFailData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { domain_name: from.one("domainName")?, reason: from.one("reason")? })
    }
}

impl Encode for DomainFailData {
    fn encode(&self, to: &mut Writer) {
        to.put("domainName", &self.domain_name);
        to.put("reason", &self.reason);
    }
}

/// `<n:hostCancData>`: hosts went, and with them the domains they served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCancData {
    /// `hostListData`
    pub host_list_data: HostList,
    /// `domainListData`
    pub domain_list_data: DomainList,
}

impl Named for HostCancData {
    const NS: Namespace = NS;
    const NAME: &'static str = "hostCancData";
}

impl Decode for HostCancData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { host_list_data: from.one("hostListData")?, domain_list_data: from.one("domainListData")? })
    }
}

impl Encode for HostCancData {
    fn encode(&self, to: &mut Writer) {
        to.put("hostListData", &self.host_list_data);
        to.put("domainListData", &self.domain_list_data);
    }
}
