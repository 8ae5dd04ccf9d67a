//! Verisign's Whois information (`whoisInf-1.0`): who publishes a domain's data, beside what info tells.

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.verisign.com/epp/whoisInf-1.0", prefix: "whoisInf" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<WhoisInf>(DOCUMENT), Message::extends_reply::<WhoisInfData>(DOCUMENT)];
const DOCUMENT: &str = "Verisign Whois info";

/// `<whoisInf:whoisInf>`: asks for it, in a domain info.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WhoisInf {
    /// `flag`: whether to tell.
    pub flag: bool,
}

impl Named for WhoisInf {
    const NS: Namespace = NS;
    const NAME: &'static str = "whoisInf";
}

impl Decode for WhoisInf {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { flag: from.one("flag")? })
    }
}

impl Encode for WhoisInf {
    fn encode(&self, to: &mut Writer) {
        to.put("flag", &self.flag);
    }
}

/// `<whoisInf:whoisInfData>`: where to ask about the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhoisInfData {
    /// `registrar`: its full name.
    pub registrar: String,
    /// `whoisServer`
    pub whois_server: Option<String>,
    /// `url`
    pub url: Option<String>,
    /// `irisServer`
    pub iris_server: Option<String>,
}

impl Named for WhoisInfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "whoisInfData";
}

impl Decode for WhoisInfData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            registrar: from.one("registrar")?,
            whois_server: from.opt("whoisServer")?,
            url: from.opt("url")?,
            iris_server: from.opt("irisServer")?,
        })
    }
}

impl Encode for WhoisInfData {
    fn encode(&self, to: &mut Writer) {
        to.put("registrar", &self.registrar);
        to.put_opt("whoisServer", &self.whois_server);
        to.put_opt("url", &self.url);
        to.put_opt("irisServer", &self.iris_server);
    }
}
