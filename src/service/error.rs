//! What a caller of the service can meet, by what they can do about it. How each looks over HTTP is the facade's.

use std::time::Duration;

use chrono::{DateTime, Utc};
use eppgate_model::{AccountId, OperationId};

/// Why a use case did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no valid access token")]
    Unauthenticated,
    #[error("the token lacks the scope")]
    InsufficientScope,
    #[error("not allowed to this caller")]
    Forbidden,
    #[error("the token was issued for another tenant")]
    TenantMismatch,
    #[error("the tenant does not exist")]
    TenantNotFound,
    #[error("the tenant is suspended")]
    TenantInactive,
    #[error("the user is not a member of the tenant")]
    NotAMember,
    #[error("the user's membership is deactivated")]
    MembershipDeactivated,
    #[error("there is no such thing for this tenant")]
    NotFound,
    /// Nothing was done: the object has another version than the caller knows, or there is none.
    #[error("the object is not as the caller wants it to be")]
    PreconditionFailed,
    /// The request's own fields are wrong.
    #[error("the request is not valid")]
    Validation(Vec<FieldError>),

    #[error("the domain's state does not allow this")]
    WrongState,
    /// The domain cannot be restored, or not any more.
    #[error("the domain cannot be restored")]
    NotRestorable {
        /// When it is gone, if it was deleted.
        purge_due_at: Option<DateTime<Utc>>,
    },
    #[error("the domain has to stay where it is for a time")]
    DomainWithinTransferLock,
    #[error("the domain is on its way already")]
    DomainInTransfer,
    #[error("the authorisation code is wrong")]
    AuthCodeInvalid,
    #[error("a registrant is required for this TLD")]
    RegistrantHandleRequired,
    #[error("the transfer has gone too far to be called off")]
    CancelTooLate,
    #[error("the transfer goes the other way")]
    WrongDirection,
    #[error("a reason to keep the domain is required")]
    TransferNackReasonRequired,
    #[error("that is no reason to keep a domain")]
    TransferNackReasonInvalid,
    #[error("a status of the domain prohibits updates")]
    UpdateProhibited,
    #[error("a status of the domain prohibits transfers")]
    TransferProhibited,
    #[error("a status of the domain prohibits deletion")]
    DeleteProhibited,
    #[error("the tenant does not sell this TLD")]
    TldNotAssociated,
    #[error("the registry of this TLD takes no DS records")]
    TldNotDnssec,
    /// Its registry has no command for that, so that none is sent.
    #[error("the registry of this TLD does not let registrars {0}")]
    NotOffered(&'static str),
    #[error("a DS record is malformed")]
    InvalidDsRecords,
    #[error("a DS record is given twice")]
    DuplicateDsRecord,
    #[error("the DS records differ in their signature lifetime")]
    InconsistentMaxSigLife,
    #[error("a name server is malformed, or there are too many")]
    InvalidNameservers,
    #[error("a name server is given twice")]
    DuplicateNameserver,
    #[error("no name server is given")]
    EmptyNameservers,
    /// A name server below one of the tenant's own domains, which is not a host of the tenant.
    #[error("the subordinate host {0} does not exist")]
    SubordinateHostMissing(String),
    #[error("there is no such contact")]
    ContactNotFound,
    #[error("a domain names the contact")]
    ContactInUse,
    /// Who a registrant is may change only when both sides agree.
    #[error("the registrant has to agree to the change")]
    ChangeOfRegistrantRequired,
    #[error("contacts are not transferred")]
    TransferNotSupported,
    #[error("a domain names the host")]
    HostInUse,
    #[error("the host is not below a domain of the tenant")]
    NotSubordinate,
    #[error("hosts exist below the domain")]
    SubordinateHostsExist,
    #[error("a quote is required for this TLD")]
    QuoteRequired,
    #[error("there is no such quote")]
    QuoteNotFound,
    /// It pays for an operation already, or has paid for one.
    #[error("the quote is used")]
    QuoteConsumed { operation_id: Option<OperationId> },
    #[error("the quote's time is over")]
    QuoteExpired,
    /// It is for something else: for another name, operation, period, or tier.
    #[error("the quote does not match in {differs}")]
    QuoteMismatch {
        differs: &'static str,
        /// The class that the registry has the name in, when that is the difference.
        class: Option<String>,
    },
    #[error("payment is not assured")]
    PaymentNotAssured,
    #[error("no name to quote for is given")]
    FqdnRequired,
    #[error("there is no such operation to quote for")]
    InvalidOperation,
    #[error("the operation has no such period")]
    PeriodNotAllowed,
    #[error("a premium name needs its class")]
    PremiumClassRequired,
    #[error("nothing is priced in that premium class")]
    PremiumClassUnknown,
    #[error("the tenant has no price for it")]
    PriceNotConfigured,
    #[error("the registry does not have the domain under this account")]
    NotAtRegistry,
    #[error("the name cannot be registered: it is taken")]
    DomainUnavailable,
    /// Several accounts would do, and none is the default.
    #[error("a registry account must be named")]
    RegistryAccountRequired(Vec<(AccountId, String)>),
    #[error("the registry account belongs to another registry")]
    RegistryBindingMismatch,
    #[error("the registry account cannot be used")]
    RegistryAccountUnavailable,
    #[error("the idempotency key is in use")]
    IdempotencyKeyInUse {
        /// By the same request, which is still being carried out; else by another request.
        in_flight: bool,
    },
    /// An earlier command on the same name has no known outcome yet; nothing else is sent before it has.
    #[error("an earlier operation on the name is unfinished")]
    OperationInProgress {
        /// Which one, when it is the tenant's own.
        operation_id: Option<OperationId>,
    },

    /// Of several verdicts the first counts.
    #[error("the operation has its verdict")]
    OperationSettled,

    /// The registry understood and said no.
    #[error("the registry refused with {code}")]
    RegistryRefused {
        /// EPP result code.
        code: u16,
        /// The registry's words.
        message: String,
        /// Further reasons it gave.
        reasons: Vec<String>,
        /// The registry's transaction id.
        svtrid: Option<String>,
    },
    /// No command does it: it is written down for the registry's staff.
    #[error("only the registry can do this")]
    RegistryMustAct,
    /// The registry answered something that makes no sense.
    #[error("the registry's answer makes no sense")]
    RegistryBadResponse,
    /// The registry cannot be reached now, or is full. Nothing was done.
    #[error("the registry is unavailable")]
    RegistryUnavailable {
        /// When trying again may help.
        retry_after: Duration,
    },
    /// No answer in time. For a command that changes something, whether it was done is not known yet.
    #[error("the registry did not answer in time")]
    RegistryTimeout {
        /// The operation to ask for; none when nothing was to be changed.
        operation_id: Option<OperationId>,
    },
    /// A new configuration is not taken over; everything is as it was.
    #[error("the configuration is not right: {}", .0.join("; "))]
    ConfigurationRefused(Vec<String>),
    /// Our own failure.
    #[error("internal failure: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, `names[2]` for a member of a list.
    pub field: String,
    /// For people.
    pub message: String,
}

impl Error {
    /// One field is wrong.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Validation(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// Something that cannot be, was.
    pub fn internal(what: &'static str) -> Self {
        Self::Internal(what.into())
    }
}

impl From<eppgate_store::Error> for Error {
    fn from(error: eppgate_store::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<eppgate_epp::EncodeError> for Error {
    /// All that reaches a command was parsed before, so that this does not happen to a caller.
    fn from(error: eppgate_epp::EncodeError) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<eppgate_epp::DecodeError> for Error {
    fn from(error: eppgate_epp::DecodeError) -> Self {
        tracing::warn!(%error, "a registry's reply cannot be read");
        Self::RegistryBadResponse
    }
}
