//! What must be so in the end: the clients, the registry and the gateway tell the same story.

use std::collections::{BTreeMap, BTreeSet};

use eppgate_model::ClTrid;
use eppgate_sandbox::Sandbox;
use serde_json::Value;

use super::client::Told;
use super::process::Gateway;
use crate::support::send;

/// Each acknowledged request had one effect and, where it costs, one charge; and nothing else happened.
pub(super) async fn check(told: &[Told], gateway: &Gateway, registry: &Sandbox) {
    let doors = gateway.doors();
    let log = entries(registry, "/log").await;
    let ledger = entries(registry, "/ledger").await;
    let changes: Vec<&Value> = log.iter().filter(|entry| entry["effect"] != "none").collect();

    let refused = log.iter().find(|entry| entry["verb"] == "login" && entry["code"] == 2502);
    assert_eq!(refused, None, "a session too many");

    let mut ids = BTreeSet::new();
    for change in &changes {
        assert!(ids.insert(text(&change["clTRID"])), "one command changed something twice: {change}");
    }
    let by_name = |list: &[&Value], name: &str, key: &str, word: &str| {
        list.iter().filter(|entry| entry["name"] == name && entry[key] == word).count()
    };
    let charges: Vec<&Value> = ledger.iter().collect();
    for told in told {
        let Told { name, renewals, updates, deleted, nameservers, moved } = told;
        let effects = |word| by_name(&changes, name, "effect", word);
        let seen = (effects("created"), effects("renewed"), effects("updated"), effects("deleted"));
        assert_eq!(seen, (1, *renewals, *updates, usize::from(*deleted)), "effects on {name}");
        let moves = usize::from(*moved);
        let seen = (effects("transfer_requested"), effects("transferred"));
        assert_eq!(seen, (moves, moves), "effects on {name}");
        let charged = |word| by_name(&charges, name, "command", word);
        let seen = (charged("create"), charged("renew"), charged("transfer"));
        assert_eq!(seen, (1, *renewals, moves), "charges for {name}");
        let shown = doors[told.owner()].call("GET", &format!("domains/{name}"), None, None).await.unwrap();
        if !deleted {
            assert_eq!(shown.body["data"]["state"], "registered", "{name}: {shown:?}");
            assert_eq!(shown.body["data"]["nameservers"], serde_json::json!(nameservers), "{name}");
        }
    }
    let known: BTreeSet<&str> = told.iter().map(|told| told.name.as_str()).collect();
    let domains = changes.iter().filter(|change| change["object"] == "domain");
    for change in domains {
        assert!(known.contains(text(&change["name"])), "nobody was told of {change}");
    }
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for charge in ledger.iter().filter(|charge| !charge["clTRID"].is_null()) {
        let id = text(&charge["clTRID"]).parse::<ClTrid>().unwrap().operation_id();
        let path = format!("operations/{}", id.expect("a charge has an operation"));
        let whose = usize::from(charge["account"] == "registrar-b");
        let operation = doors[whose].call("GET", &path, None, None).await.unwrap();
        assert_eq!(operation.status, 200, "{charge}: {operation:?}");
        *outcomes.entry(text(&operation.body["data"]["outcome"]).to_owned()).or_default() += 1;
    }
    assert_eq!(outcomes.keys().collect::<Vec<_>>(), ["executed"], "{outcomes:?}");
    eprintln!(
        "{} names, {} changes at the registry, {} charges, each with its operation",
        told.len(),
        changes.len(),
        ledger.len()
    );
}

async fn entries(registry: &Sandbox, list: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = 0;
    loop {
        let page = send(registry.control_address(), "GET", &format!("{list}?after={after}"), &[], b"").await;
        let page_entries = page.body["entries"].as_array().unwrap();
        if page_entries.is_empty() {
            return all;
        }
        all.extend(page_entries.iter().cloned());
        after = page.body["next"].as_u64().unwrap();
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
