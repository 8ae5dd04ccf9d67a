//! `list`: what a page of `GET /domains` costs at the start and at the end of a list, in a small and in a large database.
//!
//! Two gateways, each with an SQLite database of its own, which is filled straight through the store. Every list is read
//! once to its end, which shows that it is whole and where its last full page begins; then the four pages (start and end,
//! small and large) are asked for in turns.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use eppgate_model::contact::{Contact, ContactDetails, Verification};
use eppgate_model::domain::{AutoRenewMode, Upkeep};
use eppgate_model::tenant::RegistryAccount;
use eppgate_model::{ContactId, Domain, DomainId, DomainName, DomainState, HostName};
use eppgate_store::{Pool, Store};
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use crate::program::Program;
use crate::program::dev::Dev;
use crate::report::progress::Progress;
use crate::report::{Report, Row};
use crate::sides::gateway::Gateway;

/// How large, and how often.
#[derive(Args)]
pub(crate) struct Settings {
    /// Domains in the large database
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(20_000..=10_000_000))]
    domains: u32,

    /// How often each page is asked for
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(10..=10_000))]
    requests: u16,
}

/// A gateway with its database.
struct Side {
    dev: Dev,
    gateway: Gateway,
}

/// Fills both databases and measures every list in them.
pub(crate) async fn run(program: &Program, settings: Settings, progress: &Progress) -> Result<Report> {
    let Settings { domains, requests } = settings;
    let chosen = json!({ "domains": domains, "small": SMALL, "requests": requests, "page": PAGE });
    let mut report = Report::new("list", ABOUT, chosen, &program.version);
    let now = Utc::now();
    let mut small = Side::start(program, SMALL, now, progress).await?;
    let mut large = Side::start(program, domains, now, progress).await?;
    let mut worst: [f64; 2] = [0.0; 2];
    for (list, query) in lists(now) {
        progress.step(&format!("list, {list}"));
        let ends = [small.end(&query).await?, large.end(&query).await?];
        let start = format!("?{query}&limit={PAGE}");
        let mut took: [Vec<Duration>; 4] = Default::default();
        for _ in 0..requests {
            let [small_start, small_end, large_start, large_end] = &mut took;
            small_start.push(small.page(&start).await?);
            large_start.push(large.page(&start).await?);
            small_end.push(small.page(&ends[0].query).await?);
            large_end.push(large.page(&ends[1].query).await?);
        }
        let [small_start, small_end, large_start, large_end] = took.map(median_us);
        report.figures.push(
            Row::new()
                .text("list", "list", list)
                .count("rows", "rows", ends[1].rows)
                .number("small_start_us", "10k, start, p50 µs", small_start, 0)
                .number("small_end_us", "10k, end", small_end, 0)
                .number("large_start_us", "large, start", large_start, 0)
                .number("large_end_us", "large, end", large_end, 0)
                .times("end_to_start", "end/start", large_end / large_start)
                .times("start_to_small", "start, large/10k", large_start / small_start)
                .times("end_to_small", "end, large/10k", large_end / small_end),
        );
        if !list.contains(RARE) {
            worst[0] = worst[0].max(large_end / large_start);
            worst[1] = worst[1].max((large_start / small_start).max(large_end / small_end));
        }
    }
    report.at_most("a page at the end, over one at the start: the worst list", AIM, worst[0], "x");
    report.at_most("a page of the large database, over the small one's: the worst list", AIM, worst[1], "x");
    small.dev.stop().await?;
    large.dev.stop().await?;
    Ok(report)
}

/// Where a list has its last full page, and how long it is.
struct End {
    query: String,
    rows: u64,
}

impl Side {
    async fn start(program: &Program, domains: u32, now: DateTime<Utc>, progress: &Progress) -> Result<Self> {
        let dev = Dev::start(program).await?;
        fill(&dev, domains, now, progress).await?;
        let gateway = dev.access().connect().await?;
        Ok(Self { dev, gateway })
    }

    /// Reads a page and tells how long it took.
    async fn page(&mut self, query: &str) -> Result<Duration> {
        let asked = Instant::now();
        let reply = self.gateway.list(query).await?;
        let took = asked.elapsed();
        ensure!(reply.status.is_success(), "{query}: {}", String::from_utf8_lossy(&reply.body));
        Ok(took)
    }

    async fn read(&mut self, query: &str) -> Result<Page> {
        let reply = self.gateway.list(query).await?;
        ensure!(reply.status.is_success(), "{query}: {}", String::from_utf8_lossy(&reply.body));
        Ok(serde_json::from_slice(&reply.body)?)
    }

    /// Goes through a list to its end. Its last full page begins where the last but one of the largest pages ended, or at
    /// the start of a short list.
    async fn end(&mut self, query: &str) -> Result<End> {
        let (mut rows, mut cursors) = (0, Vec::new());
        let mut next = String::new();
        loop {
            let page = self.read(&format!("?{query}&limit={LARGEST_PAGE}{next}")).await?;
            rows += page.data.len() as u64;
            let Some(cursor) = page.pagination.next_cursor else { break };
            next = format!("&cursor={cursor}");
            cursors.push(next.clone());
        }
        for cursor in cursors.into_iter().rev() {
            let query = format!("?{query}&limit={PAGE}{cursor}");
            if self.read(&query).await?.data.len() == PAGE {
                return Ok(End { query, rows });
            }
        }
        Ok(End { query: format!("?{query}&limit={PAGE}"), rows })
    }
}

#[derive(Deserialize)]
struct Page {
    data: Vec<serde::de::IgnoredAny>,
    pagination: Pagination,
}

#[derive(Deserialize)]
struct Pagination {
    next_cursor: Option<String>,
}

/// A name for each list, and its query.
fn lists(now: DateTime<Utc>) -> Vec<(&'static str, String)> {
    let since = (now - TimeDelta::days(100)).format("%Y-%m-%dT%H:%M:%SZ");
    [
        ("all", String::new()),
        ("state", "state=on_hold".to_owned()),
        ("tld", "tld=example".to_owned()),
        ("name_like", "name_like=d0".to_owned()),
        ("name_like, rare", "name_like=00777".to_owned()),
        ("unicode_name_like", "unicode_name_like=d0".to_owned()),
        ("updated_after", format!("updated_after={since}")),
        ("expires_within_days", "expires_within_days=100".to_owned()),
        ("renewed_within_days", "renewed_within_days=100".to_owned()),
        ("in_grace", "in_grace=true".to_owned()),
        ("in_redemption", "in_redemption=true".to_owned()),
        ("nameserver of all", "nameserver=ns1.dns.test".to_owned()),
        ("nameserver of some", "nameserver=ns2.dns.test".to_owned()),
        ("out_of_sync", "out_of_sync=true".to_owned()),
        ("verified registrants", "registrant_verification_state=active".to_owned()),
        ("suspended registrants", "registrant_verification_state=suspended".to_owned()),
    ]
    .into()
}

/// Fills a gateway's database with domains of one account, many at a time.
async fn fill(dev: &Dev, count: u32, now: DateTime<Utc>, progress: &Progress) -> Result<()> {
    let pool = Pool { connections: 2, statement_timeout: Duration::from_secs(60) };
    let store = Store::open(&dev.database_url(), pool).await?;
    let tenant = dev.access().tenant.parse()?;
    let accounts = store.accounts(tenant, Some(REGISTRY)).await?;
    let account = accounts.first().context("the demo tenant has no account at the registry")?;
    for number in 0..REGISTRANTS {
        store.insert_contact(&registrant(account, number, now)?).await?;
    }
    let mut domains = Vec::with_capacity(AT_ONCE as usize);
    for number in 0..count {
        domains.push(domain(account, number, now)?);
        if domains.len() == AT_ONCE as usize || number + 1 == count {
            store.insert_domains(&domains).await?;
            domains.clear();
            progress.tick(&format!("list: {} of {count} domains", number + 1));
        }
    }
    progress.step(&format!("list: a database of {count} domains"));
    Ok(store.close().await?)
}

/// The one with this number; what it differs in from others comes round again and again.
fn domain(account: &RegistryAccount, number: u32, now: DateTime<Utc>) -> Result<Domain> {
    let name = DomainName::parse(&format!("d{number:07}.{ZONE}"))?;
    let state = match number % 40 {
        0 => DomainState::OnHold,
        1 => DomainState::Expired,
        2 => DomainState::Redemption,
        _ => DomainState::Registered,
    };
    let days = |days: u32| TimeDelta::days(i64::from(days));
    let expires_at = match state {
        DomainState::Expired => now - days(number % 20),
        _ => now + days(1 + number % 360),
    };
    let mut nameservers = vec![HostName::parse("ns1.dns.test")?];
    if number.is_multiple_of(50) {
        nameservers.push(HostName::parse("ns2.dns.test")?);
    }
    Ok(Domain {
        id: DomainId::new(),
        tenant_id: account.tenant_id,
        unicode_name: name.unicode(),
        tld: ZONE.to_owned(),
        name,
        binding: account.binding.clone(),
        account_id: account.id,
        state,
        nameservers,
        epp_statuses: vec!["ok".to_owned()],
        ds_records: Vec::new(),
        registrant_handle: Some(format!("r{}", number % REGISTRANTS)),
        admin_handle: None,
        tech_handle: None,
        billing_handle: None,
        registered_at: Some(now - days(number % 3000)),
        expires_at: Some(expires_at),
        last_renewed_at: number.is_multiple_of(2).then(|| now - days(number % 360)),
        last_reconciled_at: None,
        deletion_scheduled_at: None,
        transfer_lock_until: None,
        hold_reason: None,
        out_of_sync: number.is_multiple_of(60),
        auto_renew_mode: AutoRenewMode::Default,
        auth_code_hash: None,
        upkeep: Upkeep::default(),
        inserted_at: now,
        updated_at: now - days(number % 360),
        version: 1,
    })
}

/// The first one's data are suspended, the others' verified.
fn registrant(account: &RegistryAccount, number: u32, now: DateTime<Utc>) -> Result<Contact> {
    Ok(Contact {
        id: ContactId::new(),
        tenant_id: account.tenant_id,
        handle: format!("r{number}").parse()?,
        details: ContactDetails {
            name: "Jane Doe".to_owned(),
            organization: None,
            email: "jane@example.test".parse()?,
            phone: None,
            fax: None,
            street: Vec::new(),
            city: "Stockholm".to_owned(),
            state_province: None,
            postal_code: None,
            country: "SE".to_owned(),
            registration_number: None,
            vat_number: None,
            disclosure: None,
        },
        transfer_lock_opt_out: false,
        verification: if number == 0 { Verification::Suspended } else { Verification::Active },
        verification_due_at: None,
        inserted_at: now,
        updated_at: now,
        version: 1,
    })
}

fn median_us(mut took: Vec<Duration>) -> f64 {
    took.sort_unstable();
    took[took.len() / 2].as_secs_f64() * 1e6
}

const ABOUT: &str = "A page of 100 domains over HTTP, at the start and at the end of each list, in a database of 10,000 \
                     domains and in a large one.";
/// The registry that keeps to the RFCs, and a zone of it.
const REGISTRY: &str = "generic";
const ZONE: &str = "example";
const SMALL: u32 = 10_000;
const PAGE: usize = 100;
const LARGEST_PAGE: u32 = 500;
const REGISTRANTS: u32 = 60;
const AT_ONCE: u32 = 10_000;
/// How the lists are called of which little is left of a great deal, so that their work is to leave out.
const RARE: &str = "rare";
/// A page costs no more than this beside one elsewhere.
const AIM: f64 = 1.5;
