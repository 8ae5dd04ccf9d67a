//! RFC 8807: login security.

use proptest::prelude::*;

use super::text::{duration, lang, line, opt, some, some_token, time, token, word};
use super::{extends_command, extends_reply};
use crate::ext::loginsec::{Event, EventType, Level, LoginSec, LoginSecData, UserAgent};
use crate::types::Secret;

fn login_sec() -> impl Strategy<Value = LoginSec> {
    let said = (opt(some_token()), opt(some_token()), opt(some_token()));
    let user_agent = said.prop_filter_map("at least one of the three", |(app, tech, os)| {
        (app.is_some() || tech.is_some() || os.is_some()).then_some(UserAgent { app, tech, os })
    });
    let password = || opt(token(6..=300).prop_map(Secret::new));
    (opt(user_agent), password(), password()).prop_map(|(user_agent, pw, new_pw)| LoginSec {
        user_agent,
        pw,
        new_pw,
    })
}

fn event() -> impl Strategy<Value = Event> {
    let kind = (word(EventType::KNOWN), opt(some_token()), word(Level::KNOWN));
    (kind, opt(time()), opt(some_token()), opt(duration()), opt(lang()), line(0..=60)).prop_map(
        |((event_type, name, level), ex_date, value, duration, lang, text)| Event {
            event_type,
            name,
            level,
            ex_date,
            value,
            duration,
            lang,
            text,
        },
    )
}

#[test]
fn logins() {
    extends_command(login_sec());
}

#[test]
fn events() {
    extends_reply(some(event()).prop_map(|events| LoginSecData { events }));
}
