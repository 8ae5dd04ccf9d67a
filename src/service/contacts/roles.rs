//! The contacts of domains: who they are to the tenant, and what the registry calls them.

use eppgate_epp::domain::{self, AddRem, ContactRole, DomainContact};
use eppgate_epp::Command;
use eppgate_model::token::Principal;
use eppgate_model::{Contact, Domain, DomainEvent, DomainState, Handle, TenantId};
use eppgate_store::{Conflict, DomainChange, Error as StoreError};
use serde_json::json;

use super::has_contacts;
use crate::service::effect::{self, ContactChange};
use crate::service::journal::Change;
use crate::service::routing::Route;
use crate::service::update::may_update;
use crate::service::{DomainView, Error, Gateway};

/// The contacts of a new domain, as the tenant calls them.
#[derive(Debug, Clone, Default)]
pub struct Handles {
    pub registrant: Option<String>,
    pub admin: Option<String>,
    pub tech: Option<String>,
    pub billing: Option<String>,
}

/// The contacts of a domain at its registry.
#[derive(Debug, Default)]
pub(in crate::service) struct Linked {
    pub(in crate::service) registrant: Option<String>,
    pub(in crate::service) contacts: Vec<DomainContact>,
}

/// Which contacts of a domain are to be others: a role that is left out stays, and an empty handle takes it away.
#[derive(Debug, Clone, Default)]
pub struct ContactChoice {
    pub admin: Option<String>,
    pub tech: Option<String>,
    pub billing: Option<String>,
}

impl Gateway {
    /// Finds the contacts that a request names, of which none may be unknown, and gives their handles in the form in
    /// which a domain keeps them.
    pub(in crate::service) async fn find_contacts(
        &self,
        tenant: TenantId,
        handles: &Handles,
    ) -> Result<Vec<(&'static str, Contact)>, Error> {
        let mut found = Vec::new();
        for (role, handle) in [
            (REGISTRANT, &handles.registrant),
            (ADMIN, &handles.admin),
            (TECH, &handles.tech),
            (BILLING, &handles.billing),
        ] {
            let Some(handle) = handle.as_deref().filter(|handle| !handle.is_empty()) else { continue };
            let contact = self.find_contact(tenant, handle).await?;
            found.push((role, contact.ok_or(Error::ContactNotFound)?));
        }
        Ok(found)
    }

    async fn find_contact(&self, tenant: TenantId, handle: &str) -> Result<Option<Contact>, Error> {
        match handle.parse::<Handle>() {
            Ok(handle) => Ok(self.0.store.contact(tenant, &handle).await?),
            Err(_) => Ok(None),
        }
    }

    /// What the registry calls these contacts, each of which it has a copy of afterwards; nothing where domains have none.
    pub(in crate::service) async fn link(
        &self,
        principal: &Principal,
        route: &Route,
        contacts: &[(&'static str, Contact)],
    ) -> Result<Linked, Error> {
        let mut linked = Linked::default();
        if !has_contacts(route) {
            return Ok(linked);
        }
        for (role, contact) in contacts {
            let id = self.copy_at(principal, route, contact, role).await?;
            match epp_role(role) {
                None => linked.registrant = Some(id),
                role => linked.contacts.push(DomainContact { id, role }),
            }
        }
        Ok(linked)
    }

    /// Replaces contacts of a domain other than the registrant.
    pub async fn update_contacts(
        &self,
        principal: &Principal,
        name: &str,
        choice: ContactChoice,
    ) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.update_contacts_now(&principal, &name, choice).await }).await
    }

    async fn update_contacts_now(
        &self,
        principal: &Principal,
        name: &str,
        choice: ContactChoice,
    ) -> Result<DomainView, Error> {
        let before = self.own(principal, name).await?;
        may_update(&before, &[DomainState::Registered, DomainState::OnHold])?;
        let route = self.route(&before).await?;
        let (mut target, mut update) = (ContactChange::default(), domain::Update::default());
        for (role, chosen, present) in [
            (ADMIN, choice.admin, &before.admin_handle),
            (TECH, choice.tech, &before.tech_handle),
            (BILLING, choice.billing, &before.billing_handle),
        ] {
            let Some(chosen) = chosen else { continue };
            let contact = match chosen.as_str() {
                "" => None,
                handle => {
                    Some(self.find_contact(principal.tenant_id, handle).await?.ok_or(Error::NotFound)?)
                }
            };
            let handle = contact.as_ref().map(|contact| contact.handle.to_string());
            if handle == *present {
                continue;
            }
            let replaced = self.present_copy(&route, &before, present.as_deref()).await?;
            let contact = contact.map(|contact| (role, contact));
            let added = self.link(principal, &route, contact.as_slice()).await?.contacts.pop();
            target.set(role, handle, added.as_ref().map(|added| added.id.clone()));
            if let Some(added) = added {
                update.add.get_or_insert_with(AddRem::default).contacts.push(added);
            }
            if let Some(id) = replaced {
                let replaced = DomainContact { id, role: epp_role(role) };
                update.rem.get_or_insert_with(AddRem::default).contacts.push(replaced);
            }
        }
        if target.is_empty() {
            return self.view(before).await;
        }
        if update.add.is_none() && update.rem.is_none() {
            return self.keep_contacts(principal, before, &target).await;
        }
        update.name = before.name.as_str().to_owned();
        let (command, intent) = (Command::new(&update), effect::Intent::Contacts(target));
        let principal = principal.clone();
        let domain = self.carry_out(Change { principal, route, name: before.name, intent, command }).await?;
        self.view(domain).await
    }

    /// The registry's name for a contact that a domain has, where the registry knows of it.
    async fn present_copy(
        &self,
        route: &Route,
        domain: &Domain,
        handle: Option<&str>,
    ) -> Result<Option<String>, Error> {
        let (Some(handle), true) = (handle, has_contacts(route)) else { return Ok(None) };
        let Some(contact) = self.find_contact(domain.tenant_id, handle).await? else { return Ok(None) };
        let store = &self.0.store;
        let copy = store.contact_registration(domain.tenant_id, contact.id, domain.account_id).await?;
        Ok(copy.map(|copy| copy.registry_id))
    }

    /// Writes contacts down that no registry wants to know of.
    async fn keep_contacts(
        &self,
        principal: &Principal,
        before: Domain,
        target: &ContactChange,
    ) -> Result<DomainView, Error> {
        let now = self.0.clock.now();
        let mut after = Domain { updated_at: now, ..before };
        target.apply(&mut after);
        let event = DomainEvent::new(&after, CONTACTS_UPDATED, &principal.actor, target.payload(), now);
        match self.0.store.change_domain(DomainChange::Update(after.clone()), Some(event)).await {
            Ok(()) => self.view(after).await,
            Err(StoreError::Conflict(Conflict::StaleVersion)) => {
                Err(Error::OperationInProgress { operation_id: None })
            }
            Err(error) => Err(error.into()),
        }
    }
}
