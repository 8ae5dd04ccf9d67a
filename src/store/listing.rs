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

/// Where a page begins, or a part of it that the database can find at once.
#[derive(Debug, Clone, Copy)]
enum Start<'a> {
    After(&'a Place),
    /// The rest of one registrant's domains.
    Rest(&'a str, DomainId),
    /// The domains of the registrants behind one.
    Next(&'a str),
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

    /// The page that begins there.
    fn page(&self, tenant: TenantId, after: Option<Start<'_>>, limit: u64) -> Select<domain::Entity> {
        let mut filter = self.clone();
        let mut after = after;
        if let (Some(Start::After(Place::Time(time, _))), Some(span)) = (after, filter.span()) {
            // Only one of the two is said, or the database may look for the page from the wrong one on.
            if span.from.is_some_and(|from| *time < from) {
                after = None;
            } else {
                span.from = None;
            }
        }
        let walk = self.walk();
        let mut select = filter.select(tenant, Some(walk)).limit(limit);
        if let Some(start) = after {
            select = select.filter(walk.from(start));
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

    /// The parts of the page after a place, one behind the other. Those of one registrant are a part of their own: in a
    /// join no database begins in the middle of them.
    fn parts(self, after: Option<&Place>) -> Vec<Option<Start<'_>>> {
        match (self, after) {
            (Self::Registrant, Some(Place::Text(handle, id))) => {
                vec![Some(Start::Rest(handle, *id)), Some(Start::Next(handle))]
            }
            _ => vec![after.map(Start::After)],
        }
    }

    fn from(self, start: Start<'_>) -> Condition {
        let handle = || other(contact::Entity, contact::Column::Handle);
        match start {
            Start::After(place) => self.beyond(place),
            Start::Rest(of, after) => Condition::all()
                .add(handle().eq(of))
                .add(domain::Column::RegistrantHandle.eq(of))
                .add(column(domain::Column::Id).gt(after.uuid())),
            Start::Next(behind) => Condition::all().add(handle().gt(behind)),
        }
    }

    fn beyond(self, place: &Place) -> Condition {
        let id = column(domain::Column::Id);
        let beyond = |key: Expr, id_after: &DomainId| {
            let here = self.key().map(|key| Expr::tuple([column(key), id.clone()]));
            here.map(|here| here.gt(Expr::tuple([key, Expr::val(id_after.uuid())])))
        };
        let all = Condition::all();
        match place {
            Place::Text(key, id) => all.add_option(beyond(Expr::val(key.as_str()), id)),
            Place::Time(key, id) => all.add_option(beyond(Expr::val(*key), id)),
            // Said of both tables, so that the database can begin there whichever of them it takes first.
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
        let mut domains = Vec::new();
        for start in filter.walk().parts(after) {
            let left = limit.saturating_sub(domains.len() as u64);
            if left > 0 {
                domains.extend(self.load(tenant, filter.page(tenant, start, left)).await?);
            }
        }
        Ok(domains)
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
mod tests;
