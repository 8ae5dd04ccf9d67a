//! Who is calling: users and their memberships, access tokens and scopes, and the principal they make up.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::id::{TenantId, TokenId, UserId};
use crate::idempotency::Attempt;
use crate::precondition::Precondition;
use crate::word::Word;

/// On whose behalf something is done, and what they may do. Every use case is handed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub tenant_id: TenantId,
    pub actor: Actor,
    pub scopes: Scopes,
    /// For a request that may be sent again without being done again.
    pub attempt: Option<Attempt>,
    /// What must hold of the object that the request is about.
    pub expects: Option<Precondition>,
}

impl Principal {
    /// The gateway itself, at work for a tenant.
    pub fn system(tenant_id: TenantId) -> Self {
        Self { tenant_id, actor: Actor::System, scopes: Scopes::default(), attempt: None, expects: None }
    }
}

/// Who acts, as the history of a domain names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person.
    User(UserId),
    /// An OAuth client, by its client id.
    Client(String),
    /// The gateway itself, such as a worker that settles an operation.
    System,
}

impl Actor {
    /// The kind of actor: `user`, `client` or `system`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Client(_) => "client",
            Self::System => "system",
        }
    }

    /// Which one of its kind; the gateway is the only one of its own.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::User(id) => Some(id.to_string()),
            Self::Client(id) => Some(id.clone()),
            Self::System => None,
        }
    }
}

/// One right that a token may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Read,
    Write,
    DirectoryRead,
}

impl Word for Scope {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Read, "read"), (Self::Write, "write"), (Self::DirectoryRead, "directory:read")];
}

/// A set of scopes; its text form is their words with single spaces between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scopes {
    pub read: bool,
    pub write: bool,
    pub directory_read: bool,
}

/// A word that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown scope")]
pub struct UnknownScope;

impl Scopes {
    /// The set of just these.
    pub fn of(scopes: &[Scope]) -> Self {
        Self {
            read: scopes.contains(&Scope::Read),
            write: scopes.contains(&Scope::Write),
            directory_read: scopes.contains(&Scope::DirectoryRead),
        }
    }

    /// Whether the set has `scope`.
    pub fn contains(self, scope: Scope) -> bool {
        match scope {
            Scope::Read => self.read,
            Scope::Write => self.write,
            Scope::DirectoryRead => self.directory_read,
        }
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let words = text.split_ascii_whitespace();
        let scopes: Vec<Scope> =
            words.map(|word| Scope::parse(word).ok_or(UnknownScope)).collect::<Result<_, _>>()?;
        Ok(Self::of(&scopes))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = Scope::WORDS.iter().filter(|(scope, _)| self.contains(*scope));
        let words: Vec<&str> = held.map(|(_, word)| *word).collect();
        f.write_str(&words.join(" "))
    }
}

/// What the gateway remembers of an access token that it issued; the token itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    pub jti: TokenId,
    pub tenant_id: TenantId,
    /// The person it was issued to; none for a client's own token.
    pub user_id: Option<UserId>,
    pub client_id: Option<String>,
    pub scopes: Scopes,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl TokenRecord {
    /// Whether the token still opens anything.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// A person, who may belong to several tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub inserted_at: DateTime<Utc>,
}

/// A person's place in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub tenant_id: TenantId,
    pub user_id: UserId,
    pub role: Role,
    pub state: MembershipState,
    pub inserted_at: DateTime<Utc>,
}

/// What a member may decide for the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Owner,
    Admin,
    Member,
}

impl Word for Role {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Owner, "owner"), (Self::Admin, "admin"), (Self::Member, "member")];
}

/// Whether a membership is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipState {
    Active,
    Deactivated,
    Removed,
}

impl Word for MembershipState {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Active, "active"), (Self::Deactivated, "deactivated"), (Self::Removed, "removed")];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_survive_their_text_and_unknown_ones_are_refused() {
        for (text, printed) in
            [("", ""), ("read", "read"), ("write  read", "read write"), ("directory:read", "directory:read")]
        {
            assert_eq!(text.parse::<Scopes>().unwrap().to_string(), printed);
        }
        assert_eq!("read admin".parse::<Scopes>(), Err(UnknownScope));
    }

    #[test]
    fn a_token_is_dead_once_revoked_or_from_its_expiry_on() {
        let expires_at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let token = TokenRecord {
            jti: TokenId::new(),
            tenant_id: TenantId::new(),
            user_id: None,
            client_id: None,
            scopes: Scopes::of(&[Scope::Read]),
            expires_at,
            revoked_at: None,
        };
        let before = expires_at - chrono::Duration::microseconds(1);
        assert!(token.is_live(before));
        assert!(!token.is_live(expires_at));
        assert!(!TokenRecord { revoked_at: Some(before), ..token }.is_live(before));
    }
}
