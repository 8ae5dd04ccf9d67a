//! Sealing what only they may see who know a secret that is not kept: a database alone, or the gateway's own key alone,
//! opens nothing.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use eppgate_model::TenantId;
use eppgate_model::idempotency::{IdempotencyKey, SealKey};
use secrecy::{ExposeSecret, SecretString};

use super::Error;

/// The gateway's own part of all keys that things are sealed with.
pub struct Sealer(Prk);

impl Sealer {
    /// Made from a secret of the configuration. Another secret opens nothing that was sealed before.
    #[must_use]
    pub fn new(secret: &SecretString) -> Self {
        Self(Salt::new(HKDF_SHA256, b"eppgate sealing").extract(secret.expose_secret().as_bytes()))
    }

    /// The key that goes with a tenant's idempotency key.
    pub(super) fn key(&self, tenant: TenantId, key: &IdempotencyKey) -> Result<SealKey, Error> {
        let tenant = tenant.uuid();
        let info = [tenant.as_bytes().as_slice(), key.expose().as_bytes()];
        let mut bytes = [0; 32];
        let expanded = self.0.expand(&info, HKDF_SHA256).and_then(|okm| okm.fill(&mut bytes));
        expanded.map_err(|_| Error::internal("a key cannot be derived"))?;
        Ok(SealKey(bytes))
    }
}

/// Seals `open` for a `purpose`, which must be named again to open it.
pub(super) fn seal(key: &SealKey, purpose: &str, open: &[u8]) -> Result<Vec<u8>, Error> {
    let mut text = open.to_vec();
    let nonce = cipher(key)?.seal_in_place_append_tag(Aad::from(purpose), &mut text);
    let mut sealed = nonce.map_err(|_| Error::internal("nothing can be sealed"))?.as_ref().to_vec();
    sealed.append(&mut text);
    Ok(sealed)
}

/// What was sealed with the key for the purpose; `None` for anything else.
pub(super) fn open(key: &SealKey, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let (nonce, mut text) = (Nonce::assume_unique_for_key(*nonce), text.to_vec());
    let length = cipher(key).ok()?.open_in_place(nonce, Aad::from(purpose), &mut text).ok()?.len();
    text.truncate(length);
    Some(text)
}

fn cipher(key: &SealKey) -> Result<RandomizedNonceKey, Error> {
    RandomizedNonceKey::new(&AES_256_GCM, &key.0).map_err(|_| Error::internal("a key has the wrong length"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_tenant_secret_and_purpose_only() {
        let sealer = |secret: &str| Sealer::new(&secret.into());
        let (tenant, order) = (TenantId::new(), "order-1".parse().unwrap());
        let key = sealer("server").key(tenant, &order).unwrap();
        let sealed = seal(&key, "answer", b"the code is 42").unwrap();
        assert!(!sealed.windows(4).any(|part| part == b"code"));
        assert_eq!(open(&key, "answer", &sealed).as_deref(), Some(&b"the code is 42"[..]));
        assert_ne!(seal(&key, "answer", b"the code is 42").unwrap(), sealed, "a nonce is used once");

        let mut touched = sealed.clone();
        touched[NONCE_LEN] ^= 1;
        for (key, purpose, sealed) in [
            (sealer("server").key(tenant, &"order-2".parse().unwrap()).unwrap(), "answer", &sealed),
            (sealer("server").key(TenantId::new(), &order).unwrap(), "answer", &sealed),
            (sealer("other").key(tenant, &order).unwrap(), "answer", &sealed),
            (key.clone(), "auth code", &sealed),
            (key.clone(), "answer", &touched),
            (key.clone(), "answer", &sealed[..NONCE_LEN].to_vec()),
            (key, "answer", &Vec::new()),
        ] {
            assert_eq!(open(&key, purpose, sealed), None);
        }
    }
}
