//! Reconciling: what is taken over from the registry, what is left alone, and what stands in the way.

use eppgate_epp::domain::{self, AddRem, NameServers};
use eppgate_epp::{Command, host};
use serde_json::json;

use crate::support::{Past, TestGateway, expect};

async fn past_the_gateway(gateway: &TestGateway, commands: Vec<Command>) {
    let at = gateway.config.lock().unwrap().registries[0].clone();
    let past = Past::the_gateway(&at, "registrar-a");
    for command in commands {
        past.send(command).await;
    }
    past.end().await;
}

#[tokio::test]
async fn a_row_that_is_known_to_differ_is_in_order_again() {
    let gateway = TestGateway::start().await;
    gateway.registered("a.test").await;
    // The look after the change fails, so that what came of it is not known in full.
    let blind = json!({ "match": { "verb": "info", "name": "a.test" }, "action": "result", "code": 2400 });
    gateway.control("POST", "/faults", Some(blind)).await;
    let hosts = json!({ "nameservers": ["ns1.dns.example"] });
    let changed = gateway.call("POST", "domains/a.test/update_nameservers", Some(hosts)).await;
    let changed = &changed.body["data"];
    assert_eq!((&changed["out_of_sync"], &changed["last_reconciled_at"]), (&json!(true), &json!(null)));
    let listed = gateway.call("GET", "domains?out_of_sync=true", None).await;
    assert_eq!(listed.body["data"][0]["name"], "a.test", "{listed:?}");

    gateway.control("DELETE", "/faults", None).await;
    let same = gateway.call("POST", "domains/a.test/reconcile", None).await.body["data"].clone();
    assert_eq!(same["out_of_sync"], false, "{same}");
    assert!(same["last_reconciled_at"].is_string(), "{same}");
    let listed = gateway.call("GET", "domains?out_of_sync=true", None).await;
    assert_eq!(listed.body["data"], json!([]));
    gateway.stop().await;
}

#[tokio::test]
async fn hosts_outside_are_taken_over_and_unknown_ones_below_own_domains_are_not() {
    let gateway = TestGateway::start().await;
    gateway.registered("mine.test").await;
    gateway.registered("user.test").await;
    let create = |name: &str| {
        let addresses = vec!["192.0.2.1".parse::<std::net::IpAddr>().unwrap().into()];
        Command::new(&host::Create { name: name.to_owned(), addresses })
    };
    let delegate = |name: &str, hosts: &[&str]| {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let add = AddRem { ns: Some(NameServers::Objects(hosts)), ..AddRem::default() };
        Command::new(&domain::Update { name: name.to_owned(), add: Some(add), rem: None, chg: None })
    };
    let outside = vec![delegate("user.test", &["ns.dns.example"])];
    past_the_gateway(&gateway, outside).await;
    let taken = gateway.call("POST", "domains/user.test/reconcile", None).await;
    assert_eq!(taken.body["data"]["nameservers"], json!(["ns.dns.example"]), "{taken:?}");
    assert_eq!(gateway.call("GET", "hosts/ns.dns.example", None).await.status, 200);

    let below = vec![create("ns1.mine.test"), delegate("user.test", &["ns1.mine.test"])];
    past_the_gateway(&gateway, below).await;
    let missing = gateway.call("POST", "domains/user.test/reconcile", None).await;
    expect(&missing, 422, "subordinate_host_missing");
    assert_eq!(missing.body["detail"], "ns1.mine.test");
    let read = gateway.call("GET", "domains/user.test", None).await;
    assert_eq!(read.body["data"]["nameservers"], json!(["ns.dns.example"]), "nothing is taken over");
    gateway.stop().await;
}
