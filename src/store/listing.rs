//! Lists of a tenant's domains: which of them, in what order, and from where on.
//!
//! A list that is read page by page goes along the index that serves its filter, in the order of that index
//! ([`Walk`]), so that a page costs the same wherever it is. One with numbered rows is in the order that its reader
//! wishes, and counted.

use chrono::{DateTime, Utc};
use eppgate_model::contact::Verification;
use eppgate_model::{Domain, DomainId, DomainState, HostName, TenantId, Word};
use sea_orm::sea_query::{
    Asterisk, Expr, ExprTrait, Func, IntoColumnRef, IntoTableRef, LikeExpr, NullOrdering, Order,
    SelectStatement,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use crate::domains::{live, of};
use crate::rows::{contact, domain, nameserver};
use crate::{Error, Store};

/// Which domains to list. By default those that are live; any state may be asked for by name.
#[derive(Debug, Clone, Default)]
pub struct DomainFilter {
    pub state: Option<DomainState>,
    /// In A-label form.
    pub tld: Option<String>,
    /// A part of the name, in A-label form and any case.
    pub name_like: Option<String>,
    /// A part of the name in U-label form, in lower case.
    pub unicode_name_like: Option<String>,
    pub updated: Span,
    pub expires: Span,
    pub renewed: Span,
    /// Whether the domain can still be renewed after its expiry.
    pub in_grace: Option<(bool, Vec<Grace>)>,
    pub in_redemption: Option<bool>,
    /// One of its name servers.
    pub nameserver: Option<HostName>,
    pub out_of_sync: Option<bool>,
    /// How far its registrant's data is verified.
    pub registrant: Option<Verification>,
}

/// From when on and until when, both included; open where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// TLDs whose domains can still be renewed if they expired at that time or later.
#[derive(Debug, Clone)]
pub struct Grace {
    pub tlds: Vec<String>,
    pub expired_from: DateTime<Utc>,
}

/// What a list that is read page by page goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    Name,
    UnicodeName,
    Update,
    Expiry,
    Renewal,
    Nameserver,
    Registrant,
}

/// How a list with numbered rows is sorted. Where a time is missing, it counts as the earliest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainOrder {
    Name,
    RegisteredAt,
    ExpiresAt,
    UpdatedAt,
    LastRenewedAt,
}

/// The last domain of a page: what its walk goes by, and which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Text(String, DomainId),
    Time(DateTime<Utc>, DomainId),
    Id(DomainId),
}

/// A part of a list with numbered rows.
#[derive(Debug, Clone, Copy)]
pub struct Sorted {
    pub order: DomainOrder,
    pub descending: bool,
    /// How many rows stand before the part.
    pub offset: u64,
    /// How many it holds at most.
    pub limit: u64,
}

impl Word for Walk {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Name, "name"),
        (Self::UnicodeName, "unicode"),
        (Self::Update, "update"),
        (Self::Expiry, "expiry"),
        (Self::Renewal, "renewal"),
        (Self::Nameserver, "server"),
        (Self::Registrant, "registrant"),
    ];
}

impl Word for DomainOrder {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Name, "name"),
        (Self::RegisteredAt, "registered_at"),
        (Self::ExpiresAt, "expires_at"),
        (Self::UpdatedAt, "updated_at"),
        (Self::LastRenewedAt, "last_renewed_at"),
    ];
}

impl DomainFilter {
    /// What a list with this filter is read along: of the indexes that serve it, the one that promises the fewest rows.
    #[must_use]
    pub fn walk(&self) -> Walk {
        if self.nameserver.is_some() {
            Walk::Nameserver
        } else if self.expires != Span::default() {
            Walk::Expiry
        } else if self.renewed != Span::default() {
            Walk::Renewal
        } else if self.updated != Span::default() {
            Walk::Update
        } else if self.registrant.is_some() {
            Walk::Registrant
        } else if self.unicode_name_like.is_some() && self.name_like.is_none() {
            Walk::UnicodeName
        } else {
            Walk::Name
        }
    }

    fn condition(&self) -> Condition {
        let state = self.state.map(|state| domain::Column::State.eq(state.as_str()));
        let redemption = DomainState::Redemption.as_str();
        let is_live = self.state.is_none_or(DomainState::live);
        Condition::all()
            .add_option(is_live.then(live))
            .add_option(state)
            .add_option(self.tld.as_deref().map(|tld| domain::Column::Tld.eq(tld)))
            .add_option(
                self.name_like.as_deref().map(|part| has(domain::Column::Name, &part.to_ascii_lowercase())),
            )
            .add_option(self.unicode_name_like.as_deref().map(|part| has(domain::Column::UnicodeName, part)))
            .add(self.updated.holds(domain::Column::UpdatedAt))
            .add(self.expires.holds(domain::Column::ExpiresAt))
            .add(self.renewed.holds(domain::Column::LastRenewedAt))
            .add_option(self.in_grace.as_ref().map(|(yes, graces)| match yes {
                true => in_grace(graces),
                false => in_grace(graces).not(),
            }))
            .add_option(self.in_redemption.map(|yes| match yes {
                true => domain::Column::State.eq(redemption),
                false => domain::Column::State.ne(redemption),
            }))
            .add_option(self.out_of_sync.map(|yes| match yes {
                // Said twice: the one makes the index fit, the other makes SQLite choose it.
                true => column(domain::Column::OutOfSync).and(domain::Column::OutOfSync.eq(true)),
                false => column(domain::Column::OutOfSync).not(),
            }))
    }

    /// The tenant's domains that pass, for a list that goes along this, or in whatever way.
    fn select(&self, tenant: TenantId, walk: Option<Walk>) -> Select<domain::Entity> {
        let mut select = of(tenant).filter(self.condition());
        if let Some(host) = &self.nameserver {
            let is_its = Condition::all()
                .add(other(nameserver::Entity, nameserver::Column::TenantId).eq(tenant.uuid()))
                .add(other(nameserver::Entity, nameserver::Column::Host).eq(host.as_str()))
                .add(other(nameserver::Entity, nameserver::Column::DomainId).eq(column(domain::Column::Id)));
            select = join(select, nameserver::Entity, is_its, walk == Some(Walk::Nameserver));
        }
        if let Some(verification) = self.registrant {
            let handle = column(domain::Column::RegistrantHandle);
            let is_its = Condition::all()
                .add(other(contact::Entity, contact::Column::TenantId).eq(tenant.uuid()))
                .add(other(contact::Entity, contact::Column::Verification).eq(verification.as_str()))
                .add(other(contact::Entity, contact::Column::Handle).eq(handle));
            select = join(select, contact::Entity, is_its, walk == Some(Walk::Registrant));
        }
        select
    }

    /// The page that follows a place.
    fn page(&self, tenant: TenantId, after: Option<&Place>, limit: u64) -> Select<domain::Entity> {
        let mut filter = self.clone();
        let mut after = after;
        if let (Some(Place::Time(time, _)), Some(span)) = (after, filter.span()) {
            // Only one of the two is said, or the database may look for the page from the wrong one on.
            if span.from.is_some_and(|from| *time < from) {
                after = None;
            } else {
                span.from = None;
            }
        }
        let walk = self.walk();
        let mut select = filter.select(tenant, Some(walk)).limit(limit);
        if let Some(place) = after {
            select = select.filter(walk.beyond(place));
        }
        walk.sort(QueryTrait::query(&mut select));
        select
    }

    /// The times that the list goes along.
    fn span(&mut self) -> Option<&mut Span> {
        match self.walk() {
            Walk::Update => Some(&mut self.updated),
            Walk::Expiry => Some(&mut self.expires),
            Walk::Renewal => Some(&mut self.renewed),
            Walk::Name | Walk::UnicodeName | Walk::Nameserver | Walk::Registrant => None,
        }
    }

    /// A part of the list with numbered rows.
    fn part(&self, tenant: TenantId, sorted: Sorted) -> Select<domain::Entity> {
        let mut select = self.select(tenant, None).offset(sorted.offset).limit(sorted.limit);
        let (order, nulls) = match sorted.descending {
            false => (Order::Asc, NullOrdering::First),
            true => (Order::Desc, NullOrdering::Last),
        };
        let query = QueryTrait::query(&mut select);
        match sorted.order.time() {
            Some(time) => query.order_by_with_nulls((domain::Entity, time), order.clone(), nulls),
            None => query.order_by((domain::Entity, domain::Column::Name), order.clone()),
        };
        query.order_by((domain::Entity, domain::Column::Id), order);
        select
    }
}

impl Span {
    fn holds(self, time: domain::Column) -> Condition {
        let from = self.from.map(|from| time.gte(from));
        Condition::all().add_option(from).add_option(self.to.map(|to| time.lte(to)))
    }
}

impl DomainOrder {
    fn time(self) -> Option<domain::Column> {
        match self {
            Self::Name => None,
            Self::RegisteredAt => Some(domain::Column::RegisteredAt),
            Self::ExpiresAt => Some(domain::Column::ExpiresAt),
            Self::UpdatedAt => Some(domain::Column::UpdatedAt),
            Self::LastRenewedAt => Some(domain::Column::LastRenewedAt),
        }
    }
}

impl Walk {
    /// Where a page ends that has this domain last.
    #[must_use]
    pub fn place_of(self, last: &Domain) -> Place {
        let text = |text: &str| Place::Text(text.to_owned(), last.id);
        // A range has no domain without the time that it bounds.
        let time = |time: Option<DateTime<Utc>>| Place::Time(time.unwrap_or_default(), last.id);
        match self {
            Self::Name => text(last.name.as_str()),
            Self::UnicodeName => text(&last.unicode_name),
            Self::Registrant => text(last.registrant_handle.as_deref().unwrap_or_default()),
            Self::Update => time(Some(last.updated_at)),
            Self::Expiry => time(last.expires_at),
            Self::Renewal => time(last.last_renewed_at),
            Self::Nameserver => Place::Id(last.id),
        }
    }

    fn key(self) -> Option<domain::Column> {
        match self {
            Self::Name => Some(domain::Column::Name),
            Self::UnicodeName => Some(domain::Column::UnicodeName),
            Self::Registrant => Some(domain::Column::RegistrantHandle),
            Self::Update => Some(domain::Column::UpdatedAt),
            Self::Expiry => Some(domain::Column::ExpiresAt),
            Self::Renewal => Some(domain::Column::LastRenewedAt),
            Self::Nameserver => None,
        }
    }

    fn beyond(self, place: &Place) -> Condition {
        let id = column(domain::Column::Id);
        let beyond = |key: Expr, id_after: &DomainId| {
            let here = self.key().map(|key| Expr::tuple([column(key), id.clone()]));
            here.map(|here| here.gt(Expr::tuple([key, Expr::val(id_after.uuid())])))
        };
        let all = Condition::all();
        // Said of both tables, so that the database can begin there whichever of them it takes first.
        match place {
            Place::Text(key, id) => {
                let handle = other(contact::Entity, contact::Column::Handle);
                let begin = (self == Self::Registrant).then(|| handle.gte(key.as_str()));
                all.add_option(begin).add_option(beyond(Expr::val(key.as_str()), id))
            }
            Place::Time(key, id) => all.add_option(beyond(Expr::val(*key), id)),
            Place::Id(after) => {
                let served = other(nameserver::Entity, nameserver::Column::DomainId);
                all.add(served.gt(after.uuid())).add(id.gt(after.uuid()))
            }
        }
    }

    fn sort(self, query: &mut SelectStatement) {
        match (self, self.key()) {
            // Named by the table that is gone through in this order.
            (Self::Nameserver, _) | (_, None) => {
                query.order_by((nameserver::Entity, nameserver::Column::DomainId), Order::Asc);
                return;
            }
            (Self::Registrant, _) => query.order_by((contact::Entity, contact::Column::Handle), Order::Asc),
            (Self::Name | Self::UnicodeName, Some(name)) => {
                query.order_by((domain::Entity, name), Order::Asc)
            }
            (Self::Update | Self::Expiry | Self::Renewal, Some(time)) => {
                query.order_by_with_nulls((domain::Entity, time), Order::Asc, NullOrdering::First)
            }
        };
        query.order_by((domain::Entity, domain::Column::Id), Order::Asc);
    }
}

impl Store {
    /// The tenant's domains that pass `filter`, in the order of its [`Walk`], from just after `after` on.
    pub async fn domains(
        &self,
        tenant: TenantId,
        filter: &DomainFilter,
        after: Option<&Place>,
        limit: u64,
    ) -> Result<Vec<Domain>, Error> {
        self.load(tenant, filter.page(tenant, after, limit)).await
    }

    /// A part of the tenant's domains that pass `filter`, sorted, and how many pass in all.
    pub async fn sorted_domains(
        &self,
        tenant: TenantId,
        filter: &DomainFilter,
        sorted: Sorted,
    ) -> Result<(Vec<Domain>, u64), Error> {
        let count = filter.select(tenant, None).select_only().expr(Expr::col(Asterisk).count());
        let (domains, total) = tokio::try_join!(self.load(tenant, filter.part(tenant, sorted)), async {
            let total: Option<i64> = count.into_tuple().one(&self.reader).await?;
            Ok(total.unwrap_or_default().unsigned_abs())
        })?;
        Ok((domains, total))
    }
}

/// Joins what domains have one or none of. Where the list goes along it, it stands first in a cross join, since SQLite
/// takes the tables of one in the order in which they are written.
fn join<E: EntityTrait + IntoTableRef>(
    mut select: Select<domain::Entity>,
    joined: E,
    is_its: Condition,
    first: bool,
) -> Select<domain::Entity> {
    if first {
        select = select.filter(is_its);
        QueryTrait::query(&mut select).from_clear().from(joined).cross_join(domain::Entity);
    } else {
        QueryTrait::query(&mut select).inner_join(joined, is_its);
    }
    select
}

fn column(column: domain::Column) -> Expr {
    Expr::col((domain::Entity, column))
}

fn other<E: EntityTrait>(entity: E, column: E::Column) -> Expr {
    Expr::col((entity, column).into_column_ref())
}

fn in_grace(graces: &[Grace]) -> Expr {
    let of_tlds = |grace: &Grace| {
        let tld = domain::Column::Tld.is_in(grace.tlds.iter().map(String::as_str));
        tld.and(domain::Column::ExpiresAt.gte(grace.expired_from))
    };
    let some = graces.iter().map(of_tlds).reduce(ExprTrait::or).unwrap_or_else(|| Expr::val(false));
    let expired = domain::Column::State.eq(DomainState::Expired.as_str());
    // Where the time is missing; and no database takes the time for what to search by.
    expired.and(Func::coalesce([some, Expr::val(false)]))
}

fn has(name: domain::Column, part: &str) -> Expr {
    let mut pattern = String::from("%");
    for character in part.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    column(name).like(LikeExpr::new(pattern).escape('\\'))
}

#[cfg(test)]
mod tests {
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
            for walk in WALKS {
                let (mut seen, mut after) = (Vec::new(), None);
                loop {
                    let page =
                        store.domains(account.tenant_id, &along(walk), after.as_ref(), 5).await.unwrap();
                    let Some(last) = page.last() else { break };
                    after = Some(walk.place_of(last));
                    assert!(page.iter().all(|domain| domain.nameservers.len() == 1));
                    seen.extend(page.iter().map(|domain| domain.name.to_string()));
                }
                seen.sort();
                assert_eq!(seen, names, "{walk:?}");
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
                let name = format!(
                    "{}{number}.{}",
                    if odd { "odd" } else { "n" },
                    if odd { "odd" } else { "example" }
                );
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
                    goes_along(&plan(&store, &filter.page(tenant, Some(&after), 101)).await, index);
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
}
