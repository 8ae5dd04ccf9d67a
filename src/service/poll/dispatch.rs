//! What messages say, and who acts on it. [`KINDS`] is the whole table: what is not in it is left to people.

use eppgate_epp::domain::{self, PanData, RenData, TrnData};
use eppgate_epp::ext::{changepoll, lowbalancepoll, maintenance, rgppoll};
use eppgate_epp::types::PendingAction;
use eppgate_epp::xml::{Document, Namespace};
use eppgate_epp::{DecodeError, Response, contact, host};
use eppgate_model::PollMessage;

use super::{Fate, Queue};
use crate::service::{Error, Gateway};

/// What a message says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Matter {
    /// How the transfer of a domain stands.
    Transfer(TrnData),
    /// An action that was pending is done, or will not be.
    Ended(PendingAction),
    /// A domain is not what it was: the registry or somebody there has done something to it.
    Changed { name: String },
    /// A contact may not be what it was.
    Contact { id: String },
    /// How the transfer of a contact stands.
    ContactTransfer(contact::TrnData),
    /// A host may not be what it was; or an action on it that was pending has come to nothing.
    Host { name: String, is_refused: bool },
    /// There is little money left.
    LowBalance(lowbalancepoll::PollData),
    /// The registry will be worked on.
    Maintenance(Box<maintenance::Item>),
    /// Words for people.
    Words,
    /// Something that is not in the table, by its name.
    Unknown(String),
}

/// Reads one kind of message, if a reply holds one of that kind.
type Reader = fn(&Response<'_>) -> Result<Option<Matter>, DecodeError>;

/// Every kind of message that is acted on: the word that it is kept under, and how it is read. The first that fits counts.
const KINDS: &[(&str, Reader)] = &[
    ("transfer", |reply| Ok(reply.data::<TrnData>()?.map(Matter::Transfer))),
    ("transfer", |reply| Ok(reply.data::<contact::TrnData>()?.map(Matter::ContactTransfer))),
    ("pending_action", |reply| Ok(reply.data::<PanData>()?.map(|PanData(action)| Matter::Ended(action)))),
    ("pending_action", |reply| {
        let ended = reply.data::<contact::PanData>()?;
        Ok(ended.map(|contact::PanData(action)| Matter::Contact { id: action.name }))
    }),
    ("pending_action", |reply| {
        let ended = reply.data::<host::PanData>()?;
        Ok(ended
            .map(|host::PanData(PendingAction { name, done, .. })| Matter::Host { name, is_refused: !done }))
    }),
    ("low_balance", |reply| Ok(reply.data::<lowbalancepoll::PollData>()?.map(Matter::LowBalance))),
    ("maintenance", |reply| {
        Ok(reply.data::<maintenance::InfData>()?.and_then(|data| match data {
            maintenance::InfData::Item(item) => Some(Matter::Maintenance(Box::new(item))),
            maintenance::InfData::List(_) => None,
        }))
    }),
    ("restore", |reply| {
        Ok(reply.data::<rgppoll::PollData>()?.map(|data| Matter::Changed { name: data.name }))
    }),
    ("renewal", |reply| Ok(reply.data::<RenData>()?.map(|data| Matter::Changed { name: data.name }))),
    ("change", |reply| {
        let is_change = reply.extension::<changepoll::ChangeData>()?.is_some();
        if is_change { changed(reply) } else { Ok(None) }
    }),
    ("domain", changed_domain),
    ("contact", changed_contact),
    ("host", changed_host),
];

impl Gateway {
    /// Acts on a message, by what is kept of it.
    pub(super) async fn dispatch(&self, message: &PollMessage) -> Result<Fate, Error> {
        let matter = {
            let reply = Document::parse(message.raw.as_str()).and_then(Response::read);
            match reply.and_then(|reply| read(&reply)) {
                Ok((_, matter)) => matter,
                Err(error) => return Ok(Fate::Dead(error.to_string())),
            }
        };
        let queue = Queue { registry: message.binding.clone(), account: message.account.clone() };
        match matter {
            Matter::Transfer(told) => Box::pin(self.transfer_told(&queue, &told)).await,
            Matter::Ended(action) => self.action_ended(&queue, &action).await,
            Matter::Changed { name } => self.domain_changed(&queue, &name).await,
            Matter::Contact { id } => self.contact_changed(&queue, &id).await,
            Matter::ContactTransfer(told) => self.contact_transfer_told(&queue, &told).await,
            Matter::Host { name, is_refused } => self.host_changed(&queue, &name, is_refused).await,
            Matter::LowBalance(told) => self.low_balance_told(&queue, message.id, &told).await,
            Matter::Maintenance(item) => self.maintenance_told(&queue, &item).await,
            Matter::Words => Ok(Fate::Dead("it is words for people only".to_owned())),
            Matter::Unknown(what) => Ok(Fate::Dead(format!("nobody acts on {what}"))),
        }
    }
}

/// What a message is kept under: its kind, and the object that it is about.
pub(super) fn about(reply: &Response<'_>) -> (&'static str, Option<String>) {
    match read(reply) {
        Ok((kind, matter)) => (kind, matter.name()),
        Err(_) => ("unreadable", None),
    }
}

fn read(reply: &Response<'_>) -> Result<(&'static str, Matter), DecodeError> {
    for (kind, reader) in KINDS {
        if let Some(matter) = reader(reply)? {
            return Ok((kind, matter));
        }
    }
    let mut parts = reply.all_data().chain(reply.extensions());
    Ok(match parts.next() {
        None => ("words", Matter::Words),
        Some(part) => ("unknown", Matter::Unknown(format!("{{{}}}{}", part.ns(), part.name()))),
    })
}

/// Whatever it is that a message shows to have changed.
fn changed(reply: &Response<'_>) -> Result<Option<Matter>, DecodeError> {
    for reader in [changed_domain, changed_contact, changed_host] {
        if let Some(matter) = reader(reply)? {
            return Ok(Some(matter));
        }
    }
    Ok(None)
}

fn changed_domain(reply: &Response<'_>) -> Result<Option<Matter>, DecodeError> {
    Ok(shown(reply, domain::NS, "name")?.map(|name| Matter::Changed { name }))
}

fn changed_contact(reply: &Response<'_>) -> Result<Option<Matter>, DecodeError> {
    Ok(shown(reply, contact::NS, "id")?.map(|id| Matter::Contact { id }))
}

fn changed_host(reply: &Response<'_>) -> Result<Option<Matter>, DecodeError> {
    Ok(shown(reply, host::NS, "name")?.map(|name| Matter::Host { name, is_refused: false }))
}

/// The object of one kind that a message shows. Of what it shows only the name counts: the registry is asked for the
/// rest, since secrets are not kept and the message may be old.
fn shown(reply: &Response<'_>, ns: Namespace, name: &'static str) -> Result<Option<String>, DecodeError> {
    let object = reply.all_data().find(|data| data.is(ns, "infData") || data.is(ns, "creData"));
    object.map(|mut data| data.one::<String>(name)).transpose()
}

impl Matter {
    fn name(&self) -> Option<String> {
        match self {
            Self::Transfer(told) => Some(told.name.clone()),
            Self::ContactTransfer(told) => Some(told.id.clone()),
            Self::Ended(action) => Some(action.name.clone()),
            Self::Changed { name } | Self::Contact { id: name } | Self::Host { name, .. } => {
                Some(name.clone())
            }
            Self::LowBalance(_) | Self::Maintenance(_) | Self::Words | Self::Unknown(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(data: &str, extension: &str) -> (&'static str, Option<String>) {
        let part = |name: &str, inner: &str| match inner {
            "" => String::new(),
            inner => format!("<{name}>{inner}</{name}>"),
        };
        let text = format!(
            r#"<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><response><result code="1301"><msg>ok</msg></result>
            <msgQ count="1" id="7"><qDate>2026-01-01T00:00:00Z</qDate><msg>words</msg></msgQ>{}{}
            <trID><svTRID>S</svTRID></trID></response></epp>"#,
            part("resData", data),
            part("extension", extension),
        );
        about(&Response::read(Document::parse(text.as_str()).unwrap()).unwrap())
    }

    #[test]
    fn each_message_is_of_the_kind_that_its_data_says() {
        let domain = r#"xmlns:domain="urn:ietf:params:xml:ns:domain-1.0""#;
        let name = "<domain:name>a.example</domain:name>";
        let shown = format!("<domain:infData {domain}>{name}</domain:infData>");
        let renewed = format!("<domain:renData {domain}>{name}</domain:renData>");
        let ended = format!(
            r#"<domain:panData {domain}><domain:name paResult="1">a.example</domain:name>
            <domain:paTRID><svTRID>S</svTRID></domain:paTRID><domain:paDate>2026-01-01T00:00:00Z</domain:paDate>
            </domain:panData>"#
        );
        let change = r#"<c:changeData xmlns:c="urn:ietf:params:xml:ns:changePoll-1.0"><c:operation>autoRenew</c:operation>
            <c:date>2026-01-01T00:00:00Z</c:date><c:svTRID>S</c:svTRID><c:who>registry</c:who></c:changeData>"#;
        let contact =
            r#"<c:infData xmlns:c="urn:ietf:params:xml:ns:contact-1.0"><c:id>c1</c:id></c:infData>"#;
        let host = r#"<h:infData xmlns:h="urn:ietf:params:xml:ns:host-1.0"><h:name>ns1.a.example</h:name></h:infData>"#;
        let ended_host = ended.replace("domain-1.0", "host-1.0").replace(">a.example", ">ns1.a.example");
        let ended_contact = ended.replace("domain-1.0", "contact-1.0").replace(">a.example", ">c1");
        let ended_contact = ended_contact.replace("domain:name", "domain:id");
        let moved = r#"<c:trnData xmlns:c="urn:ietf:params:xml:ns:contact-1.0"><c:id>c1</c:id>
            <c:trStatus>clientApproved</c:trStatus><c:reID>them</c:reID><c:reDate>2026-01-01T00:00:00Z</c:reDate>
            <c:acID>us</c:acID><c:acDate>2026-01-01T00:00:00Z</c:acDate></c:trnData>"#;
        let of_domain = Some("a.example".to_owned());
        for (data, extension, kind, name) in [
            ("", "", "words", None),
            (&shown[..], "", "domain", of_domain.clone()),
            (&shown, change, "change", of_domain.clone()),
            (&renewed, "", "renewal", of_domain.clone()),
            (&ended, "", "pending_action", of_domain),
            (contact, "", "contact", Some("c1".to_owned())),
            (contact, change, "change", Some("c1".to_owned())),
            (moved, "", "transfer", Some("c1".to_owned())),
            (host, "", "host", Some("ns1.a.example".to_owned())),
            (&ended_host, "", "pending_action", Some("ns1.a.example".to_owned())),
            (&ended_contact, "", "pending_action", Some("c1".to_owned())),
            (r#"<x:strange xmlns:x="urn:x"/>"#, "", "unknown", None),
            ("", r#"<x:strange xmlns:x="urn:x"/>"#, "unknown", None),
            (&renewed.replace(name, ""), "", "unreadable", None),
        ] {
            assert_eq!(kind_of(data, extension), (kind, name), "{data} {extension}");
        }
    }
}
