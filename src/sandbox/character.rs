//! In what registries differ, as data: each field is a question that the flows ask, each constant an answer to all of
//! them.

use std::time::Duration;

use eppgate_epp::ext::fee::Dialect;
use eppgate_epp::ext::{idn, launch, rgp, secdns};
use eppgate_epp::{contact, domain, host};

/// What a registry is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Character {
    /// How domains name their name servers.
    pub hosts: HostRule,
    /// How domains name their contacts.
    pub contacts: ContactRule,
    /// What it speaks beside RFC 5730 to 5733.
    pub extensions: &'static [Extension],
    /// How a deletion is taken back, where `rgp` is spoken.
    pub restore: RestoreRule,
    /// How a domain changes its registrar.
    pub transfers: TransferRule,
    /// Sessions of an account at most, even where the configuration allows more.
    pub sessions: Option<usize>,
    /// How many commands a session may have under way.
    pub pace: Pace,
    /// What registering a name takes.
    pub create_time: Duration,
    /// How many commands an account may send.
    pub rate: Option<Rate>,
}

/// How domains name their name servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostRule {
    /// As objects or as attributes; an object that does not exist is taken as it is named.
    AnyName,
    /// As objects that exist.
    Objects,
    /// As attributes; there are no host objects.
    Attributes,
}

/// How domains name their contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactRule {
    /// By an id, whether there is such a contact or not.
    AnyId,
    /// By the id of a contact that exists.
    Known,
    /// Not at all: a thin registry has no contacts.
    None,
}

/// An extension that can be spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    /// DS records (RFC 5910).
    SecDns,
    /// Grace periods and restore (RFC 3915).
    Rgp,
    /// Fees in one of their versions; several may be spoken.
    Fee(Dialect),
    /// Sunrise and claims (RFC 8334).
    Launch,
    /// Internationalised names (`idn-1.0`).
    Idn,
}

/// How a deletion is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreRule {
    /// By a request and a report.
    RequestAndReport,
    /// By a request.
    Request,
}

/// How a domain changes its registrar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferRule {
    /// The present one is asked, and has five days to answer.
    Pending,
    /// Whoever shows the password has it.
    AtOnce,
}

/// How many commands a session may have under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As many as it likes.
    Pipelined,
    /// One: a command that comes before the reply to the last one ends the session with 2500.
    OneAtATime,
}

/// How many commands an account may send, all its sessions together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// In a second, and at once.
    pub per_second: u32,
    /// What happens to the rest.
    pub excess: Excess,
}

/// What happens to a command that is one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// It is answered with this code, and the session stays, whatever the code says.
    Refused(u16),
    /// It is answered with this code, and the session ends.
    Closed(u16),
    /// The connection is cut without an answer.
    Cut,
}

impl Character {
    /// What `generic` is like: it takes all that is well-formed, so that a client can begin with a bare domain.
    pub const GENERIC: Self = Self {
        hosts: HostRule::AnyName,
        contacts: ContactRule::AnyId,
        extensions: &[
            Extension::SecDns,
            Extension::Rgp,
            Extension::Fee(Dialect::V1_0),
            Extension::Launch,
            Extension::Idn,
        ],
        restore: RestoreRule::RequestAndReport,
        transfers: TransferRule::Pending,
        sessions: None,
        pace: Pace::Pipelined,
        create_time: Duration::ZERO,
        rate: None,
    };

    /// The same, but what a domain names has to exist.
    pub const STRICT: Self = Self { hosts: HostRule::Objects, contacts: ContactRule::Known, ..Self::GENERIC };

    /// What `legacy` is like: name servers live in the domain, fees are those of an early draft, and there is one session,
    /// which takes its time.
    pub const LEGACY: Self = Self {
        hosts: HostRule::Attributes,
        extensions: &[Extension::SecDns, Extension::Rgp, Extension::Fee(Dialect::V0_7)],
        restore: RestoreRule::Request,
        sessions: Some(1),
        pace: Pace::OneAtATime,
        create_time: Duration::from_millis(1500),
        ..Self::GENERIC
    };

    /// What a registry of this name is like.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "generic" => Some(Self::GENERIC),
            "legacy" => Some(Self::LEGACY),
            _ => None,
        }
    }

    /// The namespaces of the objects that can be used.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &'static str> {
        let contact = (self.contacts != ContactRule::None).then_some(contact::NS.uri);
        let host = (self.hosts != HostRule::Attributes).then_some(host::NS.uri);
        [Some(domain::NS.uri), contact, host].into_iter().flatten()
    }

    /// The namespaces of the extensions.
    pub(crate) fn extension_uris(&self) -> impl Iterator<Item = &'static str> {
        self.extensions.iter().map(|extension| extension.uri())
    }
}

impl Extension {
    fn uri(self) -> &'static str {
        match self {
            Self::SecDns => secdns::NS.uri,
            Self::Rgp => rgp::NS.uri,
            Self::Fee(dialect) => dialect.ns().uri,
            Self::Launch => launch::NS.uri,
            Self::Idn => idn::NS.uri,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Duration;

    use eppgate_epp::domain::{Check, HostAttr, InfData, Info, NameServers, Transfer, TrnData};
    use eppgate_epp::ext::fee::{self, CheckCommand, Dialect, FeeCommand};
    use eppgate_epp::types::{AuthInfo, Period, TransferOp, TransferStatus};
    use eppgate_epp::{Command, domain, host};

    use super::*;
    use crate::client::{Client, create, create_with, greeting, login_to, registry_like};

    #[test]
    fn a_greeting_names_what_can_be_used_and_nothing_else() {
        let strict = greeting(&registry_like(Character::STRICT));
        assert_eq!(strict.menu.objects, [domain::NS, contact::NS, host::NS].map(|ns| ns.uri));
        assert_eq!(strict.menu.extensions.len(), 5);
        let legacy = greeting(&registry_like(Character::LEGACY));
        assert_eq!(legacy.menu.objects, [domain::NS, contact::NS].map(|ns| ns.uri));
        assert!(legacy.menu.extensions.contains(&Dialect::V0_7.ns().uri.to_owned()));
        assert!(!legacy.menu.extensions.contains(&fee::NS.uri.to_owned()));
    }

    #[test]
    fn legacy_has_attributes_one_session_and_slow_creates() {
        let registry = registry_like(Character::LEGACY);
        let mut client = login_to(&registry, "registrar-a");
        let mut late = Client::connect(&registry);
        assert_eq!(late.send(crate::client::login_as(&registry, "registrar-a")).code, 2502);

        assert_eq!(client.run(&host::Info { name: "ns1.host.net".into() }).code, 2307);
        let objects = create_with("a.example", |create| {
            create.ns = Some(NameServers::Objects(vec!["ns1.host.net".into()]));
        });
        assert_eq!(client.run(&objects).code, 2306);
        let attributes = create_with("a.example", |create| {
            let addresses = vec![IpAddr::from([192, 0, 2, 1]).into()];
            let name = "ns1.a.example".into();
            create.ns = Some(NameServers::Attributes(vec![HostAttr { name, addresses }]));
        });
        let answer = client.answer_to(&attributes);
        assert_eq!(answer.wait, Character::LEGACY.create_time);
        let info = Info { name: "a.example".into(), hosts: None, auth_info: None };
        assert_eq!(client.answer_to(&info).wait, Duration::ZERO);
        let ns = client.run(&info).read(|r| r.need_data::<InfData>().unwrap().ns);
        assert_eq!(ns, attributes.ns);
    }

    #[test]
    fn fees_are_spoken_in_the_dialect_that_is_announced_and_in_no_other() {
        let registry = registry_like(Character::LEGACY);
        let mut client = login_to(&registry, "registrar-a");
        let names = ["a.example".to_owned(), "premium.example".to_owned()];
        let check = Check { names: names.clone().into() };
        let question = fee::Check {
            currency: Some("USD".into()),
            commands: vec![CheckCommand::new(FeeCommand::Create, Some(Period::years(2)))],
        };
        let told = client.send(Command::new(&check).with(&Dialect::V0_7.check(&question, &names)));
        let (dialect, told) = told.read(|r| fee::ChkData::find(r.extensions()).unwrap().unwrap());
        assert_eq!(dialect, Dialect::V0_7);
        let amount = |name| told.fees_of(name).next().unwrap().total().unwrap().to_string();
        assert_eq!((amount("a.example"), amount("premium.example")), ("20.00".into(), "200.00".into()));
        assert_eq!(told.cds.len(), 2);
        assert_eq!(client.send(Command::new(&check).with(&question)).code, 2103);

        let agreed = fee::Agreed {
            currency: Some("USD".into()),
            fees: vec![rust_decimal::Decimal::from(100).into()],
            credits: Vec::new(),
        };
        let create = create("premium.example");
        let created = client.send(Command::new(&create).with(&Dialect::V0_7.create(&agreed)));
        assert_eq!(created.code, 1000);
        let charged = created.read(|r| fee::Charged::find(r.extensions()).unwrap().unwrap());
        assert_eq!((charged.0, charged.1.fees[0].amount.to_string()), (Dialect::V0_7, "100.00".into()));

        let info = Info { name: "premium.example".into(), hosts: None, auth_info: None };
        let renew = fee::Info(CheckCommand::new(FeeCommand::Renew, None));
        let told = client.send(Command::new(&info).with(&Dialect::V0_7.info(&renew)));
        let (_, told) = told.read(|r| fee::InfData::find(r.extensions()).unwrap().unwrap());
        assert_eq!(told.fees.total().unwrap().to_string(), "100.00");

        let deleted = client.run(&domain::Delete { name: "premium.example".into() });
        let (_, back) = deleted.read(|r| fee::Charged::find(r.extensions()).unwrap().unwrap());
        assert_eq!(back.credits[0].amount.to_string(), "-100.00");
    }

    #[test]
    fn where_nobody_is_asked_a_transfer_is_done_at_once() {
        let registry = registry_like(Character { transfers: TransferRule::AtOnce, ..Character::GENERIC });
        let mut a = login_to(&registry, "registrar-a");
        let mut b = login_to(&registry, "registrar-b");
        a.run(&create("mine.example"));
        let request = Transfer {
            op: TransferOp::Request,
            name: "mine.example".into(),
            period: None,
            auth_info: Some(AuthInfo::pw("sandbox-secret")),
        };
        let done = b.run(&request);
        let data = done.read(|r| r.need_data::<TrnData>().unwrap());
        assert_eq!((done.code, data.tr_status), (1000, TransferStatus::ServerApproved));
        assert_eq!(registry.charges().pop().unwrap().0, "registrar-b");
        let polled = a.send(Command::poll(&eppgate_epp::poll::Poll::Req));
        assert!(polled.text.contains("serverApproved"));
    }
}
