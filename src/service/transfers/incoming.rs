//! Domains that the tenant wants: from another registrar, or from another account of its own.

use eppgate_epp::types::{AuthInfo, Period, TransferOp};
use eppgate_epp::{Command, domain};
use eppgate_model::price::PricedOperation;
use eppgate_model::tenant::{AccountState, Accreditation, RegistryAccount};
use eppgate_model::token::Principal;
use eppgate_model::transfer::{Direction, Transfer};
use eppgate_model::{Domain, DomainName, TenantId};
use secrecy::{ExposeSecret, SecretString};

use super::Coming;
use super::intent::{Asked, Intent};
use crate::service::contacts::Handles;
use crate::service::dialect::Dialect;
use crate::service::effect::Role;
use crate::service::gates::{Action, cancellation, under_way};
use crate::service::journal::Change;
use crate::service::payment::Purchase;
use crate::service::plan::checked;
use crate::service::register::years_added;
use crate::service::routing::Route;
use crate::service::{Error, Gateway};

/// A request for a domain that somebody has.
#[derive(Debug, Clone, Default)]
pub struct TransferIn {
    pub auth_code: SecretString,
    pub contacts: Handles,
    /// One year when left out.
    pub years: Option<u32>,
    pub quote_id: Option<String>,
    pub registry_account_id: Option<String>,
}

impl Gateway {
    /// Asks for a domain. It comes when whoever has it agrees, or says nothing for long enough.
    pub async fn transfer_in(
        &self,
        principal: &Principal,
        name: &str,
        request: TransferIn,
    ) -> Result<Coming, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.transfer_in_now(principal, &name, request).await }).await
    }

    async fn transfer_in_now(
        &self,
        principal: Principal,
        name: &str,
        request: TransferIn,
    ) -> Result<Coming, Error> {
        let name = DomainName::parse(name).map_err(|_| Error::NotFound)?;
        let tenant = principal.tenant_id;
        let is_request = |intent: &Intent| matches!(intent, Intent::Request(_));
        if let Some(asked) = self.earlier(&principal, name.as_str(), is_request).await? {
            let transfer = self.0.store.transfer_of_operation(tenant, asked.id).await?;
            return self.coming(transfer.ok_or(Error::NotFound)?).await;
        }
        let (before, pending) = self.as_it_stands(tenant, &name).await?;
        let chosen = request.registry_account_id.as_deref();
        let route = match &before {
            Some(domain) => self.route_within(domain, chosen).await?,
            None => self.route_new(tenant, &name, chosen).await?,
        };
        let dialect = Dialect::of(&route.registry);
        match &before {
            Some(domain) => self.pass_with(Action::TransferIn, domain, &pending).await?,
            None if under_way(tenant, &pending).is_some() => return Err(Error::DomainInTransfer),
            None => dialect.may_ask_for_transfers()?,
        }
        let handles = match &before {
            Some(domain) => or_as_before(request.contacts, domain),
            None => request.contacts,
        };
        let years_asked = years_added(&route, request.years)?;
        let purchase = Purchase {
            name: &name,
            operation: PricedOperation::TransferIn,
            period: Some(years_asked),
            quote_id: request.quote_id.as_deref(),
            // As with a renewal, no assurance is asked for where no quote is required.
            assured: true,
        };
        let payment = self.payment(&route, purchase).await?;
        let contacts = self.find_contacts(tenant, &handles).await?;
        let has_registrant = contacts.iter().any(|(role, _)| *role == Role::Registrant);
        if route.association.accreditation == Accreditation::IcannAccredited && !has_registrant {
            return Err(Error::RegistrantHandleRequired);
        }
        // The copies are made now, so that what is wrong with one is told to the caller.
        self.link(&principal, &route, &contacts).await?;
        let of_role = |role| {
            let contact = contacts.iter().find(|(known, _)| *known == role);
            contact.map(|(_, contact)| contact.handle.to_string())
        };
        let says_period = request.years.is_some() || !dialect.transfers_at_once();
        let command = Command::new(&domain::Transfer {
            op: TransferOp::Request,
            name: name.as_str().to_owned(),
            period: says_period.then(|| Period::years(years_asked)),
            auth_info: Some(AuthInfo::pw(request.auth_code.expose_secret())),
        });
        let intent = Intent::Request(Asked {
            tld: route.association.tld.clone(),
            domain: before.as_ref().map(|domain| domain.id),
            after: self.0.store.last_requested_at(Direction::In, &route.account.binding, &name).await?,
            patience: route.association.config.transfer_pending_days,
            registrant_handle: of_role(Role::Registrant),
            admin_handle: of_role(Role::Admin),
            tech_handle: of_role(Role::Tech),
            billing_handle: of_role(Role::Billing),
        });
        let change = Change { principal, route, name, intent, command };
        let asked = self.carry_out_paid(change, payment).await.map_err(|error| match error {
            Error::RegistryRefused { code: 2201 | 2202, .. } => Error::AuthCodeInvalid,
            other => other,
        })?;
        let is_due = asked.due_at.is_some_and(|due| due <= self.0.clock.now());
        let transfer = if is_due { self.follow(asked).await } else { asked };
        self.coming(transfer).await
    }

    /// Calls off a transfer that the tenant asked for.
    pub async fn cancel_transfer(&self, principal: &Principal, id: &str) -> Result<(), Error> {
        let (gateway, principal, id) = (self.clone(), principal.clone(), id.to_owned());
        self.to_its_end(async move { gateway.cancel_transfer_now(principal, &id).await }).await
    }

    async fn cancel_transfer_now(&self, principal: Principal, id: &str) -> Result<(), Error> {
        let transfer = self.transfer(&principal, id).await?;
        let obstacle = cancellation(Some(&transfer));
        let is_cancellation = |intent: &Intent| matches!(intent, Intent::Cancel(_));
        if self.earlier(&principal, transfer.name.as_str(), is_cancellation).await?.is_some() {
            return Ok(());
        }
        if let Some((_, error)) = obstacle {
            return Err(error);
        }
        checked("action_allowed");
        let route = self.route_of_transfer(&transfer).await?;
        let command = Command::new(&domain::Transfer {
            op: TransferOp::Cancel,
            name: transfer.name.as_str().to_owned(),
            period: None,
            auth_info: None,
        });
        let (name, intent) = (transfer.name.clone(), Intent::Cancel((&transfer).into()));
        match self.carry_out(Change { principal, route, name, intent, command }).await {
            Ok(_) => Ok(()),
            Err(Error::RegistryRefused { code: 2201 | 2301 | 2303 | 2304, .. } | Error::WrongState) => {
                self.follow(transfer).await;
                Err(Error::CancelTooLate)
            }
            Err(error) => Err(error),
        }
    }

    /// What a caller sees of a domain that was asked for.
    async fn coming(&self, transfer: Transfer) -> Result<Coming, Error> {
        let domain = match self.domain_of(&transfer).await? {
            Some(domain) if domain.state.live() => Some(self.view(domain).await?),
            _ => None,
        };
        Ok(Coming { transfer, domain })
    }

    /// Where a domain of the tenant's is to go within its registry: the account named, else the only other one, else the
    /// default.
    async fn route_within(&self, domain: &Domain, chosen: Option<&str>) -> Result<Route, Error> {
        if chosen.is_some() {
            let route = self.route_new(domain.tenant_id, &domain.name, chosen).await?;
            if route.account.id == domain.account_id {
                return Err(Error::field("registry_account_id", "has the domain already"));
            }
            return Ok(route);
        }
        let others = self.other_accounts(domain).await?;
        let only = if let [only] = &others[..] { Some(only) } else { None };
        match (only.or_else(|| others.iter().find(|account| account.is_default)), others.is_empty()) {
            (Some(account), _) => self.route_with(domain.tenant_id, &domain.tld, account.id).await,
            (None, true) => Err(Error::RegistryAccountUnavailable),
            (None, false) => {
                let candidates = others.iter().map(|account| (account.id, account.name.clone()));
                Err(Error::RegistryAccountRequired(candidates.collect()))
            }
        }
    }

    /// The accounts of its tenant that a domain could go to.
    pub(in crate::service) async fn other_accounts(
        &self,
        domain: &Domain,
    ) -> Result<Vec<RegistryAccount>, Error> {
        let accounts = self.0.store.accounts(domain.tenant_id, Some(&domain.binding)).await?;
        let is_other = |account: &RegistryAccount| {
            account.state == AccountState::Active && account.id != domain.account_id
        };
        Ok(accounts.into_iter().filter(is_other).collect())
    }

    /// The tenant's domain of that name, if it has it, and the transfers of it that are pending by the registry's word.
    async fn as_it_stands(
        &self,
        tenant: TenantId,
        name: &DomainName,
    ) -> Result<(Option<Domain>, Vec<Transfer>), Error> {
        let known = self.0.store.domain(tenant, name).await?;
        let binding = match known {
            Some(domain) => domain.binding,
            None => self.association(tenant, name).await?.binding,
        };
        let mut pending = Vec::new();
        for transfer in self.0.store.pending_transfers(&binding, name).await? {
            pending.push(self.follow(transfer).await);
        }
        pending.retain(Transfer::is_pending);
        // One that has ended may have brought it, taken it to another account, or away.
        Ok((self.0.store.domain(tenant, name).await?, pending))
    }
}

/// The contacts that are wanted, and for the rest those that there are.
fn or_as_before(wanted: Handles, domain: &Domain) -> Handles {
    let or = |wanted: Option<String>, present: &Option<String>| wanted.or_else(|| present.clone());
    Handles {
        registrant: or(wanted.registrant, &domain.registrant_handle),
        admin: or(wanted.admin, &domain.admin_handle),
        tech: or(wanted.tech, &domain.tech_handle),
        billing: or(wanted.billing, &domain.billing_handle),
    }
}
