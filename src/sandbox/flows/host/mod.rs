//! The commands on hosts (RFC 5732), one file each.
//!
//! A host below a domain of this registry belongs to the domain's sponsor and has addresses; any other host has none.

mod check;
mod create;
mod delete;
mod info;
mod update;

use eppgate_epp::ResultCode;
use eppgate_epp::command::Verb;
use eppgate_epp::host::{HostAddr, Status};

use crate::flows::{Outcome, Reading, Refusal, View};
use crate::names::host_name;
use crate::objects::Host;

/// A command on a host that was read and can be run.
pub(crate) enum Order {
    Check(check::Order),
    Info(info::Order),
    Create(create::Order),
    Delete(delete::Order),
    Update(Box<update::Order>),
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        match command.verb {
            Verb::Check => check::Order::read(command).map(Self::Check),
            Verb::Info => info::Order::read(command).map(Self::Info),
            Verb::Create => create::Order::read(command).map(Self::Create),
            Verb::Delete => delete::Order::read(command).map(Self::Delete),
            Verb::Update => update::Order::read(command).map(|order| Self::Update(Box::new(order))),
            _ => Err(ResultCode::UNIMPLEMENTED_COMMAND.into()),
        }
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        match self {
            Self::Check(order) => order.run(view),
            Self::Info(order) => order.run(view),
            Self::Create(order) => order.run(view),
            Self::Delete(order) => order.run(view),
            Self::Update(order) => order.run(view),
        }
    }
}

/// The name of a host in lower case, else 2005.
fn name(text: &str) -> Result<String, Refusal> {
    let spoilt = || Refusal::new(ResultCode::PARAMETER_SYNTAX, "not a host name");
    host_name(text).map(Into::into).ok_or_else(spoilt)
}

/// The host of a name, else 2303.
fn find<'v>(view: &'v View<'_>, text: &str) -> Result<&'v Host, Refusal> {
    view.state.host(&name(text)?).ok_or_else(|| ResultCode::OBJECT_DOES_NOT_EXIST.into())
}

/// The host of a name, to be changed by its sponsor, else 2201; none of these statuses may be set, else 2304.
fn changeable(view: &View<'_>, text: &str, prohibiting: &[Status]) -> Result<Host, Refusal> {
    let host = find(view, text)?;
    if host.data.cl_id != view.account() {
        return Err(ResultCode::AUTHORIZATION_ERROR.into());
    }
    if let Some(status) = prohibiting.iter().find(|status| host.has(status)) {
        return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, status.to_string()));
    }
    Ok(host.clone())
}

/// Whether a host may be called like this and have these addresses: the domain it is below must be there (2303), the
/// caller's (2201) and staying (2304).
fn judge(view: &View<'_>, name: &str, addresses: &[HostAddr]) -> Result<(), Refusal> {
    let Some(above) = view.profile.above(name) else {
        if addresses.is_empty() {
            return Ok(());
        }
        let reason = "only a host below a domain of this registry has addresses";
        return Err(Refusal::new(ResultCode::PARAMETER_POLICY, reason));
    };
    let domain = view.domain(&above)?;
    if domain.sponsor != view.account() {
        return Err(ResultCode::AUTHORIZATION_ERROR.into());
    }
    if domain.deletion.is_some() {
        return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, "the domain above it is being deleted"));
    }
    match addresses.len() {
        0 => Err(Refusal::new(ResultCode::PARAMETER_MISSING, "a host below a domain needs addresses")),
        1..=ADDRESSES => Ok(()),
        _ => Err(Refusal::new(ResultCode::PARAMETER_POLICY, "at most 13 addresses")),
    }
}

/// An address in its usual form, else 2005.
fn address(given: &HostAddr) -> Result<HostAddr, Refusal> {
    let parsed =
        given.address.parse::<std::net::IpAddr>().ok().filter(|address| address.is_ipv6() == given.v6);
    parsed.map(Into::into).ok_or_else(|| Refusal::new(ResultCode::PARAMETER_SYNTAX, "not an IP address"))
}

const ADDRESSES: usize = 13;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use eppgate_epp::domain::{self, NameServers};
    use eppgate_epp::host::{
        AddRem, Check, Chg, ChkData, CreData, Create, Delete, HostAddr, InfData, Info, Status, Update,
    };

    use crate::character::Character;
    use crate::client::{Client, contact, create, create_with, registry, registry_like};
    use crate::registry::Registry;

    fn host(name: &str, addresses: &[&str]) -> Create {
        let addresses = addresses.iter().map(|text| text.parse::<std::net::IpAddr>().unwrap().into());
        Create { name: name.into(), addresses: addresses.collect() }
    }

    fn info(client: &mut Client, name: &str) -> (InfData, Vec<String>) {
        let data = client.run(&Info { name: name.into() }).read(|r| r.need_data::<InfData>().unwrap());
        let statuses = data.statuses.iter().map(|status| status.status.to_string()).collect();
        (data, statuses)
    }

    fn rename(name: &str, new: &str) -> Update {
        Update { name: name.into(), chg: Some(Chg { name: new.into() }), ..Update::default() }
    }

    fn with_hosts(names: &[&str]) -> impl FnOnce(&mut domain::Create) {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        |create| create.ns = Some(NameServers::Objects(names))
    }

    fn ready() -> (Arc<Registry>, Client) {
        let registry = registry();
        let mut client = Client::login(&registry, "registrar-a");
        client.run(&create("mine.example"));
        (registry, client)
    }

    #[test]
    fn hosts_below_a_domain_need_addresses_and_its_sponsor_and_others_need_neither() {
        let (registry, mut a) = ready();
        let mut b = Client::login(&registry, "registrar-b");
        for (create, code) in [
            (host("ns1.mine.example", &[]), 2003),
            (host("ns1.none.example", &["192.0.2.1"]), 2303),
            (host("ns1.host.net", &["192.0.2.1"]), 2306),
            (host("not a host", &[]), 2005),
            (
                Create {
                    name: "ns1.mine.example".into(),
                    addresses: vec![HostAddr { address: "192.0.2.1".into(), v6: true }],
                },
                2005,
            ),
            (host("NS1.Mine.Example", &["192.0.2.1", "2001:db8::1"]), 1000),
            (host("ns1.mine.example", &["192.0.2.1"]), 2302),
            (host("ns1.host.net", &[]), 1000),
        ] {
            let told = a.run(&create);
            assert_eq!(told.code, code, "{create:?}: {}", told.text);
        }
        assert_eq!(b.run(&host("ns2.mine.example", &["192.0.2.2"])).code, 2201);
        let (data, statuses) = info(&mut b, "ns1.mine.example");
        assert_eq!((data.cl_id.as_str(), data.addresses.len()), ("registrar-a", 2));
        assert_eq!(statuses, ["ok"]);
        let created = a.run(&host("ns3.host.net", &[])).read(|r| r.need_data::<CreData>().unwrap());
        assert_eq!(created.name, "ns3.host.net");
        let names = ["ns1.host.net", "ns2.host.net", "-"].map(Into::into).into();
        let told = b.run(&Check { names }).read(|r| r.need_data::<ChkData>().unwrap());
        let verdicts: Vec<bool> = told.cds.iter().map(|cd| cd.0.avail).collect();
        assert_eq!(verdicts, [false, true, false]);
        let domain = domain::Info { name: "mine.example".into(), hosts: None, auth_info: None };
        let below = a.run(&domain).read(|r| r.need_data::<domain::InfData>().unwrap().hosts);
        assert_eq!(below, ["ns1.mine.example"]);
    }

    #[test]
    fn a_host_in_use_and_a_domain_with_hosts_below_it_stay() {
        let (_, mut client) = ready();
        client.run(&host("ns1.mine.example", &["192.0.2.1"]));
        client.run(&create_with("other.example", with_hosts(&["ns1.mine.example"])));
        assert_eq!(info(&mut client, "ns1.mine.example").1, ["ok", "linked"]);
        let delete = Delete { name: "ns1.mine.example".into() };
        let delete_domain = |name: &str| domain::Delete { name: name.into() };
        assert_eq!(client.run(&delete).code, 2305);
        assert_eq!(client.run(&delete_domain("mine.example")).code, 2305);
        assert_eq!(client.run(&delete_domain("other.example")).code, 1000);
        assert_eq!(client.run(&delete).code, 1000);
        assert_eq!(client.run(&delete).code, 2303);
        assert_eq!(client.run(&delete_domain("mine.example")).code, 1000);
    }

    #[test]
    fn a_new_name_holds_for_every_domain_that_names_the_host() {
        let (registry, mut a) = ready();
        let mut b = Client::login(&registry, "registrar-b");
        a.run(&host("ns1.mine.example", &["192.0.2.1"]));
        a.run(&host("ns2.mine.example", &["192.0.2.2"]));
        b.run(&create_with("other.example", with_hosts(&["ns1.mine.example"])));
        b.run(&create("theirs.example"));
        for (new, code) in [
            ("ns2.mine.example", 2302),
            ("ns1.theirs.example", 2201),
            ("ns1.none.example", 2303),
            ("ns1.host.net", 2306),
            ("ns9.mine.example", 1000),
        ] {
            assert_eq!(a.run(&rename("ns1.mine.example", new)).code, code, "{new}");
        }
        assert_eq!(a.run(&Info { name: "ns1.mine.example".into() }).code, 2303);
        assert_eq!(info(&mut a, "ns9.mine.example").1, ["ok", "linked"]);
        let domain = domain::Info { name: "other.example".into(), hosts: None, auth_info: None };
        let ns = b.run(&domain).read(|r| r.need_data::<domain::InfData>().unwrap().ns.unwrap());
        assert_eq!(ns.names().collect::<Vec<_>>(), ["ns9.mine.example"]);

        a.run(&host("ns1.host.net", &[]));
        b.run(&create_with("third.example", with_hosts(&["ns1.host.net"])));
        assert_eq!(a.run(&rename("ns1.host.net", "ns2.host.net")).code, 2305);
    }

    #[test]
    fn addresses_and_statuses_come_and_go_each_once() {
        let (registry, mut client) = ready();
        client.run(&host("ns1.mine.example", &["192.0.2.1"]));
        let change = |addresses: &[&str], statuses: &[Status]| {
            let addresses = addresses.iter().map(|text| text.parse::<std::net::IpAddr>().unwrap().into());
            let statuses = statuses.iter().cloned().map(Into::into).collect();
            Some(AddRem { addresses: addresses.collect(), statuses })
        };
        let name = || "ns1.mine.example".to_owned();
        let update = |add, rem| Update { name: name(), add, rem, chg: None };
        let lock = [Status::ClientUpdateProhibited];
        for (update, code) in [
            (update(change(&["2001:db8::1"], &[]), None), 1000),
            (update(change(&["2001:db8:0::1"], &[]), None), 2306),
            (update(None, change(&["192.0.2.9"], &[])), 2306),
            (update(None, change(&["2001:db8::1", "192.0.2.1"], &[])), 2003),
            (update(None, change(&["192.0.2.1"], &[])), 1000),
            (update(change(&[], &[Status::Linked]), None), 2306),
            (update(change(&[], &lock), None), 1000),
            (update(change(&["192.0.2.7"], &[]), None), 2304),
            (update(None, change(&[], &lock)), 1000),
            (update(change(&[], &[Status::ClientDeleteProhibited]), None), 1000),
            (update(None, None), 2003),
        ] {
            let told = client.run(&update);
            assert_eq!(told.code, code, "{update:?}: {}", told.text);
        }
        assert_eq!(client.run(&Delete { name: name() }).code, 2304);
        let mut b = Client::login(&registry, "registrar-b");
        assert_eq!(b.run(&update(change(&["192.0.2.3"], &[]), None)).code, 2201);
        let (data, _) = info(&mut client, "ns1.mine.example");
        assert_eq!(data.addresses, [HostAddr { address: "2001:db8::1".into(), v6: true }]);
    }

    #[test]
    fn hosts_go_with_the_domain_above_them() {
        let (registry, mut a) = ready();
        a.run(&host("ns1.mine.example", &["192.0.2.1"]));
        let request = domain::Transfer {
            op: eppgate_epp::types::TransferOp::Request,
            name: "mine.example".into(),
            period: None,
            auth_info: Some(eppgate_epp::types::AuthInfo::pw("sandbox-secret")),
        };
        assert_eq!(Client::login(&registry, "registrar-b").run(&request).code, 1001);
        registry.advance("P5D");
        let (data, _) = info(&mut a, "ns1.mine.example");
        assert_eq!((data.cl_id.as_str(), data.tr_date.is_some()), ("registrar-b", true));
    }

    #[test]
    fn a_strict_registry_wants_what_a_domain_names_to_exist() {
        let registry = registry_like(Character::STRICT);
        let mut client = Client::login(&registry, "registrar-a");
        let named = || {
            create_with("mine.example", |create| {
                create.registrant = Some("jane-1".into());
                with_hosts(&["ns1.host.net"])(create);
            })
        };
        assert_eq!(client.run(&named()).code, 2303);
        client.run(&contact("jane-1"));
        assert_eq!(client.run(&named()).code, 2303);
        client.run(&host("ns1.host.net", &[]));
        assert_eq!(client.run(&named()).code, 1000);
        let add = domain::Update {
            name: "mine.example".into(),
            add: Some(domain::AddRem {
                ns: Some(NameServers::Objects(vec!["ns2.host.net".into()])),
                ..domain::AddRem::default()
            }),
            ..domain::Update::default()
        };
        assert_eq!(client.run(&add).code, 2303);
        let attribute = create_with("two.example", |create| {
            create.ns = Some(NameServers::Attributes(vec![domain::HostAttr {
                name: "ns1.host.net".into(),
                addresses: Vec::new(),
            }]));
        });
        assert_eq!(client.run(&attribute).code, 2306);
    }
}
