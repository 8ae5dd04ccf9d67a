//! `<domain:create>`: registers a name.

use eppgate_epp::ResultCode;
use eppgate_epp::domain::{CreData, Create, DomainContact, NameServers};
use eppgate_epp::ext::{fee, idn, idnlang, iis, launch, registrylock, secdns};
use eppgate_epp::types::Secret;
use eppgate_epp::xml::Named;

use super::signing::records;
use crate::character::{ContactRule, Extension, HostRule};
use crate::domain::{
    ContactLink, Domain, GraceKind, HostForm, Language, Lock, NameServer, Review, years_after,
};
use crate::flows::contact::contact_id;
use crate::flows::reading::Agreement;
use crate::flows::secret::password;
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::names::{Name, host_name};
use crate::phase::Phase;
use crate::prices::{Class, years};
use crate::record::{Change, Effect, Kept};

/// A create as it was read.
pub(crate) struct Order {
    create: Create,
    agreed: Option<Agreement>,
    signing: Option<secdns::Create>,
    launch: Option<launch::Create>,
    idn: Option<idn::Data>,
    tag: Option<idnlang::Tag>,
    lock: Option<registrylock::Lock>,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.only(&[
            (fee::NS, fee::Create::NAME),
            (secdns::NS, secdns::Create::NAME),
            (launch::NS, launch::Create::NAME),
            (idn::NS, idn::Data::NAME),
            (idnlang::NS, idnlang::Tag::NAME),
            (registrylock::NS, registrylock::Lock::NAME),
        ])?;
        Ok(Self {
            create: command.the()?,
            agreed: command.agreement()?,
            signing: command.extension()?,
            launch: command.extension()?,
            idn: command.extension()?,
            tag: command.extension()?,
            lock: command.extension()?,
        })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let create = self.create;
        let name = view.name(&create.name)?;
        if !view.profile.serves(&name) {
            return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "not served by this registry"));
        }
        if view.state.domain(&name).is_some() || name.is_taken() {
            return Err(ResultCode::OBJECT_EXISTS.into());
        }
        if name.is_reserved() {
            return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "reserved name"));
        }
        let years = years(create.period)?;
        super::launch::judge(view, &name, self.launch.as_ref())?;
        let agreed = self.agreed.as_ref().map(|agreement| &agreement.agreed);
        let price = Class::of(&name).agree(&fee::FeeCommand::Create, years, agreed)?;
        let (host_form, hosts) = name_servers(create.ns, name.as_str())?;
        let signing = self.signing.map(|signing| signing.0);
        let max_sig_life = signing.as_ref().and_then(|signing| signing.max_sig_life);
        let mut domain = Domain {
            name: name.as_str().to_owned(),
            roid: format!("D{}-{}", view.seq, view.profile.roid_suffix),
            sponsor: view.account().to_owned(),
            creator: view.account().to_owned(),
            created: view.now,
            updater: None,
            updated: None,
            expires: years_after(view.now, years),
            statuses: Vec::new(),
            host_form,
            hosts,
            registrant: create.registrant.map(contact_id).transpose()?,
            contacts: contacts(create.contacts)?,
            auth_info: password(create.auth_info)?,
            ds: signing.map(|signing| records(signing.data)).transpose()?.unwrap_or_default(),
            max_sig_life,
            graces: Vec::new(),
            deletion: None,
            transferred: None,
            transfer: None,
            leaving: false,
            lock: self.lock.map(locked),
            language: language(view, &name, self.idn, self.tag)?,
            review: (view.state.phase(name.zone()) == Phase::Review).then(|| Review {
                cl_trid: view.cl_trid.map(str::to_owned),
                sv_trid: view.sv_trid(),
                amount: price,
                renews_until: None,
            }),
        };
        judge_references(view, &domain)?;
        let chooses = view.profile.character.speaks(Extension::Iis) && domain.auth_info.is_none();
        let chosen = chooses.then(|| Secret::new(format!("chosen-{:08}", view.seq)));
        domain.auth_info = chosen.clone().map(Kept).or(domain.auth_info);
        domain.open_grace(GraceKind::Add, price, view.now);
        let code = if domain.review.is_some() { ResultCode::OK_PENDING } else { ResultCode::OK };
        let mut outcome = Outcome::new(code).data(&CreData {
            name: domain.name.clone(),
            cr_date: domain.created,
            ex_date: Some(domain.expires),
        });
        if chosen.is_some() {
            outcome = outcome.extension(&iis::CreData { pw: chosen });
        }
        if let Some(agreement) = self.agreed {
            outcome = outcome.extension(&agreement.dialect.cre_data(&view.charged(price)));
        }
        let outcome = view.charge(outcome, "create", &domain.name, price)?;
        Ok(outcome.change(Change::Domain(Box::new(domain))).effect(Effect::Created))
    }
}

/// The registry's lock, as a command asks for it.
pub(super) fn locked(lock: registrylock::Lock) -> Lock {
    Lock { unlock: lock.unlock.as_str().to_owned(), unlocked_until: None }
}

/// The table of an internationalised name. Where names have language tags, each such name needs one.
fn language(
    view: &View<'_>,
    name: &Name,
    idn: Option<idn::Data>,
    tag: Option<idnlang::Tag>,
) -> Result<Option<Language>, Refusal> {
    let international = name.label().starts_with("xn--");
    let language = match (idn, tag) {
        (Some(idn), _) => Some(Language { table: idn.table, uname: idn.uname }),
        (None, Some(tag)) => Some(Language { table: tag.0, uname: None }),
        (None, None) if international && view.profile.character.speaks(Extension::IdnLang) => {
            let reason = "an internationalised name needs its language";
            return Err(Refusal::new(ResultCode::PARAMETER_MISSING, reason));
        }
        (None, None) => None,
    };
    if language.is_some() && !international {
        return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "the name is not internationalised"));
    }
    Ok(language)
}

/// Name servers in one of the two forms. A host below the domain itself needs addresses where it is no object.
pub(super) fn name_servers(
    ns: Option<NameServers>,
    domain: &str,
) -> Result<(HostForm, Vec<NameServer>), Refusal> {
    let bad_host = || Refusal::new(ResultCode::PARAMETER_SYNTAX, "not a host name");
    let (form, hosts) = match ns {
        None => return Ok((HostForm::Objects, Vec::new())),
        Some(NameServers::Objects(names)) => {
            let hosts = names.iter().map(|name| {
                Ok(NameServer {
                    name: host_name(name).ok_or_else(bad_host)?.into_owned(),
                    addresses: Vec::new(),
                })
            });
            (HostForm::Objects, hosts.collect::<Result<Vec<_>, Refusal>>()?)
        }
        Some(NameServers::Attributes(attributes)) => {
            let hosts = attributes.iter().map(|host| {
                let name = host_name(&host.name).ok_or_else(bad_host)?.into_owned();
                let addresses = host.addresses.iter().map(|address| address.address.parse());
                let addresses: Vec<_> = addresses
                    .collect::<Result<_, _>>()
                    .map_err(|_| Refusal::new(ResultCode::PARAMETER_SYNTAX, "not an IP address"))?;
                let below =
                    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
                if below && addresses.is_empty() {
                    let reason = "a host below the domain needs addresses";
                    return Err(Refusal::new(ResultCode::PARAMETER_MISSING, reason));
                }
                Ok(NameServer { name, addresses })
            });
            (HostForm::Attributes, hosts.collect::<Result<Vec<_>, Refusal>>()?)
        }
    };
    let twice =
        |(place, host): (usize, &NameServer)| hosts[..place].iter().any(|other| other.name == host.name);
    if hosts.len() > HOSTS || hosts.iter().enumerate().any(twice) {
        let reason = "at most 13 name servers, each once";
        return Err(Refusal::new(ResultCode::PARAMETER_POLICY, reason));
    }
    Ok((form, hosts))
}

fn contacts(contacts: Vec<DomainContact>) -> Result<Vec<ContactLink>, Refusal> {
    if contacts.len() > CONTACTS {
        return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "too many contacts"));
    }
    contacts.into_iter().map(contact).collect()
}

pub(super) fn contact(contact: DomainContact) -> Result<ContactLink, Refusal> {
    Ok(ContactLink { role: contact.role.map(|role| role.as_str().to_owned()), id: contact_id(contact.id)? })
}

/// Refuses references to what the registry's rules do not allow: to objects that do not exist (2303), in the form it
/// does not use or to any contact at a thin registry (2306).
pub(super) fn judge_references(view: &View<'_>, domain: &Domain) -> Result<(), Refusal> {
    let character = &view.profile.character;
    let policy = |reason| Err(Refusal::new(ResultCode::PARAMETER_POLICY, reason));
    let missing = |what: &str, name: &str| {
        Err(Refusal::new(ResultCode::OBJECT_DOES_NOT_EXIST, format!("there is no {what} {name}")))
    };
    match (character.hosts, domain.host_form) {
        (HostRule::Objects, HostForm::Attributes) => return policy("name servers are host objects"),
        (HostRule::Attributes, HostForm::Objects) if !domain.hosts.is_empty() => {
            return policy("name servers are host attributes");
        }
        (HostRule::Objects, HostForm::Objects) => {
            if let Some(host) = domain.host_objects().find(|host| view.state.host(host).is_none()) {
                return missing("host", host);
            }
        }
        (HostRule::AnyName | HostRule::Attributes, _) => {}
    }
    match character.contacts {
        ContactRule::AnyId => {}
        ContactRule::None if domain.contact_ids().next().is_some() => return policy("there are no contacts"),
        ContactRule::None => {}
        ContactRule::Known => {
            if let Some(id) = domain.contact_ids().find(|id| view.state.contact(id).is_none()) {
                return missing("contact", id);
            }
        }
    }
    Ok(())
}

pub(super) const HOSTS: usize = 13;
pub(super) const CONTACTS: usize = 30;

#[cfg(test)]
mod tests {
    use eppgate_epp::Command;
    use eppgate_epp::domain::{CreData, HostAttr, NameServers};
    use eppgate_epp::ext::fee;
    use eppgate_epp::types::{AuthInfo, Period, PeriodUnit};

    use crate::client::{Client, create, create_with, registry};

    fn agreed(amount: &str, currency: Option<&str>) -> fee::Create {
        fee::Create(fee::Agreed {
            currency: currency.map(str::to_owned),
            fees: vec![amount.parse::<rust_decimal::Decimal>().unwrap().into()],
            credits: Vec::new(),
        })
    }

    #[test]
    fn a_name_is_registered_once_and_charged_once() {
        let registry = registry();
        let mut a = Client::login(&registry, "registrar-a");
        let created = a.run(&create_with("New.Example", |create| create.period = Some(Period::years(2))));
        let data = created.read(|response| response.need_data::<CreData>().unwrap());
        assert_eq!(data.name, "new.example");
        assert_eq!(data.ex_date.unwrap(), crate::domain::years_after(data.cr_date, 2));
        assert_eq!(a.run(&create("new.example")).code, 2302);
        assert_eq!(Client::login(&registry, "registrar-b").run(&create("new.example")).code, 2302);
        assert_eq!(registry.charges(), [("registrar-a".to_owned(), "create".to_owned(), "20.00".to_owned())]);
    }

    #[test]
    fn what_cannot_be_registered_is_refused_with_its_code_and_costs_nothing() {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        let hosts =
            |names: &[&str]| Some(NameServers::Objects(names.iter().map(|&name| name.to_owned()).collect()));
        let months = Period { value: 12, unit: PeriodUnit::Months };
        for (create, code) in [
            (create("taken.example"), 2302),
            (create("reserved.example"), 2306),
            (create("a.unserved"), 2306),
            (create("-a.example"), 2005),
            (create_with("a.example", |c| c.period = Some(Period::years(11))), 2004),
            (create_with("a.example", |c| c.period = Some(Period::years(0))), 2004),
            (create_with("a.example", |c| c.period = Some(months)), 2004),
            (create_with("a.example", |c| c.ns = hosts(&["not a host"])), 2005),
            (create_with("a.example", |c| c.ns = hosts(&["ns1.a.example", "NS1.a.example"])), 2306),
            (
                create_with("a.example", |c| {
                    c.ns = Some(NameServers::Attributes(vec![HostAttr {
                        name: "ns1.a.example".into(),
                        addresses: Vec::new(),
                    }]));
                }),
                2003,
            ),
            (create_with("a.example", |c| c.registrant = Some("x".into())), 2005),
            (create_with("a.example", |c| c.auth_info = AuthInfo::pw("")), 1000),
        ] {
            let told = client.run(&create);
            assert_eq!(told.code, code, "{create:?}: {}", told.text);
        }
        assert_eq!(registry.charges().len(), 1);
    }

    #[test]
    fn a_fee_must_be_right_and_a_premium_name_needs_one() {
        let mut client = Client::login(&registry(), "registrar-a");
        assert_eq!(client.run(&create("premium.example")).code, 2003);
        for (name, amount, currency, code) in [
            ("premium.example", "10.00", None, 2004),
            ("premium.example", "100.00", Some("EUR"), 2004),
            ("premium.example", "100.00", Some("USD"), 1000),
            ("premium-gold.example", "250.00", None, 1000),
            ("premium-platinum.example", "1000.00", None, 1000),
            ("plain.example", "11.00", None, 2004),
            ("plain.example", "10", None, 1000),
        ] {
            let told = client.send(Command::new(&create(name)).with(&agreed(amount, currency)));
            assert_eq!(told.code, code, "{name} {amount}");
            if code == 1000 {
                let charged = told.read(|response| response.extension::<fee::CreData>().unwrap().unwrap());
                assert_eq!(
                    charged.0.fees[0].amount.to_string(),
                    if amount == "10" { "10.00" } else { amount }
                );
            }
        }
    }

    #[test]
    fn an_account_without_money_registers_nothing_and_is_warned_before() {
        let registry = registry();
        let ten = |tens: i64| rust_decimal::Decimal::new(tens * 1000, 2);
        registry.set_balance("registrar-a", ten(2), ten(2)).unwrap();
        let mut client = Client::login(&registry, "registrar-a");
        let codes = ["a.example", "b.example", "c.example"].map(|name| client.run(&create(name)).code);
        assert_eq!(codes, [1000, 1000, 2104]);
        let warning = client.send(Command::poll(&eppgate_epp::poll::Poll::Req));
        assert!(warning.text.contains("Low balance: 10.00 USD left"), "{}", warning.text);
    }
}
