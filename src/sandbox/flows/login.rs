//! `<login>`: who may open a session.

use std::sync::atomic::Ordering;

use eppgate_epp::ResultCode;
use eppgate_epp::login::Login;

use super::{Chosen, Outcome, Reading, Refusal, View};
use crate::greeting::{LANGUAGE, VERSION};
use crate::record::{Change, Effect, Kept};

/// A login as it was read.
pub(crate) struct Order {
    login: Login,
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        command.bare()?;
        Ok(Self { login: command.read_login()? })
    }

    /// Who wants to log in.
    pub(crate) fn account(&self) -> &str {
        &self.login.cl_id
    }

    /// What it names.
    pub(crate) fn chosen(&self) -> Chosen {
        let services = &self.login.svcs;
        Chosen::new(services.objects.iter().chain(&services.extensions).cloned().collect())
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        let login = self.login;
        if view.caller.account.is_some() {
            return Err(Refusal::new(ResultCode::USE_ERROR, "already logged in"));
        }
        if login.options.version != VERSION {
            return Err(ResultCode::UNIMPLEMENTED_VERSION.into());
        }
        if login.options.lang != LANGUAGE {
            return Err(Refusal::new(ResultCode::UNIMPLEMENTED_OPTION, "the language is en"));
        }
        let account = view.state.account(&login.cl_id);
        let Some(account) = account.filter(|account| account.password == login.pw) else {
            let last = view.caller.failed_logins + 1 >= LOGINS_ALLOWED;
            return Err(if last {
                ResultCode::AUTHENTICATION_CLOSING.into()
            } else {
                ResultCode::AUTHENTICATION_ERROR.into()
            });
        };
        let character = &view.profile.character;
        let object_known = |uri: &String| character.objects().any(|known| known == uri);
        if !login.svcs.objects.iter().all(object_known) {
            return Err(ResultCode::UNIMPLEMENTED_OBJECT.into());
        }
        let extension_known = |uri: &String| character.extension_uris().any(|known| known == uri);
        if !login.svcs.extensions.iter().all(extension_known) {
            return Err(ResultCode::UNIMPLEMENTED_EXTENSION.into());
        }
        if account.open >= view.profile.max_sessions.load(Ordering::Relaxed) {
            return Err(ResultCode::SESSION_LIMIT.into());
        }
        let outcome = Outcome::new(ResultCode::OK);
        let Some(new_pw) = login.new_pw else {
            return Ok(outcome);
        };
        if !(6..=128).contains(&new_pw.expose().chars().count()) {
            return Err(Refusal::new(ResultCode::PARAMETER_RANGE, "passwords have 6 to 128 characters"));
        }
        let change = Change::Password { account: login.cl_id, password: Kept(new_pw) };
        Ok(outcome.change(change).effect(Effect::PasswordChanged))
    }
}

/// Wrong passwords in one session, the last of which closes it.
const LOGINS_ALLOWED: u8 = 3;

#[cfg(test)]
mod tests {
    use crate::client::{Client, login, login_with, registry};

    #[test]
    fn nothing_but_hello_and_login_is_answered_before_a_login() {
        let mut client = Client::connect(&registry());
        let check = eppgate_epp::domain::Check { names: vec!["a.example".into()] };
        assert_eq!(client.run(&check).code, 2002);
        assert!(client.hello().contains("greeting"));
        assert_eq!(client.send(login("registrar-a")).code, 1000);
        assert_eq!(client.run(&check).code, 1000);
        assert_eq!(client.send(login("registrar-a")).code, 2002);
    }

    #[test]
    fn the_third_wrong_password_closes_the_session() {
        let mut client = Client::connect(&registry());
        let wrong =
            || login_with("registrar-a", |login| login.pw = eppgate_epp::types::Secret::new("wrong-one"));
        assert_eq!(client.send(wrong()).code, 2200);
        let nobody = login("registrar-x");
        assert_eq!(client.send(nobody).code, 2200);
        let last = client.send(wrong());
        assert_eq!((last.code, last.ended), (2501, true));
    }

    #[test]
    fn a_login_that_names_what_is_not_spoken_is_refused() {
        type Change = fn(&mut eppgate_epp::login::Login);
        let cases: [(Change, u16); 5] = [
            (|login| login.options.version = "2.0".into(), 2100),
            (|login| login.options.lang = "xx".into(), 2102),
            (|login| login.svcs.objects.push("urn:x".into()), 2307),
            (|login| login.svcs.extensions.push("urn:x".into()), 2103),
            (|login| login.svcs.objects.push("urn:ietf:params:xml:ns:host-1.0".into()), 1000),
        ];
        let registry = registry();
        for (change, code) in cases {
            let mut client = Client::connect(&registry);
            assert_eq!(client.send(login_with("registrar-a", change)).code, code);
        }
    }

    #[test]
    fn one_session_more_than_allowed_is_refused_until_another_ends() {
        let registry = registry();
        let mut open: Vec<Client> = (0..3).map(|_| Client::login(&registry, "registrar-a")).collect();
        let mut late = Client::connect(&registry);
        let refused = late.send(login("registrar-a"));
        assert_eq!((refused.code, refused.ended), (2502, true));
        Client::login(&registry, "registrar-b");
        assert_eq!(open.pop().unwrap().send(eppgate_epp::Command::logout()).code, 1500);
        assert_eq!(Client::connect(&registry).send(login("registrar-a")).code, 1000);
        let (open_now, highest) = registry.sessions()["registrar-a"];
        assert_eq!((open_now, highest), (2, 3));
    }

    #[test]
    fn a_new_password_holds_from_then_on() {
        let registry = registry();
        let new_pw = || Some(eppgate_epp::types::Secret::new("another-password"));
        let change = login_with("registrar-a", |login| login.new_pw = new_pw());
        assert_eq!(Client::connect(&registry).send(change).code, 1000);
        assert_eq!(Client::connect(&registry).send(login("registrar-a")).code, 2200);
        let changed = login_with("registrar-a", |login| login.pw = new_pw().unwrap());
        assert_eq!(Client::connect(&registry).send(changed).code, 1000);
    }
}
