//! What registrars and registries do by another way than this gateway, in a registry's own extensions.

use eppgate_epp::ext::{iis, registrylock};
use eppgate_epp::{Command, domain};
use serde_json::{Value, json};

use crate::pair::{Demo, Other};
use crate::support::{JSON, expect, send};
use crate::time::{at, days, hours};
use crate::world::World;

/// An update that changes nothing itself.
fn unchanged(name: &str) -> domain::Update {
    domain::Update { name: name.to_owned(), ..domain::Update::default() }
}

#[tokio::test]
async fn a_wish_that_a_domain_ends_with_its_term_is_followed_and_can_be_taken_back() {
    let (world, time) = World::timed().await;
    let name = "ends.se";
    let path = |tail: &str| format!("domains/{name}{tail}");
    let created = world.done("POST", "domains", json!({ "name": name, "payment_assured": true })).await;
    world.done("PUT", &path("/auto_renewal"), json!({ "mode": "AUTORENEW" })).await;
    time.pass(days(30)).await;
    let past = world.past("ccnordic");
    let client_delete = Some(iis::ClientDelete { at_exp_date: Some(true), delete: true });
    let wish = Command::new(&unchanged(name)).with(&iis::Update { vatno: None, client_delete });
    past.send(wish).await;
    past.end().await;

    // The registry deletes it in place of renewing it, and the gateway does not buy a year for it.
    time.pass_to(&created["expires_at"], hours(1)).await;
    time.until(async || world.done("GET", &path(""), Value::Null).await["state"] == "redemption").await;
    assert_eq!(world.charges("ccnordic", name).await, ["registrar-a create"]);
    time.pass(days(3)).await;
    let restored = world.done("POST", &path("/restore"), json!({})).await;
    time.until(async || at(&world.done("GET", &path(""), Value::Null).await["expires_at"]) > time.now())
        .await;
    let kept = world.done("GET", &path(""), Value::Null).await;
    assert_eq!(kept["state"], "registered", "{restored} {kept}");
    let charges = world.charges("ccnordic", name).await;
    assert_eq!(
        charges,
        ["registrar-a create", "registrar-a autorenew"],
        "{:?}",
        world.history(Demo, name).await
    );
    world.stop().await;
}

#[tokio::test]
async fn a_domain_that_its_registry_has_locked_stays_as_it_is_until_it_is_opened() {
    let world = World::start().await;
    let name = "locked.se";
    let path = |tail: &str| format!("domains/{name}{tail}");
    world.done("POST", "domains", json!({ "name": name, "payment_assured": true })).await;
    let code = world.done("POST", &path("/auth_code/rotate"), Value::Null).await["auth_code"].clone();
    let past = world.past("ccnordic");
    let lock = registrylock::Lock { unlock: registrylock::Unlock::OutOfBand };
    past.send(Command::new(&unchanged(name)).with(&lock)).await;
    past.end().await;

    // Before the gateway knows, the registry refuses; afterwards it is not asked.
    let servers = json!({ "nameservers": ["ns1.dns.org"] });
    expect(&world.call("POST", &path("/update_nameservers"), servers.clone()).await, 422, "registry_error");
    let seen = world.done("POST", &path("/reconcile"), Value::Null).await;
    for status in ["serverDeleteProhibited", "serverTransferProhibited", "serverUpdateProhibited"] {
        assert!(seen["epp_statuses"].to_string().contains(status), "{seen}");
    }
    let said = world.log_of("ccnordic", name).await.len();
    for (method, tail, body, refusal) in [
        ("POST", "/update_nameservers", servers.clone(), "update_prohibited"),
        ("POST", "/auth_code/rotate", Value::Null, "update_prohibited"),
        ("POST", "/transfer_lock", Value::Null, "update_prohibited"),
        ("DELETE", "", Value::Null, "delete_prohibited"),
    ] {
        expect(&world.call(method, &path(tail), body).await, 422, refusal);
    }
    assert_eq!(world.log_of("ccnordic", name).await.len(), said);
    let wanted = world.call_as(Other, "POST", &path("/transfer_in"), json!({ "auth_code": code })).await;
    expect(&wanted, 422, "registry_error");
    world.done("POST", &path("/renew"), json!({})).await;

    let opened = json!({ "name": name }).to_string();
    let control = world.sandboxes["ccnordic"].control_address();
    let opened = send(control, "POST", "/unlock", &[JSON], opened.as_bytes()).await;
    assert!(opened.status < 300, "{opened:?}");
    world.done("POST", &path("/reconcile"), Value::Null).await;
    world.done("POST", &path("/update_nameservers"), servers).await;
    assert_eq!(
        world.charges("ccnordic", name).await,
        ["registrar-a create", "registrar-a renew"],
        "who does not get it pays nothing"
    );
    world.stop().await;
}
