//! Commands of .no that stand in the place of a command: executing a transfer and withdrawing from a domain (`no-ext-epp-1.0`).
//!
//! Written without a schema that the registry publishes: the facts come from what public clients carry.

use super::domain::{self as no_domain, Withdraw};
use crate::catalogue::Message;
use crate::command::ProtocolCommand;
use crate::domain;
use crate::error::DecodeError;
use crate::error::DecodeErrorKind;
use crate::types::TransferOp;
use crate::xml::{Decode, Element, Encode, Named, Namespace, Writer};

/// The namespace of the extension.
pub const NS: Namespace = Namespace { uri: "http://www.norid.no/xsd/no-ext-epp-1.0", prefix: "no-ext-epp" };

/// What this file reads and writes.
pub const MESSAGES: &[Message] = &[Message::protocol::<Command>(DOCUMENT)];
const DOCUMENT: &str = "Norid no-ext-epp-1.0";

/// `<no-ext-epp:command>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What is done.
    pub action: Action,
    /// The one extension that is known inside: the token of a transfer.
    pub extension: Option<no_domain::Transfer>,
    /// `clTRID`
    pub cl_trid: Option<String>,
}

/// What a [`Command`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `<transfer op="execute">`: ends a transfer at once, by a token. The transfer's own `op` is not written.
    ExecuteTransfer(domain::Transfer),
    /// `<withdraw>`: gives a domain back to the registry, which then looks after it.
    Withdraw(Withdraw),
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
        Ok(Self {
            action: Action::decode(from)?,
            extension: from.find("extension").map(|inside| inside.named()).transpose()?.flatten(),
            cl_trid: from.opt("clTRID")?,
        })
    }
}

impl Encode for Command {
    fn encode(&self, to: &mut Writer) {
        self.action.encode(to);
        if let Some(extension) = &self.extension {
            to.element("extension", |to| to.named(extension));
        }
        to.put_opt("clTRID", &self.cl_trid);
    }
}

impl Decode for Action {
    fn decode(mut from: Element<'_>) -> Result<Self, DecodeError> {
        if let Some(withdraw) = from.find("withdraw") {
            let domain = withdraw.named()?;
            return domain
                .map(Self::Withdraw)
                .ok_or_else(|| withdraw.error(DecodeErrorKind::Missing("withdraw")));
        }
        let transfer = from.need("transfer")?;
        let mut domains = transfer.children().filter(|child| child.is(domain::NS, domain::Transfer::NAME));
        let domain = domains.next().ok_or_else(|| transfer.error(DecodeErrorKind::Missing("transfer")))?;
        domain::Transfer::decode_op(TransferOp::Request, domain).map(Self::ExecuteTransfer)
    }
}

impl Encode for Action {
    fn encode(&self, to: &mut Writer) {
        match self {
            Self::ExecuteTransfer(domain) => to.element("transfer", |to| {
                to.attr("op", "execute");
                to.named(domain);
            }),
            Self::Withdraw(withdraw) => to.element("withdraw", |to| to.named(withdraw)),
        }
    }
}
