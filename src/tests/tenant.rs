//! What a tenant chooses for itself.

use serde_json::{Value, json};

use crate::pair::{Demo, Other, Pair};
use crate::support::expect;

#[tokio::test]
async fn each_choice_of_a_tenant_is_kept_changed_and_taken_back_by_itself() {
    let pair = Pair::start().await;
    let first = pair.done(Demo, "PATCH", "", json!({})).await;
    assert_eq!((&first["slug"], &first["status"]), (&json!("demo"), &json!("active")), "{first}");
    let url = "https://shop.test/verify?token={{token}}";
    let choices = json!({
        "name": "  Shop 24  ",
        "verification_from_email": "verify@shop.test",
        "suspension_from_email": "suspend@shop.test",
        "renewal_from_email": "renew@shop.test",
        "verification_from_phone": "+46701740605",
        "suspension_from_phone": "+46701740606",
        "verification_url_template": url,
        "transfer_out_mode": "explicit",
    });
    // By either way, one after the other or all at once, it comes to the same.
    for (key, value) in choices.as_object().unwrap() {
        let chosen = pair.done(Demo, "PATCH", "", json!({ key: value })).await;
        let kept = if key == "name" { json!("Shop 24") } else { value.clone() };
        assert_eq!(chosen[key], kept, "{key}: {chosen}");
    }
    let kept = pair.done(Demo, "PATCH", "", json!({})).await;
    assert_eq!(pair.done(Demo, "PUT", "", choices.clone()).await, kept, "nothing is another");
    for (key, value) in choices.as_object().unwrap().iter().filter(|(key, _)| *key != "name") {
        assert_eq!(kept[key], *value, "{key}: {kept}");
    }
    for key in ["id", "slug", "status", "inserted_at"] {
        assert_eq!(kept[key], first[key], "{key}");
    }

    // An empty text takes a choice back, and the rest stays.
    let taken = pair
        .done(Demo, "PUT", "", json!({ "renewal_from_email": "", "verification_url_template": "" }))
        .await;
    assert_eq!(
        (&taken["renewal_from_email"], &taken["verification_url_template"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(taken["verification_from_phone"], "+46701740605", "{taken}");
    // What belongs to others is not touched, and what is no choice is not taken for one.
    let other = pair.done(Other, "PATCH", "", json!({})).await;
    assert_eq!(
        (&other["name"], &other["verification_from_email"]),
        (&json!("other"), &Value::Null),
        "{other}"
    );
    let same =
        pair.done(Demo, "PATCH", "", json!({ "slug": "mine", "status": "suspended", "id": "x" })).await;
    assert_eq!(
        (&same["slug"], &same["status"], &same["id"]),
        (&first["slug"], &first["status"], &first["id"])
    );
    let pair = pair.restarted().await;
    let again = pair.done(Demo, "PATCH", "", json!({})).await;
    assert_eq!(again["verification_from_email"], "verify@shop.test", "{again}");
    pair.stop().await;
}

#[tokio::test]
async fn each_choice_that_makes_no_sense_is_named_and_none_is_taken() {
    let pair = Pair::start().await;
    let before = pair.done(Demo, "PATCH", "", json!({})).await;
    let wrong = json!({
        "name": " ",
        "verification_from_email": "nobody",
        "suspension_from_email": "@shop.test",
        "renewal_from_email": "a b@shop.test",
        "verification_from_phone": "0701740605",
        "suspension_from_phone": "+46 70",
        "verification_url_template": "http://shop.test/{{token}}",
        "transfer_out_mode": "never",
    });
    let all: Vec<&String> = wrong.as_object().unwrap().keys().collect();
    for method in ["PATCH", "PUT"] {
        let refused = pair.call(Demo, method, "", wrong.clone()).await;
        expect(&refused, 422, "unprocessable_entity");
        let named: Vec<&String> = refused.body["details"].as_object().unwrap().keys().collect();
        assert_eq!(named, all, "{refused:?}");
    }
    let long = "x".repeat(201);
    for (key, value) in [
        ("name", json!(long)),
        ("verification_url_template", json!("https://shop.test/without")),
        ("verification_from_email", json!("a@b@c")),
        ("suspension_from_phone", json!("+")),
    ] {
        // One that is right beside it is not taken either.
        let mixed = json!({ key: value, "transfer_out_mode": "explicit" });
        let refused = pair.call(Demo, "PATCH", "", mixed).await;
        expect(&refused, 422, "unprocessable_entity");
        assert!(refused.body["details"][key].is_array(), "{key}: {refused:?}");
    }
    assert_eq!(pair.done(Demo, "PATCH", "", json!({})).await, before);
    pair.stop().await;
}
