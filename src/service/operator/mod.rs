//! What the people who run the gateway can see and do. They come in by tokens of their own, which belong to no tenant, and
//! whatever they change is logged with their name.
//!
//! | file | what |
//! |---|---|
//! | `watch` | how the registry accounts are doing |
//! | `messages` | messages of registries that are left to people |
//! | `reload` | a new configuration |
//! | `operations` | operations of unknown outcome |
//! | `steer` | pause, drain, reconnect; the breaker, maintenances, sessions |

mod messages;
mod operations;
mod reload;
mod steer;
mod watch;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};

use super::{Error, Gateway, NamedRegistry, Registries};

pub use operations::Verdict;
pub use reload::{Refused, ReloadRequest, ReloadRequests, Reloaded};
pub use steer::NewMaintenance;
pub use watch::{AccountView, MaintenanceView, SessionView, Snapshot};

/// Those who may come in. Of their tokens only hashes are kept; the tokens are too long to be guessed from those.
#[derive(Default)]
pub struct Operators(Vec<(String, [u8; 32])>);

/// One of them, who has shown a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// The name of the token.
    pub name: String,
}

/// What an operator's word is about: all accounts at a registry, or one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The registry's name.
    pub registry: String,
    /// The account's name there; all of them when left out.
    pub account: Option<String>,
}

impl Operators {
    /// By the names of their tokens.
    #[must_use]
    pub fn new<'a>(tokens: impl IntoIterator<Item = (&'a str, &'a SecretString)>) -> Self {
        let hashed = |(name, token): (&str, &SecretString)| (name.to_owned(), hash(token.expose_secret()));
        Self(tokens.into_iter().map(hashed).collect())
    }

    /// How long it takes tells nothing about a token.
    fn find(&self, token: &str) -> Option<Operator> {
        let presented = hash(token);
        let is_it = |known: &&(String, [u8; 32])| verify_slices_are_equal(&known.1, &presented).is_ok();
        let found: Vec<_> = self.0.iter().filter(is_it).collect();
        found.first().map(|(name, _)| Operator { name: name.clone() })
    }
}

impl Gateway {
    /// Who has shown this token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`]
    pub fn operator(&self, token: &str) -> Result<Operator, Error> {
        self.0.operators.load().find(token).ok_or(Error::Unauthenticated)
    }

    /// Lets these come in from now on, and no others.
    pub fn set_operators(&self, operators: Operators) {
        self.0.operators.store(operators.into());
    }

    /// The accounts that are meant.
    fn targets(&self, target: &Target) -> Result<Vec<NamedRegistry>, Error> {
        let registries = self.0.registries.load();
        let is_meant = |one: &&NamedRegistry| {
            one.registry == target.registry
                && target.account.as_ref().is_none_or(|account| *account == one.account)
        };
        let meant: Vec<NamedRegistry> = registries.named().iter().filter(is_meant).cloned().collect();
        if meant.is_empty() { Err(Error::NotFound) } else { Ok(meant) }
    }
}

/// Writes down who did what, to what, and whether it was done.
fn note<T>(
    who: &Operator,
    action: &'static str,
    target: &Target,
    result: Result<T, Error>,
) -> Result<T, Error> {
    let account = target.account.as_deref().unwrap_or("*");
    let Target { registry, .. } = target;
    match &result {
        Ok(_) => tracing::info!(operator = who.name, action, registry, account, "an operator's word: done"),
        Err(error) => {
            tracing::warn!(operator = who.name, action, registry, account, %error, "an operator's word: refused");
        }
    }
    result
}

fn hash(token: &str) -> [u8; 32] {
    let digest = digest(&SHA256, token.as_bytes());
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_whole_text_and_no_other() {
        let (first, second) = (SecretString::from("first-token"), SecretString::from("second-token"));
        let operators = Operators::new([("one", &first), ("two", &second)]);
        let name = |token| operators.find(token).map(|operator| operator.name);
        assert_eq!(name("first-token").as_deref(), Some("one"));
        assert_eq!(name("second-token").as_deref(), Some("two"));
        for wrong in ["", "first", "first-token ", "FIRST-TOKEN"] {
            assert_eq!(name(wrong), None);
        }
        assert_eq!(Operators::default().find(""), None);
    }
}
