//! `<registry:contact>`: rules for contacts.

use super::{CustomData, MinMaxLength, Regex, SupportedStatus, SystemSharePolicy, Term};
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Writer};

/// `<registry:contact>`: rules for contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRules {
    /// `contactIdRegex`
    pub contact_id_regex: Option<Regex>,
    /// `sharePolicy`
    pub share_policy: Option<SystemSharePolicy>,
    /// `intSupport`
    pub int_support: bool,
    /// `locSupport`
    pub loc_support: bool,
    /// `postalInfo`
    pub postal_info: PostalRules,
    /// `maxCheckContact`: ids in one check.
    pub max_check_contact: u16,
    /// `authInfoRegex`
    pub auth_info_regex: Option<Regex>,
    /// `clientDisclosureSupported`
    pub client_disclosure_supported: Option<bool>,
    /// `supportedStatus`
    pub supported_status: Option<SupportedStatus>,
    /// `transferHoldPeriod`
    pub transfer_hold_period: Option<Term>,
    /// `customData`: what no other element says.
    pub custom_data: Option<CustomData>,
}

impl Decode for ContactRules {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contact_id_regex: from.opt("contactIdRegex")?,
            share_policy: from.opt("sharePolicy")?,
            int_support: from.one("intSupport")?,
            loc_support: from.one("locSupport")?,
            postal_info: from.one("postalInfo")?,
            max_check_contact: from.one("maxCheckContact")?,
            auth_info_regex: from.opt("authInfoRegex")?,
            client_disclosure_supported: from.opt("clientDisclosureSupported")?,
            supported_status: from.opt("supportedStatus")?,
            transfer_hold_period: from.opt("transferHoldPeriod")?,
            custom_data: from.opt("customData")?,
        })
    }
}

impl Encode for ContactRules {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("contactIdRegex", &self.contact_id_regex);
        to.put_opt("sharePolicy", &self.share_policy);
        to.put("intSupport", &self.int_support);
        to.put("locSupport", &self.loc_support);
        to.put("postalInfo", &self.postal_info);
        to.put("maxCheckContact", &self.max_check_contact);
        to.put_opt("authInfoRegex", &self.auth_info_regex);
        to.put_opt("clientDisclosureSupported", &self.client_disclosure_supported);
        to.put_opt("supportedStatus", &self.supported_status);
        to.put_opt("transferHoldPeriod", &self.transfer_hold_period);
        to.put_opt("customData", &self.custom_data);
    }
}

/// `<registry:postalInfo>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostalRules {
    /// `name`
    pub name: MinMaxLength,
    /// `org`
    pub org: MinMaxLength,
    /// `address`
    pub address: AddressRules,
    /// `voiceRequired`
    pub voice_required: Option<bool>,
    /// `voiceExt`
    pub voice_ext: Option<MinMaxLength>,
    /// `faxExt`
    pub fax_ext: Option<MinMaxLength>,
    /// `emailRegex`
    pub email_regexes: Vec<Regex>,
}

impl Decode for PostalRules {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            name: from.one("name")?,
            org: from.one("org")?,
            address: from.one("address")?,
            voice_required: from.opt("voiceRequired")?,
            voice_ext: from.opt("voiceExt")?,
            fax_ext: from.opt("faxExt")?,
            email_regexes: from.all("emailRegex")?,
        })
    }
}

impl Encode for PostalRules {
    fn encode(&self, to: &mut Writer) {
        to.put("name", &self.name);
        to.put("org", &self.org);
        to.put("address", &self.address);
        to.put_opt("voiceRequired", &self.voice_required);
        to.put_opt("voiceExt", &self.voice_ext);
        to.put_opt("faxExt", &self.fax_ext);
        to.put_all("emailRegex", &self.email_regexes);
    }
}

/// `<registry:address>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRules {
    /// `street`
    pub street: StreetRules,
    /// `city`
    pub city: MinMaxLength,
    /// `sp`
    pub sp: MinMaxLength,
    /// `pc`
    pub pc: MinMaxLength,
}

impl Decode for AddressRules {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            street: from.one("street")?,
            city: from.one("city")?,
            sp: from.one("sp")?,
            pc: from.one("pc")?,
        })
    }
}

impl Encode for AddressRules {
    fn encode(&self, to: &mut Writer) {
        to.put("street", &self.street);
        to.put("city", &self.city);
        to.put("sp", &self.sp);
        to.put("pc", &self.pc);
    }
}

/// `<registry:street>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreetRules {
    /// `minLength`
    pub min_length: u16,
    /// `maxLength`
    pub max_length: u16,
    /// `minEntry`: lines.
    pub min_entry: u16,
    /// `maxEntry`: lines.
    pub max_entry: u16,
}

impl Decode for StreetRules {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            min_length: from.one("minLength")?,
            max_length: from.one("maxLength")?,
            min_entry: from.one("minEntry")?,
            max_entry: from.one("maxEntry")?,
        })
    }
}

impl Encode for StreetRules {
    fn encode(&self, to: &mut Writer) {
        to.put("minLength", &self.min_length);
        to.put("maxLength", &self.max_length);
        to.put("minEntry", &self.min_entry);
        to.put("maxEntry", &self.max_entry);
    }
}
