//! What was done otherwise than the command said, though it was done (`std-warning-1.1`). Several may stand in one
//! reply.

use super::Flag;
use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/std-warning-1.1", prefix: "warning" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[
    Message::extends_reply::<CreditLimit>(DOCUMENT),
    Message::extends_reply::<GlueRemoved>(DOCUMENT),
    Message::extends_reply::<GlueIgnored>(DOCUMENT),
    Message::extends_reply::<DeprecatedField>(DOCUMENT),
    Message::extends_reply::<RegTypeSet>(DOCUMENT),
    Message::extends_reply::<AccountIdIgnored>(DOCUMENT),
    Message::extends_reply::<ContactMoved>(DOCUMENT),
    Message::extends_reply::<IgnoredField>(DOCUMENT),
    Message::extends_reply::<IgnoredAttribute>(DOCUMENT),
    Message::extends_reply::<PostalInfoIgnored>(DOCUMENT),
    Message::extends_reply::<TruncatedField>(DOCUMENT),
    Message::extends_reply::<HostIgnored>(DOCUMENT),
    Message::extends_reply::<RegistrarAccountForked>(DOCUMENT),
];
const DOCUMENT: &str = "Nominet std-warning-1.1";

/// `<warning:credit-limit>`: how much is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditLimit {
    /// `remaining`
    pub remaining: Option<u16>,
    /// In words.
    pub text: String,
}

impl Named for CreditLimit {
    const NS: Namespace = NS;
    const NAME: &'static str = "credit-limit";
}

impl Decode for CreditLimit {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { remaining: from.parse_attr("remaining", "number")?, text: from.text().to_owned() })
    }
}

impl Encode for CreditLimit {
    fn encode(&self, to: &mut Writer) {
        if let Some(remaining) = self.remaining {
            to.attr_display("remaining", remaining);
        }
        to.text(&self.text);
    }
}

/// `<warning:glue-removed>`: the host whose addresses were taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlueRemoved {
    /// `nameserverName`
    pub nameserver_name: Option<String>,
    /// In words.
    pub text: String,
}

impl Named for GlueRemoved {
    const NS: Namespace = NS;
    const NAME: &'static str = "glue-removed";
}

impl Decode for GlueRemoved {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { nameserver_name: from.word("nameserverName"), text: from.text().to_owned() })
    }
}

impl Encode for GlueRemoved {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("nameserverName", &self.nameserver_name);
        to.text(&self.text);
    }
}

/// `<warning:glue-ignored>`: the address that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlueIgnored {
    /// `ip`
    pub ip: Option<String>,
    /// In words.
    pub text: String,
}

impl Named for GlueIgnored {
    const NS: Namespace = NS;
    const NAME: &'static str = "glue-ignored";
}

impl Decode for GlueIgnored {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { ip: from.word("ip"), text: from.text().to_owned() })
    }
}

impl Encode for GlueIgnored {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("ip", &self.ip);
        to.text(&self.text);
    }
}

/// `<warning:deprecated-field>`: an element that will not be taken much longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeprecatedField {
    /// `field-name`
    pub field_name: Option<String>,
    /// `processed`: whether it was taken this time.
    pub processed: Option<Flag>,
    /// In words.
    pub text: String,
}

impl Named for DeprecatedField {
    const NS: Namespace = NS;
    const NAME: &'static str = "deprecated-field";
}

impl Decode for DeprecatedField {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            field_name: from.word("field-name"),
            processed: from.word("processed"),
            text: from.text().to_owned(),
        })
    }
}

impl Encode for DeprecatedField {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("field-name", &self.field_name);
        to.attr_opt("processed", &self.processed);
        to.text(&self.text);
    }
}

/// `<warning:reg-type-set>`: the kind the registrant was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegTypeSet {
    /// `setTo`
    pub set_to: Option<String>,
    /// In words.
    pub text: String,
}

impl Named for RegTypeSet {
    const NS: Namespace = NS;
    const NAME: &'static str = "reg-type-set";
}

impl Decode for RegTypeSet {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { set_to: from.word("setTo"), text: from.text().to_owned() })
    }
}

impl Encode for RegTypeSet {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("setTo", &self.set_to);
        to.text(&self.text);
    }
}

/// `<warning:account-id-ignored>`: the account of a domain was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountIdIgnored {
    /// In words.
    pub text: String,
}

impl Named for AccountIdIgnored {
    const NS: Namespace = NS;
    const NAME: &'static str = "account-id-ignored";
}

impl Decode for AccountIdIgnored {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { text: from.text().to_owned() })
    }
}

impl Encode for AccountIdIgnored {
    fn encode(&self, to: &mut Writer) {
        to.text(&self.text);
    }
}

/// `<warning:contact-moved>`: the contact is a part of another one now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactMoved {
    /// `original`
    pub original: Option<String>,
    /// `final`: the contact it is a part of.
    pub moved_to: Option<String>,
    /// In words.
    pub text: String,
}

impl Named for ContactMoved {
    const NS: Namespace = NS;
    const NAME: &'static str = "contact-moved";
}

impl Decode for ContactMoved {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            original: from.word("original"),
            moved_to: from.word("final"),
            text: from.text().to_owned(),
        })
    }
}

impl Encode for ContactMoved {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("original", &self.original);
        to.attr_opt("final", &self.moved_to);
        to.text(&self.text);
    }
}

/// `<warning:ignored-field>`: an element that was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredField {
    /// `field-name`
    pub field_name: Option<String>,
    /// In words.
    pub text: String,
}

impl Named for IgnoredField {
    const NS: Namespace = NS;
    const NAME: &'static str = "ignored-field";
}

impl Decode for IgnoredField {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { field_name: from.word("field-name"), text: from.text().to_owned() })
    }
}

impl Encode for IgnoredField {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("field-name", &self.field_name);
        to.text(&self.text);
    }
}

/// `<warning:ignored-attribute>`: an attribute that was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredAttribute {
    /// `attribute-name`
    pub attribute_name: Option<String>,
    /// In words.
    pub text: String,
}

impl Named for IgnoredAttribute {
    const NS: Namespace = NS;
    const NAME: &'static str = "ignored-attribute";
}

impl Decode for IgnoredAttribute {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { attribute_name: from.word("attribute-name"), text: from.text().to_owned() })
    }
}

impl Encode for IgnoredAttribute {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("attribute-name", &self.attribute_name);
        to.text(&self.text);
    }
}

/// `<warning:postalInfo-ignored>`: an address that was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostalInfoIgnored {
    /// `type`
    pub postal_type: Option<String>,
    /// In words.
    pub text: String,
}

impl Named for PostalInfoIgnored {
    const NS: Namespace = NS;
    const NAME: &'static str = "postalInfo-ignored";
}

impl Decode for PostalInfoIgnored {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { postal_type: from.word("type"), text: from.text().to_owned() })
    }
}

impl Encode for PostalInfoIgnored {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("type", &self.postal_type);
        to.text(&self.text);
    }
}

/// `<warning:truncated-field>`: an element whose text was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruncatedField {
    /// `field-name`
    pub field_name: Option<String>,
    /// In words.
    pub text: String,
}

impl Named for TruncatedField {
    const NS: Namespace = NS;
    const NAME: &'static str = "truncated-field";
}

impl Decode for TruncatedField {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { field_name: from.word("field-name"), text: from.text().to_owned() })
    }
}

impl Encode for TruncatedField {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("field-name", &self.field_name);
        to.text(&self.text);
    }
}

/// `<warning:host-ignored>`: a host that was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostIgnored {
    /// `host-name`
    pub host_name: Option<String>,
    /// In words.
    pub text: String,
}

impl Named for HostIgnored {
    const NS: Namespace = NS;
    const NAME: &'static str = "host-ignored";
}

impl Decode for HostIgnored {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { host_name: from.word("host-name"), text: from.text().to_owned() })
    }
}

impl Encode for HostIgnored {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("host-name", &self.host_name);
        to.text(&self.text);
    }
}

/// `<warning:registrar-account-forked>`: the registrant is a copy that was made for the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrarAccountForked {
    /// `registrant`
    pub registrant: Option<String>,
    /// In words.
    pub text: String,
}

impl Named for RegistrarAccountForked {
    const NS: Namespace = NS;
    const NAME: &'static str = "registrar-account-forked";
}

impl Decode for RegistrarAccountForked {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { registrant: from.word("registrant"), text: from.text().to_owned() })
    }
}

impl Encode for RegistrarAccountForked {
    fn encode(&self, to: &mut Writer) {
        to.attr_opt("registrant", &self.registrant);
        to.text(&self.text);
    }
}
