//! Commands that EPP does not have, and rights that few have (`no-ext-epp-1.0`). Written without a public schema.

use super::domain;
use crate::catalogue::Message;
use crate::command::ProtocolCommand;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::types::{AuthInfo, Period, Secret};
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.norid.no/xsd/no-ext-epp-1.0", prefix: "no-ext-epp" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] =
    &[Message::extends_command::<Extended>(DOCUMENT), Message::protocol::<Command>(DOCUMENT)];
const DOCUMENT: &str = "Norid no-ext-epp-1.0";

/// `<no-ext-epp:extended>`: rights that few registrars have, beside any command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extended {
    /// `facet`: at least one.
    pub facets: Vec<Facet>,
}

impl Named for Extended {
    const NS: Namespace = NS;
    const NAME: &'static str = "extended";
}

impl Decode for Extended {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { facets: from.all("facet")? })
    }
}

impl Encode for Extended {
    fn encode(&self, to: &mut Writer) {
        to.put_all("facet", &self.facets);
    }
}

/// `<no-ext-epp:facet>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// `name`
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Decode for Facet {
    fn decode(from: Element<'_>) -> Result<Self, DecodeError> {
        Ok(Self { name: from.need_word("name")?, value: from.text().to_owned() })
    }
}

impl Encode for Facet {
    fn encode(&self, to: &mut Writer) {
        to.attr("name", &self.name);
        to.text(&self.value);
    }
}

/// `<no-ext-epp:command>`: a command that EPP does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What is to be done.
    pub what: What,
    /// `clTRID`
    pub cl_trid: Option<String>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// `withdraw`: gives a domain back to the registry.
    Withdraw(domain::Withdraw),
    /// `transfer op="execute"`: carries out a transfer, by the token that the holder got or by a password.
    Execute(Execute),
}

impl Named for Command {
    const NS: Namespace = NS;
    const NAME: &'static str = "command";
}

impl ProtocolCommand for Command {
    fn cl_trid(&self) -> Option<&str> {
        self.cl_trid.as_deref()
    }
}

impl Decode for Command {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let what = match from.find("withdraw") {
            Some(withdraw) => {
                let named = withdraw.named()?;
                What::Withdraw(named.ok_or_else(|| withdraw.error(DecodeErrorKind::Missing("withdraw")))?)
            }
            None => What::Execute(Execute::decode(from)?),
        };
        Ok(Self { what, cl_trid: from.opt("clTRID")? })
    }
}

impl Encode for Command {
    fn encode(&self, to: &mut Writer) {
        match &self.what {
            What::Withdraw(withdraw) => to.element("withdraw", |to| to.named(withdraw)),
            What::Execute(execute) => execute.encode(to),
        }
        to.put_opt("clTRID", &self.cl_trid);
    }
}

/// `<no-ext-epp:transfer op="execute">`, and the token in an `<extension>` behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execute {
    /// `name`
    pub name: String,
    /// `period`
    pub period: Option<Period>,
    /// `authInfo`
    pub auth_info: Option<AuthInfo>,
    /// The token, when there is no `authInfo`.
    pub token: Option<Secret>,
}

impl Decode for Execute {
    /// Reads it from the `<command>`.
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        let outer = from.need("transfer")?;
        let missing = || outer.error(DecodeErrorKind::Missing("transfer"));
        let mut transfer = outer.find_in(crate::domain::NS, "transfer").ok_or_else(missing)?;
        let token = match from.find("extension").map(|extension| extension.named()).transpose()?.flatten() {
            Some(domain::Transfer::Token(token)) => Some(token),
            _ => None,
        };
        Ok(Self {
            name: transfer.one("name")?,
            period: transfer.opt("period")?,
            auth_info: transfer.opt("authInfo")?,
            token,
        })
    }
}

impl Encode for Execute {
    fn encode(&self, to: &mut Writer) {
        to.element("transfer", |to| {
            to.attr("op", "execute");
            to.scoped(crate::domain::NS, "transfer", |to| {
                to.put("name", &self.name);
                to.put_opt("period", &self.period);
                to.put_opt("authInfo", &self.auth_info);
            });
        });
        if let Some(token) = &self.token {
            to.element("extension", |to| to.named(&domain::Transfer::Token(token.clone())));
        }
    }
}
