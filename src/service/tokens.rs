//! Access tokens: JSON Web Tokens signed with HS256, each with a row in the store that can revoke it.

use eppgate_model::{TenantId, TokenId, UserId, token::TokenRecord};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::Error;

/// Signs and verifies tokens.
#[derive(Clone)]
pub struct TokenKeys {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
    issuer: String,
    /// Tokens whose signature was seen to be good, and what they claim: callers send the same one again and again.
    /// Whether a token is expired or revoked is not remembered here.
    seen: moka::sync::Cache<String, Claimed>,
}

/// A token's id, its tenant, and its user if it has one.
type Claimed = (TokenId, TenantId, Option<UserId>);

/// The secret is too short to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token secret has fewer than {MIN_SECRET} bytes")]
pub struct WeakSecret;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    jti: TokenText,
    /// The user; a client's own token names the client.
    sub: String,
    tenant_id: TokenText,
    scope: String,
    iat: i64,
    exp: i64,
}

/// A UUID as text.
type TokenText = String;

impl TokenKeys {
    /// Keys made of a secret of at least 32 bytes.
    ///
    /// # Errors
    /// [`WeakSecret`].
    pub fn new(secret: &SecretString, issuer: &str) -> Result<Self, WeakSecret> {
        let secret = secret.expose_secret().as_bytes();
        if secret.len() < MIN_SECRET {
            return Err(WeakSecret);
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "exp"]);
        // The service's own clock decides about expiry, so that tests can set it.
        validation.validate_exp = false;
        Ok(Self {
            signing: EncodingKey::from_secret(secret),
            verifying: DecodingKey::from_secret(secret),
            validation,
            issuer: issuer.to_owned(),
            seen: moka::sync::Cache::builder().max_capacity(SEEN).time_to_live(SEEN_FOR).build(),
        })
    }

    /// The token of a record.
    pub(super) fn sign(&self, record: &TokenRecord, issued_at: i64) -> Result<String, Error> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            jti: record.jti.to_string(),
            sub: record
                .user_id
                .map(|id| id.to_string())
                .or_else(|| record.client_id.clone())
                .unwrap_or_default(),
            tenant_id: record.tenant_id.to_string(),
            scope: record.scopes.to_string(),
            iat: issued_at,
            exp: record.expires_at.timestamp(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .map_err(|e| Error::Internal(Box::new(e)))
    }

    /// The id of a token whose signature, issuer and audience are right, and what it claims to be for.
    pub(super) fn verify(&self, token: &str) -> Result<Claimed, Error> {
        if let Some(claimed) = self.seen.get(token) {
            return Ok(claimed);
        }
        let claimed = self.verify_anew(token)?;
        self.seen.insert(token.to_owned(), claimed);
        Ok(claimed)
    }

    fn verify_anew(&self, token: &str) -> Result<Claimed, Error> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.verifying, &self.validation)
            .map_err(|_| Error::Unauthenticated)?
            .claims;
        let jti = claims.jti.parse().map_err(|_| Error::Unauthenticated)?;
        let tenant = claims.tenant_id.parse().map_err(|_| Error::Unauthenticated)?;
        Ok((jti, tenant, claims.sub.parse().ok()))
    }
}

/// How many tokens are remembered, and for how long.
const SEEN: u64 = 10_000;
const SEEN_FOR: std::time::Duration = std::time::Duration::from_secs(300);
const AUDIENCE: &str = "eppgate";
const MIN_SECRET: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use eppgate_model::token::{Scope, Scopes};

    fn keys(secret: &str) -> TokenKeys {
        TokenKeys::new(&SecretString::from(secret), "https://gateway.test").unwrap()
    }

    fn record() -> TokenRecord {
        TokenRecord {
            jti: TokenId::new(),
            tenant_id: TenantId::new(),
            user_id: Some(UserId::new()),
            client_id: None,
            scopes: Scopes::of(&[Scope::Read]),
            expires_at: chrono::DateTime::from_timestamp(2_000_000_000, 0).unwrap(),
            revoked_at: None,
        }
    }

    #[test]
    fn a_token_is_good_only_under_the_key_that_signed_it() {
        let record = record();
        let token = keys(&"a".repeat(32)).sign(&record, 1).unwrap();
        assert_eq!(
            keys(&"a".repeat(32)).verify(&token).unwrap(),
            (record.jti, record.tenant_id, record.user_id)
        );
        assert!(keys(&"b".repeat(32)).verify(&token).is_err());
        let remembering = keys(&"a".repeat(32));
        assert_eq!(remembering.verify(&token).unwrap(), remembering.verify(&token).unwrap());
    }

    #[test]
    fn a_token_that_was_changed_or_is_unsigned_is_refused() {
        let keys = keys(&"a".repeat(32));
        let token = keys.sign(&record(), 1).unwrap();
        let [header, claims, signature] = *token.split('.').collect::<Vec<_>>() else {
            panic!("three parts")
        };
        // {"alg":"none","typ":"JWT"}
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
        for bad in [
            format!("{header}.{claims}."),
            format!("{none}.{claims}."),
            format!("{none}.{claims}.{signature}"),
            format!("{header}.{header}.{signature}"),
            String::new(),
        ] {
            assert!(keys.verify(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert!(TokenKeys::new(&SecretString::from("a".repeat(31)), "x").is_err());
    }
}
