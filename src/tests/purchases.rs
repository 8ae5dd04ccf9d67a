//! What is bought at each registry, with quotes: each pays once, and a fee is agreed to where the registry tells one.

use serde_json::{Value, json};

use crate::pair::{Demo, Other, Who};
use crate::support::expect;
use crate::time::days;
use crate::world::{CHARACTERS, World};

impl World {
    /// A quote for a name of this class, if it is of any.
    async fn quote(&self, who: Who, name: &str, operation: &str, class: Option<&str>) -> Value {
        let tier = class.map_or("standard", |_| "premium");
        let period = if operation == "restore" { Value::Null } else { json!(1) };
        let ask = json!({
            "fqdn": name, "operation": operation, "period": period, "tier": tier, "premium_class": class,
        });
        self.done_as(who, "POST", "quotes", ask).await
    }
}

#[tokio::test]
async fn a_quote_buys_once_at_each_registry_and_a_fee_that_is_told_is_agreed_to() {
    let (world, time) = World::timed().await;
    for (registry, _, zones) in CHARACTERS {
        let class = matches!(registry, "generic" | "legacy").then_some("premium-gold");
        let label = if class.is_some() { "premium-gold-ring" } else { "ring" };
        let name = format!("{label}.{}", zones[0]);
        let name = name.as_str();
        let path = |tail: &str| format!("domains/{name}{tail}");

        // What the registry refuses gives its quote back, and what it does takes it for good.
        let quote = world.quote(Demo, name, "register", class).await;
        let create = json!({ "name": name, "quote_id": quote["quote_id"] });
        let broke = json!({ "verb": "create", "name": name });
        world.fault(registry, json!({ "match": broke, "action": "result", "code": 2104 })).await;
        let refused = world.call("POST", "domains", create.clone()).await;
        expect(&refused, 422, "registry_error");
        assert_eq!(refused.body["detail"]["epp_code"], 2104, "{registry}: {refused:?}");
        let bought = world.call("POST", "domains", create.clone()).await;
        assert_eq!(bought.status, 201, "{registry}: {bought:?}");
        let again = json!({ "name": format!("other.{}", zones[0]), "quote_id": quote["quote_id"] });
        expect(&world.call("POST", "domains", again).await, 422, "quote_consumed");

        let quote = world.quote(Demo, name, "renew", class).await["quote_id"].clone();
        world.done("POST", &path("/renew"), json!({ "quote_id": quote })).await;
        expect(
            &world.call("POST", &path("/renew"), json!({ "quote_id": quote })).await,
            422,
            "quote_consumed",
        );
        time.pass(days(10)).await;
        assert_eq!(world.call("DELETE", &path(""), Value::Null).await.status, 204, "{registry}");
        let quote = world.quote(Demo, name, "restore", class).await["quote_id"].clone();
        let restored = world.done("POST", &path("/restore"), json!({ "quote_id": quote })).await;
        assert_eq!(restored["state"], "registered", "{registry}: {restored}");

        let code = world.done("POST", &path("/auth_code/rotate"), Value::Null).await["auth_code"].clone();
        let quote = world.quote(Other, name, "transfer_in", class).await["quote_id"].clone();
        let ask = json!({ "auth_code": code, "quote_id": quote });
        let asked = world.call_as(Other, "POST", &path("/transfer_in"), ask).await;
        assert_eq!(asked.status, 202, "{registry}: {asked:?}");
        world.poll(registry).await;
        let come = world.done_as(Other, "GET", &path(""), Value::Null).await;
        assert_eq!(come["state"], "registered", "{registry}: {come}");

        let fee = match registry {
            "generic" => Some("fee-1.0"),
            "legacy" => Some("fee-0.7"),
            _ => None,
        };
        let log = world.log_of(registry, name).await;
        let agreed = log.iter().filter(|entry| entry["verb"] != "check" && entry["effect"] != "none");
        let agreed = agreed.filter_map(|entry| {
            let carried = entry["extensions"].as_array()?;
            carried.iter().find_map(|one| one.as_str().filter(|one| one.starts_with("fee-")))
        });
        let verbs = fee
            .into_iter()
            .flat_map(|fee| ["create", "renew", "update", "transfer"].map(|verb| format!("{fee}:{verb}")));
        assert_eq!(agreed.collect::<Vec<_>>(), verbs.collect::<Vec<_>>(), "{registry}");

        let year = if class.is_some() { "250.00" } else { "10.00" };
        let mut paid = vec![format!("create {year}"), format!("renew {year}")];
        if registry != "ccnordic" {
            paid.push("restore 40.00".to_owned());
        }
        paid.push(format!("transfer {year}"));
        let ledger = world.control(registry, "/ledger").await;
        let word = |charge: &Value, key: &str| charge[key].as_str().unwrap().to_owned();
        let charged = ledger["entries"].as_array().unwrap().iter().filter(|charge| charge["name"] == name);
        let charged = charged.map(|charge| format!("{} {}", word(charge, "command"), word(charge, "amount")));
        assert_eq!(charged.collect::<Vec<_>>(), paid, "{registry}");
    }
    world.stop().await;
}

#[tokio::test]
async fn what_a_registry_that_tells_no_fees_does_not_sell_at_the_usual_price_costs_nothing() {
    let world = World::start().await;
    for (registry, zone) in [("dotcom", "com"), ("ccnordic", "se")] {
        let name = format!("premium-gold-crown.{zone}");
        let name = name.as_str();
        let told =
            world.done("POST", "domains/check", json!({ "name": name, "fee_commands": ["create"] })).await;
        assert_eq!((&told["status"], &told["fees"]), (&json!("available"), &json!([])), "{registry}: {told}");
        assert_eq!(told["premium"], Value::Null, "{registry}: {told}");

        // Nobody here knows which tier the name is in: the tenant's word counts, and its rate card.
        for (class, price) in [(None, "10.0000"), (Some("premium-gold"), "250.0000")] {
            let quote = world.quote(Demo, name, "register", class).await;
            assert_eq!(quote["amount"], price, "{registry}: {quote}");
            let create = json!({ "name": name, "quote_id": quote["quote_id"] });
            for _ in 0..2 {
                // Refused each time, since its quote comes back each time.
                let refused = world.call("POST", "domains", create.clone()).await;
                expect(&refused, 422, "registry_error");
                assert_eq!(refused.body["detail"]["epp_code"], 2003, "{registry}: {refused:?}");
            }
        }
        let unknown = json!({ "fqdn": name, "operation": "register", "period": 1, "tier": "premium", "premium_class": "tin" });
        expect(&world.call("POST", "quotes", unknown).await, 422, "premium_class_unknown");
        let assured = json!({ "name": name, "payment_assured": true });
        expect(&world.call("POST", "domains", assured).await, 422, "registry_error");

        let log = world.log_of(registry, name).await;
        let is_fee = |entry: &Value| entry["extensions"].to_string().contains("fee-");
        assert!(log.iter().all(|entry| !is_fee(entry)), "{registry}: {log:?}");
        let creates = log.iter().filter(|entry| entry["verb"] == "create");
        let outcomes: Vec<_> = creates.map(|entry| (&entry["code"], &entry["effect"])).collect();
        assert_eq!(outcomes, vec![(&json!(2003), &json!("none")); 5], "{registry}");
        assert_eq!(world.charges(registry, name).await, [""; 0], "{registry}");
        assert_eq!(
            world.call("GET", &format!("domains/{name}"), Value::Null).await.status,
            404,
            "{registry}"
        );
    }
    world.stop().await;
}
