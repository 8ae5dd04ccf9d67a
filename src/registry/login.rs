//! The login: what it says, what it asks for, and what the registry tells with its reply.

use eppgate_epp::ext::loginsec::{self, LoginSec, LoginSecData, UserAgent};
use eppgate_epp::greeting::Menu;
use eppgate_epp::login::{Login, Options, Services};
use eppgate_epp::types::Secret;
use eppgate_epp::{Command, EncodeError, Response};
use secrecy::{ExposeSecret, SecretString};

use crate::profile::Profile;
use crate::terms::{Purpose, Words};

/// Whether the credentials can be written at all.
pub(crate) fn check(client_id: &str, password: &SecretString) -> Result<(), EncodeError> {
    let words = Words { password: password.clone(), new_password: None, purpose: Purpose::Nothing };
    command(client_id, &words, Services::default(), "en".into()).finish("EGS-0").map(drop)
}

/// The login. A password that the protocol itself has no room for goes into the extension for that (RFC 8807), where the
/// registry offers it.
pub(crate) fn command(client_id: &str, words: &Words, services: Services, lang: String) -> Command {
    let is_offered = services.extensions.iter().any(|uri| uri == loginsec::NS.uri);
    let mut extension = LoginSec::default();
    let mut place = |password: &SecretString, inside: fn(&mut LoginSec) -> &mut Option<Secret>| {
        let password = password.expose_secret();
        if !is_offered || password.chars().count() <= LONGEST {
            return Secret::new(password);
        }
        *inside(&mut extension) = Some(Secret::new(password));
        Secret::new(loginsec::IN_EXTENSION)
    };
    let pw = place(&words.password, |extension| &mut extension.pw);
    let new_pw = words.new_password.as_ref().map(|new| place(new, |extension| &mut extension.new_pw));
    let options = Options { version: "1.0".into(), lang };
    let login = Command::login(&Login { cl_id: client_id.to_owned(), pw, new_pw, options, svcs: services });
    if extension == LoginSec::default() {
        return login;
    }
    let app = Some(concat!("eppgate ", env!("CARGO_PKG_VERSION")).to_owned());
    extension.user_agent = Some(UserAgent { app, ..UserAgent::default() });
    login.with(&extension)
}

/// Logs what the registry has to say about the account: a password or a certificate that ends, for example.
pub(crate) fn pass_on_news(registry: &str, response: &Response<'_>) {
    // News that cannot be read are no reason to refuse a session.
    let Ok(Some(LoginSecData { events })) = response.extension::<LoginSecData>() else { return };
    for event in events {
        let (about, level, ends) = (event.event_type.as_str(), event.level.as_str(), event.ex_date);
        tracing::warn!(registry, about, level, ?ends, "the registry warns of the account's login");
    }
}

/// What both the profile and the greeting name, and what the profile knows better.
pub(crate) fn agree(profile: &Profile, menu: &Menu) -> Services {
    let common = |wanted: &[String], offered: &[String]| {
        let both = wanted.iter().filter(|uri| offered.contains(uri));
        both.cloned().collect::<Vec<_>>()
    };
    let wanted = &profile.services;
    let mut extensions = common(&wanted.extensions, &menu.extensions);
    extensions.extend(wanted.unannounced.iter().cloned());
    Services { objects: common(&wanted.objects, &menu.objects), extensions }
}

/// The language of the registry's texts.
pub(crate) fn language(profile: &Profile, menu: &Menu) -> String {
    let wanted = &profile.services.lang;
    match menu.langs.first() {
        Some(first) if !menu.langs.contains(wanted) => first.clone(),
        _ => wanted.clone(),
    }
}

/// Characters in a password (RFC 5730). Some registries take more in the same place.
const LONGEST: usize = 16;

#[cfg(test)]
mod tests {
    use eppgate_epp::Received;
    use eppgate_epp::xml::Document;

    use super::*;

    /// A login as the registry reads it: the passwords in the login and in the extension.
    fn read(password: &str, new: Option<&str>, offers: &[&str]) -> [Option<String>; 4] {
        let words =
            Words { password: password.into(), new_password: new.map(Into::into), purpose: Purpose::Change };
        let extensions = offers.iter().map(|&uri| uri.to_owned()).collect();
        let services = Services { objects: vec!["urn:x".into()], extensions };
        let frame = command("me", &words, services, "en".into()).finish("ABC-1").unwrap();
        let message = frame.bytes[eppgate_epp::frame::HEADER..].to_vec();
        let Received::Command(command) = Received::read(Document::from_bytes(message).unwrap()).unwrap()
        else {
            panic!("a login is a command")
        };
        let login = command.read_login().unwrap();
        let extension = command.extension::<LoginSec>().unwrap().unwrap_or_default();
        let text = |secret: Option<Secret>| secret.map(|secret| secret.expose().to_owned());
        [text(Some(login.pw)), text(login.new_pw), text(extension.pw), text(extension.new_pw)]
    }

    #[test]
    fn a_long_password_goes_where_there_is_room_for_it() {
        let (short, long) = ("sandbox-password", "correct horse battery staple");
        let some = |text: &str| Some(text.to_owned());
        let marked = || some(loginsec::IN_EXTENSION);
        let offer = &[loginsec::NS.uri][..];
        assert_eq!(read(short, None, offer), [some(short), None, None, None]);
        assert_eq!(read(short, Some(long), offer), [some(short), marked(), None, some(long)]);
        assert_eq!(read(long, Some(short), offer), [marked(), some(short), some(long), None]);
        assert_eq!(read(long, None, &[]), [some(long), None, None, None]);
    }

    #[test]
    fn what_is_spoken_is_in_profile_and_greeting_or_known_better() {
        let profile =
            "name = 'x'\nservices = { objects = ['a', 'b'], extensions = ['c', 'd'], unannounced = ['e'] }";
        let profile = Profile::parse(profile).unwrap();
        let menu =
            Menu { objects: vec!["b".into(), "x".into()], extensions: vec!["c".into()], ..Menu::default() };
        let agreed = agree(&profile, &menu);
        assert_eq!((agreed.objects, agreed.extensions), (vec!["b".into()], vec!["c".into(), "e".into()]));
    }
}
