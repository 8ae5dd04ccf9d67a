//! The small things that time does to a domain: reminders, the end of the lock that follows a transfer, and of an
//! authorisation code that somebody was told.

use eppgate_epp::Command;
use eppgate_epp::domain::{self, Chg, Status};
use eppgate_epp::types::AuthInfo;
use eppgate_model::domain::HoldReason;
use eppgate_model::tenant::TldConfig;
use eppgate_model::token::Principal;
use eppgate_model::{Domain, DomainState};
use serde_json::json;

use super::super::auth_code::hash_auth_code;
use super::super::dialect::Dialect;
use super::super::effect::{Cause, Intent, StatusChange, shown};
use super::super::gates;
use super::super::journal::Change;
use super::super::{Error, Gateway};
use super::Done;
use super::due::{Reminder, schedule};

impl Gateway {
    /// Puts a reminder among the news, for whoever writes to registrants. It is counted in the same transaction, so that
    /// there is one of each for a term.
    pub(super) async fn remind(
        &self,
        domain: &Domain,
        config: &TldConfig,
        reminder: Reminder,
    ) -> Result<Done, Error> {
        let mut after = domain.clone();
        after.upkeep.reminders = reminder.count();
        let payload = json!({ "reminder": reminder.as_str(), "expires_at": shown(domain.expires_at) });
        self.write_on(after, config, "expiry_reminder", payload).await
    }

    /// The lock that follows a transfer is over: its status goes, unless somebody else wants it.
    pub(super) async fn lapse(&self, domain: &Domain) -> Result<Done, Error> {
        let is_held =
            domain.state == DomainState::OnHold && domain.hold_reason == Some(HoldReason::ContactInaccuracy);
        let is_ours = domain.upkeep.locked_by_policy && !domain.upkeep.locked_by_registrant && !is_held;
        let lifted: &[Status] = if is_ours { &[Status::ClientTransferProhibited] } else { &[] };
        let change = StatusChange::to(domain, Cause::Lapse, &[], lifted);
        self.change_statuses(&Principal::system(domain.tenant_id), domain.clone(), change).await?;
        Ok(Done::Written)
    }

    /// A code that somebody was told has had its time (RFC 9154, 4.3): one takes its place that nobody knows.
    pub(super) async fn retire_code(&self, domain: &Domain) -> Result<Done, Error> {
        if !matches!(domain.state, DomainState::Registered | DomainState::OnHold) {
            return Err(Error::WrongState);
        }
        if gates::prohibits_updates(domain) {
            return Err(Error::UpdateProhibited);
        }
        let route = self.route(domain).await?;
        let Some(code) = Dialect::of(&route.registry).auth_code()? else {
            // The registry made it, and takes it back.
            let mut after = domain.clone();
            after.upkeep.auth_code_until = None;
            schedule(&mut after, &route.association.config);
            return self.write_on(after, &route.association.config, "auth_code_expired", json!({})).await;
        };
        let command = Command::new(&domain::Update {
            name: domain.name.as_str().to_owned(),
            chg: Some(Chg { auth_info: Some(AuthInfo::pw(code.expose())), ..Chg::default() }),
            ..domain::Update::default()
        });
        let intent = Intent::AuthCode { hash: hash_auth_code(code.expose()), sealed: None };
        let change = Change {
            principal: Principal::system(domain.tenant_id),
            route,
            name: domain.name.clone(),
            intent,
            command,
        };
        self.carry_out(change).await?;
        Ok(Done::Written)
    }
}
