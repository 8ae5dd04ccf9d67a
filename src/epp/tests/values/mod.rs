//! Any value our types can hold is written as a valid message, and comes back as itself.
//!
//! One file a specification holds the strategies of its types, composed of those in [`text`], and a test for each of its
//! messages. A strategy keeps to the limits of the schema: lengths, patterns, how many there are of an element. What a type
//! can hold beyond that, so that replies of every registry can be read, no strategy makes:
//! - `Other` words of an enumeration, and result codes that no RFC knows: [`peers`](super::peers) has those;
//! - nothing where the schema wants something: an empty list, an empty text, `None` for what registries leave out;
//! - `AuthInfo::Null` anywhere but in the `chg` of a domain, and a `Fragment` that is not the element it stands for;
//! - white space at the ends of a text, which does not count, and characters that XML cannot carry, which are refused;
//! - years before 1 and after 9999.
//!
//! `PROPTEST_CASES=10000 cargo test -p eppgate-epp values` takes longer and finds more.

mod rfc3915;
mod rfc5730;
mod rfc5731;
mod rfc5732;
mod rfc5733;
mod rfc5910;
mod rfc7848;
mod rfc8063;
mod rfc8334;
mod rfc8495;
mod rfc8543;
mod rfc8544;
mod rfc8590;
mod rfc8748;
mod rfc8807;
mod rfc9803;
mod rfc9873;
mod text;

use std::fmt::Debug;
use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use super::project;
use super::schemas::Schemas;
use crate::command::ReceivedCommand;
use crate::response::EppResult;
use crate::types::TransferOp;
use crate::xml::{Decode, Document, Element, Encode, Named};
use crate::{
    Command, DecodeError, ObjectCommand, Received, Reply, Response, ResultCode, ServerMessage, TrId, domain,
};

/// Values of each type, unless `PROPTEST_CASES` says how many: enough to meet each choice and each edge.
const CASES: u32 = 40;

type Outcome = Result<(), TestCaseError>;

/// Each of many values `holds`.
fn each<T: Debug>(values: impl Strategy<Value = T>, holds: impl Fn(T) -> Outcome) {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    match TestRunner::new(config).run(&values, holds) {
        Ok(()) => {}
        // The reason shows the message, which is shorter than the value.
        Err(TestError::Fail(reason, _)) => panic!("{}: {reason}", std::any::type_name::<T>()),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// The message of a frame, which must be valid.
fn valid(frame: &[u8]) -> Result<Document<'static>, TestCaseError> {
    static SCHEMAS: OnceLock<Schemas> = OnceLock::new();
    let schemas = SCHEMAS.get_or_init(|| Schemas::read(&project("schemas/xsd")));
    let xml = std::str::from_utf8(&frame[4..]).expect("a message is text");
    prop_assert_eq!(schemas.faults(xml), [""; 0], "{}", xml);
    Document::parse(xml.to_owned()).map_err(|error| TestCaseError::fail(format!("{error}: {xml}")))
}

fn received(frame: &[u8]) -> Result<ReceivedCommand<'static>, TestCaseError> {
    match Received::read(valid(frame)?) {
        Ok(Received::Command(command)) => Ok(command),
        other => Err(TestCaseError::fail(format!("not a command: {other:?}"))),
    }
}

fn response(frame: &[u8]) -> Result<Response<'static>, TestCaseError> {
    match ServerMessage::read(valid(frame)?) {
        Ok(ServerMessage::Response(response)) => Ok(response),
        other => Err(TestCaseError::fail(format!("not a response: {other:?}"))),
    }
}

/// What was read is the value that was written.
fn same<T: PartialEq + Debug>(
    read: Result<Option<T>, DecodeError>,
    written: T,
    message: &Document<'_>,
) -> Outcome {
    prop_assert_eq!(read, Ok(Some(written)), "{}", message.text());
    Ok(())
}

/// A command on an object.
fn command<T: ObjectCommand + Decode + PartialEq + Debug>(values: impl Strategy<Value = T>) {
    each(values, |value| {
        let command = received(&Command::new(&value).finish("GATE-1").expect("XML can carry it").bytes)?;
        same(command.read_object(), value, command.document())
    });
}

/// A transfer of an object, whose `op` stands outside of it.
fn transfer<T: ObjectCommand + PartialEq + Debug>(
    values: impl Strategy<Value = T>,
    decode: fn(TransferOp, Element<'_>) -> Result<T, DecodeError>,
) {
    each(values, |value| {
        let command = received(&Command::new(&value).finish("GATE-1").expect("XML can carry it").bytes)?;
        prop_assert_eq!(command.verb, value.verb());
        let object = command.op.zip(command.object());
        same(object.map(|(op, object)| decode(op, object)).transpose(), value, command.document())
    });
}

/// Data of a reply.
fn data<T: Named + Decode + Encode + PartialEq + Debug>(values: impl Strategy<Value = T>) {
    each(values, |value| {
        let response = response(&done().data(&value).finish(&told()).expect("XML can carry it"))?;
        same(response.data(), value, response.document())
    });
}

/// An extension of a command.
fn extends_command<T: Named + Decode + Encode + PartialEq + Debug>(values: impl Strategy<Value = T>) {
    let object = domain::Delete { name: "example.test".into() };
    each(values, |value| {
        let frame = Command::new(&object).with(&value).finish("GATE-1").expect("XML can carry it");
        let command = received(&frame.bytes)?;
        same(command.extension(), value, command.document())
    });
}

/// An extension of a reply.
fn extends_reply<T: Named + Decode + Encode + PartialEq + Debug>(values: impl Strategy<Value = T>) {
    each(values, |value| {
        let response = response(&done().with(&value).finish(&told()).expect("XML can carry it"))?;
        same(response.extension(), value, response.document())
    });
}

fn done() -> Reply {
    Reply::new(&[EppResult::new(ResultCode::OK, "done")], None)
}

fn told() -> TrId {
    TrId { client: Some("GATE-1".into()), server: "REG-1".into() }
}
