//! The rules for hosts.

use super::shared::{CustomData, Regex, SupportedStatus};
use crate::error::DecodeError;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Writer};

/// `<registry:host>`: the rules for hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRules {
    /// `internal`
    pub internal: InternalHosts,
    /// `external`
    pub external: ExternalHosts,
    /// `nameRegex`
    pub name_regexes: Vec<Regex>,
    /// `maxCheckHost`: how many hosts a check may name.
    pub max_check_host: u16,
    /// `supportedStatus`
    pub supported_status: Option<SupportedStatus>,
    /// `customData`
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

/// `<registry:internal>`: hosts below domains of the zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalHosts {
    /// `minIP`
    pub min_ip: u16,
    /// `maxIP`
    pub max_ip: u16,
    /// `sharePolicy`
    pub share_policy: Option<SharePolicy>,
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

/// `<registry:external>`: all other hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalHosts {
    /// `minIP`
    pub min_ip: u16,
    /// `maxIP`
    pub max_ip: u16,
    /// `sharePolicy`
    pub share_policy: Option<SharePolicy>,
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
    /// Among whom an object is shared.
    SharePolicy {
        PerZone = "perZone",
        PerSystem = "perSystem",
        PerRegistrar = "perRegistrar",
    }
}
