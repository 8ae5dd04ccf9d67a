//! What belongs to a domain goes with it at each registry: the hosts below it and its contacts, whatever form they have
//! there.

use serde_json::{Value, json};

use crate::pair::{Demo, Other, Who};
use crate::support::expect;
use crate::world::{CHARACTERS, World};

impl World {
    /// Has a domain go from one tenant to the other, to whom `contacts` are known.
    async fn moves(&self, registry: &str, name: &str, from: Who, to: Who, contacts: Value) {
        let rotate = format!("domains/{name}/auth_code/rotate");
        let code = self.done_as(from, "POST", &rotate, Value::Null).await["auth_code"].clone();
        let mut ask = contacts;
        ask["auth_code"] = code;
        let asked = self.call_as(to, "POST", &format!("domains/{name}/transfer_in"), ask).await;
        assert_eq!(asked.status, 202, "{registry}: {asked:?}");
        self.poll(registry).await;
        let come = self.done_as(to, "GET", &format!("domains/{name}"), Value::Null).await;
        assert_eq!(come["state"], "registered", "{registry}: {come}");
    }

    /// The addresses of a host below a domain, as the registry has them.
    async fn glue(&self, registry: &str, domain: &str, host: &str) -> Value {
        if registry != "legacy" {
            return self.control(registry, &format!("/objects/hosts/{host}")).await["addresses"].clone();
        }
        let there = self.control(registry, &format!("/objects/domains/{domain}")).await;
        let hosts = there["hosts"].as_array().unwrap().clone();
        hosts.iter().find(|one| one["name"] == host).map_or(Value::Null, |host| host["addresses"].clone())
    }
}

#[tokio::test]
async fn hosts_below_a_domain_live_and_go_with_it_at_each_registry() {
    let world = World::start().await;
    for (registry, _, zones) in CHARACTERS {
        let name = format!("glue.{}", zones[0]);
        let (name, first, second) = (name.as_str(), format!("ns1.{name}"), format!("ns2.{name}"));
        let domain = format!("domains/{name}");
        let servers = format!("{domain}/update_nameservers");
        world.done_as(Other, "POST", "domains", json!({ "name": name, "payment_assured": true })).await;
        let addresses = json!({ "v4": ["192.0.2.1"], "v6": ["2001:db8::1"] });
        world.done_as(Other, "POST", "hosts", json!({ "name": first, "ip_addresses": addresses })).await;
        world.done_as(Other, "POST", &servers, json!({ "nameservers": [first, "ns1.dns.org"] })).await;
        let told = world.glue(registry, name, &first).await;
        assert_eq!(told, json!(["192.0.2.1", "2001:db8::1"]), "{registry}");
        expect(&world.call_as(Other, "DELETE", &domain, Value::Null).await, 422, "subordinate_hosts_exist");

        world.moves(registry, name, Other, Demo, json!({})).await;
        // To whom it was it is a name like any other.
        let path = format!("hosts/{first}");
        let left = world.done_as(Other, "GET", &path, Value::Null).await;
        assert_eq!(left["ip_addresses"], json!({ "v4": [], "v6": [] }), "{registry}: {left}");
        let moved = json!({ "ip_addresses": { "v4": ["192.0.2.7"] } });
        expect(&world.call_as(Other, "PATCH", &path, moved.clone()).await, 422, "not_subordinate");
        assert_eq!(world.call_as(Other, "DELETE", &path, Value::Null).await.status, 204, "{registry}");
        let host = world.done("GET", &path, Value::Null).await;
        assert_eq!(host["ip_addresses"], addresses, "{registry}: {host}");
        world.done("PATCH", &path, moved).await;
        assert_eq!(world.glue(registry, name, &first).await, json!(["192.0.2.7"]), "{registry}");
        let in_use = world.call("DELETE", &path, Value::Null).await;
        expect(&in_use, 422, "host_in_use");

        world.done("POST", &servers, json!({ "nameservers": ["ns1.dns.org"] })).await;
        let renamed = json!({ "new_name": second });
        world.done("POST", &format!("hosts/{first}/rename"), renamed).await;
        world.done("POST", &servers, json!({ "nameservers": [second, "ns1.dns.org"] })).await;
        assert_eq!(world.glue(registry, name, &second).await, json!(["192.0.2.7"]), "{registry}");
        world.done("POST", &servers, json!({ "nameservers": ["ns1.dns.org"] })).await;
        assert_eq!(
            world.call("DELETE", &format!("hosts/{second}"), Value::Null).await.status,
            204,
            "{registry}"
        );
        let deleted = world.call("DELETE", &domain, Value::Null).await;
        assert_eq!(deleted.status, 204, "{registry}: {deleted:?}");

        let log = world.control(registry, "/log").await;
        let of_hosts = log["entries"].as_array().unwrap().iter();
        let of_hosts = of_hosts.filter(|entry| entry["object"] == "host" && entry["effect"] != "none");
        let told = of_hosts
            .filter(|entry| !entry["name"].as_str().unwrap().ends_with(".dns.org"))
            .map(|entry| ["account", "verb", "name"].map(|key| entry[key].as_str().unwrap()).join(" "));
        let wanted = [
            ("b", "create", &first),
            ("a", "update", &first),
            ("a", "update", &first),
            ("a", "delete", &second),
        ];
        let wanted = wanted.map(|(who, verb, host)| format!("registrar-{who} {verb} {host}"));
        // Where hosts are parts of domains there is nothing to be told of them alone.
        let wanted = if registry == "legacy" { Vec::new() } else { wanted.to_vec() };
        assert_eq!(told.collect::<Vec<_>>(), wanted, "{registry}");
    }
    world.stop().await;
}

fn contact(handle: &str) -> Value {
    json!({
        "handle": handle, "name": "Jane Doe", "email": "jane@dns.example", "phone": "+46812345678",
        "street": ["Gatan 1"], "city": "Stockholm", "postal_code": "11122", "country": "SE",
        "registration_number": "802405-0190",
    })
}

#[tokio::test]
async fn a_domain_has_the_contacts_of_whom_it_has_come_to_at_each_registry() {
    let world = World::start().await;
    world.done_as(Other, "POST", "contacts", contact("old")).await;
    world.done("POST", "contacts", contact("new")).await;
    world.done("POST", "contacts", contact("tech")).await;
    for (registry, _, zones) in CHARACTERS {
        let name = format!("people.{}", zones[0]);
        let name = name.as_str();
        let create = json!({
            "name": name, "payment_assured": true, "registrant_handle": "old", "admin_handle": "old",
        });
        world.done_as(Other, "POST", "domains", create).await;
        let wanted = json!({ "registrant_handle": "new", "admin_handle": "new", "tech_handle": "tech" });
        world.moves(registry, name, Other, Demo, wanted).await;
        let here = world.done("GET", &format!("domains/{name}"), Value::Null).await;
        let handles = ["registrant_handle", "admin_handle", "tech_handle", "billing_handle"];
        assert_eq!(
            handles.map(|key| &here[key]),
            [&json!("new"), &json!("new"), &json!("tech"), &Value::Null]
        );
        let there = world.control(registry, &format!("/objects/domains/{name}")).await;
        let log = world.control(registry, "/log").await;
        let made = log["entries"].as_array().unwrap().iter().filter(|entry| entry["object"] == "contact");
        let made: Vec<&Value> = made.collect();
        if registry == "dotcom" {
            // A thin registry hears of nobody.
            assert_eq!((made.len(), &there["registrant"], &there["contacts"]), (0, &Value::Null, &json!([])));
            continue;
        }
        // One copy for each account that names it, by law with its number where that is asked for.
        let accounts: Vec<&str> = made.iter().map(|entry| entry["account"].as_str().unwrap()).collect();
        assert_eq!(accounts, ["registrar-b", "registrar-a", "registrar-a"], "{registry}");
        let law = if registry == "ccnordic" { json!(["iis-1.2:create"]) } else { Value::Null };
        assert!(made.iter().all(|entry| entry["verb"] == "create" && entry["extensions"] == law), "{made:?}");
        let role = |role: &str, entry: &Value| json!({ "role": role, "id": entry["name"] });
        assert_eq!(there["registrant"], made[1]["name"], "{registry}: {there}");
        assert_eq!(there["contacts"], json!([role("admin", made[1]), role("tech", made[2])]), "{registry}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_domain_that_has_come_keeps_nobody_whom_its_row_does_not_name_at_each_registry() {
    let world = World::start().await;
    world.done_as(Other, "POST", "contacts", contact("old")).await;
    world.done("POST", "contacts", contact("new")).await;
    for (registry, _, zones) in CHARACTERS {
        for refuses in [false, true] {
            let name = format!("{}.{}", if refuses { "stays" } else { "goes" }, zones[0]);
            let name = name.as_str();
            let path = format!("domains/{name}");
            let create = json!({
                "name": name, "payment_assured": true, "registrant_handle": "old", "tech_handle": "old",
                "billing_handle": "old",
            });
            world.done_as(Other, "POST", "domains", create).await;
            if refuses {
                // After the code that opens the way, and what makes the domain the new tenant's own.
                let third = json!({ "verb": "update", "object": "domain", "name": name, "nth": 3 });
                world.fault(registry, json!({ "match": third, "action": "result", "code": 2306 })).await;
            }
            world.moves(registry, name, Other, Demo, json!({ "registrant_handle": "new" })).await;
            let here = world.done("GET", &path, Value::Null).await;
            let there = world.control(registry, &format!("/objects/domains/{name}")).await;
            assert!(
                there["statuses"].to_string().contains("clientTransferProhibited"),
                "{registry}: {there}"
            );
            assert_eq!(here["billing_handle"], Value::Null, "{registry}");
            let mut told = vec!["transferred_in", "transfer_in_secured"];
            if registry != "dotcom" {
                let left = there["contacts"].as_array().unwrap().len();
                assert_eq!(
                    (left, &here["out_of_sync"]),
                    (if refuses { 2 } else { 0 }, &json!(refuses)),
                    "{registry}"
                );
                told.extend((!refuses).then_some("contacts_updated"));
            }
            assert_eq!(world.history(Demo, name).await, told, "{registry}");
            // Contacts are not taken over, and so it stays.
            let reconciled = world.done("POST", &format!("{path}/reconcile"), Value::Null).await;
            assert_eq!(reconciled["out_of_sync"], here["out_of_sync"], "{registry}");
        }
    }
    world.stop().await;
}
