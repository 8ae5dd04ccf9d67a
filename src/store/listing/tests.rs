//! What lists hold, how their pages join, and which indexes serve them.

use chrono::TimeDelta;
use eppgate_model::Contact;
use eppgate_model::tenant::RegistryAccount;
use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};

use super::*;
use crate::fixtures::{account, contact, domain, noon, on_each_database, tenant};

const WALKS: [Walk; 7] = [
    Walk::Name,
    Walk::UnicodeName,
    Walk::Update,
    Walk::Expiry,
    Walk::Renewal,
    Walk::Nameserver,
    Walk::Registrant,
];

fn days(days: i64) -> DateTime<Utc> {
    noon() + TimeDelta::days(days)
}

fn span(from: i64, to: i64) -> Span {
    Span { from: Some(days(from)), to: Some(days(to)) }
}

/// A filter that is read along this, and lets all domains of a [`portfolio`] through.
fn along(walk: Walk) -> DomainFilter {
    let mut filter = DomainFilter::default();
    match walk {
        Walk::Name => {}
        Walk::UnicodeName => filter.unicode_name_like = Some("n".to_owned()),
        Walk::Update => filter.updated = span(0, 100),
        Walk::Expiry => filter.expires = span(0, 100),
        Walk::Renewal => filter.renewed = span(0, 100),
        Walk::Nameserver => filter.nameserver = Some(HostName::parse("ns1.a.test").unwrap()),
        Walk::Registrant => filter.registrant = Some(Verification::Pending),
    }
    assert_eq!(filter.walk(), walk);
    filter
}

/// Domains, many of which are alike in what they are sorted by; and one that is gone.
async fn portfolio(store: &Store, account: &RegistryAccount, many: i64) -> Vec<String> {
    for handle in ["r0", "r1", "r2"] {
        store.insert_contact(&contact(account, handle)).await.unwrap();
    }
    let mut domains: Vec<Domain> = (0..many)
        .map(|number| Domain {
            nameservers: vec![HostName::parse("ns1.a.test").unwrap()],
            registrant_handle: Some(format!("r{}", number % 3)),
            expires_at: Some(days(number % 4)),
            last_renewed_at: Some(days(number % 2)),
            updated_at: days(number % 5),
            ..domain(account, &format!("n{}.example", number * 7 % many))
        })
        .collect();
    let mut names: Vec<String> = domains.iter().map(|domain| domain.name.to_string()).collect();
    names.sort();
    domains.push(Domain { state: DomainState::Purged, ..domain(account, "n-gone.example") });
    store.insert_domains(&domains).await.unwrap();
    names
}

#[tokio::test]
async fn pages_are_complete_without_gap_or_repeat_along_each_index() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let names = portfolio(&store, &account, 23).await;
        // Some end with the last domain of a registrant, and with other filters no less.
        let sizes = [1, 4, 5, 8, 15];
        for (walk, size) in WALKS.into_iter().flat_map(|walk| sizes.map(|size| (walk, size))) {
            let filter = DomainFilter { out_of_sync: (size % 2 == 0).then_some(false), ..along(walk) };
            assert_eq!(filter.walk(), walk);
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = store.domains(account.tenant_id, &filter, after.as_ref(), size).await.unwrap();
                let Some(last) = page.last() else { break };
                let rest = names.len() - seen.len();
                assert_eq!(page.len(), rest.min(size.try_into().unwrap()), "{walk:?} {size}");
                after = Some(walk.place_of(last));
                assert!(page.iter().all(|domain| domain.nameservers.len() == 1));
                seen.extend(page.iter().map(|domain| domain.name.to_string()));
            }
            seen.sort();
            assert_eq!(seen, names, "{walk:?} {size}");
        }
    })
    .await;
}

#[tokio::test]
async fn numbered_rows_are_sorted_both_ways_and_counted() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let at = |name: &str, renewed: Option<i64>| Domain {
            last_renewed_at: renewed.map(days),
            ..domain(&account, name)
        };
        let domains = [at("b.example", Some(1)), at("a.example", Some(2)), at("c.example", None)];
        store.insert_domains(&domains).await.unwrap();
        for (order, descending, names) in [
            (DomainOrder::Name, false, ["a", "b", "c"]),
            (DomainOrder::Name, true, ["c", "b", "a"]),
            (DomainOrder::LastRenewedAt, false, ["c", "b", "a"]),
            (DomainOrder::LastRenewedAt, true, ["a", "b", "c"]),
        ] {
            for skipped in 0..4 {
                let offset = skipped as u64;
                let sorted = Sorted { order, descending, offset, limit: 2 };
                let all = DomainFilter::default();
                let found = store.sorted_domains(account.tenant_id, &all, sorted).await;
                let (found, total) = found.unwrap();
                let found: Vec<_> = found.iter().map(|domain| &domain.name.as_str()[..1]).collect();
                let expected: Vec<_> = names.into_iter().skip(skipped).take(2).collect();
                assert_eq!((found, total), (expected, 3), "{sorted:?}");
            }
        }
    })
    .await;
}

/// One domain for each thing that a filter can ask for, and one that is gone.
fn assorted(account: &RegistryAccount) -> Vec<Domain> {
    let one = |name: &str, state: DomainState| Domain { state, ..domain(account, name) };
    vec![
        Domain {
            expires_at: Some(days(10)),
            last_renewed_at: Some(days(-10)),
            registrant_handle: Some("known".to_owned()),
            nameservers: vec![HostName::parse("ns1.a.test").unwrap()],
            ..domain(account, "alpha.example")
        },
        Domain {
            out_of_sync: true,
            expires_at: Some(days(-1)),
            registrant_handle: Some("new".to_owned()),
            ..one("beta.example", DomainState::OnHold)
        },
        Domain { updated_at: days(3), ..domain(account, "alpha.test") },
        one("b\u{fc}cher.test", DomainState::Redemption),
        Domain { expires_at: Some(days(-5)), ..one("late.test", DomainState::Expired) },
        Domain { expires_at: Some(days(-6)), ..one("later.test", DomainState::Expired) },
        one("gone.test", DomainState::Purged),
    ]
}

/// Filters, and the names of those that pass.
fn filters() -> Vec<(DomainFilter, Vec<&'static str>)> {
    const ALL: [&str; 5] = ["alpha.example", "alpha.test", "beta.example", "late.test", "later.test"];
    const IDN: &str = "xn--bcher-kva.test";
    let but = |left_out: &str| {
        let rest = ALL.into_iter().filter(move |name| *name != left_out);
        rest.chain([IDN]).collect::<Vec<_>>()
    };
    let with = |set: &dyn Fn(&mut DomainFilter)| {
        let mut filter = DomainFilter::default();
        set(&mut filter);
        filter
    };
    let grace = vec![
        Grace { tlds: vec!["test".to_owned()], expired_from: days(-5) },
        Grace { tlds: vec!["example".to_owned()], expired_from: days(-9) },
    ];
    vec![
        (DomainFilter::default(), but("")),
        (with(&|f| f.state = Some(DomainState::OnHold)), vec!["beta.example"]),
        (with(&|f| f.state = Some(DomainState::Purged)), vec!["gone.test"]),
        (with(&|f| f.tld = Some("example".to_owned())), vec!["alpha.example", "beta.example"]),
        (with(&|f| f.name_like = Some("LPHA.".to_owned())), vec!["alpha.example", "alpha.test"]),
        (with(&|f| f.name_like = Some("a%a".to_owned())), vec![]),
        (with(&|f| f.name_like = Some("a_pha".to_owned())), vec![]),
        (with(&|f| f.unicode_name_like = Some("\u{fc}ch".to_owned())), vec![IDN]),
        (with(&|f| f.updated = Span { from: Some(days(1)), to: None }), vec!["alpha.test"]),
        (with(&|f| f.updated = Span { from: None, to: Some(days(1)) }), but("alpha.test")),
        (with(&|f| f.expires = span(0, 10)), vec!["alpha.example"]),
        (with(&|f| f.renewed = span(-10, 0)), vec!["alpha.example"]),
        (with(&|f| f.in_grace = Some((true, grace.clone()))), vec!["late.test"]),
        (with(&|f| f.in_grace = Some((true, Vec::new()))), vec![]),
        (with(&|f| f.in_grace = Some((false, grace.clone()))), but("late.test")),
        (with(&|f| f.in_redemption = Some(true)), vec![IDN]),
        (with(&|f| f.in_redemption = Some(false)), ALL.into()),
        (with(&|f| f.nameserver = along(Walk::Nameserver).nameserver), vec!["alpha.example"]),
        (with(&|f| f.out_of_sync = Some(true)), vec!["beta.example"]),
        (with(&|f| f.out_of_sync = Some(false)), but("beta.example")),
        (with(&|f| f.registrant = Some(Verification::Active)), vec!["alpha.example"]),
        (with(&|f| f.registrant = Some(Verification::Pending)), vec!["beta.example"]),
        (with(&|f| f.registrant = Some(Verification::Deleted)), vec![]),
    ]
}

#[tokio::test]
async fn filters_narrow_the_list() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        let verified = Contact { verification: Verification::Active, ..contact(&account, "known") };
        store.insert_contact(&verified).await.unwrap();
        store.insert_contact(&contact(&account, "new")).await.unwrap();
        store.insert_domains(&assorted(&account)).await.unwrap();
        // Another tenant's are no business of this list.
        let other = tenant("other");
        store.insert_tenant(&other).await.unwrap();
        let theirs = account_of(&store, &other).await;
        store.insert_domain(&domain(&theirs, "theirs.example")).await.unwrap();

        for (filter, names) in filters() {
            let page = store.domains(account.tenant_id, &filter, None, 100).await.unwrap();
            let mut found: Vec<_> = page.iter().map(|domain| domain.name.as_str()).collect();
            found.sort_unstable();
            assert_eq!(found, names, "{filter:?}");
            let sorted = Sorted { order: DomainOrder::Name, descending: false, offset: 0, limit: 100 };
            let (rows, total) = store.sorted_domains(account.tenant_id, &filter, sorted).await.unwrap();
            let rows: Vec<_> = rows.iter().map(|domain| domain.name.as_str()).collect();
            assert_eq!((rows, total), (names.clone(), names.len() as u64), "{filter:?}");
        }
    })
    .await;
}

async fn account_of(store: &Store, tenant: &eppgate_model::tenant::Tenant) -> RegistryAccount {
    let account = account(tenant, "there");
    store.insert_account(&account).await.unwrap();
    account
}

/// How the database would find the rows. PostgreSQL is told to do without what it likes for small tables.
async fn plan(store: &Store, select: &Select<domain::Entity>) -> String {
    let tx = store.reader.begin().await.unwrap();
    let backend = tx.get_database_backend();
    let how = match backend {
        DbBackend::Postgres => {
            for avoided in ["seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"] {
                tx.execute_unprepared(&format!("SET LOCAL enable_{avoided} = off")).await.unwrap();
            }
            "EXPLAIN"
        }
        _ => "EXPLAIN QUERY PLAN",
    };
    let Statement { sql, values, .. } = select.build(backend);
    let explain = Statement { sql: format!("{how} {sql}"), values, db_backend: backend };
    let column = if backend == DbBackend::Postgres { "QUERY PLAN" } else { "detail" };
    let rows = tx.query_all_raw(explain).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get("", column).unwrap()).collect();
    lines.join("\n")
}

fn goes_along(plan: &str, index: &str) {
    eprintln!("{index}:\n{plan}");
    assert!(plan.contains(index), "not along {index}");
    for wrong in ["SCAN domains", "TEMP B-TREE", "Seq Scan", "->  Sort"] {
        assert!(!plan.contains(wrong), "{wrong}");
    }
}

/// Many domains, a few of which are unlike the others in all that a filter can ask for.
async fn mostly_alike(store: &Store, account: &RegistryAccount) {
    let suspended = Contact { verification: Verification::Suspended, ..contact(account, "odd") };
    store.insert_contact(&suspended).await.unwrap();
    store.insert_contact(&contact(account, "usual")).await.unwrap();
    let states = [DomainState::Expired, DomainState::Redemption, DomainState::OnHold];
    let domains: Vec<Domain> = (0..2000)
        .map(|number| {
            let odd = number % 25 < 3;
            let host = if odd { "ns1.odd.test" } else { "ns1.a.test" };
            let at = days(if odd { 50 } else { 0 });
            let name =
                format!("{}{number}.{}", if odd { "odd" } else { "n" }, if odd { "odd" } else { "example" });
            Domain {
                state: if odd { states[number % 25] } else { DomainState::Registered },
                nameservers: vec![HostName::parse(host).unwrap()],
                registrant_handle: Some(if odd { "odd" } else { "usual" }.to_owned()),
                expires_at: Some(at),
                last_renewed_at: Some(at),
                updated_at: at,
                out_of_sync: odd,
                ..domain(account, &name)
            }
        })
        .collect();
    store.insert_domains(&domains).await.unwrap();
    if store.reader.get_database_backend() == DbBackend::Postgres {
        store.writer.execute_unprepared("ANALYZE").await.unwrap();
    }
}

/// Filters, each of which a few of the domains pass, and the index that must serve it.
fn indexed() -> Vec<(DomainFilter, &'static str)> {
    let everything = DomainFilter::default();
    let with = |set: &dyn Fn(&mut DomainFilter)| {
        let mut filter = everything.clone();
        set(&mut filter);
        filter
    };
    let odd = || Some("odd".to_owned());
    let grace = vec![Grace { tlds: vec!["odd".to_owned()], expired_from: days(1) }];
    let host = HostName::parse("ns1.odd.test").unwrap();
    vec![
        (everything.clone(), "domains_"),
        (with(&|f| f.name_like = odd()), "domains_"),
        (with(&|f| f.unicode_name_like = odd()), "domains_by_unicode_name"),
        (with(&|f| f.updated = span(20, 60)), "domains_by_update"),
        (with(&|f| f.expires = span(20, 60)), "domains_by_expiry"),
        (with(&|f| f.renewed = span(20, 60)), "domains_by_renewal"),
        (with(&|f| f.nameserver = Some(host.clone())), "domain_nameservers_by_host"),
        (with(&|f| f.registrant = Some(Verification::Suspended)), "contacts_by_verification"),
        (with(&|f| f.registrant = Some(Verification::Suspended)), "domains_by_registrant"),
        (with(&|f| f.state = Some(DomainState::OnHold)), "domains_by_state"),
        (with(&|f| f.tld = odd()), "domains_by_tld"),
        (with(&|f| f.in_grace = Some((true, grace.clone()))), "domains_by_state"),
        (with(&|f| f.in_grace = Some((false, grace.clone()))), "domains_"),
        (with(&|f| f.in_redemption = Some(true)), "domains_by_state"),
        (with(&|f| f.in_redemption = Some(false)), "domains_"),
        (with(&|f| f.out_of_sync = Some(true)), "domains_out_of_sync"),
        (with(&|f| f.out_of_sync = Some(false)), "domains_"),
        (
            DomainFilter {
                expires: span(20, 60),
                state: Some(DomainState::Registered),
                ..everything.clone()
            },
            "domains_by_expiry",
        ),
    ]
}

#[tokio::test]
async fn each_filter_and_each_order_has_its_index() {
    on_each_database(async |database| {
        let (store, account) = database.shop().await;
        mostly_alike(&store, &account).await;
        let tenant = account.tenant_id;
        for (filter, index) in indexed() {
            goes_along(&plan(&store, &filter.page(tenant, None, 101)).await, index);
            if let Some(last) = store.domains(tenant, &filter, None, 5).await.unwrap().last() {
                let after = filter.walk().place_of(last);
                for start in filter.walk().parts(Some(&after)) {
                    goes_along(&plan(&store, &filter.page(tenant, start, 101)).await, index);
                }
            }
        }
        for (order, index) in [
            (DomainOrder::Name, "domains_"),
            (DomainOrder::RegisteredAt, "domains_by_registration"),
            (DomainOrder::ExpiresAt, "domains_by_expiry"),
            (DomainOrder::UpdatedAt, "domains_by_update"),
            (DomainOrder::LastRenewedAt, "domains_by_renewal"),
        ] {
            for descending in [false, true] {
                let sorted = Sorted { order, descending, offset: 10, limit: 100 };
                goes_along(&plan(&store, &DomainFilter::default().part(tenant, sorted)).await, index);
            }
        }
    })
    .await;
}
