//! Hosts: name servers below the tenant's own domains, with the addresses that registries give on, and those outside.

use eppgate_model::token::Scope;
use serde_json::{Value, json};

use crate::support::{HOUR, TestGateway, expect};
use crate::world::World;

impl TestGateway {
    async fn add_host(&self, name: &str, v4: &[&str], v6: &[&str]) -> Value {
        let body = json!({ "name": name, "ip_addresses": { "v4": v4, "v6": v6 } });
        let answer = self.call("POST", "hosts", Some(body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["data"].clone()
    }

    /// What the registry itself holds of a host.
    async fn host_there(&self, name: &str) -> Value {
        self.control("GET", &format!("/objects/hosts/{name}"), None).await.body
    }

    async fn delegate(&self, domain: &str, hosts: Value) -> crate::support::Answer {
        let path = format!("domains/{domain}/update_nameservers");
        self.call("POST", &path, Some(json!({ "nameservers": hosts }))).await
    }

    /// The verbs of the commands on a host.
    async fn said_of(&self, name: &str) -> Vec<String> {
        let entries = self.log_of(name).await;
        entries.iter().map(|entry| entry["verb"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn a_host_lives_from_its_creation_to_its_deletion_and_the_registry_agrees() {
    let gateway = TestGateway::start().await;
    gateway.registered("mine.test").await;
    let check = json!({ "name": "NS1.mine.test" });
    let checked = gateway.call("POST", "hosts/check", Some(check.clone())).await.body["data"].clone();
    assert_eq!(checked, json!({ "name": "ns1.mine.test", "status": "available" }));

    let host = gateway.add_host("NS1.Mine.Test.", &["192.0.2.1"], &["2001:DB8::1"]).await;
    assert_eq!((&host["name"], &host["state"]), (&json!("ns1.mine.test"), &json!("active")));
    assert_eq!(host["ip_addresses"], json!({ "v4": ["192.0.2.1"], "v6": ["2001:db8::1"] }));
    assert_eq!((&host["statuses"], &host["subordinate"]), (&json!(["ok"]), &json!(true)));
    assert_eq!(gateway.host_there("ns1.mine.test").await["addresses"], json!(["192.0.2.1", "2001:db8::1"]));
    let checked = gateway.call("POST", "hosts/check", Some(check)).await.body["data"].clone();
    assert_eq!(checked["status"], "unavailable");

    let path = "hosts/ns1.mine.test";
    let same = json!({ "ip_addresses": { "v6": ["2001:db8:0::1"], "v4": ["192.0.2.1"] } });
    let before = gateway.said_of("ns1.mine.test").await;
    assert_eq!(gateway.call("PATCH", path, Some(same)).await.status, 200);
    assert_eq!(gateway.said_of("ns1.mine.test").await, before, "the same set is not said");
    let moved = json!({ "ip_addresses": { "v4": ["192.0.2.1", "192.0.2.2"] } });
    let moved = gateway.call("PATCH", path, Some(moved)).await;
    assert_eq!(
        moved.body["data"]["ip_addresses"],
        json!({ "v4": ["192.0.2.1", "192.0.2.2"], "v6": [] }),
        "{moved:?}"
    );
    assert_eq!(gateway.host_there("ns1.mine.test").await["addresses"], json!(["192.0.2.1", "192.0.2.2"]));

    assert_eq!(gateway.delegate("mine.test", json!(["ns1.mine.test", "ns.dns.example"])).await.status, 200);
    let reconciled = gateway.call("POST", "hosts/ns1.mine.test/reconcile", None).await.body["data"].clone();
    assert_eq!(reconciled["statuses"], json!(["ok", "linked"]), "{reconciled}");
    assert!(reconciled["last_reconciled_at"].is_string());

    let renamed = gateway
        .call("POST", "hosts/ns1.mine.test/rename", Some(json!({ "new_name": "ns9.mine.test" })))
        .await;
    assert_eq!(
        (renamed.status, &renamed.body["data"]["name"]),
        (200, &json!("ns9.mine.test")),
        "{renamed:?}"
    );
    let domain = gateway.call("GET", "domains/mine.test", None).await.body["data"].clone();
    assert_eq!(domain["nameservers"], json!(["ns9.mine.test", "ns.dns.example"]));
    expect(&gateway.call("GET", path, None).await, 404, "not_found");

    expect(&gateway.call("DELETE", "hosts/ns9.mine.test", None).await, 422, "host_in_use");
    expect(&gateway.call("DELETE", "domains/mine.test", None).await, 422, "subordinate_hosts_exist");
    assert_eq!(gateway.delegate("mine.test", json!(["ns.dns.example"])).await.status, 200);
    assert_eq!(gateway.call("DELETE", "hosts/ns9.mine.test", None).await.status, 204);
    let effects: Vec<Value> =
        gateway.log_of("ns9.mine.test").await.iter().map(|one| one["effect"].clone()).collect();
    assert_eq!(effects.last(), Some(&json!("deleted")));
    assert_eq!(gateway.call("DELETE", "domains/mine.test", None).await.status, 204);
    gateway.stop().await;
}

#[tokio::test]
async fn a_domain_names_hosts_of_its_tenant_only_once_they_are_there() {
    let gateway = TestGateway::start().await;
    gateway.registered("mine.test").await;
    gateway.registered("user.test").await;
    for domain in ["mine.test", "user.test"] {
        let missing = gateway.delegate(domain, json!(["ns.dns.example", "ns1.mine.test"])).await;
        expect(&missing, 422, "subordinate_host_missing");
        assert_eq!(missing.body["detail"], "ns1.mine.test");
    }
    gateway.add_host("ns1.mine.test", &["192.0.2.1"], &[]).await;
    for domain in ["mine.test", "user.test"] {
        let delegated = gateway.delegate(domain, json!(["ns.dns.example", "ns1.mine.test"])).await;
        assert_eq!(delegated.status, 200, "{delegated:?}");
    }
    let create = json!({ "name": "third.test", "payment_assured": true, "nameservers": ["ns1.mine.test"] });
    assert_eq!(gateway.call("POST", "domains", Some(create)).await.status, 201);

    // Hosts outside are known from then on, and have nothing but their names.
    let hosts = gateway.call("GET", "hosts?limit=1", None).await.body;
    assert_eq!(
        (&hosts["data"][0]["name"], &hosts["data"][0]["subordinate"]),
        (&json!("ns.dns.example"), &json!(false))
    );
    let next = hosts["pagination"]["next_cursor"].as_str().unwrap();
    let hosts = gateway.call("GET", &format!("hosts?cursor={next}"), None).await.body;
    assert_eq!(
        (hosts["data"].as_array().unwrap().len(), &hosts["data"][0]["name"]),
        (1, &json!("ns1.mine.test"))
    );
    for (method, path, body) in [
        ("PATCH", "hosts/ns.dns.example", Some(json!({ "ip_addresses": { "v4": ["192.0.2.1"] } }))),
        ("POST", "hosts/ns.dns.example/rename", Some(json!({ "new_name": "ns2.dns.example" }))),
        ("POST", "hosts/ns.dns.example/reconcile", None),
        ("POST", "hosts/ns1.mine.test/rename", Some(json!({ "new_name": "ns1.dns.example" }))),
    ] {
        expect(&gateway.call(method, path, body).await, 422, "not_subordinate");
    }
    expect(&gateway.call("DELETE", "hosts/ns.dns.example", None).await, 422, "host_in_use");
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_no_host_is_refused_and_never_reaches_the_registry() {
    let gateway = TestGateway::start().await;
    gateway.registered("mine.test").await;
    gateway.add_host("ns1.mine.test", &["192.0.2.1"], &[]).await;
    let before = gateway.control("GET", "/log", None).await.body["next"].clone();
    let create =
        |name: &str, addresses: Value| ("POST", "hosts", json!({ "name": name, "ip_addresses": addresses }));
    let patch = |addresses: Value| ("PATCH", "hosts/ns1.mine.test", json!({ "ip_addresses": addresses }));
    let thirteen: Vec<String> = (1..=14).map(|number| format!("192.0.2.{number}")).collect();
    for (method, path, body) in [
        create("no dots", json!({})),
        create("ns2.mine.test", json!({})),
        create("ns2.mine.test", json!({ "v4": ["192.0.2.300"] })),
        create("ns2.mine.test", json!({ "v4": ["2001:db8::1"] })),
        create("ns2.mine.test", json!({ "v6": ["192.0.2.1"] })),
        create("ns2.mine.test", json!({ "v4": ["127.0.0.1"] })),
        create("ns1.mine.test", json!({ "v4": ["192.0.2.1"] })),
        create("ns1.elsewhere.test", json!({ "v4": ["192.0.2.1"] })),
        patch(json!({})),
        patch(json!({ "v6": ["2001:db8::1", "2001:db8:0::1"] })),
        patch(json!({ "v4": thirteen })),
        ("POST", "hosts/ns1.mine.test/rename", json!({ "new_name": "-" })),
        ("POST", "hosts/check", json!({ "name": "-" })),
    ] {
        let refused = gateway.call(method, path, Some(body.clone())).await;
        assert_eq!(
            (refused.status, &refused.body["error"]),
            (422, &json!("unprocessable_entity")),
            "{body}: {refused:?}"
        );
    }
    let outside = gateway.call("POST", "hosts", Some(json!({ "name": "ns1.elsewhere.test" }))).await;
    assert_eq!((outside.status, &outside.body["data"]["subordinate"]), (201, &json!(false)), "{outside:?}");
    assert_eq!(gateway.call("DELETE", "hosts/ns1.elsewhere.test", None).await.status, 204);
    let log = gateway.control("GET", &format!("/log?after={before}"), None).await.body;
    let said: Vec<_> =
        log["entries"].as_array().unwrap().iter().filter(|one| one["verb"] != "login").collect();
    assert!(said.is_empty(), "{said:?}");
    gateway.stop().await;
}

#[tokio::test]
async fn no_tenant_reaches_anothers_hosts_or_domains() {
    let gateway = TestGateway::start().await;
    gateway.registered("mine.test").await;
    gateway.add_host("ns1.mine.test", &["192.0.2.1"], &[]).await;
    let token = gateway.token_of(gateway.other(), &[Scope::Read, Scope::Write], HOUR).await;
    let as_other = |method: &'static str, path: &'static str, body: Option<Value>| {
        gateway.call_as(&token, gateway.other().tenant_id, method, path, body)
    };
    let addresses = json!({ "ip_addresses": { "v4": ["192.0.2.9"] } });
    for (method, path, body) in [
        ("GET", "hosts/ns1.mine.test", None),
        ("PATCH", "hosts/ns1.mine.test", Some(addresses)),
        ("POST", "hosts/ns1.mine.test/rename", Some(json!({ "new_name": "ns2.mine.test" }))),
        ("POST", "hosts/ns1.mine.test/reconcile", None),
        ("DELETE", "hosts/ns1.mine.test", None),
    ] {
        expect(&as_other(method, path, body).await, 404, "not_found");
    }
    assert_eq!(as_other("GET", "hosts", None).await.body["data"], json!([]));
    // The parent is not the other's, so that a host below it is one outside to them.
    let glue = json!({ "name": "ns2.mine.test", "ip_addresses": { "v4": ["192.0.2.9"] } });
    expect(&as_other("POST", "hosts", Some(glue)).await, 422, "unprocessable_entity");
    assert_eq!(gateway.host_there("ns1.mine.test").await["addresses"], json!(["192.0.2.1"]));
    gateway.stop().await;
}

#[tokio::test]
async fn a_lost_reply_leaves_one_host_as_it_was_to_become() {
    let gateway = TestGateway::start().await;
    gateway.registered("mine.test").await;
    let fault = async |verb: &str| {
        let fault = json!({ "match": { "verb": verb, "object": "host" }, "action": "drop_after" });
        gateway.control("POST", "/faults", Some(fault)).await;
    };
    fault("create").await;
    gateway.add_host("ns1.mine.test", &["192.0.2.1"], &[]).await;
    fault("update").await;
    let moved = json!({ "ip_addresses": { "v6": ["2001:db8::1"] } });
    let moved = gateway.call("PATCH", "hosts/ns1.mine.test", Some(moved)).await;
    assert_eq!(
        (moved.status, &moved.body["data"]["ip_addresses"]["v6"]),
        (200, &json!(["2001:db8::1"])),
        "{moved:?}"
    );
    fault("update").await;
    let renamed = json!({ "new_name": "ns2.mine.test" });
    let renamed = gateway.call("POST", "hosts/ns1.mine.test/rename", Some(renamed)).await;
    assert_eq!(
        (renamed.status, &renamed.body["data"]["name"]),
        (200, &json!("ns2.mine.test")),
        "{renamed:?}"
    );
    assert_eq!(gateway.host_there("ns2.mine.test").await["addresses"], json!(["2001:db8::1"]));
    fault("delete").await;
    assert_eq!(gateway.call("DELETE", "hosts/ns2.mine.test", None).await.status, 204);
    assert_eq!(gateway.call("GET", "hosts", None).await.body["data"], json!([]));
    let log = gateway.control("GET", "/log", None).await.body;
    let hosts = log["entries"].as_array().unwrap().iter().filter(|one| one["object"] == "host");
    let effects: Vec<_> =
        hosts.filter(|one| one["effect"] != "none").map(|one| one["effect"].clone()).collect();
    assert_eq!(effects, ["created", "updated", "updated", "deleted"]);
    gateway.stop().await;
}

#[tokio::test]
async fn hosts_outside_are_made_known_to_a_registry_that_wants_objects_when_it_lacks_them() {
    let world = World::start().await;
    for (registry, zone) in [("dotcom", "net"), ("ccnordic", "se")] {
        let name = format!("first.{zone}");
        let hosts = json!(["ns1.dns.org", "ns1.new.org", "ns2.new.org"]);
        let create = json!({ "name": name, "payment_assured": true, "nameservers": hosts });
        let created = world.done("POST", "domains", create).await;
        assert_eq!(created["nameservers"], hosts, "{registry}");
        let path = format!("domains/{name}/update_nameservers");
        let moved = json!({ "nameservers": ["ns2.new.org", "ns3.new.org"] });
        world.done("POST", &path, moved).await;
        let second =
            json!({ "name": format!("second.{zone}"), "payment_assured": true, "nameservers": hosts });
        world.done("POST", "domains", second).await;

        let log = world.control(registry, "/log").await;
        let made = log["entries"].as_array().unwrap().iter().filter(|one| one["object"] == "host");
        let made = made.filter(|one| one["effect"] == "created" && one["account"] == "registrar-a");
        let mut made: Vec<&str> = made.map(|one| one["name"].as_str().unwrap()).collect();
        made.sort_unstable();
        assert_eq!(made, ["ns1.new.org", "ns2.new.org", "ns3.new.org"], "{registry}");
        // The registry's own hosts are not to be made by others.
        let strange = json!({ "name": format!("third.{zone}"), "payment_assured": true,
                              "nameservers": [format!("ns1.taken.{zone}")] });
        let refused = world.call("POST", "domains", strange).await;
        expect(&refused, 422, "registry_error");
    }
    world.stop().await;
}

#[tokio::test]
async fn where_hosts_are_parts_of_domains_their_addresses_go_with_each_that_names_them() {
    let world = World::start().await;
    let done = |method: &'static str, path: &'static str, body: Value| world.done(method, path, body);
    done("POST", "domains", json!({ "name": "mine.test", "payment_assured": true })).await;
    done("POST", "domains", json!({ "name": "user.test", "payment_assured": true })).await;
    let addresses = |v4: &str| json!({ "v4": [v4] });
    let host = json!({ "name": "ns1.mine.test", "ip_addresses": addresses("192.0.2.1") });
    let host = done("POST", "hosts", host).await;
    assert_eq!((&host["state"], &host["statuses"]), (&json!("active"), &json!([])));
    let hosts = json!({ "nameservers": ["ns1.mine.test", "ns.dns.org"] });
    done("POST", "domains/mine.test/update_nameservers", hosts.clone()).await;
    done("POST", "domains/user.test/update_nameservers", hosts).await;
    let glue = async |domain: &str| -> Value {
        let there = world.control("legacy", &format!("/objects/domains/{domain}")).await;
        let hosts = there["hosts"].as_array().unwrap().clone();
        hosts.iter().find(|host| host["name"] == "ns1.mine.test").unwrap()["addresses"].clone()
    };
    assert_eq!(glue("mine.test").await, json!(["192.0.2.1"]));

    done("PATCH", "hosts/ns1.mine.test", json!({ "ip_addresses": addresses("192.0.2.7") })).await;
    for domain in ["mine.test", "user.test"] {
        assert_eq!(glue(domain).await, json!(["192.0.2.7"]), "{domain}");
    }
    let rename = json!({ "new_name": "ns2.mine.test" });
    expect(&world.call("POST", "hosts/ns1.mine.test/rename", rename.clone()).await, 422, "host_in_use");
    expect(&world.call("POST", "hosts/ns1.mine.test/reconcile", Value::Null).await, 422, "not_at_registry");
    for domain in ["domains/mine.test/update_nameservers", "domains/user.test/update_nameservers"] {
        done("POST", domain, json!({ "nameservers": ["ns.dns.org"] })).await;
    }
    assert_eq!(done("POST", "hosts/ns1.mine.test/rename", rename).await["name"], "ns2.mine.test");
    assert_eq!(world.call("DELETE", "hosts/ns2.mine.test", Value::Null).await.status, 204);
    world.stop().await;
}
