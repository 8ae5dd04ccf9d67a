//! Restore: a deleted domain comes back while it can, by a request that is paid for and, where the registry wants one, a
//! report (RFC 3915).
//!
//! The report follows the request at once: all that it tells is known. If it does not get through, the domain waits
//! in `pending_restore` and a worker sends it again.

use chrono::{DateTime, Utc};
use eppgate_epp::Command;
use eppgate_epp::domain::{self, Chg};
use eppgate_epp::ext::rgp;
use eppgate_epp::types::{MixedText, Text};
use eppgate_model::price::PricedOperation;
use eppgate_model::token::Principal;
use eppgate_model::{Domain, DomainState};

use super::dialect::Dialect;
use super::effect::Intent;
use super::gates::Action;
use super::journal::Change;
use super::payment::Purchase;
use super::plan::Plan;
use super::{DomainView, Error, Gateway};

/// A request to restore a domain.
#[derive(Debug, Clone, Default)]
pub struct Restore {
    pub quote_id: Option<String>,
}

impl Gateway {
    /// Brings a deleted domain back.
    pub async fn restore(
        &self,
        principal: &Principal,
        name: &str,
        request: Restore,
    ) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.restore_now(principal, &name, request).await }).await
    }

    async fn restore_now(
        &self,
        principal: Principal,
        name: &str,
        request: Restore,
    ) -> Result<DomainView, Error> {
        let before = self.own(&principal, name).await?;
        let is_restore = |intent: &Intent| *intent == Intent::Restore;
        if self.earlier(&principal, before.name.as_str(), is_restore).await?.is_some() {
            return self.view(self.own(&principal, name).await?).await;
        }
        self.pass(Action::Restore, &before).await?;
        let route = self.route(&before).await?;
        let purchase = Purchase {
            name: &before.name,
            operation: PricedOperation::Restore,
            period: None,
            quote_id: request.quote_id.as_deref(),
            // As with a renewal, no assurance is asked for where no quote is required.
            assured: true,
        };
        let payment = self.payment(&route, purchase).await?;
        let now = self.0.clock.now();
        let is_planned = Plan::current().is_some() && Dialect::of(&route.registry).wants_report();
        let command = Dialect::of(&route.registry).restore(&unchanged(&before), || report(&before, now))?;
        let (name, intent) = (before.name, Intent::Restore);
        let change = Change { principal: principal.clone(), route, name, intent, command };
        let requested = self.carry_out_paid(change, payment).await?;
        if requested.state != DomainState::PendingRestore && !is_planned {
            return self.view(requested).await;
        }
        match self.report_restore(&principal, requested.clone()).await {
            Ok(restored) => self.view(restored).await,
            Err(error) => {
                tracing::warn!(%error, name = requested.name.as_str(), "a restore report has to be sent again");
                self.view(requested).await
            }
        }
    }

    /// Sends the report that a restore waits for.
    pub(super) async fn report_restore(
        &self,
        principal: &Principal,
        waiting: Domain,
    ) -> Result<Domain, Error> {
        let route = self.route(&waiting).await?;
        let now = self.0.clock.now();
        let report = rgp::Restore::Report(Some(Box::new(report(&waiting, now))));
        let command = Command::new(&unchanged(&waiting)).with(&rgp::Update { restore: report });
        let (principal, name) = (principal.clone(), waiting.name);
        self.carry_out(Change { principal, route, name, intent: Intent::RestoreReport, command }).await
    }
}

/// An update that changes nothing itself.
fn unchanged(domain: &Domain) -> domain::Update {
    domain::Update {
        name: domain.name.as_str().to_owned(),
        chg: Some(Chg::default()),
        ..domain::Update::default()
    }
}

/// What the registry wants to know: the data before and after, which are the same, and the two assurances of RFC 3915.
fn report(domain: &Domain, now: DateTime<Utc>) -> rgp::Report {
    let plain = |text: &str| MixedText::Plain(Text::new(text));
    let servers: Vec<&str> = domain.nameservers.iter().map(|host| host.as_str()).collect();
    let data = format!(
        "Domain: {}; registrant: {}; name servers: {}",
        domain.name,
        domain.registrant_handle.as_deref().unwrap_or("none"),
        if servers.is_empty() { "none".to_owned() } else { servers.join(" ") },
    );
    let restored = domain.upkeep.restore_requested_at.unwrap_or(now);
    rgp::Report {
        pre_data: plain(&data),
        post_data: plain(&data),
        del_time: domain.upkeep.deleted_at.unwrap_or(restored),
        res_time: restored,
        res_reason: plain("Registrant error"),
        statements: STATEMENTS.map(plain).to_vec(),
        other: None,
    }
}

/// Registries compare them word by word.
const STATEMENTS: [&str; 2] = [
    "This registrar has not restored the Registered Name in order to assume the rights to use or sell the Registered \
     Name for itself or for any third party.",
    "The information in this report is true to best of this registrar's knowledge, and this registrar acknowledges that \
     intentionally supplying false information in this report shall constitute an incurable material breach of the \
     Registry-Registrar Agreement.",
];
