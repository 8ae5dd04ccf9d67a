//! What messages say, and who acts on it. [`KINDS`] is the whole table: what is not in it is left to people.

use eppgate_epp::domain::{self, PanData, RenData, TrnData};
use eppgate_epp::ext::{changepoll, lowbalancepoll, maintenance, rgppoll};
use eppgate_epp::types::PendingAction;
use eppgate_epp::xml::Document;
use eppgate_epp::{DecodeError, Response};
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
    ("pending_action", |reply| Ok(reply.data::<PanData>()?.map(|PanData(action)| Matter::Ended(action)))),
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
        if is_change { changed_domain(reply) } else { Ok(None) }
    }),
    ("domain", changed_domain),
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

/// A domain that a message shows. Of what it shows only the name counts: the registry is asked for the rest, since
/// secrets are not kept and the message may be old.
fn changed_domain(reply: &Response<'_>) -> Result<Option<Matter>, DecodeError> {
    let shown =
        reply.all_data().find(|data| data.is(domain::NS, "infData") || data.is(domain::NS, "creData"));
    let name = shown.map(|mut data| data.one::<String>("name")).transpose()?;
    Ok(name.map(|name| Matter::Changed { name }))
}

impl Matter {
    fn name(&self) -> Option<String> {
        match self {
            Self::Transfer(told) => Some(told.name.clone()),
            Self::Ended(action) => Some(action.name.clone()),
            Self::Changed { name } => Some(name.clone()),
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
        let of_domain = Some("a.example".to_owned());
        for (data, extension, kind, name) in [
            ("", "", "words", None),
            (&shown[..], "", "domain", of_domain.clone()),
            (&shown, change, "change", of_domain.clone()),
            (&renewed, "", "renewal", of_domain.clone()),
            (&ended, "", "pending_action", of_domain),
            (r#"<x:strange xmlns:x="urn:x"/>"#, "", "unknown", None),
            ("", r#"<x:strange xmlns:x="urn:x"/>"#, "unknown", None),
            (&renewed.replace(name, ""), "", "unreadable", None),
        ] {
            assert_eq!(kind_of(data, extension), (kind, name), "{data} {extension}");
        }
    }
}
