//! Contacts: the tenant's records, and the copies that registries have of them, each made once and kept the same.

use eppgate_model::token::Scope;
use serde_json::{Value, json};

use crate::support::{Answer, HOUR, TestGateway, expect};
use crate::world::World;

fn jane() -> Value {
    json!({
        "name": "Jane Doe", "organization": "Acme", "email": "jane@example.test", "phone": "+46812345678",
        "street": ["Storgatan 1"], "city": "Umea", "postal_code": "903 26", "country": "SE",
    })
}

fn with(mut object: Value, more: Value) -> Value {
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

impl TestGateway {
    /// Adds a contact.
    async fn contact(&self, handle: &str) -> Value {
        let answer = self.call("POST", "contacts", Some(with(jane(), json!({ "handle": handle })))).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["data"].clone()
    }

    async fn register_for(&self, name: &str, roles: Value) -> Answer {
        let create = json!({ "name": name, "payment_assured": true });
        self.call("POST", "domains", Some(with(create, roles))).await
    }

    /// The commands on contacts that the registry carried out.
    async fn contact_effects(&self) -> Vec<String> {
        let log = self.control("GET", "/log", None).await.body;
        let effects = log["entries"].as_array().unwrap().iter().filter(|entry| entry["object"] == "contact");
        let effects = effects.filter(|entry| entry["effect"] != "none");
        effects.map(|entry| entry["effect"].as_str().unwrap().to_owned()).collect()
    }

    /// The one contact that a domain has at the registry as its registrant.
    async fn registrant_there(&self, domain: &str) -> Value {
        let id = self.at_registry(domain).await["registrant"].as_str().unwrap().to_owned();
        self.control("GET", &format!("/objects/contacts/{id}"), None).await.body
    }

    async fn strike(&self, verb: &str, object: &str, action: Value) {
        let fault = json!({ "match": { "verb": verb, "object": object } });
        self.control("POST", "/faults", Some(with(fault, action))).await;
    }
}

#[tokio::test]
async fn a_contact_is_the_tenants_own_record_which_no_registry_hears_of() {
    let gateway = TestGateway::start().await;
    let minted = gateway.call("POST", "contacts", Some(with(jane(), json!({ "handle": "" })))).await;
    let handle = minted.body["data"]["handle"].as_str().unwrap().to_owned();
    assert!(minted.status == 201 && handle.len() == 16, "{minted:?}");
    assert!(handle.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{handle}");
    let given = gateway.contact("jane.doe").await;
    assert_eq!(
        (&given["verification_state"], &given["phone"]),
        (&json!("pending_verification"), &jane()["phone"])
    );
    assert_eq!(
        (&given["disclosure"]["organization"], &given["disclosure"]["email"]),
        (&json!(true), &json!(false))
    );

    for (handle, status) in [("jane.doe", "unavailable"), ("free", "available")] {
        let checked = gateway.call("POST", "contacts/check", Some(json!({ "handle": handle }))).await;
        assert_eq!(checked.body["data"], json!({ "handle": handle, "status": status }));
    }
    let patch =
        json!({ "organization": null, "city": "Lund", "transfer_lock_opt_out": true, "tenant_id": "x" });
    let changed = gateway.call("PATCH", "contacts/jane.doe", Some(patch)).await;
    let told = changed.body["data"].clone();
    assert_eq!((&told["organization"], &told["city"]), (&Value::Null, &json!("Lund")), "{changed:?}");
    assert_eq!((&told["transfer_lock_opt_out"], &told["tenant_id"]), (&json!(true), &given["tenant_id"]));
    assert_eq!(gateway.call("GET", "contacts/jane.doe", None).await.body["data"], told);

    let mut seen = Vec::new();
    let mut cursor = String::new();
    while seen.len() < 2 {
        let page = gateway.call("GET", &format!("contacts?limit=1{cursor}"), None).await.body;
        seen.push(page["data"][0]["handle"].as_str().unwrap().to_owned());
        cursor = format!("&cursor={}", page["pagination"]["next_cursor"].as_str().unwrap_or_default());
    }
    assert_eq!(seen, [handle.as_str(), "jane.doe"]);
    assert_eq!(cursor, "&cursor=", "there is no third");

    expect(&gateway.call("POST", "contacts/jane.doe/transfer", None).await, 422, "transfer_not_supported");
    assert_eq!(gateway.call("DELETE", "contacts/jane.doe", None).await.status, 204);
    expect(&gateway.call("GET", "contacts/jane.doe", None).await, 404, "not_found");
    expect(&gateway.call("DELETE", "contacts/jane.doe", None).await, 404, "not_found");
    assert_eq!(gateway.contact_effects().await, [""; 0]);
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_no_contact_is_refused_field_by_field() {
    let gateway = TestGateway::start().await;
    gateway.contact("taken").await;
    for (body, field, message) in [
        (
            with(jane(), json!({ "phone": "+15554545" })),
            "phone",
            "is not a valid number for its country code",
        ),
        (with(jane(), json!({ "phone": "08-123" })), "phone", "must be in E.164 form, such as +46812345678"),
        (with(jane(), json!({ "email": null })), "email", "is required"),
        (with(jane(), json!({ "country": "Sweden" })), "country", "must be two letters, as in ISO 3166-1"),
        (with(jane(), json!({ "handle": "taken" })), "handle", "is taken"),
        (with(jane(), json!({ "handle": "-" })), "handle", "must match [A-Za-z0-9][A-Za-z0-9_.-]{0,62}"),
    ] {
        let refused = gateway.call("POST", "contacts", Some(body)).await;
        expect(&refused, 422, "unprocessable_entity");
        assert_eq!(refused.body["details"], json!({ field: [message] }));
    }
    let renamed = gateway.call("PATCH", "contacts/taken", Some(json!({ "handle": "other" }))).await;
    expect(&renamed, 422, "unprocessable_entity");
    let checked = gateway.call("POST", "contacts/check", Some(json!({ "handle": "a b" }))).await;
    expect(&checked, 422, "unprocessable_entity");
    gateway.stop().await;
}

#[tokio::test]
async fn a_registry_gets_one_copy_of_a_contact_when_a_domain_first_needs_it() {
    let gateway = TestGateway::start().await;
    gateway.contact("jane").await;
    gateway.contact("joe").await;
    let roles = json!({ "registrant_handle": "jane", "admin_handle": "joe", "tech_handle": "jane", "billing_handle": "" });
    let first = gateway.register_for("first.test", roles.clone()).await;
    assert_eq!(first.status, 201, "{first:?}");
    let told = &first.body["data"];
    assert_eq!((&told["registrant_handle"], &told["billing_handle"]), (&json!("jane"), &Value::Null));
    assert_eq!(gateway.register_for("second.test", roles).await.status, 201);
    assert_eq!(gateway.contact_effects().await, ["created", "created"]);

    let there = gateway.at_registry("first.test").await;
    let copy = gateway.registrant_there("first.test").await;
    assert_eq!((&copy["voice"], &copy["email"]), (&json!("+46.812345678"), &json!("jane@example.test")));
    assert_eq!(
        copy["postal"],
        json!([{ "form": "int", "name": "Jane Doe", "org": "Acme", "street": ["Storgatan 1"], "city": "Umea",
                 "sp": null, "pc": "903 26", "cc": "SE" }])
    );
    assert!((3..=16).contains(&copy["id"].as_str().unwrap().len()), "{copy}");
    let mut roles: Vec<&str> =
        there["contacts"].as_array().unwrap().iter().map(|one| one["role"].as_str().unwrap()).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["admin", "tech"]);
    assert_eq!(gateway.at_registry("second.test").await["registrant"], there["registrant"]);
    gateway.stop().await;
}

#[tokio::test]
async fn contacts_that_are_unknown_or_anothers_are_no_contacts_here() {
    let gateway = TestGateway::start().await;
    let other = gateway.token_of(gateway.other(), &[Scope::Read, Scope::Write], HOUR).await;
    let theirs = with(jane(), json!({ "handle": "theirs" }));
    let made =
        gateway.call_as(&other, gateway.other().tenant_id, "POST", "contacts", Some(theirs.clone())).await;
    assert_eq!(made.status, 201, "{made:?}");

    for handle in ["nobody", "theirs", "not a handle"] {
        let refused = gateway.register_for("mine.test", json!({ "registrant_handle": handle })).await;
        expect(&refused, 422, "contact_not_found");
    }
    assert_eq!(gateway.contact_effects().await, [""; 0]);
    for (method, body) in [("GET", None), ("PATCH", Some(json!({ "city": "Oslo" }))), ("DELETE", None)] {
        expect(&gateway.call(method, "contacts/theirs", body).await, 404, "not_found");
    }
    assert_eq!(gateway.call("GET", "contacts", None).await.body["data"], json!([]));
    assert_eq!(
        gateway.call("POST", "contacts", Some(theirs)).await.status,
        201,
        "a handle is each tenant's own"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_contact_whose_reply_is_lost_costs_no_domain_and_is_not_made_twice() {
    let gateway = TestGateway::start().await;
    gateway.contact("jane").await;
    for (name, action) in [("dropped.test", "drop_after"), ("noise.test", "garbage")] {
        gateway.call("DELETE", "contacts/jane", None).await;
        gateway.contact("jane").await;
        gateway.strike("create", "contact", json!({ "action": action })).await;
        let created = gateway.register_for(name, json!({ "registrant_handle": "jane" })).await;
        assert_eq!(created.status, 201, "{action}: {created:?}");
        assert_eq!(gateway.registrant_there(name).await["email"], "jane@example.test", "{action}");
        assert_eq!(gateway.call("DELETE", &format!("domains/{name}"), None).await.status, 204);
    }
    assert_eq!(gateway.contact_effects().await, ["created", "deleted", "created"]);
    let ledger = gateway.control("GET", "/ledger", None).await.body;
    let charged = ledger["entries"].as_array().unwrap().iter().filter(|one| one["command"] == "create");
    assert_eq!(charged.count(), 2);

    gateway.contact("joe").await;
    gateway.strike("create", "contact", json!({ "action": "drop_before" })).await;
    let roles = json!({ "registrant_handle": "joe" });
    expect(&gateway.register_for("late.test", roles.clone()).await, 503, "registry_unavailable");
    assert_eq!(gateway.register_for("late.test", roles).await.status, 201);
    assert_eq!(gateway.contact_effects().await.len(), 4);
    gateway.stop().await;
}

#[tokio::test]
async fn a_copy_that_we_have_forgotten_is_taken_over_and_brought_up_to_date() {
    let gateway = TestGateway::start().await;
    let id = gateway.contact("jane").await["id"].clone();
    // The reply is lost, and so is every look for it while the caller waits.
    gateway.strike("create", "contact", json!({ "action": "stall" })).await;
    gateway.strike("info", "contact", json!({ "action": "result", "code": 2400, "times": 1000 })).await;
    let roles = json!({ "registrant_handle": "jane" });
    let late = gateway.register_for("late.test", roles.clone()).await;
    expect(&late, 504, "registry_timeout");
    assert_eq!(late.body["detail"]["outcome"], "unknown");
    gateway.control("DELETE", "/faults", None).await;
    // The record changes while nobody knows whether there is a copy.
    let moved = gateway.call("PATCH", "contacts/jane", Some(json!({ "city": "Lund" }))).await;
    assert_eq!((moved.status, &moved.body["data"]["id"]), (200, &id), "{moved:?}");
    let mut again = gateway.register_for("late.test", roles.clone()).await;
    for _ in 0..100 {
        if again.status != 409 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        again = gateway.register_for("late.test", roles.clone()).await;
    }
    assert_eq!(again.status, 201, "{again:?}");
    assert_eq!(gateway.registrant_there("late.test").await["postal"][0]["city"], "Lund");
    assert_eq!(gateway.contact_effects().await, ["created", "updated"]);
    gateway.stop().await;
}

#[tokio::test]
async fn many_domains_of_one_new_registrant_make_one_contact() {
    let gateway = TestGateway::start().await;
    gateway.contact("jane").await;
    let names: Vec<String> = (0..8).map(|number| format!("many{number}.test")).collect();
    let roles = json!({ "registrant_handle": "jane" });
    let creates = names.iter().map(|name| gateway.register_for(name, roles.clone()));
    for answer in futures_util::future::join_all(creates).await {
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    assert_eq!(gateway.contact_effects().await, ["created"]);
    gateway.stop().await;
}

#[tokio::test]
async fn a_change_of_a_contact_reaches_the_registry_before_it_is_kept() {
    let gateway = TestGateway::start().await;
    gateway.contact("jane").await;
    assert_eq!(gateway.register_for("mine.test", json!({ "registrant_handle": "jane" })).await.status, 201);
    let patch = |body: Value| gateway.call("PATCH", "contacts/jane", Some(body));

    gateway.strike("update", "contact", json!({ "action": "result", "code": 2306 })).await;
    expect(&patch(json!({ "city": "Lund" })).await, 422, "registry_error");
    assert_eq!(gateway.call("GET", "contacts/jane", None).await.body["data"]["city"], "Umea");

    gateway.strike("update", "contact", json!({ "action": "drop_after" })).await;
    let moved = patch(json!({ "city": "Lund", "fax": "+46812345679", "phone": null })).await;
    assert_eq!((moved.status, &moved.body["data"]["city"]), (200, &json!("Lund")), "{moved:?}");
    let copy = gateway.registrant_there("mine.test").await;
    assert_eq!((&copy["postal"][0]["city"], &copy["fax"]), (&json!("Lund"), &json!("+46.812345679")));
    assert_eq!(copy["voice"], Value::Null);

    for same in [json!({ "city": "Lund" }), json!({}), json!({ "transfer_lock_opt_out": true })] {
        assert_eq!(patch(same).await.status, 200);
    }
    assert_eq!(gateway.contact_effects().await, ["created", "updated"], "nothing changed, nothing said");
    assert_eq!(gateway.call("GET", "contacts/jane", None).await.body["data"]["transfer_lock_opt_out"], true);
    gateway.stop().await;
}

#[tokio::test]
async fn who_a_registrant_is_does_not_change_by_an_edit_where_icann_has_a_say() {
    let gateway = TestGateway::start().await;
    gateway.contact("jane").await;
    let patch = |body: Value| gateway.call("PATCH", "contacts/jane", Some(body));
    // As a registrant elsewhere she may be anybody.
    assert_eq!(gateway.register_for("mine.test", json!({ "registrant_handle": "jane" })).await.status, 201);
    assert_eq!(patch(json!({ "organization": "Other" })).await.status, 200);

    let ask = json!({ "fqdn": "mine.example", "operation": "register", "period": 1 });
    let quote = gateway.call("POST", "quotes", Some(ask)).await.body["data"]["quote_id"].clone();
    let roles = json!({ "registrant_handle": "jane", "quote_id": quote });
    let bought = gateway.register_for("mine.example", roles).await;
    assert_eq!(bought.status, 201, "{bought:?}");
    let before = gateway.contact_effects().await;
    for material in
        [json!({ "name": "Joe" }), json!({ "organization": null }), json!({ "email": "joe@example.test" })]
    {
        expect(&patch(material).await, 422, "change_of_registrant_required");
    }
    assert_eq!(gateway.contact_effects().await, before);
    assert_eq!(patch(json!({ "city": "Lund" })).await.status, 200, "where she lives is no matter");
    gateway.stop().await;
}

#[tokio::test]
async fn a_contact_goes_with_its_copies_once_no_domain_names_it() {
    let gateway = TestGateway::start().await;
    gateway.contact("jane").await;
    for (name, role) in [("a.test", "registrant_handle"), ("b.test", "billing_handle")] {
        assert_eq!(gateway.register_for(name, json!({ role: "jane" })).await.status, 201);
        expect(&gateway.call("DELETE", "contacts/jane", None).await, 422, "contact_in_use");
        assert_eq!(gateway.call("DELETE", &format!("domains/{name}"), None).await.status, 204);
    }
    gateway.strike("delete", "contact", json!({ "action": "drop_after" })).await;
    assert_eq!(gateway.call("DELETE", "contacts/jane", None).await.status, 204);
    assert_eq!(gateway.contact_effects().await, ["created", "deleted"]);
    gateway.stop().await;
}

#[tokio::test]
async fn contacts_of_a_domain_come_and_go_role_by_role() {
    let gateway = TestGateway::start().await;
    for handle in ["jane", "joe"] {
        gateway.contact(handle).await;
    }
    let roles = json!({ "registrant_handle": "jane", "admin_handle": "jane", "tech_handle": "jane" });
    assert_eq!(gateway.register_for("mine.test", roles).await.status, 201);
    let change = |body: Value| gateway.call("POST", "domains/mine.test/update_contacts", Some(body));
    let there = async || -> Vec<String> {
        let contacts = gateway.at_registry("mine.test").await["contacts"].clone();
        let mut roles: Vec<String> = contacts
            .as_array()
            .unwrap()
            .iter()
            .map(|one| format!("{} {}", one["role"].as_str().unwrap(), one["id"].as_str().unwrap()))
            .collect();
        roles.sort_unstable();
        roles
    };
    let before = there().await;
    expect(&change(json!({ "admin_handle": "nobody" })).await, 404, "not_found");
    assert_eq!(change(json!({ "admin_handle": "jane", "billing_handle": "" })).await.status, 200);
    assert_eq!(there().await, before);

    let changed = change(json!({ "admin_handle": "joe", "tech_handle": "" })).await;
    let told = &changed.body["data"];
    assert_eq!(
        (changed.status, &told["admin_handle"], &told["tech_handle"]),
        (200, &json!("joe"), &Value::Null)
    );
    assert_eq!(told["registrant_handle"], "jane");
    let after = there().await;
    assert!(after.len() == 1 && after[0].starts_with("admin ") && !before.contains(&after[0]), "{after:?}");

    gateway.strike("update", "domain", json!({ "action": "drop_after" })).await;
    let lost = change(json!({ "billing_handle": "joe" })).await;
    assert_eq!((lost.status, &lost.body["data"]["billing_handle"]), (200, &json!("joe")), "{lost:?}");
    assert_eq!(gateway.history("mine.test").await, ["registered", "contacts_updated", "contacts_updated"]);
    let updates =
        gateway.log_of("mine.test").await.iter().filter(|entry| entry["effect"] == "updated").count();
    assert_eq!(updates, 2);
    gateway.stop().await;
}

#[tokio::test]
async fn each_registry_gets_as_much_of_a_contact_as_it_asks_for() {
    let world = World::start().await;
    let done = |method: &'static str, path: &'static str, body: Value| world.done(method, path, body);
    done("POST", "contacts", with(jane(), json!({ "handle": "jane" }))).await;
    let law =
        json!({ "handle": "joe", "registration_number": "802405-0190", "vat_number": "SE802405019001" });
    done("POST", "contacts", with(jane(), law)).await;
    let create = |name: &str, handle: &str| json!({ "name": name, "payment_assured": true, "registrant_handle": handle, "admin_handle": handle });
    // A thin registry hears of nobody.
    let thin = done("POST", "domains", create("thin.com", "jane")).await;
    assert_eq!((&thin["registrant_handle"], &thin["admin_handle"]), (&json!("jane"), &json!("jane")));
    let thin = done("POST", "domains/thin.com/update_contacts", json!({ "admin_handle": "joe" })).await;
    assert_eq!(thin["admin_handle"], "joe");
    assert_eq!(world.said("dotcom", "thin.com").await, ["create", "info"]);

    // One that has to know who people are by law asks for their number, and nothing is sent without it.
    let refused = world.call("POST", "domains", create("law.se", "jane")).await;
    assert!(refused.status == 422 && refused.body["details"]["registrant_handle"].is_array(), "{refused:?}");
    done("POST", "domains", create("law.se", "joe")).await;
    let id = world.control("ccnordic", "/objects/domains/law.se").await["registrant"].clone();
    let copy = world.control("ccnordic", &format!("/objects/contacts/{}", id.as_str().unwrap())).await;
    assert_eq!(copy["identity"], json!({ "orgno": "[SE]802405-0190", "vatno": "SE802405019001" }));
    done("PATCH", "contacts/joe", json!({ "vat_number": null, "city": "Lund" })).await;
    let copy = world.control("ccnordic", &format!("/objects/contacts/{}", id.as_str().unwrap())).await;
    assert_eq!((&copy["identity"]["vatno"], &copy["postal"][0]["city"]), (&Value::Null, &json!("Lund")));

    // Each registry has its own copy, by its own name.
    done("POST", "domains", create("plain.test", "joe")).await;
    let other = world.control("legacy", "/objects/domains/plain.test").await["registrant"].clone();
    assert!(other.is_string() && other != id, "{other}");
    // What a registry of ASCII cannot take is told before it is asked.
    done("POST", "contacts", with(jane(), json!({ "handle": "asa", "name": "Åsa" }))).await;
    let refused = world.call("POST", "domains", create("asa.test", "asa")).await;
    assert!(refused.status == 422 && refused.body["details"]["registrant_handle"].is_array(), "{refused:?}");
    world.stop().await;
}
