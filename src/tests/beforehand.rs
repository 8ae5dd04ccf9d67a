//! What is told beforehand at each registry: which actions are allowed, what would be sent, and on which version of the
//! domain. It is what then happens.

use serde_json::{Value, json};

use crate::pair::Demo;
use crate::support::{Answer, expect, send};
use crate::world::{CHARACTERS, World};

/// A domain at one registry.
struct Subject<'w> {
    world: &'w World,
    registry: &'static str,
    name: String,
}

impl Subject<'_> {
    fn path(&self, tail: &str) -> String {
        format!("domains/{}{tail}", self.name)
    }

    /// The commands that have changed something at the registry since then, with what they carried; and up to where.
    async fn told_since(&self, seq: u64) -> (Vec<String>, u64) {
        let log = self.world.control(self.registry, &format!("/log?after={seq}")).await;
        let entries = log["entries"].as_array().unwrap();
        let last = entries.last().map_or(seq, |entry| entry["seq"].as_u64().unwrap());
        let told = entries.iter().filter(|entry| entry["effect"] != "none").map(|entry| {
            let words = ["object", "verb"].map(|key| entry[key].as_str().unwrap());
            let carried = entry["extensions"].as_array().map_or(&[][..], Vec::as_slice);
            let carried = carried.iter().map(|one| one.as_str().unwrap());
            words.into_iter().chain(carried).collect::<Vec<_>>().join(" ")
        });
        (told.collect(), last)
    }

    async fn tag(&self) -> String {
        let shown = self.world.call("GET", &self.path(""), Value::Null).await;
        shown.header("etag").unwrap().to_owned()
    }

    /// Does something to the domain, once all that is told of it beforehand was looked at. `action` is the word for it.
    async fn does(&self, action: &str, method: &str, tail: &str, body: Value) {
        let Self { world, registry, .. } = self;
        let actions = world.done("GET", &self.path("/actions"), Value::Null).await;
        assert_eq!(actions["actions"][action]["allowed"], true, "{registry} {action}: {actions}");

        let (tag, (_, seq)) = (self.tag().await, self.told_since(0).await);
        let path = self.path(tail);
        let call = async |header: (&str, &str)| -> Answer {
            world.call_with(Demo, &[header], method, &path, body.clone()).await
        };
        expect(&call(("If-Match", "\"another\"")).await, 412, "precondition_failed");
        let plan = call(("Dry-Run", "1")).await;
        assert_eq!(
            (plan.status, self.told_since(seq).await.0.len()),
            (200, 0),
            "{registry} {action}: {plan:?}"
        );
        assert_eq!(self.tag().await, tag, "{registry} {action}: nothing has changed");

        let done = call(("If-Match", &tag)).await;
        assert!(done.status < 300, "{registry} {action}: {done:?}");
        let told = self.told_since(seq).await.0;
        assert_eq!(planned(&plan), told, "{registry} {action}");
        let product = |told: &String| told.ends_with("namestoreExt-1.1:namestoreExt");
        let about = told.iter().filter(|told| !told.starts_with("contact "));
        assert!(about.clone().all(|told| product(told) == (*registry == "dotcom")), "{told:?}");
    }
}

/// The commands of a plan as the registry would log them: what their XML carries, by namespace and element.
fn planned(plan: &Answer) -> Vec<String> {
    let commands = plan.body["data"]["commands"].as_array().unwrap().iter();
    let told = commands.map(|command| {
        let xml = command["xml"].as_str().unwrap();
        let verb = match command["kind"].as_str().unwrap() {
            "restore" => "update",
            kind => kind,
        };
        let object = command["object"].as_str().unwrap();
        let carried = xml.split_once("<extension>").map_or("", |(_, extension)| extension);
        // An element that is an extension of its own declares its namespace.
        let carried = carried.split('<').filter_map(|tag| {
            let (element, rest) = tag.split_once(" xmlns:")?;
            let (_, namespace) = rest.split_once("=\"")?;
            let namespace = namespace.split_once('"')?.0.rsplit(['/', ':']).next()?;
            Some(format!("{namespace}:{}", element.rsplit(':').next()?))
        });
        [object.to_owned(), verb.to_owned()].into_iter().chain(carried).collect::<Vec<_>>().join(" ")
    });
    told.collect()
}

#[tokio::test]
async fn what_is_told_beforehand_is_what_is_done_at_each_registry() {
    let world = World::start().await;
    let jane = json!({
        "handle": "jane", "name": "Jane Doe", "email": "jane@dns.example", "phone": "+46812345678",
        "street": ["Gatan 1"], "city": "Stockholm", "postal_code": "11122", "country": "SE",
        "registration_number": "802405-0190",
    });
    world.done("POST", "contacts", jane).await;
    for (registry, _, zones) in CHARACTERS {
        let subject = Subject { world: &world, registry, name: format!("first.{}", zones[0]) };
        let create = json!({
            "name": subject.name, "payment_assured": true, "nameservers": ["ns1.dns.org"], "registrant_handle": "jane",
        });
        let (_, seq) = subject.told_since(0).await;
        let plan = world.call_with(Demo, &[("Dry-Run", "1")], "POST", "domains", create.clone()).await;
        assert_eq!(subject.told_since(seq).await.0, [""; 0], "{registry}");
        world.done("POST", "domains", create).await;
        assert_eq!(planned(&plan), subject.told_since(seq).await.0, "{registry}");

        let record = json!({ "key_tag": 1, "algorithm": 13, "digest_type": 2, "digest": "AB".repeat(32) });
        let servers = json!({ "nameservers": ["ns2.dns.org"] });
        subject.does("renew", "POST", "/renew", json!({})).await;
        subject.does("update_nameservers", "POST", "/update_nameservers", servers).await;
        subject
            .does("update_ds_records", "POST", "/update_ds_records", json!({ "ds_records": [record] }))
            .await;
        subject.does("update_ds_records", "DELETE", "/ds_records", Value::Null).await;
        subject.does("update_contacts", "POST", "/update_contacts", json!({ "tech_handle": "jane" })).await;
        subject.does("rotate_auth_code", "POST", "/auth_code/rotate", Value::Null).await;
        for lock in ["transfer", "delete", "update"] {
            subject.does(&format!("set_{lock}_lock"), "POST", &format!("/{lock}_lock"), Value::Null).await;
            subject
                .does(&format!("clear_{lock}_lock"), "DELETE", &format!("/{lock}_lock"), Value::Null)
                .await;
        }
        subject.does("apply_hold", "POST", "/apply_hold", json!({ "reason": "contact_inaccuracy" })).await;
        subject.does("release_hold", "POST", "/release_hold", Value::Null).await;
        let clock = world.sandboxes[registry].control_address();
        let later = send(clock, "POST", "/clock", &[], br#"{"advance": "P10D"}"#).await;
        assert_eq!(later.status, 200, "{later:?}");
        subject.does("delete", "DELETE", "", Value::Null).await;
        subject.does("restore", "POST", "/restore", json!({})).await;
    }
    world.stop().await;
}
