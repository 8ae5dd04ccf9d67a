//! `<domain:info>`: what the registry tells of a name.
//!
//! Everybody is told everything but the authorisation information: that goes to the sponsor, and to whoever has shown it.

use chrono::{DateTime, Utc};
use eppgate_epp::ResultCode;
use eppgate_epp::domain::{DomainContact, HostAttr, Hosts, InfData, Info, NameServers};
use eppgate_epp::ext::{fee, idn, iis, registrylock, rgp, secdns};
use eppgate_epp::types::AuthInfo;

use super::check::price;
use crate::domain::{Domain, Ds, HostForm, NameServer};
use crate::flows::secret::proves;
use crate::flows::{Outcome, Reading, Refusal, View};
use crate::prices::{CURRENCY, Class};

/// An info as it was read.
pub(crate) struct Order {
    info: Info,
    fee: Option<Box<(fee::Dialect, fee::Info)>>,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.only(&[(fee::NS, "info")])?;
        Ok(Self { info: command.the()?, fee: command.fee_of_info()? })
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let domain = view.domain(&self.info.name)?;
        let proved = proves(self.info.auth_info.as_ref(), domain.auth_info.as_ref())?;
        let shown = proved || domain.sponsor == view.account();
        let mut data = data(&domain, view.now);
        let (delegated, below) = match self.info.hosts {
            None | Some(Hosts::All) => (true, true),
            Some(Hosts::Delegated) => (true, false),
            Some(Hosts::Subordinate) => (false, true),
            Some(Hosts::None) => (false, false),
            Some(Hosts::Other(_)) => return Err(ResultCode::PARAMETER_SYNTAX.into()),
        };
        data.ns = data.ns.filter(|_| delegated);
        if below {
            data.hosts = view.state.hosts_below(&domain.name).map(|host| host.data.name.clone()).collect();
        }
        if shown {
            data.auth_info = domain.auth_info.clone().map(|kept| AuthInfo::Pw { pw: kept.0, roid: None });
        }
        let mut outcome = Outcome::new(ResultCode::OK).data(&data);
        if view.caller.chosen.names(secdns::NS) && !domain.ds.is_empty() {
            outcome = outcome.extension(&secdns::InfData(secdns::DsOrKey {
                max_sig_life: domain.max_sig_life,
                data: secdns::SigningData::Ds(domain.ds.iter().map(ds_data).collect()),
            }));
        }
        if let Some(language) = domain.language.as_ref().filter(|_| view.caller.chosen.names(idn::NS)) {
            let (table, uname) = (language.table.clone(), language.uname.clone());
            outcome = outcome.extension(&idn::Data { table, uname });
        }
        if let Some((dialect, fee::Info(question))) = self.fee.as_deref() {
            let class = Class::of(&view.name(&domain.name)?);
            let mut fees = price(class, question)?;
            fees.command.currency = Some(CURRENCY.to_owned());
            let told = fee::InfData { class: Some(class.as_str().to_owned()), fees };
            outcome = outcome.extension(&dialect.inf_data(&told));
        }
        if view.caller.chosen.names(iis::NS) {
            outcome = outcome.extension(&going(&domain));
        }
        if view.caller.chosen.names(registrylock::NS) {
            let unlocked_until = domain.lock.as_ref().and_then(|lock| lock.unlocked_until);
            let locked = domain.is_locked(view.now);
            let unlocked_until = unlocked_until.filter(|until| *until > view.now);
            outcome = outcome.extension(&registrylock::InfData { locked, unlocked_until });
        }
        let graces = domain.shown_graces(view.now);
        if view.caller.chosen.names(rgp::NS) && !graces.is_empty() {
            outcome =
                outcome.extension(&rgp::InfData { statuses: graces.into_iter().map(Into::into).collect() });
        }
        Ok(outcome)
    }
}

/// How a domain goes, in the words of .se.
fn going(domain: &Domain) -> iis::InfData {
    let deletion = domain.deletion.as_ref();
    iis::InfData {
        deact_date: domain.leaving.then_some(domain.expires),
        del_date: deletion.map(|deletion| deletion.restorable_until),
        rel_date: deletion.map(|deletion| deletion.purge_at),
        state: Some(if deletion.is_some() { "pendingdelete" } else { "active" }.to_owned()),
        client_delete: Some(domain.leaving || deletion.is_some()),
        ..iis::InfData::default()
    }
}

fn data(domain: &Domain, now: DateTime<Utc>) -> InfData {
    let contacts = domain.contacts.iter().map(|contact| DomainContact {
        id: contact.id.clone(),
        role: contact.role.as_deref().map(Into::into),
    });
    InfData {
        name: domain.name.clone(),
        roid: domain.roid.clone(),
        statuses: domain.shown_statuses(now).into_iter().map(Into::into).collect(),
        registrant: domain.registrant.clone(),
        contacts: contacts.collect(),
        ns: name_servers(domain.host_form, &domain.hosts),
        hosts: Vec::new(),
        cl_id: domain.sponsor.clone(),
        cr_id: Some(domain.creator.clone()),
        cr_date: Some(domain.created),
        up_id: domain.updater.clone(),
        up_date: domain.updated,
        ex_date: Some(domain.expires),
        tr_date: domain.transferred,
        auth_info: None,
    }
}

fn name_servers(form: HostForm, hosts: &[NameServer]) -> Option<NameServers> {
    if hosts.is_empty() {
        return None;
    }
    Some(match form {
        HostForm::Objects => NameServers::Objects(hosts.iter().map(|host| host.name.clone()).collect()),
        HostForm::Attributes => {
            let attributes = hosts.iter().map(|host| HostAttr {
                name: host.name.clone(),
                addresses: host.addresses.iter().map(|&address| address.into()).collect(),
            });
            NameServers::Attributes(attributes.collect())
        }
    })
}

fn ds_data(record: &Ds) -> secdns::DsData {
    secdns::DsData {
        key_tag: record.key_tag,
        alg: record.alg,
        digest_type: record.digest_type,
        digest: record.digest.clone(),
        key_data: None,
    }
}

#[cfg(test)]
mod tests {
    use eppgate_epp::Command;
    use eppgate_epp::domain::{Hosts, InfData, Info, NameServers, Status};
    use eppgate_epp::ext::{idn, rgp};
    use eppgate_epp::types::AuthInfo;

    use crate::client::{Client, create_with, registry};

    fn info(name: &str) -> Info {
        Info { name: name.into(), hosts: None, auth_info: None }
    }

    #[test]
    fn the_sponsor_is_told_all_and_others_all_but_the_secret() {
        let registry = registry();
        let mut a = Client::login(&registry, "registrar-a");
        let hosts = || Some(NameServers::Objects(vec!["ns1.example.net".into(), "ns2.example.net".into()]));
        a.run(&create_with("mine.example", |create| create.ns = hosts()));
        let told = a.run(&info("MINE.example"));
        let data = told.read(|response| response.need_data::<InfData>().unwrap());
        assert_eq!((data.name.as_str(), data.cl_id.as_str()), ("mine.example", "registrar-a"));
        assert_eq!(data.ns, hosts());
        assert_eq!(data.statuses, [Status::Ok.into()]);
        assert_eq!(data.auth_info, Some(AuthInfo::pw("sandbox-secret")));
        let graces = told.read(|response| response.extension::<rgp::InfData>().unwrap().unwrap());
        assert_eq!(graces.statuses, [rgp::RgpStatus::AddPeriod.into()]);

        let mut b = Client::login(&registry, "registrar-b");
        let mut ask = |change: fn(&mut Info)| {
            let mut info = info("mine.example");
            change(&mut info);
            b.run(&info)
        };
        let auth_info =
            |told: crate::client::Told| told.read(|r| r.need_data::<InfData>().unwrap().auth_info);
        assert_eq!(auth_info(ask(|_| {})), None);
        assert!(auth_info(ask(|info| info.auth_info = Some(AuthInfo::pw("sandbox-secret")))).is_some());
        assert_eq!(ask(|info| info.auth_info = Some(AuthInfo::pw("wrong"))).code, 2202);
        let without_hosts = ask(|info| info.hosts = Some(Hosts::None));
        assert_eq!(without_hosts.read(|r| r.need_data::<InfData>().unwrap().ns), None);
    }

    #[test]
    fn a_name_without_hosts_is_inactive_and_an_unknown_one_does_not_exist() {
        let mut client = Client::login(&registry(), "registrar-a");
        client.run(&crate::client::create("bare.example"));
        let told = client.run(&info("bare.example"));
        let data = told.read(|response| response.need_data::<InfData>().unwrap());
        assert_eq!(data.statuses, [Status::Inactive.into()]);
        assert_eq!(client.run(&info("none.example")).code, 2303);
        let taken = client.run(&info("taken.example"));
        let data = taken.read(|response| response.need_data::<InfData>().unwrap());
        assert_eq!(data.cl_id, "registrar-other");
    }

    #[test]
    fn the_table_of_an_internationalised_name_is_kept_and_told() {
        let registry = registry();
        let mut client = crate::client::login_to(&registry, "registrar-a");
        let data = idn::Data { table: "de".into(), uname: Some("b\u{fc}cher.example".into()) };
        let create = |name| Command::new(&crate::client::create(name)).with(&data);
        assert_eq!(client.send(create("xn--bcher-kva.example")).code, 1000);
        assert_eq!(client.send(create("plain.example")).code, 2306);
        let told = client.run(&info("xn--bcher-kva.example"));
        assert_eq!(told.read(|r| r.extension::<idn::Data>().unwrap()), Some(data.clone()));
    }
}
