//! What a tenant chooses for itself.

use eppgate_model::contact::Email;
use eppgate_model::tenant::{Tenant, TransferOutMode};
use eppgate_model::token::Principal;
use eppgate_model::{Phone, Word};
use eppgate_store::{Conflict, Error as StoreError};

use super::{Error, FieldError, Gateway};

/// A change of a tenant. What is left out stays, and an empty text takes a choice back.
#[derive(Debug, Clone, Default)]
pub struct TenantInput {
    pub name: Option<String>,
    pub verification_from_email: Option<String>,
    pub suspension_from_email: Option<String>,
    pub renewal_from_email: Option<String>,
    pub verification_from_phone: Option<String>,
    pub suspension_from_phone: Option<String>,
    pub verification_url_template: Option<String>,
    pub transfer_out_mode: Option<String>,
}

impl Gateway {
    /// Changes what a tenant has chosen; for those who may decide for it.
    pub async fn update_tenant(&self, principal: &Principal, input: TenantInput) -> Result<Tenant, Error> {
        let (gateway, principal) = (self.clone(), principal.clone());
        self.to_its_end(async move { gateway.update_tenant_now(&principal, input).await }).await
    }

    async fn update_tenant_now(&self, principal: &Principal, input: TenantInput) -> Result<Tenant, Error> {
        self.may_decide(principal).await?;
        let before = self.0.store.tenant(principal.tenant_id).await?.ok_or(Error::TenantNotFound)?;
        let seen = before.updated_at;
        let mut after = input.onto(before.clone())?;
        if after == before {
            return Ok(after);
        }
        after.updated_at = self.0.clock.now();
        match self.0.store.update_tenant(&after, seen).await {
            Ok(()) => Ok(after),
            Err(StoreError::Conflict(Conflict::StaleVersion)) => {
                Err(Error::OperationInProgress { operation_id: None })
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl TenantInput {
    /// The tenant as it is with this change; every field that is wrong is told.
    fn onto(self, mut tenant: Tenant) -> Result<Tenant, Error> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, message: &str| {
            errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
        };
        if let Some(name) = self.name {
            let name = name.trim().to_owned();
            if name.is_empty() || name.chars().count() > LONGEST_NAME {
                wrong("name", "must be 1 to 200 characters");
            }
            tenant.name = name;
        }
        let settings = &mut tenant.settings;
        for (field, given, setting) in [
            ("verification_from_email", self.verification_from_email, &mut settings.verification_from_email),
            ("suspension_from_email", self.suspension_from_email, &mut settings.suspension_from_email),
            ("renewal_from_email", self.renewal_from_email, &mut settings.renewal_from_email),
        ] {
            let Some(text) = given else { continue };
            match (text.trim(), text.trim().parse::<Email>()) {
                ("", _) => *setting = None,
                (text, Ok(_)) => *setting = Some(text.to_owned()),
                (_, Err(_)) => wrong(field, "is no e-mail address"),
            }
        }
        for (field, given, setting) in [
            ("verification_from_phone", self.verification_from_phone, &mut settings.verification_from_phone),
            ("suspension_from_phone", self.suspension_from_phone, &mut settings.suspension_from_phone),
        ] {
            let Some(text) = given else { continue };
            match (text.trim(), Phone::parse(text.trim()).is_ok()) {
                ("", _) => *setting = None,
                (text, true) => *setting = Some(text.to_owned()),
                (_, false) => wrong(field, "is no telephone number such as +46701234567"),
            }
        }
        match self.verification_url_template.as_deref().map(str::trim) {
            None => {}
            Some("") => settings.verification_url_template = None,
            Some(url)
                if url.starts_with("https://") && url.contains("{{token}}") && url.len() <= LONGEST_URL =>
            {
                settings.verification_url_template = Some(url.to_owned());
            }
            Some(_) => wrong("verification_url_template", "must be an https URL with {{token}} in it"),
        }
        match self.transfer_out_mode.as_deref().map(TransferOutMode::parse) {
            None => {}
            Some(Some(mode)) => settings.transfer_out_mode = mode,
            Some(None) => wrong("transfer_out_mode", "must be auto or explicit"),
        }
        if errors.is_empty() { Ok(tenant) } else { Err(Error::Validation(errors)) }
    }
}

const LONGEST_NAME: usize = 200;
const LONGEST_URL: usize = 2_000;
