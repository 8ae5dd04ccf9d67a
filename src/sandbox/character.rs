//! In what registries differ, as data: each field is a question that the flows ask, each constant an answer to all of
//! them.

use std::time::Duration;

use eppgate_epp::ext::fee::Dialect;
use eppgate_epp::ext::{
    idn, idnlang, iis, launch, lowbalancepoll, namestore, registrylock, rgp, rgppoll, secdns,
};
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
    /// Internationalised names, by the language of Verisign's.
    IdnLang,
    /// Verisign's name store: each command on a domain or host names the product, that is the zone.
    NameStore(&'static [Product]),
    /// Who contacts are by law, and how domains go, at .se and .nu.
    Iis,
    /// The registry's lock on a domain at .se and .nu.
    RegistryLock,
    /// Verisign's messages about restores.
    RgpPoll,
    /// Verisign's messages about money.
    LowBalancePoll,
}

/// A zone by its name at a name store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Product {
    /// `subProduct`
    pub name: &'static str,
    /// The zone.
    pub zone: &'static str,
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

    /// What `dotcom` is like: thin, each command on a domain or host names its product, and messages tell of restores and
    /// of money.
    pub const DOTCOM: Self = Self {
        hosts: HostRule::Objects,
        contacts: ContactRule::None,
        extensions: &[
            Extension::SecDns,
            Extension::Rgp,
            Extension::IdnLang,
            Extension::RgpPoll,
            Extension::LowBalancePoll,
            Extension::NameStore(&[
                Product { name: "dotCOM", zone: "com" },
                Product { name: "dotNET", zone: "net" },
            ]),
        ],
        ..Self::GENERIC
    };

    /// What `ccnordic` is like: contacts have a number by law, the registry locks domains, and a transfer is done when the
    /// password is shown.
    pub const CCNORDIC: Self = Self {
        hosts: HostRule::Objects,
        contacts: ContactRule::Known,
        extensions: &[Extension::SecDns, Extension::Iis, Extension::RegistryLock],
        transfers: TransferRule::AtOnce,
        ..Self::GENERIC
    };

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
            "ccnordic" => Some(Self::CCNORDIC),
            "dotcom" => Some(Self::DOTCOM),
            "legacy" => Some(Self::LEGACY),
            _ => None,
        }
    }

    pub(crate) fn speaks(&self, extension: Extension) -> bool {
        self.extensions.contains(&extension)
    }

    /// The namespaces of the objects that can be used.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &'static str> {
        let contact = (self.contacts != ContactRule::None).then_some(contact::NS.uri);
        let host = (self.hosts != HostRule::Attributes).then_some(host::NS.uri);
        let messages = self.extensions.iter().filter(|extension| extension.is_of_messages());
        let messages = messages.map(|extension| extension.uri());
        [Some(domain::NS.uri), contact, host].into_iter().flatten().chain(messages)
    }

    /// The namespaces of the extensions.
    pub(crate) fn extension_uris(&self) -> impl Iterator<Item = &'static str> {
        let extensions = self.extensions.iter().filter(|extension| !extension.is_of_messages());
        extensions.map(|extension| extension.uri())
    }

    /// The products that commands name.
    pub(crate) fn products(&self) -> Option<&'static [Product]> {
        self.extensions.iter().find_map(|extension| match extension {
            Extension::NameStore(products) => Some(*products),
            _ => None,
        })
    }
}

impl Extension {
    /// Whether it is the data of messages, which greetings list among the objects.
    fn is_of_messages(self) -> bool {
        matches!(self, Self::RgpPoll | Self::LowBalancePoll)
    }

    fn uri(self) -> &'static str {
        match self {
            Self::SecDns => secdns::NS.uri,
            Self::Rgp => rgp::NS.uri,
            Self::Fee(dialect) => dialect.ns().uri,
            Self::Launch => launch::NS.uri,
            Self::Idn => idn::NS.uri,
            Self::IdnLang => idnlang::NS.uri,
            Self::NameStore(_) => namestore::NS.uri,
            Self::Iis => iis::NS.uri,
            Self::RegistryLock => registrylock::NS.uri,
            Self::RgpPoll => rgppoll::NS.uri,
            Self::LowBalancePoll => lowbalancepoll::NS.uri,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::Arc;
    use std::time::Duration;

    use eppgate_epp::domain::{Check, HostAttr, InfData, Info, NameServers, Transfer, TrnData};
    use eppgate_epp::ext::fee::{self, CheckCommand, Dialect, FeeCommand};
    use eppgate_epp::ext::namestore::{NamestoreExt, NsExtErrData};
    use eppgate_epp::poll::Poll;
    use eppgate_epp::types::{AuthInfo, Period, TransferOp, TransferStatus};
    use eppgate_epp::{Command, domain, host};

    use super::*;
    use crate::Config;
    use crate::client::{Client, config, create, create_with, greeting, login_to, registry_like};
    use crate::registry::Registry;

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
        let polled = a.send(Command::poll(&Poll::Req));
        assert!(polled.text.contains("serverApproved"));
    }

    fn dotcom() -> (Arc<Registry>, Client) {
        let mut config = config();
        config.tlds = vec!["com".into(), "net".into()];
        let registry = Registry::open(&Config { character: Character::DOTCOM, ..config }).unwrap();
        let registry = Arc::new(registry);
        let client = login_to(&registry, "registrar-a");
        (registry, client)
    }

    fn of(product: &str) -> NamestoreExt {
        NamestoreExt { sub_product: product.into() }
    }

    #[test]
    fn at_dotcom_each_command_on_a_domain_or_host_names_its_product_last() {
        let (_, mut client) = dotcom();
        let create = create("mine.com");
        let command = || Command::new(&create);
        let sign = secdns::Create(secdns::DsOrKey::ds(vec![secdns::DsData {
            key_tag: 1,
            alg: 13,
            digest_type: 2,
            digest: "ab".repeat(32),
            key_data: None,
        }]));
        assert_eq!(client.send(command()).code, 2003);
        let unknown = client.send(command().with(&of("dotORG")));
        let error = unknown.read(|r| r.extension::<NsExtErrData>().unwrap().unwrap());
        assert_eq!((unknown.code, error.msg.code), (2306, 1));
        assert_eq!(client.send(command().with(&of("dotNET"))).code, 2306);
        assert_eq!(client.send(command().with(&of("dotCOM")).with(&sign)).code, 2001);
        let created = client.send(command().with(&sign).with(&of("dotCOM")));
        assert_eq!(created.code, 1000);
        assert_eq!(created.read(|r| r.extension::<NamestoreExt>().unwrap()), Some(of("dotCOM")));
        let both = Check { names: vec!["a.com".into(), "a.net".into()] };
        assert_eq!(client.send(Command::new(&both).with(&of("dotCOM"))).code, 2306);
        let host = host::Create { name: "ns1.host.org".into(), addresses: Vec::new() };
        assert_eq!(client.run(&host).code, 2003);
        assert_eq!(client.send(Command::new(&host).with(&of("dotCOM"))).code, 1000);
    }

    #[test]
    fn dotcom_is_thin_and_wants_the_language_of_internationalised_names() {
        let (registry, mut client) = dotcom();
        let uris = greeting(&registry).menu;
        assert!(!uris.objects.contains(&contact::NS.uri.to_owned()));
        assert!(uris.objects.contains(&lowbalancepoll::NS.uri.to_owned()));
        assert_eq!(client.run(&crate::client::contact("jane-1")).code, 2307);
        let with_registrant = create_with("mine.com", |create| create.registrant = Some("jane-1".into()));
        assert_eq!(client.send(Command::new(&with_registrant).with(&of("dotCOM"))).code, 2306);
        let create = create("xn--bcher-kva.com");
        assert_eq!(client.send(Command::new(&create).with(&of("dotCOM"))).code, 2003);
        let tagged = Command::new(&create).with(&idnlang::Tag("GER".into())).with(&of("dotCOM"));
        assert_eq!(client.send(tagged).code, 1000);
    }

    #[test]
    fn dotcom_tells_of_money_and_of_restores_in_data() {
        let (registry, mut client) = dotcom();
        let product = of("dotCOM");
        registry.set_balance("registrar-a", 55.into(), 50.into()).unwrap();
        assert_eq!(client.send(Command::new(&create("mine.com")).with(&product)).code, 1000);
        registry.advance("P10D");
        let delete = domain::Delete { name: "mine.com".into() };
        assert_eq!(client.send(Command::new(&delete).with(&product)).code, 1001);
        let update = domain::Update { name: "mine.com".into(), ..domain::Update::default() };
        let request = rgp::Update { restore: rgp::Restore::Request };
        assert_eq!(client.send(Command::new(&update).with(&request).with(&product)).code, 1000);
        registry.advance("P7D");

        let mut next = || {
            let told = client.send(Command::poll(&Poll::Req));
            let id = told.read(|r| r.msg_q.as_ref().unwrap().id.clone());
            client.send(Command::poll(&Poll::Ack(id)));
            told
        };
        let money = next().read(|r| r.need_data::<lowbalancepoll::PollData>().unwrap());
        assert_eq!((money.available_credit.as_str(), money.credit_limit.as_str()), ("45.00", "55"));
        for status in [rgp::RgpStatus::PendingRestore, rgp::RgpStatus::RedemptionPeriod] {
            let restore = next().read(|r| r.need_data::<rgppoll::PollData>().unwrap());
            assert_eq!((restore.name.as_str(), restore.rgp_status.status), ("mine.com", status));
            assert_eq!((restore.report_due_date - restore.req_date).num_days(), 7);
        }
    }
}
