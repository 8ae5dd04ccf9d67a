//! Lists of a tenant's domains, as the API lets them be asked for: filtered, and read page by page or by row numbers.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use eppgate_model::name::unicode_part;
use eppgate_model::token::Principal;
use eppgate_model::{Domain, DomainName, HostName, TenantId, Word};
use eppgate_store::{DomainFilter, DomainOrder, Grace, Place, Sorted, Span, Walk};

use super::read::{page_of, page_size, unknown};
use super::{DomainView, Error, Gateway, Page};

/// Which domains to list, and how: as the caller wrote it.
#[derive(Debug, Clone, Default)]
pub struct ListDomains {
    pub state: Option<String>,
    pub tld: Option<String>,
    pub name_like: Option<String>,
    pub unicode_name_like: Option<String>,
    pub updated_after: Option<String>,
    pub updated_before: Option<String>,
    pub expires_within_days: Option<u32>,
    pub renewed_within_days: Option<u32>,
    pub in_grace: Option<bool>,
    pub in_redemption: Option<bool>,
    pub nameserver: Option<String>,
    pub out_of_sync: Option<bool>,
    pub registrant_verification_state: Option<String>,
    /// Makes it a list with numbered rows, as `offset` does.
    pub order_by: Option<String>,
    pub order: Option<String>,
    pub limit: Option<u32>,
    /// Wins over `offset`.
    pub cursor: Option<String>,
    pub offset: Option<u32>,
}

/// Domains, and how the list goes on.
#[derive(Debug, Clone)]
pub struct DomainList {
    pub items: Vec<DomainView>,
    pub paging: Paging,
}

/// How a list is read.
#[derive(Debug, Clone)]
pub enum Paging {
    /// Page by page, each from where the last ended. `next` is none on the last.
    Cursor { next: Option<String> },
    /// By the numbers of its rows.
    Offset { offset: u64, limit: u64, total: u64 },
}

impl Gateway {
    /// The tenant's domains, as many at a time as the caller asks for.
    pub async fn list_domains(&self, principal: &Principal, list: ListDomains) -> Result<DomainList, Error> {
        let tenant = principal.tenant_id;
        let limit = page_size(list.limit)?;
        let filter = self.domain_filter(tenant, &list).await?;
        let order = list.order_by.as_deref().map(|word| read_word("order_by", word)).transpose()?;
        let descending = match list.order.as_deref() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err(Error::field("order", "must be asc or desc")),
        };
        let (domains, paging) = match (&list.cursor, list.offset, order) {
            (Some(_), _, Some(_)) => {
                return Err(Error::field("order_by", "goes with an offset, not with a cursor"));
            }
            (Some(_), _, None) | (None, None, None) => {
                let walk = filter.walk();
                let after = list.cursor.as_deref().map(|cursor| read_cursor(walk, cursor)).transpose()?;
                let more = u64::from(limit) + 1;
                let found = self.0.store.domains(tenant, &filter, after.as_ref(), more).await?;
                let end = |last: &Domain| write_cursor(walk, &walk.place_of(last));
                let Page { items, next_cursor } = page_of(found, limit, end);
                (items, Paging::Cursor { next: next_cursor })
            }
            (None, offset, order) => {
                let (offset, limit) = (offset.unwrap_or_default().into(), limit.into());
                let order = order.unwrap_or(DomainOrder::Name);
                let descending = descending && list.order_by.is_some();
                let sorted = Sorted { order, descending, offset, limit };
                let (items, total) = self.0.store.sorted_domains(tenant, &filter, sorted).await?;
                (items, Paging::Offset { offset, limit, total })
            }
        };
        let mut items = Vec::with_capacity(domains.len());
        for domain in domains {
            items.push(self.view(domain).await?);
        }
        Ok(DomainList { items, paging })
    }

    async fn domain_filter(&self, tenant: TenantId, list: &ListDomains) -> Result<DomainFilter, Error> {
        let now = self.0.clock.now();
        let in_grace = match list.in_grace {
            Some(yes) => Some((yes, self.graces(tenant, now).await?)),
            None => None,
        };
        let nameserver = list
            .nameserver
            .as_deref()
            .map(|host| HostName::parse(host).map_err(|error| Error::field("nameserver", error.to_string())));
        let verification = "registrant_verification_state";
        let registrant = &list.registrant_verification_state;
        Ok(DomainFilter {
            state: list.state.as_deref().map(|word| read_word("state", word)).transpose()?,
            tld: list.tld.as_deref().map(read_tld).transpose()?,
            name_like: list.name_like.as_deref().map(|part| read_part("name_like", part)).transpose()?,
            unicode_name_like: list
                .unicode_name_like
                .as_deref()
                .map(|part| read_part("unicode_name_like", &unicode_part(part)))
                .transpose()?,
            updated: Span {
                from: list.updated_after.as_deref().map(|at| read_time("updated_after", at)).transpose()?,
                to: list.updated_before.as_deref().map(|at| read_time("updated_before", at)).transpose()?,
            },
            expires: match list.expires_within_days {
                Some(days) => {
                    Span { from: Some(now), to: Some(now + read_days("expires_within_days", days)?) }
                }
                None => Span::default(),
            },
            renewed: match list.renewed_within_days {
                Some(days) => {
                    Span { from: Some(now - read_days("renewed_within_days", days)?), to: Some(now) }
                }
                None => Span::default(),
            },
            in_grace,
            in_redemption: list.in_redemption,
            nameserver: nameserver.transpose()?,
            out_of_sync: list.out_of_sync,
            registrant: registrant.as_deref().map(|word| read_word(verification, word)).transpose()?,
        })
    }

    /// When a domain may have expired at the earliest that can still be renewed, by TLD.
    async fn graces(&self, tenant: TenantId, now: DateTime<Utc>) -> Result<Vec<Grace>, Error> {
        let mut by_days: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for association in self.0.store.associations(tenant).await?.iter() {
            let days = association.config.auto_renewal_grace_period_days;
            by_days.entry(days).or_default().push(association.tld.clone());
        }
        let grace = |(days, tlds)| Grace { tlds, expired_from: now - TimeDelta::days(i64::from(days)) };
        Ok(by_days.into_iter().map(grace).collect())
    }
}

fn read_word<T: Word>(field: &str, word: &str) -> Result<T, Error> {
    T::parse(word).ok_or_else(|| {
        let words: Vec<&str> = T::WORDS.iter().map(|(_, word)| *word).collect();
        Error::field(field, format!("must be one of {}", words.join(", ")))
    })
}

fn read_time(field: &str, text: &str) -> Result<DateTime<Utc>, Error> {
    let time =
        DateTime::parse_from_rfc3339(text).map_err(|_| Error::field(field, "is not an RFC 3339 time"))?;
    Ok(time.to_utc())
}

fn read_days(field: &str, days: u32) -> Result<TimeDelta, Error> {
    if (1..=LONGEST_SPAN).contains(&days) {
        return Ok(TimeDelta::days(i64::from(days)));
    }
    Err(Error::field(field, format!("must be 1 to {LONGEST_SPAN}")))
}

/// A zone as people write it, perhaps with its dot, in A-labels.
fn read_tld(text: &str) -> Result<String, Error> {
    let name = DomainName::parse(&format!("a.{}", text.trim_start_matches('.')));
    let name = name.map_err(|error| Error::field("tld", error.to_string()))?;
    Ok(name.suffixes().next().unwrap_or_default().to_owned())
}

fn read_part(field: &str, text: &str) -> Result<String, Error> {
    if text.is_empty() || text.chars().count() > LONGEST_PART || text.chars().any(char::is_control) {
        return Err(Error::field(field, format!("must be 1 to {LONGEST_PART} characters of a name")));
    }
    Ok(text.to_owned())
}

/// A cursor says what its list goes along, so that it is of no use to another.
fn write_cursor(walk: Walk, place: &Place) -> String {
    let walk = walk.as_str();
    let text = match place {
        Place::Text(key, id) => format!("{walk} {id} {key}"),
        Place::Time(key, id) => format!("{walk} {id} {}", key.to_rfc3339()),
        Place::Id(id) => format!("{walk} {id}"),
    };
    BASE64URL_NOPAD.encode(text.as_bytes())
}

fn read_cursor(walk: Walk, cursor: &str) -> Result<Place, Error> {
    let place = || {
        let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
        let text = String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))?;
        let mut parts = text.splitn(3, ' ');
        let written = Walk::parse(parts.next()?).filter(|written| *written == walk)?;
        let (id, key) = (parts.next()?.parse().ok()?, parts.next());
        match written {
            Walk::Name | Walk::UnicodeName | Walk::Registrant => Some(Place::Text(key?.to_owned(), id)),
            Walk::Update | Walk::Expiry | Walk::Renewal => {
                Some(Place::Time(DateTime::parse_from_rfc3339(key?).ok()?.to_utc(), id))
            }
            Walk::Nameserver => Some(Place::Id(id)),
        }
    };
    place().ok_or_else(|| unknown("cursor"))
}

/// In days: a century.
const LONGEST_SPAN: u32 = 36_525;
/// No name has more characters.
const LONGEST_PART: usize = 253;
