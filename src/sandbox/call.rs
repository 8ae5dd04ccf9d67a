//! A message from a client, read once: what the log, the faults and the flows need of it.

use std::borrow::Cow;

use eppgate_epp::command::ReceivedCommand;
use eppgate_epp::xml::{Document, Element};
use eppgate_epp::{DecodeErrorKind, Received, ResultCode};

use crate::character::Character;
use crate::flows::{Order, Reading, Refusal};

/// A hello or a command, or what was meant to be one.
pub(crate) struct Call {
    pub(crate) verb: &'static str,
    /// `domain`, or the namespace where it is an unknown one; empty for session commands.
    pub(crate) object: Cow<'static, str>,
    /// The names it is about, with spaces between.
    pub(crate) name: String,
    /// What it carries beside the command, such as `rgp-1.0:update`.
    pub(crate) extensions: Vec<String>,
    pub(crate) cl_trid: Option<String>,
    /// What to do, unless reading it has already shown that it cannot be done.
    pub(crate) order: Result<Order, Refusal>,
}

impl Call {
    /// Reads a message. There is always a call, since every message gets an answer.
    pub(crate) fn read(message: &[u8], character: &Character) -> Self {
        let Ok(text) = str::from_utf8(message) else {
            return Self::spoilt(None, ResultCode::SYNTAX_ERROR, "not UTF-8".into());
        };
        let received = Document::parse(text).and_then(Received::read);
        match received {
            Ok(Received::Hello) => Self::hello(),
            Ok(Received::Command(command)) => Self::command(&command, character),
            Err(error) => {
                let verb_is_unknown = matches!(error.kind, DecodeErrorKind::Expected(what) if what != "epp");
                let code =
                    if verb_is_unknown { ResultCode::UNKNOWN_COMMAND } else { ResultCode::SYNTAX_ERROR };
                Self::spoilt(cl_trid(text), code, error.to_string())
            }
        }
    }

    /// The account that a login is for.
    pub(crate) fn login_account(&self) -> Option<&str> {
        match &self.order {
            Ok(Order::Login(login)) => Some(login.account()),
            _ => None,
        }
    }

    fn hello() -> Self {
        Self {
            verb: "hello",
            object: "".into(),
            name: String::new(),
            extensions: Vec::new(),
            cl_trid: None,
            order: Ok(Order::Hello),
        }
    }

    fn command(command: &ReceivedCommand<'_>, character: &Character) -> Self {
        let (object, name) = command.object().map_or_else(Default::default, |object| {
            let names = object.children().filter(|child| matches!(child.name(), "name" | "id"));
            let names: Vec<&str> = names.map(|child| child.text()).collect();
            (short(object.ns()), names.join(" "))
        });
        let cl_trid = command.cl_trid.clone().filter(|id| id.len() <= LONGEST_CL_TRID);
        let order = if cl_trid == command.cl_trid {
            Order::read(&Reading::new(command, character))
        } else {
            let reason = "a clTRID has 64 characters at most";
            Err(Refusal::new(ResultCode::SYNTAX_ERROR, reason))
        };
        let extensions = command.extensions().map(|extension| labelled(&extension)).collect();
        Self { verb: command.verb.as_str(), object, name, extensions, cl_trid, order }
    }

    fn spoilt(cl_trid: Option<String>, code: ResultCode, reason: String) -> Self {
        Self {
            verb: "unknown",
            object: "".into(),
            name: String::new(),
            extensions: Vec::new(),
            cl_trid,
            order: Err(Refusal::new(code, reason)),
        }
    }
}

/// The transaction id of a message whose command cannot be read, as far as it is XML.
fn cl_trid(text: &str) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let mut command = document.root().find("command")?;
    let id: Option<String> = command.opt("clTRID").ok()?;
    id.filter(|id| id.len() <= LONGEST_CL_TRID)
}

/// The name of a standard object by its namespace, else the namespace.
fn short(namespace: &str) -> Cow<'static, str> {
    match namespace {
        "urn:ietf:params:xml:ns:domain-1.0" => "domain".into(),
        "urn:ietf:params:xml:ns:host-1.0" => "host".into(),
        "urn:ietf:params:xml:ns:contact-1.0" => "contact".into(),
        other => other.to_owned().into(),
    }
}

/// An element by the last part of its namespace and its own name.
fn labelled(element: &Element<'_>) -> String {
    let namespace = element.ns();
    format!("{}:{}", namespace.rsplit(['/', ':']).next().unwrap_or(namespace), element.name())
}

const LONGEST_CL_TRID: usize = 64;

#[cfg(test)]
mod tests {
    use eppgate_epp::ext::{namestore, rgp};
    use eppgate_epp::{Command, domain};

    use super::*;

    #[test]
    fn what_a_command_carries_is_told_in_its_order() {
        let update = domain::Update { name: "a.com".into(), ..domain::Update::default() };
        let restore = rgp::Update { restore: rgp::Restore::Request };
        let product = namestore::NamestoreExt { sub_product: "dotCOM".into() };
        let frame = Command::new(&update).with(&restore).with(&product).finish("ABC-1").unwrap();
        let call = Call::read(&frame.bytes[4..], &Character::DOTCOM);
        assert_eq!(call.extensions, ["rgp-1.0:update", "namestoreExt-1.1:namestoreExt"]);
        let plain = Command::new(&update).finish("ABC-2").unwrap();
        assert_eq!(Call::read(&plain.bytes[4..], &Character::DOTCOM).extensions, [""; 0]);
    }

    #[test]
    fn messages_that_are_no_commands_get_the_code_that_says_why() {
        let command = |inside: &str| {
            format!(
                "<epp xmlns='urn:ietf:params:xml:ns:epp-1.0'><command>{inside}<clTRID>abc-1</clTRID></command></epp>"
            )
        };
        let domain = "xmlns='urn:ietf:params:xml:ns:domain-1.0'";
        let host = "xmlns='urn:ietf:params:xml:ns:host-1.0'";
        let extension = |ns: &str| {
            let check = format!("<check><check {domain}><name>a.example</name></check></check>");
            command(&format!("{check}<extension><x xmlns='{ns}'/></extension>"))
        };
        for (message, code, with_id) in [
            ("<epp".to_owned(), 2001, false),
            ("<other/>".to_owned(), 2001, false),
            (command("<dance/>"), 2000, true),
            (command("<check/>"), 2001, true),
            (command(&format!("<check><check {domain}/></check>")), 2003, true),
            (command(&format!("<check><info {domain}/></check>")), 2001, true),
            (command(&format!("<renew><renew {host}><name>a.b</name></renew></renew>")), 2101, true),
            (command("<check><check xmlns='urn:unknown'><name>a.b</name></check></check>"), 2307, true),
            (
                command(&format!("<transfer op='request'><info {domain}><name>a.b</name></info></transfer>")),
                2001,
                true,
            ),
            (
                command(&format!(
                    "<renew><renew {domain}><name>a.b</name><curExpDate>soon</curExpDate></renew></renew>"
                )),
                2005,
                true,
            ),
            (extension("urn:unknown"), 2103, true),
            (extension("urn:ietf:params:xml:ns:rgp-1.0"), 2102, true),
        ] {
            let call = Call::read(message.as_bytes(), &Character::GENERIC);
            let refusal = call.order.err().unwrap();
            assert_eq!(refusal.code.0, code, "{message}");
            assert_eq!(call.cl_trid.is_some(), with_id, "{message}");
        }
    }
}
