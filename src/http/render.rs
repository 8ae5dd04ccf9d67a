//! How things look in answers: the documented keys, all of them always there, and a few of our own beside them.
//!
//! Times are RFC 3339 in UTC with `Z`, to the second or the microsecond; money is a decimal string with its
//! currency.

mod account;
mod contact;
mod host;
mod plan;
mod tenant;
mod transfer;

use axum::Json;
use chrono::{DateTime, Utc};
use eppgate_model::domain::AutoRenewMode;
use eppgate_model::operation::{OperationState, Outcome};
use eppgate_model::{self as model, Money, Word};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

pub use account::Account;
pub use contact::Contact;
pub use host::Host;
pub use plan::{Actions, Plan};
pub use tenant::{Tenant, TldAssociation};
pub use transfer::{PendingTransfer, Transfer};

use crate::service::{self, CheckStatus, Checked, DomainList, DomainView, FeeQuote, Page, Paging};

/// `{"data": …}`: every answer that is not a failure.
#[derive(Debug, Serialize)]
pub struct Data<T> {
    data: T,
}

impl<T> Data<T> {
    /// Wraps it up.
    pub fn of(data: T) -> Json<Self> {
        Json(Self { data })
    }
}

/// `{"data": […], "pagination": …}`: a page of a list.
#[derive(Debug, Serialize)]
pub struct Listed<T> {
    data: Vec<T>,
    pagination: Pagination,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Pagination {
    Cursor { next_cursor: Option<String>, has_more: bool },
    Offset { offset: u64, limit: u64, total: u64, has_more: bool },
}

impl Pagination {
    fn cursor(next_cursor: Option<String>) -> Self {
        Self::Cursor { has_more: next_cursor.is_some(), next_cursor }
    }
}

impl<T> Listed<T> {
    /// Renders each item of a page.
    pub fn of<I>(page: Page<I>) -> Json<Self>
    where
        T: for<'a> From<&'a I>,
    {
        let pagination = Pagination::cursor(page.next_cursor);
        Json(Self { data: page.items.iter().map(T::from).collect(), pagination })
    }
}

impl Listed<Domain> {
    /// Renders a list of domains, however it is read.
    pub fn of_domains(list: &DomainList) -> Json<Self> {
        let shown = list.items.len() as u64;
        let pagination = match list.paging {
            Paging::Cursor { ref next } => Pagination::cursor(next.clone()),
            Paging::Offset { offset, limit, total } => {
                Pagination::Offset { offset, limit, total, has_more: offset + shown < total }
            }
        };
        Json(Self { data: list.items.iter().map(Domain::from).collect(), pagination })
    }
}

/// A domain.
#[derive(Debug, Serialize)]
pub struct Domain {
    id: String,
    tenant_id: String,
    name: String,
    unicode_name: String,
    tld: String,
    state: &'static str,
    /// Agreements come with the contacts that accept them.
    acceptance: Option<()>,
    auto_renewal: AutoRenewal,
    registry_account: RegistryAccount,
    registry_account_id: String,
    nameservers: Vec<String>,
    epp_statuses: Vec<String>,
    ds_records: Vec<DsRecord>,
    dnssec_signed: bool,
    registrant_handle: Option<String>,
    admin_handle: Option<String>,
    tech_handle: Option<String>,
    billing_handle: Option<String>,
    registered_at: Option<Time>,
    expires_at: Option<Time>,
    last_renewed_at: Option<Time>,
    last_reconciled_at: Option<Time>,
    deletion_scheduled_at: Option<Time>,
    transfer_lock_until: Option<Time>,
    hold_reason: Option<&'static str>,
    out_of_sync: bool,
    inserted_at: Time,
    updated_at: Time,
}

#[derive(Debug, Serialize)]
struct AutoRenewal {
    enabled: bool,
    grace_period_days: u32,
    mode: &'static str,
    /// Reserved by the documentation; always null.
    opt_out_url: Option<()>,
    renewal_fee: Option<Price>,
}

/// An amount in its currency.
#[derive(Debug, Serialize)]
struct Price {
    amount: Decimal,
    currency: String,
}

impl From<Money> for Price {
    fn from(Money { amount, currency }: Money) -> Self {
        Self { amount, currency: currency.to_string() }
    }
}

#[derive(Debug, Serialize)]
struct RegistryAccount {
    id: String,
    name: String,
    registry_binding: String,
}

#[derive(Debug, Serialize)]
struct DsRecord {
    key_tag: u16,
    algorithm: u8,
    digest_type: u8,
    digest: String,
    max_sig_life: Option<u32>,
}

impl From<&DomainView> for Domain {
    fn from(DomainView { domain, account, association, renewal_price }: &DomainView) -> Self {
        let enabled = match domain.auto_renew_mode {
            AutoRenewMode::Default => association.config.auto_renews,
            AutoRenewMode::AutoRenew | AutoRenewMode::RenewOnce => true,
            AutoRenewMode::AutoExpire | AutoRenewMode::AutoDelete => false,
        };
        Self {
            id: domain.id.to_string(),
            tenant_id: domain.tenant_id.to_string(),
            name: domain.name.to_string(),
            unicode_name: domain.unicode_name.clone(),
            tld: domain.tld.clone(),
            state: domain.state.as_str(),
            acceptance: None,
            auto_renewal: AutoRenewal {
                enabled,
                grace_period_days: association.config.auto_renewal_grace_period_days,
                mode: domain.auto_renew_mode.as_str(),
                opt_out_url: None,
                renewal_fee: renewal_price.filter(|_| enabled).map(Price::from),
            },
            registry_account: RegistryAccount {
                id: account.id.to_string(),
                name: account.name.clone(),
                registry_binding: account.binding.clone(),
            },
            registry_account_id: domain.account_id.to_string(),
            nameservers: domain.nameservers.iter().map(ToString::to_string).collect(),
            epp_statuses: domain.epp_statuses.clone(),
            ds_records: domain.ds_records.iter().map(DsRecord::from).collect(),
            dnssec_signed: !domain.ds_records.is_empty(),
            registrant_handle: domain.registrant_handle.clone(),
            admin_handle: domain.admin_handle.clone(),
            tech_handle: domain.tech_handle.clone(),
            billing_handle: domain.billing_handle.clone(),
            registered_at: domain.registered_at.map(Time),
            expires_at: domain.expires_at.map(Time),
            last_renewed_at: domain.last_renewed_at.map(Time),
            last_reconciled_at: domain.last_reconciled_at.map(Time),
            deletion_scheduled_at: domain.deletion_scheduled_at.map(Time),
            transfer_lock_until: domain.transfer_lock_until.map(Time),
            hold_reason: domain.hold_reason.map(Word::as_str),
            out_of_sync: domain.out_of_sync,
            inserted_at: Time(domain.inserted_at),
            updated_at: Time(domain.updated_at),
        }
    }
}

impl From<&model::domain::DsRecord> for DsRecord {
    fn from(record: &model::domain::DsRecord) -> Self {
        Self {
            key_tag: record.key_tag,
            algorithm: record.algorithm,
            digest_type: record.digest_type,
            digest: record.digest.clone(),
            max_sig_life: record.max_sig_life,
        }
    }
}

/// What a registry says of one name.
#[derive(Debug, Serialize)]
pub struct Availability {
    name: String,
    status: &'static str,
    fees: Vec<Fee>,
    client_transaction_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    premium: Option<Premium>,
    /// Ours: why not, in the registry's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Fee {
    command: String,
    amount: Decimal,
    currency: String,
    period_years: Option<u8>,
    refundable: Option<bool>,
}

#[derive(Debug, Serialize)]
struct Premium {
    marker: String,
}

impl Availability {
    /// With the caller's own identifier for the question.
    pub fn new(checked: Checked, client_transaction_id: Option<String>) -> Self {
        let status = match checked.status {
            CheckStatus::Available => "available",
            CheckStatus::Unavailable => "unavailable",
            CheckStatus::Error => "error",
        };
        Self {
            name: checked.name,
            status,
            fees: checked.fees.into_iter().map(Fee::from).collect(),
            client_transaction_id,
            premium: checked.premium.map(|marker| Premium { marker }),
            reason: checked.reason,
        }
    }
}

impl From<FeeQuote> for Fee {
    fn from(quote: FeeQuote) -> Self {
        let FeeQuote { command, amount, currency, period_years, refundable, .. } = quote;
        Self { command, amount, currency, period_years, refundable }
    }
}

/// The prices of one TLD.
#[derive(Debug, Serialize)]
pub struct RateCard {
    tld: String,
    entries: Vec<Rate>,
}

/// A line of a rate card.
#[derive(Debug, Serialize)]
struct Rate {
    id: String,
    tld: String,
    operation: &'static str,
    period: Option<u8>,
    tier: &'static str,
    premium_class: Option<String>,
    amount: Decimal,
    currency: String,
    inserted_at: Time,
    updated_at: Time,
}

impl From<&service::RateCard> for RateCard {
    fn from(card: &service::RateCard) -> Self {
        Self { tld: card.tld.clone(), entries: card.entries.iter().map(Rate::from).collect() }
    }
}

impl From<&model::price::Rate> for Rate {
    fn from(rate: &model::price::Rate) -> Self {
        Self {
            id: rate.id.to_string(),
            tld: rate.tld.clone(),
            operation: rate.item.operation.as_str(),
            period: rate.item.period,
            tier: rate.item.tier.as_str(),
            premium_class: rate.item.tier.class().map(ToOwned::to_owned),
            amount: rate.price.amount,
            currency: rate.price.currency.to_string(),
            inserted_at: Time(rate.inserted_at),
            updated_at: Time(rate.updated_at),
        }
    }
}

/// A price that is promised.
#[derive(Debug, Serialize)]
pub struct Quote {
    quote_id: String,
    fqdn: String,
    tld: String,
    operation: &'static str,
    period: Option<u8>,
    tier: &'static str,
    premium_class: Option<String>,
    amount: Decimal,
    currency: String,
    quoted_at: Time,
    valid_until: Time,
}

impl From<&model::price::Quote> for Quote {
    fn from(quote: &model::price::Quote) -> Self {
        Self {
            quote_id: quote.id.to_string(),
            fqdn: quote.name.to_string(),
            tld: quote.tld.clone(),
            operation: quote.item.operation.as_str(),
            period: quote.item.period,
            tier: quote.item.tier.as_str(),
            premium_class: quote.item.tier.class().map(ToOwned::to_owned),
            amount: quote.price.amount,
            currency: quote.price.currency.to_string(),
            quoted_at: Time(quote.quoted_at),
            valid_until: Time(quote.valid_until),
        }
    }
}

/// An entry of a domain's history.
#[derive(Debug, Serialize)]
pub struct DomainEvent {
    id: String,
    domain_id: String,
    event_type: String,
    actor_type: String,
    actor_id: Option<String>,
    payload: model::Json,
    inserted_at: Time,
}

impl From<&model::DomainEvent> for DomainEvent {
    fn from(event: &model::DomainEvent) -> Self {
        Self {
            id: event.id.to_string(),
            domain_id: event.domain_id.to_string(),
            event_type: event.event_type.clone(),
            actor_type: event.actor_type.clone(),
            actor_id: event.actor_id.clone(),
            payload: event.payload.clone(),
            inserted_at: Time(event.inserted_at),
        }
    }
}

/// A change at a registry, and what became of it.
#[derive(Debug, Serialize)]
pub struct Operation {
    id: String,
    kind: &'static str,
    object: String,
    name: String,
    state: &'static str,
    outcome: &'static str,
    epp_code: Option<u16>,
    svtrid: Option<String>,
    cltrid: String,
    /// What the verdict rests on, when there was no reply to read it from.
    evidence: Option<model::Json>,
    inserted_at: Time,
    sent_at: Option<Time>,
    replied_at: Option<Time>,
    settled_at: Option<Time>,
}

impl From<&model::Operation> for Operation {
    fn from(operation: &model::Operation) -> Self {
        Self {
            id: operation.id.to_string(),
            kind: operation.kind.as_str(),
            object: operation.object.clone(),
            name: operation.name.clone(),
            state: operation.state.as_str(),
            outcome: outcome(operation),
            epp_code: operation.result_code,
            svtrid: operation.svtrid.clone(),
            cltrid: operation.cltrid.as_str().to_owned(),
            evidence: operation.evidence.clone().map(without_names),
            inserted_at: Time(operation.inserted_at),
            sent_at: operation.sent_at.map(Time),
            replied_at: operation.replied_at.map(Time),
            settled_at: operation.settled_at.map(Time),
        }
    }
}

/// Which of the people who run the gateway has settled it is not for tenants.
fn without_names(mut evidence: model::Json) -> model::Json {
    if let Some(evidence) = evidence.as_object_mut() {
        evidence.remove("operator");
    }
    evidence
}

/// The journal calls refused also what was found not to have been done; only a reply makes it a refusal to a caller.
pub(super) fn outcome(operation: &model::Operation) -> &'static str {
    match (operation.outcome, operation.result_code) {
        (Some(Outcome::Executed), _) => "executed",
        (Some(Outcome::Refused), Some(_)) => "refused",
        (Some(Outcome::Refused), None) | (Some(Outcome::NotSent), _) => "not_executed",
        (None, _) if operation.state == OperationState::Unknown => "unknown",
        (None, _) => "pending",
    }
}

/// A moment.
#[derive(Debug)]
pub(super) struct Time(pub(super) DateTime<Utc>);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&model::clock::shown(self.0))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_to_the_second_or_the_microsecond() {
        for (micros, text) in [
            (1_735_689_600_000_000, "2025-01-01T00:00:00Z"),
            (1_735_689_600_500_000, "2025-01-01T00:00:00.500000Z"),
            (1_735_689_600_000_001, "2025-01-01T00:00:00.000001Z"),
        ] {
            assert_eq!(json!(Time(DateTime::from_timestamp_micros(micros).unwrap())), text);
        }
    }

    #[test]
    fn a_fee_is_shown_with_the_scale_that_the_registry_gave() {
        let quote = FeeQuote {
            command: "create".to_owned(),
            amount: "9.9900".parse().unwrap(),
            currency: "USD".to_owned(),
            period_years: Some(1),
            refundable: None,
            standard: None,
        };
        assert_eq!(
            json!(Fee::from(quote)),
            json!({"command": "create", "amount": "9.9900", "currency": "USD", "period_years": 1, "refundable": null})
        );
    }
}
