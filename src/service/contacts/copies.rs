//! The copies of contacts that registries hold: made when a domain first needs one, with each account on its own, and
//! brought up to date before they are used.
//!
//! A copy's id follows from the contact and the account, so that whoever comes back after a crash makes no second one:
//! the registry says that it exists, and it is taken over.

use aws_lc_rs::digest;
use data_encoding::BASE32_NOPAD;
use eppgate_epp::Command;
use eppgate_epp::contact::{Delete, InfData, Info, Status};
use eppgate_model::contact::ContactDetails;
use eppgate_model::token::Principal;
use eppgate_model::{AccountId, Contact, ContactId, ContactRegistration};
use eppgate_registry::Class;
use eppgate_registry::profile::{ContactId as IdRule, Contacts};
use eppgate_store::{Conflict, ContactChange, Error as StoreError};
use tokio::time::Instant;

use super::effect::{Aim, Intent};
use super::wire::{self, NeedsAscii};
use crate::service::auth_code::new_auth_code;
use crate::service::call::{Look, look_by};
use crate::service::dialect::Dialect;
use crate::service::journal::{Change, Journalled};
use crate::service::routing::Route;
use crate::service::{Error, Gateway};

impl Gateway {
    /// The registry's name for a contact, whose copy there says what the record says. `role` is the field of the request
    /// that names the contact, should it not do for this registry.
    pub(super) async fn copy_at(
        &self,
        principal: &Principal,
        route: &Route,
        contact: &Contact,
        role: &'static str,
    ) -> Result<String, Error> {
        // In turn: a registrant's domains may well be registered all at once. Boxed: commands of its own are seldom needed,
        // and would make every registration's future as large.
        Box::pin(self.in_turn(|| self.copy_now(principal, route, contact.id, role))).await
    }

    async fn copy_now(
        &self,
        principal: &Principal,
        route: &Route,
        contact: ContactId,
        role: &'static str,
    ) -> Result<String, Error> {
        let tenant = principal.tenant_id;
        let record = self.0.store.contact_by_id(tenant, contact).await?.ok_or(Error::ContactNotFound)?;
        let copy = self.0.store.contact_registration(tenant, contact, route.account.id).await?;
        let copy = match copy {
            Some(copy) => copy,
            None => self.make_copy(principal, route, &record, role).await?,
        };
        if copy.version == record.version {
            return Ok(copy.registry_id);
        }
        let Contact { version, details, .. } = record;
        let copy = self.update_copy(principal, route, &copy, version, details, role).await?;
        if copy.version == version {
            return Ok(copy.registry_id);
        }
        // The record has changed meanwhile.
        Err(Error::OperationInProgress { operation_id: None })
    }

    async fn make_copy(
        &self,
        principal: &Principal,
        route: &Route,
        record: &Contact,
        role: &'static str,
    ) -> Result<ContactRegistration, Error> {
        let (rules, password) = {
            let profile = route.registry.profile();
            (profile.contacts.clone(), new_auth_code(&profile.auth_info)?)
        };
        let name = copy_id(record.id, route.account.id, &rules);
        let id = match rules.id {
            IdRule::Ours => name.as_str(),
            IdRule::Auto => "auto",
        };
        let create = wire::create(id, &record.details, rules.postal, &password);
        let command = Command::new(&create.map_err(|NeedsAscii| needs_ascii(role))?);
        let command = Dialect::of(&route.registry).introduced(command, &record.details);
        let command = command.ok_or_else(|| needs_number(role))?;
        let intent = Intent { contact: record.id, aim: Aim::Create { version: record.version } };
        let change = Change {
            principal: principal.clone(),
            route: route.clone(),
            name: name.clone(),
            intent,
            command,
        };
        match self.carry_out(change).await {
            Err(Error::RegistryRefused { code: 2302, .. }) if rules.id == IdRule::Ours => {
                self.take_over(principal, route, record.id, name).await
            }
            made => made,
        }
    }

    /// A copy that the registry has: another request has just made it, or we have forgotten it. Then it is written down,
    /// and what it says is not known.
    async fn take_over(
        &self,
        principal: &Principal,
        route: &Route,
        contact: ContactId,
        registry_id: String,
    ) -> Result<ContactRegistration, Error> {
        let tenant = principal.tenant_id;
        if let Some(copy) = self.0.store.contact_registration(tenant, contact, route.account.id).await? {
            return Ok(copy);
        }
        let deadline = Instant::now() + self.0.settings.command;
        let info = Command::new(&Info { id: registry_id.clone(), auth_info: None });
        let looked = look_by::<InfData>(info, &route.registry, tenant, Class::Interactive, deadline).await?;
        match looked {
            Look::Found(found) if found.0.cl_id == route.registry.client_id() => {}
            _ => return Err(<Intent as Journalled>::taken()),
        }
        let copy = ContactRegistration {
            tenant_id: tenant,
            contact_id: contact,
            account_id: route.account.id,
            binding: route.account.binding.clone(),
            registry_id,
            version: 0,
        };
        match self.0.store.change_contact(ContactChange::Registered(copy.clone())).await {
            Ok(()) => Ok(copy),
            Err(StoreError::Conflict(Conflict::Duplicate)) => {
                Err(Error::OperationInProgress { operation_id: None })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a copy say what the record says from a version on.
    pub(super) async fn update_copy(
        &self,
        principal: &Principal,
        route: &Route,
        copy: &ContactRegistration,
        version: i64,
        details: ContactDetails,
        role: &'static str,
    ) -> Result<ContactRegistration, Error> {
        let id = &copy.registry_id;
        let update = wire::update(id, &details, route.registry.profile().contacts.postal);
        let command = Command::new(&update.map_err(|NeedsAscii| needs_ascii(role))?);
        let command = Dialect::of(&route.registry).reintroduced(command, &details);
        let aim = Aim::Update { version, details: Box::new(details) };
        let intent = Intent { contact: copy.contact_id, aim };
        let (principal, route) = (principal.clone(), route.clone());
        self.carry_out(Change { principal, route, name: id.clone(), intent, command }).await
    }

    /// Takes a copy away; one that is not there any more is as good.
    pub(super) async fn delete_copy(
        &self,
        principal: &Principal,
        route: &Route,
        copy: &ContactRegistration,
    ) -> Result<(), Error> {
        let name = copy.registry_id.clone();
        let command = Command::new(&Delete { id: name.clone() });
        let intent = Intent { contact: copy.contact_id, aim: Aim::Delete };
        let (principal, route) = (principal.clone(), route.clone());
        match self.carry_out(Change { principal, route, name, intent, command }).await {
            Err(Error::RegistryRefused { code: 2303, .. }) => {
                Ok(self.0.store.change_contact(ContactChange::Unregistered(copy.clone())).await?)
            }
            Err(Error::RegistryRefused { code: 2305, .. }) => Err(Error::ContactInUse),
            gone => gone.map(drop),
        }
    }
}

/// How a copy is found at its registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::service) enum Standing {
    /// It says what the record says.
    AsRecorded,
    /// It says something else.
    Different,
    /// The registry has not decided yet what it is to say.
    Pending,
    /// It is another registrar's.
    Elsewhere,
    /// It is not there.
    Gone,
}

impl Gateway {
    /// How a copy stands, by its registry.
    pub(in crate::service) async fn standing_of_copy(
        &self,
        copy: &ContactRegistration,
    ) -> Result<Standing, Error> {
        let (tenant, id) = (copy.tenant_id, copy.registry_id.clone());
        let record = self.0.store.contact_by_id(tenant, copy.contact_id).await?;
        let registry = self.registry(copy.account_id)?;
        let deadline = Instant::now() + self.0.settings.command;
        let info = Command::new(&Info { id, auth_info: None });
        let looked = look_by::<InfData>(info, &registry, tenant, Class::Background, deadline).await?;
        let Look::Found(found) = looked else { return Ok(Standing::Gone) };
        let is_pending = found.0.statuses.iter().any(|there| PENDING.contains(&there.status));
        Ok(match record {
            _ if found.0.cl_id != registry.client_id() => Standing::Elsewhere,
            _ if is_pending => Standing::Pending,
            Some(record) if wire::says(&found.0, &record.details) => Standing::AsRecorded,
            _ => Standing::Different,
        })
    }
}

const PENDING: [Status; 2] = [Status::PendingCreate, Status::PendingUpdate];

/// The id of a contact's copy with an account: letters and digits, as short as the registry wants, the same each time.
fn copy_id(contact: ContactId, account: AccountId, rule: &Contacts) -> String {
    let mut source = contact.uuid().as_bytes().to_vec();
    source.extend_from_slice(account.uuid().as_bytes());
    let hash = digest::digest(&digest::SHA256, &source);
    let mut id = format!("c{}", BASE32_NOPAD.encode(hash.as_ref()).to_ascii_lowercase());
    id.truncate(rule.max_id_length);
    id
}

fn needs_ascii(role: &'static str) -> Error {
    Error::field(role, "has letters in its address that this registry does not take")
}

fn needs_number(role: &'static str) -> Error {
    Error::field(role, "has no registration_number, which this registry asks for")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_each_time_and_fits_the_registry() {
        let (contact, account) = (ContactId::new(), AccountId::new());
        let id = copy_id(contact, account, &Contacts::default());
        assert_eq!(id, copy_id(contact, account, &Contacts::default()));
        assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        assert_ne!(id, copy_id(contact, AccountId::new(), &Contacts::default()));
        assert_ne!(id, copy_id(ContactId::new(), account, &Contacts::default()));
        let short = Contacts { max_id_length: 8, ..Contacts::default() };
        assert_eq!(copy_id(contact, account, &short), id[..8]);
    }
}
