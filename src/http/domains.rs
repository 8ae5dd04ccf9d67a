//! Domains: each handler reads the request, makes one call and shows the outcome.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::http::auth::{Reading, Writing};
use crate::http::conditional::Tagged;
use crate::http::extract::{Body, Path, Query};
use crate::http::problem::Problem;
use crate::http::render::{Actions, Availability, Data, Domain, DomainEvent, Listed};
use crate::service::{Check, DomainView, DsInput, Gateway, Handles, ListDomains, Register, Renew, Restore};

/// A domain, or why not.
type Answer = Result<Tagged<Domain>, Problem>;

fn shown(view: &DomainView) -> Tagged<Domain> {
    Tagged::of(view)
}

#[derive(Deserialize)]
pub(super) struct DomainPath {
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct CheckBody {
    name: Option<String>,
    names: Option<Vec<String>>,
    idn_language: Option<String>,
    fee_commands: Option<Vec<String>>,
    fee_period: Option<u32>,
    client_transaction_id: Option<String>,
    registry_account_id: Option<IgnoredAny>,
}

/// `POST T/domains/check`
pub(super) async fn check(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Body(body): Body<CheckBody>,
) -> Result<Json<Value>, Problem> {
    if body.registry_account_id.is_some() {
        return Err(Problem::field("registry_account_id", "is not accepted here"));
    }
    let (names, single) = match (body.name, body.names) {
        (Some(name), None) => (vec![name], true),
        (None, Some(names)) => (names, false),
        (Some(_), Some(_)) => return Err(Problem::field("names", "excludes name")),
        (None, None) => return Err(Problem::field("name", "or names is required")),
    };
    let check = Check {
        names,
        idn_language: body.idn_language,
        fee_commands: body.fee_commands.unwrap_or_default(),
        fee_period: body.fee_period.unwrap_or(1),
        single,
    };
    let checked = gateway.check(&caller, check).await?.into_iter();
    let mut results = checked.map(|checked| Availability::new(checked, body.client_transaction_id.clone()));
    let data = if single { json!(results.next()) } else { json!({ "results": results.collect::<Vec<_>>() }) };
    Ok(Json(json!({ "data": data })))
}

/// Filters that are not known are refused: one that is ignored gives wrong domains, not fewer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    state: Option<String>,
    tld: Option<String>,
    name_like: Option<String>,
    unicode_name_like: Option<String>,
    updated_after: Option<String>,
    updated_before: Option<String>,
    expires_within_days: Option<u32>,
    renewed_within_days: Option<u32>,
    in_grace: Option<bool>,
    in_redemption: Option<bool>,
    nameserver: Option<String>,
    out_of_sync: Option<bool>,
    registrant_verification_state: Option<String>,
    order_by: Option<String>,
    order: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
    offset: Option<u32>,
}

/// `GET T/domains`
pub(super) async fn list(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listed<Domain>>, Problem> {
    let list = ListDomains {
        state: query.state,
        tld: query.tld,
        name_like: query.name_like,
        unicode_name_like: query.unicode_name_like,
        updated_after: query.updated_after,
        updated_before: query.updated_before,
        expires_within_days: query.expires_within_days,
        renewed_within_days: query.renewed_within_days,
        in_grace: query.in_grace,
        in_redemption: query.in_redemption,
        nameserver: query.nameserver,
        out_of_sync: query.out_of_sync,
        registrant_verification_state: query.registrant_verification_state,
        order_by: query.order_by,
        order: query.order,
        limit: query.limit,
        cursor: query.cursor,
        offset: query.offset,
    };
    Ok(Listed::of_domains(&gateway.list_domains(&caller, list).await?))
}

/// `GET T/domains/:name`
pub(super) async fn get(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Path(DomainPath { name }): Path<DomainPath>,
) -> Answer {
    Ok(shown(&gateway.domain(&caller, &name).await?))
}

#[derive(Deserialize)]
pub(super) struct RegisterBody {
    name: String,
    years: Option<u32>,
    nameservers: Option<Vec<String>>,
    registrant_handle: Option<String>,
    admin_handle: Option<String>,
    tech_handle: Option<String>,
    billing_handle: Option<String>,
    payment_assured: Option<bool>,
    quote_id: Option<String>,
    registry_account_id: Option<String>,
    idn_language: Option<String>,
}

/// `POST T/domains`
pub(super) async fn register(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Body(body): Body<RegisterBody>,
) -> Result<(StatusCode, Tagged<Domain>), Problem> {
    let register = Register {
        name: body.name,
        years: body.years,
        nameservers: body.nameservers.unwrap_or_default(),
        contacts: Handles {
            registrant: body.registrant_handle,
            admin: body.admin_handle,
            tech: body.tech_handle,
            billing: body.billing_handle,
        },
        payment_assured: body.payment_assured.unwrap_or_default(),
        quote_id: body.quote_id,
        registry_account_id: body.registry_account_id,
        idn_language: body.idn_language,
    };
    Ok((StatusCode::CREATED, shown(&gateway.register(&caller, register).await?)))
}

/// `POST T/domains/:name/reconcile`
pub(super) async fn reconcile(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
) -> Answer {
    Ok(shown(&gateway.reconcile(&caller, &name).await?))
}

#[derive(Default, Deserialize)]
pub(super) struct RenewBody {
    years: Option<u32>,
    quote_id: Option<String>,
}

/// `POST T/domains/:name/renew`
pub(super) async fn renew(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
    body: Option<Body<RenewBody>>,
) -> Answer {
    let RenewBody { years, quote_id } = body.map(|Body(body)| body).unwrap_or_default();
    Ok(shown(&gateway.renew(&caller, &name, Renew { years, quote_id }).await?))
}

#[derive(Deserialize)]
pub(super) struct NameserversBody {
    nameservers: Vec<String>,
}

/// `POST T/domains/:name/update_nameservers`
pub(super) async fn update_nameservers(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
    Body(NameserversBody { nameservers }): Body<NameserversBody>,
) -> Answer {
    Ok(shown(&gateway.update_nameservers(&caller, &name, nameservers).await?))
}

#[derive(Deserialize)]
pub(super) struct ContactsBody {
    admin_handle: Option<String>,
    tech_handle: Option<String>,
    billing_handle: Option<String>,
}

/// `POST T/domains/:name/update_contacts`
pub(super) async fn update_contacts(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
    Body(ContactsBody { admin_handle, tech_handle, billing_handle }): Body<ContactsBody>,
) -> Answer {
    let handles =
        Handles { registrant: None, admin: admin_handle, tech: tech_handle, billing: billing_handle };
    Ok(shown(&gateway.update_contacts(&caller, &name, handles).await?))
}

#[derive(Deserialize)]
pub(super) struct DsRecordsBody {
    ds_records: Vec<DsRecordBody>,
}

/// Numbers are taken as wide as they come: one out of range is a wrong record, not a wrong request.
#[derive(Deserialize)]
struct DsRecordBody {
    key_tag: i64,
    algorithm: i64,
    digest_type: i64,
    digest: String,
    max_sig_life: Option<i64>,
}

impl From<DsRecordBody> for DsInput {
    fn from(body: DsRecordBody) -> Self {
        let DsRecordBody { key_tag, algorithm, digest_type, digest, max_sig_life } = body;
        Self { key_tag, algorithm, digest_type, digest, max_sig_life }
    }
}

/// `POST T/domains/:name/update_ds_records`
pub(super) async fn update_ds_records(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
    Body(DsRecordsBody { ds_records }): Body<DsRecordsBody>,
) -> Answer {
    let records = ds_records.into_iter().map(DsInput::from).collect();
    Ok(shown(&gateway.update_ds_records(&caller, &name, records).await?))
}

/// `DELETE T/domains/:name/ds_records`
pub(super) async fn delete_ds_records(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
) -> Answer {
    Ok(shown(&gateway.delete_ds_records(&caller, &name).await?))
}

/// `POST T/domains/:name/auth_code/rotate`
pub(super) async fn rotate_auth_code(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
) -> Result<Json<Value>, Problem> {
    let code = gateway.rotate_auth_code(&caller, &name).await?;
    Ok(Json(json!({ "data": { "auth_code": code.expose() } })))
}

#[derive(Default, Deserialize)]
pub(super) struct RestoreBody {
    quote_id: Option<String>,
}

/// `POST T/domains/:name/restore`
pub(super) async fn restore(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
    body: Option<Body<RestoreBody>>,
) -> Answer {
    let RestoreBody { quote_id } = body.map(|Body(body)| body).unwrap_or_default();
    Ok(shown(&gateway.restore(&caller, &name, Restore { quote_id }).await?))
}

#[derive(Deserialize)]
pub(super) struct AutoRenewalBody {
    mode: String,
}

/// `PUT T/domains/:name/auto_renewal`
pub(super) async fn set_auto_renewal(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
    Body(AutoRenewalBody { mode }): Body<AutoRenewalBody>,
) -> Answer {
    Ok(shown(&gateway.set_auto_renewal(&caller, &name, &mode).await?))
}

/// `DELETE T/domains/:name`
pub(super) async fn delete(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(DomainPath { name }): Path<DomainPath>,
) -> Result<StatusCode, Problem> {
    gateway.delete(&caller, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventsQuery {
    cursor: Option<String>,
    limit: Option<u32>,
}

/// `GET T/domains/:name/events`
pub(super) async fn events(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Path(DomainPath { name }): Path<DomainPath>,
    Query(EventsQuery { cursor, limit }): Query<EventsQuery>,
) -> Result<Json<Listed<DomainEvent>>, Problem> {
    let page = gateway.events(&caller, &name, cursor, limit).await?;
    Ok(Listed::of(page))
}

/// `GET T/domains/:name/actions`
pub(super) async fn actions(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Path(DomainPath { name }): Path<DomainPath>,
) -> Result<Json<Data<Actions>>, Problem> {
    Ok(Data::of(Actions::new(gateway.actions(&caller, &name).await?)))
}
