//! Contacts: each handler reads the request, makes one call and shows the outcome.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use eppgate_model::contact::Disclosure;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::http::auth::{Reading, Writing};
use crate::http::conditional::Tagged;
use crate::http::extract::{Body, Path, Query};
use crate::http::problem::Problem;
use crate::http::render::{Contact, Listed};
use crate::service::{ContactInput, Gateway, Given};

/// A contact, or why not.
type Answer = Result<Tagged<Contact>, Problem>;

#[derive(Deserialize)]
pub(super) struct ContactPath {
    handle: String,
}

#[derive(Deserialize)]
pub(super) struct CheckBody {
    handle: String,
}

/// `POST T/contacts/check`
pub(super) async fn check(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Body(CheckBody { handle }): Body<CheckBody>,
) -> Result<Json<Value>, Problem> {
    let (handle, free) = gateway.handle_is_free(&caller, &handle).await?;
    let status = if free { "available" } else { "unavailable" };
    Ok(Json(json!({ "data": { "handle": handle.as_str(), "status": status } })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    cursor: Option<String>,
    limit: Option<u32>,
}

/// `GET T/contacts`
pub(super) async fn list(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Query(ListQuery { cursor, limit }): Query<ListQuery>,
) -> Result<Json<Listed<Contact>>, Problem> {
    Ok(Listed::of(gateway.list_contacts(&caller, cursor, limit).await?))
}

/// `GET T/contacts/:handle`
pub(super) async fn get(
    State(gateway): State<Gateway>,
    Reading(caller): Reading,
    Path(ContactPath { handle }): Path<ContactPath>,
) -> Answer {
    Ok(Tagged::of(&gateway.contact(&caller, &handle).await?))
}

/// What a contact is made of. In a change, what is left out stays and null takes away.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactBody {
    handle: Option<String>,
    #[serde(deserialize_with = "given")]
    name: Given<String>,
    #[serde(deserialize_with = "given")]
    organization: Given<String>,
    #[serde(deserialize_with = "given")]
    email: Given<String>,
    #[serde(deserialize_with = "given")]
    phone: Given<String>,
    #[serde(deserialize_with = "given")]
    fax: Given<String>,
    #[serde(deserialize_with = "given")]
    street: Given<Vec<String>>,
    #[serde(deserialize_with = "given")]
    city: Given<String>,
    #[serde(deserialize_with = "given")]
    state_province: Given<String>,
    #[serde(deserialize_with = "given")]
    postal_code: Given<String>,
    #[serde(deserialize_with = "given")]
    country: Given<String>,
    #[serde(deserialize_with = "given")]
    registration_number: Given<String>,
    #[serde(deserialize_with = "given")]
    vat_number: Given<String>,
    #[serde(deserialize_with = "given")]
    disclosure: Given<Disclosure>,
    transfer_lock_opt_out: Option<bool>,
}

/// A field that is there, were it null.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Given<T>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl From<ContactBody> for ContactInput {
    fn from(body: ContactBody) -> Self {
        Self {
            name: body.name,
            organization: body.organization,
            email: body.email,
            phone: body.phone,
            fax: body.fax,
            street: body.street,
            city: body.city,
            state_province: body.state_province,
            postal_code: body.postal_code,
            country: body.country,
            registration_number: body.registration_number,
            vat_number: body.vat_number,
            disclosure: body.disclosure,
            transfer_lock_opt_out: body.transfer_lock_opt_out,
        }
    }
}

/// `POST T/contacts`
pub(super) async fn create(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Body(mut body): Body<ContactBody>,
) -> Result<(StatusCode, Tagged<Contact>), Problem> {
    let handle = body.handle.take();
    let contact = gateway.create_contact(&caller, handle, body.into()).await?;
    Ok((StatusCode::CREATED, Tagged::of(&contact)))
}

/// `PATCH T/contacts/:handle`
pub(super) async fn update(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(ContactPath { handle }): Path<ContactPath>,
    Body(body): Body<ContactBody>,
) -> Answer {
    if body.handle.as_ref().is_some_and(|new| *new != handle) {
        return Err(Problem::field("handle", "cannot be changed"));
    }
    Ok(Tagged::of(&gateway.update_contact(&caller, &handle, body.into()).await?))
}

/// `DELETE T/contacts/:handle`
pub(super) async fn delete(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(ContactPath { handle }): Path<ContactPath>,
) -> Result<StatusCode, Problem> {
    gateway.delete_contact(&caller, &handle).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST T/contacts/:handle/transfer`
pub(super) async fn transfer(
    State(gateway): State<Gateway>,
    Writing(caller): Writing,
    Path(ContactPath { handle }): Path<ContactPath>,
) -> Answer {
    Ok(Tagged::of(&gateway.transfer_contact(&caller, &handle).await?))
}
