//! The authorisation code, by which a domain moves to another registrar: made here, told once, kept as a hash.

use aws_lc_rs::{digest, rand};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use eppgate_epp::Command;
use eppgate_epp::domain::{self, Chg};
use eppgate_epp::types::{AuthInfo, Secret};
use eppgate_model::Operation;
use eppgate_model::idempotency::Attempt;
use eppgate_model::token::Principal;
use eppgate_registry::profile::AuthInfoRule;

use super::dialect::Dialect;
use super::effect::Intent;
use super::gates::Action;
use super::journal::{Change, Kept};
use super::sealing::{open, seal};
use super::{Error, Gateway};

impl Gateway {
    /// Sets a new authorisation code and gives it to the caller, this once.
    pub async fn rotate_auth_code(&self, principal: &Principal, name: &str) -> Result<Secret, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.rotate_auth_code_now(principal, &name).await }).await
    }

    async fn rotate_auth_code_now(&self, principal: Principal, name: &str) -> Result<Secret, Error> {
        let before = self.own(&principal, name).await?;
        let is_code = |intent: &Intent| matches!(intent, Intent::AuthCode { .. });
        if let Some(done) = self.earlier(&principal, before.name.as_str(), is_code).await? {
            return told_again(&principal, &done);
        }
        self.pass(Action::RotateAuthCode, &before).await?;
        let route = self.route(&before).await?;
        let code = Dialect::of(&route.registry).auth_code()?;
        let code = code.ok_or(Error::NotOffered("set authorisation codes"))?;
        let command = Command::new(&domain::Update {
            name: before.name.as_str().to_owned(),
            chg: Some(Chg { auth_info: Some(AuthInfo::pw(code.expose())), ..Chg::default() }),
            ..domain::Update::default()
        });
        let sealed = principal.attempt.as_ref().map(|attempt| sealed(&code, attempt)).transpose()?;
        let intent = Intent::AuthCode { hash: hash_auth_code(code.expose()), sealed };
        self.carry_out(Change { principal, route, name: before.name, intent, command }).await?;
        Ok(code)
    }
}

/// A code as only the caller can read it who sends the same key again.
fn sealed(code: &Secret, attempt: &Attempt) -> Result<String, Error> {
    Ok(BASE64URL_NOPAD.encode(&seal(&attempt.seal, AUTH_CODE, code.expose().as_bytes())?))
}

/// The code that an earlier attempt at the same request has set.
fn told_again(principal: &Principal, done: &Operation) -> Result<Secret, Error> {
    let Intent::AuthCode { sealed: Some(sealed), .. } = Kept::<Intent>::of(done)?.intent else {
        return Err(Error::internal("a keyed request keeps its code"));
    };
    let key = principal.attempt.as_ref().map(|attempt| &attempt.seal);
    let sealed = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok();
    let code = key.zip(sealed).and_then(|(key, sealed)| open(key, AUTH_CODE, &sealed));
    let code = code.and_then(|code| String::from_utf8(code).ok());
    code.map(Secret::new).ok_or(Error::IdempotencyKeyInUse { in_flight: false })
}

/// A new authorisation code by the registry's rule: as long as it takes, at least one small letter, capital, digit and
/// symbol. With 22 signs and more it has the 128 random bits that RFC 9154 asks for.
pub(super) fn new_auth_code(rule: &AuthInfoRule) -> Result<Secret, Error> {
    let signs: Vec<char> =
        ('a'..='z').chain('A'..='Z').chain('0'..='9').chain(rule.symbols.chars()).collect();
    let length = rule.max_length.clamp(4, LONGEST_AUTH_CODE);
    loop {
        let code = (0..length).map(|_| pick(&signs)).collect::<Result<String, Error>>()?;
        let has = |kind: &dyn Fn(char) -> bool| code.chars().any(kind);
        if has(&|c| c.is_ascii_lowercase())
            && has(&|c| c.is_ascii_uppercase())
            && has(&|c| c.is_ascii_digit())
            && (rule.symbols.is_empty() || has(&|c| rule.symbols.contains(c)))
        {
            return Ok(Secret::new(code));
        }
    }
}

/// One of the signs, each as likely as any other.
fn pick(signs: &[char]) -> Result<char, Error> {
    let even = 256 - 256 % signs.len();
    loop {
        let mut random = [0u8];
        rand::fill(&mut random).map_err(|_| Error::internal("no random numbers"))?;
        let value = usize::from(random[0]);
        if value < even {
            return Ok(signs[value % signs.len()]);
        }
    }
}

/// The one-way form in which an authorisation code is kept. It has enough random bits to need no salt.
pub(super) fn hash_auth_code(code: &str) -> String {
    let hash = digest::digest(&digest::SHA256, code.as_bytes());
    format!("sha256:{}", HEXLOWER.encode(hash.as_ref()))
}

const AUTH_CODE: &str = "auth code";
const LONGEST_AUTH_CODE: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auth_codes_follow_the_registrys_rule_and_never_repeat() {
        let rule = AuthInfoRule { symbols: "-.".to_owned(), ..AuthInfoRule::default() };
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1_000 {
            let code = new_auth_code(&rule).unwrap().expose().to_owned();
            assert_eq!(code.len(), 16);
            assert!(code.contains(['-', '.']) && code.contains(|c: char| c.is_ascii_digit()), "{code}");
            assert!(seen.insert(code));
        }
    }
}
