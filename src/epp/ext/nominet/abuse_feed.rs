//! Reports of abuse of the registrar's domains (`nom-abuse-feed-1.0`).

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace =
    Namespace { uri: "http://www.nominet.org.uk/epp/xml/nom-abuse-feed-1.0", prefix: "abuse-feed" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::data::<InfData>(DOCUMENT), Message::data::<ListData>(DOCUMENT)];
const DOCUMENT: &str = "Nominet nom-abuse-feed-1.0";

/// `<abuse-feed:infData>`: a poll message, one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfData(pub Report);

impl Named for InfData {
    const NS: Namespace = NS;
    const NAME: &'static str = "infData";
}

impl Decode for InfData {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Report::decode(from).map(Self)
    }
}

impl Encode for InfData {
    fn encode(&self, to: &mut Writer) {
        self.0.encode(to);
    }
}

/// `<abuse-feed:listData>`: a poll message, several reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListData {
    /// `noDomains`: how many they are.
    pub no_domains: Option<u32>,
    /// `infData`
    pub reports: Vec<Report>,
}

impl Named for ListData {
    const NS: Namespace = NS;
    const NAME: &'static str = "listData";
}

impl Decode for ListData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { no_domains: from.parse_attr("noDomains", "number")?, reports: from.all("infData")? })
    }
}

impl Encode for ListData {
    fn encode(&self, to: &mut Writer) {
        if let Some(no_domains) = self.no_domains {
            to.attr_display("noDomains", no_domains);
        }
        to.put_all("infData", &self.reports);
    }
}

/// What was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// `key`: the domain.
    pub key: String,
    /// `activity`
    pub activity: String,
    /// `source`: who reports it.
    pub source: String,
    /// `hostname`
    pub hostname: String,
    /// `url`
    pub url: Option<String>,
    /// `date`
    pub date: DateTime<Utc>,
    /// `ip`
    pub ip: Option<String>,
    /// `nameserver`
    pub nameserver: Option<String>,
    /// `dnsAdmin`
    pub dns_admin: Option<String>,
    /// `target`: who is imitated.
    pub target: Option<String>,
    /// `wholeDomain`
    pub whole_domain: Option<String>,
}

impl Decode for Report {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            key: from.one("key")?,
            activity: from.one("activity")?,
            source: from.one("source")?,
            hostname: from.one("hostname")?,
            url: from.opt("url")?,
            date: from.one("date")?,
            ip: from.opt("ip")?,
            nameserver: from.opt("nameserver")?,
            dns_admin: from.opt("dnsAdmin")?,
            target: from.opt("target")?,
            whole_domain: from.opt("wholeDomain")?,
        })
    }
}

impl Encode for Report {
    fn encode(&self, to: &mut Writer) {
        to.put("key", &self.key);
        to.put("activity", &self.activity);
        to.put("source", &self.source);
        to.put("hostname", &self.hostname);
        to.put_opt("url", &self.url);
        to.put("date", &self.date);
        to.put_opt("ip", &self.ip);
        to.put_opt("nameserver", &self.nameserver);
        to.put_opt("dnsAdmin", &self.dns_admin);
        to.put_opt("target", &self.target);
        to.put_opt("wholeDomain", &self.whole_domain);
    }
}
