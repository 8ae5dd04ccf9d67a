//! The contacts of domains: who they are to the tenant, and what the registry calls them.

use eppgate_epp::Command;
use eppgate_epp::domain::{self, AddRem, DomainContact};
use eppgate_model::token::Principal;
use eppgate_model::{Contact, Domain, DomainEvent, Handle, TenantId};
use eppgate_store::DomainChange;

use crate::service::dialect::Dialect;
use crate::service::effect::{self, CONTACTS_UPDATED, Role, RoleChange};
use crate::service::gates::Action;
use crate::service::journal::Change;
use crate::service::precondition::written;
use crate::service::routing::Route;
use crate::service::{DomainView, Error, Gateway};

/// The contacts of a domain, by the handles that the tenant gave them. In a change of them, a role that is left out
/// stays, and an empty handle takes the contact away.
#[derive(Debug, Clone, Default)]
pub struct Handles {
    pub registrant: Option<String>,
    pub admin: Option<String>,
    pub tech: Option<String>,
    pub billing: Option<String>,
}

/// The contacts of a domain in the words of its registry.
#[derive(Debug, Default)]
pub(in crate::service) struct Linked {
    pub(in crate::service) registrant: Option<String>,
    pub(in crate::service) others: Vec<DomainContact>,
}

impl Gateway {
    /// The contacts that a request names, none of which may be unknown.
    pub(in crate::service) async fn find_contacts(
        &self,
        tenant: TenantId,
        handles: &Handles,
    ) -> Result<Vec<(Role, Contact)>, Error> {
        let mut found = Vec::new();
        for (role, handle) in [
            (Role::Registrant, &handles.registrant),
            (Role::Admin, &handles.admin),
            (Role::Tech, &handles.tech),
            (Role::Billing, &handles.billing),
        ] {
            if let Some(handle) = handle.as_deref().filter(|handle| !handle.is_empty()) {
                found.push((role, self.find_contact(tenant, handle).await?.ok_or(Error::ContactNotFound)?));
            }
        }
        Ok(found)
    }

    async fn find_contact(&self, tenant: TenantId, handle: &str) -> Result<Option<Contact>, Error> {
        match handle.parse::<Handle>() {
            Ok(handle) => Ok(self.0.store.contact(tenant, &handle).await?),
            Err(_) => Ok(None),
        }
    }

    /// What the registry calls these contacts, a copy of each of which it has then; nothing where domains have none.
    pub(in crate::service) async fn link(
        &self,
        principal: &Principal,
        route: &Route,
        contacts: &[(Role, Contact)],
    ) -> Result<Linked, Error> {
        let mut linked = Linked::default();
        if !Dialect::of(&route.registry).has_contacts() {
            return Ok(linked);
        }
        for (role, contact) in contacts {
            let id = self.copy_at(principal, route, contact, role.field()).await?;
            match role {
                Role::Registrant => linked.registrant = Some(id),
                role => linked.others.push(role.of(id)),
            }
        }
        Ok(linked)
    }

    /// Replaces contacts of a domain. The registrant is not replaced like this.
    pub async fn update_contacts(
        &self,
        principal: &Principal,
        name: &str,
        handles: Handles,
    ) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.update_contacts_now(principal, &name, handles).await }).await
    }

    async fn update_contacts_now(
        &self,
        principal: Principal,
        name: &str,
        handles: Handles,
    ) -> Result<DomainView, Error> {
        let before = self.own(&principal, name).await?;
        self.pass(Action::UpdateContacts, &before).await?;
        let route = self.route(&before).await?;
        let mut changes = Vec::new();
        for (role, handle, present) in [
            (Role::Admin, handles.admin, &before.admin_handle),
            (Role::Tech, handles.tech, &before.tech_handle),
            (Role::Billing, handles.billing, &before.billing_handle),
        ] {
            if let Some(handle) = handle.filter(|handle| handle != present.as_deref().unwrap_or_default()) {
                changes.push((role, handle, present.as_deref()));
            }
        }
        // All are looked for before the registry hears of any.
        let mut found = Vec::new();
        for (role, handle, present) in changes {
            let contact = match handle.as_str() {
                "" => None,
                handle => Some(self.find_contact(before.tenant_id, handle).await?.ok_or(Error::NotFound)?),
            };
            found.push((role, contact, present));
        }
        let mut roles = Vec::new();
        for (role, contact, present) in found {
            let added_id = match &contact {
                Some(contact) if Dialect::of(&route.registry).has_contacts() => {
                    Some(self.copy_at(&principal, &route, contact, role.field()).await?)
                }
                _ => None,
            };
            let removed_id = self.present_copy(&route, &before, present).await?;
            let handle = contact.map(|contact| contact.handle.to_string());
            roles.push(RoleChange { role, handle, removed_id, added_id });
        }
        if roles.is_empty() {
            return self.view(before).await;
        }
        let part = |id: fn(&RoleChange) -> &Option<String>| {
            let contacts: Vec<_> =
                roles.iter().filter_map(|change| Some(change.role.of(id(change).clone()?))).collect();
            (!contacts.is_empty()).then(|| AddRem { contacts, ..AddRem::default() })
        };
        let (add, rem) = (part(|change| &change.added_id), part(|change| &change.removed_id));
        if add.is_none() && rem.is_none() {
            return self.keep_contacts(&principal, before, &roles).await;
        }
        let update = domain::Update { name: before.name.as_str().to_owned(), add, rem, chg: None };
        let (command, intent) = (Command::new(&update), effect::Intent::Contacts(roles));
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
        let (Some(handle), true) = (handle, Dialect::of(&route.registry).has_contacts()) else {
            return Ok(None);
        };
        let Some(contact) = self.find_contact(domain.tenant_id, handle).await? else { return Ok(None) };
        let store = &self.0.store;
        let copy = store.contact_registration(domain.tenant_id, contact.id, domain.account_id).await?;
        Ok(copy.map(|copy| copy.registry_id))
    }

    /// Writes down contacts that no registry wants to know of.
    async fn keep_contacts(
        &self,
        principal: &Principal,
        before: Domain,
        roles: &[RoleChange],
    ) -> Result<DomainView, Error> {
        let now = self.0.clock.now();
        let mut after = Domain { updated_at: now, ..before };
        roles.iter().for_each(|change| change.apply(&mut after));
        let payload = effect::roles_payload(roles);
        let event = DomainEvent::new(&after, CONTACTS_UPDATED, &principal.actor, payload, now);
        let change = DomainChange::Update(after.clone());
        written(principal, self.0.store.change_domain(change, Some(event)).await)?;
        after.version += 1;
        self.view(after).await
    }
}
