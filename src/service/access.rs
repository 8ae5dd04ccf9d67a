//! Who may come in: tokens to principals, and principals into tenants.

use eppgate_model::tenant::TenantStatus;
use eppgate_model::token::{Actor, MembershipState, Principal, Role, Scope, TokenRecord};

use super::{Error, Gateway};

impl Gateway {
    /// Issues a token and remembers it, so that it can be revoked.
    pub async fn issue_token(&self, record: &TokenRecord) -> Result<String, Error> {
        let token = self.0.keys.sign(record, self.0.clock.now().timestamp())?;
        self.0.store.insert_token(record).await?;
        Ok(token)
    }

    /// The caller behind a bearer token. Signature, expiry and revocation are checked.
    pub async fn authenticate(&self, bearer: &str) -> Result<Principal, Error> {
        let (jti, tenant_id, user_id) = self.0.keys.verify(bearer)?;
        let record = self.0.store.token(jti).await?.ok_or(Error::Unauthenticated)?;
        if !record.is_live(self.0.clock.now()) || record.tenant_id != tenant_id || record.user_id != user_id {
            return Err(Error::Unauthenticated);
        }
        let actor = match (record.user_id, record.client_id) {
            (Some(user), _) => Actor::User(user),
            (None, Some(client)) => Actor::Client(client),
            (None, None) => return Err(Error::Unauthenticated),
        };
        Ok(Principal { tenant_id, actor, scopes: record.scopes, attempt: None, expects: None })
    }

    /// Lets on only who may decide for the tenant: its owners and admins.
    pub(super) async fn may_decide(&self, principal: &Principal) -> Result<(), Error> {
        let Actor::User(user) = principal.actor else { return Err(Error::Forbidden) };
        let membership = self.0.store.membership(principal.tenant_id, user).await?.ok_or(Error::Forbidden)?;
        match membership.role {
            Role::Owner | Role::Admin => Ok(()),
            Role::Member => Err(Error::Forbidden),
        }
    }

    /// Lets a principal into the tenant that a URL names, with the scope that the call needs. In this order: scope,
    /// the token's tenant, the tenant's existence and status, the user's membership.
    pub async fn enter_tenant(&self, principal: &Principal, tenant: &str, need: Scope) -> Result<(), Error> {
        if !principal.scopes.contains(need) {
            return Err(Error::InsufficientScope);
        }
        if tenant.parse() != Ok(principal.tenant_id) {
            return Err(Error::TenantMismatch);
        }
        let tenant = self.0.store.tenant(principal.tenant_id).await?.ok_or(Error::TenantNotFound)?;
        if tenant.status != TenantStatus::Active {
            return Err(Error::TenantInactive);
        }
        // A client's token has no user: that the client is the tenant's own is known from the token.
        let Actor::User(user) = principal.actor else { return Ok(()) };
        let membership = self.0.store.membership(tenant.id, user).await?.ok_or(Error::NotAMember)?;
        match membership.state {
            MembershipState::Active => Ok(()),
            MembershipState::Deactivated => Err(Error::MembershipDeactivated),
            MembershipState::Removed => Err(Error::NotAMember),
        }
    }
}
