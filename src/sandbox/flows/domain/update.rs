//! `<domain:update>`: changes a name. What is removed goes first; adding what is there or removing what is not is an
//! error (2306), so that a command that was sent twice is noticed.

use eppgate_epp::ResultCode;
use eppgate_epp::domain::{AddRem, Chg, DomainStatus, Status, Update};
use eppgate_epp::ext::{fee, registrylock, secdns};
use eppgate_epp::xml::Named;

use super::create::{CONTACTS, HOSTS, contact, judge_references, locked, name_servers};
use super::signing;
use crate::domain::Domain;
use crate::flows::contact::contact_id;
use crate::flows::reading::Agreement;
use crate::flows::secret::password;
use crate::flows::sets::{already_there, join, not_there, take};
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::prices::Class;
use crate::record::{Change, Effect};

/// An update as it was read.
pub(crate) struct Order {
    update: Update,
    agreed: Option<Agreement>,
    signing: Option<secdns::Update>,
    lock: Option<registrylock::Lock>,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.only(&[
            (fee::NS, fee::Update::NAME),
            (secdns::NS, secdns::Update::NAME),
            (registrylock::NS, registrylock::Lock::NAME),
        ])?;
        let order = Self {
            update: command.the()?,
            agreed: command.agreement()?,
            signing: command.extension()?,
            lock: command.extension()?,
        };
        let update = &order.update;
        let extended = order.signing.is_some() || order.lock.is_some();
        if update.add.is_none() && update.rem.is_none() && update.chg.is_none() && !extended {
            return Err(Refusal::new(ResultCode::PARAMETER_MISSING, "nothing to change"));
        }
        Ok(order)
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let prohibiting: &[Status] = if self.lifts_own_prohibition() {
            &[Status::ServerUpdateProhibited]
        } else {
            &[Status::ServerUpdateProhibited, Status::ClientUpdateProhibited]
        };
        let mut domain = view.changeable(&self.update.name, prohibiting)?;
        let agreed = self.agreed.as_ref().map(|agreement| &agreement.agreed);
        Class::Standard.agree(&fee::FeeCommand::Update, 1, agreed)?;
        if let Some(rem) = self.update.rem {
            remove(&mut domain, rem)?;
        }
        if let Some(add) = self.update.add {
            insert(&mut domain, add)?;
        }
        if let Some(chg) = self.update.chg {
            replace(&mut domain, chg)?;
        }
        judge_references(view, &domain)?;
        if let Some(signing) = self.signing {
            signing::update(&mut domain, signing)?;
        }
        domain.lock = self.lock.map(locked).or(domain.lock);
        domain.updater = Some(view.account().to_owned());
        domain.updated = Some(view.now);
        Ok(Outcome::new(ResultCode::OK).change(Change::Domain(Box::new(domain))).effect(Effect::Updated))
    }

    /// Whether all it does is to remove `clientUpdateProhibited`, the one update that this status allows.
    fn lifts_own_prohibition(&self) -> bool {
        let lifting = AddRem { statuses: vec![Status::ClientUpdateProhibited.into()], ..AddRem::default() };
        let update = &self.update;
        update.rem.as_ref() == Some(&lifting)
            && update.add.is_none()
            && update.chg.is_none()
            && self.signing.is_none()
            && self.lock.is_none()
    }
}

fn remove(domain: &mut Domain, rem: AddRem) -> Result<(), Refusal> {
    if let Some(ns) = &rem.ns {
        for name in ns.names() {
            let place = domain.hosts.iter().position(|host| host.name.eq_ignore_ascii_case(name));
            domain.hosts.remove(place.ok_or_else(|| not_there("name server"))?);
        }
    }
    for contact_to_go in rem.contacts {
        take(&mut domain.contacts, &contact(contact_to_go)?, "contact")?;
    }
    for status in rem.statuses {
        take(&mut domain.statuses, &own_status(status)?, "status")?;
    }
    Ok(())
}

fn insert(domain: &mut Domain, add: AddRem) -> Result<(), Refusal> {
    if add.ns.is_some() {
        let (form, hosts) = name_servers(add.ns, &domain.name)?;
        if domain.hosts.is_empty() {
            domain.host_form = form;
        } else if domain.host_form != form {
            let reason = "the domain has name servers of the other form";
            return Err(Refusal::new(ResultCode::PARAMETER_POLICY, reason));
        }
        for host in hosts {
            if domain.hosts.iter().any(|there| there.name == host.name) {
                return Err(already_there("name server"));
            }
            domain.hosts.push(host);
        }
        if domain.hosts.len() > HOSTS {
            return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "at most 13 name servers"));
        }
    }
    for contact_to_come in add.contacts {
        join(&mut domain.contacts, contact(contact_to_come)?, "contact")?;
    }
    if domain.contacts.len() > CONTACTS {
        return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "too many contacts"));
    }
    for status in add.statuses {
        join(&mut domain.statuses, own_status(status)?, "status")?;
    }
    Ok(())
}

fn replace(domain: &mut Domain, chg: Chg) -> Result<(), Refusal> {
    match chg.registrant {
        None => {}
        Some(id) if id.is_empty() => domain.registrant = None,
        Some(id) => domain.registrant = Some(contact_id(id)?),
    }
    if let Some(auth_info) = chg.auth_info {
        domain.auth_info = password(auth_info)?;
    }
    Ok(())
}

/// A status that clients may set.
fn own_status(status: DomainStatus) -> Result<String, Refusal> {
    match status.status {
        Status::ClientDeleteProhibited
        | Status::ClientHold
        | Status::ClientRenewProhibited
        | Status::ClientTransferProhibited
        | Status::ClientUpdateProhibited => Ok(status.status.as_str().to_owned()),
        _ => Err(Refusal::new(ResultCode::PARAMETER_POLICY, "not a status that clients set")),
    }
}

#[cfg(test)]
mod tests {
    use eppgate_epp::Command;
    use eppgate_epp::domain::{AddRem, Chg, HostAttr, InfData, Info, NameServers, Update};
    use eppgate_epp::ext::secdns;
    use eppgate_epp::types::AuthInfo;

    use crate::client::{Client, create, registry, status_update};

    fn ready() -> (std::sync::Arc<crate::registry::Registry>, Client) {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        client.run(&create("mine.example"));
        (registry, client)
    }

    fn info(client: &mut Client) -> (InfData, Option<secdns::InfData>) {
        let info = Info { name: "mine.example".into(), hosts: None, auth_info: None };
        let told = client.run(&info);
        told.read(|r| (r.need_data().unwrap(), r.extension().unwrap()))
    }

    fn hosts(names: &[&str]) -> Option<AddRem> {
        Some(AddRem {
            ns: Some(NameServers::Objects(names.iter().map(|&name| name.to_owned()).collect())),
            ..AddRem::default()
        })
    }

    fn update(change: impl FnOnce(&mut Update)) -> Update {
        let mut update = Update { name: "mine.example".into(), ..Update::default() };
        change(&mut update);
        update
    }

    #[test]
    fn name_servers_come_and_go_each_once() {
        let (_, mut client) = ready();
        let add = |names: &[&str]| update(|update| update.add = hosts(names));
        let rem = |names: &[&str]| update(|update| update.rem = hosts(names));
        assert_eq!(client.run(&add(&["ns1.a.net", "ns2.a.net"])).code, 1000);
        assert_eq!(client.run(&add(&["ns2.a.net"])).code, 2306);
        assert_eq!(client.run(&rem(&["ns3.a.net"])).code, 2306);
        let swap = update(|update| {
            update.add = hosts(&["ns3.a.net"]);
            update.rem = hosts(&["NS1.a.net"]);
        });
        assert_eq!(client.run(&swap).code, 1000);
        let attribute = update(|update| {
            update.add = Some(AddRem {
                ns: Some(NameServers::Attributes(vec![HostAttr {
                    name: "ns4.a.net".into(),
                    addresses: Vec::new(),
                }])),
                ..AddRem::default()
            });
        });
        assert_eq!(client.run(&attribute).code, 2306);
        let names: Vec<String> = info(&mut client).0.ns.unwrap().names().map(Into::into).collect();
        assert_eq!(names, ["ns2.a.net", "ns3.a.net"]);
    }

    #[test]
    fn a_prohibition_allows_only_its_own_removal() {
        let (_, mut client) = ready();
        let locked = status_update("mine.example", &["clientUpdateProhibited", "clientHold"], &[]);
        assert_eq!(client.run(&locked).code, 1000);
        let both = status_update("mine.example", &[], &["clientUpdateProhibited", "clientHold"]);
        assert_eq!(client.run(&both).code, 2304);
        let lift = status_update("mine.example", &[], &["clientUpdateProhibited"]);
        assert_eq!(client.run(&lift).code, 1000);
        assert_eq!(client.run(&lift).code, 2306);
        for status in ["ok", "serverHold", "pendingDelete", "strange"] {
            assert_eq!(client.run(&status_update("mine.example", &[status], &[])).code, 2306);
        }
    }

    #[test]
    fn the_password_can_be_changed_and_taken_away() {
        let (_, mut client) = ready();
        for (auth_info, shown) in
            [(AuthInfo::pw("another"), Some(AuthInfo::pw("another"))), (AuthInfo::Null, None)]
        {
            let change = update(|update| {
                update.chg = Some(Chg { registrant: None, auth_info: Some(auth_info) });
            });
            assert_eq!(client.run(&change).code, 1000);
            assert_eq!(info(&mut client).0.auth_info, shown);
        }
    }

    #[test]
    fn signing_is_changed_by_records_removal_first() {
        let (_, mut client) = ready();
        let record = |key_tag| secdns::DsData {
            key_tag,
            alg: 13,
            digest_type: 2,
            digest: "ab".repeat(32),
            key_data: None,
        };
        let mut sign = |change: secdns::Update| {
            let told = client.send(Command::new(&update(|_| {})).with(&change));
            let tags: Vec<u16> = match info(&mut client).1.map(|signing| signing.0.data) {
                Some(secdns::SigningData::Ds(records)) => {
                    records.iter().map(|record| record.key_tag).collect()
                }
                _ => Vec::new(),
            };
            (told.code, tags)
        };
        let add = |tags: &[u16]| Some(secdns::DsOrKey::ds(tags.iter().map(|&tag| record(tag)).collect()));
        let rem = |tags: &[u16]| Some(secdns::Rem::Ds(tags.iter().map(|&tag| record(tag)).collect()));
        let with = |rem, add| secdns::Update { rem, add, ..secdns::Update::default() };
        assert_eq!(sign(with(None, add(&[1, 2]))), (1000, vec![1, 2]));
        assert_eq!(sign(with(rem(&[1]), add(&[3]))), (1000, vec![2, 3]));
        assert_eq!(sign(with(rem(&[1]), None)), (2306, vec![2, 3]));
        assert_eq!(sign(with(None, add(&[2]))), (2306, vec![2, 3]));
        assert_eq!(sign(with(Some(secdns::Rem::All), add(&[4]))), (1000, vec![4]));
        let mut torn = record(5);
        torn.digest.pop();
        assert_eq!(sign(with(None, Some(secdns::DsOrKey::ds(vec![torn])))), (2005, vec![4]));
        assert_eq!(sign(with(Some(secdns::Rem::All), None)), (1000, vec![]));
    }

    #[test]
    fn an_update_by_another_or_of_nothing_is_refused() {
        let (registry, mut client) = ready();
        assert_eq!(client.run(&update(|_| {})).code, 2003);
        let hold = status_update("mine.example", &["clientHold"], &[]);
        assert_eq!(Client::login(&registry, "registrar-b").run(&hold).code, 2201);
        assert_eq!(client.run(&status_update("none.example", &["clientHold"], &[])).code, 2303);
        assert_eq!(client.run(&status_update("taken.example", &["clientHold"], &[])).code, 2201);
    }
}
