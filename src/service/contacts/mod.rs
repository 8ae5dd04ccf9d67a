//! Contacts: a tenant's own records of people and organisations, of which registries get copies when domains need them.
//!
//! | file | what |
//! |---|---|
//! | `details` | from a request to a contact's details |
//! | `copies` | the copies at registries |
//! | `wire` | a contact in the words of a registry |
//! | `effect` | what commands on copies are to achieve, and what they mean for our records |
//! | `roles` | contacts of domains |

mod copies;
mod details;
mod effect;
mod roles;
mod wire;

use std::str::FromStr;

use aws_lc_rs::rand;
use data_encoding::HEXLOWER;
use eppgate_model::contact::Verification;
use eppgate_model::tenant::Accreditation;
use eppgate_model::token::Principal;
use eppgate_model::{Contact, ContactId, Handle};
use eppgate_store::{Conflict, Error as StoreError};

use super::plan::Plan;
use super::precondition::{seen, written};
use super::read::{page_of, page_size};
use super::{Error, Gateway, Page};

pub(super) use copies::Standing;
pub use details::{ContactInput, Given};
pub(super) use effect::Intent;
pub use roles::Handles;

impl Gateway {
    /// Whether the tenant could give a contact this handle.
    pub async fn handle_is_free(&self, principal: &Principal, handle: &str) -> Result<(Handle, bool), Error> {
        let handle = read_handle(handle)?;
        let taken = self.0.store.contact(principal.tenant_id, &handle).await?;
        Ok((handle, taken.is_none()))
    }

    /// The tenant's contacts in the order of their handles, a page at a time.
    pub async fn list_contacts(
        &self,
        principal: &Principal,
        cursor: Option<String>,
        limit: Option<u32>,
    ) -> Result<Page<Contact>, Error> {
        let limit = page_size(limit)?;
        let after = cursor.map(|cursor| Handle::from_str(&cursor)).transpose();
        let after = after.map_err(|_| Error::field("cursor", "is not one that this API gives out"))?;
        let found = self.0.store.contacts(principal.tenant_id, after.as_ref(), u64::from(limit) + 1).await?;
        Ok(page_of(found, limit, |last| last.handle.to_string()))
    }

    /// One of the tenant's contacts.
    pub async fn contact(&self, principal: &Principal, handle: &str) -> Result<Contact, Error> {
        let handle = Handle::from_str(handle).map_err(|_| Error::NotFound)?;
        seen(principal, self.0.store.contact(principal.tenant_id, &handle).await?)
    }

    /// Adds a contact. No registry hears of it before a domain needs it.
    pub async fn create_contact(
        &self,
        principal: &Principal,
        handle: Option<String>,
        input: ContactInput,
    ) -> Result<Contact, Error> {
        let (gateway, principal) = (self.clone(), principal.clone());
        self.to_its_end(async move { gateway.create_contact_now(&principal, handle, input).await }).await
    }

    async fn create_contact_now(
        &self,
        principal: &Principal,
        handle: Option<String>,
        input: ContactInput,
    ) -> Result<Contact, Error> {
        let handle = match handle.filter(|handle| !handle.is_empty()) {
            Some(handle) => read_handle(&handle)?,
            None => new_handle()?,
        };
        let now = self.0.clock.now();
        let contact = Contact {
            id: ContactId::new(),
            tenant_id: principal.tenant_id,
            handle,
            transfer_lock_opt_out: input.transfer_lock_opt_out.unwrap_or_default(),
            details: input.onto(None)?,
            verification: Verification::Pending,
            verification_due_at: None,
            inserted_at: now,
            updated_at: now,
            version: 1,
        };
        match self.0.store.insert_contact(&contact).await {
            Ok(()) => Ok(contact),
            Err(StoreError::Conflict(Conflict::Handle)) => Err(Error::field("handle", "is taken")),
            Err(error) => Err(error.into()),
        }
    }

    /// Changes a contact, first at the registries that have copies: the record follows the first of them that agrees.
    ///
    /// Who a registrant is cannot be changed like this where ICANN's rules hold: both sides have to agree to that.
    pub async fn update_contact(
        &self,
        principal: &Principal,
        handle: &str,
        input: ContactInput,
    ) -> Result<Contact, Error> {
        let (gateway, principal, handle) = (self.clone(), principal.clone(), handle.to_owned());
        self.to_its_end(async move { gateway.update_contact_now(&principal, &handle, input).await }).await
    }

    async fn update_contact_now(
        &self,
        principal: &Principal,
        handle: &str,
        input: ContactInput,
    ) -> Result<Contact, Error> {
        let before = self.contact(principal, handle).await?;
        let opt_out = input.transfer_lock_opt_out.unwrap_or(before.transfer_lock_opt_out);
        let details = input.onto(Some(&before.details))?;
        let same_person = details.name == before.details.name
            && details.organization == before.details.organization
            && details.email == before.details.email;
        if !same_person && self.is_icann_registrant(&before).await? {
            return Err(Error::ChangeOfRegistrantRequired);
        }
        let version = before.version + i64::from(details != before.details);
        for copy in self.0.store.contact_registrations(&before).await? {
            if copy.version != version {
                let route = self.route_of_account(principal.tenant_id, copy.account_id).await?;
                self.update_copy(principal, &route, &copy, version, details.clone(), "country").await?;
            }
        }
        let mut after = self.contact(principal, handle).await?;
        if (&after.details, after.transfer_lock_opt_out) != (&details, opt_out) {
            after = Contact { transfer_lock_opt_out: opt_out, ..after.with(details, self.0.clock.now()) };
            written(principal, self.0.store.update_contact(&after).await)?;
            after.version += 1;
        }
        Ok(after)
    }

    async fn is_icann_registrant(&self, contact: &Contact) -> Result<bool, Error> {
        for tld in self.0.store.tlds_of_registrant(contact).await? {
            let association = self.0.store.association(contact.tenant_id, &tld).await?;
            if association.is_some_and(|found| found.accreditation == Accreditation::IcannAccredited) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes a contact away that no domain names, and its copies with it.
    pub async fn delete_contact(&self, principal: &Principal, handle: &str) -> Result<(), Error> {
        let (gateway, principal, handle) = (self.clone(), principal.clone(), handle.to_owned());
        self.to_its_end(async move { gateway.delete_contact_now(&principal, &handle).await }).await
    }

    async fn delete_contact_now(&self, principal: &Principal, handle: &str) -> Result<(), Error> {
        let contact = self.contact(principal, handle).await?;
        if self.0.store.contact_is_linked(&contact).await? {
            return Err(Error::ContactInUse);
        }
        let copies = self.0.store.contact_registrations(&contact).await?;
        for copy in &copies {
            let route = self.route_of_account(principal.tenant_id, copy.account_id).await?;
            self.delete_copy(principal, &route, copy).await?;
        }
        if !copies.is_empty() && Plan::current().is_some() {
            // Its copies keep the record, and are there as long as nothing is done.
            return Ok(());
        }
        match self.0.store.delete_contact(&contact).await {
            // A domain has come to name it, or is about to.
            Err(StoreError::Conflict(Conflict::ContactInUse | Conflict::Reference)) => {
                Err(Error::ContactInUse)
            }
            Err(StoreError::NotFound) => Err(Error::NotFound),
            other => written(principal, other),
        }
    }

    /// Contacts do not go from one registrar to another.
    pub async fn transfer_contact(&self, principal: &Principal, handle: &str) -> Result<Contact, Error> {
        self.contact(principal, handle).await?;
        Err(Error::TransferNotSupported)
    }
}

fn read_handle(text: &str) -> Result<Handle, Error> {
    text.parse()
        .map_err(|error: eppgate_model::contact::HandleError| Error::field("handle", error.to_string()))
}

/// A handle that says nothing: 16 hexadecimal digits.
fn new_handle() -> Result<Handle, Error> {
    let mut random = [0u8; 8];
    rand::fill(&mut random).map_err(|_| Error::internal("no random numbers"))?;
    read_handle(&HEXLOWER.encode(&random))
}
