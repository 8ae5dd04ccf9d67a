//! `<registry:host>`: rules for hosts.

use super::{CustomData, Regex, SupportedStatus};
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Writer};

/// `<registry:host>`: rules for hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRules {
    /// `internal`
    pub internal: InternalHosts,
    /// `external`
    pub external: ExternalHosts,
    /// `nameRegex`
    pub name_regexes: Vec<Regex>,
    /// `maxCheckHost`: names in one check.
    pub max_check_host: u16,
    /// `supportedStatus`
    pub supported_status: Option<SupportedStatus>,
    /// `customData`: what no other element says.
    pub custom_data: Option<CustomData>,
}

impl Decode for HostRules {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            internal: from.one("internal")?,
            external: from.one("external")?,
            name_regexes: from.all("nameRegex")?,
            max_check_host: from.one("maxCheckHost")?,
            supported_status: from.opt("supportedStatus")?,
            custom_data: from.opt("customData")?,
        })
    }
}

impl Encode for HostRules {
    fn encode(&self, to: &mut Writer) {
        to.put("internal", &self.internal);
        to.put("external", &self.external);
        to.put_all("nameRegex", &self.name_regexes);
        to.put("maxCheckHost", &self.max_check_host);
        to.put_opt("supportedStatus", &self.supported_status);
        to.put_opt("customData", &self.custom_data);
    }
}

/// `<registry:internal>`: hosts within the zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalHosts {
    /// `minIP`
    pub min_ip: u16,
    /// `maxIP`
    pub max_ip: u16,
    /// `sharePolicy`
    pub share_policy: Option<SystemSharePolicy>,
}

impl Decode for InternalHosts {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            min_ip: from.one("minIP")?,
            max_ip: from.one("maxIP")?,
            share_policy: from.opt("sharePolicy")?,
        })
    }
}

impl Encode for InternalHosts {
    fn encode(&self, to: &mut Writer) {
        to.put("minIP", &self.min_ip);
        to.put("maxIP", &self.max_ip);
        to.put_opt("sharePolicy", &self.share_policy);
    }
}

/// `<registry:external>`: hosts outside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalHosts {
    /// `minIP`
    pub min_ip: u16,
    /// `maxIP`
    pub max_ip: u16,
    /// `sharePolicy`
    pub share_policy: Option<HostSharePolicy>,
}

impl Decode for ExternalHosts {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            min_ip: from.one("minIP")?,
            max_ip: from.one("maxIP")?,
            share_policy: from.opt("sharePolicy")?,
        })
    }
}

impl Encode for ExternalHosts {
    fn encode(&self, to: &mut Writer) {
        to.put("minIP", &self.min_ip);
        to.put("maxIP", &self.max_ip);
        to.put_opt("sharePolicy", &self.share_policy);
    }
}

wire_enum! {
    /// Who shares an external host.
    HostSharePolicy {
        PerRegistrar = "perRegistrar",
        PerSystem = "perSystem",
        PerZone = "perZone",
    }
}

wire_enum! {
    /// Who shares a contact or an internal host.
    SystemSharePolicy {
        PerSystem = "perSystem",
        PerZone = "perZone",
    }
}
