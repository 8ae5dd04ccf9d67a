//! The commands. Each is read into an [`Order`] before the registry is locked, and run against a [`View`] of it: a flow
//! decides what to answer and which changes it wants, and changes nothing itself.

mod contact;
mod domain;
mod host;
mod login;
mod poll;
mod reading;
mod secret;
mod sets;
mod transfers;
mod view;

pub(crate) use reading::Reading;
pub(crate) use view::{Caller, Chosen, View};

use std::borrow::Cow;

use eppgate_epp::command::Verb;
use eppgate_epp::ext::namestore::{Msg, NamestoreExt, NsExtErrData};
use eppgate_epp::response::{EppResult, MsgQ};
use eppgate_epp::types::Text;
use eppgate_epp::xml::{Encode, Named, Tagged};
use eppgate_epp::{DecodeError, DecodeErrorKind, Fragment, Reply, ResultCode};
use rust_decimal::Decimal;

use crate::record::{Change, Effect, RawNotice};

/// A command that was read and can be run.
pub(crate) enum Order {
    Hello,
    Login(login::Order),
    Logout,
    Poll(poll::Order),
    /// What is to be done with an object, and the product it is of.
    Object(Object, Option<NamestoreExt>),
}

/// A command on an object.
pub(crate) enum Object {
    Domain(domain::Order),
    Contact(contact::Order),
    Host(host::Order),
}

impl Order {
    /// Reads a command, whatever the session's state is.
    pub(crate) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        match command.verb {
            Verb::Login => return login::Order::read(command).map(Self::Login),
            Verb::Logout => return command.bare().map(|()| Self::Logout),
            Verb::Poll => return poll::Order::read(command).map(Self::Poll),
            _ => {}
        }
        let object = command
            .object()
            .ok_or_else(|| Refusal::new(ResultCode::SYNTAX_ERROR, "the command is about nothing"))?;
        if !command.knows_object(object.ns()) {
            return Err(ResultCode::UNIMPLEMENTED_OBJECT.into());
        }
        let order = match object.ns() {
            ns if ns == eppgate_epp::domain::NS.uri => Object::Domain(domain::Order::read(command)?),
            ns if ns == eppgate_epp::contact::NS.uri => Object::Contact(contact::Order::read(command)?),
            ns if ns == eppgate_epp::host::NS.uri => Object::Host(host::Order::read(command)?),
            _ => return Err(ResultCode::UNIMPLEMENTED_OBJECT.into()),
        };
        Ok(Self::Object(order, command.product()?))
    }

    /// Decides what comes of it.
    pub(crate) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        match self {
            Self::Hello => Ok(Outcome::new(ResultCode::OK)),
            Self::Login(order) => order.run(view),
            Self::Logout => Ok(Outcome::new(ResultCode::OK_ENDING_SESSION)),
            Self::Poll(order) => order.run(view),
            Self::Object(order, product) => {
                let outcome = match order {
                    Object::Domain(order) => order.run(view),
                    Object::Contact(order) => order.run(view),
                    Object::Host(order) => order.run(view),
                };
                let of = |outcome: Outcome| match &product {
                    Some(product) => outcome.extension(product),
                    None => outcome,
                };
                outcome.map(of)
            }
        }
    }
}

/// What comes of a command: the reply, and what is different afterwards.
pub(crate) struct Outcome {
    pub(crate) code: ResultCode,
    pub(crate) reply: Reply,
    pub(crate) changes: Vec<Change>,
    pub(crate) effect: Effect,
    /// What it cost.
    pub(crate) amount: Option<Decimal>,
}

impl Outcome {
    pub(crate) fn new(code: ResultCode) -> Self {
        Self::with_result(&EppResult::new(code, text(code)), None)
    }

    /// A reply that tells of the message queue.
    pub(crate) fn with_queue(code: ResultCode, queue: &MsgQ) -> Self {
        Self::with_result(&EppResult::new(code, text(code)), Some(queue))
    }

    pub(crate) fn refused(refusal: Refusal) -> Self {
        let text = text(refusal.code);
        let message: Cow<'_, str> = match &refusal.reason {
            Some(reason) => format!("{text}; {reason}").into(),
            None => text.into(),
        };
        let outcome = Self::with_result(&EppResult::new(refusal.code, message), None);
        match refusal.data {
            Some(data) => outcome.extension(&*data),
            None => outcome,
        }
    }

    fn with_result(result: &EppResult, queue: Option<&MsgQ>) -> Self {
        Self {
            code: result.code,
            reply: Reply::new(std::slice::from_ref(result), queue),
            changes: Vec::new(),
            effect: Effect::None,
            amount: None,
        }
    }

    /// Adds data to the reply.
    pub(crate) fn data<T: Named + Encode>(mut self, data: &T) -> Self {
        self.reply = self.reply.data(data);
        self
    }

    /// Adds an extension to the reply.
    pub(crate) fn extension<T: Tagged + Encode>(mut self, extension: &T) -> Self {
        self.reply = self.reply.with(extension);
        self
    }

    /// Adds what was given as XML, which was well-formed when it was.
    pub(crate) fn raw(mut self, notice: &RawNotice) -> Self {
        let element = |text: &Option<String>| text.as_deref().and_then(|text| Fragment::parse(text).ok());
        if let Some(data) = element(&notice.data) {
            self.reply = self.reply.raw_data(&data);
        }
        if let Some(extension) = element(&notice.extension) {
            self.reply = self.reply.raw_extension(&extension);
        }
        self
    }

    /// Adds changes.
    pub(crate) fn changes(mut self, changes: Vec<Change>) -> Self {
        self.changes.extend(changes);
        self
    }

    /// Adds a change.
    pub(crate) fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Names what the changes amount to.
    pub(crate) fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }
}

/// Why a command is not done.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: ResultCode,
    reason: Option<Cow<'static, str>>,
    /// More about it, for a machine.
    data: Option<Box<NsExtErrData>>,
}

impl Refusal {
    pub(crate) fn new(code: ResultCode, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { code, reason: Some(reason.into()), data: None }
    }

    /// There is no product of the name that the command has for it.
    fn no_such_product() -> Self {
        let text = "Specified sub-product does not exist";
        let msg = Msg { code: 1, text: Text::new(text) };
        let data = Some(Box::new(NsExtErrData { msg }));
        Self { data, ..Self::new(ResultCode::PARAMETER_POLICY, text) }
    }
}

impl From<ResultCode> for Refusal {
    fn from(code: ResultCode) -> Self {
        Self { code, reason: None, data: None }
    }
}

impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Self {
        let code = match error.kind {
            DecodeErrorKind::Missing(_) => ResultCode::PARAMETER_MISSING,
            DecodeErrorKind::Invalid(_) => ResultCode::PARAMETER_SYNTAX,
            _ => ResultCode::SYNTAX_ERROR,
        };
        Self::new(code, error.to_string())
    }
}

/// Objects that one check may ask for.
const NAMES_AT_ONCE: usize = 100;

/// A result code in words (RFC 5730, 3).
fn text(code: ResultCode) -> &'static str {
    match code.0 {
        1000 => "Command completed successfully",
        1001 => "Command completed successfully; action pending",
        1300 => "Command completed successfully; no messages",
        1301 => "Command completed successfully; ack to dequeue",
        1500 => "Command completed successfully; ending session",
        2000 => "Unknown command",
        2001 => "Command syntax error",
        2002 => "Command use error",
        2003 => "Required parameter missing",
        2004 => "Parameter value range error",
        2005 => "Parameter value syntax error",
        2100 => "Unimplemented protocol version",
        2101 => "Unimplemented command",
        2102 => "Unimplemented option",
        2103 => "Unimplemented extension",
        2104 => "Billing failure",
        2105 => "Object is not eligible for renewal",
        2106 => "Object is not eligible for transfer",
        2200 => "Authentication error",
        2201 => "Authorization error",
        2202 => "Invalid authorization information",
        2300 => "Object pending transfer",
        2301 => "Object not pending transfer",
        2302 => "Object exists",
        2303 => "Object does not exist",
        2304 => "Object status prohibits operation",
        2305 => "Object association prohibits operation",
        2306 => "Parameter value policy error",
        2307 => "Unimplemented object service",
        2308 => "Data management policy violation",
        2400 => "Command failed",
        2500 => "Command failed; server closing connection",
        2501 => "Authentication error; server closing connection",
        2502 => "Session limit exceeded; server closing connection",
        other if other < 2000 => "Command completed",
        _ => "Command failed",
    }
}
