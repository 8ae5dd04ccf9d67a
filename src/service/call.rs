//! One command to a registry, and its failures in the service's words.

use std::time::Duration;

use eppgate_epp::domain::{self, InfData};
use eppgate_epp::xml::{Decode, Named};
use eppgate_epp::{Command, CommandFrame, Response, ResultCode};
use eppgate_model::token::Actor;
use eppgate_model::{ClTrid, DomainName, TenantId};
use eppgate_registry::{Class, Error as RegistryError, ErrorKind, Registry, Request};
use tokio::time::Instant;

use super::Error;
use super::dialect::Dialect;

/// How urgent the commands of an actor are: for the gateway itself nobody waits.
pub(super) fn class_of(actor: &Actor) -> Class {
    if *actor == Actor::System { Class::Background } else { Class::Interactive }
}

/// What a registry says of an object.
pub(super) enum Look<T = InfData> {
    /// It is there. The reply carries the extensions.
    Found(Box<(T, Response<'static>)>),
    /// It is not (2303).
    Missing,
}

/// Asks the registry for a name as it is now.
pub(super) async fn look(
    registry: &Registry,
    tenant: TenantId,
    name: &DomainName,
    class: Class,
    deadline: Instant,
) -> Result<Look, Error> {
    let info = domain::Info { name: name.as_str().to_owned(), hosts: None, auth_info: None };
    let info = Dialect::of(registry).complete(Command::new(&info), "domain", name.as_str());
    look_by(info, registry, tenant, class, deadline).await
}

/// Asks the registry for an object by the command that reads it.
pub(super) async fn look_by<T: Named + Decode>(
    info: Command,
    registry: &Registry,
    tenant: TenantId,
    class: Class,
    deadline: Instant,
) -> Result<Look<T>, Error> {
    let command = info.finish(ClTrid::fresh().as_str())?;
    let response = ask(registry, tenant, command, class, deadline).await?;
    match response.code() {
        ResultCode::OBJECT_DOES_NOT_EXIST => Ok(Look::Missing),
        code if code.is_success() => Ok(Look::Found(Box::new((response.need_data()?, response)))),
        _ => Err(refused(&response)),
    }
}

/// Runs a command that changes nothing.
pub(super) async fn ask(
    registry: &Registry,
    tenant: TenantId,
    command: CommandFrame,
    class: Class,
    deadline: Instant,
) -> Result<Response<'static>, Error> {
    let request = Request { command, class, tenant: tenant.uuid().as_u128(), deadline };
    match registry.execute(request).await {
        Ok(answer) => Ok(answer.response),
        Err(error) => Err(failure(&error)),
    }
}

/// A failure of a command that certainly changed nothing.
pub(super) fn failure(error: &RegistryError) -> Error {
    match &error.kind {
        ErrorKind::Garbled(_) | ErrorKind::Framing(_) | ErrorKind::Desync => Error::RegistryBadResponse,
        _ if error.is_timeout() => Error::RegistryTimeout { operation_id: None },
        _ => Error::RegistryUnavailable { retry_after: error.retry_after().unwrap_or(RETRY_SOON) },
    }
}

/// A reply that says no.
pub(super) fn refused(response: &Response<'_>) -> Error {
    let result = response.result();
    let code = result.code;
    if code == ResultCode::COMMAND_FAILED {
        return Error::RegistryBadResponse;
    }
    if code.ends_session() {
        return Error::RegistryUnavailable { retry_after: RETRY_SOON };
    }
    let reasons = result.ext_values().map(|value| value.reason.text.clone()).filter(|text| !text.is_empty());
    Error::RegistryRefused {
        code: code.0,
        message: result.msg.text.clone(),
        reasons: reasons.collect(),
        svtrid: Some(response.tr_id.server.clone()).filter(|id| !id.is_empty()),
    }
}

/// When a registry's trouble gives no better hint.
pub(super) const RETRY_SOON: Duration = Duration::from_secs(2);
