//! Messages of registries: kept before they are acknowledged, acted on once, and left to people when nobody knows what they
//! say.

use eppgate_model::host::HostState;
use eppgate_model::{Clock, Contact, ContactRegistration, Domain, DomainName, Host, HostId, HostName};
use eppgate_store::{ContactChange, DomainChange, HostChange};
use serde_json::{Value, json};

use crate::pair::{Demo, Other, Pair};
use crate::support::{expect, until};

const DOMAIN: &str = r#"xmlns:domain="urn:ietf:params:xml:ns:domain-1.0""#;

impl Pair {
    async fn messages(&self, state: &str) -> Vec<Value> {
        let listed = self.operate("GET", &format!("poll_messages?state={state}")).await;
        assert_eq!(listed.status, 200, "{listed:?}");
        listed.body["data"].as_array().unwrap().clone()
    }

    /// What has come of the messages on each of these names, that were left just now.
    async fn notes(&self, names: &[&str]) -> Vec<Value> {
        self.poll().await;
        let all = self.messages("all").await;
        let note = |name: &&str| {
            let message = all.iter().find(|one| one["name"] == *name).unwrap();
            json!([message["state"], message["note"]])
        };
        names.iter().map(note).collect()
    }
}

/// A message that shows an object, by its name or id.
fn shows(object: &str, key: &str, name: &str) -> String {
    let ns = format!("urn:ietf:params:xml:ns:{object}-1.0");
    format!(r#"<x:infData xmlns:x="{ns}"><x:{key}>{name}</x:{key}></x:infData>"#)
}

/// A message that an action on an object that was pending will not be done.
fn refuses(object: &str, key: &str, name: &str) -> String {
    let ns = format!("urn:ietf:params:xml:ns:{object}-1.0");
    format!(
        r#"<x:panData xmlns:x="{ns}"><x:{key} paResult="0">{name}</x:{key}><x:paTRID><svTRID>S</svTRID></x:paTRID>
        <x:paDate>2026-01-01T00:00:00Z</x:paDate></x:panData>"#
    )
}

#[tokio::test]
async fn a_message_that_is_shown_again_after_a_restart_is_acknowledged_and_acted_on_once() {
    let pair = Pair::start().await;
    let code = pair.registered(Other, "twice.test").await;
    pair.asked(Demo, "twice.test", &code).await;
    // The acknowledgement never arrives, however often it is sent.
    let never = json!({ "match": { "verb": "poll", "nth": 2 }, "action": "drop_before", "times": 100 });
    pair.control("POST", "/faults", Some(never)).await;
    let cut = pair.operate("POST", "registries/generic/accounts/second/poll").await;
    assert!(cut.status >= 500, "{cut:?}");
    assert_eq!(pair.messages("all").await.len(), 1, "it is kept all the same");
    let pair = pair.restarted().await;
    pair.control("DELETE", "/faults", None).await;
    // Whoever acts on a message, the poll or a worker: what follows from it may be another message.
    until(async || {
        pair.poll().await;
        let effects = pair.effects("twice.test").await.join(" ");
        effects == "created updated transfer_requested transferred updated"
    })
    .await;
    let kept = pair.messages("all").await;
    let transfers = kept.iter().filter(|one| one["kind"] == "transfer" && one["account"] == "second");
    assert_eq!(transfers.count(), 1, "{kept:?}");
    assert!(kept.iter().all(|one| one["state"] == "done"), "{kept:?}");
    assert_eq!(pair.transfers(Other).await, ["out completed twice.test"]);
    pair.stop().await;
}

#[tokio::test]
async fn what_nobody_knows_is_kept_without_secrets_and_left_to_people() {
    let pair = Pair::start().await;
    let strange = r#"<x:news xmlns:x="urn:x"><x:authInfo><x:pw>s3cret</x:pw></x:authInfo></x:news>"#;
    pair.message(strange, "").await;
    pair.message("", "").await;
    pair.poll().await;
    let dead = pair.messages("dead").await;
    let kinds: Vec<&Value> = dead.iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["words", "unknown"], "{dead:?}");
    assert_eq!(dead[0]["text"], "news");
    let path = format!("poll_messages/{}", dead[1]["id"].as_str().unwrap());
    let whole = pair.operate("GET", &path).await;
    let raw = whole.body["data"]["raw"].as_str().unwrap();
    assert!(raw.contains("urn:x") && raw.contains("***") && !raw.contains("s3cret"), "{raw}");

    let again = pair.operate("POST", &format!("{path}/retry")).await;
    assert_eq!((again.status, &again.body["data"]["state"]), (200, &json!("received")), "{again:?}");
    pair.poll().await;
    until(async || pair.messages("dead").await.len() == 2).await;
    let away = pair.operate("POST", &format!("{path}/dismiss")).await;
    assert_eq!((away.status, &away.body["data"]["state"]), (200, &json!("dismissed")), "{away:?}");
    expect(&pair.operate("POST", &format!("{path}/dismiss")).await, 422, "wrong_state");
    assert_eq!(pair.messages("dead").await.len(), 1);
    expect(&pair.operate("GET", "poll_messages/none").await, 404, "not_found");
    expect(&pair.operate("GET", "poll_messages?state=lost").await, 422, "unprocessable_entity");
    pair.stop().await;
}

#[tokio::test]
async fn little_money_is_noted_with_each_tld_that_is_paid_from_the_account() {
    let pair = Pair::start_at("dotcom", "verisign", ["com", "net"], Clock::system()).await;
    let of =
        async |who, tld: &str| pair.done(who, "GET", &format!("tld_associations/{tld}"), Value::Null).await;
    let id = of(Demo, "com").await["id"].clone();
    let path = format!("tld_associations/{}/notifications", id.as_str().unwrap());
    let wrong = json!({ "low_balance_notification_email": "nobody" });
    expect(&pair.call(Demo, "PATCH", &path, wrong).await, 422, "unprocessable_entity");
    let mail = json!({ "low_balance_notification_email": "money@demo.test" });
    expect(&pair.call(Other, "PATCH", &path, mail.clone()).await, 404, "not_found");
    pair.done(Demo, "PATCH", &path, mail).await;

    let balance = json!({ "account": "registrar-a", "balance": "90.00", "threshold": "100.00" });
    pair.control("POST", "/balance", Some(balance)).await;
    pair.poll().await;
    // What another process has written shows when what is remembered has had its time.
    let config = of(Demo, "com").await["config"].clone();
    assert_eq!(config["low_balance_notification_email"], "money@demo.test");
    assert_eq!(
        (&config["current_credit"], &config["current_credit_threshold"]),
        (&json!("90.00"), &json!("100.00"))
    );
    assert!(config["last_low_balance_warning_at"].is_string(), "{config}");
    assert_eq!(config["last_low_balance_critical_at"], Value::Null);
    assert_eq!(of(Other, "net").await["config"]["current_credit"], "90.00");
    assert_eq!(of(Other, "com").await["config"]["current_credit"], Value::Null);

    let balance = json!({ "account": "registrar-a", "balance": "20.00", "threshold": "100.00" });
    pair.control("POST", "/balance", Some(balance)).await;
    pair.poll().await;
    let later = of(Demo, "com").await["config"].clone();
    assert!(later["last_low_balance_critical_at"].is_string(), "{later}");
    assert_eq!(later["last_low_balance_warning_at"], config["last_low_balance_warning_at"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_renewal_by_the_registry_is_taken_over_and_told_in_the_history() {
    let pair = Pair::start().await;
    pair.registered(Demo, "years.test").await;
    let before = pair.done(Demo, "GET", "domains/years.test", Value::Null).await;
    pair.control("POST", "/clock", Some(json!({ "advance": "P1Y1D" }))).await;
    let renewed = format!("<domain:renData {DOMAIN}><domain:name>years.test</domain:name></domain:renData>");
    pair.message(&renewed, "").await;
    pair.message(&renewed, "").await;
    pair.poll().await;
    let after = pair.done(Demo, "GET", "domains/years.test", Value::Null).await;
    let year = |domain: &Value| domain["expires_at"].as_str().unwrap()[..4].parse::<i32>().unwrap();
    assert_eq!(year(&after), year(&before) + 1);
    assert!(after["last_renewed_at"].is_string(), "{after}");
    assert_eq!(pair.history(Demo, "years.test").await[2..], ["auto_renewed"]);
    assert_eq!(pair.messages("done").await.len(), 2);
    pair.stop().await;
}

#[tokio::test]
async fn a_maintenance_that_is_announced_is_kept_to() {
    let pair = Pair::start().await;
    let (start, end) =
        (chrono::Utc::now() + chrono::Duration::days(1), chrono::Utc::now() + chrono::Duration::days(2));
    let announced = format!(
        r#"<m:infData xmlns:m="urn:ietf:params:xml:ns:epp:maintenance-1.0"><m:item><m:id>work-7</m:id>
        <m:pollType>create</m:pollType><m:systems><m:system><m:name>EPP</m:name><m:impact>full</m:impact></m:system>
        </m:systems><m:environment type="production"/><m:start>{}</m:start><m:end>{}</m:end><m:reason>planned</m:reason>
        <m:crDate>{}</m:crDate></m:item></m:infData>"#,
        start.to_rfc3339(),
        end.to_rfc3339(),
        start.to_rfc3339(),
    );
    let planned = async |pair: &Pair| {
        pair.poll().await;
        let planned = pair.operate("GET", "registries/generic/accounts/primary/maintenance").await;
        let all = planned.body["data"].as_array().unwrap().iter();
        all.map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let about = |id: &str, environment: &str| {
        announced.replace("work-7", id).replace(r#"type="production""#, environment)
    };
    pair.message(&announced, "").await;
    pair.message(&about("work-8", r#"type="ote""#), "").await;
    assert_eq!(planned(&pair).await, ["work-7"]);

    // Elsewhere it is the other way round.
    let pair = pair.restarted_with(|config| config.registries[0].environment = Some("OTE".to_owned())).await;
    pair.message(&about("work-9", r#"type="ote""#), "").await;
    pair.message(&announced, "").await;
    assert_eq!(planned(&pair).await, ["work-9"]);
    let pair = pair.restarted_with(|config| config.registries[0].environment = Some("fair".to_owned())).await;
    pair.message(&about("work-10", r#"type="custom" name="fair""#), "").await;
    pair.message(&about("work-11", r#"type="custom" name="other""#), "").await;
    assert_eq!(planned(&pair).await, ["work-10"]);
    pair.stop().await;
}

#[tokio::test]
async fn a_message_about_a_domain_that_is_as_it_was_or_not_ours_changes_nothing() {
    let pair = Pair::start().await;
    pair.registered(Demo, "same.test").await;
    let (there, ours) = ("urn:ietf:params:xml:ns:changePoll-1.0", "same.test");
    pair.control("POST", "/clock", Some(json!({ "advance": "P10D" }))).await;
    pair.done(Demo, "GET", "domains/same.test", Value::Null).await;
    let shown = format!("<domain:infData {DOMAIN}><domain:name>{ours}</domain:name></domain:infData>");
    let change = format!(
        r#"<c:changeData xmlns:c="{there}"><c:operation>update</c:operation><c:date>2026-01-01T00:00:00Z</c:date>
        <c:svTRID>S</c:svTRID><c:who>registry</c:who></c:changeData>"#
    );
    pair.message(&shown, &change).await;
    pair.message(&shown.replace(ours, "unknown.test"), &change).await;
    pair.poll().await;
    let done = pair.messages("done").await;
    let notes: Vec<&Value> = done.iter().map(|one| &one["note"]).collect();
    assert_eq!(notes, ["nothing of the kind is pending", "it is as it was"], "{done:?}");
    pair.stop().await;
}

#[tokio::test]
async fn a_host_that_a_message_tells_of_is_as_the_registry_has_it() {
    let pair = Pair::start().await;
    pair.registered(Demo, "below.test").await;
    let there = json!({ "name": "there.below.test", "ip_addresses": { "v4": ["192.0.2.1"] } });
    pair.done(Demo, "POST", "hosts", there).await;
    // As they are while the registry's staff looks at them; all but one of them it does not have.
    let (store, tenant) = (pair.store().await, pair.tenant_id(Demo));
    let host = async |name: &str| store.host(tenant, &HostName::parse(name).unwrap()).await.unwrap();
    let known = host("there.below.test").await.unwrap();
    let pending =
        Host { state: HostState::PendingCreate, statuses: vec!["pendingCreate".to_owned()], ..known };
    let moved = Host { addresses: vec!["192.0.2.9".parse().unwrap()], ..pending.clone() };
    store.change_host(HostChange::Update(moved)).await.unwrap();
    for name in ["soon.below.test", "never.below.test", "named.below.test"] {
        let name = HostName::parse(name).unwrap();
        let new = Host { id: HostId::new(), name, ..pending.clone() };
        store.change_host(HostChange::Insert(new)).await.unwrap();
    }
    let domain = store.domain(tenant, &DomainName::parse("below.test").unwrap()).await.unwrap().unwrap();
    let naming = Domain { nameservers: vec![HostName::parse("named.below.test").unwrap()], ..domain };
    store.change_domain(DomainChange::Update(naming), None).await.unwrap();

    let (shown, refused) = (|name| shows("host", "name", name), |name| refuses("host", "name", name));
    pair.message(&shown("there.below.test"), "").await;
    pair.message(&shown("soon.below.test"), "").await;
    pair.message(&refused("never.below.test"), "").await;
    pair.message(&refused("named.below.test"), "").await;
    pair.message(&shown("ns1.elsewhere.test"), "").await;
    pair.message(&shown("unknown.below.test"), "").await;
    let notes =
        pair.notes(&["there.below.test", "soon.below.test", "never.below.test", "named.below.test"]).await;
    let done = json!(["done", null]);
    assert_eq!(notes, [done.clone(), json!(["done", "it is not there yet"]), done.clone(), done]);
    let strangers = pair.notes(&["ns1.elsewhere.test", "unknown.below.test"]).await;
    assert_eq!(strangers[0], json!(["done", "it is not below a domain of this account"]));
    assert_eq!(strangers[1], json!(["done", "nothing is known of the host"]));

    let shown = async |name: &str| pair.done(Demo, "GET", &format!("hosts/{name}"), Value::Null).await;
    let there = shown("there.below.test").await;
    assert_eq!((&there["state"], &there["statuses"]), (&json!("active"), &json!(["ok"])), "{there}");
    assert_eq!(there["ip_addresses"]["v4"], json!(["192.0.2.1"]));
    assert_eq!(shown("soon.below.test").await["state"], "pending_create");
    assert_eq!(host("never.below.test").await, None);
    let named = host("named.below.test").await.unwrap();
    assert_eq!((named.domain_id, named.state), (None, HostState::Active), "a name that the domain has");
    pair.message(&shows("host", "name", "there.below.test"), "").await;
    pair.poll().await;
    assert_eq!(pair.messages("all").await[0]["note"], "it is as it was");
    pair.stop().await;
}

#[tokio::test]
async fn a_contacts_copy_that_a_message_tells_of_is_known_for_what_it_is() {
    let pair = Pair::start().await;
    for (who, handle) in [(Demo, "jane"), (Demo, "joe"), (Other, "jim")] {
        let person = json!({
            "handle": handle, "name": "Jane Doe", "email": "jane@example.test", "street": ["Storgatan 1"],
            "city": "Stockholm", "country": "SE", "postal_code": "11122", "phone": "+46701740605",
        });
        pair.done(who, "POST", "contacts", person).await;
    }
    let register = async |who, name: &str, handle: &str| {
        let create = json!({ "name": name, "payment_assured": true, "registrant_handle": handle });
        pair.done(who, "POST", "domains", create).await;
        pair.at_registry(name).await["registrant"].as_str().unwrap().to_owned()
    };
    let jane = register(Demo, "jane.test", "jane").await;
    let jim = register(Other, "jim.test", "jim").await;
    let (store, tenant) = (pair.store().await, pair.tenant_id(Demo));
    let record = async |handle: &str| store.contact(tenant, &handle.parse().unwrap()).await.unwrap().unwrap();
    let copies = async |handle: &str| store.contact_registrations(&record(handle).await).await.unwrap();
    let copy = copies("jane").await.pop().unwrap();
    // One that the registry has not agreed to in the end.
    let gone = ContactRegistration {
        contact_id: record("joe").await.id,
        registry_id: "cgone".to_owned(),
        ..copy.clone()
    };
    store.change_contact(ContactChange::Registered(gone)).await.unwrap();

    let shown = |id: &str| shows("contact", "id", id);
    pair.message(&shown(&jane), "").await;
    pair.message(&shown(&jim), "").await;
    pair.message(&refuses("contact", "id", "cgone"), "").await;
    pair.message(&shown("cnobody"), "").await;
    let notes = pair.notes(&[&jane, &jim, "cgone", "cnobody"]).await;
    let done = |note: Value| json!(["done", note]);
    assert_eq!(notes[0], done(json!("it is as it was")));
    assert_eq!(notes[1], done(json!("another account has the contact")));
    assert_eq!(notes[2], done(Value::Null));
    assert_eq!(notes[3], done(json!("it is no copy of a contact of ours")));
    assert_eq!(copies("joe").await, []);
    assert_eq!(copies("jane").await, std::slice::from_ref(&copy));

    // The registry does not have what we take it to have: the record is the tenant's and stays, and the copy is brought up
    // to date before it is used again.
    let mut moved = record("jane").await;
    moved.details.city = "Lund".to_owned();
    store.update_contact(&moved).await.unwrap();
    let (Contact { version, .. }, row) = (record("jane").await, copy.clone());
    let taken = ContactRegistration { version, ..row };
    store.change_contact(ContactChange::Updated(taken, None)).await.unwrap();
    pair.message(&shown(&jane), "").await;
    pair.poll().await;
    assert_eq!(copies("jane").await, [ContactRegistration { version: 0, ..copy }]);
    assert_eq!(pair.done(Demo, "GET", "contacts/jane", Value::Null).await["city"], "Lund");
    assert_eq!(register(Demo, "again.test", "jane").await, jane);
    let there = pair.control("GET", &format!("/objects/contacts/{jane}"), None).await;
    assert!(there.to_string().contains("Lund"), "{there}");
    pair.stop().await;
}

#[tokio::test]
async fn a_contacts_transfer_is_acted_on_unless_somebody_waits_for_an_answer() {
    let pair = Pair::start().await;
    let person = json!({
        "handle": "jane", "name": "Jane Doe", "email": "jane@example.test", "street": ["Storgatan 1"],
        "city": "Stockholm", "country": "SE", "postal_code": "11122", "phone": "+46701740605",
    });
    pair.done(Demo, "POST", "contacts", person).await;
    let create = json!({ "name": "jane.test", "payment_assured": true, "registrant_handle": "jane" });
    pair.done(Demo, "POST", "domains", create).await;
    let jane = pair.at_registry("jane.test").await["registrant"].as_str().unwrap().to_owned();
    let (store, tenant) = (pair.store().await, pair.tenant_id(Demo));
    let record = store.contact(tenant, &"jane".parse().unwrap()).await.unwrap().unwrap();
    let copy = store.contact_registrations(&record).await.unwrap().pop().unwrap();
    let told = |id: &str, status: &str| {
        let time = "2026-01-01T00:00:00Z";
        format!(
            r#"<c:trnData xmlns:c="urn:ietf:params:xml:ns:contact-1.0"><c:id>{id}</c:id>
            <c:trStatus>{status}</c:trStatus><c:reID>registrar-b</c:reID><c:reDate>{time}</c:reDate>
            <c:acID>registrar-a</c:acID><c:acDate>{time}</c:acDate></c:trnData>"#
        )
    };
    pair.message(&told(&jane, "clientRejected"), "").await;
    pair.message(&told("cnobody", "pending"), "").await;
    assert_eq!(
        pair.notes(&[&jane, "cnobody"]).await,
        [json!(["done", "it is as it was"]), json!(["done", "it is no copy of a contact of ours"])]
    );
    pair.message(&told(&jane, "pending"), "").await;
    pair.poll().await;
    let dead = pair.operate("GET", "poll_messages?state=dead").await.body["data"].clone();
    assert_eq!(dead[0]["note"], "another registrar asks for a contact of ours", "{dead}");
    assert_eq!((dead.as_array().unwrap().len(), &dead[0]["kind"]), (1, &json!("transfer")), "{dead}");

    // What the registry has no more is no copy.
    store.change_contact(ContactChange::Unregistered(copy.clone())).await.unwrap();
    let gone = ContactRegistration { registry_id: "cgone".to_owned(), ..copy };
    store.change_contact(ContactChange::Registered(gone)).await.unwrap();
    pair.message(&told("cgone", "serverApproved"), "").await;
    assert_eq!(pair.notes(&["cgone"]).await, [json!(["done", null])]);
    assert_eq!(store.contact_registrations(&record).await.unwrap(), []);
    pair.stop().await;
}
