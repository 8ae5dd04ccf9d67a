//! How failures look: the error envelope, and the one table from what the service says to a status and a code.
//!
//! `error` is what programs switch on; `detail` is per code; `details` goes with `unprocessable_entity` alone.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use eppgate_model::clock::shown;
use serde_json::{Map, Value, json};

use crate::service::{Error, FieldError};

/// An answer that says no.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    extra: Extra,
    retry_after: Option<Duration>,
}

/// What stands beside the code.
#[derive(Debug)]
enum Extra {
    Nothing,
    Detail(Value),
    Fields(BTreeMap<String, Vec<String>>),
    /// Outside the envelope proper: the accounts to choose from.
    Meta(Value),
}

impl Problem {
    /// A bare code.
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, extra: Extra::Nothing, retry_after: None }
    }

    /// One field of the request is wrong.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// The request cannot be read at all.
    pub fn malformed() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed_request")
    }

    /// We failed; what exactly is for the log.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error")
    }

    /// What programs switch on.
    pub fn code(&self) -> &'static str {
        self.code
    }

    fn fields(errors: Vec<FieldError>) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for FieldError { field, message } in errors {
            fields.entry(field).or_default().push(message);
        }
        Self { extra: Extra::Fields(fields), ..Self::rule("unprocessable_entity") }
    }

    fn denied(code: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code)
    }

    fn rule(code: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code)
    }

    /// It may be over when the caller comes back in a moment.
    fn passing(self) -> Self {
        Self { retry_after: Some(A_MOMENT), ..self }
    }

    fn with_detail(self, detail: Value) -> Self {
        Self { extra: Extra::Detail(detail), ..self }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, "unauthorized"),
            Error::InsufficientScope => Self::denied("insufficient_scope"),
            Error::Forbidden => Self::denied("forbidden"),
            Error::TenantMismatch => Self::denied("tenant_mismatch"),
            Error::TenantNotFound => Self::denied("tenant_not_found"),
            Error::TenantInactive => Self::denied("tenant_inactive"),
            Error::NotAMember => Self::denied("not_a_member"),
            Error::MembershipDeactivated => Self::denied("membership_deactivated"),
            Error::NotFound => Self::new(StatusCode::NOT_FOUND, "not_found"),

            Error::PreconditionFailed => Self::new(StatusCode::PRECONDITION_FAILED, "precondition_failed"),
            Error::Validation(errors) => Self::fields(errors),
            Error::WrongState => Self::rule("wrong_state"),
            Error::NotRestorable { purge_due_at: None } => Self::rule("wrong_state"),
            Error::NotRestorable { purge_due_at: Some(at) } => {
                Self::rule("wrong_state").with_detail(json!({ "purge_due_at": shown(at) }))
            }
            Error::DomainWithinTransferLock => Self::rule("domain_within_transfer_lock"),
            Error::DomainInTransfer => Self::rule("domain_in_transfer"),
            Error::AuthCodeInvalid => Self::rule("auth_code_invalid"),
            Error::RegistrantHandleRequired => Self::rule("registrant_handle_required"),
            Error::CancelTooLate => Self::rule("cancel_too_late"),
            Error::WrongDirection => Self::rule("wrong_direction"),
            Error::TransferNackReasonRequired => Self::rule("transfer_nack_reason_required"),
            Error::TransferNackReasonInvalid => Self::rule("transfer_nack_reason_invalid"),
            Error::UpdateProhibited => Self::rule("update_prohibited"),
            Error::DeleteProhibited => Self::rule("delete_prohibited"),
            Error::TransferProhibited => Self::rule("transfer_prohibited"),
            Error::TldNotAssociated => Self::rule("tld_not_associated"),
            Error::TldNotDnssec => Self::rule("tld_not_dnssec"),
            Error::NotOffered(what) => {
                let message = format!("the registry does not let registrars {what}");
                Self::rule("registry_error").with_detail(json!({ "epp_code": null, "message": message }))
            }
            Error::InvalidDsRecords => Self::rule("invalid_ds_records"),
            Error::DuplicateDsRecord => Self::rule("duplicate_ds_record"),
            Error::InconsistentMaxSigLife => Self::rule("inconsistent_max_sig_life"),
            Error::InvalidNameservers => Self::rule("invalid_nameservers"),
            Error::DuplicateNameserver => Self::rule("duplicate_nameserver"),
            Error::EmptyNameservers => Self::rule("empty_nameservers"),
            Error::SubordinateHostMissing(host) => {
                Self::rule("subordinate_host_missing").with_detail(json!(host))
            }
            Error::ContactNotFound => Self::rule("contact_not_found"),
            Error::ContactInUse => Self::rule("contact_in_use"),
            Error::ChangeOfRegistrantRequired => Self::rule("change_of_registrant_required"),
            Error::TransferNotSupported => Self::rule("transfer_not_supported"),
            Error::HostInUse => Self::rule("host_in_use"),
            Error::NotSubordinate => Self::rule("not_subordinate"),
            Error::SubordinateHostsExist => Self::rule("subordinate_hosts_exist"),
            Error::QuoteRequired => Self::rule("quote_required"),
            Error::QuoteNotFound => Self::rule("quote_not_found"),
            Error::QuoteConsumed { operation_id } => Self::rule("quote_consumed")
                .with_detail(json!({ "operation_id": operation_id.map(|id| id.to_string()) })),
            Error::QuoteExpired => Self::rule("quote_expired"),
            Error::QuoteMismatch { differs, class } => Self::rule("quote_mismatch")
                .with_detail(json!({ "differs": differs, "registry_premium_class": class })),
            Error::PaymentNotAssured => Self::rule("payment_not_assured"),
            Error::FqdnRequired => Self::rule("fqdn_required"),
            Error::InvalidOperation => Self::rule("invalid_operation"),
            Error::PeriodNotAllowed => Self::rule("period_not_allowed"),
            Error::PremiumClassRequired => Self::rule("premium_class_required"),
            Error::PremiumClassUnknown => Self::rule("premium_class_unknown"),
            Error::PriceNotConfigured => Self::rule("price_not_configured"),
            Error::NotAtRegistry => Self::rule("not_at_registry"),
            Error::DomainUnavailable => Self::rule("domain_unavailable"),
            Error::RegistryAccountRequired(accounts) => {
                let candidates =
                    accounts.into_iter().map(|(id, name)| json!({"id": id.to_string(), "name": name}));
                let meta = json!({ "candidates": candidates.collect::<Vec<_>>() });
                Self { extra: Extra::Meta(meta), ..Self::rule("registry_account_required") }
            }
            Error::RegistryBindingMismatch => Self::rule("registry_binding_mismatch"),
            Error::RegistryAccountUnavailable => Self::rule("registry_account_unavailable"),
            Error::OperationInProgress { operation_id } => {
                let detail = json!({ "operation_id": operation_id.map(|id| id.to_string()) });
                Self::new(StatusCode::CONFLICT, "operation_in_progress").with_detail(detail).passing()
            }

            Error::OperationSettled => Self::new(StatusCode::CONFLICT, "operation_settled"),
            Error::IdempotencyKeyInUse { in_flight } => {
                let problem = Self::new(StatusCode::CONFLICT, "idempotency_key_in_use");
                if in_flight { problem.with_detail(json!({ "in_flight": true })).passing() } else { problem }
            }

            Error::RegistryRefused { code, message, reasons, svtrid } => Self::rule("registry_error")
                .with_detail(
                    json!({ "epp_code": code, "message": message, "reasons": reasons, "svtrid": svtrid }),
                ),
            Error::RegistryMustAct => Self::rule("registry_error")
                .with_detail(json!({ "message": "Only the registry can do this; its staff is to be asked" })),
            Error::RegistryBadResponse => Self::new(StatusCode::BAD_GATEWAY, "registry_bad_response"),
            Error::RegistryUnavailable { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "registry_unavailable")
            },
            Error::RegistryTimeout { operation_id } => {
                let problem = Self::new(StatusCode::GATEWAY_TIMEOUT, "registry_timeout");
                match operation_id {
                    Some(id) => {
                        problem.with_detail(json!({ "operation_id": id.to_string(), "outcome": "unknown" }))
                    }
                    None => problem,
                }
            }
            Error::ConfigurationRefused(problems) => {
                Self::rule("configuration_refused").with_detail(json!({ "problems": problems }))
            }
            Error::Internal(source) => {
                tracing::error!(error = &*source, "a request failed for a reason of our own");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("error".to_owned(), self.code.into());
        match self.extra {
            Extra::Nothing => {}
            Extra::Detail(detail) => _ = body.insert("detail".to_owned(), detail),
            Extra::Fields(fields) => _ = body.insert("details".to_owned(), json!(fields)),
            Extra::Meta(meta) => _ = body.insert("meta".to_owned(), meta),
        }
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        let passes = matches!(self.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
        if let Some(wait) = self.retry_after.or_else(|| passes.then_some(SOON)) {
            response.headers_mut().insert(RETRY_AFTER, whole_seconds(wait).into());
        }
        response
    }
}

/// When what is wrong passes, and nothing tells when.
pub(super) const SOON: Duration = Duration::from_secs(1);

/// Rounded up, so that nobody comes back too early; never zero.
pub(super) fn whole_seconds(wait: Duration) -> u64 {
    let part = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(part).max(1)
}

const A_MOMENT: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use eppgate_model::{AccountId, OperationId};

    use super::*;

    async fn rendered(error: Error) -> (StatusCode, Value, Response<()>) {
        let (parts, body) = Problem::from(error).into_response().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, serde_json::from_slice(&body).unwrap(), Response::from_parts(parts, ()))
    }

    #[tokio::test]
    async fn a_401_is_exactly_as_documented() {
        let (status, body, response) = rendered(Error::Unauthenticated).await;
        assert_eq!((status.as_u16(), body), (401, json!({"error": "unauthorized"})));
        assert_eq!(response.headers()[WWW_AUTHENTICATE], "Bearer");
    }

    #[tokio::test]
    async fn each_failure_carries_what_its_reader_needs() {
        let operation = OperationId::new();
        let account = AccountId::new();
        let field = |message: &str| FieldError { field: "name".to_owned(), message: message.to_owned() };
        let cases = [
            (
                Error::Validation(vec![field("is missing"), field("is odd")]),
                422,
                json!({"error": "unprocessable_entity", "details": {"name": ["is missing", "is odd"]}}),
            ),
            (
                Error::RegistryAccountRequired(vec![(account, "primary".to_owned())]),
                422,
                json!({"error": "registry_account_required",
                       "meta": {"candidates": [{"id": account.to_string(), "name": "primary"}]}}),
            ),
            (
                Error::RegistryTimeout { operation_id: Some(operation) },
                504,
                json!({"error": "registry_timeout",
                       "detail": {"operation_id": operation.to_string(), "outcome": "unknown"}}),
            ),
            (Error::RegistryTimeout { operation_id: None }, 504, json!({"error": "registry_timeout"})),
            (
                Error::RegistryRefused {
                    code: 2306,
                    message: "Parameter value policy error".to_owned(),
                    reasons: vec!["reserved".to_owned()],
                    svtrid: Some("SV-1".to_owned()),
                },
                422,
                json!({"error": "registry_error", "detail": {"epp_code": 2306,
                       "message": "Parameter value policy error", "reasons": ["reserved"], "svtrid": "SV-1"}}),
            ),
            (Error::internal("the pool is on fire"), 500, json!({"error": "internal_error"})),
        ];
        for (error, status, body) in cases {
            let (got, rendered, _) = rendered(error).await;
            assert_eq!((got.as_u16(), rendered), (status, body));
        }
    }

    #[tokio::test]
    async fn whoever_can_come_back_is_told_when() {
        for status in [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS] {
            let response = Problem::new(status, "busy").into_response();
            assert_eq!(response.headers()[RETRY_AFTER], "1");
        }
        let response = Problem::internal().into_response();
        assert!(!response.headers().contains_key(RETRY_AFTER));
    }

    #[tokio::test]
    async fn a_client_is_never_told_to_come_back_too_early() {
        for (wait, header) in [(0, "1"), (1, "1"), (1000, "1"), (1001, "2"), (59_999, "60")] {
            let error = Error::RegistryUnavailable { retry_after: Duration::from_millis(wait) };
            let (status, _, response) = rendered(error).await;
            assert_eq!(status.as_u16(), 503);
            assert_eq!(response.headers()[RETRY_AFTER], header, "{wait} ms");
        }
    }
}
