//! What is to happen at a domain's expiry, as the registrar wishes. No registry is asked: the gateway sees to it.

use eppgate_model::Word;
use eppgate_model::domain::{AutoRenewMode, DomainEvent};
use eppgate_model::token::Principal;
use eppgate_store::DomainChange;
use serde_json::json;

use super::gates::Action;
use super::precondition::written;
use super::{DomainView, Error, Gateway, upkeep};

impl Gateway {
    /// Chooses what happens at expiry. The same again changes nothing.
    pub async fn set_auto_renewal(
        &self,
        principal: &Principal,
        name: &str,
        mode: &str,
    ) -> Result<DomainView, Error> {
        let mode = AutoRenewMode::parse(mode).ok_or_else(|| {
            let words: Vec<&str> = AutoRenewMode::WORDS.iter().map(|(_, word)| *word).collect();
            Error::field("mode", format!("must be one of {}", words.join(", ")))
        })?;
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.set_auto_renewal_now(&principal, &name, mode).await }).await
    }

    async fn set_auto_renewal_now(
        &self,
        principal: &Principal,
        name: &str,
        mode: AutoRenewMode,
    ) -> Result<DomainView, Error> {
        let before = self.own(principal, name).await?;
        self.pass(Action::SetAutoRenewal, &before).await?;
        if before.auto_renew_mode == mode {
            return self.view(before).await;
        }
        let now = self.0.clock.now();
        let payload = json!({ "from": before.auto_renew_mode.as_str(), "to": mode.as_str() });
        let mut after = before;
        after.auto_renew_mode = mode;
        after.updated_at = now;
        let policy = self.policy(&after).await?;
        upkeep::schedule(&mut after, &policy);
        let event = DomainEvent::new(&after, "auto_renewal_changed", &principal.actor, payload, now);
        let change = DomainChange::Update(after.clone());
        written(principal, self.0.store.change_domain(change, Some(event)).await)?;
        after.version += 1;
        self.view(after).await
    }
}
