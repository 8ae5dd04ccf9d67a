//! Login security (RFC 8807, `loginSec-1.0`): passwords longer than 16 characters, and news about the account.

use chrono::{DateTime, Utc};

use crate::catalogue::Message;
use crate::error::DecodeError;
use crate::types::Secret;
use crate::wire::wire_enum;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "urn:ietf:params:xml:ns:epp:loginSec-1.0", prefix: "loginSec" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<LoginSec>(DOCUMENT), Message::extends_reply::<LoginSecData>(DOCUMENT)];
const DOCUMENT: &str = "RFC 8807";

/// What stands in `<pw>` or `<newPW>` of the login when the real one is in this extension.
pub const IN_EXTENSION: &str = "[LOGIN-SECURITY]";

/// `<loginSec:loginSec>`: extends a login.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginSec {
    /// `userAgent`: the software that logs in.
    pub user_agent: Option<UserAgent>,
    /// `pw`: the password; the login holds [`IN_EXTENSION`] then.
    pub pw: Option<Secret>,
    /// `newPW`: the password from now on; likewise.
    pub new_pw: Option<Secret>,
}

impl Named for LoginSec {
    const NS: Namespace = NS;
    const NAME: &'static str = "loginSec";
}

impl Decode for LoginSec {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            user_agent: from.opt("userAgent")?,
            pw: from.find("pw").map(Secret::token),
            new_pw: from.find("newPW").map(Secret::token),
        })
    }
}

impl Encode for LoginSec {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("userAgent", &self.user_agent);
        to.put_opt("pw", &self.pw);
        to.put_opt("newPW", &self.new_pw);
    }
}

/// `<loginSec:userAgent>`: at least one of the three.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserAgent {
    /// `app`
    pub app: Option<String>,
    /// `tech`: what it is made with.
    pub tech: Option<String>,
    /// `os`
    pub os: Option<String>,
}

impl Decode for UserAgent {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { app: from.opt("app")?, tech: from.opt("tech")?, os: from.opt("os")? })
    }
}

impl Encode for UserAgent {
    fn encode(&self, to: &mut Writer) {
        to.put_opt("app", &self.app);
        to.put_opt("tech", &self.tech);
        to.put_opt("os", &self.os);
    }
}

/// `<loginSec:loginSecData>`: what the server has to say about the account, with a login that failed too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoginSecData {
    /// `event`: at least one.
    pub events: Vec<Event>,
}

impl Named for LoginSecData {
    const NS: Namespace = NS;
    const NAME: &'static str = "loginSecData";
}

impl Decode for LoginSecData {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { events: from.all("event")? })
    }
}

impl Encode for LoginSecData {
    fn encode(&self, to: &mut Writer) {
        to.put_all("event", &self.events);
    }
}

/// `<loginSec:event>`: a warning or an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `type`
    pub event_type: EventType,
    /// `name`: which statistic or event, when `type` does not say.
    pub name: Option<String>,
    /// `level`
    pub level: Level,
    /// `exDate`: when what it is about ends.
    pub ex_date: Option<DateTime<Utc>>,
    /// `value`
    pub value: Option<String>,
    /// `duration`: the time the value is of, an `xs:duration`.
    pub duration: Option<String>,
    /// `lang`: of the text; English when left out.
    pub lang: Option<String>,
    /// The event in words.
    pub text: String,
}

impl Decode for Event {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            event_type: from.need_word("type")?,
            name: from.word("name"),
            level: from.need_word("level")?,
            ex_date: from.time_attr("exDate")?,
            value: from.word("value"),
            duration: from.word("duration"),
            lang: from.word("lang"),
            text: from.text().to_owned(),
        })
    }
}

impl Encode for Event {
    fn encode(&self, to: &mut Writer) {
        to.attr("type", self.event_type.as_str());
        to.attr_opt("name", &self.name);
        to.attr("level", self.level.as_str());
        if let Some(ex_date) = &self.ex_date {
            to.attr_time("exDate", ex_date);
        }
        to.attr_opt("value", &self.value);
        to.attr_opt("duration", &self.duration);
        to.attr_opt("lang", &self.lang);
        to.text(&self.text);
    }
}

wire_enum! {
    /// What an event is about.
    EventType {
        Certificate = "certificate",
        Cipher = "cipher",
        Custom = "custom",
        NewPw = "newPW",
        Password = "password",
        Stat = "stat",
        TlsProtocol = "tlsProtocol",
    }
}

wire_enum! {
    /// How bad it is.
    Level {
        Error = "error",
        Warning = "warning",
    }
}

#[cfg(test)]
mod tests {
    use super::{LoginSec, NS};
    use crate::xml::{Decode, Document};

    #[test]
    fn white_space_around_a_password_is_not_part_of_it_but_that_within_is() {
        for (written, read) in
            [("a long  password", "a long  password"), ("\n  sesame \t", "sesame"), ("", "")]
        {
            let xml = format!("<l:loginSec xmlns:l='{}'><l:pw>{written}</l:pw></l:loginSec>", NS.uri);
            let login = LoginSec::decode(Document::parse(xml).unwrap().root()).unwrap();
            assert_eq!(login.pw.unwrap().expose(), read);
        }
    }
}
