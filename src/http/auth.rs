//! Who calls: from the `Authorization` header to a principal inside the tenant that the path names.
//!
//! A handler says what it needs by the extractor it takes, [`Reading`] or [`Writing`], before it reads any body.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use eppgate_model::token::{Principal, Scope};
use serde::Deserialize;

use crate::http::conditional;
use crate::http::extract::Path;
use crate::http::problem::Problem;
use crate::service::{Error, Gateway};

/// A caller who may read in the tenant of the path.
#[derive(Debug)]
pub struct Reading(pub Principal);

/// A caller who may change things in the tenant of the path.
#[derive(Debug)]
pub struct Writing(pub Principal);

impl FromRequestParts<Gateway> for Reading {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        enter(parts, gateway, Scope::Read).await.map(Self)
    }
}

impl FromRequestParts<Gateway> for Writing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Problem> {
        enter(parts, gateway, Scope::Write).await.map(Self)
    }
}

#[derive(Deserialize)]
struct TenantPath {
    tenant_id: String,
}

/// The same, for what stands before the handlers.
pub(super) async fn writer(parts: &mut Parts, gateway: &Gateway) -> Result<Principal, Problem> {
    enter(parts, gateway, Scope::Write).await
}

async fn enter(parts: &mut Parts, gateway: &Gateway, need: Scope) -> Result<Principal, Problem> {
    let mut principal = gateway.authenticate(bearer(&parts.headers).ok_or(Error::Unauthenticated)?).await?;
    let Path(TenantPath { tenant_id }) = Path::from_request_parts(parts, gateway).await?;
    gateway.enter_tenant(&principal, &tenant_id, need).await?;
    principal.attempt = parts.extensions.get().cloned();
    principal.expects = conditional::precondition(parts)?;
    Ok(principal)
}

/// The one bearer token. Of several headers, one that a proxy checked could differ from the one that we read, so
/// several are none.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_bearer_token_counts_and_its_scheme_in_any_case() {
        for (values, token) in [
            (&["Bearer abc"][..], Some("abc")),
            (&["bEARER  abc "], Some("abc")),
            (&["Bearer abc", "Bearer abc"], None),
            (&["Basic abc"], None),
            (&["Bearer "], None),
            (&["Bearer"], None),
            (&["Bearer \u{e9}"], None),
            (&[""], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, value.parse().unwrap());
            }
            assert_eq!(bearer(&headers), token, "{values:?}");
        }
    }
}
